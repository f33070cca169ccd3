"""The explorers of lesson 2: each control does what it says, and the picture shows it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import describe
from explorers import in_words, pixels, shown

from helpers import pixels as digits_of
from helpers import plots
from helpers.widgets import latent, latent_explorer, noise_explorer

pytestmark = pytest.mark.usefixtures("core_widgets")
RNG = np.random.default_rng(0)
CODES = RNG.normal(size=(200, 2)) * [3, 1] + [2, 0]
LABELS = np.arange(200) % 10
DIGITS = (RNG.random((6, 784)) < 0.3).astype(np.float32)


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


def decode(z):
    """The left half is darker for larger z₁, the right half for larger z₂."""
    halves = np.clip(np.asarray(z) / [9, 3] / 2 + 0.5, 0, 1)
    return np.repeat(np.tile(halves, (1, 28)), 14, axis=1)


def noisy_rows(level, digit, kind):
    """What the noise explorer should draw: erased ink is light blue."""
    clean = DIGITS[digit : digit + 1]
    noisy = digits_of.add_noise(clean, kind, level)
    gone = (noisy == 0) & (clean == 1) if kind == "erased block" else noisy > 1
    rows = {"clean": clean, "noisy": noisy, "same": noisy, "inverse": 1 - noisy}
    return plots.image_rows(rows, size=1.4, erased={"noisy": gone})


MODELS = {"same": lambda x: x, "inverse": lambda x: 1 - x}
MAKERS = {
    "latent": (
        lambda: latent_explorer(decode, CODES, LABELS),
        lambda *z: plots.latent_place(decode, CODES, LABELS, z),
        [(-2.0, 1.0), (5.0, -2.0)],
    ),
    "noise": (
        lambda: noise_explorer(DIGITS, MODELS),
        lambda *values: noisy_rows(*values),
        [(0.3, 0, "salt and pepper"), (0.5, 5, "erased block"), (1.0, 2, "salt and pepper")],
    ),
}


@pytest.fixture(autouse=True)
def models_are_functions(monkeypatch):
    """What the explorers make of a Keras model; tests of `autoencoder.as_numpy` do the rest."""
    monkeypatch.setattr(latent, "probabilities", lambda function: function)


@pytest.mark.parametrize("which", MAKERS)
def test_the_picture_follows_every_control(which, monkeypatch):
    in_words(monkeypatch)
    make, twin, places = MAKERS[which]
    *controls, image = make().children
    for values in places:
        for control, value in zip(controls, values, strict=True):
            control.value = value
        assert tuple(control.value for control in controls) == values
        assert shown(image) == describe(twin(*values))


def test_the_latent_explorer_starts_in_the_middle_and_spans_the_codes():
    z1, z2, _ = latent_explorer(decode, CODES, LABELS).children
    low = np.floor(np.quantile(CODES, 0.01, axis=0))
    high = np.ceil(np.quantile(CODES, 0.99, axis=0))
    assert ([z1.min, z2.min], [z1.max, z2.max]) == (low.tolist(), high.tolist())
    assert [z1.value, z2.value] == pytest.approx(np.median(CODES, axis=0).tolist())
    assert (z1.description, z2.description) == ("z₁", "z₂")
    assert z1.step == pytest.approx((high - low)[0] / 100)


def test_the_noise_explorer_offers_all_digits_both_noises_and_every_level():
    level, digit, kind, image = noise_explorer(DIGITS, MODELS).children
    assert (level.min, level.max, level.value) == (0, 1, 0.3)
    assert (digit.min, digit.max, digit.value) == (0, 5, 0)
    assert kind.options == digits_of.KINDS == ("salt and pepper", "erased block")
    assert [c.description for c in (level, digit, kind)] == ["noise", "digit", "kind"]
    for control, value in ((level, 0.0), (digit, 3), (level, 1.0), (kind, "erased block")):
        before = pixels(image)
        control.value = value
        assert (pixels(image) != before).any()


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"codes must be \(n, 2\) with n labels"):
        latent_explorer(None, np.zeros((3, 3)), np.zeros(3))
    with pytest.raises(ValueError, match=r"codes must be \(n, 2\) with n labels"):
        latent_explorer(None, np.zeros((3, 2)), np.zeros(4))
    for bad in (DIGITS[0], DIGITS[:0], DIGITS[:3, :9]):
        with pytest.raises(ValueError, match=r"digits must be \(n, 784\)"):
            noise_explorer(bad, {})


def test_the_names_on_the_map_lie_apart():
    codes = np.random.default_rng(0).normal(size=(500, 2))  # ten classes in one heap
    fig = plots.latent_map(codes, np.arange(500) % 10)
    places = np.array([text.get_position() for text in fig.axes[0].texts])
    plt.close(fig)
    gaps = np.linalg.norm((places[:, None] - places[None]) / np.ptp(codes, axis=0), axis=2)
    assert len(places) == 10 and gaps[~np.eye(10, dtype=bool)].min() > 0.08
