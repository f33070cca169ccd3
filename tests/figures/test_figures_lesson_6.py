"""Lesson 6's figures: the tables of two coins, and scores against orderings averaged."""

import numpy as np
import pytest
from artists import texts, ticks, words
from matplotlib.colors import to_hex

from helpers import plots
from helpers.plots import COLORS, VERMILION

HALF, WRONG = [0.5, 0.01, 0.02, 0.47], [0.99, 0.0, 0.0, 0.98]


def test_each_table_has_the_first_coin_in_rows_and_says_its_total():
    axes = plots.coin_tables({"sound": HALF, "none": WRONG}).axes
    for ax, p, title in zip(axes, (HALF, WRONG), ("sound", "none"), strict=True):
        assert np.array_equal(ax.images[0].get_array(), np.reshape(p, (2, 2)))
        assert ax.images[0].get_clim() == (0, 1.3) and ax.images[0].origin == "upper"
        written = {text: place for text, place in texts(ax).items()}
        assert written[f"{p[0]:.2f}"] == (0, 0) and written[f"{p[3]:.2f}"] == (1, 1)
        assert words(ax)[0] == title and f"Σ p = {sum(p):.3f}" in words(ax)[1]
        assert ticks(ax.xaxis) == ticks(ax.yaxis) == ["0", "1"]
    assert words(axes[0])[2] == "first coin"
    assert to_hex(axes[1].xaxis.label.get_color()).upper() == VERMILION.upper()
    assert to_hex(axes[0].xaxis.label.get_color()).upper() != VERMILION.upper()


CURVES = {"up": {1: [3.0, 5.0], 4: [7.0]}, "down": {1: [9.0, 9.0, 12.0], 2: [8.0, 6.0], 16: [2.0]}}


def test_means_and_errors_stand_over_their_numbers_of_orderings():
    (ax,) = plots.against_sets(CURVES, title="of nothing").axes
    assert words(ax) == ("of nothing", "orderings averaged", "NLL, nats per digit")
    assert ax.get_xscale() == "log" and ticks(ax.xaxis) == ["1", "2", "4", "16"]
    for container, (name, points), color in zip(ax.containers, CURVES.items(), COLORS):
        line, _, (bars,) = container
        means = [np.mean(runs) for runs in points.values()]
        assert [*line.get_xdata()] == [*points] and [*line.get_ydata()] == pytest.approx(means)
        assert to_hex(line.get_color()).upper() == color.upper()
        for (low, high), runs in zip(bars.get_segments(), points.values(), strict=True):
            error = np.std(runs, ddof=1) / len(runs) ** 0.5 if len(runs) > 1 else 0
            assert high[1] - low[1] == pytest.approx(2 * error)
        (label,) = [text for text in ax.texts if text.get_text() == name]
        assert label.xy == (max(points), means[-1])
        assert to_hex(label.get_color()).upper() == color.upper()
        assert label.xyann == (9, 0 if max(points) == 16 else -13)  # below, where others go on


def test_without_a_title_there_is_none():
    (ax,) = plots.against_sets({"a": {1: [1.0]}}).axes
    assert words(ax) == ("", "orderings averaged", "NLL, nats per digit")
