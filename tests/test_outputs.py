"""helpers.outputs: each family's loss, draws and code; and every proof and sampler for all."""

import dataclasses
import json
import math
import statistics
from functools import partial

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from benchmarks.blocks import BlockMADE
from helpers import checks, made, masks, network, sampling, training
from helpers.average import Average
from helpers.likelihood import bernoulli_nll, categorical_nll, gaussian_nll
from helpers.network import Network
from helpers.outputs import Bernoulli, Categorical, Gaussian, Mixture, Outputs, normal_quantile

RNG = np.random.default_rng(0)
FAMILIES = {
    "bernoulli": Bernoulli(),
    "signs": Bernoulli(signs=True),
    "categorical": Categorical(3),
    "gaussian": Gaussian(2.0, 0.5),
    "mixture": Mixture(3, -1.0, 3.0),
}
DISCRETE = [Bernoulli(), Bernoulli(signs=True), Categorical(2), Categorical(3), Categorical(5)]
each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def model_of(outputs, n_inputs=3, n_conditions=0, seed=0, scale=0.5, widths=(9, 7), **options):
    """A network in float64 with N(0, scale²) weights and biases, of any outputs."""
    model = made.MADE(n_inputs, widths, options.pop("ordering", "random"), seed=seed,
                      outputs=outputs, n_conditions=n_conditions, **options)  # fmt: skip
    return checks.randomize(model, seed, scale)


def some(outputs, n, seed=0):
    """Examples that the families know, any of them."""
    rng, x = np.random.default_rng(seed), np.empty((n, outputs.n_inputs))
    for d, family in enumerate(outputs.families):
        if family.support is None:
            x[:, d] = rng.normal(family.mean, family.std, n)
        else:
            x[:, d] = rng.choice(family.support, n)
    return x


@st.composite
def rows_of_families(draw):
    d = draw(st.integers(2, 5))
    real = [Gaussian(1.0, 2.0), Gaussian(), Mixture(2), Mixture(3, 0.5, 0.2)]
    return draw(st.lists(st.sampled_from(DISCRETE + real), min_size=d, max_size=d))


# --- One family ----------------------------------------------------------------------------------


def test_the_losses_are_those_of_the_likelihood_room():
    x, z = RNG.integers(0, 2, (20, 4)), RNG.normal(size=(20, 4))
    got = Outputs(Bernoulli(), 4).nll(x, z)
    np.testing.assert_allclose(got.sum(1), bernoulli_nll(x, z), rtol=1e-12)
    x, z = RNG.integers(0, 5, (20, 4)), RNG.normal(size=(20, 4, 5))
    got = Outputs(Categorical(5), 4).nll(x, z.reshape(20, 20))
    np.testing.assert_allclose(got.sum(1), categorical_nll(x, z), rtol=1e-12)
    x, p = RNG.normal(size=(20, 4)), RNG.normal(size=(20, 4, 2))
    got = Outputs(Gaussian(3.0, 2.0), 4).nll(x, p.reshape(20, 8))
    mean, std = 3 + 2 * p[..., 0], 2 * np.exp(p[..., 1])
    np.testing.assert_allclose(got.sum(1), gaussian_nll(x, mean, np.log(std)), rtol=1e-12)


def test_a_mixture_is_the_mean_of_its_gaussians():
    x, p = RNG.normal(size=50), RNG.normal(size=(50, 9))
    share, mean, std = np.exp(p[:, :3]), 1 + 2 * p[:, 3:6], 2 * np.exp(p[:, 6:])
    share = share / share.sum(1, keepdims=True)
    density = np.exp(-0.5 * ((x[:, None] - mean) / std) ** 2) / (std * math.sqrt(2 * math.pi))
    got = Mixture(3, 1.0, 2.0).nll(x, p)
    np.testing.assert_allclose(got, -np.log((share * density).sum(1)), rtol=1e-10)
    assert np.allclose(Mixture(1).nll(x, p[:, :3]), Gaussian().nll(x, p[:, 1:3]))


