"""The core path runs alone: without the deeper cells of its lesson, its core exercises solved."""

import pytest
from lesson_parts import core, is_deeper, tags
from lesson_rules import solution_of
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from normalize import ROOT, read
from run_notebooks import execute

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def solved(notebook):
    """The core of a lesson; behind each exercise its solution, whose verdict must be green."""
    result = core(notebook)
    cells = []
    for i, cell in enumerate(result.cells):
        cells.append(cell)
        if "exercise" in tags(cell):
            answer = solution_of(result.cells[i + 1]).rstrip().split("\n")
            answer[-1] = f"verdict = {answer[-1]}\nassert verdict.passed, verdict"
            cells.append(new_code_cell("\n".join(answer), id=f"{cell.id}-solved"))
    result.cells = cells
    return result


@pytest.mark.lesson
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_core_path_runs_alone(path):
    notebook = read(path)
    exercises = [cell for cell in notebook.cells if "exercise" in tags(cell)]
    assert sum(not is_deeper(cell) for cell in exercises) >= 4
    execute(solved(notebook), path.parent)


def test_a_core_that_needs_a_deeper_cell_fails():
    deep = {"metadata": {"tags": ["deeper"]}}
    cells = [new_code_cell("a = 1", **deep), new_markdown_cell("text"), new_code_cell("print(a)")]
    with pytest.raises(CellExecutionError, match="name 'a' is not defined"):
        execute(solved(new_notebook(cells=cells)), ROOT)


def test_a_core_solution_that_is_wrong_fails():
    stub = "from helpers.exercises import correct, not_yet\nnot_yet('Think.')"
    solution = f"<details>\n\n```python\n{stub}\n```\n\n</details>"
    cells = [new_code_cell(stub, metadata={"tags": ["exercise"]}), new_markdown_cell(solution)]
    with pytest.raises(CellExecutionError, match="Not yet"):
        execute(solved(new_notebook(cells=cells)), ROOT)
