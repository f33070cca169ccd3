"""`make mutants`: a fault is caught, survives or is gone, and the work tree is never touched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import mutants
import pytest

ROOT = Path(__file__).resolve().parent.parent
MAP = "| room | tests |\n|---|---|\n| `sums` | `test_sums.py` |\n"
SUMS = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2\n"
TESTS = {
    "test_sums.py": "from helpers import sums\n\n\ndef test():\n    assert sums.double(3) == 6\n",
    "test_rest.py": "from helpers import sums\n\n\ndef test():\n    assert sums.half(3) == 1.5\n",
}


def fault(name, old, new, file="helpers/sums.py"):
    return {"id": name, "file": file, "old": old, "new": new}


CAUGHT = fault("sum-caught", "2 * x", "3 * x")
ELSEWHERE = fault("sum-elsewhere", "x / 2", "x / 3")
SURVIVOR = fault("sum-survivor", "x / 2", "x / 2.0")
GONE = fault("sum-gone", "4 * x", "5 * x")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one room and two test files, added to git."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they need none, and load slowly
    files = {
        "CONTRIBUTING.md": MAP,
        ".gitignore": "build/\n__pycache__/\n",
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\nmarkers = ["lesson"]\n',
        "helpers/sums.py": SUMS,
        "benchmarks/.keep": "",
        **{f"tests/{name}": text for name, text in TESTS.items()},
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    listed(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    return tmp_path


def listed(project, *faults):
    text = json.dumps(faults)
    (project / "tests" / "mutants.json").write_text(text, encoding="utf-8")


def git(project, *arguments) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=project, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout


def score(project) -> dict:
    text = (project / "benchmarks" / "mutants.json").read_text(encoding="utf-8")
    return json.loads(text)


def test_a_fault_is_caught_by_its_room_or_by_the_rest_or_survives(project, capsys):
    listed(project, CAUGHT, ELSEWHERE, SURVIVOR)
    before = git(project, "status", "--porcelain"), (project / "helpers/sums.py").read_bytes()
    assert mutants.main(["-j", "2"], project) == 1
    out = capsys.readouterr().out
    assert "caught    sum-caught  room: FAILED tests/test_sums.py::test" in out
    assert "caught    sum-elsewhere  suite: FAILED tests/test_rest.py::test" in out
    assert "SURVIVED  sum-survivor" in out and "2 of 3 caught, 0 gone." in out
    found = score(project)
    assert (found["faults"], found["caught"], found["survived"]) == (3, 2, ["sum-survivor"])
    assert found["rooms"] == {"sums": "2 of 3"} and found["cores"] == os.cpu_count()
    (project / "benchmarks" / "mutants.json").unlink()
    after = git(project, "status", "--porcelain"), (project / "helpers/sums.py").read_bytes()
    assert after == before
    trees = [*(project / "build" / "mutants").glob("tree-*/helpers/sums.py")]
    assert [tree.read_text(encoding="utf-8") for tree in trees] == [SUMS, SUMS]


def test_a_fault_of_a_figure_meets_the_tests_of_figures(root):
    first = mutants.guards(root, "helpers/plots/masks.py")
    assert "tests/figures/test_figures_lesson_3.py" in first
    assert set(first) <= set(mutants.fast(root))


def test_no_fault_is_caught_for_being_made(project):
    """A test of the list sees each fault, as its `old` is gone: it is no judge."""
    name = "tests/test_mutants.py"
    (project / name).write_text("def test():\n    assert False\n", encoding="utf-8")
    git(project, "add", "-A")
    listed(project, SURVIVOR)
    assert mutants.verdict(mutants.Tests(), project, SURVIVOR)["by"] is None
    assert name not in mutants.fast(project)


@pytest.fixture
def played(monkeypatch):
    """A list of what the tests say, run after run, in place of running them."""
    said = []
    monkeypatch.setattr(mutants.Tests, "run", lambda self, folder, files: said.pop(0))
    return said


def test_verdicts_are_kept_until_a_file_changes(project, capsys, played):
    listed(project, CAUGHT)
    played += [None, "red"]
    assert mutants.main([], project) == 0
    assert "caught    sum-caught  room: red" in capsys.readouterr().out
    assert mutants.main([], project) == 0  # nothing is run again
    assert "1 of 1" in (out := capsys.readouterr().out) and "caught    " not in out
    listed(project, fault("sum-caught", "2 * x", "x * 2"))  # the same id, another fault
    played += [None, None]
    assert mutants.main([], project) == 1
    listed(project, CAUGHT)
    (project / "tests" / "test_sums.py").write_text("def test():\n    pass\n", encoding="utf-8")
    played += [None, None, None]
    assert mutants.main([], project) == 1
    assert "SURVIVED  sum-caught" in capsys.readouterr().out and not played


def test_a_catch_is_kept_until_the_faulty_file_or_the_test_changes(project, capsys, played):
    listed(project, CAUGHT, SURVIVOR)
    played += [None, "FAILED tests/test_sums.py::test", None, None]
    assert mutants.main([], project) == 1
    rest = project / "tests" / "test_rest.py"
    rest.write_text(rest.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    played += [None, None, None]  # sound; the survivor again, in both stages
    capsys.readouterr()
    assert mutants.main([], project) == 1
    out = capsys.readouterr().out
    assert not played and "caught    " not in out and "1 of 2 caught" in out
    for name in ("tests/test_sums.py", "helpers/sums.py"):
        file = project / name
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        played += [None, "FAILED tests/test_sums.py::test", None, None]
        assert mutants.main([], project) == 1
        assert not played and "caught    sum-caught" in capsys.readouterr().out


@pytest.mark.parametrize(
    "entry, why",
    [
        (GONE, "`old` stands in helpers/sums.py 0 times"),
        (fault("sum-gone", "return", "raise"), "`old` stands in helpers/sums.py 2 times"),
        (fault("sum-gone", "2 * x", "2 *"), "with `new`, helpers/sums.py is not Python"),
        (fault("sum-gone", "2", "3", "helpers/no.py"), "helpers/no.py does not exist"),
    ],
)
def test_an_entry_that_cannot_be_made_fails_the_run(project, capsys, played, entry, why):
    played += [None, "red"]
    listed(project, CAUGHT, entry)
    assert mutants.main([], project) == 1
    out = capsys.readouterr().out
    assert f"GONE      sum-gone: {why}" in out and "1 of 1 caught, 1 gone." in out
    assert not (project / "benchmarks" / "mutants.json").exists()


def test_only_ids_with_a_prefix_are_tried(project, capsys, played):
    played += [None, "red"]
    listed(project, CAUGHT, SURVIVOR, GONE)
    assert mutants.main(["sum-c"], project) == 0
    assert "1 of 1 caught, 0 gone." in capsys.readouterr().out
    assert not (project / "benchmarks" / "mutants.json").exists()  # not the whole list
    assert mutants.main(["nothing"], project) == 1


def test_tests_that_fail_without_a_fault_catch_nothing(project):
    listed(project, SURVIVOR)
    (project / "tests" / "test_rest.py").write_text("def test():\n    assert 0\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="fail without any fault, .*test_rest.py::test"):
        mutants.main([], project)


def test_an_id_is_given_once(project):
    listed(project, CAUGHT, CAUGHT)
    with pytest.raises(SystemExit, match="twice: sum-caught"):
        mutants.main([], project)


def test_a_fault_that_hangs_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "PYTEST", [sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr(mutants, "SECONDS", 1)
    assert mutants.Tests().run(tmp_path, []) == "no end within 1 s"


@pytest.mark.skipif(os.name == "nt", reason="needs a signal that one process can send another")
def test_ctrl_c_leaves_the_tree_as_it_was_and_the_verdicts_so_far(project):
    slow = "import time\n\n\ndef double(x):\n    time.sleep(600)"
    listed(project, CAUGHT, fault("sum-slow", "def double(x):", slow))
    code = (
        f"import sys, signal; sys.path[:0] = [{str(ROOT / 'tools')!r}]; import mutants, pathlib;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        f"sys.exit(mutants.main([], pathlib.Path({str(project)!r})))"
    )
    running = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    kept = project / "build" / "mutants" / "verdicts.json"
    while not kept.exists() or not json.loads(kept.read_text(encoding="utf-8"))["verdicts"]:
        assert running.poll() is None
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    running.communicate()
    assert running.returncode == 130
    verdicts = json.loads(kept.read_text(encoding="utf-8"))["verdicts"]
    assert list(verdicts) == ["sum-caught"], verdicts
    assert (project / "helpers" / "sums.py").read_text(encoding="utf-8") == SUMS


def test_every_fault_of_the_course_can_be_made():
    faults = json.loads((ROOT / "tests" / "mutants.json").read_text(encoding="utf-8"))
    assert len({entry["id"] for entry in faults}) == len(faults) >= 60
    found = [f"{entry['id']}: {why}" for entry in faults if (why := mutants.problem(ROOT, entry))]
    assert not found, "mend tests/mutants.json, the code has moved:\n" + "\n".join(found)
    unguarded = {e["file"] for e in faults if not mutants.guards(ROOT, e["file"])}
    assert not unguarded, f"CONTRIBUTING.md names no tests for {unguarded}"
