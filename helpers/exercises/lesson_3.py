"""Checkers of lesson 3's exercises."""

import numpy as np

from helpers import checks, masks, sampling
from helpers.exercises import Mistake, array, checker, correct, expect, not_tried, not_yet
from helpers.network import Network

_ORDERINGS = ([0, 1, 2, 3], [1, 2, 3, 0], [2, 4, 0, 1, 3])  # the last two are not self-inverse


def _binary(name, value, shape, hints=None) -> np.ndarray:
    """Zeros and ones as bool; other numbers are a mistake."""
    got = array(name, value, shape, hints=hints)
    if not np.isin(got, (0, 1)).all():
        raise Mistake(f"`{name}` must hold only 0 and 1 (or False and True).")
    return got == 1


def _masks(name, value, want) -> list[np.ndarray]:
    """The reader's list of masks as bool, of the shapes of those in `want`."""
    if not isinstance(value, (list, tuple, np.ndarray)) or len(value) != len(want):
        raise Mistake(f"`{name}` must return a list of {len(want)} masks here, the output's last.")
    turned = "A mask is (senders, receivers), and one of yours is turned round."
    return [
        _binary(f"masks[{i}]", got, mask.shape, {mask.T.shape: turned})
        for i, (got, mask) in enumerate(zip(value, want))
    ]


def _same(ours, theirs) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs))


@checker("output_mask(degrees_hidden, degrees_input)")
def check_output_mask(output_mask):
    """3.1: ``output_mask(degrees_hidden, degrees_input)`` returns M^V, ``(hidden, outputs)``."""
    rng = np.random.default_rng(0)
    cases = [(np.array([1, 3, 2, 2, 1]), np.array([4, 1, 2, 3]))]
    cases += [(rng.integers(1, 6, size=8), rng.permutation(6) + 1) for _ in range(3)]
    for hidden, rank in cases:
        want, senders = masks.output_mask(hidden, rank), hidden[:, None]
        hints = {want.T.shape: "The shape should be (hidden units, outputs): senders in rows."}
        got = _binary("output_mask", output_mask(hidden, rank), want.shape, hints)
        mistakes = {
            "Here output d hears units of degree d, which know x_d itself.": senders <= rank,
            "Here outputs hear only units that know more than they may.": senders > rank,
        }
        i, j = np.unravel_index(np.argmax(got != want), got.shape)
        said = f"Yours says {'yes' if got[i, j] else 'no'}."
        asked = f"Should a unit of degree {hidden[i]} speak to the output of degree {rank[j]}?"
        expect(got, want, mistakes, f"{asked} {said}")
    return correct("Strictly greater: an output never hears a unit that knows its own input.")


@checker("masks_for(ordering, hidden_degrees)")
def check_masks_for(masks_for):
    """3.2: ``masks_for(ordering, hidden_degrees)`` returns all masks, for any depth."""
    for ordering in _ORDERINGS:
        for units in ((6, 5), (7,), (4, 6, 5), (5, 5)):
            degrees = masks.make_degrees(len(ordering), units, ordering, seed=1)
            want = masks.make_masks(degrees)
            got = _masks("masks_for", masks_for(np.array(ordering), degrees[1:]), want)
            name = f"{len(units)} hidden layer{'s' if len(units) > 1 else ''}"
            if _same(got, want):
                continue
            if _same(got, masks.make_masks([np.array(ordering) + 1, *degrees[1:]])):
                return not_yet(f"Right for the natural order; for {ordering}, who comes when?")
            if _same(got, masks.make_masks([degrees[0] - 1, *degrees[1:]])):
                return not_yet("Degrees begin at 1: who counts from 0 here?")
            if _same(got[:-1], want[:-1]):
                if np.array_equal(got[-1], masks.hidden_mask(degrees[-1], degrees[0])):
                    return not_yet("The last mask lets an output hear units that know its input.")
                if np.array_equal(got[-1], masks.output_mask(degrees[0], degrees[0])):
                    return not_yet("The last mask compares the inputs with themselves.")
                return not_yet(f"With {name} the last mask is wrong, the others are right.")
            strict = [a[:, None] < b[None, :] for a, b in zip(degrees, degrees[1:])]
            if _same(got[:-1], strict):
                return not_yet("Nothing leaks, but hidden layers pass on too little: ≥ or >?")
            wrong = next(i for i, (a, b) in enumerate(zip(got, want)) if not np.array_equal(a, b))
            return not_yet(f"With {name} mask {wrong} (0-based) is wrong for {ordering}.")
    return correct("Ranks in, masks out, for any ordering and any depth.")


