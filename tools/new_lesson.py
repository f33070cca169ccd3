"""Start a lesson: python tools/new_lesson.py 6 "Do this with that"

Writes notebooks/06_do_this_with_that.ipynb, the smallest lesson that keeps every rule of
tests/lesson_rules.py once it is run, and tests/wrong_answers/lesson_6.py. Nothing is overwritten.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from normalize import ROOT, read, write

CHECKER = """from helpers.exercises import checker, correct, not_yet

@checker
def check(answer):
    return correct() if answer == 42 else not_yet("Six times seven.")"""
NAMES = ("one", "two", "three", "four")  # of the exercises
STUB = "answer = None\ncheck(answer)"
ANSWERS = {"WRONG": ("4", "13", "36", "41"), "RIGHT": ("21 + 21", "42.0")}
TWIN = """import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([1], [1], "o")
plt.show()"""


def skeleton(number: int, title: str, setup: str) -> NotebookNode:
    """A lesson of two dozen cells, not yet run; `setup` is the first code cell's source."""

    def text(name, source):
        return new_markdown_cell(source, id=name)

    def code(name, source, *tags):
        return new_code_cell(source, id=name, metadata={"tags": [*tags]} if tags else {})

    learn = "**What you'll learn** … **What you'll need** … It takes 3 minutes to read and run."
    cells = [
        text("title", f"# {number} · {title}\n<!-- badges -->\n\n**What you'll do** …"),
        text("goals", learn),
        code("setup", setup),
        text("first", "## One section (1 min)\n\nDraw a number."),
        code("draw", "import numpy as np\n\nrng = np.random.default_rng(0)"),
    ]
    for n in ("one", "two", "three"):
        cells.append(text(f"guess-{n}", "**Predict, then run.** Which number comes next?"))
        cells.append(code(f"settle-{n}", "print(rng.integers(1000))"))
    cells += [
        text("drag", "Drag it."),
        code("explore", "None  # widgets.explore_…()", "explorer", "nbval-ignore-output"),
        text("figure", "*Figure: a dot.*"),
        code("twin", TWIN),
        text("exercises", "## Exercises\n\nThe checker moves to `helpers/exercises`."),
        code("checker", CHECKER),
    ]
    for n in NAMES:
        solution = f"<details><summary>Solution</summary>\n\n```python\n{STUB}\n```\n\n</details>"
        cells.append(text(f"task-{n}", "Give the answer."))
        cells.append(code(f"exercise-{number}-{n}", STUB, "exercise"))
        cells.append(text(f"solution-{number}-{n}", solution.replace("None", "6 * 7")))
    cells.append(text("recap", "## Recap\n\nWhat was shown."))
    cells.append(text("reading", "## Further reading\n\nThe paper."))
    return new_notebook(cells=cells)


def make(number: int, title: str, root: Path = ROOT) -> Path:
    """Write the two files of a new lesson under `root`; the notebook's path."""
    slug = "_".join(re.findall(r"[a-z0-9]+", title.lower()))
    if not slug or "\n" in title:
        raise SystemExit(f"The title must be one line that opens with a verb, got {title!r}.")
    path = root / "notebooks" / f"{number:02d}_{slug}.ipynb"
    answers = root / "tests" / "wrong_answers" / f"lesson_{number}.py"
    if taken := [*path.parent.glob(f"{number:02d}_*.ipynb"), *answers.parent.glob(answers.name)]:
        raise SystemExit(f"{taken[0].name} exists; choose another number.")
    first = read(min((ROOT / "notebooks").glob("01_*.ipynb")))
    setup = next(cell.source for cell in first.cells if cell.id == "setup")
    write(skeleton(number, title, setup), path)
    lines = [
        f'"""Answers to lesson {number}\'s exercises, plausible and wrong, unusual and right."""',
        "",
    ]
    for kind, values in ANSWERS.items():
        codes = json.dumps([STUB.replace("None", value) for value in values])
        lines += [
            f"{kind} = {{",
            *(f'    "exercise-{number}-{n}": {codes},' for n in NAMES),
            "}",
            "",
        ]
    answers.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    print(make(int(sys.argv[1]), sys.argv[2]).relative_to(ROOT))
