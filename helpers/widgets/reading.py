"""Lesson 4's explorer: walk through a digit in visiting order and watch the bits add up.

Core sliders and a PNG image; the picture is the static twin's, `plots.reading`.
"""

import ipywidgets
import numpy as np

from helpers.plots import png_bytes
from helpers.plots.training import reading


def explore_reading(network, images):
    """Slide through digits and ranks: what was seen, what was expected, what it cost.

    Args:
        network: a `network.Network` of 784 inputs.
        images: ``(n, 784)`` zeros and ones; shown from the least to the most surprising.
    """
    images = np.asarray(images)
    images = images[np.argsort(-network.log_prob(images))]
    digit = ipywidgets.IntSlider(0, 0, len(images) - 1, description="digit")
    rank = ipywidgets.IntSlider(200, 0, network.n_inputs, step=8, description="visited")
    image = ipywidgets.Image(format="png")
    image.layout.width, image.layout.max_width = "820px", "100%"

    def draw(_=None):
        image.value = png_bytes(reading(network, images[digit.value], rank.value))

    for slider in (digit, rank):
        slider.layout.width, slider.layout.max_width = "420px", "98%"
        slider.observe(draw, names="value")
    draw()
    return ipywidgets.VBox([digit, rank, image])
