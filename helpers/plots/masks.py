"""The figures of lessons 3 and 7: networks with lit paths, masks, and who depends on whom.

Matrices are drawn as they are stored, ``[input, output]``: one row an input, one column an output.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from helpers import masks as made_masks
from helpers.plots.palette import BLUE, DARK, GREY, LIGHT, ORANGE, SUBSCRIPTS, VERMILION
from helpers.plots.style import label, panels, subplots

LEAK, MISSING = VERMILION, ORANGE
UNITS = {"Σp": "Σp", "draws": "share of the draws misplaced", "audit": "test rows seen before"}
UNITS |= {"twin": "largest change of a score (nats)", "again": "largest change of a score (nats)"}
UNITS |= {"score": "mean NLL (nats)"}


def mask_network(degrees, outputs=(None,), masks=None, titles=None, size=3.6):
    """Draw a masked network, one panel for each picked output, with the paths to it lit.

    Args:
        degrees: ``[(D,), (units_1,), …]``, written into the units.
        outputs: 0-based outputs to light, one a panel; None lights nothing.
        masks: ``[(in, out), …]``; by default those that the degrees make.
        titles: one text a panel.
        size: width and height of a panel, inches.
    """
    masks = made_masks.make_masks(degrees) if masks is None else masks
    fig, axes = panels(len(outputs), len(outputs), size, size)
    for i, (ax, output) in enumerate(zip(axes, outputs)):
        _network(ax, degrees, masks, output)
        if titles is not None:
            ax.set_title(titles[i], fontsize=12)
    return fig


def mask_networks(networks: Mapping[str, tuple], size=4.0):
    """Draw several networks in one row: ``{title: (degrees, masks)}``."""
    fig, axes = panels(len(networks), len(networks), size, size)
    for ax, (title, (degrees, masks)) in zip(axes, networks.items()):
        _network(ax, degrees, masks, None)
        ax.set_title(title, fontsize=12)
    return fig


def _network(ax, degrees, masks, output):
    layers = [*degrees, degrees[0]]
    widest = max(len(layer) for layer in layers)
    xs = [np.arange(len(d)) + (widest - len(d)) / 2 for d in layers]
    lit = lit_units(masks, None, output)
    for level, mask in enumerate(masks):
        for i, j in np.argwhere(mask):
            on = lit[level][i] and lit[level + 1][j]
            color, width, height = (BLUE, 2.4, 2) if on else ("#C4C9CE", 1, 1)
            ends = [xs[level][i], xs[level + 1][j]], [level, level + 1]
            ax.plot(*ends, color=color, lw=width, zorder=height)
    for level, layer in enumerate(layers):
        for x, degree, on in zip(xs[level], layer, lit[level]):
            face, edge, ink = (BLUE, BLUE, "white") if on else ("white", GREY, "black")
            ax.scatter(x, level, s=430, color=face, edgecolor=edge, linewidth=1.6, zorder=3)
            ax.text(x, level, degree, ha="center", va="center", color=ink, zorder=4)
    for d, (x_in, x_out) in enumerate(zip(xs[0], xs[-1])):
        name = f"x{str(d + 1).translate(SUBSCRIPTS)}"
        ax.text(x_in, -0.42, name, ha="center", va="center", fontsize=13)
        hat = f"output {d + 1}" if len(degrees[0]) < 4 else f"{d + 1}"
        ax.text(x_out, len(masks) + 0.42, hat, ha="center", va="center", fontsize=10)
    ax.set(xlim=(-0.6, widest - 0.4), ylim=(-0.65, len(masks) + 0.65))
    ax.axis("off")


def lit_units(masks, direct, output) -> list[np.ndarray]:
    """Return, for each layer, which units lie on a path from an input to `output`.

    The output itself always counts. A unit that no input reaches is left out, so that what is lit
    is what carries something from the inputs. ``[(D,), (units_1,), …, (D,)]`` booleans.
    """
    sizes = [len(mask) for mask in masks] + [np.shape(masks[-1])[1]]
    if output is None:
        return [np.zeros(n, bool) for n in sizes]
    fed = [np.ones(sizes[0], bool)]
    for mask in masks:
        fed.append((np.asarray(mask) & fed[-1][:, None]).any(axis=0))
    leads = [np.arange(sizes[-1]) == output]
    for mask in reversed(masks):
        leads.insert(0, (np.asarray(mask) & leads[0]).any(axis=1))
    if direct is not None:
        leads[0] = leads[0] | np.asarray(direct)[:, output]
    lit = [a & b for a, b in zip(fed, leads)]
    lit[-1] = leads[-1]
    return lit


def mask_squares(matrices: Mapping[str, tuple], size=3.0):
    """Draw masks as light squares on dark.

    Args:
        matrices: ``{title: (matrix, labels of its rows, labels of its columns, y axis, x axis)}``.
        size: inches of the tallest side.
    """
    widths = [np.shape(entry[0])[1] for entry in matrices.values()]
    wide = sum(0.75 * size + 0.3 * w for w in widths)
    fig, axes = subplots(
        1, len(widths), figsize=(wide, size + 0.4), width_ratios=widths, squeeze=False
    )
    for ax, (title, (matrix, rows, columns, y, x)) in zip(axes.flat, matrices.items()):
        ax.imshow(np.asarray(matrix) != 0, cmap=ListedColormap([DARK, LIGHT]), vmin=0, vmax=1)
        _grid(ax, *np.shape(matrix))
        ax.set_xticks(range(len(columns)), columns)
        ax.set_yticks(range(len(rows)), rows)
        ax.set(xlabel=x, ylabel=y)
        ax.set_title(title, fontsize=12)
    return fig


def degree_masks(degrees):
    """Draw the masks that `degrees` make, the degrees written along their sides."""
    made = made_masks.make_masks(degrees)
    names = ["inputs", *(f"hidden layer {i}" for i in range(1, len(degrees))), "outputs"]
    layers = [*degrees, degrees[0]]
    signs = ["≥"] * (len(made) - 1) + [">"]
    matrices = {}
    for mask, sign, *sides, below, above in zip(made, signs, layers, layers[1:], names, names[1:]):
        title = f"{below} → {above}\ncolumn {sign} row"
        matrices[title] = (mask, *sides, f"degrees of {below}", f"degrees of {above}")
    return mask_squares(matrices)


def dependencies(matrices: Mapping[str, np.ndarray], ordering, size=3.2):
    """Draw who depends on whom, inputs (rows) and outputs (columns) sorted in visiting order.

    Light: an allowed dependency. Dark: none, and none is allowed. Vermilion: a leak. Dark with an
    orange dot: allowed, and missing.

    Args:
        matrices: ``{title: (D, D)}``; whatever is not zero is a dependency.
        ordering: the visiting order, ``(D,)``.
        size: inches of a panel.
    """
    ordering = np.asarray(ordering)
    d, names = len(ordering), ordering + 1
    allowed = made_masks.allowed(ordering)[ordering][:, ordering]
    fig, axes = panels(len(matrices), 4, size, size + 0.35)
    for ax, (title, matrix) in zip(axes, matrices.items()):
        there = np.asarray(matrix)[ordering][:, ordering] != 0
        code = np.where(there & ~allowed, 2, there)
        ax.imshow(code, cmap=ListedColormap([DARK, LIGHT, LEAK]), vmin=0, vmax=2)
        _grid(ax, d, d)
        for i, j in np.argwhere(allowed & ~there):
            ax.plot(j, i, "o", color=MISSING, ms=30 / d * size / 3.2 + 1)
        ax.set_xticks(range(d), names, fontsize=9 if d > 9 else 11)
        ax.set_yticks(range(d), names, fontsize=9 if d > 9 else 11)
        ax.set(xlabel="output", ylabel="input")
        ax.set_title(title, fontsize=12)
    return fig


def _grid(ax, rows, columns):
    ax.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    ax.grid(which="minor", color="#52616E", lw=0.8)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)


def finding(look, found, ordering):
    """Draw one finding: who depends on whom, or a number beside what it should be.

    Args:
        look: its name, one of `faults.LOOKS`.
        found: a `faults.Finding`.
        ordering: the order in which the patient claims to visit its pixels.
    """
    title = f"{look}: {'red' if found.red else 'green'}\n{found.words}"
    if look not in UNITS:
        return dependencies({title: found.picture}, ordering, size=4.2)
    fig, ax = subplots(figsize=(6.4, 2.4))
    ax.barh(["found", "should be"], found.picture, color=[VERMILION if found.red else BLUE, GREY])
    for y, value in enumerate(found.picture):
        label(ax, f"{value:.4g}", (value, y), (5, 0), va="center")
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.2 * max(*found.picture, 1e-9)), xlabel=UNITS[look])
    ax.set_title(title, fontsize=12)
    return fig


def probability_tree(p_one: Callable[[tuple], float]):
    """Draw the conditionals of three bits as a tree; lines are as thick as their path is likely.

    Args:
        p_one: takes a prefix such as ``(0, 1)`` and returns the probability that a 1 comes next.
    """
    depth = 3
    fig, ax = subplots(figsize=(8, 3.9))

    def grow(prefix, y, height, likely):
        if len(prefix) == depth:
            name = "".join(map(str, prefix))
            ax.text(len(prefix) + 0.06, y, f"p({name}) = {likely:.3f}", va="center", fontsize=12)
            return
        p = float(p_one(prefix))
        for bit, chance in ((1, p), (0, 1 - p)):
            end = y + (height if bit else -height)
            color = BLUE if bit else GREY
            x = len(prefix)
            ax.plot([x, x + 1], [y, end], color=color, lw=1 + 9 * likely * chance, zorder=1)
            style = {"fontsize": 11, "bbox": {"fc": "white", "ec": "none", "pad": 1.2}}
            at = (x + 0.55, y + 0.55 * (end - y))
            ax.text(*at, f"{chance:.2f}", ha="center", va="center", **style)
            grow((*prefix, bit), end, height / 2, likely * chance)
        ax.plot(len(prefix), y, "o", color="black", ms=5, zorder=2)

    grow((), 0.0, 2.0, 1.0)
    for k in range(depth):
        given = ", ".join(f"x{str(i + 1).translate(SUBSCRIPTS)}" for i in range(k))
        name = f"x{str(k + 1).translate(SUBSCRIPTS)}"
        ax.text(k + 0.5, 4.05, f"p({name} | {given})" if given else f"p({name})", ha="center")
    ax.text(0.12, -3.6, "up, blue: 1\ndown, grey: 0", fontsize=11, va="center")
    ax.set(xlim=(-0.1, depth + 0.85), ylim=(-4, 4.5))
    ax.axis("off")
    return fig


def running_totals(log_ps: Mapping[str, np.ndarray]):
    """Draw p(x) added up over all x, most likely first, against the line at 1.

    Args:
        log_ps: ``{name: log p(x) of every x}``, nats.
    """
    fig, ax = subplots(figsize=(8, 3.4))
    top = 1.0
    highest = max(log_ps, key=lambda name: np.exp(log_ps[name]).sum())
    for (name, log_p), color in zip(log_ps.items(), (BLUE, VERMILION)):
        total = np.cumsum(np.sort(np.exp(log_p))[::-1])
        top = max(top, total[-1])
        ax.plot(np.arange(1, len(total) + 1), total, color=color)
        ax.plot(len(total), total[-1], "o", color=color)
        up, va = (6, "bottom") if name == highest else (-6, "top")
        text = f"{name}\nΣp = {total[-1]:.3f}"
        label(ax, text, (len(total), total[-1]), (10, up), va=va, color=color)
    ax.axhline(1, color="black", lw=1, ls=":")
    ax.set(xscale="log", xlim=(1, len(total)), ylim=(0, 1.08 * top), ylabel="sum of p(x)")
    ax.set_xlabel("number of inputs x added up, most likely first (log scale)")
    return fig


def caught_or_missed(faults: Sequence[str], looks: Sequence[str], caught):
    """Draw which look catches which fault: ``caught[i, j]`` for fault i and look j.

    With more than six looks, what is missed is left blank, and a catch that no other look shares
    says "alone", on orange.
    """
    caught = np.asarray(caught, bool)
    many, size = (True, 10) if len(looks) > 6 else (False, 12)
    fig, ax = subplots(figsize=(10 if many else 9, 0.9 + (0.45 if many else 0.62) * len(faults)))
    for i, j in np.ndindex(*caught.shape):
        alone = many and caught[i].sum() == 1
        color = (ORANGE if alone else BLUE) if caught[i, j] else "#EDEDED"
        ax.add_patch(Rectangle((j + 0.04, i + 0.08), 0.92, 0.84, color=color))
        ink = "black" if alone else "white" if caught[i, j] else "#444444"
        text = ("alone" if alone else "caught") if caught[i, j] else "" if many else "missed"
        ax.text(j + 0.5, i + 0.5, text, ha="center", va="center", color=ink, size=size)
    ax.set(xlim=(0, len(looks)), ylim=(len(faults), 0))
    ax.set_xticks(np.arange(len(looks)) + 0.5, looks)
    ax.set_yticks(np.arange(len(faults)) + 0.5, faults)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return fig


def sample_frequencies(model, often: Mapping[str, np.ndarray]):
    """Draw how often each x was drawn beside how often it should have been.

    Args:
        model: ``(2^D,)`` probabilities, in counting order.
        often: ``{name: (2^D,) frequencies}``.
    """
    n_bits = int(np.log2(len(model)))
    names = [format(i, f"0{n_bits}b") for i in range(len(model))]
    fig, axes = panels(len(often), 1, 9, 2.2, (0, 0.4), sharex=True, sharey=True)
    for ax, (name, drawn), color in zip(axes, often.items(), (BLUE, VERMILION)):
        ax.bar(names, drawn, color=color, width=0.7)
        ax.plot(names, model, "_", color="black", ms=18 if n_bits < 5 else 7, mew=2.5)
        ax.set_ylabel("frequency")
        ax.set_title(f"{name} (bars), p(x) (dashes)", fontsize=12, color=color)
    ax.set_xlabel("x")
    if n_bits > 4:  # every eighth
        ax.set_xticks(range(0, len(names), 8), names[::8])
    ax.tick_params(axis="x", labelrotation=45, labelsize=10)
    return fig


def missed_degrees(units, missed, n_degrees):
    """Draw how many of the degrees 1 … D−1 a layer of random degrees leaves out.

    Args:
        units: ``(n,)`` widths.
        missed: ``(n,)`` degrees left out in one draw.
        n_degrees: D − 1; the curve is n_degrees (1 − 1/n_degrees)ⁿ, the average over draws.
    """
    fig, ax = subplots(figsize=(8, 3.6))
    n = np.geomspace(min(units), max(units), 200)
    average = n_degrees * (1 - 1 / n_degrees) ** n
    ax.plot(n, average, color=GREY, label=f"on average: {n_degrees} (1 − 1/{n_degrees})ⁿ")
    ax.plot(units, missed, "o", color=BLUE, label="one draw")
    for x, y in zip(units, missed):
        label(ax, f"{y}", (x, y), (6, 7))
    ax.set(xscale="log", xlabel="units n in the layer (log scale)")
    ax.set_xticks(units, [f"{n:,}" for n in units])
    ax.minorticks_off()
    ax.set(ylim=(0, 1.08 * n_degrees), ylabel=f"degrees missing, of {n_degrees}")
    ax.legend(loc="upper right")
    return fig
