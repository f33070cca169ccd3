"""Do the tests notice? python tools/mutants.py [-j N] [--again] [PREFIX ...]

Makes each fault of tests/mutants.json alone, in a copy of the tree under build/mutants, and runs
the tests: first those that CONTRIBUTING.md names for the fault's room, then, if these pass, every
fast test. The work tree is never touched. A fault is ``{"id", "file", "old", "new"}``: `old`, which
must stand in `file` exactly once, becomes `new`. Only faults whose id begins with a PREFIX are
made, if any is given.

Ctrl-C loses nothing: verdicts are kept in build/mutants/verdicts.json. That a test notices a fault
is kept until the fault, its file or the test's file changes; that none does, until any file of the
tree does; nothing is with `--again`. Fails if a fault survives, or is gone (its `old` no longer
stands there once: mend the list). A run of the whole list records its score in
benchmarks/mutants.json.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import fnmatch
import hashlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from normalize import ROOT

PYTEST = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
PYTEST += ["--no-header", "--tb=no", "-m", "not lesson"]
SECONDS = 1800  # for one run of the tests; a fault that makes them hang is noticed
GREEN = (0, 5)  # pytest's exit codes: all passed, or none was chosen


def tree(root: Path) -> list[str]:
    """The files that git holds or would add, as they are now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=True)
    names = sorted(set(done.stdout.split("\0")))
    return [name for name in names if name and (root / name).is_file()]


def digest(root: Path, files: list[str]) -> str:
    """A hash of all that verdicts depend on: every file but the list and the score."""
    total = hashlib.sha256()
    for name in files:
        if name not in ("tests/mutants.json", "benchmarks/mutants.json"):
            total.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return total.hexdigest()


def current(root: Path, fault: dict, found: dict, whole: str) -> bool:
    """Whether a verdict still holds: the fault is the same, and so is what the verdict rests on."""
    return found.get("fault") == fault and found.get("of") == rests_on(root, fault, found, whole)


def rests_on(root: Path, fault: dict, found: dict, whole: str) -> str:
    """A hash of the files that a verdict rests on; `whole` is that of the tree."""
    test = re.sub(r"^\w+: (FAILED|ERROR) |::.*", "", found["by"] or "")
    if not (root / test).is_file():
        return whole
    return digest(root, [fault["file"], test])


def problem(root: Path, fault: dict) -> str | None:
    """Why this fault cannot be made, or None."""
    file = root / fault["file"]
    if not file.is_file():
        return f"{fault['file']} does not exist"
    text = file.read_text(encoding="utf-8")
    if (times := text.count(fault["old"])) != 1:
        return f"`old` stands in {fault['file']} {times} times"
    if file.suffix == ".py":
        try:
            ast.parse(text.replace(fault["old"], fault["new"]))
        except SyntaxError:
            return f"with `new`, {fault['file']} is not Python"
    return None


def guards(root: Path, file: str) -> list[str]:
    """The test files that CONTRIBUTING.md's map names for `file`, as `masks` or `plots/*`."""
    found, room = [], str(Path(file).with_suffix("").as_posix()).removeprefix("helpers/")
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\|(.+)\|$", text, re.MULTILINE):
        first, *_, last = row.split("|")
        if any(fnmatch.fnmatch(room, name) for name in re.findall(r"`([^`]+)`", first)):
            for name in re.findall(r"`((?:\w+/)?test_[^`]+)`", last):
                found += sorted(p.relative_to(root).as_posix() for p in (root / "tests").glob(name))
    return list(dict.fromkeys(found))


def fast(root: Path) -> list[str]:
    """All test files but those for a browser, and the one that holds the list to the sources.

    That one sees that `old` is gone, whatever the fault does: it would catch every fault.
    """
    tests = root / "tests"
    found = [*tests.glob("test_*.py"), *tests.glob("figures/test_*.py")]
    names = sorted(path.relative_to(root).as_posix() for path in found)
    return [name for name in names if name != "tests/test_mutants.py"]


def room(fault: dict) -> str:
    """Where the score counts a fault: under a module, or a folder such as plots."""
    *_, folder, name = Path(fault["file"]).parts
    return Path(name).stem if folder == "helpers" else folder


class Tests:
    """Runs tests in copies of the tree; all their processes end with `stop`."""

    def __init__(self):
        self.running: set[subprocess.Popen] = set()
        self.stopped = False
        self.lock = threading.Lock()

    def run(self, folder: Path, files: list[str]) -> str | None:
        """What went wrong in these test files, or None if nothing did."""
        inner = ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST")
        environment = {k: v for k, v in os.environ.items() if k not in inner}
        # A fault of the same length in the same second would run from the sound file's bytecode.
        environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
        group = {} if os.name == "nt" else {"start_new_session": True}
        with self.lock:
            if self.stopped:
                raise KeyboardInterrupt
            process = subprocess.Popen(
                [*PYTEST, *files],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                **group,
            )
            self.running.add(process)
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            kill(process)
            process.communicate()
            return f"no end within {SECONDS} s"
        finally:
            self.running.discard(process)
        if self.stopped:
            raise KeyboardInterrupt
        if process.returncode in GREEN:
            return None
        lines = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return lines[0].split(" - ")[0] if lines else f"pytest ended with {process.returncode}"

    def stop(self):
        with self.lock:
            self.stopped = True
            for process in list(self.running):
                kill(process)


