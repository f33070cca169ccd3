"""MADE in Keras 3: an autoencoder whose masks make it a density (Germain et al., ICML 2015).

Written in `keras.ops` alone, so that it runs on TensorFlow, JAX and PyTorch. The masks are never
stored: the model keeps the degrees of its units, integers, and compares them in `call`. Thirty-two
mask sets then cost kilobytes where stored masks would cost hundreds of megabytes.
"""

import json

import keras
import numpy as np
from keras import ops

from helpers import arguments, masks, packed
from helpers.activations import ACTIVATIONS
from helpers.fresh import draw_degrees
from helpers.likelihood import bernoulli_nll, log_mean_exp
from helpers.network import Network, from_signs

register = keras.saving.register_keras_serializable(package="made")


@register
def nll(x, logits):
    """Return −log p(x) in nats, ``(batch,)``: the loss that `MADE` is trained with."""
    return bernoulli_nll(ops.cast(x, logits.dtype), logits)


@register
class MaskedDense(keras.layers.Layer):
    """A dense layer that connects two units only if their degrees allow it.

    Args:
        units: number of outputs.
        strict: False for hidden layers (``degree_out >= degree_in``), True for the output and for
            direct connections (``degree_out > degree_in``).
        activation: name or function, or None.
        use_bias: whether the layer adds a bias.
        kernel_initializer, bias_initializer: as in `keras.layers.Dense`.

    Call arguments:
        inputs: ``(batch, in)``.
        degrees_in: integers ``(in,)``.
        degrees_out: integers ``(units,)``.

    Output shape: ``(batch, units)``.

    Example:

    >>> layer = MaskedDense(2, strict=True, kernel_initializer="ones")
    >>> layer(np.array([[1.0, 10.0]]), np.array([1, 2]), np.array([1, 2])).numpy()
    array([[0., 1.]], dtype=float32)
    """

    def __init__(
        self,
        units,
        strict=False,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = units
        self.strict = strict
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, inputs_shape, degrees_in_shape=None, degrees_out_shape=None):
        """Create the kernel ``(in, units)`` and the bias ``(units,)``."""
        shape = (inputs_shape[-1], self.units)
        self.kernel = self.add_weight(
            shape=shape, initializer=self.kernel_initializer, name="kernel"
        )
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.units,), initializer=self.bias_initializer, name="bias"
            )

    def call(self, inputs, degrees_in, degrees_out):
        """Return ``activation(inputs @ (kernel * mask) + bias)``."""
        compare = ops.greater if self.strict else ops.greater_equal
        mask = compare(degrees_out[None, :], degrees_in[:, None])
        outputs = ops.matmul(inputs, self.kernel * ops.cast(mask, self.kernel.dtype))
        return self.activation(outputs + self.bias if self.use_bias else outputs)

    def compute_output_shape(self, inputs_shape, degrees_in_shape=None, degrees_out_shape=None):
        """Return ``(batch, units)``."""
        return (*inputs_shape[:-1], self.units)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "units": self.units,
            "strict": self.strict,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }


