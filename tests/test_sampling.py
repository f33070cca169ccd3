"""helpers.sampling: the exact sampler, the plain loop and completions, against enumeration."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import activations, checks, masks, sampling
from helpers.network import Network

SAMPLERS = {"exact": sampling.sample, "loop": sampling.sample_loop}


def random_network(ordering, widths=(9, 7), direct=True, activation="relu", how="random", seed=0):
    """A network in float64 with N(0, 1) weights and biases."""
    degrees = masks.make_degrees(len(ordering), widths, ordering, how, seed)
    matrices = [m.astype(float) for m in masks.make_masks(degrees)]
    a = masks.direct_mask(degrees[0]).astype(float) if direct else None
    biases = [np.zeros(m.shape[1]) for m in matrices]
    return checks.randomize(Network(degrees, matrices, biases, a, activation), seed)


@st.composite
def odd_networks(draw):
    """Whatever is autoregressive: ties, gaps and any hidden degrees, layers without units or none.

    Nor need the hidden degrees be those of the kernels: connections are cut, and degrees raised.
    """
    d = draw(st.integers(2, 9))
    ranks = np.array(draw(st.lists(st.integers(-1, 6), min_size=d, max_size=d)))
    widths = draw(st.lists(st.integers(0, 8), max_size=3))
    hidden = [
        np.array(draw(st.lists(st.integers(-2, 8), min_size=n, max_size=n)), int) for n in widths
    ]
    degrees, seed = [ranks, *hidden], draw(st.integers(0, 2**32 - 1))
    keep = np.random.default_rng(seed)
    kernels = [m * (keep.random(m.shape) < 0.8) * 1.0 for m in masks.make_masks(degrees)]
    direct = masks.direct_mask(ranks) * 1.0 if draw(st.booleans()) else None
    biases = [np.zeros(k.shape[1]) for k in kernels]
    activation = draw(st.sampled_from(sorted(activations.ACTIVATIONS)))
    told = degrees
    if draw(st.booleans()):  # hidden degrees that say nothing true
        told = [ranks, *(np.full_like(layer, draw(st.integers(0, 8))) for layer in hidden)]
    return checks.randomize(Network(told, kernels, biases, direct, activation), seed)


@st.composite
def networks(draw):
    """Any ordering, one to three hidden layers, with and without direct connections."""
    return random_network(
        draw(st.permutations(range(draw(st.integers(2, 10))))),
        draw(st.lists(st.integers(1, 12), min_size=1, max_size=3)),
        draw(st.booleans()),
        draw(st.sampled_from(sorted(activations.ACTIVATIONS))),
        draw(st.sampled_from(masks.HIDDEN_DEGREES)),
        draw(st.integers(0, 2**32 - 1)),
    )


def slow_draw(net, uniforms, x=None, known=(), temperature=1.0):
    """One pixel after the other, from the network's logits alone; known pixels stay."""
    drawn = np.zeros(uniforms.shape)
    if x is not None:
        drawn[:, list(known)] = np.asarray(x)[list(known)]
    visited = sorted(range(net.n_inputs), key=lambda d: net.degrees[0][d])
    for d in visited:
        if d not in known:
            p = 1 / (1 + np.exp(-net.logits(drawn)[:, d] / temperature))
            drawn[:, d] = uniforms[:, d] < p
    return drawn


# --- The same uniforms, the same digits ----------------------------------------------------------


@given(networks(), st.integers(1, 12), st.integers(0, 40), st.sampled_from([0.5, 1.0, 2.0]))
@example(random_network([1, 2, 0]), 1, 30, 1.0)
def test_both_samplers_draw_the_same_from_the_same_uniforms(net, block, n, temperature):
    u = np.random.default_rng(n).random((n, net.n_inputs))
    expected = slow_draw(net, u, temperature=temperature)
    options = dict(uniforms=u, temperature=temperature)
    draws = [
        sampling.sample(net, n, **options),
        sampling.sample(sampling.Sampler(net, block), n, **options),
        sampling.sample_loop(net, n, **options),
    ]
    for drawn in draws:
        assert drawn.dtype == np.uint8 and drawn.shape == (n, net.n_inputs)
        assert np.array_equal(drawn, expected)


