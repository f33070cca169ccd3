"""A trained MADE as plain NumPy arrays: what sampling and proofs are made of.

A `Network` is one mask set of a model, its kernels already masked, so that it computes like any
dense network and nothing has to be remembered about masks.
"""

import dataclasses

import numpy as np

from helpers import arguments, masks, packed
from helpers.activations import ACTIVATIONS
from helpers.likelihood import bernoulli_nll


@dataclasses.dataclass(eq=False, repr=False)
class Network:
    """One mask set of a MADE. Shapes are ``(in, out)``; the kernels are used as they are.

    Two networks are equal only if they are the same object.

    Args:
        degrees: ``[(D,), (units_1,), …, (units_L,)]``, ranks and hidden degrees. Inputs of equal
            rank are visited at the same time, a hidden unit of degree 0 sees nothing.
        kernels: L + 1 arrays; the last one leads to the D logits.
        biases: L + 1 arrays.
        direct: ``(D, D)`` kernel of the direct connections, or None.
        activation: name of the hidden activation, one of `ACTIVATIONS`.

    Raises:
        ValueError: naming the array whose shape or type does not fit.
    """

    degrees: list
    kernels: list
    biases: list
    direct: np.ndarray | None = None
    activation: str = "relu"

    def __post_init__(self):
        arguments.one_of("activation", self.activation, tuple(ACTIVATIONS))
        widths = [len(degrees) for degrees in self.degrees] + [self.n_inputs]
        for name, given in (("kernels", self.kernels), ("biases", self.biases)):
            if len(given) != len(self.degrees):
                rule = f"{name} must be {len(self.degrees)} arrays, one more than hidden layers"
                raise ValueError(f"{rule}, got {len(given)}.")
        fits = {f"kernels[{i}]": (k, widths[i : i + 2]) for i, k in enumerate(self.kernels)}
        fits |= {f"biases[{i}]": (b, widths[i + 1 : i + 2]) for i, b in enumerate(self.biases)}
        if self.direct is not None:
            fits["direct"] = self.direct, [self.n_inputs, self.n_inputs]
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

    def logits(self, x) -> np.ndarray:
        """Return the logits of all conditionals, ``(n, D)``, for `x` of shape ``(n, D)``."""
        x = np.asarray(x, self.dtype)
        h, act = x, ACTIVATIONS[self.activation]
        for kernel, bias in zip(self.kernels[:-1], self.biases[:-1]):
            h = act(h @ kernel + bias)
        out = h @ self.kernels[-1] + self.biases[-1]
        return out if self.direct is None else out + x @ self.direct

    def log_prob(self, x) -> np.ndarray:
        """Return log p(x) in nats, ``(n,)``, for binary `x` of shape ``(n, D)``."""
        x = arguments.binary("x", x, self.n_inputs)
        return -bernoulli_nll(x.astype(self.dtype), self.logits(x))

    def paths(self) -> np.ndarray:
        """Return ``(D, D)``: how many paths of non-zero weights join input i to output j."""
        return masks.count_paths(self.kernels, self.direct)


def as_network(name: str, model) -> Network:
    """Return the plain arrays of whatever the course calls a model, or raise `ValueError`.

    Args:
        name: of the argument, for the message.
        model: a `Network`, a `sampling.Sampler`, or a `made.MADE` with one mask set.
    """
    if isinstance(model, Network):
        return model
    if getattr(model, "n_masks", 1) > 1:
        raise ValueError(
            f"{name} must be one mask set, got a model with {model.n_masks}: "
            "pick one, model.network(mask_set)."
        )
    network = getattr(model, "network", None)
    network = network() if callable(network) and not isinstance(model, type) else network
    if not isinstance(network, Network):
        rule = f"{name} must be a network.Network, a sampling.Sampler or a made.MADE"
        raise ValueError(f"{rule}, got {type(model).__name__} {model!r:.60}.")
    return network


def from_signs(kernels, biases, direct):
    """Return the weights that compute on x what the given, masked ones compute on 2x − 1.

    That is what a `fresh` model was trained on: an input of 0 and one not seen differ (`fresh`).
    """
    kernels, biases = [2 * kernels[0], *kernels[1:]], [biases[0] - kernels[0].sum(0), *biases[1:]]
    if direct is None:
        return kernels, biases, None
    return kernels, [*biases[:-1], biases[-1] - direct.sum(0)], 2 * direct


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
    fresh = config.get("fresh", False)
    live = packed.live_masks(every, direct, fresh)
    degrees = [d[mask_set] for d in every]
    if ordering is not None:
        units, how = config["hidden_units"], config.get("degrees", "random")
        degrees = masks.make_degrees(config["n_inputs"], units, ordering, how, seed)
    own = masks.make_masks(degrees)
    kernels = [packed.unpack(f"kernel_{i}", arrays, live[i]) * own[i] for i in range(n_layers + 1)]
    biases = [arrays[f"bias_{i}"].astype(np.float32) for i in range(n_layers + 1)]
    a = None
    if direct:
        a = packed.unpack("direct", arrays, live[-1]) * masks.direct_mask(degrees[0])
    weights = from_signs(kernels, biases, a) if fresh else (kernels, biases, a)
    return Network(degrees, *weights, config["activation"])
