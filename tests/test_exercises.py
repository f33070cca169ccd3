"""Every exercise without its lesson: stub, solution, wrong and unusual right answers, and nonsense.

`test_notebooks.py` tries the same answers within the lessons, for minutes. Here an answer finds the
imports and functions of its notebook by their names, and small stand-ins for what a lesson trains.
"""

from __future__ import annotations

import ast
import builtins
import functools
import itertools
import re
import types

import lesson_probe
import numpy as np
import pytest
from lesson_rules import solution_of, tags
from normalize import ROOT, read
from test_notebooks import answers_of

from helpers import data, exercises
from helpers.exercises import (
    lesson_1,
    lesson_2,
    lesson_3,
    lesson_4,
    lesson_5,
    lesson_6,
    lesson_7,
    lesson_8,
    lesson_9,
)

MODULES = (lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6, lesson_7, lesson_8, lesson_9)
NOTEBOOKS = {
    int(path.stem[:2]): path for path in sorted((ROOT / "notebooks").glob("0[1-9]*.ipynb"))
}


@functools.cache
def cells_of(number: int) -> list:
    return read(NOTEBOOKS[number]).cells


EXERCISES = [
    (number, cell.id, cell, cells_of(number)[i + 1])
    for number in NOTEBOOKS
    for i, cell in enumerate(cells_of(number))
    if "exercise" in tags(cell)
]
each_exercise = pytest.mark.parametrize(
    "number, name, stub, solution", EXERCISES, ids=[name for _, name, _, _ in EXERCISES]
)


def copy_of_the_middle(x):
    """Stands in for lesson 2's trained autoencoder: pixels where digits have ink come back."""
    return np.asarray(x) * (inked() > 0)


@functools.cache
def inked() -> np.ndarray:
    ink = data.load("sample").train.mean(axis=0)
    return np.where(np.pad(np.ones((16, 16)), 6).ravel() == 1, 1, ink > 0)


def stand_ins() -> dict:
    middle = np.pad(np.ones((16, 16)), 6).reshape(784)
    noise = np.random.default_rng(1).integers(0, 2, (500, 784)).astype("float32")
    return {
        "split": data.load("sample"),
        "copy": copy_of_the_middle,
        "middle": middle,
        "noise": noise,
        "net": lesson_5.small_network(),
        "sampler": lesson_5.small_network(),
        "exam": lesson_7.draw_exam(3),
    }


