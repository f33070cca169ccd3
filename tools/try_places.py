"""Run the lessons where readers open them, and record it: python tools/try_places.py PLACE …

    numpy   NumPy, matplotlib and ipywidgets at the course's pins, without Keras
    colab   Colab's versions (requirements-colab.txt), through a stubbed google.colab, from a clone
    root    the course's environment, the kernel started in the course's folder
    lessons the same, started in notebooks/ (as JupyterLab, Notebook and VS Code do)
    papermill  the same, by papermill

Each place gets an environment of its own in build/places; the records are benchmarks/places.json.
A weekly workflow runs the first two. A place fails where a cell raises or prints to stderr. Numbers
(`root 06 07`) run these lessons alone, beside those that are recorded.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import badges
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from normalize import ROOT, read, write
from run_notebooks import CELL_SECONDS, readers_environment

PLACES = ROOT / "build" / "places"
RECORDS = ROOT / "benchmarks" / "places.json"
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STARTS = ("This cell needs", "A cell that stepped aside")
MEMORY = f"""import sys
sys.path.append({str(ROOT / "tests")!r})
import lesson_probe
print(lesson_probe.peak_mebibytes())"""
STUB = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')\n"
PAPERMILL = "papermill==2.7.0"
NUMPY = ["numpy", "matplotlib", "ipywidgets", "ipykernel"]


def environment(name: str, *wanted: str) -> str:
    """The Python of an environment in build/places that holds what pip is told to install."""
    python = PLACES / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        base = os.environ.get("PLACES_PYTHON", sys.executable)  # Colab's is 3.13
        subprocess.run([base, "-m", "venv", PLACES / name], check=True)
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", *wanted], cwd=ROOT, check=True)
    subprocess.run([*pip, "check"], check=True)
    return str(python)


def versions(python: str) -> dict[str, str]:
    """Python, and of each package that a lesson stands on the version, if it is there."""
    names = "numpy matplotlib ipywidgets ipython ipykernel keras tensorflow-cpu tensorflow".split()
    code = f"""import importlib.metadata as m, json, platform
found = {{"python": platform.python_version()}}
for name in {names}:
    try: found[name] = m.version(name)
    except m.PackageNotFoundError: pass
print(json.dumps(found))"""
    return json.loads(subprocess.check_output([python, "-c", code], encoding="utf-8"))


def megabytes(python: str) -> dict[str, int]:
    """Size of the packages that an environment has, of the course's pins; all, and the largest."""
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split("==")[0] for line in pinned if "==" in line]
    code = f"""import importlib.metadata as m, json, os
found = {{}}
for name in {names}:
    try: files = m.distribution(name).files or []
    except m.PackageNotFoundError: continue
    there = [str(f.locate()) for f in files]
    found[name] = sum(os.path.getsize(f) for f in there if os.path.exists(f))
print(json.dumps(found))"""
    found = json.loads(subprocess.check_output([python, "-c", code], encoding="utf-8"))
    largest = sorted(found, key=found.get)[-1]
    return {"all": round(sum(found.values()) / 1e6), largest: round(found[largest] / 1e6)}


def kernelspec(python: str) -> Path:
    """The folder with a kernel named `place` that is `python`."""
    folder = PLACES / "jupyter" / "kernels"
    (folder / "place").mkdir(parents=True, exist_ok=True)
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = json.dumps({"argv": argv, "display_name": "place", "language": "python"})
    (folder / "place" / "kernel.json").write_text(spec, encoding="utf-8")
    return folder


def execute(notebook, folder: Path, python: str, **variables: str):
    """Run all cells, in place, in a kernel of `python` started in `folder`; an error stops none."""
    specs = kernelspec(python)
    manager = AsyncKernelManager(
        kernel_name="place", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(specs)])
    )
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(folder)}},
        allow_errors=True,
        store_widget_state=False,
    )
    environ = {**readers_environment(), **variables}
    environ.pop("VIRTUAL_ENV", None)
    return client.execute(env=environ, cleanup_kc=True)  # and end the kernel


