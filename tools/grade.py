"""Grade students' notebooks: python tools/grade.py FOLDER [--out FILE] [--seconds N] [--jobs N]

FOLDER holds one folder a student with notebooks in it, or notebooks named after students, or both.
The result is one CSV row a student and one column an exercise. See teaching/grading.md.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import csv
import io
import json
import os
import queue
import re
import secrets
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from normalize import ROOT, read
from student import LESSONS, copy_course, is_solution

sys.path.insert(0, str(ROOT))
from helpers import files  # noqa: E402

STATES = ("passed", "not yet", "crashed", "not tried")  # of two notebooks, the better state counts
LARGEST, MOST_PARTS = 200_000_000, 20_000_000  # bytes of a notebook; lists, objects and commas
MEMORY = 4_000_000_000  # bytes of a process with its children
PATIENCE = 5  # seconds by the clock for one of processor time
PREPARATION = 3600  # seconds for the lesson's own cells
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def course_lesson(path: Path) -> dict:
    """A lesson as the grader needs it: number, name, code cells, and what each exercise is."""
    cells, exercises, last = [], {}, None
    for cell in read(path).cells:
        if "exercise" in cell.metadata.get("tags", []):
            call = ast.parse(cell.source).body[-1].value.func
            check = call.attr if isinstance(call, ast.Attribute) else call.id
            last = {"stub": cell.source, "solution": "", "check": check, "at": len(cells)}
            exercises[cell.id] = last
        elif cell.cell_type == "code":
            cells.append(cell.source)
        elif is_solution(cell) and last:
            last["solution"] = FENCE.search(cell.source)[1]
    return {"number": int(path.name[:2]), "name": path.stem, "cells": cells, "exercises": exercises}


def answers_in(path: Path) -> list[tuple[str, str]]:
    """The code cells of a student's notebook, (id, source); ValueError if it is none."""
    about = path.lstat()
    if not stat.S_ISREG(about.st_mode):
        raise ValueError("not a file (a folder or a link)")
    if about.st_size > LARGEST:
        raise ValueError(f"larger than {LARGEST:,} bytes")
    raw = path.read_bytes()
    if sum(map(raw.count, (b"[", b"{", b","))) > MOST_PARTS:  # of which each takes memory
        raise ValueError(f"more than {MOST_PARTS:,} parts")
    try:
        try:
            notebook = json.loads(raw)
        except UnicodeDecodeError:
            notebook = json.loads(raw.decode("cp1252", "replace"))
        sheets = [notebook, *notebook.get("worksheets", [])]  # worksheets: format 3
        cells = [cell for sheet in sheets for cell in sheet.get("cells", [])]
        code = [cell for cell in cells if cell.get("cell_type") == "code"]
        sources = [cell.get("source", cell.get("input", "")) for cell in code]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a notebook ({type(error).__name__})") from error
    return [(str(c.get("id")), "".join(map(str, s or ""))) for c, s in zip(code, sources)]


def lesson_of(name: str, answers: list, lessons: list[dict]) -> dict | None:
    """The lesson whose exercises a notebook holds; without any, the one that its name says."""

    def matches(lesson: dict) -> int:
        calls = "|".join(rf"\b{e['check']}\s*\(" for e in lesson["exercises"].values())
        return sum(i in lesson["exercises"] or bool(re.search(calls, s)) for i, s in answers)

    best = max(lessons, key=matches)
    if matches(best):
        return best
    named = [x for x in lessons if x["name"] in name]
    named += [x for x in lessons if re.search(rf"(?<!\d)0?{x['number']}(?!\d)", name)]
    return named[0] if named else None


def student_of(name: str, lessons: list[dict]) -> str:
    """The student in the name of a file: what is left without the lesson's name or number."""
    stem = name.removesuffix(".ipynb")
    rest = stem
    for lesson in lessons:
        rest = rest.replace(lesson["name"], "")
    if rest == stem:
        rest = re.sub(r"^0?\d(?=[\W_])|(?<=[\W_])0?\d$", "", stem)
    return rest.strip(" _-.") or stem


