"""The first cell of every lesson, and `helpers.course` behind it, on machines that differ.

Where the cell looks for the course is tried with a course of two small files, so that a try takes
no time; what `prepare` sets is tried with the real one.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import badges
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from normalize import ROOT, read
from run_notebooks import execute, readers_environment

from helpers import course
from helpers.network import Network

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CELL = next(cell.source for cell in read(LESSONS[0]).cells if cell.id == "setup")
NO_ADDRESS = 'REPO = ""'
COURSE = """from pathlib import Path
def prepare():
    return Path(__file__).resolve().parent.parent
"""
needs_sh = pytest.mark.skipif(os.name == "nt", reason="Colab runs on Linux")


def test_no_other_cell_settles_what_the_first_one_does():
    for path in LESSONS:
        for cell in read(path).cells:
            if cell.cell_type == "code" and cell.id != "setup":
                for name in ("TF_CPP", "MPLBACKEND", "os.environ.setdefault", "sys.path"):
                    assert name not in cell.source, f"{path.name}, cell {cell.id}: {name}"


def test_the_address_is_filled_in_where_the_cell_reads_it():
    filled = badges.SETUP_REPO.sub('REPO = "there"', CELL)
    assert filled == CELL.replace(NO_ADDRESS, 'REPO = "there"') != CELL


@pytest.mark.parametrize("source", [CELL, Path(course.__file__).read_text(encoding="utf-8")])
def test_an_older_python_can_read_what_tells_it_that_it_is_too_old(source):
    ast.parse(source, feature_version=(3, 8))


# --- the cell finds the course -------------------------------------------------------------------


def make_course(folder: Path) -> Path:
    for name, text in {"helpers/__init__.py": "", "helpers/course.py": COURSE}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(cwd: Path, *steps: str, colab: bool = False, repo: str = "", **variables: str):
    """Run `steps` in one new Python; "CELL" is the cell. (ROOT or None, the process)."""
    cell = CELL.replace(NO_ADDRESS, f"REPO = {repo!r}")
    lines = ["import os, sys, types"]
    if colab:
        lines.append("sys.modules['google.colab'] = types.ModuleType('google.colab')")
    lines += [f"exec({cell!r}, names := {{}})" if step == "CELL" else step for step in steps]
    lines.append("print(names['ROOT'])")
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=cwd,
        env={**readers_environment(), **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    last = done.stdout.splitlines()[-1:]
    return (Path(last[0]) if done.returncode == 0 else None), done


def sentence(done: subprocess.CompletedProcess) -> str:
    """All that a run has said, which must be one sentence that asks for something."""
    assert done.returncode == 1 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].endswith("then run this cell again."), done.stderr
    return lines[0]


@pytest.mark.parametrize(
    "place", ["here/made", "here/made/notebooks", "here/made/a/b/c", "here", ".", "here/beside"]
)
def test_the_course_is_found(tmp_path, place):
    made = make_course(tmp_path / "here" / "made")
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    assert run(tmp_path / place, "CELL")[0] == made


def test_another_projects_helpers_are_not_the_course(tmp_path):
    made = make_course(tmp_path / "made")
    for folder in ("work", "work/scratch"):
        (tmp_path / folder / "helpers").mkdir(parents=True)
        (tmp_path / folder / "helpers" / "__init__.py").touch()
    assert run(tmp_path / "work", "CELL")[0] == made
    assert "is not near" in sentence(run(tmp_path / "work" / "scratch", "CELL")[1])


def test_away_from_the_course_one_sentence_says_where_to_go(tmp_path):
    make_course(tmp_path / "made")
    away = tmp_path / "far" / "away"
    away.mkdir(parents=True)
    said = sentence(run(away, "CELL")[1])
    assert str(away) in said and "open this notebook where it lies" in said


def test_a_second_run_changes_nothing_wherever_it_is_started(tmp_path):
    made = make_course(tmp_path / "a" / "made")
    (tmp_path / "b" / "c").mkdir(parents=True)
    away = f"os.chdir({str(tmp_path / 'b' / 'c')!r})"
    count = f"assert sys.path.count({str(made)!r}) == 1 and sys.path[0] == {str(made)!r}"
    root, done = run(made, "CELL", "before = [*sys.path]", away, "CELL", count,
                     "assert sys.path == before")  # fmt: skip
    assert root == made, done.stderr
    assert run(made, "CELL", count, PYTHONPATH=os.pathsep.join(["x", str(made)]))[0] == made


# --- on Colab it fetches the course --------------------------------------------------------------


@pytest.fixture(scope="module")
def remote(tmp_path_factory) -> str:
    """The address of a repository that holds the small course."""
    folder = make_course(tmp_path_factory.mktemp("remote") / "made course")
    git = ["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "course"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder.as_uri().replace("%20", " ")


def without_git(folder: Path) -> str:
    """A PATH on which there is a shell and no git."""
    folder.mkdir()
    for name in ("sh", "rm", "mv"):
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


@needs_sh
def test_colab_fetches_once(tmp_path, remote):
    here = tmp_path / "a folder"
    (here / "data").mkdir(parents=True)
    make_course(tmp_path / "another")
    root, done = run(here, "CELL", "os.chdir('..')", "CELL", colab=True, repo=remote)
    assert root == here / "course", done.stderr
    assert sorted(path.name for path in here.iterdir()) == ["course", "data"]
    assert not (tmp_path / "course").exists()
    # After a restart the files are there, and git is not asked again.
    path = without_git(tmp_path / "bin")
    for place in (here, here / "course", here / "data"):
        assert run(place, "CELL", colab=True, repo=remote, PATH=path)[0] == here / "course"


@needs_sh
@pytest.mark.parametrize(
    "files", [[], [".git/HEAD", "helpers/__init__.py"], ["mine.txt"]], ids="empty half mine".split()
)
def test_a_folder_in_the_way_steps_aside(tmp_path, remote, files):
    here = tmp_path / "here"
    (here / "course").mkdir(parents=True)
    for name in files:
        (here / "course" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "course" / name).write_text("kept", encoding="utf-8")
    root, done = run(here, "CELL", colab=True, repo=remote)
    assert root == here / "course", done.stderr
    assert (root / "helpers" / "course.py").read_text(encoding="utf-8") == COURSE
    (aside,) = here.glob("course-*")
    assert all((aside / name).read_text(encoding="utf-8") == "kept" for name in files)


@needs_sh
def test_half_a_clone_never_stays(tmp_path, remote):
    """Git is stopped while it writes files; another time the whole machine is."""
    here = tmp_path / "here"
    here.mkdir()
    path = without_git(tmp_path / "bin")
    fake = tmp_path / "bin" / "git"
    fake.write_text(
        "#!/bin/sh\n/bin/mkdir -p .course/helpers; > .course/helpers/course.py; exit 9",
        encoding="utf-8",
    )
    fake.chmod(0o755)
    said = sentence(run(here, "CELL", colab=True, repo=remote, PATH=path)[1])
    assert "go online" in said and not (here / "course").exists()
    root, done = run(here, "CELL", colab=True, repo=remote)
    assert root == here / "course", done.stderr
    assert [path.name for path in here.iterdir()] == ["course"]


@needs_sh
@pytest.mark.parametrize(
    "repo, cause",
    [
        ("", "repository '' does not exist"),
        ("http://127.0.0.1:9/ada/made.git", "unable to access"),
        ("file:///nowhere/made", "does not appear to be a git repository|does not exist"),
        (None, "not found"),
    ],
    ids=["no address", "offline", "wrong address", "no git"],
)
def test_what_stops_colab_is_said_in_one_sentence(tmp_path, repo, cause):
    here = tmp_path / "here"
    here.mkdir()
    no_git = {} if repo is not None else {"PATH": without_git(tmp_path / "bin")}
    _, done = run(here, "CELL", colab=True, repo="file:///x" if no_git else repo, **no_git)
    said = sentence(done)
    assert "write its git address into REPO" in said
    assert any(part in said for part in cause.split("|"))
    assert not (here / "course").exists()


@needs_sh
def test_after_a_failure_the_cell_can_be_run_again(tmp_path, remote):
    here = tmp_path / "here"
    here.mkdir()
    fails = f"try: exec({CELL!r}, {{}})\nexcept SystemExit: pass"
    assert run(here, fails, "CELL", colab=True, repo=remote)[0] == here / "course"


# --- the kernel ----------------------------------------------------------------------------------


def test_a_python_that_is_too_old_is_named(monkeypatch):
    monkeypatch.setattr(course, "OLDEST_PYTHON", (3, 99))
    with pytest.raises(SystemExit, match=r"needs Python 3\.99 or newer.* runs 3\.\d+: choose"):
        course.check_kernel()


def test_a_package_that_is_missing_is_named(monkeypatch, capsys):
    monkeypatch.setattr(course, "NEEDED", ("numpy", "no_such_package", "nor_this"))
    with pytest.raises(SystemExit, match="no no_such_package and no nor_this: choose"):
        course.check_kernel()
    monkeypatch.setattr(course, "NEEDED", ("numpy",))
    course.check_kernel()
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("KERAS_BACKEND", "no_such_backend")
    course.check_kernel()
    assert "has no no_such_backend, so cells that need Keras step aside" in capsys.readouterr().out


def test_where_nothing_can_be_saved_one_sentence_says_so(tmp_path, monkeypatch, capsys):
    """Root may write everywhere, so the refusal is played."""
    monkeypatch.chdir(tmp_path)
    course.say_if_read_only()
    assert capsys.readouterr().out == ""
    refused = []
    monkeypatch.setattr(course.os, "access", lambda *asked: refused.append(asked))
    course.say_if_read_only()
    said = capsys.readouterr().out
    assert refused == [(os.getcwd(), os.W_OK)] and said.count("\n") == 1
    assert said.startswith("This folder is read-only: ") and "Save Notebook As" in said


# --- what a reader's machine sets ----------------------------------------------------------------

HOSTILE = """
import json, os, sys, warnings
from helpers import course

