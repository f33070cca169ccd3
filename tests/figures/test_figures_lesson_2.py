"""Lesson 2's figures: autoencoders, maps of codes, noise, and sums that are not 1."""

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
    lines,
    points,
    seen,
    texts,
    ticks,
    words,
)
from examples import ARROW, CORNER, SCORES, decoded, digit, two_clusters
from matplotlib.patches import Circle, Polygon

from helpers import pixels, plots
from helpers.plots import autoencoders

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
BLACK, WHITE, GREY, PALE, PURPLE = "#000000", "#FFFFFF", "#8A8A8A", "#BFE0F2", "#CC79A7"


def test_the_diagram_has_a_circle_a_unit_and_a_line_a_weight():
    (ax,) = plots.autoencoder_diagram().axes
    circles = [
        (round(c.center[0], 6), c.center[1], color_of(c.get_facecolor()))
        for c in ax.patches
        if isinstance(c, Circle)
    ]
    layers = ((6, BLUE), (4, BLUE), (2, ORANGE), (4, GREEN), (6, GREEN))
    at = [0, 2.2, 4.4, 6.6, 8.8]
    places = [[(x, j - (n - 1) / 2) for j in range(n)] for x, (n, _) in zip(at, layers)]
    colored = [(*xy, color) for layer, (_, color) in zip(places, layers) for xy in layer]
    assert circles == colored
    ends = {tuple(zip(one.x, one.y)) for one in lines(ax)}
    assert len(ends) == 24 + 8 + 8 + 24
    assert ends == {(a, b) for one, two in zip(places, places[1:]) for a in one for b in two}
    named = texts(ax)
    assert named["encoder"][0] == pytest.approx(2.2) and named["decoder"][0] == pytest.approx(6.6)
    assert ink_of(ax, "encoder") == BLUE and ink_of(ax, "decoder") == GREEN
    assert named["$z$"][0] == pytest.approx(4.4)
    assert named["$x$"][0] < 0 and named[r"$\hat{x}$"][0] > 8.8
    shapes = [p for p in ax.patches if type(p) is Polygon]
    assert [color_of(p.get_facecolor()) for p in shapes] == [BLUE, GREEN]
    assert shapes[0].get_xy()[:2].tolist() == [[0.45, 3.25], [3.95, 1.25]]  # it narrows towards z
    assert shapes[1].get_xy()[:2].tolist() == [[4.85, 1.25], [8.35, 3.25]]


def test_rows_of_images_keep_their_order_and_show_what_was_erased():
    rows = {"clean": np.array([ARROW, CORNER]), "block": np.array([CORNER, CORNER])}
    erased = {"block": np.array([[0, 1, 0] + [0] * 6, [0] * 9], bool)}
    fig = plots.image_rows(rows, titles=["first", "second"], erased=erased)
    assert [ax.get_ylabel() for ax in fig.axes] == ["clean", "", "block", ""]
    assert [ax.get_title() for ax in fig.axes] == ["first", "second", "", ""]
    assert ink(fig.axes[0]).ravel().tolist() == ARROW.tolist()
    assert ink(fig.axes[1]).ravel().tolist() == CORNER.tolist()
    assert colors(fig.axes[2])[0] == [BLACK, PALE, WHITE]  # not white on white
    assert colors(fig.axes[3])[0] == [BLACK, WHITE, WHITE]


def test_the_error_falls_with_the_size_of_z():
    (ax,) = plots.error_against_size({0: 200.0, 2: 150.0, 16: 80.4}).axes
    assert points(ax, BLUE) == [(0, 200), (1, 150), (2, 80.4)]
    assert texts(ax) == {"200": (0, 200), "150": (1, 150), "80": (2, 80.4)}
    assert ticks(ax.xaxis) == ["0\n(same answer\nfor all)", "2", "16"]
    assert words(ax) == ("", "numbers in z", "test loss, nats per digit")
    assert ax.get_ylim() == pytest.approx((0, 224))


def test_each_class_has_a_look_of_its_own():
    looks = [autoencoders.class_style(d) for d in range(10)]
    assert len(set(looks)) == 10
    assert [marker for _, marker in looks] == ["o"] * 5 + ["^"] * 5
    assert {color for color, _ in looks} <= set(plots.COLORS)


