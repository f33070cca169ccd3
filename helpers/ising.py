"""The 2-D Ising model: its energy, its exact free energy, and how a MADE is trained on it.

Spins lie on a torus of `shape` (rows, columns), both at least 2, and are bits: 0 is down, −1, and 1
is up, +1. An example is a row of them, line by line. A configuration has the probability
exp(−β · energy) / Z; β, the inverse temperature, is in units of the coupling. NumPy alone: `climb`
takes a Keras model and asks only for what every model of the course has.
"""

import dataclasses
import typing

import numpy as np

from helpers import arguments, checks
from helpers.likelihood import log_mean_exp, log_sum_exp
from helpers.network import Network
from helpers.outputs import Bernoulli, Outputs

CRITICAL = float(np.log1p(np.sqrt(2)) / 2)  # the β above which a large lattice is a magnet


def energy(x, shape) -> np.ndarray:
    """Return −(sum of the products of neighbouring spins), ``(n,)``, for `x` ``(n, D)``.

    Each spin has a neighbour to the right and one below, the last of a line being next to the
    first: 2 D products. (In a line of two spins, these are neighbours twice.)
    """
    spins = 2.0 * Outputs(Bernoulli(), _size(shape)).check("x", x).reshape(-1, *shape) - 1
    return -(spins * (np.roll(spins, -1, axis=1) + np.roll(spins, -1, axis=2))).sum(axis=(1, 2))


def magnetization(x) -> np.ndarray:
    """Return the mean spin, −1 … 1, of each row of `x` ``(n, D)``."""
    return 2 * np.asarray(x, float).mean(axis=1) - 1


def enumerated_log_z(shape, beta) -> float:
    """Return log Z, a sum over all configurations of up to 20 spins."""
    return float(log_sum_exp(-_beta(beta) * energy(checks.all_binary(_size(shape)), shape)))


def log_z(shape, beta) -> float:
    """Return log Z of the torus, exactly, for any number of spins.

    Kaufman, Physical Review 76, 1232 (1949): four products of as many factors as there are rows.
    """
    n_spins, (rows, columns), beta = _size(shape), shape, _beta(beta)
    if beta == 0:
        return float(n_spins * np.log(2))
    mixed = np.sinh(2 * beta) + 1 / np.sinh(2 * beta)
    gamma = np.arccosh(mixed - np.cos(np.pi * np.arange(2 * rows) / rows))
    gamma[0] = 2 * beta + np.log(np.tanh(beta))  # below 0 where it is hot
    half = columns / 2 * gamma
    size = np.abs(half)
    with np.errstate(divide="ignore"):  # at the critical β one product is 0
        log_cosh, log_sinh = size + np.log1p(np.exp(-2 * size)), size + np.log(-np.expm1(-2 * size))
    products = np.array([part[i::2].sum() for part in (log_cosh, log_sinh) for i in (1, 0)])
    signs = np.array([1, 1, 1, np.sign(half[0])])
    top = products.max()
    log_sum = top + np.log((signs * np.exp(products - top)).sum())
    return float(n_spins / 2 * np.log(2 * np.sinh(2 * beta)) - np.log(2) + log_sum)


def mean_energy(shape, beta, step=1e-4) -> float:
    """Return the exact mean energy, −d log Z / dβ, at a `beta` above `step`, to about 1e-7."""
    return (log_z(shape, beta - step) - log_z(shape, beta + step)) / (2 * step)


def log_weights(model, x, shape, beta) -> np.ndarray:
    """Return log w = −β · energy − log q(x), ``(n,)``, for draws `x` of a `model` q.

    The mean of w over draws of q is Z; that of log w, at most log Z, is the bound.
    """
    return -_beta(beta) * energy(x, shape) - model.log_prob(x)


class Estimate(typing.NamedTuple):
    """What n draws say about log Z: see `estimate`."""

    bound: float
    error: float
    weighted: float
    effective: float


