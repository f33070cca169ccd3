"""Build the course with JupyterLite, Python in the browser: python tools/lite.py [FOLDER]

The result, build/lite, is a folder of files for any web server; nothing in it asks an address
outside. Pyodide (Python in WebAssembly) comes from npm, the packages for it from where pip looks.
What is to be had nowhere there, NumPy at the time of writing, is named on the start page; with
FOLDER, an unpacked full Pyodide distribution, everything is there and nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from normalize import ROOT, read
from packaging.utils import parse_wheel_filename

PYODIDE = "314.0.6"  # the version that the pinned kernel is made for
BUILD = ROOT / "build"
OUT, CONTENTS, DISTRIBUTION = BUILD / "lite", BUILD / "lite-contents", BUILD / "lite-pyodide"
# What the kernel itself loads.
KERNEL = ["micropip", "ipython", "ipython-pygments-lexers", "jedi", "comm"]
LESSONS = ["numpy", "matplotlib", "ipywidgets"]  # what a lesson does
# What Pyodide's own list lacks, at the course's pins; each with what it needs of that list.
MORE = {
    "comm": ["traitlets"],
    "ipywidgets": ["comm", "ipython", "traitlets", "jupyterlab-widgets", "widgetsnbextension"],
    "ipython-pygments-lexers": ["pygments"],
    "jupyterlab-widgets": [],
    "widgetsnbextension": [],
}
BESIDE = ["jupyter-server", "jupyterlab-server", "jupyterlab-widgets", "anywidget"]  # at our pins
KEPT = "lab notebooks tree".split()
START = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The course in this browser</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="icon-120x120.png">
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{{}}</script>
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto;
padding: 0 1rem; overflow-wrap: anywhere }} li {{ margin: .4rem 0 }}</style></head><body>
<h1>The course in this browser</h1>
<p>Python itself runs in this page. What you change stays in this browser; download it to keep it.
A start takes a while, the first the longest.</p>
<ul>
{lessons}
</ul>
<p>Keras and TensorFlow do not exist for this Python: cells that need them say so and step aside.
Lessons 1, 3 and 5 go on without; lessons 2 and 4 are about them, and here are for reading.</p>
{missing}
</body></html>
"""
MISSING = """<p><strong>This copy was built without {names}</strong>, which Pyodide's full
distribution holds and no package registry that was asked. Python starts, and the first cell of a
lesson stops with a sentence that says so. The lessons were not run in it. To build a whole copy,
unpack that distribution and run <code>make lite PYODIDE=folder</code>.</p>"""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def quietly(command: list, **options) -> subprocess.CompletedProcess:
    options = {"capture_output": True, "encoding": "utf-8"} | options
    return subprocess.run([str(part) for part in command], **options)


def builder() -> Path:
    """The Python that builds, in build/lite-env: a JupyterLab beside its kernel would complain."""
    python = BUILD / "lite-env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", BUILD / "lite-env"], check=True)
    pins = ["-c", "requirements.txt", "-r", "requirements-lite.txt"]
    done = quietly([python, "-m", "pip", "install", "--quiet", *pins, *BESIDE], cwd=ROOT)
    if done.returncode:
        sys.exit(f"pip could not install requirements-lite.txt:\n{done.stderr[-2000:]}")
    return python


def from_npm(folder: Path) -> None:
    """Put Pyodide itself into `folder`."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm was not found: install Node.js, or name a Pyodide distribution's folder.")
    folder.mkdir(parents=True)
    done = quietly([npm, "pack", "--silent", f"pyodide@{PYODIDE}"], cwd=folder)
    if done.returncode:
        sys.exit(f"npm could not fetch pyodide@{PYODIDE}:\n{done.stderr[-2000:]}")
    archive = folder / done.stdout.split()[-1]
    shutil.unpack_archive(archive, folder)
    archive.unlink()
    for file in (folder / "package").iterdir():
        if file.suffix in (".mjs", ".wasm", ".zip", ".json"):
            file.rename(folder / file.name)
    shutil.rmtree(folder / "package")


def course_pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {plain(n): v.split(";")[0].strip() for n, _, v in (x.partition("==") for x in lines)}


def wheel(name: str, version: str, folder: Path) -> Path | None:
    """The wheel of a package for Pyodide's Python from where pip looks; None if it is not there."""
    target = folder / f"download-{name}"
    where = ["--python-version", "3.14", "--implementation", "cp", "--abi", "cp314"]
    where += ["--abi", "none", "--platform", "pyemscripten_2026_0_wasm32", "--platform", "any"]
    options = ["--no-deps", "--only-binary=:all:", "--quiet", "--disable-pip-version-check"]
    quietly([sys.executable, "-m", "pip", "download", *options, *where, "-d", target,
             f"{name}=={version}"])  # fmt: skip
    found = next(target.glob("*.whl"), None)
    found = found and found.rename(folder / found.name)
    shutil.rmtree(target, ignore_errors=True)
    return found


