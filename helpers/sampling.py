"""Drawing from a trained MADE: ancestral sampling, plain and at the cost of about one pass.

Both samplers read a `network.Network` (plain arrays) and visit the dimensions in its ordering. They
draw x_d = 1 where a uniform number lies below p(x_d = 1 | what is drawn so far), so that the same
uniforms give the same digits, whichever sampler uses them. (Rounding differs between the two: in
float32 a uniform that lies within rounding of p can flip a draw. In float64 that does not happen
in practice.)
"""

import numpy as np

from helpers.network import ACTIVATIONS, Network, check_binary


def sample(network: Network, n: int, seed=0, uniforms=None, temperature=1.0) -> np.ndarray:
    """Draw `n` examples exactly, at the arithmetic of about one forward pass.

    Args:
        network: a trained model (`made.MADE.network` or `network.load`).
        n: how many, at least 0.
        seed: an integer or a `numpy.random.Generator`.
        uniforms: ``(n, D)`` in [0, 1), one a pixel, in place of `seed`.
        temperature: divides every logit; at 1 the draws follow the model. (Sharpening every
            conditional is not p(x)^(1/T): what is drawn follows another distribution.)

    Returns:
        ``(n, D)`` uint8 of zeros and ones.
    """
    uniforms = _uniforms(network, n, seed, uniforms)
    return _draw(network, uniforms, np.zeros((len(uniforms), 0)), temperature)


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


def complete(
    network: Network, x, known, n: int = 1, seed=0, uniforms=None, temperature=1.0
) -> np.ndarray:
    """Draw the unknown pixels of one image `n` times, given the known ones.

    One ordering answers one kind of question: the known pixels must be the ones it visits first.

    Args:
        x: ``(D,)`` zeros and ones; the unknown pixels are ignored.
        known: ``(D,)`` booleans.
        n, seed, uniforms, temperature: as in `sample`.

    Returns:
        ``(n, D)`` uint8, the known pixels as given.
    """
    d = network.n_inputs
    known = np.asarray(known)
    if known.shape != (d,) or known.dtype != bool:
        raise ValueError(f"known must be {d} booleans, got {known.dtype} of shape {known.shape}.")
    x = np.asarray(x)
    if x.shape != (d,):
        raise ValueError(f"x must have shape ({d},), got {x.shape}.")
    x = check_binary("x", np.where(known, x, 0)[None], d)
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
    given = np.repeat(x[:, order[:n_known]], len(uniforms), axis=0)
    return _draw(network, uniforms, given, temperature)


def _draw(network: Network, uniforms, given, temperature, block=32) -> np.ndarray:
    """Visit the ranks in order; compute every hidden unit once, as soon as its inputs are final.

    A hidden unit of degree k depends on inputs of rank k or lower only, so it is final once those
    are drawn. With the units sorted by degree, the units of degree k are a slice. Within a block of
    ranks each step reaches back to the block's own units; when the block is done, one matrix
    product per layer pushes its units to everything later, as a triangular solver does.
    """
    _check_temperature(temperature)
    s = _Sorted(network)
    n, d = uniforms.shape
    act = ACTIVATIONS[network.activation]
    u = _logit(uniforms[:, s.order]).astype(network.dtype) * temperature
    x = np.zeros((n, d), network.dtype)
    x[:, : given.shape[1]] = given
    pre = [np.repeat(b[None], n, axis=0) for b in s.biases]  # what earlier blocks have pushed
    hidden = [np.zeros_like(p) for p in pre[:-1]]
    start = given.shape[1]
    steps = [(0, start)] if start else []  # what is given is one block, computed at once
    steps += [(a, min(a + block, d)) for a in range(start, d, block)]
    for a, b in steps:
        first = [ends[a] for ends in s.ends]  # first unit of the block, for each hidden layer
        for r in [b - 1] if b <= start else range(a, b):
            if r >= start:
                logit = (
                    pre[-1][:, r]
                    + hidden[-1][:, first[-1] : s.ends[-1][r]]
                    @ (s.kernels[-1][first[-1] : s.ends[-1][r], r])
                )
                if s.direct is not None:
                    logit += x[:, a:r] @ s.direct[a:r, r]
                x[:, r] = u[:, r] < logit
            low = a if b <= start else r
            source, begin, end = x, a, r + 1
            for layer, ends in enumerate(s.ends):  # the units of degree r + 1 are final now
                new = slice(ends[low], ends[r + 1])
                z = pre[layer][:, new] + source[:, begin:end] @ s.kernels[layer][begin:end, new]
                hidden[layer][:, new] = act(z)
                source, begin, end = hidden[layer], first[layer], ends[r + 1]
        source, begin, end = x, a, b
        for layer in range(len(s.ends) + 1):
            late = slice(b if layer == len(s.ends) else s.ends[layer][b], None)
            pre[layer][:, late] += source[:, begin:end] @ s.kernels[layer][begin:end, late]
            if layer < len(s.ends):
                source, begin, end = hidden[layer], first[layer], s.ends[layer][b]
        if s.direct is not None:
            pre[-1][:, b:] += x[:, a:b] @ s.direct[a:b, b:]
    out = np.empty((n, d), np.uint8)
    out[:, s.order] = x
    return out


class _Sorted:
    """The arrays of a network with inputs in visiting order and hidden units sorted by degree."""

    def __init__(self, network: Network):
        d = network.n_inputs
        self.order = network.ordering
        sorts = [np.argsort(degrees, kind="stable") for degrees in network.degrees[1:]]
        ins, outs = [self.order, *sorts], [*sorts, self.order]
        self.kernels = [
            np.ascontiguousarray(k[i][:, o]) for k, i, o in zip(network.kernels, ins, outs)
        ]
        self.biases = [b[o] for b, o in zip(network.biases, outs)]
        self.direct = None
        if network.direct is not None:
            self.direct = np.ascontiguousarray(network.direct[self.order][:, self.order])
        # ends[l][k]: how many units of hidden layer l have degree k or lower
        self.ends = [
            np.searchsorted(degrees[by], np.arange(d + 1), side="right")
            for degrees, by in zip(network.degrees[1:], sorts)
        ]


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
