"""Checkers for the exercises of lesson 1: turn a likelihood into a loss."""

import math

import numpy as np

from helpers import baselines, data, likelihood
from helpers.exercises import checker, correct, not_yet

ALPHAS = (0.01, 0.1, 0.5, 1, 2, 5, 10)


@checker
def check_bits(bits_per_pixel):
    """`bits_per_pixel(nats)` for a digit of 784 pixels."""
    got = bits_per_pixel(784 * math.log(2))
    if got is None:
        return not_yet("Make `bits_per_pixel` return a number.")
    got, other = float(np.squeeze(got)), float(np.squeeze(bits_per_pixel(94.0)))
    if np.isclose(got, 784):
        return not_yet("Those are the bits of the whole digit; a digit has 784 pixels.")
    if np.isclose(got, math.log(2)):
        return not_yet("Those are nats per pixel; a bit is ln 2 nats.")
    if not np.isclose(got, 1, rtol=1e-3):  # 0.693 for ln 2 will do
        return not_yet(f"A fair coin, 543.4 nats, is 1 bit per pixel; yours gives {got:.4g}.")
    if not np.isclose(other, likelihood.bits_per_dimension(94.0, 784), rtol=1e-3):
        return not_yet("The fair coin is right, and 94 nats is not: the formula must scale.")
    return correct(f"94 nats is {other:.3f} bits per pixel.")


@checker
def check_poisson(poisson_nll):
    """`poisson_nll(x, log_rate)`: counts ``(…, D)``, summed over the last axis, in nats."""
    counts = np.arange(200)[:, None]
    got = poisson_nll(counts, np.array([math.log(3.0)]))
    if got is None:
        return not_yet("Take −log of λ^x·exp(−λ)/x!, put exp(log_rate) for λ, and sum over D.")
    got = np.asarray(got, float)
    if got.shape != (200,):
        return not_yet(f"200 examples with D = 1 need 200 numbers; yours has shape {got.shape}.")
    if not np.isfinite(got).all():
        return not_yet(
            f"From the count {np.argmin(np.isfinite(got))} on, the NLL is {got[-1]}: simplify"
            " −log P(x) on paper before you compute it, as for softplus."
        )
    total = float(np.exp(-got).sum())
    if not np.isclose(total, 1):
        return not_yet(
            f"exp(−NLL) over all counts sums to {total:.3g} at rate 3, and a distribution"
            " sums to 1: is log x! in it, and are all signs right?"
        )
    if not np.allclose(got[:2], [3, 3 - math.log(3)]):
        return not_yet("It is a distribution, and not this one: at rate 3, p(0) is exp(−3).")
    x, log_rate = np.array([[0, 2, 5], [1, 1, 1]]), np.log([[1.0, 2.0, 4.0], [0.5, 1.0, 2.0]])
    rate, factorial = np.exp(log_rate), np.array([[1, 2, 120], [1, 1, 1]])
    want = -np.log(rate**x * np.exp(-rate) / factorial).sum(axis=-1)
    several = np.asarray(poisson_nll(x, log_rate), float)
    if several.shape != want.shape or not np.allclose(several, want):
        return not_yet("One dimension is right; with D = 3, sum over the last axis, and no mean.")
    return correct("It sums to 1 over all counts, so it is the NLL of a distribution.")


