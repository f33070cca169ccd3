"""Lesson 9's explorer: slide the temperature of a magnet and draw from it.

The picture is the static twin's, `plots.magnet`.
"""

from helpers.plots.magnets import magnet, magnet_curves
from helpers.widgets.picture import redrawn


def explore_magnet(networks, shape):
    """Slide β over those that `networks` are for, and draw again and again.

    Args:
        networks, shape: as in `plots.magnet`.
    """
    if len(networks) < 2:
        raise ValueError(f"networks must be at least two, got {len(networks)}.")
    betas, measured = [*networks], magnet_curves(networks, shape)
    step = min(after - before for before, after in zip(betas, betas[1:]))

    def draw(beta, seed):
        nearest = min(betas, key=lambda one: abs(one - beta))
        return magnet(networks, shape, nearest, seed, measured)

    start = betas[len(betas) // 2]
    return redrawn(draw, {"β": (start, betas[0], betas[-1], step), "draws": (0, 0, 50)})
