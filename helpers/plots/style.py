"""What every figure shares: its style, its panels and rows, and the scoreboard.

Backgrounds are opaque, so that figures stay legible in a dark notebook.
"""

import io

import matplotlib.pyplot as plt

from helpers.plots.palette import BLUE, COLORS


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


def panels(n, columns, width, height, spare=(0.0, 0.0), **options):
    """Return a figure with `n` panels of that size in inches, `columns` in a row, and their axes.

    `spare` is what the figure is wider and higher than its panels.
    """
    columns = min(n, columns)
    rows = -(-n // columns)
    size = (width * columns + spare[0], height * rows + spare[1])
    fig, axes = subplots(rows, columns, figsize=size, squeeze=False, **options)
    for ax in axes.flat[n:]:
        ax.axis("off")
    return fig, axes.flat[:n]


def named_rows(names, height, spare=0.9):
    """Return a figure with a row of that height in inches for each name, and its axes."""
    names = list(names)
    fig, ax = subplots(figsize=(8, spare + height * len(names)))
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    return fig, ax


def label(ax, text, place, shift, **options):
    """Write `text` at a place of the data, shifted by some points."""
    return ax.annotate(text, place, shift, textcoords="offset points", **options)


def png_bytes(fig) -> bytes:
    """Return a figure as PNG, for an explorer's image, and close it."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", facecolor=fig.get_facecolor())
    plt.close(fig)
    return buffer.getvalue()


def scoreboard(rows, title="Scoreboard"):
    """Draw the running scoreboard as bars, best at the bottom.

    Args:
        rows: ``{name: nats}`` or ``{name: (nats, standard error)}``.
        title: names the data and the binarization; scores on others do not compare.
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
    ax.set(xlabel="test NLL, nats per digit: lower is better", title=title)
    return fig
