"""A MADE laid out for fast training: half of a masked network is zeros, and most can be skipped.

With inputs in visiting order and hidden units sorted by degree, the mask of a layer is a staircase.
Cut into blocks along the ranks, every block is dead, whole, or on the staircase: dead blocks are
left out, whole ones need no mask, and those on the staircase are masked once a step, after the
optimizer has moved them: the product need not be taken in every pass.

    model = made.MADE(784, (8000,), dropout=0.2)
    fast = blocks.BlockMADE(model)
    training.fit(fast, train, valid)
    fast.write_to(model)

The function that is trained is the same (a test compares values and gradients); what is gained is
in `benchmarks/speed.json`. The lessons train `made.MADE`, which is easier to read.
"""

import keras
import numpy as np
from keras import ops

from helpers import arguments, made


@made.register
class BlockMADE(keras.Model):
    """The live part of a `made.MADE` with one mask set, for training.

    It starts with the weights of `model` and shares none: `write_to` takes what was learned back.

    Args:
        model: a `made.MADE` with one mask set.
        n_blocks: cuts along the ranks, 1 … D. More skip more zeros, in smaller products.

    Input and output as `made.MADE`, whatever its outputs and conditions are.
    """

    def __init__(self, model: made.MADE, n_blocks: int = 4, **kwargs):
        super().__init__(**kwargs)
        if model.n_masks != 1:
            raise ValueError(f"model must have one mask set, got {model.n_masks}.")
        n_blocks = arguments.whole("n_blocks", n_blocks, at_least=1)
        if n_blocks > model.n_inputs:
            raise ValueError(f"n_blocks must be at most D = {model.n_inputs}, got {n_blocks}.")
        self.n_inputs, self.n_conditions = model.n_inputs, model.n_conditions
        self.outputs, self.score, self.check_data = model.outputs, model.score, model.check_data
        self.config = model.config | {"n_blocks": n_blocks}
        self.degrees = model.degrees_of()
        edges = np.linspace(0, self.n_inputs, n_blocks + 1).astype(int)
        edges[0] = -1  # conditions are of degree 0
        ins, outs = model.outputs.spread(self.degrees[0], model.n_conditions)
        degrees = [ins, *self.degrees[1:], outs]
        self._sorts = sorts = [np.argsort(d, kind="stable") for d in degrees]
        ins, *hidden, outs = [d[by] for d, by in zip(degrees, sorts)]
        self.order, self.back = sorts[0], np.argsort(sorts[-1])
        self.hidden = [BlockDense(a, b, edges, False) for a, b in zip([ins, *hidden], hidden)]
        self.output_layer = BlockDense(hidden[-1], outs, edges, True)
        self.direct = model.direct and BlockDense(ins, outs, edges, True, False)
        self.activation = keras.activations.get(self.config["activation"])
        rate, seed = self.config["dropout"], self.config["seed"]
        self.drops = [HashDropout(rate, seed + 1 + i) for i in range(len(self.hidden))]
        self.built = True
        for ours, theirs, rows, columns in self._pairs(model):
            kernel = ops.convert_to_numpy(theirs.kernel)
            ours.set_kernel(kernel[rows][:, columns])
            if ours.use_bias:
                ours.bias.assign(ops.convert_to_numpy(theirs.bias)[columns])

    def call(self, inputs, training=False):
        """Return the parameters, ``(batch, P)``."""
        x, c = ops.cast(inputs, self.compute_dtype), self.n_conditions
        rows = ops.concatenate([x[:, :c], self.outputs.encode(x[:, c:])], axis=1)
        h = x = ops.take(rows, self.order, axis=1)
        for layer, drop in zip(self.hidden, self.drops):
            h = drop(self.activation(layer(h)), training=training)
        logits = self.output_layer(h)
        if self.direct is not None:
            logits = logits + self.direct(x)
        return ops.take(logits, self.back, axis=1)

    def get_config(self):
        """Return what makes the model that this was made from, and the number of blocks."""
        degrees = [d.tolist() for d in self.degrees]
        return {**super().get_config(), "model": self.config, "degrees": degrees}

    @classmethod
    def from_config(cls, config):
        """Return the model in blocks, with the weights that the seed draws."""
        options = dict(config.pop("model"))
        n_blocks, degrees = options.pop("n_blocks"), config.pop("degrees")
        model = made.MADE(**options)
        for weight, own in zip(model.degrees, degrees):
            weight.assign(np.array([own], "int32"))
        return cls(model, n_blocks, **config)

    def compute_output_shape(self, input_shape):
        """Return ``(batch, P)``."""
        return (*input_shape[:-1], len(self.outputs.params))

    def write_to(self, model: made.MADE):
        """Give `model`, the one this was made from or its equal, the weights learned here."""
        for ours, theirs, rows, columns in self._pairs(model):
            kernel = np.zeros(theirs.kernel.shape, np.float32)
            kernel[np.ix_(rows, columns)] = ours.get_kernel()
            theirs.kernel.assign(kernel)
            if ours.use_bias:
                bias = np.zeros(len(columns), np.float32)
                bias[columns] = ops.convert_to_numpy(ours.bias)
                theirs.bias.assign(bias)

    def _pairs(self, model):
        """Yield our layer, its twin in `model`, and how we sort the twin's inputs and outputs."""
        sorts = self._sorts
        ours, theirs = [*self.hidden, self.output_layer], [*model.hidden, model.output_layer]
        yield from zip(ours, theirs, sorts, sorts[1:])
        if self.direct is not None:
            yield self.direct, model.direct, sorts[0], sorts[-1]


