"""MADE in Keras 3: an autoencoder whose masks make it a density (Germain et al., ICML 2015).

Written in `keras.ops` alone, so that it runs on TensorFlow, JAX and PyTorch. The masks are never
stored: the model keeps the degrees of its units, integers, and compares them in `call`. Thirty-two
mask sets then cost kilobytes where stored masks would cost hundreds of megabytes.
"""

import json

import keras
import numpy as np
from keras import ops

from helpers import arguments, masks, packed, sampling
from helpers.activations import ACTIVATIONS
from helpers.average import Average
from helpers.fresh import draw_degrees
from helpers.layers import MaskedDense, Score, as_numpy, nll, register
from helpers.likelihood import log_mean_exp
from helpers.network import Network
from helpers.outputs import Bernoulli, Outputs
from helpers.protocol import conditions, shown

__all__ = ["MADE", "MaskedDense", "load", "nll", "register", "save"]


@register
class MADE(keras.Model):
    """Masked Autoencoder for Distribution Estimation.

    The outputs of dimension d are the parameters of p(x_d | the inputs visited before d): for
    binary data, the logit of p(x_d = 1 | …). So the sum of the D cross entropies is −log p(x), in
    nats, of a distribution that sums to 1.

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
            any other ordering.
        outputs: what a dimension is: a family of `outputs`, one for each dimension, or None for
            binary data (which a `fresh` model sees as −1 and 1, as 0 would look like not seen).
        n_conditions: c, further inputs of degree 0, which every unit and every output may see.

    Input shape: ``(batch, c + D)``: the conditions, if any, then the example (zeros and ones).
    Output shape: ``(batch, P)``, the parameters of all dimensions (D **logits**).

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
        outputs=None,
        n_conditions=0,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)  # values are encoded before they are rounded
        n_inputs = arguments.whole("n_inputs", n_inputs, at_least=2)
        n_masks = arguments.whole("n_masks", n_masks, at_least=1)
        below_1 = "at least 0 and below 1"
        self.config = {
            "n_inputs": n_inputs,
            "hidden_units": arguments.hidden_units(hidden_units),
            "ordering": ordering if isinstance(ordering, str) else np.asarray(ordering).tolist(),
            "direct": arguments.flag("direct", direct),
            "activation": arguments.one_of("activation", activation, tuple(ACTIVATIONS)),
            "dropout": arguments.number("dropout", dropout, below_1, lambda v: 0 <= v < 1),
            "n_masks": n_masks,
            "seed": arguments.seed("seed", seed),
            "degrees": degrees,
            "fresh": arguments.flag("fresh", fresh),
            "n_conditions": arguments.whole("n_conditions", n_conditions, at_least=0),
        }
        self.outputs = Outputs(Bernoulli(fresh) if outputs is None else outputs, n_inputs)
        self.config["outputs"] = self.outputs.config
        self.n_conditions = self.config["n_conditions"]
        self.score = Score(self.outputs, n_inputs, self.n_conditions)
        self.n_inputs, self.n_masks, self.seed = n_inputs, n_masks, self.config["seed"]
        units, order = self.config["hidden_units"], self.config["ordering"]
        rng = np.random.default_rng(self.seed)
        drawn = (n_inputs, units, order, degrees, rng, self.n_conditions)
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
        n_params = len(self.outputs.params)
        self.output_layer = MaskedDense(n_params, strict=True, name="output")
        plain = {"strict": True, "use_bias": False, "name": "direct"}
        self.direct = MaskedDense(n_params, **plain) if direct else None
        self.generator = keras.random.SeedGenerator(self.seed) if fresh else None
        self.build((None, self.n_conditions + n_inputs))
        self._initialize(rng, [masks.make_degrees(*drawn) for _ in range(16)] if fresh else sets)

    def _integers(self, name, values):
        weight = self.add_weight(
            shape=values.shape, initializer="zeros", dtype="int32", trainable=False, name=name
        )
        weight.assign(values)
        return weight

    def build(self, input_shape):
        """Create all weights."""
        n_rows = self.n_conditions + len(self.outputs.columns)
        widths = (n_rows, *self.config["hidden_units"])
        for layer, n_in in zip([*self.hidden, self.output_layer], widths):
            layer.build((None, n_in))
        if self.direct is not None:
            self.direct.build((None, n_rows))
        self.built = True

    def _initialize(self, rng, sets):
        """Draw kernels from N(0, 2 / live inputs of the unit); those that feed logits a tenth."""
        every = [self._masks(one) for one in sets]
        live = [np.mean([m.sum(0) for m in layer], axis=0) for layer in zip(*every)]
        gains = [1.0] * len(self.hidden) + [0.1, 0.1]
        targets = [*self.hidden, self.output_layer, self.direct][: len(live)]
        for layer, n_live, gain in zip(targets, live, gains):
            scale = gain * np.sqrt(2 / np.maximum(n_live, 1))
            kernel = rng.standard_normal(layer.kernel.shape, dtype=np.float32) * scale
            layer.kernel.assign(kernel.astype("float32"))
        self.output_layer.bias.assign(self.outputs.start)

    def _masks(self, degrees):
        """Return the masks of all kernels, those of the direct connections last."""
        ins, outs = self.outputs.spread(degrees[0], self.n_conditions)
        direct = [masks.output_mask(ins, outs)] if self.direct is not None else []
        return [*masks.make_masks([ins, *degrees[1:]], outs), *direct]

    def call(self, inputs, training=False, mask_set=0, encoded=False):
        """Return the parameters ``(batch, P)``; in training each call takes the next mask set.

        `encoded` says that `inputs` are what `rows` returns: looks that take derivatives do.
        """
        c, e = self.n_conditions, len(self.outputs.columns)
        width = c + (e if encoded else self.n_inputs)
        if len(inputs.shape) != 2 or inputs.shape[-1] != width:
            shape = tuple(inputs.shape)
            raise ValueError(f"inputs must have shape (batch, {width}), got {shape}.")
        if training and self.n_masks > 1:
            mask_set = ops.mod(self.batches, self.n_masks)
            self.batches.assign(self.batches + 1)
        ranks, *hidden = [ops.take(layer, mask_set, axis=0) for layer in self.degrees]
        if training and self.generator is not None:
            recipe = (self.config[k] for k in ("n_inputs", "hidden_units", "ordering", "degrees"))
            ranks, *hidden = draw_degrees(*recipe, self.generator, c)
        ins, outs = ops.take(ranks, self.outputs.columns), ops.take(ranks, self.outputs.params)
        x = ops.cast(inputs, keras.backend.result_type(self.compute_dtype, "float32"))
        if not encoded:
            x = ops.concatenate([x[:, :c], self.outputs.encode(x[:, c:])], axis=1)
        h = x = ops.cast(x, self.compute_dtype)
        degrees = [ops.concatenate([ops.zeros(c, ins.dtype), ins]), *hidden]
        for layer, drop, d_in, d_out in zip(self.hidden, self.drops, degrees, hidden):
            h = drop(layer(h, d_in, d_out), training=training)
        params = self.output_layer(h, degrees[-1], outs)
        if self.direct is not None:
            params = params + self.direct(x, degrees[0], outs)
        return params

    def compute_output_shape(self, input_shape):
        """Return ``(batch, P)``."""
        return (*input_shape[:-1], len(self.outputs.params))

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), **self.config}

    def __repr__(self):
        order = self.config["ordering"]
        units, order = self.config["hidden_units"], order if isinstance(order, str) else "given"
        return f"MADE({self.n_inputs}, {units}, ordering={order!r}, n_masks={self.n_masks})"

    def degrees_of(self, mask_set=0) -> list[np.ndarray]:
        """Return the degrees of one mask set, inputs first: ``[(D,), (units_1,), …]``."""
        arguments.whole("mask_set", mask_set, 0, self.n_masks - 1)
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
            more = (ordering, how, seed, self.n_conditions)
            degrees = masks.make_degrees(self.n_inputs, units, *more)
        layers = [*self.hidden, self.output_layer, *([self.direct] if self.direct else [])]
        kernels = [as_numpy(layer.kernel) * m for layer, m in zip(layers, self._masks(degrees))]
        direct = kernels.pop() if self.direct is not None else None
        biases = [as_numpy(layer.bias) for layer in [*self.hidden, self.output_layer]]
        more = (self.config["activation"], self.outputs, self.n_conditions)
        return Network(degrees, kernels, biases, direct, *more)

    def logits(self, x, condition=None) -> np.ndarray:
        """Return what the model puts out, ``(n, P)``, in NumPy; as `Network.logits`."""
        return as_numpy(self(self.rows(x, condition), encoded=True))

    def rows(self, x, condition=None) -> np.ndarray:
        """Return ``(n, c + E)``: the conditions, then what the network is shown of `x`."""
        return shown(self, x, condition, "float32")

    def log_prob(self, x, mask_set=None, batch_size=1000, condition=None) -> np.ndarray:
        """Return log p(x | condition) in nats, ``(n,)``.

        Args:
            x: ``(n, D)``.
            mask_set: which mask set to ask; None averages the probabilities that all K give to the
                whole example (log-mean-exp), which is again a distribution.
            batch_size: examples at a time.
            condition: ``(n, c)`` or ``(c,)``, if the model has conditions.
        """
        x = self.outputs.check("x", x)
        given = conditions(condition, len(x), self.n_conditions)
        rows = np.hstack([given.astype("float32"), x.astype("float32")])
        batch_size = arguments.whole("batch_size", batch_size, at_least=1)
        if mask_set is None:
            every = [self.log_prob(x, k, batch_size, condition) for k in range(self.n_masks)]
            return log_mean_exp(np.stack(every), axis=0) if len(every) > 1 else every[0]
        arguments.whole("mask_set", mask_set, 0, self.n_masks - 1)
        parts = [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
        scores = [-as_numpy(self.score(part, self(part, mask_set=mask_set))) for part in parts]
        return np.concatenate([np.zeros(0, "float32"), *scores])

    def nll(self, x, mask_set=None, batch_size=1000, condition=None) -> np.ndarray:
        """Return −log p(x | condition) in nats, ``(n,)``; see `log_prob`."""
        return -self.log_prob(x, mask_set, batch_size, condition)

    def sample(self, n: int, seed=0, **options) -> np.ndarray:
        """Draw `n` examples, ``(n, D)``: `sampling.sample`, whose options this takes.

        With several mask sets, from their average.
        """
        model = self.network() if self.n_masks == 1 else Average(self)
        return sampling.sample(model, n, seed, **options)

    def check_data(self, name, rows, target=False) -> np.ndarray:
        """Return `rows` ``(n, c + D)`` if this model scores them, or raise `ValueError`.

        As a `target`, they may be probabilities, where the family has a cross entropy.
        """
        rows, c = np.asarray(rows), self.n_conditions
        if c and (rows.ndim != 2 or rows.shape[1] != c + self.n_inputs):
            shape = (len(rows), c + self.n_inputs)
            raise ValueError(f"{name} must have shape {shape}, got {rows.shape}.")
        self.outputs.check(name, rows[:, c:] if c else rows, target)
        return rows

    def live_weights(self, mask_set=0) -> int:
        """Return the number of weights and biases that the masks leave alive."""
        degrees = self.degrees_of(mask_set)
        n = sum(int(m.sum()) for m in self._masks(degrees))
        return n + sum(layer.units for layer in [*self.hidden, self.output_layer])  # their biases


def save(model: MADE, path, dtype="float32"):
    """Write a model to an ``.npz`` file that `load` and `network.load` read, without pickles.

    Weights that no mask set uses are left out (a `fresh` model keeps them all);
    ``dtype="float16"`` halves the rest, ``"int8"`` quarters it, both at a small loss. Written whole
    or not at all. (`model.save("model.keras")` works too, and keeps the optimizer.)
    """
    layers = [*model.hidden, model.output_layer]
    every = [as_numpy(d) for d in model.degrees]
    live = packed.live_masks(every, *packed.shape_of(model.config))
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
        live = packed.live_masks(every, *packed.shape_of(model.config))
        for i, layer in enumerate([*model.hidden, model.output_layer]):
            layer.kernel.assign(packed.unpack(f"kernel_{i}", arrays, live[i]))
            layer.bias.assign(arrays[f"bias_{i}"])
        if model.direct is not None:
            model.direct.kernel.assign(packed.unpack("direct", arrays, live[-1]))
    except Exception as error:
        rule = f"path must be a file written by made.save, got {path}"
        raise ValueError(f"{rule}: {error}") from error
    return model
