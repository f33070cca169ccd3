"""Checkers of lesson 5: draw new digits.

Answers are tried on small networks with random weights and orderings that are not their own
inverse, where every right answer can be computed exactly.
"""

import math
from dataclasses import replace

import numpy as np

from helpers import checks, masks, sampling
from helpers.activations import sigmoid
from helpers.exercises import UNASKED, array, checker, correct, expect, not_yet, then
from helpers.network import Network
from helpers.outputs import Bernoulli, Outputs


def small_network(
    n_inputs=9, hidden_units=(12,), seed=0, ordering="random", outputs=None, scale=1.0
) -> Network:
    """A network with N(0, scale²) weights in float64, by default binary, in a random ordering."""
    degrees = masks.make_degrees(n_inputs, hidden_units, ordering, "random", seed)
    outputs = outputs or Outputs(Bernoulli(), n_inputs)
    ins, outs = outputs.spread(degrees[0])
    kernels = [m.astype(float) for m in masks.make_masks([ins, *degrees[1:]], outs)]
    biases = [np.zeros(m.shape[1]) for m in kernels]
    direct = masks.output_mask(ins, outs).astype(float)
    network = Network(degrees, kernels, biases, direct, outputs=outputs)
    return checks.randomize(network, seed, scale)


def _loop(network, uniforms, visit, x=None) -> np.ndarray:
    """The plain loop over `visit`, from `x` or from zeros."""
    x = np.zeros(uniforms.shape) if x is None else x
    for d in visit:
        x[:, d] = uniforms[:, d] < sigmoid(network.logits(x)[:, d])
    return x


@checker
def check_noise_share(share):
    """5.1: the share of noise in a mixture that costs exactly one nat, to two decimals."""
    share = float(array("noise_share", share, ()))
    if not 0 <= share < 1:
        percent = " (no percentage)" if 1 < share <= 100 else ""
        return not_yet(f"A share is a number from 0 to below 1{percent}, and {share:g} is not.")
    mistakes = {
        "That share of the draws is not noise.": math.exp(-1),
        "Half of it noise costs one bit, and a nat is more.": 0.5,
    }
    otherwise = f"With a share of {share:g} the loss is {-math.log(1 - share):.3f} nats."
    expect(share, 1 - math.exp(-1), mistakes, otherwise, rtol=0, atol=0.0051)
    return correct(f"1 − 1/e = {1 - 1 / math.e:.3f} of all draws may be noise for a single nat.")


@checker("out_of_sight(hidden_degrees, D)")
def check_out_of_sight(count):
    """5.2: how many outputs miss an input that they may see, through hidden units alone."""
    rng = np.random.default_rng(0)
    cases = [([1, 2, 3], 4), ([1, 1, 1], 4), ([3, 3], 4), ([2, 2, 5], 8), ([1], 2), ([1, 2, 2], 4)]
    cases += [(rng.integers(1, 30, size=20).tolist(), 30) for _ in range(5)]
    found = [count.number(np.array(degrees), n) for degrees, n in cases]
    right, blind = [], []
    for degrees, n in cases:
        rank = np.arange(1, n + 1)
        reached = masks.count_paths(masks.make_masks([rank, np.array(degrees)])) > 0
        right.append((masks.direct_mask(rank) & ~reached).any(axis=0).sum())
        blind.append((~reached.any(axis=0))[1:].sum())
    if found == right:
        return correct("Every missing degree k hides input k from output k + 1.")
    mistakes = {
        "One output has nothing that it may see, and so misses nothing.": np.add(right, 1),
        "Those see nothing at all; who sees some of its inputs, and not all?": blind,
        "Does each unit help another output?": [max(0, n - 1 - len(d)) for d, n in cases],
        "That is how many lack nothing, or one more or less.": [len({*d}) for d, _ in cases],
    }
    (degrees, n), got, want = next(c for c in zip(cases, found, right) if c[1] != c[2])
    few = f"{degrees[:6]}{' …' if len(degrees) > 6 else ''}"
    otherwise = f"For hidden degrees {few} and {n} inputs it is {want}, not {got:g}."
    expect(found, right, mistakes, otherwise, rtol=0, atol=0)