@register
class MADE(keras.Model):
    """Masked Autoencoder for Distribution Estimation, for binary data.

    The output d is the logit of p(x_d = 1 | the inputs visited before d), so the sum of the D
    binary cross entropies is −log p(x), in nats, of a distribution that sums to 1.

    Args:
        n_inputs: D, at least 2.
        hidden_units: widths of the hidden layers, one or more.
        ordering: ``"natural"``, ``"random"`` or the visiting order itself, ``(D,)``. With
            ``"random"`` every mask set has an ordering of its own.
        direct: whether to connect inputs to outputs directly (section 4.2).
        activation: hidden activation, one of `activations.ACTIVATIONS`.
        dropout: rate at which hidden units are dropped in training, 0 ≤ rate < 1.
        n_masks: K, number of mask sets. Training cycles through them, one a batch (section 4.3).
        seed: draws orderings, degrees, initial weights and dropout.
        degrees: ``"random"`` or ``"even"`` hidden degrees (`masks.hidden_degrees`).
        fresh: whether every training batch draws new hidden degrees, and a new ordering if it is
            ``"random"``. The K mask sets are then what the model is scored by, and `network` gives
            any other ordering. Such a model computes on 2x − 1 (`fresh`).

    Input shape: ``(batch, D)``, zeros and ones. Output shape: ``(batch, D)``, **logits**.

    Example:

    >>> model = MADE(3, (8,), seed=1)
    >>> every = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    >>> round(float(np.exp(model.log_prob(every)).sum()), 5)
    1.0
    """

    def __init__(
        self,
        n_inputs,
        hidden_units=(500, 500),
        ordering="natural",
        direct=True,
        activation="relu",
        dropout=0.0,
        n_masks=1,
        seed=0,
        degrees="random",
        fresh=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        n_inputs = arguments.whole("n_inputs", n_inputs, at_least=2)
        n_masks = arguments.whole("n_masks", n_masks, at_least=1)
        below_1 = "at least 0 and below 1"
        self.config = {
            "n_inputs": n_inputs,
            "hidden_units": masks.check_hidden_units(hidden_units),
            "ordering": ordering if isinstance(ordering, str) else np.asarray(ordering).tolist(),
            "direct": arguments.flag("direct", direct),
            "activation": arguments.one_of("activation", activation, tuple(ACTIVATIONS)),
            "dropout": arguments.number("dropout", dropout, below_1, lambda v: 0 <= v < 1),
            "n_masks": n_masks,
            "seed": arguments.seed("seed", seed),
            "degrees": degrees,
            "fresh": arguments.flag("fresh", fresh),
        }
        self.n_inputs, self.n_masks, self.seed = n_inputs, n_masks, self.config["seed"]
        units, order = self.config["hidden_units"], self.config["ordering"]
        rng = np.random.default_rng(self.seed)
        drawn = (n_inputs, units, order, degrees, rng)
        sets = [masks.make_degrees(*drawn) for _ in range(n_masks)]
        tables = [np.stack(layer).astype("int32") for layer in zip(*sets)]  # (K, units) a layer
        self.degrees = [self._integers(f"degrees_{i}", t) for i, t in enumerate(tables)]
        self.batches = self._integers("batches", np.zeros((), "int32"))
        self.hidden = [
            MaskedDense(n, activation=activation, name=f"hidden_{i + 1}")
            for i, n in enumerate(units)
        ]
        seeds = [(self.seed + 1 + i) % arguments.SEEDS for i in range(len(units))]
        self.drops = [keras.layers.Dropout(dropout, seed=own) for own in seeds]
        self.output_layer = MaskedDense(n_inputs, strict=True, name="output")
        plain = {"strict": True, "use_bias": False, "name": "direct"}
        self.direct = MaskedDense(n_inputs, **plain) if direct else None
        self.generator = keras.random.SeedGenerator(self.seed) if fresh else None
        self.build((None, n_inputs))
        live = [masks.make_degrees(*drawn) for _ in range(16)] if fresh else sets
        self._initialize(rng, live)

    def _integers(self, name, values):
        weight = self.add_weight(
            shape=values.shape, initializer="zeros", dtype="int32", trainable=False, name=name
        )
        weight.assign(values)
        return weight

    def build(self, input_shape):
        """Create all weights."""
        widths = (self.n_inputs, *self.config["hidden_units"])
        for layer, n_in in zip([*self.hidden, self.output_layer], widths):
            layer.build((None, n_in))
        if self.direct is not None:
            self.direct.build((None, self.n_inputs))
        self.built = True

    def _initialize(self, rng, sets):
        """Draw kernels from N(0, 2 / live inputs of the unit); those that feed logits a tenth."""
        layers = [masks.make_masks(one) for one in sets]
        live = [np.mean([m.sum(0) for m in layer], axis=0) for layer in zip(*layers)]
        gains = [1.0] * len(self.hidden) + [0.1]
        targets = [*self.hidden, self.output_layer]
        if self.direct is not None:
            live.append(np.mean([masks.direct_mask(one[0]).sum(0) for one in sets], axis=0))
            gains, targets = [*gains, 0.1], [*targets, self.direct]
        for layer, n_live, gain in zip(targets, live, gains):
            scale = gain * np.sqrt(2 / np.maximum(n_live, 1))
            kernel = rng.standard_normal(layer.kernel.shape, dtype=np.float32) * scale
            layer.kernel.assign(kernel.astype("float32"))

    def call(self, inputs, training=False, mask_set=0):
        """Return the logits ``(batch, D)``; in training each call takes another mask set."""
        if len(inputs.shape) != 2 or inputs.shape[-1] != self.n_inputs:
            shape = tuple(inputs.shape)
            raise ValueError(f"inputs must have shape (batch, {self.n_inputs}), got {shape}.")
        if training and self.n_masks > 1:
            mask_set = ops.mod(self.batches, self.n_masks)
            self.batches.assign(self.batches + 1)
        degrees = [ops.take(layer, mask_set, axis=0) for layer in self.degrees]
        if training and self.generator is not None:
            recipe = (self.config[k] for k in ("n_inputs", "hidden_units", "ordering", "degrees"))
            degrees = draw_degrees(*recipe, self.generator)
        x = ops.cast(inputs, self.compute_dtype)
        h = x = 2 * x - 1 if self.generator is not None else x  # 0 is seen, or not: `fresh`
        for layer, drop, d_in, d_out in zip(self.hidden, self.drops, degrees, degrees[1:]):
            h = drop(layer(h, d_in, d_out), training=training)
        logits = self.output_layer(h, degrees[-1], degrees[0])
        if self.direct is not None:
            logits = logits + self.direct(x, degrees[0], degrees[0])
        return logits

    def compute_output_shape(self, input_shape):
        """Return ``(batch, D)``."""
        return (*input_shape[:-1], self.n_inputs)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), **self.config}

    def __repr__(self):
        order = self.config["ordering"]
        units, order = self.config["hidden_units"], order if isinstance(order, str) else "given"
        return f"MADE({self.n_inputs}, {units}, ordering={order!r}, n_masks={self.n_masks})"

    def degrees_of(self, mask_set=0) -> list[np.ndarray]:
        """Return the degrees of one mask set, inputs first: ``[(D,), (units_1,), …]``."""
        self._check_mask_set(mask_set)
        return [np.asarray(ops.convert_to_numpy(d))[mask_set].astype(int) for d in self.degrees]

    def orderings(self) -> np.ndarray:
        """Return the visiting orders of all mask sets, ``(K, D)``."""
        return np.argsort(ops.convert_to_numpy(self.degrees[0]), axis=1)

    def network(self, mask_set=0, ordering=None, seed=0) -> Network:
        """Return one mask set as plain NumPy arrays, masked: what `sampling` and `checks` read.

        With an `ordering` (as in `masks.make_ordering`) it is the network of that one, its hidden
        degrees drawn from `seed`, in place of a stored mask set: for models that are `fresh`.
        """
        degrees = self.degrees_of(mask_set)
        if ordering is not None:
            units, how = self.config["hidden_units"], self.config["degrees"]
            degrees = masks.make_degrees(self.n_inputs, units, ordering, how, seed)
        layers = [*self.hidden, self.output_layer]
        own = masks.make_masks(degrees)
        kernels = [as_numpy(layer.kernel) * mask for layer, mask in zip(layers, own)]
        direct = None
        if self.direct is not None:
            direct = as_numpy(self.direct.kernel) * masks.direct_mask(degrees[0])
        weights = kernels, [as_numpy(layer.bias) for layer in layers], direct
        weights = from_signs(*weights) if self.config["fresh"] else weights
        return Network(degrees, *weights, self.config["activation"])

    def log_prob(self, x, mask_set=None, batch_size=1000) -> np.ndarray:
        """Return log p(x) in nats, ``(n,)``.

        Args:
            x: ``(n, D)``, zeros and ones.
            mask_set: which mask set to ask; None averages the probabilities that all K give to the
                whole example (log-mean-exp), which is again a distribution.
            batch_size: examples at a time.
        """
        x = arguments.binary("x", x, self.n_inputs)
        batch_size = arguments.whole("batch_size", batch_size, at_least=1)
        if mask_set is None:
            every = [self.log_prob(x, k, batch_size) for k in range(self.n_masks)]
            return log_mean_exp(np.stack(every), axis=0) if len(every) > 1 else every[0]
        self._check_mask_set(mask_set)
        parts = [x[i : i + batch_size].astype("float32") for i in range(0, len(x), batch_size)]
        scores = [-as_numpy(nll(part, self(part, mask_set=mask_set))) for part in parts]
        return np.concatenate([np.zeros(0, "float32"), *scores])

    def nll(self, x, mask_set=None, batch_size=1000) -> np.ndarray:
        """Return −log p(x) in nats, ``(n,)``; see `log_prob`."""
        return -self.log_prob(x, mask_set, batch_size)

    def check_data(self, name, x) -> np.ndarray:
        """Return `x` if it is data that this model scores, or raise `ValueError`."""
        return arguments.binary(name, x, self.n_inputs)

    def live_weights(self, mask_set=0) -> int:
        """Return the number of weights and biases that the masks leave alive."""
        degrees = self.degrees_of(mask_set)
        n = sum(int(m.sum()) for m in masks.make_masks(degrees))
        n += sum(len(d) for d in degrees)  # one bias a hidden unit, one an output
        return n + (int(masks.direct_mask(degrees[0]).sum()) if self.direct is not None else 0)

    def _check_mask_set(self, mask_set):
        whole = isinstance(mask_set, (int, np.integer)) and not isinstance(mask_set, bool)
        if not whole or not 0 <= mask_set < self.n_masks:
            raise ValueError(f"mask_set must be in 0 … {self.n_masks - 1}, got {mask_set!r}.")


