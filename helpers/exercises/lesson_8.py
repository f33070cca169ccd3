"""Checkers of lesson 8: other outputs than black and white.

Answers are held against formulas written out here, in float64, far into the tails; the challenge is
tried on small networks with random weights, in orderings that are not their own inverse.
"""

import numpy as np

from helpers.exercises import blame, checker, correct, expect, not_yet
from helpers.exercises.lesson_5 import small_network
from helpers.likelihood import log_sum_exp
from helpers.outputs import Gaussian, Outputs


@checker("in_units_of_x(nll_z, std)")
def check_in_units_of_x(in_units_of_x):
    """8.1: the NLL of x from that of z = (x − mean) / std, one number an example."""
    nll_z, std = np.array([2.5, -1.0, 0.3, 7.0]), np.array([20.0, 0.5, 3.0])
    hints = {(): "One number for each example, please."}
    got = in_units_of_x.array(nll_z, std, shape=(4,), hints=hints)
    owed = np.log(std).sum()
    mistakes = {
        "The sign: a unit ten times smaller makes the density ten times smaller.": nll_z - owed,
        "Sum over dimensions, as the NLL does; a mean is one of them only.": nll_z + owed / 3,
        "The log of a sum is not the sum of logs.": nll_z + np.log(std.sum()),
        "An NLL is a logarithm; what has to be added is one, too.": nll_z + std.sum(),
        "Densities are multiplied, logs are added.": nll_z * std.prod(),
        "Nats: the natural logarithm.": nll_z + np.log2(std).sum(),
        "That is the NLL of z; each dimension owes something.": nll_z,
        "Divide by std, once: not by the variance.": nll_z + 2 * owed,
    }
    otherwise = f"With std 20, 0.5 and 3, z at 2.5 nats is x at {2.5 + owed:.3f}."
    expect(got, nll_z + owed, mistakes, otherwise, rtol=1e-5, atol=1e-6)
    return correct("One log std for each dimension, the same for every example.")


@checker("mixture_nll(x, shares, means, stds)")
def check_mixture(mixture_nll):
    """8.2: −log p of real numbers under a mixture of Gaussians, far into its tails."""
    rng = np.random.default_rng(0)
    for k in (2, 5, 1):
        shares, means, stds = rng.dirichlet(np.ones(k)), rng.normal(size=k), rng.uniform(0.2, 2, k)
        x = np.append(rng.normal(size=6), [30.0, -200.0])
        z = (x[:, None] - means) / stds
        each = -0.5 * z**2 - np.log(stds) - 0.5 * np.log(2 * np.pi)
        right = -log_sum_exp(np.log(shares) + each, axis=1)
        got = mixture_nll.array(x, shares, means, stds, shape=x.shape, finite=False)
        near, far = slice(0, 6), slice(6, None)
        mistakes = {
            "That is log p; the loss is its negative.": -right,
            "That averages the logs: Gaussians are mixed as densities, and the log comes last.": (
                -(shares * each).sum(axis=1)
            ),
            "The shares are missing.": -log_sum_exp(each, axis=1),
            "A mean of k logs is no log of a sum: add up the densities, then take the log.": (
                -(np.log(shares) + each).mean(axis=1)
            ),
            "A density of z is not one of x: divide each by its std.": (
                -log_sum_exp(np.log(shares) + each + np.log(stds), axis=1)
            ),
            "The constant ½ ln 2π is missing.": right - 0.5 * np.log(2 * np.pi),
            "That is the likelihood; take its log, with a minus.": np.exp(-right),
            "All of the Gaussians count, not the nearest alone.": (
                -(np.log(shares) + each).max(axis=1)
            ),
        }
        for hint, wrong in mistakes.items():
            if k > 1 or not np.allclose(wrong[near], right[near]):
                blame(got[near], {hint: wrong[near]})
        if not np.allclose(got[near], right[near], rtol=1e-6):
            return not_yet(f"At x = {x[0]:.3f}, with k = {k}, it is {right[0]:.4f} nats.")
        if not np.allclose(got[far], right[far], rtol=1e-6):
            return not_yet("Right near the Gaussians; far away every density underflows to 0.")
    return correct("A log-sum-exp of k terms, and no point is too far out for it.")


