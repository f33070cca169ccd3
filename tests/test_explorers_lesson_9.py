"""Lesson 9's explorer: the picture is the static twin's, and it follows β and the draws."""

import pytest
from artists import describe
from examples import magnets
from explorers import differ, keep_figures, pixels

from helpers import plots
from helpers.widgets.magnet import explore_magnet

pytestmark = pytest.mark.usefixtures("core_widgets")
SHAPE = (2, 3)


def test_the_picture_is_the_static_twins_at_any_beta(monkeypatch):
    figures = keep_figures(monkeypatch)
    beta, seed, image = explore_magnet(magnets(), SHAPE).children
    assert beta.options == (("0.20", 0.2), ("0.40", 0.4), ("0.80", 0.8)) and beta.value == 0.4
    assert (seed.min, seed.max, seed.value) == (0, 50, 0)
    assert (beta.description, seed.description) == ("β", "draws")
    for value in (0.4, 0.8, 0.2):
        for number in (seed.min, seed.max):
            beta.value, seed.value = value, number
            twin = plots.magnet(magnets(), SHAPE, value, number)
            assert describe(figures[0]) == describe(twin)
            assert differ(image, twin) < 0.002
    assert differ(image, plots.magnet(magnets(), SHAPE, 0.8)) > 0.004
    assert figures[0].whole_pictures == 1


def test_every_step_changes_the_picture(recwarn):
    beta, seed, image = explore_magnet(magnets(), SHAPE).children
    for value in (0.2, 0.8, 0.4):
        before = pixels(image)
        beta.value = value
        assert (pixels(image) != before).any()
    beta.value = 0.2
    before = pixels(image)
    seed.value += 1
    assert (pixels(image) != before).any()
    assert not [str(warning.message) for warning in recwarn]


def test_one_temperature_is_refused():
    with pytest.raises(ValueError, match="networks must be at least two, got 1"):
        explore_magnet({0.4: magnets()[0.4]}, SHAPE)
