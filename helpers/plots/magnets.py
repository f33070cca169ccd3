"""The figure of lesson 9's magnet: draws at one temperature, and curves over all of them."""

import numpy as np

from helpers import ising
from helpers.plots.style import BLACK, BLUE, DIGITS, GREY, VERMILION, subplots

DRAWS = 500  # that a curve's point is measured on
SHOWN = 4  # draws in the picture


def magnet(networks, shape, beta, seed=0):
    """Draw four lattices at one inverse temperature, beside energy and log Z at all of them.

    Args:
        networks: ``{beta: network}``, several, in rising order of β above 0.
        shape: rows and columns of the torus.
        beta: which of them to draw from.
        seed: of the draws.
    """
    fig, move = magnet_panels(networks, shape)
    move(beta, seed)
    return fig


def magnet_panels(networks, shape):
    """Return the figure of `magnet` and ``move(beta, seed)``, which returns what it moved."""
    (rows, columns), n_spins = shape, shape[0] * shape[1]
    betas = np.array([*networks])
    fine = np.linspace(betas[0], betas[-1], 200)
    energies, bounds = _measured(networks, shape)
    exact = {beta: ising.log_z(shape, beta) for beta in networks}
    fig, axes = subplots(1, 3, figsize=(11, 4.1), width_ratios=(1.05, 1, 1))
    picture, energy, free = axes
    image = picture.imshow(np.zeros((2 * rows + 1, 2 * columns + 1)), cmap=DIGITS, vmin=0, vmax=1)
    picture.set(xticks=[], yticks=[], title="four draws: up is black")
    picture.spines[:].set_visible(False)
    energy.plot(fine, [ising.mean_energy(shape, b) / n_spins for b in fine], color=BLACK, lw=1.5)
    energy.plot(betas, energies / n_spins, "o", color=BLUE, ms=4)
    energy.set(title="mean energy of a spin", xlabel="inverse temperature β", ylim=(-2.1, 0.1))
    free.plot(fine, [ising.log_z(shape, b) / n_spins for b in fine], color=BLACK, lw=1.5)
    free.plot(betas, bounds / n_spins, "o", color=BLUE, ms=4)
    free.set(title="log Z of a spin, nats", xlabel="inverse temperature β")
    label = {"fontsize": 11, "va": "top"}
    free.text(0.04, 0.97, "exact (line)", transform=free.transAxes, **label)
    free.text(0.04, 0.89, "bound (dots)", transform=free.transAxes, color=BLUE, **label)
    gap = free.text(0.04, 0.81, "", transform=free.transAxes, **label)
    energy.text(0.04, 0.21, "exact (line)", transform=energy.transAxes, **label)
    energy.text(0.04, 0.13, "draws (dots)", transform=energy.transAxes, color=BLUE, **label)
    cuts = []
    for ax in (energy, free):
        ax.axvline(ising.CRITICAL, color=GREY, lw=1, ls=":")
        cuts.append(ax.axvline(0, color=VERMILION, lw=1.5))
    below = picture.text(0.5, -0.03, "", transform=picture.transAxes, ha="center", va="top")

    def move(beta, seed):
        draws = networks[beta].sample(SHOWN, seed)
        mosaic = np.full((2 * rows + 1, 2 * columns + 1), 0.5)
        for i, one in enumerate(draws):
            top, left = (i // 2) * (rows + 1), (i % 2) * (columns + 1)
            mosaic[top : top + rows, left : left + columns] = one.reshape(shape)
        image.set_data(mosaic)
        for cut in cuts:
            cut.set_xdata([beta, beta])
        mean = ", ".join(f"{m:+.2f}".replace("-", "−") for m in ising.magnetization(draws))
        below.set_text(f"β = {beta:.2f}; magnetization\n{mean}")
        short = exact[beta] - bounds[list(networks).index(beta)]
        gap.set_text(f"short by {short:.2f}\nnats in all")
        return [image, *cuts, below, gap]

    return fig, move


def _measured(networks, shape):
    """Return the mean energy and the bound at each β, from draws: two arrays ``(k,)``."""
    found = []
    for beta, network in networks.items():
        x = network.sample(DRAWS, seed=0)
        bound = ising.log_weights(network, x, shape, beta).mean()
        found.append((ising.energy(x, shape).mean(), bound))
    return np.array(found).T
