"""`make grade`: right and wrong answers, and every notebook that should never have been handed in.

Real exercises of lesson 1 are used throughout; limits of processor time are small, so that an
endless loop costs little, and nothing is measured by the clock.
"""

from __future__ import annotations

import csv
import io
import json
import os
import runpy
import sys

import grade as grader
import grade_answers
import pytest
from normalize import ROOT, read, text_of
from student import LESSONS, without_solutions

PATHS = {int(path.name[:2]): path for path in sorted((ROOT / "notebooks").glob(LESSONS))}
COURSE = [grader.course_lesson(path) for path in PATHS.values()]
SECONDS = 20  # of processor time
RIGHT = "def bits_per_pixel(nats):\n    return nats / (784 * np.log(2))\n\nranking = 'BAC'\n\n"
CALL = "exercises.check_bits(bits_per_pixel, ranking)"
BITS, POISSON = "exercise-1-bits", "exercise-1-poisson"


def lesson(number: int) -> dict:
    return COURSE[number - 1]


def solutions(number: int) -> dict[str, str]:
    return {name: about["solution"] for name, about in lesson(number)["exercises"].items()}


def answered(number: int, answers: dict[str, str]):
    """A student's notebook of a lesson, with these sources in place of the stubs."""
    notebook = without_solutions(read(PATHS[number]))
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    return notebook


def cells_of(notebook) -> list[tuple[str, str]]:
    return [(cell.id, cell.source) for cell in notebook.cells if cell.cell_type == "code"]


def states(number: int, answers: dict | list, seconds: float = SECONDS) -> dict[str, str]:
    cells = answers if isinstance(answers, list) else cells_of(answered(number, answers))
    return {name: state for name, (state, _) in grader.run(lesson(number), cells, seconds).items()}


def bits(answer: str | list, seconds: float = SECONDS) -> str:
    """The state of exercise 1.1, answered by one cell or by a list of (id, source)."""
    cells = [(BITS, answer)] if isinstance(answer, str) else answer
    return states(1, cells, seconds)[BITS]


# --- right, wrong, untouched ---------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_solutions_pass_wrong_answers_do_not_and_stubs_are_not_tried(number):
    right = solutions(number)
    assert set(states(number, right).values()) == {"passed"}
    wrong = runpy.run_path(str(ROOT / "tests" / "wrong_answers" / f"lesson_{number}.py"))["WRONG"]
    assert set(states(number, {n: w[0] for n, w in wrong.items()}).values()) == {"not yet"}
    assert set(states(number, {}).values()) == {"not tried"}


@pytest.mark.parametrize("number", PATHS)
def test_each_exercise_is_understood(number):
    known = lesson(number)
    for name, about in known["exercises"].items():
        assert about["solution"] and about["check"].startswith("check_"), name
        assert grade_answers.same(about["stub"]) != grade_answers.same(about["solution"]), name
    checks = [about["check"] for about in known["exercises"].values()]
    assert len({*checks}) == len(checks)
    assert grader.lesson_of("x.ipynb", cells_of(answered(number, {})), COURSE) is known


def test_an_answer_that_uses_the_lessons_own_names_gets_them():
    source = solutions(1)["exercise-1-alpha"]
    assert "split.valid" in source  # loaded by a cell of the lesson
    assert states(1, [("x", source)])["exercise-1-alpha"] == "passed"


def test_what_the_stub_gives_is_the_courses_own():
    cheat = (
        "scores = np.array([8 * np.log(2)])\nn_bytes = 1\nlesson_4.check_file_size(n_bytes, scores)"
    )
    assert states(4, {"exercise-4-file-size": cheat})["exercise-4-file-size"] == "not yet"


# --- the shapes that notebooks come back in ------------------------------------------------------

