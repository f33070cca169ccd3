"""Lesson 5's figures: gaps, a digit as it is drawn, comparisons, completions."""

import numpy as np
import pytest
from artists import (
    bars,
    color_of,
    colors,
    errorbars,
    ink,
    ink_of,
    line,
    points,
    texts,
    ticks,
    words,
)
from examples import ARROW, CORNER

from helpers import plots

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
BLACK, WHITE, DARK, LIGHT, PALE = "#000000", "#FFFFFF", "#23313D", "#DCEBF5", "#BFE0F2"
BACKWARDS = np.arange(9)[::-1]


def test_gaps_are_orange_above_the_diagonal_in_visiting_order():
    """Order 2, 4, 3: paths run 2 → 3 and 4 → 3, none 2 → 4; what lies below is forbidden."""
    paths = np.zeros((4, 4))
    paths[1, 2], paths[3, 2], paths[2, 1] = 2, 1, 9
    (ax,) = plots.hidden_gaps(paths, [1, 3, 2]).axes
    assert colors(ax) == [[DARK, ORANGE, LIGHT], [DARK, DARK, LIGHT], [DARK, DARK, DARK]]
    assert ax.images[0].get_extent() == [0.5, 3.5, 3.5, 0.5]
    places = texts(ax)
    assert places["direct connections only"] == (2, 1)  # the orange square: column 2, row 1
    assert ink_of(ax, "direct connections only") == ORANGE
    assert places["forbidden"][0] < places["forbidden"][1]  # below the diagonal, rows count down
    assert places["path through\nhidden units"][0] > places["path through\nhidden units"][1]
    assert words(ax) == ("", "rank of the output", "rank of the input")
    (ax,) = plots.hidden_gaps(np.ones((3, 3)), [0, 1, 2]).axes
    assert "direct connections only" not in texts(ax)


