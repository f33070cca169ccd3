"""The Ising model: its energy and exact sums, and how a MADE climbs to them."""

import dataclasses
import itertools

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import checks, ising, made, masks
from helpers.average import Average
from helpers.likelihood import log_sum_exp
from helpers.network import Network
from helpers.outputs import Bernoulli

SMALL = [(2, 2), (2, 3), (3, 2), (3, 4), (4, 3), (2, 7), (4, 4)]
COLD = 0.6


def network(d, seed=0, scale=0.4, ordering="random"):
    """A network of ±1 in float64, with N(0, scale²) weights."""
    degrees = masks.make_degrees(d, (6,), ordering, "even", seed)
    kernels = [mask.astype(float) for mask in masks.make_masks(degrees)]
    direct = masks.direct_mask(degrees[0]).astype(float)
    biases = [np.zeros(6), np.zeros(d)]
    plain = Network(degrees, kernels, biases, direct, outputs=Bernoulli(signs=True))
    return checks.randomize(plain, seed, scale)


def bond_by_bond(x, shape):
    """The energy from its definition, one pair of neighbours at a time."""
    rows, columns = shape
    spin = (2 * x.astype(int) - 1).reshape(shape)
    total = 0
    for i, j in itertools.product(range(rows), range(columns)):
        total -= spin[i, j] * spin[(i + 1) % rows, j] + spin[i, j] * spin[i, (j + 1) % columns]
    return total


@pytest.mark.parametrize("shape", [*SMALL, (5, 3), (16, 16)])
def test_the_energy_is_the_sum_over_neighbours(shape):
    x = np.random.default_rng(0).integers(0, 2, (20, shape[0] * shape[1])).astype("uint8")
    assert ising.energy(x, shape).tolist() == [bond_by_bond(one, shape) for one in x]
    still = np.ones_like(x[:1])
    assert ising.energy(still, shape) == ising.energy(1 - still, shape) == [-2 * x.shape[1]]


def test_lines_come_one_after_the_other():
    in_rows = np.repeat([1, 1, 0, 0], 3)[None]  # four lines of three: two pairs of lines differ
    assert ising.energy(in_rows, (4, 3)) == [-12 + 0]
    assert ising.energy(in_rows, (3, 4)) == [-8 + 4]


def test_magnetization_is_the_mean_spin():
    assert ising.magnetization(np.array([[0, 0], [0, 1], [1, 1]], "uint8")).tolist() == [-1, 0, 1]


@pytest.mark.parametrize("shape", SMALL)
@pytest.mark.parametrize("beta", [0.0, 1e-3, 0.2, ising.CRITICAL, 0.44, 1.0, 5.0])
def test_kaufmans_sum_is_that_over_all_configurations(shape, beta):
    assert ising.log_z(shape, beta) == pytest.approx(
        ising.enumerated_log_z(shape, beta), rel=1e-12, abs=1e-12
    )


def test_known_values_of_the_free_energy():
    assert ising.log_z((4, 4), 0.44) / 16 == pytest.approx(0.96905, abs=5e-6)
    assert ising.log_z((8, 8), 0.44) / 64 == pytest.approx(0.93869, abs=5e-6)
    onsager = 0.929695398341610  # of the infinite lattice at the critical β: ln 2 / 2 + 2 G / π
    assert onsager == pytest.approx(np.log(2) / 2 + 2 * 0.915965594177219 / np.pi, abs=1e-12)
    assert abs(ising.log_z((200, 200), ising.CRITICAL) / 40_000 - onsager) < 1e-4


@given(st.integers(2, 40), st.integers(2, 40), st.floats(1e-3, 5))
def test_rows_and_columns_may_change_places(rows, columns, beta):
    one, other = ising.log_z((rows, columns), beta), ising.log_z((columns, rows), beta)
    assert one == pytest.approx(other, rel=1e-10)
    assert rows * columns * max(np.log(2), 2 * beta) <= one * (1 + 1e-12)


@pytest.mark.parametrize("beta", [0.1, 0.44, 0.8])
def test_the_mean_energy_is_that_over_all_configurations(beta):
    every = checks.all_binary(12)
    log_p = -beta * ising.energy(every, (3, 4)) - ising.log_z((3, 4), beta)
    mean = (np.exp(log_p) * ising.energy(every, (3, 4))).sum()
    assert ising.mean_energy((3, 4), beta) == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize("shape", SMALL)
