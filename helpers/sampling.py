"""Drawing from a trained MADE: ancestral sampling, plain and at the cost of about one pass.

Both samplers read a `network.Network` (plain arrays) and visit the dimensions in its ordering. They
draw x_d = 1 where a uniform number lies below p(x_d = 1 | what is drawn so far), so that the same
uniforms give the same digits, whichever sampler uses them. (Rounding differs between the two: in
float32 a uniform that lies within rounding of p can flip a draw. In float64 that does not happen
in practice.)
"""

import numpy as np

from helpers import arguments
from helpers.network import ACTIVATIONS, Network


def sample(network, n: int, seed=0, uniforms=None, temperature=1.0) -> np.ndarray:
    """Draw `n` examples exactly, at the arithmetic of about one forward pass.

    Args:
        network: a trained model (`made.MADE.network` or `network.load`), or its `Sampler`.
        n: how many, at least 0.
        seed: an integer or a `numpy.random.Generator`.
        uniforms: ``(n, D)`` in [0, 1), one a pixel, in place of `seed`.
        temperature: divides every logit; at 1 the draws follow the model. (Sharpening every
            conditional is not p(x)^(1/T): what is drawn follows another distribution.)

    Returns:
        ``(n, D)`` uint8 of zeros and ones.
    """
    sampler, network = _both(network)
    uniforms = _uniforms(network, n, seed, uniforms)
    _check_temperature(temperature)
    return sampler.draw(uniforms, np.zeros((len(uniforms), 0)), temperature)


def sample_loop(network: Network, n: int, seed=0, uniforms=None, temperature=1.0) -> np.ndarray:
    """Draw `n` examples as the article does: D forward passes, one more pixel kept after each.

    Takes and returns what `sample` does.
    """
    uniforms = _uniforms(network, n, seed, uniforms)
    _check_temperature(temperature)
    x = np.zeros(uniforms.shape, np.uint8)
    for d in network.ordering:
        logits = network.logits(x)[:, d]
        x[:, d] = uniforms[:, d] < _sigmoid(logits / temperature)
    return x


def complete(network, x, known, n: int = 1, seed=0, uniforms=None, temperature=1.0) -> np.ndarray:
    """Draw the unknown pixels of one image `n` times, given the known ones.

    One ordering answers one kind of question: the known pixels must be the ones it visits first.

    Args:
        network: as in `sample`.
        x: ``(D,)`` zeros and ones; the unknown pixels are ignored.
        known: ``(D,)`` booleans.
        n, seed, uniforms, temperature: as in `sample`.

    Returns:
        ``(n, D)`` uint8, the known pixels as given.
    """
    sampler, network = _both(network)
    d = network.n_inputs
    known = np.asarray(known)
    if known.shape != (d,) or known.dtype != bool:
        raise ValueError(f"known must be {d} booleans, got {known.dtype} of shape {known.shape}.")
    x = np.asarray(x)
    if x.shape != (d,):
        raise ValueError(f"x must have shape ({d},), got {x.shape}.")
    x = arguments.binary("x", np.where(known, x, 0)[None], d)
    order = network.ordering
    n_known = int(known.sum())
    late = [i for i in order[n_known:] if known[i]]
    if late:
        missing = next(i for i in order[:n_known] if not known[i])
        raise ValueError(
            f"known must be the first pixels of the ordering, got pixel {late[0]} (rank "
            f"{network.degrees[0][late[0]]}) but not pixel {missing} "
            f"(rank {network.degrees[0][missing]})."
        )
    uniforms = _uniforms(network, n, seed, uniforms)
    _check_temperature(temperature)
    given = np.repeat(x[:, order[:n_known]], len(uniforms), axis=0)
    return sampler.draw(uniforms, given, temperature)


