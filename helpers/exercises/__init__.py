"""Exercise checkers: one module per lesson, one function per exercise.

A checker looks at the reader's answer and returns a `Verdict`: passed, not yet (with a hint), or
not tried. It never raises. A reader's function is run through `Answer`, and what it returns is read
by `number` and `array`: whatever is wrong with either becomes a sentence that says what to do.

Example:
    >>> @checker("double(x)")
    ... def check_double(double):
    ...     got = double.number(3)
    ...     if got == 9:
    ...         return not_yet("That is the square.")
    ...     if got != 6:
    ...         return not_yet(f"Twice 3 is not {got:g}.")
    ...     return correct("Doubling works.")
    >>> check_double(None)
    ○ Not tried yet. Fill in `double` and run this cell again.
    >>> check_double(lambda x: x * x)
    ✗ Not yet. That is the square.
    >>> check_double(lambda x: [x, x])
    ✗ Not yet. `double(3)` must be one number; yours is a list of 2.
    >>> check_double(lambda x: 2 * x)
    ✓ Correct. Doubling works.
"""

from __future__ import annotations

import contextlib
import copy
import dis
import functools
import inspect
import io
import itertools
import linecache
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

__all__ = ["Answer", "Mistake", "Verdict", "array", "blame", "checker", "correct", "describe"]
__all__ += ["expect", "not_tried", "not_yet", "number", "then"]

UNASKED = object()  # the default of an answer that a call may leave out
PRINTED = 1000  # characters shown of what a reader's function prints while it is checked
ITEMS = 100_000  # taken from a generator, which may be endless
REASONS = (  # type of error, part of its text, what it means to the one who wrote the function
    (np.linalg.LinAlgError, "ingular", "a matrix is singular, and `np.linalg` cannot invert it"),
    (np.linalg.LinAlgError, "", "`np.linalg` wants another matrix, a square one for instance"),
    (UnboundLocalError, "", "it reads a variable of its own before giving it a value"),
    (NameError, "", "the name `{name}` is not defined"),
    (ZeroDivisionError, "", "it divides by zero"),
    (OverflowError, "", "a number grows too large for a float; stay with its logarithm"),
    (ValueError, "math domain", "a log or a root gets a number outside its domain, as in log 0"),
    (ValueError, "truth value", "a whole array stands where one yes or no is needed; `np.where`"),
    (TypeError, "Python scalars", "a function of one number gets an array: use NumPy's (`np.exp`)"),
    (ValueError, "dimension", "the shapes of its arrays do not fit together: print them"),
    (ValueError, "shape", "the shapes of its arrays do not fit together: print them"),
    (IndexError, "", "it looks for an element beyond the end of a list or array"),
    (AttributeError, "", "it asks for `.{name}`, which is not there"),
    (RecursionError, "", "it calls itself without an end"),
    (MemoryError, "", "it needs more memory than there is: list less at once"),
    (TypeError, "", "something in it is of the wrong type, or called in the wrong way"),
    (ValueError, "", "a function that it calls cannot use what it gets"),
)


@dataclass(frozen=True)
class Verdict:
    """What a checker found: `passed`, one sentence in `message`, and whether it was `tried`."""

    passed: bool
    message: str = ""
    tried: bool = True

    def __repr__(self) -> str:
        head = "✓ Correct." if self.passed else "✗ Not yet." if self.tried else "○ Not tried yet."
        return f"{head} {self.message}".rstrip()


def correct(message: str = "") -> Verdict:
    """The answer is right; `message` may add what it shows."""
    return Verdict(True, message)


def not_yet(message: str) -> Verdict:
    """The answer is wrong; `message` is a hint in one sentence."""
    return Verdict(False, message)


def not_tried(name: str) -> Verdict:
    """The exercise is as the reader found it; no hint yet."""
    return Verdict(False, f"Fill in `{name}` and run this cell again.", tried=False)


class Mistake(Exception):
    """Ends a check with a verdict, from any depth; a text is the hint of a "not yet"."""

    def __init__(self, verdict: Verdict | str):
        super().__init__(verdict)
        self.verdict = not_yet(verdict) if isinstance(verdict, str) else verdict


