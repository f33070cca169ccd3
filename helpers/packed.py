"""The file that a MADE is kept in: an ``.npz`` of live weights, checked when it is read.

A file holds the config of the model, the degrees of all its mask sets, its biases, and of each
kernel the weights that some mask set uses, flat. Nothing in it is pickled. NumPy alone.
"""

import json
import math
import pathlib

import numpy as np

from helpers import archive, arguments, files, masks
from helpers.activations import ACTIVATIONS
from helpers.outputs import Bernoulli, Outputs

DTYPES = ("float32", "float16", "int8")
LEVELS = 120  # of 127: a little coarser, and a percent smaller when compressed
MOST = 10**8  # weights and degrees of one model; a file that claims more is not read
MOST_DEGREES, MOST_MASKS = 10**7, 10**4
MOST_COMPARED = 10**10  # weights times mask sets: what finding the live ones takes
MOST_INPUTS = 2**16 - 1  # degrees are kept as uint16
CONFIG_BYTES = 2**22
NEEDED = ["activation", "direct", "hidden_units", "n_inputs", "n_masks"]
BESIDES = ["degrees", "dropout", "ordering", "seed"]  # read by `made.load` alone
SOMETIMES = ["fresh", "n_conditions", "outputs"]  # left out where they are as `_usual` says


def save_arrays(path, config: dict, arrays: dict) -> pathlib.Path:
    """Write an ``.npz`` file holding `config` (as JSON) and `arrays`, whole or not at all."""
    path = pathlib.Path(path)
    if path.suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {str(path)!r}.")
    usual = _usual(config)
    config = {key: v for key, v in config.items() if key not in usual or v != usual[key]}
    with files.replacing(path) as file:
        np.savez_compressed(file, config=np.array(json.dumps(config)), **arrays)
    return path


def load_arrays(path) -> tuple[dict, dict]:
    """Return the config and the arrays of a model, every one of the shape that the config says.

    How large an array is said to be is looked at before it is unpacked.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: naming the file and what is wrong with it, if it is not one of ours, whole.
    """
    try:
        with archive.reading(path) as held:
            config = _config(str(held.read("config", CONFIG_BYTES)))
            return config, _arrays(held, config)
    except FileNotFoundError:
        raise
    except Exception as error:
        rule = f"path must be a file written by made.save, got {path}"
        raise ValueError(f"{rule}: {error}") from error


def _config(text: str) -> dict:
    """Return the config that `text` holds, if it describes a model of a size that can be read."""
    config = json.loads(text)
    others = [*BESIDES, *SOMETIMES]
    if not isinstance(config, dict) or not {*NEEDED} <= {*config} <= {*NEEDED, *others}:
        rule = f"config must have {', '.join(NEEDED)} and nothing else but {', '.join(others)}"
        raise ValueError(f"{rule}, got {text:.200}")
    d = arguments.whole("n_inputs", config["n_inputs"], at_least=2, at_most=MOST_INPUTS)
    units = [d, *arguments.hidden_units(config["hidden_units"])]
    n_masks = arguments.whole("n_masks", config["n_masks"], at_least=1)
    arguments.one_of("activation", config["activation"], tuple(ACTIVATIONS))
    for name in ("direct", "fresh"):
        if not isinstance(config.get(name, False), bool):
            raise ValueError(f"{name} must be true or false, got {config[name]!r}")
    outputs, c = outputs_of(config)
    ins, outs = c + len(outputs.columns), len(outputs.params)
    weights = sum(a * b for a, b in zip([ins, *units[1:]], [*units[1:], outs])) + ins * outs
    degrees = n_masks * sum(units)
    for what, n, most in (
        ("weights and degrees", weights + degrees, MOST),
        ("degrees", degrees, MOST_DEGREES),
        ("mask sets", n_masks, MOST_MASKS),
        ("weights in all its mask sets", n_masks * weights, MOST_COMPARED),
    ):
        if n > most:
            raise ValueError(f"a model must have at most {most:,} {what}, got {n:,}")
    return config


def _usual(config: dict) -> dict:
    """What a file need not say, so that those of binary data stay as other readers know them."""
    signs = {"signs": True} if config.get("fresh", False) else {}
    return {"fresh": False, "n_conditions": 0, "outputs": {"family": "Bernoulli"} | signs}


def outputs_of(config: dict) -> tuple[Outputs, int]:
    """Return the outputs and the number of conditions that a config speaks of."""
    found = _usual(config) | {key: value for key, value in config.items() if key in SOMETIMES}
    c = arguments.whole("n_conditions", found["n_conditions"], at_least=0, at_most=MOST_INPUTS)
    return Outputs(found["outputs"], config["n_inputs"]), c


