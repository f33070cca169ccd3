"""What the course calls a model, and what answers for one. NumPy alone.

Whatever scores and draws has `n_inputs`, ``log_prob(x)`` in nats and ``sample(n, seed)``: a
`network.Network`, a `made.MADE`, an `average.Average`. Whatever looks inside takes plain arrays.
"""

import numpy as np


def as_network(name: str, model):
    """Return the plain arrays of whatever the course calls a model, or raise `ValueError`.

    Args:
        name: of the argument, for the message.
        model: a `network.Network`, a `sampling.Sampler`, or a `made.MADE` with one mask set.
    """
    if getattr(model, "n_masks", 1) > 1:
        rule = f"{name} must be one mask set, got a model with {model.n_masks}"
        raise ValueError(f"{rule}: pick one, model.network(mask_set).")
    network = getattr(model, "network", None)
    network = network() if callable(network) and not isinstance(model, type) else network
    network = model if network is None else network
    if isinstance(model, type) or not hasattr(network, "kernels"):
        rule = f"{name} must be a network.Network, a sampling.Sampler or a made.MADE"
        raise ValueError(f"{rule}, got {type(model).__name__} {model!r:.60}.")
    return network


def conditions(given, n: int, n_conditions: int) -> np.ndarray:
    """Return `given` as ``(n, c)``, one row for all repeated, or raise `ValueError`."""
    given = np.asarray([] if given is None else given)
    rule = f"condition must be finite, ({n}, {n_conditions}) or ({n_conditions},)"
    if given.ndim == 1:
        given = np.broadcast_to(given, (n, len(given)))
    if given.shape != (n, n_conditions):
        raise ValueError(f"{rule}, got shape {given.shape}.")
    wrong = given if given.dtype.kind not in "biuf" else given[~np.isfinite(given)]
    if wrong.size:
        raise ValueError(f"{rule}, got {wrong.flat[0]!r}.")
    return given.astype(np.float64)


def shown(model, x, condition, dtype) -> np.ndarray:
    """Return ``(n, c + E)``: the conditions, then what the network is shown of `x` ``(n, D)``."""
    codes = np.asarray(model.outputs.encode(np.asarray(x)), dtype)
    given = conditions(condition, len(codes), model.n_conditions)
    return np.hstack([given.astype(dtype), codes]) if model.n_conditions else codes
