"""What the tests run inside a lesson's kernel: exercise checks, minutes and memory.

`test_notebooks.py` puts calls to these functions into a copy of a lesson, between its own cells.
Answers run in a copy of the lesson's namespace, so the lesson goes on as if nothing happened.
"""

import ast
import copy
import json
import re
import sys
import time
from pathlib import Path

import numpy as np

_started = 0.0
_spent_here = 0.0


def start() -> None:
    global _started
    _started = time.perf_counter()


def value_of(code: str, names: dict) -> object:
    """Run `code` in a copy of `names`; the value of its last line if that is an expression."""
    own = dict(names)
    for name, value in names.items():
        if isinstance(value, np.random.Generator):
            own[name] = copy.deepcopy(value)
    state = np.random.get_state()
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    try:
        exec(compile(tree, "<answer>", "exec"), own)
        if last is None:
            return None
        return eval(compile(ast.Expression(last.value), "<answer>", "eval"), own)
    finally:
        np.random.set_state(state)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")


def check(exercise: str, what: str, code: str, passes: bool, names: dict) -> None:
    """Require that the checker in the last line of `code` says `passes`."""
    global _spent_here
    begun = time.perf_counter()
    try:
        verdict = value_of(code, names)
    finally:
        _spent_here += time.perf_counter() - begun
    if type(verdict).__name__ != "Verdict":
        raise AssertionError(f"{exercise}, {what}: its last line must call the checker.")
    if verdict.passed is not passes:
        wanted = "green" if passes else "red"
        raise AssertionError(f"{exercise}, {what}: should be {wanted}, and says: {verdict!r}")
    if not passes and not verdict.message:
        raise AssertionError(f"{exercise}, {what}: a red verdict needs a hint.")


def peak_mebibytes() -> float | None:
    """The most memory that this process has had resident, MiB; None on Windows."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, where ru_maxrss begins at the peak of the process that forked
        peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        return peak and int(peak[1]) / 2**10
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def finish(file: str) -> None:
    """Write the lesson's own seconds and the kernel's peak of resident memory (MiB) to `file`."""
    seconds = time.perf_counter() - _started - _spent_here
    mebibytes = peak_mebibytes()
    Path(file).write_text(
        json.dumps({"seconds": seconds, "mebibytes": mebibytes}), encoding="utf-8"
    )
