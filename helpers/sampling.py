"""Drawing from a trained MADE: ancestral sampling, plain and at the cost of about one pass.

Both samplers take whatever the course calls a model (`protocol.as_network`), visit the dimensions
in its ordering, and refuse a network that is not autoregressive: it has no such draws. One uniform
number a dimension says what is drawn (a pixel is 1 where it lies below p(x_d = 1 | what is drawn so
far)), so that the same uniforms give the same digits, whichever sampler uses them. (Rounding
differs between the two: in float32 a uniform that lies within rounding of p can flip a draw. In
float64 that does not happen in practice.)
"""

import numpy as np

from helpers import arguments, masks
from helpers.activations import ACTIVATIONS
from helpers.protocol import as_network, conditions

ABOVE_0 = ("above 0", lambda value: 0 < value < np.inf)


def sample(network, n: int, seed=0, uniforms=None, temperature=1.0, condition=None) -> np.ndarray:
    """Draw `n` examples exactly, at the arithmetic of about one forward pass.

    Args:
        network: a trained model, its `Sampler`, or an `average.Average`, whose `uniforms` have one
            number more (as have those of a model with several mask sets: it is their average).
        n: how many, at least 0.
        seed: an integer or a `numpy.random.Generator`.
        uniforms: ``(n, D)`` in [0, 1), one a pixel, in place of `seed`.
        temperature: divides every logit; at 1 the draws follow the model. (Sharpening every
            conditional is not p(x)^(1/T): what is drawn follows another distribution.)
        condition: ``(n, c)`` or ``(c,)``, if the model has conditions.

    Returns:
        ``(n, D)``, of the type of its `outputs`: for binary data, uint8 of zeros and ones.
    """
    if hasattr(network, "members") or getattr(network, "n_masks", 1) > 1:
        return network.sample(
            n, seed, uniforms=uniforms, temperature=temperature, condition=condition
        )
    sampler = network if isinstance(network, Sampler) else Sampler(network)
    uniforms = uniform_numbers(n, sampler.network.n_inputs, seed, uniforms)
    known = np.zeros(sampler.network.n_inputs, bool)
    return sampler.draw(uniforms, None, known, temperature, condition)


def sample_loop(
    network, n: int, seed=0, uniforms=None, temperature=1.0, condition=None
) -> np.ndarray:
    """Draw `n` examples as the article does: D forward passes, one more pixel kept after each.

    Takes and returns what `sample` does.
    """
    network = as_network("network", network)
    _final_after(network)  # raises if it is not autoregressive
    uniforms, outputs = uniform_numbers(n, network.n_inputs, seed, uniforms), network.outputs
    arguments.number("temperature", temperature, *ABOVE_0)
    x = np.zeros(uniforms.shape, outputs.dtype)
    for d in network.ordering:
        params = network.logits(x, condition)[:, outputs.params == d]
        x[:, d] = outputs.families[d].draw(params, uniforms[:, d], temperature)
    return x


def complete(
    network, x, known, n: int = 1, seed=0, uniforms=None, temperature=1.0, condition=None
) -> np.ndarray:
    """Draw the unknown pixels of one image `n` times, given the known ones.

    One ordering answers one kind of question: no unknown pixel may be visited before a known one.

    Args:
        network: as in `sample`.
        x: ``(D,)`` or ``(1, D)``, an example; the unknown pixels are ignored.
        known: ``(D,)`` booleans.
        n, seed, uniforms, temperature, condition: as in `sample`.

    Returns:
        ``(n, D)``, the known pixels as given.
    """
    sampler = network if isinstance(network, Sampler) else Sampler(network)
    d, rank = sampler.network.n_inputs, np.asarray(sampler.network.degrees[0])
    known = np.asarray(known)
    if known.shape != (d,) or known.dtype != bool:
        raise ValueError(f"known must be {d} booleans, got {known.dtype} of shape {known.shape}.")
    x = np.where(known, arguments.one_row("x", x, d), 0)
    x = sampler.network.outputs.check("x", x)[0]
    late = np.flatnonzero(known & (rank > rank[~known].min(initial=rank.max())))
    if len(late):
        missing = np.flatnonzero(~known)[rank[~known].argmin()]
        late = late[rank[late].argmax()]
        raise ValueError(
            f"known must be the first pixels of the ordering, got pixel {late} (rank {rank[late]}) "
            f"but not pixel {missing} (rank {rank[missing]})."
        )
    uniforms = uniform_numbers(n, sampler.network.n_inputs, seed, uniforms)
    return sampler.draw(uniforms, x, known, temperature, condition)


