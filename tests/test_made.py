"""helpers.made: masked layers and the model, proved autoregressive and a density."""

import doctest

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from helpers import activations, checks, made, masks, network, packed
from helpers.made import MADE, MaskedDense

RNG = np.random.default_rng(0)
VARIANTS = {
    "natural, direct": dict(n_inputs=12, hidden_units=(20, 15)),
    "random, not direct": dict(n_inputs=9, hidden_units=(16,), ordering="random", direct=False),
    "given, 3 mask sets": dict(
        n_inputs=5, hidden_units=(7, 6, 5), ordering=[1, 2, 0, 4, 3], n_masks=3, activation="tanh"
    ),
    "random, 3 mask sets": dict(
        n_inputs=8, hidden_units=(1, 30), ordering="random", n_masks=3, degrees="even", dropout=0.5
    ),
}


def unsettled(seed=0, **settings):
    """A model with N(0, 1) weights and biases: with small ones a leak would not show."""
    model = MADE(**settings, seed=seed)
    rng = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign(rng.standard_normal(weight.shape))
    return model


def assert_density_for_every_mask_set(model, tolerance=1e-5):
    for k in range(model.n_masks):
        assert abs(checks.total_probability(model.network(k)) - 1) < tolerance
    assert abs(checks.total_probability(model) - 1) < 1e-3  # the Keras model adds in float32


def train_a_little(model, steps=20):
    """Some plain steps of Adam, without `fit`: `test_training` is about that."""
    x = (RNG.random((50, model.n_inputs)) < RNG.random(model.n_inputs)).astype("float32")
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss=made.nll, run_eagerly=True)
    before = float(np.mean(model.nll(x)))
    for _ in range(steps):
        model.train_on_batch(x, x)
    assert float(np.mean(model.nll(x))) < before - 0.5
    return model


# --- A density, and autoregressive ---------------------------------------------------------------


@given(st.data())
@settings(max_examples=60)
def test_probabilities_sum_to_one_for_any_shape_ordering_and_weights(data):
    d = data.draw(st.integers(2, 10))
    degrees = masks.make_degrees(
        d,
        data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=3)),
        data.draw(st.permutations(range(d))),
        data.draw(st.sampled_from(masks.HIDDEN_DEGREES)),
        data.draw(st.integers(0, 2**32 - 1)),
    )
    matrices = [m.astype(float) for m in masks.make_masks(degrees)]
    direct = masks.direct_mask(degrees[0]).astype(float) if data.draw(st.booleans()) else None
    activation = data.draw(st.sampled_from(sorted(activations.ACTIVATIONS)))
    plain = network.Network(degrees, matrices, [m[0] for m in matrices], direct, activation)
    plain = checks.randomize(plain, data.draw(st.integers(0, 1000)))
    assert abs(checks.total_probability(plain) - 1) < 1e-5


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_sums_to_one_untrained_trained_and_after_save_and_load(variant, tmp_path):
    model = unsettled(**variant)
    assert_density_for_every_mask_set(model)
    train_a_little(model)
    assert_density_for_every_mask_set(model)
    x = checks.all_binary(model.n_inputs)[:: 2 ** max(0, model.n_inputs - 8)]
    expected = [model.log_prob(x, k) for k in range(model.n_masks)]
    model.save(tmp_path / "model.keras")
    made.save(model, tmp_path / "model.npz")
    loaded = {
        "keras": keras.models.load_model(tmp_path / "model.keras"),
        "npz": made.load(tmp_path / "model.npz"),
    }
    for again in loaded.values():
        for k in range(model.n_masks):
            np.testing.assert_allclose(again.log_prob(x, k), expected[k], rtol=1e-5, atol=1e-5)
            assert all(map(np.array_equal, again.degrees_of(k), model.degrees_of(k)))
        assert_density_for_every_mask_set(again)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_gradients_perturbation_and_paths_agree_on_who_sees_whom(variant):
    model = unsettled(**{**variant, "activation": "tanh"})  # tanh hides no edge, ReLU may
    for k in range(model.n_masks):
        order, rank = model.orderings()[k], model.degrees_of(k)[0]
        x = RNG.normal(0, 0.3, (40, model.n_inputs))
        gradients = checks.gradient_dependencies(lambda v, k=k: model(v, mask_set=k), x)
        flips = checks.moved_outputs(model.network(k).astype(float).logits, x > 0)
        paths = model.network(k).paths()
        for dependencies in (gradients, flips, paths):
            checks.assert_autoregressive(dependencies, order)
            assert np.array_equal(dependencies != 0, paths != 0)
        if model.direct is not None:
            assert np.array_equal(paths != 0, rank[:, None] < rank[None, :])


