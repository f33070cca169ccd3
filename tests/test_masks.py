"""helpers.masks: orderings, degrees, masks and path counts, for any width, depth and ordering."""

import doctest
import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import arguments, masks

WIDTHS = st.lists(st.integers(1, 20), min_size=1, max_size=4)
SEEDS = st.integers(0, 2**32 - 1)
HOW = st.sampled_from(masks.HIDDEN_DEGREES)


@st.composite
def orderings(draw, most=12):
    """A visiting order of 2 … `most` inputs: given outright, natural or random."""
    n_inputs = draw(st.integers(2, most))
    if draw(st.booleans()):
        return np.array(draw(st.permutations(range(n_inputs))))
    return masks.make_ordering(n_inputs, draw(st.sampled_from(["natural", "random"])), draw(SEEDS))


def reachable(degrees, direct):
    matrices = masks.make_masks(degrees)
    return masks.count_paths(matrices, masks.direct_mask(degrees[0]) if direct else None) != 0


# --- Orderings and degrees -----------------------------------------------------------------------


def test_natural_given_and_random_orderings():
    assert masks.make_ordering(4).tolist() == [0, 1, 2, 3]
    assert masks.make_ordering(3, [1, 2, 0]).tolist() == [1, 2, 0]
    assert masks.make_ordering(2, (1, 0)).tolist() == [1, 0]
    drawn = {tuple(masks.make_ordering(3, "random", seed)) for seed in range(100)}
    assert drawn == set(itertools.permutations(range(3)))
    same = [masks.make_ordering(50, "random", 7).tolist() for _ in range(2)]
    assert same[0] == same[1]


def test_rank_is_not_order():
    assert masks.input_degrees([1, 2, 0]).tolist() == [3, 1, 2]
    assert masks.input_degrees([2, 0, 1]).tolist() == [2, 3, 1]
    assert masks.input_degrees([2, 1, 0]).tolist() == [3, 2, 1]  # its own inverse: they agree


@given(orderings(40))
def test_the_input_visited_at_step_r_has_degree_r(ordering):
    degrees = masks.input_degrees(ordering)
    assert degrees[ordering].tolist() == list(range(1, len(ordering) + 1))
    assert np.argsort(degrees).tolist() == ordering.tolist()


@given(orderings(), WIDTHS, HOW, SEEDS)
def test_hidden_degrees_lie_between_the_smallest_below_and_d_minus_1(ordering, widths, how, seed):
    degrees = masks.make_degrees(len(ordering), widths, ordering, how, seed)
    assert [len(layer) for layer in degrees] == [len(ordering), *widths]
    assert degrees[0].tolist() == masks.input_degrees(ordering).tolist()
    for below, layer in zip(degrees, degrees[1:]):
        assert layer.min() >= below.min() and layer.max() <= len(ordering) - 1
    for mask in masks.make_masks(degrees)[:-1]:
        assert mask.any(axis=0).all(), "a hidden unit that sees nothing"
    again = masks.make_degrees(len(ordering), widths, ordering, how, seed)
    assert all(np.array_equal(a, b) for a, b in zip(degrees, again))


def test_random_hidden_degrees_are_uniform():
    """Each of 9 degrees is drawn 1,000 times of 9,000; the standard deviation is 29.8."""
    drawn = masks.hidden_degrees(9000, 12, lowest=3, seed=0)
    counts = np.bincount(drawn, minlength=12)
    assert counts[:3].sum() == 0 and len(counts) == 12
    assert np.abs(counts[3:] - 1000).max() < 5 * 29.8


@given(st.integers(2, 30), st.integers(1, 60), st.data())
def test_even_hidden_degrees_are_spread_evenly(n_inputs, n_units, data):
    lowest = data.draw(st.integers(1, n_inputs - 1))
    degrees = masks.hidden_degrees(n_units, n_inputs, lowest, "even")
    assert degrees.min() == lowest and degrees.max() <= n_inputs - 1
    assert (np.diff(degrees) >= 0).all()
    counts = np.bincount(degrees, minlength=n_inputs)[lowest:]
    assert np.ptp(counts) <= 1


def test_the_seed_draws_ordering_and_hidden_degrees():
    a, b = (masks.make_degrees(30, (40, 40), "random", seed=s) for s in (1, 2))
    assert all(not np.array_equal(x, y) for x, y in zip(a, b))


def test_layers_are_drawn_one_after_another_from_one_stream():
    """The fault: every layer starts the stream again, and layers of equal width are copies."""
    first, *layers = masks.make_degrees(30, (40, 40, 40), "random", seed=1)
    rng = np.random.default_rng(1)
    assert first.tolist() == (np.argsort(rng.permutation(30)) + 1).tolist()
    lowest = 1
    for layer in layers:
        assert layer.tolist() == rng.integers(lowest, 30, size=40).tolist()
        lowest = layer.min()
    assert len({tuple(layer) for layer in layers}) == 3


# --- Masks ---------------------------------------------------------------------------------------