def faults(notebook) -> list[str]:
    """What went wrong: cells that raised, or printed to stderr."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                found.append(f"{cell.id}: {output.ename}: {output.evalue}")
            elif output.get("name") == "stderr":
                found.append(f"{cell.id}: stderr: {output.text[:500]}")
    return found


def run_lesson(
    path: Path, folder: Path, python: str, edit=lambda notebook: None, run=execute, **variables: str
) -> dict:
    """One lesson in one place: a row of the record. `run` executes it as `execute` does."""
    notebook = read(path)
    edit(notebook)
    notebook.cells.append(new_code_cell(MEMORY, id="memory"))
    started = time.perf_counter()
    notebook = run(notebook, folder, python, **variables)
    seconds = time.perf_counter() - started
    if found := faults(notebook):
        raise SystemExit("\n".join([f"{path.name} fails:", *found]))
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"][:-1]
    said = ["".join(output.get("text", "") for output in cell.outputs) for cell in codes]
    return {
        "cells": len(codes),
        "aside": sum(text.startswith(STARTS) for text in said),
        "seconds": round(seconds, 1),
        "mebibytes": round(float(notebook.cells[-1].outputs[0].text)),
    }


# --- Colab ---------------------------------------------------------------------------------------


def remote() -> str:
    """The address of a local repository that holds this commit."""
    folder = PLACES / "remote.git"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", "--bare", ROOT, folder], check=True)
    return folder.as_uri()


def addressed(address: str, twice: bool = False):
    """A function that fills `address` into a lesson's first cell, and may have that run twice."""

    def edit(notebook) -> None:
        at = next(i for i, cell in enumerate(notebook.cells) if cell.id == "setup")
        cell = notebook.cells[at]
        cell.source = badges.SETUP_REPO.sub(f'REPO = "{address}"', cell.source)
        if twice:
            notebook.cells.insert(at + 1, new_code_cell(cell.source, id="setup-again"))

    return edit


def only_the_start(address: str, folder: Path, python: str, **variables: str) -> str:
    """What the first two code cells of lesson 1 say in one sentence, where the course can't be had.

    Raises:
        SystemExit: if they say anything else, or nothing.
    """
    cells = [cell for cell in read(LESSONS[0]).cells if cell.cell_type == "code"][:2]
    notebook = new_notebook(cells=cells)
    addressed(address)(notebook)
    execute(notebook, folder, python, **variables)
    for cell in notebook.cells:
        for output in cell.outputs:
            text = output.get("evalue") or output.get("text", "")
            traceback = len(output.get("traceback", []))
            if text and traceback <= 2 and text.strip().count("\n") == 0:
                return text.strip()
    raise SystemExit(f"no sentence was said: {[cell.outputs for cell in notebook.cells]}")


def colab() -> dict:
    python = environment("colab", "-r", "requirements-colab.txt")
    stub = PLACES / "stub"
    stub.mkdir(parents=True, exist_ok=True)
    (stub / "sitecustomize.py").write_text(STUB, encoding="utf-8")
    address, nowhere = remote(), "http://127.0.0.1:9/nowhere.git"
    with content(python, address) as (folder, run):
        # The first lesson fetches the course, the others find it; all have the cell run twice.
        rows = {path.stem: run(path, twice=True) for path in LESSONS}
        run(LESSONS[0], nowhere)  # after a restart, offline
    said, stubbed = {}, {"PYTHONPATH": str(stub)}
    for name, where in {"no address": "", "offline": nowhere}.items():
        with content(python, address) as (folder, _):
            said[name] = only_the_start(where, folder, python, **stubbed)
    with content(python, address) as (folder, run):  # half a clone is put aside
        (folder / "course" / "helpers").mkdir(parents=True)
        run(LESSONS[0])
        assert len([*folder.glob("course-*")]) == 1
    with content(python, address) as (folder, _):  # its helpers lack what the lesson imports
        subprocess.run(["git", "clone", "-q", address, folder / "course"], check=True)
        (folder / "course" / "helpers" / "baselines.py").unlink()
        said["older clone"] = only_the_start(address, folder, python, **stubbed)
    for name, sentence in said.items():
        print(f"  {name}: {sentence}")
    return {
        "versions": versions(python),
        "megabytes": megabytes(python),
        "lessons": rows,
        "said": sorted(said),
    }


@contextlib.contextmanager
def content(python: str, address: str):
    """A new folder far from the course, as Colab's, and a function that runs a lesson there.

    A lesson must have run from the clone in it, never from the course that this script is in.
    """
    with tempfile.TemporaryDirectory(prefix="content-") as folder:
        folder = Path(folder).resolve()
        assert not any((near / "helpers").exists() for near in folder.parents)
        here = new_code_cell(f"assert str(ROOT) == {str(folder / 'course')!r}, ROOT", id="where")

        def run(path: Path, where: str = address, **options):
            def edit(notebook) -> None:
                addressed(where, **options)(notebook)
                notebook.cells.append(here)

            return run_lesson(path, folder, python, edit, PYTHONPATH=str(PLACES / "stub"))

        yield folder, run


