"""helpers.identity: two computations are the same if they compute the same."""

import functools
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from helpers import data, identity

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCALE = 2.0


def shift(x, rng, by=1):
    return np.roll(x, by, axis=1)


def shift_by_another_name(x, rng, by=1):
    return np.roll(x, by, axis=1)


def shift_further(x, rng, by=2):
    return np.roll(x, by, axis=1)


def documented(x, rng, by=1):
    """A docstring computes nothing."""
    return np.roll(x, by, axis=1)


def scaled(x, rng):
    return x * SCALE


def through_a_helper(x, rng):
    return scaled(x, rng)


def closed_over(value):
    return lambda x, rng: x + value


def defined_inside(constant):
    def outer(x):
        return [row + 1 for row in x]

    def other(x):
        return [row + 2 for row in x]

    return outer if constant == 1 else other


class Flip:
    def __init__(self, share):
        self.share = share

    def __call__(self, x, rng):
        return x ^ (rng.random(x.shape) < self.share)

    def method(self, x, rng):
        return self(x, rng)


class Slotted:
    __slots__ = ("a",)

    def __init__(self, a):
        self.a = a


def recursive(n):
    return n and recursive(n - 1)


SAME = {
    "function": lambda: (shift, shift),
    "renamed": lambda: (shift, shift_by_another_name),
    "documented": lambda: (shift, documented),
    "lambdas": lambda: (lambda x, rng: x + 1, lambda x, rng: x + 1),
    "closures": lambda: (closed_over(1), closed_over(1)),
    "closures over arrays": lambda: (closed_over(np.ones(3)), closed_over(np.ones(3))),
    "partials": lambda: tuple(functools.partial(shift, by=3) for _ in "ab"),
    "keywords in another order": lambda: (
        functools.partial(shift, by=3, rng=None),
        functools.partial(shift, rng=None, by=3),
    ),
    "objects": lambda: (Flip(0.1), Flip(0.1)),
    "methods": lambda: (Flip(0.1).method, Flip(0.1).method),
    "generators": lambda: tuple(closed_over(np.random.default_rng(3)) for _ in "ab"),
    "arrays": lambda: (np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3)),
    "views": lambda: (np.arange(6)[::2], np.array([0, 2, 4])),
    "sets": lambda: ({"a", "b", "c"}, {"c", "b", "a"}),
    "paths": lambda: (pathlib.Path("a/b"), pathlib.Path("a") / "b"),
    "no function": lambda: (None, None),
}
DIFFERENT = {
    "another default": lambda: (shift, shift_further),
    "two lambdas": lambda: (lambda x, rng: x + 1, lambda x, rng: x + 2),
    "another operation": lambda: (lambda x, rng: x + 1, lambda x, rng: x - 1),
    "another attribute": lambda: (lambda x, rng: x.min(), lambda x, rng: x.max()),
    "another argument's place": lambda: (lambda x, rng: x, lambda rng, *x: x),
    "a constant inside": lambda: (defined_inside(1), defined_inside(2)),
    "closures": lambda: (closed_over(1), closed_over(2)),
    "one and True": lambda: (closed_over(1), closed_over(True)),
    "arrays in closures": lambda: (closed_over(np.zeros(3)), closed_over(np.array([0, 0, 1.0]))),
    "partials": lambda: (functools.partial(shift, by=3), functools.partial(shift, by=4)),
    "a partial and its function": lambda: (functools.partial(shift, by=1), shift),
    "positional arguments": lambda: (functools.partial(shift, 1), functools.partial(shift, 2)),
    "nested partials": lambda: tuple(
        functools.partial(functools.partial(data.shift, fraction=f), rng=None) for f in (0.1, 0.2)
    ),
    "objects": lambda: (Flip(0.1), Flip(0.2)),
    "methods": lambda: (Flip(0.1).method, Flip(0.2).method),
    "an object and its method": lambda: (Flip(0.1), Flip(0.1).method),
    "slots": lambda: (Slotted(1), Slotted(2)),
    "generators": lambda: tuple(closed_over(np.random.default_rng(s)) for s in (3, 4)),
    "functions of a module": lambda: (
        lambda x, rng: data.shift(x, rng),
        lambda x, rng: data.draw_binary(x, rng),
    ),
    "functions of NumPy": lambda: (np.roll, np.flip),
    "universal functions": lambda: (np.add, np.subtract),
    "arrays": lambda: (np.arange(3), np.array([0, 1, 3])),
    "shapes": lambda: (np.zeros((2, 3)), np.zeros((3, 2))),
    "types of arrays": lambda: (np.zeros(2, "int32"), np.zeros(2, "float32")),
    "nothing": lambda: (None, shift),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_what_computes_the_same_has_one_digest(pair):
    one, other = pair()
    assert identity.digest(one) == identity.digest(other)


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_what_computes_something_else_has_another(pair):
    one, other = pair()
    assert identity.digest(one) != identity.digest(other)


def test_a_global_counts_by_its_value_however_deep_it_is_read(monkeypatch):
    """Through a function that is called, and through a module of ours."""
    functions = (scaled, through_a_helper)
    before = [identity.digest(f) for f in functions]
    monkeypatch.setattr(sys.modules[__name__], "SCALE", 3.0)
    assert all(identity.digest(f) != old for f, old in zip(functions, before))
    by_module = identity.digest(lambda x, rng: data.shift(x, rng))
    monkeypatch.setattr(data, "shift", shift)
    assert identity.digest(lambda x, rng: data.shift(x, rng)) != by_module


def test_circles_and_what_cannot_be_read_have_digests():
    loop = []
    loop.append(loop)
    assert identity.digest(loop) != identity.digest([[]])
    assert identity.digest(recursive) == identity.digest(recursive)
    assert identity.digest(sys.stdout) and identity.digest(iter([1]))


EVERYTHING = (
    "import sys, functools; sys.path.insert(0, 'tests'); import numpy as np\n"
    "import test_identity as t; from helpers import data, identity\n"
    "pairs = [p() for p in [*t.SAME.values(), *t.DIFFERENT.values()]]\n"
    "more = [functools.partial(data.shift, fraction=0.3), t.recursive, t.Flip, t.scaled]\n"
    "print([identity.digest(value) for pair in [*pairs, more] for value in pair])"
)


def test_another_process_finds_the_same_digests():
    """With other addresses, other hashes of words, and code compiled anew."""
    found = []
    for words, options in (("1", []), ("2", ["-B"])):
        done = subprocess.run(
            [sys.executable, *options, "-c", EVERYTHING],
            cwd=ROOT, capture_output=True, encoding="utf-8",
            env=os.environ | {"PYTHONHASHSEED": words, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append(done.stdout)
    assert found[0] == found[1] and len(found[0]) > 1000
