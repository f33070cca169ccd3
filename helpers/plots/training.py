"""Figures of lessons 4 and 6: learning curves, surprise, and scores with their errors."""

import base64
import textwrap
import time

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.ticker import LogLocator, MaxNLocator

from helpers.likelihood import bernoulli_nll
from helpers.plots.images import frame, show_image, square
from helpers.plots.palette import BLUE, COLORS, GREY, ORANGE, PALE, VERMILION
from helpers.plots.style import label, named_rows, panels, png_bytes, subplots, use_style


def learning_curve(history, reference=(), levels=None, title=""):
    """Draw train and validation NLL of a run, in nats per digit.

    Args:
        history: a `training.History`.
        reference: recorded runs of the same recipe on the same data; the range of their
            validation scores is shaded behind the curve.
        levels: ``{label: nats}``, horizontal lines to compare with.
        title: names the data and the binarization.
    """
    fig, ax = subplots(figsize=(6, 4))
    x, levels, recipe = np.arange(1, len(history.valid) + 1), levels or {}, history.recipe
    handicaps = {"dropout": recipe.get("model", {}).get("dropout"), "shifts": recipe.get("augment")}
    on = " and ".join(name for name, value in handicaps.items() if value)
    handicap = f" ({on} included)" if on else ""
    if reference:
        n = min(len(run.valid) for run in reference)
        runs = np.array([run.valid[:n] for run in reference])
        name = f"{len(reference)} recorded run" + ("s, their range" if len(reference) > 1 else "")
        low, high = runs.min(0) - 0.2, runs.max(0) + 0.2
        ax.fill_between(np.arange(1, n + 1), low, high, color=PALE, label=name)
    ax.plot(x, history.train, color=ORANGE, label=f"train{handicap}", ls="--")
    ax.plot(x, history.valid, color=BLUE, label="valid")
    if history.valid:
        best = (history.best_epoch, history.valid[history.best_epoch - 1])
        ax.plot(*best, "o", color=BLUE, ms=8)
        label(ax, f"best {best[1]:.1f}", best, (-4, 12), ha="right", color=BLUE)
    for (name, nats), color in zip(levels.items(), (VERMILION, GREY)):
        ax.axhline(nats, color=color, lw=1.5)
        label(ax, name, (x[0], nats), (0, -3), va="top", color=color, fontsize=11)
    seen = [v for v in (*history.valid, *history.train) if np.isfinite(v)] + [*levels.values()]
    floor = min(seen)
    ceiling = min(max(seen), max(floor + 45, 0, *levels.values()) + 3)
    ax.set(ylim=(floor - 3, max(ceiling, floor + 6)), title=textwrap.fill(title, 60))
    ax.set(xlabel="epoch", ylabel="NLL, nats per digit")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    fig.legend(loc="outside lower center", ncols=2)  # where no line runs behind it
    return fig


class LiveCurve:
    """A learning curve that grows while a model trains: ``fit(…, on_epoch=LiveCurve())``.

    In a notebook one picture is replaced after each epoch, at most once a second; elsewhere
    nothing is shown. The latest picture is in `png`.

    Args:
        every: seconds between two pictures, at least.
        **options: of `learning_curve`.
    """

    def __init__(self, every=1.0, **options):
        self.every, self.options = every, options
        self.handle, self.png, self.shown = None, None, 0.0

    def __call__(self, history):
        """Redraw the curve of `history`."""
        last = len(history.valid) == history.recipe.get("epochs")
        if time.perf_counter() - self.shown < self.every and not last:
            return
        fig = learning_curve(history, **self.options)
        self.png = png_bytes(fig)
        self.show()
        self.shown = time.perf_counter()

    def show(self):
        """Put the picture into the notebook, in place of the one before."""
        from IPython import get_ipython

        if not hasattr(get_ipython(), "kernel"):
            return
        from IPython.display import DisplayHandle

        picture = {"image/png": base64.b64encode(self.png).decode(), "text/plain": "learning curve"}
        if self.handle is None:
            self.handle = DisplayHandle()
            self.handle.display(picture, raw=True)
        else:
            self.handle.update(picture, raw=True)


