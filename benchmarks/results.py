"""The numbers and figures of the README: `make results`.

Scores the shipped models again, times everything in `benchmarks.speed`, draws the figures, and
writes the README's section *Results*. `python -m benchmarks.results readme` only writes, from what
is recorded. The full sets are needed for scoring (`MADE_DATA`); without them that part says so and
the recorded scores stand.
"""

import pathlib
import re
import sys

import matplotlib.pyplot as plt
import numpy as np

from benchmarks import ship, speed
from helpers import data, plots, reference, sampling

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIGURES = ROOT / "benchmarks" / "figures"

# Test NLL in nats on the fixed binarized MNIST, as the paper's table 6 gives them.
PUBLISHED = {
    "NADE, fixed order": 88.33,
    "MADE, 1 layer, 1 mask": 88.40,
    "MADE, 1 layer, 32 masks": 88.04,
    "MADE, 2 layers, 32 masks": 86.64,
    "EoNADE, 2 layers, 128 orderings": 85.10,
    "DARN": 84.13,
}


def score_shipped():
    """Check that each shipped file still has the score on its card, on all test digits."""
    try:
        test = data.load("binarized_mnist").test
    except data.DataError as error:
        print(f"not scored again, the recorded scores stand: {error}")
        return
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
    names = {"exact": "exact sampler", "plain loop": "plain loop"}
    names["predict per pixel"] = "model.predict per pixel"
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


def score_table() -> str:
    """Return the scores on the fixed binarized MNIST as a Markdown table, best last."""
    rows = [(nll, f"{name} (paper)", "", "") for name, nll in PUBLISHED.items()]
    for card in reference.cards().values():
        test = card["test"]
        rows.append(
            (test["nll"], f"**this course: {card['title']}**", f"± {test['se']:.2f}", card["notes"])
        )
    lines = ["| model | test NLL (nats) | used beyond the paper |", "|---|---|---|"]
    for nll, name, se, notes in sorted(rows, reverse=True):
        lines.append(f"| {name} | {nll:.2f} {se} | {notes} |".replace("  ", " "))
    return "\n".join(lines)


def sampler_table() -> str:
    """Return drawing times and ratios as a Markdown table."""
    recorded = speed.recorded("sampler")["seconds"]
    lines = [
        "| digits | exact sampler | plain loop | `model.predict` per pixel | forward passes |",
        "|---|---|---|---|---|",
    ]
    for n, t in recorded.items():
        exact = t["exact"]
        cells = [f"{1e3 * exact:.1f} ms"]
        cells += [f"{t[k] / exact:,.0f} ×" for k in ("plain loop", "predict per pixel")]
        cells.append(f"{exact / t['one forward pass']:.1f}")
        lines.append(f"| {int(n):,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def step_sentence() -> str:
    """Return the sentence on training steps."""
    recorded, parts = speed.recorded("step"), []
    for units, t in recorded["seconds"].items():
        text = f"with {units} hidden units {t['MADE'] / t['no masks']:.2f} × the same network "
        text += "without masks"
        if "PyTorch" in t:
            text += f" and {t['MADE'] / t['PyTorch']:.2f} × a masked PyTorch twin"
        parts.append(text)
    where = f"batches of {recorded['batch']}, {recorded['cores']} cores, {recorded['date']}"
    return f"A training step takes, {'; '.join(parts)} ({where})."


def scores() -> str:
    """Return what the README says of scores."""
    return f"""
Test NLL on the official fixed binarized MNIST (10,000 digits; lower is better). The models of this
course are scored from the files in `data/`; every choice was made on the validation set.

{score_table()}

The source article reports 98.79 nats on thresholded MNIST, which are other data: its score and
these do not compare. Lesson 4 has a recorded run on its digits.

![Digits drawn by the shipped model in the upper row, and below each the training digit with the
fewest differing pixels.](benchmarks/figures/neighbours.png)
"""


def drawing() -> str:
    """Return what the README says of drawing."""
    recorded = speed.recorded("sampler")
    eight = 1e3 * recorded["completions_8"]["exact"]
    return f"""
Drawing digits from a model of 2 × 500 units, from the same uniform numbers, to the same digits
({recorded["cores"]} cores, {recorded["date"]}): the exact sampler's time, how many times as long
the others take, and the exact sampler's time in plain forward passes.

{sampler_table()}

![Time to draw 100 digits, one bar a way, on a logarithmic axis.](benchmarks/figures/sampler.png)

Eight completions of half a digit take {eight:.1f} ms.
"""


def growing() -> str:
    """Return what the README says of how cost grows."""
    return """
![Time of a training step and of drawing 100 digits against the number of pixels and of hidden
units.](benchmarks/figures/growth.png)
"""


def section() -> str:
    """Return the README's section *Results*: scores, and what has been timed."""
    parts = {"sampler": drawing, "step": lambda: f"\n{step_sentence()}\n", "growth": growing}
    return scores() + "".join(part() for name, part in parts.items() if speed.has(name))


def write_readme():
    """Put the section between its marks in the README."""
    file = ROOT / "README.md"
    text = file.read_text()
    new, n = re.subn(
        r"(<!-- results -->\n).*?(<!-- /results -->)",
        lambda match: match[1] + section() + "\n" + match[2],
        text,
        flags=re.DOTALL,
    )
    if n != 1:
        raise SystemExit("README.md must hold <!-- results --> and <!-- /results --> once each.")
    file.write_text(new)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["readme"]):
        sys.exit("usage: python -m benchmarks.results [readme]")
    if not sys.argv[1:]:
        score_shipped()
        speed.measure(speed.PARTS)
    beside_neighbours(drawn())
    if speed.has("sampler"):
        sampler_bars()
    if speed.has("growth"):
        growth_lines()
    write_readme()
