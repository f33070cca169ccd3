"""How an image of a digit is drawn, alone and in rows: ink is dark, row 0 at the top."""

import matplotlib.colors
import numpy as np

from helpers.plots.palette import BLACK, BLUE, DIGITS, UNDRAWN
from helpers.plots.style import panels, subplots


def square(image) -> np.ndarray:
    """Return ``(D, …)`` pixels as rows and columns, ``(side, side, …)``, row 0 at the top."""
    image = np.asarray(image)
    side = int(round(np.sqrt(len(image))))
    return image.reshape(side, side, *image.shape[1:])


def show_image(ax, image):
    """Draw one digit, ``(784,)`` or ``(side, side)``, on `ax`, without ticks; return the image."""
    image = np.asarray(image)
    ax.set(xticks=[], yticks=[])
    return ax.imshow(square(image) if image.ndim == 1 else image, cmap=DIGITS, vmin=0, vmax=1)


def show_partial(ax, image, unknown):
    """Draw one image ``(D,)`` in a frame; the pixels at the indices `unknown` are light blue."""
    show_inks(ax, image, BLACK, unknown)


def show_completion(ax, image, known):
    """Draw one completed image ``(D,)`` in a frame: given ink black, drawn ink blue."""
    show_inks(ax, image, np.where(np.asarray(known)[:, None], _rgb(BLACK), _rgb(BLUE)))


def show_inks(ax, image, ink, unknown=()):
    """Draw one image ``(D,)`` in a frame, in `ink` (a colour, or one a pixel) on white."""
    image = np.asarray(image, float)[:, None]
    rgb = 1 - image + image * _rgb(ink)
    rgb[np.asarray(unknown, int)] = _rgb(UNDRAWN)
    ax.imshow(square(rgb))
    frame(ax)


def _rgb(color):
    return np.asarray(matplotlib.colors.to_rgb(color) if isinstance(color, str) else color)


def frame(ax):
    """Give an image a thin grey frame and no ticks."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="#C0C4C8", linewidth=0.8)


def digits(images, columns=10, titles=None, size=0.9, title=None):
    """Draw digits in a grid, in one grey map: 0 is white, 1 is black.

    Args:
        images: ``(n, 784)`` or ``(n, side, side)`` in [0, 1].
        columns: how many in a row.
        titles: n short texts, one above each digit.
        size: inches per digit.
        title: of the whole figure.
    """
    images = np.asarray(images)
    height = size * (1.35 if titles is not None else 1.0)
    fig, axes = panels(len(images), columns, size, height, (0, 0.4 if title else 0))
    for i, ax in enumerate(axes):
        ax.axis("off")
        show_image(ax, images[i])
        if titles is not None:
            ax.set_title(titles[i], fontsize=9)
    if title:
        fig.suptitle(title)
    return fig


def labelled_rows(rows, size, draw, titles=()):
    """Draw a grid with a text at the left of each row.

    Args:
        rows: ``{text: sequence of what `draw` takes}``.
        size: inches per panel.
        draw: called with the axes and one item.
        titles: texts above the columns.
    """
    columns = max(len(items) for items in rows.values())
    widest = max(len(line) for name in rows for line in name.split("\n"))
    width, height = columns * size + 0.105 * widest + 0.15, len(rows) * size
    size = (width, height + (0.35 if titles else 0))
    fig, axes = subplots(len(rows), columns, figsize=size, squeeze=False)
    for line, (name, items) in zip(axes, rows.items()):
        for ax in line[len(items) :]:
            ax.axis("off")
        for ax, item in zip(line, items):
            draw(ax, item)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=12)
    for ax, title in zip(axes[0], titles):
        ax.set_title(title, fontsize=11)
    return fig