def checker(function: Callable[..., Verdict] | str, answer: str | None = None):
    """Let `function` return its verdict whatever the answer is: it raises and warns of nothing.

    ``@checker("double(x)")`` hands it its first argument as the `Answer` of that signature. The
    decorated function must return a `Verdict`; anything else is a fault of the checker and raises
    a `TypeError`, so that the tests of the lesson see it.
    """
    if isinstance(function, str):
        return functools.partial(checker, answer=function)
    signature = inspect.signature(function)

    @functools.wraps(function)
    def check(*args, **kwargs) -> Verdict:
        try:
            given = signature.bind(*args, **kwargs).args
        except TypeError:
            return not_yet(f"Call the checker as `{function.__name__}{signature}`.")
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                with warnings.catch_warnings(action="ignore"):
                    if answer is not None:
                        given = (Answer(answer, given[0]), *given[1:])
                    verdict = function(*given)
        except Mistake as mistake:
            verdict = mistake.verdict
        except Exception as error:
            kind = type(error).__name__
            return not_yet(f"The checker could not read this answer ({kind}): is its type right?")
        if text := printed.getvalue():
            print(text[:PRINTED] + ("…" if len(text) > PRINTED else ""))
        if not isinstance(verdict, Verdict):
            raise TypeError(f"{function.__name__} must return a Verdict, got {verdict!r}.")
        return verdict

    return check


class Answer:
    """A reader's function, called safely: its arguments are copies, its errors are mistakes.

    Args:
        signature: how it is written, such as ``"poisson_nll(x, log_rate)"``.
        function: what the reader gave.
    """

    def __init__(self, signature: str, function):
        self.name, self.function = signature.split("(")[0], function
        if untouched(function):
            raise Mistake(not_tried(self.name))
        if isinstance(function, type) or not callable(function):
            said = f"it is {describe(function)}"
            raise Mistake(f"`{self.name}` must be a function, `def {signature}:`; {said}.")
        with contextlib.suppress(ValueError):  # some functions written in C do not tell
            try:
                inspect.signature(function).bind(*signature.split(","))
            except TypeError:
                raise Mistake(f"`{self.name}` must take what `def {signature}:` takes.") from None

    def __call__(self, *args):
        """Return what the function returns, a generator as a list; never None."""
        call = self._call(args)
        try:
            value = self.function(*copy.deepcopy(args))
            if isinstance(value, Iterator):
                value = list(itertools.islice(value, ITEMS))
        except NotImplementedError:
            raise Mistake(not_tried(self.name)) from None
        except (Exception, SystemExit) as error:
            raise Mistake(f"`{call}` stops{_where(error, self.function)}: {_why(error)}.") from None
        if value is None:
            raise Mistake(f"`{call}` gives None: end every branch in `return` (printing is not).")
        return value

    def _call(self, args) -> str:
        if not all(isinstance(arg, (int, float)) for arg in args):
            return self.name
        return f"{self.name}({', '.join(f'{arg:g}' for arg in args)})"

    def number(self, *args) -> float:
        """Return the one finite number that the function gives."""
        return number(self._call(args), self(*args))

    def array(self, *args, shape, finite=True, hints=None) -> np.ndarray:
        """Return the float64 array of `shape` that the function gives; see `array`."""
        return array(self.name, self(*args), shape, finite, hints)


def number(name: str, value) -> float:
    """Return `value` as a float: anything that holds one finite number, True and False apart."""
    return float(array(name, value, ()))


def array(name: str, value, shape=None, finite: bool = True, hints=None) -> np.ndarray:
    """Return `value` as a float64 array of `shape`, or end the check with what is wrong with it.

    Lists, tensors, fractions and the like will do, and axes of length 1 may be there or not. An
    answer of None was not tried. `hints` says what some wrong shapes mean: ``{shape: hint}``.
    """
    if value is None:
        raise Mistake(not_tried(name))
    want = "one number" if shape == () else "numbers" if shape is None else f"of shape {shape}"
    refusal = Mistake(f"`{name}` must be {want}; yours is {describe(value)}.")
    try:
        got = np.asarray(value)
        if got.dtype == object and not any(_no_number(item) for item in got.flat):
            got = got.astype(float)
    except Exception:  # ragged, or no array at all
        raise refusal from None
    if got.dtype.kind == "c" and not got.imag.any():
        got = got.real
    if got.dtype.kind not in "biuf" or (shape == () and got.dtype.kind == "b"):
        raise refusal
    if shape is not None and got.shape != shape:
        if got.shape in (hints or {}):
            raise Mistake(hints[got.shape])
        if [n for n in got.shape if n != 1] != [n for n in shape if n != 1]:
            raise refusal
        got = got.reshape(shape)
    got = got.astype(np.float64)
    if finite and not np.isfinite(got).all():
        bad = got[~np.isfinite(got)].flat[0]
        raise Mistake(f"`{name}` gives {bad}: look for a log of 0, an overflow, or 0 / 0.")
    return got


