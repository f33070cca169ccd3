"""Figures of lesson 1: likelihoods, the losses they become, and what arithmetic does to both."""

import numpy as np
from matplotlib.patches import Circle

from helpers.plots.images import frame, show_image, square
from helpers.plots.palette import BLACK, BLUE, GREEN, GREY, ORANGE, SKY, VERMILION
from helpers.plots.style import label, subplots


def bernoulli_likelihood(x, p=None):
    """Draw likelihood and NLL of binary points against p, one above the other, on one axis.

    Args:
        x: ``(n,)`` zeros and ones.
        p: a probability in (0, 1) to mark, with the slope of both curves there; None marks the
            best one, the sample mean.
    """
    x = np.asarray(x)
    ones, zeros = int(x.sum()), int(len(x) - x.sum())

    def nll(p):
        return -ones * np.log(p) - zeros * np.log(1 - p)

    grid, best = np.linspace(0.005, 0.995, 199), ones / len(x)
    p = best if p is None else p
    likelihood, slope = np.exp(-nll(p)), zeros / (1 - p) - ones / p
    fig, (top, bottom) = subplots(2, 1, figsize=(7, 4.5), sharex=True, layout="none")
    fig.subplots_adjust(left=0.13, right=0.97, top=0.92, bottom=0.12, hspace=0.12)
    top.plot(grid, np.exp(-nll(grid)), color=BLUE)
    bottom.plot(grid, nll(grid), color=VERMILION)
    for ax, limit in ((top, 1.35 * np.exp(-nll(best))), (bottom, 4 * nll(best) + 1)):
        ax.axvline(best, ymax=0.83, color=GREY, lw=1, ls="--")  # above it stands text
        ax.set_ylim(0, limit)
    bottom.text(best + 0.01, 0.6, f"sample mean {best:.2f}", color="#555555")
    top.set_title("x = " + " ".join(str(int(value)) for value in x))
    top.set_ylabel("likelihood")
    bottom.set(ylabel="NLL (nats)", xlabel="p, the probability of a 1", xlim=(0, 1))
    for ax, text in (
        (top, f"p = {p:.2f}    likelihood {likelihood:.4f}"),
        (bottom, f"NLL {nll(p):.2f} nats    slope {_signed(slope)}"),
    ):
        ax.text(0.5, 0.88, text, transform=ax.transAxes, ha="center")
    _tangent(top, p, likelihood, -slope * likelihood, BLUE)
    _tangent(bottom, p, nll(p), slope, VERMILION)
    return fig


def _signed(slope):
    """A slope as text: its sign, a real minus, one decimal; no sign for what rounds to 0."""
    return "0.0" if abs(slope) < 0.05 else f"{slope:+.1f}".replace("-", "−")


def _tangent(ax, x, y, slope, color):
    """A dot and a short tangent, of about equal length on the page whatever the slope.

    Above the axes, a triangle at the edge says "further up".
    """
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    half = 0.14 * (right - left) / np.hypot(1, slope * (right - left) / (high - low))
    inside = y <= high
    ends = np.array([x - half, x + half]) if inside else np.array([])
    ax.plot(ends, y + slope * (ends - x), color=BLACK, lw=2)
    marker = "o" if inside else "^"
    ax.plot([x], [min(y, high)], marker, color=color, mec=BLACK, ms=9, clip_on=False)


def underflow(product, log_sum):
    """Draw a running product of probabilities beside the running sum of their logs.

    Args:
        product: ``(D,)``, the product of the first d factors at index d − 1.
        log_sum: ``(D,)``, the sum of their logs, nats.
    """
    count = np.arange(1, len(product) + 1)
    alive = product > 0
    fig, (left, right) = subplots(1, 2, figsize=(9, 3.6))
    left.semilogy(count[alive], product[alive], color=BLUE)
    left.plot(count[alive][-1], product[alive][-1], "o", color=BLUE)
    left.set_ylim(1e-48, 10)
    left.set_yticks([1, 1e-15, 1e-30, 1e-45])
    if not alive.all():
        first = count[~alive][0]
        left.axvline(first, color=VERMILION, lw=1.5, ls="--")
        left.text(first + 15, 1e-20, f"exactly 0\nfrom pixel {first} on", color=VERMILION)
    left.set(title="product of probabilities", ylabel="running product (float32)")
    right.plot(count, log_sum, color=GREEN)
    right.set(title="sum of their logs", ylabel="running sum (nats)")
    text = f"{log_sum[-1]:.1f}".replace("-", "−")
    right.plot(count[-1], log_sum[-1], "o", color=GREEN, clip_on=False)
    right.text(count[-1] - 45, log_sum[-1], text, color=GREEN, ha="right", va="center")
    for ax in (left, right):
        ax.set(xlabel="pixels so far", xlim=(0, len(product)))
    return fig


