"""Explorers of lesson 1: drag a parameter; likelihood, NLL and slopes follow.

They live in ``bernoulli_explorer.js`` and ``gaussian_explorer.js``. Their static twins are
`plots.bernoulli_likelihood` and `plots.gaussian_fit`.
"""

from functools import partial

import numpy as np

from helpers.plots.likelihoods import bernoulli_likelihood, gaussian_fit
from helpers.widgets.live import explorer


def bernoulli_explorer(x):
    """Drag p over a handful of zeros and ones; `x` is ``(n,)``."""
    state = bernoulli_state(x)
    controls = {"p": (state["p"], 0.01, 0.99, 0.01)}
    return explorer("bernoulli_explorer", state, partial(bernoulli_likelihood, x), controls)


def bernoulli_state(x, p=0.25) -> dict:
    """Return what the explorer of p is given."""
    x = np.asarray(x)
    if x.ndim != 1 or not np.isin(x, (0, 1)).all() or x.min() == x.max():
        raise ValueError("x must be (n,) of 0 and 1 and hold both.")
    return {"x": x.astype(int).tolist(), "p": p}


def gaussian_explorer(x):
    """Drag μ and σ over a handful of real points in −3 … 3; `x` is ``(n,)``."""
    state = gaussian_state(x)
    controls = {"μ": (state["mean"], -3.0, 3.0, 0.1), "σ": (state["std"], 0.2, 3.0, 0.05)}
    return explorer("gaussian_explorer", state, partial(gaussian_fit, x), controls)


def gaussian_state(x, mean=-1.0, std=0.6) -> dict:
    """Return what the explorer of μ and σ is given."""
    x = np.asarray(x, float)
    if x.ndim != 1 or len(x) < 2 or not (np.abs(x) <= 3).all() or np.ptp(x) == 0:
        raise ValueError("x must be (n,) with at least two different values, all in -3 … 3.")
    return {"x": x.tolist(), "mean": mean, "std": std}
