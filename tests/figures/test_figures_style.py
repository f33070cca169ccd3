"""The basics of every figure: style, digits, rows, scoreboard."""

import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import pytest
from artists import bars, colors, errorbars, ink, texts, ticks, words
from examples import ARROW, CORNER

from helpers import plots
from helpers.plots import style

BLACK, WHITE, BLUE, PALE = "#000000", "#FFFFFF", "#0072B2", "#BFE0F2"


def test_the_palette_is_that_of_okabe_and_ito():
    assert plots.COLORS == (
        "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#000000",
    )  # fmt: skip
    assert plots.COLORS[:4] == (plots.BLUE, plots.ORANGE, plots.GREEN, plots.VERMILION)
    assert plots.COLORS[4:] == (plots.SKY, plots.PURPLE, plots.YELLOW, plots.BLACK)


def test_ink_is_dark_and_paper_is_white_with_row_0_at_the_top():
    (ax,) = plots.digits([ARROW * 0.5]).axes
    assert ink(ax).tolist() == (ARROW * 0.5).reshape(3, 3).tolist()


def test_grey_means_the_same_in_every_image():
    """One scale for all: an image whose darkest pixel is 0.5 is not stretched to black."""
    for draw in (plots.show_image, lambda ax, x: plots.show_partial(ax, x, [])):
        fig, ax = style.subplots()
        draw(ax, np.array([0.0, 0.25, 0.5, 0.5]))
        assert ink(ax).tolist() == [[0, 0.25], [0.5, 0.5]]
        assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


def test_an_image_may_come_as_rows_and_columns():
    fig, ax = style.subplots()
    plots.show_image(ax, ARROW.reshape(3, 3))
    assert ink(ax).tolist() == ARROW.reshape(3, 3).tolist()


def test_digits_fill_rows_from_the_left_and_each_has_its_title():
    fig = plots.digits([ARROW, CORNER, 0 * ARROW], 2, ["a", "b", "c"], size=1, title="three")
    assert fig.get_suptitle() == "three"
    assert [ax.get_title() for ax in fig.axes] == ["a", "b", "c", ""]
    assert [ink(ax).sum() for ax in fig.axes[:3]] == [5, 1, 0] and not fig.axes[3].images
    assert not any(ax.axison for ax in fig.axes)
    tops = [ax.get_position().y1 for ax in fig.axes]
    assert tops[0] == tops[1] > tops[2]
    assert fig.get_size_inches().tolist() == pytest.approx([2, 2 * 1.35 + 0.4])
    assert plots.digits([ARROW] * 3).get_size_inches().tolist() == pytest.approx([2.7, 0.9])


def test_unknown_pixels_are_light_blue_and_drawn_ink_is_blue():
    fig, (left, right) = style.subplots(1, 2)
    plots.show_partial(left, CORNER, [1, 8])
    assert colors(left) == [[BLACK, PALE, WHITE], [WHITE] * 3, [WHITE, WHITE, PALE]]
    plots.show_completion(right, ARROW, np.arange(9) < 2)
    assert colors(right) == [[BLACK, BLACK, BLUE], [WHITE, WHITE, BLUE], [WHITE, WHITE, BLUE]]
    for ax in (left, right):
        assert all(spine.get_visible() for spine in ax.spines.values())
        assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


def test_ink_comes_in_any_colour_with_paper_white():
    fig, ax = style.subplots()
    plots.show_inks(ax, CORNER * 0.5 + ARROW * 0.5, "#FF0000", unknown=[4])
    assert colors(ax)[0] == ["#FF0000", "#FF8080", "#FF8080"] and colors(ax)[1][1] == PALE


def test_pixels_are_stored_row_by_row():
    assert plots.square(np.arange(4)).tolist() == [[0, 1], [2, 3]]
    assert plots.square(np.zeros((9, 3))).shape == (3, 3, 3)


def test_a_frame_has_four_sides_and_no_ticks():
    fig, ax = style.subplots()
    plots.frame(ax)
    assert {(s.get_visible(), s.get_linewidth()) for s in ax.spines.values()} == {(True, 0.8)}
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


def test_rows_have_their_names_on_the_left_and_their_columns_titles():
    fig = plots.labelled_rows(
        {"one": [ARROW, CORNER], "two": [CORNER]}, 1, plots.show_image, ["left", "right"]
    )
    assert [ax.get_ylabel() for ax in fig.axes] == ["one", "", "two", ""]
    assert [ax.get_title() for ax in fig.axes] == ["left", "right", "", ""]
    assert [ink(ax).sum() for ax in fig.axes[:3]] == [5, 1, 1] and not fig.axes[3].images
    assert fig.axes[0].yaxis.label.get_rotation() == 0


