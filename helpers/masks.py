"""Orderings, degrees and masks: the whole of MADE that is not a neural network.

Every unit gets a *degree*, an integer that says how much of the input it may know. An input's
degree is its rank in the visiting order (1 … D); a hidden unit of degree k may depend on the
inputs of rank k or lower; an output of rank k may depend on hidden units of degree strictly
below k. Comparing the degrees of two neighbouring layers gives the mask between them.

All masks are boolean arrays of shape ``(in, out)``, the shape of a Keras kernel. Ranks count from
1, indices from 0. Source: Germain, Gregor, Murray & Larochelle, "MADE" (ICML 2015), section 4.
"""

from collections.abc import Sequence

import numpy as np

from helpers import arguments

Ordering = str | Sequence[int] | np.ndarray
HIDDEN_DEGREES = ("random", "even")


def make_ordering(n_inputs: int, ordering: Ordering = "natural", seed=0) -> np.ndarray:
    """Return the visiting order: ``ordering[r]`` is the index of the input of rank r + 1.

    Args:
        n_inputs: D, at least 2.
        ordering: ``"natural"`` (0 … D−1), ``"random"`` (drawn from `seed`), or the order itself:
            ``[2, 0, 1]`` visits the third input first.
        seed: an integer or a `numpy.random.Generator`; used by ``"random"`` only.

    Returns:
        Integers of shape ``(D,)``, a permutation of 0 … D−1.
    """
    n_inputs = arguments.whole("n_inputs", n_inputs, at_least=2)
    if isinstance(ordering, str):
        if ordering == "natural":
            return np.arange(n_inputs)
        if ordering == "random":
            return arguments.generator("seed", seed).permutation(n_inputs)
        rule = "ordering must be 'natural', 'random' or a permutation"
        raise ValueError(f"{rule}, got {ordering!r}.")
    order = np.asarray(ordering)
    numbers = order.shape == (n_inputs,) and order.dtype.kind in "iuf"
    if not numbers or not np.array_equal(np.sort(order), np.arange(n_inputs)):
        rule = f"ordering must be a permutation of 0 … {n_inputs - 1} (n_inputs={n_inputs})"
        raise ValueError(f"{rule}, got {ordering!r}.")
    return order.astype(int)


def known_first(known, seed=0) -> np.ndarray:
    """Return an ordering in which the known inputs come first, else drawn from `seed`.

    Args:
        known: ``(D,)`` booleans.
        seed: an integer or a `numpy.random.Generator`.
    """
    known, rng = np.asarray(known), arguments.generator("seed", seed)
    if known.ndim != 1 or known.dtype != bool:
        raise ValueError(f"known must be (D,) booleans, got {known.dtype} of shape {known.shape}.")
    return np.concatenate([rng.permutation(np.flatnonzero(part)) for part in (known, ~known)])


def input_degrees(ordering: Sequence[int]) -> np.ndarray:
    """Return m⁰, the rank of each input: ``(D,)`` integers 1 … D.

    Rank is not order. If the third input is visited first, its rank is 1:

    >>> input_degrees([2, 0, 1])
    array([2, 3, 1])
    """
    return np.argsort(make_ordering(len(ordering), ordering)) + 1


def hidden_degrees(
    n_units: int, n_inputs: int, lowest: int = 1, how: str = "random", seed=0
) -> np.ndarray:
    """Return the degrees of one hidden layer: ``(n_units,)`` integers `lowest` … D−1.

    A unit of degree D could see every input, so no output could use it; a unit of a degree below
    every degree of the layer before is connected to nothing. Neither is drawn.

    Args:
        n_units: number of hidden units, at least 1.
        n_inputs: D, at least 2.
        lowest: smallest degree of the layer before (1 for the first hidden layer; 0 if the model
            has conditions, which every unit may see).
        how: ``"random"`` draws uniformly; ``"even"`` spreads the units evenly over the degrees,
            so that with ``n_units >= D - lowest`` no degree is missing.
        seed: an integer or a `numpy.random.Generator`; used by ``"random"`` only.
    """
    n_units = arguments.whole("hidden_units", n_units, at_least=1)
    n_inputs = arguments.whole("n_inputs", n_inputs, at_least=2)
    lowest = arguments.whole("lowest", lowest, at_least=0, at_most=n_inputs - 1)
    if arguments.one_of("degrees", how, HIDDEN_DEGREES) == "even":
        return lowest + np.arange(n_units) * (n_inputs - lowest) // n_units
    return arguments.generator("seed", seed).integers(lowest, n_inputs, size=n_units)


