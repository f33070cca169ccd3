"""No cell fails a reader who runs it twice, stops training early, or changes a number in it.

Each lesson runs once in one kernel, in little (`lesson_reader.py`), and the stop button is pressed
after one or two epochs of every training. Every cell runs twice; then again for each change in
CHANGES, after which the lesson goes on from there; at the end every cell that asserts something
runs once more.
"""

from __future__ import annotations

import ast
import copy

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from normalize import ROOT, read
from run_notebooks import readers_environment

LESSONS = {int(path.stem[:2]): path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}

# lesson → cell → changes (old, new): numbers that a reader changes to see what happens
CHANGES = {
    1: {
        "bernoulli": [("[1, 1, 0, 1, 0]", "[0, 1, 0, 0, 0]")],
        "gaussian-nll": [("0.5, 0.7", "-3.0, 0.2"), ("0.4, 1.1", "0.4, 2.9")],
        "logits-table": [("[20, 40,", "[15, 60,")],
        "noise-data": [("default_rng(1)", "default_rng(5)")],
        "noise-fit": [("range(4000)", "range(40)")],
        "categorical-nll": [("1000.0", "0.5")],
        "smooth": [("(ones + 1) / (len(split.train) + 2)", "(ones + 9) / (len(split.train) + 18)")],
        "code-length": [("default_rng(0)", "default_rng(9)")],
    },
    2: {
        "build": [("set_random_seed(0)", "set_random_seed(7)")],
        "train": [("epochs=20", "epochs=2"), ("batch_size=100", "batch_size=500")],
        "scramble": [("default_rng(0)", "default_rng(3)")],
        "train-over": [("3e-3", "1e-5")],
        "noises": [("test, 0.3", "test, 0.9")],
        "train-denoisers": [("SaltAndPepper(0.3)", "SaltAndPepper(0.8)")],
        "noises-plot": [("(len(test), 10", "(len(test), 20")],
        "train-eraser": [("EraseBlock(10)", "EraseBlock(20)")],
        "probe-run": [("n_draws=20", "n_draws=3")],
        "small-train": [("n_hidden=32", "n_hidden=2"), ("1e-2", "1e-4")],
        "totals": [("(0, 2, 4, 10)", "(0, 3)")],
    },
    3: {
        "bits": [("[8, 14, 20]", "[10, 14, 18]")],
        "degrees-3": [("[1, 2, 1, 2]", "[2, 2, 2, 1]"), ("[1, 2, 2, 1]", "[2, 2, 2, 2]")],
        "looks-degrees": [("default_rng(1)", "default_rng(6)"), ("(40, 40)", "(9, 30)")],
        "network": [("scale=1.0", "scale=4.0"), ("default_rng(0)", "default_rng(8)")],
        "jacobian-figure": [("size=(500, D)", "size=(2, D)")],
        "tiny": [("0.03", "0.3")],
        "four-bits": [("seed=0", "seed=3")],
        "draw-run": [("50_000", "500")],
        "bad": [("[3] * 7", "[5] * 7")],
        "missed": [("500, 1000", "50, 1000")],
        "causal": [("T = 6", "T = 9")],
    },
    4: {
        "recipe": [("dropout=0.3", "dropout=0.0"), ("epochs=24", "epochs=2"), ("4e-3", "4e-2")],
        "agree": [("seed=2", "seed=5"), ("(500,)", "(300, 200)")],
        "model": [("seed=0", "seed=9"), ("(2000,)", "(300,)")],
        "start-scores": [("set_random_seed(0)", "set_random_seed(3)"), (": 5}", ": 50}")],
        "overfit": [("patience=4", "patience=1"), ("[:4000]", "[:500]")],
        "intruders": [("[5:23, 13:15]", "[2:4, 2:9]")],
        "auto": [("60 *", "3 *")],
        "leak": [("6e-3", "1e-4"), ("(1000,)", "(800,)")],
        "leak-early": [("(1.0, 0.1)", "(5.0, 0.01)")],
    },
    5: {
        "fvsbn-train": [("rate=0.2", "rate=0.01")],
        "fvsbn-run": [("epochs=2", "epochs=1")],
        "loop-run": [("default_rng(8).random((10", "default_rng(1).random((4")],
        "stages": [("k = 300", "k = 5")],
        "own": [("[:1000]", "[:100]")],
        "staircase": [("seed=1", "seed=3")],
        "hundred": [("seed=0", "seed=4")],
        "train": [("15 if", "2 if"), ("5e-3", "1e-4"), ("(500,)", "(40,)")],
        "pool": [("default_rng(1)", "default_rng(7)"), ("seed=5", "seed=6"), ("0.02", "0.3")],
        "warm": [("(0.5, 0.8, 1, 1.2)", "(0.1, 3)")],
        "greedy": [("300, seed=0, temperature=0.2", "20, seed=1, temperature=1.5")],
        "complete-run": [("seed=1", "seed=2")],
        "mixture-draws": [("default_rng(14)", "default_rng(5)")],
    },
    6: {
        "readers": [("20 * x[:, 0] - 10.0", "8 * x[:, 0] - 4.0")],
        "averages": [("/ 2", "/ 3")],
        "within": [("readers(4, same)", "readers(2, same)")],
        "draw": [("5, 4))", "7, 2))")],
        "signs": [("range(200)", "range(5)"), ("30, signs", "8, signs")],
        "train": [("(300,)", "(20,)")],
        "live-curve": [("(1, 2, 4, 8, 16)", "(1, 2, 4)"), ("range(10)", "range(3)")],
        "wrong-scores": [("range(8)", "range(3)")],
        "mass": [("(100,)", "(10,)"), ("range(8)", "range(3)")],
        "known-first": [("False, True, False, True, True", "True, False, False")],
        "regions": [("< 0.75", "< 0.5"), ("n=8", "n=3")],
        "never-scores": [('"centre", ', "")],
    },
    7: {
        "admit": [("case[0]()", "case[0](3)")],
        "case-1-score": [("case[1]()", "case[1](5)")],
        "case-2-draws": [("20_000", "200")],
        "case-2-figure": [("20_000", "200")],
        "case-3-score": [("case[5]()", "case[5](4)")],
        "case-4-twin": [("case[11]()", "case[11](2)")],
        "case-5-look": [("5000", "50")],
        "explore-figure": [("stale masks after reshuffling", "sound")],
        "asleep-wakes": [("steps=20", "steps=1")],
        "normed": [("0.75", "0.5")],
        "epsilon-784": [("784", "100")],
        "batch": [("[:50]", "[:70]")],
        "six-scoring": [("0.8) / 0.8", "0.5) / 0.5")],
        "choice": [("0.15", "0.5"), ("[:50]", "[:5]"), ("range(200)", "range(10)")],
        "exam": [("draw_exam()", "draw_exam(7)")],
    },
    8: {
        "repeat": [("K = 2", "K = 3")],
        "ring-code": [("2.0, 0.25", "1.5, 0.4")],
        "gauss": [("(64, 64)", "(5,)")],
        "mixture": [("GAUSSIANS = 8", "GAUSSIANS = 3"), ("seed=0", "seed=3")],
        "units-run": [("0.001", "0.1")],
        "model": [("dropout=0.3", "dropout=0.0"), ("(500,)", "(50,)")],
        "draw": [("seed=0", "seed=4")],
        "moons-run": [("(1, 2, 4, 8)", "(3, 5)")],
        "tree-score": [("1.0, 0.3", "2.0, 0.3")],
        "missing-run": [("[1, 6]", "[6, 2]")],
        "missing-draw": [("2000, seed=0", "50, seed=3"), ("t_test[3]", "t_test[7]")],
        "flow-stack": [("seed=1", "seed=5")],
    },
    9: {
        "energy": [("0.44", "0.3")],
        "kaufman": [("(3, 5)", "(2, 4)")],
        "untrained": [("8, degrees", "3, degrees"), ("0.1 *", "0.05 *")],
        "climb": [("range(300)", "range(30)"), ("sample(200", "sample(50")],
        "weigh": [("10_000", "500")],
        "curve": [("0.3, 0.4,", "0.32, 0.42,")],
        "explorer-twin": [("0.44", "0.6")],
        "quench": [("np.full(100", "np.full(10"), ("seed=3", "seed=4")],
        "mend": [("seed=1", "seed=2")],
        "heat": [("0.6)", "0.56)")],
    },
}
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # in little, and on a busy machine, more only wait
SHORT = {"fvsbn-run": ("epochs=30", "epochs=2")}  # the one training that `fit` does not do
ONCE = {"explorer", "exercise"}  # test_explorers_… and test_notebooks try these in many ways


