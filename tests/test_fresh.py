"""helpers.fresh: orderings and connectivity drawn inside the compiled step, each a valid one."""

import json

import keras
import numpy as np
import pytest

from helpers import checks, fresh, made, masks, network, training
from helpers.made import MADE
from helpers.outputs import Bernoulli

RNG = np.random.default_rng(0)
DATA = (RNG.random((90, 6)) < np.linspace(0.1, 0.9, 6)).astype("uint8")
KINDS = {
    "random": dict(ordering="random", how="random"),
    "natural": dict(ordering="natural", how="random"),
    "given": dict(ordering=[3, 0, 5, 1, 4, 2], how="random"),
    "even": dict(ordering="random", how="even"),
}


def draws(n, n_inputs=6, units=(5, 4), seed=0, **kind):
    """`n` draws from one generator, as NumPy arrays."""
    generator = keras.random.SeedGenerator(seed)
    every = [fresh.draw_degrees(n_inputs, units, seed=generator, **kind) for _ in range(n)]
    return [[made.as_numpy(layer) for layer in degrees] for degrees in every]


def fitted(model, epochs=2, **settings):
    settings = dict(batch_size=20, learning_rate=0.01, seed=1, progress=False) | settings
    training.fit(model, DATA[:60], DATA[60:], epochs=epochs, **settings)
    return model


# --- what is drawn -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_draw_is_autoregressive_in_its_own_ordering(kind):
    for degrees in draws(60, **kind):
        ranks = degrees[0]
        assert sorted(ranks) == list(range(1, 7))
        for before, after in zip(degrees, degrees[1:]):
            assert before.min() <= after.min() and after.max() <= 5
        paths = masks.count_paths(masks.make_masks(degrees), masks.direct_mask(ranks))
        assert np.array_equal(paths != 0, masks.allowed(np.argsort(ranks)))


def test_an_ordering_that_is_not_random_is_kept():
    for kind in ("natural", "given"):
        ranks = masks.input_degrees(masks.make_ordering(6, KINDS[kind]["ordering"]))
        assert all(np.array_equal(one[0], ranks) for one in draws(20, **KINDS[kind]))


def test_draws_are_spread_as_those_of_masks():
    """Chi-squared: of 24 orderings, and of the hidden degrees; a false alarm in 10,000."""
    every = draws(1200, n_inputs=4, units=(1, 1))
    _, orders = np.unique([tuple(one[0]) for one in every], axis=0, return_counts=True)
    assert len(orders) == 24 and ((orders - 50) ** 2 / 50).sum() < 58.6  # 23 degrees of freedom
    pairs = [(one[1][0], one[2][0]) for one in every]  # the second is at least the first
    seen = {pair: pairs.count(pair) for pair in set(pairs)}
    expected = {(a, b): 400 / (4 - a) for a in (1, 2, 3) for b in range(a, 4)}
    assert seen.keys() == expected.keys()
    assert sum((seen[p] - e) ** 2 / e for p, e in expected.items()) < 25.7  # 5 degrees of freedom


def test_even_degrees_are_those_of_masks():
    for degrees in draws(5, units=(9, 3), **KINDS["even"]):
        assert degrees[1].tolist() == masks.hidden_degrees(9, 6, 1, "even").tolist()
        assert degrees[2].tolist() == masks.hidden_degrees(3, 6, 1, "even").tolist()


def test_a_large_layer_never_reaches_degree_d():
    """Rounding in float32 may carry u (D − 1) up to D − 1 itself."""
    for n_inputs in (2, 514, 784):
        hidden = [one[1] for one in draws(3, n_inputs=n_inputs, units=(200_000,))]
        assert max(h.max() for h in hidden) == n_inputs - 1 and min(h.min() for h in hidden) == 1


# --- in the model --------------------------------------------------------------------------------


def test_in_training_each_call_is_another_network_and_asked_it_is_a_stored_one():
    model = MADE(6, (9, 7), "random", fresh=True, n_masks=2, seed=4)
    raw = [made.as_numpy(layer.kernel) for layer in [*model.hidden, model.output_layer]]
    biases = [made.as_numpy(layer.bias) for layer in [*model.hidden, model.output_layer]]
    for degrees in draws(3, units=(9, 7), seed=4):
        kernels = [k * m for k, m in zip(raw, masks.make_masks(degrees))]
        direct = made.as_numpy(model.direct.kernel) * masks.direct_mask(degrees[0])
        expected = network.Network(degrees, kernels, biases, direct).logits(2.0 * DATA - 1)
        assert np.allclose(made.as_numpy(model(DATA, training=True)), expected, atol=1e-6)
    for k in (0, 1):
        stored = model.network(k).logits(DATA)
        assert np.allclose(made.as_numpy(model(DATA, mask_set=k)), stored, atol=1e-6)


def test_a_step_is_traced_once_and_draws_anew_each_time(monkeypatch):
    traced, kept = [], []

    def spy(*given):
        traced.append(1)
        degrees = fresh.draw_degrees(*given)
        kept.append(degrees[0])
        return degrees

    monkeypatch.setattr(made, "draw_degrees", spy)
    model = MADE(6, (9,), "random", fresh=True, seed=4)
    once = model.compute_output_shape((None, 6))
    assert once == (None, 6) and not traced
    fitted(model, epochs=4)
    first = len(traced)
    assert 1 <= first <= 2  # Keras may trace the last, smaller batch
    monkeypatch.undo()
    state = np.asarray(keras.ops.convert_to_numpy(model.generator.state))
    assert state[1] == (3 << 20) + 3 * 2  # the third epoch: three batches, two draws each


