"""A trained MADE as plain NumPy arrays: what sampling and proofs are made of.

A `Network` is one mask set of a model, its kernels already masked, so that it computes like any
dense network and nothing has to be remembered about masks.
"""

import dataclasses

import numpy as np

from helpers import arguments, masks, packed, sampling
from helpers.activations import ACTIVATIONS
from helpers.outputs import Bernoulli, Outputs
from helpers.protocol import conditions, shown

ROWS = 1000  # that are scored at a time


@dataclasses.dataclass(eq=False, repr=False)
class Network:
    """One mask set of a MADE. Shapes are ``(in, out)``; the kernels are used as they are.

    Args:
        degrees: ``[(D,), (units_1,), …, (units_L,)]``, ranks and hidden degrees. Inputs of equal
            rank are visited at the same time, a hidden unit of degree 0 sees nothing.
        kernels: L + 1 arrays; the first takes c conditions and E input numbers, the last one leads
            to P parameters. For binary data without conditions, c = 0 and E = P = D.
        biases: L + 1 arrays.
        direct: ``(c + E, P)`` kernel of the direct connections, or None.
        activation: name of the hidden activation, one of `ACTIVATIONS`.
        outputs: the `Outputs` of the D dimensions, or one family for all of them.
        n_conditions: c, numbers that every unit and output may see: a class, a setting.

    Raises:
        ValueError: naming the array whose shape or type does not fit.
    """

    degrees: list
    kernels: list
    biases: list
    direct: np.ndarray | None = None
    activation: str = "relu"
    outputs: Outputs = Bernoulli()
    n_conditions: int = 0

    def __post_init__(self):
        arguments.one_of("activation", self.activation, tuple(ACTIVATIONS))
        if not isinstance(self.outputs, Outputs):
            self.outputs = Outputs(self.outputs, self.n_inputs)
        ins, outs = (len(of) for of in self.outputs.spread(self.degrees[0], self.n_conditions))
        widths = [ins, *(len(hidden) for hidden in self.degrees[1:]), outs]
        for name, given in (("kernels", self.kernels), ("biases", self.biases)):
            if len(given) != len(self.degrees):
                rule = f"{name} must be {len(self.degrees)} arrays, one more than hidden layers"
                raise ValueError(f"{rule}, got {len(given)}.")
        fits = {f"kernels[{i}]": (k, widths[i : i + 2]) for i, k in enumerate(self.kernels)}
        fits |= {f"biases[{i}]": (b, widths[i + 1 : i + 2]) for i, b in enumerate(self.biases)}
        if self.direct is not None:
            fits["direct"] = self.direct, [ins, outs]
        for name, (array, shape) in fits.items():
            if np.shape(array) != tuple(shape):
                got = np.shape(array)
                raise ValueError(f"{name} must have shape {tuple(shape)}, got {got}.")
            if np.asarray(array).dtype.kind != "f":  # a mask of booleans would add up to "or"
                got = np.asarray(array).dtype
                raise ValueError(f"{name} must be of a floating-point type, got {got}.")

    def __repr__(self) -> str:
        units = ", ".join(str(len(hidden)) for hidden in self.degrees[1:]) or "no"
        direct = "direct" if self.direct is not None else "no direct"
        return (
            f"Network({self.n_inputs} inputs, {units} hidden units, {self.activation}, "
            f"{direct} connections, {self.dtype})"
        )

    @property
    def n_inputs(self) -> int:
        """D."""
        return len(self.degrees[0])

    @property
    def ordering(self) -> np.ndarray:
        """The visiting order, ``(D,)``: the inverse of the ranks ``degrees[0]`` (if none tie)."""
        return np.argsort(self.degrees[0], kind="stable")

    @property
    def dtype(self):
        """The floating-point type that everything is computed in."""
        return self.kernels[0].dtype

    def astype(self, dtype) -> "Network":
        """Return a copy that computes in `dtype` (float64 for proofs)."""
        return dataclasses.replace(
            self,
            kernels=[k.astype(dtype) for k in self.kernels],
            biases=[b.astype(dtype) for b in self.biases],
            direct=None if self.direct is None else self.direct.astype(dtype),
        )

    def logits(self, x, condition=None) -> np.ndarray:
        """Return what the network puts out, ``(n, P)``, for `x` ``(n, D)``: the parameters of all
        conditionals, which for binary data are D logits.

        Args:
            condition: ``(n, c)`` or ``(c,)``, the same for all, if the network has conditions.
        """
        rows = h = self.rows(x, condition)
        act = ACTIVATIONS[self.activation]
        for kernel, bias in zip(self.kernels[:-1], self.biases[:-1]):
            h = act(h @ kernel + bias)
        out = h @ self.kernels[-1] + self.biases[-1]
        return out if self.direct is None else out + rows @ self.direct

    def rows(self, x, condition=None) -> np.ndarray:
        """Return ``(n, c + E)``: the conditions, then what the network is shown of `x`."""
        return shown(self, x, condition, self.dtype)

    def log_prob(self, x, condition=None) -> np.ndarray:
        """Return log p(x | condition) in nats, ``(n,)``, for `x` of shape ``(n, D)``."""
        x = self.outputs.check("x", x)
        given = conditions(condition, len(x), self.n_conditions)
        parts = [slice(i, i + ROWS) for i in range(0, max(len(x), 1), ROWS)]
        scores = [self.outputs.nll(x[own], self.logits(x[own], given[own])) for own in parts]
        return -np.concatenate([score.sum(axis=1) for score in scores])

    def sample(self, n: int, seed=0, **options) -> np.ndarray:
        """Draw `n` examples, ``(n, D)``: `sampling.sample`, whose options this takes."""
        return sampling.sample(self, n, seed, **options)

    def paths(self) -> np.ndarray:
        """Return ``(D, D)``: how many paths of non-zero weights join input i to output j."""
        counts = masks.count_paths(self.kernels, self.direct)
        return self.outputs.by_dimension(counts, np.add, self.n_conditions)