def handed_in(folder: Path, lessons: list[dict]) -> dict[str, list[Path]]:
    """Every student's notebooks. Links are not followed, hidden files and folders not read."""
    students: dict[str, list[Path]] = {}
    entries = [e for e in sorted(folder.iterdir()) if not e.name.startswith((".", "__"))]
    for entry in entries:
        if entry.is_dir() and entry.suffix != ".ipynb":
            found = students.setdefault(entry.name, [])
            if entry.is_symlink():
                found.append(entry)
                continue
            for place, folders, files in os.walk(entry):
                bad = [name for name in folders if name.endswith(".ipynb")]
                folders[:] = sorted({f for f in folders if not f.startswith(".")} - {*bad})
                names = [n for n in sorted([*files, *bad]) if not n.startswith(".")]
                found += [Path(place) / name for name in names if name.endswith(".ipynb")]
    for entry in entries:
        if entry.suffix == ".ipynb":
            name = student_of(entry.name, lessons)
            number = lesson_of(entry.name, [], lessons)
            others = [lesson_of(path.name, [], lessons) for path in students.get(name, [])]
            if (folder / name).is_dir() or number in others:  # another student of that name
                name = entry.name
            students.setdefault(name, []).append(entry)
    return students


def environment(home: Path) -> dict[str, str]:
    """What student code sees: a home of its own, and none of the teacher's variables."""
    kept = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "OMP_NUM_THREADS")
    own = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home))
    settings = {"MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONHASHSEED": "0"}
    return {name: os.environ[name] for name in kept if name in os.environ} | own | settings


def usage(process: psutil.Process) -> tuple[float, int]:
    """Processor seconds and bytes of memory of a process and its children."""
    seconds, memory = 0.0, 0
    with contextlib.suppress(psutil.Error):
        for one in [process, *process.children(recursive=True)]:
            times = one.cpu_times()
            seconds += times.user + times.system
            memory += one.memory_info().rss
    return seconds, memory


def end(process: subprocess.Popen) -> None:
    """End a process and whatever it has started."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def run_once(task: dict, seconds: float, memory: int = MEMORY) -> dict[str, tuple[str, str]]:
    """One process for the wanted exercises; what is known of them when it ends or is ended."""
    token, results, running = secrets.token_hex(16), {}, None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        folder = Path(home) / "course"
        copy_course(folder)
        (folder / "notebooks").mkdir()
        process = subprocess.Popen(
            [sys.executable, "-s", str(ROOT / "tools" / "grade_answers.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment(Path(home)),
            start_new_session=True,
        )
        lines: queue.Queue = queue.Queue()

        def listen() -> None:
            while line := process.stdout.readline(10_000):
                lines.put(line)
            lines.put(None)
            process.stdout.close()

        threading.Thread(target=listen, daemon=True).start()
        with contextlib.suppress(OSError), process.stdin as stdin:
            stdin.write(json.dumps({**task, "token": token, "folder": str(folder)}).encode())
        watched = psutil.Process(process.pid)
        started, limit, used_before = time.monotonic(), PREPARATION, 0.0
        while True:
            with contextlib.suppress(queue.Empty):
                if (line := lines.get(timeout=0.1)) is None:
                    break
                with contextlib.suppress(ValueError, TypeError):
                    sender, name, state, message = json.loads(line)
                    if sender == token and state == "started":
                        running, limit, started = name, PATIENCE * seconds, time.monotonic()
                        used_before = usage(watched)[0]
                    elif sender == token:
                        results[name], running = (state, message), None
                continue
            if process.poll() is not None:
                break
            used, held = usage(watched)
            why = None
            if running and used - used_before > seconds:
                why = f"stopped after {seconds:g} s of processor time"
            elif time.monotonic() - started > limit:
                why = f"stopped after {limit:g} s"
            elif held > memory:
                why = f"stopped at {memory / 1e9:g} GB of memory"
            if why:
                results |= {running: ("crashed", why)} if running else {}
                running = None
                break
        end(process)
    if running:
        results[running] = ("crashed", f"the process ended with {process.returncode}")
    return results


def run(lesson: dict, answers: list, seconds: float, memory: int = MEMORY) -> dict:
    """State and message of each exercise of a lesson, for one student's notebook."""
    exercises, results = lesson["exercises"], {}
    known = [source.strip() for source in lesson["cells"]]
    task = {"cells": lesson["cells"], "exercises": exercises, "known": known, "answers": answers}
    while wanted := [name for name in exercises if name not in results]:
        found = run_once({**task, "wanted": wanted}, seconds, memory)
        if not found:
            return results | {n: ("crashed", "the lesson's own cells failed") for n in wanted}
        results |= found
    return results


