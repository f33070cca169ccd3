"""Checkers of lesson 3's exercises."""

import numpy as np

from helpers import checks, masks, sampling
from helpers.exercises import checker, correct, not_yet
from helpers.network import Network

_ORDERINGS = ([0, 1, 2, 3], [1, 2, 3, 0], [2, 4, 0, 1, 3])  # the last two are not self-inverse


@checker
def check_output_mask(output_mask):
    """3.1: ``output_mask(degrees_hidden, degrees_input)`` returns M^V, ``(hidden, outputs)``."""
    hidden, rank = np.array([1, 3, 2, 2, 1]), np.array([4, 1, 2, 3])
    got, want = output_mask(hidden, rank), masks.output_mask(hidden, rank)
    if got is None:
        return not_yet("Compare a row of input degrees with a column of hidden degrees.")
    got = np.asarray(got)
    if got.shape == want.T.shape:
        return not_yet("The shape should be (hidden units, outputs): senders in rows.")
    if got.shape != want.shape:
        return not_yet(f"The shape should be {want.shape}, and yours is {got.shape}.")
    if np.array_equal(got, masks.hidden_mask(hidden, rank)):
        return not_yet("Here a unit of degree d reaches output d, and so lets it see its own x_d.")
    if not np.array_equal(got, want):
        return not_yet("An output hears the units whose degree is strictly below its own.")
    return correct("Strictly greater: an output never hears a unit that knows its own input.")


@checker
def check_masks_for(masks_for):
    """3.2: ``masks_for(ordering, hidden_degrees)`` returns all masks."""
    for ordering in _ORDERINGS:
        degrees = masks.make_degrees(len(ordering), (6, 5), ordering, seed=1)
        got = masks_for(np.array(ordering), degrees[1:])
        if got is None:
            return not_yet("Turn the ordering into ranks first, then make three comparisons.")
        got, want = [np.asarray(m) for m in got], masks.make_masks(degrees)
        if [m.shape for m in got] != [m.shape for m in want]:
            shapes = [m.shape for m in want]
            return not_yet(f"For 2 hidden layers of 6 and 5 the shapes should be {shapes}.")
        swapped = masks.make_masks([np.array(ordering) + 1, *degrees[1:]])
        if not _same(got, want):
            if _same(got, swapped):
                return not_yet("The ordering says who comes when; the masks need each one's rank.")
            wrong = next(i for i, (a, b) in enumerate(zip(got, want)) if not np.array_equal(a, b))
            return not_yet(f"Mask {wrong} (0-based) is wrong for the ordering {ordering}.")
    return correct("Ranks in, masks out, for any ordering and any depth.")


@checker
def check_starved(starved):
    """3.3: ``starved(degrees)`` returns the sorted 0-based outputs that miss an allowed input."""
    cases = [
        [np.array([1, 2, 3, 4]), np.array([1, 2, 3])],
        [np.array([1, 2, 3, 4, 5]), np.array([2, 2, 4, 1]), np.array([4, 2, 1])],
        [np.array([3, 1, 4, 2]), np.array([1, 1, 3])],
        [np.array([1, 2, 3]), np.array([3, 3])],
    ]
    for degrees in cases:
        got = starved(degrees)
        if got is None:
            return not_yet("Compare what the paths reach with what M^A allows.")
        missing = masks.direct_mask(degrees[0]) & (
            masks.count_paths(masks.make_masks(degrees)) == 0
        )
        want = np.flatnonzero(missing.any(axis=0)).tolist()
        got = np.ravel(sorted(got) if isinstance(got, set) else got)
        if got.dtype == bool:
            return not_yet("That is a mask: give the indices at which it is True.")
        got = np.sort(got).astype(int).tolist()
        if got == want:
            continue
        first = int(np.argmin(degrees[0]))
        if got == sorted([first, *want]):
            return not_yet("The output visited first sees nothing because it may see nothing.")
        if got == [i + 1 for i in want]:
            return not_yet("Count outputs from 0, as code does.")
        if got == np.flatnonzero(missing.any(axis=1)).tolist():
            return not_yet("These are inputs that someone misses; columns are the outputs.")
        listed = [d.tolist() for d in degrees]
        return not_yet(f"For the degrees {listed} the answer is {want}, and yours is {got}.")
    return correct("Allowed minus reached is what is missing.")


@checker
def check_mended_masks(mended_masks):
    """3.4: ``mended_masks(rank, hidden_1, hidden_2)`` returns masks without a leak."""
    rng = np.random.default_rng(0)
    for _ in range(5):
        order = rng.permutation(6)
        degrees = masks.make_degrees(6, (9, 9), order, seed=rng)
        got, want = [np.asarray(m) for m in mended_masks(*degrees)], masks.make_masks(degrees)
        if [m.shape for m in got] != [m.shape for m in want]:
            return not_yet("Keep three masks, of shapes (D, units), (units, units), (units, D).")
        paths = masks.count_paths(got)
        leaks = np.argwhere((paths > 0) & ~masks.allowed(order))
        if len(leaks):
            i, j = leaks[0]
            return not_yet(
                f"There are {paths[i, j]:.0f} paths from input {i} (rank {degrees[0][i]}) to "
                f"output {j} (rank {degrees[0][j]}): which layer does the output listen to?"
            )
        if not _same(got, want):
            return not_yet("Nothing leaks now, but connections that are allowed are cut too.")
    return correct("The output mask compares with the layer that the output listens to.")


@checker
def check_sample(sample):
    """3.5: ``sample(net, uniforms)`` draws what the plain loop draws from the same uniforms."""
    for ordering in _ORDERINGS:
        degrees = masks.make_degrees(len(ordering), (16,), ordering, seed=2)
        empty = [m.astype(float) for m in masks.make_masks(degrees)]
        net = checks.randomize(
            Network(degrees, empty, [np.zeros(m.shape[1]) for m in empty]), 3, 0.7
        )
        uniforms = np.random.default_rng(4).random((2000, len(ordering)))
        got = np.asarray(sample(net, uniforms.copy()))
        want = sampling.sample_loop(net, 2000, uniforms=uniforms)
        if got.shape != want.shape:
            return not_yet(f"The shape should be {want.shape}, and yours is {got.shape}.")
        if not got.any():
            return not_yet("Everything is 0 so far: visit each input and toss its coin.")
        share = (got != want).any(axis=1).mean()
        if share > 0.001:
            hint = (
                "check the coin: x is 1 where the uniform number lies below p."
                if ordering == _ORDERINGS[0]
                else "ranks say when an input comes, and you need which one comes next."
            )
            return not_yet(f"With the ordering {ordering}, {share:.0%} of the draws differ; {hint}")
    return correct("The same uniforms give the same draws as `helpers.sampling.sample_loop`.")


@checker
def check_groups(degrees):
    """3.6: degrees of six inputs and four hidden units; two groups of three."""
    rank, hidden = (np.asarray(d) for d in degrees)
    if rank.shape != (6,) or hidden.shape != (4,):
        return not_yet("Give six input degrees and four hidden degrees.")
    seen = masks.count_paths(masks.make_masks([rank, hidden])) > 0
    for j in range(6):
        want = [0, 1, 2] if j >= 3 else []
        got = np.flatnonzero(seen[:, j]).tolist()
        if got != want:
            names = ", ".join(f"x_{i + 1}" for i in got) or "nothing"
            wanted = "x_1, x_2, x_3" if want else "nothing"
            return not_yet(f"Output {j + 1} sees {names}; it should see {wanted}.")
    return correct("Equal degrees are visited at the same time, and strictness keeps them apart.")


def _same(ours, theirs) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs))
