"""The numbers and figures of the README: `make results`.

Scores the shipped models again, runs the ablations that are not recorded yet, times everything in
`benchmarks.speed`, draws the figures, and writes the README's section *Results*.
`python -m benchmarks.results readme` only writes, from what is recorded. Scores and ablations need
the full sets (`MADE_DATA`); without them that part says so and what is recorded stands. The large
models are trained by `python -m benchmarks.train NAME` and scored by `benchmarks.scores`.
"""

import json
import pathlib
import re
import sys
import textwrap

import matplotlib.pyplot as plt
import numpy as np

from benchmarks import ablations, scores, ship, speed
from benchmarks.recipes import RECIPES
from helpers import data, files, plots, reference, sampling

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIGURES = ROOT / "benchmarks" / "figures"

# Test NLL in nats on the fixed binarized MNIST, as cited for the paper and its neighbours.
PUBLISHED = {
    "NADE, fixed order (paper)": 88.33,
    "MADE, 1 layer, 1 mask (paper)": 88.40,
    "MADE, 1 layer, 32 masks (paper)": 88.04,
    "MADE, 2 layers, 1 mask (paper)": 89.59,
    "MADE, 2 layers, 32 masks (paper)": 86.64,
    "EoNADE, 2 layers, 128 orderings (paper)": 85.10,
    "DBN (paper)": 84.55,
    "DARN (paper)": 84.13,
}

DRAWN_AFRESH = "dropout, shifts, draws from grey values; Adam, cosine schedule"
OURS = "dropout; Adam, cosine schedule"
AVERAGED = "; log-mean-exp of whole-image probabilities"

# Recorded runs, and averages of them, whose weights do not come with the course: title and notes.
NOT_SHIPPED = {
    "unshifted-8000": ("8,000 units, row by row, no shifted digits", OURS),
    "random-unshifted-8000": ("8,000 units, random order, no shifted digits", OURS),
    "random-unshifted-8000+unshifted-8000": (
        "the two without shifted digits, averaged",
        OURS + AVERAGED,
    ),
    "raster-8000-fresh": ("8,000 units, row by row, fresh draws, 60 epochs", DRAWN_AFRESH),
    "random-8000-fresh": ("8,000 units, random order, fresh draws, 90 epochs", DRAWN_AFRESH),
    "raster-8000-fresh-90": ("8,000 units, row by row, fresh draws, 90 epochs", DRAWN_AFRESH),
    "random-8000-fresh+raster-8000-fresh-90": (
        "the two with 90 epochs of fresh draws, averaged",
        DRAWN_AFRESH + AVERAGED,
    ),
}

T_95 = {3: 4.303}  # Student's t, two-sided 95 %, by the number of seeds
TRAINING_DIGITS = {None: "as they are", "shift": "shifted", "fresh": "shifted, drawn afresh"}


def score():
    """Run missing ablations; check each shipped file's score on all test digits."""
    try:
        test = data.load("binarized_mnist").test
    except data.DataError as error:
        print(f"not scored again, what is recorded stands: {error}")
        return
    ablations.measure()
    for name, card in reference.cards().items():
        found = ship.score(ship.networks(name), test)
        print(name, found, flush=True)
        if abs(found["nll"] - card["test"]["nll"]) > 0.002:
            raise SystemExit(f"{name} scores {found['nll']}, and its card says {card['test']}")


def drawn(n=12):
    """Draw digits from the raster-order model, above what their pixels were drawn with."""
    net = reference.load("raster")
    digits = sampling.sample(net, n, seed=3)
    probs = 0.5 * (1 + np.tanh(0.5 * net.logits(digits)))  # the sigmoid, without overflow
    save(plots.digits(np.concatenate([digits, probs]), columns=n), "drawn")
    return digits


def beside_neighbours(digits):
    """Draw digits of the model beside the nearest ones it was trained on."""
    try:
        train = data.load("binarized_mnist").train
    except data.DataError:
        return
    distances = np.array([(train != digit).sum(axis=1) for digit in digits])
    nearest = distances.argmin(axis=1)
    fig = plots.neighbours(
        digits,
        train[nearest],
        distances.min(axis=1),
        names=("drawn", "nearest of 50,000\ntraining digits"),
    )
    save(fig, "neighbours")


def sampler_bars():
    """Draw how long 100 digits take, one bar a way."""
    seconds = speed.recorded("sampler")["seconds"]["100"]
    names = {"predict per pixel": "model.predict per pixel", "plain loop": "plain loop"}
    names["exact, laid out before"] = "exact sampler"  # the slowest first: ratios are to it
    bars = {label: seconds[name] for name, label in names.items()}
    save(plots.times(bars, "100 digits, 2 × 500 units"), "sampler")


