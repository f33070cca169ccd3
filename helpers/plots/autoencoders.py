"""Figures of lesson 2: autoencoders, what they reconstruct, and why they are not densities."""

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.patches import Circle, Polygon

from helpers.pixels import add_noise  # noqa: F401  (lessons read it beside the figures)
from helpers.plots.images import frame, labelled_rows, show_image, show_partial, square
from helpers.plots.palette import BLACK, BLUE, DIGITS, GREEN, GREY, ORANGE, PURPLE, VERMILION
from helpers.plots.style import label, named_rows, scoreboard, subplots


def autoencoder_diagram():
    """Draw encoder, z and decoder as a network of circles (figure 1 of the article)."""
    fig, ax = subplots(figsize=(9, 3.9))
    ax.axis("off")
    ax.set_aspect("equal")
    sizes = (6, 4, 2, 4, 6)
    places = [[(2.2 * i, j - (size - 1) / 2) for j in range(size)] for i, size in enumerate(sizes)]
    for before, after in zip(places, places[1:]):
        for a, b in itertools.product(before, after):
            ax.plot(*zip(a, b), color=GREY, lw=0.6, alpha=0.7, zorder=1)
    for layer, color in zip(places, (BLUE, BLUE, ORANGE, GREEN, GREEN)):
        for place in layer:
            ax.add_patch(Circle(place, 0.3, facecolor=color, edgecolor="white", zorder=2))
    sides = (0.45, 3.25, 1.25, "encoder", BLUE), (4.85, 1.25, 3.25, "decoder", GREEN)
    for left, high, low, name, color in sides:
        right = left + 3.5
        corners = [(left, high), (right, low), (right, -low), (left, -high)]
        ax.add_patch(Polygon(corners, facecolor=color, alpha=0.12, zorder=0))
        ax.text((left + right) / 2, 3.35, name, ha="center", color=color, fontsize=15)
    ax.text(4.4, 1.2, "$z$", ha="center", fontsize=18)
    ax.text(-0.75, 0, "$x$", ha="center", va="center", fontsize=18)
    ax.text(9.55, 0, r"$\hat{x}$", ha="center", va="center", fontsize=18)
    ax.set(xlim=(-1.2, 10), ylim=(-3.3, 4.1))
    return fig


def image_rows(rows: Mapping[str, np.ndarray], size: float = 0.85, titles=(), erased=None):
    """Draw rows of images, each with its name on the left.

    Args:
        rows: ``{name: (n, D)}`` with D a square number and values in [0, 1]; equal n in each row.
        size: inches per image.
        titles: n texts above the columns.
        erased: ``{name of a row: (n, D) booleans}``; these pixels are light blue, not white.
    """
    holes = {name: np.zeros(np.shape(images), bool) for name, images in rows.items()}
    holes |= erased or {}
    pairs = {name: [*zip(rows[name], map(np.flatnonzero, holes[name]))] for name in rows}
    return labelled_rows(pairs, size, lambda ax, pair: show_partial(ax, *pair), titles)


def error_against_size(errors: Mapping[int, float]):
    """Draw the reconstruction error against the size of z; size 0 is the mean digit."""
    fig, ax = subplots(figsize=(7, 3.8))
    places = range(len(errors))
    ax.plot(places, list(errors.values()), "o-", color=BLUE, markersize=9)
    for place, error in zip(places, errors.values()):
        label(ax, f"{error:.0f}", (place, error), (8, 6))
    names = ["0\n(same answer\nfor all)" if size == 0 else str(size) for size in errors]
    ax.set_xticks(places, names)
    ax.set(ylim=(0, 1.12 * max(errors.values())), xlim=(-0.3, len(errors) - 0.5))
    ax.set(xlabel="numbers in z", ylabel="test loss, nats per digit")
    return fig


def latent_map(codes: np.ndarray, labels: np.ndarray):
    """Draw codes ``(n, 2)`` as points, coloured by digit, each class named at its median."""
    fig, ax = subplots(figsize=(7, 5))
    _draw_map(ax, codes, labels)
    return fig


