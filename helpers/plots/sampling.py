"""The figures of lesson 5: direct connections, a digit as it is drawn, completions, comparisons."""

import numpy as np
from matplotlib.colors import ListedColormap

from helpers.plots.images import frame, labelled_rows, show_completion, show_image, show_partial
from helpers.plots.palette import BLUE, COLORS, DARK, LIGHT, ORANGE, VERMILION
from helpers.plots.style import label, named_rows, panels, subplots


def hidden_gaps(paths, ordering):
    """Draw which allowed dependencies have a path through hidden units, for the first ranks.

    Args:
        paths: ``(D, D)``, paths through hidden units alone from input (row) to output (column).
        ordering: the visiting order, ``(D,)``.
    """
    first = np.asarray(ordering)[:40]
    ranks = len(first)
    kind = np.where(np.asarray(paths)[np.ix_(first, first)] > 0, 2, 1)
    kind[np.tril_indices(ranks)] = 0
    fig, ax = subplots(figsize=(6.4, 5.2))
    colors = ListedColormap([DARK, ORANGE, LIGHT])
    ax.imshow(kind, cmap=colors, vmin=0, vmax=2, extent=(0.5, ranks + 0.5, ranks + 0.5, 0.5))
    ax.set(xlabel="rank of the output", ylabel="rank of the input")
    ax.text(0.17 * ranks, 0.62 * ranks, "forbidden", color="white", ha="center", fontsize=13)
    ax.text(0.72 * ranks, 0.16 * ranks, "path through\nhidden units", ha="center", va="center")
    gaps = np.argwhere(kind == 1)
    if len(gaps):
        row, column = gaps[len(gaps) // 2] + 1  # ranks count from 1
        line = {"ha": "center", "va": "center", "arrowprops": {"arrowstyle": "-", "color": ORANGE}}
        at = (0.3 * ranks, 0.9 * ranks)
        ax.annotate("direct connections only", (column, row), at, color=ORANGE, **line)
    ax.spines[:].set_visible(False)
    return fig


def ablation(scores, xlabel="test NLL (nats per digit): lower is better"):
    """Draw two rows a variant, with and without: runs as dots, means with standard errors.

    Args:
        scores: ``{name: (with, without)}``, each a list of the scores of at least two seeds.
        xlabel: names the score, the digits and the binarization.
    """
    fig, ax = named_rows(scores, 0.75)
    for y, pair in enumerate(scores.values()):
        for values, shift, color in zip(pair, (-0.17, 0.17), (BLUE, ORANGE)):
            values = np.asarray(values, float)
            mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
            at = np.full(len(values), y + shift)
            ax.plot(values, at, "o", color=color, alpha=0.45, ms=8, mew=0)
            ax.errorbar(mean, y + shift, xerr=error, color="black", fmt="|", ms=12, capsize=3, lw=1)
            place, text = (values.max(), y + shift), f"{mean:.1f} ± {error:.1f}"
            label(ax, text, place, (9, 0), va="center", fontsize=11)
    given, lacking = next(iter(scores.values()))
    style = {"va": "center", "fontsize": 11}
    label(ax, "with direct connections", (max(given), -0.17), (80, 0), color="#005A8E", **style)
    label(ax, "without", (max(lacking), 0.17), (80, 0), color="#8A5A00", **style)
    low, high = ax.get_xlim()
    ax.set(xlim=(low, high + 0.25 * (high - low)), xlabel=xlabel)
    return fig


def _pairs(n, columns, names, size):
    """A figure with `n` pairs of axes, one above the other, a few pairs in a row; and the pairs."""
    columns = min(n, columns)
    rows = -(-n // columns)
    shape = (size * columns + 0.5, (2 * size + 0.5) * rows + 0.2)
    fig, axes = subplots(2 * rows, columns, figsize=shape, squeeze=False)
    for k, name in enumerate(names):
        for ax in axes[k::2, 0]:
            ax.set_ylabel(name)
    pairs = axes.reshape(rows, 2, columns).swapaxes(1, 2).reshape(-1, 2)
    for ax in pairs[n:].flat:
        ax.remove()
    return fig, pairs[:n]


def drawing_steps(digit, probs, ordering, steps):
    """Draw one digit as it is drawn: the pixels so far, and the p that each was drawn with.

    Args:
        digit, probs: ``(D,)``, the finished digit and p(x_d = 1 | the pixels drawn before d).
        ordering: the visiting order, ``(D,)``.
        steps: numbers of pixels drawn so far, a pair of pictures each, four in a row.
    """
    fig, pairs = _pairs(len(steps), 4, ("pixels\nso far", "p each was\ndrawn with"), 1.35)
    for (top, bottom), step in zip(pairs, steps):
        show_partial(top, digit, ordering[step:])
        show_partial(bottom, probs, ordering[step:])
        top.set_title(f"{step:,}", fontsize=11)
    fig.suptitle("pixels drawn", fontsize=12)
    return fig


def final_steps(degrees, last_change):
    """Draw when each hidden unit changed for the last time, against its degree.

    Args:
        degrees: ``(units,)``.
        last_change: ``(units,)``, number of pixels drawn when the unit last changed; 0 for never.
    """
    fig, ax = subplots(figsize=(6.4, 4.6))
    top = max(np.max(degrees), np.max(last_change))
    ax.fill_between([0, top], [0, top], top, color=VERMILION, alpha=0.15, lw=0)
    ax.plot([0, top], [0, top], color="black", lw=1)
    ax.plot(degrees, last_change, ".", color=BLUE, ms=3, alpha=0.5)
    ax.text(0.3 * top, 0.75 * top, "a unit here would change\nafter its own step", ha="center")
    ax.set(xlabel="degree of the hidden unit", ylabel="pixels drawn at its last change")
    return fig


def times(seconds, title=""):
    """Draw wall times as dots on a log scale, each labelled with its time and its ratio.

    Args:
        seconds: ``{name: seconds}``; the first is what the others are compared with.
        title: says what was timed.
    """
    values = np.array(list(seconds.values()))
    fig, ax = named_rows(seconds, 0.55)
    for y, value in enumerate(values):
        ax.plot(value, y, "o", color=COLORS[y], ms=11)
        text = f"{value:,.1f} s" if value >= 1 else f"{1000 * value:,.0f} ms"
        if y:
            text += f", {values[0] / value:,.0f} × faster"
        label(ax, text, (value, y), (11, 0), va="center")
    ax.set(xscale="log", xlim=(values.min() / 3, values.max() * 6))
    ax.set(xlabel="seconds (log scale)", title=title)
    return fig


def neighbours(drawn, nearest, distances, names=("drawn", "nearest\nreal digit")):
    """Draw digits above their nearest neighbours, six in a row, with the pixels that differ.

    Args:
        drawn, nearest: ``(n, D)``.
        distances: ``(n,)``, pixels that differ.
        names: of the upper and the lower ones.
    """
    fig, pairs = _pairs(len(drawn), 6, names, 0.95)
    for (top, bottom), a, b, distance in zip(pairs, drawn, nearest, distances):
        for ax, image in ((top, a), (bottom, b)):
            show_image(ax, image)
            frame(ax)
        bottom.set_xlabel(f"{distance}", fontsize=11)
    fig.supxlabel("pixels that differ, of 784", fontsize=11)
    return fig


def histograms(groups, xlabel, bins=30, middle=np.mean):
    """Draw one histogram a group on a shared axis, each with its middle marked.

    Args:
        groups: ``{name: values}``.
        xlabel: with units.
        bins: number of bins over all values, or their edges.
        middle: ``np.mean`` or ``np.median``.
    """
    edges = np.histogram_bin_edges(np.concatenate(list(groups.values())), bins)
    fig, axes = panels(len(groups), 1, 8, 1.25, (0, 0.6), sharex=True)
    for ax, (name, values), color in zip(axes, groups.items(), COLORS):
        share = np.full(len(values), 1 / len(values))
        ax.hist(values, edges, color=color, alpha=0.85, weights=share)
        ax.axvline(middle(values), color="black", lw=1.5)
        text = f"{middle.__name__} {middle(values):.1f}"
        top = {"xycoords": ("data", "axes fraction"), "va": "top", "fontsize": 11}
        label(ax, text, (middle(values), 1), (5, -4), **top)
        ax.set_title(name, loc="left", fontsize=12)
        ax.set_yticks([])
        ax.set_ylim(0, 1.35 * ax.get_ylim()[1])  # room for the label
        ax.spines["left"].set_visible(False)
    axes[-1].set_xlabel(xlabel)
    return fig


def rows_of_digits(rows, size=0.75):
    """Draw one row of digits for each entry of ``{label: (n, D)}``."""

    def draw(ax, image):
        show_image(ax, image)
        ax.spines[:].set_visible(False)

    return labelled_rows(rows, size, draw)


def completions(given, known, drawn, names=()):
    """Draw images to complete beside their completions: given ink black, drawn ink blue.

    Args:
        given: ``(n, D)``; the pixels that are not known are light blue.
        known: ``(D,)`` booleans, or ``(n, D)``.
        drawn: ``(n, k, D)``, k completions each.
        names: n texts, one at the left of each row.
    """
    n, k, d = np.shape(drawn)
    size = ((k + 1) * 0.95, n * 0.95 + 0.3)
    fig, axes = subplots(n, k + 1, figsize=size, squeeze=False)
    for line, image, kept, row in zip(axes, given, np.broadcast_to(known, (n, d)), drawn):
        show_partial(line[0], image, np.flatnonzero(~kept))
        for ax, one in zip(line[1:], row):
            show_completion(ax, one, kept)
    for ax, name in zip(axes[:, 0], names):
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
    axes[0, 0].set_title("given", fontsize=11)
    axes[0, 1].set_title("draws", fontsize=11)
    return fig