@each_family
def test_numpy_and_keras_tensors_give_the_same(family):
    outputs = Outputs(family, 4)
    x = some(outputs, 30)
    params = RNG.normal(size=(30, len(outputs.params)))
    tensors = ops.convert_to_tensor(x, "float32"), ops.convert_to_tensor(params, "float32")
    got = ops.convert_to_numpy(outputs.nll(*tensors))
    np.testing.assert_allclose(got, outputs.nll(x, params), rtol=2e-4, atol=2e-5)
    shown = ops.convert_to_numpy(outputs.encode(tensors[0]))
    np.testing.assert_allclose(shown, outputs.encode(x), atol=1e-5)
    assert shown.shape == (30, len(outputs.columns))


@each_family
def test_one_network_output_moves_one_parameter_and_the_gradient_is_that_of_the_loss(family):
    """The slope of the NLL by differences, against Keras's own."""
    tf = pytest.importorskip("tensorflow")
    x = some(Outputs(family, 1), 8)[:, 0]
    params = RNG.normal(size=(8, family.n_params))
    variable = tf.constant(params, "float32")
    with tf.GradientTape() as tape:
        tape.watch(variable)
        loss = ops.sum(family.nll(ops.convert_to_tensor(x, "float32"), variable))
    slopes = tape.gradient(loss, variable).numpy()
    for k in range(family.n_params):
        step = 1e-5 * np.eye(family.n_params)[k]
        expected = (family.nll(x, params + step) - family.nll(x, params - step)) / 2e-5
        np.testing.assert_allclose(slopes[:, k], expected, rtol=2e-3, atol=2e-3)


def kolmogorov(x, below, n):
    """D of a sample against a distribution function, and its limit at one false alarm in 10,000."""
    x = np.sort(x)
    at = below(x)
    steps = np.arange(n + 1) / n
    return max((steps[1:] - at).max(), (at - steps[:-1]).max()), math.sqrt(-math.log(5e-5) / 2 / n)


@pytest.mark.parametrize("family", [Gaussian(2.0, 0.5), Mixture(1), Mixture(4, -1.0, 3.0)], ids=str)
def test_draws_of_real_numbers_follow_their_density(family):
    """Kolmogorov–Smirnov; a sound draw fails for one seed in 10,000."""
    rng, n = np.random.default_rng(3), 20_000
    params = 0.6 * rng.normal(size=family.n_params)
    x = family.draw(np.tile(params, (n, 1)), rng.random(n))
    grid = np.linspace(family.mean - 30 * family.std, family.mean + 30 * family.std, 200_001)
    density = np.exp(-family.nll(grid, np.tile(params, (len(grid), 1))))
    total = np.cumsum(density) * (grid[1] - grid[0])
    assert abs(total[-1] - 1) < 1e-5
    distance, limit = kolmogorov(x, lambda at: np.interp(at, grid, total), n)
    assert distance < limit
    distance, limit = kolmogorov(x + 0.1 * family.std, lambda at: np.interp(at, grid, total), n)
    assert distance > limit


def test_draws_of_categories_follow_their_shares_and_the_coin_alone():
    family, n = Categorical(4), 40_000
    logits = np.array([0.0, 1.0, -1.0, -np.inf])
    u = (np.arange(n) + 0.5) / n
    x = family.draw(np.tile(logits, (n, 1)), u)
    shares = np.exp(logits) / np.exp(logits).sum()
    assert np.abs(np.bincount(x, minlength=4) / n - shares).max() < 2 / n
    assert (np.diff(x) >= 0).all(), "a larger coin draws a larger value"
    cold = family.draw(np.tile(logits, (n, 1)), u, temperature=0.01)
    assert (cold == 1).all()


def test_a_coin_of_zero_or_nearly_one_draws_something_finite():
    coins = np.array([0.0, 1 - 2.0**-53])
    for family in (Gaussian(), Mixture(3)):
        assert np.isfinite(family.draw(np.zeros((2, family.n_params)), coins)).all()
    assert set(Categorical(3).draw(np.zeros((2, 3)), coins)) == {0, 2}
    assert not Bernoulli().draw(np.full((1, 1), 800.0), np.ones(1))[0]


def test_the_quantile_is_that_of_the_normal_distribution():
    u = np.array([[0.001, 0.5], [0.9, 0.999]])
    np.testing.assert_allclose(np.vectorize(statistics.NormalDist().cdf)(normal_quantile(u)), u)


def test_a_narrow_gaussian_stays_finite_and_a_wide_one_too():
    params = np.array([[0.0, -1e6], [0.0, 1e6]])
    assert np.isfinite(Gaussian().nll(np.zeros(2), params)).all()


