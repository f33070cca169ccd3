"""Run lessons from a clean kernel and store them: python tools/run_notebooks.py [01 03 ...]

Each lesson is executed top to bottom as a reader's Jupyter does it, brought to its stored form and
written in place. A lesson in which a cell fails, prints to stderr (a log line of C++ code does,
too) or shows a path of this machine is left as it was.
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

CELL_SECONDS = 1800  # a cell that hangs; on a busy machine a slow one takes minutes
# What this machine's tools set and a reader's machine does not: a lesson needs none of it. With
# PYTEST_CURRENT_TEST, for one, a kernel does not show what C++ code logs.
NOT_A_READERS = (
    "PYTEST_",
    "TF_",
    "XLA_",
    "KERAS_",
    "MPLBACKEND",
    "MATPLOTLIBRC",
    "MADE_LESSON_DATA",
    "PYTHONWARNINGS",
    "PYTHONHASHSEED",
)


def readers_environment() -> dict[str, str]:
    """The variables that a reader's Jupyter gives to a kernel."""
    return {name: value for name, value in os.environ.items() if not name.startswith(NOT_A_READERS)}


def execute(
    notebook: nbformat.NotebookNode, folder: Path, go_on: bool = False, **variables: str
) -> nbformat.NotebookNode:
    """Run every cell in a new kernel whose working directory is `folder`, in place.

    Args:
        go_on: run all cells though one fails; its error is in its outputs.
        variables: set in the kernel's environment besides a reader's.
    """
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        allow_errors=go_on,
        store_widget_state=False,
        record_timing=False,
    )
    return client.execute(env={**readers_environment(), **variables})


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
