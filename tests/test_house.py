"""The house keeps its rules: text in UTF-8, small rooms, arrows downwards, a complete map."""

from __future__ import annotations

import ast
import copy
import fnmatch
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import environment
import lesson_rules
import nbformat
import new_lesson
import normalize
import pytest
import run_notebooks
import unpinned
from packaging.requirements import Requirement
from ruamel.yaml import YAML
from test_environment import pins, tracked

ROOT = Path(__file__).resolve().parent.parent

# --- text is UTF-8, whatever the machine's code page ---------------------------------------------

TEXT_CALLS = {"open", "read_text", "write_text", "fdopen", "TextIOWrapper", "FileHandler"}
TEXT_CALLS |= {"NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "FileInput"}
TEXT_CALLS |= {"loadtxt", "savetxt", "genfromtxt"}
NO_ENCODING = {"popen", "getoutput", "getstatusoutput"}  # no way to say it: subprocess.run instead
BINARY_OPEN = {"Image", "webbrowser", "os", "tarfile", "zipfile", "zip"}  # their `open` reads bytes
BINARY_BY_DEFAULT = {"NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "gzip", "lzma"}


def code_page_calls(source: str, strings: bool = True) -> list[int]:
    """Lines of `source` on which text passes through the machine's own encoding.

    With `strings`, code in a string (for `python -c`, say) is read as well.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if strings and isinstance(node, ast.Constant) and isinstance(node.value, str):
            if any(word in node.value for word in ("open(", "_text(", "text=True")):
                try:
                    found += [node.lineno for _ in code_page_calls(node.value)]
                except SyntaxError:  # prose
                    pass
        if isinstance(node, ast.Call) and passes_through_the_code_page(node):
            found.append(node.lineno)
    return found


def passes_through_the_code_page(call: ast.Call) -> bool:
    owner, name = "", getattr(call.func, "id", "")
    if isinstance(call.func, ast.Attribute):
        name = call.func.attr
        owner = ast.unparse(call.func.value).split(".")[-1]
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in NO_ENCODING:
        return True
    if "encoding" in given or owner == "files":  # helpers.files writes UTF-8
        return False
    for flag in ("text", "universal_newlines"):
        if flag in given and getattr(given[flag], "value", None) is True:
            return True
    if name not in TEXT_CALLS or (name == "open" and owner in BINARY_OPEN):
        return False
    strings = [arg.value for arg in [*call.args, *given.values()] if isinstance(arg, ast.Constant)]
    modes = [s for s in strings if isinstance(s, str) and s and set(s) <= set("rwaxbt+")]
    if not modes:
        return not {name, owner} & BINARY_BY_DEFAULT
    return not any("b" in mode for mode in modes)


@pytest.mark.parametrize(
    "line",
    [
        "open('a.txt')",
        "open('a.txt', 'w')",
        "path.open()",
        "path.open(mode='a')",
        "path.read_text()",
        "path.write_text('x', newline='')",
        "os.fdopen(3, 'w')",
        "tempfile.NamedTemporaryFile('w')",
        "gzip.open(path, 'rt')",
        "subprocess.run(command, capture_output=True, text=True)",
        "subprocess.check_output(command, universal_newlines=True)",
        "os.popen('ls')",
        "np.loadtxt('a.csv')",
        "run([python, '-c', 'print(open(1).read())'])",
    ],
)
def test_text_in_the_machines_encoding_is_seen(line):
    assert code_page_calls(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "open('a.txt', encoding='utf-8')",
        "open('a.npz', 'rb')",
        "path.open('wb')",
        "path.read_text(encoding='utf-8')",
        "tempfile.TemporaryFile()",
        "gzip.open(path)",
        "PIL.Image.open(path)",
        "files.write_text(path, text)",
        "subprocess.run(command, capture_output=True, encoding='utf-8')",
        "ax.set(text='open() reads')",
    ],
)
def test_text_in_a_named_encoding_passes(line):
    assert code_page_calls(line) == []


def test_every_text_names_its_encoding():
    found = []
    for file in tracked():
        if file.suffix == ".py":
            sources = {"": file.read_text(encoding="utf-8")}
        elif file.suffix == ".ipynb":
            cells = nbformat.read(file, 4).cells
            sources = {f" {cell.id}": cell.source for cell in cells if cell.cell_type == "code"}
        else:
            continue
        for where, source in sources.items():
            lines = code_page_calls(source, strings=file != Path(__file__))  # examples, here
            found += [f"{file.relative_to(ROOT)}{where}, line {line}" for line in lines]
    assert not found, 'say encoding="utf-8" in\n' + "\n".join(found)


def printed(code: str, encoding: str) -> str:
    """What a Python process prints where the console has this `encoding`."""
    command = [sys.executable, "-c", code]
    variables = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(encoding)


@pytest.mark.parametrize(
    "encoding, shown", [("utf-8", "✓ Correct. −σ"), ("cp1252", "? Correct. ??")]
)
def test_a_verdict_can_be_printed_on_any_console(encoding, shown):
    code = "from helpers.exercises import correct; print(correct('\\u2212\\u03c3'))"
    assert printed(code, encoding).strip() == shown


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_the_tools_print_on_any_console(encoding):
    code = "import sys; sys.path.insert(0, 'tools'); import run_notebooks; print('\\u2713 \\u2026')"
    assert printed(code, encoding).strip()[0] in "?✓"


# --- rooms: small, and arrows downwards ----------------------------------------------------------

CORE = ("masks", "likelihood", "network", "made", "training", "sampling", "checks", "data")
CORE_LINES, CORE_ROOM_LINES, ROOM_LINES = 2000, 350, 400
PROPS = {"plots", "widgets", "exercises", "course"}  # for lessons; no other room leans on them


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_the_core_can_be_read_in_a_sitting():
    core = {name: lines(ROOT / "helpers" / f"{name}.py") for name in CORE}
    assert sum(core.values()) < CORE_LINES, core


@pytest.mark.parametrize("file", sorted((ROOT / "helpers").glob("*.py")), ids=lambda f: f.stem)
def test_a_room_is_small(file):
    assert lines(file) < (CORE_ROOM_LINES if file.stem in CORE else ROOM_LINES)


def module_name(file: Path, root: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def arrows(root: Path, package: str = "helpers") -> dict[str, set[str]]:
    """Which modules of `package` each of them imports, wherever in the file it does."""
    files = {module_name(file, root): file for file in sorted((root / package).rglob("*.py"))}
    found = {}
    for name, file in files.items():
        found[name] = targets = set()
        here = name if file.name == "__init__.py" else name.rpartition(".")[0]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                targets |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    up = here.split(".")[: len(here.split(".")) - node.level + 1]
                    base = ".".join([*up, *([base] if base else [])])
                for alias in node.names:
                    whole = f"{base}.{alias.name}"
                    targets.add(whole if whole in files else base)
        targets &= set(files)
        targets.discard(name)
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Names along one circle of the graph, or none."""
    done = set()

    def walk(name, path):
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph[name]):
            if found := walk(target, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def test_a_circle_of_imports_is_seen(tmp_path):
    room = tmp_path / "helpers"
    (room / "plots").mkdir(parents=True)
    texts = {
        "__init__.py": "",
        "a.py": "def f():\n    from helpers import b",
        "b.py": "from . import c",
        "c.py": "import numpy",
        "plots/__init__.py": "from helpers.plots.one import draw",
        "plots/one.py": "from ..b import thing",
    }
    for name, text in texts.items():
        (room / name).write_text(text, encoding="utf-8")
    graph = arrows(tmp_path)
    assert graph["helpers.a"] == {"helpers.b"} and graph["helpers.b"] == {"helpers.c"}
    assert graph["helpers.plots"] == {"helpers.plots.one"}
    assert graph["helpers.plots.one"] == {"helpers.b"} and circle(graph) == []
    (room / "c.py").write_text("from helpers.a import f", encoding="utf-8")
    assert circle(arrows(tmp_path)) == ["helpers.a", "helpers.b", "helpers.c", "helpers.a"]


def test_imports_of_helpers_make_no_circle():
    assert not (found := circle(arrows(ROOT))), " -> ".join(found)


def test_no_room_of_the_library_imports_what_lessons_show():
    for name, targets in arrows(ROOT).items():
        if not PROPS & set(name.split(".")):
            up = sorted(target for target in targets if PROPS & set(target.split(".")))
            assert not up, f"{name} imports {up}"


def test_helpers_import_nothing_of_what_is_built_on_them():
    for file in (ROOT / "helpers").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            assert not {name.split(".")[0] for name in names} & {"benchmarks", "tests", "tools"}


SVG = "http://www.w3.org/2000/svg"  # a name, which no browser fetches


def test_the_explorers_fetch_nothing():
    files = [f for f in (ROOT / "helpers").rglob("*") if f.suffix in (".js", ".mjs", ".css")]
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8").replace(SVG, "")
        assert not re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+|\bimport\(|\bfetch\(", text), file


# --- the map, and what else CONTRIBUTING.md says -------------------------------------------------


def contributing() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, rules left out."""
    found = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in found if "---" not in cells[0]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_room_and_every_test_file_is_on_the_map():
    rooms = [name for first, *_ in rows(contributing()) for name in named(first)]
    guards = [name for *_, last in rows(contributing()) for name in named(last)]
    for file in sorted((ROOT / "helpers").rglob("*")):
        if file.suffix in (".py", ".js"):
            room = file.relative_to(ROOT / "helpers").with_suffix("").as_posix()
            room = room.removesuffix("/__init__")
            assert any(fnmatch.fnmatch(room, name) for name in rooms), f"{room} is not on the map"
    for file in sorted((ROOT / "tests").glob("test_*.py")):
        guarding = [name for name in guards if fnmatch.fnmatch(file.name, name)]
        assert guarding, f"no row of the map says what {file.name} guards"


def test_everything_on_the_map_exists():
    for first, *_, last in rows(contributing()):
        for name in named(first):
            rooms = ROOT / "helpers"
            places = [ROOT / name.rstrip("/"), rooms / name, rooms / f"{name}.py"]
            assert any([*place.parent.glob(place.name)] for place in places), f"there is no {name}"
        for name in named(last):
            assert name.startswith("make ") or list((ROOT / "tests").glob(name)), name


def test_what_contributing_names_exists():
    text = contributing()
    for name in named(text):
        name = name.replace("lesson_N", "lesson_1")
        if re.fullmatch(r"(helpers|tests|tools|benchmarks|data|notebooks)/[\w./]+", name):
            made = re.search(r"06_|lesson_6|screenshots|benchmarks/mutants", name)  # by a command
            assert made or (ROOT / name).exists(), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    assert f"{CORE_LINES:,} lines" in text
    assert f"under {CORE_ROOM_LINES}" in text and f"under {ROOM_LINES}" in text
    assert all(f"`{name}`" in text for name in CORE)


def test_every_rule_of_lessons_is_put_in_words():
    """Whoever adds a rule adds it here and to CONTRIBUTING.md's list."""
    words = {
        "stored_form": "stored as `make notebooks` stores it",
        "small_file": "under 3 MB",
        "opening": "opens with a title",
        "sections": "minutes in their headings",
        "short_cells": "25 lines at most",
        "prose_first": "announced by a sentence",
        "figures": "describes every figure",
        "predictions": "*Predict, then run*",
        "exercises": "at least four exercises",
        "explorers": "at least one explorer",
        "portable": "neither `%` and `!` commands",
        "links": "links only to files that exist",
        "taste": "words that belittle",
        "safe_assertions": "asserts what holds in any run",
        "no_time_limits": "nothing about time",
    }
    assert set(words) == set(lesson_rules.RULES)
    text = " ".join(contributing().split())
    assert [phrase for phrase in words.values() if phrase not in text] == []


# --- version, citation, workflows ----------------------------------------------------------------


def test_the_version_stands_in_one_place():
    citation = YAML(typ="safe").load(ROOT / "CITATION.cff")
    version, date = citation["version"], citation["date-released"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[([^]]+)\](.*)$", changes, re.MULTILINE)
    assert headings[0] == ("Unreleased", "") and headings[1] == (version, f" - {date}")
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    for file in tracked():
        if file.suffix in (".py", ".toml", ".js", ".json"):
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"^__version__|^version\s*=|^  ?\"version\":", text, re.M), file


def test_the_citation_invents_nobody():
    citation = YAML(typ="safe").load(ROOT / "CITATION.cff")
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    holder = re.search(r"Copyright \(c\) \d+ (.+)", licence)[1]
    assert [author["name"].lower() for author in citation["authors"]] == [holder.lower()]


def script(name: str) -> str:
    """A command that a pinned package brings."""
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    assert found, f"{name} is not installed: make env"
    return found


def complaints(*command: str) -> str:
    """What a linter says, or nothing if it ends well."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    return "" if done.returncode == 0 else done.stdout + done.stderr


def schema_complaints(kind: str, *files: Path) -> str:
    return complaints(
        script("check-jsonschema"), "--builtin-schema", kind, *[str(file) for file in files]
    )


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_workflows_dependabot_and_citation_follow_their_schemas(tmp_path):
    assert len(WORKFLOWS) >= 2
    assert not schema_complaints("vendor.github-workflows", *WORKFLOWS)
    assert not schema_complaints("custom.github-workflows-require-timeout", *WORKFLOWS)
    assert not schema_complaints("vendor.dependabot", ROOT / ".github" / "dependabot.yml")
    assert not schema_complaints("vendor.citation-file-format", ROOT / "CITATION.cff")
    broken = tmp_path / "test.yml"
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    broken.write_text(text.replace("runs-on", "runs_on"), encoding="utf-8")
    assert "runs_on" in schema_complaints("vendor.github-workflows", broken)


def test_workflows_are_safe(tmp_path):
    zizmor = [script("zizmor"), "--offline", "--no-progress", "--quiet"]
    assert not complaints(*zizmor, ".github")
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    broken = tmp_path / ".github" / "workflows" / "test.yml"
    broken.parent.mkdir(parents=True)
    broken.write_text(text.replace("contents: read", "contents: write"), encoding="utf-8")
    assert "permissions" in complaints(*zizmor, str(broken))


def test_workflows_cover_what_the_course_promises():
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    matrix = YAML(typ="safe").load(workflow)["jobs"]["test"]["strategy"]["matrix"]
    (oldest, newest), major = (environment.OLDEST[1], environment.NEWEST[1]), environment.OLDEST[0]
    assert matrix["python"] == [f"{major}.{minor}" for minor in range(oldest, newest + 1)]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    weekly = (ROOT / ".github" / "workflows" / "weekly.yml").read_text(encoding="utf-8")
    tests = re.findall(r"--deselect (tests/\w+\.py)::(\w+)", weekly)
    for file, name in tests:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), name
    for target in re.findall(r"run: make ([a-z-]+)", weekly + workflow):
        assert f"\n{target}: " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_newest_versions_are_asked_for_without_pins():
    names = [Requirement(line) for line in unpinned.unpinned(requirements())]
    assert {"numpy", "keras", "pytest"} <= {need.name for need in names}
    assert not any(need.specifier for need in names)
    assert {need.name for need in names} < {need.name for need in pins()}
    assert [str(n.marker) for n in names] == [
        str(pin.marker) for pin in pins() if pin.name in {need.name for need in names}
    ]
    with pytest.raises(ValueError, match="must hold the line"):
        unpinned.unpinned("numpy==2\n")


def requirements() -> str:
    return (ROOT / "requirements.txt").read_text(encoding="utf-8")


# --- a new lesson --------------------------------------------------------------------------------


def test_a_new_lesson_keeps_every_rule(tmp_path):
    (tmp_path / "tests" / "wrong_answers").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    path = new_lesson.make(6, "Do this with that", tmp_path)
    assert path == tmp_path / "notebooks" / "06_do_this_with_that.ipynb"
    names = runpy.run_path(str(tmp_path / "tests" / "wrong_answers" / "lesson_6.py"))
    answers = lesson_rules.Answers(names["WRONG"], names["RIGHT"])
    notebook = normalize.normalize(run_notebooks.execute(normalize.read(path), ROOT))
    for name, rule in lesson_rules.RULES.items():
        assert rule(copy.deepcopy(notebook), 6, answers) == [], name
    with pytest.raises(SystemExit, match="exists"):
        new_lesson.make(6, "Do this with that", tmp_path)
    for title in ("", "!", "a\nb"):
        with pytest.raises(SystemExit, match="title"):
            new_lesson.make(7, title, tmp_path)


def test_a_new_lessons_exercises_work(tmp_path):
    (tmp_path / "tests" / "wrong_answers").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    cells = normalize.read(new_lesson.make(6, "Do this", tmp_path)).cells
    wrong = runpy.run_path(str(tmp_path / "tests" / "wrong_answers" / "lesson_6.py"))["WRONG"]
    checker = next(cell.source for cell in cells if cell.id == "checker")
    for i, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []):
            solution = lesson_rules.solution_of(cells[i + 1])
            answers = [(cell.source, False), (solution, True), (wrong[cell.id][0], False)]
            for code, passed in answers:
                scope = {}
                exec(checker, scope)
                *body, last = ast.parse(code).body
                exec(compile(ast.Module(body, []), "answer", "exec"), scope)
                assert eval(ast.unparse(last), scope).passed is passed
