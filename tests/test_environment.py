"""The course can be set up anywhere: pins, environments, commands, links, and what is committed."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import badges
import environment
import lesson_map
import nbformat
import normalize
import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
NUMPY_ONLY = ["masks", "likelihood", "data", "network", "sampling", "exercises"]
LARGEST = 3_000_000  # bytes; data/ may hold larger files, its README says which and why
IMPORT_NAMES = {
    "PIL": "pillow",
    "yaml": "pyyaml",
    "ruamel": "ruamel-yaml",
    "websocket": "websocket-client",
}


def pins(name: str = "requirements.txt") -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


def tracked() -> list[Path]:
    """Every file that git holds."""
    command = ["git", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


# --- pins ----------------------------------------------------------------------------------------


def test_every_pin_is_exact_and_given_once_per_system():
    seen = {}
    for name in sorted(file.name for file in ROOT.glob("requirements*.txt")):
        for pin in pins(name):
            assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), f"{name}: {pin} is not exact"
            assert pin.url is None, f"{name}: {pin} names an address"
            if name == "requirements-colab.txt":
                continue  # that machine is not ours
            key = canonicalize_name(pin.name)
            other, version_there = seen.get(key, ("", str(pin.specifier)))
            extra = {f"requirements-{n}.txt" for n in ("class", "site", "benchmark", "devices")}
            assert not other or ({other, name} <= extra and version_there == str(pin.specifier)), (
                f"{pin.name} is pinned in {other} and {name}"
            )
            seen[key] = (name, str(pin.specifier))


def test_no_pin_file_names_an_index():
    for file in ROOT.glob("requirements*.txt"):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert not re.match(r"\s*-|.*://", line), f"{file.name}: {line}"


@pytest.mark.parametrize(
    "system, machine, expected",
    [
        ("linux", "x86_64", "tensorflow-cpu"),
        ("win32", "AMD64", "tensorflow-cpu"),
        ("linux", "aarch64", "tensorflow"),
        ("darwin", "arm64", "tensorflow"),
    ],
)
def test_each_system_gets_one_tensorflow(system, machine, expected):
    there = {**default_environment(), "sys_platform": system, "platform_machine": machine}
    chosen = [
        pin.name
        for pin in pins()
        if pin.name.startswith("tensorflow") and pin.marker.evaluate(there)
    ]
    assert chosen == [expected]


def unpinned(roots: list[Requirement], pinned: set[str]) -> set[str]:
    """What `roots` need, and what that needs, that has no pin."""
    missing, done, queue = set(), set(), list(roots)
    while queue:
        need = queue.pop()
        if need.marker is not None and not any(
            need.marker.evaluate({"extra": extra}) for extra in ("", *need.extras)
        ):
            continue
        name = canonicalize_name(need.name)
        if name in done:
            continue
        done.add(name)
        if name not in pinned:
            missing.add(name)
        try:
            queue += [Requirement(line) for line in distribution(name).requires or []]
        except PackageNotFoundError:
            missing.add(name)
    return missing


def test_everything_that_is_needed_is_pinned():
    names = {canonicalize_name(pin.name) for pin in pins()}
    assert unpinned(pins(), names) == set()
    assert "numpy" in unpinned(pins(), names - {"numpy"})


def test_what_is_installed_is_what_is_pinned():
    wrong = [
        f"{pin} but {version(pin.name)} is installed"
        for pin in pins()
        if (pin.marker is None or pin.marker.evaluate()) and version(pin.name) not in pin.specifier
    ]
    assert not wrong, "\n".join(wrong)


def imported_by(file: Path) -> set[str]:
    """Top-level names that a Python file or a notebook's code imports, relative ones left out."""
    if file.suffix == ".ipynb":
        cells = normalize.read(file).cells
        sources = [cell.source for cell in cells if cell.cell_type == "code"]
    else:
        sources = [file.read_text(encoding="utf-8")]
    names = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module.split(".")[0])
    return names


def test_every_import_is_pinned_or_our_own():
    core = {canonicalize_name(pin.name) for pin in pins()} | {"tensorflow"}
    browser = {canonicalize_name(pin.name) for pin in pins("requirements-browser.txt")}
    benchmark = {canonicalize_name(pin.name) for pin in pins("requirements-benchmark.txt")}
    site = {canonicalize_name(pin.name) for pin in pins("requirements-site.txt")}
    own = {"helpers", "benchmarks", "tests"}
    own |= {file.stem for name in ("tools", "tests") for file in (ROOT / name).rglob("*.py")}
    optional = {"google", "jax", "torch"}  # Colab, and Keras's other backends
    missing = []
    for file in tracked():
        if file.suffix not in (".py", ".ipynb"):
            continue
        part = file.relative_to(ROOT).as_posix()
        allowed = core | own | optional | set(sys.stdlib_module_names)
        if part.startswith("tests/browser/"):
            allowed |= browser
        if part.startswith(("benchmarks/", "data/")):
            allowed |= benchmark
        if part == "benchmarks/engine.py":  # it times the engine in a browser
            allowed |= browser
        if part.startswith(("website/", "tools/website.py", "tests/test_site.py")):
            allowed |= site
        for name in imported_by(file):
            if canonicalize_name(IMPORT_NAMES.get(name, name)) not in allowed and (
                name not in allowed
            ):
                missing.append(f"{part} imports {name}")
    assert not missing, "\n".join(missing)