def save(model: MADE, path, dtype="float32"):
    """Write a model to an ``.npz`` file that `load` and `network.load` read, without pickles.

    Weights that no mask set uses are left out (a `fresh` model keeps them all);
    ``dtype="float16"`` halves the rest, ``"int8"`` quarters it, both at a small loss. Written whole
    or not at all. (`model.save("model.keras")` works too, and keeps the optimizer.)
    """
    layers = [*model.hidden, model.output_layer]
    every = [as_numpy(d) for d in model.degrees]
    live = packed.live_masks(every, model.direct is not None, model.config["fresh"])
    arrays = {f"degrees_{i}": d.astype("uint16") for i, d in enumerate(every)}
    for i, layer in enumerate(layers):
        arrays |= packed.pack(f"kernel_{i}", as_numpy(layer.kernel), live[i], dtype)
        arrays[f"bias_{i}"] = as_numpy(layer.bias)
    if model.direct is not None:
        arrays |= packed.pack("direct", as_numpy(model.direct.kernel), live[-1], dtype)
    return packed.save_arrays(path, json.loads(json.dumps(model.config)), arrays)


def load(path) -> MADE:
    """Return the model that `save` wrote. Another file raises `ValueError`."""
    config, arrays = packed.load_arrays(path)
    try:
        model = MADE(**config)
        every = [arrays[f"degrees_{i}"].astype("int32") for i in range(len(model.degrees))]
        for weight, degrees in zip(model.degrees, every):
            weight.assign(degrees)
        live = packed.live_masks(every, model.direct is not None, model.config["fresh"])
        for i, layer in enumerate([*model.hidden, model.output_layer]):
            layer.kernel.assign(packed.unpack(f"kernel_{i}", arrays, live[i]))
            layer.bias.assign(arrays[f"bias_{i}"])
        if model.direct is not None:
            model.direct.kernel.assign(packed.unpack("direct", arrays, live[-1]))
    except Exception as error:
        raise ValueError(
            f"path must be a file written by made.save, got {path}: {error}"
        ) from error
    return model


def as_numpy(value) -> np.ndarray:
    """Return a tensor in NumPy, floats of 16 bits as float32: sums are taken of them."""
    array = np.asarray(ops.convert_to_numpy(value))
    return array.astype("float32") if array.dtype.kind in "fV" and array.itemsize < 4 else array