def naive_and_stable(logits, naive, stable):
    """Draw the loss of a pixel that is 0 against its logit, computed in two ways.

    Args:
        logits: ``(n,)`` ascending.
        naive: ``(n,)``, −log(1 − σ(l)), infinite where rounding made it so.
        stable: ``(n,)``, softplus(l).
    """
    fig, ax = subplots(figsize=(8, 3.4))
    ax.plot(logits, stable, color=GREEN, lw=5, alpha=0.5)
    finite = np.isfinite(naive)
    ax.plot(logits[finite], naive[finite], color=VERMILION)
    if not finite.all():
        last = logits[finite][-1]
        ax.plot(last, naive[finite][-1], "o", color=VERMILION, ms=8)
        ax.axvline(last, color=VERMILION, lw=1, ls="--")
        text = f"naive: infinite\nbeyond l = {last:.1f}"
        ax.text(last + 0.2, stable[0], text, color=VERMILION)
    ax.text(logits[-1] - 0.8, stable[-1], "softplus(l)", color=GREEN, ha="right", va="top")
    ax.set(xlabel="logit l", ylabel="loss of a pixel that is 0 (nats)")
    return fig


def nll_against_mean(x, stds):
    """Draw the Gaussian NLL per point against μ, one curve for each fixed σ.

    Args:
        x: ``(n,)`` real values.
        stds: fixed values of σ, in the units of x.
    """
    mean, spread = np.mean(x), np.mean((x - np.mean(x)) ** 2)
    grid = np.linspace(mean - 2.5, mean + 2.5, 201)
    fig, ax = subplots(figsize=(8, 3.5))
    for std, color in zip(stds, (BLUE, ORANGE, GREEN)):
        constant = np.log(std) + 0.5 * np.log(2 * np.pi)
        curve = constant + (spread + (grid - mean) ** 2) / (2 * std**2)
        best = constant + spread / (2 * std**2)
        ax.plot(grid, curve, color=color)
        ax.plot(mean, best, "o", color=color, ms=8)
        seen = np.flatnonzero(curve <= 7.6)[-1]  # where the curve leaves the picture, or ends
        ax.text(grid[seen] + 0.06, curve[seen], f"σ = {std:g}", color=color, va="center")
    ax.axvline(mean, color=GREY, lw=1, ls="--")
    ax.text(mean + 0.05, 7.5, f"sample mean {mean:.2f}", va="top")
    ax.set(ylim=(0, 8), xlim=(grid[0], grid[-1] + 0.6), xlabel="μ", ylabel="NLL (nats per point)")
    return fig


def price_of_sigma(stds, whole, without):
    """Draw the Gaussian NLL against σ, with and without its log σ.

    Args:
        stds: ``(n,)`` ascending.
        whole: ``(n,)``, nats per point.
        without: ``(n,)``, the same less log σ.
    """
    fig, ax = subplots(figsize=(8, 3.5))
    best = int(np.argmin(whole))
    ax.plot(stds, whole, color=BLUE)
    ax.plot(stds, without, color=VERMILION)
    ax.plot(stds[best], whole[best], "o", color=BLUE, ms=9)
    place = (stds[best], whole[best])
    label(ax, f"best σ = {stds[best]:.2f}", place, (-10, -22), color=BLUE)
    ax.text(stds[-1], whole[-1] + 0.15, "whole NLL", color=BLUE, ha="right")
    ax.text(stds[-1], without[-1] - 0.45, "without log σ", color=VERMILION, ha="right")
    ax.set(ylim=(0, 5), xlabel="σ", ylabel="loss (nats per point)")
    return fig


def noise_bands(t, y, models):
    """Draw points with the mean and the ±2σ band of each model, side by side.

    Args:
        t, y: ``(n,)`` inputs and outputs.
        models: ``{name: (mean, std)}``, each ``(n,)`` at the points.
    """
    order = np.argsort(t)
    fig, axes = subplots(1, len(models), figsize=(9, 3.5), sharey=True, squeeze=False)
    for ax, (name, (mean, std)) in zip(axes.flat, models.items()):
        m, s = np.broadcast_to(mean, t.shape)[order], np.broadcast_to(std, t.shape)[order]
        ax.fill_between(t[order], m - 2 * s, m + 2 * s, color=SKY, alpha=0.35, lw=0)
        ax.plot(t[order], m, color=BLUE)
        ax.plot(t, y, ".", color=BLACK, ms=4)
        ax.set(title=name, xlabel="t")
    axes[0, 0].set_ylabel("y, with mean ± 2σ")
    return fig


