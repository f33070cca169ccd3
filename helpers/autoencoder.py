"""The autoencoders of lesson 2, in Keras 3, and copies of them in plain NumPy.

An autoencoder here is a `keras.Sequential` of two parts, ``encoder, decoder = model.layers``. It
maps ``(batch, D)`` to ``(batch, D)`` logits, whose sigmoid is the reconstruction x̂. None of them is
a density: summed over all x, their "probabilities" reach far above 1 (lesson 2 does the sum).
"""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers, ops

from helpers import arguments
from helpers.activations import ACTIVATIONS, sigmoid  # noqa: F401  (lesson 2 reads it here)

COPIED = ("linear", "relu")  # by `as_numpy`
register = keras.saving.register_keras_serializable(package="made")


def autoencoder(n_latent: int, n_hidden: int = 256, n_inputs: int = 784, seed: int = 0):
    """Return the vanilla autoencoder: one hidden layer on either side of z.

    Args:
        n_latent: size of z; below `n_inputs` the autoencoder is *undercomplete*.
        n_hidden: units of the hidden layer of the encoder, and of the decoder.
        n_inputs: D.
        seed: of the initial weights.

    Returns:
        A model ``(batch, D) -> (batch, D)`` logits; its layers are the encoder and the decoder.

    Raises:
        ValueError: for a size below 1.
    """
    _begin(seed, n_latent=n_latent, n_hidden=n_hidden, n_inputs=n_inputs)
    encoder = keras.Sequential(
        [keras.Input((n_inputs,)), layers.Dense(n_hidden, "relu"), layers.Dense(n_latent)]
    )
    decoder = keras.Sequential(
        [keras.Input((n_latent,)), layers.Dense(n_hidden, "relu"), layers.Dense(n_inputs)]
    )
    return keras.Sequential([keras.Input((n_inputs,)), encoder, decoder])


def one_layer(n_latent: int, activation: str | None = "relu", n_inputs: int = 784, seed: int = 0):
    """Return an autoencoder whose encoder and decoder are one layer each.

    With `n_latent` of at least `n_inputs` it is *overcomplete*; with ``activation=None`` it is
    linear, and nothing keeps it from being the identity.

    Args and errors: as `autoencoder`; `activation` is that of z.
    """
    _begin(seed, n_latent=n_latent, n_inputs=n_inputs)
    encoder = keras.Sequential([keras.Input((n_inputs,)), layers.Dense(n_latent, activation)])
    decoder = keras.Sequential([keras.Input((n_latent,)), layers.Dense(n_inputs)])
    return keras.Sequential([keras.Input((n_inputs,)), encoder, decoder])


@register
class SaltAndPepper(layers.Layer):
    """Replace some pixels by coin flips: 0 ("pepper") or 1 ("salt"), afresh in every call.

    It does so in training and outside it alike, so that a validation loss is one of denoising; to
    use what was trained, leave this layer out.

    Args:
        level: probability, in [0, 1], that a pixel is replaced. Half of those keep their value by
            chance if pixels are binary.
        seed: of the noise.
    """

    def __init__(self, level: float, seed: int = 0, **kwargs):
        super().__init__(**kwargs)
        self.level = arguments.number("level", level, "in [0, 1]", lambda v: 0 <= v <= 1)
        self.seed = arguments.seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "level": self.level, "seed": self.seed}

    def call(self, x):
        u = keras.random.uniform(ops.shape(x), seed=self.seed_generator)
        noisy = ops.where(u < self.level / 2, 0.0, x)
        return ops.where(u > 1 - self.level / 2, 1.0, noisy)


@register
class EraseBlock(layers.Layer):
    """Set a square block of each image to 0, at a place drawn afresh in every call.

    Args:
        size: side of the block in pixels, 0 … `side`.
        side: side of the images, which come as rows of ``side * side`` pixels.
        seed: of the places.
    """

    def __init__(self, size: int, side: int = 28, seed: int = 0, **kwargs):
        super().__init__(**kwargs)
        self.side = arguments.whole("side", side, at_least=1)
        self.size = arguments.whole("size", size, at_least=0, at_most=self.side)
        self.seed = arguments.seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)

    def get_config(self):
        """Return the constructor's arguments."""
        config = {"size": self.size, "side": self.side, "seed": self.seed}
        return {**super().get_config(), **config}

    def call(self, x):
        u = keras.random.uniform((2, ops.shape(x)[0], 1), seed=self.seed_generator)
        start = ops.floor(u * (self.side - self.size + 1))  # 0 … side − size, evenly
        place = ops.arange(self.side, dtype="float32")
        inside = ops.logical_and(place >= start, place < start + self.size)  # (2, batch, side)
        block = ops.logical_and(inside[0][:, :, None], inside[1][:, None, :])
        return ops.where(ops.reshape(block, ops.shape(x)), 0.0, x)


def behind(noise: layers.Layer, model: keras.Sequential) -> keras.Sequential:
    """Return noise → encoder → decoder, sharing the weights of `model`: train this, use `model`."""
    return keras.Sequential([keras.Input(model.input_shape[1:]), noise, *model.layers])


@register
def squared_error(x, mean):
    """Return Σ_d (x_d − mean_d)², ``(batch,)``: the loss for real-valued data, in float32.

    With σ = 1 fixed, the Gaussian negative log-likelihood is half of it plus a constant.
    """
    return ops.sum(ops.square(ops.cast(x, "float32") - ops.cast(mean, "float32")), axis=-1)


def as_numpy(model: keras.Sequential) -> Callable[[np.ndarray], np.ndarray]:
    """Return the same function in NumPy, float64: ``(batch, in) -> (batch, out)``.

    A call takes well under a millisecond for one image, where Keras takes several; the explorers
    live on it. The weights are those of now: training later does not change the copy.

    Args:
        model: a `keras.Sequential` of Dense layers, linear or relu; it may be nested.
    """
    steps = []
    for layer in _flat(model):
        if not isinstance(layer, layers.Dense) or layer.activation.__name__ not in COPIED:
            raise ValueError(f"model must hold only linear or relu Dense layers, got {layer!r}.")
        kernel, bias = (np.asarray(w, np.float64) for w in layer.get_weights())
        steps.append((kernel, bias, ACTIVATIONS[layer.activation.__name__]))

    def function(x):
        h = np.asarray(x, np.float64)
        for kernel, bias, activation in steps:
            h = activation(h @ kernel + bias)
        return h

    return function


def _flat(model):
    for layer in model.layers:
        yield from _flat(layer) if isinstance(layer, keras.Sequential) else [layer]


def _begin(seed, **sizes):
    for name, value in sizes.items():
        arguments.whole(name, value, at_least=1)
    keras.utils.set_random_seed(arguments.seed("seed", seed))