def by_rank(matrices, ordering):
    """Draw large dependency matrices side by side, inputs and outputs in visiting order.

    Light where there is a dependency, vermilion where there is one that must not be.

    Args:
        matrices: ``{title: (D, D)}``, input (row) by output (column).
        ordering: the visiting order, ``(D,)``.
    """
    fig, axes = panels(len(matrices), len(matrices), 3, 3.3)
    late = np.tri(len(ordering), dtype=bool)  # an input of this rank or later
    colors = ListedColormap(["#1B2733", "#F2E9D0", VERMILION])
    for ax, (name, matrix) in zip(axes, matrices.items()):
        there = np.asarray(matrix)[np.ix_(ordering, ordering)] != 0
        ax.imshow(np.where(there & late, 2, there), cmap=colors, vmin=0, vmax=2)
        ax.set(title=name, xlabel="output, by rank", xticks=[], yticks=[])
    axes[0].set_ylabel("input, by rank")
    return fig


def initial_scores(spreads, scores, curve):
    """Draw the NLL of untrained models against the spread of their logits.

    Args:
        spreads: standard deviation of the logits, ``{name: std}``.
        scores: ``{name: nats}``.
        curve: ``(std, nats)`` arrays of a prediction, drawn as a line.
    """
    fig, ax = subplots(figsize=(8, 4))
    ax.plot(*curve, color=GREY, lw=1.5, label="predicted from the spread alone")
    places = [((-6, 14), "bottom"), ((2, -12), "top")]  # the first two lie close together
    for i, name in enumerate(spreads):
        ax.plot(spreads[name], scores[name], "o", ms=9, color=BLUE)
        offset, va = places[i] if i < len(places) else ((14, -2), "center")
        label(ax, f"{name}: {scores[name]:.1f}", (spreads[name], scores[name]), offset, va=va)
    ax.margins(0.15)
    ax.set(xlabel="standard deviation of the logits", ylabel="NLL, nats per digit")
    ax.legend(loc="upper left")
    return fig


def surprise(maps):
    """Draw pixel maps of −log p, dark blue where the model is surprised, on one colour scale.

    Args:
        maps: ``{title: (784,) nats}``.
    """
    top = max(np.max(m) for m in maps.values())
    fig, axes = panels(len(maps), len(maps), 2.3, 2.6, (1, 0))
    for ax, (name, m) in zip(axes, maps.items()):
        ax.axis("off")
        image = ax.imshow(square(m), cmap="Blues", vmin=0, vmax=top)
        ax.set_title(name, fontsize=11)
    fig.colorbar(image, ax=fig.axes, label="nats per pixel", shrink=0.8)
    return fig


def cost_by_rank(nats, alone):
    """Draw the mean cost of a pixel against its rank, in groups of 56 ranks, two rows of a digit.

    Args:
        nats: ``(n, D)`` −log p of each pixel given those before it, columns in visiting order.
        alone: ``(n, D)`` the same pixels' cost under a model that sees no other pixel.
    """
    fig, ax = subplots(figsize=(8, 3.4))
    for values, color, width, name in [
        (alone, PALE, 0.9, "on its own"),
        (nats, BLUE, 0.6, "given the pixels before it"),
    ]:
        cost = np.asarray(values).mean(axis=0).reshape(-1, 56).mean(axis=1)
        ax.bar(np.arange(len(cost)) * 56 + 28, cost, width=width * 56, color=color, label=name)
    ax.set(xlabel="rank in the visiting order", ylabel="nats per pixel")
    ax.set_ylim(top=1.25 * ax.get_ylim()[1])
    ax.legend(ncols=2, loc="upper right")
    return fig


