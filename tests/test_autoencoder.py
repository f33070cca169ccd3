"""helpers.autoencoder: shapes, seeds, noise layers, and NumPy copies that agree with Keras."""

import keras
import numpy as np
import pytest

from helpers import autoencoder as ae
from helpers import plots
from helpers.data import load


@pytest.fixture(scope="module")
def digits():
    return load("sample").test[:40].astype("float32")


def salted(level, shape, seed=0):
    return np.asarray(ae.SaltAndPepper(level, seed)(np.full(shape, 0.5, "float32")))


def test_model_is_encoder_then_decoder(digits):
    model = ae.autoencoder(3, n_hidden=16)
    encoder, decoder = model.layers
    assert encoder(digits).shape == (40, 3)
    assert np.array_equal(decoder(encoder(digits)), model(digits))
    assert model(digits).shape == (40, 784)


def test_both_hidden_layers_are_relu_and_code_and_logits_are_linear():
    model = ae.autoencoder(3, n_hidden=16)
    kinds = [[layer.activation.__name__ for layer in part.layers] for part in model.layers]
    assert kinds == [["relu", "linear"], ["relu", "linear"]]
    widths = [[layer.units for layer in part.layers] for part in model.layers]
    assert widths == [[16, 3], [16, 784]]
    two = [[layer.activation.__name__ for layer in p.layers] for p in ae.one_layer(5).layers]
    assert two == [["relu"], ["linear"]]


def test_one_layer_has_two_kernels_and_its_linear_form_is_affine(digits):
    model = ae.one_layer(900, activation=None)
    assert [w.shape for w in model.get_weights()] == [(784, 900), (900,), (900, 784), (784,)]
    f = ae.as_numpy(model)
    assert np.allclose(
        f(0.3 * digits[:1] + 0.7 * digits[1:2]), 0.3 * f(digits[:1]) + 0.7 * f(digits[1:2])
    )
    relu = ae.as_numpy(ae.one_layer(900).layers[0])
    assert relu(digits).min() == 0 < relu(digits).max()


@pytest.mark.parametrize("make", [ae.autoencoder, ae.one_layer])
def test_the_seed_decides_the_weights(make):
    one, same, other = (make(5, n_inputs=9, seed=seed).get_weights()[0] for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


@pytest.mark.parametrize("make", [ae.autoencoder, ae.one_layer])
@pytest.mark.parametrize("bad", [0, -1, 2.5])
def test_bad_sizes_are_refused_by_name(make, bad):
    with pytest.raises(ValueError, match="n_latent must be (at least 1|an integer)"):
        make(bad)
    with pytest.raises(ValueError, match="n_inputs must be"):
        make(2, n_inputs=bad)


def test_numpy_copy_agrees_with_keras_and_does_not_follow_it(digits):
    model = ae.autoencoder(4, n_hidden=32)
    copy = ae.as_numpy(model)
    before = copy(digits)
    assert np.allclose(before, model(digits), atol=1e-4)
    assert np.allclose(ae.as_numpy(model.layers[0])(digits), model.layers[0](digits), atol=1e-4)
    model.set_weights([w + 1 for w in model.get_weights()])
    assert np.array_equal(copy(digits), before)


def test_numpy_copy_refuses_what_it_cannot_copy():
    tanh = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "tanh")])
    noisy = ae.behind(ae.SaltAndPepper(0.1), ae.one_layer(2, n_inputs=9))
    for model in (tanh, noisy):
        with pytest.raises(ValueError, match="only linear or relu Dense layers"):
            ae.as_numpy(model)


def test_sigmoid_is_exact_in_the_tails_that_float64_has():
    with np.errstate(all="raise"):
        got = ae.sigmoid(np.array([-1e4, -2.0, 0.0, 2.0, 1e4]))
    assert np.allclose(got, [0, 1 / (1 + np.exp(2)), 0.5, 1 / (1 + np.exp(-2)), 1])


def test_squared_error_sums_over_pixels():
    x, mean = np.ones((2, 4), "float32"), np.array([[0, 1, 1, 1], [0, 0, 3, 1]], "float32")
    assert np.allclose(ae.squared_error(x, mean), [1, 6])


def test_salt_and_pepper_replaces_the_share_it_says_half_by_ink():
    got = salted(0.3, (200, 784))
    assert abs((got != 0.5).mean() - 0.3) < 0.01  # standard deviation 0.0012
    assert abs((got == 1).mean() - 0.15) < 0.01
    assert (salted(0, (5, 784)) == 0.5).all() and np.isin(salted(1, (5, 784)), (0, 1)).all()


