"""Explorers of lesson 1: drag a parameter; likelihood, NLL and slopes follow.

The picture is the static twin's: `plots.bernoulli_likelihood`, `plots.gaussian_fit`.
"""

import ipywidgets
import numpy as np

from helpers.plots.likelihoods import bernoulli_panels, gaussian_panels
from helpers.widgets.picture import moved


def bernoulli_explorer(x):
    """Drag p over a handful of zeros and ones; `x` is ``(n,)``."""
    x = np.asarray(x)
    if x.ndim != 1 or not np.isin(x, (0, 1)).all() or x.min() == x.max():
        raise ValueError("x must be (n,) of 0 and 1 and hold both.")
    p = ipywidgets.FloatSlider(value=0.25, min=0.01, max=0.99, step=0.01, description="p")
    return moved(bernoulli_panels(x), {"p": p}, width=640)


def gaussian_explorer(x):
    """Drag μ and σ over a handful of real points in −3 … 3; `x` is ``(n,)``."""
    x = np.asarray(x, float)
    if x.ndim != 1 or len(x) < 2 or not (np.abs(x) <= 3).all() or np.ptp(x) == 0:
        raise ValueError("x must be (n,) with at least two different values, all in -3 … 3.")
    mean = ipywidgets.FloatSlider(value=-1.0, min=-3.0, max=3.0, step=0.1, description="μ")
    std = ipywidgets.FloatSlider(value=0.6, min=0.2, max=3.0, step=0.05, description="σ")
    return moved(gaussian_panels(x), {"mean": mean, "std": std}, width=860)
