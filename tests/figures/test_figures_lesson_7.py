"""Lesson 7's figures: what a look finds, as squares or as two bars, and the matrix fault × look."""

import numpy as np
import pytest
from artists import bars, color_of, texts, ticks, words
from examples import LEAKY, ORDER

from helpers import plots
from helpers.faults import LOOKS, Finding
from helpers.plots.masks import UNITS

BLUE, GREY, VERMILION, ORANGE, PALE = "#0072B2", "#8A8A8A", "#D55E00", "#E69F00", "#EDEDED"


def test_pairs_are_drawn_as_lesson_3_draws_them():
    (ax,) = plots.finding("flips", Finding(True, "3 pairs move", LEAKY), ORDER).axes
    (twin,) = plots.dependencies({"a": LEAKY}, ORDER).axes
    assert np.array_equal(ax.images[0].get_array(), twin.images[0].get_array())
    assert words(ax) == ("flips: red\n3 pairs move", "output", "input")


@pytest.mark.parametrize("red, color", [(True, VERMILION), (False, BLUE)])
def test_a_number_stands_beside_what_it_should_be(red, color):
    (ax,) = plots.finding("Σp", Finding(red, "Σp = 1.5", (1.5, 1.0)), ORDER).axes
    assert [(x, round(w, 9), c) for x, _, w, _, c in bars(ax)] == [(0, 1.5, color), (0, 1.0, GREY)]
    assert ticks(ax.yaxis) == ["found", "should be"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert texts(ax) == {"1.5": (1.5, 0), "1": (1.0, 1)}
    title = f"Σp: {'red' if red else 'green'}\nΣp = 1.5"
    assert words(ax) == (title, "Σp", "") and ax.get_xlim() == pytest.approx((0, 1.8))


def test_nothing_found_and_nothing_expected_is_drawn_without_a_warning():
    (ax,) = plots.finding("audit", Finding(False, "0", (0, 0)), ORDER).axes
    assert [b[2] for b in bars(ax)] == [0, 0] and ax.get_xlim()[1] > 0


def test_every_look_has_a_unit_or_draws_pairs():
    assert set(LOOKS) - set(UNITS) == {"paths", "reach", "flips", "Jacobian"}


def test_in_a_wide_table_a_lone_catch_is_orange_and_says_alone():
    looks = list("abcdefg")
    caught = [[1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0], [0] * 7]
    (ax,) = plots.caught_or_missed(["two", "one", "none"], looks, caught).axes
    cells = {(round(x - 0.04), round(y - 0.08)): color for x, y, _, _, color in bars(ax)}
    says = {t.get_position(): (t.get_text(), color_of(t.get_color())) for t in ax.texts}
    assert len(cells) == 21 and ticks(ax.xaxis) == looks
    wanted = {(0, 0): (BLUE, "caught"), (2, 0): (BLUE, "caught"), (3, 1): (ORANGE, "alone")}
    for (j, i), color in cells.items():
        assert (color, says[(j + 0.5, i + 0.5)][0]) == wanted.get((j, i), (PALE, ""))
    assert says[(3.5, 1.5)][1] == "#000000" and says[(0.5, 0.5)][1] == "#FFFFFF"
