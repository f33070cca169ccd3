"""Counts of rows by progressive sampling, held against enumeration of small tables."""

import itertools

import numpy as np
import pytest

from helpers import checks, counting, masks
from helpers.network import Network
from helpers.outputs import Bernoulli, Categorical, Outputs

KINDS = (3, 2, 4, 2)
EVERY = np.array(list(itertools.product(*map(range, KINDS))))
QUERIES = [
    {0: [2]},
    {3: [0]},  # columns before the one that is asked for have to be drawn
    {0: [0, 2], 2: range(1, 3)},
    {1: {1}, 2: (3, 0), 3: np.array([1])},
    {0: [1], 1: [0], 2: [2], 3: [1]},
    {d: range(k) for d, k in enumerate(KINDS)},
]


def small(seed=0, ordering=(1, 3, 2, 0), direct=True, scale=1.0, kinds=KINDS) -> Network:
    """A network of categories with random weights, in an ordering that is not its own inverse."""
    outputs = Outputs([Categorical(k) for k in kinds], len(kinds))
    degrees = masks.make_degrees(len(kinds), (9, 7), list(ordering), "random", seed)
    ins, outs = outputs.spread(degrees[0])
    kernels = [m.astype(float) for m in masks.make_masks([ins, *degrees[1:]], outs)]
    more = masks.output_mask(ins, outs).astype(float) if direct else None
    plain = Network(
        degrees, kernels, [np.zeros(k.shape[1]) for k in kernels], more, outputs=outputs
    )
    return checks.randomize(plain, seed, scale)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("seed, direct", [(0, True), (1, False)])
def test_the_mean_of_the_masses_is_the_probability(query, seed, direct):
    net = small(seed, direct=direct)
    inside = counting.matches(EVERY, query)
    right = np.exp(net.log_prob(EVERY[inside])).sum()
    drawn = np.exp(counting.restrict(net, query).log_prob(EVERY))
    assert np.isclose(drawn[inside].sum(), 1, atol=1e-12) and not drawn[~inside].any()
    mean = (drawn * np.exp(counting.log_mass(net, EVERY, query))).sum()  # of every possible draw
    assert np.isclose(mean, right, rtol=1e-12, atol=0)


@pytest.mark.parametrize("query", QUERIES)
def test_on_what_is_allowed_a_mass_is_the_ratio_of_two_probabilities(query):
    net, x = small(2), EVERY[counting.matches(EVERY, query)]
    ratio = net.log_prob(x) - counting.restrict(net, query).log_prob(x)
    assert np.allclose(counting.log_mass(net, x, query), ratio, atol=1e-12)


def test_counts_lie_around_the_truth_as_far_as_they_say():
    # 200 counts by different seeds; the sum of 200 squared z is beyond these once in a million runs
    net, query = small(3), QUERIES[2]
    right = 500 * np.exp(net.log_prob(EVERY[counting.matches(EVERY, query)])).sum()
    found = np.array([counting.count(net, query, 500, 400, seed) for seed in range(200)])
    z = (found[:, 0] - right) / found[:, 1]
    assert abs(z.sum() / np.sqrt(200)) < 4.9
    assert 115 < (z**2).sum() < 310


def test_only_what_is_allowed_is_drawn():
    query = QUERIES[2]
    x = counting.restrict(small(4), query).sample(2000, 0)
    assert counting.matches(x, query).all()
    pairs = {tuple(pair) for pair in x[:, [0, 2]].tolist()}
    assert pairs == set(itertools.product([0, 2], [1, 2]))


def test_no_condition_is_every_row_and_a_single_column_visited_first_needs_no_luck():
    net = small(5)
    assert counting.count(net, {}, 336_776, 50) == (336_776, 0)
    first = net.ordering[0]  # its share does not depend on what is drawn
    right = np.exp(net.log_prob(EVERY[EVERY[:, first] == 1])).sum()
    found, error = counting.count(net, {first: [1]}, 1000, 10)
    assert np.isclose(found, 1000 * right, rtol=1e-12) and error < 1e-9


def test_in_float32_as_models_are_loaded():
    net, query = small(6), QUERIES[3]
    single, double = (counting.count(n, query, 1000, 300, 1) for n in (net.astype("float32"), net))
    assert np.allclose(single, double, rtol=1e-4)


def test_what_the_model_rules_out_is_counted_as_none():
    net = small(7, scale=0.1)
    net.biases[-1][net.outputs.params == 1] = [900.0, 0.0]  # column 1 is 0, always
    assert counting.count(net, {1: [1]}, 10**6) == (0, 0)
    assert counting.count(net, {1: [0]}, 10**6) == (10**6, 0)


def test_matches_are_counted_as_by_hand():
    rows = np.array([[0, 1], [1, 1], [2, 0], [2, 1]], np.uint8)
    assert counting.matches(rows, {}).tolist() == [True] * 4
    assert counting.matches(rows, {0: range(1, 3), 1: {1}}).tolist() == [False, True, False, True]
    assert counting.matches(rows, {0: [5]}).tolist() == [False] * 4


def test_q_errors_count_both_ways_and_from_one_row_up():
    assert counting.q_error([50, 200, 100, 0.2, 3], [100, 100, 100, 0, 0.0]).tolist() == [
        2, 2, 1, 1, 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query, words",
    [
        ([1], "query must be a dictionary {column: values}, got [1]"),
        ({4: [0]}, "query's column must be at most 3, got 4"),
        ({-1: [0]}, "query's column must be at least 0, got -1"),
        ({"month": [0]}, "query's column must be an integer, got 'month'"),
        ({0: 2}, "query[0] must be a collection of values, got 2"),
        ({0: "12"}, "query[0] must be a collection of values, got '12'"),
        ({0: []}, "query[0] must allow at least one value, got none"),
        ({0: range(2, 4)}, "a value of query[0] must be at most 2, got 3"),
        ({2: [-1]}, "a value of query[2] must be at least 0, got -1"),
        ({2: [0.5]}, "a value of query[2] must be an integer, got 0.5"),
        ({2: [True]}, "a value of query[2] must be an integer, got True"),
    ],
)
def test_a_query_that_cannot_be_is_told_why(query, words):
    asked = [lambda: counting.count(small(), query, 10), lambda: counting.restrict(small(), query)]
    if "at most 2" not in words:  # a table may lack a value that could be there
        asked.append(lambda: counting.matches(EVERY, query))
    for ask in asked:
        with pytest.raises(ValueError) as error:
            ask()
        assert str(error.value).startswith(words)


def test_other_bad_arguments_are_told_why():
    for options, words in (
        ({"n": 1}, "n must be at least 2, got 1"),
        ({"n_rows": -1}, "n_rows must be at least 0, got -1"),
        ({"n_rows": 2.5}, "n_rows must be an integer, got 2.5"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"network": "net"}, "network must be a network.Network"),
    ):
        with pytest.raises(ValueError, match=words):
            counting.count(**{"network": small(), "query": {}, "n_rows": 10} | options)
    with pytest.raises(ValueError, match=r"rows must have shape \(n, D\), got \(3,\)"):
        counting.matches([1, 2, 3], {})
    degrees = masks.make_degrees(2, (3,), "natural", "random", 0)
    kernels = [m.astype(float) for m in masks.make_masks(degrees)]
    plain = Network(degrees, kernels, [np.zeros(3), np.zeros(2)], outputs=Bernoulli())
    with pytest.raises(ValueError, match="network must have categories for outputs.*Bernoulli"):
        counting.count(plain, {0: [1]}, 10)