course.prepare()
import numpy as np
import matplotlib.pyplot as plt

np.set_printoptions(precision=1, legacy="1.13")
np.seterr(all="raise")
plt.style.use("dark_background")
root = course.prepare()
lazy = not {"keras", "tensorflow"} & set(sys.modules)
warnings.warn("of another library", DeprecationWarning)
warnings.warn("for the reader")
import keras
json.dump({
    "root": str(root), "lazy": lazy, "backend": keras.config.backend(),
    "floatx": keras.config.floatx(), "format": keras.config.image_data_format(),
    "policy": keras.config.dtype_policy().name, "epochs": keras.config.max_epochs(),
    "printed": repr(np.array([1 / 3])), "seterr": np.geterr(),
    "figure": plt.rcParams["axes.facecolor"], "text": plt.rcParams["text.color"],
    "size": plt.rcParams["font.size"], "mpl": plt.get_backend().lower(),
}, open(sys.argv[1], "w", encoding="utf-8"))
"""


def test_settings_of_another_project_do_not_count(tmp_path):
    """In plain Python, with a hostile home, matplotlibrc and environment."""
    home, found = tmp_path / "home", tmp_path / "found.json"
    (home / ".keras").mkdir(parents=True)
    theirs = {"backend": "torch", "floatx": "float16", "image_data_format": "channels_first"}
    (home / ".keras" / "keras.json").write_text(json.dumps(theirs), encoding="utf-8")
    (tmp_path / "matplotlibrc").write_text(
        "font.size: 3\nno.such.key: 1\naxes.facecolor: black\n", encoding="utf-8"
    )
    variables = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(tmp_path / "matplotlibrc"),  # not a folder that can be written to
        "KERAS_BACKEND": "",
        "KERAS_HOME": str(home / ".keras"),
        "KERAS_MAX_EPOCHS": "1",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", HOSTILE, str(found)],
        cwd=tmp_path,
        env={**readers_environment(), **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "for the reader" in done.stderr
    for unwanted in ("of another library", "MPLCONFIGDIR", "no.such.key"):
        assert unwanted not in done.stderr
    assert json.loads(found.read_text(encoding="utf-8")) == {
        "root": str(ROOT),
        "lazy": True,
        "backend": "tensorflow",
        "floatx": "float32",
        "format": "channels_last",
        "policy": "float32",
        "epochs": None,
        "printed": "array([0.33333333])",
        "seterr": {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"},
        "figure": "white",
        "text": "black",
        "size": 12.0,
        "mpl": "agg",
    }


def test_a_backend_that_is_asked_for_is_kept(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("KERAS_HOME", "x")
    course.choose_keras()
    assert os.environ["KERAS_BACKEND"] == "jax"
    monkeypatch.delenv("KERAS_BACKEND")
    course.choose_keras()
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


def test_what_lesson_3_differentiates_runs_on_any_backend():
    """`logits` takes its operations from whatever it is given: NumPy, keras.ops, TensorFlow."""
    lesson = next(path for path in LESSONS if path.name.startswith("03"))
    cells = {cell.id: cell.source for cell in read(lesson).cells}
    names = {"np": np}
    exec(cells["logits"], names)
    draw = np.random.default_rng(0).normal
    shapes = [(5, 7), (7, 6), (6, 5)]
    network = Network(
        [np.ones(n, int) for n, _ in shapes],
        [draw(size=s) for s in shapes],
        [draw(size=n) for _, n in shapes],
    )
    x = draw(size=(4, 5))
    np.testing.assert_allclose(names["logits"](network, x), network.logits(x))
    assert "logits(single, rows, keras.ops)" in cells["jacobian-check"]


IN_JUPYTER = {
    "exit": """import atexit, os, sys, time