def make_degrees(
    n_inputs: int,
    hidden_units: Sequence[int],
    ordering: Ordering = "natural",
    how: str = "random",
    seed=0,
    n_conditions: int = 0,
) -> list[np.ndarray]:
    """Return the degrees of all layers, inputs first: ``[(D,), (units_1,), …, (units_L,)]``.

    `seed` draws both the ordering (if ``"random"``) and the hidden degrees. With conditions, whose
    degree is 0, hidden degrees begin at 0: such a unit sees the conditions alone.
    """
    rng = arguments.generator("seed", seed)
    units = arguments.hidden_units(hidden_units)
    degrees = [input_degrees(make_ordering(n_inputs, ordering, rng))]
    lowest = 0 if n_conditions else 1
    for n_units in units:
        degrees.append(hidden_degrees(n_units, n_inputs, lowest, how, rng))
        lowest = degrees[-1].min()
    return degrees


def hidden_mask(degrees_in: np.ndarray, degrees_out: np.ndarray) -> np.ndarray:
    """Return M^W, ``(in, out)``: hidden units see units of their degree or lower (eq. 8, 12)."""
    return np.asarray(degrees_out)[None, :] >= np.asarray(degrees_in)[:, None]


def output_mask(degrees_in: np.ndarray, degrees_out: np.ndarray) -> np.ndarray:
    """Return M^V, ``(in, out)``: an output sees units of a strictly lower degree (eq. 9, 13)."""
    return np.asarray(degrees_out)[None, :] > np.asarray(degrees_in)[:, None]


def direct_mask(degrees: np.ndarray) -> np.ndarray:
    """Return M^A, ``(D, D)``: an output sees the inputs of strictly lower rank, directly."""
    return output_mask(degrees, degrees)


def make_masks(degrees: Sequence[np.ndarray], outputs=None) -> list[np.ndarray]:
    """Return the masks of all layers, ``[M^W1, …, M^WL, M^V]``, from the degrees, inputs first.

    `outputs` are the degrees of the outputs, where these are not one for each input.

    >>> degrees = [np.array([1, 2, 3]), np.array([1, 2])]
    >>> for mask in make_masks(degrees):
    ...     print(mask.astype(int))
    [[1 1]
     [0 1]
     [0 0]]
    [[0 1 1]
     [0 0 1]]
    """
    masks = [hidden_mask(a, b) for a, b in zip(degrees, degrees[1:])]
    return [*masks, output_mask(degrees[-1], degrees[0] if outputs is None else outputs)]


def count_paths(masks: Sequence[np.ndarray], direct: np.ndarray | None = None) -> np.ndarray:
    """Return ``(D, D)`` float64: the number of paths from each input (row) to each output (column).

    An entry of zero is a proof, for all weights: output j cannot depend on input i. The counts are
    added up in floating point, which may round a huge count but can never round it to zero, as
    small integers do when they overflow.

    Args:
        masks: arrays ``(in, out)``, first layer first; whatever is not zero counts as a connection,
            so kernels may stand in for masks.
        direct: ``(D, D)`` mask or kernel of the direct connections, or None.
    """
    paths = (np.asarray(masks[0]) != 0).astype(np.float64)
    for mask in masks[1:]:
        paths = paths @ (np.asarray(mask) != 0).astype(np.float64)
    if direct is not None:
        paths = paths + (np.asarray(direct) != 0)
    return paths


def allowed(ordering: Sequence[int]) -> np.ndarray:
    """Return ``(D, D)`` booleans: may output j (column) depend on input i (row)?"""
    return direct_mask(input_degrees(ordering))