# --- A row of families ---------------------------------------------------------------------------


@given(rows_of_families())
def test_a_mixed_row_is_its_families_side_by_side(families):
    outputs, every = Outputs(families, len(families)), some(Outputs(families, len(families)), 6)
    params = RNG.normal(size=(6, len(outputs.params)))
    losses, shown = outputs.nll(every, params), outputs.encode(every)
    for d, family in enumerate(families):
        own = params[:, outputs.params == d]
        assert own.shape[1] == family.n_params
        np.testing.assert_allclose(losses[:, d], family.nll(every[:, d], own), rtol=1e-12)
        np.testing.assert_array_equal(shown[:, outputs.columns == d], family.encode(every[:, d]))
    again = Outputs(json.loads(json.dumps(outputs.config)), len(families))
    assert again == outputs and again != Outputs([*families[1:], Categorical(7)], len(families))
    assert (np.diff(outputs.columns) >= 0).all() and (np.diff(outputs.params) >= 0).all()


BAD = {
    "a name": (lambda: Outputs("gaussian", 3), r"outputs\[0\] must be one of Bernoulli, Cat"),
    "too few": (lambda: Outputs([Bernoulli()], 3), "one for each of 3 dimensions, got 1"),
    "k of 1": (lambda: Categorical(1), "k must be at least 2, got 1"),
    "no k": (lambda: Outputs({"family": "Categorical"}, 3), r"must be what a Categorical is made"),
    "another world": (lambda: Outputs({"family": "Poisson"}, 3), "family must be one of 'Bern"),
    "std 0": (lambda: Gaussian(0.0, 0.0), "std must be above 0 and finite, got 0.0"),
    "mean NaN": (lambda: Mixture(2, math.nan), "mean must be finite, got nan"),
    "too many": (lambda: Outputs(Categorical(2**16), 10_000), "at most 10,000,000 numbers"),
    "far": (lambda: Gaussian(1e8, 1.0), "mean must be at most 65,536 std from 0, .* got 1000000"),
    "no dimension": (lambda: Outputs(Bernoulli(), 0), "n_inputs must be at least 1, got 0"),
    "half a dimension": (lambda: Outputs(Bernoulli(), 2.5), "n_inputs must be an integer, got 2.5"),
    "a 2": (lambda: Outputs(Bernoulli(), 2).check("x", [[0, 2]]), "x must hold only 0 and 1, got"),
    "a half": (lambda: Outputs(Categorical(3), 1).check("x", [[0.5]]), r"in 0 … 2, got .*0\.5"),
    "a k": (lambda: Outputs(Categorical(3), 1).check("x", [[3]]), r"in 0 … 2, got .*3"),
    "inf": (lambda: Outputs(Gaussian(), 1).check("x", [[np.inf]]), "finite, got 1 NaN or inf"),
    "a shape": (lambda: Outputs(Gaussian(), 2).check("x", [[1.0]]), r"shape \(n, 2\), got \(1, 1"),
    "words": (lambda: Outputs(Gaussian(), 1).check("x", [["a"]]), "must hold real numbers"),
    "target": (lambda: Outputs(Bernoulli(), 1).check("t", [[2]], True), r"t must lie in \[0, 1\]"),
    "condition": (lambda: model_of(None, 3, 2).log_prob([[0, 0, 1]]), r"condition must be finite"),
    "no number": (
        lambda: model_of(None, 3, 1).log_prob([[0, 0, 1]], ["a"]),
        "condition must .*'a'",
    ),
    "a NaN": (
        lambda: model_of(None, 3, 1).log_prob([[0, 0, 1]], [np.nan]),
        "condition .*got .*nan",
    ),
    "needless": (lambda: model_of(None, 3).log_prob([[0, 0, 1]], [1.0]), r"\(1, 0\) or \(0,\)"),
    "three real": (lambda: checks.total_probability(model_of(Gaussian())), "at most 2 real"),
    "many states": (lambda: checks.total_probability(model_of(Categorical(200))), "states, got 8,"),
    "a real tail": (
        lambda: checks.tail_probability(model_of(Gaussian()), np.zeros(3), 2),
        "real n",
    ),
}


