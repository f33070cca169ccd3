"""Lesson 8's explorer: slide x₁ and see the conditional density of x₂ that it leaves.

It lives in ``conditional.js``; the picture is the static twin's, `plots.conditional`.
"""

import numpy as np

from helpers.plots.densities import conditional, grid, true_slice
from helpers.protocol import as_network
from helpers.widgets.live import explorer, npz

STEPS = 30  # of 0.1, to both sides of 0


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
    state = conditional_state(lambda: slices_file(network, truth))
    return explorer(
        "conditional",
        state,
        lambda x1: conditional(network, x1, truth),
        {"x₁": (state["x1"], -3.0, 3.0, 0.1)},
    )


def conditional_state(slices, x1=-1.0) -> dict:
    """Return what the explorer is given: `slices_file`'s bytes, or their address."""
    return {"slices": slices, "x1": x1}


def slices_file(network, truth=None) -> bytes:
    """Return the file that ``engine/mixture.js`` reads: mixtures of x₂ at all places of x₁."""
    network, (values, _) = network.astype(float), grid()
    x1, (first, second) = np.arange(-STEPS, STEPS + 1) / 10, network.outputs.families

    def params(at, d):
        shown = network.logits(np.column_stack([at, np.zeros(len(at))]))
        return np.ascontiguousarray(shown[:, network.outputs.params == d])

    found = {"x1": x1, "values": values, "family": [second.mean, second.std]}
    found |= {"params": params(x1, 1), "columns": params(values, 1)}
    found["first"] = np.exp(-first.nll(values, params(values, 0)))
    if truth is not None:
        found["truth"] = np.stack([true_slice(truth, at, values) for at in x1]).astype("float32")
    return npz(**found)
