"""Proofs that a model is autoregressive and a density, and evidence where a proof is out of reach.

Dependency matrices are ``(D, D)``, input (row) by output (column), as masks are. What each can do:

* `network.Network.paths` counts paths: a zero is a proof, for this network and all inputs.
* `gradient_dependencies` and `moved_outputs` look at some inputs: what they find is there, what
  they do not find may be hidden (a dead ReLU).
* `total_probability` sums p(x) over all x: the definition of a density itself, for small D.
* `tail_probability` sums over a few of many inputs, and flips each of the others once.
"""

import numpy as np

from helpers import arguments, masks
from helpers.activations import ACTIVATIONS, sigmoid
from helpers.likelihood import log_sum_exp
from helpers.network import Network, as_network

BATCH = 1024  # rows that are scored at a time, however many are enumerated
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
    return _binary(n_inputs, 0, 2**n_inputs)


def _binary(n_inputs, first, last) -> np.ndarray:
    """Return the numbers first … last − 1 in binary, ``(last − first, n_inputs)`` uint8."""
    numbers = np.arange(first, last, dtype=">u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(np.unpackbits(numbers, axis=1)[:, 32 - n_inputs :])


def _batches(n_inputs, rows=BATCH):
    """Yield what `all_binary` returns, at most `rows` at a time."""
    for first in range(0, 2**n_inputs, rows):
        yield _binary(n_inputs, first, min(first + rows, 2**n_inputs))


def total_probability(model) -> float:
    """Return Σ p(x) over all 2^D binary x, summed in float64: 1 for a density.

    With tiny weights a leak hardly moves the sum; `randomize` the weights first.

    Args:
        model: a `Network`, a `Sampler`, or anything with `n_inputs` and ``log_prob(x)`` (D ≤ 20).
            It is asked for `BATCH` rows at a time.
    """
    if not (hasattr(model, "log_prob") and hasattr(model, "n_inputs")):
        model = as_network("model", model)
    if hasattr(model, "astype"):  # a Network, or an average of several
        model = model.astype(np.float64)
    d = arguments.whole("n_inputs", model.n_inputs, at_least=1, at_most=20)
    log_p = [np.asarray(model.log_prob(x), np.float64) for x in _batches(d)]
    return float(np.exp(log_sum_exp(np.concatenate(log_p))))


def tail_probability(network, x, last: int = 12) -> tuple[float, float]:
    """Fix all pixels of `x` but the `last` ones of the ordering; sum over those.

    For a network too large for `total_probability`. Both numbers together say that the last
    conditionals form a density given the rest, and that no earlier output moves with a pixel of its
    own rank or a later one: the last pixels are set in all ways, each of the others is flipped
    once. (One example is evidence; `Network.paths` is the proof.)

    Args:
        network: a trained model with one mask set.
        x: ``(D,)`` or ``(1, D)`` zeros and ones.
        last: how many of the last pixels to enumerate, 1 … 16.

    Returns:
        Σ p(last | rest), which must be 1; and the largest change of a logit that may not change,
        which must be 0 up to the rounding of float64.
    """
    network = as_network("network", network).astype(np.float64)
    d, rank = network.n_inputs, np.asarray(network.degrees[0])
    last = arguments.whole("last", last, at_least=1, at_most=min(16, d))
    x = arguments.binary("x", arguments.one_row("x", x, d), d).astype(np.uint8)
    every = np.repeat(x, FEW, axis=0)
    unchanged = network.logits(every)

    def changed(columns, values):  # row by row, as the rounding of a product depends on its place
        batch = every.copy()
        batch[np.arange(len(values))[:, None], columns] = values
        z = network.logits(batch)
        return z[: len(values)], (z - unchanged)[: len(values)]

    early, late = network.ordering[:-last], network.ordering[-last:]
    log_p, low, high = [], np.zeros(d - last), np.zeros(d - last)
    for tail in _batches(last, FEW):
        z, change = changed(late, tail)
        log_p.append((tail * z[:, late] - np.logaddexp(0, z[:, late])).sum(axis=1))
        low = np.minimum(low, change[:, early].min(axis=0))
        high = np.maximum(high, change[:, early].max(axis=0))
    moved = (high - low).max(initial=0.0)
    for pixels in np.split(early, range(FEW, len(early), FEW)):
        _, change = changed(pixels[:, None], 1 - x[0, pixels, None])
        seen = rank[pixels][:, None] >= rank[None, :]
        moved = np.abs(change[seen]).max(initial=moved)
    return float(np.exp(log_sum_exp(np.concatenate(log_p)))), float(moved)


def gradient_dependencies(model, x) -> np.ndarray:
    """Return ``(D, D)``: the largest |∂ output_j / ∂ input_i| over the rows of `x`.

    Args:
        model: a Keras model (a `made.MADE` with one mask set) or a function made of `keras.ops`,
            ``(n, D) -> (n, D)``, differentiated by Keras's backend; or a `Network`, its `logits`
            or its `Sampler`, differentiated by the chain rule in NumPy.
        x: ``(n, D)``; any real numbers, and better many rows than one.
    """
    function, x = _function("model", model), _rows(x, float)
    network = getattr(function, "__self__", None)
    if isinstance(network, Network) and function == network.logits:
        return _largest_slopes(network, x)
    try:
        return np.abs(_jacobian(function, x.astype(np.float32))).max(axis=0).T
    except Exception as error:  # each backend has its own
        rule = "model must be a Network, a Keras model or a function of (n, D) made of keras.ops"
        raise ValueError(f"{rule}; it cannot be differentiated: {error}") from error


def _largest_slopes(network: Network, x) -> np.ndarray:
    """The dependencies of a `Network`, row by row of `x`: products of kernels and slopes."""
    largest = np.zeros((network.n_inputs, network.n_inputs))
    for h in x.astype(network.dtype):
        jacobian = np.eye(network.n_inputs, dtype=network.dtype)
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


def moved_outputs(model, x) -> np.ndarray:
    """Return ``(D, D)`` booleans: flipping input i moved output j for some row of `x`.

    Args:
        model: whatever the course calls a model, with one mask set, or a function
            ``(n, D) -> (n, D)`` of arrays or tensors.
        x: ``(n, D)`` zeros and ones.
    """
    function, x = _function("model", model), _rows(x, float)
    x = arguments.binary("x", x, x.shape[1])
    before = _as_numpy(function(x))
    if before.ndim != 2 or len(before) != len(x):
        raise ValueError(f"model must return ({len(x)}, D), got shape {before.shape}.")
    moved = np.zeros((x.shape[1], before.shape[1]), bool)
    for i in range(x.shape[1]):
        flipped = x.copy()
        flipped[:, i] = 1 - flipped[:, i]
        moved[i] = (_as_numpy(function(flipped)) != before).any(axis=0)
    return moved


def _function(name, model):
    """Return what computes the outputs of `model`, ``(n, D) -> (n, D)``."""
    if callable(model) and getattr(model, "n_masks", 1) == 1:
        return model
    return as_network(name, model).logits


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

    return Network(
        network.degrees,
        [draw(k) for k in network.kernels],
        [rng.standard_normal(b.shape) * scale for b in network.biases],
        None if network.direct is None else draw(network.direct),
        network.activation,
    )
