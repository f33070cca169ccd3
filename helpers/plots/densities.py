"""The figures of lesson 8: densities of two real numbers as maps, and a slice through one."""

import numpy as np

from helpers.plots.palette import BLACK, BLUE, ORANGE, SKY, VERMILION
from helpers.plots.style import panels, subplots

SHADES = "Blues"
POINTS = 160  # of a map, along each axis; even, so that none lies in the middle
REACH = 3.2  # a map shows −REACH … REACH


def grid(reach=REACH, n=POINTS):
    """Return n values from −reach to reach, and all pairs of them, ``(n · n, 2)``."""
    values = np.linspace(-reach, reach, n)
    return values, np.stack(np.meshgrid(values, values, indexing="ij"), axis=-1).reshape(-1, 2)


def density_maps(log_probs, points=None, reach=REACH):
    """Draw densities of two real numbers, three in a row, all in one scale of shades.

    Args:
        log_probs: ``{title: log_prob}``, each ``(n, 2) -> (n,)`` in nats; None is a panel for
            `points` alone.
        points: ``{title: (n, 2)}``, drawn as dots over the map of that title.
        reach: the maps show −reach … reach.
    """
    values, pairs = grid(reach)
    maps = {
        title: None if log_prob is None else np.exp(log_prob(pairs)).reshape(POINTS, POINTS).T
        for title, log_prob in log_probs.items()
    }
    most = max(p.max() for p in maps.values() if p is not None)
    scale = {"cmap": SHADES, "vmin": 0, "vmax": most, "origin": "lower"}
    fig, axes = panels(len(maps), 3, 2.9, 3.3, (0.7, 0))
    for ax, (title, density) in zip(axes, maps.items()):
        if density is not None:
            shown = ax.imshow(density, extent=(-reach, reach) * 2, **scale)
        if title in (points or {}):
            ax.plot(*np.asarray(points[title]).T, ".", color=ORANGE, ms=3)
        ax.set(title=title, xlabel="$x_1$", xlim=(-reach, reach), ylim=(-reach, reach))
        ax.set(aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    for ax in axes[::3]:
        ax.set_ylabel("$x_2$")
    fig.colorbar(shown, ax=fig.axes, label="density", shrink=0.8)
    return fig


def conditional(network, x1, truth=None):
    """Draw the map of a density of two real numbers and the slice p(x₂ | x₁) at one x₁.

    Args:
        network: a `network.Network` of two mixtures, x₁ visited first.
        x1: where to cut.
        truth: ``log_prob`` of the true density, ``(n, 2) -> (n,)``, to compare with; or None.
    """
    values, pairs = grid(REACH)
    log_p = network.log_prob(pairs).reshape(POINTS, POINTS)
    family = network.outputs.families[1]
    fig, (left, right) = subplots(1, 2, figsize=(8.6, 3.7), width_ratios=(1, 1.35))
    left.imshow(np.exp(log_p).T, cmap=SHADES, origin="lower", extent=(-REACH, REACH) * 2)
    left.set(xlabel="$x_1$", ylabel="$x_2$", title="density of the model")
    left.axvline(x1, color=VERMILION)
    right.set(xlim=(-REACH, REACH), ylim=(0, 1.8), xlabel="$x_2$", ylabel="density")
    right.set_title("$p(x_2 \\mid x_1)$")
    shown = network.logits([[x1, 0.0]])[:, network.outputs.params == 1]
    parts = right.plot(values, _gaussians(family, shown[0], values).T, color=SKY, lw=1)
    parts[0].set_label("its Gaussians")
    true = []
    if truth is not None:
        p = true_slice(truth, x1, values)
        true = right.plot(values, p, "--", color=BLACK, lw=1.5, label="truth")
    density = np.exp(-family.nll(values, np.repeat(shown, POINTS, axis=0)))
    (model,) = right.plot(values, density, color=BLUE, label="model")
    right.legend(handles=[model, parts[0], *true], loc="upper right", fontsize=11)
    right.text(0.02, 0.95, f"$x_1$ = {x1:.1f}", transform=right.transAxes, va="top")
    return fig


def true_slice(truth, x1, values) -> np.ndarray:
    """Return p(x₂ | x₁) at evenly spaced `values` ``(n,)``, from the ``log_prob`` of both."""
    p = np.exp(truth(np.column_stack([np.full(len(values), x1), values])))
    return p / max(p.sum() * (values[1] - values[0]), 1e-300)


def _gaussians(family, params, x):
    """Return the k shares of a mixture's density at the values `x` ``(n,)``: ``(k, n)``."""
    logits, means, log_std = np.split(np.asarray(params, float), 3)
    shares, std = np.exp(logits - logits.max()), np.exp(log_std)[:, None]
    z = (x - family.mean) / family.std
    density = np.exp(-0.5 * ((z - means[:, None]) / std) ** 2) / (np.sqrt(2 * np.pi) * std)
    return (shares / shares.sum())[:, None] * density / family.std
