"""Checkers of lesson 9: densities that are known up to a factor, and counts of rows."""

import collections
import functools

import numpy as np

from helpers.exercises import checker, correct, expect
from helpers.likelihood import log_mean_exp, log_sum_exp

__all__ = [
    "check_baseline",
    "check_masses",
    "check_other",
    "check_q_error",
    "check_symmetric",
    "check_weigh",
]
FAR = "Right near 0; at −5,000 nats every exp is 0. Stay with the logs."


@checker("weigh(log_w)")
def check_weigh(weigh):
    """9.1: the mean of log w, and the log of the mean of w."""
    for centre in (1.0, -5000.0):
        log_w = centre + np.random.default_rng(0).normal(0, 1.5, 200)
        bound, log_z = log_w.mean(), log_mean_exp(log_w)
        got = weigh.array(log_w, shape=(2,), finite=False)
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
        told = FAR if centre < 0 else f"Of these 200 draws they are {bound:.4f} and {log_z:.4f}."
        expect(got, [bound, log_z], mistakes, told, 1e-6, 1e-6)
    return correct("The mean of the logs is never more than the log of the mean.")


@checker("draw_weights(log_w)")
def check_baseline(draw_weights):
    """9.2: log w less the mean of the other draws."""
    for n in (5, 2, 40):
        log_w = np.random.default_rng(n).normal(3, 2, n)
        others = (log_w.sum() - log_w) / (n - 1)
        one = "One weight for each draw: of the other draws each has its own mean."
        got = draw_weights.array(log_w, shape=(n,), hints={(): one})
        mistakes = {
            "That mean contains the draw itself.": log_w - log_w.mean(),
            "There is no baseline yet.": log_w,
            "That is the baseline; take it off from log w.": others,
            "The sign: a draw that is better than the others is to be learnt.": others - log_w,
            "There are n − 1 others to divide by.": log_w - (log_w.sum() - log_w) / n,
            "A mean of the others, not their sum.": log_w - (log_w.sum() - log_w),
        }
        right = log_w - others
        told = f"Of {n} draws the first has the weight {right[0]:.4f}, not {got[0]:.4f}."
        expect(got, right, mistakes, told, 1e-6, 1e-6)
    return correct("The baseline of a draw knows nothing of it, so the gradient has no bias.")


def _of_table(table, x):
    """Look up the rows of bits `x` ``(n, 4)``; NaN for a row that is none of bits."""
    x = np.asarray(x, float)
    bits = ((x == 0) | (x == 1)).all(axis=1)
    return np.where(bits, table[(np.where(x == 1, 1, 0) @ [8, 4, 2, 1])], np.nan)


