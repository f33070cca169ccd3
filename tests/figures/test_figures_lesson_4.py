"""Lesson 4's figures: curves, maps, scores and their errors, worked out by hand."""

import base64
import math
import types

import numpy as np
import pytest
from artists import (
    band,
    bars,
    colors,
    describe,
    errorbars,
    ink,
    ink_of,
    legend,
    line,
    lines,
    points,
    seen,
    texts,
    ticks,
    words,
)
from examples import GROUPS, LEAKY, ORDER, RECORDED, RUN, Run, digit, reader

from helpers import plots
from helpers.plots import training as figures

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
GREY, PALE = "#8A8A8A", "#C9DCEB"


def test_the_learning_curve_says_which_line_is_which():
    fig = plots.learning_curve(RUN, RECORDED, {"another": 85.0, "floor": 60.0}, title="sample")
    (ax,) = fig.axes
    train, valid = line(ax, ORANGE), line(ax, BLUE)
    assert train[:2] == ([1, 2, 3, 4], [95, 85, 78, 74]) and train.style == "--"
    assert valid[:2] == ([1, 2, 3, 4], [90, 82, 80, 81]) and valid.style == "-"
    assert train.label == "train (dropout and shifts included)" and valid.label == "valid"
    assert points(ax, BLUE) == [(3, 80)] and texts(ax)["best 80.0"] == (3, 80)
    # recorded: 91, 84, 79, 80 and 89, 83, 81, 79: their range, with 0.2 to each side
    assert band(ax) == {
        1: (88.8, 91.2), 2: (82.8, 84.2), 3: (78.8, 81.2), 4: (78.8, 80.2),
    }  # fmt: skip
    assert legend(fig.legends[0]) == str(
        [
            f"{PALE} 2 recorded runs, their range",
            f"{ORANGE} train (dropout and shifts included)",
            f"{BLUE} valid",
        ]
    )
    assert texts(ax)["another"] == (1, 85) and texts(ax)["floor"] == (1, 60)
    assert ink_of(ax, "another") == VERMILION and ink_of(ax, "floor") == GREY
    assert line(ax, VERMILION).y == [85, 85] and line(ax, GREY).y == [60, 60]
    assert words(ax) == ("sample", "epoch", "NLL, nats per digit")
    assert ax.get_ylim() == (57, 95)  # from 3 below the lowest to the highest


def test_the_learning_curve_keeps_its_legend_off_the_lines():
    fig = plots.learning_curve(RUN, RECORDED)
    fig.draw_without_rendering()
    assert fig.legends[0].get_window_extent().y1 < fig.axes[0].get_window_extent().y0
    assert fig.axes[0].get_legend() is None


def test_the_longest_title_and_the_legend_fit_into_the_learning_curve():
    long = "binarized_mnist, fixed binarization: 50,000 / 10,000 / 10,000 digits of 784 pixels"
    fig = plots.learning_curve(RUN, RECORDED, {"the honest model": 85.0}, title=long)
    fig.draw_without_rendering()
    for one in (fig.axes[0].title, fig.legends[0]):
        box = one.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= fig.bbox.x1 and box.y1 <= fig.bbox.y1
    name = next(text for text in fig.axes[0].texts if text.get_text() == "the honest model")
    at = fig.axes[0].transData.transform((1, 85))[1]
    assert name.get_window_extent().y1 < at - 2  # the name does not touch its line


def test_one_recorded_run_is_a_band_of_its_own():
    (ax,) = plots.learning_curve(RUN, RECORDED[:1]).axes
    assert sorted(band(ax)) == [1, 2, 3, 4]
    assert ax.collections[0].get_label() == "1 recorded run"


@pytest.mark.parametrize(
    ("recipe", "label"),
    [
        ({}, "train"),
        ({"augment": "shift"}, "train (shifts included)"),
        ({"model": {"dropout": 0.5}}, "train (dropout included)"),
    ],
)
def test_the_training_curve_names_its_handicaps(recipe, label):
    (ax,) = plots.learning_curve(Run([3.0], [2.0], **recipe)).axes
    assert line(ax, ORANGE).label == label


