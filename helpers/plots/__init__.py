"""The figures of the course: one style, one module per theme, matplotlib only.

Every function draws one new figure and returns it. Colours are those of Okabe & Ito (2008), which
most colour-blind readers can tell apart; backgrounds are opaque, so that figures stay legible in a
dark notebook.
"""

import io

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK, GREY = "#56B4E9", "#CC79A7", "#F0E442", "#000000", "#8A8A8A"
COLORS = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, BLACK)
DIGITS = "gray_r"  # ink is dark: 0 = white background, 1 = black


def use_style():
    """Set the course's figure style; importing `helpers.plots` does it."""
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
    fig, axes = plt.subplots(
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


def show_image(ax, image):
    """Draw one digit, ``(784,)`` or ``(side, side)``, on `ax`, without ticks."""
    image = np.asarray(image)
    if image.ndim == 1:
        side = int(round(np.sqrt(image.size)))
        image = image.reshape(side, side)
    ax.imshow(image, cmap=DIGITS, vmin=0, vmax=1)
    ax.set_xticks([])
    ax.set_yticks([])


def png_bytes(fig) -> bytes:
    """Return a figure as PNG, for an explorer's image, and close it."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png")
    plt.close(fig)
    return buffer.getvalue()


def scoreboard(rows, title="Scoreboard", note="test NLL, nats per digit: lower is better"):
    """Draw the running scoreboard as bars, best at the bottom.

    Args:
        rows: ``{name: nats}`` or ``{name: (nats, standard error)}``.
        title: names the data and the binarization; scores on others do not compare.
        note: label of the axis.
    """
    pairs = [(k, *(v if isinstance(v, tuple) else (v, 0.0))) for k, v in rows.items()]
    pairs.sort(key=lambda row: -row[1])
    fig, ax = plt.subplots(figsize=(8, 0.9 + 0.5 * len(pairs)))
    names, scores, errors = zip(*pairs)
    ax.barh(names, scores, xerr=errors, color=BLUE, height=0.6, error_kw={"lw": 1.5})
    for y, (score, error) in enumerate(zip(scores, errors)):
        text = f"{score:.1f}" + (f" ± {error:.1f}" if error >= 0.05 else "")
        ax.text(score + error + 0.01 * max(scores), y, text, va="center")
    ax.set_xlim(0, 1.15 * max(scores))
    ax.invert_yaxis()
    ax.set_xlabel(note)
    ax.set_title(title)
    return fig


use_style()

from helpers.plots.autoencoders import (
    add_noise,
    autoencoder_diagram,
    below_the_floor,
    codes_and_prior,
    error_against_size,
    filters,
    growing_box,
    image_rows,
    latent_map,
    latent_walk,
    nll_table,
    probe_scores,
    struck_scoreboard,
    totals,
)
from helpers.plots.likelihoods import (
    bernoulli_likelihood,
    gaussian_fit,
    impossible_pixel,
    mean_or_median,
    naive_and_stable,
    nll_against_mean,
    noise_bands,
    price_of_sigma,
    underflow,
)
from helpers.plots.masks import (
    caught_or_missed,
    degree_masks,
    dependencies,
    mask_network,
    mask_networks,
    mask_squares,
    missed_degrees,
    probability_tree,
    running_totals,
    sample_frequencies,
)
from helpers.plots.sampling import (
    ablation,
    completions,
    drawing_moment,
    drawing_steps,
    final_steps,
    hidden_gaps,
    histograms,
    neighbours,
    rows_of_digits,
    times,
)
