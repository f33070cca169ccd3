"""Lesson 9's figure of counts: q-errors as dots, and where their percentiles lie."""

import numpy as np
from artists import points, texts, ticks, words

from helpers import plots

BLUE, ORANGE, VERMILION = "#0072B2", "#E69F00", "#D55E00"


def cuts(ax) -> list[tuple]:
    """(x, lowest y, highest y) of every upright line, rows from the top."""
    found = [segment for lines in ax.collections for segment in lines.get_segments()]
    return [(round(float(s[0, 0]), 6), *sorted(s[:, 1].round(2).tolist())) for s in found]


def test_every_error_is_a_dot_in_the_row_and_colour_of_its_method():
    errors = {"model": [1, 1.5, 2], "columns": [1, 4, 9, 30], "sample": [1, 10, 100]}
    (ax,) = plots.q_errors(errors).axes
    assert ticks(ax.yaxis) == list(errors) and ax.get_ylim()[0] > ax.get_ylim()[1]  # first on top
    for row, (every, color) in enumerate(zip(errors.values(), (BLUE, ORANGE, VERMILION))):
        found = points(ax, color, ".")
        assert [x for x, _ in found] == every
        assert all(abs(y - row) < 0.2 for _, y in found)


def test_lines_and_numbers_stand_at_the_50th_95th_and_99th_percentile():
    errors = {"a": np.arange(1, 102), "b": np.r_[np.ones(60), np.full(41, 7.0)]}
    (ax,) = plots.q_errors(errors).axes
    assert cuts(ax) == [
        *((x, -0.26, 0.26) for x in (51.0, 96.0, 100.0)),
        *((x, 0.74, 1.26) for x in (1.0, 7.0, 7.0)),
    ]
    assert {text: round(y, 2) for text, (_, y) in texts(ax).items()} == {
        "50th 51,  95th 96,  99th 100": -0.28,
        "50th 1,  95th 7,  99th 7": 0.72,
    }


def test_the_axis_is_logarithmic_begins_at_1_and_says_what_it_shows():
    (ax,) = plots.q_errors({"a": [1, 1000.0]}).axes
    assert ax.get_xscale() == "log" and 0.9 < ax.get_xlim()[0] < 1 < 1000 < ax.get_xlim()[1]
    assert words(ax) == ("", "q-error: factor between estimate and truth (1 is exact)", "")
