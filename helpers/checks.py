"""Proofs that a model is autoregressive and a density, and evidence where a proof is out of reach.

Dependency matrices are ``(D, D)``, input (row) by output (column), as masks are. What each can do:

* `network.Network.paths` counts paths: a zero is a proof, for this network and all inputs.
* `gradient_dependencies` and `moved_outputs` look at some inputs: what they find is there, what
  they do not find may be hidden (a dead ReLU).
* `total_probability` sums p(x) over all x: the definition of a density itself, for small D.
* `tail_probability` sums over a few of many inputs, and changes each of the others once.

What an input may be, its family says (`outputs`): two values, k, or a real number.
"""

import dataclasses
import functools
import math

import numpy as np

from helpers import arguments, masks
from helpers.activations import ACTIVATIONS, sigmoid
from helpers.likelihood import log_sum_exp
from helpers.network import Network
from helpers.outputs import Bernoulli, Outputs
from helpers.protocol import as_network

BATCH = 1024  # rows that are scored at a time, however many are enumerated
STATES = 2**20  # that are enumerated at most
REACH, MOST_POINTS = 16.0, 2**14  # of the grid for a real number: half width in std, and points
FEW = 128  # the same for a network whose hidden units run to thousands
SLOPES = {  # derivatives of `activations.ACTIVATIONS`
    "relu": lambda z: (z > 0).astype(z.dtype),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "sigmoid": lambda z: sigmoid(z) * sigmoid(-z),
    "softplus": sigmoid,
    "elu": lambda z: np.exp(np.minimum(z, 0)),
    "linear": np.ones_like,
}


class NotAutoregressive(AssertionError):
    """A model's output depends on an input that it may not see."""


