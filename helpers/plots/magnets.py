"""The figure of lesson 9's magnet: draws at one temperature, and curves over all of them."""

import numpy as np

from helpers import ising
from helpers.plots.palette import BLACK, BLUE, DIGITS, GREY, VERMILION
from helpers.plots.style import subplots

DRAWS = 500  # that a curve's point is measured on
SHOWN = 4  # draws in the picture


def magnet(networks, shape, beta, seed=0, measured=None):
    """Draw four lattices at one inverse temperature, beside energy and log Z at all of them.

    Args:
        networks: ``{beta: network}``, several, in rising order of β above 0.
        shape: rows and columns of the torus.
        beta: which of them to draw from.
        seed: of the draws.
        measured: what `magnet_curves` returns; None measures now.
    """
    (rows, columns), n_spins, betas = shape, shape[0] * shape[1], np.array([*networks])
    fine = np.linspace(betas[0], betas[-1], 200)
    energies, bounds = magnet_curves(networks, shape) if measured is None else measured
    fig, (picture, energy, free) = subplots(1, 3, figsize=(8.2, 3.5), width_ratios=(1.05, 1, 1))

    draws = networks[beta].sample(SHOWN, seed)
    mosaic = np.full((2 * rows + 1, 2 * columns + 1), 0.5)
    for i, one in enumerate(draws):
        top, left = (i // 2) * (rows + 1), (i % 2) * (columns + 1)
        mosaic[top : top + rows, left : left + columns] = one.reshape(shape)
    picture.imshow(mosaic, cmap=DIGITS, vmin=0, vmax=1)
    picture.set(xticks=[], yticks=[], title="four draws: up is black")
    picture.spines[:].set_visible(False)
    mean = ", ".join(f"{m:+.2f}".replace("-", "−") for m in ising.magnetization(draws))
    said = f"β = {beta:.2f}; magnetization\n{mean}"
    picture.text(0.5, -0.03, said, transform=picture.transAxes, ha="center", va="top")

    short = ising.log_z(shape, beta) - bounds[list(networks).index(beta)]
    for ax, exact, dots, title, name, top in (
        (energy, ising.mean_energy, energies, "mean energy of a spin", "draws", 0.21),
        (free, ising.log_z, bounds, "log Z of a spin, nats", "bound", 0.97),
    ):
        ax.plot(fine, [exact(shape, b) / n_spins for b in fine], color=BLACK, lw=1.5)
        ax.plot(betas, dots / n_spins, "o", color=BLUE, ms=4)
        ax.set(title=title, xlabel="inverse temperature β")
        ax.axvline(ising.CRITICAL, color=GREY, lw=1, ls=":")
        ax.axvline(beta, color=VERMILION, lw=1.5)
        label = {"fontsize": 11, "va": "top", "transform": ax.transAxes}
        ax.text(0.04, top, "exact (line)", **label)
        ax.text(0.04, top - 0.08, f"{name} (dots)", color=BLUE, **label)
    free.text(0.04, 0.81, f"short by {short:.2f}\nnats in all", **label)
    energy.set_ylim(-2.1, 0.1)
    return fig


def magnet_curves(networks, shape):
    """Return the mean energy and the bound at each β, from draws: two arrays ``(k,)``."""
    found = []
    for beta, network in networks.items():
        x = network.sample(DRAWS, seed=0)
        bound = ising.log_weights(network, x, shape, beta).mean()
        found.append((ising.energy(x, shape).mean(), bound))
    return np.array(found).T
