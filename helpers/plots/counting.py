"""The figure of lesson 9's second half: by which factor estimated counts are off."""

import numpy as np

from helpers.plots.palette import BLACK, BLUE, ORANGE, VERMILION
from helpers.plots.style import subplots

PERCENTILES = (50, 95, 99)
COLORS = (BLUE, ORANGE, VERMILION)  # of methods, from the top


def q_errors(errors):
    """Draw q-errors as dots, a row a method, with three percentiles as lines and numbers.

    Args:
        errors: ``{method: (n,)}``, each at least 1; the axis is logarithmic.
    """
    fig, ax = subplots(figsize=(8.0, 0.9 + 1.05 * len(errors)))
    for y, (every, color) in enumerate(zip(errors.values(), COLORS * len(errors))):
        every = np.asarray(every, float)
        jitter = np.random.default_rng(0).uniform(-0.17, 0.17, len(every))
        ax.plot(every, y + jitter, ".", color=color, ms=4, alpha=0.35, mew=0, zorder=1)
        ends = np.percentile(every, PERCENTILES)
        ax.vlines(ends, y - 0.26, y + 0.26, color=BLACK, lw=1.5, zorder=2)
        text = ",  ".join(f"{q}th {end:.3g}" for q, end in zip(PERCENTILES, ends))
        ax.annotate(text, (1, y - 0.28), xytext=(4, 2), textcoords="offset points", fontsize=11)
    ax.set_yticks(range(len(errors)), errors)
    ax.set(xscale="log", xlabel="q-error: factor between estimate and truth (1 is exact)")
    ax.set_ylim(len(errors) - 0.6, -0.62)
    ax.set_xlim(left=0.97)
    return fig
