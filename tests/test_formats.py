"""Lessons where nothing runs: as a page of nbconvert's, as a script, and as GitHub shows them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from lesson_parts import tags
from nbconvert import HTMLExporter, PythonExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from normalize import ROOT, read
from run_notebooks import readers_environment

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
# What GitHub takes out of a text cell, so that a reader there sees it bare or not at all.
STRIPPED = re.compile(r"<(script|style|iframe|object|form|input|svg|video)\b|\son\w+=|javascript:")
SHOWN = ("image/png", "text/plain", "text/html")  # kinds of output that it shows


def pictures(cell) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def bare_on_github(notebook) -> list[str]:
    """Cells of which GitHub shows less than is meant."""
    found = ["metadata.widgets"] if "widgets" in notebook.metadata else []
    for cell in notebook.cells:
        text = re.sub(r"^```.*?^```|`[^`\n]+`", "", cell.source, flags=re.DOTALL | re.MULTILINE)
        if cell.cell_type == "markdown" and (match := STRIPPED.search(text)):
            found.append(f"{cell.id}: {match[0].strip()}")
        for output in cell.get("outputs", []):
            kinds = set(output.get("data", {}))
            if kinds and not kinds & set(SHOWN) or any("widget" in kind for kind in kinds):
                found.append(f"{cell.id}: only {sorted(kinds)}")
    return found


@each_lesson
def test_github_strips_nothing_that_is_meant_to_be_seen(path):
    notebook = read(path)
    assert bare_on_github(notebook) == []
    for i, cell in enumerate(notebook.cells):  # an explorer is gone there; its twin is not
        if "explorer" in tags(cell):
            near = notebook.cells[max(0, i - 4) : i + 5]
            assert any(pictures(cell) for cell in near), f"{cell.id}: no picture beside it"


def test_what_github_strips_is_noticed():
    view = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider()"}
    cells = [
        new_markdown_cell("`<script>` and\n```html\n<style>\n```\n<details>fine</details>", id="a"),
        new_markdown_cell("<style>p {}</style>", id="b"),
        new_markdown_cell('<img onerror="x">', id="c"),
        new_code_cell("1", id="d", outputs=[new_output("display_data", data=view)]),
    ]
    found = bare_on_github(new_notebook(cells=cells, metadata={"widgets": {}}))
    assert [text.split(":")[0] for text in found] == ["metadata.widgets", "b", "c", "d"]


@each_lesson
def test_nbconvert_makes_a_page_that_holds_everything(path):
    notebook = read(path)
    page, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    title = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
    assert title in page
    stored = sum(map(pictures, notebook.cells))
    assert page.count("data:image/png;base64,") >= stored > 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stdout":
                first = output.text.strip().split("\n")[0][:30].replace("&", "&amp;")
                assert first.replace("<", "&lt;").replace(">", "&gt;") in page, cell.id
    assert page.count("<details>") == sum(c.source.count("<details>") for c in notebook.cells)


@each_lesson
def test_nbconvert_makes_a_script_that_python_can_read(path):
    script, _ = PythonExporter().from_filename(str(path))
    compile(script, path.name, "exec")
    assert "get_ipython" not in script


@pytest.mark.lesson
def test_a_lesson_runs_as_a_script(tmp_path):
    script, _ = PythonExporter().from_filename(str(LESSONS[0]))
    (tmp_path / "lesson.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "lesson.py")],
        cwd=ROOT / "notebooks",
        env={**readers_environment(), "MPLBACKEND": "Agg"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    printed = [
        output.text
        for cell in read(LESSONS[0]).cells
        if "nbval-ignore-output" not in tags(cell)
        for output in cell.get("outputs", [])
        if output.get("name") == "stdout"
    ]
    assert printed and all(text.strip() in done.stdout for text in printed)
