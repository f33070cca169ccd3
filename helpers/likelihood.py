"""Negative log-likelihoods, in nats per example: the losses of the course.

Each function sums over the last axis, the D dimensions of an example, and never takes a mean over
them: a mean over 784 pixels makes a score look 784 times better than it is. NumPy arrays in, NumPy
arrays out; Keras tensors in, Keras tensors out. Whatever comes in 16 bits is added up in 32: a sum
over 784 pixels would move in steps of half a nat, and end at 65,504.
"""

import math

import numpy as np

from helpers import arguments

LOG_2_PI = math.log(2 * math.pi)
NUMPY = (np.ndarray, np.generic, float, int, list)


def bernoulli_nll(x, logits):
    """Return −log p(x) under independent Bernoullis with the given logits, summed over D.

    Per dimension this is ``softplus(l) − x·l``, which equals ``−x log σ(l) − (1−x) log(1−σ(l))``
    and is never infinite: at any size of the logit the error is no more than its rounding.

    Args:
        x: ``(…, D)`` in {0, 1} (or in [0, 1], where it is a cross entropy).
        logits: ``(…, D)``.

    Returns:
        ``(…)``, nats per example.

    Raises:
        ValueError: for values of a NumPy `x` outside [0, 1].
    """
    if isinstance(x, np.ndarray) and x.size and not (x.min() >= 0 and x.max() <= 1):
        raise ValueError(f"x must lie in [0, 1], got values from {x.min()} to {x.max()}.")
    ops, x, logits = with_ops(x, logits)
    x = x if ops is np else ops.cast(x, logits.dtype)
    return ops.sum(softplus(ops, logits) - x * logits, axis=-1)


def gaussian_nll(x, mean, log_std):
    """Return −log p(x) under independent Gaussians, summed over D: ``(…)``, nats per example.

    Args:
        x, mean, log_std: ``(…, D)`` (they broadcast); `log_std` is log σ, any real number.
    """
    ops, x, mean, log_std = with_ops(x, mean, log_std)
    z = (x - mean) * ops.exp(-log_std)
    return ops.sum(0.5 * z * z + log_std + 0.5 * LOG_2_PI, axis=-1)


def categorical_nll(labels, logits):
    """Return −log p(labels) under independent categoricals, summed over D.

    Args:
        labels: ``(…, D)`` integers 0 … k−1.
        logits: ``(…, D, k)``.

    Returns:
        ``(…)``, nats per example; in tensors, NaN where a label is none of 0 … k−1.

    Raises:
        ValueError: for a label of a NumPy array that is none of 0 … k−1.
    """
    ops, labels, logits = with_ops(labels, logits)
    k = logits.shape[-1]
    if ops is np and not (known := np.isin(labels, np.arange(k))).all():
        wrong = np.asarray(labels)[~known].flat[0]
        raise ValueError(f"labels must be whole numbers in 0 … {k - 1}, got {wrong!r}.")
    log_p = logits - log_sum_exp(logits, axis=-1, keepdims=True)
    chosen = ops.equal(labels[..., None], ops.arange(k))
    picked = ops.sum(ops.where(chosen, log_p, 0.0), axis=-1)
    return -ops.sum(ops.where(ops.any(chosen, axis=-1), picked, math.nan), axis=-1)


def log_sum_exp(values, axis=None, keepdims=False):
    """Return log Σ exp(values) along `axis`, without overflow or underflow."""
    ops, values = with_ops(values)
    top = ops.max(values, axis=axis, keepdims=True)
    top = ops.where(ops.isfinite(top), top, ops.zeros_like(top))
    with np.errstate(divide="ignore"):  # every probability zero: the answer is -inf
        total = ops.log(ops.sum(ops.exp(values - top), axis=axis, keepdims=True)) + top
    return total if keepdims else ops.squeeze(total, axis=axis)


def log_mean_exp(log_p, axis=0):
    """Return the log of the mean of probabilities given by their logs.

    Averaging models means averaging the probabilities they give to the whole example:
    ``log_mean_exp(log_p, axis=0)`` with `log_p` of shape ``(K, n)``.
    """
    return log_sum_exp(log_p, axis=axis) - math.log(np.shape(log_p)[axis])


def bits_per_dimension(nll, n_dimensions: int):
    """Return a score in bits per dimension from one in nats per example."""
    return nll / (arguments.whole("n_dimensions", n_dimensions, at_least=1) * math.log(2))


def softplus(ops, x):
    """Return log(1 + exp x), computed with `ops`."""
    return np.logaddexp(0, x) if ops is np else ops.softplus(x)


def with_ops(*values):
    """Return what to compute with, NumPy or `keras.ops`, and `values`, floats of 16 bits as 32.

    NumPy's own are computed with NumPy, anything else with `keras.ops`; Keras is not imported
    before.
    """
    if all(isinstance(v, NUMPY) for v in values):
        return np, *(_array(v) for v in values)
    from keras import backend, ops

    halves = ("float16", "bfloat16")
    standard = [backend.standardize_dtype(getattr(v, "dtype", "float32")) for v in values]
    wide = [ops.cast(v, "float32") if d in halves else v for v, d in zip(values, standard)]
    return ops, *wide


def _array(value):
    if isinstance(value, (float, int)) and not isinstance(value, np.generic):
        return value  # a bare number takes on the type of what it meets
    value = np.asarray(value)
    short = value.dtype.kind in "fV" and value.dtype.itemsize < 4
    return value.astype(np.float32) if short else value
