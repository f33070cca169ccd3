"""Lesson 1's figures: likelihoods and losses, with numbers worked out by hand."""

import math

import numpy as np
import pytest
from artists import band, color_of, ink, ink_of, line, lines, points, texts, words
from examples import ARROW, REALS, X5

from helpers import plots

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
BLACK, GREY, SKY = "#000000", "#8A8A8A", "#56B4E9"


def at(curve, x):
    """The value of a drawn curve at x."""
    return float(np.interp(x, curve.x, curve.y))


@pytest.mark.parametrize(("p", "shown"), [(None, 0.6), (0.25, 0.25), (0.8, 0.8)])
def test_bernoulli_likelihood_and_its_nll(p, shown):
    """Three ones and two zeros: L = p³ (1 − p)², slope of −log L: 2 / (1 − p) − 3 / p."""
    top, bottom = plots.bernoulli_likelihood(X5, p).axes
    likelihood, slope = shown**3 * (1 - shown) ** 2, 2 / (1 - shown) - 3 / shown
    nll = -math.log(likelihood)
    assert at(line(top, BLUE), 0.5) == pytest.approx(0.5**5)
    assert at(line(bottom, VERMILION), 0.5) == pytest.approx(5 * math.log(2))
    assert points(top, BLUE) == [pytest.approx((shown, likelihood))]
    assert points(bottom, VERMILION) == [pytest.approx((shown, nll))]
    assert np.argmax(line(top, BLUE).y) == np.argmin(line(bottom, VERMILION).y) == 119  # p = 0.6
    for ax in (top, bottom):
        assert line(ax, GREY, style="--").x == [0.6, 0.6]
        assert ax.get_xlim() == (0, 1) and ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > nll and top.get_ylim()[1] > 0.6**3 * 0.4**2
    for ax, steep in ((top, -slope * likelihood), (bottom, slope)):
        tangent = line(ax, BLACK)
        assert np.diff(tangent.y)[0] == pytest.approx(steep * np.diff(tangent.x)[0], abs=1e-8)
        assert np.diff(tangent.x)[0] > 0
    sign = "0.0" if p is None else f"−{abs(slope):.1f}" if slope < 0 else f"+{slope:.1f}"
    assert f"p = {shown:.2f}    likelihood {likelihood:.4f}" in texts(top)
    assert {f"NLL {nll:.2f} nats    slope {sign}", "sample mean 0.60"} == set(texts(bottom))
    assert words(top) == ("x = 1 1 0 1 0", "", "likelihood")
    assert words(bottom) == ("", "p, the probability of a 1", "NLL (nats)")
    top_edge = ax.figure.axes[0].get_position().y0
    assert top_edge > bottom.get_position().y1  # the likelihood stands above the NLL


def test_what_is_too_high_is_a_triangle_at_the_edge():
    top, bottom = plots.bernoulli_likelihood([1, 1, 1, 1, 0], 0.01).axes
    assert points(bottom, VERMILION, "^") == [(0.01, pytest.approx(bottom.get_ylim()[1]))]
    assert points(bottom, VERMILION, "o") == [] and line(bottom, BLACK).x == []
    top, bottom = plots.bernoulli_likelihood([1, 1, 1, 1, 0], 0.8).axes
    assert len(points(bottom, VERMILION, "o")) == 1 and len(line(bottom, BLACK).x) == 2


def test_a_tangent_is_as_long_on_the_page_whatever_its_slope():
    lengths = []
    for p in (0.1, 0.3, 0.6, 0.9):
        ax = plots.bernoulli_likelihood(X5, p).axes[1]
        tangent, (low, high) = line(ax, BLACK), ax.get_ylim()
        lengths.append(math.hypot(np.diff(tangent.x)[0], np.diff(tangent.y)[0] / (high - low)))
    assert lengths == pytest.approx([0.28] * 4)


def test_underflow_ends_where_the_product_does():
    """Halves in float32: 2⁻¹⁴⁹ is the last that is not 0; the sum of logs goes on."""
    product = np.cumprod(np.full(784, 0.5, "float32"))
    left, right = plots.underflow(product, np.arange(1, 785) * math.log(0.5)).axes
    curve = line(left, BLUE)
    assert (curve.x[0], curve.x[-1]) == (1, 149) and curve.y[0] == 0.5
    assert points(left, BLUE)[0][0] == 149  # the dot where it ends
    assert line(left, VERMILION).x == [150, 150]
    assert set(texts(left)) == {"exactly 0\nfrom pixel 150 on"}
    assert left.get_yscale() == "log" and left.get_ylim()[0] < 2.0**-149 < 1 <= left.get_ylim()[1]
    total = line(right, GREEN)
    assert total.x == list(range(1, 785)) and total.y[9] == pytest.approx(-10 * math.log(2))
    assert points(right, GREEN) == [pytest.approx((784, -784 * math.log(2)))]
    assert set(texts(right)) == {"−543.4"} and right.get_yscale() == "linear"
    assert words(left) == ("product of probabilities", "pixels so far", "running product (float32)")
    assert words(right) == ("sum of their logs", "pixels so far", "running sum (nats)")


