"""Checkers of lesson 6: average over orderings. Right answers are enumerated on small networks."""

import itertools
import math

import numpy as np

from helpers import checks, masks
from helpers.exercises import array, blame, checker, correct, expect, not_yet, number
from helpers.exercises.lesson_5 import small_network


def readers(k: int, same: bool) -> list:
    """`k` networks of eight inputs with random weights, all of one ordering or each of its own."""
    orders = [np.random.default_rng(0 if same else i).permutation(8) for i in range(k)]
    return [small_network(8, (16,), seed, order) for seed, order in enumerate(orders)]


@checker
def check_worst(worst):
    """6.1: by how many nats the average of 32 models can lose to the best of them."""
    worst = number("worst", worst)
    mistakes = {
        "That is the share that the best member has in the sum; what does it cost in nats?": 1 / 32,
        "That is 32 in bits; nats have the natural logarithm.": 5,
        "That would be a loss of no more than a half: think of 31 members that give nothing.":
        math.log(2),
        "A loss is positive here: how many nats more?": -math.log(32),
        "It can lose: think of 31 members that give the digit no probability at all.": 0,
    }  # fmt: skip
    left = f"{worst:g} nats would leave {math.exp(-min(abs(worst), 700)):.2g}"
    otherwise = f"{left} of the best. What is left if 31 members give probability 0?"
    expect(worst, math.log(32), mistakes, otherwise, rtol=0, atol=0.0051)
    return correct("One thirty-second of the best member is left: ln 32 = 3.47 nats, at most.")


@checker("impossible(best, K, claimed)")
def check_impossible(impossible):
    """6.2: which claimed scores no average of K members can have, given the best one's."""
    rng = np.random.default_rng(0)
    for k in (8, 2):
        best, share = rng.normal(-90, 8, 60), math.log(k)
        claimed = best + rng.uniform(-share - 2, share + 1, 60)
        claimed[:6] = best[:6] + [0.5, 0, 1e-6 - share, -0.01 - share, 1e-6, -1e-6 - share]
        got = impossible.array(best, k, claimed, shape=(60,))
        above, below = claimed > best, claimed < best - share
        mistakes = {
            "Right above the best member; an average can be too low as well.": above,
            "Right below; an average can be too high as well.": below,
            "These are the possible ones.": ~(above | below),
            "If all K are equal, so is their mean: at best it is the best.":
            (claimed >= best) | below,
            "An average may lie below the best member, within a limit.": claimed != best,
            "These are logs: of a Kth of the best, the log is ln K less.": above
            | (claimed < best / k),
            "How could a mean exceed the greatest of what it is a mean of?":
            (claimed > best + share) | below,
            "The best one's share is 1/K, so the limit is ln K (natural).":
            above | (claimed < best - math.log2(k)),
        }  # fmt: skip
        i = int(np.argmax(got != (above | below)))
        said = f"{claimed[i] - best[i]:+.6f} nats from the best of {k} members"
        word = "impossible" if (above | below)[i] else "possible"
        expect(got, above | below, mistakes, f"A claim that lies {said} is {word}.")
    return correct("Two bounds that need nothing but the best member's score.")


@checker("degrees(u0, u1, u2)")
def check_degrees(degrees):
    """6.3: ranks and the degrees of two hidden layers from uniform numbers."""
    every, orders = set(), list(itertools.permutations((0.1, 0.3, 0.6, 0.8)))
    for seed in range(20):
        rng = np.random.default_rng(seed)
        d, low = int(rng.integers(4, 12)), rng.uniform(0, 0.9)
        u0, u1, u2 = rng.random(d), rng.uniform(low, 1, 5), rng.random(40)
        u1[: seed % 2], u2[:2] = 0, (0, 1 - 1e-9)
        got = degrees(u0, u1, u2)
        if not isinstance(got, (tuple, list)) or len(got) != 3:
            return not_yet("Return three things: the ranks, and the degrees of both hidden layers.")
        ranks = array("the ranks", got[0], (d,))
        blame(ranks, {
            "Ranks count from 1.": np.argsort(np.argsort(u0)),
            "Some ranks of yours count from 0: add 1.": np.argsort(u0),
        })  # fmt: skip
        if sorted(ranks) != list(range(1, d + 1)):
            return not_yet(f"The ranks of {d} inputs must be 1 … {d}, each once.")
        lowest = 1
        for name, u, given in (("first", u1, got[1]), ("second", u2, got[2])):
            have = array(f"degrees of the {name} hidden layer", given, u.shape)
            want = lowest + np.floor(u * (d - lowest))
            expect(have, want, {
                f"In the {name} hidden layer degree D occurs: who could listen to such a unit?":
                lowest + np.floor(u * (d + 1 - lowest)),
                f"Degrees of the {name} hidden layer must be whole numbers, rounded down.":
                lowest + u * (d - lowest),
                f"Rounded to the nearest, the ends of the {name} range come half as often.":
                np.round(lowest + u * (d - 1 - lowest)),
                "The second layer starts at the smallest degree of the first: below is waste.":
                1 + np.floor(u * (d - 1)) if name == "second" else have + 1,
            }, f"The {name} hidden layer: spread u evenly over {lowest:g} … D − 1.")  # fmt: skip
            lowest = have.min()
    for u0 in orders:
        every.add(tuple(array("the ranks", degrees(np.array(u0), u1, u2)[0], (4,))))
    if len(every) < len(orders):
        return not_yet("`u0` must decide the ranks: 24 orders of four numbers, 24 orderings.")
    return correct("Every draw is a valid set of degrees, and all are equally likely.")


@checker("log_p_known(network_of, x, known)")
def check_known(log_p_known):
    """6.4: log p of the known pixels alone, whatever the others are."""
    for seed, size in ((3, 3), (5, 1), (8, 7), (9, 0)):
        rng = np.random.default_rng(seed)
        known = np.isin(np.arange(7), rng.permutation(7)[:size])
        asked = []

        def network_of(ordering, seed=seed, asked=asked):
            asked.append(np.asarray(ordering, int))
            return small_network(7, (10,), seed, asked[-1])

        x = rng.integers(0, 2, (5, 7))
        x[:, ~known] = rng.integers(0, 9, (5, 7 - size))  # anything
        got = log_p_known.array(network_of, x, known, shape=(5,))
        if not asked or sorted(asked[-1]) != list(range(7)):
            return not_yet("Ask `network_of` for an ordering: the numbers 0 … D − 1, each once.")
        net = small_network(7, (10,), seed, asked[-1])
        rest = checks.all_binary(7 - size) if size < 7 else np.zeros((1, 0), int)
        every = np.repeat(x[:, None], len(rest), axis=1)
        every[..., ~known] = rest
        p = np.exp(net.log_prob(every.reshape(-1, 7))).reshape(5, -1)
        want = np.log(p.sum(axis=1))
        first = masks.input_degrees(asked[-1]) <= size
        if not np.array_equal(first, known):
            return not_yet("The known pixels must come first in the ordering, the others after.")
        logits = net.logits(x)
        terms = x * logits - np.logaddexp(0, logits)
        mistakes = {
            "That is −log p: turn the sign.": -want,
            "That is log p of all pixels, and the unknown ones are not to be looked at.":
            terms.sum(axis=1),
            "That is log p of the rest, given what is known.": terms[:, ~known].sum(axis=1),
        } if 0 < size < 7 else {}  # fmt: skip
        otherwise = f"With {size} of 7 pixels known, summing over the rest gives another."
        expect(got, want, mistakes, otherwise, rtol=1e-5, atol=1e-6)
    return correct("A marginal that would take a sum over all unknown pixels, in one pass.")
