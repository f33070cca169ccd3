"""Explorers of lesson 2: walk the latent plane; turn up the noise.

The networks are NumPy copies (`autoencoder.as_numpy`), so that a move costs milliseconds. Static
twins: `plots.latent_walk` and `plots.image_rows`.
"""

from collections.abc import Callable, Mapping

import ipywidgets
import numpy as np

from helpers import noise
from helpers.plots.autoencoders import latent_panels, noise_panels, plane_limits
from helpers.widgets.picture import moved


def latent_explorer(decode: Callable, codes, labels):
    """Walk a 2-D latent plane and see what each place decodes to.

    Args:
        decode: ``(n, 2) -> (n, 784)`` probabilities, in NumPy.
        codes: ``(n, 2)`` codes of digits, drawn as a map; sliders span 98 % of each axis.
        labels: ``(n,)`` the digits' classes 0 … 9.
    """
    codes, labels = np.asarray(codes), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 2 or len(codes) != len(labels):
        raise ValueError(
            f"codes must be (n, 2) with n labels, got {codes.shape} and {labels.shape}."
        )
    low, high = plane_limits(codes)
    start = np.clip(np.median(codes, axis=0), low, high)
    sliders = {
        f"z{i + 1}": ipywidgets.FloatSlider(
            value=float(start[i]), min=float(low[i]), max=float(high[i]),
            step=float(high[i] - low[i]) / 100, description=f"z{'₁₂'[i]}",
            readout_format=".1f", layout={"width": "420px"},
        )
        for i in range(2)
    }  # fmt: skip
    return moved(latent_panels(decode, codes, labels), sliders, width=820)


def noise_explorer(digits, reconstructions: Mapping[str, Callable]):
    """Choose a digit and a kind of noise, turn the noise up, see what each model makes of it.

    Args:
        digits: ``(n, 784)`` binary digits.
        reconstructions: ``{name: function}``, each ``(1, 784) -> (1, 784)`` probabilities.
    """
    digits = np.asarray(digits)
    if digits.ndim != 2 or digits.shape[1] != 784 or not len(digits):
        raise ValueError(f"digits must be (n, 784) with n at least 1, got {digits.shape}.")
    controls = {
        "level": ipywidgets.FloatSlider(
            value=0.3, min=0.0, max=1.0, step=0.05, description="noise", readout_format=".2f"
        ),
        "digit": ipywidgets.IntSlider(value=0, min=0, max=len(digits) - 1, description="digit"),
        "kind": ipywidgets.Dropdown(options=noise.KINDS, description="kind"),
    }
    return moved(noise_panels(digits, reconstructions), controls, width=900)