@checker("draw_levels(logits, u)")
def check_levels(draw_levels):
    """8.3: draw one of k values by its cumulative shares, a function of a uniform number."""
    rng = np.random.default_rng(1)
    logits = np.vstack([rng.normal(size=(400, 4)), [[-800.0, 5.0, 5.0, -800.0]] * 2])
    u = np.append(rng.random(400), [0.25, 0.75])
    got = draw_levels.array(logits, u, shape=u.shape)
    p = np.exp(logits - log_sum_exp(logits, axis=1, keepdims=True))

    def passed(ends):  # how many of the ends but the last the coin lies beyond
        return (u[:, None] >= ends[:, :-1]).sum(axis=1)

    right, backwards = passed(np.cumsum(p, axis=1)), passed(np.cumsum(p[:, ::-1], axis=1))
    mistakes = {
        "That counts values from 1; they begin with 0.": right + 1,
        "That is the likeliest value, whatever the coin says.": logits.argmax(axis=1),
        "That gives every value the same share.": np.floor(4 * u),
        "Logits are no shares: softmax them first.": passed(np.cumsum(logits, axis=1)),
        "That compares the coin with each share alone; add them up from the first.": passed(p),
        "That runs from the last value down: a small coin must draw a small value.": 3 - backwards,
    }
    i = int(np.argmax(got != right))
    shown = ", ".join(f"{share:.2f}" for share in p[i])
    otherwise = f"Shares {shown} and the coin {u[i]:.2f} draw {right[i]}, not {got[i]:g}."
    expect(got, right, mistakes, otherwise, rtol=0, atol=0)
    return correct("The larger the coin, the larger the value, in proportion to the shares.")


@checker("posterior_of(log_p, prior)")
def check_posterior(posterior_of):
    """8.4: p(c | x) from log p(x | c) and a prior that is not even."""
    rng, prior = np.random.default_rng(2), np.array([0.7, 0.2, 0.1])
    log_p = -60 + rng.normal(size=(5, 3))
    far = -5000 + rng.normal(size=(5, 3))
    joint, right, even = log_p + np.log(prior), _bayes(log_p, prior), _bayes(log_p, np.ones(3))
    got = posterior_of.array(log_p, prior, shape=(5, 3), finite=False)
    mistakes = {
        "The prior is missing.": even,
        "That is a logarithm; probabilities are asked for.": np.log(right),
        "To a log-probability one adds the log of the prior.": _bayes(log_p, np.exp(prior)),
        "Divide by the sum over the classes of one example, not over the examples.": (
            _bayes(joint.T, np.ones(5)).T
        ),
        "They must add up to 1 once the prior is in.": even * prior,
        "That is p(x, c): divide by the sum over the classes.": np.exp(joint),
    }
    shown = ", ".join(f"{p:.3f}" for p in right[0])
    otherwise = f"The first example's probabilities are {shown}."
    expect(got, right, mistakes, otherwise, rtol=1e-5, atol=1e-30)
    if not np.allclose(
        posterior_of.array(far, prior, shape=(5, 3), finite=False), _bayes(far, prior)
    ):
        return not_yet("Right at −60 nats; at −5,000 every exp is 0. Stay with the logarithms.")
    other = np.array([0.1, 0.6, 0.3])
    if not np.allclose(posterior_of.array(log_p, other, shape=(5, 3)), _bayes(log_p, other)):
        return not_yet("Right for 70, 20 and 10 %; with another `prior` it is not.")
    return correct("A softmax of log-likelihood plus log-prior.")


def _bayes(log_p, prior):
    joint = log_p + np.log(prior)
    return np.exp(joint - log_sum_exp(joint, axis=1, keepdims=True))


def _backwards(net, u, visit, units=True, spread=np.exp, of_noise=False):
    """The map from noise to x; each option away from its default is a mistake."""
    x = np.zeros(u.shape)
    for d in visit:
        mean, log_std = net.logits(u if of_noise else x)[:, net.outputs.params == d].T
        x[:, d] = mean + spread(log_std) * u[:, d]
        if units:
            x[:, d] = net.outputs.families[d].mean + net.outputs.families[d].std * x[:, d]
    return x


@checker("from_noise(net, u)")
def check_from_noise(from_noise):
    """8.5: a MADE of Gaussians as a map from standard normal noise to data."""
    for seed in (3, 4):
        outputs = Outputs([Gaussian(3.0 * i, 0.5 + i) for i in range(4)], 4)
        net = small_network(4, (12,), seed, [1, 3, 2, 0], outputs, 0.3)
        u = np.random.default_rng(seed).standard_normal((50, 4))
        got = from_noise.array(net, u, shape=u.shape)
        right, every = _backwards(net, u, net.ordering), range(4)
        mistakes = {
            "Visit the dimensions in `net.ordering`.": _backwards(net, u, every),
            "Ranks are no ordering: visit in `net.ordering`.": (
                _backwards(net, u, net.degrees[0] - 1)
            ),
            "That is z: x = family.mean + family.std · z.": _backwards(net, u, net.ordering, False),
            "The second parameter is log σ.": _backwards(net, u, net.ordering, True, np.copy),
            "The inputs of the network must be what is drawn so far, not the noise.": (
                _backwards(net, u, every, of_noise=True)
            ),
        }
        d, otherwise = net.ordering[0], "The first dimension is right; tell the next its value."
        if not np.allclose(got[:, d], right[:, d], rtol=1e-5, atol=1e-5):
            otherwise = f"Already dimension {d}, the first of the ordering, is off."
        expect(got, right, mistakes, otherwise, rtol=1e-5, atol=1e-5)
    return correct("The draws of a MADE are a function of its noise, and it can be inverted.")