@given(odd_networks(), st.integers(1, 12), st.data())
def test_odd_networks_are_drawn_and_completed_as_the_plain_loop_does(net, block, data):
    d, ranks = net.n_inputs, net.degrees[0]
    u = np.random.default_rng(d).random((20, d))
    expected = slow_draw(net, u)
    assert np.array_equal(sampling.sample(sampling.Sampler(net, block), 20, uniforms=u), expected)
    assert np.array_equal(sampling.sample_loop(net, 20, uniforms=u), expected)
    limit = data.draw(st.sampled_from(sorted(set(ranks))))  # of those, any may be known
    some = np.array(data.draw(st.lists(st.booleans(), min_size=d, max_size=d)))
    known = (ranks < limit) | (ranks == limit) & some
    x = np.array(data.draw(st.lists(st.integers(0, 1), min_size=d, max_size=d)))
    drawn = sampling.complete(sampling.Sampler(net, block), x, known, 20, uniforms=u)
    assert np.array_equal(drawn, slow_draw(net, u, x, np.flatnonzero(known)))


@given(networks(), st.data())
def test_a_leak_is_named_and_not_drawn_from(net, data):
    late = data.draw(st.integers(1, net.n_inputs))
    early = data.draw(st.integers(1, late))
    i, j = net.ordering[late - 1], net.ordering[early - 1]
    direct = np.zeros((net.n_inputs,) * 2) if net.direct is None else net.direct.copy()
    direct[i, j] = 1e-9
    leaky = Network(net.degrees, net.kernels, net.biases, direct, net.activation)
    message = rf"output {j} \(rank {early}\) depends on input {i} \(rank {late}\); 1 such"
    for draw in (sampling.sample, sampling.sample_loop):
        with pytest.raises(ValueError, match=message):
            draw(leaky, 3)
    with pytest.raises(ValueError, match=message):
        sampling.complete(leaky, np.zeros(net.n_inputs), np.zeros(net.n_inputs, bool))


def test_a_leak_through_a_hidden_unit_is_named():
    """The fault of lesson 3: an output mask with ≥ in place of >."""
    degrees = masks.make_degrees(4, (8,), [2, 0, 3, 1], seed=0)
    layers = [masks.hidden_mask(*degrees), masks.hidden_mask(degrees[1], degrees[0])]
    net = Network(degrees, [m * 1.0 for m in layers], [np.zeros(8), np.zeros(4)])
    with pytest.raises(ValueError, match=r"network must be autoregressive, but output \d \(rank"):
        sampling.Sampler(net)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("place", ["kernels", "biases"])
def test_weights_that_are_not_finite_are_refused(place, bad):
    """Drawn from, NaN lies above no threshold: blank digits, in silence."""
    net = random_network([1, 2, 0], direct=False)
    array = getattr(net, place)[0]
    array[np.nonzero(array)[0][0]] = bad
    for draw in SAMPLERS.values():
        with pytest.raises(ValueError, match="network must have finite weights and biases"):
            draw(net, 1)


@pytest.mark.parametrize("dtype, step", [("float64", 1e-12), ("float32", 1e-6)])
def test_thresholds_are_as_fine_as_the_network(dtype, step):
    """A uniform just below p is a 1, one just above it a 0: half precision would not know."""
    none = np.zeros((3, 0), dtype)
    bias = np.array([0.3, -1.7, 4.1], dtype)
    net = Network([np.arange(1, 4), np.zeros(0, int)], [none, none.T], [none[0], bias])
    p = 1 / (1 + np.exp(-bias.astype(float)))
    u = np.array([p * (1 - step), p * (1 + step)])
    for draw in SAMPLERS.values():
        assert draw(net, 2, uniforms=u).tolist() == [[1, 1, 1], [0, 0, 0]]
    net.biases[-1][:] = 0  # p is 0.5 to the bit, and 0.5 does not lie below it
    for draw in SAMPLERS.values():
        assert not draw(net, 1, uniforms=np.full((1, 3), 0.5)).any()


@given(networks(), st.integers(1, 12), st.data())
def test_completions_keep_what_is_known_and_draw_the_rest_given_it(net, block, data):
    d = net.n_inputs
    first = net.ordering[: data.draw(st.integers(0, d))]
    x = np.array(data.draw(st.lists(st.integers(0, 1), min_size=d, max_size=d)))
    known = np.isin(np.arange(d), first)
    u = np.random.default_rng(d).random((15, d))
    expected = slow_draw(net, u, x, first)
    whatever = np.where(known, x, 7)  # what stands in the unknown pixels does not matter
    for model in (net, sampling.Sampler(net, block)):
        drawn = sampling.complete(model, whatever, known, 15, uniforms=u)
        assert drawn.dtype == np.uint8 and np.array_equal(drawn, expected)
        assert (drawn[:, known] == x[known]).all()
    if not len(first):
        assert np.array_equal(expected, sampling.sample(net, 15, uniforms=u))


