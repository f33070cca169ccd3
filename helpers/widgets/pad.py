"""Lesson 5's pad: draw the top of a digit, and the model draws the rest, as you go.

The grid and the pointer live in ``pad.js``; every pixel below the line is drawn here, by
`sampling.complete`. Where anywidget is not installed, `completion_pad` falls back on a slider over
given digits. The static twin is `plots.completions`.
"""

import pathlib
import time

import numpy as np

from helpers import arguments
from helpers.network import Network
from helpers.sampling import Sampler, complete

try:
    import anywidget
    import traitlets
except ImportError:  # the fallback below needs neither
    anywidget = None

N_DRAWS = 8
SIDE = 28


def draw_rest(sampler: Sampler, pixels, rows: int, seed=0, n=N_DRAWS) -> np.ndarray:
    """Return ``(n, 784)`` draws that keep the first `rows` rows of `pixels`, ``(784,)``."""
    known = np.arange(SIDE * SIDE) < SIDE * rows
    return complete(sampler, pixels, known, n, seed)


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
    examples = arguments.binary("examples", examples, SIDE * SIDE).astype(np.uint8)
    if not len(examples):
        raise ValueError("examples must hold at least one digit, got none.")
    if not 1 <= rows < SIDE:
        raise ValueError(f"rows must be in 1 … {SIDE - 1}, got {rows!r}.")
    if anywidget is None:
        return sliders(network, examples, rows)
    return CompletionPad(network, examples, rows)


if anywidget is not None:

    class CompletionPad(anywidget.AnyWidget):
        """The pad in the browser. It sets `request`, and Python answers with `reply`.

        A request is ``{number, rows, seed}`` with the 784 bytes of `pixels`; a reply carries the
        request's number, the seconds spent here and the bytes of the draws.
        """

        _esm = pathlib.Path(__file__).with_suffix(".js")
        examples = traitlets.Bytes().tag(sync=True)
        rows = traitlets.Int(14).tag(sync=True)
        # what a browser sends arrives as a memoryview
        pixels = traitlets.Bytes(bytes(SIDE * SIDE)).tag(
            sync=True, from_json=lambda value, _: bytes(value)
        )
        request = traitlets.Dict().tag(sync=True)
        draws = traitlets.Bytes(b"").tag(sync=True)
        reply = traitlets.Dict().tag(sync=True)

        def __init__(self, network, examples, rows=14):
            super().__init__(examples=examples.tobytes(), rows=rows, pixels=examples[0].tobytes())
            self.sampler = Sampler(network)
            self.observe(self._answer, "request")
            self.request = {"number": 0, "rows": rows, "seed": 0}

        def _answer(self, _):
            wanted, begun = self.request, time.perf_counter()
            rows = min(max(int(wanted["rows"]), 1), SIDE - 1)
            pixels = np.frombuffer(self.pixels, np.uint8)
            drawn = draw_rest(self.sampler, pixels, rows, int(wanted["seed"]))
            with self.hold_sync():  # one message, so that the browser sees both or neither
                self.draws = drawn.tobytes()
                self.reply = {
                    "number": wanted["number"],
                    "rows": rows,
                    "seconds": time.perf_counter() - begun,
                }


def sliders(network, examples, rows=14):
    """Return the pad made of core widgets: given digits, sliders, and a picture."""
    import ipywidgets

    from helpers.plots.sampling import completions
    from helpers.widgets.picture import redrawn

    def slider(name, value, low, high):
        return ipywidgets.IntSlider(
            value=value, min=low, max=high, description=name, continuous_update=False
        )

    sampler = Sampler(network)
    digit = slider("digit", 0, 0, len(examples) - 1)
    given = slider("rows given", rows, 1, SIDE - 1)
    seed = slider("draw again", 0, 0, 20)

    def draw():
        x = examples[digit.value]
        drawn = draw_rest(sampler, x, given.value, seed.value)
        known = np.arange(SIDE * SIDE) < SIDE * given.value
        return completions([x], known, [drawn])

    box = redrawn(draw, [digit, given, seed], width=760)
    note = ipywidgets.HTML("To draw by hand, install <code>anywidget</code> and run this again.")
    return ipywidgets.VBox([note, *box.children])
