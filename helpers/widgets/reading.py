"""Lesson 4's explorer: walk through a digit in visiting order and watch the bits add up.

It lives in ``reading.js``. The static twin is `plots.reading`.
"""

import ipywidgets
import numpy as np

from helpers import arguments
from helpers.plots.training import reading
from helpers.widgets.live import explorer
from helpers.widgets.pad import packed_network
from helpers.widgets.picture import redrawn


def explore_reading(network, images):
    """Slide through digits and ranks: what was seen, what was expected, what it cost.

    Args:
        network: a `network.Network` of 784 inputs.
        images: ``(n, 784)`` zeros and ones; shown from the least to the most surprising.
    """
    images = arguments.binary("images", images, network.n_inputs)
    state = reading_state(lambda: packed_network(network), images)

    def sliders():
        order = np.argsort(-network.log_prob(images))
        digit = ipywidgets.IntSlider(state["digit"], 0, len(images) - 1, description="digit")
        rank = ipywidgets.IntSlider(
            state["rank"], 0, network.n_inputs, step=8, description="visited"
        )
        digit.layout.width = rank.layout.width = "420px"
        return redrawn(
            lambda: reading(network, images[order[digit.value]], rank.value), [digit, rank], 600
        )

    return explorer("reading", state, sliders)


def reading_state(network, images, digit=0, rank=200) -> dict:
    """Return what the explorer is given; `network` is a model's file, or its address."""
    return {"network": network, "images": images, "digit": digit, "rank": rank}