def test_underflow_says_nothing_of_zeros_that_are_not_there():
    left, _ = plots.underflow(np.array([0.5, 0.25]), np.log([0.5, 0.25])).axes
    assert texts(left) == {} and len(lines(left)) == 2


def test_the_naive_loss_stops_and_softplus_goes_on():
    logits = np.array([15.0, 16, 17, 18])
    (ax,) = plots.naive_and_stable(logits, np.array([15, 15.9, np.inf, np.inf]), logits).axes
    assert line(ax, GREEN)[:2] == ([15, 16, 17, 18], [15, 16, 17, 18])
    assert line(ax, VERMILION, style="-")[:2] == ([15, 16], [15, 15.9])
    assert points(ax, VERMILION) == [(16, 15.9)]
    assert line(ax, VERMILION, style="--").x == [16, 16]
    assert texts(ax).keys() == {"naive: infinite\nbeyond l = 16.0", "softplus(l)"}
    assert ink_of(ax, "softplus(l)") == GREEN
    assert ink_of(ax, "naive: infinite\nbeyond l = 16.0") == VERMILION
    assert words(ax) == ("", "logit l", "loss of a pixel that is 0 (nats)")
    (ax,) = plots.naive_and_stable(logits, logits, logits).axes
    assert set(texts(ax)) == {"softplus(l)"}


def test_nll_against_mean_has_one_parabola_for_each_sigma():
    """x = ±1: NLL per point = log σ + ½ log 2π + (1 + μ²) / (2 σ²)."""
    (ax,) = plots.nll_against_mean(np.array([-1.0, 1.0]), (0.5, 1.0, 2.0)).axes
    for std, color in ((0.5, BLUE), (1.0, ORANGE), (2.0, GREEN)):
        curve, name = line(ax, color), f"σ = {std:g}"
        for mean in (0.0, 1.0, -2.0):
            expected = math.log(std) + 0.5 * math.log(2 * math.pi) + (1 + mean**2) / (2 * std**2)
            assert at(curve, mean) == pytest.approx(expected)
        assert points(ax, color) == [pytest.approx((0, at(curve, 0)))]
        assert ink_of(ax, name) == color
        x, y = texts(ax)[name]  # it stands where its curve leaves the picture
        assert y == pytest.approx(at(curve, x - 0.06)) and y < ax.get_ylim()[1] <= 8
    assert line(ax, GREY, style="--").x == [0, 0] and "sample mean 0.00" in texts(ax)
    assert words(ax) == ("", "μ", "NLL (nats per point)")


def test_price_of_sigma_names_each_curve_in_its_colour():
    stds, whole, without = [0.5, 1.0, 2.0], [4.0, 1.5, 2.0], [4.7, 1.5, 1.3]
    (ax,) = plots.price_of_sigma(np.array(stds), np.array(whole), np.array(without)).axes
    assert line(ax, BLUE)[:2] == (stds, whole) and line(ax, VERMILION)[:2] == (stds, without)
    assert points(ax, BLUE) == [(1.0, 1.5)]
    assert ink_of(ax, "best σ = 1.00") == ink_of(ax, "whole NLL") == BLUE
    assert ink_of(ax, "without log σ") == VERMILION
    assert texts(ax)["best σ = 1.00"] == (1.0, 1.5)
    assert texts(ax)["whole NLL"] == (2.0, 2.15) and texts(ax)["without log σ"] == (2.0, 0.85)
    assert words(ax) == ("", "σ", "loss (nats per point)") and ax.get_ylim() == (0, 5)


