"""The first rows of the scoreboard: models of binary digits that need no network (lesson 1).

Each treats the pixels as independent Bernoullis; they differ in how many probabilities they learn:
none (a fair coin), one for all pixels, or one for each pixel. NumPy only. Scores are in nats per
digit, summed over the D pixels, and belong to the data and the binarization they were computed on.
"""

import numpy as np

from helpers import arguments


def one_p(train) -> float:
    """Return the mean of all pixels of all digits of `train` ``(n, D)``, values in [0, 1]."""
    return float(np.mean(_digits("train", train), dtype=np.float64))


def pixel_p(train, alpha: float = 1.0) -> np.ndarray:
    """Return one probability per pixel, ``(D,)``: ``(number of ones + alpha) / (n + 2 alpha)``.

    Args:
        train: ``(n, D)`` in {0, 1}, or in [0, 1], where grey counts as part of a one.
        alpha: imagined digits added to each side. 1 is add-one (Laplace) smoothing; with 0, a pixel
            that never was 1 in training makes a test digit that has it infinitely bad.

    Raises:
        ValueError: for a negative `alpha`, or `train` of another shape.
    """
    alpha = arguments.number("alpha", alpha, "at least 0 and finite", lambda v: 0 <= v < np.inf)
    train = _digits("train", train)
    return (train.sum(axis=0, dtype=np.float64) + alpha) / (len(train) + 2 * alpha)


def nll(x, p) -> np.ndarray:
    """Return −log p(x) of independent Bernoullis, summed over D: ``(n,)``, nats per digit.

    It picks the probability of what happened instead of multiplying by x and 1 − x, because
    0 · log 0 is nan. An impossible pixel gives +inf.

    Args:
        x: ``(n, D)`` of 0 and 1 only.
        p: probabilities of a 1 in [0, 1], a number or ``(D,)``.
    """
    x = _digits("x", x)
    if not np.isin(x, (0, 1)).all():
        raise ValueError("x must hold only 0 and 1: other values have no probability here.")
    p = np.asarray(p, np.float64)
    if p.shape not in ((), x.shape[1:]):
        raise ValueError(f"p must be a number or ({x.shape[1]},), got shape {p.shape}.")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p must lie in [0, 1], got values from {p.min():g} to {p.max():g}.")
    with np.errstate(divide="ignore"):
        log_one, log_zero = np.log(p), np.log1p(-p)
    return -np.where(x == 1, log_one, log_zero).sum(axis=1)


def mean_and_error(scores) -> tuple[float, float]:
    """Return the mean of `scores` ``(n,)`` and its standard error, s / √n."""
    scores = np.asarray(scores, np.float64)
    if scores.ndim != 1 or len(scores) < 2:
        raise ValueError(f"scores must be (n,) with n at least 2, got shape {scores.shape}.")
    return float(scores.mean()), float(scores.std(ddof=1) / np.sqrt(len(scores)))


def scores(split) -> dict[str, tuple[float, float]]:
    """Return the three rows ``{name: (nats per test digit, standard error)}`` for a `data.Split`.

    The models are fitted on ``split.train`` and scored on ``split.test``. The coin's error is 0: it
    gives every digit the same probability, 2^−D.
    """
    models = {
        "fair coin": 0.5,
        "one p": one_p(split.train),
        "one p per pixel": pixel_p(split.train),
    }
    return {name: mean_and_error(nll(split.test, p)) for name, p in models.items()}


def _digits(name: str, x) -> np.ndarray:
    x = np.asarray(x)
    if x.ndim != 2 or len(x) == 0:
        raise ValueError(f"{name} must be (n, D) with n at least 1, got shape {x.shape}.")
    if not (x.min() >= 0 and x.max() <= 1):
        raise ValueError(f"{name} must lie in [0, 1], got {x.min()} to {x.max()}.")
    return x