@checker("starved(degrees)")
def check_starved(starved):
    """3.3: ``starved(degrees)`` returns the sorted 0-based outputs that miss an allowed input."""
    cases = [
        [[4, 3, 2, 5, 1], [1, 1], [3, 3]],  # a different result for each mistake
        [[3, 1, 4, 2], [1, 1, 3]],
        [[1, 2, 3, 4], [1, 2, 3]],
        [[1, 2, 3, 4], [1, 1, 3], [1, 2, 3]],  # the first hidden layer alone is to blame
        [[2, 1, 4, 3], [1, 2, 3], [1, 3], [1, 2, 3]],
    ]
    for listed in cases:
        degrees = [np.array(d) for d in listed]
        missing, blind = _missing(degrees)
        value = starved(degrees)
        if isinstance(value, (set, frozenset)):
            value = list(value)
        got = np.sort(array("starved", value).ravel())
        if np.asarray(value).dtype == bool:
            return not_yet("That is a mask: give the indices at which it is True.")
        want = np.flatnonzero(missing.any(axis=0))
        mistakes = {
            "The output visited first sees nothing; may it see anything?": np.flatnonzero(blind),
            "These are inputs that someone misses.": np.flatnonzero(missing.any(axis=1)),
            "Count outputs from 0, as code does.": want + 1,
            "These are ranks: give the indices of the outputs.": np.sort(degrees[0][want]),
            "So it would be with the last hidden layer alone.": _one_layer(degrees, -1),
            "So it would be with the first hidden layer alone.": _one_layer(degrees, 1),
        }
        few = ", ".join(f"{i:g}" for i in got[:6]) or "nobody"
        expect(got, want, mistakes, f"For the degrees {listed}, it is not {few}.")
    return correct("Allowed minus reached is what is missing.")


def _missing(degrees):
    """What is allowed and not reached, ``(input, output)``; which outputs nothing reaches."""
    reached = masks.count_paths(masks.make_masks(degrees)) > 0
    return masks.direct_mask(degrees[0]) & ~reached, ~reached.any(axis=0)


def _one_layer(degrees, layer) -> np.ndarray:
    return np.flatnonzero(_missing([degrees[0], degrees[layer]])[0].any(axis=0))


@checker("mended_masks(rank, hidden_1, hidden_2)")
def check_mended_masks(mended_masks):
    """3.4: ``mended_masks(rank, hidden_1, hidden_2)`` returns masks without a leak."""
    rng = np.random.default_rng(0)
    for units in ((9, 9), (9, 9), (9, 9), (8, 11), (12, 7)):
        order = rng.permutation(6)
        degrees = masks.make_degrees(6, units, order, seed=rng)
        want = masks.make_masks(degrees)
        got = _masks("mended_masks", mended_masks(*degrees), want)
        if _same(got, [*want[:2], masks.output_mask(degrees[1], degrees[0])]):
            return not_tried("mended_masks")
        paths = masks.count_paths(got)
        leaks = np.argwhere((paths > 0) & ~masks.allowed(order))
        if len(leaks):
            i, j = leaks[0]
            ranks = f"ranks {degrees[0][i]} and {degrees[0][j]}"
            return not_yet(f"{paths[i, j]:.0f} paths join input {i} to output {j}, of {ranks}.")
        if not paths.any():
            return not_yet("Nothing leaks where nothing passes: the mended network must see.")
        if not _same(got, want):
            return not_yet("Nothing leaks now, but connections that are allowed are cut too.")
    return correct("The output mask compares with the layer that the output listens to.")


_CATCHES = {"a": {2, 3, 4}, "b": {1}, "c": {1, 2, 4}, "d": set(), "e": set()}


@checker
def check_looks(looks):
    """3.5: ``looks``, which of the looks 1 … 4 catch each of five faults."""
    if looks is None or (isinstance(looks, dict) and all(v is None for v in looks.values())):
        return not_tried("looks")
    if not isinstance(looks, dict) or set(looks) != set(_CATCHES):
        return not_yet("`looks` must hold a list for each of the faults a, b, c, d and e.")
    found = {}
    for fault, given in looks.items():
        if given is None:
            return not_yet(f"Fault {fault} needs an answer: an empty list, if no look catches it.")
        given = sorted(given) if isinstance(given, (set, frozenset)) else given
        found[fault] = set(array(f"looks['{fault}']", given).ravel())
        if not found[fault] <= {1, 2, 3, 4}:
            return not_yet(f"Fault {fault}: looks are numbered 1 to 4.")
    hints = {  # a fault, a look: (why it catches, why it does not)
        ("a", 1): ("", "The masks that look 1 multiplies are right here."),
        ("b", 1): ("No path needs a weight: look 1 reads masks.", ""),
        ("c", 3): ("", "How many terms has the sum in fault c?"),
        ("d", None): ("", "Strict hidden masks cut more. Does cutting ever make a leak?"),
        ("e", None): ("", "Which look asks the loop that draws, and not the network?"),
        ("b", None): ("", "With output weights of 0, what can move a logit in fault b?"),
    }
    for fault, want in _CATCHES.items():
        for look in sorted(found[fault] ^ want):
            caught, missed = hints.get((fault, look)) or hints.get((fault, None)) or ("", "")
            general = f"Fault {fault}: what does look {look:g} do there?"
            return not_yet((caught if look in want else missed) or general)
    return correct("No look catches everything, and some faults are for none of them.")