@pytest.mark.parametrize("kind", ["random", "natural"])
def test_the_same_seed_trains_the_same_model_and_another_one_another(kind):
    one, same, other = (
        made.as_numpy(fitted(MADE(6, (9,), kind, fresh=True, seed=s)).output_layer.kernel)
        for s in (4, 4, 5)
    )
    assert np.array_equal(one, same) and not np.allclose(one, other)
    fixed = fitted(MADE(6, (9,), kind, seed=4))
    assert not np.allclose(one, made.as_numpy(fixed.output_layer.kernel))


def test_a_run_that_is_resumed_draws_what_an_unbroken_one_draws(tmp_path):
    def recipe():
        return MADE(6, (9,), "random", fresh=True, n_masks=2, seed=4)

    def stop(history):
        if len(history.train) == 2:
            raise KeyboardInterrupt

    whole = fitted(recipe(), 5)
    fitted(recipe(), 5, folder=tmp_path, on_epoch=stop)
    resumed = fitted(recipe(), 5, folder=tmp_path)
    for a, b in zip(whole.get_weights(), resumed.get_weights()):
        assert np.array_equal(a, b)


def test_it_learns_every_ordering():
    """Two bits that agree, a third that is their opposite: known in any order, from one model."""
    first = RNG.integers(2, size=(400, 1))
    x = np.hstack([first, first, 1 - first]).astype("uint8")
    model = MADE(3, (30,), "random", fresh=True, seed=1)
    training.fit(model, x, x, epochs=40, batch_size=20, learning_rate=0.05, progress=False)
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        one = model.network(ordering=order, seed=3)
        assert abs(-one.log_prob(x).mean() - np.log(2)) < 0.02


# --- any ordering, and files ---------------------------------------------------------------------


def test_the_network_of_any_ordering():
    model = MADE(6, (9, 7), "random", fresh=True, seed=4)
    order = [2, 0, 1, 5, 4, 3]
    plain = checks.randomize(model.network(ordering=order, seed=8))
    assert plain.ordering.tolist() == order
    assert abs(checks.total_probability(plain) - 1) < 1e-9
    expected = masks.make_degrees(6, (9, 7), order, "random", 8)
    assert all(map(np.array_equal, plain.degrees, expected))
    again = model.network(ordering=order, seed=9)
    assert not all(map(np.array_equal, plain.degrees[1:], again.degrees[1:]))
    with pytest.raises(ValueError, match="ordering must be a permutation of 0 … 5"):
        model.network(ordering=[0, 1])


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_files_keep_every_weight_and_answer_for_any_ordering(tmp_path, direct, dtype):
    model = MADE(6, (9, 7), "random", direct=direct, fresh=True, n_masks=2, seed=4)
    path = made.save(model, tmp_path / "fresh.npz", dtype)
    again = made.load(path)
    assert again.config == model.config and again.config["fresh"]
    order = [5, 4, 3, 0, 1, 2]
    for ordering in (None, order):
        ours, theirs = (m.network(1, ordering, seed=3) for m in (model, again))
        plain = network.load(path, 1, ordering, seed=3)
        for a, b, c in zip(ours.kernels, theirs.kernels, plain.kernels):
            assert np.allclose(a, b, atol=1e-7 if dtype == "float32" else 0.04)
            assert np.array_equal(b, c)
        assert np.array_equal(theirs.logits(DATA), plain.logits(DATA))
    assert np.allclose(made.as_numpy(again.hidden[0].kernel).astype(bool).mean(), 1, atol=0.1)


def test_keras_files_keep_it_too(tmp_path):
    model = fitted(MADE(6, (9,), "random", fresh=True, seed=4))
    model.save(tmp_path / "fresh.keras")
    again = keras.models.load_model(tmp_path / "fresh.keras")
    assert again.config["fresh"] and np.allclose(again.log_prob(DATA), model.log_prob(DATA))


@pytest.mark.parametrize("value", [1, "yes", None])
def test_fresh_is_true_or_false(value):
    with pytest.raises(ValueError, match="fresh must be True or False"):
        MADE(6, (9,), fresh=value)


def test_a_file_that_says_something_else_is_refused(tmp_path):
    config, arrays = network.packed.load_arrays(made.save(MADE(3, (4,)), tmp_path / "a.npz"))
    network.packed.save_arrays(tmp_path / "b.npz", config | {"fresh": 1}, arrays)
    with pytest.raises(ValueError, match="fresh must be true or false, got 1"):
        network.load(tmp_path / "b.npz")
    network.packed.save_arrays(tmp_path / "c.npz", config | {"fresh": True}, arrays)
    with pytest.raises(ValueError, match=r"kernel_0 must have shape \(12,\)"):
        network.load(tmp_path / "c.npz")


def test_a_file_of_a_fresh_model_says_fresh_alone_and_other_inputs_in_full(tmp_path):
    """The engine in JavaScript reads the first, and refuses the second by name."""
    for outputs, said in ((None, None), (Bernoulli(), {"family": "Bernoulli"})):
        model = made.MADE(5, (6,), "random", fresh=True, outputs=outputs, seed=3)
        file = made.save(model, tmp_path / "m.npz")
        with np.load(file) as held:
            config = json.loads(str(held["config"]))
        assert config["fresh"] and config.get("outputs") == said
        x = checks.all_binary(5)
        for same in (network.load(file), made.load(file)):
            np.testing.assert_allclose(same.log_prob(x), model.log_prob(x), rtol=1e-5)