def test_the_map_puts_codes_where_they_are_and_names_them_by_class():
    codes, labels = two_clusters()
    (ax,) = plots.latent_map(codes, labels).axes
    found = {
        color_of(c.get_facecolor()[0]): np.asarray(c.get_offsets()).tolist() for c in ax.collections
    }
    assert found == {
        BLUE: codes[labels == 0].tolist(),
        PURPLE: codes[labels == 3].tolist(),
        GREEN: codes[labels == 7].tolist(),
    }
    assert [len(c.get_paths()[0].vertices) > 5 for c in ax.collections] == [True, True, False]
    assert all(c.get_alpha() is None for c in ax.collections)
    assert {name: tuple(np.round(xy, 6)) for name, xy in texts(ax).items()} == {
        "0": (0.1, 0.1), "3": (4.1, 0.1), "7": (0.1, 4.1),
    }  # fmt: skip
    edges = {t.get_text(): color_of(t.get_bbox_patch().get_edgecolor()) for t in ax.texts}
    assert edges == {"0": BLUE, "3": PURPLE, "7": GREEN}
    assert words(ax) == ("", "$z_1$", "$z_2$")


def test_the_walk_has_large_z2_at_the_top_and_large_z1_at_the_right():
    """Left halves get darker to the right (z₁), right halves get darker to the top (z₂)."""
    (ax,) = plots.latent_walk(decoded, np.array([[0.0, 2], [4, 4]])).axes
    tiles = ink(ax).reshape(14, 28, 14, 28).transpose(0, 2, 1, 3)  # [from the top, from the left]
    across, up = np.linspace(0, 1, 14), np.linspace(1, 0.5, 14)
    assert np.allclose(tiles[..., :14].mean(axis=(2, 3)), across[None, :], atol=0.01)
    assert np.allclose(tiles[..., 14:].mean(axis=(2, 3)), up[:, None], atol=0.01)
    assert ax.images[0].get_extent() == [0, 4, 2, 4] and words(ax) == ("", "$z_1$", "$z_2$")


def test_limits_hold_98_percent_of_each_axis():
    codes = np.stack([np.arange(101) - 0.5, 10 * np.arange(101.0)], axis=1)
    low, high = autoencoders.plane_limits(codes)
    assert low.tolist() == [0, 10] and high.tolist() == [99, 990]


def test_the_cross_and_the_decoded_digit_are_at_the_place_asked_for():
    for z in ((1.0, 3.0), (4.0, 0.0)):
        left, right = plots.latent_place(decoded, *two_clusters(), z).axes
        assert points(left, BLACK, "+") == [z]
        assert np.allclose(ink(right)[:, :14], z[0] / 4, atol=0.01)
        assert np.allclose(ink(right)[:, 14:], z[1] / 4, atol=0.01)
        assert right.get_title() == "decoded there"
        assert left.get_xlim() == pytest.approx((-0.2, 5.2)) == left.get_ylim()
        assert len(left.collections) == 3


# --- noise ---------------------------------------------------------------------------------------


def test_noise_does_what_it_says():
    x = np.zeros((2000, 784), np.float32)
    salted = plots.add_noise(x, "salt and pepper", 0.3, seed=1)
    assert abs(salted.mean() - 0.15) < 0.002  # half of those replaced come up 1
    assert abs(plots.add_noise(1 - x, "salt and pepper", 0.3).mean() - 0.85) < 0.002
    assert not np.array_equal(salted, plots.add_noise(x, "salt and pepper", 0.3, seed=2))
    holes = plots.add_noise(1 - x[:1], "erased block", 0.5).reshape(28, 28) == 0
    assert holes.sum() == 14**2 and holes[7:21, 7:21].all()
    assert plots.add_noise is pixels.add_noise


# --- filters, scores, tables ---------------------------------------------------------------------