def test_the_ablation_says_which_colour_is_with_direct_connections():
    """86, 88: 87 ± √2 / √2 = 1; 90, 94: 92 ± 2."""
    scores = {"MADE": ([86.0, 88.0], [90.0, 94.0]), "b": ([80.0, 82.0], [81.0, 83.0])}
    (ax,) = plots.ablation(scores).axes
    assert points(ax, BLUE) == [(86, -0.17), (88, -0.17), (80, 0.83), (82, 0.83)]
    assert points(ax, ORANGE) == [(90, 0.17), (94, 0.17), (81, 1.17), (83, 1.17)]
    found = [(x, y, span) for x, y, span, _, _ in errorbars(ax)]
    assert found == [
        (87, -0.17, (86, 88)), (92, 0.17, (90, 94)), (81, 0.83, (80, 82)), (82, 1.17, (81, 83)),
    ]  # fmt: skip
    places = texts(ax)
    assert places["87.0 ± 1.0"] == (88, -0.17) and places["92.0 ± 2.0"] == (94, 0.17)
    assert places["with direct connections"] == (88, -0.17) and places["without"] == (94, 0.17)
    assert ink_of(ax, "with direct connections") == "#005A8E" and ink_of(ax, "without") == "#8A5A00"
    assert ticks(ax.yaxis) == ["MADE", "b"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.get_xlabel() == "test NLL (nats per digit): lower is better"


def test_a_digit_is_drawn_step_by_step_in_its_ordering():
    fig = plots.drawing_steps(ARROW, ARROW * 0.5, BACKWARDS, [0, 2, 9])
    top, bottom = fig.axes[:3], fig.axes[3:]
    assert {c for row in colors(top[0]) for c in row} == {PALE}
    assert colors(top[1]) == [[PALE] * 3, [PALE] * 3, [PALE, WHITE, BLACK]]
    assert ink(top[2]).ravel().tolist() == ARROW.tolist()
    assert np.allclose(ink(bottom[2]).ravel(), ARROW * 0.5)
    assert colors(bottom[1])[2] == [PALE, WHITE, color_of((0.5, 0.5, 0.5))]
    assert [ax.get_title() for ax in top] == ["0", "2", "9"]
    assert top[0].get_ylabel() == "pixels\nso far" and fig.get_suptitle() == "pixels drawn"
    assert bottom[0].get_ylabel() == "p each was\ndrawn with"


def test_five_steps_stand_four_in_a_row_each_over_its_probabilities():
    fig = plots.drawing_steps(ARROW, ARROW * 0.5, BACKWARDS, [0, 1, 2, 3, 9])
    axes, last = fig.axes[:8], fig.axes[8:]
    assert [ax.get_title() for ax in axes] == ["0", "1", "2", "3", "", "", "", ""]
    assert [ax.get_title() for ax in last] == ["9", ""]  # three pairs of places stay empty
    assert ink(last[0]).ravel().tolist() == ARROW.tolist()
    assert np.allclose(ink(last[1]).ravel(), ARROW * 0.5)
    above, below = (ax.get_position() for ax in last)
    assert above.y0 > below.y1 and above.x0 == below.x0 == axes[0].get_position().x0
    assert axes[4].get_position().y0 > above.y1
    assert [ax.get_ylabel() for ax in last] == ["pixels\nso far", "p each was\ndrawn with"]


def test_no_unit_changes_after_its_own_step():
    (ax,) = plots.final_steps([1, 2, 4], [1, 0, 3]).axes
    assert points(ax, BLUE, ".") == [(1, 1), (2, 0), (4, 3)]
    assert line(ax, BLACK)[:2] == ([0, 4], [0, 4])
    triangle = {tuple(v) for v in ax.collections[0].get_paths()[0].vertices.tolist()}
    assert {(0, 0), (0, 4), (4, 4)} <= triangle and all(y >= x for x, y in triangle)
    assert color_of(ax.collections[0].get_facecolor()[0]) == VERMILION
    x, y = texts(ax)["a unit here would change\nafter its own step"]
    assert y > x  # it stands in the triangle
    assert words(ax) == ("", "degree of the hidden unit", "pixels drawn at its last change")


def test_times_are_dots_each_with_its_time_and_how_much_faster():
    (ax,) = plots.times({"loop": 20.0, "sampler": 0.5, "pass": 0.0125}, "100 digits").axes
    assert points(ax) == [(20, 0), (0.5, 1), (0.0125, 2)] and not bars(ax)
    assert (points(ax, BLUE), points(ax, ORANGE), points(ax, GREEN)) == (
        [(20, 0)], [(0.5, 1)], [(0.0125, 2)],
    )  # fmt: skip
    assert texts(ax) == {
        "20.0 s": (20, 0),
        "500 ms, 40 × faster": (0.5, 1),
        "12 ms, 1,600 × faster": (0.0125, 2),
    }
    assert ticks(ax.yaxis) == ["loop", "sampler", "pass"] and ax.get_xscale() == "log"
    assert ax.get_ylim()[0] > ax.get_ylim()[1] and ax.get_xlim()[0] < 0.0125 < 20 < ax.get_xlim()[1]
    assert words(ax) == ("100 digits", "seconds (log scale)", "")


def test_a_drawn_digit_stands_above_its_neighbour_and_their_distance():
    fig = plots.neighbours([ARROW, CORNER], [CORNER, 0 * ARROW], [4, 1])
    assert [ink(ax).sum() for ax in fig.axes] == [5, 1, 1, 0]
    assert [ax.get_xlabel() for ax in fig.axes] == ["", "", "4", "1"]
    assert [ax.get_ylabel() for ax in fig.axes] == ["drawn", "", "nearest\nreal digit", ""]
    assert fig.axes[0].get_position().y0 > fig.axes[2].get_position().y1
    assert fig.get_supxlabel() == "pixels that differ, of 784"
    assert all(len(ax.get_xticks()) == 0 for ax in fig.axes)


def test_the_seventh_neighbour_begins_a_row_of_its_own():
    drawn = [ARROW] * 6 + [CORNER]
    fig = plots.neighbours(drawn, [CORNER] * 6 + [0 * ARROW], range(7), ("a", "b"))
    assert [ink(ax).sum() for ax in fig.axes] == [5] * 6 + [1] * 6 + [1, 0]
    assert [ax.get_xlabel() for ax in fig.axes] == [""] * 6 + list("012345") + ["", "6"]
    assert [ax.get_ylabel() for ax in fig.axes[12:]] == ["a", "b"]
    assert fig.axes[6].get_position().y0 > fig.axes[12].get_position().y1


@pytest.mark.parametrize(
    ("middle", "name", "at"), [(np.mean, "mean", 7 / 3), (np.median, "median", 1)]
)
def test_histograms_show_shares_on_one_axis(middle, name, at):
    groups = {"a": [1.0, 1, 5], "b": [2.0, 4, 4, 6]}
    top, bottom = plots.histograms(groups, "pixels", [0, 2, 4, 6], middle).axes
    assert [b[0] for b in bars(top)] == [0, 2, 4] and [b[2] for b in bars(top)] == [2, 2, 2]
    assert [b[3] for b in bars(top)] == pytest.approx([2 / 3, 0, 1 / 3])
    assert [b[3] for b in bars(bottom)] == pytest.approx([0, 1 / 4, 3 / 4])
    assert {b[4] for b in bars(top)} == {BLUE} and {b[4] for b in bars(bottom)} == {ORANGE}
    assert line(top, BLACK).x == pytest.approx([at, at]) and line(bottom, BLACK).x == [4, 4]
    assert texts(top) == {f"{name} {at:.1f}": (pytest.approx(at), 1)}
    assert texts(bottom) == {f"{name} 4.0": (4, 1)}
    assert (top.get_title(loc="left"), bottom.get_title(loc="left")) == ("a", "b")
    assert bottom.get_xlabel() == "pixels" and top.get_xlim() == bottom.get_xlim()
    assert top.get_ylim() == pytest.approx((0, 1.35 * 1.05 * 2 / 3))


def test_bins_span_all_groups():
    top, bottom = plots.histograms({"a": [0.0, 1], "b": [9.0, 10]}, "x", bins=5).axes
    assert [b[0] for b in bars(top)] == [b[0] for b in bars(bottom)] == [0, 2, 4, 6, 8]


def test_rows_of_digits_keep_their_order():
    fig = plots.rows_of_digits({"T = 1": [ARROW, CORNER], "T = 2": [0 * ARROW]})
    assert [ax.get_ylabel() for ax in fig.axes] == ["T = 1", "", "T = 2", ""]
    assert [ink(ax).sum() for ax in fig.axes[:3]] == [5, 1, 0] and not fig.axes[3].axison


def test_completions_have_given_ink_black_and_drawn_ink_blue():
    known = np.arange(9) < 4
    drawn = np.array([[ARROW, 1 - ARROW], [CORNER, CORNER]])
    fig = plots.completions([ARROW, CORNER], known, drawn, names=["3 rows", "again"])
    assert colors(fig.axes[0]) == [[BLACK] * 3, [WHITE, PALE, PALE], [PALE] * 3]
    assert colors(fig.axes[1]) == [[BLACK] * 3, [WHITE, WHITE, BLUE], [WHITE, WHITE, BLUE]]
    assert colors(fig.axes[2]) == [[WHITE] * 3, [BLACK, BLUE, WHITE], [BLUE, BLUE, WHITE]]
    assert colors(fig.axes[3])[0] == [BLACK, WHITE, WHITE]
    assert [ax.get_title() for ax in fig.axes] == ["given", "draws", "", "", "", ""]
    assert [ax.get_ylabel() for ax in fig.axes] == ["3 rows", "", "", "again", "", ""]


def test_each_row_of_completions_may_know_other_pixels():
    known = np.array([np.arange(9) < 3, np.arange(9) < 6])
    fig = plots.completions([ARROW] * 2, known, np.array([[ARROW]] * 2))
    assert [(np.array(colors(fig.axes[k])) == PALE).sum() for k in (0, 2)] == [6, 3]
    assert [(np.array(colors(fig.axes[k])) == BLUE).sum() for k in (1, 3)] == [2, 1]