@checker("log_both(log_q, x)")
def check_symmetric(log_both):
    """9.3: the log of the mean of q at the spins as they are and at all spins turned."""
    for centre in (-3.0, -5000.0):
        table = centre + np.random.default_rng(1).normal(0, 2, 16)
        log_q = functools.partial(_of_table, table)
        x = ((np.arange(16)[:, None] >> np.arange(4)) & 1).astype("uint8")[:12]
        as_is, turned = log_q(x), log_q(1 - x)
        right = np.logaddexp(as_is, turned) - np.log(2)
        got = log_both.array(log_q, x, shape=(12,), finite=False)
        mistakes = {
            "Spins turn where bits do: −s is 1 − x, as −x is no row of bits.": (
                np.logaddexp(as_is, log_q(-1.0 * x)) - np.log(2)
            ),
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
        told = f"For the first row it is {right[0]:.4f}, not {got[0]:.4f}."
        expect(got, right, mistakes, FAR if centre < -100 else told, 1e-6, 1e-6)
    return correct("A mean of two densities is a density, and this one has the magnet's symmetry.")


@checker("q_error(estimate, truth)")
def check_q_error(q_error):
    """9.4: the factor between estimate and truth, whichever way, from one row up."""
    estimate = np.array([50.0, 200, 100, 0.2, 3, 0, 40, 1e6, 0.5])
    truth = np.array([100, 100, 100, 0, 0, 7, 0.3, 10, 0.9])
    low, high = np.maximum(estimate, 1), np.maximum(truth, 1)
    one = "One factor for each query, please."
    got = q_error.array(estimate, truth, shape=(9,), finite=False, hints={(): one})
    mistakes = {
        "An estimate that is too low counts as well: the larger of the two ratios.": low / high,
        "That is estimates that are too low only: the larger of the two ratios.": high / low,
        "That is a difference; the q-error is a factor.": np.abs(low - high),
        "That is a relative error; the q-error is a factor, whichever way.": (
            np.abs(low - high) / high
        ),
        "That is its logarithm.": np.abs(np.log(low / high)),
        "The smaller of the two ratios is never above 1; take the larger.": (
            np.minimum(low / high, high / low)
        ),
        "The truth, too, is taken for at least one row.": _off(low, truth),
        "The estimate, too, is taken for at least one row.": _off(estimate, high),
        "Counts below one row are taken for one row, before they are divided.": (
            _off(estimate, truth)
        ),
        "One row is added to none: counts below one are *taken* for one.": (
            _off(estimate + 1, truth + 1)
        ),
    }
    right = _off(low, high)
    i = int(np.argmax(~np.isclose(got, right, rtol=1e-6)))
    asked = f"For {estimate[i]:g} rows where {truth[i]:g} are true"
    expect(got, right, mistakes, f"{asked} it is {right[i]:g}, not {got[i]:g}.", 1e-6, 1e-6)
    return correct("Ten times too many and ten times too few are equally far off.")


def _off(estimate, truth):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.maximum(estimate / truth, truth / estimate)


def _masses(p1, p2, keep1, keep2, u, first=True, restrict=True, share=False):
    """The products of the allowed masses; each option away from its default is a mistake."""
    kept = p1 * keep1 if restrict else p1
    mass = (p1 * keep1).sum()
    x1 = (u[:, None] >= np.cumsum(kept / kept.sum())[:-1]).sum(axis=1)
    second = (p2 * keep2).sum(axis=1)[x1]
    return second * (p1[x1] if share else mass if first else 1.0)


@checker("masses(p1, p2, keep1, keep2, u)")
def check_masses(masses):
    """9.5: progressive sampling of two columns, as a function of uniform numbers."""
    for seed, (a, b) in enumerate([(4, 3), (3, 5), (2, 2)]):
        rng = np.random.default_rng(seed)
        p1, p2 = rng.dirichlet(np.ones(a)), rng.dirichlet(np.ones(b), a)
        keep1, keep2 = np.arange(a) != a // 2, np.arange(b) > 0
        u = rng.random(40)
        given = (p1, p2, keep1, keep2, u)
        right = _masses(*given)
        each = "One product for each uniform number; their mean comes later."
        got = masses.array(*given, shape=(40,), hints={(): each})
        truth = (p1 * keep1) @ (p2 * keep2).sum(axis=1)
        mistakes = {
            "The mass of the first column is missing.": _masses(*given, first=False),
            "Draw from what is allowed: forbid the rest before x1 is drawn.": (
                _masses(*given, restrict=False)
            ),
            "That is the probability of the value drawn; the mass is that of all allowed.": (
                _masses(*given, share=True)
            ),
            "That is the mean of all draws, and exact; each draw has its own product.": (
                np.full(40, truth)
            ),
            "That is the mass of the first column; the second has one, too.": (
                np.full(40, (p1 * keep1).sum())
            ),
            "That leaves out what the query allows of the second column.": (
                _masses(p1, p2, keep1, np.ones(b), u)
            ),
            "That keeps what the query forbids of the second column.": (
                _masses(p1, p2, keep1, ~keep2, u)
            ),
            "That is independent columns: p2 depends on the x1 that was drawn.": (
                np.full(40, (p1 * keep1).sum() * (p1 @ p2 * keep2).sum())
            ),
            "A large coin draws a large value: shares add up from the first on.": (
                _masses(p1[::-1], p2[::-1], keep1[::-1], keep2, u)
            ),
            "That is a logarithm.": np.log(right),
        }
        i = int(np.argmax(~np.isclose(got, right, rtol=1e-6)))
        told = f"For the coin {u[i]:.3f} the product is {right[i]:.4f}, not {got[i]:.4f}."
        expect(got, right, mistakes, told, 1e-6, 1e-6)
    return correct("Every draw matches, and the mean of the products is the probability.")


@checker("code_of(train, new, least)")
def check_other(code_of):
    """9.6: codes of a column's frequent values, and one for all others, rare or new."""
    train = "b b b b a a a d d d d d c z z e e e".split()
    new = "a b z q c e d d Q".split()
    for least in (3, 2, 1):
        counts = collections.Counter(train)
        known, every = sorted(v for v in counts if counts[v] >= least), sorted(counts)
        got = code_of.array(train, new, least, shape=(9,))
        mistakes = {
            "`least` times is enough: at least, not more than.": (
                sorted(v for v in counts if counts[v] > least)
            ),
            "Rare values are others, too.": every,
            "Sort the values that are kept: codes must not depend on the order of rows.": (
                [v for v in dict.fromkeys(train) if v in known]
            ),
            "Codes by sorted value, not by how frequent it is.": (
                sorted(known, key=lambda v: -counts[v])
            ),
            "Count in `train`: of `new` nothing is known beforehand.": (
                sorted(v for v in set(new) if new.count(v) >= least)
            ),
        }
        right = _codes(known, new)
        wrong = {hint: _codes(values, new) for hint, values in mistakes.items()}
        wrong["Others come after the known values, with the next code."] = np.where(
            right == len(known), -1, right
        )
        wrong["Code 0 is the first known value; others come last."] = (right + 1) % (len(known) + 1)
        wrong["Codes begin with 0."] = right + 1
        i = int(np.argmax(got != right))
        seen = f"{new[i]!r}, {counts[new[i]]} times in `train`, least {least}"
        expect(got, right, wrong, f"The code of {seen}, is {right[i]}, not {got[i]:g}.", 0, 0)
    return correct("A model of these codes can be asked about rows that nobody has seen yet.")


def _codes(values, texts):
    return np.array([values.index(t) if t in values else len(values) for t in texts])
