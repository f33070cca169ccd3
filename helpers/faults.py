"""Lesson 7's patients, small MADEs with one fault each, and ten looks at them. NumPy alone.

A patient models six pixels of real digits and trains in a few milliseconds. `Patient` is sound;
every fault is a subclass that changes one thing.
"""

import functools
from typing import NamedTuple

import numpy as np

from helpers import checks, data, masks
from helpers.activations import sigmoid
from helpers.likelihood import bernoulli_nll

PIXELS, BATCH, N_DRAWS = 6, 32, 20_000
STATES = checks.all_binary(PIXELS)
FAULTS = {}  # name → class, the sound one first


@functools.cache
def _digits() -> np.ndarray:
    """The 5,000 digits of the sample, shuffled, ``(5000, 28, 28)`` zeros and ones."""
    split = data.load("sample")
    rows = np.concatenate([split.train, split.valid, split.test]).reshape(-1, 28, 28)
    return np.random.default_rng(0).permutation(rows).astype(float)


class Patient:
    """A sound MADE of six pixels, one layer of tanh units, trained on digits of the sample."""

    def __init_subclass__(cls, fault=None):
        if fault:
            FAULTS[fault] = cls

    def __init__(self, seed=0, units=20):
        self.rng = np.random.default_rng(seed)
        row, column = self.rng.integers(8, 18, 2)  # somewhere in the middle
        self.data = _digits()[:, row : row + 2, column : column + 3].reshape(-1, PIXELS)
        parts = np.split(np.arange(len(self.data)), (3976, 4488))  # numbers of rows
        self.rows = dict(zip(("fit", "stop", "test"), parts))
        self.degrees = self.new_degrees(units)
        shapes = (PIXELS, units), (units,), (units, PIXELS), (PIXELS,)
        self.weights = [self.rng.normal(size=shape) / 2 for shape in shapes]
        self.train()

    def new_degrees(self, units):
        order = np.arange(PIXELS)
        while np.array_equal(order[order], np.arange(PIXELS)):  # its own inverse hides too much
            order = self.rng.permutation(PIXELS)
        return masks.make_degrees(PIXELS, (units,), order, "even")

    def order(self):
        return np.argsort(self.degrees[0])

    def masks(self):  # what the degrees say
        return masks.make_masks(self.degrees)

    def used_masks(self):  # what the code multiplies by
        return self.masks()

    def kernels(self):
        return [weight * mask for weight, mask in zip(self.weights[::2], self.used_masks())]

    def hidden(self, x):
        return np.tanh((2.0 * x - 1) @ self.kernels()[0] + self.weights[1])

    def logits(self, x):
        return self.hidden(x) @ self.kernels()[1] + self.weights[3]

    def log_prob(self, x):
        return -bernoulli_nll(x, self.logits(x))

    def sample(self, n, seed=0):
        rng, x = np.random.default_rng(seed), np.zeros((n, PIXELS))
        for d in self.order():
            x[:, d] = rng.random(n) < sigmoid(self.logits(x)[:, d])
        return x

    def save(self):
        return {"degrees": self.degrees, "weights": self.weights}

    def load(self, file):
        twin = object.__new__(type(self))
        vars(twin).update(vars(self) | file)
        return twin

    def slopes(self, x, share):
        """Of the mean NLL over the rows of `x`, each of which is a share of the data."""
        h, out, signs = self.hidden(x), self.kernels()[1], 2 * x - 1
        error = share[:, None] * (sigmoid(h @ out + self.weights[3]) - x)
        back = error @ out.T * (1 - h**2)
        first, last = self.used_masks()
        return [signs.T @ back * first, back.sum(axis=0), h.T @ error * last, error.sum(axis=0)]

    def train(self, steps=240, rate=0.05):
        """Adam on all digits at once; the weights that are best on the rows to stop on stay."""
        x, counts = np.unique(self.data[self.rows["fit"]], axis=0, return_counts=True)
        moments = [(np.zeros_like(a), np.zeros_like(a)) for a in self.weights]
        unseen, best = self.data[self.rows["stop"]], np.inf
        for t in range(1, steps + 1):
            slopes = self.slopes(x, counts / counts.sum())
            for a, slope, (mean, square) in zip(self.weights, slopes, moments):
                mean += (slope - mean) / 10
                square += (slope**2 - square) / 100
                a -= rate * mean / (1 - 0.9**t) / (np.sqrt(square / (1 - 0.99**t)) + 1e-8)
            self.after_step()
            if t % 20 == 0 or t == steps:
                score = bernoulli_nll(unseen, self.logits(unseen)).mean()
                if score < best:
                    best, kept = score, [a.copy() for a in self.weights]
        self.weights = kept

    def after_step(self):
        """Nothing; some codes do something here."""