def load(path, mask_set: int = 0, ordering=None, seed=0) -> Network:
    """Load one mask set of a model saved by `made.save`, without Keras or TensorFlow.

    Args:
        path: the file.
        mask_set: which of its mask sets.
        ordering, seed: another ordering in its place, as in `MADE.network`.
    """
    config, arrays = packed.load_arrays(path)
    return from_arrays(config, arrays, mask_set, ordering, seed)


def from_arrays(config: dict, arrays: dict, mask_set: int = 0, ordering=None, seed=0) -> Network:
    """Build the `Network` of one mask set, or ordering, from what `load_arrays` returns."""
    mask_set = arguments.whole("mask_set", mask_set, at_least=0, at_most=config["n_masks"] - 1)
    n_layers, direct = len(config["hidden_units"]), config["direct"]
    every = [arrays[f"degrees_{i}"].astype(int) for i in range(n_layers + 1)]
    outputs, c = packed.outputs_of(config)
    live = packed.live_masks(every, *packed.shape_of(config))
    degrees = [d[mask_set] for d in every]
    if ordering is not None:
        units, how = config["hidden_units"], config.get("degrees", "random")
        degrees = masks.make_degrees(config["n_inputs"], units, ordering, how, seed, c)
    ins, outs = outputs.spread(degrees[0], c)
    own = masks.make_masks([ins, *degrees[1:]], outs)
    kernels = [packed.unpack(f"kernel_{i}", arrays, live[i]) * own[i] for i in range(n_layers + 1)]
    biases = [arrays[f"bias_{i}"].astype(np.float32) for i in range(n_layers + 1)]
    a = packed.unpack("direct", arrays, live[-1]) * masks.output_mask(ins, outs) if direct else None
    return Network(degrees, kernels, biases, a, config["activation"], outputs, c)
