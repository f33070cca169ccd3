"""Lesson 9's explorer: the picture is the static twin's, and it follows β and the draws."""

import pytest
from artists import describe
from examples import magnets
from explorers import in_words, pixels, shown

from helpers import plots
from helpers.widgets.magnet import explore_magnet

pytestmark = pytest.mark.usefixtures("core_widgets")
SHAPE = (2, 3)


def test_the_picture_is_the_static_twins_at_any_beta(monkeypatch):
    in_words(monkeypatch)
    beta, seed, image = explore_magnet(magnets(), SHAPE).children
    assert (beta.min, beta.max, beta.value) == (0.2, 0.8, 0.4)
    assert beta.step == pytest.approx(0.2)
    assert (seed.min, seed.max, seed.value) == (0, 50, 0)
    assert (beta.description, seed.description) == ("β", "draws")
    for value, nearest in ((0.4, 0.4), (0.8, 0.8), (0.2, 0.2), (0.7, 0.8)):
        for number in (seed.min, seed.max):
            beta.value, seed.value = value, number
            assert shown(image) == describe(plots.magnet(magnets(), SHAPE, nearest, number))
    assert shown(image) != describe(plots.magnet(magnets(), SHAPE, 0.4, seed.max))


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
