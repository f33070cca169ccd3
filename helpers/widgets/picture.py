"""What stands in for an explorer without anywidget: core controls above a PNG image.

They run in JupyterLab, VS Code and Colab alike. The pictures are those of `helpers.plots`.
"""

import ipywidgets

from helpers.plots.style import png_bytes


def redrawn(draw, controls):
    """Controls above a picture that is drawn afresh at every change.

    Args:
        draw: takes the controls' values, in their order, and returns a figure.
        controls: ``{name: (value, low, high)}``, or with a step, for a slider; ``(value, words)``
            for a menu; ``(value,)`` for a box to tick.
    """
    made = [_control(*start, description=name) for name, start in controls.items()]
    image = ipywidgets.Image(format="png", layout={"max_width": "100%"})

    def redraw(_=None):
        image.value = png_bytes(draw(*(control.value for control in made)))

    for control in made:
        control.layout.width, control.layout.max_width = "420px", "98%"
        control.style.description_width = "initial"
        control.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([*made, image])


def _control(value, *rest, **options):
    if len(rest) < 2:
        kind = ipywidgets.Dropdown if rest else ipywidgets.Checkbox
        return kind(value=value, **dict(zip(["options"], rest)), **options)
    kind = ipywidgets.IntSlider if isinstance(value, int) else ipywidgets.FloatSlider
    return kind(value=value, **dict(zip(("min", "max", "step"), rest)), **options)
