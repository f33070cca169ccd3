"""helpers.checks: green on a MADE, and red on every kind of leak."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import activations, checks, made, masks, sampling
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
    both = [[0, 0], [1, 1]]  # what any row shows counts
    moved = checks.moved_outputs(lambda x: np.stack([2 * x[:, 1], x[:, 0] * x[:, 1]], 1), both)
    assert moved.tolist() == [[False, True], [True, True]]


def test_all_binary_lists_every_vector_once():
    assert checks.all_binary(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert len({tuple(x) for x in checks.all_binary(7)}) == 128


def test_enumeration_scores_a_batch_at_a_time():
    """2^13 rows at once would be eight batches; the sum is that of all of them."""
    net, sizes = random_network(np.random.default_rng(0).permutation(13)), []

    class Counting:
        n_inputs = 13

        def log_prob(self, x):
            sizes.append(len(x))
            return net.log_prob(x)

    assert abs(checks.total_probability(Counting()) - 1) < 1e-9
    assert max(sizes) == checks.BATCH and sum(sizes) == 2**13
    at_once = np.exp(net.log_prob(checks.all_binary(13))).sum()
    assert checks.total_probability(net) == pytest.approx(at_once, abs=1e-12)


def test_memory_is_that_of_a_batch_not_of_the_list():
    """Scored all at once, 2^17 rows of 60 units in float64 take 63 MB in the hidden layer alone."""
    net = random_network(range(17), (60,))
    for look in (
        lambda: checks.total_probability(net),
        lambda: checks.tail_probability(net, np.zeros(17), last=16),
    ):
        tracemalloc.start()
        try:
            look()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 16e6
    tracemalloc.start()
    try:
        checks.all_binary(17)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 17 * 2**17


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


@pytest.mark.parametrize("rank", [1, 5, 150, 188])
def test_an_early_output_that_sees_itself_is_caught_by_the_tail(large, rank):
    """The last conditionals stay a density; only a flip of the pixel itself shows the leak."""
    sound = large[0].astype(float)
    total, moved = checks.tail_probability(with_leak(sound, rank, rank), np.ones(200))
    assert abs(total - 1) < 1e-9 and moved == pytest.approx(1)
    total, moved = checks.tail_probability(with_leak(sound, rank, max(rank - 4, 1)), np.ones(200))
    assert abs(total - 1) < 1e-9 and moved == pytest.approx(1)


def test_the_tail_of_inputs_visited_at_the_same_time():
    degrees = [np.array([1, 1, 1, 2, 2, 2]), np.array([1, 1, 1, 1])]
    kernels = [m.astype(float) for m in masks.make_masks(degrees)]
    net = checks.randomize(Network(degrees, kernels, [np.zeros(4), np.zeros(6)]))
    total, moved = checks.tail_probability(net, np.ones((1, 6)), last=2)
    assert abs(total - 1) < 1e-12 and moved == 0
    leaky = Network(
        degrees, net.kernels, net.biases, np.eye(6)[[1, 0, 2, 3, 4, 5]] * (degrees[0] == 1)
    )
    assert checks.tail_probability(leaky, np.ones(6), last=2)[1] == pytest.approx(1)


# --- Whatever the course calls a model -----------------------------------------------------------


MODEL_LOOKS = {
    "tail_probability": lambda m: checks.tail_probability(m, np.zeros(6), 3),
    "randomize": lambda m: checks.randomize(m).kernels[0],
    "total_probability": checks.total_probability,
    "gradient_dependencies": lambda m: checks.gradient_dependencies(m, RNG.normal(size=(9, 6))) > 0,
    "moved_outputs": lambda m: checks.moved_outputs(m, checks.all_binary(6)),
    "sample": lambda m: sampling.sample(m, 20),
    "sample_loop": lambda m: sampling.sample_loop(m, 20),
    "complete": lambda m: sampling.complete(m, np.zeros(6), np.zeros(6, bool), 20),
    "Sampler": lambda m: sampling.Sampler(m).kernels[0],
}


def lively(**settings):
    """A Keras model whose weights leave no allowed connection at rest."""
    model = made.MADE(6, (30,), ORDER, activation="tanh", seed=1, **settings)
    for weight in model.trainable_weights:
        weight.assign(np.random.default_rng(3).normal(0, 1, weight.shape))
    return model


@pytest.mark.parametrize("look", MODEL_LOOKS.values(), ids=MODEL_LOOKS)
def test_every_look_takes_a_network_a_sampler_and_a_made(look):
    model = lively()
    expected = look(model.network())
    for same in (model, sampling.Sampler(model), sampling.Sampler(model.network())):
        np.testing.assert_allclose(look(same), expected, rtol=1e-4)


NOT_ONE_MODEL = {"a name": "random", "none": None, "a list": [], "an array": np.zeros((6, 6))}


@pytest.mark.parametrize("look", MODEL_LOOKS.values(), ids=MODEL_LOOKS)
@pytest.mark.parametrize("model", NOT_ONE_MODEL.values(), ids=NOT_ONE_MODEL)
def test_every_look_says_what_it_wants(look, model):
    with pytest.raises(ValueError, match=r"must be a network\.Network, a sampling\.Sampler or a"):
        look(model)


@pytest.mark.parametrize("name", sorted(set(MODEL_LOOKS) - {"total_probability", "sample"}))
def test_no_look_picks_one_of_several_mask_sets_in_silence(name):
    model = lively(n_masks=2)
    with pytest.raises(ValueError, match=r"must be one mask set, got a model with 2: pick one"):
        MODEL_LOOKS[name](model)
    MODEL_LOOKS[name](model.network(1))


@pytest.mark.parametrize("activation", activations.ACTIVATIONS)
@pytest.mark.parametrize("direct", [True, False])
def test_the_jacobian_of_a_network_is_the_limit_of_differences(activation, direct):
    net, x = random_network(ORDER, direct=direct, activation=activation), RNG.normal(size=(7, 6))
    step = 1e-6 * np.eye(6)
    slopes = [(net.logits(x + s) - net.logits(x - s)) / 2e-6 for s in step]
    expected = np.abs(slopes).max(axis=1)
    for model in (net, net.logits, sampling.Sampler(net)):
        got = checks.gradient_dependencies(model, x)
        np.testing.assert_allclose(got, expected, atol=1e-6)
        assert np.array_equal(got != 0, net.paths() != 0) or activation == "relu"
        checks.assert_autoregressive(got, ORDER)


def test_what_cannot_be_differentiated_is_named():
    def through_numpy(x):
        return np.asarray(x) * 2

    for function in (through_numpy, lambda x: np.zeros((1, 6)), lambda x: x.no_such_thing):
        with pytest.raises(
            ValueError, match=r"model must be a Network, .* cannot be differentiated"
        ):
            checks.gradient_dependencies(function, np.ones((1, 6)))


# --- Fresh weights, bad input --------------------------------------------------------------------


def test_randomize_fills_what_is_alive_and_nothing_else():
    net = random_network(ORDER, seed=1)
    other = checks.randomize(net, seed=2, scale=3.0)
    for a, b in zip([*net.kernels, net.direct], [*other.kernels, other.direct]):
        assert np.array_equal(a != 0, b != 0) and b.dtype == np.float64
        assert (a[a != 0] != b[a != 0]).all()
    wide = checks.randomize(random_network(range(30), (900,)), seed=2, scale=3.0)
    for values in [*wide.kernels, *wide.biases[:1], wide.direct]:  # each by itself: 435 or more
        assert np.std(values[values != 0]) == pytest.approx(3, rel=0.2)
    assert all((b != 0).all() for b in other.biases)
    again = checks.randomize(net, seed=2, scale=3.0)
    assert all(map(np.array_equal, again.kernels, other.kernels))
    assert checks.randomize(random_network(ORDER, direct=False)).direct is None


BAD = {
    "2^0": (lambda net: checks.all_binary(0), "n_inputs must be at least 1, got 0"),
    "2^21": (lambda net: checks.all_binary(21), "n_inputs must be at most 20, got 21"),
    "last 0": (
        lambda net: checks.tail_probability(net, np.zeros(6), 0),
        "last must be at least 1, got 0",
    ),
    "last 7": (
        lambda net: checks.tail_probability(net, np.zeros(6), 7),
        "last must be at most 6, got 7",
    ),
    "too short": (
        lambda net: checks.tail_probability(net, np.zeros(5), 3),
        r"x must have shape \(6,\) or \(1, 6\), got \(5,\)",
    ),
    "grey": (
        lambda net: checks.tail_probability(net, np.full(6, 0.5), 3),
        r"x must hold only 0 and 1, got .*0\.5",
    ),
    "a batch": (
        lambda net: checks.tail_probability(net, np.zeros((2, 6)), 3),
        r"x must have shape \(6,\) or \(1, 6\), got \(2, 6\)",
    ),
    "one row": (
        lambda net: checks.moved_outputs(net, np.zeros(6)),
        r"x must have shape \(n, D\), n at least 1, got \(6,\)",
    ),
    "no row": (
        lambda net: checks.gradient_dependencies(net, np.zeros((0, 6))),
        r"x must have shape \(n, D\), n at least 1, got \(0, 6\)",
    ),
    "grey flips": (
        lambda net: checks.moved_outputs(net, np.full((2, 6), 0.5)),
        r"x must hold only 0 and 1, got .*0\.5",
    ),
    "scale": (
        lambda net: checks.randomize(net, scale=-1),
        "scale must be at least 0, got -1",
    ),
    "seed": (
        lambda net: checks.randomize(net, seed=-1),
        "seed must be a whole number of at least 0 or a numpy.random.Generator, got -1",
    ),
    "a model": (
        lambda net: checks.assert_autoregressive(net, ORDER),
        r"dependencies must have shape \(6, 6\), got Network\(.*; take its paths\(\)",
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
