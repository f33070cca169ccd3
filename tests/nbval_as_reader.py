"""A pytest plugin: kernels that nbval starts get a reader's environment, not that of a test."""

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """With this variable set, a kernel would not show what C++ code logs."""
    os.environ.pop("PYTEST_CURRENT_TEST", None)
