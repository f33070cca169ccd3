"""The students' copy: no solutions, no outputs, everything else, and it runs."""

from __future__ import annotations

import copy
import re

import pytest
import student
from lesson_rules import solution_of
from nbformat.v4 import new_markdown_cell
from normalize import ROOT, read
from run_notebooks import execute

PATHS = sorted((ROOT / "notebooks").glob(student.LESSONS))
each_lesson = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course") / "student"
    student.make(folder)
    return folder


@each_lesson
def test_all_cells_but_the_solutions_are_there_and_empty(made, path):
    ours, theirs = read(path), read(made / "notebooks" / path.name)
    kept = [cell for cell in ours.cells if not cell.id.startswith("solution-")]
    assert len(kept) < len(ours.cells)
    assert [cell.id for cell in theirs.cells] == [cell.id for cell in kept]
    for mine, cell in zip(kept, theirs.cells):
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
        if not mine.source.startswith("## Exercises"):
            assert cell.source == mine.source
        assert cell.metadata == mine.metadata


@each_lesson
def test_nothing_is_left_of_the_solutions(made, path):
    lesson, theirs = read(path), read(made / "notebooks" / path.name)
    text = "\n".join(cell.source for cell in theirs.cells)
    assert "<summary>Solution" not in text
    at = next(
        i for i, cell in enumerate(theirs.cells) if "exercise" in cell.metadata.get("tags", [])
    )
    tasks = [cell.source for cell in theirs.cells if cell.id.startswith(("task", "exercise"))]
    assert not re.search("solution", "\n".join(tasks), re.IGNORECASE)
    before = {line.strip() for cell in theirs.cells[:at] for line in cell.source.splitlines()}
    after = {line.strip() for cell in theirs.cells[at:] for line in cell.source.splitlines()}
    for cell in lesson.cells:
        if student.is_solution(cell):
            stub = next(
                c for c in lesson.cells if c.id == cell.id.replace("solution", "exercise", 1)
            )
            lines = {line.strip() for line in solution_of(cell).splitlines()}
            new = {line for line in lines - before if line not in stub.source}
            assert new and not new & after, cell.id


def test_the_sentence_on_solutions_goes_and_its_neighbours_stay():
    lesson = copy.deepcopy(read(PATHS[0]))
    words = "## Exercises\n\nThey check themselves. A solution is folded under each. Have fun."
    lesson.cells = [new_markdown_cell(words, id="exercises")]
    (cell,) = student.without_solutions(lesson).cells
    assert cell.source == "## Exercises\n\nThey check themselves. Have fun."


def test_the_copy_stands_alone(made):
    names = {path.name for path in made.iterdir()}
    assert names >= {"notebooks", "helpers", "data", "README.md", "requirements.txt", "LICENSE"}
    assert not names & {"tests", "tools", "build", ".git", ".venv"}
    assert not list(made.rglob("__pycache__")) and not list(made.rglob("wrong_answers"))
    texts = {"README.md": (made / "README.md").read_text(encoding="utf-8")}
    for path in sorted((made / "notebooks").glob("*.ipynb")):
        cells = [cell for cell in read(path).cells if cell.cell_type == "markdown"]
        texts[f"notebooks/{path.name}"] = "\n".join(cell.source for cell in cells)
    for name, text in texts.items():
        for target in re.findall(r"\]\(([^)\s:#]+)[)#]", text):
            assert (made / name).parent.joinpath(target).exists(), f"{name} links to {target}"


def test_a_lesson_of_the_copy_runs_in_it(made):
    lesson = read(made / "notebooks" / PATHS[2].name)
    codes = [cell for cell in lesson.cells if cell.cell_type == "code"]
    exercises = [cell for cell in codes if "exercise" in cell.metadata.get("tags", [])]
    lesson.cells = [*codes[:6], *exercises]
    execute(lesson, made / "notebooks")
    assert all(
        "Not tried yet" in str(cell.outputs[-1]) for cell in lesson.cells if cell in exercises
    )


def test_making_it_again_replaces_it(made):
    (made / "left over.txt").write_text("x", encoding="utf-8")
    student.make(made)
    assert not (made / "left over.txt").exists() and (made / "README.md").exists()
    assert [path.name for path in made.parent.iterdir()] == ["student"]
