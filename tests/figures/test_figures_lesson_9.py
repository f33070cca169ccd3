"""Lesson 9's figures: a magnet's draws, and curves over its temperatures."""

import numpy as np
import pytest
from artists import ink, line, lines, points, texts, words
from examples import magnets

from helpers import checks, ising, plots

BLUE, BLACK, VERMILION, GREY = "#0072B2", "#000000", "#D55E00", "#8A8A8A"
SHAPE = (2, 3)


def test_four_draws_in_a_square_with_a_seam_between_them():
    shown = ink(plots.magnet(magnets(), SHAPE, 0.8).axes[0])
    assert shown.shape == (5, 7)
    alone = [[1, 0, 0], [0, 0, 0]]
    for top in (0, 3):
        for left in (0, 4):
            assert shown[top : top + 2, left : left + 3].tolist() == alone
    assert np.allclose(shown[2], 0.5, atol=0.01) and np.allclose(shown[:, 3], 0.5, atol=0.01)


def test_draws_follow_their_seed():
    coins = [ink(plots.magnet(magnets(), SHAPE, 0.2, seed).axes[0]) for seed in (3, 4, 3)]
    assert (coins[0] == coins[2]).all() and (coins[0] != coins[1]).any()
    corners = [coins[0][top, left] for top in (slice(0, 2), slice(3, 5))
               for left in (slice(0, 3), slice(4, 7))]  # fmt: skip
    assert np.array(corners).reshape(4, 6).tolist() == magnets()[0.2].sample(4, 3).tolist()


def test_curves_are_exact_and_dots_are_measured():
    _, energy, free = plots.magnet(magnets(), SHAPE, 0.4).axes
    for ax, exact in ((energy, ising.mean_energy), (free, ising.log_z)):
        (curve,) = [one for one in ax.lines if one.get_color() == BLACK]
        x, y = curve.get_data()
        assert (x[0], x[-1]) == (0.2, 0.8) and len(x) > 100
        np.testing.assert_allclose(y, [exact(SHAPE, beta) / 6 for beta in x])
    every = checks.all_binary(6)
    assert ising.energy(every[-1:], SHAPE) == [-12]  # all up; one alone turns four bonds
    coins, up, alone = (y for _, y in points(energy, BLUE))
    assert abs(coins) < 0.2 and up == pytest.approx(-2) and alone == pytest.approx(-4 / 6)
    coins, up, alone = (y for _, y in points(free, BLUE))
    assert coins == pytest.approx(np.log(2), abs=0.05)
    assert up == pytest.approx(2 * 0.4) and alone == pytest.approx(0.8 * 4 / 6)
    assert [x for x, _ in points(free, BLUE)] == [0.2, 0.4, 0.8]


def test_what_is_written():
    picture, energy, free = plots.magnet(magnets(), SHAPE, 0.8).axes
    assert words(picture)[0] == "four draws: up is black"
    assert words(energy)[:2] == ("mean energy of a spin", "inverse temperature β")
    assert words(free)[:2] == ("log Z of a spin, nats", "inverse temperature β")
    four = ", ".join(["−0.67"] * 4)
    assert f"β = 0.80; magnetization\n{four}" in texts(picture)
    short = ising.log_z(SHAPE, 0.8) - 0.8 * 4
    assert f"short by {short:.2f}\nnats in all" in texts(free)
    up = plots.magnet(magnets(), SHAPE, 0.4).axes[0]
    assert f"β = 0.40; magnetization\n{', '.join(['+1.00'] * 4)}" in texts(up)


def test_cuts_stand_at_beta():
    for beta in (0.2, 0.8):
        for ax in plots.magnet(magnets(), SHAPE, beta).axes[1:]:
            assert line(ax, VERMILION).x == [beta, beta]
            (critical,) = [one for one in lines(ax) if one.color == GREY]
            assert critical.x == pytest.approx([0.44069] * 2, abs=1e-5)


def test_what_was_measured_before_is_not_measured_again():
    curves = np.array([[-1.0, -2, -3], [1, 2, 3]])
    _, energy, free = plots.magnet(magnets(), SHAPE, 0.4, measured=curves).axes
    assert [6 * y for _, y in points(energy, BLUE)] == pytest.approx([-1, -2, -3])
    assert [6 * y for _, y in points(free, BLUE)] == pytest.approx([1, 2, 3])


def test_curves_hold_a_mean_energy_and_a_bound_for_each_temperature():
    energy, bound = plots.magnet_curves(magnets(), SHAPE)
    assert energy.shape == bound.shape == (3,)
    assert energy[1] == pytest.approx(-12) and bound[1] == pytest.approx(12 * 0.4)