FAULTS["sound"] = Patient


class EqualAtOutput(Patient, fault="≥ in the output mask"):
    def masks(self):
        return [masks.hidden_mask(a, b) for a, b in zip(self.degrees, self.degrees[::-1])]


class Asleep(Patient, fault="≥, asleep in old weights"):
    def train(self):
        super().train()  # under the right masks
        self.weights[2] *= self.masks()[1]
        self.masks = functools.partial(EqualAtOutput.masks, self)  # then the code was changed


class ManyDegrees(Patient, fault="degrees up to the number of units"):
    def new_degrees(self, units):
        return [super().new_degrees(units)[0], self.rng.integers(1, units, units)]


class RankAsOrder(Patient, fault="rank taken for order"):
    def order(self):
        return self.degrees[0] - 1


class Rotating(Patient):
    """Two orderings take turns in training. That alone is sound: each makes a model."""

    def train(self):
        self.sets = [self.degrees, self.new_degrees(len(self.weights[1]))]
        super().train()

    def after_step(self):
        self.sets = self.sets[::-1]
        self.degrees = self.sets[0]


class AveragedLogits(Rotating, fault="logits averaged over orderings"):
    def logits(self, x):
        self.after_step()
        second = super().logits(x)
        self.after_step()
        return (super().logits(x) + second) / 2


class NeverTrained(Rotating, fault="an ordering never trained"):
    def train(self):
        super().train()
        self.degrees = self.new_degrees(len(self.weights[1]))


class Stale(Patient, fault="stale masks after reshuffling"):
    def train(self):
        self.compiled = super().masks(), super().order()
        super().train()
        self.degrees = self.new_degrees(len(self.weights[1]))

    def used_masks(self):
        return self.compiled[0]

    def order(self):
        return self.compiled[1]

    def hidden(self, x):
        return super().hidden(x > 0.5)  # grey becomes black or white


class NormedInputs(Patient, fault="inputs normalized across pixels"):
    def hidden(self, x):
        signs = 2.0 * x - 1
        size = np.sqrt((signs**2).mean(axis=1, keepdims=True))
        return super().hidden((signs / size + 1) / 2)


class LogOfMore(Patient, fault="log(p + ε)"):
    def log_prob(self, x):
        p, tiny = sigmoid(self.logits(x)), 1e-5
        return (x * np.log(p + tiny) + (1 - x) * np.log(1 - p + tiny)).sum(axis=1)


class LastBatch(Patient, fault="the last, unfilled batch skipped"):
    def log_prob(self, x):
        full = len(x) // BATCH * BATCH
        return np.append(super().log_prob(x[:full]), np.zeros(len(x) - full))


class Unsaved(Patient, fault="masks left out of the file"):
    def load(self, file):
        return super().load(file | {"degrees": self.new_degrees(len(self.weights[1]))})


class StoppedOnTest(Patient, fault="stopped on the test set"):
    def train(self):
        self.rows["stop"] = self.rows["test"]
        super().train()


class Finding(NamedTuple):
    """What a look finds: is it red; in words; who depends on whom, or two numbers to compare."""

    red: bool
    words: str
    picture: np.ndarray | tuple[float, float]


def _forbidden(patient, found, verb) -> Finding:
    n = np.count_nonzero(found[~masks.direct_mask(patient.degrees[0])])
    return Finding(n > 0, f"{n} forbidden pairs {verb}", found)


def paths(patient) -> Finding:
    """Do the masks join a forbidden pair?"""
    return _forbidden(patient, masks.count_paths(patient.masks()), "joined")


