"""benchmarks.blocks: the fast layout computes, learns and gives back what `made.MADE` does."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.blocks import BlockMADE, HashDropout
from helpers import checks, made, training


def unsettled(seed=0, **config):
    """A model with N(0, 1) weights, the dead ones included: a leak would show."""
    model = made.MADE(**config, seed=seed)
    rng = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign(rng.standard_normal(weight.shape))
    return model


@st.composite
def configs(draw):
    """A small `MADE` and a number of blocks."""
    d = draw(st.integers(2, 9))
    config = {
        "n_inputs": d,
        "hidden_units": tuple(draw(st.lists(st.integers(1, 12), min_size=1, max_size=3))),
        "ordering": draw(st.sampled_from(["natural", "random"])),
        "direct": draw(st.booleans()),
        "degrees": draw(st.sampled_from(["random", "even"])),
        "activation": draw(st.sampled_from(["relu", "tanh"])),
    }
    return config, draw(st.integers(1, d)), draw(st.integers(0, 1000))


@settings(max_examples=40, deadline=None)
@given(configs())
def test_same_logits_and_same_weights_back(case):
    config, n_blocks, seed = case
    model = unsettled(seed, **config)
    fast = BlockMADE(model, n_blocks)
    x = checks.all_binary(config["n_inputs"])
    expected = np.asarray(model(x))
    scale = 1 + np.abs(expected).max()
    assert np.abs(np.asarray(fast(x)) - expected).max() < 1e-5 * scale
    other = unsettled(seed, **config)  # the same degrees; then other weights
    for weight in other.trainable_weights:
        weight.assign(np.asarray(weight) + 7)
    fast.write_to(other)
    assert np.array_equal(np.asarray(other(x)), expected)


@pytest.mark.parametrize("n_blocks", [1, 3, 8])
def test_a_step_of_training_changes_both_alike(n_blocks):
    """Two steps of plain gradient descent, which shows every gradient as it is."""
    config = {"n_inputs": 8, "hidden_units": (20, 15), "ordering": "random"}
    model, x = unsettled(5, **config), checks.all_binary(8)[::3].astype("float32")
    fast = BlockMADE(model, n_blocks)
    before = model.network()
    for net in (model, fast):
        net.compile(keras.optimizers.SGD(1e-2), loss=made.nll)
        for _ in range(2):
            net.train_on_batch(x, x)
    expected = model.network()
    fast.write_to(model)
    found = model.network()
    pairs = zip([*found.kernels, *found.biases, found.direct],
                [*expected.kernels, *expected.biases, expected.direct],
                [*before.kernels, *before.biases, before.direct])  # fmt: skip
    for got, want, old in pairs:
        assert np.abs(want - old).max() > 1e-3
        np.testing.assert_allclose(got, want, atol=1e-4)


def test_blocks_leave_out_the_dead_weights():
    model = made.MADE(60, (200,), "random", seed=1)
    weights = [BlockMADE(model, n).count_params() for n in (1, 2, 4, 15)]
    assert weights[0] == sum(np.prod(w.shape) for w in model.trainable_weights)
    assert weights == sorted(weights, reverse=True)
    # the staircase itself is what is left over: one block of 15 each
    assert model.live_weights() < weights[3] < 1.1 * model.live_weights()


def test_fit_trains_it_and_the_model_takes_the_best_weights():
    rng = np.random.default_rng(0)
    x = (rng.random((400, 10)) < 0.5).astype("uint8")
    x[:, 1::2] = x[:, ::2]  # pairs of equal pixels: 5 ln 2 = 3.47 nats
    model = made.MADE(10, (40,), "random", dropout=0.2, seed=1)
    fast = BlockMADE(model, 3)
    history = training.fit(fast, x[:300], x[300:], epochs=30, batch_size=50, learning_rate=0.03,
                           progress=False)  # fmt: skip
    assert float(model.nll(x[300:]).mean()) > 6
    fast.write_to(model)
    assert float(model.nll(x[300:]).mean()) == pytest.approx(history.best_valid, rel=1e-4)
    assert history.best_valid < 4
    checks.assert_autoregressive(model.network().paths(), model.orderings()[0])
    with pytest.raises(ValueError, match="valid must hold only 0 and 1"):
        training.fit(fast, x[:300], x[300:] + 0.5, progress=False)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    x = np.random.default_rng(0).integers(0, 2, (90, 6))
    options = dict(epochs=4, batch_size=20, learning_rate=0.01, seed=2, progress=False)

    def fresh():
        return BlockMADE(made.MADE(6, (20,), dropout=0.5, seed=1), 2)

    def stop(history):
        if len(history.valid) == 2:
            raise KeyboardInterrupt

    whole = training.fit(fresh(), x[:60], x[60:], **options)
    training.fit(fresh(), x[:60], x[60:], folder=tmp_path, on_epoch=stop, **options)
    resumed = training.fit(fresh(), x[:60], x[60:], folder=tmp_path, **options)
    assert whole.valid == resumed.valid and whole.train == resumed.train
    assert len(set(whole.valid)) == 4


def dropped(calls=1, shape=(2000, 300), rate=0.2, seed=1):
    layer = HashDropout(rate, seed)
    ones = np.ones(shape, "float32")
    found = [np.asarray(layer(ones, training=True)) for _ in range(calls)]
    assert {round(float(v), 5) for v in np.unique(found[0])} == {0, round(1 / (1 - rate), 5)}
    return [f == 0 for f in found]


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_dropout_drops_each_unit_at_its_rate_and_independently(rate):
    """Rows, columns, pairs and successive calls: z-scores within 5, of some 10^5 looked at.

    Were the noise ideal, one look in 1.7 million would exceed 5: a false alarm in 17 seeds. The
    seed is fixed.
    """
    first, second = dropped(calls=2, rate=rate)
    n, m = first.shape
    z = [
        (first.mean() - rate) * np.sqrt(n * m / rate / (1 - rate)),
        (first.mean(0) - rate) * np.sqrt(n / rate / (1 - rate)),
        (first.mean(1) - rate) * np.sqrt(m / rate / (1 - rate)),
    ]
    a, b = ((d - rate) / np.sqrt(rate * (1 - rate)) for d in (first, second))
    above = np.triu_indices(m, 1)
    z += [(a.T @ a)[above] / np.sqrt(n), (a[:m] @ a[:m].T)[above] / np.sqrt(m)]
    z += [(a * b).sum(0) / np.sqrt(n), (a * b).sum(1) / np.sqrt(m)]
    for scores in z:
        assert np.abs(scores).max() < 5
        if np.size(scores) > 1:
            assert 0.85 < np.std(scores) < 1.15


def test_dropout_repeats_with_its_seed_and_rests_outside_training():
    assert np.array_equal(dropped(seed=3)[0], dropped(seed=3)[0])
    assert not np.array_equal(dropped(seed=3)[0], dropped(seed=4)[0])
    x = np.random.default_rng(0).random((5, 7)).astype("float32")
    assert np.array_equal(HashDropout(0.5)(x), x)
    assert np.array_equal(HashDropout(0.0)(x, training=True), x)


def test_every_layer_drops_units_of_its_own():
    fast = BlockMADE(made.MADE(6, (40, 40, 40), dropout=0.5, seed=1), 2)
    ones = np.ones((50, 40), "float32")
    noise = [np.asarray(drop(ones, training=True)) for drop in fast.drops]
    assert len({n.tobytes() for n in noise}) == 3
    assert [drop.rate for drop in fast.drops] == [0.5] * 3


def test_an_ordering_that_was_changed_is_the_one_laid_out():
    """The degrees of now, not those that the seed draws."""
    model, other = (unsettled(s, n_inputs=7, hidden_units=(9,), ordering="random") for s in (1, 2))
    for weight, degrees in zip(model.degrees, other.degrees):
        weight.assign(degrees)
    x = checks.all_binary(7)
    np.testing.assert_allclose(BlockMADE(model, 3)(x), model(x), atol=1e-4)


@pytest.mark.parametrize("bad", [-0.1, 1, "x", None])
def test_a_bad_rate_is_named(bad):
    with pytest.raises(ValueError, match="rate must be at least 0 and below 1"):
        HashDropout(bad)


def test_what_it_cannot_lay_out_is_refused():
    with pytest.raises(ValueError, match="model must have one mask set, got 3"):
        BlockMADE(made.MADE(4, (5,), n_masks=3))
    model = made.MADE(4, (5,))
    with pytest.raises(ValueError, match="n_blocks must be at least 1, got 0"):
        BlockMADE(model, 0)
    with pytest.raises(ValueError, match="n_blocks must be at most D = 4, got 5"):
        BlockMADE(model, 5)