def kill(process: subprocess.Popen) -> None:
    """End a process and, where the system knows groups, all that it started."""
    with contextlib.suppress(ProcessLookupError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def verdict(tests: Tests, folder: Path, fault: dict) -> dict:
    """Make one fault in the copy `folder`, ask the tests, and take it back."""
    file = folder / fault["file"]
    sound, start = file.read_bytes(), time.perf_counter()
    faulty = sound.decode("utf-8").replace(fault["old"], fault["new"]).encode("utf-8")
    every, first = fast(folder), guards(folder, fault["file"])
    by = None
    try:
        file.write_bytes(faulty)
        for stage, files in (("room", first), ("suite", [f for f in every if f not in first])):
            if files and (seen := tests.run(folder, files)):
                by = f"{stage}: {seen}"
                break
    finally:
        file.write_bytes(sound)
    return {"by": by, "seconds": round(time.perf_counter() - start, 1)}


def copies(root: Path, files: list[str], n: int) -> queue.Queue:
    """Fresh copies of the tree, `n` of them, under build/mutants."""
    free = queue.Queue()
    for i in range(n):
        folder = root / "build" / "mutants" / f"tree-{i}"
        shutil.rmtree(folder, ignore_errors=True)
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)
        free.put(folder)
    return free


def write(path: Path, content: dict) -> None:
    """Write JSON whole or not at all."""
    part = path.with_name(path.name + ".part")
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def score(faults: list[dict], verdicts: dict) -> dict:
    """Faults and how many were caught, in all and by room, and the ids of the survivors."""
    by_room: dict[str, list[bool]] = {}
    for fault in faults:
        by_room.setdefault(room(fault), []).append(bool(verdicts[fault["id"]]["by"]))
    rooms = {name: f"{sum(by_room[name])} of {len(by_room[name])}" for name in sorted(by_room)}
    survived = [fault["id"] for fault in faults if not verdicts[fault["id"]]["by"]]
    return {
        "faults": len(faults),
        "caught": len(faults) - len(survived),
        "survived": survived,
        "rooms": rooms,
    }


def tried(root: Path, faults: list[dict], kept: Path, stored: dict, n: int) -> None:
    """Fill `stored["verdicts"]` for all `faults`, keeping each in the file `kept` as it comes."""
    todo = [fault for fault in faults if fault["id"] not in stored["verdicts"]]
    if not todo:
        return
    tests, free, lock = Tests(), copies(root, tree(root), n), threading.Lock()

    def one(fault: dict) -> None:
        folder = free.get()
        try:
            found = verdict(tests, folder, fault)
        finally:
            free.put(folder)
        with lock:
            found |= {"fault": fault, "of": rests_on(root, fault, found, stored["tree"])}
            stored["verdicts"][fault["id"]] = found
            write(kept, stored)
            said = f"caught    {fault['id']}  {found['by']}"
            print(said if found["by"] else f"SURVIVED  {fault['id']}", flush=True)

    pool = ThreadPoolExecutor(n)
    try:
        if not stored["sound"]:  # tests that are red without a fault would catch everything
            print("The tests, without a fault ...", flush=True)
            folder = free.get()
            if red := tests.run(folder, []):
                raise SystemExit(f"They fail without any fault, in a copy at least: {red}")
            free.put(folder)
            stored["sound"] = True
            write(kept, stored)
        for done in [pool.submit(one, fault) for fault in todo]:
            done.result()
    finally:
        tests.stop()
        pool.shutdown(cancel_futures=True)


def main(arguments: list[str], root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", type=int, default=1, metavar="N", help="faults tried at a time")
    parser.add_argument("--again", action="store_true", help="forget the verdicts that are kept")
    parser.add_argument("prefix", nargs="*", help="ids to try begin with one of these")
    asked = parser.parse_args(arguments)

    listed = json.loads((root / "tests" / "mutants.json").read_text(encoding="utf-8"))
    twice = sorted({f["id"] for f in listed if sum(f["id"] == g["id"] for g in listed) > 1})
    if twice:
        raise SystemExit(f"tests/mutants.json gives an id twice: {', '.join(twice)}")
    wanted = [f for f in listed if not asked.prefix or f["id"].startswith(tuple(asked.prefix))]
    gone = {f["id"]: why for f in wanted if (why := problem(root, f))}
    faults = [fault for fault in wanted if fault["id"] not in gone]

    kept = root / "build" / "mutants" / "verdicts.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    of = digest(root, tree(root))
    stored = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    old = {} if asked.again else stored.get("verdicts", {})
    verdicts = {
        fault["id"]: old[fault["id"]]
        for fault in listed
        if fault["id"] in old and current(root, fault, old[fault["id"]], of)
    }
    sound = not asked.again and stored.get("tree") == of and stored["sound"]
    stored = {"tree": of, "sound": sound, "verdicts": verdicts}
    try:
        tried(root, faults, kept, stored, max(asked.j, 1))
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
        return 130

    result = score(faults, stored["verdicts"])
    for name, caught in result["rooms"].items():
        print(f"{name:<14} {caught}")
    for name in result["survived"]:
        print(f"SURVIVED  {name}")
    for name, why in gone.items():
        print(f"GONE      {name}: {why}")
    print(f"{result['caught']} of {result['faults']} caught, {len(gone)} gone.")
    if not asked.prefix and not gone:
        stamp = {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d")}
        seconds = sum(found["seconds"] for found in stored["verdicts"].values())
        write(root / "benchmarks" / "mutants.json", stamp | {"seconds": round(seconds)} | result)
    return int(bool(result["survived"] or gone or not faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
