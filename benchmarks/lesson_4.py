"""The recorded runs that lesson 4 shows: `python -m benchmarks.lesson_4 NAME …`.

sample, mnist, binarized_mnist   the lesson's own run on that data, three seeds on the sample and
                                 one on the full sets: benchmarks/runs/lesson-4-NAME-SEED
knobs                            one setting changed at a time, on the sample, three seeds each:
                                 benchmarks/lesson_4.json
"""

import json
import os
import pathlib
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from helpers import baselines, data, files, made, training

HERE = pathlib.Path(__file__).parent
SEEDS = (1, 2, 3)

# As in the lesson's cell `recipe`; a test compares the two.
RECIPES = {
    "sample": {"dropout": 0.3, "epochs": 24, "batch_size": 100, "learning_rate": 4e-3},
    "mnist": {"dropout": 0.2, "epochs": 13, "batch_size": 250, "learning_rate": 2e-3},
    "binarized_mnist": {"dropout": 0.2, "epochs": 13, "batch_size": 250, "learning_rate": 2e-3},
}
RUNS = {"sample": SEEDS, "mnist": (1,), "binarized_mnist": (1,)}

BASE = {
    "hidden_units": (500,),
    "ordering": "random",
    "activation": "relu",
    "dropout": 0.0,
    "n_masks": 1,
    "epochs": 20,
    "batch_size": 100,
    "learning_rate": 2e-3,
    "augment": None,
    "start": "zero",
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
    "biases from one p per pixel": {"start": "pixels"},
}


def report(history):
    """Print the last epoch of a run."""
    print(
        f"  {len(history.valid)}: {history.valid[-1]:.2f}, {history.seconds[-1]:.1f} s", flush=True
    )


def start_at_pixels(model, train):
    """Set the output biases to the logits of lesson 1's best model, one p per pixel."""
    p = baselines.pixel_p(train)
    model.output_layer.bias.assign(np.log(p / (1 - p)))


def record(name: str, seed: int):
    """Train as lesson 4 does on the data set `name`; keep history and summary, score test once."""
    split, recipe = data.load(name), RECIPES[name]
    model = made.MADE(784, (2000,), "random", dropout=recipe["dropout"], seed=seed)
    start_at_pixels(model, split.train)
    history = training.fit(
        model,
        split.train,
        split.valid,
        epochs=recipe["epochs"],
        batch_size=recipe["batch_size"],
        learning_rate=recipe["learning_rate"],
        augment=data.shift,
        seed=seed,
        on_epoch=report,
    )
    test, error = baselines.mean_and_error(model.nll(split.test))
    summary = {
        "data": split.describe(),
        "valid": round(history.best_valid, 3),
        "test": round(test, 3),
        "test_se": round(error, 3),
        "epochs": len(history.valid),
        "seconds": round(sum(history.seconds), 1),
        "load": round(os.getloadavg()[1], 1),
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
    }
    folder = HERE / "runs" / f"lesson-4-{name}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    history.save(folder / "history.json")
    files.write_text(folder / "summary.json", json.dumps(summary, indent=1) + "\n")
    print(folder.name, summary, flush=True)


def knob_run(split, seed: int, **changes) -> np.ndarray:
    """Train one variant of `BASE`; return the NLL of each validation digit, (500,)."""
    recipe = BASE | changes
    options = {k: recipe[k] for k in ("epochs", "batch_size", "learning_rate")}
    options["augment"] = data.shift if recipe["augment"] else None
    keys = ("hidden_units", "ordering", "activation", "dropout", "n_masks")
    model = made.MADE(784, seed=seed, **{k: recipe[k] for k in keys})
    if recipe["start"] == "pixels":
        start_at_pixels(model, split.train)
    training.fit(model, split.train, split.valid, seed=seed, progress=False, **options)
    return model.nll(split.valid)


def knobs():
    """Change one knob at a time; write the differences, paired by digit and seed."""
    split = data.load("sample")
    base, rows, began = {}, {}, time.perf_counter()
    for seed in SEEDS:
        base[seed] = knob_run(split, seed)
    base_seconds = (time.perf_counter() - began) / len(SEEDS)
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
        "scored_on": "the validation digits, with the weights of the best epoch",
        "seeds": SEEDS,
        "base": BASE,
        "base_nll": round(float(np.mean([nll.mean() for nll in base.values()])), 3),
        "base_seconds": round(base_seconds, 1),
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
        "rows": rows,
    }
    text = json.dumps(out, indent=1, ensure_ascii=False) + "\n"
    files.write_text(HERE / "lesson_4.json", text)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    if not wanted or not set(wanted) <= {*RUNS, "knobs"}:
        sys.exit(__doc__)
    for name in wanted:
        if name == "knobs":
            knobs()
        else:
            for seed in RUNS[name]:
                record(name, seed)