def all_binary(n_inputs: int) -> np.ndarray:
    """Return all binary vectors of length D, ``(2^D, D)`` uint8, in counting order (D ≤ 20)."""
    n_inputs = arguments.whole("n_inputs", n_inputs, at_least=1, at_most=20)
    numbers = np.arange(2**n_inputs, dtype=">u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(np.unpackbits(numbers, axis=1)[:, 32 - n_inputs :])


def _values(outputs) -> list[tuple[np.ndarray, float]]:
    """Return for each dimension the values to sum over, and how much of the axis each stands for.

    Of a real number these are the points of a grid: the midpoint rule, which for a smooth density
    with nothing at its ends is as exact as sums are, once its steps are no wider than σ.
    """
    supports = [family.support for family in outputs.families]
    n_real, n_states = supports.count(None), math.prod(len(own) for own in supports if own)
    if n_real > 2:
        raise ValueError(f"outputs must have at most 2 real dimensions to sum over, got {n_real}.")
    if n_states > STATES:
        raise ValueError(f"outputs must have at most {STATES:,} states, got {n_states:,}.")
    n = min(int((STATES / n_states) ** (1 / max(n_real, 1))), MOST_POINTS)
    middles, step = np.arange(n) - (n - 1) / 2, 2 * REACH / n
    return [
        (family.mean + family.std * step * middles, family.std * step)
        if family.support is None
        else (np.array(family.support), 1.0)
        for family in outputs.families
    ]


def _batches(values, rows=BATCH):
    """Yield all combinations of `values`, one array a dimension, in counting order."""
    shape = [len(own) for own in values]
    for first in range(0, math.prod(shape), rows):
        numbers = np.arange(first, min(first + rows, math.prod(shape)))
        digits = np.unravel_index(numbers, shape)
        yield np.stack([own[k] for own, k in zip(values, digits)], axis=1)


def total_probability(model, condition=None) -> float:
    """Return Σ p(x) over all x, summed in float64: 1 for a density.

    Over real dimensions, two at most, it is integrated numerically. With tiny weights a leak hardly
    moves the sum; `randomize` the weights first.

    Args:
        model: a `Network`, a `Sampler`, or anything with `n_inputs` and ``log_prob(x)`` (D ≤ 20 if
            it is binary). It is asked for `BATCH` rows at a time.
        condition: ``(c,)``, if the model has conditions.
    """
    if not (hasattr(model, "log_prob") and hasattr(model, "n_inputs")):
        model = as_network("model", model)
    if hasattr(model, "astype"):  # a Network, or an average of several
        model = model.astype(np.float64)
    d = arguments.whole("n_inputs", model.n_inputs, at_least=1)
    outputs = getattr(model, "outputs", None)
    found = _values(outputs if isinstance(outputs, Outputs) else Outputs(Bernoulli(), d))
    given = {} if condition is None else {"condition": condition}
    batches = _batches([own for own, _ in found])
    log_p = [np.asarray(model.log_prob(x, **given), np.float64) for x in batches]
    return float(np.exp(log_sum_exp(np.concatenate(log_p))) * math.prod(step for _, step in found))


def tail_probability(network, x, last: int = 12, condition=None) -> tuple[float, float]:
    """Fix all pixels of `x` but the `last` ones of the ordering; sum over those.

    For a network too large for `total_probability`. Both numbers together say that the last
    conditionals form a density given the rest, and that no earlier output moves with a pixel of its
    own rank or a later one: the last pixels are set in all ways, each of the others is changed
    once. (One example is evidence; `Network.paths` is the proof.)

    Args:
        network: a trained model with one mask set, whose last dimensions are not real numbers.
        x: ``(D,)`` or ``(1, D)``, an example.
        last: how many of the last pixels to enumerate, 1 … 16 of two values each.
        condition: ``(c,)``, if the model has conditions.

    Returns:
        Σ p(last | rest), which must be 1; and the largest change of a logit that may not change,
        which must be 0 up to the rounding of float64.
    """
    network = as_network("network", network).astype(np.float64)
    d, rank, outputs = network.n_inputs, np.asarray(network.degrees[0]), network.outputs
    last = arguments.whole("last", last, at_least=1, at_most=min(16, d))
    x = outputs.check("x", arguments.one_row("x", x, d)).astype(outputs.dtype)
    early, late = network.ordering[:-last], network.ordering[-last:]
    supports = [outputs.families[i].support for i in late]
    if None in supports or (n := math.prod(len(own) for own in supports)) > 2**16:
        got = "real numbers" if None in supports else f"{n:,}"
        rule = f"the last {last} dimensions must have at most {2**16:,} states"
        raise ValueError(f"{rule}, got {got}.")
    every = np.repeat(x, FEW, axis=0)
    unchanged = network.logits(every, condition)
    other = np.array([outputs.families[i].other(x[0, i]) for i in range(d)])

    def changed(columns, values):  # row by row, as the rounding of a product depends on its place
        batch = every.copy()
        batch[np.arange(len(values))[:, None], columns] = values
        z = network.logits(batch, condition)
        moved = np.maximum.reduceat(np.abs(z - unchanged), starts, axis=1)
        return batch[: len(values)], z[: len(values)], moved[: len(values)]

    starts = np.searchsorted(outputs.params, np.arange(d))
    log_p, moved = [], 0.0
    for tail in _batches([np.array(own) for own in supports], FEW):
        batch, z, change = changed(late, tail)
        log_p.append(-outputs.nll(batch, z)[:, late].sum(axis=1))
        moved = max(moved, change[:, early].max(initial=0.0))
    for pixels in np.split(early, range(FEW, len(early), FEW)):
        _, _, change = changed(pixels[:, None], other[pixels, None])
        seen = rank[pixels][:, None] >= rank[None, :]
        moved = np.abs(change[seen]).max(initial=moved)
    return float(np.exp(log_sum_exp(np.concatenate(log_p)))), float(moved)


def gradient_dependencies(model, x, condition=None) -> np.ndarray:
    """Return ``(D, D)``: the largest |∂ output_j / ∂ input_i| over the rows of `x`.

    Where a dimension has several input numbers or parameters, the largest of them all.

    Args:
        model: a Keras model (a `made.MADE` with one mask set) or a function made of `keras.ops`,
            ``(n, D) -> (n, D)``, differentiated by Keras's backend; or a `Network`, its `logits`
            or its `Sampler`, differentiated by the chain rule in NumPy.
        x: ``(n, D)``; any real numbers (of categories, whole ones), and better many rows than one.
        condition: as in `Network.logits`.
    """
    model, x = _inside("model", model), _rows(x, float)
    function, rows = model, x
    if isinstance(getattr(model, "outputs", None), Outputs):
        rows, function = model.rows(x, condition), lambda rows: model(rows, encoded=True)
    try:
        if isinstance(model, Network):
            largest = _largest_slopes(model, rows)
        else:
            largest = np.abs(_jacobian(function, rows.astype(np.float32))).max(axis=0).T
    except Exception as error:  # each backend has its own
        rule = "model must be a Network, a Keras model or a function of (n, D) made of keras.ops"
        raise ValueError(f"{rule}; it cannot be differentiated: {error}") from error
    if function is model:
        return largest
    return model.outputs.by_dimension(largest, np.maximum, model.n_conditions)


def _largest_slopes(network: Network, x) -> np.ndarray:
    """``(c + E, P)``, row by row of what the network is shown: products of kernels and slopes."""
    largest = np.zeros((x.shape[1], len(network.outputs.params)))
    for h in x:
        jacobian = np.eye(x.shape[1], dtype=network.dtype)
        for kernel, bias in zip(network.kernels[:-1], network.biases[:-1]):
            z = h @ kernel + bias
            jacobian = (jacobian @ kernel) * SLOPES[network.activation](z)
            h = ACTIVATIONS[network.activation](z)
        jacobian = jacobian @ network.kernels[-1]
        if network.direct is not None:
            jacobian = jacobian + network.direct
        largest = np.maximum(largest, np.abs(jacobian))
    return largest


def _jacobian(function, x) -> np.ndarray:
    """Return ``(n, D, D)``, output by input: the one place where `keras.ops` does not suffice."""
    import keras

    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        x = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        jacobian = tape.batch_jacobian(y, x)
        if jacobian is None:
            raise ValueError("its output is not computed from its input by tensors")
        return jacobian.numpy()
    if backend == "torch":
        import torch

        jacobian = torch.func.jacrev(lambda row: function(row[None])[0])
        return torch.func.vmap(jacobian)(torch.tensor(x)).detach().cpu().numpy()
    import jax

    return np.asarray(jax.vmap(jax.jacrev(lambda row: function(row[None])[0]))(x))


def moved_outputs(model, x, condition=None) -> np.ndarray:
    """Return ``(D, D)`` booleans: changing input i moved output j for some row of `x`.

    Args:
        model: whatever the course calls a model, with one mask set, or a function
            ``(n, D) -> (n, D)`` of arrays or tensors.
        x: ``(n, D)`` examples: for a function, zeros and ones.
        condition: as in `Network.logits`.
    """
    model, x = _inside("model", model), _rows(x, float)
    outputs, function = getattr(model, "outputs", None), model
    if isinstance(outputs, Outputs):
        function = functools.partial(model.logits, condition=condition)
    else:
        outputs = Outputs(Bernoulli(), x.shape[1])
    x = outputs.check("x", x)
    before = _as_numpy(function(x))
    if before.ndim != 2 or len(before) != len(x):
        raise ValueError(f"model must return ({len(x)}, D), got shape {before.shape}.")
    moved = np.zeros((x.shape[1], before.shape[1]), bool)
    for i, family in enumerate(outputs.families):
        changed = x.copy()
        changed[:, i] = family.other(x[:, i])
        moved[i] = (_as_numpy(function(changed)) != before).any(axis=0)
    if function is model:
        return moved
    return outputs.by_dimension(moved[outputs.columns], np.logical_or)


def _inside(name, model):
    """Return a `Network` or a Keras model with one mask set; a function as it is."""
    network = getattr(model, "__self__", None)
    if isinstance(network, Network) and model == network.logits:
        return network
    if callable(model) and getattr(model, "n_masks", 1) == 1:
        return model
    return as_network(name, model)


def _rows(x, dtype) -> np.ndarray:
    x = np.asarray(x, dtype)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"x must have shape (n, D), n at least 1, got {x.shape}.")
    return x


