"""Lesson 3's explorer: change degrees, orderings and rules, and watch the proofs.

It lives in ``mask_explorer.js``, which computes every number in the browser, with the engine in
``helpers/engine``. Where anywidget is not installed, `explore_masks` falls back on core widgets and
a picture, computed here by NumPy.
"""

import numpy as np

from helpers import arguments, checks, masks
from helpers.network import Network
from helpers.plots.masks import mask_network
from helpers.widgets.live import explorer

MAX_INPUTS, MAX_LAYERS, MAX_UNITS = 8, 3, 8
TOLERANCE = 1e-6


def build(n_inputs=4, hidden_units=(5, 5), ordering="natural", seed=0, how="random") -> list:
    """Return degrees drawn by the rules: inputs, hidden layers, and the outputs once more.

    Arguments are those of `masks.make_degrees`; the ordering may be ``"reversed"``, too.
    """
    if isinstance(ordering, str) and ordering == "reversed":
        ordering = range(n_inputs - 1, -1, -1)
    degrees = masks.make_degrees(n_inputs, hidden_units, ordering, how, seed)
    return [*degrees, degrees[0].copy()]


def examine(degrees, strict=True, direct=False, seed=0) -> dict:
    """Return masks and verdicts for any degrees, however badly chosen.

    Args:
        degrees: inputs, hidden layers, outputs; the outputs' need not be the inputs'.
        strict: whether the output rule is ``>`` (right) or ``>=`` (a leak).
        direct: whether inputs are connected to outputs directly, by the same rule.
        seed: draws the N(0, 1) weights that Σp is computed with.

    Returns:
        A dictionary of plain lists and numbers, ready for JSON: `masks`, `direct`, `paths`
        ``(D, D)``, `leaks` and `missing` (pairs ``[input, output]``, 0-based), `total` (Σp over
        all 2^D inputs) and `sums_to_one`.
    """
    degrees = [np.asarray(d, int) for d in degrees]
    layers = [masks.hidden_mask(a, b) for a, b in zip(degrees[:-2], degrees[1:-1])]
    rule = masks.output_mask if strict else masks.hidden_mask
    layers.append(rule(degrees[-2], degrees[-1]))
    shortcut = rule(degrees[0], degrees[-1]) if direct else None
    paths = masks.count_paths(layers, shortcut)
    allowed = degrees[0][None, :] > degrees[0][:, None]
    kernels, biases = [1.0 * m for m in layers], [np.zeros(m.shape[1]) for m in layers]
    network = Network(degrees[:-1], kernels, biases, 1.0 * shortcut if direct else None, "tanh")
    total = checks.total_probability(checks.randomize(network, seed))
    return {
        "masks": [m.astype(int).tolist() for m in layers],
        "direct": shortcut.astype(int).tolist() if direct else None,
        "paths": paths.astype(int).tolist(),
        "leaks": np.argwhere((paths > 0) & ~allowed).tolist(),
        "missing": np.argwhere((paths == 0) & allowed).tolist(),
        "total": round(total, 6),
        "sums_to_one": bool(abs(total - 1) < TOLERANCE),
    }


def explore_masks(n_inputs=4, hidden_units=(5, 5), ordering="natural", seed=0):
    """Return the mask explorer as a widget (D ≤ 8, up to three hidden layers of 1 … 8 units)."""
    state = masks_state(n_inputs, hidden_units, ordering, seed)
    units = state["settings"]["hidden_units"]
    kind = ordering if isinstance(ordering, str) else "random"
    controls = {"D": (n_inputs, 2, MAX_INPUTS), "layers": (len(units), 1, MAX_LAYERS)}
    controls |= {"units": (max(units), 1, MAX_UNITS), "seed": (seed, 0, 20)}
    controls |= {"ordering": (kind, ["natural", "reversed", "random"])}
    controls |= {"output": (1, 1, MAX_INPUTS), "output rule is strict (>)": (True,)}
    return explorer("mask_explorer", state, draw, controls)


def masks_state(n_inputs=4, hidden_units=(5, 5), ordering="natural", seed=0) -> dict:
    """Return what the explorer is given. It draws `degrees` from `settings`, and keeps those that
    the reader has made of them."""
    hidden_units = arguments.hidden_units(hidden_units)
    arguments.whole("n_inputs", n_inputs, at_most=MAX_INPUTS)
    arguments.whole("the length of hidden_units", len(hidden_units), at_most=MAX_LAYERS)
    arguments.whole("each of hidden_units", max(hidden_units), at_most=MAX_UNITS)
    build(n_inputs, hidden_units, ordering, seed)  # names what is wrong, if anything is
    settings = {
        "n_inputs": int(n_inputs),
        "hidden_units": [int(n) for n in hidden_units],
        "ordering": ordering if isinstance(ordering, str) else [int(i) for i in ordering],
        "seed": int(seed),
        "how": "random",
    }
    return {"settings": settings, "degrees": [], "rules": {"strict": True, "direct": False}}


def draw(n_inputs, n_layers, n_units, seed, ordering, output, strict):
    """Draw the network that core controls ask for; above it, what the proofs say."""
    degrees = build(n_inputs, (n_units,) * n_layers, ordering, seed)
    found = examine(degrees, strict)
    sound = not found["leaks"] and found["sums_to_one"]
    verdict = (
        f"{'✓' if sound else '✗'} forbidden dependencies: {len(found['leaks'])}; "
        f"Σp = {found['total']:.6f}\nallowed but missing: {len(found['missing'])}"
    )
    layers = [np.array(m, bool) for m in found["masks"]]
    fig = mask_network(
        degrees[:-1], [min(output, n_inputs) - 1], layers, titles=[verdict], size=4.2
    )
    fig.axes[0].title.set_color("#00694d" if sound else "#B33F00")
    return fig
