"""Lesson 4's explorer: walk through a digit in visiting order and watch the bits add up.

The picture is the static twin's, `plots.reading`.
"""

import ipywidgets
import numpy as np

from helpers import arguments
from helpers.plots.training import reading
from helpers.widgets.picture import redrawn


def explore_reading(network, images):
    """Slide through digits and ranks: what was seen, what was expected, what it cost.

    Args:
        network: a `network.Network` of 784 inputs.
        images: ``(n, 784)`` zeros and ones; shown from the least to the most surprising.
    """
    images = arguments.binary("images", images, network.n_inputs)
    images = images[np.argsort(-network.log_prob(images))]
    digit = ipywidgets.IntSlider(0, 0, len(images) - 1, description="digit")
    rank = ipywidgets.IntSlider(200, 0, network.n_inputs, step=8, description="visited")
    digit.layout.width = rank.layout.width = "420px"
    return redrawn(lambda: reading(network, images[digit.value], rank.value), [digit, rank], 600)
