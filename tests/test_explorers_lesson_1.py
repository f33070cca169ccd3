"""Lesson 1's explorers: every slider to both extremes, and the picture follows."""

import io
import statistics
import time

import ipywidgets
import numpy as np
import PIL.Image
import pytest

from helpers.widgets.likelihoods import bernoulli_explorer, gaussian_explorer

PIXELS = np.array([1, 1, 0, 1, 0])
POINTS = np.array([-0.5, 0.2, 0.4, 1.1, 1.6])
MAKERS = {
    "bernoulli": lambda: bernoulli_explorer(PIXELS),
    "gaussian": lambda: gaussian_explorer(POINTS),
}


@pytest.fixture(params=MAKERS)
def explorer(request):
    """(sliders, image) of an explorer as the lesson makes it."""
    *sliders, image = MAKERS[request.param]().children
    return sliders, image


def pixels(image) -> np.ndarray:
    """``(height, width, 3)`` of the PNG that the reader sees."""
    return np.asarray(PIL.Image.open(io.BytesIO(image.value)))


def extremes(sliders):
    """(slider, value) for both ends of each slider."""
    for slider in sliders:
        for value in (slider.min, slider.max):
            yield slider, value


def test_every_extreme_of_every_slider_changes_the_picture(explorer, recwarn):
    sliders, image = explorer
    for moved, others_at in [(s, end) for s in sliders for end in ("min", "max")]:
        for other in sliders:
            if other is not moved:
                other.value = getattr(other, others_at)
        for slider, value in extremes([moved]):
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


def test_the_same_values_give_the_same_picture_again(explorer):
    sliders, image = explorer
    start, first = [slider.value for slider in sliders], image.value
    for slider, value in extremes(sliders):
        slider.value = value
    for slider, value in zip(sliders, start):
        slider.value = value
    assert image.value == first


def test_sliders_are_named_and_take_the_keyboard(explorer):
    sliders, image = explorer
    assert sliders and all(isinstance(s, ipywidgets.FloatSlider) for s in sliders)
    assert all(slider.description and not slider.disabled for slider in sliders)
    assert isinstance(image, ipywidgets.Image) and image.layout.max_width == "100%"


def test_a_change_is_drawn_in_a_tenth_of_a_second(explorer):
    sliders, _ = explorer
    spent = []
    for slider in sliders:
        for value in np.linspace(slider.min, slider.max, 9):
            begun = time.process_time()
            slider.value = value
            spent.append(time.process_time() - begun)
    assert statistics.median(spent) < 0.1


def test_explorers_refuse_points_they_cannot_show():
    for bad in ([0, 0, 0], [0, 2], [[0, 1]]):
        with pytest.raises(ValueError, match="x must be"):
            bernoulli_explorer(bad)
    for bad in ([1.0], [1.0, 1.0], [0.0, 3.5], [0.0, np.nan]):
        with pytest.raises(ValueError, match="x must be"):
            gaussian_explorer(bad)
