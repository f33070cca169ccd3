"""Checkers for the exercises of lesson 1: turn a likelihood into a loss."""

import math

import numpy as np

from helpers import baselines, data, likelihood
from helpers.exercises import UNASKED, Answer, checker, correct, expect, not_yet, number, then

ALPHAS = (0.01, 0.1, 0.5, 1, 2, 5, 10)
DECIMALS = {"rtol": 0, "atol": 0.0051}  # two decimals will do


@checker("bits_per_pixel(nats)")
def check_bits(bits_per_pixel, ranking=UNASKED):
    """1.1: `bits_per_pixel(nats)` of a digit of 784 pixels; `ranking`, letters, best first."""
    coin, bit = bits_per_pixel.number(784 * math.log(2)), math.log(2)
    mistakes = {
        "Those are nats per pixel; and what is a nat in bits?": bit,
        "A nat is more than a bit, and yours makes it less.": bit**2,
        "Those are the bits of the whole digit, and it has 784 pixels.": 784,
    }
    otherwise = f"Try a digit whose bits you know: for the fair coin yours is {coin:.4g}."
    expect(coin, 1, mistakes, otherwise, **DECIMALS)
    for nats in (94.0, 0.0, 10_000.0):
        got = bits_per_pixel.number(nats)
        if not np.isclose(got, likelihood.bits_per_dimension(nats, 784), **DECIMALS):
            return not_yet(f"Right for the fair coin; {nats:g} nats are not {got:.4g} a pixel.")
    if ranking is UNASKED:
        return correct("94 nats are 0.173 bits per pixel.")
    then("ranking", ranking)
    try:
        letters = "".join(c for c in "".join(ranking).upper() if c.isalpha())
    except TypeError:
        return not_yet("`ranking` must be a text of three letters.")
    if sorted(letters) != ["A", "B", "C"]:
        return not_yet("`ranking` must name A, B and C once each, the best one first.")
    if letters == "ABC":
        return not_yet("0.16 < 86 < 130, but these are three units: bring them to one.")
    if letters[0] == "C":
        return not_yet("The best model has the lowest NLL, and it comes first.")
    if letters != "BAC":
        return not_yet("Not in this order: bring all three to bits per pixel and compare.")
    return correct("In nats per digit they are 86.9, 86 and 90.1.")


@checker("poisson_nll(x, log_rate)")
def check_poisson(poisson_nll):
    """1.2: `poisson_nll(x, log_rate)`: counts ``(n, D)``, summed over the last axis, in nats."""
    x = np.array([[0, 2, 5], [1, 1, 1], [3, 0, 0], [4, 2, 7]])
    log_rate = np.log([[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.1, 3.0, 6.0], [2.0, 2.0, 2.0]])
    log_factorial = np.vectorize(lambda count: math.lgamma(count + 1))(x)
    each = np.exp(log_rate) - x * log_rate + log_factorial
    want, confused = each.sum(axis=1), log_rate - x * np.log(log_rate) + log_factorial
    hints = {x.shape: "That is one number for each count: an example's NLL is one number."}
    got = poisson_nll.array(x, log_rate, shape=(4,), finite=False, hints=hints)
    mistakes = {
        "The mean over D makes it D times too small: is log p(x) a mean?": each.mean(axis=1),
        "That is log P(x): the NLL has the other sign.": -want,
        "exp(−NLL) must sum to 1 over all counts: which term is missing?": want
        - log_factorial.sum(axis=1),
        "The network returns log λ, and in yours it is λ.": confused.sum(axis=1),
    }
    expect(got, want, mistakes, f"For the counts 0, 2, 5 at rates 1, 2, 4 it is not {got[0]:.3f}.")
    counts = np.arange(201)[:, None]
    got = poisson_nll.array(counts, np.full((201, 1), math.log(3.0)), shape=(201,), finite=False)
    if not np.isfinite(got).all():
        return not_yet(
            f"From the count {np.argmin(np.isfinite(got))} on the NLL is {got[-1]}: simplify"
            " −log P(x) on paper before you compute it, as for softplus."
        )
    if not np.isclose(np.exp(-got).sum(), 1, rtol=0.01):
        return not_yet("For counts up to 200 at rate 3, exp(−NLL) does not sum to 1.")
    return correct("It sums to 1 over all counts, so it is the NLL of a distribution.")


