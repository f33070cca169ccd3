"""helpers.likelihood: each loss against its closed form, in NumPy and in Keras."""

import math

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from helpers import likelihood

SEEDS = st.integers(0, 2**32 - 1)
LN_2 = math.log(2)


def draw(seed, *shape, scale=3.0):
    return np.random.default_rng(seed).normal(0, scale, shape)


# --- Closed forms --------------------------------------------------------------------------------


@given(SEEDS, st.integers(1, 5), st.integers(1, 30))
def test_bernoulli_is_minus_the_log_of_the_product(seed, n, d):
    x, logits = draw(seed, n, d) > 0, draw(seed + 1, n, d)
    p = 1 / (1 + np.exp(-logits))
    product = np.where(x, p, 1 - p).prod(axis=1)
    np.testing.assert_allclose(likelihood.bernoulli_nll(x, logits), -np.log(product), rtol=1e-9)


@given(SEEDS, st.integers(1, 5), st.integers(1, 30))
def test_keras_binary_crossentropy_times_d_is_our_nll(seed, n, d):
    x, logits = (draw(seed, n, d) > 0).astype("float32"), draw(seed + 1, n, d).astype("float32")
    ours = likelihood.bernoulli_nll(x, logits)
    theirs = keras.losses.binary_crossentropy(x, logits, from_logits=True)
    np.testing.assert_allclose(ops.convert_to_numpy(theirs) * d, ours, rtol=1e-5, atol=1e-5)
    on_tensors = likelihood.bernoulli_nll(ops.array(x), ops.array(logits))
    np.testing.assert_allclose(ops.convert_to_numpy(on_tensors), ours, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("n_dimensions", [1, 784])
def test_a_uniform_model_scores_d_ln_2_whatever_the_image(n_dimensions):
    x = draw(0, 3, n_dimensions) > 0
    score = likelihood.bernoulli_nll(x, np.zeros((3, n_dimensions)))
    np.testing.assert_allclose(score, n_dimensions * LN_2, rtol=1e-12)
    assert likelihood.bits_per_dimension(score, n_dimensions) == pytest.approx([1.0] * 3)


@pytest.mark.parametrize("wrap", [np.asarray, ops.array], ids=["numpy", "keras"])
def test_bernoulli_is_stable_at_any_logit_in_float32(wrap):
    logits = np.array([[1e4], [-1e4], [1e4], [-1e4], [20.0], [-20.0]], "float32")
    x = np.array([[1], [0], [0], [1], [1], [0]], "float32")
    score = ops.convert_to_numpy(likelihood.bernoulli_nll(wrap(x), wrap(logits)))
    assert score[:4].tolist() == [0.0, 0.0, 1e4, 1e4]
    # -log σ(20), and by symmetry -log(1 - σ(-20)). Summing x·l costs digits near zero: the
    # absolute error is one rounding of 20 (1.9e-6), which no score in nats can show.
    np.testing.assert_allclose(score[4:], math.log1p(math.exp(-20)), atol=2e-6)


@given(SEEDS)
def test_gaussian_closed_form(seed):
    x, mean, log_std = (draw(seed + i, 4, 3, scale=0.5) for i in range(3))
    sigma = np.exp(log_std)
    density = np.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
    np.testing.assert_allclose(
        likelihood.gaussian_nll(x, mean, log_std), -np.log(density).sum(axis=1), rtol=1e-6
    )


def test_gaussian_integrates_to_one_and_broadcasts():
    grid = np.linspace(-30, 30, 60001)[:, None]
    density = np.exp(-likelihood.gaussian_nll(grid, np.array([0.7]), math.log(1.9)))
    assert density.sum() * 0.001 == pytest.approx(1, abs=1e-9)


@given(SEEDS, st.integers(2, 6))
def test_categorical_closed_form(seed, k):
    logits = draw(seed, 5, 3, k)
    labels = np.random.default_rng(seed).integers(0, k, (5, 3))
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    expected = [-sum(math.log(p[i, d, labels[i, d]]) for d in range(3)) for i in range(5)]
    np.testing.assert_allclose(likelihood.categorical_nll(labels, logits), expected, rtol=1e-9)
    far = likelihood.categorical_nll(labels, logits + 1e4)  # adding a constant changes nothing
    np.testing.assert_allclose(far, expected, rtol=1e-6)


@given(SEEDS)
def test_a_categorical_of_two_is_a_bernoulli(seed):
    logits, x = draw(seed, 4, 3), (draw(seed + 1, 4, 3) > 0).astype(int)
    two = np.stack([np.zeros_like(logits), logits], axis=-1)
    np.testing.assert_allclose(
        likelihood.categorical_nll(x, two), likelihood.bernoulli_nll(x, logits), rtol=1e-9
    )


# --- Log-mean-exp --------------------------------------------------------------------------------


@given(SEEDS, st.integers(1, 6), st.integers(0, 1))
def test_log_mean_exp_is_the_log_of_the_mean_probability(seed, k, axis):
    log_p = draw(seed, k, 4)
    expected = np.log(np.exp(log_p).mean(axis=axis))
    np.testing.assert_allclose(likelihood.log_mean_exp(log_p, axis), expected, rtol=1e-9, atol=1e-9)


def test_log_mean_exp_where_the_probabilities_underflow():
    log_p = np.array([[-1000.0, -90000.0], [-1000.0, -np.inf]])
    assert likelihood.log_mean_exp(log_p).tolist() == [-1000.0, -90000.0 - LN_2]
    with np.errstate(all="raise"):
        assert likelihood.log_mean_exp(np.full((2, 1), -np.inf)).tolist() == [-np.inf]
    assert likelihood.log_sum_exp(np.array([-1000.0, -1000.0])) == -1000.0 + LN_2
    assert likelihood.log_sum_exp(log_p, axis=0, keepdims=True).shape == (1, 2)


# --- What goes in comes out ----------------------------------------------------------------------

X, L = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, -2.0]], "float32")
LABELS, LOGITS = np.array([[0, 2]]), np.arange(6, dtype="float32").reshape(1, 2, 3)
CALLS = {
    "bernoulli_nll": (X, L),
    "gaussian_nll": (X, L, L),
    "categorical_nll": (LABELS, LOGITS),
    "log_sum_exp": (L,),
    "log_mean_exp": (L,),
}


