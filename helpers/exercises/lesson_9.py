"""Checkers of lesson 9: densities that are known up to a factor. Right answers in float64."""

import functools

import numpy as np

from helpers.exercises import Answer, blame, checker, correct, not_yet
from helpers.likelihood import log_mean_exp, log_sum_exp

__all__ = ["check_baseline", "check_symmetric", "check_weigh"]


@checker
def check_weigh(weigh):
    """9.1: the mean of log w, and the log of the mean of w."""
    answer = Answer("weigh(log_w)", weigh)
    for centre in (1.0, -5000.0):
        log_w = centre + np.random.default_rng(0).normal(0, 1.5, 200)
        bound, log_z = log_w.mean(), log_mean_exp(log_w)
        got = answer.array(log_w, shape=(2,), finite=False)
        mistakes = {
            "The other way round: the bound comes first.": [log_z, bound],
            "That is the bound twice; for log Z the log comes after the mean.": [bound, bound],
            "For log Z, the log of a mean, not of a sum.": [bound, log_sum_exp(log_w)],
            "The bound is a mean over the draws, not a sum.": [log_w.sum(), log_z],
            "The largest weight is one of many.": [bound, log_w.max()],
            "The bound is no median: a mean of log w.": [np.median(log_w), log_z],
        }
        if centre > 0:
            mistakes["That is Z; its log is asked for."] = [bound, np.exp(log_z)]
            mistakes["The bound is a mean of logs."] = [np.exp(bound), log_z]
        blame(got, mistakes, rtol=1e-6, atol=1e-6)
        if not np.allclose(got, [bound, log_z], rtol=1e-9):
            if centre < 0:
                return not_yet("Right near 0; at −5,000 nats every exp is 0. Stay with the logs.")
            return not_yet(f"Of these 200 draws they are {bound:.4f} and {log_z:.4f}.")
    return correct("The mean of the logs is never more than the log of the mean.")


@checker
def check_baseline(draw_weights):
    """9.2: log w less the mean of the other draws."""
    answer = Answer("draw_weights(log_w)", draw_weights)
    for n in (5, 2, 40):
        log_w = np.random.default_rng(n).normal(3, 2, n)
        others = (log_w.sum() - log_w) / (n - 1)
        one = "One weight for each draw: of the other draws each has its own mean."
        got = answer.array(log_w, shape=(n,), hints={(): one})
        mistakes = {
            "That mean contains the draw itself.": log_w - log_w.mean(),
            "There is no baseline yet.": log_w,
            "That is the baseline; take it off from log w.": others,
            "The sign: a draw that is better than the others is to be learnt.": others - log_w,
            "There are n − 1 others to divide by.": log_w - (log_w.sum() - log_w) / n,
            "A mean of the others, not their sum.": log_w - (log_w.sum() - log_w),
        }
        blame(got, {k: v for k, v in mistakes.items() if not np.allclose(v, log_w - others)})
        if not np.allclose(got, log_w - others, rtol=1e-6):
            right = log_w[0] - others[0]
            return not_yet(f"Of {n} draws the first has the weight {right:.4f}, not {got[0]:.4f}.")
    return correct("The baseline of a draw knows nothing of it, so the gradient has no bias.")


def _of_table(table, x):
    """Look up the rows of bits `x` ``(n, 4)``; NaN for a row that is none of bits."""
    x = np.asarray(x, float)
    bits = ((x == 0) | (x == 1)).all(axis=1)
    return np.where(bits, table[(np.where(x == 1, 1, 0) @ [8, 4, 2, 1])], np.nan)


@checker
def check_symmetric(log_both):
    """9.3: the log of the mean of q at the spins as they are and at all spins turned."""
    answer = Answer("log_both(log_q, x)", log_both)
    for centre in (-3.0, -5000.0):
        table = centre + np.random.default_rng(1).normal(0, 2, 16)
        log_q = functools.partial(_of_table, table)
        x = ((np.arange(16)[:, None] >> np.arange(4)) & 1).astype("uint8")[:12]
        as_is, turned = log_q(x), log_q(1 - x)
        right = np.logaddexp(as_is, turned) - np.log(2)
        got = answer.array(log_q, x, shape=(12,), finite=False)
        mistakes = {
            "Spins turn where bits do: −s is 1 − x. What you gave is no row of bits.": 0 * x[:, 0]
            + np.nan,
            "That is the mean of the logs; average the probabilities.": (as_is + turned) / 2,
            "Half of it is missing: the two probabilities add up to twice a density.": right
            + np.log(2),
            "That is q itself.": as_is,
            "That is q of the turned spins alone.": turned,
            "The larger of the two is no average.": np.maximum(as_is, turned),
            "The order of the spins stays; each of them is turned.": (
                np.logaddexp(as_is, log_q(x[:, ::-1])) - np.log(2)
            ),
        }
        if centre > -100:
            mistakes["That is a probability; its log is asked for."] = np.exp(right)
        blame(got, mistakes, rtol=1e-6, atol=1e-9)
        if not np.allclose(got, right, rtol=1e-9):
            if centre < -100:
                return not_yet("Right near 0; at −5,000 nats every exp is 0. Stay with the logs.")
            return not_yet(f"For the first row it is {right[0]:.4f}, not {got[0]:.4f}.")
    return correct("A mean of two densities is a density, and this one has the magnet's symmetry.")