@checker
def check_entropy(expected_nll, entropy):
    """1.3: nats per flip of a model that says `model` where the truth is `truth`; their floor."""
    nll = Answer("expected_nll(truth, model)", expected_nll)
    for truth, model in ((0.3, 0.6), (0.9, 0.2), (0.5, 0.05)):
        got, want = nll.number(truth, model), _cross(truth, model)
        mistakes = {
            "Who decides how often a 1 comes, and who what it costs?": _cross(model, truth),
            "Those are bits, and nats are asked for.": want / math.log(2),
            "A cost is positive: look at the sign.": -want,
            "A flip that shows 1 costs that, as often as it comes; the others?": -truth
            * math.log(model),
            "That is one flip that shows 1; how often does it?": -math.log(model),
        }
        otherwise = f"With truth {truth:g} and model {model:g} the mean cost is not {got:.3f}."
        expect(got, want, mistakes, otherwise, **DECIMALS)
    then("entropy", entropy)
    floor_of = Answer("entropy(truth)", entropy)
    for truth in (0.3, 0.5, 0.8, 0.02):
        got, want = floor_of.number(truth), _cross(truth, truth)
        bits = {"That is the entropy in bits, not in nats.": want / math.log(2)}
        what = "some model gets below" if got > want else "no model gets down to"
        expect(got, want, bits, f"For truth {truth:g} {what} {got:.4f}.", **DECIMALS)
    for truth in (0.0, 1.0):
        got = float(floor_of.array(truth, shape=(), finite=False))
        if not np.isclose(got, 0, **DECIMALS):
            return not_yet(f"A coin that never surprises: yours is {got} for truth {truth:g}.")
    return correct("No model of a 0.3 coin gets below 0.611 nats per flip, not even the true one.")


def _cross(truth, model) -> float:
    return -truth * math.log(model) - (1 - truth) * math.log(1 - model)


@checker
def check_alpha(best_alpha):
    """1.4: the α of `ALPHAS` with the lowest NLL on the sample's validation digits."""
    alpha = number("best_alpha", best_alpha)
    if not np.isclose(alpha, ALPHAS).any():
        return not_yet(f"best_alpha must be one of {ALPHAS}, and {alpha:g} is not.")
    split = data.load("sample")
    maps = [baselines.pixel_p(split.train, a) for a in ALPHAS]
    scores = {
        name: [float(baselines.nll(getattr(split, name), p).mean()) for p in maps]
        for name in ("train", "valid", "test")
    }
    best = {name: ALPHAS[int(np.argmin(score))] for name, score in scores.items()}
    mistakes = {
        "Best on split.test, whose digits score the model once it is chosen.": best["test"],
        "Best on split.train, whose digits the model has seen.": best["train"],
        "Add-one is what the lesson took; some other α scores lower.": 1,
    }
    otherwise = "Some other α scores lower on digits that the model has not seen."
    expect(alpha, best["valid"], mistakes, otherwise)
    spread = np.ptp([scores["valid"][ALPHAS.index(a)] for a in (0.1, 0.5, 1)])
    return correct(
        f"From 0.1 to 1 the score moves by {spread:.3f} nats:"
        " that α is above 0 matters far more than which it is."
    )


@checker("mixture_nll(x, maps)")
def check_mixture(mixture_nll):
    """1.5: `mixture_nll(x, maps)`: −log of the mean over ten maps of p(x | map), ``(n,)``."""
    split = data.load("sample")
    train = [split.train[split.train_labels == label] for label in range(10)]
    maps = np.stack([baselines.pixel_p(digits) for digits in train])
    noise = np.random.default_rng(0).integers(0, 2, (3, 784), dtype=np.uint8)
    x = np.concatenate([split.test, noise])
    each = np.stack([baselines.nll(x, p) for p in maps])
    want = -likelihood.log_mean_exp(-each, axis=0)
    hints = {each.shape: "Those are the NLLs under each map: an image has one p(x), their mixture."}
    got = mixture_nll.array(x, maps, shape=want.shape, finite=False, hints=hints)
    mistakes = {
        "That is log p(x), and the NLL is asked for.": -want,
        "A mean of logs is not the log of a mean: which one is p(x)?": each.mean(axis=0),
        "The best map for each image: these sum to more than 1 over all x.": each.min(axis=0),
        "The worst map for each image: mind the sign inside.": each.max(axis=0),
        "The ten probabilities are summed; each map has weight 1/10.": want - math.log(10),
        "That is per pixel, and the NLL of the whole image is asked for.": want / 784,
        "One blurred map: first a class is drawn, then pixels.": baselines.nll(x, maps.mean(0)),
        "NLLs are logs of 1/p: mind the sign inside.": likelihood.log_mean_exp(each, axis=0),
    }
    otherwise = "Something else than the mean of ten products over pixels comes out."
    if not np.isfinite(got).all() and np.allclose(got[:-3], want[:-3], rtol=1e-4, atol=0.02):
        otherwise = "Right for digits, infinite for noise: exp underflows. Stay in logs."
    expect(got, want, mistakes, otherwise, rtol=1e-4, atol=0.02)
    score, error = baselines.mean_and_error(got[:-3])
    return correct(f"The sample's test digits, thresholded: {score:.1f} ± {error:.1f} nats.")
