"""The core path runs alone: without the deeper cells of its lesson, its core exercises solved.

nbval runs it in a reader's environment and compares what each cell prints with what is stored, so
that a core path shows the same with and without the deeper cells. Trainings are stopped after an
epoch or two, on few digits: `test_notebooks.py` runs them whole, and no cell that is compared may
depend on them.
"""

import subprocess
import sys

import pytest
from lesson_parts import core, is_deeper, tags
from lesson_rules import solution_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from normalize import ROOT, normalize, read, write
from run_notebooks import execute, readers_environment

IN_LITTLE = f"""import sys
sys.path.append({str(ROOT / "tests")!r})
import lesson_reader
lesson_reader.be_impatient()"""
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def solved(notebook):
    """The core of a lesson; behind each exercise its solution, whose verdict must be green."""
    result = core(notebook)
    cells = []
    for i, cell in enumerate(result.cells):
        cells.append(cell)
        if cell.id == "setup":
            cells.append(new_code_cell(IN_LITTLE, id="in-little"))
        if "exercise" in tags(cell):
            answer = solution_of(result.cells[i + 1]).rstrip().split("\n")
            answer[-1] = f"verdict = {answer[-1]}\nassert verdict.passed, verdict"
            ignored = {"tags": ["nbval-ignore-output"]}
            cells.append(new_code_cell("\n".join(answer), id=f"{cell.id}-solved", metadata=ignored))
    result.cells = cells
    return result


def complaints(notebook, path) -> str:
    """What nbval says of a notebook that is written to `path` and run, or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write(notebook, path)
    command = [sys.executable, "-m", "pytest", "-p", "nbval_as_reader", "-p", "no:cacheprovider"]
    command += ["-o", "addopts=", "-q", "--tb=short", "--nbval", "--nbval-current-env"]
    variables = readers_environment() | {"PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(
        [*command, "--nbval-cell-timeout=1800", str(path)],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        encoding="utf-8",
    )
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-6000:]


@pytest.mark.lesson
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_core_path_runs_alone(path):
    notebook = read(path)
    exercises = [cell for cell in notebook.cells if "exercise" in tags(cell)]
    assert sum(not is_deeper(cell) for cell in exercises) >= 4
    found = complaints(solved(notebook), ROOT / "build" / "core" / path.name)
    assert not found, found


def executed(cells):
    return normalize(execute(new_notebook(cells=cells), ROOT))


def test_a_core_that_needs_a_deeper_cell_fails(tmp_path):
    deep = {"metadata": {"tags": ["deeper"]}}
    cells = [new_code_cell("a = 1", **deep), new_markdown_cell("text"), new_code_cell("print(a)")]
    notebook = executed(cells)
    notebook.cells[0].metadata["tags"] = []
    assert not complaints(solved(notebook), tmp_path / "whole.ipynb")
    notebook.cells[0].metadata["tags"] = ["deeper"]
    found = complaints(solved(notebook), tmp_path / "core.ipynb")
    assert "name 'a' is not defined" in found


def test_a_core_solution_that_is_wrong_fails(tmp_path):
    stub = "class Verdict:\n    passed = False\n\n\nVerdict()"
    solution = f"<details>\n\n```python\n{stub}\n```\n\n</details>"
    cells = [new_code_cell(stub, metadata={"tags": ["exercise"]}), new_markdown_cell(solution)]
    found = complaints(solved(executed(cells)), ROOT / "build" / "core" / "wrong.ipynb")
    assert "AssertionError" in found
