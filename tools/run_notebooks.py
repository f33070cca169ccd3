"""Run lessons from a clean kernel and store them: python tools/run_notebooks.py [01 03 ...]

Each lesson is executed top to bottom, brought to its stored form and written in place. A lesson in
which a cell fails, prints to stderr or shows a path of this machine is left as it was.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from normalize import ROOT, normalize, problems, read, write

CELL_SECONDS = 600


def lesson_environment() -> dict[str, str]:
    """The variables that a lesson's kernel runs with, so that every run prints the same."""
    variables = {**os.environ}
    for name in ("MADE_LESSON_DATA", "PYTHONWARNINGS", "MATPLOTLIBRC", "KERAS_BACKEND"):
        variables.pop(name, None)
    variables |= {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # With this set, a kernel does not copy what C++ code logs into a cell's outputs.
        "PYTEST_CURRENT_TEST": "lessons",
    }
    return variables


def execute(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Run every cell in a new kernel whose working directory is `folder`, in place."""
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        record_timing=False,
    )
    return client.execute(env=lesson_environment())


def main(wanted: list[str]) -> int:
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    if wanted:
        numbers = tuple(number.zfill(2) for number in wanted)
        lessons = [path for path in lessons if path.name.startswith(numbers)]
    if not lessons:
        print("No notebook matches.", file=sys.stderr)
        return 1
    bad = 0
    for path in lessons:
        started = time.perf_counter()
        print(f"{path.name} … ", end="", flush=True)
        notebook = read(path)
        try:
            normalize(execute(notebook, path.parent))
        except CellExecutionError as error:
            print(f"failed, left as it was.\n{error}")
            bad += 1
            continue
        seconds = time.perf_counter() - started
        found = problems(notebook)
        if found:
            print(f"run in {seconds:.0f} s, left as it was:")
            print("\n".join(f"  {problem}" for problem in found))
            bad += 1
            continue
        changed = write(notebook, path)
        print(f"run in {seconds:.0f} s, {'stored' if changed else 'nothing changed'}.")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
