"""helpers.checks: green on a MADE, and red on every kind of leak."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import checks, made, masks
from helpers.checks import NotAutoregressive
from helpers.network import Network

RNG = np.random.default_rng(0)


def random_network(ordering, widths=(9, 7), direct=True, activation="tanh", seed=0):
    """A network in float64 with N(0, 1) weights and biases."""
    degrees = masks.make_degrees(len(ordering), widths, ordering, seed=seed)
    matrices = [m.astype(float) for m in masks.make_masks(degrees)]
    a = masks.direct_mask(degrees[0]).astype(float) if direct else None
    biases = [np.zeros(m.shape[1]) for m in matrices]
    return checks.randomize(Network(degrees, matrices, biases, a, activation), seed)


def with_leak(net, rank_in, rank_out):
    """The network with one forbidden direct connection of weight 1."""
    direct = np.zeros((net.n_inputs, net.n_inputs)) if net.direct is None else net.direct.copy()
    direct[net.ordering[rank_in - 1], net.ordering[rank_out - 1]] = 1.0
    return Network(net.degrees, net.kernels, net.biases, direct, net.activation)


def as_keras(net):
    """The network as a function of tensors, to be differentiated."""
    from keras import ops

    def function(x):
        h = x
        for kernel, bias in zip(net.kernels[:-1], net.biases[:-1]):
            h = ops.tanh(ops.matmul(h, kernel.astype("float32")) + bias.astype("float32"))
        y = ops.matmul(h, net.kernels[-1].astype("float32")) + net.biases[-1].astype("float32")
        return y + ops.matmul(x, net.direct.astype("float32"))

    return function


ORDER = [3, 0, 4, 1, 5, 2]  # not its own inverse
LEAKS = {"itself": (3, 3), "a later input": (5, 2), "the last by the first": (6, 1)}


@pytest.mark.parametrize("ranks", LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize("direct", [True, False])
def test_every_look_turns_red_on_one_leak(ranks, direct):
    net = random_network(ORDER, direct=direct)
    leaky = with_leak(net, *ranks)
    i, j = (net.ordering[r - 1] for r in ranks)
    x = RNG.integers(0, 2, (30, 6))
    checks.assert_autoregressive(net.paths(), net.ordering)
    checks.assert_autoregressive(checks.moved_outputs(net.logits, x), net.ordering)
    assert abs(checks.total_probability(net) - 1) < 1e-9
    message = rf"output {j} \(rank {ranks[1]}\) depends on input {i} \(rank {ranks[0]}\); 1 such"
    looks = [
        leaky.paths(),
        checks.moved_outputs(leaky.logits, x),
        checks.gradient_dependencies(as_keras(leaky), RNG.normal(size=(30, 6))),
    ]
    for dependencies in looks:
        with pytest.raises(NotAutoregressive, match=message):
            checks.assert_autoregressive(dependencies, net.ordering)
    assert abs(checks.total_probability(leaky) - 1) > 1e-3


@given(st.permutations(range(6)), st.integers(0, 2**32 - 1), st.data())
def test_the_total_shows_any_leak_between_two_inputs(ordering, seed, data):
    """One example of weight 1; the network around it is random."""
    late = data.draw(st.integers(1, 6))
    early = data.draw(st.integers(1, late))
    leaky = with_leak(random_network(ordering, seed=seed), late, early)
    assert abs(checks.total_probability(leaky) - 1) > 1e-5


def test_with_small_weights_a_leak_hides_from_the_total():
    """Why `randomize` is called first: a leak through weights of 0.01 moves the sum by 1e-5."""
    degrees = masks.make_degrees(6, (8,), ORDER, seed=1)
    faulty = [masks.hidden_mask(*degrees), masks.hidden_mask(degrees[1], degrees[0])]
    net = Network(degrees, [m.astype(float) for m in faulty], [np.zeros(8), np.zeros(6)])
    small, large = (checks.randomize(net, 0, scale) for scale in (0.01, 1.0))
    assert abs(checks.total_probability(small) - 1) < 1e-4
    assert abs(checks.total_probability(large) - 1) > 1e-2


def test_path_counts_see_what_a_dead_relu_hides():
    net = with_leak(random_network(ORDER, (5,), activation="relu"), 5, 2)
    i, j = (net.ordering[r - 1] for r in (5, 2))
    hidden = Network(net.degrees, [*net.kernels], [b.copy() for b in net.biases], None, "relu")
    hidden.kernels[0] = net.kernels[0].copy()
    hidden.kernels[1] = net.kernels[1].copy()
    hidden.kernels[0][i, 0], hidden.kernels[1][0, j], hidden.biases[0][0] = 1.0, 1.0, -100.0
    x = checks.all_binary(6)
    checks.assert_autoregressive(checks.moved_outputs(hidden.logits, x), ORDER)
    with pytest.raises(NotAutoregressive):
        checks.assert_autoregressive(hidden.paths(), ORDER)


def test_dependency_matrices_by_hand():
    """Output 0 is 2·x1, output 1 is x0·x1 (whose gradient vanishes where x0 = x1 = 0)."""

    def function(x):
        from keras import ops

        return ops.stack([2 * x[:, 1], x[:, 0] * x[:, 1]], axis=1)

    gradients = checks.gradient_dependencies(function, np.array([[0.0, 0.0], [3.0, -5.0]]))
    assert gradients.tolist() == [[0, 5], [2, 3]]
    assert checks.gradient_dependencies(function, np.zeros((1, 2))).tolist() == [[0, 0], [2, 0]]
    moved = checks.moved_outputs(lambda x: np.stack([2 * x[:, 1], x[:, 0] * x[:, 1]], 1), [[0, 0]])
    assert moved.tolist() == [[False, False], [True, False]]
    moved = checks.moved_outputs(lambda x: np.stack([2 * x[:, 1], x[:, 0] * x[:, 1]], 1), [[1, 1]])
    assert moved.tolist() == [[False, True], [True, True]]


def test_all_binary_lists_every_vector_once():
    assert checks.all_binary(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert len({tuple(x) for x in checks.all_binary(7)}) == 128


def test_total_probability_takes_any_model_and_adds_in_float64():
    class Uniform:
        n_inputs = 5

        def log_prob(self, x):
            assert len(x) == 32
            return np.full(32, -5 * np.log(2), "float32")

    assert checks.total_probability(Uniform()) == pytest.approx(1, abs=1e-6)
    net = random_network(ORDER).astype("float32")
    assert abs(checks.total_probability(net) - 1) < 1e-12
    model = made.MADE(6, (5,), ORDER)
    assert checks.total_probability(model) == pytest.approx(1, abs=1e-4)


# --- Where 2^D is out of reach -------------------------------------------------------------------


@pytest.fixture(scope="module")
def large():
    """200 inputs, two mask sets of one model, weights small enough to leave nothing certain."""
    model = made.MADE(200, (150,), "random", n_masks=2, seed=2)
    for weight in model.trainable_weights:
        weight.assign(np.random.default_rng(1).normal(0, 0.05, weight.shape))
    return [model.network(k) for k in range(2)]


def test_the_tail_of_a_large_model_is_a_density_and_the_rest_stands_still(large):
    x = RNG.integers(0, 2, 200)
    for net in large:
        total, moved = checks.tail_probability(net, x, last=9)
        assert abs(total - 1) < 1e-10 and moved < 1e-10


@pytest.mark.parametrize("ranks", [(200, 200), (198, 194)])
def test_a_leak_in_the_tail_moves_its_sum(large, ranks):
    total, _ = checks.tail_probability(with_leak(large[0].astype(float), *ranks), np.ones(200), 9)
    assert abs(total - 1) > 1e-3


def test_a_leak_into_the_rest_moves_an_earlier_logit(large):
    leaky = with_leak(large[0].astype(float), 199, 5)
    assert checks.tail_probability(leaky, np.ones(200), 9)[1] == pytest.approx(1)


# --- Fresh weights, bad input --------------------------------------------------------------------


def test_randomize_fills_what_is_alive_and_nothing_else():
    net = random_network(ORDER, seed=1)
    other = checks.randomize(net, seed=2, scale=3.0)
    for a, b in zip([*net.kernels, net.direct], [*other.kernels, other.direct]):
        assert np.array_equal(a != 0, b != 0) and b.dtype == np.float64
        assert (a[a != 0] != b[a != 0]).all()
    values = np.concatenate([b[b != 0] for b in [*other.kernels, *other.biases]])
    assert np.std(values) == pytest.approx(3, rel=0.2)
    assert all((b != 0).all() for b in other.biases)
    again = checks.randomize(net, seed=2, scale=3.0)
    assert all(map(np.array_equal, again.kernels, other.kernels))
    assert checks.randomize(random_network(ORDER, direct=False)).direct is None


BAD = {
    "2^0": (lambda net: checks.all_binary(0), r"n_inputs must be in 1 … 20 .*got 0"),
    "2^21": (lambda net: checks.all_binary(21), r"n_inputs must be in 1 … 20 .*got 21"),
    "last 0": (lambda net: checks.tail_probability(net, np.zeros(6), 0), "last must be in 1 … 6"),
    "last 7": (lambda net: checks.tail_probability(net, np.zeros(6), 7), "last must be .* got 7"),
    "too short": (
        lambda net: checks.tail_probability(net, np.zeros(5), 3),
        r"x must have shape \(n, 6\), got \(1, 5\)",
    ),
    "grey": (
        lambda net: checks.tail_probability(net, np.full(6, 0.5), 3),
        r"x must hold only 0 and 1, got .*0\.5",
    ),
    "matrix": (
        lambda net: checks.assert_autoregressive(np.zeros((5, 6)), ORDER),
        r"dependencies must have shape \(6, 6\), got \(5, 6\)",
    ),
    "nan": (
        lambda net: checks.assert_autoregressive(np.full((6, 6), np.nan), ORDER),
        "dependencies must be finite",
    ),
    "ordering": (
        lambda net: checks.assert_autoregressive(np.zeros((3, 3)), [1, 2, 3]),
        "ordering must be a permutation of 0 … 2",
    ),
}


@pytest.mark.parametrize("call, message", BAD.values(), ids=BAD)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(random_network(ORDER))
