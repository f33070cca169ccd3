"""Checkers of lesson 4's exercises."""

import numpy as np

from helpers import masks
from helpers.exercises import checker, correct, not_yet


@checker
def check_file_size(n_bytes, nll):
    """Whole bytes that hold all digits whose scores are `nll`, ``(n,)`` in nats."""
    if n_bytes is None:
        return not_yet("Set n_bytes to the size of the file, in bytes.")
    total = float(np.sum(nll, dtype=np.float64))
    exact = total / np.log(2) / 8
    if n_bytes == np.ceil(exact - 1e-6):
        return correct(f"{total:.0f} nats fit into {int(n_bytes):,} bytes.")
    if n_bytes == np.ceil(np.asarray(nll) / np.log(2) / 8 - 1e-6).sum():
        return not_yet("It is one file: add up first, round once.")
    if abs(n_bytes - total / 8) <= 1.5:
        return not_yet("That many bytes hold as many bits as there are nats: convert first.")
    if abs(n_bytes - exact / len(nll)) <= 1.5:
        return not_yet("That is the size of one average digit; the file holds all of them.")
    if abs(n_bytes - 8 * exact) <= 12:
        return not_yet("That is the number of bits.")
    if abs(n_bytes - exact) <= 1.5:
        return not_yet("A file has a whole number of bytes: round up.")
    return not_yet("Add up the nats of all digits, then turn nats into bits and bits into bytes.")


@checker
def check_paired(paired):
    """`paired(a, b)` returns the mean of a − b and its standard error, digit by digit."""
    rng = np.random.default_rng(0)
    common = rng.normal(80, 20, size=400)
    a, b = common + rng.normal(0, 2, 400), common + rng.normal(0.5, 2, 400)
    if paired(a, b) is None:
        return not_yet("Return two numbers: the mean difference and its standard error.")
    mean, error = (float(v) for v in paired(a, b))
    d = a - b
    if np.isclose(mean, -d.mean()):
        return not_yet("The sign: a − b is below zero where a is the better model.")
    if not np.isclose(mean, d.mean()):
        return not_yet(
            f"For scores made up here the mean should be {d.mean():.3f}, got {mean:.3f}."
        )
    unpaired = np.sqrt(a.var() / 400 + b.var() / 400)
    if np.isclose(error, unpaired, rtol=0.01):
        return not_yet(
            "That is the error for two different sets of digits. These are the same digits: "
            "subtract first, then take the standard deviation."
        )
    if np.isclose(error, d.std(), rtol=0.01):
        return not_yet("That is how much one digit's difference varies; the mean varies less.")
    if not np.isclose(error, d.std() / 20, rtol=0.01):
        return not_yet(f"The standard error should be {d.std() / 20:.4f}, got {error:.4f}.")
    return correct(f"Paired, the error shrinks from {unpaired:.2f} to {error:.2f} nats.")


def _stop(valid, patience):
    best = 0
    for epoch, score in enumerate(valid):
        if score < valid[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(valid), best + 1


@checker
def check_early_stopping(stop):
    """`stop(valid, patience)` returns the last epoch that is run and the best one, from 1."""
    rng = np.random.default_rng(0)
    if stop([3.0, 2.0, 1.0], 2) is None:
        return not_yet("Return two epochs, counted from 1: where training stops, and the best.")
    cases = [
        ([90.0, 85.0, 83.0, 84.0, 85.0, 86.0, 70.0], 3),
        ([90.0, 80.0, 81.0, 79.0, 82.0, 83.0, 84.0], 2),
        ([5.0, 4.0, 3.0, 2.0], 1),
        ([5.0, 5.0, 5.0, 1.0], 2),
    ]
    cases += [(list(rng.normal(80, 1, 30).round(1)), int(k)) for k in rng.integers(1, 8, 20)]
    for valid, patience in cases:
        got, wanted = tuple(int(v) for v in stop(valid, patience)), _stop(valid, patience)
        if got != wanted:
            shown = ", ".join(f"{v:g}" for v in valid[:7]) + (", …" if len(valid) > 7 else "")
            return not_yet(
                f"For scores {shown} and patience {patience}: stop after epoch {wanted[0]}, best "
                f"{wanted[1]}; yours gives {got}."
            )
    return correct("And `fit` keeps the weights of the best epoch, not those of the last.")


@checker
def check_expected_nll(expected_nll):
    """`expected_nll(std)`: mean NLL of 784 pixels whose logits are N(0, std²), whatever x is."""
    if expected_nll(1.0) is None:
        return not_yet("Return a number of nats for 784 pixels.")
    z, w = np.polynomial.hermite_e.hermegauss(80)
    w = w / w.sum()
    for std in (0.0, 0.5, 2.0, 5.0):
        exact = 784 * float(w @ np.logaddexp(0, std * z))
        got = float(expected_nll(std))
        if not np.isclose(got, exact, rtol=0.01):
            return not_yet(
                f"At std = {std:g} it should be near {exact:.1f} nats, got {got:.1f}. (If you "
                "average draws and come close, draw more of them.)"
            )
    return correct("Logits of any spread cost more than 784 ln 2, until training aims them.")


def suspects() -> dict:
    """Return five sets of masks for D = 6, ``{name: (degrees, [mask, …])}``; some of them leak."""
    rng = np.random.default_rng(4)
    order = np.array([2, 0, 3, 5, 1, 4])
    made_of = {}
    for name, units in {"A": (8,), "B": (8,), "C": (7, 9), "D": (8,), "E": (6, 6)}.items():
        degrees = masks.make_degrees(6, units, order, "even", rng)
        made_of[name] = (degrees, masks.make_masks(degrees))
    degrees, layers = made_of["B"]
    layers[-1] = masks.hidden_mask(degrees[-1], degrees[0])
    degrees, layers = made_of["E"]
    layers[1] = masks.output_mask(degrees[1], degrees[2])
    degrees, _ = made_of["D"]
    made_of["D"] = (degrees, masks.make_masks([order + 1, degrees[1]]))
    return made_of


@checker
def check_leaks(find_leaks, suspects):
    """`find_leaks(degrees, layers)` returns how many forbidden pairs a set of masks connects."""
    first = next(iter(suspects.values()))
    if find_leaks(*first) is None:
        return not_yet("Return the number of forbidden pairs: 0 for honest masks.")
    for name, (degrees, layers) in suspects.items():
        paths = np.eye(len(degrees[0]))
        for mask in layers:
            paths = paths @ np.asarray(mask, float)
        rank = np.asarray(degrees[0])
        wanted = int(((paths > 0) & (rank[:, None] >= rank[None, :])).sum())
        got = int(find_leaks(degrees, layers))
        if got != wanted:
            if wanted == 0:
                return not_yet(f"Suspect {name} is honest, and yours finds {got} pairs in it.")
            if got == 0:
                return not_yet(f"Suspect {name} leaks, and yours lets it pass.")
            return not_yet(
                f"Suspect {name} connects {wanted} pairs that it must not, yours finds {got}."
            )
    guilty = [n for n, (d, m) in suspects.items() if find_leaks(d, m)]
    return correct(f"The leaks are in {' and '.join(guilty)}; counting paths needs no training.")