def test_what_each_spin_adds_makes_up_the_weight(shape):
    """In any ordering, and a spin's share is settled once it is drawn."""
    d = shape[0] * shape[1]
    x = np.random.default_rng(0).integers(0, 2, (30, d)).astype("uint8")
    for ordering in ("natural", "random"):
        net = network(d, 2, ordering=ordering)
        gains = ising.by_spin(net, x, shape, 0.44)
        total = ising.log_weights(net, x, shape, 0.44)
        np.testing.assert_allclose(gains.sum(axis=1), total, atol=1e-5)
        for place, spin in enumerate(net.ordering):
            later = x.copy()
            later[:, net.ordering[place + 1 :]] ^= 1
            again = ising.by_spin(net, later, shape, 0.44)
            np.testing.assert_allclose(again[:, spin], gains[:, spin], atol=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_falls_short_by_the_divergence(seed):
    """Summed over all configurations: bound + KL(q ‖ p) = log Z, and the mean weight is Z."""
    net, shape, every = network(12, seed), (3, 4), checks.all_binary(12)
    log_w, log_q = ising.log_weights(net, every, shape, 0.44), net.log_prob(every)
    exact, q = ising.log_z(shape, 0.44), np.exp(log_q)
    divergence = (q * (log_q - (-0.44 * ising.energy(every, shape) - exact))).sum()
    assert divergence > 0.1
    assert (q * log_w).sum() + divergence == pytest.approx(exact, abs=1e-9)
    assert log_sum_exp(log_w + log_q) == pytest.approx(exact, abs=1e-9)


def test_importance_weights_are_unbiased():
    """The mean weight of 4,000 batches of 100 draws: Z within 4.9 standard errors, which a sound
    estimate misses once in a million seeds. The bound's mean stays below by far more."""
    net, shape = network(12, 1, scale=0.15), (3, 4)
    x = net.sample(400_000, seed=2)
    log_w = ising.log_weights(net, x, shape, 0.3).reshape(4000, 100)
    exact = ising.log_z(shape, 0.3)
    ratios = np.exp([ising.estimate(row).weighted - exact for row in log_w])
    assert abs(ratios.mean() - 1) < 4.9 * ratios.std() / np.sqrt(len(ratios))
    bounds = np.array([ising.estimate(row).bound for row in log_w])
    assert bounds.mean() + 20 * bounds.std() / np.sqrt(len(bounds)) < exact


def test_an_estimate_by_hand():
    w = np.array([1.0, 2.0, 5.0])
    got = ising.estimate(np.log(w))
    assert got.bound == pytest.approx(np.log(10) / 3)
    assert got.error == pytest.approx(np.log(w).std(ddof=1) / np.sqrt(3))
    assert got.weighted == pytest.approx(np.log(8 / 3))
    assert got.effective == pytest.approx(64 / (3 * 30))
    far = ising.estimate(np.log(w) - 5000)
    assert far.weighted == pytest.approx(np.log(8 / 3) - 5000) and far.effective <= 1
    assert ising.estimate(np.full(4, 7.0)).effective == pytest.approx(1)


@pytest.mark.parametrize("ordering", ["natural", "random"])
def test_a_flipped_network_gives_the_turned_spins_their_probability(ordering):
    net, every = network(8, 3, ordering=ordering), checks.all_binary(8)
    turned = ising.flipped(net)
    assert np.allclose(turned.log_prob(every), net.log_prob(1 - every), atol=1e-12)
    assert not np.allclose(turned.log_prob(every), net.log_prob(every), atol=0.1)
    assert np.allclose(ising.flipped(turned).log_prob(every), net.log_prob(every), atol=1e-12)
    both = Average(net, turned)
    assert np.allclose(both.log_prob(every), both.log_prob(1 - every), atol=1e-12)
    assert abs(checks.total_probability(both) - 1) < 1e-12
    checks.assert_autoregressive(turned.paths(), turned.ordering)
    uniforms = np.random.default_rng(0).random((50, 8))
    drawn = net.sample(50, uniforms=1 - uniforms)
    assert (turned.sample(50, uniforms=uniforms) == 1 - drawn).all()


def test_a_flipped_network_without_direct_connections():
    net, every = dataclasses.replace(network(8, 4), direct=None), checks.all_binary(8)
    assert np.allclose(ising.flipped(net).log_prob(every), net.log_prob(1 - every), atol=1e-12)


def test_the_average_of_both_signs_is_never_further_from_the_truth():
    shape, every = (3, 4), checks.all_binary(12)
    log_p = -COLD * ising.energy(every, shape) - ising.log_z(shape, COLD)
    for seed in range(5):
        net = network(12, seed)
        costs = []
        for q in (net, Average(net, ising.flipped(net))):
            log_q = q.log_prob(every)
            costs.append((np.exp(log_q) * (log_q - log_p)).sum())
        assert costs[1] < costs[0] <= costs[1] + np.log(2) + 1e-9


def compiled(d, rate=0.1, units=8, seed=0):
    model = made.MADE(d, units, degrees="even", outputs=Bernoulli(signs=True), seed=seed)
    model.compile(keras.optimizers.SGD(rate * d), loss=model.outputs.nll)
    return model


def test_a_step_follows_the_gradient_of_the_bound():
    """Plain gradient descent at a rate so small that the bound changes in proportion to it."""
    shape, beta, every = (2, 2), 0.4, checks.all_binary(4)

    def exact_bound(net):
        log_q = net.astype(float).log_prob(every)
        return float((np.exp(log_q) * (-beta * ising.energy(every, shape) - log_q)).sum())

    model = made.MADE(4, 6, degrees="even", outputs=Bernoulli(signs=True), seed=3)
    model.compile(keras.optimizers.SGD(1e-2), loss=model.outputs.nll)
    before = model.get_weights()
    (_, _, log_w), *_ = ising.climb(model, shape, [beta], n=60_000, seed=1)
    drift = [b - a for a, b in zip(before, model.get_weights()) if a.dtype.kind == "f"]
    rates = []
    for i, a in enumerate(w for w in before if w.dtype.kind == "f"):
        slopes = np.zeros(a.shape)
        for place in np.ndindex(*a.shape):
            ends = []
            for sign in (1, -1):
                moved = [w.copy() for w in before]
                own = [w for w in moved if w.dtype.kind == "f"][i]
                own[place] += sign * 1e-2
                model.set_weights(moved)
                ends.append(exact_bound(model.network()))
            slopes[place] = (ends[0] - ends[1]) / 2e-2
        rates.append(slopes)
    slope, drift = (np.concatenate([p.ravel() for p in parts]) for parts in (rates, drift))
    assert np.abs(slope).max() > 0.05
    np.testing.assert_allclose(4 * drift / 1e-2, slope, atol=0.02)  # Keras takes a mean over D


def test_a_model_that_is_right_stays_as_it_is():
    """At β = 0 fair coins have the same log w for every draw: less its mean, nothing is left."""
    model = compiled(4)
    model.set_weights([np.zeros_like(w) if w.dtype.kind == "f" else w for w in model.get_weights()])
    for _, _, log_w in ising.climb(model, (2, 2), [0.0], n=50):
        assert np.allclose(log_w, 4 * np.log(2))
    largest = max(np.abs(w).max() for w in model.get_weights() if w.dtype.kind == "f")
    assert largest < 1e-4


def test_climbing_a_small_lattice_ends_close_below_the_exact_sum():
    model, betas = compiled(9), np.minimum(0.44, np.linspace(0, 0.88, 150))
    seen = list(ising.climb(model, (3, 3), betas, n=300, seed=0))
    assert [beta for beta, *_ in seen] == betas.tolist()
    assert all(log_w.shape == (300,) for *_, log_w in seen)
    x = model.sample(20_000, seed=1)
    got = ising.estimate(ising.log_weights(model, x, (3, 3), 0.44))
    exact = ising.log_z((3, 3), 0.44)
    assert exact - 0.1 < got.bound < exact + 4 * got.error
    assert abs(got.weighted - exact) < 0.02 and got.effective > 0.8


def test_a_climb_yields_the_network_that_drew_before_the_step():
    model, seeds = compiled(4), (5, 5, 6)
    before, drawn = model.network(), []
    for seed in seeds:
        model.set_weights(compiled(4).get_weights())
        ((beta, net, log_w),) = ising.climb(model, (2, 2), [0.3], n=50, seed=seed)
        assert beta == 0.3 and np.array_equal(net.direct, before.direct)
        x = net.sample(50, seed=seed)
        assert np.allclose(log_w, ising.log_weights(net, x, (2, 2), 0.3))
        drawn.append(log_w)
    assert np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])
    assert not np.array_equal(model.network().direct, before.direct)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: ising.log_z((1, 4), 0.4), "shape must be at least 2, got 1"),
        (lambda: ising.log_z((4, 2.0), 0.4), "shape must be an integer, got 2.0"),
        (lambda: ising.log_z((4, 4, 4), 0.4), "shape must be two numbers, got"),
        (lambda: ising.log_z(4, 0.4), "shape must be two numbers, got 4"),
        (lambda: ising.log_z((4, 4), -0.4), "beta must be at least 0 and at most 100, got -0.4"),
        (lambda: ising.log_z((4, 4), np.nan), "beta must be at least 0"),
        (lambda: ising.energy(np.zeros((3, 5)), (2, 2)), r"x must have shape \(n, 4\)"),
        (lambda: ising.energy(-np.ones((3, 4)), (2, 2)), "x must hold only 0 and 1, got"),
        (lambda: ising.flipped(Network([[1, 2]], [np.zeros((2, 2))], [np.zeros(2)])), "signs=True"),
        (lambda: ising.mean_energy((4, 4), 0.0), "beta must be at least 0"),
        (lambda: ising.enumerated_log_z((5, 5), 0.4), "n_inputs must be at most"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