def asserts(cell) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))


def changed(cell, changes) -> list:
    """The cell again, once for each change; the changes add up."""
    again, source = [], cell.source
    for n, (old, new) in enumerate(changes, 1):
        assert old in source, f"{cell.id} does not hold {old!r}"
        source = source.replace(old, new)
        again.append(new_code_cell(source, id=f"{cell.id}-changed-{n}"))
    return again


def impatient_copy(notebook, changes: dict, twice: bool = True):
    """A copy of a lesson with the cells that a reader in a hurry runs, in their order."""
    cells = [cell for cell in copy.deepcopy(notebook).cells if cell.cell_type == "code"]
    unknown = set(changes) - {cell.id for cell in cells}
    assert not unknown, f"no such cells: {sorted(unknown)}"
    result = []
    for cell in cells:
        if cell.id in SHORT:
            cell.source = cell.source.replace(*SHORT[cell.id])
        result.append(cell)
        if cell.id == "setup":
            start = f"sys.path.append({str(ROOT / 'tests')!r})\nimport lesson_reader\n"
            start += "lesson_reader.be_impatient()\nlesson_reader.have_small_models()\n"
            start += "lesson_reader.have_large_sets()"
            result.append(new_code_cell(f"import sys\n{start}", id="reader"))
        elif twice and not ONCE & set(cell.metadata.get("tags", [])):
            result.append(new_code_cell(cell.source, id=f"{cell.id}-twice"))
        result += changed(cell, changes.get(cell.id, []))
    if twice:
        late = [new_code_cell(cell.source, id=f"{cell.id}-late") for cell in cells if asserts(cell)]
        result += reversed(late)
    return new_notebook(cells=result)


