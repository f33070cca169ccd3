"""Every lesson looks as it should, runs to the very outputs it stores, and its exercises work.

Each lesson is executed once, by a kernel as a reader's Jupyter starts it: a copy of it, in which
every exercise is followed by its solution, its wrong answers and its stub. No cell may fail or
print to stderr, and what the lesson's own cells show is compared with what is stored, except for
cells tagged `nbval-ignore-output`. For everything but these runs: pytest -m "not lesson"
"""

from __future__ import annotations

import copy
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import lesson_probe
import pytest
from lesson_rules import RULES, Answers, solution_of, tags
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from normalize import ROOT, normalize, plain_png, problems, read, text_of, write
from run_notebooks import execute

CORE = [
    "01_turn_a_likelihood_into_a_loss",
    "02_build_an_autoencoder",
    "03_derive_the_masks",
    "04_train_made",
    "05_draw_new_digits",
]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COPIES = ROOT / "build" / "notebooks"

MEBIBYTES = 1228  # 1.2 GiB of memory at most; seconds are for `python -m benchmarks.speed lessons`

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def lesson_number(path: Path) -> int:
    return int(path.stem[:2])


def answers_of(number: int) -> Answers:
    file = ROOT / "tests" / "wrong_answers" / f"lesson_{number}.py"
    names = runpy.run_path(str(file)) if file.exists() else {}
    return Answers(*(names.get(name, {}) for name in ("WRONG", "RIGHT", "SAME_HINT", "HINTS")))


# --- the lessons as stored -----------------------------------------------------------------------


def test_the_five_core_lessons_exist():
    missing = set(CORE) - {path.stem for path in LESSONS}
    assert not missing, f"missing: {sorted(missing)}"


@pytest.mark.parametrize("rule", RULES)
@each_lesson
def test_lesson_follows_the_rule(path, rule):
    found = RULES[rule](read(path), lesson_number(path), answers_of(lesson_number(path)))
    assert not found, "\n".join([path.name, *found])


def test_all_lessons_are_set_up_by_the_same_cell():
    cells = [next(c for c in read(path).cells if c.cell_type == "code") for path in LESSONS]
    assert len({cell.source for cell in cells}) <= 1


@each_lesson
def test_every_expectation_is_of_a_cell(path):
    cells = {cell.id for cell in read(path).cells if cell.cell_type == "code"}
    unknown = set(expectations(lesson_number(path))) - cells
    assert not unknown, f"{path.name} has no cell {sorted(unknown)}"


# --- the lessons run -----------------------------------------------------------------------------


def expectations(number: int) -> dict[str, list[str]]:
    """What a fresh, whole run of a lesson must show, by the cell after which it must."""
    file = ROOT / "tests" / "lesson_expectations" / f"lesson_{number}.py"
    return runpy.run_path(str(file))["EXPECTED"] if file.exists() else {}


def silent_cell(source: str, name: str):
    return new_code_cell(source, id=name, metadata={"tags": ["nbval-ignore-output"]})


def copy_with_checks(notebook, answers: Answers, expected, report: Path):
    """The lesson with what is expected of its cells, answers to its exercises, and a report."""
    result = copy.deepcopy(notebook)
    tests = str(ROOT / "tests")
    start = f"import sys\nsys.path.append({tests!r})\nimport lesson_probe\nlesson_probe.start()"
    cells = [silent_cell(start, "probe-start")]
    for i, cell in enumerate(result.cells):
        cells.append(cell)
        if cell.id in expected:
            asserted = "\n".join(f"assert {condition}" for condition in expected[cell.id])
            cells.append(silent_cell(asserted, f"{cell.id}-expected"))
        if "exercise" not in tags(cell):
            continue
        tried = [("stub", cell.source, False)]
        if (solution := solution_of(result.cells[i + 1])) is not None:
            tried.append(("solution", solution, True))
        for kind, given, passes in (
            ("wrong", answers.wrong, False),
            ("right", answers.right, True),
        ):
            for n, code in enumerate(given.get(cell.id, []), 1):
                tried.append((f"{kind} answer {n}", code, passes))
        for what, code, passes in tried:
            call = f"lesson_probe.check({cell.id!r}, {what!r}, {code!r}, {passes}, globals())"
            cells.append(silent_cell(call, f"{cell.id}-{what.replace(' ', '-')}"))
    cells.append(silent_cell(f"lesson_probe.finish({str(report)!r})", "probe-finish"))
    result.cells = cells
    return result