@checker
def check_entropy(expected_nll, entropy):
    """Nats per flip of a model that says `model` where the truth is `truth`, and their floor."""
    got = expected_nll(0.3, 0.6)
    if got is None:
        return not_yet("`expected_nll`: weigh the NLL of a 1 and of a 0 by how often each comes.")
    if np.isclose(got, -0.6 * math.log(0.3) - 0.4 * math.log(0.7)):
        return not_yet("The roles are swapped: the truth weighs, the model is inside the log.")
    if not np.isclose(got, -0.3 * math.log(0.6) - 0.7 * math.log(0.4)):
        return not_yet(f"expected_nll(0.3, 0.6) should be 0.795 nats, and yours is {got:.3f}.")
    floor = entropy(0.3)
    if floor is None:
        return not_yet("`entropy(truth)` is the lowest that expected_nll(truth, model) can get.")
    models = np.linspace(0.01, 0.99, 99)
    lowest = min(expected_nll(0.3, model) for model in models)
    if np.isclose(floor, lowest / math.log(2)):
        return not_yet("That is the entropy in bits: use the natural logarithm.")
    if not np.isclose(floor, lowest):
        return not_yet(f"Some model reaches {lowest:.4f} nats, and your floor is {floor:.4f}.")
    with np.errstate(all="ignore"):
        edges = [entropy(0.0), entropy(1.0)]
    if not np.allclose(edges, 0, atol=1e-5):
        return not_yet(
            f"A coin that never surprises has entropy 0; yours gives {edges[0]} and {edges[1]}:"
            " 0 · log 0 counts as 0."
        )
    return correct("No model of a 0.3 coin gets below 0.611 nats per flip, not even the true one.")


@checker
def check_alpha(best_alpha):
    """The α of `ALPHAS` with the lowest NLL on the sample's validation digits."""
    if best_alpha is None:
        return not_yet("Score the validation digits for every α and keep the α of the lowest.")
    if best_alpha not in ALPHAS:
        return not_yet(f"best_alpha must be one of {ALPHAS}, got {best_alpha!r}.")
    split = data.load("sample")

    def score(digits, alpha):
        return baselines.nll(digits, baselines.pixel_p(split.train, alpha)).mean()

    best = {
        name: min(ALPHAS, key=lambda alpha: score(getattr(split, name), alpha))
        for name in ("train", "valid", "test")
    }
    if best_alpha != best["valid"]:
        for name, why in (("test", "they only score"), ("train", "the model has seen them")):
            if best_alpha == best[name]:
                return not_yet(f"That α is best on the {name} digits, and {why}; use split.valid.")
        return not_yet("Another α has a lower mean NLL on the validation digits.")
    spread = [score(split.valid, alpha) for alpha in (0.1, 0.5, 1)]
    return correct(
        f"From 0.1 to 1 the score moves by {max(spread) - min(spread):.3f} nats:"
        " that α is above 0 matters far more than which it is."
    )


@checker
def check_mixture(mixture_nll):
    """`mixture_nll(x, maps)`: −log of the mean over ten maps of p(x | map), ``(n,)`` nats."""
    split = data.load("sample")
    train = [split.train[split.train_labels == label] for label in range(10)]
    maps = np.stack([baselines.pixel_p(digits) for digits in train])
    noise = np.random.default_rng(0).integers(0, 2, (3, 784), dtype=np.uint8)
    x = np.concatenate([split.test, noise])
    each = np.stack([baselines.nll(x, p) for p in maps])
    want = -likelihood.log_mean_exp(-each, axis=0)
    with np.errstate(all="ignore"):
        got = mixture_nll(x, maps)
    if got is None:
        return not_yet("First the (10, n) NLLs, one row per map; then `likelihood.log_mean_exp`.")
    got = np.asarray(got, float)
    if got.shape != want.shape:
        return not_yet(f"{len(x)} images need as many numbers; yours has shape {got.shape}.")
    if np.allclose(got, -want):
        return not_yet("That is log p(x); the NLL has the opposite sign.")
    if np.allclose(got, each.mean(axis=0)):
        return not_yet("Average probabilities, not their logs: the mean belongs inside the log.")
    if np.allclose(got, each.min(axis=0)):
        return not_yet("Picking the best map for each image is no distribution: it sums above 1.")
    if np.allclose(got, want - math.log(10)):
        return not_yet("The ten probabilities are summed; each map has weight 1/10.")
    if not np.isfinite(got).all() and np.allclose(got[:-3], want[:-3]):
        return not_yet("Right for digits, infinite for noise: exp underflows. Stay in logs.")
    if not np.allclose(got, want):
        return not_yet("p(x) is the mean of ten products over pixels; yours is something else.")
    score, error = baselines.mean_and_error(got[:-3])
    return correct(f"The sample's test digits, thresholded: {score:.1f} ± {error:.1f} nats.")