def growth_lines():
    """Draw how a training step and 100 digits grow with D and with width, slopes read off."""
    recorded = speed.recorded("growth")
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    titles = {"pixels": "D, pixels (500 units)", "width": "hidden units (D = 784)"}
    for ax, (kind, label) in zip(axes, titles.items()):
        sizes = np.array([int(size) for size in recorded[kind]])
        for name, color in (("step", plots.BLUE), ("draw 100", plots.ORANGE)):
            times = np.array([row[name] for row in recorded[kind].values()])
            slope = np.polyfit(np.log(sizes[-3:]), np.log(times[-3:]), 1)[0]
            ax.loglog(sizes, 1e3 * times, "o-", color=color)
            words = "training step" if name == "step" else "100 digits drawn"
            text = f"{words}\nslope {slope:.1f}"
            above = name == "step"
            ax.annotate(text, (sizes[-2], 1e3 * times[-2]), (0, 12 if above else -12),
                        textcoords="offset points", color=color, fontsize=11,
                        ha="right" if above else "left",
                        va="bottom" if above else "top")  # fmt: skip
        ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
        ax.minorticks_off()
        ax.set_xlabel(label)
    axes[0].set_ylabel("milliseconds")
    save(fig, "growth")


def save(fig, name):
    """Write a figure to benchmarks/figures, the same bytes for the same figure."""
    FIGURES.mkdir(exist_ok=True)
    fig.savefig(FIGURES / f"{name}.png", dpi=110, metadata={"Software": None})
    plt.close(fig)


