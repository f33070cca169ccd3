"""Two depths: the core path stands alone, minutes follow the rule, answers wait to be asked for."""

import copy
import re

import pytest
from lesson_parts import (
    FOLDED,
    HIDDEN,
    MEASURED,
    bring_up_to_date,
    content,
    core,
    heading,
    is_deeper,
    lesson_minutes,
    minutes,
    sections,
    tags,
    times,
)
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from normalize import ROOT, read, text_of

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
CORE_MINUTES = 45


@pytest.mark.parametrize("number", MEASURED)
def test_the_rule_gives_the_minutes_that_readers_took(number):
    (words, lines, figures, exercises), (reading, practice) = MEASURED[number]
    assert abs(minutes(words, lines, figures) / reading - 1) <= 0.15
    assert abs(minutes(0, 0, 0, exercises) / practice - 1) <= 0.15


@each_lesson
def test_tags_folds_and_minutes_are_those_of_the_headings(path):
    notebook = read(path)
    fresh = copy.deepcopy(notebook)
    bring_up_to_date(fresh)
    assert text_of(fresh) == text_of(notebook), "run python tools/lesson_parts.py --write"


@each_lesson
def test_the_core_path_is_short_and_the_header_says_so(path):
    notebook = read(path)
    assert lesson_minutes(notebook)["core"] <= CORE_MINUTES
    opening = "\n".join(cell.source for cell in notebook.cells[:4])
    assert times(notebook) in opening


def leaning(notebook) -> list[str]:
    """Core text that links to, or quotes, the heading of a deeper section."""
    deeper = [heading(c)[1] for c in notebook.cells if is_deeper(c) and heading(c)]
    found = []
    for cell in core(notebook).cells:
        if cell.cell_type == "markdown":
            for name in deeper:
                bare = name.removeprefix("Deeper: ")
                if name.replace(" ", "-") in cell.source or f"*{bare}*" in cell.source:
                    found.append(f"{cell.id} leans on {name!r}")
    return found


@each_lesson
def test_no_core_sentence_leans_on_a_deeper_section(path):
    assert not leaning(read(path))


def asked_and_shown(notebook) -> list[str]:
    """Guesses whose answer lies in sight: the first code cell after a question must hide its."""
    found = []
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown" or "predict, then run" not in cell.source.lower():
            continue
        code = next((c for c in notebook.cells[i + 1 : i + 4] if c.cell_type == "code"), None)
        if code is None:
            found.append(f"{cell.id}: no cell settles it")
        elif HIDDEN not in tags(code) or not code.metadata.get("jupyter", {}).get("outputs_hidden"):
            found.append(f"{cell.id}: {code.id} shows its answer")
    return found


@each_lesson
def test_no_answer_is_in_sight_of_its_question(path):
    notebook = read(path)
    assert not asked_and_shown(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code" and HIDDEN in tags(cell):
            assert cell.outputs, f"{cell.id} hides an output and has none"


# --- these checks can fail -----------------------------------------------------------------------


@pytest.fixture
def small():
    picture = new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    cells = [
        new_markdown_cell("# 1 · T\n**Minutes.** Core path 0, deeper sections 0, exercises 0."),
        new_markdown_cell("## First\n\n" + "word " * 260, id="first"),
        new_markdown_cell("### Deeper: Why\n\n" + "word " * 129, id="why"),
        new_code_cell("a = 1\n\nb = 2", id="why-code"),
        new_markdown_cell("#### More\n\nword", id="why-more"),
        new_markdown_cell("### Back\n\n**Predict, then run.** What?", id="back"),
        new_code_cell("a\nb\nc", id="back-code", outputs=[picture], metadata={"tags": [HIDDEN]}),
        new_markdown_cell("## Deeper: All of it\n\nword", id="all"),
        new_markdown_cell("### Its part\n\nword", id="all-part"),
        new_markdown_cell("## Exercises", id="exercises"),
        new_code_cell("answer = None", id="exercise-1-a", metadata={"tags": ["exercise"]}),
        new_markdown_cell("<details>\n\n" + "word " * 500 + "\n</details>", id="solution-1-a"),
    ]
    notebook = new_notebook(cells=cells)
    bring_up_to_date(notebook)
    return notebook


def test_depths_follow_the_headings(small):
    deeper = {cell.id for cell in small.cells if is_deeper(cell)}
    assert deeper == {"why", "why-code", "why-more", "all", "all-part"}
    folded = {cell.id for cell in small.cells if cell.metadata.get(FOLDED)}
    assert folded == {"why", "all"}
    assert {cell.id for cell in core(small).cells} & deeper == set()


def test_minutes_are_counted_as_stated(small):
    by_name = dict(sections(small))
    assert content(by_name["Deeper: Why"]) == (133, 2, 0, 0)  # 129, a word, three of headings
    assert content(by_name["First"]) == (266, 3, 1, 0)
    assert minutes(130, 60, 0) == 8 and minutes(0, 0, 6, 6) == pytest.approx(50.5)
    assert small.cells[1].source.startswith("## First (4 min)\n")
    assert small.cells[2].source.startswith("### Deeper: Why (1 min)\n")
    assert small.cells[9].source == "## Exercises"
    assert lesson_minutes(small)["exercises"] == 7  # the folded solution costs nothing
    assert re.search(r"Core path \d+, deeper sections \d+, exercises 7", small.cells[0].source)
    bring_up_to_date(small)
    assert small.cells[1].source.count("min)") == 1


def test_an_answer_in_sight_is_noticed(small):
    assert asked_and_shown(small) == []
    code = next(cell for cell in small.cells if cell.id == "back-code")
    code.metadata["tags"] = []
    assert asked_and_shown(small) == ["back: back-code shows its answer"]
    code.metadata.update(tags=[HIDDEN], jupyter={})
    assert asked_and_shown(small) == ["back: back-code shows its answer"]


def test_a_core_sentence_that_leans_is_noticed(small):
    small.cells[1].source += "\n\nSee *Why* and [there](#Deeper:-Why)."
    assert len(leaning(small)) == 1
