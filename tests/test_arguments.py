"""helpers.arguments: what each rule takes, returns and refuses, in the words of the message."""

import numpy as np
import pytest

from helpers import arguments


def test_what_fits_comes_back_in_the_type_it_is_used_in():
    for given in (3, np.int64(3), np.uint8(3)):
        assert arguments.whole("n", given, 3, 3) == 3 and type(arguments.whole("n", given)) is int
    for given in (1, 1.0, np.float32(1), np.int8(1)):
        real = arguments.number("rate", given, "positive", lambda r: r > 0)
        assert real == 1 and type(real) is float
    assert arguments.seed("seed", 0) == 0 and arguments.seed("seed", 2**32 - 1) == 2**32 - 1
    assert arguments.one_of("how", "even", ("odd", "even")) == "even"
    assert arguments.one_row("x", [1, 0], 2).shape == arguments.one_row("x", [[1, 0]], 2).shape


def test_a_generator_goes_on_and_a_seed_starts_one():
    rng = np.random.default_rng(0)
    assert arguments.generator("seed", rng) is rng
    for seed in (7, np.int64(7), 2**40):
        first = np.random.default_rng(seed).random()
        assert arguments.generator("seed", seed).random() == first


REFUSED = {
    "whole, real": (lambda: arguments.whole("n", 2.0), "n must be an integer, got 2.0."),
    "whole, true": (lambda: arguments.whole("n", True), "n must be an integer, got True."),
    "whole, true of NumPy": (lambda: arguments.whole("n", np.True_), "n must be an integer, got"),
    "whole, text": (lambda: arguments.whole("n", "3"), "n must be an integer, got '3'."),
    "whole, none": (lambda: arguments.whole("n", None), "n must be an integer, got None."),
    "too small": (lambda: arguments.whole("n", 2, 3), "n must be at least 3, got 2."),
    "too large": (lambda: arguments.whole("n", 4, 3, 3), "n must be at most 3, got 4."),
    "number, nan": (
        lambda: arguments.number("r", np.nan, "positive", lambda r: r > 0),
        "r must be positive, got nan.",
    ),
    "number, true": (
        lambda: arguments.number("r", True, "positive", lambda r: r > 0),
        "r must be positive, got True.",
    ),
    "number, text": (
        lambda: arguments.number("r", "1", "positive", lambda r: r > 0),
        "r must be positive, got '1'.",
    ),
    "seed, negative": (lambda: arguments.seed("seed", -1), "seed must be at least 0, got -1."),
    "seed, 2^32": (lambda: arguments.seed("seed", 2**32), "seed must be at most 4294967295, got"),
    "generator, none": (
        lambda: arguments.generator("seed", None),
        "seed must be a whole number of at least 0 or a numpy.random.Generator, got None.",
    ),
    "generator, negative": (lambda: arguments.generator("seed", -1), "seed must be a whole number"),
    "generator, true": (lambda: arguments.generator("seed", True), "seed must be a whole number"),
    "generator, old": (
        lambda: arguments.generator("seed", np.random.RandomState(0)),
        "seed must be a whole number",
    ),
    "word": (
        lambda: arguments.one_of("how", "evn", ("odd", "even")),
        "how must be one of 'odd', 'even', got 'evn'.",
    ),
    "no word": (
        lambda: arguments.one_of("how", ["odd"], ("odd",)),
        "how must be one of 'odd', got",
    ),
    "two rows": (
        lambda: arguments.one_row("x", np.zeros((2, 3)), 3),
        "x must have shape (3,) or (1, 3), got (2, 3).",
    ),
}


@pytest.mark.parametrize("call, message", REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_by_name(call, message):
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value).startswith(message)