def test_masks_by_hand():
    """Three inputs visited as 2, 3, 1 (indices 1, 2, 0); one hidden layer of degrees 1, 2."""
    degrees = [masks.input_degrees([1, 2, 0]), np.array([1, 2])]
    hidden, output = masks.make_masks(degrees)
    assert hidden.astype(int).tolist() == [[0, 0], [1, 1], [0, 1]]
    assert output.astype(int).tolist() == [[1, 0, 1], [1, 0, 0]]
    direct = masks.direct_mask(degrees[0])
    assert direct.astype(int).tolist() == [[0, 0, 0], [1, 0, 1], [1, 0, 0]]
    assert hidden.dtype == output.dtype == direct.dtype == bool


@given(orderings(), WIDTHS, HOW, SEEDS, st.booleans())
@example(np.array([1, 2, 0]), [4, 3], "random", 0, False)
def test_no_output_has_a_path_from_itself_or_from_a_later_input(o, widths, how, seed, direct):
    paths = reachable(masks.make_degrees(len(o), widths, o, how, seed), direct)
    step = {int(d): r for r, d in enumerate(o)}  # written out, independent of helpers.masks
    for i, j in np.argwhere(paths):
        assert step[i] < step[j]


@given(orderings(), WIDTHS, HOW, SEEDS)
def test_with_direct_connections_every_allowed_dependency_has_a_path(ordering, widths, how, seed):
    degrees = masks.make_degrees(len(ordering), widths, ordering, how, seed)
    assert np.array_equal(reachable(degrees, direct=True), masks.allowed(ordering))
    assert masks.allowed(ordering).sum() == len(ordering) * (len(ordering) - 1) // 2


@given(orderings(), st.lists(st.integers(0, 5), min_size=1, max_size=4), SEEDS)
def test_layers_that_hold_every_degree_give_every_allowed_path(ordering, extra, seed):
    rng, d = np.random.default_rng(seed), len(ordering)
    degrees = [masks.input_degrees(ordering)]
    for n in extra:
        layer = np.concatenate([np.arange(1, d), rng.integers(1, d, n)])
        degrees.append(rng.permutation(layer))
    assert np.array_equal(reachable(degrees, direct=False), masks.allowed(ordering))


def test_a_missing_degree_starves_an_output_that_a_direct_connection_feeds():
    degrees = [np.array([1, 2, 3]), np.array([2, 2])]
    assert not reachable(degrees, direct=False)[0, 1]
    assert reachable(degrees, direct=True)[0, 1]


@given(orderings(), st.integers(1, 20), HOW, SEEDS)
def test_an_output_mask_that_is_not_strict_leaks(ordering, width, how, seed):
    """The fault: ``>=`` where the output rule says ``>``."""
    degrees = masks.make_degrees(len(ordering), [width], ordering, how, seed)
    faulty = [masks.hidden_mask(*degrees), masks.hidden_mask(degrees[1], degrees[0])]
    assert (masks.count_paths(faulty)[~masks.allowed(ordering)] > 0).any()


# --- Path counts ---------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 4), min_size=3, max_size=5), SEEDS, st.booleans())
def test_path_counts_equal_paths_walked_one_by_one(widths, seed, direct):
    rng = np.random.default_rng(seed)
    widths[-1] = widths[0]
    layers = [rng.random(shape) < 0.5 for shape in zip(widths, widths[1:])]
    extra = rng.random((widths[0], widths[0])) < 0.5 if direct else None
    walked = np.zeros((widths[0], widths[0])) if extra is None else extra.astype(float)
    for route in itertools.product(*map(range, widths)):
        walked[route[0], route[-1]] += all(
            layer[a, b] for layer, a, b in zip(layers, route, route[1:])
        )
    assert np.array_equal(masks.count_paths(layers, extra), walked)


def test_path_counts_neither_wrap_nor_cancel():
    many = [np.ones((2, 256), np.uint8), np.ones((256, 256), np.uint8), np.ones((256, 2), np.uint8)]
    assert (many[0] @ many[1] @ many[2] == 0).all(), "small integers wrap to zero here"
    counts = masks.count_paths(many)
    assert counts.dtype == np.float64 and (counts == 256 * 256).all()
    kernels = [np.array([[1.0, 1.0]]), np.array([[1.0], [-1.0]])]
    assert masks.count_paths(kernels).tolist() == [[2.0]]
    assert masks.count_paths(kernels, np.array([[-1.0]])).tolist() == [[3.0]]


# --- Bad input -----------------------------------------------------------------------------------


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 10_000))
def test_known_inputs_come_first_each_once(known, seed):
    known = np.array(known)
    order = masks.known_first(known, seed)
    assert sorted(order) == list(range(len(known)))
    assert known[order[: known.sum()]].all() and not known[order[known.sum() :]].any()
    assert np.array_equal(order, masks.known_first(known, np.random.default_rng(seed)))


