"""Lesson 6's eraser: erase any part of a digit, and a model of every ordering completes it.

It lives in ``eraser.js`` and draws in the browser, with the engine in ``helpers/engine``. Where
anywidget is not installed, core widgets choose among regions. The twin is `plots.completions`.
"""

import pathlib

import numpy as np

from helpers import arguments, masks, network, packed
from helpers.sampling import complete
from helpers.widgets.bundle import bundle

try:
    import anywidget
    import traitlets
except ImportError:  # the fallback below needs neither
    anywidget = None

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
    if not config["fresh"] or config["n_inputs"] != 784:
        raise ValueError(f"path must be a fresh model of 784 pixels, got {config}.")
    examples = arguments.binary("examples", examples, 784).astype(np.uint8)
    arguments.one_of("region", region, tuple(REGIONS))
    if anywidget is None:
        return choices(path, examples, region)
    unknown = REGIONS[region].astype(np.uint8).tobytes()
    file = pathlib.Path(path).read_bytes()
    return Eraser(network=file, examples=examples.tobytes(), unknown=unknown)


if anywidget is not None:

    class Eraser(anywidget.AnyWidget):
        """The eraser in the browser, which reads the model's file and draws by itself."""

        _esm = bundle(pathlib.Path(__file__).with_suffix(".js"))
        network = traitlets.Bytes().tag(sync=True)
        examples = traitlets.Bytes().tag(sync=True)
        unknown = traitlets.Bytes().tag(sync=True)


def choices(path, examples, region):
    """Return the eraser made of core widgets: a digit, a region, and a picture."""
    import ipywidgets

    from helpers.plots.sampling import completions
    from helpers.widgets.picture import redrawn

    digit = ipywidgets.IntSlider(0, 0, len(examples) - 1, description="digit")
    where = ipywidgets.Dropdown(options=[*REGIONS], value=region, description="erase")
    seed = ipywidgets.IntSlider(0, 0, 20, description="draw again")

    def draw():
        known, x = ~REGIONS[where.value], examples[digit.value]
        order = masks.known_first(known, seed.value)
        net = network.load(path, ordering=order, seed=seed.value)
        return completions([x], known, [complete(net, x, known, 8, seed.value)])

    box = redrawn(draw, [digit, where, seed], width=760)
    note = ipywidgets.HTML("To erase by hand, install <code>anywidget</code> and run this again.")
    return ipywidgets.VBox([note, *box.children])