def by_class(nll, labels):
    """Draw the mean NLL of each class of digits, with standard errors.

    Args:
        nll: ``(n,)`` nats.
        labels: ``(n,)`` 0 … 9.
    """
    classes = np.unique(labels)
    groups = [nll[labels == c] for c in classes]
    fig, ax = subplots(figsize=(8, 3.4))
    means = [g.mean() for g in groups]
    errors = [g.std(ddof=1) / np.sqrt(len(g)) for g in groups]
    names = [str(c) for c in classes]
    ax.bar(names, means, yerr=errors, color=BLUE, error_kw={"lw": 1.5}, capsize=3)
    ax.axhline(np.mean(nll), color=GREY, lw=1.5)
    at = int(np.argmin(means))  # over the lowest bar there is room
    ax.text(at, np.mean(nll), "all", color=GREY, ha="center", va="bottom")
    ax.set(xlabel="digit", ylabel="NLL, nats per digit")
    return fig


def intruders(groups, examples=None):
    """Draw the scores of several kinds of images, one strip each, on one axis of nats.

    Args:
        groups: ``{name: (n,) nats}``; the first is the digits, whose range is shaded.
        examples: ``{name: (784,)}``, one image to show beside each strip.
    """
    names = list(groups)
    fig, ax = subplots(figsize=(8.5, 0.7 * len(names) + 1.1))
    low, high = np.min(groups[names[0]]), np.max(groups[names[0]])
    ax.axvspan(low, high, color="#E8EFF5", zorder=0)
    ax.text(low, -0.62, "range of the test digits", color=GREY, fontsize=10)
    rng = np.random.default_rng(0)
    for y, name in enumerate(names):
        nll = np.asarray(groups[name])
        height = y + rng.uniform(-0.22, 0.22, len(nll)) * (len(nll) > 1)
        color = BLUE if y == 0 else VERMILION
        ax.plot(nll, height, ".", ms=4 if len(nll) > 1 else 14, color=color, alpha=0.6)
        if name in (examples or {}):
            beside = ax.get_yaxis_transform()  # x in parts of the axis, y in its data
            inset = ax.inset_axes([1.01, y - 0.42, 0.1, 0.84], transform=beside)
            show_image(inset, examples[name])
            frame(inset)
    ax.set_yticks(range(len(names)), names)
    ax.set(ylim=(len(names) - 0.4, -0.8), xscale="log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.set_xlabel("−log p(x), nats (logarithmic axis)")
    return fig


def reading(network, x, rank):
    """Draw a digit as a MADE reads it: what it has seen, what it expected, what it paid.

    Args:
        network: a `network.Network`.
        x: ``(784,)`` zeros and ones.
        rank: how many pixels have been visited, 0 … 784.
    """
    order = network.ordering
    logits = network.logits(np.asarray(x)[None])[0]
    x = np.asarray(x, float)
    p = np.exp(-bernoulli_nll(1.0, logits[:, None]))  # of ink
    nats = bernoulli_nll(x[:, None], logits[:, None])
    paid = np.concatenate([[0], np.cumsum(nats[order])]) / np.log(2)
    use_style()
    fig, axes = plt.subplot_mosaic("AB;CC", figsize=(6, 5), height_ratios=[3, 2])
    background = np.full((*np.shape(x), 3), [0.80, 0.88, 0.94])
    for ax, values, title in [("A", x, "seen so far"), ("B", p, "expected: p(ink)")]:
        picture = background.copy()
        picture[order[:rank]] = 1 - values[order[:rank], None]
        axes[ax].imshow(square(picture))
        axes[ax].set(title=title, xticks=[], yticks=[])
    axes["C"].plot(paid, color=PALE)
    axes["C"].plot(np.arange(rank + 1), paid[: rank + 1], color=BLUE)
    axes["C"].plot(rank, paid[rank], "o", color=BLUE)
    axes["C"].set(xlabel="pixels visited", ylabel="bits paid")
    axes["C"].set_title(f"{paid[rank]:.0f} of {paid[-1]:.0f} bits")
    return fig


def differences(rows, title):
    """Draw differences from a base recipe with their standard errors, best at the top.

    Args:
        rows: ``{name: (mean, standard error)}``, nats; below zero is better than the base.
        title: names the data and the base.
    """
    rows = dict(sorted(rows.items(), key=lambda row: row[1][0]))
    fig, ax = named_rows(rows, 0.38)
    ax.axvline(0, color=GREY, lw=1.5)
    low = min(0, *(mean - error for mean, error in rows.values()))
    high = max(0, *(mean + error for mean, error in rows.values()))
    reach = high - low
    for y, (mean, error) in enumerate(rows.values()):
        color = BLUE if mean < 0 else VERMILION
        ax.errorbar(mean, y, xerr=error, fmt="o", color=color, capsize=3, lw=1.5)
        text = f"{mean:+.2f} ± {error:.2f}".replace("-", "−")
        ax.text(high + 0.08 * reach, y, text, va="center", fontsize=10)
    ax.set(xlim=(low - 0.08 * reach, high + 0.4 * reach), title=title)
    ax.set_xlabel("difference from the base, nats: left is better")
    return fig


def close_scores(quoted, ours):
    """Draw scores that lie close together as dots on an axis that does not start at 0.

    Args:
        quoted: ``{name: nats}``, from elsewhere.
        ours: ``{name: (nats, standard error)}``.
    """
    rows = {name: (nats, 0.0, GREY) for name, nats in quoted.items()}
    rows |= {name: (nats, error, BLUE) for name, (nats, error) in ours.items()}
    names = sorted(rows, key=lambda name: -rows[name][0])
    fig, ax = named_rows(names, 0.42)
    for y, name in enumerate(names):
        nats, error, color = rows[name]
        ax.errorbar(nats, y, xerr=error or None, fmt="o", ms=8, color=color, capsize=3, lw=1.5)
        text = f"{nats:.2f}" + (f" ± {error:.2f}" if error else "")
        ax.text(nats + error, y, f"  {text}", va="center", color=color)
    ax.margins(x=0.25)
    ax.set_title("fixed binarized MNIST, 10,000 test digits")
    ax.set_xlabel("test NLL, nats per digit: left is better")
    return fig


def coin_tables(tables):
    """Draw the four states of two coins as two by two squares, one table each, with its total.

    Args:
        tables: ``{name: p of 00, 01, 10, 11}``; a total above 1 is vermilion.
    """
    fig, axes = panels(len(tables), len(tables), 2.3, 3.1)
    for ax, (name, p) in zip(axes, tables.items()):
        p = np.asarray(p).reshape(2, 2)
        ax.imshow(p, cmap="Blues", vmin=0, vmax=1.3)
        for (row, column), value in np.ndenumerate(p):
            ink = "white" if value > 0.7 else "black"
            ax.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink)
        ax.set(xticks=[0, 1], yticks=[0, 1], title=name)
        ax.set_xlabel(f"second coin\nΣ p = {p.sum():.3f}")
        if p.sum() > 1.01:
            ax.xaxis.label.set_color(VERMILION)
    axes[0].set_ylabel("first coin")
    return fig


def against_sets(curves, title=""):
    """Draw scores against the number of orderings averaged: means with their standard errors.

    Args:
        curves: ``{name: {number of orderings: scores of several runs}}``.
        title: says what was trained, and on what.
    """
    fig, ax = subplots(figsize=(8, 4.4))
    counts = sorted({k for points in curves.values() for k in points})
    for (name, points), color, marker in zip(curves.items(), COLORS, "osD^"):
        means = [np.mean(runs) for runs in points.values()]
        errors = [np.std(r, ddof=1) / len(r) ** 0.5 if len(r) > 1 else 0 for r in points.values()]
        ax.errorbar([*points], means, errors, color=color, marker=marker, capsize=4, ms=6)
        below = 13 if max(points) < counts[-1] else 0  # longer curves may pass at its right
        label(ax, name, (max(points), means[-1]), (9, -below), color=color, va="center")
    ax.set_xscale("log", base=2)
    ax.set_xticks(counts, [f"{k}" for k in counts])
    ax.set(xlim=(counts[0] / 1.2, counts[-1] * 3))
    ax.set(xlabel="orderings averaged", ylabel="NLL, nats per digit", title=title)
    return fig
