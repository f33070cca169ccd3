"""Explorers of lesson 1: drag a parameter; likelihood, NLL and slopes follow.

They live in ``bernoulli_explorer.js`` and ``gaussian_explorer.js``. The picture is the static
twin's: `plots.bernoulli_likelihood`, `plots.gaussian_fit`.
"""

import ipywidgets
import numpy as np

from helpers.plots.likelihoods import bernoulli_panels, gaussian_panels
from helpers.widgets.live import explorer
from helpers.widgets.picture import moved


def bernoulli_explorer(x):
    """Drag p over a handful of zeros and ones; `x` is ``(n,)``."""
    state = bernoulli_state(x)

    def sliders():
        p = ipywidgets.FloatSlider(state["p"], min=0.01, max=0.99, step=0.01, description="p")
        return moved(bernoulli_panels(np.array(x)), {"p": p}, width=640)

    return explorer("bernoulli_explorer", state, sliders)


def bernoulli_state(x, p=0.25) -> dict:
    """Return what the explorer of p is given."""
    x = np.asarray(x)
    if x.ndim != 1 or not np.isin(x, (0, 1)).all() or x.min() == x.max():
        raise ValueError("x must be (n,) of 0 and 1 and hold both.")
    return {"x": x.astype(int).tolist(), "p": p}


def gaussian_explorer(x):
    """Drag μ and σ over a handful of real points in −3 … 3; `x` is ``(n,)``."""
    state = gaussian_state(x)

    def sliders():
        mean = ipywidgets.FloatSlider(state["mean"], min=-3.0, max=3.0, step=0.1, description="μ")
        std = ipywidgets.FloatSlider(state["std"], min=0.2, max=3.0, step=0.05, description="σ")
        return moved(gaussian_panels(np.array(x)), {"mean": mean, "std": std}, width=860)

    return explorer("gaussian_explorer", state, sliders)


def gaussian_state(x, mean=-1.0, std=0.6) -> dict:
    """Return what the explorer of μ and σ is given."""
    x = np.asarray(x, float)
    if x.ndim != 1 or len(x) < 2 or not (np.abs(x) <= 3).all() or np.ptp(x) == 0:
        raise ValueError("x must be (n,) with at least two different values, all in -3 … 3.")
    return {"x": x.tolist(), "mean": mean, "std": std}
