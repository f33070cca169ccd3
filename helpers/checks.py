"""Proofs that a model is autoregressive and a density, and evidence where a proof is out of reach.

Dependency matrices are ``(D, D)``, input (row) by output (column), as masks are. What each can do:

* `network.Network.paths` counts paths: a zero is a proof, for this network and all inputs.
* `gradient_dependencies` and `moved_outputs` look at some inputs: what they find is there, what
  they do not find may be hidden (a dead ReLU).
* `total_probability` sums p(x) over all x: the definition of a density itself, for small D.
"""

import itertools

import numpy as np

from helpers import arguments, masks
from helpers.likelihood import log_sum_exp
from helpers.network import Network


class NotAutoregressive(AssertionError):
    """A model's output depends on an input that it may not see."""


def all_binary(n_inputs: int) -> np.ndarray:
    """Return all binary vectors of length D, ``(2^D, D)`` uint8, in counting order (D ≤ 20)."""
    if not 1 <= n_inputs <= 20:
        raise ValueError(f"n_inputs must be in 1 … 20 to list 2^D vectors, got {n_inputs}.")
    return np.array(list(itertools.product((0, 1), repeat=n_inputs)), np.uint8)


def total_probability(model) -> float:
    """Return Σ p(x) over all 2^D binary x, summed in float64: 1 for a density.

    With tiny weights a leak hardly moves the sum; `randomize` the weights first.

    Args:
        model: a `Network`, or anything with `n_inputs` and ``log_prob(x)`` (D ≤ 20).
    """
    if isinstance(model, Network):
        model = model.astype(np.float64)
    log_p = np.asarray(model.log_prob(all_binary(model.n_inputs)), np.float64)
    return float(np.exp(log_sum_exp(log_p)))


def tail_probability(network: Network, x, last: int = 12) -> tuple[float, float]:
    """Fix all pixels of `x` but the `last` ones of the ordering; sum over those.

    For a network too large for `total_probability`. Both numbers together say that the last
    conditionals form a density given the rest, and that the rest does not look ahead.

    Args:
        x: ``(D,)`` zeros and ones.
        last: how many of the last ranks to enumerate, 1 … 16.

    Returns:
        Σ p(last | rest), which must be 1; and the largest change in an earlier logit, which must
        be exactly 0 up to the rounding of float64.
    """
    if not 1 <= last <= min(16, network.n_inputs):
        raise ValueError(f"last must be in 1 … {min(16, network.n_inputs)}, got {last!r}.")
    network = network.astype(np.float64)
    early, late = network.ordering[:-last], network.ordering[-last:]
    batch = np.repeat(arguments.binary("x", np.asarray(x)[None], network.n_inputs), 2**last, axis=0)
    batch[:, late] = all_binary(last)
    logits = network.logits(batch)
    log_p = batch[:, late] * logits[:, late] - np.logaddexp(0, logits[:, late])
    moved = np.ptp(logits[:, early], axis=0).max(initial=0.0)
    return float(np.exp(log_sum_exp(log_p.sum(axis=1)))), float(moved)


def gradient_dependencies(function, x) -> np.ndarray:
    """Return ``(D, D)``: the largest |∂ output_j / ∂ input_i| over the rows of `x`.

    The one place that needs automatic differentiation, which `keras.ops` lacks.

    Args:
        function: a Keras model or function, ``(n, D) -> (n, D)``.
        x: ``(n, D)``; any real numbers, and better many rows than one.
    """
    import keras

    x = np.asarray(x, np.float32)
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        x = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        jacobian = tape.batch_jacobian(y, x).numpy()
    elif backend == "torch":
        import torch

        x = torch.tensor(x)
        jacobian = torch.func.vmap(torch.func.jacrev(lambda row: function(row[None])[0]))(x)
        jacobian = jacobian.detach().cpu().numpy()
    else:
        import jax

        jacobian = np.asarray(jax.vmap(jax.jacrev(lambda row: function(row[None])[0]))(x))
    return np.abs(jacobian).max(axis=0).T


def moved_outputs(function, x) -> np.ndarray:
    """Return ``(D, D)`` booleans: flipping input i moved output j for some row of `x`.

    Args:
        function: ``(n, D) -> (n, D)``, arrays or tensors.
        x: ``(n, D)`` zeros and ones.
    """
    x = np.asarray(x, np.float64)
    before = np.asarray(function(x))
    moved = np.zeros((x.shape[1], before.shape[1]), bool)
    for i in range(x.shape[1]):
        flipped = x.copy()
        flipped[:, i] = 1 - flipped[:, i]
        moved[i] = (np.asarray(function(flipped)) != before).any(axis=0)
    return moved


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
        raise ValueError(f"dependencies must have shape {allowed.shape}, got {dependencies.shape}.")
    if not np.isfinite(dependencies).all():
        raise ValueError("dependencies must be finite, got NaN or inf.")
    leaks = np.argwhere((dependencies != 0) & ~allowed)
    if len(leaks):
        i, j = leaks[0]
        raise NotAutoregressive(
            f"output {j} (rank {rank[j]}) depends on input {i} (rank {rank[i]}); "
            f"{len(leaks)} such pairs in all."
        )


def randomize(network: Network, seed=0, scale=1.0) -> Network:
    """Return the network with live weights and all biases drawn from N(0, scale²), in float64.

    A connection that is zero stays zero. Use it before `total_probability`.
    """
    rng = np.random.default_rng(seed)

    def draw(array):
        return rng.standard_normal(array.shape) * scale * (array != 0)

    return Network(
        network.degrees,
        [draw(k) for k in network.kernels],
        [rng.standard_normal(b.shape) * scale for b in network.biases],
        None if network.direct is None else draw(network.direct),
        network.activation,
    )
