"""The parts of a lesson: core and deeper, sections, and the minutes that they take.

A lesson has two depths. Whatever lies under a heading that begins with `Deeper:` is *deeper*: it
carries the tag `deeper`, its heading is stored collapsed (JupyterLab and Notebook 7 fold it), and
the core path runs without it. Minutes follow one rule, `minutes`, for every section alike.

    python tools/lesson_parts.py            print each lesson's minutes by section
    python tools/lesson_parts.py --write    put tags, folds and minutes into the lessons
"""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Iterable, Iterator

from normalize import ROOT, read, write

DEEPER = "Deeper: "
FOLDED = "jp-MarkdownHeadingCollapsed"
HIDDEN = "hide-output"  # what myst-nb calls it; JupyterLab and Notebook 7 read `outputs_hidden`
HEADING = re.compile(r"^(#{1,6}) (.+?)(?: \((\d+) min(?:utes)?\))?$")
TIMES = re.compile(
    r"\*\*Minutes\.\*\* Core path \d+, deeper sections \d+, exercises \d+\.", re.MULTILINE
)

# The rule. Two readers of every lesson (each cell, each figure, each exercise) took the minutes in
# `MEASURED`; these round numbers give all ten within 15 %. A test holds them to it.
WORDS_A_MINUTE = 130
SECONDS_A_LINE = 7  # of code
SECONDS_A_FIGURE = 95  # or an explorer
SECONDS_AN_EXERCISE = 410

# What the lessons held when they were read (2026-11), and the minutes that they took:
# words, lines of code, figures and explorers, exercises; minutes of reading, of exercises.
MEASURED = {
    1: ((4279, 211, 15, 5), (85, 35)),
    2: ((4047, 256, 21, 5), (90, 40)),
    3: ((4909, 276, 16, 6), (110, 45)),
    4: ((5707, 314, 17, 5), (95, 30)),
    5: ((4221, 298, 19, 5), (100, 35)),
}


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def is_deeper(cell) -> bool:
    return "deeper" in tags(cell)


def heading(cell) -> tuple[int, str, int | None] | None:
    """(level, text, minutes) of the heading that a text cell opens with, or None."""
    if cell.cell_type != "markdown":
        return None
    match = HEADING.match(cell.source.split("\n", 1)[0].strip())
    return match and (len(match[1]), match[2], match[3] and int(match[3]))


def under_deeper(cells: Iterable) -> Iterator[bool]:
    """For each cell, whether it lies under a heading that begins with `Deeper:`."""
    level = None  # of the deeper heading that we are under
    for cell in cells:
        if found := heading(cell):
            if level is not None and found[0] <= level:
                level = None
            if level is None and found[1].startswith(DEEPER):
                level = found[0]
        yield level is not None


def core(notebook):
    """A copy of the lesson without its deeper cells."""
    result = copy.deepcopy(notebook)
    result.cells = [cell for cell in result.cells if not is_deeper(cell)]
    return result


def words(text: str) -> int:
    """Words of a text cell; a formula in a line counts as one, code and a solution as none."""
    for pattern in (r" \(\d+ min\)$", r"<!--.*?-->", r"<details.*?</details>", r"^```.*?^```"):
        text = re.sub(pattern, "", text, flags=re.DOTALL | re.MULTILINE)
    return len(re.findall(r"\w+", re.sub(r"\$.*?\$", "x", text, flags=re.DOTALL)))


def content(cells: Iterable) -> tuple[int, int, int, int]:
    """(words, lines of code, figures and explorers, exercises) of some cells."""
    total = [0, 0, 0, 0]
    for cell in cells:
        if cell.cell_type == "markdown":
            total[0] += words(cell.source)
        elif "exercise" in tags(cell):
            total[3] += 1
        else:
            total[1] += sum(1 for line in cell.source.splitlines() if line.strip())
            pictures = any("image/png" in output.get("data", {}) for output in cell.outputs)
            total[2] += pictures or "explorer" in tags(cell)
    return tuple(total)