def test_a_start_high_above_does_not_squeeze_the_rest():
    (ax,) = plots.learning_curve(Run([500.0, 80.0], [400.0, 90.0])).axes
    assert ax.get_ylim() == (77, 128)
    (ax,) = plots.learning_curve(Run([80.0], [80.5])).axes
    assert ax.get_ylim() == (77, 86)


def test_the_live_curve_draws_what_the_function_draws(monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "png_bytes", lambda fig: drawn.append(describe(fig)) or b"png")
    curve = plots.LiveCurve(every=0.0, reference=RECORDED, title="now")
    curve(RUN)
    assert curve.png == b"png"
    assert drawn == [describe(plots.learning_curve(RUN, RECORDED, title="now"))]
    assert plots.LiveCurve().every == 1.0


@pytest.mark.parametrize("epochs", [1, 2, 30])
def test_a_learning_curve_of_any_length_marks_its_best_epoch(epochs):
    valid = [90.0 + (e - epochs // 2) ** 2 for e in range(epochs)]
    run = Run([v + 5 for v in valid], valid)
    (ax,) = plots.learning_curve(run, levels={"there": 80.0}).axes
    assert points(ax, BLUE) == [(epochs // 2 + 1, 90)]
    assert {"best 90.0", "there"} == set(texts(ax))
    assert ax.get_ylim()[0] == 77


def test_the_live_curve_waits_between_pictures_but_not_with_the_last(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(figures.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(figures, "png_bytes", lambda fig: fig.axes[0].lines[1].get_ydata())
    curve, run = plots.LiveCurve(every=2.0), Run([9.0], [8.0], epochs=4)
    drawn = []
    for seconds, valid in ((0, [8]), (1.9, [8, 7]), (0.2, [8, 7, 6]), (0.1, [8, 7, 6, 5])):
        clock[0] += seconds
        run.train, run.valid, run.seconds, run.best_epoch = valid, valid, valid, len(valid)
        curve(run)
        drawn.append(list(curve.png))
    assert drawn == [[8], [8], [8, 7, 6], [8, 7, 6, 5]]  # the last though only 0.1 s passed


def test_the_live_curve_replaces_its_picture_in_a_notebook(monkeypatch):
    class Handle:
        seen = []

        def display(self, picture, raw):
            self.seen.append(("display", picture["image/png"], raw))

        def update(self, picture, raw):
            self.seen.append(("update", picture["image/png"], raw))

    monkeypatch.setattr("IPython.get_ipython", lambda: types.SimpleNamespace(kernel=None))
    monkeypatch.setattr("IPython.display.DisplayHandle", Handle)
    curve = plots.LiveCurve()
    for curve.png in (b"one", b"two", b"six"):
        curve.show()
    pictures = [base64.b64encode(png).decode() for png in (b"one", b"two", b"six")]
    assert Handle.seen == list(zip(("display", "update", "update"), pictures, (True,) * 3))


def test_large_matrices_are_sorted_and_a_leak_is_vermilion():
    left, right = plots.by_rank({"paths": np.abs(LEAKY), "minus": -LEAKY}, ORDER).axes
    dark, light = "#1B2733", "#F2E9D0"
    expected = [[dark, light, light], [dark, dark, light], [VERMILION, dark, dark]]
    assert colors(left) == expected == colors(right)
    assert words(left) == ("paths", "output, by rank", "input, by rank")
    assert words(right)[:2] == ("minus", "output, by rank")
    (ax,) = plots.by_rank({"itself": np.eye(2)}, [0, 1]).axes  # an input that its output sees
    assert colors(ax) == [[VERMILION, dark], [dark, VERMILION]]


def test_initial_scores_are_named_where_they_lie():
    spread, score = {"a": 0.1, "b": 0.2, "c": 2.0}, {"c": 700.0, "a": 543.0, "b": 545.5}
    curve = (np.array([0.0, 1.0]), np.array([543.4, 641.4]))
    (ax,) = plots.initial_scores(spread, score, curve).axes
    assert points(ax, BLUE) == [(0.1, 543), (0.2, 545.5), (2, 700)]
    assert texts(ax) == {"a: 543.0": (0.1, 543), "b: 545.5": (0.2, 545.5), "c: 700.0": (2, 700)}
    assert line(ax, GREY)[:2] == ([0, 1], [543.4, 641.4])
    assert line(ax, GREY).label == "predicted from the spread alone" and ax.get_legend()
    assert words(ax) == ("", "standard deviation of the logits", "NLL, nats per digit")


def test_surprise_is_dark_on_one_scale_for_all_maps():
    fig = plots.surprise({"flat": 0.5 * digit(0, 0, 28), "spot": digit(0, 20)})
    flat, spot, bar = fig.axes
    assert ink(spot)[0:3, 20:23].min() > ink(flat).max() > ink(spot)[5, 5]
    assert np.ptp(ink(flat)) == 0 and (ink(spot) > 0.1).sum() == 9
    red, _, blue = seen(spot)[0, 20]
    assert blue > red  # dark blue
    assert spot.images[0].get_clim() == flat.images[0].get_clim() == (0, 1)
    assert (flat.get_title(), spot.get_title(), bar.get_ylabel()) == (
        "flat",
        "spot",
        "nats per pixel",
    )


def test_cost_by_rank_is_averaged_over_digits_and_groups():
    """The means of 56 equal columns each: 0.25, 1, and alone 1.5, 2."""
    nats = np.repeat([[0.5, 0.5], [0, 1.5]], 56, axis=1)
    alone = np.repeat([[2.0, 2], [1, 2]], 56, axis=1)
    (ax,) = plots.cost_by_rank(nats, alone).axes
    found = [(x + w / 2, h, w, color) for x, _, w, h, color in bars(ax)]
    wide, narrow = pytest.approx(0.9 * 56), pytest.approx(0.6 * 56)
    assert found == [
        (28, 1.5, wide, PALE), (84, 2, wide, PALE), (28, 0.25, narrow, BLUE), (84, 1, narrow, BLUE),
    ]  # fmt: skip
    assert legend(ax.get_legend()) == str(
        [f"{PALE} on its own", f"{BLUE} given the pixels before it"]
    )
    assert words(ax) == ("", "rank in the visiting order", "nats per pixel")


def test_by_class_has_standard_errors():
    """3: 10, 14, so 12 ± 2; 5: 20, 22, 24, so 22 ± 2 / √3; all: 18."""
    (ax,) = plots.by_class(np.array([20.0, 10, 22, 14, 24]), np.array([5, 3, 5, 3, 5])).axes
    assert [(x + w / 2, h, color) for x, _, w, h, color in bars(ax)] == [
        (0, 12, BLUE),
        (1, 22, BLUE),
    ]
    low, high = errorbars(ax)
    assert low[:2] == (0, 12) and low[3] == (10, 14)
    assert high[3] == pytest.approx((22 - 2 / math.sqrt(3), 22 + 2 / math.sqrt(3)))
    assert line(ax, GREY).y == [18, 18] and texts(ax) == {"all": (0, 18)}
    assert ticks(ax.xaxis) == ["3", "5"]
    assert words(ax) == ("", "digit", "NLL, nats per digit")


def test_intruders_lie_in_strips_from_the_top_against_the_range_of_digits():
    (ax,) = plots.intruders(GROUPS, {"noise": digit(0, 20)}).axes
    span = bars(ax)[0]
    assert (span[0], span[2], span[4]) == (80, 40, "#E8EFF5")
    strips = [(one.x, one.color, np.round(one.y).tolist()) for one in lines(ax)]
    assert strips == [
        ([80, 100, 120], BLUE, [0] * 3), ([900, 1100], VERMILION, [1] * 2), ([20], VERMILION, [2]),
    ]  # fmt: skip
    assert lines(ax)[2].y == [2] and np.ptp(lines(ax)[0].y) > 0
    assert ticks(ax.yaxis) == ["digits", "noise", "blank"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.get_xscale() == "log" and ax.get_xlabel() == "−log p(x), nats (logarithmic axis)"
    assert texts(ax)["range of the test digits"][0] == 80
    (inset,) = ax.child_axes
    assert ink(inset)[0:3, 20:23].min() == 1 and ink(inset).sum() == 9
    fig = ax.figure
    fig.draw_without_rendering()
    middle = inset.get_window_extent().get_points().mean(axis=0)
    assert ax.transData.inverted().transform(middle)[1] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(("rank", "bits"), [(0, 0), (1, 0.415), (3, 3 - 0.585), (784, 783.415)])
def test_a_reading_adds_up_bits_in_visiting_order(rank, bits):
    """The last pixel is read first: its p is ¾ and it is ink, −log₂ ¾ = 0.415; others cost 1."""
    x = np.zeros(784)
    x[783] = x[782] = 1
    left, middle, right = plots.reading(reader(), x, rank).axes
    assert points(right, BLUE) == [(rank, pytest.approx(bits, abs=1e-3))]
    faint, dark = line(right, PALE), line(right, BLUE)
    assert len(faint.x) == 785 and faint.y[:3] == pytest.approx([0, 0.415, 1.415], abs=1e-3)
    assert dark.x == list(range(rank + 1)) and dark.y == faint.y[: rank + 1]
    assert words(right) == (f"{bits:.0f} of 783 bits", "pixels visited", "bits paid")
    assert (left.get_title(), middle.get_title()) == ("seen so far", "expected: p(ink)")
    visited = np.arange(784) >= 784 - rank
    for ax, values in ((left, x), (middle, np.r_[np.full(783, 0.5), 0.75])):
        rgb = seen(ax).reshape(784, 3)
        assert np.allclose(rgb[~visited], [0.80, 0.88, 0.94])
        assert np.allclose(rgb[visited], 1 - values[visited, None])


def test_differences_are_sorted_with_the_best_at_the_top():
    rows = {"worse": (2.0, 0.5), "better": (-1.0, 0.25), "same": (0.0, 0.1)}
    (ax,) = plots.differences(rows, title="base").axes
    found = [(x, y, span, color) for x, y, span, _, color in errorbars(ax)]
    assert found == [
        (-1, 0, (-1.25, -0.75), BLUE), (0, 1, (-0.1, 0.1), VERMILION),
        (2, 2, (1.5, 2.5), VERMILION),
    ]  # fmt: skip
    assert [(x, y) for x, y in points(ax)] == [(-1, 0), (0, 1), (2, 2)]
    assert {text: y for text, (_, y) in texts(ax).items()} == {
        "−1.00 ± 0.25": 0, "+0.00 ± 0.10": 1, "+2.00 ± 0.50": 2,
    }  # fmt: skip
    assert all(x > 2.5 for x, _ in texts(ax).values())
    assert ticks(ax.yaxis) == ["better", "same", "worse"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert line(ax, GREY).x == [0, 0]
    assert ax.get_xlim() == pytest.approx((-1.25 - 0.3, 2.5 + 1.5))
    assert words(ax) == ("base", "difference from the base, nats: left is better", "")


def test_close_scores_tell_ours_from_the_papers():
    quoted, ours = {"paper": 88.4, "old": 89.5}, {"here": (86.25, 0.5)}
    (ax,) = plots.close_scores(quoted, ours).axes
    assert ticks(ax.yaxis) == ["old", "paper", "here"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert points(ax, GREY) == [(89.5, 0), (88.4, 1)] and points(ax, BLUE) == [(86.25, 2)]
    assert [(x, y, span) for x, y, span, _, _ in errorbars(ax)] == [(86.25, 2, (85.75, 86.75))]
    assert texts(ax) == {
        "  89.50": (89.5, 0), "  88.40": (88.4, 1), "  86.25 ± 0.50": (86.75, 2),
    }  # fmt: skip
    assert ink_of(ax, "  86.25 ± 0.50") == BLUE and ink_of(ax, "  88.40") == GREY
    assert ax.get_xlim()[0] > 80  # it does not start at 0
    assert words(ax) == (
        "fixed binarized MNIST, 10,000 test digits", "test NLL, nats per digit: left is better", "",
    )  # fmt: skip
