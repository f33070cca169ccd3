"""Lesson 8's explorer: slide x₁ and see the conditional density of x₂ that it leaves.

The picture is the static twin's, `plots.conditional`.
"""

from helpers.plots.densities import conditional
from helpers.protocol import as_network
from helpers.widgets.picture import redrawn


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
    return redrawn(lambda x1: conditional(network, x1, truth), {"x₁": (-1.0, -3.0, 3.0, 0.1)})
