"""The page that Binder's badge on the README opens says where to start, and leads there."""

from __future__ import annotations

import json
import os
import subprocess

import badges
import pytest
from places import BUILD, ROOT
from playwright.sync_api import expect


@pytest.fixture
def as_on_binder(lab, tmp_path):
    """JupyterLab with the settings that Binder's image gets from `postBuild`."""
    prefix = {**os.environ, "NB_PYTHON_PREFIX": str(tmp_path)}
    subprocess.run(["bash", ROOT / "postBuild"], env=prefix, check=True)
    file = tmp_path / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    written = []
    for plugin, settings in json.loads(file.read_text(encoding="utf-8")).items():
        package, name = plugin.split(":")
        written.append(BUILD / "settings" / package / f"{name}.jupyterlab-settings")
        written[-1].parent.mkdir(parents=True, exist_ok=True)
        written[-1].write_text(json.dumps(settings), encoding="utf-8")
    yield lab
    for file in written:
        file.unlink()


def test_the_first_page_leads_to_a_lesson(page, as_on_binder):
    page.goto(f"{as_on_binder}/{badges.START}?reset")
    view = page.locator(".jp-MarkdownViewer")
    expect(view.locator("h2", has_text="Start").first).to_be_visible(timeout=90_000)
    view.locator("a", has_text="Turn a likelihood into a loss").first.click()
    first = page.locator(".jp-Notebook h1").first
    expect(first).to_contain_text("Turn a likelihood", timeout=90_000)
    page.evaluate("async () => await window.jupyterapp.serviceManager.sessions.shutdownAll()")