SHAPES = {
    "new id": [("3f2a", RIGHT + CALL)],
    "checking line deleted": [(BITS, RIGHT)],
    "two cells": [("a", RIGHT), (BITS, CALL)],
    "helper in another cell": [
        ("a", "def ln2():\n    return np.log(2)"),
        ("b", RIGHT.replace("np.log(2)", "ln2()") + CALL),
    ],
    "helper below": [
        ("b", RIGHT.replace("np.log(2)", "ln2()") + CALL),
        ("a", "def ln2():\n    return np.log(2)"),
    ],
    "a dictionary that another cell fills": [
        ("a", "table = {}"),
        ("b", "table['ln2'] = np.log(2)"),
        ("c", RIGHT.replace("np.log(2)", "table['ln2']") + CALL),
    ],
    "own import": [("a", "import numpy as N"), ("b", RIGHT.replace("np.", "N.") + CALL)],
    "star import": [("a", "from math import *"), ("b", RIGHT.replace("np.", "") + CALL)],
    "another name": [
        ("b", RIGHT.replace("bits_per_pixel", "f") + CALL.replace("bits_per_pixel", "f")),
    ],
    "printed verdict": [("b", RIGHT + f"print({CALL})")],
    "magic": [("b", "%time x = 1\n!ls\n" + RIGHT + CALL)],
    "display": [("b", "display(1)\n" + RIGHT + CALL)],
    "stub below": [("a", RIGHT + CALL), (BITS, lesson(1)["exercises"][BITS]["stub"])],
    "twice": [("a", RIGHT + CALL), ("a", RIGHT + CALL)],
    "wrong one first": [("a", RIGHT.replace("784", "28") + CALL), ("b", RIGHT + CALL)],
    "broken cell beside": [("a", "def ("), ("b", RIGHT + CALL)],
    "slow cell beside": [("a", "while True:\n    pass"), ("b", RIGHT + CALL)],
    "100 MB printed": [("b", RIGHT + "for i in range(100):\n    print('x' * 1_000_000)\n" + CALL)],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_right_answer_passes_in_any_shape(shape):
    assert bits(SHAPES[shape]) == "passed"


def test_the_last_answer_counts():
    assert bits([("a", RIGHT + CALL), ("b", RIGHT.replace("784", "28") + CALL)]) == "not yet"


def test_a_stub_with_a_comment_and_a_deleted_cell_are_not_tried():
    assert bits("# later\n" + lesson(1)["exercises"][BITS]["stub"]) == "not tried"
    assert bits([]) == "not tried"


# --- answers that do harm ------------------------------------------------------------------------

CRASHES = {
    "no Python": "def (",
    "raises": RIGHT + CALL + "\nnever_defined",
    "exits": "import sys\nsys.exit()",
    "exits when asked": "import sys\ndef bits_per_pixel(nats):\n    sys.exit(0)\n" + CALL,
    "ends the process": "import os\nos._exit(0)",
    "asks for input": "input()\n" + RIGHT + CALL,
    "endless": "while True:\n    pass",
    "endless and deaf": "while True:\n    try:\n        while True: pass\n    except: pass",
    "lone surrogate": "x = '\ud800'\n" + RIGHT + CALL,
    "zero byte": "x = 1\0\n" + RIGHT + CALL,
}


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_is_told_and_the_other_exercises_are_graded(crash):
    cells = [(BITS, CRASHES[crash]), (POISSON, solutions(1)[POISSON])]
    found = states(1, cells, seconds=4)
    assert (found[BITS], found[POISSON]) == ("crashed", "passed")
    assert found["exercise-1-alpha"] == "not tried"


def test_a_memory_hog_is_stopped():
    hog = "hog = []\nwhile True:\n    hog.append(b'x' * 10_000_000)"
    found = grader.run(lesson(1), [(BITS, hog)], SECONDS, memory=600_000_000)
    assert found[BITS][0] == "crashed" and "memory" in found[BITS][1]


TAMPERING = {
    "checker": "exercises.check_bits = lambda *a: True",
    "verdict": "from helpers.exercises import Verdict as V\nV.passed = property(lambda self: True)",
    "hint": "from helpers import exercises as e\nexercises.not_yet = e.not_yet = e.correct",
    "numpy": "np.isclose = np.allclose = lambda *a, **k: np.True_",
    "file": "with open('../helpers/exercises/lesson_1.py', 'wb') as f: f.write(b'check_bits = 0')",
    "report": f'print(\'["", "{BITS}", "passed", ""]\', flush=True)',
    "own module": "import sys\nsys.modules['helpers.exercises.lesson_1'] = None",
}


@pytest.mark.parametrize("trick", TAMPERING)
def test_the_courses_own_checkers_judge(trick):
    wrong = "def bits_per_pixel(nats):\n    return 1.0\n\nranking = 'BAC'\n"
    cells = [(BITS, f"{TAMPERING[trick]}\n{wrong}{CALL}"), (POISSON, solutions(1)[POISSON])]
    found = states(1, cells)
    assert (found[BITS], found[POISSON]) == ("not yet", "passed")


def test_deleting_the_course_harms_neither_it_nor_the_next_exercise():
    delete = "import shutil\nshutil.rmtree(ROOT / 'data'), shutil.rmtree(ROOT / 'helpers')\n"
    alpha = "exercise-1-alpha"
    found = states(1, [(BITS, delete + RIGHT + CALL), (alpha, solutions(1)[alpha])])
    assert (found[BITS], found[alpha]) == ("passed", "passed")
    assert (ROOT / "helpers" / "__init__.py").exists() and list((ROOT / "data").glob("*.npz"))


def test_every_answer_starts_in_the_notebooks_folder():
    move = "import os\nos.chdir(os.sep)\n"
    here = "import os\nassert os.path.basename(os.getcwd()) == 'notebooks'\n"
    found = states(1, [(BITS, move + RIGHT + CALL), (POISSON, here + solutions(1)[POISSON])])
    assert (found[BITS], found[POISSON]) == ("passed", "passed")


def test_student_code_sees_no_variable_of_the_teacher(monkeypatch):
    monkeypatch.setenv("GRADE_TEST_SECRET", "1")
    leak = "import os\nassert 'GRADE_TEST_SECRET' not in os.environ\n"
    assert bits(leak + RIGHT + CALL) == "passed"


# --- folders and files ---------------------------------------------------------------------------


def notebook_text(*answers: tuple[str, str]) -> str:
    cells = [{"cell_type": "code", "id": i, "source": s, "outputs": []} for i, s in answers]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def rows_of(folder) -> dict[str, dict[str, str]]:
    graded = {
        student: grader.grade(paths, COURSE, SECONDS)
        for student, paths in grader.handed_in(folder, COURSE).items()
    }
    rows = list(csv.DictReader(io.StringIO(grader.table(graded, COURSE))))
    assert len({row["student"] for row in rows}) == len(rows)
    return {row["student"]: row for row in rows}


BAD_FILES = {
    "broken JSON": b'{"cells": [{"cell_type": "code", ',
    "empty": b"",
    "a list": b"[1, 2]",
    "a number for a cell": b'{"cells": [7]}',
    "deeply nested": b"[" * 200_000,
    "random bytes": bytes(range(256)),
}


@pytest.mark.parametrize("fault", BAD_FILES)
def test_a_file_that_cannot_be_read_is_a_crash_with_a_remark(tmp_path, fault):
    (tmp_path / "01_ada.ipynb").write_bytes(BAD_FILES[fault])
    row = rows_of(tmp_path)["ada"]
    assert row[BITS] == "crashed" and "01_ada.ipynb: not a notebook" in row["remarks"]


def test_what_is_no_file_is_told_and_not_followed(tmp_path):
    (tmp_path / "01_ada.ipynb").mkdir()
    (tmp_path / "bob").mkdir()
    target = tmp_path / "target.txt"
    target.write_text(notebook_text((BITS, RIGHT + CALL)), encoding="utf-8")
    try:
        (tmp_path / "bob" / "01_x.ipynb").symlink_to(target)
    except OSError:
        pytest.skip("this system makes no links")
    (tmp_path / "carol").symlink_to(tmp_path)  # a circle
    if hasattr(os, "mkfifo"):
        (tmp_path / "dan").mkdir()
        os.mkfifo(tmp_path / "dan" / "01_x.ipynb")  # reading it would wait forever
    rows = rows_of(tmp_path)
    for name in ("ada", "bob"):
        assert rows[name][BITS] == "crashed" and "not a file" in rows[name]["remarks"]
    assert rows["carol"][BITS] == "not tried" and "not a file" in rows["carol"]["remarks"]


def test_old_formats_encodings_and_large_outputs_are_read(tmp_path):
    sheet = {"cell_type": "code", "input": (RIGHT + CALL).splitlines(True), "outputs": []}
    (tmp_path / "01_old.ipynb").write_text(
        json.dumps({"worksheets": [{"cells": [sheet]}]}), encoding="utf-8"
    )
    text = notebook_text((BITS, "# für 784 Pixel\n" + RIGHT + CALL))
    text = text.encode().decode("unicode_escape").replace("\n", "\\n")
    (tmp_path / "01_latin.ipynb").write_bytes(text.encode("latin-1"))
    (tmp_path / "01_mark.ipynb").write_bytes(text.encode("utf-8-sig"))
    large = notebook_text((BITS, RIGHT + CALL)).replace('"outputs": []', '"outputs": ["%s"]')
    (tmp_path / "01_large.ipynb").write_text(large % ("x" * 100_000_000), encoding="utf-8")
    assert {name: row[BITS] for name, row in rows_of(tmp_path).items()} == dict.fromkeys(
        ("old", "latin", "mark", "large"), "passed"
    )


def test_one_row_a_student_and_one_column_an_exercise(tmp_path):
    right, blank = solutions(1), notebook_text(("x", "pass"))
    files = {
        "ada/01_turn_a_likelihood_into_a_loss.ipynb": text_of(answered(1, right)),
        "ada/course/notebooks/final version.ipynb": text_of(answered(3, solutions(3))),
        "ada/.ipynb_checkpoints/01_x-checkpoint.ipynb": "{",
        "ada/notes.txt": "…",
        "bob/01_a.ipynb": notebook_text((BITS, RIGHT.replace("784", "28") + CALL)),
        "bob/01_b.ipynb": notebook_text((BITS, RIGHT + CALL)),
        "bob/01_c.ipynb": notebook_text((BITS, RIGHT.replace("784", "7") + CALL)),
        "02_bob.ipynb": blank,
        "01_turn_a_likelihood_into_a_loss_eve.ipynb": notebook_text((BITS, RIGHT + CALL)),
        "eve_1.ipynb": "{",
        "=cmd/01.ipynb": notebook_text((BITS, RIGHT + CALL)),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "nobody").mkdir()
    rows = rows_of(tmp_path)
    assert [*rows] == sorted(
        ["ada", "bob", "02_bob.ipynb", "eve", "eve_1.ipynb", "'=cmd", "nobody"],
        key=lambda name: name.lstrip("'"),
    )
    exercises = [*lesson(1)["exercises"], *lesson(2)["exercises"], *lesson(3)["exercises"]]
    assert [*rows["ada"]] == ["student", *exercises, "remarks"]
    assert all(rows["ada"][name] == "passed" for name in [*right, *lesson(3)["exercises"]])
    assert rows["bob"][BITS] == "passed" and "twice" in rows["bob"]["remarks"]
    assert rows["eve"][BITS] == "passed" and rows["eve_1.ipynb"][BITS] == "crashed"
    assert {rows["nobody"][name] for name in exercises} == {"not tried"}


def test_the_command_writes_the_table(tmp_path, monkeypatch, capsys):
    (tmp_path / "01_ada.ipynb").write_text(notebook_text((BITS, RIGHT + CALL)), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["grade", str(tmp_path)])
    assert grader.main() == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text(encoding="utf-8"))))
    assert [(row["student"], row[BITS]) for row in rows] == [("ada", "passed")]
    for folder in (tmp_path / "none", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        monkeypatch.setattr(sys, "argv", ["grade", str(folder)])
        with pytest.raises(SystemExit):
            grader.main()
    assert "empty" in capsys.readouterr().err
