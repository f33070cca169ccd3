"""What a lesson must look like, as functions that return what is wrong, one sentence each.

`RULES` maps a rule's name to a function of (notebook, lesson number, `Answers`).
"""

from __future__ import annotations

import ast
import copy
import re
import statistics
from pathlib import Path
from typing import NamedTuple

from normalize import ROOT, normalize, problems, text_of
from wall_clock import PROCESSOR, WALL, bounds, upper_limits

LARGEST = 3_000_000  # bytes of a notebook with its outputs
LARGEST_ROUNDING = 0.01  # the widest tolerance between two ways to compute the same
UNTIMED = ("recap", "further reading", "exercises", "in practice", "notation")
MINUTES = re.compile(r"\(\d+ min(?:utes)?\)")
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


class Answers(NamedTuple):
    """To each exercise, by its id.

    `same_hint` holds pairs of wrong answers, counted from 1; `hints` how each hint begins.
    """

    wrong: dict[str, list[str]]
    right: dict[str, list[str]]
    same_hint: dict[str, list[tuple[int, int]]] = {}
    hints: dict[str, list[str]] = {}


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def code_cells(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def has_picture(cell) -> bool:
    return any("image/png" in output.get("data", {}) for output in cell.outputs)


def headings(notebook) -> list[tuple[int, str, object]]:
    """(level, text, cell) of every heading, in order; fenced code is not read."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        text = re.sub(r"^```.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL)
        for line in text.splitlines():
            if match := re.match(r"(#{1,6}) (.+)", line):
                found.append((len(match[1]), match[2].strip(), cell))
    return found


def stored_form(notebook, number, answers) -> list[str]:
    found = problems(notebook)
    if text_of(normalize(copy.deepcopy(notebook))) != text_of(notebook):
        found.append("The file is not in its stored form: run `make notebooks`.")
    return found


def small_file(notebook, number, answers) -> list[str]:
    size = len(text_of(notebook).encode())
    if size <= LARGEST:
        return []
    return [f"The file has {size:,} bytes, {LARGEST:,} at most: its figures are too large."]


def opening(notebook, number, answers) -> list[str]:
    found = []
    first = notebook.cells[0]
    if not re.match(rf"# {number} · \w+", first.source):
        found.append(f"The first cell must open with `# {number} · ` and a title with a verb.")
    lines = first.source.splitlines() + ["", ""]
    if not lines[1].startswith("<!-- badges -->"):
        found.append("The second line of the first cell must hold `<!-- badges -->`.")
    start = "\n".join(cell.source for cell in notebook.cells[:4] if cell.cell_type == "markdown")
    for words in ("What you'll do", "What you'll learn", "What you'll need"):
        if words not in start.replace("’", "'"):
            found.append(f"The opening cells must say **{words}**.")
    if not re.search(r"\bminutes?\b", start):
        found.append("The opening cells must say how many minutes reading and running take.")
    codes = code_cells(notebook)
    if not codes or codes[0].id != "setup":
        found.append("The first code cell must be the one with the id `setup`.")
    return found


def sections(notebook, number, answers) -> list[str]:
    found = []
    all_headings = headings(notebook)
    if sum(level == 1 for level, _, _ in all_headings) != 1:
        found.append("There must be one heading of the first level, the title.")
    last = 0
    for level, text, _ in all_headings:
        if level > last + 1:
            found.append(f"The heading {text!r} skips a level.")
        last = level
        if level == 2 and not MINUTES.search(text) and not text.lower().startswith(UNTIMED):
            found.append(f"The heading {text!r} does not say its minutes, as in `(5 min)`.")
    seconds = [text.lower() for level, text, _ in all_headings if level == 2]
    for name in ("recap", "exercises", "further reading"):
        if not any(text.startswith(name) for text in seconds):
            found.append(f"There must be a section `## {name.capitalize()}`.")
    return found


def short_cells(notebook, number, answers) -> list[str]:
    lengths = {cell.id: len(cell.source.strip().splitlines()) for cell in code_cells(notebook)}
    found = [f"Cell {name} has {n} lines; 25 at most." for name, n in lengths.items() if n > 25]
    if lengths and (median := statistics.median(lengths.values())) > 6:
        found.append(f"The median code cell has {median:g} lines; 6 at most.")
    return found


def prose_first(notebook, number, answers) -> list[str]:
    found = []
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type != "code" or before.cell_type == "markdown":
            continue
        if not {"explorer", "exercise"} & {*tags(before), *tags(cell)}:
            found.append(f"No sentence says what cell {cell.id} is about to do.")
    return found


def figures(notebook, number, answers) -> list[str]:
    found = []
    described = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            described = described or "*Figure" in cell.source
            continue
        if has_picture(cell):
            if not described:
                found.append(f"The figure of cell {cell.id} has no `*Figure: …*` text before it.")
            described = False
    return found


def predictions(notebook, number, answers) -> list[str]:
    cells = notebook.cells
    asked = [
        i
        for i, cell in enumerate(cells)
        if cell.cell_type == "markdown" and "predict, then run" in cell.source.lower()
    ]
    found = []
    if len(asked) < 3:
        found.append(f"`Predict, then run` appears in {len(asked)} cells; 3 at least.")
    for i in asked:
        if not any(cell.cell_type == "code" for cell in cells[i + 1 : i + 3]):
            found.append(f"No cell settles the guess that cell {cells[i].id} asks for.")
    return found


def solution_of(cell) -> str | None:
    """The one fenced Python block of a folded solution, or None."""
    blocks = FENCE.findall(cell.source)
    return blocks[0] if len(blocks) == 1 else None


def exercises(notebook, number, answers) -> list[str]:
    found = []
    cells = notebook.cells
    stubs = [i for i, cell in enumerate(cells) if "exercise" in tags(cell)]
    file = f"tests/wrong_answers/lesson_{number}.py"
    if len(stubs) < 4:
        found.append(f"There are {len(stubs)} exercises; 4 at least.")
    for i in stubs:
        name = cells[i].id
        if not re.fullmatch(rf"exercise-{number}-[a-z0-9-]+", name):
            found.append(f"The exercise {name!r} must be named exercise-{number}-….")
        if cells[i - 1].cell_type != "markdown":
            found.append(f"No text states the task of {name}.")
        after = cells[i + 1] if i + 1 < len(cells) else None
        if after is None or after.id != name.replace("exercise", "solution", 1):
            found.append(f"The solution of {name} must be the next cell, with the matching id.")
            continue
        if "<details>" not in after.source or "</details>" not in after.source:
            found.append(f"The solution of {name} is not folded in <details>.")
        if solution_of(after) is None:
            found.append(f"The solution of {name} must hold one ```python block.")
        for what, given, least in (("wrong", answers.wrong, 4), ("right", answers.right, 2)):
            if (count := len(given.get(name, []))) < least:
                found.append(f"{file} has {count} {what} answers for {name}; {least} at least.")
    for name in sorted({*answers.wrong, *answers.right} - {cells[i].id for i in stubs}):
        found.append(f"{file} names {name}, which is no exercise.")
    return found


def explorers(notebook, number, answers) -> list[str]:
    found = []
    codes = code_cells(notebook)
    places = [i for i, cell in enumerate(codes) if "explorer" in tags(cell)]
    if not places:
        found.append("There is no cell tagged `explorer`.")
    for i in places:
        cell = codes[i]
        beside = [*codes[max(i - 1, 0) : i], *codes[i + 1 : i + 2]]
        if not any(has_picture(other) for other in beside):
            found.append(f"No cell beside the explorer {cell.id} shows its static twin.")
        if "nbval-ignore-output" not in tags(cell):
            found.append(f"The explorer {cell.id} must be tagged `nbval-ignore-output` too.")
    return found


def portable(notebook, number, answers) -> list[str]:
    found = []
    for cell in code_cells(notebook):
        for pattern in (r"^\s*[!%]", r";\s*$", r"\bwarnings\.(simplefilter|filterwarnings)"):
            if match := re.search(pattern, cell.source, re.MULTILINE):
                found.append(f"Cell {cell.id} uses {match.group().strip()!r}.")
    return found


def links(notebook, number, answers) -> list[str]:
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for target in LINK.findall(cell.source):
            if re.match(r"[a-z]+:|#|attachment:", target):
                continue
            if not (ROOT / "notebooks" / Path(target.split("#")[0])).exists():
                found.append(f"Cell {cell.id} links to {target}, which does not exist.")
    return found


def taste(notebook, number, answers) -> list[str]:
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", "", cell.source, flags=re.S)
            for word in re.findall(r"\b(?:simply|obviously|TODO|FIXME)\b", prose):
                found.append(f"Cell {cell.id} says {word!r}.")
    return found


def safe_assertions(notebook, number, wrong) -> list[str]:
    """A lesson asserts what holds in any run, after any change: equality, up to rounding.

    Bounds on scores that only a fresh, whole run keeps belong to `tests/lesson_expectations/`.
    """
    found = []
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Raise) and "AssertionError" in ast.unparse(node):
                found.append(f"Cell {cell.id} raises an AssertionError.")
            if not isinstance(node, ast.Assert):
                continue
            for _, limit in upper_limits(node.test):
                if not (isinstance(limit, ast.Constant) and limit.value <= LARGEST_ROUNDING):
                    found.append(f"Cell {cell.id} asserts a bound: {ast.unparse(node)}")
    return found


def no_time_limits(notebook, number, wrong) -> list[str]:
    source = "\n".join(cell.source for cell in code_cells(notebook))
    limits = bounds(ast.parse(source), WALL | PROCESSOR)
    return [f"An assertion limits time, which depends on the machine: {text}" for text in limits]


RULES = {
    rule.__name__: rule
    for rule in (
        stored_form,
        small_file,
        opening,
        sections,
        short_cells,
        prose_first,
        figures,
        predictions,
        exercises,
        explorers,
        portable,
        links,
        taste,
        safe_assertions,
        no_time_limits,
    )
}
