"""An explorer in JavaScript as a widget: a module of this folder, and the state it starts from.

The website mounts the same modules, and takes their states from the same functions (`…_state`).
Where anywidget is not installed, or the reader asks for it, core sliders stand in its place.
"""

import io
import os
import pathlib

import numpy as np

from helpers.widgets.bundle import bundle
from helpers.widgets.picture import redrawn

try:
    import anywidget
    import traitlets
except ImportError:  # sliders need neither
    anywidget = None

NOTE = "Nothing to drag? Run %env MADE_EXPLORERS=sliders and this cell again."


def explorer(module: str, state: dict, draw, controls: dict):
    """Return the explorer `module`, which computes in the reader's browser and asks no kernel.

    Args:
        module: name of a file of this folder, without ``.js``.
        state: what it is given, by name; a function is called for the bytes to send, and digits
            are sent as bytes.
        draw, controls: as in `picture.redrawn`, which takes over where there is no anywidget.
    """
    if anywidget is None or os.environ.get("MADE_EXPLORERS") == "sliders":
        return redrawn(draw, controls)
    traits = {name: traitlets.Any(sent(value)).tag(sync=True) for name, value in state.items()}
    source = bundle(pathlib.Path(__file__).with_name(f"{module}.js"))
    shown = {"_esm": source, "__repr__": lambda self: NOTE}  # where no widget can be shown
    return type(module, (anywidget.AnyWidget,), shown | traits)()


def sent(value):
    """Return a value of a state as a front end gets it."""
    value = value() if callable(value) else value
    return value.astype("uint8").tobytes() if isinstance(value, np.ndarray) else value


def npz(**arrays) -> bytes:
    """Return the file that holds `arrays`."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()
