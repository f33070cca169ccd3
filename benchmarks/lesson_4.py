"""The recorded runs that lesson 4 shows: `python -m benchmarks.lesson_4 NAME …`.

curves   the lesson's own run on the bundled sample, three seeds: the band behind the live curve
knobs    one setting changed at a time, three seeds each, on the bundled sample
article  the lesson's run on all of MNIST, thresholded: the source article's digits
fixed    the same on the fixed binarized MNIST, the paper's digits
"""

import json
import os
import pathlib
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from helpers import data, made, training

HERE = pathlib.Path(__file__).parent
SEEDS = (1, 2, 3)

# What the lesson shows in its cell `recipe`; a test compares the two.
RECIPES = {
    "sample": {"dropout": 0.5, "epochs": 50, "batch_size": 100},
    "mnist": {"dropout": 0.2, "epochs": 14, "batch_size": 250},
    "binarized_mnist": {"dropout": 0.2, "epochs": 14, "batch_size": 250},
}

BASE = {
    "hidden_units": (500,),
    "ordering": "random",
    "activation": "relu",
    "dropout": 0.0,
    "n_masks": 1,
    "epochs": 15,
    "batch_size": 100,
    "learning_rate": 2e-3,
    "augment": None,
}
KNOBS = {
    "width 250": {"hidden_units": (250,)},
    "width 1,000": {"hidden_units": (1000,)},
    "width 2,000": {"hidden_units": (2000,)},
    "depth 2 (500, 500)": {"hidden_units": (500, 500)},
    "dropout 0.3": {"dropout": 0.3},
    "dropout 0.5": {"dropout": 0.5},
    "shifted digits": {"augment": "shift"},
    "tanh": {"activation": "tanh"},
    "raster order": {"ordering": "natural"},
    "learning rate ÷ 4": {"learning_rate": 5e-4},
    "learning rate × 4": {"learning_rate": 8e-3},
    "batch 25": {"batch_size": 25},
    "batch 400": {"batch_size": 400},
    "4 mask sets": {"n_masks": 4},
}


def lesson_run(name: str, seed: int, on_epoch=None):
    """Train as lesson 4 does on the data set `name`; return model, split and history."""
    split, recipe = data.load(name), RECIPES[name]
    model = made.MADE(784, (2000,), "random", dropout=recipe["dropout"], seed=seed)
    history = training.fit(
        model,
        split.train,
        split.valid,
        epochs=recipe["epochs"],
        batch_size=recipe["batch_size"],
        learning_rate=2e-3,
        augment=data.shift,
        seed=seed,
        on_epoch=on_epoch,
    )
    return model, split, history


def report(history):
    """Print the last epoch of a run."""
    print(
        f"  {len(history.valid)}: {history.valid[-1]:.2f}, {history.seconds[-1]:.1f} s", flush=True
    )


def summary(model, split, history) -> dict:
    """Return the facts of a run; the test set is scored here, once."""
    nll = model.nll(split.test)
    return {
        "data": split.describe(),
        "valid": round(history.best_valid, 3),
        "test": round(float(nll.mean()), 3),
        "test_se": round(float(nll.std(ddof=1) / np.sqrt(len(nll))), 3),
        "seconds": round(sum(history.seconds), 1),
        "load": round(os.getloadavg()[1], 1),
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
    }


def keep(name: str, model, split, history):
    """Write history and summary of a run to benchmarks/runs/`name`."""
    folder = HERE / "runs" / name
    folder.mkdir(parents=True, exist_ok=True)
    history.save(folder / "history.json")
    facts = summary(model, split, history)
    (folder / "summary.json").write_text(json.dumps(facts, indent=1) + "\n")
    print(name, facts, flush=True)


def knob_run(split, seed: int, **changes) -> np.ndarray:
    """Train one variant of `BASE`; return the NLL of each validation digit, (500,)."""
    recipe = BASE | changes
    options = {k: recipe[k] for k in ("epochs", "batch_size", "learning_rate")}
    options["augment"] = data.shift if recipe["augment"] else None
    keys = ("hidden_units", "ordering", "activation", "dropout", "n_masks")
    model = made.MADE(784, seed=seed, **{k: recipe[k] for k in keys})
    training.fit(model, split.train, split.valid, seed=seed, progress=False, **options)
    return model.nll(split.valid)


def knobs():
    """Change one knob at a time; write the differences, paired by digit and seed."""
    split = data.load("sample")
    base = {seed: knob_run(split, seed) for seed in SEEDS}
    rows = {}
    for name, changes in KNOBS.items():
        start = time.perf_counter()
        means = [float((knob_run(split, s, **changes) - base[s]).mean()) for s in SEEDS]
        rows[name] = {
            "changes": changes,
            "difference": round(float(np.mean(means)), 3),
            "se": round(float(np.std(means, ddof=1) / np.sqrt(len(SEEDS))), 3),
            "seconds": round((time.perf_counter() - start) / len(SEEDS), 1),
        }
        print(name, rows[name], flush=True)
    out = {
        "data": split.describe(),
        "scored_on": "valid, at the best epoch",
        "seeds": SEEDS,
        "base": BASE,
        "base_nll": round(float(np.mean([nll.mean() for nll in base.values()])), 3),
        "date": time.strftime("%Y-%m-%d"),
        "rows": rows,
    }
    (HERE / "lesson_4_knobs.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    wanted = sys.argv[1:]
    if not wanted or not set(wanted) <= {"curves", "knobs", "article", "fixed"}:
        sys.exit(__doc__)
    if "curves" in wanted:
        for seed in SEEDS:
            keep(f"lesson-4-sample-{seed}", *lesson_run("sample", seed, report))
    if "knobs" in wanted:
        knobs()
    if "article" in wanted:
        keep("article-digits", *lesson_run("mnist", 1, report))
    if "fixed" in wanted:
        keep("lesson-4-fixed", *lesson_run("binarized_mnist", 1, report))
