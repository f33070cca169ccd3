"""Lesson 6's eraser: erase any part of a digit, and a model of every ordering completes it.

It lives in ``eraser.js`` and draws in the browser, with the engine in ``helpers/engine``. Where
anywidget is not installed, core widgets choose among regions. The twin is `plots.completions`.
"""

import pathlib

import numpy as np

from helpers import arguments, masks, network, packed
from helpers.outputs import Bernoulli, Outputs
from helpers.plots.sampling import completions
from helpers.sampling import complete
from helpers.widgets.live import explorer

ROW, COLUMN = np.divmod(np.arange(784), 28)
REGIONS = {
    "upper half": ROW < 14,
    "lower half": ROW >= 14,
    "left half": COLUMN < 14,
    "right half": COLUMN >= 14,
    "centre": (abs(ROW - 13.5) < 6) & (abs(COLUMN - 13.5) < 6),
    "everything": ROW >= 0,
}


def erase_and_complete(path, examples, region: str = "lower half"):
    """Return the explorer as a widget.

    Args:
        path: the file of a `made.MADE` of 784 pixels with ``fresh=True``.
        examples: ``(n, 784)`` digits, zeros and ones.
        region: what is erased at first, one of `REGIONS`.
    """
    config, _ = packed.load_arrays(path)
    if not config.get("fresh", False) or config["n_inputs"] != 784:
        raise ValueError(f"path must be a fresh model of 784 pixels, got {config}.")
    state = eraser_state(pathlib.Path(path).read_bytes, examples, region)

    def draw(digit, region, seed):
        known, x = ~REGIONS[region], state["examples"][digit]
        net = network.load(path, ordering=masks.known_first(known, seed), seed=seed)
        return completions([x], known, [complete(net, x, known, 8, seed)])

    controls = {"digit": (0, 0, len(examples) - 1), "erase": (region, [*REGIONS])}
    return explorer("eraser", state, draw, controls | {"draw again": (0, 0, 20)})


def eraser_state(network, examples, region="lower half") -> dict:
    """Return what the explorer is given; `network` is a model's file, or its address."""
    examples = Outputs(Bernoulli(), 784).check("examples", examples).astype(np.uint8)
    unknown = REGIONS[arguments.one_of("region", region, tuple(REGIONS))]
    return {"network": network, "examples": examples, "unknown": unknown.astype(np.uint8)}