def test_noise_is_fresh_in_every_call_and_the_same_for_the_same_seed():
    layer, again = ae.SaltAndPepper(0.5, seed=1), ae.SaltAndPepper(0.5, seed=1)
    x = np.full((1, 784), 0.5, "float32")
    first, second = np.asarray(layer(x)), np.asarray(layer(x))
    assert not np.array_equal(first, second) and np.array_equal(first, again(x))


@pytest.mark.parametrize("size", [0, 1, 10, 28])
def test_erased_is_one_square_block_inside_the_image(size):
    got = np.asarray(ae.EraseBlock(size)(np.ones((300, 784), "float32"))).reshape(-1, 28, 28)
    holes = got == 0
    assert (holes.sum(axis=(1, 2)) == size**2).all()
    assert (holes.any(axis=1).sum(axis=1) == size).all()  # as many columns as rows: a square
    assert (holes.any(axis=2).sum(axis=1) == size).all()


def test_blocks_reach_every_place():
    """All 19 × 19 places, each about as often: rows and columns are drawn apart."""
    got = np.asarray(ae.EraseBlock(10)(np.ones((20_000, 784), "float32"))).reshape(-1, 28, 28)
    tops, lefts = ((got == 0).any(axis=axis).argmax(axis=1) for axis in (2, 1))
    counts = np.histogram2d(tops, lefts, bins=19, range=[[0, 19], [0, 19]])[0]
    expected = 20_000 / 19**2  # 55, standard deviation 7.4
    assert expected / 2 < counts.min() and counts.max() < 2 * expected


@pytest.mark.parametrize("kind, size", [(ae.SaltAndPepper, 0.5), (ae.EraseBlock, 9)])
def test_another_seed_is_another_noise(kind, size):
    x = np.full((20, 784), 0.5, "float32")
    one, same, other = (np.asarray(kind(size, seed=seed)(x)) for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_noise_is_there_in_training_and_outside_it():
    x = np.full((20, 784), 0.5, "float32")
    for training in (True, False):
        for layer in (ae.SaltAndPepper(0.5), ae.EraseBlock(9)):
            model = keras.Sequential([keras.Input((784,)), layer])
            assert not np.array_equal(model(x, training=training), x)


def test_squared_error_is_added_up_in_float32():
    x, mean = np.zeros((1, 784), "float16"), np.full((1, 784), 10, "float16")
    assert float(ae.squared_error(x, mean)[0]) == 78_400


@pytest.mark.parametrize("bad", [-1, 2**32, 0.5, None])
def test_a_bad_seed_is_named(bad):
    for make in (ae.autoencoder, ae.one_layer):
        with pytest.raises(ValueError, match="seed must be"):
            make(2, n_inputs=4, seed=bad)
    for make in (ae.SaltAndPepper, ae.EraseBlock):
        with pytest.raises(ValueError, match="seed must be"):
            make(1, seed=bad)


@pytest.mark.parametrize("bad", [-0.1, 1.1])
def test_bad_noise_is_refused(bad, digits):
    with pytest.raises(ValueError, match=r"level must be in \[0, 1\]"):
        ae.SaltAndPepper(bad)
    with pytest.raises(ValueError, match=r"level must be in \[0, 1\]"):
        plots.add_noise(digits, "salt and pepper", bad)
    with pytest.raises(ValueError, match="size must be at (least 0|most 28)"):
        ae.EraseBlock(-1 if bad < 0 else 29)
    with pytest.raises(ValueError, match="kind must be"):
        plots.add_noise(digits, "rain", 0.5)


def test_behind_trains_the_weights_of_the_model_itself(digits):
    model = ae.one_layer(8)
    noisy = ae.behind(ae.EraseBlock(5), model)
    before = model.get_weights()[0].copy()
    noisy.compile("adam", "mse")
    noisy.fit(digits, digits, epochs=1, verbose=0)
    assert not np.array_equal(model.get_weights()[0], before)
    assert len(noisy.layers) == 3 and len(model.layers) == 2


def test_more_noise_keeps_what_less_noise_changed(digits):
    little = plots.add_noise(digits, "salt and pepper", 0.2) != digits
    much = plots.add_noise(digits, "salt and pepper", 0.7) != digits
    assert (much | ~little).all() and much.sum() > little.sum()
    assert np.array_equal(plots.add_noise(digits, "erased block", 0), digits)
    assert not plots.add_noise(digits, "erased block", 1).any()
