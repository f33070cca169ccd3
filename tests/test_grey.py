"""The grey digits behind the fixed training set, and fresh draws from them."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import grey
from helpers import data
from helpers.likelihood import bernoulli_nll

RNG = np.random.default_rng(0)
GREY = (RNG.random((60, 784)) * (RNG.random((60, 784)) < 0.3)).astype(np.float32)


def test_each_digit_finds_the_grey_one_it_was_drawn_from():
    pytest.importorskip("scipy", reason="needs requirements-benchmark.txt")
    drawn = RNG.permutation(60)[:40]
    binary = data.draw_binary(GREY[drawn], np.random.default_rng(1))
    assert np.array_equal(grey.sources(binary, GREY), drawn)


def test_no_grey_digit_is_the_source_of_two():
    """Both of the first two are most probable from row 0; the second has to take the next best."""
    pytest.importorskip("scipy", reason="needs requirements-benchmark.txt")
    p = np.array([[0.9, 0.9, 0.9], [0.3, 0.3, 0.3], [0.0, 0.0, 0.0]], np.float32)
    binary = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 0]], np.uint8)
    assert grey.sources(binary, p, candidates=3).tolist() == [0, 1, 2]


def test_a_blank_digit_comes_from_the_faint_one():
    pytest.importorskip("scipy", reason="needs requirements-benchmark.txt")
    blank, p = np.zeros((1, 3), np.uint8), np.array([[0.9] * 3, [0.1] * 3], np.float32)
    assert grey.sources(blank, p, candidates=2) == [1]
    assert grey.sources(blank, p[::-1], candidates=2) == [0]


def test_only_draws_are_taken_for_draws(monkeypatch):
    """The sources of the training digits come back in their order; a black margin has none."""
    pytest.importorskip("scipy", reason="needs requirements-benchmark.txt")
    mnist = SimpleNamespace(train=GREY[:50], valid=GREY[50:])
    monkeypatch.setattr(data, "load", lambda name, how: mnist)
    order = np.random.default_rng(5).permutation(60)
    binary = data.draw_binary(GREY[order], np.random.default_rng(6))
    assert np.array_equal(
        grey.train_digits(SimpleNamespace(train=binary[:40], valid=binary[40:])), GREY[order[:40]]
    )
    binary[7] |= GREY[order[7]] == 0
    with pytest.raises(ValueError, match="split must be drawn from MNIST's training digits"):
        grey.train_digits(SimpleNamespace(train=binary[:40], valid=binary[40:]))


def test_the_fixed_training_set_is_a_draw_of_mnist():
    """Every digit has a source that excludes none of its pixels, and scatters as draws do."""
    pytest.importorskip("scipy", reason="needs requirements-benchmark.txt")
    try:
        split = data.load("binarized_mnist")
        p = grey.train_digits(split)
    except data.DataError as error:
        pytest.skip(f"needs the full sets: {error}")
    assert p.shape == split.train.shape
    variance = ((split.train - p) ** 2).sum() / (p * (1 - p)).sum()
    assert variance == pytest.approx(1, abs=0.005)
    assert len(np.unique(p, axis=0)) > 49_990


def test_a_fresh_batch_has_draws_as_inputs_and_their_probabilities_as_targets():
    inputs, targets = grey.fresh(GREY, np.random.default_rng(2))
    again, _ = grey.fresh(GREY, np.random.default_rng(2))
    other, _ = grey.fresh(GREY, np.random.default_rng(3))
    assert np.array_equal(inputs, again) and not np.array_equal(inputs, other)
    assert set(np.unique(inputs)) == {0, 1}
    assert (inputs[targets == 0] == 0).all()
    moved = (targets != GREY).any(axis=1).mean()
    assert 0.2 < moved < 0.7  # half of them are chosen, one in nine of those stays
    # 60 digits, some 14,000 pixels above 0: the mean of the draws is within 5 standard errors
    error = np.sqrt((targets * (1 - targets)).sum())
    assert abs((inputs - targets).sum()) < 5 * error


def test_grey_targets_give_the_mean_loss_of_their_draws():
    p, logits = GREY[:5], RNG.normal(size=(5, 784)).astype(np.float32)
    rng = np.random.default_rng(4)
    draws = [np.asarray(bernoulli_nll(data.draw_binary(p, rng), logits)) for _ in range(4000)]
    found = np.asarray(bernoulli_nll(p, logits))
    error = np.std(draws, axis=0) / np.sqrt(len(draws))
    assert (np.abs(np.mean(draws, axis=0) - found) < 5 * error).all()
