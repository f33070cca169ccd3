"""Figures of lesson 4: learning curves, surprise, intruders, and differences with their errors."""

import base64
import textwrap
import time

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.ticker import LogLocator, MaxNLocator

from helpers import arguments
from helpers.likelihood import bernoulli_nll
from helpers.plots.style import (
    BLUE,
    GREY,
    ORANGE,
    PALE,
    VERMILION,
    frame,
    png_bytes,
    show_image,
    square,
    subplots,
)


def learning_curve(history, reference=(), levels=None, against="epoch", title=None):
    """Draw train and validation NLL of a run, in nats per digit.

    Args:
        history: a `training.History`.
        reference: recorded runs of the same recipe on the same data; the range of their
            validation scores is shaded behind the curve.
        levels: ``{label: nats}``, horizontal lines to compare with.
        against: ``"epoch"``, or ``"minutes"`` of wall time.
        title: names the data and the binarization.
    """
    arguments.one_of("against", against, ("epoch", "minutes"))
    fig, ax = subplots(figsize=(6, 4))
    x = _x(history, against)
    if reference:
        n = min(len(run.valid) for run in reference)
        runs = np.array([run.valid[:n] for run in reference])
        label = f"{len(reference)} recorded run" + ("s, their range" if len(reference) > 1 else "")
        at = _x(reference[0], against)[:n]
        ax.fill_between(at, runs.min(0) - 0.2, runs.max(0) + 0.2, color=PALE, label=label)
    ax.plot(x, history.train, color=ORANGE, label=_train_label(history.recipe), ls="--")
    ax.plot(x, history.valid, color=BLUE, label="valid")
    if history.valid:
        best = history.best_epoch - 1
        ax.plot(x[best], history.valid[best], "o", color=BLUE, ms=8)
        ax.annotate(
            f"best {history.valid[best]:.1f}",
            (x[best], history.valid[best]),
            xytext=(-4, 12),
            textcoords="offset points",
            ha="right",
            color=BLUE,
        )
    for (label, nats), color in zip((levels or {}).items(), (VERMILION, GREY)):
        ax.axhline(nats, color=color, lw=1.5)
        below = {"xytext": (0, -3), "textcoords": "offset points", "va": "top"}
        ax.annotate(label, (x[0], nats), color=color, fontsize=11, **below)
    seen = [v for v in (*history.valid, *history.train) if np.isfinite(v)]
    seen += list((levels or {}).values())
    floor = min(seen)
    ceiling = min(max(seen), max(floor + 45, *(levels or {0: 0}).values()) + 3)
    ax.set_ylim(floor - 3, max(ceiling, floor + 6))
    ax.set_xlabel("epoch" if against == "epoch" else "minutes of training")
    if against == "epoch":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.set_ylabel("NLL, nats per digit")
    fig.legend(loc="outside lower center", ncols=2)  # where no line runs behind it
    if title:
        ax.set_title(textwrap.fill(title, 60))
    return fig


def _train_label(recipe):
    """Say which handicaps the training loss includes."""
    handicaps = {"dropout": recipe.get("model", {}).get("dropout"), "shifts": recipe.get("augment")}
    on = " and ".join(name for name, value in handicaps.items() if value)
    return f"train ({on} included)" if on else "train"


def _x(history, against):
    if against == "epoch":
        return np.arange(1, len(history.valid) + 1)
    return np.cumsum(history.seconds) / 60


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


