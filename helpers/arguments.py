"""What an argument must be: one function a rule, the same words everywhere.

Each returns its value, in the type it is used in, or raises a `ValueError` that names the argument,
the rule and what was given. Public functions check what they are given; what they call does not
check it again. NumPy alone.
"""

from collections.abc import Sequence

import numpy as np

SEEDS = 2**32  # what Keras takes, less what layers add to it


def whole(name: str, value, at_least: int | None = None, at_most: int | None = None) -> int:
    """Return `value` as an int within the bounds. True and 2.0 are not whole numbers here."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{name} must be an integer, got {value!r}.")
    if at_least is not None and value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value}.")
    if at_most is not None and value > at_most:
        raise ValueError(f"{name} must be at most {at_most}, got {value}.")
    return int(value)


def number(name: str, value, rule: str, allowed) -> float:
    """Return `value` as a float for which ``allowed(value)`` is true; `rule` says it in words."""
    real = isinstance(value, (int, float, np.integer, np.floating))
    if not real or isinstance(value, bool) or not allowed(value):
        raise ValueError(f"{name} must be {rule}, got {value!r}.")
    return float(value)


def flag(name: str, value) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} must be True or False, got {value!r}.")
    return bool(value)


def seed(name: str, value) -> int:
    """Return `value` as a seed: a whole number from 0 up to 2³² − 1."""
    return whole(name, value, at_least=0, at_most=SEEDS - 1)


def generator(name: str, value) -> np.random.Generator:
    """Return `value` if it is a generator, or a new one seeded with the whole number `value`."""
    if isinstance(value, np.random.Generator):
        return value
    whole_number = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    if not whole_number or value < 0:
        rule = f"{name} must be a whole number of at least 0 or a numpy.random.Generator"
        raise ValueError(f"{rule}, got {value!r}.")
    return np.random.default_rng(value)


def one_of(name: str, value, allowed: Sequence[str]) -> str:
    """Return `value` if it is one of the words `allowed`."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}.")
    return value


def hidden_units(value) -> tuple[int, ...]:
    """Return the widths of hidden layers, one number or several, as a tuple of whole numbers."""
    if not isinstance(value, (Sequence, np.ndarray)) or isinstance(value, str):
        value = (value,)
    units = tuple(whole("hidden_units", n, at_least=1) for n in value)
    if not units:
        raise ValueError("hidden_units must name at least one hidden layer, got ().")
    return units


def one_row(name: str, x, n_inputs: int) -> np.ndarray:
    """Return one example, given as ``(n_inputs,)`` or ``(1, n_inputs)``, as ``(1, n_inputs)``."""
    x = np.asarray(x)
    if x.shape not in ((n_inputs,), (1, n_inputs)):
        raise ValueError(f"{name} must have shape ({n_inputs},) or (1, {n_inputs}), got {x.shape}.")
    return x.reshape(1, n_inputs)
