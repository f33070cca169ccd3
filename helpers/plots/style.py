"""What every figure shares: palette, style, and how an image of a digit is drawn.

Colours are those of Okabe & Ito (2008), which most colour-blind readers can tell apart; backgrounds
are opaque, so that figures stay legible in a dark notebook.
"""

import io

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK, GREY = "#56B4E9", "#CC79A7", "#F0E442", "#000000", "#8A8A8A"
COLORS = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, BLACK)
DIGITS = "gray_r"  # ink is dark: 0 = white background, 1 = black
DARK, LIGHT = "#23313D", "#DCEBF5"  # squares of a mask: cut, connected
PALE = "#C9DCEB"  # what blue is compared with
UNDRAWN = "#BFE0F2"  # a pixel that is not known
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def use_style():
    """Set the course's figure style, from matplotlib's defaults, whatever was set before.

    Importing `helpers.plots` does it, and so does every figure of the course. The backend stays.
    """
    plt.rcdefaults()
    plt.rcParams.update(
        {
            "figure.figsize": (8, 4),
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "figure.constrained_layout.use": True,
            "savefig.facecolor": "white",
            "font.size": 12,
            "axes.titlesize": 13,
            "axes.labelsize": 12,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": plt.cycler(color=COLORS),
            "lines.linewidth": 2,
            "legend.frameon": False,
            "image.interpolation": "nearest",
        }
    )


def subplots(*args, **options):
    """`plt.subplots` in the course's style: every figure starts here."""
    use_style()
    return plt.subplots(*args, **options)


def png_bytes(fig) -> bytes:
    """Return a figure as PNG, for an explorer's image, and close it."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", facecolor=fig.get_facecolor())
    plt.close(fig)
    return buffer.getvalue()


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
    return np.asarray(plt.matplotlib.colors.to_rgb(color) if isinstance(color, str) else color)


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
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height = size * (1.35 if titles is not None else 1.0)
    extra = 0.4 if title else 0
    fig, axes = subplots(
        rows, columns, figsize=(columns * size, rows * height + extra), squeeze=False
    )
    for i, ax in enumerate(axes.flat):
        ax.axis("off")
        if i < len(images):
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
    fig, axes = subplots(
        len(rows), columns, figsize=(width, height + (0.35 if titles else 0)), squeeze=False
    )
    for line, (name, items) in zip(axes, rows.items()):
        for ax in line[len(items) :]:
            ax.axis("off")
        for ax, item in zip(line, items):
            draw(ax, item)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=12)
    for ax, title in zip(axes[0], titles):
        ax.set_title(title, fontsize=11)
    return fig


def scoreboard(rows, title="Scoreboard", note="test NLL, nats per digit: lower is better"):
    """Draw the running scoreboard as bars, best at the bottom.

    Args:
        rows: ``{name: nats}`` or ``{name: (nats, standard error)}``.
        title: names the data and the binarization; scores on others do not compare.
        note: label of the axis.
    """
    pairs = [(k, *(v if isinstance(v, tuple) else (v, 0.0))) for k, v in rows.items()]
    pairs.sort(key=lambda row: -row[1])
    fig, ax = subplots(figsize=(8, 0.9 + 0.5 * len(pairs)))
    names, scores, errors = zip(*pairs)
    ax.barh(names, scores, xerr=errors, color=BLUE, height=0.6, error_kw={"lw": 1.5})
    for y, (score, error) in enumerate(zip(scores, errors)):
        text = f"{score:.1f}" + (f" ± {error:.1f}" if error >= 0.05 else "")
        ax.text(score + error + 0.01 * max(scores), y, text, va="center")
    ax.set_xlim(0, 1.15 * max(scores))
    ax.invert_yaxis()
    ax.set(xlabel=note, title=title)
    return fig
