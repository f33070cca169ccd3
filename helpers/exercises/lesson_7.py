"""Checkers of lesson 7's exercises, and the exam: three patients without a label."""

import string

import numpy as np

from helpers import checks, faults
from helpers.exercises import checker, correct, expect, not_tried, not_yet


@checker("gap(log_prob, x)")
def check_gap(gap):
    """7.1: ``gap(log_prob, x)``, the largest change of a row's score when it comes alone."""
    x = checks.all_binary(6)[7:60].astype(float)

    def alone(rows):
        return -1.5 - rows @ np.arange(6)

    def crowded(rows):  # up and down, most of all the last but one
        place = np.arange(len(rows))
        at = [place == 1, place == 3, place == len(rows) - 2]
        return alone(rows) + np.select(at, [1, -1.3, -2])

    def lucky(rows):
        return alone(rows) + 3 * (np.arange(len(rows)) == 5)

    def company(rows):  # of any size
        return alone(rows) + (0.7 if len(rows) > 1 else 0)

    for log_prob in (crowded, lucky, company, alone):
        change = log_prob(x) - alone(x)
        got, want = gap.number(log_prob, x), abs(change).max()
        mistakes = {
            "A change downwards counts as well: drop the sign.": change.max(),
            "A change upwards counts as well: drop the sign.": -change.min(),
            "That is the mean. One row is enough to convict: take the largest.": abs(change).mean(),
            "That adds the changes up: take the largest.": abs(change).sum(),
            "That is one row's change. Ask all of them.": abs(change[0]),
            "That is a change of the mean: compare row by row.": abs(change.mean()),
        }
        otherwise = f"One row changes by {want:g} nats and no row by more; yours is {got:g}."
        expect(got, want, mistakes, otherwise, atol=1e-6)
    return correct("Whatever a batch does to a row, this look sees it, and needs no second model.")


@checker("misplaced_any(drawn, p)")
def check_misplaced(misplaced):
    """7.2: ``misplaced_any(drawn, p)``, the share of draws that would have to move."""
    rng = np.random.default_rng(0)
    for d, n in ((3, 1000), (4, 50), (2, 7)):
        p = rng.dirichlet(np.full(2**d, 0.5))
        q = rng.dirichlet(np.ones(2**d)) * (np.arange(2**d) % (2**d - 1) > 0)  # not all 0, all 1
        drawn = checks.all_binary(d)[rng.choice(2**d, n, p=q / q.sum())]
        powers = 2 ** np.arange(d)
        off, turned = (
            np.bincount(drawn @ bits, minlength=2**d) / n - p for bits in (powers[::-1], powers)
        )
        seen, wrong_way = off > -p, abs(turned).sum() / 2
        got, want = misplaced.number(drawn, p), abs(off).sum() / 2
        mistakes = {
            "Each draw that moves leaves one state and joins another: you count both.": 2 * want,
            "The first column is the highest bit: yours reads rows from the right.": wrong_way,
            "States that were never drawn have a p as well.": abs(off[seen]).sum() / 2,
            "That is a number of draws: give a share of them.": want * n,
            "That is the largest difference alone: add them all up.": abs(off).max(),
            "Differences of both signs add to 0: drop the signs first.": 0.0,
        }
        otherwise = f"With {d} bits and {n} draws, {want:.3f} are misplaced, not {got:.3f}."
        expect(got, want, mistakes, otherwise, atol=1e-6)
    return correct("Half the sum of |frequency − p|: the total variation distance.")


@checker("seen(train, test)")
def check_seen(seen):
    """7.3: ``seen(train, test)``, how many test rows occur in the training set."""
    rng = np.random.default_rng(0)
    for n in (40, 9):
        train = rng.integers(0, 2, (n, 12))
        train[1] = train[0]
        test = np.concatenate([train[[3, 0, 0, 0, 5]], rng.integers(0, 2, (5, 12)), 1 - train[:1]])
        same = (train[:, None] == test[None]).all(axis=2)
        got, want = seen.number(train, test), same.any(axis=0).sum()
        patterns = len(np.unique(test[same.any(axis=0)], axis=0))
        mistakes = {
            "Each test row counts once, however often it was trained on.": same.sum(),
            "Those are different patterns: a test row that comes twice counts twice.": patterns,
            "Those are training rows: count rows of the test set.": same.any(axis=1).sum(),
            "A row may lie anywhere in the other set; you compare place by place.": np.trace(same),
            "That is a share: give the number of rows.": want / len(test),
            "A single equal pixel makes no equal row.": len(test),
        }
        otherwise = f"{want} of these {len(test)} test rows were trained on; yours says {got:g}."
        expect(got, want, mistakes, otherwise, atol=1e-6)
    return correct("Compare contents, not names of files: copies travel under other names.")


def draw_exam(seed=None) -> dict:
    """Three patients without a label; without a seed, others every time."""
    seed = int(np.random.default_rng().integers(10_000)) if seed is None else seed
    rng, patients = np.random.default_rng(seed), {}
    print(f"Exam {seed}. For the same patients once more: exercises.draw_exam({seed})")
    for letter, fault in zip(string.ascii_uppercase, rng.permutation(list(faults.FAULTS))[:3]):
        kind = type("Patient", (faults.FAULTS[fault],), {})
        while faults.reds(patient := kind(rng.integers(2**31))) != faults.row(fault):
            pass  # a textbook case: its looks are those of the matrix
        patients[letter] = patient
    return patients


@checker
def check_exam(exam, diagnoses):
    """7.4: ``diagnoses``, the fault of each patient of `draw_exam`."""
    if not isinstance(exam, dict) or not all(isinstance(p, faults.Patient) for p in exam.values()):
        return not_yet("The first argument must be what `exercises.draw_exam()` returned.")
    if diagnoses is None:
        return not_tried("diagnoses")
    if not isinstance(diagnoses, dict) or set(diagnoses) != set(exam):
        return not_yet(f"`diagnoses` must hold one name for each of {', '.join(exam)}.")
    if all(said is None for said in diagnoses.values()):
        return not_tried("diagnoses")
    for letter, said in diagnoses.items():
        if said is None:
            return not_yet(f"Patient {letter} is still waiting.")
        if not isinstance(said, str) or said not in faults.FAULTS:
            return not_yet(f"Patient {letter}: {said!r:.40} is no row of the matrix.")
        for look, found, row in zip(faults.LOOKS, faults.reds(exam[letter]), faults.row(said)):
            if found and not row:
                return not_yet(f"Patient {letter}: {look} is red, and “{said}” leaves it green.")
            if row and not found:
                return not_yet(f"Patient {letter}: “{said}” turns {look} red, and it is green.")
    return correct("Three right, each from its looks alone. Draw another exam.")