def minutes(n_words: int, n_lines: int, n_figures: int, n_exercises: int = 0) -> float:
    """Minutes that a new reader takes. An exercise's text and code are in its own minutes."""
    seconds = SECONDS_A_LINE * n_lines + SECONDS_A_FIGURE * n_figures
    return n_words / WORDS_A_MINUTE + (seconds + SECONDS_AN_EXERCISE * n_exercises) / 60


def sections(notebook) -> list[tuple[str, list]]:
    """(heading, cells) of what carries minutes: each `##` section less the deeper ones in it."""
    found = [("", [])]
    stack = [found[0]]  # the section that a level belongs to
    for cell, deep in zip(notebook.cells, under_deeper(notebook.cells), strict=True):
        head = heading(cell)
        if head and head[0] == 2:
            stack = [(head[1], [])]
            found.append(stack[0])
        elif head and head[1].startswith(DEEPER):
            stack = [stack[0], (head[1], [])]
            found.append(stack[1])
        elif not deep:
            stack = stack[:1]
        stack[-1][1].append(cell)
    return found


def lesson_minutes(notebook) -> dict[str, int]:
    """{"core": …, "deeper": …, "exercises": …}, whole minutes."""
    parts = {"core": [], "deeper": [], "exercises": []}
    for name, cells in sections(notebook):
        for cell in cells:
            kind = "deeper" if is_deeper(cell) else "core"
            parts["exercises" if name.startswith("Exercises") else kind].append(cell)
    result = {kind: minutes(*content(parts[kind])) for kind in ("core", "deeper")}
    exercises = content(parts["exercises"])[3]
    return {k: round(v) for k, v in {**result, "exercises": minutes(0, 0, 0, exercises)}.items()}


def times(notebook) -> str:
    """The sentence with a lesson's minutes, as its opening holds it."""
    took = lesson_minutes(notebook)
    return (
        f"**Minutes.** Core path {took['core']}, deeper sections {took['deeper']}, "
        f"exercises {took['exercises']}."
    )


UNTIMED = ("recap", "further reading", "exercises", "in practice", "notation")


def bring_up_to_date(notebook) -> None:
    """Put tags, folds and minutes where the headings say they belong, in place."""
    for cell, deep in zip(notebook.cells, under_deeper(notebook.cells), strict=True):
        rest = [tag for tag in tags(cell) if tag != "deeper"]
        cell.metadata["tags"] = [*rest, "deeper"] if deep else rest
        if not cell.metadata["tags"]:
            del cell.metadata["tags"]
        head = heading(cell)
        if deep and head and head[1].startswith(DEEPER):
            cell.metadata[FOLDED] = True
        else:
            cell.metadata.pop(FOLDED, None)
        if cell.cell_type == "code":
            hidden = {"outputs_hidden": True} if HIDDEN in rest else {}
            cell.metadata.pop("jupyter", None)
            cell.metadata.update({"jupyter": hidden} if hidden else {})
    for name, cells in sections(notebook):
        if not name or name.lower().removeprefix(DEEPER.lower()).startswith(UNTIMED):
            continue
        level = heading(cells[0])[0]
        took = max(1, round(minutes(*content(cells))))
        lines = cells[0].source.split("\n")
        lines[0] = f"{'#' * level} {name} ({took} min)"
        cells[0].source = "\n".join(lines)
    for cell in notebook.cells[:4]:
        cell.source = TIMES.sub(times(notebook), cell.source)


def main(arguments: list[str]) -> int:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = read(path)
        if "--write" in arguments:
            bring_up_to_date(notebook)
            write(notebook, path)
        print(f"{path.name}: {lesson_minutes(notebook)}")
        for name, cells in sections(notebook):
            print(f"  {minutes(*content(cells)):5.1f}  {name or '(opening)'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