def blame(got, mistakes: dict, rtol: float = 1e-3, atol: float = 1e-3) -> None:
    """End the check with the hint of the first mistake that gives `got`: ``{hint: its value}``."""
    for hint, wrong in mistakes.items():
        if np.shape(wrong) == np.shape(got) and np.allclose(got, wrong, rtol, atol, equal_nan=True):
            raise Mistake(hint)


def expect(got, want, mistakes: dict, otherwise: str, rtol: float = 1e-3, atol: float = 1e-3):
    """End the check unless `got` is `want`: with the hint of a mistake, or with `otherwise`."""
    if not (np.shape(got) == np.shape(want) and np.allclose(got, want, rtol, atol)):
        blame(got, mistakes, rtol, atol)
        raise Mistake(otherwise)


def then(name: str, answer) -> None:
    """End the check if the next part of the answer is untouched."""
    if untouched(answer):
        raise Mistake(f"Right so far; now `{name}`.")


def describe(value) -> str:
    """Return what `value` is, in a few plain words."""
    if isinstance(value, (bool, np.bool_)) or value is None or value is ...:
        return str(value)
    if isinstance(value, (str, bytes)):
        return f"the text {value!r}" if len(value) < 30 else "a text"
    if isinstance(value, (int, float)):
        return "a very large number" if abs(value) > 1e300 else f"the number {value:g}"
    if isinstance(value, type):
        return f"a class, {value.__name__}"
    if isinstance(value, (list, tuple, set, dict)):
        ragged = isinstance(value, (list, tuple)) and len({_shape(row) for row in value[:99]}) > 1
        return f"a {type(value).__name__} of {len(value)}{', its rows unequal' if ragged else ''}"
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype.kind in "biuf" else f" of {value.dtype.name}, not of numbers"
        return f"an array of shape {value.shape}{kind}"
    return "a function" if callable(value) else f"of the type {type(value).__name__}"


def _shape(value) -> tuple | None:
    try:
        return np.shape(value)
    except ValueError:  # ragged
        return None


def _no_number(item) -> bool:
    return item is None or isinstance(item, (str, bytes, bool))


def untouched(answer) -> bool:
    """Is it as the exercise has it: None, or a function that does nothing but return None?"""
    if not inspect.isfunction(answer) or inspect.isgeneratorfunction(answer):
        return answer is None
    steps = list(dis.get_instructions(answer))
    nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "COPY_FREE_VARS"}
    constants = [step.argval for step in steps if step.opname.endswith("CONST")]
    return {step.opname for step in steps} <= nothing and set(constants) == {None}


def _why(error: BaseException) -> str:
    if isinstance(error, ValueError) and re.search(r" must .*, got ", str(error)):
        return str(error).rstrip(".")  # the course's own words
    for kind, part, reason in REASONS:
        if isinstance(error, kind) and part in str(error):
            return reason.format(name=getattr(error, "name", None))
    return f"it raises {type(error).__name__}"


def _where(error: BaseException, function) -> str:
    """Return the line of the reader's own code at which it stopped, if its text is known."""
    file = _file(function)
    lines = [n for frame, n in traceback.walk_tb(error.__traceback__) if _file(frame) == file]
    line = linecache.getline(file, lines[-1]).strip() if lines else ""
    return f" at `{line}`" if line else ""


def _file(place) -> str | None:
    """Return where a function, or a frame, was written."""
    code = getattr(place, "__code__", getattr(place, "f_code", None))
    return getattr(code, "co_filename", None)
