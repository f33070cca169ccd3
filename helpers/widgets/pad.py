"""Lesson 5's explorers: follow a digit as it is drawn; draw its top, and the model draws the rest.

They live in ``drawing.js`` and ``pad.js``. Python hands over the model and is not asked again: the
engine in ``helpers/engine`` draws in the browser. Where anywidget is not installed, a slider over
given digits stands in for the pad. Static twins: `plots.drawing_steps` and `plots.completions`.
"""

import json

import numpy as np

from helpers import arguments, packed
from helpers.likelihood import bernoulli_nll
from helpers.network import Network, from_arrays
from helpers.outputs import Bernoulli, Outputs
from helpers.plots.sampling import completions, drawing_steps
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
    examples = Outputs(Bernoulli(), SIDE * SIDE).check("examples", examples)
    if not len(examples):
        raise ValueError("examples must hold at least one digit, got none.")
    arguments.whole("rows", rows, at_least=1, at_most=SIDE - 1)
    return {"network": network, "examples": examples, "rows": rows}


def explore_drawing(network, digit, step=200):
    """Slide through the drawing of `digit`: pixels so far, the p of each, and the next pixel.

    Args:
        network: a trained model, a `network.Network`.
        digit: ``(D,)``, a finished draw. One pass over it gives the p that every pixel was drawn
            with, for no p depends on what was drawn later.
        step: where the slider stands at first, 0 … D.
    """
    digit = network.outputs.check("digit", np.asarray(digit)[None])[0]
    arguments.whole("step", step, 0, network.n_inputs)

    def draw(step):
        probs = np.exp(-bernoulli_nll(1.0, network.logits(digit[None])[0][:, None]))  # of ink
        return drawing_steps(digit, probs, network.ordering, [step])

    state = drawing_state(lambda: packed_network(network), digit, step)
    return explorer("drawing", state, draw, {"pixels drawn": (step, 0, network.n_inputs)})


def drawing_state(network, digit, step=200) -> dict:
    """Return what the explorer is given; `network` is a model's file, or its address."""
    return {"network": network, "digit": digit, "step": step}