def closure(packages: dict, roots: list[str]) -> list[str]:
    """`roots` and what they need, and that needs."""
    found, queue = [], [*roots]
    while queue:
        if (name := plain(queue.pop())) not in found:
            found.append(name)
            queue += packages[name]["depends"]
    return sorted(found)


def complete(folder: Path, fetch=wheel) -> list[str]:
    """Fetch what kernel and lessons need into `folder`; what is missing, and list what is there."""
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    packages = {plain(name): entry for name, entry in lock["packages"].items()}
    pins = course_pins()
    for name, needs in MORE.items():
        entry = {"name": name, "version": pins[name], "depends": needs, "file_name": ""}
        entry |= {"imports": [name.replace("-", "_")], "install_dir": "site", "sha256": ""}
        packages.setdefault(name, entry | {"package_type": "package", "unvendored_tests": False})
    missing = []
    for name in closure(packages, KERNEL + LESSONS):
        entry = packages[name]
        if entry["file_name"] and (folder / entry["file_name"]).exists():
            continue
        if (file := fetch(name, entry["version"], folder)) is None:
            missing.append(name)
            continue
        assert plain(str(parse_wheel_filename(file.name)[0])) == name, file.name
        entry["file_name"] = file.name
        entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    here = {
        n: e for n, e in packages.items() if e["file_name"] and (folder / e["file_name"]).exists()
    }
    lock["packages"] = {
        name: entry for name, entry in here.items() if set(closure(packages, [name])) <= set(here)
    }
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return missing


def copy_contents() -> None:
    """What is found in the browser's own file system: lessons, helpers, data, glossary."""
    shutil.rmtree(CONTENTS, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", ".*", "make_sample.py")
    for name in ("notebooks", "helpers", "data", "teaching"):
        shutil.copytree(ROOT / name, CONTENTS / name, ignore=ignored)


def configure(folder: Path) -> None:
    """Load packages at the kernel's start: it does not see what `helpers` imports."""
    lock = json.loads((folder / "static/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    path = folder / "jupyter-lite.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    settings = config["jupyter-config-data"].setdefault("litePluginSettings", {})
    kernel = settings.setdefault("@jupyterlite/pyodide-kernel-extension:kernel", {})
    kernel["pyodideUrl"] = "./static/pyodide/pyodide.mjs"
    kernel["disablePyPIFallback"] = True
    packages = [name for name in KERNEL + LESSONS if name in lock["packages"]]
    kernel["loadPyodideOptions"] = {"packages": packages}
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")


def start_page(missing: list[str]) -> str:
    rows = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        title = read(path).cells[0].source.split("\n")[0].removeprefix("# ")
        target = f"notebooks/index.html?path=notebooks/{path.name}"
        rows.append(f'<li><a href="{target}">{html.escape(title)}</a></li>')
    rows.append('<li><a href="lab/index.html">All files, in JupyterLab</a></li>')
    names = MISSING.format(names=", ".join(missing)) if missing else ""
    return START.format(lessons="\n".join(rows), missing=names)


def main(arguments: list[str]) -> int:
    for folder in (DISTRIBUTION, OUT):
        shutil.rmtree(folder, ignore_errors=True)
    if arguments and not (Path(arguments[0]) / "pyodide-lock.json").exists():
        sys.exit(f"{arguments[0]} is no Pyodide distribution: it has no pyodide-lock.json.")
    if arguments:
        shutil.copytree(arguments[0], DISTRIBUTION)
    else:
        from_npm(DISTRIBUTION)
    missing = complete(DISTRIBUTION)
    copy_contents()
    command = [builder(), "-m", "jupyterlite_core", "build", "--lite-dir", BUILD / "lite-work"]
    shutil.rmtree(BUILD / "lite-work", ignore_errors=True)
    (BUILD / "lite-work" / "static").mkdir(parents=True)
    DISTRIBUTION.rename(BUILD / "lite-work" / "static" / "pyodide")
    command += ["--contents", CONTENTS, "--output-dir", OUT, "--no-sourcemaps"]
    done = quietly([*command, *(f"--apps={name}" for name in KEPT)], cwd=BUILD)
    if done.returncode:
        sys.exit(f"JupyterLite could not be built:\n{(done.stdout + done.stderr)[-3000:]}")
    configure(OUT)
    (OUT / "index.html").write_text(start_page(missing), encoding="utf-8")
    size = sum(file.stat().st_size for file in OUT.rglob("*") if file.is_file()) / 1e6
    print(f"build/lite: {size:.0f} MB" + (f", without {', '.join(missing)}" if missing else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
