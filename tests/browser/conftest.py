"""JupyterLab as `make lab` starts it, and a headless Chromium in front of it.

Lessons are opened from copies in build/browser, so that nothing a browser saves reaches them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from places import BUILD, QUIET, ROOT, find_chromium

REPORT: list[str] = []


@pytest.fixture
def report():
    """A function that keeps a line for the end of the run."""
    return REPORT.append


def pytest_terminal_summary(terminalreporter):
    if REPORT:
        terminalreporter.section("explorers and slides")
    for line in REPORT:
        terminalreporter.line(line)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find_chromium()
    if path is None:
        pytest.skip("No Chromium or Chrome was found; set MADE_CHROMIUM to name one.")
    return path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def lab(chromium):
    """The address of a running JupyterLab whose root is the repository."""
    shutil.rmtree(BUILD, ignore_errors=True)
    settings = BUILD / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (BUILD / "notebooks").mkdir()
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet), encoding="utf-8")
    port = free_port()
    options = [
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        "--IdentityProvider.token=",
        "--ServerApp.port_retries=0",
        f"--port={port}",
    ]
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(BUILD / "config"),
        "JUPYTER_RUNTIME_DIR": str(BUILD / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(BUILD / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(BUILD / "workspaces"),
    }
    environment.pop("MADE_LESSON_DATA", None)
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MPLBACKEND"):
        environment.pop(name, None)
    if shutil.which("make") and sys.prefix == str(ROOT / ".venv"):
        command = ["make", "lab", f"LAB_ARGS={' '.join(options)}"]
    else:
        command = [sys.executable, "-m", "jupyterlab", "--ServerApp.root_dir=.", *options]
    log = (BUILD / "jupyterlab.log").open("w", encoding="utf-8")
    group = {} if os.name == "nt" else {"start_new_session": True}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, **group
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            if answers(f"{url}/api"):
                break
            said = (BUILD / "jupyterlab.log").read_text(encoding="utf-8")
            assert server.poll() is None, said[-3000:]
            time.sleep(0.5)
        else:
            pytest.fail("JupyterLab did not answer within two minutes.")
        yield url
    finally:
        if os.name == "nt":
            server.terminate()
        else:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
        log.close()


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *sandbox])
        yield instance
        instance.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