def _apart(places, radius):
    """Push places ``(n, 2)`` apart until circles of that radius (per axis) hardly overlap."""
    places = places / radius
    for _ in range(100):
        gap = places[:, None] - places[None]
        distance = np.linalg.norm(gap, axis=2) + np.eye(len(places)) * 9
        push = np.maximum(2 - distance, 0) / np.maximum(distance, 1e-6)
        places = places + 0.25 * (push[:, :, None] * gap).sum(axis=1)
    return places * radius


def class_style(digit) -> tuple[str, str]:
    """Return colour and marker of a class 0 … 9: five colours, dots below 5, triangles above."""
    return (BLUE, ORANGE, GREEN, PURPLE, BLACK)[digit % 5], "o^"[digit // 5]


def _draw_map(ax, codes, labels):
    digits = np.unique(labels)
    for digit in digits:
        color, marker = class_style(digit)
        ax.scatter(*codes[labels == digit].T, s=16, color=color, marker=marker, linewidths=0)
    places = np.array([np.median(codes[labels == digit], axis=0) for digit in digits])
    for digit, place in zip(digits, _apart(places, 0.05 * np.ptp(codes, axis=0))):
        box = {"boxstyle": "circle,pad=0.2", "fc": "white", "ec": class_style(digit)[0]}
        ax.text(*place, str(digit), ha="center", va="center", fontsize=13, bbox=box)
    ax.set(xlabel="$z_1$", ylabel="$z_2$")


def plane_limits(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper limits ``(2,)`` of a plane that holds 98 % of codes per axis."""
    low, high = np.quantile(codes, [0.01, 0.99], axis=0)
    return np.floor(low), np.ceil(high)


def latent_walk(decode: Callable, codes: np.ndarray):
    """Draw what a 2-D plane decodes to, on a grid over the region where codes lie.

    Args:
        decode: ``(n, 2) -> (n, 784)`` probabilities.
        codes: ``(n, 2)``, to know the region.
    """
    low, high, steps = *plane_limits(codes), 14  # images along each axis
    across, up = (np.linspace(a, b, steps) for a, b in zip(low, high))
    z = np.array([(a, b) for b in up[::-1] for a in across])
    tiles = np.asarray(decode(z)).reshape(steps, steps, 28, 28)
    fig, ax = subplots(figsize=(7, 5.6))
    picture = tiles.transpose(0, 2, 1, 3).reshape(28 * steps, 28 * steps)
    region = (low[0], high[0], low[1], high[1])
    ax.imshow(picture, cmap=DIGITS, vmin=0, vmax=1, extent=region, aspect="auto")
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    return fig


def latent_place(decode: Callable, codes: np.ndarray, labels: np.ndarray, z: Sequence[float]):
    """Draw the map of codes with a cross at `z`, and the digit decoded there."""
    fig, (left, right) = subplots(1, 2, figsize=(9, 4.4), width_ratios=(1.15, 1))
    _draw_map(left, codes, labels)
    low, high = plane_limits(codes)
    pad = 0.04 * (high - low)
    left.set(xlim=(low[0] - pad[0], high[0] + pad[0]), ylim=(low[1] - pad[1], high[1] + pad[1]))
    left.plot(*np.transpose([z]), "+", color=BLACK, markersize=26, markeredgewidth=3)
    show_image(right, decode(np.array([z]))[0])
    right.set_title("decoded there")
    return fig


def filters(rows: Mapping[str, np.ndarray]):
    """Draw filters, the weights into single units, as images: blue positive, red negative.

    Each row has one scale; the weight that has the full colour is written under the row's name.

    Args:
        rows: ``{name: (784, k)}`` encoder kernels with the units to show in their first 12 columns.
    """
    first = {name: kernel.T[:12] for name, kernel in rows.items()}
    tops = {name: np.abs(kernel).max() for name, kernel in first.items()}
    scaled = {f"{n}\n±{tops[n]:.2f}": kernel / tops[n] for n, kernel in first.items()}

    def draw(ax, weights):
        ax.imshow(square(weights), cmap="RdBu", vmin=-1, vmax=1)
        frame(ax)

    return labelled_rows(scaled, 0.82, draw)


def probe_scores(scores: Mapping[str, np.ndarray]):
    """Draw test accuracy for several draws of labels: one dot a draw, a bar for mean ± error."""
    fig, ax = named_rows(scores, 0.55)
    for y, (name, values) in enumerate(scores.items()):
        values = 100 * np.asarray(values)
        color = GREY if name == "pixels" else BLUE
        ax.plot(values, np.full(len(values), y - 0.18), "o", color=color, alpha=0.35, markersize=5)
        error = values.std(ddof=1) / np.sqrt(len(values))
        mean = values.mean()
        ax.errorbar(mean, y + 0.12, xerr=error, fmt="|", color=color, capsize=5, markersize=14)
        ax.text(91, y, f"{mean:.1f} ± {error:.1f}", va="center", color=color, fontsize=11)
    ax.axvline(10, color=BLACK, lw=1, ls=":")
    ax.text(11, len(scores) - 0.45, "guessing", fontsize=10, va="bottom")
    ax.set(ylim=(len(scores) - 0.4, -0.6), xlim=(0, 90), xlabel="test digits named correctly, %")
    return fig


def nll_table(nll: np.ndarray, digits: np.ndarray):
    """Draw −log P(x_j | x_i) as a table, with the digits themselves at its edges.

    Args:
        nll: ``(n, n)`` nats; row i is the input of the autoencoder, column j the image scored.
        digits: ``(n, 784)``.
    """
    n = len(digits)
    fig, ax = subplots(figsize=(0.72 * n + 1, 0.55 * n + 0.9))
    scale = {"cmap": "cividis_r", "vmin": 0, "vmax": 1.1 * nll.max()}
    ax.imshow(nll, extent=(0, n, n, 0), aspect="auto", **scale)
    for i in range(n):
        for j in range(n):
            ink = "white" if nll[i, j] > 0.6 * nll.max() else "black"
            bold = {"fontsize": 11, "fontweight": "bold" if i == j else "normal"}
            at = (j + 0.5, i + 0.5)
            ax.text(*at, f"{nll[i, j]:.0f}", ha="center", va="center", color=ink, **bold)
        box = {"cmap": DIGITS, "vmin": 0, "vmax": 1, "aspect": "auto", "clip_on": False}
        image = np.reshape(digits[i], (28, 28))
        ax.imshow(image, extent=(-1, -0.08, i + 0.96, i + 0.04), **box)
        ax.imshow(image, extent=(i + 0.04, i + 0.96, -0.08, -1), **box)
    ax.set(xlim=(-1, n), ylim=(n, -1), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.set(ylabel="the autoencoder is given $x_i$", title="and scores $x_j$, nats")
    return fig


def totals(rows: Mapping[str, float]):
    """Draw Σ q(x) as dots on a log axis, against the line at 1 that a distribution must meet."""
    fig, ax = named_rows(rows, 0.55, 1.3)
    for y, total in enumerate(rows.values()):
        good = abs(total - 1) < 1e-6
        color = GREEN if good else VERMILION
        ax.plot(total, y, "o", color=color, ms=14)
        text = "1" if good else f"{total:.0f}" if total >= 10 else f"{total:.1f}"
        bold = {"fontsize": 14, "fontweight": "bold", "color": color}
        label(ax, text, (total, y), (14, 0), va="center", **bold)
    ax.axvline(1, color=BLACK, lw=2.5)
    ax.text(1.05, -0.62, "a distribution lies on this line", va="bottom", fontsize=11)
    ax.set(xscale="log", xlim=(0.6, 2.2 * max(rows.values())), ylim=(len(rows) - 0.5, -1.0))
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    ax.minorticks_off()
    ax.set(xlabel=r"$\sum_x q(x)$ over all $x$")
    return fig


def below_the_floor(losses: Sequence[float], sums: Sequence[float], floor: float):
    """Draw training as a path: the loss falls through the entropy, and Σ q leaves 1.

    Args:
        losses: mean loss after each epoch, nats.
        sums: Σ q after each epoch.
        floor: entropy of the data, nats: the least mean NLL that any distribution can have.
    """
    epochs = np.arange(1, len(losses) + 1)
    fig, (left, right) = subplots(1, 2, figsize=(10, 3.6))
    left.plot(epochs, losses, "o-", color=VERMILION, markersize=4)
    left.axhline(floor, color=BLACK, lw=2)
    left.fill_between([1, len(losses)], 0, floor, color=BLACK, alpha=0.07, lw=0)
    left.text(len(losses), floor * 1.04, "entropy of the data", ha="right", va="bottom")
    middle = (0.55 * len(losses), 0.5 * floor)
    left.text(*middle, "no distribution\ngets here", ha="center", va="center", color="#444444")
    left.set(xlabel="epoch", ylabel="“NLL”, nats per pattern", ylim=(0, None))
    right.plot(epochs, sums, "o-", color=VERMILION, markersize=4)
    right.axhline(1, color=BLACK, lw=2)
    right.text(len(sums), 1.08, "a distribution stays here", ha="right", va="bottom")
    right.set(xlabel="epoch", ylabel=r"$\sum_x q(x)$", yscale="log", ylim=(0.7, None))
    ticks = [t for t in (1, 3, 10, 30, 100) if t < 1.3 * max(sums)]
    right.set_yticks(ticks, [str(t) for t in ticks])
    right.minorticks_off()
    return fig


def growing_box(half_widths: Sequence[float], totals: Mapping[str, Sequence[float]]):
    """Draw ∫ q(x) dx over [−L, L] against L, both on log axes, with the line at 1."""
    fig, ax = subplots(figsize=(7, 3.8))
    for (name, values), color in zip(totals.items(), (VERMILION, GREEN)):
        ax.plot(half_widths, values, "o-", color=color, markersize=5)
        flat = values[-1] < 2 * values[-2]  # its name goes below it; beside a line that climbs
        shift, va = ((-4, -10), "top") if flat else ((-22, 0), "center")
        label(ax, name, (half_widths[-1], values[-1]), shift, ha="right", va=va, color=color)
    ax.axhline(1, color=BLACK, lw=1.5, zorder=0)
    ax.set(xscale="log", yscale="log", xlabel="half width $L$ of the box")
    ax.set_ylabel(r"$\int_{-L}^{L} q(x)\,dx$")
    return fig


def codes_and_prior(codes: np.ndarray, drawn: np.ndarray):
    """Draw codes ``(n, 2)`` as a cloud and a guess at their prior ``(m, 2)`` on top of it."""
    fig, ax = subplots(figsize=(6.5, 4.4))
    ax.scatter(*codes.T, s=7, color=GREY, alpha=0.5, linewidths=0)
    ax.scatter(*drawn.T, s=14, color=VERMILION, linewidths=0)
    place = np.quantile(codes, 0.97, axis=0)
    ax.text(*place, "codes of digits", color="#555555", fontsize=12)
    line = {"arrowstyle": "-", "color": VERMILION}
    where = {"xytext": (0.02, 0.95), "textcoords": "axes fraction", "arrowprops": line}
    ax.annotate("drawn from $N(0, I)$", drawn.mean(0), color=VERMILION, fontsize=12, **where)
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    return fig


def struck_scoreboard(rows: Mapping, struck: Mapping[str, float], title: str = "Scoreboard"):
    """Draw the scoreboard with rows that do not belong there: hatched, and marked as no score.

    Args:
        rows: as in `scoreboard`.
        struck: ``{name: nats}`` of what is no negative log-likelihood.
        title: names the data and the binarization.
    """
    fig = scoreboard({**rows, **struck}, title=title)
    (ax,) = fig.axes
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    for y, (name, bar) in enumerate(zip(names, ax.patches)):
        if name in struck:
            bar.set(facecolor="white", edgecolor=VERMILION, hatch="////")
            ax.texts[y].set(text=f"({struck[name]:.1f}) not a score", color=VERMILION)
            ax.get_yticklabels()[y].set_color(VERMILION)
    return fig
