"""Lesson 6's eraser: completions keep what is known, core widgets follow their values."""

import hashlib
import json

import numpy as np
import pytest
from artists import describe
from explorers import in_words, shown

from helpers import data, made, masks, network, sampling
from helpers.likelihood import log_mean_exp
from helpers.plots.sampling import completions
from helpers.widgets import eraser


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A fresh model of 784 pixels that knows nothing."""
    fresh = made.MADE(784, (5,), "random", fresh=True, seed=2)
    return made.save(fresh, tmp_path_factory.mktemp("eraser") / "fresh.npz", "int8")


@pytest.fixture(scope="module")
def digits():
    return data.load("sample").test[:3]


def test_core_widgets_complete_the_region_that_is_chosen(model, digits, monkeypatch, core_widgets):
    in_words(monkeypatch)
    digit, where, seed, image = eraser.erase_and_complete(model, digits).children
    assert where.options == tuple(eraser.REGIONS) and digit.max == 2
    for place in ((0, "lower half", 0), (2, "centre", 3), (1, "everything", 1)):
        digit.value, where.value, seed.value = place
        known, x = ~eraser.REGIONS[place[1]], digits[place[0]]
        net = network.load(model, ordering=masks.known_first(known, place[2]), seed=place[2])
        drawn = sampling.complete(net, x, known, 8, place[2])
        assert (drawn[:, known] == x[known]).all() and len(np.unique(drawn, axis=0)) > 1
        assert shown(image) == describe(completions([x], known, [drawn]))


def test_the_state_is_what_page_and_notebook_start_from(digits):
    state = eraser.eraser_state("an address", digits, "left half")
    assert state["network"] == "an address" and np.array_equal(state["examples"], digits)
    assert np.array_equal(state["unknown"].reshape(28, 28)[5], [1] * 14 + [0] * 14)


def test_another_model_region_or_size_is_refused(model, digits, tmp_path):
    plain = made.save(made.MADE(784, (5,)), tmp_path / "plain.npz")
    with pytest.raises(ValueError, match="path must be a fresh model of 784 pixels"):
        eraser.erase_and_complete(plain, digits)
    with pytest.raises(ValueError, match="region must be one of 'upper half'"):
        eraser.erase_and_complete(model, digits, "the tail")
    with pytest.raises(ValueError, match=r"examples must have shape \(n, 784\)"):
        eraser.erase_and_complete(model, digits[:, :100])


def test_the_shipped_model_is_that_of_its_card_and_scores_what_it_says(root):
    """On a tenth of the sample's test digits, within four standard errors of them."""
    file = root / "data" / "made_orderings.npz"
    card = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == card["sha256"]
    assert file.stat().st_size == card["bytes"] < 2**20
    nets = [network.load(file, ordering="random", seed=k) for k in range(8)]
    each = np.stack([net.log_prob(data.load("sample").test[::10]) for net in nets])
    nll = -log_mean_exp(each, axis=0)
    assert abs(nll.mean() - card["test"]["nll"]) < 4 * nll.std() / np.sqrt(len(nll))
    assert abs(-each.mean() - card["test"]["one_ordering"]) < 4 * each.std() / np.sqrt(len(nll))