def reach(patient) -> Finding:
    """Do live weights join every allowed pair?"""
    live = [weight * mask for weight, mask in zip(patient.weights[::2], patient.masks())]
    found, by_masks = masks.count_paths(live), masks.count_paths(patient.masks())
    lack = [masks.direct_mask(patient.degrees[0]) & (f == 0) for f in (found, by_masks)]
    n, own = map(np.count_nonzero, lack)
    return Finding(n > 0, f"{n} allowed pairs not joined, {own} of them cut by masks", found)


def flips(patient) -> Finding:
    """Does an output move with an input that it may not see?"""
    return _forbidden(patient, checks.moved_outputs(patient.logits, STATES), "move")


def jacobian(patient) -> Finding:
    """Has an output a slope in an input that it may not see? (By small steps to both sides.)"""
    steps = 1e-4 * np.eye(PIXELS)
    ends = [[patient.logits(STATES + side * step) for step in steps] for side in (1, -1)]
    found = np.abs(np.subtract(*ends)).max(axis=1) / 2e-4
    return _forbidden(patient, found, "have a slope")


def total(patient) -> Finding:
    """Do all p(x) add up to 1?"""
    found = np.exp(patient.log_prob(STATES)).sum()
    return Finding(abs(found - 1) > 1e-6, f"Σp = {found:.6f}", (found, 1.0))


def draws(patient) -> Finding:
    """Do draws come as often as p(x) says, whatever it adds up to?"""
    p = np.exp(patient.log_prob(STATES))
    p /= p.sum()
    numbers = patient.sample(N_DRAWS, seed=1) @ 2 ** np.arange(PIXELS)[::-1]
    often = np.bincount(numbers.astype(int), minlength=len(p)) / N_DRAWS
    found, chance = np.abs(often - p).sum() / 2, np.sqrt(p * (1 - p) / N_DRAWS / np.pi / 2).sum()
    words = f"{found:.1%} of the draws misplaced, {chance:.1%} by chance"
    return Finding(found > 2 * chance, words, (found, chance))


def _other(patient, log_p) -> Finding:
    found = np.abs(log_p - patient.log_prob(STATES)).max()
    return Finding(found > 1e-9, f"scores differ by up to {found:.2f} nats", (found, 0.0))


def twin(patient) -> Finding:
    """Does a saved and loaded twin score as the patient does?"""
    return _other(patient, patient.load(patient.save()).log_prob(STATES))


def again(patient) -> Finding:
    """Does a row score the same alone as in company?"""
    return _other(patient, np.concatenate([patient.log_prob(row[None]) for row in STATES]))


def score(patient) -> Finding:
    """Do test rows cost what the model expects to pay, the entropy of p?"""
    real = -patient.log_prob(patient.data[patient.rows["test"]])
    log_p = patient.log_prob(STATES)
    p = np.exp(log_p)
    found, want, error = real.mean(), -(p @ log_p) / p.sum(), real.std() / np.sqrt(len(real))
    words = f"test rows cost {found:.2f} ± {error:.2f} nats, {want:.2f} expected"
    return Finding(abs(found - want) > 5 * error, words, (found, want))


def audit(patient) -> Finding:
    """Did training or stopping see a row of the test set?"""
    fit, stop, test = (patient.rows[use] for use in ("fit", "stop", "test"))
    seen = [len(np.intersect1d(test, rows)) for rows in (fit, stop)]
    words = "test rows: {} trained on, {} stopped on".format(*seen)
    return Finding(any(seen), words, (max(seen), 0))


LOOKS = {"paths": paths, "reach": reach, "flips": flips, "Jacobian": jacobian, "Σp": total}
LOOKS |= {"draws": draws, "twin": twin, "again": again, "score": score, "audit": audit}


def examine(patient) -> dict[str, Finding]:
    """All ten looks at one patient."""
    return {name: look(patient) for name, look in LOOKS.items()}


def reds(patient) -> tuple[bool, ...]:
    """Which looks turn red, in the order of `LOOKS`."""
    return tuple(bool(finding.red) for finding in examine(patient).values())


@functools.cache
def row(fault: str) -> tuple[bool, ...]:
    """The row of the matrix fault × look: `reds` of the first patient with this fault."""
    return reds(FAULTS[fault]())