def shown(cell) -> list[tuple[str, str]]:
    """What a cell shows: ("stdout", text), ("text/plain", text) …; of a picture, that it is one."""
    found = []
    for output in cell.outputs:
        if output.output_type == "stream":
            found.append((output.name, output.text))
        elif output.output_type == "error":
            found.append((output.ename, output.evalue))
        else:
            kinds = output.data.items()
            found += [(k, "" if k.startswith("image/") else str(v)) for k, v in sorted(kinds)]
    return found


def differences(stored, executed) -> list[str]:
    """How a run failed, or differs from what is stored in the cells of the same ids; one each."""
    found = []
    before = {cell.id: cell for cell in stored.cells}
    for cell in executed.cells:
        if cell.cell_type != "code":
            continue
        now = shown(cell)
        for output in cell.outputs:
            if output.output_type == "error":
                trace = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output.traceback))
                found.append(f"Cell {cell.id} raised {output.ename}: {output.evalue}\n{trace}")
            elif output.get("name") == "stderr":
                found.append(f"Cell {cell.id} printed to stderr: {output.text}")
        if cell.id in before and "nbval-ignore-output" not in tags(cell):
            if (then := shown(before[cell.id])) != now:
                found.append(f"Cell {cell.id} shows another output: {now}, stored: {then}")
    return found


def run_lesson(path: Path, answers: Answers, expected, folder: Path) -> dict:
    """Run a lesson's checked copy in `folder`; what it took, or an AssertionError with the why."""
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / f"{path.stem}.json"
    report.unlink(missing_ok=True)
    checked = folder / path.name
    stored = read(path)
    notebook = copy_with_checks(stored, answers, expected, report)
    write(notebook, checked)
    found = differences(stored, normalize(execute(notebook, folder, go_on=True)))
    assert not found, "\n".join([path.name, *found])
    return json.loads(report.read_text(encoding="utf-8"))


@pytest.mark.lesson
@each_lesson
def test_lesson_runs_to_its_stored_outputs_and_its_exercises_work(path):
    number = lesson_number(path)
    took = run_lesson(path, answers_of(number), expectations(number), COPIES)
    assert (took["mebibytes"] or 0) < MEBIBYTES


# --- these checks can fail -----------------------------------------------------------------------

SETUP = """import numpy as np
from helpers.exercises import checker, correct, not_yet"""
LOG_LINE = r"""import os, time
os.write(2, b"I0000 a line of log, as C++ code writes it\n")
time.sleep(0.5)"""
WARNING = """import warnings
warnings.warn("careful")"""
STUB = """answer = None
check(answer)"""
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
TWIN = f"""from base64 import b64decode
from IPython.display import Image
picture = {PNG!r}
Image(b64decode(picture))"""
CHECK = """@checker
def check(answer):
    return correct("Yes.") if answer == 42 else not_yet("Multiply 6 by 7.")"""


def small_lesson():
    """A lesson of a dozen cells that follows every rule, not yet run."""

    def text(name, source):
        return new_markdown_cell(source, id=name)

    def code(name, source, *tags):
        metadata = {"tags": [*tags]} if tags else {}
        return new_code_cell(source, id=name, metadata=metadata)

    title = "# 1 · Turn this into a test\n<!-- badges -->\n\n**What you'll do** …"
    cells = [
        text("title", title),
        text("goals", "**What you'll learn** … **What you'll need** 3 minutes to read."),
        code("setup", SETUP),
        text("first", "## One section (1 min)\n\nDraw a number."),
        code("draw", "rng = np.random.default_rng(0)\nprint(rng.integers(1000, size=3))"),
    ]
    for n in "abc":
        cells.append(text(f"guess-{n}", "**Predict, then run.** Which number comes next?"))
        cells.append(code(f"settle-{n}", "print(rng.integers(1000))"))
    cells.append(text("drag", "Drag it."))
    cells.append(code("explore", "None", "explorer", "nbval-ignore-output"))
    cells.append(text("figure", "*Figure: a dot.*"))
    cells.append(code("twin", TWIN))
    cells.append(text("exercises", "## Exercises\n\nHere is the checker."))
    cells.append(code("checker", CHECK))
    for n in "abcd":
        solution = f"Solution\n\n```python\n{STUB.replace('None', '6 * 7')}\n```\n"
        cells.append(text(f"task-{n}", "Give the answer."))
        cells.append(code(f"exercise-1-{n}", STUB, "exercise"))
        cells.append(text(f"solution-1-{n}", f"<details>\n\n{solution}\n</details>"))
    cells.append(text("recap", "## Recap\n\nDone."))
    cells.append(text("reading", "## Further reading\n\nThe paper."))
    return new_notebook(cells=cells)