def test_filters_are_blue_where_positive_on_one_scale_a_row():
    before = np.array([digit(0, 0) * 2, -digit(9, 9)]).T
    after = 5 * np.eye(784)[:, :3]
    fig = plots.filters({"before": before, "after": after[:, :2]})
    assert [ax.get_ylabel() for ax in fig.axes] == ["before\n±2.00", "", "after\n±5.00", ""]
    red, _, blue = np.moveaxis(seen(fig.axes[0]), -1, 0)
    assert blue[0, 0] > red[0, 0] + 0.2 and blue[5, 5] == pytest.approx(red[5, 5], abs=0.02)
    half = seen(fig.axes[1])[9, 9]  # −1 on a row whose largest is 2
    assert half[0] > half[2] and half.sum() > 1.2
    assert np.argwhere(seen(fig.axes[3]).min(axis=-1) < 0.9).tolist() == [[0, 1]]
    assert len(fig.axes) == 4 and len(plots.filters({"a": np.ones((784, 20))}).axes) == 12


def test_probe_scores_are_percent_with_their_standard_errors():
    """50, 60, 70: 60 ± 10 / √3; 80, 80, 86: 82 ± √12 / √3 = 2."""
    (ax,) = plots.probe_scores(SCORES).axes
    assert points(ax, GREY) == [(50, -0.18), (60, -0.18), (70, -0.18)]
    assert points(ax, BLUE) == [(80, 0.82), (80, 0.82), (86, 0.82)]
    (pixels, codes) = errorbars(ax)
    assert pixels[:2] == (60, 0.12) and codes[:2] == (82, 1.12)
    assert pixels[2] == pytest.approx((60 - 10 / 3**0.5, 60 + 10 / 3**0.5))
    assert codes[2] == pytest.approx((80, 84)) and (pixels[4], codes[4]) == (GREY, BLUE)
    assert texts(ax)["60.0 ± 5.8"][1] == 0 and texts(ax)["82.0 ± 2.0"][1] == 1
    assert ink_of(ax, "60.0 ± 5.8") == GREY and ink_of(ax, "82.0 ± 2.0") == BLUE
    assert line(ax, BLACK, style=":").x == [10, 10] and texts(ax)["guessing"][0] == 11
    assert ticks(ax.yaxis) == ["pixels", "codes"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert words(ax) == ("", "test digits named correctly, %", "") and ax.get_xlim() == (0, 90)


def test_the_table_has_inputs_down_and_scored_images_across():
    nll = np.array([[10.0, 200], [300, 40]])
    (ax,) = plots.nll_table(nll, np.array([digit(0, 0), digit(20, 20)])).axes
    places = texts(ax)
    assert places == {"10": (0.5, 0.5), "200": (1.5, 0.5), "300": (0.5, 1.5), "40": (1.5, 1.5)}
    bold = {t.get_text() for t in ax.texts if t.get_fontweight() == "bold"}
    assert bold == {"10", "40"}
    dark = ink(ax, 0)
    assert dark[1, 0] > dark[0, 1] > dark[1, 1] > dark[0, 0]  # the dearer, the darker
    assert ink_of(ax, "300") == ink_of(ax, "200") == WHITE and ink_of(ax, "10") == BLACK
    assert ax.get_ylim() == (2, -1)
    at_the_side, at_the_top = ax.images[1::2], ax.images[2::2]
    assert [np.mean(im.get_extent()[2:]) for im in at_the_side] == pytest.approx([0.5, 1.5])
    assert [np.mean(im.get_extent()[:2]) for im in at_the_top] == pytest.approx([0.5, 1.5])
    for k, where in ((1, (0, 0)), (2, (0, 0)), (3, (20, 20)), (4, (20, 20))):
        assert ink(ax, k)[where] == 1 and ink(ax, k).sum() == 9
    assert words(ax) == ("and scores $x_j$, nats", "", "the autoencoder is given $x_i$")


def test_totals_are_dots_on_a_log_axis_and_green_only_at_1():
    (ax,) = plots.totals({"table": 1.0, "model": 29.6, "low": 2.54}).axes
    assert points(ax, GREEN) == [(1, 0)] and points(ax, VERMILION) == [(29.6, 1), (2.54, 2)]
    assert line(ax, BLACK).x == [1, 1] and ax.get_xscale() == "log" and not bars(ax)
    places = texts(ax)
    assert (places["1"], places["30"], places["2.5"]) == ((1, 0), (29.6, 1), (2.54, 2))
    assert (ink_of(ax, "1"), ink_of(ax, "30")) == (GREEN, VERMILION)
    assert "a distribution lies on this line" in places
    assert ticks(ax.yaxis) == ["table", "model", "low"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ticks(ax.xaxis) == ["1", "10", "100"]
    assert ax.get_xlim()[0] < 1 and ax.get_xlim()[1] > 29.6
    assert words(ax) == ("", r"$\sum_x q(x)$ over all $x$", "")


def test_a_loss_falls_through_the_floor():
    left, right = plots.below_the_floor([4.0, 3.0, 1.0], [0.9, 2.0, 40.0], 2.5).axes
    assert points(left, VERMILION) == [(1, 4), (2, 3), (3, 1)]
    assert points(right, VERMILION) == [(1, 0.9), (2, 2), (3, 40)]
    assert line(left, BLACK).y == [2.5, 2.5] and line(right, BLACK).y == [1, 1]
    edges = left.collections[0].get_paths()[0].vertices[:, 1]
    assert (edges.min(), edges.max()) == (0, 2.5)
    assert texts(left)["no distribution\ngets here"][1] == 1.25
    assert texts(left)["entropy of the data"] == (3, 2.6)
    assert texts(right)["a distribution stays here"] == (3, 1.08)
    assert (left.get_yscale(), right.get_yscale()) == ("linear", "log")
    assert ticks(right.yaxis) == ["1", "3", "10", "30"] and left.get_ylim()[0] == 0
    assert words(left) == ("", "epoch", "“NLL”, nats per pattern")
    assert words(right) == ("", "epoch", r"$\sum_x q(x)$")


def test_a_box_that_grows_names_each_curve_in_its_colour():
    totals = {"grows": [1, 8, 80], "ends": [0.7, 0.9, 1]}
    (ax,) = plots.growing_box([1, 10, 100], totals).axes
    assert points(ax, VERMILION) == [(1, 1), (10, 8), (100, 80)]
    assert points(ax, GREEN) == [(1, 0.7), (10, 0.9), (100, 1)]
    assert texts(ax) == {"grows": (100, 80), "ends": (100, 1)}
    assert (ink_of(ax, "grows"), ink_of(ax, "ends")) == (VERMILION, GREEN)
    below = {t.get_text(): t.get_va() for t in ax.texts}
    assert below == {"grows": "center", "ends": "top"}
    assert line(ax, BLACK).y == [1, 1] and ax.get_xscale() == ax.get_yscale() == "log"
    assert words(ax) == ("", "half width $L$ of the box", r"$\int_{-L}^{L} q(x)\,dx$")


def test_codes_are_grey_and_draws_from_the_prior_are_vermilion():
    (ax,) = plots.codes_and_prior(np.array([[0.0, 0], [8, 4]]), np.array([[1.0, 1], [2, 1]])).axes
    codes, drawn = ax.collections
    assert np.asarray(codes.get_offsets()).tolist() == [[0, 0], [8, 4]]
    assert np.asarray(drawn.get_offsets()).tolist() == [[1, 1], [2, 1]]
    assert color_of(codes.get_facecolor()[0]) == GREY
    assert color_of(drawn.get_facecolor()[0]) == VERMILION == ink_of(ax, "drawn from $N(0, I)$")
    assert texts(ax)["drawn from $N(0, I)$"] == (1.5, 1)
    assert texts(ax)["codes of digits"] == pytest.approx((7.76, 3.88))
    assert words(ax) == ("", "$z_1$", "$z_2$")


def test_what_is_no_score_is_hatched_and_nothing_else_is():
    rows = {"model": 90.0, "one p": (200.0, 3.0)}
    (ax,) = plots.struck_scoreboard(rows, {"copy": 50.0, "near": 95.0}, "board").axes
    assert ticks(ax.yaxis) == ["one p", "near", "model", "copy"]
    assert [patch.get_hatch() for patch in ax.patches] == [None, "////", None, "////"]
    assert [bar[2] for bar in bars(ax)] == [200, 95, 90, 50]
    assert [color_of(p.get_facecolor()) for p in ax.patches] == [BLUE, WHITE, BLUE, WHITE]
    assert [t.get_text() for t in ax.texts] == [
        "200.0 ± 3.0", "(95.0) not a score", "90.0", "(50.0) not a score",
    ]  # fmt: skip
    inks = [color_of(t.get_color()) for t in ax.texts]
    names = [color_of(t.get_color()) for t in ax.get_yticklabels()]
    assert inks == names == [BLACK, VERMILION, BLACK, VERMILION] and ax.get_title() == "board"