@functools.cache
def providers(number: int) -> dict:
    """What binds each name: an import or a function of the lesson, or what an exercise gives."""
    found = {}
    for cell in cells_of(number):
        if cell.cell_type != "code":
            continue
        for node in ast.parse(cell.source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for alias in node.names:
                    one = type(node)(**{**vars(node), "names": [alias]})
                    found[alias.asname or alias.name] = one
            elif isinstance(node, ast.FunctionDef) and "exercise" not in tags(cell):
                found[node.name] = node
            elif isinstance(node, ast.Assign) and "exercise" in tags(cell):
                found[node.targets[0].id] = node
    return found


def names_for(number: int, code: str) -> dict:
    """What `code` reads, from the lesson's imports and functions or from the stand-ins."""
    names = {}
    provide(number, code, names)
    return names


def provide(number: int, code: str, names: dict) -> None:
    for node in ast.walk(ast.parse(code)):
        name = node.id if isinstance(node, ast.Name) else None
        if name is None or name in names or hasattr(builtins, name):
            continue
        names[name] = stand_ins_once().get(name)
        if provider := providers(number).get(name):
            provide(number, ast.unparse(provider), names)
            exec(compile(ast.Module([provider], []), "<lesson>", "exec"), names)
        elif names[name] is None:
            del names[name]


stand_ins_once = functools.cache(stand_ins)


def verdict_of(number: int, code: str):
    verdict = lesson_probe.value_of(code, names_for(number, code))
    assert isinstance(verdict, exercises.Verdict), code
    return verdict


# --- each exercise -------------------------------------------------------------------------------


def test_there_are_exercises():
    assert len(EXERCISES) >= 25


@each_exercise
def test_an_untouched_exercise_is_not_tried_and_its_stored_output_says_so(
    number, name, stub, solution
):
    verdict = verdict_of(number, stub.source)
    assert not verdict.passed and not verdict.tried
    assert re.fullmatch(r"○ Not tried yet\. Fill in `\w+` and run this cell again\.", repr(verdict))
    (output,) = stub.outputs
    assert output.data["text/plain"] == repr(verdict)


@each_exercise
def test_the_solution_is_green(number, name, stub, solution):
    verdict = verdict_of(number, solution_of(solution))
    assert verdict.passed and verdict.tried, verdict


@each_exercise
def test_wrong_answers_are_red_each_with_its_own_hint(number, name, stub, solution):
    wrong, _, same_hint, begin = answers_of(number)
    hints = []
    for i, code in enumerate(wrong[name], 1):
        verdict = verdict_of(number, code)
        assert not verdict.passed and verdict.tried, f"wrong answer {i}: {verdict}"
        assert_helpful(verdict)
        hints.append(verdict.message)
    for hint, start in zip(hints, begin[name], strict=True):
        assert hint.startswith(start)
    shared = {
        pair
        for pair in itertools.combinations(range(1, len(hints) + 1), 2)
        if hints[pair[0] - 1] == hints[pair[1] - 1]
    }
    assert shared == {tuple(pair) for pair in same_hint.get(name, [])}, hints


@each_exercise
def test_unusual_right_answers_are_green(number, name, stub, solution):
    right = answers_of(number).right
    for i, code in enumerate(right[name], 1):
        verdict = verdict_of(number, code)
        assert verdict.passed, f"right answer {i}: {verdict}"


# --- nonsense ------------------------------------------------------------------------------------

RAW = (
    "truth value",
    "math domain",
    "not supported between",
    "object is not",
    "ufunc",
    "unhashable",
    "could not convert",
    "inhomogeneous",
    "unsupported operand",
    "positional argument",
    "must be real number",
    "dtype",
    "Traceback",
    "could not read",  # the checker's own last resort: no answer should need it
    "<function",
    "0x",
)


def assert_helpful(verdict):
    text = verdict.message
    assert not verdict.passed
    assert 10 < len(text) < 300 and text[-1] in ".?)`", text
    for raw in RAW:
        assert raw not in text, text


def endless():
    while True:
        yield 1.0


def raises(error):
    def answer(*args):
        raise error

    return answer


def with_signature(*args):
    return np.log(args) if args > 3 else "x" + 1


def mutates(*args):
    for arg in args:
        if isinstance(arg, np.ndarray):
            arg[...] = 7
    return args[0]


def prints(*args):
    print("the answer")


class Double:
    pass


class Tensor:
    """Like the tensors of Keras's backends: no array, and one can be made of it."""

    def __array__(self, dtype=None, copy=None):
        return np.array([[6.0]], dtype)


def constant(value):
    return lambda *args: value


VALUES = {
    "3": 3,
    "text": "3",
    "empty text": "",
    "bytes": b"3",
    "empty list": [],
    "object": object(),
    "class": Double,
    "exception": ValueError,
    "an exception": ValueError("no"),
    "Ellipsis": ...,
    "True": True,
    "nan": float("nan"),
    "inf": -np.inf,
    "complex": 1 + 2j,
    "huge": 10**400,
    "matrix": np.array([[1.5, 2.0], [3.0, 4.0]]),
    "texts": np.array(["a", "b"]),
    "objects": np.array([None, "a"], dtype=object),
    "ragged": [[1, 2], [3]],
    "nested": [[[1]], 2, None],
    "dots": np.array([[...]]),
    "ragged within": [[[1, [2, 3]], [4]], [5]],
    "dict": {"a": 1},
    "set": {1, 2, 3},
    "large": np.zeros((3000, 1000)),
    "many": list(range(5000)),
    "empty": np.zeros((0, 784)),
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "generator": (x for x in "ab"),
    "module": np,
}
FUNCTIONS = {f"gives {name}": constant(value) for name, value in VALUES.items()} | {
    "gives a generator": lambda *args: endless(),
    "gives a function": lambda *args: prints,
    "gives its argument": lambda *args: args[0],
    "no arguments": lambda: 1,
    "too many": lambda a, b, c, d, e, f: 1,
    "keywords only": lambda *, a: 1,
    "prints": prints,
    "mutates": mutates,
    "compares": with_signature,
    "np.log": np.log,
    "np.linalg.inv": np.linalg.inv,
    "len": len,
    "partial": functools.partial(pow, 2),
    "generator": lambda *args: (yield "a"),
    "exit": raises(SystemExit(1)),
    "recursion": lambda *args: with_signature.__globals__["deep"](0),
    "divides": lambda *args: 1 / 0,
    "log of 0": lambda *args: __import__("math").log(0),
    "overflow": lambda *args: __import__("math").exp(1e9),
    "truth": lambda *args: 1 if np.array([1, 2]) else 2,
    "index": lambda *args: [][3],
    "key": lambda *args: {}["a"],
    "name": lambda *args: not_defined,  # noqa: F821
    "attribute": lambda *args: np.no_such_thing,
    "shapes": lambda *args: np.ones((2, 3)) @ np.ones((2, 3)),
    "memory": raises(MemoryError()),
    "assertion": raises(AssertionError("truth value of an array is ambiguous")),
    "own error": raises(type("Own", (Exception,), {})("ufunc")),
}
SILLY = {**VALUES, **FUNCTIONS}


def deep(n):
    return deep(n + 1)


CHECKERS = {
    name: check
    for module in MODULES
    for name, check in vars(module).items()
    if name.startswith("check_")
}


def few_digits() -> list:
    split = stand_ins_once()["split"]
    return [copy_of_the_middle, split.train[:500], split.test[:50]]


def other_arguments(name: str) -> list:
    given = {
        "check_impostor": few_digits(),
        "check_file_size": [np.array([81.3, 36.9])],
        "check_leaks": [lesson_4.suspects()],
        "check_entropy": [lambda truth: 0.0],
    }
    return given.get(name, [])


@pytest.mark.parametrize("name", CHECKERS)
def test_nonsense_gets_a_sentence(name):
    for what, answer in SILLY.items():
        try:
            verdict = CHECKERS[name](answer, *other_arguments(name))
        except BaseException as error:
            raise AssertionError(f"{what}: {name} raised {error!r}") from error
        try:
            assert_helpful(verdict)
        except AssertionError as error:
            raise AssertionError(f"{name}, {what}: {verdict!r}") from error


SECOND = {
    "check_bits": lambda nats: nats / 784 / np.log(2),
    "check_certainty": lambda c, n: (2 * c) ** n,
    "check_entropy": lambda t, m: -t * np.log(m) - (1 - t) * np.log(1 - m),
    "check_rank_for_order": lambda net, u: lesson_5._loop(net, u, net.degrees[0] - 1),
    "check_file_size": 57,
    "check_leaks": lambda degrees, layers: 0,
}


@pytest.mark.parametrize("name", SECOND)
def test_nonsense_in_the_second_place_gets_a_sentence(name):
    for what, answer in SILLY.items():
        try:
            assert_helpful(CHECKERS[name](SECOND[name], answer))
        except Exception as error:
            raise AssertionError(f"{name}, {what}: {error!r}") from error


@pytest.mark.parametrize("place", [1, 2, 3])
def test_nonsense_beside_an_impostor_gets_a_sentence(place):
    names = stand_ins_once()
    for what, answer in SILLY.items():
        right = [names["noise"][0] * names["middle"], *few_digits()]
        right[place] = answer
        verdict = lesson_2.check_impostor(*right)
        if place != 1 or what != "gives its argument":  # which copies any image, as it should
            assert_helpful(verdict)


def test_every_checker_is_tried():
    assert {module.__name__ for module in MODULES} == {
        check.__module__ for check in CHECKERS.values()
    }
    called = {
        name
        for _, _, stub, _ in EXERCISES
        for name in re.findall(r"exercises\.(check_\w+)\(", stub.source)
    }
    assert called == set(CHECKERS)


def test_all_lessons_name_their_checkers_alike():
    for number in NOTEBOOKS:
        (node,) = (node for name, node in providers(number).items() if name == "exercises")
        assert ast.unparse(node) == f"from helpers.exercises import lesson_{number} as exercises"


# --- the room that they share --------------------------------------------------------------------


@exercises.checker
def check_double(double):
    got = exercises.Answer("double(x)", double).number(3)
    return exercises.correct() if got == 6 else exercises.not_yet(f"Not {got:g}.")


@pytest.mark.parametrize(
    "answer, sentence",
    [
        (None, "Fill in `double`"),
        (lambda x: None, "Fill in `double`"),
        (raises(NotImplementedError()), "Fill in `double`"),
        (5, "`double` must be a function, `def double(x):`; it is the number 5."),
        (int, "it is a class, int"),
        (lambda: 6, "must take what `def double(x):` takes"),
        (lambda x: {"a": 6}, "`double(3)` must be one number; yours is a dict of 1"),
        (lambda x: "6", "yours is the text '6'"),
        (lambda x: True, "yours is True"),
        (lambda x: np.array(["6"], dtype=object), "must be one number"),
        (lambda x: x * np.nan, "gives nan"),
        (lambda x: 1 / (x - 3), "it divides by zero"),
        (lambda x: y, "the name `y` is not defined"),  # noqa: F821
        (lambda x: x.real.imaginary, "it asks for `.imaginary`"),
        (lambda x: [][x], "beyond the end"),
        (raises(SystemExit(0)), "it raises SystemExit"),
        (prints, "`double(3)` gives None"),
    ],
)
def test_what_is_wrong_is_said(answer, sentence):
    verdict = check_double(answer)
    assert sentence in verdict.message
    assert verdict.tried == ("Fill in" not in sentence)


@pytest.mark.parametrize(
    "value",
    [6, 6.0, np.float32(6), np.array([[6]]), [6], (6.0,), np.asmatrix([6]), 6 + 0j],
    ids=str,
)
def test_whatever_holds_one_number_is_read(value):
    assert check_double(lambda x: value).passed


def test_tensors_fractions_decimals_and_generators_are_read():
    from decimal import Decimal
    from fractions import Fraction

    assert check_double(constant(Fraction(6))).passed
    assert check_double(constant(Decimal(6))).passed
    assert check_double(constant(Tensor())).passed
    assert check_double(lambda x: (2 * y for y in [x])).passed


def test_printing_is_shown_and_shortened(capsys):
    def double(x):
        print("x" * 5000)
        return 2 * x

    assert check_double(double).passed
    assert 500 < len(capsys.readouterr().out) < 1200


def test_an_answer_cannot_spoil_the_next_one():
    kept = np.arange(3.0)

    def spoils(x):
        x[:] = 0
        return x

    exercises.Answer("spoils(x)", spoils).array(kept, shape=(3,))
    assert kept.tolist() == [0, 1, 2]


def test_an_interruption_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt):
        check_double(raises(KeyboardInterrupt()))


