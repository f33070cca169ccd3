"""Lesson 5's slider: follow one digit as it is drawn, pixel by pixel.

A slider and a PNG image, nothing else, so that it runs in JupyterLab,
VS Code and Colab alike. Its static twin is `plots.drawing_steps`.
"""

import ipywidgets
import numpy as np

from helpers import arguments
from helpers.plots import png_bytes
from helpers.plots.sampling import drawing_moment


def explore_drawing(network, digit, step=200):
    """Slide through the drawing of `digit`: pixels so far, the p of each, and the next pixel.

    Args:
        network: a trained model, a `network.Network`.
        digit: ``(D,)``, a finished draw. One pass over it gives the p that every pixel was drawn
            with, for no p depends on what was drawn later.
        step: where the slider stands at first, 0 … D.
    """
    digit = arguments.binary("digit", np.asarray(digit)[None], network.n_inputs)[0]
    probs = 0.5 * (1 + np.tanh(0.5 * network.logits(digit[None])[0]))
    slider = ipywidgets.IntSlider(
        value=step, min=0, max=network.n_inputs, description="pixels drawn"
    )
    slider.style.description_width = "initial"
    slider.layout.width, slider.layout.max_width = "640px", "98%"
    image = ipywidgets.Image(format="png")
    image.layout.width, image.layout.max_width = "640px", "100%"

    def redraw(_=None):
        image.value = png_bytes(drawing_moment(digit, probs, network.ordering, slider.value))

    slider.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([slider, image])
