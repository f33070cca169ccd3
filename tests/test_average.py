"""The average of models: a distribution, drawn from a whole example at a time."""

import numpy as np
import pytest
from test_sampling import chi_squared

from helpers import checks, made, masks, reference, sampling
from helpers.average import Average
from helpers.network import Network
from helpers.sampling import Sampler


def network(d=6, seed=0, ordering="random", scale=1.5):
    degrees = masks.make_degrees(d, (12,), ordering, "even", seed)
    shapes = [mask.astype(float) for mask in masks.make_masks(degrees)]
    direct = masks.direct_mask(degrees[0]).astype(float)
    plain = Network(degrees, shapes, [np.zeros(12), np.zeros(d)], direct)
    return checks.randomize(plain, seed, scale)


def sure_of(bit, d=6):
    """A model that draws nothing but examples whose pixels are all `bit`."""
    still = network(d, scale=0.0)
    still.biases[-1][:] = 100 if bit else -100
    return still


def test_it_is_the_mean_of_the_probabilities_of_whole_examples():
    members = [network(seed=seed) for seed in range(3)]
    x = checks.all_binary(6)
    expected = np.mean([np.exp(one.log_prob(x)) for one in members], axis=0)
    assert np.allclose(np.exp(Average(*members).log_prob(x)), expected, rtol=1e-12)
    assert not np.allclose(expected, np.exp(members[0].log_prob(x)), rtol=1e-3)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_it_sums_to_one_whatever_the_orderings(n):
    average = Average(*(network(8, seed=seed) for seed in range(n)))
    assert abs(checks.total_probability(average) - 1) < 1e-12
    single = average.astype(np.float32)
    assert {member.dtype for member in single.members} == {np.dtype("float32")}


def test_a_leaky_member_shows_in_the_sum():
    leaky = network(8)
    leaky.direct[:] = np.random.default_rng(0).normal(size=(8, 8))
    assert abs(checks.total_probability(Average(network(8), leaky)) - 1) > 1e-3


def test_its_draws_follow_it():
    """Chi-squared over all 64 examples; a sound sampler fails for one seed in 10,000."""
    average = Average(*(network(seed=seed) for seed in range(3)))
    x = sampling.sample(average, 20_000, seed=1)
    assert x.dtype == np.uint8 and x.shape == (20_000, 6)
    statistic, limit = chi_squared(x, np.exp(average.log_prob(checks.all_binary(6))))
    assert statistic < limit
    wrong = np.exp(average.members[0].log_prob(checks.all_binary(6)))
    statistic, limit = chi_squared(x, wrong)
    assert statistic > limit


def test_a_whole_example_comes_from_one_member():
    x = Average(sure_of(0), sure_of(1)).sample(400, seed=2)
    ones = x.all(axis=1)
    assert (ones | ~x.any(axis=1)).all()
    assert 140 < ones.sum() < 260  # a fair coin leaves this once in a billion


def test_draws_are_a_function_of_the_uniforms():
    members = [network(seed=seed) for seed in range(2)]
    average, u = Average(*members), np.random.default_rng(3).random((50, 7))
    x = average.sample(50, uniforms=u)
    second = u[:, 0] >= 0.5
    assert 0 < second.sum() < 50
    for member, rows in zip(members, (~second, second)):
        assert np.array_equal(x[rows], sampling.sample(member, rows.sum(), uniforms=u[rows, 1:]))
    assert np.array_equal(average.sample(50, seed=3), x)
    assert np.array_equal(sampling.sample(average, 50, uniforms=u), x)
    assert average.sample(0).shape == (0, 6)


def test_within_an_average_of_averages_the_inner_choice_is_fair():
    pair = Average(sure_of(0), sure_of(1))
    x = Average(pair, sure_of(1)).sample(4000, seed=4)
    assert abs(x.all(axis=1).mean() - 0.75) < 0.04  # 5.8 standard errors


def test_all_that_the_course_calls_a_model_is_a_member():
    keras_model = made.MADE(6, (8,), "random", n_masks=3, seed=5)
    x = checks.all_binary(6)
    one = network()
    average = Average(keras_model, Sampler(one), one)
    expected = np.stack([np.exp(keras_model.log_prob(x)), *2 * [np.exp(one.log_prob(x))]])
    assert np.allclose(np.exp(average.log_prob(x)), expected.mean(axis=0), rtol=1e-4)
    assert abs(checks.total_probability(average) - 1) < 1e-9
    assert repr(average) == "Average(3 members, 6 inputs)"


@pytest.mark.parametrize(
    "members, words",
    [
        ((), ["at least one model", "none"]),
        ((network(), network(5)), ["members[1]", "n_inputs", "6", "got 5"]),
        ((network(), "a model"), ["members[1]", "'a model'"]),
    ],
)
def test_bad_members_are_refused(members, words):
    with pytest.raises(ValueError) as caught:
        Average(*members)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize("uniforms", [np.zeros((2, 6)), np.ones((2, 7)), np.full((2, 7), np.nan)])
def test_bad_uniforms_are_refused(uniforms):
    with pytest.raises(ValueError, match=r"uniforms must (have shape \(2, 7\)|be at least 0)"):
        Average(network()).sample(2, uniforms=uniforms)


def test_the_shipped_average_is_that_of_the_shipped_models():
    average = reference.load("average")
    pair = [reference.load(name) for name in reference.cards()["average"]["members"]]
    x = sampling.sample(average, 3, seed=0)
    assert x.shape == (3, 784)
    expected = np.logaddexp(*(one.log_prob(x).astype(float) for one in pair)) - np.log(2)
    assert np.allclose(average.log_prob(x), expected, rtol=1e-4)
