"""Settings for every test, and the table of what each lesson took at the end of a run."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["PYTHONIOENCODING"] = "utf-8"  # what a test's child process prints is read as that
os.environ["MPLBACKEND"] = "Agg"
os.environ.pop("MADE_LESSON_DATA", None)

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, so that a pass here is a pass there. To look for new ones:
# HYPOTHESIS_PROFILE=search make test
# A busy machine is no fault: no deadline, and no complaint that examples are slow to draw.
patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("course", derandomize=True, **patient)
settings.register_profile("search", max_examples=1000, **patient)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "course"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT


@pytest.fixture
def core_widgets(monkeypatch):
    """Explorers as they are where anywidget is not installed."""
    from helpers.widgets import live

    monkeypatch.setattr(live, "anywidget", None)


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        return  # one process of several: the first has done it
    for file in (ROOT / "build" / "notebooks").glob("*.json"):
        file.unlink()


def pytest_collection_modifyitems(items):
    """Files that run lessons come first, so that no process ends with them while others rest."""
    first = ("test_notebooks", "test_lesson_readers", "test_core")
    items.sort(key=lambda item: item.path.stem not in first)


def pytest_terminal_summary(terminalreporter):
    rows = sorted((ROOT / "build" / "notebooks").glob("*.json"))
    if rows:
        terminalreporter.section("lessons: seconds, peak memory")
    for file in rows:
        took = json.loads(file.read_text(encoding="utf-8"))
        memory = took["mebibytes"]
        memory = "not measured" if memory is None else f"{memory:5.0f} MiB"
        terminalreporter.line(f"{file.stem:<45} {took['seconds']:6.1f} s  {memory}")
