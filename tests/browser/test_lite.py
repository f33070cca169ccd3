"""`make lite`: Python starts in the browser from local files, and finds the course there."""

from __future__ import annotations

import functools
import http.server
import json
import subprocess
import sys
import threading

import pytest
from places import ROOT
from playwright.sync_api import expect

LITE = ROOT / "build" / "lite"
LESSON = "notebooks/01_turn_a_likelihood_into_a_loss.ipynb"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture(scope="module")
def site(chromium):
    """The address of build/lite as `make lite` makes it."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "lite.py"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    handler = functools.partial(Quiet, directory=str(LITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def visited(page, site):
    """Every address that a page or its workers ask for; those outside get no answer."""
    seen = []

    def ask(route):
        seen.append(route.request.url)
        route.continue_() if route.request.url.startswith(site) else route.abort()

    page.context.route("**/*", ask)
    return seen


def lacks() -> list[str]:
    """What a lesson needs that this build has not."""
    lock = json.loads((LITE / "static/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    return [name for name in ("numpy", "matplotlib", "ipywidgets") if name not in lock["packages"]]


def test_the_start_page_leads_to_the_lessons_and_says_what_is_missing(page, site, visited):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("li a[href*='.ipynb']").count() == len(
        [*(ROOT / "notebooks").glob("*.ipynb")]
    )
    assert ("was built without" in page.content()) == bool(lacks())
    for name in lacks():
        assert name in page.locator("strong").inner_text()
    page.locator("li a").first.click()
    expect(page.locator(".jp-Notebook h1").first).to_contain_text(
        "Turn a likelihood", timeout=180_000
    )


def test_python_starts_from_local_files_and_finds_the_course(page, site, visited, report):
    page.goto(f"{site}/notebooks/index.html?path={LESSON}")
    cell = page.locator(".jp-CodeCell").first
    expect(cell).to_contain_text("from helpers.course import prepare", timeout=180_000)
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    output, missing = cell.locator(".jp-OutputArea"), lacks()
    if missing:  # the sentence comes from helpers/course.py, as it lies in the browser's /drive
        said = " and ".join(f"no {name}" for name in missing)
        expect(output).to_contain_text(f"has {said}: choose", timeout=300_000)
    else:
        expect(output).to_contain_text("cells that need Keras step aside", timeout=300_000)
    outside = [url for url in visited if not url.startswith((site, "blob:", "data:"))]
    assert not outside, outside
    report(f"JupyterLite: {len(visited)} requests, none outside; missing: {missing or 'nothing'}")