def gaussian_fit(x, mean, std):
    """Draw a Gaussian over a handful of points, and the slopes of its NLL in μ and in σ.

    Args:
        x: ``(n,)`` real values in −3 … 3.
        mean, std: the Gaussian's; mean in −3 … 3, std in 0.2 … 3.
    """
    x = np.asarray(x, float)
    n, centre, square = len(x), np.mean(x), np.var(x)

    def nll(mean, std):
        squares = n * (square + (centre - mean) ** 2)
        return n * np.log(std) + n * 0.5 * np.log(2 * np.pi) + squares / (2 * std**2)

    def density(value):
        return np.exp(-((value - mean) ** 2) / (2 * std**2)) / (std * np.sqrt(2 * np.pi))

    values, means, stds = np.linspace(-4, 4, 161), np.linspace(-3, 3, 121), np.linspace(0.2, 3, 141)
    shape = {"figsize": (9.5, 3.6), "layout": "none", "width_ratios": (1.3, 1, 1)}
    fig, (left, middle, right) = subplots(1, 3, **shape)
    fig.subplots_adjust(left=0.07, right=0.985, top=0.86, bottom=0.17, wspace=0.32)
    left.plot(x, np.zeros(n), "|", color=BLACK, ms=12, mew=2)
    left.set(xlim=(-4, 4), ylim=(-0.05, 1.3), xlabel="x", ylabel="density")
    top = 3 * nll(centre, np.sqrt(square)) + 6
    middle.set(xlim=(-3, 3), ylim=(0, top), xlabel="μ (σ held)", ylabel="NLL (nats)")
    right.set(xlim=(0.2, 3), ylim=(0, top), xlabel="σ (μ held)")
    left.plot(values, density(values), color=BLUE)
    left.vlines(x, 0, density(x), color=VERMILION, lw=2)
    left.plot(x, density(x), "o", color=VERMILION, ms=6)
    middle.plot(means, nll(means, std), color=BLUE)
    right.plot(stds, nll(mean, stds), color=BLUE)
    here, squares = nll(mean, std), n * (square + (centre - mean) ** 2)
    slopes = n * (mean - centre) / std**2, n / std - squares / std**3
    texts = [f"likelihood {np.exp(-here):.2g},  NLL {here:.2f}".replace("-", "−")]
    texts += [f"slope in {name}: {_signed(slope)}" for name, slope in zip("μσ", slopes)]
    for ax, text in zip(fig.axes, texts):
        ax.text(0.5, 1.04, text, transform=ax.transAxes, ha="center")
    _tangent(middle, mean, here, slopes[0], BLUE)
    _tangent(right, std, here, slopes[1], BLUE)
    return fig


def mean_or_median(x, outlier):
    """Draw squared and absolute error against μ, before and after one more, far-off point.

    Args:
        x: ``(n,)`` real values.
        outlier: the value of the point that joins them.
    """
    grid = np.linspace(min(x) - 1, max(x) + 2, 301)[:, None]

    losses = {
        "squared error (Gaussian)": (lambda gaps: gaps**2 / 2, np.mean),
        "absolute error (Laplace)": (np.abs, np.median),
    }
    sets = (("without ", x, BLUE, "right"), (" with outlier ", [*x, outlier], VERMILION, "left"))
    fig, axes = subplots(1, 2, figsize=(9, 3.3))
    for ax, (name, (loss, best)) in zip(axes, losses.items()):
        for word, values, color, side in sets:
            curve, place = loss(values - grid).mean(axis=1), best(values)
            ax.plot(grid[:, 0], curve - curve.min(), color=color)
            ax.axvline(place, color=color, lw=1, ls="--")
            text = f"{word}{place:.2f} "
            ax.text(place, 0.9, text, color=color, ha=side, transform=ax.get_xaxis_transform())
        ax.plot(x, np.zeros(len(x)), "|", color=BLACK, ms=14, mew=2)
        ax.set(title=name, xlabel="μ")
    axes[0].set_ylabel("loss above its minimum")
    return fig


def impossible_pixel(p, digit, never):
    """Draw the pixel probabilities, the pixels never 1 in training, and a digit that has one.

    Args:
        p: ``(784,)`` probabilities.
        digit: ``(784,)`` zeros and ones.
        never: ``(784,)`` booleans, pixels that were never 1 in training.
    """
    fig, axes = subplots(1, 3, figsize=(9, 3.4))
    titles = ("p of each pixel", f"never 1 in training: {int(never.sum())}", "a test digit")
    for ax, image, title in zip(axes, (p, never.astype(float), digit), titles):
        show_image(ax, image)
        frame(ax)
        ax.set_title(title)
    for row, column in np.argwhere(square(never & (digit == 1))):
        axes[2].add_patch(Circle((column, row), 1.6, fill=False, color=VERMILION, lw=2.5))
    return fig
