"""Exercise checkers: one module per lesson, one function per exercise.

A checker looks at the reader's answer and returns a `Verdict`. It never raises: whatever
goes wrong inside it, because of the answer, becomes a verdict that names the error.

Example:
    >>> @checker
    ... def check_double(double):
    ...     if double is None:
    ...         return not_yet("Write `double` so that it returns twice its argument.")
    ...     if double(3) != 6:
    ...         return not_yet(f"double(3) should be 6, and yours gives {double(3)}.")
    ...     return correct("Doubling works for numbers and arrays alike.")
    >>> check_double(None)
    ✗ Not yet. Write `double` so that it returns twice its argument.
    >>> check_double(lambda x: x / 0)
    ✗ Not yet. Your answer raised ZeroDivisionError: division by zero.
    >>> check_double(lambda x: 2 * x)
    ✓ Correct. Doubling works for numbers and arrays alike.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Verdict", "checker", "correct", "not_yet"]


@dataclass(frozen=True)
class Verdict:
    """What a checker found: `passed`, and one sentence for the reader in `message`."""

    passed: bool
    message: str = ""

    def __repr__(self) -> str:
        head = "✓ Correct." if self.passed else "✗ Not yet."
        return f"{head} {self.message}".rstrip()


def correct(message: str = "") -> Verdict:
    """The answer is right; `message` may add what it shows."""
    return Verdict(True, message)


def not_yet(message: str) -> Verdict:
    """The answer is missing or wrong; `message` is a hint in one sentence."""
    return Verdict(False, message)


def checker(function: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Turn any exception that the reader's answer causes into a "not yet" verdict.

    The decorated function must return a `Verdict`; anything else is a fault of the checker
    and raises a `TypeError`, so that the tests of the lesson see it.
    """

    @functools.wraps(function)
    def check(*args, **kwargs) -> Verdict:
        try:
            verdict = function(*args, **kwargs)
        except NotImplementedError:
            return not_yet("The answer still says `raise NotImplementedError`.")
        except Exception as error:
            text = " ".join(str(error).split()).rstrip(".")
            name = type(error).__name__
            return not_yet(f"Your answer raised {name}{': ' + text if text else ''}.")
        if not isinstance(verdict, Verdict):
            raise TypeError(f"{function.__name__} must return a Verdict, got {verdict!r}.")
        return verdict

    return check
