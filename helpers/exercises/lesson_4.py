"""Checkers of lesson 4's exercises."""

import numpy as np

from helpers import masks
from helpers.exercises import array, blame, checker, correct, expect, not_yet, number


@checker
def check_file_size(n_bytes, nll):
    """4.1: whole bytes that hold all digits whose scores are `nll`, ``(n,)`` in nats."""
    got, nll = number("n_bytes", n_bytes), array("scores", nll)
    total = float(nll.sum())
    exact = total / np.log(2) / 8
    if got == np.ceil(exact - 1e-6):
        return correct(f"{total:.0f} nats fit into {int(got):,} bytes.")
    if got == np.ceil(nll / np.log(2) / 8 - 1e-6).sum():
        return not_yet("It is one file: add up first, round once.")
    mistakes = {
        "That many bytes hold as many bits as there are nats: convert first.": total / 8,
        "A nat is more than a bit, and yours makes it less.": total * np.log(2) / 8,
        "That is the size of one digit, and the file holds all.": exact / nll.size,
        "That is the number of bits.": 8 * exact,
        "That is the number of nats.": total,
    }
    blame(got, mistakes, rtol=0, atol=1.5)
    if abs(got - exact) <= 1.5:
        rest = "a part of one" if got % 1 else "one too few" if got < exact else "too many"
        return not_yet(f"A file has whole bytes, and all of it must fit: yours has {rest}.")
    return not_yet("Add up the nats of all digits; how many bits are they, and how many bytes?")


@checker("paired(a, b)")
def check_paired(paired):
    """4.3: `paired(a, b)` returns the mean of a − b and its standard error, digit by digit."""
    rng = np.random.default_rng(0)
    for n in (400, 6):
        common = rng.normal(80, 20, size=n)
        a, b = common + rng.normal(0, 2, n), common + rng.normal(0.5, 2, n)
        mean, error = paired.array(a, b, shape=(2,))
        d, close = a - b, {"rtol": 0.01, "atol": 0.0051}
        right = d.std(ddof=1) / np.sqrt(n)
        mistakes = {
            "The sign: a − b is below zero where a is the better model.": -d.mean(),
            "That is the sum of the differences: take their mean.": d.sum(),
            "The mean comes first, its standard error second.": right,
        }
        otherwise = f"For {n} scores made up here the mean difference is not {mean:.3f}."
        expect(mean, d.mean(), mistakes, otherwise, **close)
        two = "That is the error for two sets of digits, and these are the same ones."
        small = f"For {n} digits divide the sum of squares by n − 1 (`ddof=1`), not by n."
        mistakes = {
            two: np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n),
            "That is how much one difference varies; a mean varies less.": d.std(ddof=1),
            "That is the variance of the mean, nats²; its root is the error.": d.var(ddof=1) / n,
            "The spread of a mean falls more slowly than with n.": d.std(ddof=1) / n,
            small: d.std() / np.sqrt(n),
        }
        otherwise = f"The mean is right; its error, for {n} scores, is not {error:.4f}."
        expect(error, right, mistakes, otherwise, **close)
    return correct("What the two models share is subtracted, and the error shrinks with it.")


def _stop(valid, patience, past=0, tie=False):
    best = 0
    for epoch, score in enumerate(valid):
        if score < valid[best] or (tie and score == valid[best]):
            best = epoch
        if epoch - best >= patience + past:
            return epoch + 1, best + 1
    return len(valid), best + 1


@checker("stop(valid, patience)")
def check_early_stopping(stop):
    """4.4: `stop(valid, patience)` returns the last epoch that is run and the best one, from 1."""
    rng = np.random.default_rng(0)
    cases = [
        ([90.0, 85.0, 83.0, 84.0, 85.0, 86.0, 70.0], 3),
        ([90.0, 80.0, 81.0, 79.0, 82.0, 83.0, 84.0], 2),
        ([5.0, 4.0, 3.0, 2.0], 1),
        ([5.0, 5.0, 5.0, 1.0], 2),
        ([3.0], 1),
    ]
    cases += [(list(rng.normal(80, 1, 30).round(1)), int(k)) for k in rng.integers(1, 8, 20)]
    found = [tuple(stop.array(*case, shape=(2,))) for case in cases]
    right = [_stop(*case) for case in cases]
    if found == right:
        return correct("And `fit` keeps the weights of the best epoch, not those of the last.")
    late = [(a, int(np.argmin(v)) + 1) for (a, _), (v, _) in zip(right, cases)]
    mistakes = {
        "Count epochs from 1.": [(a - 1, b - 1) for a, b in right],
        "Where it stops comes first, the best epoch second.": [(b, a) for a, b in right],
        "One epoch of patience too much.": [_stop(*case, past=1) for case in cases],
        "One epoch of patience is missing.": [_stop(*case, past=-1) for case in cases],
        "A tie is not better.": [_stop(*case, tie=True) for case in cases],
        "It stops in the right place; which weights are kept?": [(a, a) for a, _ in right],
        "The best epoch must lie among those that were run.": late,
    }
    blame(found, mistakes)
    (valid, patience), got = next(c for c in zip(cases, found) if c[1] != _stop(*c[0]))
    shown = ", ".join(f"{v:g}" for v in valid[:7]) + (", …" if len(valid) > 7 else "")
    ahead = got[1] > _stop(valid, patience)[0]
    got = ", ".join(f"{v:g}" for v in got)
    hint = " Epoch by epoch: what is known when it stops?" if ahead else " Go through it by hand."
    return not_yet(f"Not {got} for the scores {shown} and patience {patience}.{hint}")


