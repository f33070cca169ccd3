"""Explorers of lesson 1: drag a parameter; likelihood, NLL and slopes follow.

Sliders and a PNG image, nothing else, so that they run in JupyterLab, VS Code and Colab alike. The
picture is the static twin's: `plots.bernoulli_likelihood`, `plots.gaussian_fit`.
"""

import io

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers.plots.likelihoods import bernoulli_panels, gaussian_panels


def bernoulli_explorer(x):
    """Drag p over a handful of zeros and ones; `x` is ``(n,)``."""
    x = np.asarray(x)
    if x.ndim != 1 or not np.isin(x, (0, 1)).all() or x.min() == x.max():
        raise ValueError("x must be (n,) of 0 and 1 and hold both.")
    p = ipywidgets.FloatSlider(value=0.25, min=0.01, max=0.99, step=0.01, description="p")
    return _explorer(bernoulli_panels(x), {"p": p}, width=640)


def gaussian_explorer(x):
    """Drag μ and σ over a handful of real points in −3 … 3; `x` is ``(n,)``."""
    x = np.asarray(x, float)
    if x.ndim != 1 or len(x) < 2 or not (np.abs(x) <= 3).all() or np.ptp(x) == 0:
        raise ValueError("x must be (n,) with at least two different values, all in -3 … 3.")
    mean = ipywidgets.FloatSlider(value=-1.0, min=-3.0, max=3.0, step=0.1, description="μ")
    std = ipywidgets.FloatSlider(value=0.6, min=0.2, max=3.0, step=0.05, description="σ")
    return _explorer(gaussian_panels(x), {"mean": mean, "std": std}, width=860)


def _explorer(panels, sliders, width):
    """Sliders above a picture in which only what moves is drawn again.

    Args:
        panels: a figure and ``move(**values)``, which returns the artists that it moved.
        sliders: ``{name of the value: slider}``.
        width: of the picture, in CSS pixels; on a narrower page it shrinks.
    """
    fig, move = panels
    plt.close(fig)  # the notebook shows the widget, not the figure
    canvas = FigureCanvasAgg(fig)
    image = ipywidgets.Image(format="png")
    image.layout.width, image.layout.max_width = f"{width}px", "100%"

    def values():
        return {name: slider.value for name, slider in sliders.items()}

    for artist in move(**values()):
        artist.set_animated(True)
    canvas.draw()
    background = canvas.copy_from_bbox(fig.bbox)

    def redraw(_=None):
        canvas.restore_region(background)
        for artist in move(**values()):
            fig.draw_artist(artist)
        buffer = io.BytesIO()
        pixels = PIL.Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        pixels.save(buffer, format="png", compress_level=1)
        image.value = buffer.getvalue()

    for slider in sliders.values():
        slider.layout.max_width = "98%"
        slider.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([*sliders.values(), image])
