"""The figures of lesson 6: two coins and their averages, scores against orderings averaged."""

import numpy as np

from helpers.plots.style import COLORS, VERMILION, subplots


def coin_tables(tables):
    """Draw the four states of two coins as two by two squares, one table each, with its total.

    Args:
        tables: ``{name: p of 00, 01, 10, 11}``; a total above 1 is vermilion.
    """
    fig, axes = subplots(1, len(tables), figsize=(2.3 * len(tables), 3.1), squeeze=False)
    for ax, (name, p) in zip(axes[0], tables.items()):
        p = np.asarray(p).reshape(2, 2)
        ax.imshow(p, cmap="Blues", vmin=0, vmax=1.3)
        for (row, column), value in np.ndenumerate(p):
            ax.text(column, row, f"{value:.2f}", ha="center", va="center",
                    color="white" if value > 0.7 else "black")  # fmt: skip
        ax.set(xticks=[0, 1], yticks=[0, 1], title=name)
        ax.set_xlabel(f"second coin\nΣ p = {p.sum():.3f}")
        if p.sum() > 1.01:
            ax.xaxis.label.set_color(VERMILION)
    axes[0, 0].set_ylabel("first coin")
    return fig


def against_sets(curves, title=None, ylabel="NLL, nats per digit"):
    """Draw scores against the number of orderings averaged: means with their standard errors.

    Args:
        curves: ``{name: {number of orderings: scores of several runs}}``.
        title: says what was trained, and on what.
        ylabel: with units.
    """
    fig, ax = subplots(figsize=(8, 4.4))
    counts = sorted({k for points in curves.values() for k in points})
    for (name, points), color, marker in zip(curves.items(), COLORS, "osD^"):
        means = [np.mean(runs) for runs in points.values()]
        errors = [np.std(r, ddof=1) / len(r) ** 0.5 if len(r) > 1 else 0 for r in points.values()]
        ax.errorbar([*points], means, errors, color=color, marker=marker, capsize=4, ms=6)
        below = 13 if max(points) < counts[-1] else 0  # longer curves may pass at its right
        ax.annotate(name, (max(points), means[-1]), (9, -below), textcoords="offset points",
                    color=color, va="center")  # fmt: skip
    ax.set_xscale("log", base=2)
    ax.set_xticks(counts, [f"{k}" for k in counts])
    ax.set(xlim=(counts[0] / 1.2, counts[-1] * 3), xlabel="orderings averaged", ylabel=ylabel)
    if title:
        ax.set_title(title)
    return fig