# --- the other places ----------------------------------------------------------------------------


def numpy() -> dict:
    python = environment("numpy", "-c", "requirements.txt", *NUMPY)
    found = versions(python)
    assert not {"keras", "tensorflow", "tensorflow-cpu"} & set(found), found
    rows = {path.stem: run_lesson(path, path.parent, python) for path in LESSONS}
    return {"versions": found, "megabytes": megabytes(python), "lessons": rows}


def here(folder: Path, run=execute) -> dict:
    rows = {path.stem: run_lesson(path, folder, sys.executable, run=run) for path in LESSONS}
    return {
        "versions": versions(sys.executable),
        "megabytes": megabytes(sys.executable),
        "lessons": rows,
    }


def with_papermill(papermill: str, notebook, folder: Path, python: str):
    """What papermill, in the Python named first, makes of a notebook; an error stops it."""
    with tempfile.TemporaryDirectory() as there:
        before, after = Path(there) / "lesson.ipynb", Path(there) / "after.ipynb"
        write(notebook, before)
        command = [papermill, "-m", "papermill", "--no-progress-bar", "-k", "place"]
        environ = {**readers_environment(), "JUPYTER_PATH": str(kernelspec(python).parent)}
        done = subprocess.run(
            [*command, "--cwd", folder, before, after],
            env=environ,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise SystemExit(f"papermill stopped:\n{done.stderr[-3000:]}")
        return read(after)


def papermill() -> dict:
    python = environment("papermill", "-c", "requirements.txt", PAPERMILL)
    return here(ROOT / "notebooks", functools.partial(with_papermill, python))


RUN = {
    "papermill": papermill,
    "numpy": numpy,
    "colab": colab,
    "root": lambda: here(ROOT),
    "lessons": lambda: here(ROOT / "notebooks"),
}


def recorded() -> dict:
    return json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}


# --- the README's table --------------------------------------------------------------------------

NAMES = {
    "root": "the course's environment, kernel in the course's folder",
    "lessons": "the same, kernel in `notebooks/`",
    "papermill": "the same, by papermill",
    "colab": "Colab's versions, from a clone",
    "numpy": "NumPy without Keras",
}
TABLE = re.compile(r"(<!-- places -->\n).*?(<!-- /places -->)", re.DOTALL)


def cell(took: dict | None) -> str:
    if took is None:
        return "not run yet"
    aside = f", {took['aside']} of {took['cells']} cells step aside" if took["aside"] else ""
    return f"{took['seconds']:.0f} s, {took['mebibytes']} MiB{aside}"


def table(records: dict) -> str:
    """Place by lesson: seconds and peak memory, as recorded, with the date."""
    head = [
        "place",
        "Python",
        "installed",
        "run on",
        *(f"lesson {int(path.stem[:2])}" for path in LESSONS),
    ]
    rows = [head, ["---"] * len(head)]
    for name in (name for name in NAMES if name in records):
        row = records[name]
        done = [cell(row["lessons"].get(path.stem)) for path in LESSONS]
        size = f"{row['megabytes']['all']:,} MB"
        ran = f"{row['date']}, load {row['load']}" if "load" in row else row["date"]
        rows.append([NAMES[name], row["versions"]["python"], size, ran, *done])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def updated(readme: str, records: dict) -> str:
    return TABLE.sub(lambda found: found[1] + table(records) + found[2], readme)


def main(names: list[str]) -> int:
    if numbers := {name for name in names if name.isdigit()}:
        LESSONS[:] = [path for path in LESSONS if path.name[:2] in numbers]
        names = [name for name in names if name not in numbers]
    if unknown := set(names) - set(RUN) or (not names and {"no place"}):
        sys.exit(f"{', '.join(sorted(unknown))}: name one or more of {', '.join(RUN)}.")
    for name in names:
        print(f"{name} …", flush=True)
        row = {"date": datetime.date.today().isoformat(), "cores": os.cpu_count(), **RUN[name]()}
        if hasattr(os, "getloadavg"):  # over the last minutes: above the cores, others ran as well
            row["load"] = round(os.getloadavg()[1], 1)
        for lesson, took in row["lessons"].items():
            print(f"  {lesson}: {took}")
        before = recorded()
        earlier = before.get(name, {}).get("lessons", {}) if numbers else {}
        records = {**before, name: {**row, "lessons": {**earlier, **row["lessons"]}}}
        RECORDS.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
        page = ROOT / "README.md"
        text = updated(page.read_text(encoding="utf-8"), records)
        page.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