class Sampler:
    """A network laid out for drawing: inputs in visiting order, hidden units sorted by degree.

    A hidden unit of degree k depends on inputs of rank k or lower only, so it is final once those
    are drawn: every unit is computed once. Sorted by degree, the units that become final with one
    draw are a slice. The ranks are visited in blocks: within a block each step reaches back to the
    block's own units only; when the block is done, one matrix product per layer pushes its units to
    everything later, as a triangular solver does.

    `sample` and `complete` take one in place of a network, which saves laying it out again.

    Args:
        network: a trained model with one mask set.
        block: ranks per block; it changes the speed and not the draws.

    Raises:
        ValueError: if the network is not autoregressive in its ranks, or not finite.
    """

    def __init__(self, network, block: int = 56):
        self.network = network = as_network("network", network)
        self.block = arguments.whole("block", block, at_least=1)
        self.order, outputs = network.ordering, network.outputs
        # a step is 0, for what conditions alone decide, or 1 … D, the place of a dimension
        place = np.argsort(self.order) + 1
        ins, outs = outputs.spread(place, network.n_conditions)
        steps = [ins, *_final_after(network), outs]
        sorts = [np.argsort(step, kind="stable") for step in steps]
        # transposed, (out, in): an activation is a row, one column per example
        self.kernels = [_laid_out(k, i, o) for k, i, o in zip(network.kernels, sorts, sorts[1:])]
        self.biases = [np.asarray(b)[o] for b, o in zip(network.biases, sorts[1:])]
        self.direct = None
        if network.direct is not None:
            self.direct = _laid_out(network.direct, sorts[0], sorts[-1])
        # ends[l][k]: how many of layer l (inputs, hidden layers, outputs) are final before step k
        numbers = np.arange(network.n_inputs + 2)
        self.ends = [np.searchsorted(step[by], numbers).tolist() for step, by in zip(steps, sorts)]

    def __repr__(self) -> str:
        return f"Sampler({self.network!r}, block={self.block})"

    def draw(self, uniforms, x, known, temperature, condition=None) -> np.ndarray:
        """Draw one example per row of `uniforms` ``(n, D)``; `known` pixels are those of `x`."""
        arguments.number("temperature", temperature, *ABOVE_0)
        (n, d), network = uniforms.shape, self.network
        families = [network.outputs.families[i] for i in self.order]
        coins = uniforms.T[self.order]
        state, given = _State(self, n), known[self.order]
        out = np.empty((d, n), network.outputs.dtype)

        def put(step, values):
            out[step - 1] = values
            state.units[0][self._slice(0, step)] = families[step - 1].encode(out[step - 1]).T

        rows = conditions(condition, n, network.n_conditions)
        state.units[0][: network.n_conditions] = rows.T
        state.settle(0, 0, 1)
        state.push(0, 1)
        start = d if given.all() else int(given.argmin())
        if start:  # what is given comes first: one block, computed at once
            for step in range(1, start + 1):
                put(step, x[self.order[step - 1]])
            state.settle(1, 1, start + 1)
            state.push(1, start + 1)
        for first in range(start + 1, d + 1, self.block):
            end = min(first + self.block, d + 1)
            for step in range(first, end):
                if given[step - 1]:  # after one that is drawn: of the same rank, which sees it not
                    put(step, x[self.order[step - 1]])
                else:
                    params = state.logits(first, step).T
                    put(step, families[step - 1].draw(params, coins[step - 1], temperature))
                state.settle(first, step, step + 1)
            state.push(first, end)
        return np.ascontiguousarray(out[np.argsort(self.order)].T)

    def _slice(self, layer, step):
        return slice(self.ends[layer][step], self.ends[layer][step + 1])