def table(head, rows) -> str:
    """Return a Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def paragraph(text) -> str:
    """Return text in lines of at most 100 characters."""
    return textwrap.fill(" ".join(text.split()), 100, break_on_hyphens=False)


def score_table() -> str:
    """Return the scores of models that saw the fixed digits alone, beside the paper's, best last.

    Fixed binarized MNIST, test digits.
    """
    rows = [(nll, name, "", "") for name, nll in PUBLISHED.items()]
    for card in reference.cards().values():
        title = "the two shipped models, averaged" if "members" in card else card["title"]
        notes = "dropout, shifts; Adam, cosine schedule"
        rows.append(our_row(card["test"], title, notes + (AVERAGED if "members" in card else "")))
    rows += not_shipped(fresh=False)
    return best_last(rows, "used beyond the paper")


def fresh_table() -> str:
    """Return the scores of models that saw the grey values behind the training digits."""
    return best_last(not_shipped(fresh=True), "used beyond the fixed digits and the paper")


def not_shipped(fresh: bool) -> list:
    """Return the rows of recorded runs whose weights do not come with the course."""
    return [
        our_row(scores.recorded()[name]["test"], title, notes + "; not shipped")
        for name, (title, notes) in NOT_SHIPPED.items()
        if ("fresh" in name) == fresh
    ]


def best_last(rows, last_column) -> str:
    cells = [
        [name, f"{nll:.2f} {se}".strip(), notes] for nll, name, se, notes in sorted(rows)[::-1]
    ]
    return table(["model", "test NLL (nats)", last_column], cells)


def earlier() -> str:
    """Return the sentence that lists test scores of models that are shipped no more."""
    rows = json.loads((ROOT / "benchmarks" / "earlier.json").read_text(encoding="utf-8"))
    return "; ".join(f"{r['model']}, {r['test']['nll']:.2f} ({r['date']})" for r in rows)


def our_row(test, title, notes):
    """Return the row of a model of the course."""
    return test["nll"], f"**this course: {title}**", f"± {test['se']:.2f}", notes


def bought() -> str:
    """Return what shifted digits and fresh draws bought, paired, on the validation set."""
    found = scores.recorded()
    shifts, draws = (
        "{nll:.2f} ± {se:.2f}".format(**found[name]["valid"])
        for name in ("unshifted-8000 - raster-8000", "raster-8000 - raster-8000-fresh")
    )
    fixed_gap, fresh_gap = (
        found[name]["valid"]["nll"] - found[name]["train"]["nll"]
        for name in ("raster-8000", "raster-8000-fresh")
    )
    shifted = f"""Two recipes, not one setting: on the validation set, 8,000 units row by row with
    shifted digits (half of them moved by up to a pixel, afresh each epoch), dropout 0.2 and 60
    epochs are {shifts} nats better than without them at dropout 0.5 and 36 epochs (one run and one
    seed each; the ± is over digits, paired, and leaves out what another seed would change). What
    each setting buys alone, at a smaller size, is in the ablations below."""
    drawn = f"""What *fresh draws* bought: {draws} nats more, same network, rate and epochs. The
    fixed set is one toss of a coin for each pixel, weighted by MNIST's grey values, and a large
    network learns some of the tosses by heart: training digits score {fixed_gap:.1f} nats better
    than validation digits, and {fresh_gap:.1f} when they are tossed again in every epoch and the
    loss is averaged over all tosses of a target. For that one must know which grey digit each
    binary one was drawn from; the most probable one-to-one assignment
    ([benchmarks/grey.py](benchmarks/grey.py)) finds almost all of them, and may exchange a few
    that look alike, training digits with validation digits among them. It uses more than the fixed
    set holds, its grey values. The row of 60 epochs has a twin above that differs in the draws
    alone; those of 90 epochs have none. None is a race with the paper's. Validation and test
    digits are the fixed ones."""
    return paragraph(shifted) + "\n\n" + paragraph(drawn)


def runs_table() -> str:
    """Return recipe, time and validation score of each recorded full-size run."""
    rows = []
    for name, recipe in RECIPES.items():
        file = ROOT / "benchmarks" / "runs" / name / "summary.json"
        if file.exists():
            run = json.loads(file.read_text(encoding="utf-8"))
            model, fit = recipe["model"], recipe["fit"]
            (units,), order = model["hidden_units"], model["ordering"]
            cells = [f"`{name}`", f"{units:,}", "row by row" if order == "natural" else order]
            cells += [str(model["dropout"]), TRAINING_DIGITS[fit.get("augment")]]
            cells += [str(fit["epochs"]), f"{run['minutes']:.0f}", f"{run['valid']:.2f}"]
            rows.append([*cells, run["date"]])
    head = "run, units, order, dropout, training digits, epochs, minutes, validation NLL, date"
    return table(head.split(", "), rows)


def sampler_table() -> str:
    """Return drawing times and ratios as a Markdown table."""
    rows = []
    for n, t in speed.recorded("sampler")["seconds"].items():
        exact = t["exact, laid out before"]
        cells = [f"{int(n):,}", f"{1e3 * exact:.1f} ms", f"{1e3 * t['exact']:.1f} ms"]
        cells += [f"{t[k] / exact:,.0f} ×" for k in ("plain loop", "predict per pixel")]
        rows.append([*cells, f"{exact / t['one forward pass']:.1f}"])
    head = ["digits", "exact sampler", "its layout included", "plain loop"]
    return table([*head, "`model.predict` per pixel", "exact, in forward passes"], rows)


def step_table() -> str:
    """Return the times of training steps as a Markdown table."""
    rows = []
    for units, t in speed.recorded("step")["seconds"].items():
        cells = [units, f"{1e3 * t['MADE']:.1f} ms", f"{1e3 * t['in blocks']:.1f} ms"]
        cells += [f"{t[k] / t['no masks']:.2f}" for k in ("MADE", "in blocks")]
        torch = t.get("PyTorch")
        cells += [f"{t[k] / torch:.2f}" if torch else "" for k in ("MADE", "in blocks")]
        rows.append(cells)
    head = ["hidden units", "`made.MADE`", "`blocks.BlockMADE`", "MADE / unmasked"]
    return table([*head, "blocks / unmasked", "MADE / PyTorch", "blocks / PyTorch"], rows)


def when(part: str) -> str:
    """Return on what machine and when a part was measured."""
    recorded = speed.recorded(part)
    return f"{recorded['cores']} cores, {recorded['date']}"


def scoring() -> str:
    """Return what the README says of scores."""
    return f"""
Test NLL on the official fixed binarized MNIST (10,000 digits; lower is better). The models of this
course are scored from the files in `data/`, except where it says *not shipped*. Runs were ranked
on the validation set; the test digits were scored after each generation of recipes, not once at the
end, so that later recipes were made by people who had seen earlier test scores.

{score_table()}

{paragraph(f"Scored before, and shipped no more: {earlier()}.")}

All of these are on the same 10,000 digits (DBN's and DARN's are estimates; those of the paper and
its neighbours are as cited in later work). Three figures that one meets do not belong among them. A
widely used public implementation reports 94.5 for 500 units and one mask, and its code scores the
*validation* digits; the base of the ablations below is of that width, trains for fewer epochs, and
is worse. Its 79.3 comes from averaging *logits* over orderings, which is not a distribution. And
the source article's 98.79 nats are on *thresholded* MNIST, which are other data (lesson 4 has a
recorded run on its digits).

![Digits drawn by the shipped model in the upper row, and below each the training digit with the
fewest differing pixels.](benchmarks/figures/neighbours.png)

{bought()}

{fresh_table()}

The recorded runs (Adam, half a cosine, batches of 250, rates in
[benchmarks/recipes.py](benchmarks/recipes.py), 2 cores, some minutes shared with other
work):

