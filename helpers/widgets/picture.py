"""What the explorers of core widgets share: controls above a PNG image, and nothing else.

They run in JupyterLab, VS Code and Colab alike. The pictures are those of `helpers.plots`.
"""

import io

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers.plots.style import png_bytes


def redrawn(draw, controls, width):
    """Controls above a picture that is drawn afresh at every change.

    Args:
        draw: ``draw()`` returns the figure for the controls' values.
        controls: widgets with a `value`.
        width: of the picture, in CSS pixels; on a narrower page it shrinks.
    """

    def show():
        return png_bytes(draw())

    return _below(controls, show, width)


def moved(panels, controls, width):
    """Controls above a picture in which only what moves is drawn again.

    Args:
        panels: a figure and ``move(**values)``, which returns the artists that it moved.
        controls: ``{name of the value: widget}``.
        width: as in `redrawn`.
    """
    fig, move = panels
    plt.close(fig)  # the notebook shows the widget, not the figure
    canvas = FigureCanvasAgg(fig)

    def values():
        return {name: control.value for name, control in controls.items()}

    for artist in move(**values()):
        artist.set_animated(True)
    canvas.draw()
    background = canvas.copy_from_bbox(fig.bbox)

    def show():
        canvas.restore_region(background)
        for artist in move(**values()):
            fig.draw_artist(artist)
        buffer = io.BytesIO()
        pixels = PIL.Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        pixels.save(buffer, format="png", compress_level=1)
        return buffer.getvalue()

    return _below(list(controls.values()), show, width)


def _below(controls, show, width):
    image = ipywidgets.Image(format="png")
    image.layout.width, image.layout.max_width = f"{width}px", "100%"

    def redraw(_=None):
        image.value = show()

    for control in controls:
        control.layout.max_width = "98%"
        control.style.description_width = "initial"
        control.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([*controls, image])
