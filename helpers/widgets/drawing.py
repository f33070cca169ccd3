"""Lesson 5's slider: follow one digit as it is drawn, pixel by pixel.

It lives in ``drawing.js``. Its static twin is `plots.drawing_steps`.
"""

import numpy as np

from helpers import arguments
from helpers.likelihood import bernoulli_nll
from helpers.plots.sampling import drawing_steps
from helpers.widgets.live import explorer
from helpers.widgets.pad import packed_network


def explore_drawing(network, digit, step=200):
    """Slide through the drawing of `digit`: pixels so far, the p of each, and the next pixel.

    Args:
        network: a trained model, a `network.Network`.
        digit: ``(D,)``, a finished draw. One pass over it gives the p that every pixel was drawn
            with, for no p depends on what was drawn later.
        step: where the slider stands at first, 0 … D.
    """
    digit = arguments.binary("digit", np.asarray(digit)[None], network.n_inputs)[0]
    arguments.whole("step", step, 0, network.n_inputs)

    def draw(step):
        probs = np.exp(-bernoulli_nll(1.0, network.logits(digit[None])[0][:, None]))  # of ink
        return drawing_steps(digit, probs, network.ordering, [step])

    state = drawing_state(lambda: packed_network(network), digit, step)
    return explorer("drawing", state, draw, {"pixels drawn": (step, 0, network.n_inputs)})


def drawing_state(network, digit, step=200) -> dict:
    """Return what the explorer is given; `network` is a model's file, or its address."""
    return {"network": network, "digit": digit, "step": step}
