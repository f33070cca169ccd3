"""The students' copy of the course, in build/student: python tools/student.py

It holds the lessons without solutions and outputs, and all that they need to run: a folder to zip.
The folder is made anew each time.
"""

from __future__ import annotations

import copy
import re
import shutil
from pathlib import Path

from normalize import ROOT, normalize, read, write

LESSONS = "[0-9][0-9]_*.ipynb"
FILES = ("LICENSE", "environment.yml", "requirements.txt")
JUNK = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.part")
LINK = re.compile(r"\]\((\.\./[^)\s#]+)")
ABOUT_SOLUTIONS = re.compile(r"[^.?!\n]*\bsolutions?\b[^.?!\n]*[.?!]", re.IGNORECASE)

README = """# {title}

You need Python 3.11, 3.12 or 3.13. In this folder, on Linux and macOS:

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt
    .venv/bin/python -m jupyterlab notebooks

and on Windows, in PowerShell:

    py -3.12 -m venv .venv
    .venv\\Scripts\\python -m pip install -r requirements.txt
    .venv\\Scripts\\python -m jupyterlab notebooks

{lessons}

Write your answer into the exercise's own cell, above the line that checks it. You may add cells;
leave the checking line as it is. Only what is in the notebook counts: save it, and hand in the
`.ipynb` files under their own names.
"""


def is_solution(cell) -> bool:
    return cell.id.startswith("solution-")


def without_solutions(notebook):
    """A copy of a lesson for students: no solutions, no outputs; every other cell stays."""
    result = copy.deepcopy(notebook)
    result.cells = [cell for cell in result.cells if not is_solution(cell)]
    for cell in result.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        elif cell.source.startswith("## Exercises"):  # it says where the solutions are
            cell.source = ABOUT_SOLUTIONS.sub("", cell.source).rstrip()
    return normalize(result)


def copy_course(folder: Path, root: Path = ROOT) -> None:
    """Copy what the lessons need to run: helpers, data and the benchmarks' records."""
    for name in ("helpers", "data"):
        shutil.copytree(root / name, folder / name, ignore=JUNK)
    for path in sorted((root / "benchmarks").rglob("*.json")):
        _copy(path, folder / path.relative_to(root))


def make(folder: Path, root: Path = ROOT) -> list[Path]:
    """Write the students' copy to `folder`, in place of what is there; the lessons' paths."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    copy_course(part, root)
    (part / "notebooks").mkdir()
    paths, titles = sorted((root / "notebooks").glob(LESSONS)), []
    for path in paths:
        lesson = without_solutions(read(path))
        write(lesson, part / "notebooks" / path.name)
        titles.append(f"- [{lesson.cells[0].source.splitlines()[0][2:]}](notebooks/{path.name})")
        for cell in lesson.cells:
            for target in LINK.findall(cell.source if cell.cell_type == "markdown" else ""):
                if (source := (path.parent / target).resolve()).is_file():
                    _copy(source, part / source.relative_to(root.resolve()))
    for name in FILES:
        _copy(root / name, part / name)
    title = (root / "README.md").read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
    text = README.format(title=title, lessons="\n".join(titles))
    (part / "README.md").write_text(text, encoding="utf-8", newline="\n")
    if folder.exists():
        shutil.rmtree(folder)
    part.rename(folder)
    return [folder / "notebooks" / path.name for path in paths]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    made = make(ROOT / "build" / "student")
    print(f"{len(made)} lessons without solutions are in build/student: zip it and hand it out.")
