"""Where things are, and which browser to use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "browser"
SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
# A browser that asks nobody outside for anything.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """The browser that MADE_CHROMIUM names, or the first one found; None if there is none."""
    named = os.environ.get("MADE_CHROMIUM")
    candidates = [named] if named else [*map(shutil.which, NAMES), *ELSEWHERE]
    return next((path for path in candidates if path and Path(path).exists()), None)