def grade(student: list[Path], lessons: list[dict], seconds: float) -> tuple[dict, list[str]]:
    """The states of a student's exercises, by name, and remarks on what was in the way."""
    states: dict[str, str] = {}
    remarks, seen = [], set()
    for path in student:
        answers = []
        try:
            answers = answers_in(path)
            lesson = lesson_of(path.name, answers, lessons)
            if lesson is None:
                remarks.append(f"{path.name}: of no lesson")
                continue
            found = run(lesson, answers, seconds)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            remarks.append(f"{path.name}: {why}")
            if (lesson := lesson_of(path.name, [], lessons)) is None:
                continue
            found = {name: ("crashed", "") for name in lesson["exercises"]}
        if lesson["number"] in seen:
            remarks.append(f"lesson {lesson['number']} handed in twice: the better answers count")
        seen.add(lesson["number"])
        for name, (state, message) in found.items():
            states[name] = min(state, states.get(name, state), key=STATES.index)
            if state == "crashed" and message:
                remarks.append(f"{name}: {message}")
    return states, remarks


def plain(text: str) -> str:
    """Text for one cell of a spreadsheet: one line, valid UTF-8, and never a formula."""
    text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return f"'{text}" if text[:1] in tuple("=+-@") else text


def table(graded: dict[str, tuple[dict, list[str]]], lessons: list[dict]) -> str:
    """The CSV: a column for each exercise of the lessons that anyone has handed in."""
    anyone = set().union(*(states for states, _ in graded.values()))
    columns = [name for lesson in lessons for name in lesson["exercises"]]
    if anyone:
        shown = [lesson for lesson in lessons if anyone & set(lesson["exercises"])]
        columns = [name for lesson in shown for name in lesson["exercises"]]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["student", *columns, "remarks"])
    for student, (states, remarks) in sorted(graded.items()):
        row = [states.get(name, "not tried") for name in columns]
        writer.writerow([plain(student), *row, plain("; ".join(remarks))])
    return file.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="students' folders, or their notebooks")
    parser.add_argument("--out", type=Path, help="the CSV file; default: grades.csv in FOLDER")
    parser.add_argument("--seconds", type=float, default=60, help="processor time of one exercise")
    parser.add_argument("--jobs", type=int, default=1, help="students graded at the same time")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"FOLDER must be a folder that exists, got {str(options.folder)!r}")
    lessons = [course_lesson(path) for path in sorted((ROOT / "notebooks").glob(LESSONS))]
    students = handed_in(options.folder, lessons)
    if not students:
        parser.error(f"no student's folder and no notebook is in {str(options.folder)!r}")
    out = options.out or options.folder / "grades.csv"
    graded: dict[str, tuple[dict, list[str]]] = {}
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        running = {s: pool.submit(grade, p, lessons, options.seconds) for s, p in students.items()}
        for student, future in running.items():
            graded[student] = future.result()
            files.write_text(
                out, table(graded, lessons)
            )  # so that an interrupted run leaves what it has
            passed = list(graded[student][0].values()).count("passed")
            print(f"{plain(student)}: {passed} passed", *map(plain, graded[student][1]), sep="; ")
    print(f"{len(graded)} students: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
