"""Negative log-likelihoods, in nats per example: the losses of the course.

Each function sums over the last axis, the D dimensions of an example, and never takes a mean over
them: a mean over 784 pixels makes a score look 784 times better than it is. NumPy arrays in, NumPy
arrays out; Keras tensors in, Keras tensors out.
"""

import math

import numpy as np

LOG_2_PI = math.log(2 * math.pi)


def bernoulli_nll(x, logits):
    """Return −log p(x) under independent Bernoullis with the given logits, summed over D.

    Per dimension this is ``softplus(l) − x·l``, which equals ``−x log σ(l) − (1−x) log(1−σ(l))``
    and is never infinite: at any size of the logit the error is no more than its rounding.

    Args:
        x: ``(…, D)`` in {0, 1} (or in [0, 1], where it is a cross entropy).
        logits: ``(…, D)``.

    Returns:
        ``(…)``, nats per example.
    """
    ops = _ops(logits)
    return ops.sum(_softplus(ops, logits) - x * logits, axis=-1)


def gaussian_nll(x, mean, log_std):
    """Return −log p(x) under independent Gaussians, summed over D: ``(…)``, nats per example.

    Args:
        x, mean, log_std: ``(…, D)`` (they broadcast); `log_std` is log σ, any real number.
    """
    ops = _ops(mean)
    z = (x - mean) * ops.exp(-log_std)
    return ops.sum(0.5 * z * z + log_std + 0.5 * LOG_2_PI, axis=-1)


def categorical_nll(labels, logits):
    """Return −log p(labels) under independent categoricals, summed over D.

    Args:
        labels: ``(…, D)`` integers 0 … k−1.
        logits: ``(…, D, k)``.

    Returns:
        ``(…)``, nats per example.
    """
    ops = _ops(logits)
    log_p = logits - log_sum_exp(logits, axis=-1, keepdims=True)
    picked = ops.take_along_axis(log_p, labels[..., None], axis=-1)[..., 0]
    return -ops.sum(picked, axis=-1)


def log_sum_exp(values, axis=None, keepdims=False):
    """Return log Σ exp(values) along `axis`, without overflow or underflow."""
    ops = _ops(values)
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
    return nll / (n_dimensions * math.log(2))


def _softplus(ops, x):
    return np.logaddexp(0, x) if ops is np else ops.softplus(x)


def _ops(x):
    """NumPy for NumPy's own; `keras.ops` for anything else. Keras is not imported before then."""
    if isinstance(x, (np.ndarray, np.generic, float, int, list)):
        return np
    from keras import ops

    return ops
