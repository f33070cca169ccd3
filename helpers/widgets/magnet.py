"""Lesson 9's explorer: slide the temperature of a magnet and draw from it.

The picture is the static twin's, `plots.magnet`.
"""

import ipywidgets

from helpers.plots.magnets import magnet_panels
from helpers.widgets.picture import moved


def explore_magnet(networks, shape):
    """Slide β over those that `networks` are for, and draw again and again.

    Args:
        networks, shape: as in `plots.magnet`.
    """
    if len(networks) < 2:
        raise ValueError(f"networks must be at least two, got {len(networks)}.")
    options = [(f"{beta:.2f}", beta) for beta in networks]
    controls = {
        "beta": ipywidgets.SelectionSlider(
            options=options, value=options[len(options) // 2][1], description="β"
        ),
        "seed": ipywidgets.IntSlider(value=0, min=0, max=50, description="draws"),
    }
    return moved(magnet_panels(networks, shape), controls, width=1100)