def test_average_over_mask_sets_is_a_density_and_mixes_whole_images():
    model = unsettled(**VARIANTS["random, 3 mask sets"])
    x = checks.all_binary(8)
    each = np.exp([model.log_prob(x, k) for k in range(3)])
    np.testing.assert_allclose(np.exp(model.log_prob(x)), each.mean(axis=0), rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(model.nll(x), -model.log_prob(x))
    assert np.abs(each[0] - each[1]).max() > 1e-3


def test_log_prob_does_not_depend_on_the_batch_size():
    model = unsettled(**VARIANTS["natural, direct"])
    x = RNG.integers(0, 2, (23, 12))
    whole = model.log_prob(x)
    np.testing.assert_allclose(model.log_prob(x, batch_size=7), whole, rtol=1e-5)
    np.testing.assert_allclose(model.log_prob(x.astype(bool)), whole, rtol=1e-6)


@pytest.mark.parametrize("direct", [True, False])
def test_a_uniform_model_scores_d_ln_2(direct):
    model = MADE(784, (3,), direct=direct)
    for weight in model.trainable_weights:
        weight.assign(np.zeros(weight.shape))
    np.testing.assert_allclose(model.nll(RNG.integers(0, 2, (4, 784))), 784 * np.log(2), rtol=1e-5)


def test_keras_binary_crossentropy_times_d_is_the_models_nll():
    model = unsettled(**VARIANTS["natural, direct"])
    x = RNG.integers(0, 2, (20, 12)).astype("float32")
    theirs = keras.losses.binary_crossentropy(x, model(x), from_logits=True)
    np.testing.assert_allclose(ops.convert_to_numpy(theirs) * 12, model.nll(x), rtol=1e-4)
    np.testing.assert_allclose(made.nll(x.astype("uint8"), model(x)), model.nll(x), rtol=1e-5)


# --- Degrees are part of the model ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.keras", "model.npz"])
def test_degrees_are_read_from_the_file_and_not_drawn_again(name, tmp_path):
    """The fault: degrees left out of the file. Here they differ from what the seed draws."""
    settings = dict(n_inputs=6, hidden_units=(9, 9), ordering="random", n_masks=2)
    model, other = unsettled(**settings, seed=1), MADE(**settings, seed=2)
    for weight, degrees in zip(model.degrees, other.degrees):
        weight.assign(degrees)
    x = checks.all_binary(6)
    kept = [model.log_prob(x, k) for k in range(2)]
    path = tmp_path / name
    model.save(path) if name.endswith(".keras") else made.save(model, path)
    again = keras.models.load_model(path) if name.endswith(".keras") else made.load(path)
    for k in range(2):
        np.testing.assert_allclose(again.log_prob(x, k), kept[k], rtol=1e-5, atol=1e-5)
    for weight, degrees in zip(again.degrees, MADE(**settings, seed=1).degrees):
        weight.assign(degrees)  # the fault itself: it must show
    assert np.abs(again.log_prob(x, 0) - kept[0]).max() > 0.1


@given(st.integers(1, 30), st.integers(1, 20), st.integers(0, 1000), st.floats(1e-6, 1e6))
def test_packed_weights_are_within_half_a_level_of_the_stored_ones(n_in, n_out, seed, size):
    """8 bits: LEVELS steps to the largest weight of the unit. 16 bits: 11 binary digits."""
    rng = np.random.default_rng(seed)
    live = rng.random((n_in, n_out)) < 0.6
    kernel = (rng.standard_normal((n_in, n_out)) * size).astype("float32")
    largest = np.abs(kernel * live).max(axis=0)
    again = packed.unpack("w", packed.pack("w", kernel, live, "int8"), live)
    assert not again[~live].any()
    assert (np.abs(again - kernel * live) <= largest / packed.LEVELS * 0.5001).all()
    exact = packed.unpack("w", packed.pack("w", kernel, live, "float32"), live)
    assert np.array_equal(exact, kernel * live)
    if size < 1e3:
        half = packed.unpack("w", packed.pack("w", kernel, live, "float16"), live)
        assert (np.abs(half - kernel * live) <= np.abs(kernel) * 2**-11 + 2**-25).all()


def test_an_8_bit_file_scores_the_same_within_a_hundredth_of_a_nat(tmp_path):
    model = train_a_little(MADE(8, (30,), "random", n_masks=2, seed=1))
    whole, small = (made.save(model, tmp_path / f"{t}.npz", t) for t in ("float32", "int8"))
    x = RNG.integers(0, 2, (500, 8))
    again = made.load(small)
    assert np.abs(again.log_prob(x) - made.load(whole).log_prob(x)).max() < 0.3
    assert abs(np.mean(again.log_prob(x) - model.log_prob(x))) < 0.01
    assert_density_for_every_mask_set(again)
    with pytest.raises(ValueError, match="dtype must be one of 'float32', .*got 'int4'"):
        made.save(model, tmp_path / "x.npz", dtype="int4")


def test_mask_sets_cost_the_memory_of_their_degrees_only():
    def size(weights):
        return sum(int(np.prod(w.shape)) * np.dtype(w.dtype).itemsize for w in weights)

    one, many = (MADE(50, (40, 30), n_masks=k) for k in (1, 32))
    assert size(many.trainable_weights) == size(one.trainable_weights)
    for model in (one, many):  # 4 bytes a degree, and a counter of batches
        assert size(model.non_trainable_weights) == model.n_masks * (50 + 40 + 30) * 4 + 4
        assert size(model.variables) == size(model.weights)


def test_training_calls_cycle_through_the_mask_sets_and_inference_does_not():
    model = unsettled(n_inputs=6, hidden_units=(9,), ordering="random", n_masks=3)
    x = checks.all_binary(6)
    each = [np.asarray(model(x, mask_set=k)) for k in range(3)]
    for call in range(7):
        np.testing.assert_allclose(np.asarray(model(x, training=True)), each[call % 3], rtol=1e-6)
        np.testing.assert_allclose(np.asarray(model(x)), each[0], rtol=1e-6)
    assert int(model.batches) == 7
    assert len({tuple(o) for o in model.orderings()}) > 1


def test_inference_with_dropout_is_deterministic_and_training_is_not():
    model = unsettled(n_inputs=10, hidden_units=(50, 50), dropout=0.5)
    x = RNG.integers(0, 2, (20, 10)).astype("float32")
    assert np.array_equal(model(x), model(x))
    assert np.array_equal(model.log_prob(x), model.log_prob(x))
    assert not np.array_equal(model(x, training=True), model(x, training=True))
    without = MADE(10, (50, 50))
    without.set_weights(model.get_weights())
    assert np.array_equal(without(x), model(x))


def test_the_seed_draws_everything():
    settings = dict(n_inputs=9, hidden_units=(8,), ordering="random", n_masks=2)
    a, b, c = (MADE(**settings, seed=s) for s in (1, 1, 2))
    assert all(map(np.array_equal, a.get_weights(), b.get_weights()))
    kernels = [(p, q) for p, q in zip(a.weights, c.weights) if "kernel" in p.name]
    assert kernels and not any(np.array_equal(p, q) for p, q in kernels)
    assert not np.array_equal(a.orderings(), c.orderings())


def test_initial_weights_have_the_scale_of_their_live_inputs():
    """N(0, 2 / live inputs), a tenth of it for what feeds logits; biases zero."""
    model = MADE(300, (400,), seed=0)
    plain, live = model.network(), [m.sum(0) for m in masks.make_masks(model.degrees_of())]
    for kernel, n, gain in [(plain.kernels[0], live[0], 1.0), (plain.kernels[1], live[1], 0.1)]:
        total = (kernel[:, n > 0] ** 2).sum(axis=0).mean()
        assert total == pytest.approx(2 * gain**2, rel=0.05)
    assert not any(bias.any() for bias in plain.biases)
    assert np.mean(model.nll(RNG.integers(0, 2, (50, 300)))) == pytest.approx(
        300 * np.log(2), rel=0.02
    )


@pytest.mark.parametrize("direct", [True, False])
def test_initial_weights_of_two_mask_sets_drawn_again_by_hand(direct):
    """One stream draws orderings and degrees of all sets, then the kernels, layer by layer, each
    with the scale of the unit's live inputs, averaged over the sets."""
    model = MADE(30, (20, 10), "random", n_masks=2, seed=7, direct=direct)
    rng = np.random.default_rng(7)
    sets = [masks.make_degrees(30, (20, 10), "random", "random", rng) for _ in range(2)]
    every = [masks.make_masks(one) + [masks.direct_mask(one[0])] for one in sets]
    for k in range(2):
        assert all(map(np.array_equal, model.degrees_of(k), sets[k]))
    layers = [*model.hidden, model.output_layer, model.direct]
    for layer, pair, gain in zip(layers, zip(*every), [1, 1, 0.1, 0.1]):
        if layer is not None:
            live = (pair[0].sum(0) + pair[1].sum(0)) / 2
            drawn = rng.standard_normal(layer.kernel.shape, dtype=np.float32)
            want = drawn * gain * np.sqrt(2 / np.maximum(live, 1))
            np.testing.assert_allclose(layer.kernel.numpy(), want, rtol=1e-6)
    assert len({tuple(order) for order in model.orderings()}) == 2


STORED = [("tanh", "float16"), ("tanh", "int8"), *((a, "float32") for a in activations.ACTIVATIONS)]


@pytest.mark.parametrize("activation, dtype", STORED)
def test_a_file_keeps_degrees_above_255_and_the_activation(activation, dtype, tmp_path):
    """In the Keras model and in the plain network alike."""
    model = unsettled(n_inputs=300, hidden_units=(9,), ordering="random", activation=activation)
    file = made.save(model, tmp_path / "model.npz", dtype)
    again, plain = made.load(file), network.load(file)
    assert plain.degrees[0].max() == 300 and plain.activation == activation
    assert all(map(np.array_equal, again.degrees_of(), model.degrees_of()))
    x = RNG.integers(0, 2, (20, 300))
    rtol = {"float32": 1e-5, "float16": 0.01, "int8": 0.05}[dtype]
    np.testing.assert_allclose(again.log_prob(x), model.log_prob(x), rtol=rtol)
    np.testing.assert_allclose(plain.log_prob(x), again.log_prob(x), rtol=1e-4)


def test_the_config_says_what_was_asked_for(tmp_path):
    asked = dict(n_inputs=5, hidden_units=(7, 6), ordering=[1, 2, 0, 4, 3], direct=False,
                 activation="elu", dropout=0.25, n_masks=3, seed=11, degrees="even")  # fmt: skip
    asked |= {"fresh": True, "outputs": {"family": "Bernoulli", "signs": True}, "n_conditions": 0}
    model = MADE(**asked)
    assert model.config == asked and model.get_config().items() >= asked.items()
    again = made.load(made.save(model, tmp_path / "model.npz"))
    assert again.config == asked
    assert [drop.rate for drop in again.drops] == [0.25, 0.25]
    assert len({drop.seed for drop in again.drops}) == 2, "two layers drop the same units"


def test_repr_is_short_and_says_what_matters():
    model = MADE(5, (7, 6), [1, 2, 0, 4, 3], n_masks=3)
    assert repr(model) == "MADE(5, (7, 6), ordering='given', n_masks=3)"
    assert "ordering='random'" in repr(MADE(5, (7,), "random"))


def test_live_weights_counts_what_the_masks_leave():
    model = MADE(3, (2,), degrees="even")  # degrees 1 2 3 and 1 2
    # 3 weights to the hidden units, 3 to the outputs, 3 direct ones, 2 + 3 biases
    assert model.live_weights() == 3 + 3 + 3 + 5
    assert MADE(3, (2,), degrees="even", direct=False).live_weights() == 11
    plain = unsettled(n_inputs=7, hidden_units=(6, 5), n_masks=2).network(1)
    arrays = [*plain.kernels, plain.direct, *plain.biases]
    model = MADE(7, (6, 5), n_masks=2)
    assert model.live_weights(1) == sum(np.count_nonzero(a) for a in arrays)


# --- The layer -----------------------------------------------------------------------------------


def test_masked_dense_ignores_what_the_mask_forbids():
    layer = MaskedDense(2, activation="relu", bias_initializer="ones")
    d_in, d_out = np.array([3, 1, 2]), np.array([2, 1])
    x = RNG.normal(size=(4, 3)).astype("float32")
    y = np.asarray(layer(x, d_in, d_out))
    kernel = np.asarray(layer.get_weights()[0])
    expected = x @ (kernel * np.array([[0, 0], [1, 1], [1, 0]])) + 1
    np.testing.assert_allclose(y, np.maximum(expected, 0), rtol=1e-5, atol=1e-6)
    strict = MaskedDense(2, strict=True, use_bias=False, kernel_initializer="ones")
    assert np.asarray(strict(x, d_in, d_out))[:, 1].tolist() == [0] * 4
    assert layer.compute_output_shape((None, 3)) == (None, 2)


def test_masked_dense_config_round_trip():
    layer = MaskedDense(4, strict=True, activation="tanh", use_bias=False, name="x")
    again = MaskedDense.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert (again.units, again.strict, again.use_bias) == (4, True, False)


def test_model_config_round_trip_and_output_shape():
    model = MADE(**VARIANTS["given, 3 mask sets"])
    again = MADE.from_config(model.get_config())
    assert all(map(np.array_equal, again.get_weights(), model.get_weights()))
    assert again.compute_output_shape((None, 5)) == (None, 5)


def test_numpy_integers_are_fine_as_settings_and_can_be_saved(tmp_path):
    model = MADE(np.int64(4), np.array([5]), np.array([1, 2, 0, 3]), n_masks=np.int32(2),
                 seed=np.int64(3))  # fmt: skip
    again = made.load(made.save(model, tmp_path / "model.npz"))
    assert again.config == model.config


# --- Bad input -----------------------------------------------------------------------------------

BAD = {
    "n_inputs 1": (dict(n_inputs=1), "n_inputs must be at least 2, got 1"),
    "n_inputs 2.0": (dict(n_inputs=2.0), r"n_inputs must be an integer, got 2\.0"),
    "no layers": (dict(hidden_units=()), "hidden_units must name at least one"),
    "zero width": (dict(hidden_units=(8, 0)), "hidden_units must be at least 1, got 0"),
    "not a permutation": (dict(ordering=[0, 1, 1, 2]), "ordering must be a permutation of 0 … 3"),
    "too long": (dict(ordering=[0, 1, 2, 3, 4]), "ordering must be a permutation of 0 … 3"),
    "unknown ordering": (dict(ordering="raster"), "ordering must be 'natural', 'random'"),
    "dropout 1": (dict(dropout=1), "dropout must be at least 0 and below 1, got 1"),
    "dropout < 0": (dict(dropout=-0.1), r"dropout must be at least 0 and below 1, got -0\.1"),
    "dropout nan": (dict(dropout=np.nan), "dropout must be at least 0 and below 1, got nan"),
    "activation": (dict(activation="gelu"), "activation must be one of 'relu', .*got 'gelu'"),
    "n_masks 0": (dict(n_masks=0), "n_masks must be at least 1, got 0"),
    "n_masks 1.5": (dict(n_masks=1.5), r"n_masks must be an integer, got 1\.5"),
    "degrees": (dict(degrees="odd"), "degrees must be one of .*got 'odd'"),
    "seed None": (dict(seed=None), "seed must be an integer, got None"),
    "seed 2**63": (dict(seed=2**63, dropout=0.5), "seed must be at most 4294967295, got 922337"),
    "seed 1.0": (dict(seed=1.0), r"seed must be an integer, got 1\.0"),
    "width 0": (dict(hidden_units=0), "hidden_units must be at least 1, got 0"),
    "width in words": (dict(hidden_units="500"), "hidden_units must be an integer, got '500'"),
    "direct in words": (dict(direct="no"), "direct must be True or False, got 'no'"),
    "direct 1": (dict(direct=1), "direct must be True or False, got 1"),
    "dropout in words": (dict(dropout="x"), "dropout must be at least 0 and below 1, got 'x'"),
    "dropout None": (dict(dropout=None), "dropout must be at least 0 and below 1, got None"),
    "n_masks True": (dict(n_masks=True), "n_masks must be an integer, got True"),
    "activations": (dict(activation=["relu"]), r"activation must be one of .*got \['relu'\]"),
    "seed -1": (dict(seed=-1), "seed must be at least 0, got -1"),
}


@pytest.mark.parametrize("settings, message", BAD.values(), ids=BAD)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        MADE(**{"n_inputs": 4, "hidden_units": (5,), **settings})


def test_the_highest_seed_serves_every_layer():
    model = MADE(4, (5, 5), dropout=0.5, seed=2**32 - 1)
    assert model(np.zeros((2, 4)), training=True).shape == (2, 4)


def test_a_file_in_no_folder_is_named_as_the_reader_named_it(tmp_path):
    with pytest.raises(ValueError, match=r"path must lie in a folder that exists, got .*no/m\.npz"):
        made.save(MADE(3, (4,)), tmp_path / "no" / "m.npz")


def changed(config, arrays, key, value):
    return (config | {key: value}, arrays) if key in config else (config, arrays | {key: value})


FILES = {
    "another kind of model": ("hidden_units", (9,)),
    "an unknown activation": ("activation", "gelu"),
    "a kernel too long": ("kernel_0", np.zeros(999, "float32")),
    "a bias too long": ("bias_1", np.zeros(4, "float32")),
    "fewer mask sets": ("n_masks", 3),
}


@pytest.mark.parametrize("key, value", FILES.values(), ids=FILES)
def test_a_file_that_does_not_fit_is_named(key, value, tmp_path):
    path = made.save(MADE(3, (4,), n_masks=2), tmp_path / "model.npz")
    packed.save_arrays(path, *changed(*packed.load_arrays(path), key, value))
    with pytest.raises(ValueError, match="path must be a file written by made.save, got .*npz"):
        made.load(path)


@pytest.mark.parametrize("mask_set", [-1, 2, 0.5, "0", True])
def test_a_bad_mask_set_is_named(mask_set):
    model = MADE(3, (4,), n_masks=2)
    calls = (model.network, model.degrees_of, model.live_weights,
             lambda k: model.log_prob(np.zeros((1, 3)), k))  # fmt: skip
    for call in calls:
        with pytest.raises(ValueError, match=f"mask_set must be .*, got {mask_set!r}"):
            call(mask_set)


@pytest.mark.parametrize("shape", [(3,), (2, 4), (1, 2, 3)])
def test_inputs_of_the_wrong_shape_are_named(shape):
    model = MADE(3, (4,))
    for call in (model, lambda x: model(x, training=True)):
        with pytest.raises(ValueError, match=r"inputs must have shape \(batch, 3\), got \("):
            call(np.zeros(shape, "float32"))


@pytest.mark.parametrize("batch_size", [0, -1, 2.5])
def test_a_bad_batch_size_is_named(batch_size):
    with pytest.raises(ValueError, match=f"batch_size must be .*, got {batch_size}"):
        MADE(3, (4,)).log_prob(np.zeros((1, 3)), batch_size=batch_size)


def test_examples_in_the_docstrings():
    result = doctest.testmod(made)
    assert result.attempted and not result.failed