@pytest.mark.parametrize("name", CALLS)
def test_numpy_in_numpy_out_and_keras_in_keras_out(name):
    function, arrays = getattr(likelihood, name), CALLS[name]
    plain = function(*arrays)
    assert isinstance(plain, np.ndarray | np.generic) and plain.dtype == np.float32
    tensor = function(*map(ops.convert_to_tensor, arrays))
    assert ops.is_tensor(tensor) and not isinstance(tensor, np.ndarray)
    np.testing.assert_allclose(ops.convert_to_numpy(tensor), plain, rtol=1e-5)


def test_scores_are_sums_over_dimensions_one_per_example():
    """A mean over pixels, the fault, would not grow with the image."""
    for name in ("bernoulli_nll", "gaussian_nll", "categorical_nll"):
        once = CALLS[name]
        twice = [np.concatenate([a, a], axis=1) for a in once]
        function = getattr(likelihood, name)
        assert function(*once).shape == (1,)
        np.testing.assert_allclose(function(*twice), 2 * function(*once), rtol=1e-5)


# --- 16 bits in, sums in 32 ----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("kind", ["numpy", "keras"])
def test_sums_are_taken_in_float32(kind, dtype):
    """784 pixels at 100 nats each are 78,400, which float16 calls inf; bfloat16 counts by 512."""

    def wrap(values):
        tensor = ops.cast(np.asarray(values, "float32"), dtype)
        return tensor if kind == "keras" else ops.convert_to_numpy(tensor)

    zeros, hundreds = np.zeros((2, 784)), np.full((2, 784), 100.0)
    labels = np.zeros((2, 784), int)
    many, ten = np.full((100_000, 1), math.log(2)), np.full((2, 784), 10 * math.sqrt(2))
    found = {
        "bernoulli": likelihood.bernoulli_nll(zeros.astype("float32"), wrap(hundreds)),
        "halves": likelihood.bernoulli_nll(wrap(zeros), wrap(hundreds)),
        "gaussian": likelihood.gaussian_nll(wrap(zeros), wrap(ten), wrap(zeros)),
        "categorical": likelihood.categorical_nll(labels, wrap(np.stack([zeros, hundreds], -1))),
        "log-sum-exp": likelihood.log_sum_exp(wrap(many), axis=0),
    }
    want = {"bernoulli": 78_400, "halves": 78_400, "gaussian": 784 * (100 + 0.918939),
            "categorical": 78_400, "log-sum-exp": math.log(200_000)}  # fmt: skip
    for name, score in found.items():
        assert "float32" in str(score.dtype)
        rtol = {"gaussian": 0.01, "log-sum-exp": 1e-3}.get(name, 1e-6)  # rounded when they came in
        np.testing.assert_allclose(ops.convert_to_numpy(score), want[name], rtol=rtol)


# --- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [-1, 3, 0.5, math.nan])
def test_a_label_of_no_class_is_refused_and_costs_nan_in_a_tensor(bad):
    labels = np.array([[0, bad]])
    with pytest.raises(ValueError, match=rf"labels must be whole numbers in 0 … 2, got .*{bad}"):
        likelihood.categorical_nll(labels, LOGITS)
    tensors = ops.convert_to_tensor(labels), ops.convert_to_tensor(LOGITS)
    assert np.isnan(ops.convert_to_numpy(likelihood.categorical_nll(*tensors))).all()


def test_within_a_graph_a_label_of_no_class_costs_nan():
    """Where values are not known before: a loss that is not finite stops `training.fit`."""
    import tensorflow as tf

    scored = tf.function(likelihood.categorical_nll)
    bad = tf.constant([[0, -1], [0, 3], [0, 2]])
    found = scored(bad, tf.constant(np.repeat(LOGITS, 3, axis=0))).numpy()
    assert np.isnan(found).tolist() == [True, True, False]
    np.testing.assert_allclose(found[2:], likelihood.categorical_nll(LABELS, LOGITS), rtol=1e-6)


@pytest.mark.parametrize("labels", [LABELS.astype("uint8"), LABELS.astype("float32"), LABELS])
def test_labels_may_have_any_type_that_holds_them(labels):
    wide = np.zeros((1, 2, 300), "float32")
    np.testing.assert_allclose(likelihood.categorical_nll(labels, wide), 2 * math.log(300))
    tensor = likelihood.categorical_nll(ops.convert_to_tensor(labels), ops.convert_to_tensor(wide))
    np.testing.assert_allclose(ops.convert_to_numpy(tensor), 2 * math.log(300), rtol=1e-6)


@pytest.mark.parametrize("bad", [-0.1, 1.5, 255, math.nan])
def test_a_pixel_that_is_no_probability_is_refused(bad):
    with pytest.raises(ValueError, match=r"x must lie in \[0, 1\], got values from"):
        likelihood.bernoulli_nll(np.array([[0, bad]]), L)


@pytest.mark.parametrize("bad", [0, -1, 2.5])
def test_a_number_of_dimensions_is_a_whole_one(bad):
    with pytest.raises(ValueError, match="n_dimensions must be"):
        likelihood.bits_per_dimension(1.0, bad)
