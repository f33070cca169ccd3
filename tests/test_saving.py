"""Every Keras class of ours comes back from a file as it went in."""

import importlib
import inspect
import pkgutil

import keras
import numpy as np
import pytest

import helpers
from benchmarks import blocks
from helpers import autoencoder, made, training

SAVED = (keras.layers.Layer, keras.constraints.Constraint, keras.initializers.Initializer,
         keras.regularizers.Regularizer, keras.losses.Loss, keras.metrics.Metric)  # fmt: skip
X = np.random.default_rng(0).integers(0, 2, (20, 4)).astype("float32")


def degrees_not_of_the_seed():
    model = made.MADE(4, (6, 5), "random", dropout=0.5, activation="tanh", seed=1)
    for weight, other in zip(model.degrees, made.MADE(4, (6, 5), "random", seed=2).degrees):
        weight.assign(other)
    for weight in model.trainable_weights:
        weight.assign(np.random.default_rng(3).standard_normal(weight.shape))
    return model


def block_dense():
    layer = blocks.BlockDense([1, 2, 3, 4], [1, 1, 3], [0, 2, 4], strict=False)
    layer.set_kernel(np.arange(1.0, 13).reshape(4, 3))
    layer.bias.assign([1.0, 2.0, 3.0])
    return layer


MODELS = {
    made.MADE: degrees_not_of_the_seed,
    blocks.BlockMADE: lambda: blocks.BlockMADE(degrees_not_of_the_seed(), 3),
}
LAYERS = {
    autoencoder.SaltAndPepper: lambda: autoencoder.SaltAndPepper(0.6, seed=4),
    autoencoder.EraseBlock: lambda: autoencoder.EraseBlock(1, side=2, seed=5),
    blocks.BlockDense: block_dense,
    blocks.HashDropout: lambda: blocks.HashDropout(0.5, seed=6),
}
PARTS = {
    made.MaskedDense: lambda: made.MaskedDense(4, True, activation="tanh", use_bias=False),
    blocks.Masked: lambda: blocks.Masked(np.array([[True, False], [False, True]])),
}


def ours():
    """Every class of `helpers` and of the fast layout that a Keras file can hold."""
    names = [m.name for m in pkgutil.walk_packages(helpers.__path__, "helpers.")]
    for name in [*names, "benchmarks.blocks"]:
        module = importlib.import_module(name)
        for cls in vars(module).values():
            if inspect.isclass(cls) and issubclass(cls, SAVED) and cls.__module__ == name:
                yield cls


def test_every_class_is_in_one_of_the_tables_below():
    found = set(ours())
    assert found == MODELS.keys() | LAYERS.keys() | PARTS.keys()
    for cls in found:
        assert keras.saving.get_registered_name(cls) == f"made>{cls.__name__}"


def loaded(model, folder):
    model.save(folder / "model.keras")
    return keras.models.load_model(folder / "model.keras")


@pytest.mark.parametrize("make", MODELS.values(), ids=lambda make: make().name)
def test_models_come_back(make, tmp_path):
    model = make()
    again = loaded(model, tmp_path)
    assert type(again) is type(model) and again.config == model.config
    np.testing.assert_array_equal(again(X), model(X))
    assert np.ptp(model(X)) > 1
    np.testing.assert_array_equal(again(X, training=True), model(X, training=True))


@pytest.mark.parametrize("make", LAYERS.values(), ids=lambda make: make().name)
def test_layers_come_back_with_their_noise(make, tmp_path):
    layer = make()
    model = keras.Sequential([keras.Input((4,)), layer])
    again = loaded(model, tmp_path)
    assert again.layers[0].get_config() == layer.get_config()
    for _ in range(2):
        x = X + 0.5
        got, want = (np.asarray(m(x, training=True)) for m in (again, model))
        np.testing.assert_array_equal(got, want)
        assert not np.array_equal(want, x)


@pytest.mark.parametrize("make", PARTS.values(), ids=lambda make: type(make()).__name__)
def test_parts_come_back(make):
    part = make()
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(part))
    assert type(again) is type(part) and again.get_config() == part.get_config()
    kernel = np.ones((2, 2), "float32")
    if isinstance(part, blocks.Masked):
        assert np.asarray(again(kernel)).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("loss", [made.nll, autoencoder.squared_error])
def test_what_was_trained_behind_noise_comes_back(loss, tmp_path):
    model = autoencoder.one_layer(3, n_inputs=4)
    noisy = autoencoder.behind(autoencoder.SaltAndPepper(0.2), model)
    training.fit(noisy, X, X, epochs=1, loss=loss, progress=False, jit=False)
    again = loaded(noisy, tmp_path)
    for one, other in zip(again.layers[1:], noisy.layers[1:]):
        assert all(map(np.array_equal, one.get_weights(), other.get_weights()))
    assert again.loss is loss