{runs_table()}
"""


def ablating() -> str:
    """Return what the README says of single settings."""
    results = ablations.recorded()
    base, n = results["base"]["valid"].values(), len(results["seeds"])
    rows = [
        [
            name if row["against"] == "base" else f"{name} (against {row['against']})",
            f"{row['difference']:+.2f} ± {row['se']:.2f}",
            f"{mean_seconds(row):.0f} s",
        ]
        for name, row in sorted(results["rows"].items(), key=lambda item: item[1]["difference"])
    ]
    text = f"""What a setting is worth, changed alone from a base of 500 units (one layer, random
    order, direct connections, no dropout, {results["settings"]["epochs"]} epochs): validation NLL
    on the fixed binarized MNIST against the base's {sum(base) / n:.2f} nats, paired by digit and
    seed, mean and standard error over {n} seeds (the digits held fixed; with {n} seeds a 95 %
    interval is {T_95[n]:.1f} standard errors wide to either side), and the mean time of a run on
    one core (base: {mean_seconds(results["base"]):.0f} s; {results["date"]}). The best epoch of a
    run is picked on the validation digits that it is then scored on."""
    return f"""
{paragraph(text)}

{table(["setting", "difference (nats)", "training"], rows)}
"""


def mean_seconds(row) -> float:
    """Return the mean training time of a row's seeds."""
    return float(np.mean(list(row["seconds"].values())))


def drawing() -> str:
    """Return what the README says of drawing."""
    eight = 1e3 * speed.recorded("sampler")["completions_8"]["exact"]
    return f"""
Drawing digits from a model of 2 × 500 units, weights untrained ({when("sampler")}): the exact
sampler's time, how many times as long the others take, and the exact sampler's time in plain
forward passes. From the same uniform numbers, exact sampler and plain loop draw the same digits
(compared in float64).

{sampler_table()}

![Time to draw 100 digits, one bar a way, on a logarithmic axis.](benchmarks/figures/sampler.png)

Eight completions of half a digit take {eight:.1f} ms.
"""


def stepping() -> str:
    """Return what the README says of training steps."""
    return f"""
A training step on {speed.recorded("step")["batch"]} digits ({when("step")}), in milliseconds and
relative to the same network without masks in Keras, and to a masked twin in PyTorch (eager). In
blocks, most of the zeros of a mask are never multiplied
([benchmarks/blocks.py](benchmarks/blocks.py)).
All Keras steps run under XLA, but for `made.MADE` with dropout, whose random numbers XLA draws
slowly on a CPU; the network in blocks and the one without masks hash theirs.

{step_table()}
"""


def growing() -> str:
    """Return what the README says of how cost grows."""
    return f"""
How cost grows with the number of pixels and of hidden units ({when("growth")}):

![Time of a training step and of drawing 100 digits against the number of pixels and of hidden
units, on logarithmic axes, with slopes.](benchmarks/figures/growth.png)
"""


def costs() -> str:
    """Return what the README says of the cost of a lesson."""
    rows = [
        [name[:2].lstrip("0"), f"{row['seconds']:.0f} s", f"{row['mebibytes']:,} MiB"]
        for name, row in speed.recorded("lessons")["lessons"].items()
    ]
    times = speed.recorded("imports")["seconds"]
    light = max(seconds for seconds in times.values() if seconds < 1)
    return f"""
A lesson from a clean kernel to its last cell, on the bundled sample ({when("lessons")}):

{table(["lesson", "time", "peak memory"], rows)}

Importing a module of `helpers` that needs NumPy alone takes at most {light:.2f} s, one that needs
TensorFlow {max(times.values()):.1f} s ({when("imports")}).
"""


def section() -> str:
    """Return the README's section *Results*: scores, and what has been timed."""
    parts = {
        "sampler": drawing,
        "step": stepping,
        "growth": growing,
        "lessons": costs,
    }
    timed = "".join(part() for name, part in parts.items() if speed.has(name))
    return scoring() + (ablating() if ablations.FILE.exists() else "") + timed


def write_readme():
    """Put the section between its marks in the README."""
    file = ROOT / "README.md"
    text = file.read_text(encoding="utf-8")
    new, n = re.subn(
        r"(<!-- results -->\n).*?(<!-- /results -->)",
        lambda match: match[1] + section() + "\n" + match[2],
        text,
        flags=re.DOTALL,
    )
    if n != 1:
        raise SystemExit("README.md must hold <!-- results --> and <!-- /results --> once each.")
    files.write_text(file, new)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["readme"]):
        sys.exit("usage: python -m benchmarks.results [readme]")
    if not sys.argv[1:]:
        score()
        speed.measure(speed.PARTS)
    beside_neighbours(drawn())
    if speed.has("sampler"):
        sampler_bars()
    if speed.has("growth"):
        growth_lines()
    write_readme()