@pytest.mark.parametrize("d, block", [(112, 56), (56, 56), (57, 56), (12, 4), (13, 4), (12, 1)])
@pytest.mark.parametrize("direct", [True, False])
def test_every_pixel_is_drawn_wherever_blocks_end(direct, d, block):
    net = random_network(np.random.default_rng(d).permutation(d), (30,), direct)
    for matrix in net.kernels:
        matrix /= np.sqrt(len(matrix))
    u = np.random.default_rng(2).random((9, d))
    expected = slow_draw(net, u)
    assert expected.any(axis=0).sum() > 0.9 * d, "a pixel left out would not show"
    assert np.array_equal(sampling.sample(sampling.Sampler(net, block), 9, uniforms=u), expected)
    known = np.isin(np.arange(d), net.ordering[: d // 2])
    drawn = sampling.complete(sampling.Sampler(net, block), expected[0], known, 9, uniforms=u)
    assert np.array_equal(drawn, slow_draw(net, u, expected[0], np.flatnonzero(known)))


@pytest.mark.parametrize("direct", [True, False])
def test_a_wide_network_of_many_blocks_draws_the_same(direct):
    order = np.random.default_rng(1).permutation(150)
    net = random_network(order, (60, 200), direct)
    for matrix in net.kernels:  # keep logits small: at ±100 every uniform gives the same draw
        matrix /= np.sqrt(len(matrix))
    u = np.random.default_rng(2).random((6, 150))
    expected = slow_draw(net, u)
    assert 0.2 < expected.mean() < 0.8
    for block in (1, 56, 149, 1000):
        sampler = sampling.Sampler(net, block)
        assert np.array_equal(sampling.sample(sampler, 6, uniforms=u), expected)
    known = np.isin(np.arange(150), order[:97])
    drawn = sampling.complete(net, expected[3], known, 6, uniforms=u)
    assert np.array_equal(drawn, slow_draw(net, u, expected[3], order[:97]))


def test_the_seed_draws_the_uniforms():
    net = random_network([2, 0, 3, 1])
    for draw in SAMPLERS.values():
        one = draw(net, 30, seed=5)
        assert np.array_equal(one, draw(net, 30, uniforms=np.random.default_rng(5).random((30, 4))))
        assert np.array_equal(one, draw(net, 30, seed=np.random.default_rng(5)))
        assert not np.array_equal(one, draw(net, 30, seed=6))
    generator = np.random.default_rng(5)
    first, second = (sampling.sample(net, 30, seed=generator) for _ in range(2))
    assert not np.array_equal(first, second), "a generator goes on"


def test_extreme_logits_and_uniforms_draw_without_a_warning():
    net = random_network([1, 0, 2], direct=False)
    net.biases[-1][:] = [800.0, -800.0, 0.0]
    net.kernels[-1][:] = 0
    u = np.array([[0.0, 0.0, 0.0], [np.nextafter(1, 0)] * 3, [0.5, 0.5, 0.4999]])
    with np.errstate(all="raise"):
        # the probability of the second pixel is 0 but for underflow: u = 0 lies below it or not
        assert sampling.sample(net, 3, uniforms=u)[:, [0, 2]].tolist() == [[1, 1], [1, 0], [1, 1]]
    assert sampling.sample_loop(net, 3, uniforms=u)[1:].tolist() == [[1, 0, 0], [1, 0, 1]]


# --- The right distribution ----------------------------------------------------------------------

FALSE_ALARM = 1e-4  # of each chi-squared test below, were its seed not fixed
NORMAL_QUANTILE = 3.719  # of 1 − FALSE_ALARM


def chi_squared(drawn, probability):
    """Return statistic and limit: does `drawn` follow the `probability` of all 2^D images?

    Cells expected fewer than 5 times are pooled; the limit is Wilson and Hilferty's.
    """
    d = drawn.shape[1]
    cell = drawn.astype(int) @ (1 << np.arange(d)[::-1])
    counts, expected = np.bincount(cell, minlength=2**d), len(drawn) * probability
    rare = expected < 5
    if rare.any():
        counts = np.append(counts[~rare], counts[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
    keep = expected > 0
    statistic = np.sum((counts - expected)[keep] ** 2 / expected[keep])
    k = int(keep.sum()) - 1
    return statistic, k * (1 - 2 / (9 * k) + NORMAL_QUANTILE * np.sqrt(2 / (9 * k))) ** 3


CASES = {
    "3 inputs": dict(ordering=[1, 2, 0], widths=(5,)),
    "6 inputs, no direct": dict(ordering=[3, 0, 4, 1, 5, 2], widths=(20, 20), direct=False),
    "8 inputs, 3 layers": dict(ordering=[4, 7, 1, 0, 6, 2, 5, 3], widths=(9, 9, 9)),
}


ODD = {
    "two groups (exercise 3.6)": [np.array([1, 1, 1, 2, 2, 2]), np.array([1, 1, 1, 1])],
    "groups mixed, degrees 0": [np.array([2, 1, 3, 1, 2]), np.array([0, 1, 2, 0, 1]), np.arange(5)],
    "no hidden units": [np.array([3, 1, 4, 2]), np.zeros(0, int)],
    "no hidden layer": [np.array([3, 1, 4, 2])],
    "ranks with gaps": [np.array([30, 10, 40, 20]), np.array([5, 10, 15, 40, 20, 30])],
}


@pytest.mark.parametrize("draw", SAMPLERS.values(), ids=SAMPLERS)
@pytest.mark.parametrize("degrees", ODD.values(), ids=ODD)
def test_odd_networks_follow_the_enumerated_probabilities(draw, degrees):
    kernels = [m.astype(float) for m in masks.make_masks(degrees)]
    direct = masks.direct_mask(degrees[0]).astype(float)
    biases = [np.zeros(k.shape[1]) for k in kernels]
    net = checks.randomize(Network(degrees, kernels, biases, direct, "tanh"), 5)
    probability = np.exp(net.log_prob(checks.all_binary(net.n_inputs)))
    assert probability.sum() == pytest.approx(1)
    statistic, limit = chi_squared(draw(net, 20000, seed=6), probability)
    assert statistic < limit


@pytest.mark.parametrize("draw", SAMPLERS.values(), ids=SAMPLERS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_draws_follow_the_enumerated_probabilities(draw, case):
    net = random_network(**case, activation="tanh", seed=3)
    probability = np.exp(net.log_prob(checks.all_binary(net.n_inputs)))
    statistic, limit = chi_squared(draw(net, 20000, seed=8), probability)
    assert statistic < limit


def test_completions_follow_the_conditional_probabilities():
    net = random_network([4, 2, 0, 5, 1, 3], activation="tanh", seed=3)
    x, known = np.array([0, 1, 1, 0, 1, 1]), np.isin(np.arange(6), [4, 2])
    every = checks.all_binary(6)
    fits = (every[:, known] == x[known]).all(axis=1)
    probability = np.exp(net.log_prob(every)) * fits
    drawn = sampling.complete(net, x, known, 20000, seed=1)
    statistic, limit = chi_squared(drawn, probability / probability.sum())
    assert statistic < limit


def test_float32_draws_follow_the_enumerated_probabilities_too():
    net = random_network([1, 4, 0, 3, 2], activation="relu", seed=2).astype("float32")
    probability = np.exp(net.astype(float).log_prob(checks.all_binary(5)))
    statistic, limit = chi_squared(sampling.sample(net, 20000), probability)
    assert statistic < limit


def test_temperature_sharpens_every_conditional():
    """Low: the greedy path. High: fair coins. (Neither is a power of p(x).)"""
    net = random_network([1, 2, 0], seed=4)
    greedy = slow_draw(net, np.full((1, 3), 0.5))
    assert (sampling.sample(net, 50, temperature=1e-6) == greedy).all()
    statistic, limit = chi_squared(sampling.sample(net, 20000, temperature=1e9), np.full(8, 1 / 8))
    assert statistic < limit


# --- Deliberate faults ---------------------------------------------------------------------------


def rank_for_order(net, u):
    """The fault: ranks used as the visiting order."""
    x = np.zeros(u.shape)
    for d in np.asarray(net.degrees[0]) - 1:
        x[:, d] = u[:, d] < 1 / (1 + np.exp(-net.logits(x)[:, d]))
    return x


def units_before_the_draw(net, u):
    """The fault: the hidden units of a degree computed before the pixel of that rank is drawn."""
    x = np.zeros(u.shape)
    for d in net.ordering:
        before = x.copy()
        before[:, net.ordering[net.degrees[0][d] - 2]] = 0  # what the units have not seen
        x[:, d] = u[:, d] < 1 / (1 + np.exp(-net.logits(before)[:, d]))
    return x


@pytest.mark.parametrize("fault", [rank_for_order, units_before_the_draw])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_faulty_sampler_fails_both_comparisons(fault, case):
    net = random_network(**case, activation="tanh", seed=3)
    u = np.random.default_rng(8).random((20000, net.n_inputs))
    drawn = fault(net, u)
    assert not np.array_equal(drawn, sampling.sample(net, len(u), uniforms=u))
    probability = np.exp(net.log_prob(checks.all_binary(net.n_inputs)))
    statistic, limit = chi_squared(drawn, probability)
    assert statistic > 2 * limit


def test_rank_for_order_goes_unnoticed_in_an_ordering_that_is_its_own_inverse():
    """Why the orderings above are not natural and not reversed."""
    net = random_network([3, 2, 1, 0])
    u = np.random.default_rng(0).random((500, 4))
    assert np.array_equal(rank_for_order(net, u), sampling.sample(net, 500, uniforms=u))


# --- Bad input -----------------------------------------------------------------------------------

NET = random_network([1, 2, 0])
X, KNOWN = np.array([0, 1, 1]), np.array([False, True, False])
BAD_DRAWS = {
    "n -1": (dict(n=-1), "n must be at least 0, got -1"),
    "n 1.5": (dict(n=1.5), r"n must be an integer, got 1\.5"),
    "n True": (dict(n=True), "n must be an integer, got True"),
    "shape": (dict(n=2, uniforms=np.zeros((3, 3))), r"uniforms must have shape \(2, 3\).*\(3, 3\)"),
    "u = 1": (dict(n=1, uniforms=np.ones((1, 3))), "uniforms must be at least 0 and below 1"),
    "u < 0": (dict(n=1, uniforms=np.full((1, 3), -0.1)), "uniforms must be at least 0"),
    "u nan": (dict(n=1, uniforms=np.full((1, 3), np.nan)), "uniforms must be at least 0"),
    "T = 0": (dict(n=1, temperature=0), "temperature must be above 0, got 0"),
    "T inf": (dict(n=1, temperature=np.inf), "temperature must be above 0, got inf"),
    "T text": (dict(n=1, temperature="1"), "temperature must be above 0, got '1'"),
    "seed -1": (dict(n=1, seed=-1), "seed must be a whole number of at least 0 or .* got -1"),
    "seed 0.5": (dict(n=1, seed=0.5), r"seed must be a whole number .* got 0\.5"),
    "seed None": (dict(n=1, seed=None), "seed must be a whole number .* got None"),
    "T nan": (dict(n=1, temperature=np.nan), "temperature must be above 0, got nan"),
}


@pytest.mark.parametrize("options, message", BAD_DRAWS.values(), ids=BAD_DRAWS)
def test_bad_settings_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        sampling.sample(NET, **options)
    with pytest.raises(ValueError, match=message):
        sampling.sample_loop(NET, **options)
    with pytest.raises(ValueError, match=message):
        sampling.complete(NET, X, KNOWN, **options)


BAD_COMPLETIONS = {
    "not first": (X, [True, False, False], r"known must be the first .* got pixel 0 \(rank 3\) but "
                  r"not pixel 1 \(rank 1\)"),
    "a gap": (X, [True, True, False], r"got pixel 0 \(rank 3\) but not pixel 2 \(rank 2\)"),
    "not booleans": (X, [0, 1, 0], "known must be 3 booleans, got int64"),
    "too many": (X, [True] * 4, r"known must be 3 booleans, got bool of shape \(4,\)"),
    "grey": ([0, 0.5, 1], [False, True, False], r"x must hold only 0 and 1, got .*0\.5"),
    "nan": ([0, np.nan, 1], [False, True, False], "x must hold only 0 and 1, got .*nan"),
    "a batch": (X[None].repeat(2, 0), [False, True, False],
                r"x must have shape \(3,\) or \(1, 3\), got \(2, 3\)"),
}  # fmt: skip


@pytest.mark.parametrize("x, known, message", BAD_COMPLETIONS.values(), ids=BAD_COMPLETIONS)
def test_what_cannot_be_completed_is_named(x, known, message):
    with pytest.raises(ValueError, match=message):
        sampling.complete(NET, x, known)


def test_a_bad_block_is_named():
    with pytest.raises(ValueError, match="block must be at least 1, got 0"):
        sampling.Sampler(NET, block=0)
    with pytest.raises(ValueError, match=r"block must be an integer, got 2\.5"):
        sampling.Sampler(NET, block=2.5)


def test_a_samplers_name_is_short():
    assert repr(sampling.Sampler(NET)) == f"Sampler({NET!r}, block=56)" and len(repr(NET)) < 100


@pytest.mark.parametrize("draw", SAMPLERS.values(), ids=SAMPLERS)
def test_none_at_all_can_be_drawn(draw):
    assert draw(NET, 0).shape == (0, 3)
    assert sampling.complete(NET, X, KNOWN, 0).shape == (0, 3)