def _as_numpy(y) -> np.ndarray:
    if isinstance(y, np.ndarray):
        return y
    from keras import ops

    return ops.convert_to_numpy(y)


def assert_autoregressive(dependencies, ordering) -> None:
    """Raise `NotAutoregressive`, naming the first leak, unless every dependency is allowed.

    Args:
        dependencies: ``(D, D)``; whatever is not zero is a dependency of output j on input i.
        ordering: the visiting order, ``(D,)``.
    """
    order = masks.make_ordering(len(ordering), ordering)
    rank = np.empty(len(order), int)  # written out here: a check shares no code with what it checks
    rank[order] = np.arange(1, len(order) + 1)
    dependencies, allowed = np.asarray(dependencies), rank[:, None] < rank[None, :]
    if dependencies.shape != allowed.shape:
        got = dependencies.shape or f"{dependencies[()]!r:.80}; take its paths()"
        raise ValueError(f"dependencies must have shape {allowed.shape}, got {got}.")
    if not np.isfinite(dependencies).all():
        raise ValueError("dependencies must be finite, got NaN or inf.")
    leaks = np.argwhere((dependencies != 0) & ~allowed)
    if len(leaks):
        i, j = leaks[0]
        raise NotAutoregressive(
            f"output {j} (rank {rank[j]}) depends on input {i} (rank {rank[i]}); "
            f"{len(leaks)} such pairs in all."
        )


def randomize(network, seed=0, scale=1.0) -> Network:
    """Return the network with live weights and all biases drawn from N(0, scale²), in float64.

    A connection that is zero stays zero. Use it before `total_probability`.
    """
    network, rng = as_network("network", network), arguments.generator("seed", seed)
    scale = arguments.number("scale", scale, "at least 0", lambda s: 0 <= s < np.inf)

    def draw(array):
        return rng.standard_normal(array.shape) * scale * (array != 0)

    return dataclasses.replace(
        network,
        kernels=[draw(k) for k in network.kernels],
        biases=[rng.standard_normal(b.shape) * scale for b in network.biases],
        direct=None if network.direct is None else draw(network.direct),
    )
