"""A trained MADE as plain NumPy arrays: what sampling, proofs and shipped files are made of.

A `Network` is one mask set of a model, its kernels already masked, so that it computes like any
dense network and nothing has to be remembered about masks. Files hold all mask sets of a model,
without the weights that no mask set uses, and are read without pickles.
"""

import dataclasses
import json
import pathlib

import numpy as np

from helpers import arguments, files, masks
from helpers.likelihood import bernoulli_nll

ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
    "softplus": lambda z: np.logaddexp(0, z).astype(z.dtype),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "linear": lambda z: z,
}
DTYPES = ("float32", "float16", "int8")
LEVELS = 120  # of 127: a little coarser, and a percent smaller when compressed


@dataclasses.dataclass
class Network:
    """One mask set of a MADE. Shapes are ``(in, out)``; the kernels are used as they are.

    Args:
        degrees: ``[(D,), (units_1,), …, (units_L,)]``, ranks and hidden degrees.
        kernels: L + 1 arrays; the last one leads to the D logits.
        biases: L + 1 arrays.
        direct: ``(D, D)`` kernel of the direct connections, or None.
        activation: name of the hidden activation, one of `ACTIVATIONS`.
    """

    degrees: list
    kernels: list
    biases: list
    direct: np.ndarray | None = None
    activation: str = "relu"

    @property
    def n_inputs(self) -> int:
        """D."""
        return len(self.degrees[0])

    @property
    def ordering(self) -> np.ndarray:
        """The visiting order, ``(D,)``: the inverse of the ranks ``degrees[0]``."""
        return np.argsort(self.degrees[0])

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
    network = network() if callable(network) else network
    if not isinstance(network, Network):
        raise ValueError(f"{name} must be a Network, a Sampler or a MADE, got {model!r:.80}.")
    return network


def save_arrays(path, config: dict, arrays: dict) -> pathlib.Path:
    """Write an ``.npz`` file holding `config` (as JSON) and `arrays`, whole or not at all."""
    path = pathlib.Path(path)
    if path.suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {str(path)!r}.")
    with files.replacing(path) as file:
        np.savez_compressed(file, config=np.array(json.dumps(config)), **arrays)
    return path


def load_arrays(path) -> tuple[dict, dict]:
    """Read what `save_arrays` wrote. A file that is not one of ours raises `ValueError`."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        config = json.loads(str(arrays.pop("config")))
        layers = range(len(config["hidden_units"]) + 1)
        names = [f"{kind}_{i}" for kind in ("degrees", "kernel", "bias") for i in layers]
        for name in [*names, "direct"] if config["direct"] else names:
            if name not in arrays:
                raise KeyError(name)
        return config, arrays
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(
            f"path must be a file written by made.save, got {path}: {error}"
        ) from error


def pack(name: str, kernel: np.ndarray, live: np.ndarray, dtype: str) -> dict:
    """Return the arrays that store the live weights of `kernel`, flat, as `dtype`.

    With ``"int8"`` every unit gets one float32 scale, its largest weight being ±`LEVELS`.
    """
    if dtype not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, got {dtype!r}.")
    if dtype != "int8":
        return {name: kernel[live].astype(dtype)}
    scale = np.abs(kernel * live).max(axis=0) / LEVELS
    levels = np.rint(kernel / np.where(scale > 0, scale, 1))
    return {name: levels[live].astype("int8"), f"{name}_scale": scale.astype("float32")}


def unpack(name: str, arrays: dict, live: np.ndarray) -> np.ndarray:
    """Return the float32 kernel that `pack` stored; the weights that are not live are zero."""
    kernel = np.zeros(live.shape, np.float32)
    kernel[live] = arrays[name]
    return kernel * arrays[f"{name}_scale"] if f"{name}_scale" in arrays else kernel


def live_masks(degrees: list[np.ndarray], direct: bool) -> list[np.ndarray]:
    """Return the weights that any mask set uses: L + 1 masks, and M^A if `direct`.

    Args:
        degrees: ``[(K, D), (K, units_1), …]``, the degrees of K mask sets.
    """
    sets = [[d[k] for d in degrees] for k in range(len(degrees[0]))]
    every = [
        masks.make_masks(one) + ([masks.direct_mask(one[0])] if direct else []) for one in sets
    ]
    return [np.any(layer, axis=0) for layer in zip(*every)]


def load(path, mask_set: int = 0) -> Network:
    """Load one mask set of a model saved by `made.save`, without Keras or TensorFlow."""
    config, arrays = load_arrays(path)
    return from_arrays(config, arrays, mask_set)


def from_arrays(config: dict, arrays: dict, mask_set: int = 0) -> Network:
    """Build the `Network` of one mask set from what `load_arrays` returns."""
    n_layers, direct = len(config["hidden_units"]), config["direct"]
    if not 0 <= mask_set < config["n_masks"]:
        raise ValueError(f"mask_set must be in 0 … {config['n_masks'] - 1}, got {mask_set}.")
    every = [arrays[f"degrees_{i}"].astype(int) for i in range(n_layers + 1)]
    live = live_masks(every, direct)
    degrees = [d[mask_set] for d in every]
    own = masks.make_masks(degrees)
    kernels = [unpack(f"kernel_{i}", arrays, live[i]) * own[i] for i in range(n_layers + 1)]
    biases = [arrays[f"bias_{i}"].astype(np.float32) for i in range(n_layers + 1)]
    a = unpack("direct", arrays, live[-1]) * masks.direct_mask(degrees[0]) if direct else None
    return Network(degrees, kernels, biases, a, config["activation"])