class _State:
    """What is known of `n` examples under way: final units, and pre-activations pushed so far.

    `first` is the step that the current block begins with.
    """

    def __init__(self, sampler: Sampler, n: int):
        self.s = sampler
        self.act = ACTIVATIONS[sampler.network.activation]
        self.pre = [np.repeat(b[:, None], n, axis=1) for b in sampler.biases]
        inputs = np.zeros((sampler.ends[0][-1], n), sampler.network.dtype)
        self.units = [inputs, *(np.zeros_like(p) for p in self.pre[:-1])]

    def logits(self, first, step):
        """Return the parameters of this step's dimension, ``(n_params, n)``: all that they depend
        on is final."""
        s = self.s
        seen, own = slice(s.ends[-2][first], s.ends[-2][step]), s._slice(-1, step)
        logits = self.pre[-1][own] + s.kernels[-1][own, seen] @ self.units[-1][seen]
        if s.direct is not None:
            near = slice(s.ends[0][first], s.ends[0][step])
            logits += s.direct[own, near] @ self.units[0][near]
        return logits

    def settle(self, first, low, high):
        """Compute the hidden units that are final after steps low … high − 1, layer by layer."""
        s = self.s
        for layer, kernel in enumerate(s.kernels[:-1]):
            seen = slice(s.ends[layer][first], s.ends[layer][high])
            new = slice(s.ends[layer + 1][low], s.ends[layer + 1][high])
            if new.start < new.stop:
                z = self.pre[layer][new] + kernel[new, seen] @ self.units[layer][seen]
                self.units[layer + 1][new] = self.act(z)

    def push(self, first, end):
        """Add what steps first … end − 1 and their units send to everything later."""
        s = self.s
        for layer, kernel in enumerate(s.kernels):
            seen = slice(s.ends[layer][first], s.ends[layer][end])
            late = slice(s.ends[layer + 1][end], None)
            if seen.start < seen.stop:
                self.pre[layer][late] += kernel[late, seen] @ self.units[layer][seen]
        if s.direct is not None:
            seen, late = slice(s.ends[0][first], s.ends[0][end]), slice(s.ends[-1][end], None)
            self.pre[-1][late] += s.direct[late, seen] @ self.units[0][seen]


def _laid_out(kernel, rows, columns) -> np.ndarray:
    """Return ``kernel[rows][:, columns].T``, copied row by row at both ends, which is fastest."""
    return np.take(np.ascontiguousarray(np.take(kernel, rows, axis=0).T), columns, axis=0)


def _final_after(network) -> list[np.ndarray]:
    """Return after how many draws each hidden unit is final: ``[(units_1,), …]``, 0 … D.

    That is the number of inputs whose rank is at most the unit's degree. Where a kernel reaches
    further than the degrees allow, the units' degrees are read off the kernels in their place.

    Raises:
        ValueError: naming two pixels, if the later of them reaches the output of the other.
    """
    weights = [*network.kernels, *([] if network.direct is None else [network.direct])]
    if not np.isfinite([w.sum(dtype=float) for w in [*weights, *network.biases]]).all():
        raise ValueError("network must have finite weights and biases, got NaN or inf.")
    rank = np.asarray(network.degrees[0])
    steps = [np.searchsorted(np.sort(rank), degrees, "right") for degrees in network.degrees]
    ins, outs = network.outputs.spread(steps[0], network.n_conditions)
    allowed = [*masks.make_masks([ins, *steps[1:]], outs), masks.output_mask(ins, outs)]
    if not any(((w != 0) > mask).any() for w, mask in zip(weights, allowed)):
        return steps[1:]
    leaks = np.argwhere((network.paths() != 0) & (rank[:, None] >= rank[None, :]))
    if len(leaks):
        i, j = leaks[0]
        raise ValueError(
            f"network must be autoregressive, but output {j} (rank {rank[j]}) depends on input {i} "
            f"(rank {rank[i]}); {len(leaks)} such pairs in all."
        )
    steps = [ins]
    for kernel in network.kernels[:-1]:
        steps.append(np.where(kernel != 0, steps[-1][:, None], 0).max(axis=0, initial=0))
    return steps[1:]


def uniform_numbers(n: int, d: int, seed, uniforms) -> np.ndarray:
    """Return `uniforms` ``(n, d)``, numbers in [0, 1), checked; drawn from `seed` if None."""
    n = arguments.whole("n", n, at_least=0)
    if uniforms is None:
        return arguments.generator("seed", seed).random((n, d))
    uniforms = np.asarray(uniforms, np.float64)
    if uniforms.shape != (n, d):
        raise ValueError(f"uniforms must have shape ({n}, {d}), got {uniforms.shape}.")
    if not ((uniforms >= 0) & (uniforms < 1)).all():
        raise ValueError("uniforms must be at least 0 and below 1, got values outside.")
    return uniforms
