"""Checkers of lesson 5: draw new digits.

Answers are tried on small networks with random weights and orderings that are not their own
inverse, where every right answer can be computed exactly.
"""

import math

import numpy as np

from helpers import checks, masks, sampling
from helpers.exercises import checker, correct, not_yet
from helpers.network import Network

__all__ = [
    "check_complete",
    "check_entropies",
    "check_noise_share",
    "check_out_of_sight",
    "check_rank_for_order",
]


def small_network(n_inputs=9, hidden_units=(12,), seed=0, ordering="random") -> Network:
    """A network with N(0, 1) weights in float64, and by default a random ordering."""
    degrees = masks.make_degrees(n_inputs, hidden_units, ordering, "random", seed)
    kernels = [m.astype(float) for m in masks.make_masks(degrees)]
    biases = [np.zeros(m.shape[1]) for m in kernels]
    direct = masks.direct_mask(degrees[0]).astype(float)
    return checks.randomize(Network(degrees, kernels, biases, direct), seed)


@checker
def check_noise_share(share):
    """The share of noise in a mixture that costs exactly one nat."""
    if share is None:
        return not_yet("Give `noise_share` the share of noise that costs exactly 1 nat.")
    cost = -math.log(1 - share)
    if abs(cost - 1) > 5e-3:
        return not_yet(f"With a share of {share:g} the loss is ln(1 / (1 − share)) = {cost:.3f}.")
    return correct(f"1 − 1/e = {1 - 1 / math.e:.3f} of all draws may be noise for a single nat.")


@checker
def check_out_of_sight(count):
    """How many outputs miss an input that they may see, through hidden units alone."""
    if count(np.array([1, 2]), 3) is None:
        return not_yet("Return the number of outputs with an allowed input and no path to it.")
    cases = [([1, 2, 3], 4), ([1, 1, 1], 4), ([3, 3], 4), ([2, 2, 5], 8)]
    rng = np.random.default_rng(0)
    cases += [(rng.integers(1, 30, size=20), 30) for _ in range(5)]
    for degrees, n_inputs in cases:
        expected = n_inputs - 1 - len(set(np.asarray(degrees).tolist()))
        found = count(np.array(degrees), n_inputs)
        if found != expected:
            some = np.asarray(degrees)[:6].tolist()
            text = f"{some}{' …' if len(degrees) > 6 else ''}"
            return not_yet(
                f"For hidden degrees {text} and {n_inputs} inputs it is {expected}, not {found}: "
                "the output of rank r reaches the input of rank r − 1 through degree r − 1 alone."
            )
    return correct("Every missing degree hides the input just before it from one output.")


@checker
def check_rank_for_order(draw_wrong):
    """A sampler that visits the dimensions in the sequence of their ranks: the famous bug."""
    network = small_network(seed=3)
    uniforms = np.random.default_rng(4).random((200, network.n_inputs))
    answer = draw_wrong(network, uniforms)
    if answer is None:
        return not_yet("Return the digits drawn when `degrees[0] - 1` stands in for the ordering.")
    answer = np.asarray(answer)
    if answer.shape != uniforms.shape:
        return not_yet(f"Return an array of shape {uniforms.shape}, yours is {answer.shape}.")
    if np.array_equal(answer, sampling.sample_loop(network, 200, uniforms=uniforms)):
        return not_yet("These are the right draws; visit `net.degrees[0] - 1` to see the wrong.")
    x = np.zeros(uniforms.shape)
    for d in network.degrees[0] - 1:
        x[:, d] = uniforms[:, d] < 1 / (1 + np.exp(-network.logits(x)[:, d]))
    if not np.array_equal(answer, x):
        return not_yet("Change one thing only: loop over `net.degrees[0] - 1`, ranks from 0.")
    return correct("No error, no warning: only the digits are wrong.")


@checker
def check_complete(my_complete):
    """Completion with the plain loop: the first pixels of the ordering are kept."""
    network = small_network(seed=5)
    rng = np.random.default_rng(6)
    x, uniforms = rng.integers(0, 2, network.n_inputs), rng.random((50, network.n_inputs))
    if my_complete(network, x, 4, uniforms) is None:
        return not_yet("Return the completed images, one for each row of `uniforms`.")
    for n_known in (0, 4, network.n_inputs):
        answer = np.asarray(my_complete(network, x.copy(), n_known, uniforms))
        if answer.shape != uniforms.shape:
            return not_yet(f"Return an array of shape {uniforms.shape}, yours is {answer.shape}.")
        first = network.ordering[:n_known]
        if (answer[:, first] != x[first]).any():
            return not_yet(f"With n_known={n_known} the given pixels must stay as they are in x.")
        known = np.isin(np.arange(network.n_inputs), first)
        expected = sampling.complete(network, x, known, 50, uniforms=uniforms)
        if (answer != expected).any():
            return not_yet(f"With n_known={n_known} the other pixels are not the model's draws.")
    return correct("Given pixels enter in the place of draws, and nothing else changes.")


@checker
def check_entropies(entropy_along):
    """Summed entropies of the conditionals along given examples."""
    network = small_network(n_inputs=8, seed=7)
    x = checks.all_binary(8)
    answer = entropy_along(network, x)
    if answer is None:
        return not_yet("Return, for each row of x, the sum over d of the entropy of p(x_d | x_<d).")
    answer = np.asarray(answer)
    if answer.shape != (len(x),):
        return not_yet(f"Return one number a row, shape {(len(x),)}, yours is {answer.shape}.")
    logits = network.logits(x)
    p = 1 / (1 + np.exp(-logits))
    expected = (p * np.logaddexp(0, -logits) + (1 - p) * np.logaddexp(0, logits)).sum(axis=1)
    if np.allclose(answer, expected / math.log(2), rtol=1e-4):
        return not_yet("These are bits: use the natural logarithm, as all scores of the course do.")
    if np.allclose(answer, -network.log_prob(x), rtol=1e-4):
        return not_yet("This is the NLL of x; the entropy weighs both values of a pixel by p.")
    if np.allclose(answer, expected / 8, rtol=1e-4):
        return not_yet("This is a mean over the dimensions: take the sum.")
    if not np.allclose(answer, expected, rtol=1e-4):
        return not_yet("The entropy of one pixel is −p ln p − (1−p) ln(1−p): sum it over the row.")
    some = np.where(np.arange(8) % 2, 1e3, 1.0)  # every other output is sure
    saturated = Network(
        network.degrees,
        [*network.kernels[:-1], network.kernels[-1] * some],
        network.biases,
        network.direct * some,
    )
    logits = saturated.logits(x)
    p = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
    expected = (p * np.logaddexp(0, -logits) + (1 - p) * np.logaddexp(0, logits)).sum(axis=1)
    if not np.allclose(np.asarray(entropy_along(saturated, x)), expected, atol=1e-3):
        return not_yet("Where p is 0 or 1 in floating point, 0 · ln 0 became nan: use the logits.")
    exact = float((np.exp(network.log_prob(x)) * answer).sum())
    return correct(f"Over all 256 x of a small model both averages are {exact:.3f} nats exactly.")