@checker("draw_wrong(net, uniforms)")
def check_rank_for_order(draw_wrong, harmless=UNASKED):
    """5.3: a sampler that visits the dimensions in the sequence of their ranks: the famous bug.

    `harmless` is an ordering of 0 … 5, not the natural one, at which the bug changes nothing.
    """
    for seed in (3, 9):
        network = small_network(seed=seed)
        uniforms = np.random.default_rng(4).random((200, network.n_inputs))
        got = draw_wrong.array(network, uniforms, shape=uniforms.shape)
        visits = {
            "These are the right draws, and the wrong ones are wanted.": network.ordering,
            "That visits from left to right, a bug of another kind.": range(network.n_inputs),
            "That is the order backwards, a bug of another kind.": network.ordering[::-1],
        }
        mistakes = {hint: _loop(network, uniforms, visit) for hint, visit in visits.items()}
        want = _loop(network, uniforms, network.degrees[0] - 1)
        otherwise = "Change one thing only in the plain loop: which pixel is visited when."
        expect(got, want, mistakes, otherwise)
    if harmless is UNASKED:
        return correct("No error, no warning: only the digits are wrong.")
    then("harmless", harmless)
    order = array("harmless", harmless, (6,))
    if sorted(order) != list(range(6)):
        return not_yet("`harmless` must hold 0 to 5, each once.")
    order = order.astype(int)
    if (order == np.arange(6)).all():
        return not_yet("The natural order is harmless, yes; there are others.")
    d = int(np.argmax(np.argsort(order) != order))
    if (np.argsort(order) != order).any():
        rank = np.argsort(order)[d]
        return not_yet(f"Step {d} visits pixel {order[d]}; the bug goes to pixel {rank} instead.")
    return correct("An ordering that is its own inverse: a test with it would not see the bug.")


@checker("my_complete(net, x, n_known, uniforms)")
def check_complete(my_complete):
    """5.5: completion with the plain loop: the first pixels of the ordering are kept."""
    network = small_network(seed=5)
    rng = np.random.default_rng(6)
    x, uniforms = rng.integers(0, 2, network.n_inputs), rng.random((50, network.n_inputs))
    for n_known in (4, 0, network.n_inputs, 1):
        got = my_complete.array(network, x, n_known, uniforms, shape=uniforms.shape)
        first, rest = np.split(network.ordering, [n_known])
        known = np.isin(np.arange(network.n_inputs), first)
        raster, late = np.zeros(uniforms.shape), _loop(network, uniforms, network.ordering)
        raster[:, :n_known] = x[:n_known]
        mistakes = {
            "The loop draws the given pixels anew.": late.copy(),
            "The first pixels of x are not the first of the ordering.": _loop(
                network, uniforms, rest, raster
            ),
        }
        late[:, first] = x[first]
        mistakes["The given pixels come too late: the draws did not see them."] = late
        wrong = "the other pixels are not the model's draws"
        if (got[:, first] != x[first]).any():
            wrong = "the given pixels must stay as they are in x"
        elif not got[:, rest].any():
            wrong = "the other pixels are all 0: draw them"
        want = sampling.complete(network, x, known, 50, uniforms=uniforms)
        expect(got, want, mistakes, f"With n_known={n_known} {wrong}.")
    return correct("Given pixels enter in the place of draws, and nothing else changes.")


@checker("entropy_along(net, x)")
def check_entropies(entropy_along):
    """5.4: summed entropies of the conditionals along given examples, ``(n,)`` nats."""
    network, x = small_network(n_inputs=8, seed=7), checks.all_binary(8)
    hints = {x.shape: "That is one number a pixel: sum over the row."}
    got = entropy_along.array(network, x, shape=(len(x),), finite=False, hints=hints)
    p, right = sigmoid(network.logits(x)), _entropies(network, x)
    mistakes = {
        "These are bits: use nats, as all scores of the course do.": right / math.log(2),
        "An entropy is not below 0: look at the sign.": -right,
        "This is the NLL of x: it asks for the value in x alone.": -network.log_prob(x),
        "This is a mean over the dimensions: take the sum.": right / 8,
        "That counts the ones; what does a 0 add?": -(p * np.log(p)).sum(axis=1),
        "The same for all rows: p depends on the row.": np.full(len(x), right.mean()),
    }
    otherwise = "Take one row, and one pixel of it: which p, and what is the entropy of p?"
    expect(got, right, mistakes, otherwise)
    some = np.where(np.arange(8) % 2, 1e3, 1.0)  # every other output is sure
    kernels = [*network.kernels[:-1], network.kernels[-1] * some]
    saturated = replace(network, kernels=kernels, direct=network.direct * some)
    sure = entropy_along.array(saturated, x, shape=(len(x),), finite=False)
    if not np.isfinite(sure).all():
        return not_yet("Where p is 0 or 1 in floating point, 0 · ln 0 became nan: use the logits.")
    if not np.allclose(sure, _entropies(saturated, x), atol=5e-3):
        return not_yet("Where some pixels are sure, the entropy of the others must still be there.")
    exact = float((np.exp(network.log_prob(x)) * got).sum())
    return correct(f"Over all 256 x of a small model both averages are {exact:.3f} nats exactly.")


def _entropies(network, x) -> np.ndarray:
    logits = network.logits(x)
    p = sigmoid(logits)
    return (p * np.logaddexp(0, -logits) + (1 - p) * np.logaddexp(0, logits)).sum(axis=1)