def test_a_call_without_the_answer_says_how_to_call():
    assert "check_double(double)" in check_double().message


def test_a_checker_must_return_a_verdict():
    with pytest.raises(TypeError, match="must return a Verdict"):
        exercises.checker(lambda answer: True)(1)


def test_the_line_that_stops_is_quoted():
    def double(x):
        return x / (x - 3)

    assert "at `return x / (x - 3)`" in check_double(double).message


def test_the_example_in_the_docstring_holds():
    import doctest

    result = doctest.testmod(exercises)
    assert result.attempted > 4 and not result.failed


def test_a_verdict_has_three_states():
    states = [exercises.correct("a."), exercises.not_yet("b."), exercises.not_tried("c")]
    assert [str(state)[0] for state in states] == ["✓", "✗", "○"]
    assert [state.passed for state in states] == [True, False, False]
    assert [state.tried for state in states] == [True, True, False]
    assert isinstance(types.SimpleNamespace(**vars(states[0])).message, str)


def test_praise_fits_the_answer():
    equal, hidden = [[1, 1, 1, 2, 2, 2], [1] * 4], [[1, 2, 3, 4, 5, 6], [3] * 4]
    assert "Equal degrees" in lesson_3.check_groups(equal).message
    assert "hidden units part the groups" in lesson_3.check_groups(hidden).message
    tuned, *_ = [
        code for code in answers_of(2).right["exercise-2-total-one"] if "own pixel" in code
    ]
    assert "by the choice of its numbers" in verdict_of(2, tuned).message
    assert (
        "Lesson 3 builds" in verdict_of(2, answers_of(2).right["exercise-2-total-one"][0]).message
    )