# --- environments --------------------------------------------------------------------------------


def test_environment_yml_names_one_python_and_defers_to_the_pins():
    from ruamel.yaml import YAML

    needs = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"]
    assert needs == ["python=3.12", "pip", {"pip": ["-r requirements.txt"]}]


@pytest.mark.skipif(os.name == "nt", reason="repo2docker does not run on Windows")
def test_repo2docker_renders_an_image_with_that_python():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)
    rendered = done.stdout + done.stderr
    assert done.returncode == 0, rendered[-3000:]
    assert "Building conda environment for python=3.12\n" in rendered
    assert '--file "environment.yml"' in rendered
    assert "RUN ./postBuild" in rendered  # it opens the README as a page: browser/test_start.py


def test_readme_agrees_with_the_environment():
    text = readme()
    for minor in range(environment.OLDEST[1], environment.NEWEST[1] + 1):
        assert f"3.{minor}" in text
    assert not re.search(r"Python 3\.(?:[0-9]|10|14)\b", text)
    for name in re.findall(r"requirements[\w-]*\.txt", text):
        assert (ROOT / name).exists(), name
    assert "pip install -r requirements.txt" in text
    assert "-m jupyterlab" in text and "-m pytest" in text


def test_every_command_of_the_readme_is_a_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(
        re.findall(r"\bmake ([a-z-]+)", "\n".join(re.findall(r"`[^`]+`|^    .*$", readme(), re.M)))
    )
    assert {"lab", "test"} <= named <= targets
    listed = set(re.findall(r"make ([a-z-]+)", makefile))
    assert listed <= targets | {"alone"}


def test_readme_links_to_files_that_exist():
    for target in re.findall(r"\]\(([^)\s]+)\)", readme()):
        if not re.match(r"[a-z]+:|#", target):
            assert (ROOT / target.split("#")[0]).exists(), target


def test_readme_maps_the_lessons_with_their_minutes():
    assert lesson_map.updated(readme(), ROOT) == readme(), "run `make notebooks`"
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"(notebooks/{path.name}) |" in readme(), f"{path.name} is not on the map"


def test_the_map_follows_title_and_minutes(tmp_path):
    (tmp_path / "notebooks").mkdir()
    texts = ["# 1 · Do it", "## First\n\n" + "word " * 390, "## Deeper: More\n\n" + "word " * 260]
    cells = [nbformat.v4.new_markdown_cell(text, id=f"c-{i}") for i, text in enumerate(texts)]
    cells[-1].metadata["tags"] = ["deeper"]
    notebook = nbformat.v4.new_notebook(cells=cells)
    normalize.write(notebook, tmp_path / "notebooks" / "01_do.ipynb")
    text = "| 1 | [old](notebooks/01_do.ipynb) | a thing | 99 min |\n"
    text += "| 2 | [not yet](notebooks/02_do.ipynb) | another | 7 min |\n"
    expected = text.replace("old", "Do it").replace("99 min", "3 + 2 + 0")
    assert lesson_map.updated(text, tmp_path) == expected


def test_only_pythons_with_all_packages_are_used():
    assert [m for m in range(8, 17) if environment.usable((3, m))] == [11, 12, 13]


def test_a_changed_pin_is_installed_and_an_unchanged_one_is_not(tmp_path, monkeypatch):
    calls = []

    def run(command, cwd):
        calls.append([str(part) for part in command])
        return subprocess.CompletedProcess(
            command, 1 if "broken" in file.read_text(encoding="utf-8") else 0
        )

    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment.subprocess, "run", run)
    (tmp_path / ".venv").mkdir()
    file = tmp_path / "requirements.txt"
    file.write_text("six==1.0\n", encoding="utf-8")
    environment.install("requirements.txt")
    environment.install("requirements.txt")
    assert len(calls) == 1 and calls[0][-2:] == ["-r", "requirements.txt"]
    file.write_text("six==1.1\n", encoding="utf-8")
    environment.install("requirements.txt")
    assert len(calls) == 2
    file.write_text("broken==1.1\n", encoding="utf-8")
    for tries in (3, 4):  # what failed is tried again
        with pytest.raises(SystemExit, match="could not install requirements.txt"):
            environment.install("requirements.txt")
        assert len(calls) == tries


@pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="needs make and a shell")
def test_make_lists_its_commands_and_says_which_python_it_needs():
    listing = subprocess.run(["make"], cwd=ROOT, capture_output=True, encoding="utf-8").stdout
    assert "make lab " in listing and "make test " in listing
    command = ["make", "env", "PYTHON=no-such-python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode and "needs Python 3.11, 3.12 or 3.13" in done.stderr


# --- what is committed ---------------------------------------------------------------------------

HOSTS = [
    "py" + "pi.org",
    "python" + "hosted",
    "npm" + "js",
    "deb." + "debian",
    "conda." + "anaconda",
]
HERE = re.compile("/" + r"(?:work|root)/|/" + r"(?:home|Users)/\w|/" + r"tmp/\w")


def local_names(text: str) -> list[str]:
    """Package hosts and folders of one machine that `text` names."""
    return [host for host in HOSTS if host in text] + HERE.findall(text)


def test_no_file_names_a_package_host_or_a_folder_of_one_machine():
    assert local_names("see https://" + HOSTS[0] + " in /" + "home/ada") != []
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {name}" for name in local_names(text)]
    assert not found, "\n".join(found)


def test_no_file_is_large():
    large = [
        f"{file.relative_to(ROOT)}: {file.stat().st_size:,} bytes"
        for file in tracked()
        if file.stat().st_size > LARGEST and file.relative_to(ROOT).parts[0] != "data"
    ]
    assert not large, "\n".join(large)


# --- helpers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", NUMPY_ONLY)
def test_module_does_not_import_tensorflow(module):
    code = (
        f"import sys, helpers.{module};"
        "print(sorted({'tensorflow', 'keras', 'torch', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def modules_with_examples() -> list[str]:
    files = sorted((ROOT / "helpers").rglob("*.py"))
    parts = [
        f.relative_to(ROOT).with_suffix("").parts
        for f in files
        if ">>> " in f.read_text(encoding="utf-8")
    ]
    return [".".join(part).removesuffix(".__init__") for part in parts]


@pytest.mark.parametrize("module", modules_with_examples())
def test_examples_in_docstrings_are_true(module):
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.testmod(importlib.import_module(module), optionflags=options)
    assert result.attempted and not result.failed


# --- badges --------------------------------------------------------------------------------------


@pytest.fixture
def small_course(tmp_path):
    """A folder with a README and one lesson, neither stamped."""
    (tmp_path / "README.md").write_text("# Course\n<!-- badges -->\n\nText.\n", encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    cells = [
        nbformat.v4.new_markdown_cell("# 1 · Do\n<!-- badges -->\n\nText.", id="title"),
        nbformat.v4.new_code_cell('import sys\n\nREPO = ""  # where from', id="setup"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    normalize.write(normalize.normalize(notebook), tmp_path / "notebooks" / "01_do.ipynb")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in folder.rglob("*.*")
        if file.is_file()
    }


def test_badges_can_be_stamped_stamped_again_and_cleared(small_course):
    plain = contents(small_course)
    assert badges.stamp(small_course, "ada/made") == ["README.md", "01_do.ipynb"]
    stamped = contents(small_course)
    lesson = json.loads(stamped["01_do.ipynb"])["cells"]
    title, setup = ("".join(cell["source"]) for cell in lesson)
    binder = "mybinder.org/v2/gh/ada/made/main?urlpath=lab/tree/notebooks/01_do.ipynb"
    assert binder in title
    start = "mybinder.org/v2/gh/ada/made/main?urlpath=lab/tree/README.md)"
    assert start in stamped["README.md"]
    assert "/github/ada/made/blob/main/notebooks/01_do.ipynb" in title
    assert 'REPO = "https://github.com/ada/made"  # where from' in setup
    assert badges.stamp(small_course, "ada/made") == []
    badges.stamp(small_course, "bob/course.x")
    assert "ada/made" not in "".join(contents(small_course).values())
    badges.stamp(small_course, "")
    assert contents(small_course) == plain


@pytest.mark.parametrize(
    "address, expected",
    [
        ("https://github.com/ada/made.git", "ada/made"),
        ("git@github.com:ada/made.git", "ada/made"),
        ("ssh://git@github.com/ada/made", "ada/made"),
        ("../elsewhere", None),
        (None, None),
    ],
)
def test_the_default_repository_is_that_of_the_remote(tmp_path, address, expected):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    if address:
        subprocess.run(["git", "remote", "add", "origin", address], cwd=tmp_path, check=True)
    assert badges.remote_repository(tmp_path) == expected


def test_no_badge_is_broken():
    """Every stamped link names one repository; where none is set, there are no links."""
    repos = set()
    lines = readme().splitlines()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        lines += "\n".join(cell.source for cell in normalize.read(path).cells).splitlines()
    for line in lines:
        if line.startswith(badges.MARK):
            repos.add(tuple(re.findall(r"/(?:gh|github)/([\w.-]+/[\w.-]+)/", line)))
    assert len(repos) == 1, repos
    links = repos.pop()
    assert links == () or (len(links) == 2 and links[0] == links[1] != "OWNER/REPO")