def test_noise_bands_are_two_sigma_to_each_side():
    t, y = np.array([2.0, 0.0, 1.0]), np.array([5.0, 0.5, 2.0])
    models = {"one": (np.array([4.0, 0.0, 2.0]), 0.5), "own": (1.0, np.array([3.0, 1.0, 2.0]))}
    left, right = plots.noise_bands(t, y, models).axes
    assert band(left) == {0: (-1, 1), 1: (1, 3), 2: (3, 5)}
    assert band(right) == {0: (-1, 3), 1: (-3, 5), 2: (-5, 7)}
    assert line(left, BLUE)[:2] == ([0, 1, 2], [0, 2, 4])
    assert line(right, BLUE)[:2] == ([0, 1, 2], [1, 1, 1])
    for ax in (left, right):
        assert points(ax, BLACK, ".") == [(2, 5), (0, 0.5), (1, 2)]
        assert color_of(ax.collections[0].get_facecolor()[0]) == SKY
    assert words(left) == ("one", "t", "y, with mean ± 2σ") and words(right)[:2] == ("own", "t")


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (1.5, 0.5)])
def test_gaussian_fit_and_its_slopes(mean, std):
    """−1, 0, 1, 2: slope in μ is Σ(μ − x) / σ², in σ it is n/σ − Σ(x − μ)² / σ³."""
    left, middle, right = plots.gaussian_fit(REALS, mean, std).axes

    def density(x, m=mean, s=std):
        return math.exp(-((x - m) ** 2) / (2 * s * s)) / (s * math.sqrt(2 * math.pi))

    def nll(m, s):
        return -sum(math.log(density(x, m, s)) for x in REALS)

    assert at(line(left, BLUE), 0.5) == pytest.approx(density(0.5))
    assert points(left, VERMILION) == [pytest.approx((x, density(x))) for x in REALS]
    assert points(left, BLACK, "|") == [(x, 0) for x in REALS]
    stems = [segment.tolist() for segment in left.collections[0].get_segments()]
    assert stems == [[[x, 0], [x, pytest.approx(density(x))]] for x in REALS]
    assert at(line(middle, BLUE), 0.5) == pytest.approx(nll(0.5, std))
    assert at(line(right, BLUE), 1.0) == pytest.approx(nll(mean, 1.0))
    assert points(middle, BLUE, "o") == [pytest.approx((mean, nll(mean, std)))]
    assert points(right, BLUE, "o") == [pytest.approx((std, nll(mean, std)))]
    slopes = (
        sum(mean - x for x in REALS) / std**2,
        4 / std - sum((x - mean) ** 2 for x in REALS) / std**3,
    )
    for ax, name, slope in ((middle, "μ", slopes[0]), (right, "σ", slopes[1])):
        tangent = line(ax, BLACK)
        assert np.diff(tangent.y)[0] / np.diff(tangent.x)[0] == pytest.approx(slope)
        assert set(texts(ax)) == {f"slope in {name}: {slope:+.1f}".replace("-", "−")}
    found = f"likelihood {math.exp(-nll(mean, std)):.2g},  NLL {nll(mean, std):.2f}"
    assert set(texts(left)) == {found.replace("-", "−")}
    assert words(left) == ("", "x", "density")
    assert words(middle) == ("", "μ (σ held)", "NLL (nats)") and words(right)[1] == "σ (μ held)"
    assert middle.get_ylim() == right.get_ylim() and right.get_xlim() == (0.2, 3)
    assert middle.get_xlim() == (-3, 3) and left.get_xlim() == (-4, 4)


def test_an_outlier_moves_the_mean_more_than_the_median():
    """0, ½, 1 and then 4.5: means 0.5 and 1.5; medians 0.5 and 0.75."""
    left, right = plots.mean_or_median([0.0, 0.5, 1.0], 4.5).axes
    for ax, places in ((left, (0.5, 1.5)), (right, (0.5, 0.75))):
        for color, place, word in zip((BLUE, VERMILION), places, ("without ", " with outlier ")):
            assert line(ax, color, style="--").x == pytest.approx([place] * 2)
            label = f"{word}{place:.2f} "
            assert ink_of(ax, label) == color and texts(ax)[label][0] == place
        assert points(ax, BLACK, "|") == [(0, 0), (0.5, 0), (1, 0)]
    squared = line(left, BLUE, style="-")  # ½ (μ − ½)² above its minimum
    assert at(squared, 1.5) - at(squared, 0.5) == pytest.approx(0.5, abs=5e-3)
    spoiled = line(left, VERMILION, style="-")
    assert at(spoiled, 0.5) - at(spoiled, 1.5) == pytest.approx(0.5, abs=5e-3)
    absolute = line(right, BLUE, style="-")  # mean |x − μ| at 2: 1.5, at ½: ⅓
    assert at(absolute, 2.0) - at(absolute, 0.5) == pytest.approx(1.5 - 1 / 3, abs=5e-3)
    far = line(right, VERMILION, style="-")  # at 2: 1.75, at ½: 1.25
    assert at(far, 2.0) - at(far, 0.5) == pytest.approx(0.5, abs=5e-3)
    assert [min(one.y) for one in lines(left) if one.style == "-"] == [0, 0]
    assert words(left) == ("squared error (Gaussian)", "μ", "loss above its minimum")
    assert words(right) == ("absolute error (Laplace)", "μ", "")


def test_the_impossible_pixel_has_a_ring():
    never = np.array([0, 1, 0, 1, 0, 0, 0, 0, 0], bool)  # of these, pixel 1 is ink in the digit
    left, middle, right = plots.impossible_pixel(np.arange(9) / 8, ARROW, never).axes
    assert np.allclose(ink(left).ravel(), np.arange(9) / 8, atol=0.01)
    assert ink(middle).ravel().tolist() == never.tolist()
    assert ink(right).ravel().tolist() == ARROW.tolist()
    (ring,) = right.patches
    assert ring.center == (1, 0) and color_of(ring.get_edgecolor()) == VERMILION
    titles = [ax.get_title() for ax in (left, middle, right)]
    assert titles == ["p of each pixel", "never 1 in training: 2", "a test digit"]
