"""Find assertions that a slow or busy machine breaks: upper limits on what a clock said.

Elapsed time belongs in `python -m benchmarks.speed`. A test may limit the *processor's* seconds,
by a wide margin, and memory.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

WALL = {"perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "time", "time_ns"}
PROCESSOR = {"process_time", "process_time_ns", "thread_time", "thread_time_ns"}
RECORDED = {"seconds", "elapsed", "duration", "milliseconds", "wall"}  # what a clock said before
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def upper_limits(test: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Every (value, limit) of the comparisons `value < limit` and `limit > value` in `test`."""
    for node in ast.walk(test):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        for left, operator, right in zip(sides, node.ops, sides[1:]):
            if isinstance(operator, ast.Lt | ast.LtE):
                yield left, right
            if isinstance(operator, ast.Gt | ast.GtE):
                yield right, left


def _tells_time(node: ast.AST, clocks: set[str], timed: set[str]) -> bool:
    """Whether an expression reads a clock, a record of one, or a name that holds such a number."""
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Name) and called.id == "len":
            return False
        if isinstance(called, ast.Attribute) and called.attr in clocks:
            return isinstance(called.value, ast.Name) and called.value.id == "time"
        if isinstance(called, ast.Name) and called.id in clocks - {"time"}:
            return True
    if isinstance(node, ast.Attribute) and node.attr in RECORDED:
        return True
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        if node.slice.value in RECORDED:
            return True
    if isinstance(node, ast.Constant) and str(node.value).removeprefix("data-") in RECORDED:
        return isinstance(node.value, str)
    if isinstance(node, ast.Name) and node.id in timed:
        return True
    return any(_tells_time(child, clocks, timed) for child in ast.iter_child_nodes(node))


def _names(target: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _assigned(node: ast.AST) -> tuple[set[str], list[ast.AST]]:
    """The names that a statement gives a value to, and the expressions it takes them from."""
    if isinstance(node, ast.Assign):
        return set().union(*map(_names, node.targets)), [node.value]
    if isinstance(node, ast.AugAssign | ast.AnnAssign | ast.NamedExpr) and node.value:
        return _names(node.target), [node.value]
    if isinstance(node, ast.For | ast.comprehension):
        return _names(node.target), [node.iter]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        returned = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]
        return {node.name}, returned
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("append", "extend", "add"):
            return _names(node.func.value), node.args
    return set(), []


def _timed_names(scope: ast.AST, clocks: set[str], known: set[str]) -> set[str]:
    """Names in `scope` that hold a time, followed through assignments, loops and functions."""
    timed = set(known)
    while True:
        more = set()
        for node in ast.walk(scope):
            names, values = _assigned(node)
            if names - timed and any(_tells_time(value, clocks, timed) for value in values):
                more |= names
        if more <= timed:
            return timed
        timed |= more


def bounds(tree: ast.Module, clocks: set[str] = WALL) -> list[str]:
    """The assertions in `tree`, also those in strings of code, that set a limit to elapsed time."""
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    outside = ast.Module([n for n in tree.body if n not in functions], [])
    known = _timed_names(outside, clocks, set())
    known |= {f.name for f in functions if f.name in _timed_names(f, clocks, known)}
    found = []
    for scope in (outside, *functions):
        timed = _timed_names(scope, clocks, known)
        for node in ast.walk(scope):
            if isinstance(node, ast.Assert):
                values = [value for value, _ in upper_limits(node.test)]
                if any(_tells_time(value, clocks, timed) for value in values):
                    found.append(ast.unparse(node))
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += _bounds_in_text(node.value, clocks)
    return found


def _bounds_in_text(text: str, clocks: set[str]) -> list[str]:
    if "assert" not in text:
        return []
    try:
        return bounds(ast.parse(text), clocks)
    except (SyntaxError, ValueError):  # prose
        return []
