"""The explorers of lesson 2 answer at every extreme, quickly, and refuse what they cannot show."""

import io
import itertools
import statistics
import time

import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import pytest

from helpers import autoencoder as ae
from helpers import plots
from helpers.data import load
from helpers.widgets import latent_explorer, noise_explorer


def rebuild(model):
    logits = ae.as_numpy(model)
    return lambda x: ae.sigmoid(logits(x))


@pytest.fixture(scope="module")
def split():
    return load("sample")


@pytest.fixture(scope="module")
def latent(split):
    encode, decode = (ae.as_numpy(part) for part in ae.autoencoder(2).layers)
    codes = encode(split.test)
    return latent_explorer(lambda z: ae.sigmoid(decode(z)), codes, split.test_labels)


@pytest.fixture(scope="module")
def noise(split):
    models = {name: rebuild(ae.one_layer(256, seed=n)) for n, name in enumerate("abc")}
    return noise_explorer(split.test[:10], models)


def ends(control):
    return control.options if hasattr(control, "options") else (control.min, control.max)


@pytest.mark.parametrize("which", ["latent", "noise"])
def test_every_corner_shows_a_picture_and_every_control_changes_it(which, request):
    *controls, image = request.getfixturevalue(which).children
    pictures = {}
    for corner in itertools.product(*map(ends, controls)):
        for control, value in zip(controls, corner):
            control.value = value
        size = PIL.Image.open(io.BytesIO(image.value)).size
        assert min(size) > 200
        pictures[corner] = image.value
    for i in range(len(controls)):
        others = {}
        for corner, picture in pictures.items():
            others.setdefault(corner[:i] + corner[i + 1 :], set()).add(picture)
        assert any(len(seen) > 1 for seen in others.values()), f"control {i} moves nothing"


@pytest.mark.parametrize("which", ["latent", "noise"])
def test_a_move_takes_less_than_a_tenth_of_a_second(which, request):
    slider = request.getfixturevalue(which).children[0]
    took = []
    for value in np.linspace(slider.min, slider.max, 11):
        begun = time.process_time()
        slider.value = float(value)
        took.append(time.process_time() - begun)
    assert statistics.median(took) < 0.1


def test_bad_input_is_refused(split):
    with pytest.raises(ValueError, match=r"codes must be \(n, 2\) with n labels"):
        latent_explorer(None, np.zeros((3, 3)), np.zeros(3))
    with pytest.raises(ValueError, match=r"codes must be \(n, 2\) with n labels"):
        latent_explorer(None, np.zeros((3, 2)), np.zeros(4))
    for bad in (split.test[0], split.test[:0], split.test[:3, :9]):
        with pytest.raises(ValueError, match=r"digits must be \(n, 784\)"):
            noise_explorer(bad, {})


def test_the_names_on_the_map_lie_apart():
    codes = np.random.default_rng(0).normal(size=(500, 2))  # ten classes in one heap
    fig = plots.latent_map(codes, np.arange(500) % 10)
    places = np.array([text.get_position() for text in fig.axes[0].texts])
    plt.close(fig)
    gaps = np.linalg.norm((places[:, None] - places[None]) / np.ptp(codes, axis=0), axis=2)
    assert len(places) == 10 and gaps[~np.eye(10, dtype=bool)].min() > 0.08