@pytest.mark.parametrize("call, message", BAD.values(), ids=BAD)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_values_are_the_same_in_whatever_type_they_come():
    """300 values do not fit into eight bits: a comparison in them would take 44 for 300."""
    x = np.array([[0, 1], [1, 44], [1, 0]])
    net = model_of(Categorical(300), 2)
    for dtype in ("int8", "uint8", "int16", "float16", "float32", "float64"):
        np.testing.assert_array_equal(net.log_prob(x.astype(dtype)), net.log_prob(x), dtype)
        shown = net.outputs.encode(ops.convert_to_tensor(x.astype(dtype)))
        assert np.array_equal(ops.convert_to_numpy(shown), net.outputs.encode(x)), dtype
    for family in (Bernoulli(), Bernoulli(True), Categorical(3), Gaussian(), Mixture(2)):
        net = model_of(family, 2)
        np.testing.assert_array_equal(net.log_prob(x[::2] > 0), net.log_prob(x[::2]))


def test_numbers_of_numpy_are_kept_in_files_as_any(tmp_path):
    for family in (Categorical(np.int64(3)), Mixture(np.int32(2), np.float32(1), np.int64(2))):
        model = made.MADE(2, (4,), outputs=family, seed=0)
        assert made.load(made.save(model, tmp_path / "model.npz")).outputs == model.outputs


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float64"])
def test_values_are_encoded_before_they_are_rounded(policy):
    """In 16 bits 2020 and 2020.4 are one number, and so are the categories 4000 and 4001."""
    for family, low, high in (
        (Gaussian(2020.0, 1.0), 2020.0, 2020.4),
        (Categorical(5000), 4000, 4001),
    ):
        model = made.MADE(2, (8,), outputs=family, seed=0, dtype=policy)
        for weight in model.trainable_weights:
            weight.assign(RNG.normal(size=weight.shape))
        rows = np.array([[low, low], [high, low]], "float32")
        got, expected = model.nll(rows), -model.network().log_prob(rows)
        np.testing.assert_allclose(got, expected, rtol=0.05, atol=0.05)
        assert abs(expected[0] - expected[1]) > 0.2


# --- Proofs, for every family --------------------------------------------------------------------

ROWS = {
    "bernoulli": (Bernoulli(), 6),
    "categorical": (Categorical(4), 4),
    "one real": ([Categorical(3), Gaussian(1.0, 2.0), Bernoulli()], 3),
    "gaussian": (Gaussian(1.0, 2.0), 2),
    "mixture": (Mixture(2, -1.0, 0.5), 2),
    "mixed": ([Bernoulli(), Categorical(3), Mixture(2), Gaussian(0.5, 3.0)], 4),
}
each_row = pytest.mark.parametrize("outputs, d", ROWS.values(), ids=ROWS)
CONDITIONS = [0, 2]
each_condition = pytest.mark.parametrize("c", CONDITIONS)


@each_row
@each_condition
def test_probabilities_sum_to_one(outputs, d, c):
    condition = RNG.normal(size=c) if c else None
    net = model_of(outputs, d, c, scale=0.3)
    assert abs(checks.total_probability(net, condition) - 1) < 1e-4
    leak = np.random.default_rng(1).normal(size=net.direct.shape) * (net.direct == 0)
    leaky = dataclasses.replace(net, direct=net.direct + leak)
    assert abs(checks.total_probability(leaky, condition) - 1) > 1e-3


@each_row
@each_condition
def test_paths_jacobian_and_changed_inputs_say_what_may_depend_on_what(outputs, d, c):
    model = made.MADE(
        d, (11, 8), "random", seed=3, outputs=outputs, n_conditions=c, activation="tanh"
    )
    for weight in model.trainable_weights:
        weight.assign(RNG.normal(size=weight.shape))
    net, x = model.network(), some(model.outputs, 40)
    condition = RNG.normal(size=(40, c))
    allowed = masks.allowed(net.ordering)
    looks = [
        net.paths(),
        checks.gradient_dependencies(model, x, condition),
        checks.gradient_dependencies(net.astype(float), x, condition),
        checks.moved_outputs(model, x, condition),
        checks.moved_outputs(net, x, condition),
    ]
    for look in looks:
        checks.assert_autoregressive(look, net.ordering)
        assert ((look != 0) == allowed).all(), "a path that is open is seen by every look"
    np.testing.assert_allclose(looks[1], looks[2], rtol=1e-3, atol=1e-4)
    model.output_layer.strict = False
    for look in (checks.gradient_dependencies, checks.moved_outputs):
        with pytest.raises(checks.NotAutoregressive):
            checks.assert_autoregressive(look(model, x, condition), net.ordering)


