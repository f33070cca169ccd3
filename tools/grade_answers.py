"""Runs one student's answers to one lesson in a process of its own, for `grade.py`.

The task comes on stdin, what was found goes back line by line on what was stdout; student code has
neither. Of the lesson's cells only those run that an answer or its checker needs, found by the
names they read and write. The checkers are the course's own: loaded before any student code, and
put back as they were before each verdict.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import symtable
import sys
from pathlib import Path

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
PLACES = (ast.Attribute, ast.Subscript)
SHARED = (
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "math",
    "builtins",
)  # checkers compute with these


def parse(source: str) -> ast.Module:
    """The cell as Python; IPython's own lines (%magic, !command, help?) are left out if need be."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(re.sub(r"^\s*([%!?].*|.*\?)$", "", source, flags=re.MULTILINE))


def same(source: str) -> str:
    """What two sources share that differ in comments and blank lines only."""
    try:
        return ast.dump(parse(source))
    except Exception:
        return source.strip()


def names_of(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """The global names that a statement reads (inside functions too), and those that it binds."""
    reads, binds = set(), set()
    tables = [symtable.symtable(ast.unparse(statement), "cell", "exec")]
    for table in tables:
        tables += table.get_children()
        for symbol in table.get_symbols():
            if table is not tables[0] and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported():
                binds.add(symbol.get_name())
            if symbol.is_referenced():
                reads.add(symbol.get_name())
    return reads, binds


def changed_by(statement: ast.stmt) -> set[str]:
    """Names whose object a statement changes: `a[0] = …`, `a.b = …`, `a += …`, `a.append(…)`."""
    found = set()
    for node in ast.walk(statement) if not isinstance(statement, DEFINITIONS) else ():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            target = node.value.func
            if isinstance(target, ast.Name):
                continue
        elif isinstance(node, ast.AugAssign):
            target = node.target
        elif isinstance(node, PLACES) and isinstance(node.ctx, ast.Store):
            target = node
        else:
            continue
        while isinstance(target, PLACES):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return found


class Piece:
    """Statements that run together: one import, or what else is in a cell."""

    def __init__(self, statements: list[ast.stmt]):
        self.statements = statements
        self.is_import = isinstance(statements[0], ast.Import | ast.ImportFrom)
        self.is_star = self.is_import and statements[0].names[0].name == "*"
        self.uses, self.binds, self.changes = set(), set(), set()
        for statement in statements:
            reads, binds = names_of(statement)
            changes = changed_by(statement)
            if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
                reads -= binds  # as in `for x in …: f(x)`
            self.uses |= (reads | changes) - self.binds
            self.binds |= binds
            self.changes |= changes - self.binds

    def run(self, names: dict) -> None:
        code = ast.Module(self.statements, type_ignores=[])
        exec(compile(code, "<cell>", "exec", dont_inherit=True), names)


def pieces_of(source: str, checks: set[str] = frozenset()) -> list[Piece]:
    """A cell's pieces, imports first; lines that only call one of the `checks` are left out."""
    imports, others = [], []
    for statement in parse(source).body:
        if isinstance(statement, ast.ImportFrom):
            module, level = statement.module, statement.level
            imports += [ast.ImportFrom(module, [name], level) for name in statement.names]
        elif isinstance(statement, ast.Import):
            imports += [ast.Import([name]) for name in statement.names]
        elif call_in(statement, checks, alone=True) is None:
            others.append(statement)
    imports = [ast.fix_missing_locations(statement) for statement in imports]
    return [Piece([statement]) for statement in imports] + ([Piece(others)] if others else [])


def call_in(tree: ast.AST, checks: set[str], alone: bool = False) -> ast.Call | None:
    """The last call of one of `checks` in `tree`; if `alone`, only if `tree` is nothing else."""
    nodes = [getattr(tree, "value", None)] if alone else ast.walk(tree)
    if alone and not isinstance(tree, ast.Expr):
        return None
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    named = [c for c in calls if getattr(c.func, "attr", getattr(c.func, "id", None)) in checks]
    return max(named, key=lambda call: call.lineno) if named else None


def needed(pieces: list[Piece], names: set[str], at: int) -> set[int]:
    """Which pieces must run so that `names`, read at place `at`, mean what they do there."""
    chosen: set[int] = set()
    modules = set().union(*(piece.binds for piece in pieces if piece.is_import))
    wanted = [(name, at) for name in names]
    while wanted:
        name, before = wanted.pop()
        found = []
        for i in [*range(before - 1, -1, -1), *range(before, len(pieces))]:
            if name in pieces[i].binds:
                found.append(i)
                break  # the nearest above; failing that, the first below
            if pieces[i].is_star or i < before and name in pieces[i].changes - modules:
                found.append(i)
        for i in set(found) - chosen:
            chosen.add(i)
            wanted += [(use, i) for use in pieces[i].uses]
    return chosen


class Exercise:
    """One exercise: the student's answer to it, and what it needs. Raises if it is no Python."""

    def __init__(self, name: str, task: dict, course: list[Piece]):
        about, checks = task["exercises"][name], {e["check"] for e in task["exercises"].values()}
        stub = parse(about["stub"])
        solution = {ast.dump(statement) for statement in parse(about["solution"]).body}
        own = [s for s in stub.body if ast.dump(s) not in solution]
        given = [s for s in stub.body if s not in own and call_in(s, checks) is None]
        self.name, self.at = name, about["at"]
        self.call = call_in(stub, {about["check"]})
        self.answers = set().union(*(names_of(statement)[1] for statement in own), set())
        self.place = last_answer(name, task["answers"], about, checks)
        if self.place is None:
            return
        source = task["answers"][self.place][1]
        self.written = call_in(parse(source), {about["check"]})
        if self.written is None or len(self.written.args) != len(self.call.args):
            self.written = self.call
        self.cell = pieces_of(source, checks)
        others = []
        for i, (_, text) in enumerate(task["answers"]):
            if i == self.place:
                start = len(others)
            elif text.strip() not in task["known"]:
                try:
                    others += pieces_of(text, checks)
                except Exception:  # a cell that is no Python cannot help
                    continue
        start += self.at
        pieces = [*course[: self.at], *others]
        reads = names_of(ast.Expr(self.written))[0]
        for piece in reversed(self.cell):
            reads = reads - piece.binds | piece.uses
        theirs = needed(pieces, reads, start)
        reads = names_of(ast.Expr(self.call))[0] - self.answers
        here = [*course[: self.at], *(Piece([statement]) for statement in given)]
        ours = needed(here, reads, len(here))
        self.course = {i for i in theirs | ours if i < self.at}
        self.given = [here[i] for i in sorted(ours) if i >= self.at]
        self.own = [pieces[i] for i in sorted(theirs) if i >= self.at]

    def arguments(self, ours: dict, theirs: dict) -> list:
        """What the checker gets: the student's answers, and the course's own for the rest."""
        return [
            value(mine, theirs) if getattr(arg, "id", None) in self.answers else value(arg, ours)
            for arg, mine in zip(self.call.args, self.written.args)
        ]


def last_answer(name: str, cells: list, about: dict, checks: set[str]) -> int | None:
    """The place of the cell that counts: the last one for this exercise that is not the stub."""
    stub, found = same(about["stub"]), None
    for i, (cell_id, source) in enumerate(cells):
        calls = {check for check in checks if re.search(rf"\b{check}\s*\(", source)}
        if about["check"] in calls or (cell_id == name and not calls):
            found = i if same(source) != stub else found
    return found


def value(expression: ast.expr, names: dict) -> object:
    return eval(compile(ast.Expression(expression), "<cell>", "eval", dont_inherit=True), names)


def as_they_are() -> list[tuple[object, dict]]:
    """What the verdicts rest on, with all its attributes: `helpers`, `Verdict`, NumPy, builtins."""
    owners = [m for n, m in sys.modules.items() if n in SHARED or n.split(".")[0] == "helpers"]
    owners += [
        v for m in owners for v in vars(m).values() if getattr(v, "__name__", "") == "Verdict"
    ]
    return [(owner, dict(vars(owner))) for owner in owners]


def put_back(kept: list[tuple[object, dict]]) -> None:
    """Undo what an answer has done to the attributes of these modules and classes."""
    for owner, attributes in kept:
        if isinstance(owner, type):
            for name in set(vars(owner)) - set(attributes):
                delattr(owner, name)
        for name, attribute in attributes.items():
            if vars(owner).get(name) is not attribute:
                setattr(owner, name, attribute)


def files_in(folder: Path) -> list:
    """What tells whether the course's copy is as it was."""
    found = [(path, path.stat()) for path in sorted(folder.rglob("*.*")) if path.is_file()]
    return [(p, s.st_size, s.st_mtime_ns) for p, s in found if "__pycache__" not in p.parts]


def main() -> None:
    task = json.load(sys.stdin.buffer)
    token, folder = task["token"], Path(task["folder"])
    channel, nowhere = os.fdopen(os.dup(1), "w", encoding="utf-8"), os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)

    def report(exercise: str, state: str, message: object = "", dumps=json.dumps) -> None:
        channel.write(dumps([token, exercise, state, str(message)[:300]]) + "\n")
        channel.flush()

    sys.path[0] = str(folder)
    home = folder / "notebooks"
    os.chdir(home)
    course, starts = [], [0]
    for source in task["cells"]:
        course += pieces_of(source)
        starts.append(len(course))
    for about in task["exercises"].values():
        about["at"] = starts[about["at"]]

    exercises = []
    for name in task["wanted"]:
        try:
            exercise = Exercise(name, task, course)
        except Exception as error:
            report(name, "crashed", f"{type(error).__name__}: {error}")
            continue
        if exercise.place is None:
            report(name, "not tried")
        else:
            exercises.append(exercise)
    exercises.sort(key=lambda exercise: exercise.at)

    names, at, places = {"__name__": "__main__"}, 0, {}
    for exercise in exercises:
        for i in range(at, exercise.at):
            if any(i in other.course for other in exercises):
                with contextlib.suppress(Exception):  # only who needs what it makes shall miss it
                    course[i].run(names)
        at = exercise.at
        places[exercise.name] = dict(names)
    kept, before = as_they_are(), files_in(folder)

    for exercise in exercises:
        theirs = {**places[exercise.name], "display": lambda *values, **options: None}
        report(exercise.name, "started")
        try:
            ours = {**places[exercise.name]}
            for piece in exercise.given:
                piece.run(ours)
            for piece in [*exercise.own, *exercise.cell]:
                piece.run(theirs)
            arguments = exercise.arguments(ours, theirs)
            put_back(kept)
            sys.path[0] = str(folder)
            os.chdir(home)
            verdict = value(exercise.call.func, ours)(*arguments)
            passed, tried = verdict.passed, getattr(verdict, "tried", True)
            state = "passed" if passed is True else "not yet" if tried else "not tried"
            report(exercise.name, state, verdict.message)
        except BaseException as error:
            report(exercise.name, "crashed", f"{type(error).__name__}: {error}")
        if files_in(folder) != before:
            break  # the answers that remain get a new copy of the course
    os._exit(0)


if __name__ == "__main__":
    main()