def at_exit():  # runs after what `prepare` registers, as Jupyter's own end does
    with open("at_exit.txt", "w", encoding="utf-8") as file:
        file.write(str(os.path.sameopenfile(2, sys.stderr.fileno())))
atexit.register(at_exit)
get_ipython().ast_node_interactivity = "all"  # as a start-up file of IPython may set it
None""",
    "setup": CELL,
    "again": CELL,
    "log": r"""os.write(2, b"I0000 a line of log\n")
time.sleep(0.5)""",
    "figure": "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nplt.show()",
    "values": "1\n2",
    "print": "print('seen', file=sys.stderr)",
    "warn": "import warnings\nwarnings.warn('careful')",
    "error": "1 / 0",
}


def test_jupyter_shows_what_a_reader_does_and_no_log():
    here = ROOT / "build" / "test_setup"  # below the course, so that the cell finds it
    here.mkdir(parents=True, exist_ok=True)
    cells = [new_code_cell(source, id=name) for name, source in IN_JUPYTER.items()]
    notebook = execute(new_notebook(cells=cells), here, go_on=True, MPLBACKEND="Agg")
    out = {cell.id: cell.outputs for cell in notebook.cells}
    assert [name for name in out if not out[name]] == ["exit", "setup", "again", "log"]
    text = "".join(output.get("text", "") for outputs in out.values() for output in outputs)
    assert "seen" in text and "careful" in text and "I0000" not in text
    assert any("image/png" in output.get("data", {}) for output in out["figure"])
    assert [output.data["text/plain"] for output in out["values"]] == ["2"]
    assert [output.ename for output in out["error"]] == ["ZeroDivisionError"]
    # When a kernel ends, Jupyter waits for its own descriptor: it must be back in its place.
    assert (here / "at_exit.txt").read_text(encoding="utf-8") == "False"


def test_a_course_that_is_older_than_the_lesson_says_so_in_one_sentence():
    sources = ["from helpers import not_yet_written", "import helpers.nor_this", "import nor_that"]
    cells = [new_code_cell(CELL), *map(new_code_cell, sources)]
    execute(new_notebook(cells=cells), ROOT / "notebooks", go_on=True)
    for cell in cells[1:3]:
        (said,) = cell.outputs
        assert said.output_type == "stream" and said.text.count("\n") == 1
        assert f"copy in {ROOT} is older than this lesson" in said.text
    (python,) = cells[3].outputs
    assert python.ename == "ModuleNotFoundError"
