"""Lesson 8's figures: densities as maps, and a slice through one."""

import dataclasses
import math

import numpy as np
import pytest
from artists import label_of, legend, line, lines, points, texts, words
from examples import two_peaks

from helpers import plots
from helpers.outputs import Mixture, Outputs

BLUE, SKY, ORANGE, VERMILION, BLACK = "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#000000"


def ramp(x):
    """Density 0 in the lower left corner, growing with x₂ ten times as fast as with x₁."""
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(x)[:, 0] + 2 + 10 * (np.asarray(x)[:, 1] + 2))


def test_a_map_has_x1_across_and_x2_upwards():
    (ax, _) = plots.density_maps({"ramp": ramp}, reach=2.0).axes
    shown = ax.images[0].get_array()
    assert ax.images[0].origin == "lower" and ax.images[0].get_extent() == [-2, 2, -2, 2]
    assert shown[0, 0] == pytest.approx(0) and shown[-1, -1] == pytest.approx(44)
    assert shown[0, -1] == pytest.approx(4) and shown[-1, 0] == pytest.approx(40)
    assert words(ax) == ("ramp", "$x_1$", "$x_2$")


def test_maps_share_one_scale_and_dots_lie_on_theirs():
    two, dots = {"low": lambda x: ramp(x) - 2, "high": ramp, "dots": None}, [[1, 0.5], [-2, 0]]
    fig = plots.density_maps(two, {"dots": dots}, reach=2.0)
    low, high, bare, bar = fig.axes
    assert low.images[0].get_clim() == high.images[0].get_clim() == pytest.approx((0, 44))
    assert not bare.images and points(bare, ORANGE, ".") == [(1, 0.5), (-2, 0)]
    assert not lines(low) and not lines(high) and bar.get_ylabel() == "density"
    assert bare.get_xlim() == bare.get_ylim() == (-2, 2)


def test_more_than_three_maps_stand_in_rows_of_three():
    fig = plots.density_maps({str(k): ramp for k in range(4)}, reach=2.0)
    assert [ax.get_title() for ax in fig.axes[:4]] == list("0123")
    corners = [ax.get_subplotspec().get_geometry()[2] for ax in fig.axes[:6]]
    assert corners == [0, 1, 2, 3, 4, 5] and [ax.axison for ax in fig.axes[3:6]] == [1, 0, 0]


def test_a_slice_is_the_conditional_density_and_its_gaussians():
    fig = plots.conditional(two_peaks(), 1.0, two_peaks().log_prob)
    left, right = fig.axes
    assert line(left, VERMILION).x == [1, 1]
    model = next(one for one in right.lines if label_of(one) == "model")
    x, p = (np.asarray(v) for v in model.get_data())
    bell = [np.exp(-0.5 * ((x - at) / 0.5) ** 2) / (0.5 * math.sqrt(2 * math.pi)) for at in (0, 2)]
    np.testing.assert_allclose(p, (bell[0] + bell[1]) / 2, atol=1e-9)
    parts = [one for one in right.lines if one.get_color() == SKY]
    for one, density in zip(parts, bell, strict=True):
        np.testing.assert_allclose(one.get_ydata(), density / 2, atol=1e-9)
    (true,) = [one for one in right.lines if one.get_linestyle() == "--"]
    inside = np.abs(x) < 3
    np.testing.assert_allclose(true.get_ydata()[inside], p[inside], rtol=0.02, atol=0.02)
    assert words(right) == ("$p(x_2 \\mid x_1)$", "$x_2$", "density")
    assert "$x_1$ = 1.0" in texts(right)
    assert legend(right.get_legend()) == str(
        [f"{BLUE} model", f"{SKY} its Gaussians", f"{BLACK} truth"]
    )


def test_the_gaussians_add_up_to_the_model_in_the_units_of_the_data():
    outputs = Outputs(Mixture(2, 0.3, 1.5), 2)
    _, right = plots.conditional(dataclasses.replace(two_peaks(), outputs=outputs), 0.3).axes
    (model,) = [one for one in right.lines if label_of(one) == "model"]
    parts = [one.get_ydata() for one in right.lines if one.get_color() == SKY]
    np.testing.assert_allclose(sum(parts), model.get_ydata(), atol=1e-9)
    assert model.get_ydata().max() > 0.1


def test_a_slice_may_have_no_truth_beside_it():
    left, right = plots.conditional(two_peaks(), -1.0).axes
    peak = next(one for one in right.lines if label_of(one) == "model")
    x, p = peak.get_data()
    assert abs(abs(x[np.argmax(p)] + 1) - 1) < 0.05  # at −2 or 0
    assert line(left, VERMILION).x == [-1, -1]
    assert [text.get_text() for text in right.get_legend().texts] == ["model", "its Gaussians"]
    assert not [one for one in right.lines if one.get_linestyle() == "--" and one.get_visible()]


def test_a_grid_is_even_and_a_true_slice_is_a_density():
    values, pairs = plots.grid(2.0, 5)
    assert values.tolist() == [-2, -1, 0, 1, 2] and pairs.shape == (25, 2)
    assert pairs[1].tolist() == [-2, -1] and pairs[5].tolist() == [-1, -2]
    values, _ = plots.grid()
    p = plots.true_slice(two_peaks().log_prob, 1.0, values)
    assert p.sum() * (values[1] - values[0]) == pytest.approx(1)
    bell = [np.exp(-0.5 * ((values - at) / 0.5) ** 2) for at in (0, 2)]
    wanted = (bell[0] + bell[1]) / (bell[0] + bell[1]).sum() / (values[1] - values[0])
    np.testing.assert_allclose(p, wanted, atol=1e-9)