EXPECTED = {"draw": ["rng is not None"], "exercise-1-a": ["answer is None"]}
NAMES = [f"exercise-1-{n}" for n in "abcd"]
SMALL = Answers(
    {name: [STUB.replace("None", f"{n}") for n in (4, 13, 36, 41)] for name in NAMES},
    {name: [STUB.replace("None", n) for n in ("21 + 21", "42.0")] for name in NAMES},
)


@pytest.fixture(scope="module")
def small():
    """The small lesson, executed and in its stored form."""
    return normalize(execute(small_lesson(), ROOT))


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def test_the_small_lesson_follows_every_rule(small):
    for name, rule in RULES.items():
        assert rule(copy.deepcopy(small), 1, SMALL) == [], name


def stderr(text):
    return new_output("stream", name="stderr", text=text)


def stdout(text):
    return new_output("stream", name="stdout", text=text)


def view():
    data = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "W()"}
    return new_output("display_data", data=data)


FAULTS = {
    # name: (rule that must notice, what to do to the notebook, part of the sentence)
    "error output": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").outputs.append(
            new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
        ),
        "raised ValueError",
    ),
    "stderr": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").outputs.append(stderr("Warning")),
        "printed to stderr",
    ),
    "not executed": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").update(execution_count=None),
        "was never run",
    ),
    "run out of order": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").update(execution_count=7),
        "was run as number 7",
    ),
    "widget state": (
        "stored_form",
        lambda nb: nb.metadata.update(widgets={}),
        "holds `widgets`",
    ),
    "widget view": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").outputs.append(view()),
        "widget view",
    ),
    "timing metadata": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").metadata.update(execution={"iopub.status.busy": "now"}),
        "'execution'",
    ),
    "path in an output": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").outputs.append(stdout("/" + "home/ada/course")),
        "shows a path",
    ),
    "path in a source": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").update(source="open('/" + "tmp/x')"),
        "source names a path",
    ),
    "memory address": (
        "stored_form",
        lambda nb: cell_of(nb, "draw").outputs.append(stdout("<A at 0x7f12ab34cd56>")),
        "memory address",
    ),
    "random id": (
        "stored_form",
        lambda nb: cell_of(nb, "drag").update(id="3f2a9c1e"),
        "not readable",
    ),
    "id used twice": (
        "stored_form",
        lambda nb: cell_of(nb, "drag").update(id="draw"),
        "share the id",
    ),
    "version of this Python": (
        "stored_form",
        lambda nb: nb.metadata.language_info.update(version="3.12.1"),
        "not in its stored form",
    ),
    "title of another lesson": (
        "opening",
        lambda nb: cell_of(nb, "title").update(source="# 2 · Turn"),
        "must open with",
    ),
    "no goals": (
        "opening",
        lambda nb: cell_of(nb, "goals").update(source="Hello. 3 minutes."),
        "What you'll learn",
    ),
    "no recap": (
        "sections",
        lambda nb: cell_of(nb, "recap").update(source="The end."),
        "Recap",
    ),
    "section without minutes": (
        "sections",
        lambda nb: cell_of(nb, "first").update(source="## One section"),
        "minutes",
    ),
    "long cell": (
        "short_cells",
        lambda nb: cell_of(nb, "draw").update(source="x = 1\n" * 26),
        "26 lines",
    ),
    "long cells": (
        "short_cells",
        lambda nb: [cell.update(source="x = 1\n" * 7) for cell in nb.cells],
        "median",
    ),
    "no prose": (
        "prose_first",
        lambda nb: nb.cells.remove(cell_of(nb, "guess-b")),
        "No sentence",
    ),
    "figure without text": (
        "figures",
        lambda nb: cell_of(nb, "draw").outputs.append(
            new_output("display_data", data={"image/png": PNG})
        ),
        "no `*Figure",
    ),
    "two guesses": (
        "predictions",
        lambda nb: cell_of(nb, "guess-a").update(source="Look."),
        "in 2 cells",
    ),
    "three exercises": (
        "exercises",
        lambda nb: cell_of(nb, "exercise-1-b").metadata.update(tags=[]),
        "3 exercises",
    ),
    "solution elsewhere": (
        "exercises",
        lambda nb: cell_of(nb, "solution-1-b").update(id="answer-b"),
        "must be the next cell",
    ),
    "solution in the open": (
        "exercises",
        lambda nb: cell_of(nb, "solution-1-b").update(source="```python\ncheck(42)\n```"),
        "not folded",
    ),
    "explorer compared": (
        "explorers",
        lambda nb: cell_of(nb, "explore").metadata.update(tags=["explorer"]),
        "nbval-ignore-output",
    ),
    "explorer without twin": (
        "explorers",
        lambda nb: cell_of(nb, "twin").update(outputs=[]),
        "static twin",
    ),
    "large figure": (
        "small_file",
        lambda nb: cell_of(nb, "twin").outputs[0].data.update({"image/png": "A" * 3_000_000}),
        "figures are too large",
    ),
    "installs something": (
        "portable",
        lambda nb: cell_of(nb, "draw").update(source="!pip install x"),
        "uses '!'",
    ),
    "dead link": (
        "links",
        lambda nb: cell_of(nb, "drag").update(source="[there](99_nowhere.ipynb)"),
        "does not exist",
    ),
    "assertion on a score": (
        "safe_assertions",
        lambda nb: cell_of(nb, "draw").update(source="assert 75 < score < 80"),
        "Cell draw asserts a bound: assert 75 < score < 80",
    ),
    "assertion on two scores": (
        "safe_assertions",
        lambda nb: cell_of(nb, "draw").update(source="assert a > 20 * b"),
        "asserts a bound",
    ),
    "raised assertion": (
        "safe_assertions",
        lambda nb: cell_of(nb, "draw").update(source="if x > 2:\n    raise AssertionError"),
        "raises an AssertionError",
    ),
    "assertion on time": (
        "no_time_limits",
        lambda nb: [
            cell_of(nb, "draw").update(source="took = time.process_time()"),
            cell_of(nb, "settle-a").update(source="assert took < 0.009"),
        ],
        "limits time",
    ),
    "condescending": (
        "taste",
        lambda nb: cell_of(nb, "drag").update(source="You simply drag."),
        "simply",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_noticed(small, fault):
    rule, spoil, sentence = FAULTS[fault]
    notebook = copy.deepcopy(small)
    spoil(notebook)
    assert sentence in "\n".join(RULES[rule](notebook, 1, SMALL))


def test_an_exercise_with_too_few_answers_is_noticed(small):
    def found(**changes):
        return "\n".join(RULES["exercises"](small, 1, SMALL._replace(**changes)))

    few = {**SMALL.wrong, "exercise-1-c": ["check(1)"] * 3}
    assert "has 3 wrong answers for exercise-1-c; 4 at least" in found(wrong=few)
    few = {name: codes for name, codes in SMALL.right.items() if name != "exercise-1-c"}
    assert "has 0 right answers for exercise-1-c; 2 at least" in found(right=few)
    for kind in ("wrong", "right"):
        assert "which is no exercise" in found(**{kind: {"exercise-1-z": ["check(1)"]}})


def test_the_stored_form_is_reached_at_once_and_kept(small):
    notebook = copy.deepcopy(small)
    draw = cell_of(notebook, "draw")
    draw.metadata["execution"] = {"iopub.status.busy": "2026-01-01"}
    draw.metadata["collapsed"] = False
    draw.outputs.append(stdout("more\n"))
    cell_of(notebook, "explore").outputs = [view()]
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    notebook.metadata.language_info["version"] = "3.12.1"
    once = text_of(normalize(notebook))
    assert text_of(normalize(notebook)) == once
    assert problems(notebook) == []
    assert len(draw.outputs) == 1 and draw.outputs[0].text.endswith("more\n")
    assert cell_of(notebook, "explore").outputs == []
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in small.cells]