def estimate(log_w) -> Estimate:
    """Return what `log_weights` ``(n,)`` say about log Z.

    `bound` is the mean of log w, at most log Z but for its standard `error`; `weighted` the log of
    the mean of w, by importance sampling; `effective` the share of the draws that it rests on,
    (Σ w)² / (n Σ w²). The last two know nothing of places that the model never draws.
    """
    log_w = np.asarray(log_w, float)
    error = log_w.std(ddof=1) / np.sqrt(len(log_w))
    weighted = log_mean_exp(log_w, axis=0)
    effective = np.exp(2 * weighted - log_mean_exp(2 * log_w, axis=0))
    return Estimate(*map(float, (log_w.mean(), error, weighted, effective)))


def by_spin(network: Network, x, shape, beta) -> np.ndarray:
    """Return log w of `x` as a sum over spins, ``(n, D)``: what each adds when it is drawn.

    That is −β times the energy of its bonds to spins that are visited before it, less the log of
    its conditional probability.
    """
    places = np.arange(_size(shape)).reshape(shape)
    earlier = np.zeros((places.size, places.size), "float32")
    for axis in (0, 1):
        ends = np.stack([places.ravel(), np.roll(places, -1, axis=axis).ravel()])
        late = np.asarray(network.degrees[0])[ends].argmax(axis=0)
        np.add.at(earlier, (*np.where(late == 1, ends, ends[::-1]),), 1)  # a bond: first, later
    spins = 2 * np.asarray(x, "float32") - 1
    bonds = spins * (spins @ earlier)
    return _beta(beta) * bonds + network.outputs.nll(x, network.logits(x))


def climb(model, shape, betas, n: int = 200, seed=0):
    """Train `model` by REINFORCE, one step for each of `betas`; yield what each step began with.

    A step draws `n` examples. Each spin of each is weighed by what log w gathers from that spin on
    (it did not cause what came before), less the mean of that; then the weighted NLL goes one step
    down, and the bound up.

    Args:
        model: a `made.MADE` of ``Bernoulli(signs=True)`` with one mask set, compiled with
            ``loss=model.outputs.nll``.
        betas: the inverse temperature of each step.
        n: draws a step.
        seed: an integer or a `numpy.random.Generator`.

    Yields:
        ``(beta, network, log_w)``: the model as plain arrays, before the step, and the
        `log_weights` of its draws.
    """
    rng = arguments.generator("seed", seed)
    for beta in betas:
        network = model.network()
        x = network.sample(n, rng)
        gains = by_spin(network, x, shape, beta)
        backwards = network.ordering[::-1]
        ahead = np.empty_like(gains)
        ahead[:, backwards] = gains[:, backwards].cumsum(axis=1)
        model.train_on_batch(x, x, sample_weight=ahead - ahead.mean(axis=0))
        yield beta, network, gains.sum(axis=1)


def flipped(network: Network) -> Network:
    """Return the network that gives to each `x` what `network` gives to 1 − `x`: all spins turned.

    It must show its units −1 and 1 for bits (`Bernoulli(signs=True)`).
    """
    if {*network.outputs.families} != {Bernoulli(signs=True)} or network.n_conditions:
        raise ValueError(f"network must be of Bernoulli(signs=True) alone, got {network.outputs}.")
    (first, *others), (*inner, last) = network.kernels, network.biases
    kernels = [-first, *others[:-1], -others[-1]]  # inputs turn, and so do logits
    return dataclasses.replace(network, kernels=kernels, biases=[*inner, -last])


def _size(shape) -> int:
    if np.shape(shape) != (2,):
        raise ValueError(f"shape must be two numbers, got {shape!r}.")
    rows, columns = (arguments.whole("shape", side, at_least=2) for side in shape)
    return rows * columns


def _beta(beta) -> float:
    return arguments.number("beta", beta, "at least 0 and at most 100", lambda b: 0 <= b <= 100)