def failures(notebook, folder=ROOT / "notebooks") -> list[str]:
    """Run all cells; those that raise. Of cells run late, out of order, only failed assertions."""
    client = NotebookClient(notebook, timeout=None, kernel_name="python3", allow_errors=True)
    client.resources = {"metadata": {"path": str(folder)}}
    client.execute(env=readers_environment() | ONE_THREAD)
    found = []
    for cell in notebook.cells:
        for output in cell.outputs:
            late = cell.id.endswith("-late") and output.get("ename") != "AssertionError"
            if output.output_type == "error" and not late:
                found.append(f"{cell.id}: {output.ename}: {output.evalue}")
    return found


@pytest.mark.parametrize("number", LESSONS)
def test_the_changes_are_of_what_the_lesson_says(number):
    notebook = read(LESSONS[number])
    assert len(CHANGES[number]) >= 8
    assert len(impatient_copy(notebook, CHANGES[number]).cells) > len(notebook.cells) / 2


@pytest.mark.lesson
@pytest.mark.parametrize("number", LESSONS)
def test_lesson_survives_an_impatient_reader(number):
    found = failures(impatient_copy(read(LESSONS[number]), CHANGES[number]))
    assert not found, "\n".join(found)


DATA = 'os.environ.get("MADE_LESSON_DATA", "sample")'


@pytest.mark.lesson
@pytest.mark.parametrize(
    "number, cell, name",
    [(4, "choose-data", "mnist"), (5, "data", "binarized_mnist")],
)
def test_lesson_survives_another_set_of_digits(number, cell, name):
    changes = {cell: [(DATA, repr(name))]}
    found = failures(impatient_copy(read(LESSONS[number]), changes, twice=False))
    assert not found, "\n".join(found)


# --- these checks can fail -----------------------------------------------------------------------

SETUP = f"import sys\nsys.path.insert(0, {str(ROOT)!r})"
TRAIN = """import keras
from helpers import data, training
split = data.load("sample")
rows = split.train[:100].astype("float32"), split.valid[:20].astype("float32")
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(784)])
history = training.fit(model, *rows, epochs=5, batch_size=50, progress=False)"""


def small_lesson(**sources):
    cells = {"setup": SETUP, **{name.replace("_", "-"): code for name, code in sources.items()}}
    return new_notebook(cells=[new_code_cell(code, id=name) for name, code in cells.items()])


@pytest.mark.parametrize(
    "sources, changes, expected",
    [
        ({"a": "x = 1\nassert x == 1", "b": "y = x"}, {"a": [("x = 1\n", "x = 1  \n")]}, []),
        ({"a": "x = 1", "b": "x += 1\nassert x < 3"}, {}, ["b-twice: AssertionError: "]),
        ({"a": "x = 1", "b": "assert x == 1"}, {"a": [("1", "2")]}, ["b: AssertionError: "]),
        (
            {"a": "x = 1", "b": "assert x == 1", "c": "x = 2"},
            {},
            ["b-late: AssertionError: "],
        ),
        ({"a": "x = 1", "b": "x < 3 or z"}, {"a": [("1", "4")]}, ["b: NameError"]),
    ],
    ids=["sound", "twice", "a changed number", "late", "another error"],
)
def test_what_fails_a_reader_is_noticed(sources, changes, expected):
    found = failures(impatient_copy(small_lesson(**sources), changes))
    assert all(line.startswith(start) for line, start in zip(found, expected, strict=False)), found
    assert bool(found) == bool(expected)


def test_a_lesson_that_needs_a_whole_training_is_noticed():
    notebook = small_lesson(
        train=TRAIN,
        sound="assert len(history.valid) == len(history.train)",
        bound="assert len(history.valid) == 5",
        digits='print(len(data.load("mnist").test)); assert len(data.load("mnist").test) == 10_000',
    )
    found = failures(impatient_copy(notebook, {}))
    assert [line.split(":")[0] for line in found] == ["bound", "bound-twice", "bound-late"]
