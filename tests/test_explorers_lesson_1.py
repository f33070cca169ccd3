"""Lesson 1's explorers of core widgets: the picture is the static twin's, and it follows."""

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import describe
from explorers import in_words, pixels, shown

from helpers import plots
from helpers.widgets.likelihoods import bernoulli_explorer, gaussian_explorer

pytestmark = pytest.mark.usefixtures("core_widgets")
PIXELS = np.array([1, 1, 0, 1, 0])
POINTS = np.array([-0.5, 0.2, 0.4, 1.1, 1.6])
MAKERS = {
    "bernoulli": lambda: bernoulli_explorer(PIXELS),
    "gaussian": lambda: gaussian_explorer(POINTS),
}
TWINS = {
    "bernoulli": lambda p: plots.bernoulli_likelihood(PIXELS, p),
    "gaussian": lambda mean, std: plots.gaussian_fit(POINTS, mean, std),
}
PLACES = {
    "bernoulli": [(0.25,), (0.01,), (0.6,), (0.99,)],
    "gaussian": [(-1.0, 0.6), (3.0, 0.2), (-3.0, 3.0), (0.5, 0.7)],
}


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


@pytest.fixture(params=MAKERS)
def name(request):
    return request.param


@pytest.fixture
def explorer(name):
    """(sliders, image) of an explorer as the lesson makes it."""
    *sliders, image = MAKERS[name]().children
    return sliders, image


def test_the_picture_is_the_static_twins_at_any_values(name, monkeypatch):
    in_words(monkeypatch)
    *sliders, image = MAKERS[name]().children
    assert tuple(slider.value for slider in sliders) == PLACES[name][0]  # where they stand at first
    for values in PLACES[name]:
        for slider, value in zip(sliders, values):
            slider.value = value
        assert shown(image) == describe(TWINS[name](*values))


def test_every_extreme_of_every_slider_changes_the_picture(explorer, recwarn):
    sliders, image = explorer
    for slider in sliders:
        for value in (slider.min, slider.max):
            before = pixels(image)
            slider.value = value
            after = pixels(image)
            assert after.shape == before.shape
            assert (after != before).any(axis=2).sum() > 100
    assert not [str(warning.message) for warning in recwarn]


def test_every_step_of_the_keyboard_changes_the_picture(explorer):
    sliders, image = explorer
    for slider in sliders:
        for value in (slider.value + slider.step, slider.max, slider.max - slider.step):
            before = image.value
            slider.value = value
            assert image.value != before


def test_sliders_are_named_and_take_the_keyboard(explorer, name):
    sliders, image = explorer
    assert all(isinstance(s, ipywidgets.FloatSlider) and not s.disabled for s in sliders)
    found = [(s.description, s.min, s.max, s.step) for s in sliders]
    assert (
        found
        == {
            "bernoulli": [("p", 0.01, 0.99, 0.01)],
            "gaussian": [("μ", -3, 3, 0.1), ("σ", 0.2, 3, 0.05)],
        }[name]
    )
    assert isinstance(image, ipywidgets.Image) and image.layout.max_width == "100%"


def test_explorers_refuse_points_they_cannot_show():
    for bad in ([0, 0, 0], [0, 2], [[0, 1]]):
        with pytest.raises(ValueError, match="x must be"):
            bernoulli_explorer(bad)
    for bad in ([1.0], [1.0, 1.0], [0.0, 3.5], [0.0, np.nan]):
        with pytest.raises(ValueError, match="x must be"):
            gaussian_explorer(bad)