def test_normalizing_hides_no_fault(small):
    for fault in ("error output", "stderr", "not executed", "path in an output", "random id"):
        notebook = copy.deepcopy(small)
        FAULTS[fault][1](notebook)
        assert problems(normalize(notebook)), fault


def test_a_picture_is_stored_without_remarks():
    import base64
    import io

    from matplotlib.figure import Figure

    def draw(software):
        file = io.BytesIO()
        Figure(figsize=(1, 1)).savefig(file, format="png", metadata={"Software": software})
        return base64.b64encode(file.getvalue()).decode()

    assert draw("one version") != draw("another version")
    assert plain_png(draw("one version")) == plain_png(draw("another version"))
    assert plain_png(plain_png(draw("one version"))) == plain_png(draw("one version"))


@pytest.mark.parametrize(
    "spoil, answers, sentence",
    [
        (lambda nb: None, SMALL, None),
        (
            lambda nb: cell_of(nb, "settle-c").outputs[0].update(text="7\n"),
            SMALL,
            "Cell settle-c shows another output",
        ),
        (
            lambda nb: cell_of(nb, "twin").update(outputs=[]),
            SMALL,
            "Cell twin shows another output",
        ),
        (
            lambda nb: cell_of(nb, "explore").update(source=LOG_LINE),
            SMALL,
            "printed to stderr: I0000 a line of log",
        ),
        (
            lambda nb: cell_of(nb, "explore").update(source=WARNING),
            SMALL,
            "Cell explore printed to stderr: .*UserWarning: careful",
        ),
        (
            lambda nb: cell_of(nb, "exercise-1-a").update(source="answer = 41\ncheck(answer)"),
            SMALL,
            "assert answer is None",
        ),
        (
            lambda nb: cell_of(nb, "solution-1-b").update(source="```python\ncheck(41)\n```"),
            SMALL,
            "exercise-1-b, solution: should be green",
        ),
        (
            lambda nb: cell_of(nb, "exercise-1-b").update(source="check(42)", outputs=[]),
            SMALL,
            "exercise-1-b, stub: should be red",
        ),
        (
            lambda nb: None,
            SMALL._replace(wrong={"exercise-1-d": ["check(41)", "check(42)"]}),
            "exercise-1-d, wrong answer 2: should be red",
        ),
        (
            lambda nb: None,
            SMALL._replace(wrong={"exercise-1-d": ["answer = 41"]}),
            "its last line must call the checker",
        ),
        (
            lambda nb: None,
            SMALL._replace(right={"exercise-1-a": ["check(42)", "check(43)"]}),
            "exercise-1-a, right answer 2: should be green",
        ),
    ],
    ids=[
        "sound",
        "output",
        "picture",
        "log",
        "warning",
        "expectation",
        "solution",
        "stub",
        "wrong answer",
        "no checker",
        "right answer",
    ],
)
def test_a_run_notices_what_differs(small, tmp_path, monkeypatch, spoil, answers, sentence):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = copy.deepcopy(small)
    spoil(notebook)
    path = tmp_path / "01_small.ipynb"
    write(notebook, path)
    if sentence is None:
        took = run_lesson(path, answers, EXPECTED, tmp_path / "copy")
        assert took["seconds"] > 0
        assert took["mebibytes"] is None or took["mebibytes"] > 20
    else:
        with pytest.raises(AssertionError, match=sentence):
            run_lesson(path, answers, EXPECTED, tmp_path / "copy")


def test_answers_leave_the_lesson_as_it_was():
    import numpy as np

    names = {"np": np, "rng": np.random.default_rng(1), "x": 1}
    expected = np.random.default_rng(1).random()
    np.random.seed(5)
    first = np.random.random()
    np.random.seed(5)
    code = "x = 2\ny = np.random.random()\nrng.random(10)\nx"
    assert lesson_probe.value_of(code, names) == 2
    assert names["x"] == 1 and "y" not in names
    assert names["rng"].random() == expected
    assert np.random.random() == first


def test_the_memory_of_a_lesson_is_its_own():
    """Not that of the process that starts its kernel, here 400 MiB and more."""
    held = bytearray(400 * 2**20)
    held[:: 2**10] = b"x" * len(held[:: 2**10])  # resident, not only reserved
    code = "import lesson_probe; print(lesson_probe.peak_mebibytes())"
    python = [sys.executable, "-c", code]
    said = subprocess.run(
        python, cwd=ROOT / "tests", capture_output=True, encoding="utf-8", check=True
    )
    assert said.stdout.strip() == "None" or float(said.stdout) < 200
    assert len(held) == 400 * 2**20