def test_within_known_and_unknown_every_order_is_as_likely():
    """Chi-squared over 2! · 3! orders of 12,000 draws, one false alarm in 10,000 (11 degrees)."""
    known, rng = np.array([False, True, False, True, False]), np.random.default_rng(0)
    drawn = [tuple(masks.known_first(known, rng)) for _ in range(12_000)]
    counts = np.unique(drawn, axis=0, return_counts=True)[1]
    assert len(counts) == 12 and ((counts - 1000) ** 2 / 1000).sum() < 37.4


@pytest.mark.parametrize("known", [[1, 0], [[True, False]], [0.5]])
def test_known_must_be_booleans(known):
    with pytest.raises(ValueError, match=r"known must be \(D,\) booleans, got"):
        masks.known_first(known)


BAD = {
    "one input": (lambda: masks.make_ordering(1), "n_inputs must be at least 2, got 1"),
    "no input": (lambda: masks.make_degrees(0, (3,)), "n_inputs must be at least 2, got 0"),
    "half an input": (lambda: masks.make_ordering(2.5), r"n_inputs must be an integer, got 2\.5"),
    "unknown order": (lambda: masks.make_ordering(3, "raster"), "ordering must be .*'raster'"),
    "repeated": (lambda: masks.make_ordering(3, [0, 1, 1]), r"ordering must be .*0 … 2.*0, 1, 1"),
    "from one": (lambda: masks.make_ordering(3, [1, 2, 3]), r"ordering must be .*got \[1, 2, 3\]"),
    "too short": (lambda: masks.make_ordering(3, [0, 1]), r"ordering must be .*got \[0, 1\]"),
    "nan": (lambda: masks.make_ordering(2, [0, np.nan]), "ordering must be a permutation.*nan"),
    "ranks of no permutation": (lambda: masks.input_degrees([0, 2, 2]), "ordering must be a perm"),
    "allowed": (lambda: masks.allowed([1, 2, 3]), "ordering must be a permutation of 0 … 2"),
    "no layer": (lambda: masks.make_degrees(3, ()), "hidden_units must name at least one"),
    "zero width": (lambda: masks.make_degrees(3, (5, 0)), "hidden_units must be at least 1, got 0"),
    "negative width": (lambda: arguments.hidden_units(-4), "hidden_units must be .* 1, got -4"),
    "real width": (lambda: arguments.hidden_units([2.0]), "hidden_units must be an int.*2.0"),
    "true width": (lambda: arguments.hidden_units([True]), "hidden_units must be an int.*True"),
    "no units": (lambda: masks.hidden_degrees(0, 3), "hidden_units must be at least 1, got 0"),
    "units, one input": (lambda: masks.hidden_degrees(3, 1), "n_inputs must be at least 2, got 1"),
    "lowest": (lambda: masks.hidden_degrees(3, 4, lowest=4), "lowest must be at most 3, got 4"),
    "lowest -1": (
        lambda: masks.hidden_degrees(3, 4, lowest=-1),
        "lowest must be at least 0, got -1",
    ),
    "lowest 1.5": (lambda: masks.hidden_degrees(3, 4, lowest=1.5), r"lowest must be an int.*1\.5"),
    "seed": (lambda: masks.make_degrees(3, (2,), seed=-1), "seed must be a whole number .* got -1"),
    "seed 0.5": (
        lambda: masks.make_ordering(3, "random", 0.5),
        r"seed must be a whole .* got 0\.5",
    ),
    "seed none": (
        lambda: masks.hidden_degrees(2, 3, seed=None),
        "seed must be a whole .* got None",
    ),
    "units none": (lambda: arguments.hidden_units(None), "hidden_units must be an int.*None"),
    "units text": (lambda: arguments.hidden_units("64"), "hidden_units must be an int.*'64'"),
    "how": (lambda: masks.make_degrees(3, (2,), how="odd"), "degrees must be one of.*'odd'"),
    "how none": (lambda: masks.hidden_degrees(2, 3, how=None), "degrees must be one of.*None"),
}


@pytest.mark.parametrize("call, message", BAD.values(), ids=BAD)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_examples_in_the_docstrings():
    result = doctest.testmod(masks)
    assert result.attempted and not result.failed


def test_numpy_modules_import_neither_tensorflow_nor_keras(root):
    code = (
        "import sys, helpers.masks, helpers.likelihood, helpers.network, helpers.sampling\n"
        "import helpers.checks\n"
        "assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


@pytest.mark.parametrize("layer", range(4), ids=["first", "second", "last", "direct"])
def test_a_negative_weight_is_a_path_as_any_other(layer):
    degrees = masks.make_degrees(5, (7, 6), "random", seed=0)
    layers = [*masks.make_masks(degrees), masks.direct_mask(degrees[0])]
    kernels = [mask * (-0.5 if i == layer else 2.0) for i, mask in enumerate(layers)]
    counted = masks.count_paths(kernels[:3], kernels[3])
    assert np.array_equal(counted, masks.count_paths(layers[:3], layers[3])) and counted.any()