@made.register
class BlockDense(keras.layers.Layer):
    """A `made.MaskedDense` without its dead blocks; inputs and units come sorted by degree.

    Args:
        degrees_in, degrees_out: integers ``(in,)`` and ``(units,)``, both rising.
        edges: rising ranks, the first −1 and the last D: block b holds the degrees k with
            ``edges[b] < k <= edges[b + 1]``.
        strict, use_bias: as in `made.MaskedDense`.

    Input shape: ``(batch, in)``. Output shape: ``(batch, units)``.
    """

    def __init__(self, degrees_in, degrees_out, edges, strict, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        degrees_in, degrees_out, edges = map(np.asarray, (degrees_in, degrees_out, edges))
        self.arguments = (degrees_in, degrees_out, edges, strict, use_bias)
        self.shape, self.use_bias = (len(degrees_in), len(degrees_out)), use_bias
        compare = np.greater if strict else np.greater_equal
        ends_in, ends_out = (np.searchsorted(d, edges, "right") for d in (degrees_in, degrees_out))
        self.blocks = []  # inputs seen whole, inputs on the staircase, units, kernels, mask
        for i, j, a, b in zip(ends_in, ends_in[1:], ends_out, ends_out[1:]):
            if a < b:
                whole, stairs, units = slice(0, i), slice(i, j), slice(a, b)
                mask = compare(degrees_out[None, units], degrees_in[stairs, None])
                kernels = [self._kernel((i, b - a)), self._kernel((j - i, b - a), Masked(mask))]
                self.blocks.append((whole, stairs, units, *kernels, mask))
        if use_bias:
            self.bias = self.add_weight(shape=(self.shape[1],), initializer="zeros", name="bias")
        self.built = True

    def _kernel(self, shape, constraint=None):
        options = {"initializer": "zeros", "constraint": constraint}
        return self.add_weight(shape=shape, **options) if shape[0] else None

    def call(self, inputs):
        """Return ``inputs @ (kernel * mask) + bias``."""
        outputs = []
        for whole, stairs, units, full, partial, _ in self.blocks:
            parts = []
            if full is not None:
                parts.append(ops.matmul(inputs[:, whole], full))
            if partial is not None:
                parts.append(ops.matmul(inputs[:, stairs], partial))
            nothing = ops.zeros((ops.shape(inputs)[0], units.stop - units.start))
            outputs.append(sum(parts[1:], parts[0]) if parts else nothing)
        outputs = ops.concatenate(outputs, axis=1)
        return outputs + self.bias if self.use_bias else outputs

    def compute_output_shape(self, input_shape):
        """Return ``(batch, units)``."""
        return (*input_shape[:-1], self.shape[1])

    def get_config(self):
        """Return the constructor's arguments."""
        names = ("degrees_in", "degrees_out", "edges", "strict", "use_bias")
        values = [v.tolist() if isinstance(v, np.ndarray) else v for v in self.arguments]
        return {**super().get_config(), **dict(zip(names, values))}

    def set_kernel(self, kernel):
        """Take the live weights of a kernel ``(in, units)``."""
        for whole, stairs, units, full, partial, mask in self.blocks:
            if full is not None:
                full.assign(kernel[whole, units])
            if partial is not None:
                partial.assign(kernel[stairs, units] * mask)

    def get_kernel(self) -> np.ndarray:
        """Return the kernel ``(in, units)``, zero where no connection lives."""
        kernel = np.zeros(self.shape, np.float32)
        for whole, stairs, units, full, partial, mask in self.blocks:
            if full is not None:
                kernel[whole, units] = ops.convert_to_numpy(full)
            if partial is not None:
                kernel[stairs, units] = ops.convert_to_numpy(partial) * mask
        return kernel


@made.register
class Masked(keras.constraints.Constraint):
    """Sets the dead weights back to zero after each step of an optimizer.

    Args:
        mask: booleans of the kernel's shape.
    """

    def __init__(self, mask):
        self.mask = np.asarray(mask, bool)

    def __call__(self, kernel):
        """Return the kernel, zero where the mask is."""
        return kernel * ops.cast(ops.convert_to_tensor(self.mask), kernel.dtype)

    def get_config(self):
        """Return the constructor's argument."""
        return {"mask": self.mask.tolist()}


@made.register
class HashDropout(keras.layers.Layer):
    """Dropout whose noise XLA draws quickly on a CPU, where it draws random numbers slowly.

    One random number a row and one a unit are drawn afresh in every call; whether unit j of row i
    is dropped is read off a hash of the two (xor, then the multiply-and-shift mixing of integer
    hash functions), 24 bits of it.

    Args:
        rate: share of units dropped in training, 0 ≤ rate < 1; the others grow by 1 / (1 − rate).
        seed: an integer.
    """

    def __init__(self, rate, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.rate = arguments.number("rate", rate, "at least 0 and below 1", lambda v: 0 <= v < 1)
        self.seed = arguments.whole("seed", seed, at_least=0)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.built = True

    def call(self, inputs, training=False):
        """Return the inputs, in training with some of them zero."""
        if not training or not self.rate:
            return inputs
        rows, units = ops.shape(inputs)[0], inputs.shape[1]
        noise = ops.bitwise_xor(self._draw((rows, 1)), self._draw((1, units)))
        for _ in range(2):  # int32 products wrap around, on every backend
            noise = noise * 0x45D9F3B
            noise = ops.bitwise_xor(noise, ops.right_shift(noise, 16))
        keep = ops.bitwise_and(noise, 0xFFFFFF) >= round(self.rate * 2**24)
        return inputs * ops.cast(keep, inputs.dtype) / (1 - self.rate)

    def _draw(self, shape):
        return keras.random.randint(shape, 0, 2**31 - 1, dtype="int32", seed=self.seed_generator)

    def compute_output_shape(self, input_shape):
        """Return the shape unchanged."""
        return input_shape

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
