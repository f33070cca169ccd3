"""What each setting is worth on the paper's data: `python -m benchmarks.ablations [ROW …]`.

One setting changed at a time, three seeds each, on all 50,000 training digits of the fixed
binarized MNIST, scored on its validation digits with the weights of the best epoch. Differences are
paired: same seed, same digits. Rows go to `benchmarks/ablations.json` as they are done; without
names, those that are not there yet are run.
"""

import json
import os
import pathlib
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from helpers import blocks, data, made, training

FILE = pathlib.Path(__file__).with_suffix(".json")
SEEDS = (1, 2, 3)
BASE = {
    "hidden_units": (500,),
    "ordering": "random",
    "direct": True,
    "activation": "relu",
    "dropout": 0.0,
    "n_masks": 1,
    "degrees": "random",
    "epochs": 12,
    "batch_size": 250,
    "learning_rate": 2e-3,
    "average": 0.0,
    "augment": None,
}
ROWS = {
    "raster order": {"ordering": "natural"},
    "no direct connections": {"direct": False},
    "shifted digits": {"augment": "shift"},
    "dropout 0.2": {"dropout": 0.2},
    "32 mask sets": {"n_masks": 32},
    "2 layers of 500": {"hidden_units": (500, 500)},
    "1,000 units": {"hidden_units": (1000,)},
    "4 mask sets": {"n_masks": 4},
    "2,000 units": {"hidden_units": (2000,)},
}
MODEL = ("hidden_units", "ordering", "direct", "activation", "dropout", "n_masks", "degrees")
FIT = ("epochs", "batch_size", "learning_rate", "average")


def train(split, seed: int, **changes) -> tuple[np.ndarray, float]:
    """Train one variant of `BASE`; return the NLL of each validation digit, and the seconds."""
    recipe = BASE | changes
    model = made.MADE(784, seed=seed, **{key: recipe[key] for key in MODEL})
    fast = blocks.BlockMADE(model) if recipe["n_masks"] == 1 else model
    options = {key: recipe[key] for key in FIT} | {"seed": seed, "progress": False}
    options["augment"] = data.shift if recipe["augment"] else None
    history = training.fit(fast, split.train, split.valid, **options)
    if fast is not model:
        fast.write_to(model)
    return model.nll(split.valid), sum(history.seconds)


def run(split, changes) -> dict:
    """Train a variant with every seed; return its scores by seed and the seconds of each."""
    nll, seconds = {}, {}
    for seed in SEEDS:
        scores, seconds[seed] = train(split, seed, **changes)
        nll[seed] = float(scores.mean())
        keras.backend.clear_session()
    return {"changes": changes, "valid": nll, "seconds": seconds}


def summary(row: dict, base: dict) -> dict:
    """Add to a row its difference to the base, seed by seed, and the standard error of the mean."""
    differences = [row["valid"][seed] - base["valid"][seed] for seed in row["valid"]]
    return row | {
        "difference": round(statistics.mean(differences), 3),
        "se": round(statistics.stdev(differences) / len(differences) ** 0.5, 3),
    }


def recorded() -> dict:
    """Return what has been measured."""
    return json.loads(FILE.read_text())


def write(results: dict):
    """Write the results, whole or not at all."""
    part = FILE.with_suffix(".part")
    part.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    part.replace(FILE)


def measure(names=()):
    """Run the named rows, or those that are missing."""
    results = recorded() if FILE.exists() else {"rows": {}}
    split = data.load("binarized_mnist")
    results |= {"data": split.describe(), "scored_on": "valid", "seeds": SEEDS, "settings": BASE}
    results |= {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d")}
    if "base" not in results:
        results["base"] = json.loads(json.dumps(run(split, {})))
    for name in names or [name for name in ROWS if name not in results["rows"]]:
        row = json.loads(json.dumps(run(split, ROWS[name])))  # as it will be read back
        results["rows"][name] = summary(row, results["base"])
        write(results)
        print(name, json.dumps(results["rows"][name]), flush=True)


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in ROWS]
    if unknown:
        sys.exit(f"usage: python -m benchmarks.ablations [ROW …]; rows: {', '.join(ROWS)}")
    measure(sys.argv[1:])