class Sampler:
    """A network laid out for drawing: inputs in visiting order, hidden units sorted by degree.

    A hidden unit of degree k depends on inputs of rank k or lower only, so it is final once those
    are drawn: every unit is computed once. Sorted by degree, the units that become final with one
    draw are a slice. The ranks are visited in blocks: within a block each step reaches back to the
    block's own units only; when the block is done, one matrix product per layer pushes its units to
    everything later, as a triangular solver does.

    `sample` and `complete` take one in place of a network, which saves laying it out again.

    Args:
        network: a trained model.
        block: ranks per block; it changes the speed and not the draws.
    """

    def __init__(self, network: Network, block: int = 56):
        if block < 1:
            raise ValueError(f"block must be at least 1, got {block!r}.")
        self.network, self.block = network, block
        self.order = network.ordering
        ranks = np.arange(1, network.n_inputs + 1)
        sorts = [np.argsort(degrees, kind="stable") for degrees in network.degrees[1:]]
        ins, outs = [self.order, *sorts], [*sorts, self.order]
        # transposed, (out, in): an activation is a row, one column per example
        self.kernels = [_laid_out(k, i, o) for k, i, o in zip(network.kernels, ins, outs)]
        self.biases = [b[o] for b, o in zip(network.biases, outs)]
        self.direct = None
        if network.direct is not None:
            self.direct = _laid_out(network.direct, self.order, self.order)
        # ends[l][k]: how many units of layer l (inputs, hidden layers, outputs) have degree ≤ k
        layers = [ranks, *(d[by] for d, by in zip(network.degrees[1:], sorts)), ranks]
        self.ends = [
            np.searchsorted(d, np.arange(len(ranks) + 1), "right").tolist() for d in layers
        ]

    def draw(self, uniforms, given, temperature) -> np.ndarray:
        """Draw one example per row of `uniforms` ``(n, D)``; `given` ``(n, k)`` are the first k."""
        n, d = uniforms.shape
        start = given.shape[1]
        dtype = self.network.dtype
        # u < sigmoid(z / T) is logit(u) T < z: no sigmoid is left to compute
        thresholds = (_logit(uniforms.T[self.order]) * temperature).astype(dtype)
        state = _State(self, n)
        x = state.units[0]
        x[:start] = given.T
        if start:  # what is given is one block, computed at once
            state.settle(0, 0, start)
            state.push(0, start)
        for first in range(start, d, self.block):
            end = min(first + self.block, d)
            for r in range(first, end):
                x[r] = thresholds[r] < state.logits(first, r)
                state.settle(first, r, r + 1)
            state.push(first, end)
        out = np.empty((n, d), np.uint8)
        out[:, self.order] = x.T
        return out


class _State:
    """What is known of `n` examples under way: final units, and pre-activations pushed so far.

    A rank r counts from 0; `first` is the rank that the current block begins with.
    """

    def __init__(self, sampler: Sampler, n: int):
        self.s = sampler
        self.act = ACTIVATIONS[sampler.network.activation]
        self.pre = [np.repeat(b[:, None], n, axis=1) for b in sampler.biases]
        inputs = np.zeros((sampler.network.n_inputs, n), sampler.network.dtype)
        self.units = [inputs, *(np.zeros_like(p) for p in self.pre[:-1])]

    def logits(self, first, r):
        """Return the logits of rank r, ``(n,)``: all that they depend on is final."""
        s, seen = self.s, slice(self.s.ends[-2][first], self.s.ends[-2][r])
        logits = self.pre[-1][r] + s.kernels[-1][r, seen] @ self.units[-1][seen]
        if s.direct is not None:
            logits += s.direct[r, first:r] @ self.units[0][first:r]
        return logits

    def settle(self, first, low, high):
        """Compute the hidden units of degree low + 1 … high, layer by layer."""
        s = self.s
        for layer, kernel in enumerate(s.kernels[:-1]):
            seen = slice(s.ends[layer][first], s.ends[layer][high])
            new = slice(s.ends[layer + 1][low], s.ends[layer + 1][high])
            if new.start < new.stop:
                z = self.pre[layer][new] + kernel[new, seen] @ self.units[layer][seen]
                self.units[layer + 1][new] = self.act(z)

    def push(self, first, end):
        """Add what ranks first … end − 1 and their units send to everything later."""
        s = self.s
        for layer, kernel in enumerate(s.kernels):
            seen = slice(s.ends[layer][first], s.ends[layer][end])
            late = slice(s.ends[layer + 1][end], None)
            self.pre[layer][late] += kernel[late, seen] @ self.units[layer][seen]
        if s.direct is not None:
            self.pre[-1][end:] += s.direct[end:, first:end] @ self.units[0][first:end]


def _laid_out(kernel, rows, columns) -> np.ndarray:
    """Return ``kernel[rows][:, columns].T``, copied row by row at both ends, which is fastest."""
    return np.take(np.ascontiguousarray(np.take(kernel, rows, axis=0).T), columns, axis=0)


def _both(network) -> tuple[Sampler, Network]:
    sampler = network if isinstance(network, Sampler) else Sampler(network)
    return sampler, sampler.network


def _uniforms(network, n, seed, uniforms):
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < 0:
        raise ValueError(f"n must be an integer of at least 0, got {n!r}.")
    if uniforms is None:
        return np.random.default_rng(seed).random((n, network.n_inputs))
    uniforms = np.asarray(uniforms, np.float64)
    if uniforms.shape != (n, network.n_inputs):
        raise ValueError(
            f"uniforms must have shape ({n}, {network.n_inputs}), got {uniforms.shape}."
        )
    if not ((uniforms >= 0) & (uniforms < 1)).all():
        raise ValueError("uniforms must be at least 0 and below 1, got values outside.")
    return uniforms


def _check_temperature(temperature):
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature!r}.")


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def _logit(u):
    with np.errstate(divide="ignore"):
        return np.log(u) - np.log1p(-u)
