"""The first rows of the scoreboard: models of binary digits with independent pixels."""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import baselines, data, likelihood

TRAIN = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [1, 0, 0]])


def test_probabilities_by_hand():
    assert baselines.one_p(TRAIN) == pytest.approx(4 / 12)
    np.testing.assert_allclose(baselines.pixel_p(TRAIN), [4 / 6, 2 / 6, 1 / 6])
    np.testing.assert_allclose(baselines.pixel_p(TRAIN, alpha=0), [3 / 4, 1 / 4, 0])


def test_probabilities_of_all_images_sum_to_one():
    every = np.array(list(itertools.product((0, 1), repeat=3)))
    for p in (0.5, baselines.one_p(TRAIN), *(baselines.pixel_p(TRAIN, a) for a in (0, 0.1, 1))):
        assert np.exp(-baselines.nll(every, p)).sum() == pytest.approx(1, abs=1e-12)


def test_nll_agrees_with_the_likelihood_of_its_logits():
    p = baselines.pixel_p(TRAIN)
    logits = np.log(p / (1 - p))
    np.testing.assert_allclose(baselines.nll(TRAIN, p), likelihood.bernoulli_nll(TRAIN, logits))


def test_an_impossible_pixel_costs_infinity_and_a_certain_one_nothing():
    p = baselines.pixel_p(TRAIN, alpha=0)
    assert baselines.nll(np.array([[1, 0, 1]]), p)[0] == math.inf
    assert baselines.nll(np.array([[0, 0, 0]]), np.zeros(3))[0] == 0
    assert baselines.nll(np.array([[1, 1, 1]]), np.ones(3))[0] == 0


def test_standard_error_by_hand():
    assert baselines.mean_and_error([1, 2, 3, 6]) == pytest.approx((3, math.sqrt(14 / 3) / 2))


def test_the_three_rows_on_the_sample():
    """Sample, thresholded, 500 test digits: each model beats the one that learned less."""
    rows = baselines.scores(data.load("sample"))
    assert list(rows) == ["fair coin", "one p", "one p per pixel"]
    coin, one, pixel = (mean for mean, _ in rows.values())
    assert coin == pytest.approx(784 * math.log(2)) and rows["fair coin"][1] < 1e-9
    assert coin - one > 200 and one - pixel > 80 and 200 < pixel < 220


def test_models_are_fitted_on_training_digits_and_scored_on_test_digits():
    """Each row by hand: of test digits, with the probabilities of training digits."""
    rng = np.random.default_rng(0)
    train, test = rng.random((50, 6)) < 0.2, rng.random((9, 6)) < 0.7
    rows = baselines.scores(SimpleNamespace(train=train, test=test))
    fitted = {"fair coin": 0.5, "one p": train.mean(), "one p per pixel": (train.sum(0) + 1) / 52}
    for name, p in fitted.items():
        each = -np.log(np.where(test, p, 1 - p)).sum(axis=1)
        want = (each.mean(), each.std(ddof=1) / 3)
        assert rows[name] == pytest.approx(want, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: baselines.pixel_p(TRAIN, -1), "alpha must be at least 0 and finite, got -1"),
        (lambda: baselines.pixel_p(TRAIN, math.nan), "alpha"),
        (
            lambda: baselines.pixel_p(TRAIN, math.inf),
            "alpha must be at least 0 .*got inf",
        ),
        (lambda: baselines.pixel_p(TRAIN, "1"), "alpha must be at least 0 and finite, got '1'"),
        (lambda: baselines.pixel_p(TRAIN * 255), "train must lie in .0, 1., got 0 to 255"),
        (lambda: baselines.one_p(TRAIN * math.nan), "train must lie in"),
        (lambda: baselines.nll(TRAIN, np.full(4, 0.5)), "p must be a number or .3,., got shape"),
        (lambda: baselines.pixel_p(TRAIN[0]), "train must be"),
        (lambda: baselines.one_p(TRAIN[:0]), "train must be"),
        (lambda: baselines.nll(TRAIN / 2, 0.5), "x must hold only 0 and 1"),
        (lambda: baselines.nll(TRAIN[0], 0.5), "x must be"),
        (lambda: baselines.nll(TRAIN, 1.5), "p must lie in .0, 1., got values from 1.5"),
        (lambda: baselines.mean_and_error([1.0]), "n at least 2"),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