class _Counted(Network):
    """Counts how often anyone asks it for logits."""

    passes = 0

    def logits(self, x, condition=None):
        _Counted.passes += 1
        return super().logits(x, condition)


@checker("sample(net, uniforms)")
def check_sample(sample):
    """3.6: ``sample(net, uniforms)`` draws what the plain loop draws from the same uniforms."""
    for ordering in _ORDERINGS[::-1]:
        degrees = masks.make_degrees(len(ordering), (16,), ordering, seed=2)
        empty = [m.astype(float) for m in masks.make_masks(degrees)]
        net = Network(degrees, empty, [np.zeros(m.shape[1]) for m in empty])
        net = _Counted(**vars(checks.randomize(net, 3, 0.7)))
        uniforms = np.random.default_rng(4).random((2000, len(ordering)))
        _Counted.passes = 0
        got = _binary("sample", sample(net, uniforms), uniforms.shape)
        passes = _Counted.passes
        want = sampling.sample_loop(net, 2000, uniforms=uniforms)
        if not got.any():
            return not_tried("sample")
        if _differ(got, want) <= 0.001:
            continue
        if _differ(got, sample(net, uniforms)) > 0:
            return not_yet("Two calls give two results: `uniforms` is all the chance there is.")
        if passes == 1:
            return not_yet("A single pass: no coin knows what the others showed.")
        for visit, hint in (
            (degrees[0] - 1, "The ranks say when each input comes. Which input comes first?"),
            (net.ordering[::-1], "That visits the last one first."),
            (np.arange(net.n_inputs), "That visits x_1, x_2, …; this network has an order."),
        ):
            if _differ(got, _draw(net, uniforms, visit)) <= 0.001:
                return not_yet(hint)
        if _differ(got, _draw(net, uniforms, net.ordering, np.greater)) <= 0.001:
            return not_yet("The coin: x is 1 where the uniform number lies below p.")
        return not_yet("Is each input set from the p of its own logit, and after those before it?")
    return correct("The same uniforms give the same draws as `helpers.sampling.sample_loop`.")


def _draw(net, uniforms, visit, below=np.less) -> np.ndarray:
    """The draws of a loop over `visit`."""
    x = np.zeros(uniforms.shape)
    for d in visit:
        x[:, d] = below(uniforms[:, d], 1 / (1 + np.exp(-net.logits(x)[:, d])))
    return x


def _differ(one, other) -> float:
    """The share of rows that differ."""
    return (np.asarray(one) != np.asarray(other)).any(axis=1).mean()


@checker
def check_groups(degrees):
    """3.7: degrees of six inputs and four hidden units; two groups of three."""
    if degrees is None:
        return not_tried("group_degrees")
    if not isinstance(degrees, (list, tuple)) or len(degrees) != 2:
        return not_yet("Give a list of two: the degrees of the inputs, those of the hidden units.")
    rank = array("group_degrees[0]", degrees[0], (6,))
    hidden = array("group_degrees[1]", degrees[1], (4,))
    if _same([rank, hidden], [np.arange(1, 7), np.arange(1, 5)]):
        return not_tried("group_degrees")
    seen = masks.count_paths(masks.make_masks([rank, hidden])) > 0
    if len(set(rank)) == 1:
        return not_yet("All inputs have one degree, and so are one group.")
    for j, sees in enumerate(seen.T):
        names = ", ".join(f"x_{i + 1}" for i in np.flatnonzero(sees)) or "nothing"
        wanted = "x_1, x_2, x_3" if j >= 3 else "nothing"
        if names != wanted:
            return not_yet(f"Output {j + 1} sees {names}; it should see {wanted}.")
    if len(set(rank)) == 2:
        return correct("Equal degrees are visited at the same time: strictness parts them.")
    return correct(
        "Here the hidden units part the groups, as all of them hear the first and speak to the"
        " second. Direct connections compare the inputs' degrees alone: what would they add?"
    )
