"""Lesson 5's pad: draw the top of a digit, and the model draws the rest, as you go.

The pad lives in ``pad.js`` and draws every pixel below the line in the browser, with the engine in
``helpers/engine``: Python hands over the model and is not asked again. Where anywidget is not
installed, `completion_pad` falls back on a slider over given digits. The static twin is
`plots.completions`.
"""

import json

import numpy as np

from helpers import arguments, packed
from helpers.network import Network, from_arrays
from helpers.plots.sampling import completions
from helpers.sampling import complete
from helpers.widgets.live import explorer, npz

N_DRAWS = 8
SIDE = 28


def packed_network(network: Network) -> bytes:
    """Return a model's file with the numbers of `network`, in 8 bits a weight if none is lost."""
    direct = network.direct is not None
    config = {
        "n_inputs": network.n_inputs,
        "hidden_units": [len(hidden) for hidden in network.degrees[1:]],
        "activation": network.activation,
        "direct": direct,
        "n_masks": 1,
    }
    every = [np.asarray(degrees, "uint16")[None] for degrees in network.degrees]
    kernels = {f"kernel_{i}": np.asarray(k, "float32") for i, k in enumerate(network.kernels)}
    if direct:
        kernels["direct"] = np.asarray(network.direct, "float32")
    live = packed.live_masks(every, direct)
    for dtype in ("int8", "float32"):
        arrays = {f"degrees_{i}": degrees for i, degrees in enumerate(every)}
        arrays |= {f"bias_{i}": np.asarray(b, "float32") for i, b in enumerate(network.biases)}
        for (name, kernel), mask in zip(kernels.items(), live):
            arrays |= packed.pack(name, kernel, mask, dtype)
        kept = from_arrays(config, arrays)
        if all(map(np.array_equal, [*kept.kernels, kept.direct], kernels.values())):
            break
    else:
        raise ValueError("network must be masked as its degrees say, got a weight beyond them.")
    return npz(config=np.array(json.dumps(config)), **arrays)


def completion_pad(network: Network, examples, rows: int = 14):
    """Return the drawing pad as a widget.

    Args:
        network: a model of 784 pixels that visits them row by row (the natural ordering).
        examples: ``(n, 784)`` digits, zeros and ones, that a button puts on the pad in turn.
        rows: how many rows from the top are given at first, 1 … 27.
    """
    if not np.array_equal(network.ordering, np.arange(SIDE * SIDE)):
        raise ValueError(
            "network must visit 784 pixels in the natural ordering, row by row, got one whose "
            f"ordering begins {network.ordering[:5].tolist()}."
        )
    state = pad_state(lambda: packed_network(network), examples, rows)

    def draw(digit, rows, seed):
        x, known = state["examples"][digit], np.arange(SIDE * SIDE) < SIDE * rows
        return completions([x], known, [complete(network, x, known, N_DRAWS, seed)])

    controls = {"digit": (0, 0, len(state["examples"]) - 1), "rows given": (rows, 1, SIDE - 1)}
    return explorer("pad", state, draw, controls | {"draw again": (0, 0, 20)})


def pad_state(network, examples, rows=14) -> dict:
    """Return what the pad is given; `network` is a model's file, or its address."""
    examples = arguments.binary("examples", examples, SIDE * SIDE)
    if not len(examples):
        raise ValueError("examples must hold at least one digit, got none.")
    if not 1 <= rows < SIDE:
        raise ValueError(f"rows must be in 1 … {SIDE - 1}, got {rows!r}.")
    return {"network": network, "examples": examples, "rows": rows}
