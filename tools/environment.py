"""Make or update the course's environment: python tools/environment.py [requirements.txt ...]

Creates `.venv` beside this folder with the Python that runs this script, installs the pinned
packages of each file named (by default requirements.txt), and notes what it installed. A second
run does nothing, until a pin changes. Needs nothing but Python 3.11, 3.12 or 3.13 with pip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)


def venv_python() -> Path:
    """The environment's interpreter, whether it exists or not."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def usable(version: tuple[int, int]) -> bool:
    return OLDEST <= version <= NEWEST


def venv_version() -> tuple[int, int] | None:
    """(major, minor) of the environment's Python, or None if it does not run from here."""
    code = "import sys, pip; print(sys.prefix); print(*sys.version_info[:2])"
    try:
        command = [venv_python(), "-X", "utf8", "-c", code]  # a user's name may be in the path
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
        prefix, version = done.stdout.splitlines()
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if Path(prefix).resolve() != VENV.resolve():
        return None
    major, minor = version.split()
    return int(major), int(minor)


def create() -> None:
    """Make a new, empty environment in place of whatever was there."""
    if VENV.exists():
        shutil.rmtree(VENV)
    print(f"Creating .venv with Python {sys.version_info.major}.{sys.version_info.minor}.")
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)])
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "Python could not create a virtual environment. On Debian and Ubuntu its venv part is"
            " a package of its own, python3-venv; install it and run this command again."
        )


def install(name: str) -> None:
    """Install one requirements file, unless the very same pins are installed already."""
    file = ROOT / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    stamp = VENV / f".installed-{file.stem}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    stamp.unlink(missing_ok=True)
    print(f"Installing the packages of {name}; the first time this takes a few minutes.")
    command = [venv_python(), "-m", "pip", "install", "--disable-pip-version-check"]
    if not sys.stdout.isatty():
        command += ["--quiet"]
    done = subprocess.run([*command, "-r", name], cwd=ROOT)
    if done.returncode:
        sys.exit(f"pip could not install {name}: its message is above. Nothing else was changed.")
    stamp.write_text(digest, encoding="utf-8")


def main(names: list[str]) -> None:
    version = venv_version()
    if version is None or not usable(version):
        if not usable(sys.version_info[:2]):
            sys.exit(
                "The course needs Python 3.11, 3.12 or 3.13, and this is"
                f" {sys.version_info.major}.{sys.version_info.minor}."
            )
        create()
    for name in names or ["requirements.txt"]:
        install(name)


if __name__ == "__main__":
    main(sys.argv[1:])
