"""Bring the README's map of the lessons up to date: python tools/lesson_map.py

In every table row that links to a notebook, the link's text becomes that lesson's title and the
last column its minutes: core path, deeper sections, exercises. All other words are written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from lesson_parts import lesson_minutes
from normalize import ROOT, read

ROW = re.compile(
    r"^\| (?P<n>[^|]*) \| \[[^]]*\]\((?P<file>notebooks/[\w.]+)\) \| (?P<what>[^|]*)\|[^|]*\|$",
    re.MULTILINE,
)


def title_and_minutes(path: Path) -> tuple[str, str]:
    """A lesson's title without its number, and its minutes: "44 + 38 + 34"."""
    notebook = read(path)
    title = re.match(r"# \d+ · (.+)", notebook.cells[0].source)
    minutes = " + ".join(str(n) for n in lesson_minutes(notebook).values())
    return title[1].strip() if title else path.stem, minutes


def updated(text: str, root: Path) -> str:
    """`text` with every row of the map whose notebook exists brought up to date."""

    def row(match: re.Match) -> str:
        path = root / match["file"]
        if not path.exists():
            return match[0]
        title, minutes = title_and_minutes(path)
        what = match["what"].strip()
        return f"| {match['n']} | [{title}]({match['file']}) | {what} | {minutes} |"

    return ROW.sub(row, text)


def main() -> int:
    readme = ROOT / "README.md"
    before = readme.read_text(encoding="utf-8")
    after = updated(before, ROOT)
    if after != before:
        readme.write_text(after, encoding="utf-8", newline="\n")
        print("The README's map of the lessons was brought up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
