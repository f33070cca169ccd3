"""Lesson 4's explorer: walk through a digit in visiting order and watch the bits add up.

It lives in ``reading.js``. The static twin is `plots.reading`.
"""

import numpy as np

from helpers.plots.training import reading
from helpers.widgets.live import explorer
from helpers.widgets.pad import packed_network


def explore_reading(network, images):
    """Slide through digits and ranks: what was seen, what was expected, what it cost.

    Args:
        network: a `network.Network` of 784 inputs.
        images: ``(n, 784)`` zeros and ones; shown from the least to the most surprising.
    """
    images = network.outputs.check("images", images)
    state = reading_state(lambda: packed_network(network), images)

    def draw(digit, rank):
        order = np.argsort(-network.log_prob(images))
        return reading(network, images[order[digit]], rank)

    controls = {"digit": (state["digit"], 0, len(images) - 1)}
    controls |= {"visited": (state["rank"], 0, network.n_inputs, 8)}
    return explorer("reading", state, draw, controls)


def reading_state(network, images, digit=0, rank=200) -> dict:
    """Return what the explorer is given; `network` is a model's file, or its address."""
    return {"network": network, "images": images, "digit": digit, "rank": rank}
