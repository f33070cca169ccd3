"""Lesson 8's explorer: the picture is the static twin's, and it follows x₁."""

import matplotlib.pyplot as plt
import pytest
from artists import describe
from examples import two_peaks
from explorers import in_words, pixels, shown

from helpers import plots
from helpers.outputs import Gaussian
from helpers.widgets.conditional import explore_conditional

pytestmark = pytest.mark.usefixtures("core_widgets")


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


def test_the_picture_is_the_static_twins_at_any_x1(monkeypatch):
    in_words(monkeypatch)
    net = two_peaks()
    slider, image = explore_conditional(net, net.log_prob).children
    assert (slider.min, slider.max, slider.step, slider.value) == (-3, 3, 0.1, -1)
    assert slider.description == "x₁"
    for x1 in (-1.0, -3.0, 0.4, 3.0):
        slider.value = x1
        assert shown(image) == describe(plots.conditional(net, x1, net.log_prob))


def test_every_step_changes_the_picture(recwarn):
    slider, image = explore_conditional(two_peaks()).children
    for value in (slider.max, slider.max - slider.step, slider.min, slider.min + slider.step):
        before = pixels(image)
        slider.value = value
        assert (pixels(image) != before).any()
    assert not [str(warning.message) for warning in recwarn]


def test_another_model_is_refused():
    with pytest.raises(ValueError, match="network must be of two mixtures in the natural order"):
        explore_conditional(two_peaks_of(Gaussian()))
    turned = two_peaks()
    turned.degrees[0] = [2, 1]
    with pytest.raises(ValueError, match="natural order"):
        explore_conditional(turned)
    with pytest.raises(ValueError, match="network must be a network"):
        explore_conditional(3)


def two_peaks_of(family):
    import numpy as np

    from helpers.network import Network

    kernels = [np.zeros((2, 1)), np.zeros((1, 4))]
    return Network([[1, 2], [1]], kernels, [np.zeros(1), np.zeros(4)], outputs=family)