def test_the_scoreboard_has_the_best_at_the_bottom_and_every_bar_its_own_number():
    fig = plots.scoreboard({"worse": (100.0, 2.0), "best": 80.0, "worst": (200.0, 0.01)}, "T")
    (ax,) = fig.axes
    assert ticks(ax.yaxis) == ["worst", "worse", "best"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # place 0 is at the top
    assert [(x, y + h / 2, w, c) for x, y, w, h, c in bars(ax)] == [
        (0, 0, 200, BLUE), (0, 1, 100, BLUE), (0, 2, 80, BLUE),
    ]  # fmt: skip
    assert errorbars(ax)[1][:3] == (100, 1, (98, 102))
    assert texts(ax) == {"200.0": (202.01, 0), "100.0 ± 2.0": (104, 1), "80.0": (82, 2)}
    assert words(ax) == ("T", "test NLL, nats per digit: lower is better", "")
    assert ax.get_xlim() == pytest.approx((0, 230))


# --- the reader's settings -----------------------------------------------------------------------


def picture() -> np.ndarray:
    png = plots.png_bytes(plots.scoreboard({"a": 1.0, "b": (2.0, 0.5)}))
    return np.asarray(PIL.Image.open(io.BytesIO(png)).convert("RGB"))


def test_figures_look_the_same_whatever_the_reader_has_set():
    style.use_style()
    expected = picture()
    assert (expected[0, 0] == 255).all() and expected.min() < 50
    with plt.style.context(["dark_background", {"font.size": 30, "axes.grid": True}]):
        plots.use_style()  # what the setup of a lesson does
        assert np.array_equal(picture(), expected)
    with plt.style.context("dark_background"):  # and a reader who sets it between two cells
        assert np.array_equal(picture(), expected)
    fig = plots.scoreboard({"a": 1.0, "b": (2.0, 0.5)})
    with plt.style.context("dark_background"):  # or between a figure and its picture
        late = PIL.Image.open(io.BytesIO(plots.png_bytes(fig))).convert("RGB")
        assert np.array_equal(np.asarray(late), expected)


def test_the_style_replaces_all_settings_but_the_backend():
    backend = matplotlib.get_backend()
    with plt.rc_context({"lines.dashed_pattern": [1, 1], "axes.facecolor": "black"}):
        style.use_style()
        ours = dict(plt.rcParams)
    with plt.rc_context():
        plt.rcdefaults()
        style.use_style()
        assert {k for k in ours if ours[k] != plt.rcParams[k]} <= {"backend", "interactive"}
    assert matplotlib.get_backend() == backend
    assert plt.rcParams["figure.facecolor"] == plt.rcParams["savefig.facecolor"] == "white"
    assert plt.rcParams["axes.prop_cycle"].by_key()["color"] == list(plots.COLORS)


def test_a_png_closes_its_figure():
    fig = plots.digits([ARROW], size=1)
    png = plots.png_bytes(fig)
    assert PIL.Image.open(io.BytesIO(png)).size == (100, 100)
    assert not plt.fignum_exists(fig.number)


def test_panels_fill_rows_and_those_left_over_are_blank():
    fig, axes = style.panels(5, 3, 2, 1.5, (0.5, 0.25))
    assert fig.get_size_inches().tolist() == [6.5, 3.25] and len(axes) == 5
    assert [ax.axison for ax in fig.axes] == [True] * 5 + [False]
    assert len(style.panels(2, 3, 2, 1.5)[0].axes) == 2


def test_rows_are_named_from_the_top():
    fig, ax = style.named_rows({"a": 1, "b": 2}, 0.5)
    assert ticks(ax.yaxis) == ["a", "b"] and ax.get_ylim() == (1.5, -0.5)
    assert fig.get_size_inches().tolist() == [8, 1.9]


def test_a_label_stands_some_points_from_its_place():
    fig, ax = style.subplots()
    one = style.label(ax, "here", (0.5, 0.25), (9, -3), ha="right")
    assert one.xy == (0.5, 0.25) and one.get_position() == (9, -3)
    assert one.anncoords == "offset points" and one.get_ha() == "right"
