"""Lesson 3's figures: networks with lit paths, masks [input, output], and who depends on whom."""

import math

import numpy as np
import pytest
from artists import bars, color_of, colors, ink_of, line, lines, points, texts, ticks, words
from examples import DEGREES, LEAKY, ORDER

from helpers import plots
from helpers.plots import masks as figures

BLUE, GREY, VERMILION, ORANGE = "#0072B2", "#8A8A8A", "#D55E00", "#E69F00"
BLACK, WHITE, DARK, LIGHT, PLAIN = "#000000", "#FFFFFF", "#23313D", "#DCEBF5", "#C4C9CE"

# DEGREES: inputs of rank 2, 1, 3 and four units of degree 1, 2, 2, 1. Worked out by hand:
FIRST = {(0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (1, 3)}  # input → unit, if its degree is no less
SECOND = {(0, 0), (3, 0), (0, 2), (1, 2), (2, 2), (3, 2)}  # unit → output, if its degree is less


def edges(ax) -> dict:
    """``{(from, to): (colour, width)}`` of the lines between units, places as (x, layer)."""
    return {
        tuple(zip(*one.get_data())): (color_of(one.get_color()), one.get_linewidth())
        for one in ax.lines
    }


def units(ax) -> dict:
    """``{(x, layer): (fill, edge)}``"""
    return {
        tuple(c.get_offsets()[0]): (
            color_of(c.get_facecolor()[0]),
            color_of(c.get_edgecolor()[0]),
        )
        for c in ax.collections
    }


def written(ax) -> dict:
    """``{(x, y): text}``"""
    return {tuple(t.get_position()): t.get_text() for t in ax.texts}


def test_a_network_draws_each_connection_and_lights_the_paths_to_its_output():
    x = {0: [0.5, 1.5, 2.5], 1: [0, 1, 2, 3], 2: [0.5, 1.5, 2.5]}
    expected = {((x[0][i], 0), (x[1][j], 1)) for i, j in FIRST}
    expected |= {((x[1][i], 1), (x[2][j], 2)) for i, j in SECOND}
    fig = plots.mask_network(DEGREES, outputs=(0, 2, None), titles=["a", "b", "c"], size=3)
    assert [ax.get_title() for ax in fig.axes] == ["a", "b", "c"]
    assert fig.get_size_inches().tolist() == [9, 3]
    # output 1 has rank 2: it is fed by the two units of degree 1, which see input 2 alone
    for ax, lit in zip(
        fig.axes, ({(1.5, 0), (0, 1), (3, 1), (0.5, 2)}, set(units(fig.axes[1])), set())
    ):
        if ax is fig.axes[1]:  # the last output: all but input 3 and the other two outputs
            lit = lit - {(2.5, 0), (0.5, 2), (1.5, 2)}
        assert set(edges(ax)) == expected
        for (start, end), look in edges(ax).items():
            on = start in lit and end in lit
            assert look == ((BLUE, 2.4) if on else (PLAIN, 1))
        for place, look in units(ax).items():
            assert look == ((BLUE, BLUE) if place in lit else (WHITE, GREY))
        says = written(ax)
        assert [says[(k, 0)] for k in x[0]] == ["2", "1", "3"] == [says[(k, 2)] for k in x[2]]
        assert [says[(k, 1)] for k in x[1]] == ["1", "2", "2", "1"]
        assert [says[(k, -0.42)] for k in x[0]] == ["x₁", "x₂", "x₃"]
        assert [says[(k, 2.42)] for k in x[2]] == ["output 1", "output 2", "output 3"]
        inks = {t.get_position(): color_of(t.get_color()) for t in ax.texts if t.get_text()}
        assert all(inks[place] == (WHITE if place in lit else BLACK) for place in units(ax))
        low, high = ax.get_ylim()
        assert low < -0.42 and high > 2.42  # inputs are at the bottom, outputs at the top


def test_masks_of_ones_own_are_drawn_as_they_are():
    own = [np.eye(3, 4, dtype=bool), np.zeros((4, 3), bool)]
    (ax,) = plots.mask_network(DEGREES, (None,), masks=own).axes
    assert set(edges(ax)) == {((k + 0.5, 0), (k, 1)) for k in range(3)}


def test_several_networks_stand_in_the_order_given():
    pair = {
        "one": ([np.array([1, 2]), np.array([1])], [np.ones((2, 1)), np.array([[0, 1]])]),
        "two": ([np.array([2, 1]), np.array([5])], [np.array([[0], [1]]), np.zeros((1, 2))]),
    }
    left, right = plots.mask_networks(pair).axes
    assert (left.get_title(), right.get_title()) == ("one", "two")
    assert set(edges(left)) == {((0, 0), (0.5, 1)), ((1, 0), (0.5, 1)), ((0.5, 1), (1, 2))}
    assert set(edges(right)) == {((1, 0), (0.5, 1))}
    assert [written(right)[place] for place in ((0, 0), (1, 0), (0.5, 1))] == ["2", "1", "5"]
    assert all(look == (WHITE, GREY) for look in units(left).values())


def test_lit_units_are_fed_and_lead_to_the_output():
    masks = [np.array([[1, 0], [0, 0]]), np.array([[1, 0], [1, 1]])]  # unit 2 hears no input
    lit = [one.tolist() for one in figures.lit_units(masks, None, 0)]
    assert lit == [[True, False], [True, False], [True, False]]
    lit = [one.tolist() for one in figures.lit_units(masks, None, 1)]
    assert lit == [[False, False], [False, False], [False, True]]
    lit = [one.tolist() for one in figures.lit_units(masks, np.array([[0, 0], [0, 1]]), 1)]
    assert lit == [[False, True], [False, False], [False, True]]
    assert not any(one.any() for one in figures.lit_units(masks, None, None))


def test_a_mask_is_light_where_connected_one_row_an_input():
    matrix = np.array([[1, 0, 0], [0, 5, -1]])
    fig = plots.mask_squares(
        {"m": (matrix, [7, 8], [1, 2, 3], "down", "across"), "n": (matrix.T, "abc", "de", "y", "x")}
    )
    left, right = fig.axes
    assert colors(left) == [[LIGHT, DARK, DARK], [DARK, LIGHT, LIGHT]]
    assert colors(right) == [[LIGHT, DARK], [DARK, LIGHT], [DARK, LIGHT]]
    assert ticks(left.yaxis) == ["7", "8"] and ticks(left.xaxis) == ["1", "2", "3"]
    assert ticks(right.yaxis) == ["a", "b", "c"] and ticks(right.xaxis) == ["d", "e"]
    assert words(left) == ("m", "across", "down") and words(right) == ("n", "x", "y")


def test_masks_of_degrees_carry_the_degrees_along_their_sides():
    first, second = plots.degree_masks(DEGREES).axes
    assert colors(first) == [
        [LIGHT if (i, j) in FIRST else DARK for j in range(4)] for i in range(3)
    ]
    assert colors(second) == [
        [LIGHT if (i, j) in SECOND else DARK for j in range(3)] for i in range(4)
    ]
    assert ticks(first.yaxis) == ["2", "1", "3"] == ticks(second.xaxis)
    assert ticks(first.xaxis) == ["1", "2", "2", "1"] == ticks(second.yaxis)
    assert words(first) == (
        "inputs → hidden layer 1\ncolumn ≥ row", "degrees of hidden layer 1", "degrees of inputs",
    )  # fmt: skip
    assert words(second) == (
        "hidden layer 1 → outputs\ncolumn > row", "degrees of outputs", "degrees of hidden layer 1",
    )  # fmt: skip


def test_dependencies_sorted_by_rank_show_leaks_and_what_is_missing():
    """Order 2, 1, 3. Output 1 sees input 2, output 3 sees 1 and 2, output 2 sees 3: a leak."""
    left, right = plots.dependencies({"a": LEAKY, "b": 0 * LEAKY}, ORDER).axes
    assert colors(left) == [
        [DARK, LIGHT, LIGHT],  # input 2
        [DARK, DARK, LIGHT],  # input 1
        [VERMILION, DARK, DARK],  # input 3 to output 2
    ]
    assert ticks(left.xaxis) == ticks(left.yaxis) == ["2", "1", "3"]
    assert points(left, ORANGE) == [] and texts(left) == {}
    assert points(right, ORANGE) == [(1, 0), (2, 0), (2, 1)]  # (output, input), by rank
    assert {c for row in colors(right) for c in row} == {DARK}
    assert words(left) == ("a", "output", "input") and right.get_title() == "b"
    (ax,) = plots.dependencies({"itself": np.eye(2)}, [0, 1]).axes
    assert colors(ax) == [[VERMILION, DARK], [DARK, VERMILION]]


def test_more_than_four_panels_go_on_in_a_second_row():
    fig = plots.dependencies({name: LEAKY for name in "abcde"}, ORDER)
    assert [ax.get_title() for ax in fig.axes] == [*"abcde", "", "", ""]
    assert not any(ax.axison for ax in fig.axes[5:])


def test_the_tree_grows_ones_upwards_with_the_product_along_each_path():
    """p(x₁ = 1) = ¾, then p(x₂ = 1) is ½ after a 1 and ¼ after a 0, and p(x₃ = 1) always ½."""
    (ax,) = plots.probability_tree(
        lambda prefix: {(): 0.75, (1,): 0.5, (0,): 0.25}.get(prefix, 0.5)
    ).axes
    branches = {(*one.x, *one.y): one.color for one in lines(ax) if one.marker == "None"}
    first = {(0, 1, 0, 2): BLUE, (0, 1, 0, -2): GREY}
    second = {(1, 2, 2, 3): BLUE, (1, 2, 2, 1): GREY, (1, 2, -2, -1): BLUE, (1, 2, -2, -3): GREY}
    third = {
        (2, 3, y, y + turn): color
        for y in (3, 1, -1, -3)
        for turn, color in ((0.5, BLUE), (-0.5, GREY))
    }
    assert branches == first | second | third
    widths = {
        tuple(one.get_ydata()): one.get_linewidth()
        for one in ax.lines
        if one.get_marker() == "None"
    }
    assert widths[(0, 2)] == 1 + 9 * 0.75 and widths[(2, 3)] == 1 + 9 * 0.375
    assert widths[(-2, -1)] == pytest.approx(1 + 9 * 0.0625)
    assert widths[(3, 3.5)] == 1 + 9 * 0.1875
    assert texts(ax)["p(110) = 0.188"] == (3.06, 2.5) and texts(ax)["p(111) = 0.188"][1] == 3.5
    assert texts(ax)["p(001) = 0.094"][1] == -2.5 and texts(ax)["p(010) = 0.031"][1] == -1.5
    assert texts(ax)["p(x₁)"][0] == 0.5 and texts(ax)["p(x₂ | x₁)"][0] == 1.5
    assert texts(ax)["p(x₃ | x₁, x₂)"][0] == 2.5
    chances = {tuple(np.round(t.get_position(), 6)): t.get_text() for t in ax.texts}
    assert chances[(0.55, 1.1)] == "0.75" and chances[(0.55, -1.1)] == "0.25"
    assert chances[(1.55, 2.55)] == "0.50" and chances[(1.55, -2.55)] == "0.75"
    assert "up, blue: 1\ndown, grey: 0" in texts(ax)
    assert ax.get_ylim()[0] < ax.get_ylim()[1]


def test_running_totals_add_the_likeliest_first():
    panels = {"sound": np.log([0.1, 0.5, 0.4]), "leaky": np.log([0.1, 0.3, 0.2])}
    (ax,) = plots.running_totals(panels).axes
    assert line(ax, BLUE)[:2] == ([1, 2, 3], pytest.approx([0.5, 0.9, 1]))
    assert line(ax, VERMILION)[:2] == ([1, 2, 3], pytest.approx([0.3, 0.5, 0.6]))
    assert points(ax, BLUE) == [(3, 1)] and points(ax, VERMILION) == [(3, 0.6)]
    assert ink_of(ax, "sound\nΣp = 1.000") == BLUE and ink_of(ax, "leaky\nΣp = 0.600") == VERMILION
    assert texts(ax)["leaky\nΣp = 0.600"] == (3, 0.6)
    sides = {t.get_text()[:5]: t.get_va() for t in ax.texts}
    assert sides == {"sound": "bottom", "leaky": "top"}
    assert line(ax, BLACK, style=":").y == [1, 1] and ax.get_xscale() == "log"
    assert ax.get_ylim() == pytest.approx((0, 1.08)) and ax.get_xlim() == (1, 3)
    label = "number of inputs x added up, most likely first (log scale)"
    assert words(ax) == ("", label, "sum of p(x)")


def test_caught_is_blue_and_says_so():
    (ax,) = plots.caught_or_missed(["leak", "dead"], ["paths", "sum"], [[1, 0], [1, 1]]).axes
    cells = [(round(x - 0.04), round(y - 0.08), color) for x, y, _, _, color in bars(ax)]
    assert cells == [(0, 0, BLUE), (1, 0, "#EDEDED"), (0, 1, BLUE), (1, 1, BLUE)]
    says = {t.get_position(): (t.get_text(), color_of(t.get_color())) for t in ax.texts}
    assert says[(0.5, 0.5)] == ("caught", WHITE) and says[(1.5, 0.5)] == ("missed", "#444444")
    assert says[(0.5, 1.5)] == says[(1.5, 1.5)] == ("caught", WHITE)
    assert ticks(ax.xaxis) == ["paths", "sum"] and ticks(ax.yaxis) == ["leak", "dead"]
    assert ax.get_ylim() == (2, 0) and ax.get_xlim() == (0, 2)
    assert ax.get_xticks().tolist() == ax.get_yticks().tolist() == [0.5, 1.5]


def test_frequencies_are_bars_and_the_model_is_dashes_in_counting_order():
    p = np.array([0.1, 0.2, 0.3, 0.4])
    top, bottom = plots.sample_frequencies(p, {"right": p, "wrong": p[::-1]}).axes
    for ax, heights, color in ((top, p, BLUE), (bottom, p[::-1], VERMILION)):
        assert [round(b[3], 9) for b in bars(ax)] == heights.tolist()
        assert [round(b[0] + b[2] / 2, 9) for b in bars(ax)] == [0, 1, 2, 3]
        assert {b[4] for b in bars(ax)} == {color} == {color_of(ax.title.get_color())}
        assert [y for _, y in points(ax, BLACK, "_")] == p.tolist()
        assert ax.get_ylabel() == "frequency"
    assert top.get_title() == "right (bars), p(x) (dashes)" and bottom.get_xlabel() == "x"
    assert ticks(bottom.xaxis) == ["00", "01", "10", "11"]
    assert bottom.get_title() == "wrong (bars), p(x) (dashes)"
    assert top.get_ylim() == bottom.get_ylim()
    (ax,) = plots.sample_frequencies(np.full(32, 1 / 32), {"five bits": np.full(32, 1 / 32)}).axes
    assert ticks(ax.xaxis) == ["00000", "01000", "10000", "11000"]
    assert ax.get_xticks().tolist() == [0, 8, 16, 24] and len(bars(ax)) == 32


def test_missing_degrees_against_the_average():
    """Of 4 degrees, n draws miss 4 (3/4)ⁿ on average."""
    (ax,) = plots.missed_degrees([1, 2, 1000], [3, 2, 0], 4).axes
    curve = line(ax, GREY)
    assert (curve.x[0], curve.x[-1]) == (1, pytest.approx(1000)) and curve.y[0] == 3
    assert float(np.interp(2, curve.x, curve.y)) == pytest.approx(4 * 9 / 16, abs=1e-2)
    k = 60
    assert curve.y[k] == pytest.approx(4 * math.pow(0.75, curve.x[k]))
    assert points(ax, BLUE) == [(1, 3), (2, 2), (1000, 0)]
    assert texts(ax) == {"3": (1, 3), "2": (2, 2), "0": (1000, 0)}
    entries = {one.label: one.color for one in lines(ax)}
    assert entries == {"on average: 4 (1 − 1/4)ⁿ": GREY, "one draw": BLUE}
    assert ticks(ax.xaxis) == ["1", "2", "1,000"] and ax.get_xscale() == "log"
    assert words(ax) == ("", "units n in the layer (log scale)", "degrees missing, of 4")
    assert ax.get_legend() and ax.get_ylim() == pytest.approx((0, 4.32))
