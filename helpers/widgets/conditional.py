"""Lesson 8's explorer: slide x₁ and see the conditional density of x₂ that it leaves.

The picture is the static twin's, `plots.conditional`.
"""

import ipywidgets

from helpers.plots.densities import conditional_panels
from helpers.protocol import as_network
from helpers.widgets.picture import moved


def explore_conditional(network, truth=None):
    """Slide x₁ over −3 … 3 beside the density of a model of two real numbers.

    Args:
        network: a `network.Network` of two mixtures, x₁ visited first.
        truth: as in `plots.conditional`.
    """
    network = as_network("network", network)
    kinds = [type(family).__name__ for family in network.outputs.families]
    if kinds != ["Mixture"] * 2 or list(network.ordering) != [0, 1]:
        raise ValueError(f"network must be of two mixtures in the natural order, got {kinds}.")
    x1 = ipywidgets.FloatSlider(value=-1.0, min=-3.0, max=3.0, step=0.1, description="x₁")
    x1.layout.width = "420px"
    return moved(conditional_panels(network, truth), {"x1": x1}, width=860)