def by_rank(panels, ordering):
    """Draw large dependency matrices side by side, inputs and outputs in visiting order.

    Light where there is a dependency, vermilion where there is one that must not be.

    Args:
        panels: ``{title: (D, D)}``, input (row) by output (column).
        ordering: the visiting order, ``(D,)``.
    """
    fig, axes = subplots(1, len(panels), figsize=(3 * len(panels), 3.3), squeeze=False)
    late = np.tri(len(ordering), dtype=bool)  # an input of this rank or later
    colors = ListedColormap(["#1B2733", "#F2E9D0", VERMILION])
    for ax, (name, matrix) in zip(axes.flat, panels.items()):
        there = np.asarray(matrix)[np.ix_(ordering, ordering)] != 0
        ax.imshow(np.where(there & late, 2, there), cmap=colors, vmin=0, vmax=2)
        ax.set(title=name, xlabel="output, by rank", xticks=[], yticks=[])
    axes.flat[0].set_ylabel("input, by rank")
    return fig


def initial_scores(spreads, scores, curve=None):
    """Draw the NLL of untrained models against the spread of their logits.

    Args:
        spreads: standard deviation of the logits, ``{name: std}``.
        scores: ``{name: nats}``.
        curve: ``(std, nats)`` arrays of a prediction, drawn as a line.
    """
    fig, ax = subplots(figsize=(8, 4))
    if curve is not None:
        ax.plot(*curve, color=GREY, lw=1.5, label="predicted from the spread alone")
    places = [((-6, 14), "bottom"), ((2, -12), "top")]  # the first two lie close together
    for i, name in enumerate(spreads):
        ax.plot(spreads[name], scores[name], "o", ms=9, color=BLUE)
        offset, va = places[i] if i < len(places) else ((14, -2), "center")
        ax.annotate(
            f"{name}: {scores[name]:.1f}",
            (spreads[name], scores[name]),
            xytext=offset,
            textcoords="offset points",
            va=va,
        )
    ax.margins(0.15)
    ax.set(xlabel="standard deviation of the logits", ylabel="NLL, nats per digit")
    ax.legend(loc="upper left")
    return fig


