"""helpers.reference: the shipped models are what their cards say, and score what they say."""

import hashlib
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from helpers import checks, data, made, reference
from helpers.likelihood import log_mean_exp

pytestmark = pytest.mark.skipif(
    not (reference.DATA / "models.json").exists(), reason="data/models.json: no models shipped yet"
)
CARDS = reference.cards() if (reference.DATA / "models.json").exists() else {}
MODELS = [name for name in CARDS if "file" in CARDS[name]]
AVERAGES = [name for name in CARDS if "members" in CARDS[name]]
FULL = os.environ.get("MADE_DATA", "")
needs_full = pytest.mark.skipif(
    not FULL or FULL.startswith("http"), reason="needs the full sets: set MADE_DATA to a folder"
)
SUBSET = 1000  # test digits to score again


def test_models_and_averages_are_named_and_their_files_are_small():
    assert {"random", "raster"} <= set(MODELS) and set(CARDS) == {*MODELS, *AVERAGES}
    assert sum(reference.path(name).stat().st_size for name in MODELS) <= 10e6
    for name in AVERAGES:
        assert len(CARDS[name]["members"]) > 1 and set(CARDS[name]["members"]) <= set(MODELS)


@pytest.mark.parametrize("name", CARDS)
def test_a_card_says_data_recipe_score_licence_and_date(name):
    card = CARDS[name]
    assert "binarized_mnist, fixed binarization" in json.dumps(card) and card["licence"]
    for split in ("valid", "test"):
        assert 80 < card[split]["nll"] < 100 and 0.15 < card[split]["se"] < 0.3
    if name in MODELS:
        assert card["recipe"] and card["minutes"] > 0 and card["cores"] > 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", card["date"])
        assert card["bytes"] == reference.path(name).stat().st_size


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_model_is_autoregressive_and_a_density(name):
    net = reference.load(name)
    checks.assert_autoregressive(net.paths(), net.ordering)
    expected = np.arange(784) if name == "raster" else None
    assert expected is None or np.array_equal(net.ordering, expected)
    digit = data.load("sample").test[0]
    total, moved = checks.tail_probability(net, digit, last=6)
    assert abs(total - 1) < 1e-9 and moved < 1e-9


def members(name):
    return [reference.load(n) for n in CARDS[name].get("members", [name])]


def nll(name, x):
    return -log_mean_exp(np.stack([net.log_prob(x) for net in members(name)]).astype(float))


@needs_full
@pytest.mark.parametrize("name", CARDS)
def test_a_shipped_model_scores_what_its_card_says(name):
    """On test digits drawn with a fixed seed: within 3 standard errors of their mean.

    Drawn without replacement from the 10,000 that the card's score is the mean of, so that the
    error is smaller than that of 1,000 fresh digits. Three of them are passed by chance once in
    370 draws, were the seed not fixed.
    """
    test = data.load("binarized_mnist").test
    x = test[np.random.default_rng(2015).choice(len(test), SUBSET, replace=False)]
    scores = nll(name, x)
    error = scores.std(ddof=1) / np.sqrt(SUBSET) * np.sqrt(1 - SUBSET / len(test))
    assert abs(scores.mean() - CARDS[name]["test"]["nll"]) < 3 * error
    # and the card's own standard error is that of the digits' scores
    assert CARDS[name]["test"]["se"] == pytest.approx(scores.std() / np.sqrt(len(test)), rel=0.1)


@pytest.mark.parametrize("name", AVERAGES)
def test_the_average_scores_below_the_mean_of_its_members(name):
    for split in ("valid", "test"):
        each = [CARDS[member][split]["nll"] for member in CARDS[name]["members"]]
        assert CARDS[name][split]["nll"] < min(each)


def test_a_file_that_is_not_the_one_on_its_card_is_refused(tmp_path, monkeypatch):
    name = MODELS[0]
    whole = reference.path(name).read_bytes()
    (tmp_path / "models.json").write_text(json.dumps(CARDS), encoding="utf-8")
    monkeypatch.setattr(reference, "DATA", Path(tmp_path))
    file = tmp_path / CARDS[name]["file"]
    file.write_bytes(whole)
    assert reference.path(name) == file
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for content in (b"", whole[:-1], flipped):
        file.write_bytes(content)
        with pytest.raises(ValueError, match=f"{file.name} must have SHA-256 .*, got .*restore"):
            reference.load(name)


def test_a_shipped_model_of_several_mask_sets_gives_the_one_asked_for(tmp_path, monkeypatch):
    """The shipped models have one each, so that a mask set passed over would not show."""
    model = made.MADE(6, (5,), "random", n_masks=3, seed=2)
    file = made.save(model, tmp_path / "made_three.npz")
    card = {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    (tmp_path / "models.json").write_text(json.dumps({"three": card}), encoding="utf-8")
    monkeypatch.setattr(reference, "DATA", tmp_path)
    x = checks.all_binary(6)
    for k in range(3):
        expected = model.network(k).logits(x)
        assert np.array_equal(reference.load("three", k).logits(x), expected)
        assert np.array_equal(reference.load("three").logits(x), expected) == (k == 0)
    with pytest.raises(ValueError, match="mask_set must be at most 2, got 3"):
        reference.load("three", 3)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="name must be one of random, raster.*got 'best'"):
        reference.load("best")
    for name in AVERAGES:
        with pytest.raises(ValueError, match=f"name must be one model, got '{name}', the average"):
            reference.path(name)


def test_all_shipped_weights_together_fit_into_ten_megabytes():
    files = {card["file"] for card in reference.cards().values() if "file" in card}
    assert sum((reference.DATA / file).stat().st_size for file in files) < 10e6