@pytest.mark.parametrize("outputs", [Categorical(3), [Gaussian(), *[Categorical(3)] * 6]], ids=str)
def test_the_tail_of_a_table_is_a_density(outputs):
    order = [0, 3, 1, 4, 2, 6, 5]
    net = model_of(outputs, 7, 1, scale=1.0, ordering=order)
    x = some(net.outputs, 1)
    total, moved = checks.tail_probability(net, x, 4, condition=[0.3])
    assert abs(total - 1) < 1e-10 and moved < 1e-10
    late, early = net.outputs.columns == order[-1], net.outputs.params == order[1]
    net.direct[1:][np.ix_(late, early)] = RNG.normal(size=(late.sum(), early.sum()))
    assert checks.tail_probability(net, x, 2, condition=[0.3])[1] > 0.1


@settings(max_examples=60, deadline=None)
@given(rows_of_families(), st.integers(0, 2), st.integers(1, 4), st.integers(0, 1000))
def test_sampler_loop_and_completion_draw_the_same(families, c, block, seed):
    net = model_of(families, len(families), c, seed)
    rng = np.random.default_rng(seed)
    u, condition = rng.random((12, len(families))), rng.normal(size=(12, c))
    options = {"uniforms": u, "condition": condition, "temperature": 0.7}
    drawn = sampling.sample(sampling.Sampler(net, block), 12, **options)
    assert drawn.dtype == net.outputs.dtype and drawn.shape == (12, len(families))
    np.testing.assert_allclose(
        drawn, sampling.sample_loop(net, 12, **options), rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(drawn, net.sample(12, **options))
    n_known = int(rng.integers(0, len(families) + 1))
    known = np.isin(np.arange(len(families)), net.ordering[:n_known])
    options["condition"] = condition[0]
    kept = sampling.complete(net, drawn[3], known, 12, **options)
    assert (kept[:, known] == drawn[3, known]).all()
    net.outputs.check("kept", kept)
    twin = sampling.complete(
        net, drawn[3], known, 12, **options | {"uniforms": u[3:4].repeat(12, 0)}
    )
    if c == 0:
        np.testing.assert_allclose(twin[0], drawn[3], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("outputs, d", [(Categorical(3), 4), ([Bernoulli(), Categorical(5)], 2)])
def test_draws_follow_the_enumerated_truth_given_a_condition(outputs, d):
    """Chi-squared over all states; a sound sampler fails for one seed in 10,000."""
    net, condition, n = model_of(outputs, d, 2, scale=1.0), np.array([1.0, -0.5]), 20_000
    values = [np.array(family.support) for family in net.outputs.families]
    x = np.stack([axis.ravel() for axis in np.meshgrid(*values, indexing="ij")], axis=1)
    expected = n * np.exp(net.log_prob(x, condition))
    drawn = net.sample(n, seed=1, condition=condition)
    place = np.ravel_multi_index(drawn.T.astype(int), [len(v) for v in values])
    counts = np.bincount(place, minlength=len(x))

    def statistic(expected):
        many = expected >= 5
        pairs = [*zip(counts[many], expected[many]), (counts[~many].sum(), expected[~many].sum())]
        pairs = [(a, b) for a, b in pairs if b > 0]
        k = len(pairs) - 1
        quantile = statistics.NormalDist().inv_cdf(1 - 1e-4)
        limit = k * (1 - 2 / (9 * k) + quantile * math.sqrt(2 / (9 * k))) ** 3
        return sum((a - b) ** 2 / b for a, b in pairs) / limit

    assert statistic(expected) < 1
    assert statistic(n * np.exp(net.log_prob(x, -condition))) > 1


@pytest.mark.parametrize("family", [Gaussian(1.0, 2.0), Mixture(3, -1.0, 0.5)], ids=str)
def test_draws_of_two_real_numbers_follow_the_integrated_truth(family):
    """Kolmogorov–Smirnov on both margins of 20,000 draws, each at one false alarm in 10,000."""
    net, n = model_of(family, 2, ordering="natural"), 20_000
    x, values = net.sample(n, seed=2), family.mean + family.std * np.linspace(-16, 16, 1025)
    pairs = np.stack([axis.ravel() for axis in np.meshgrid(values, values, indexing="ij")], axis=1)
    density = np.exp(net.log_prob(pairs)).reshape(1025, 1025)
    for d in range(2):
        total = np.cumsum(density.sum(1 - d)) * (values[1] - values[0]) ** 2
        below = partial(np.interp, xp=values + (values[1] - values[0]) / 2, fp=total)
        assert abs(total[-1] - 1) < 1e-4
        distance, limit = kolmogorov(x[:, d], below, n)
        assert distance < limit
        distance, limit = kolmogorov(x[:, d] + 0.2 * family.std, below, n)
        assert distance > limit


# --- Models, files, training ---------------------------------------------------------------------


@each_row
@each_condition
def test_the_network_computes_what_the_model_does_and_files_keep_it(outputs, d, c, tmp_path):
    model = made.MADE(d, (10,), "random", n_masks=2, outputs=outputs, n_conditions=c, seed=5)
    for weight in model.trainable_weights:
        weight.assign(0.5 * RNG.normal(size=weight.shape))
    x, condition = some(model.outputs, 25), RNG.normal(size=(25, c))
    expected = model.log_prob(x, condition=condition)
    file = made.save(model, tmp_path / "m.npz")
    loaded = [network.load(file, k) for k in range(2)]
    for same in (Average(model), made.load(file), Average(*loaded)):
        np.testing.assert_allclose(
            same.log_prob(x, condition=condition), expected, rtol=1e-4, atol=1e-3
        )
        drawn = same.sample(7, seed=1, condition=condition[:7])
        assert drawn.shape == (7, d) and drawn.dtype == model.outputs.dtype
    assert loaded[0].outputs == model.outputs and loaded[0].n_conditions == c
    assert made.load(file).config == model.config
    model.compile("adam", model.score)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.log_prob(x, condition=condition), expected, rtol=1e-6)
    assert again.score.outputs == model.outputs


def test_a_binary_file_says_nothing_new_so_that_older_readers_read_it(tmp_path):
    file = made.save(made.MADE(4, (5,)), tmp_path / "m.npz")
    with np.load(file) as held:
        assert not {"outputs", "n_conditions"} & set(json.loads(str(held["config"])))


@each_condition
def test_every_weight_that_lives_matters_and_no_other(c):
    model = made.MADE(3, (6,), outputs=Categorical(3), n_conditions=c, seed=1)
    live = sum(int((k != 0).sum()) for k in [*model.network().kernels, model.network().direct])
    assert model.live_weights() == live + 6 + 9


def test_conditions_reach_every_output_even_the_first():
    net = model_of(Bernoulli(), 5, 1, direct=False, widths=(40,), degrees="even")
    x = np.zeros((1, 5))
    assert (net.logits(x, [[0.0]]) != net.logits(x, [[5.0]])).all()


def test_fit_learns_a_table_and_a_condition():
    """Two columns that follow each other and the condition: the NLL falls to their entropy."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 4000)
    first = np.where(rng.random(4000) < 0.9, label, 2)
    second = np.where(rng.random(4000) < 0.8, first, (first + 1) % 3) + 0.0
    third = second + 0.5 * rng.normal(size=4000)
    x = np.column_stack([first, second, third])
    outputs = [Categorical(3), Categorical(3), Gaussian(x[:, 2].mean(), x[:, 2].std())]
    model = made.MADE(3, (30,), outputs=outputs, n_conditions=2, seed=0)
    rows = np.column_stack([np.eye(2)[label], x])
    history = training.fit(model, rows[:3000], rows[3000:], epochs=15, batch_size=50,
                           learning_rate=1e-2, progress=False)  # fmt: skip
    bits = -sum(p * math.log(p) for p in (0.9, 0.1, 0.8, 0.2))
    truth = bits + 0.5 * math.log(2 * math.pi * math.e * 0.25)
    assert abs(history.best_valid - truth) < 0.1
    given = model.nll(x[3000:], condition=np.eye(2)[label[3000:]]).mean()
    assert abs(given - history.best_valid) < 1e-3
    assert model.nll(x[3000:], condition=np.eye(2)[1 - label[3000:]]).mean() > given + 0.5


def test_targets_may_be_probabilities_of_pixels_and_nothing_else():
    x = RNG.integers(0, 2, (40, 3))
    soft = dict(augment=lambda x, rng: (x, 0.5 * np.ones(x.shape)), epochs=1, progress=False)
    training.fit(made.MADE(3, (4,)), x, x, **soft)
    table = made.MADE(3, (4,), outputs=Categorical(2))
    with pytest.raises(ValueError, match=r"whole numbers in 0 … 1, got .*0\.5"):
        training.fit(table, x, x, **soft)


@each_row
@each_condition
def test_blocks_compute_and_learn_the_same(outputs, d, c):
    model = made.MADE(d, (20, 15), "random", outputs=outputs, n_conditions=c, seed=2)
    fast = BlockMADE(model, 2)
    rows = np.column_stack([RNG.normal(size=(30, c)), some(model.outputs, 30)]).astype("float32")
    np.testing.assert_allclose(np.asarray(fast(rows)), np.asarray(model(rows)), atol=1e-4)
    for net in (model, fast):
        net.compile(keras.optimizers.SGD(1e-2), loss=net.score)
        net.train_on_batch(rows, rows)
    np.testing.assert_allclose(np.asarray(fast(rows)), np.asarray(model(rows)), atol=1e-3)


def test_members_of_an_average_are_of_the_same_data():
    with pytest.raises(ValueError, match=r"members\[1\] must have the outputs of the first one"):
        Average(model_of(Bernoulli()), model_of(Categorical(3)))
    with pytest.raises(ValueError, match=r"members\[1\] must have the n_conditions of the first"):
        Average(model_of(Bernoulli()), model_of(Bernoulli(), n_conditions=1))


def test_members_of_an_average_may_be_shown_their_data_in_other_ways():
    """A fresh model sees −1 and 1; members trained on other rows standardize by other numbers."""
    two = Average(model_of(Bernoulli(), 4), model_of(Bernoulli(signs=True), 4, seed=1))
    assert abs(checks.total_probability(two) - 1) < 1e-12
    two = Average(model_of(Gaussian(1.0, 2.0), 2), model_of(Mixture(2, 1.5, 1.8), 2, seed=1))
    assert abs(checks.total_probability(two) - 1) < 1e-5
    assert two.sample(3).dtype == np.float64


def test_an_average_given_a_condition_sums_to_one_and_is_drawn_from():
    average = Average(*(model_of(Categorical(3), 4, 1, seed) for seed in range(3)))
    assert abs(checks.total_probability(average, [0.7]) - 1) < 1e-10
    assert average.sample(5, condition=[0.7]).shape == (5, 4)


def test_a_model_of_several_mask_sets_draws_from_their_average():
    model = made.MADE(4, (8,), "random", n_masks=3, seed=0)
    u = RNG.random((50, 5))
    expected = Average(model).sample(50, uniforms=u)
    assert np.array_equal(sampling.sample(model, 50, uniforms=u), expected)
    assert np.array_equal(model.sample(50, uniforms=u), expected)


def test_equal_means_equal_families():
    assert Outputs(Bernoulli(), 3) != Outputs(Bernoulli(), 4)
    assert Outputs(Gaussian(), 2) != Outputs(Mixture(1), 2)
    assert "3 × Categorical(k=4)" in repr(Outputs(Categorical(4), 3))
    assert isinstance(model_of(Categorical(4)), Network)


def test_the_gaussians_of_a_mixture_start_apart_or_training_would_leave_them_together():
    """Two far clusters: one Gaussian would cost about 0.8 nats more than the truth."""
    rng = np.random.default_rng(0)
    x = rng.choice([-3.0, 3.0], (3000, 2)) + 0.5 * rng.normal(size=(3000, 2))
    outputs = [Mixture(4, 0.0, 3.0), Mixture(4, 0.0, 3.0)]
    model = made.MADE(2, (8,), outputs=outputs, seed=0)
    means = model.network().biases[-1][4:8]
    assert (np.diff(means) > 0.3).all() and (model.outputs.start[16:20] == means).all()
    history = training.fit(model, x[:2000], x[2000:], epochs=15, batch_size=100,
                           learning_rate=1e-2, progress=False, jit=False)  # fmt: skip
    truth = 2 * (math.log(2) + 0.5 * math.log(2 * math.pi * math.e * 0.25))
    assert abs(history.best_valid - truth) < 0.2
    assert not Outputs([Bernoulli(), Categorical(3), Gaussian()], 3).start.any()