def surprise(maps, columns=None, top=None, label="nats per pixel"):
    """Draw pixel maps of −log p, dark blue where the model is surprised, on one colour scale.

    Args:
        maps: ``{title: (784,) nats}``.
        columns: panels in a row; all by default.
        top: end of the colour scale, nats.
        label: of the colour bar.
    """
    columns = columns or len(maps)
    rows = -(-len(maps) // columns)
    top = top or max(np.max(m) for m in maps.values())
    fig, axes = subplots(rows, columns, figsize=(1.0 + 2.3 * columns, 2.6 * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, (name, m) in zip(axes.flat, maps.items()):
        image = ax.imshow(square(m), cmap="Blues", vmin=0, vmax=top)
        ax.set_title(name, fontsize=11)
    fig.colorbar(image, ax=axes, label=label, shrink=0.8)
    return fig


def cost_by_rank(nats, alone, group=56):
    """Draw the mean cost of a pixel against its rank, in groups of ranks.

    Args:
        nats: ``(n, D)`` −log p of each pixel given those before it, columns in visiting order.
        alone: ``(n, D)`` the same pixels' cost under a model that sees no other pixel.
        group: how many ranks share a bar; it divides D.
    """
    fig, ax = subplots(figsize=(8, 3.4))
    for values, color, width, label in [
        (alone, PALE, 0.9, "on its own"),
        (nats, BLUE, 0.6, "given the pixels before it"),
    ]:
        cost = np.asarray(values).mean(axis=0).reshape(-1, group).mean(axis=1)
        at = np.arange(len(cost)) * group + group / 2
        ax.bar(at, cost, width=width * group, color=color, label=label)
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
    ax.bar(
        [str(c) for c in classes],
        means,
        yerr=[g.std(ddof=1) / np.sqrt(len(g)) for g in groups],
        color=BLUE,
        error_kw={"lw": 1.5},
        capsize=3,
    )
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
    ax.set_yticks(range(len(names)), names)
    ax.set(ylim=(len(names) - 0.4, -0.8), xscale="log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.set_xlabel("−log p(x), nats (logarithmic axis)")
    for y, name in enumerate(names):
        if name in (examples or {}):
            beside = ax.get_yaxis_transform()  # x in parts of the axis, y in its data
            inset = ax.inset_axes([1.01, y - 0.42, 0.1, 0.84], transform=beside)
            show_image(inset, examples[name])
            frame(inset)
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
    fig, panels = subplots(2, 2, figsize=(6, 5), gridspec_kw={"height_ratios": [3, 2]})
    panels[1, 1].remove()
    axes = [*panels[0], panels[1, 0]]
    axes[2].set_subplotspec(panels[1, 0].get_gridspec()[1, :])  # over the whole width
    background = np.full((*np.shape(x), 3), [0.80, 0.88, 0.94])
    for ax, values, title in [(axes[0], x, "seen so far"), (axes[1], p, "expected: p(ink)")]:
        picture = background.copy()
        picture[order[:rank]] = 1 - values[order[:rank], None]
        ax.imshow(square(picture))
        ax.set(title=title, xticks=[], yticks=[])
    axes[2].plot(paid, color=PALE)
    axes[2].plot(np.arange(rank + 1), paid[: rank + 1], color=BLUE)
    axes[2].plot(rank, paid[rank], "o", color=BLUE)
    axes[2].set_xlabel("pixels visited")
    axes[2].set_ylabel("bits paid")
    axes[2].set_title(f"{paid[rank]:.0f} of {paid[-1]:.0f} bits")
    return fig


def differences(rows, unit="nats", title=None):
    """Draw differences from a base recipe with their standard errors, best at the top.

    Args:
        rows: ``{name: (mean, standard error)}``; below zero is better than the base.
        unit: of the differences.
        title: names the data and the base.
    """
    pairs = sorted(rows.items(), key=lambda row: row[1][0])
    fig, ax = subplots(figsize=(8, 0.9 + 0.38 * len(pairs)))
    ax.axvline(0, color=GREY, lw=1.5)
    low = min(0, *(mean - error for _, (mean, error) in pairs))
    high = max(0, *(mean + error for _, (mean, error) in pairs))
    reach = high - low
    for y, (_, (mean, error)) in enumerate(pairs):
        color = BLUE if mean < 0 else VERMILION
        ax.errorbar(mean, y, xerr=error, fmt="o", color=color, capsize=3, lw=1.5)
        ax.text(
            high + 0.08 * reach,
            y,
            f"{mean:+.2f} ± {error:.2f}".replace("-", "−"),
            va="center",
            fontsize=10,
        )
    ax.set_yticks(range(len(pairs)), [name for name, _ in pairs])
    ax.set_ylim(len(pairs) - 0.5, -0.5)
    ax.set_xlim(low - 0.08 * reach, high + 0.4 * reach)
    ax.set_xlabel(f"difference from the base, {unit}: left is better")
    if title:
        ax.set_title(title)
    return fig


def close_scores(quoted, ours, title="fixed binarized MNIST, 10,000 test digits"):
    """Draw scores that lie close together as dots on an axis that does not start at 0.

    Args:
        quoted: ``{name: nats}``, from elsewhere.
        ours: ``{name: (nats, standard error)}``.
        title: names the data and the binarization.
    """
    rows = {name: (nats, 0.0, GREY) for name, nats in quoted.items()}
    rows |= {name: (nats, error, BLUE) for name, (nats, error) in ours.items()}
    names = sorted(rows, key=lambda name: -rows[name][0])
    fig, ax = subplots(figsize=(8, 0.9 + 0.42 * len(names)))
    for y, name in enumerate(names):
        nats, error, color = rows[name]
        ax.errorbar(nats, y, xerr=error or None, fmt="o", ms=8, color=color, capsize=3, lw=1.5)
        text = f"{nats:.2f}" + (f" ± {error:.2f}" if error else "")
        ax.text(nats + error, y, f"  {text}", va="center", color=color)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.margins(x=0.25)
    ax.set(xlabel="test NLL, nats per digit: left is better", title=title)
    return fig