@checker("expected_nll(std)")
def check_expected_nll(expected_nll):
    """4.2: `expected_nll(std)`: mean NLL of 784 pixels whose logits are N(0, std²)."""
    z = np.linspace(-10, 10, 20_001)
    w = np.exp(-(z**2) / 2)
    for std in (0.0, 0.5, 2.0, 5.0, 100.0, 1000.0):
        exact = 784 * float(w @ np.logaddexp(0, std * z) / w.sum())
        got = expected_nll.number(std)
        if std and np.isclose(got, 784 * np.log(2)):
            return not_yet(f"At std = {std:g} bets without knowledge must cost something.")
        squared = 784 * float(w @ np.logaddexp(0, std**2 * z) / w.sum())
        mistakes = {
            "That is one pixel's mean, and a digit has 784.": exact / 784,
            "Those are bits, and nats are asked for.": exact / np.log(2),
            f"The law for small spreads; {std:g} is none.": 784 * (np.log(2) + std**2 / 8),
            "s² is the variance of the logits; their spread is s.": squared,
        }
        near = np.isclose(got, exact, rtol=0.1)
        hint = "is that enough draws?" if near else "what does one pixel cost, on average?"
        expect(got, exact, mistakes, f"At std = {std:g} yours gives {got:.1f}: {hint}", rtol=0.01)
    return correct("Logits of any spread cost more than 784 ln 2, until training aims them.")


def suspects() -> dict:
    """Return five sets of masks for D = 6, ``{name: (degrees, [mask, …])}``; some of them leak."""
    rng, order = np.random.default_rng(4), np.array([2, 0, 3, 5, 1, 4])
    widths = {"A": (8,), "B": (8,), "C": (7, 9), "D": (8,), "E": (6, 6)}
    drawn = {name: masks.make_degrees(6, n, order, "even", rng) for name, n in widths.items()}
    found = {name: (degrees, masks.make_masks(degrees)) for name, degrees in drawn.items()}
    found["B"][1][-1] = masks.hidden_mask(drawn["B"][-1], drawn["B"][0])
    found["D"] = drawn["D"], masks.make_masks([order + 1, drawn["D"][1]])
    found["E"][1][1] = masks.output_mask(*drawn["E"][1:])
    return found


@checker("find_leaks(degrees, layers)")
def check_leaks(find_leaks, suspects):
    """4.5: `find_leaks(degrees, layers)` returns how many forbidden pairs the masks connect."""
    right, paths, own = {}, [], []
    wide = [np.array([2, 1, 3]), np.full(256, 2)]  # 256 paths a leak: none, as eight bits count
    leaky = [masks.hidden_mask(*wide), masks.hidden_mask(*wide[::-1])]
    try:
        every = {**suspects, "W": (wide, leaky)}
        for name, (degrees, layers) in every.items():
            rank, counts = np.asarray(degrees[0]), masks.count_paths(layers)
            leaks = (counts > 0) & (rank[:, None] >= rank[None, :])
            right[name] = int(leaks.sum())
            paths.append((counts * leaks).sum())
            own.append(np.diag(leaks).sum())
    except Exception:
        return not_yet("Give the checker the suspects as well, as the exercise does.")
    found = {name: find_leaks.number(*case) for name, case in every.items()}
    mistakes = {
        "Those are paths: a pair counts once, however many join it.": paths,
        "An output may see neither its own input nor any that comes later.": own,
    }
    blame(list(found.values()), mistakes)
    for name, got in found.items():
        if got != right[name]:
            if name == "W":
                return not_yet("A to E are right; a sixth, of 256 units, leaks and escapes you.")
            if not right[name]:
                return not_yet(f"Suspect {name} is honest, and yours finds {got:g} pairs in it.")
            if not got:
                return not_yet(f"Suspect {name} leaks, and yours lets it pass.")
            many = "more" if got < right[name] else "fewer"
            return not_yet(f"Suspect {name} leaks, by {many} pairs than the {got:g} of yours.")
    guilty = [name for name in suspects if right[name]]
    return correct(f"The leaks are in {' and '.join(guilty)}; counting paths needs no training.")
