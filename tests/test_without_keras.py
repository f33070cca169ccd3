"""Lessons where there is no Keras: what needs it steps aside with a sentence, the rest runs.

Here a kernel that can't find Keras, TensorFlow and what else NumPy alone does not bring; the weekly
workflow has an environment without them (`tools/try_places.py numpy`).
"""

from __future__ import annotations

import ast
import re

import pytest
from lesson_parts import core
from nbformat.v4 import new_code_cell, new_notebook
from normalize import ROOT, read
from run_notebooks import execute

from helpers import course

HIDDEN = "keras tensorflow jax torch anywidget pooch requests tqdm scipy pandas".split()
HIDE = f"""from importlib.machinery import PathFinder

find = PathFinder.find_spec


def find_spec(name, path=None, target=None):
    return None if name.split(".")[0] in {HIDDEN} else find(name, path, target)


PathFinder.find_spec = find_spec
"""
SETUP = "from helpers.course import prepare\nROOT = prepare()"
ASIDE = re.compile(r"^(This cell needs (Keras|TensorFlow), which|A cell that stepped aside would)")
# The cells of each lesson's core path that step aside. Lessons 2, 4, 8 and 9 are about Keras.
STEP_ASIDE = {
    "01": [],
    "03": ["jacobian-check"],
    "05": "train pool nearest nearest-figure copies own mixture-draws mixture".split(),
}


def run_without_keras(notebook, tmp_path):
    """({cell: what it says when it steps aside}, what the setup cell says); no cell may fail."""
    (tmp_path / "sitecustomize.py").write_text(HIDE, encoding="utf-8")
    execute(notebook, ROOT, PYTHONPATH=str(tmp_path))
    text = {
        cell.id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    }
    assert not any(o.get("name") == "stderr" for c in notebook.cells for o in c.get("outputs", []))
    return {name: said for name, said in text.items() if ASIDE.match(said)}, text["setup"]


def lesson(number: str):
    return read(next((ROOT / "notebooks").glob(f"{number}_*.ipynb")))


@pytest.mark.lesson
@pytest.mark.parametrize("number", STEP_ASIDE)
def test_a_core_path_runs_without_keras(number, tmp_path):
    aside, said = run_without_keras(core(lesson(number)), tmp_path)
    assert list(aside) == STEP_ASIDE[number]
    assert said.startswith("This kernel has no keras and no tensorflow") and said.count("\n") == 1


@pytest.mark.parametrize("number", ["02", "04", "08", "09"])
def test_a_lesson_about_keras_says_what_is_missing(number, tmp_path):
    """The setup cell in a sentence; the cell that imports Keras steps aside, and nobody stops."""
    notebook = lesson(number)
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells = codes[: [cell.id for cell in codes].index("imports") + 4]
    aside, said = run_without_keras(notebook, tmp_path)
    assert said.startswith("This kernel has no keras and no tensorflow") and said.count("\n") == 1
    assert "needs Keras" in aside["imports"] and len(aside) == 4


CELLS = {
    "setup": SETUP,
    "import": "import keras as k\nfrom os import sep\ntaken = 1",
    "use": "k",
    "own-names": "taken, x = 2, 3\ntaken + x",
    "taken-back": "taken + 1",
    "in-function": "def f():\n    return sep",
    "local": "def g(k):\n    sep = k\n    return sep\ng(7)",
    "submodule": "from keras.layers import Dense",
    "room": "from helpers import masks, training",
    "numpy-rooms": "from helpers import network, reference\nfrom helpers.masks import count_paths",
    "tensorflow": "def tape():\n    import tensorflow.math",
    "comprehension": "[masks for _ in range(2)]",
    "later": "f",
    "reader": "return 1",
    "after": "x + 1",
}


def test_only_what_needs_keras_steps_aside(tmp_path):
    cells = [new_code_cell(source, id=name) for name, source in CELLS.items()]
    cells[-2].metadata["tags"] = ["raises-exception"]  # a reader's slip stays Python's to tell
    notebook = new_notebook(cells=cells)
    aside, said = run_without_keras(notebook, tmp_path)
    assert list(aside) == (
        "import use in-function submodule room tensorflow comprehension later".split()
    )
    assert "`k`" in aside["use"] and "TensorFlow" in aside["tensorflow"]
    values = {cell.id: cell.outputs[-1].get("data", {}) for cell in cells if cell.outputs}
    shown = {name: data["text/plain"] for name, data in values.items() if data}
    assert shown == {"own-names": "5", "taken-back": "3", "local": "7", "after": "4"}
    assert [o.ename for o in cells[-2].outputs] == ["SyntaxError"]


def test_with_keras_no_cell_steps_aside():
    cells = [new_code_cell(SETUP, id="setup"), new_code_cell("get_ipython().ast_transformers")]
    execute(new_notebook(cells=cells), ROOT)
    assert cells[0].outputs == [] and cells[1].outputs[0].data["text/plain"] == "[]"


def test_once_keras_is_installed_cells_run(monkeypatch):
    aside, cell = course.StepAside(), ast.parse("import keras")
    assert aside.visit(cell) is cell
    monkeypatch.setenv("KERAS_BACKEND", "no_such_backend")
    assert aside.visit(cell) is not cell
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert aside.visit(cell) is cell
    assert aside.visit(used := ast.parse("keras")) is used


def imported(name: str) -> set[str]:
    """What a module of the course imports where it stands (not inside functions)."""
    path = ROOT / "helpers" / f"{name.replace('.', '/')}.py"
    path = path if path.exists() else path.with_suffix("") / "__init__.py"
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.split(".")[0] if not name.startswith("helpers") else name for name in found}


def test_the_rooms_that_need_keras_are_listed():
    helpers = ROOT / "helpers"
    rooms = {path.stem for path in helpers.glob("[!_]*.py")}
    rooms |= {path.parent.name for path in helpers.glob("*/__init__.py")}
    need = {room for room in rooms if {"keras", "tensorflow"} & imported(room)}
    while more := {r for r in rooms - need if imported(r) & {f"helpers.{n}" for n in need}}:
        need |= more
    assert need == set(course.KERAS_ROOMS)
    for path in helpers.glob("*/*.py"):  # figures, explorers and exercises
        if path.stem != "__init__":
            assert not {"keras", *(f"helpers.{n}" for n in need)} & imported(
                f"{path.parent.name}.{path.stem}"
            )