def shape_of(config: dict) -> tuple:
    """Return what `live_masks` wants to know of a config, besides the degrees."""
    return config["direct"], *outputs_of(config), config.get("fresh", False)


def _arrays(held, config: dict) -> dict:
    """Return the arrays that `config` asks for, each of its shape, type and range."""
    arrays = {}

    def read(name, kinds, shape):
        array = held.read(name, 8 * math.prod(shape))
        if array.dtype.kind not in kinds or array.shape != shape:
            raise ValueError(
                f"{name} must have shape {shape} and kind {' or '.join(kinds)}, "
                f"got {array.dtype} of shape {array.shape}"
            )
        with np.errstate(over="ignore"):
            finite = np.isfinite(array if kinds == "ui" else array.astype(np.float32)).all()
        if not finite:  # also in the type that models compute in
            raise ValueError(f"{name} must be finite, got NaN or inf")
        arrays[name] = array
        return array

    d = config["n_inputs"]
    units = [d, *arguments.hidden_units(config["hidden_units"])]
    degrees = [read(f"degrees_{i}", "ui", (config["n_masks"], n)) for i, n in enumerate(units)]
    if not (np.sort(degrees[0], axis=1) == np.arange(1, d + 1)).all():
        raise ValueError(f"degrees_0 must be the ranks 1 … {d} in some order")
    if any((hidden.astype(int) < 0).any() or (hidden > d).any() for hidden in degrees[1:]):
        raise ValueError(f"hidden degrees must be in 0 … {d}")
    live = live_masks(degrees, *shape_of(config))
    names = [f"kernel_{i}" for i in range(len(units))] + ["direct"] * config["direct"]
    for i, (name, mask) in enumerate(zip(names, live)):
        kernel = read(name, "fi", (int(mask.sum()),))
        if kernel.dtype.kind == "i":
            scale = float(np.abs(read(f"{name}_scale", "f", mask.shape[1:])).max())
            largest = max(int(kernel.max(initial=0)), -int(kernel.min(initial=0))) * scale
            if largest > np.finfo(np.float32).max:
                raise ValueError(f"{name} must be finite, got weights of {largest:.3g}")
        if name != "direct":
            read(f"bias_{i}", "f", mask.shape[1:])
    return arrays


def pack(name: str, kernel: np.ndarray, live: np.ndarray, dtype: str) -> dict:
    """Return the arrays that store the live weights of `kernel`, flat, as `dtype`.

    With ``"int8"`` every unit gets one float32 scale, its largest weight being ±`LEVELS`.
    """
    arguments.one_of("dtype", dtype, DTYPES)
    if dtype != "int8":
        with np.errstate(over="ignore"):
            weights = kernel[live].astype(dtype)
        if not np.isfinite(weights).all():
            got = "NaN, inf or too large weights"
            raise ValueError(f"{name} must be finite in {dtype}, got {got}.")
        return {name: weights}
    if not np.isfinite(kernel[live]).all():
        raise ValueError(f"{name} must be finite, got NaN or inf.")
    scale = np.abs(kernel * live).max(axis=0) / LEVELS
    levels = np.rint(kernel / np.where(scale > 0, scale, 1))
    return {name: levels[live].astype("int8"), f"{name}_scale": scale.astype("float32")}


def unpack(name: str, arrays: dict, live: np.ndarray) -> np.ndarray:
    """Return the float32 kernel that `pack` stored; the weights that are not live are zero."""
    kernel = np.zeros(live.shape, np.float32)
    kernel[live] = arrays[name]
    return kernel * arrays[f"{name}_scale"] if f"{name}_scale" in arrays else kernel


def live_masks(degrees, direct: bool, outputs=None, n_conditions=0, fresh=False) -> list:
    """Return the weights that any mask set uses: L + 1 masks, and M^A if `direct`.

    Args:
        degrees: ``[(K, D), (K, units_1), …]``, the degrees of K mask sets.
        outputs, n_conditions: `Outputs` (None if binary), and how many inputs of degree 0.
        fresh: whether other mask sets than these may be drawn: then every weight is used.
    """
    outputs, live = outputs or Outputs(Bernoulli(), len(degrees[0][0])), None
    for ranks, *hidden in zip(*degrees):
        ins, outs = outputs.spread(ranks, n_conditions)
        own = masks.make_masks([ins, *hidden], outs)
        own += [masks.output_mask(ins, outs)] if direct else []
        live = own if live is None else [a | b for a, b in zip(live, own)]
    return [np.ones_like(mask) for mask in live] if fresh else live
