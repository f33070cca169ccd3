"""What lesson 5 quotes: `python -m benchmarks.lesson_5 NAME …` writes benchmarks/lesson_5.json.

direct  direct connections on and off, several seeds, on the bundled sample: score and time
        (or the names of some VARIANTS)
"""

import json
import os
import pathlib
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from helpers import data, files, made, training

FILE = pathlib.Path(__file__).with_suffix(".json")
SEEDS = (1, 2, 3)
FIT = {"epochs": 30, "batch_size": 100, "learning_rate": 5e-3}
VARIANTS = {
    "100 units": {"hidden_units": (100,), "ordering": "random"},
    "500 units": {"hidden_units": (500,), "ordering": "random"},
    "500 units, raster": {"hidden_units": (500,), "ordering": "natural"},
    "500 + 500 units": {"hidden_units": (500, 500), "ordering": "random"},
    "2,000 units": {"hidden_units": (2000,), "ordering": "random"},
    "raster, 4x rate": {
        "hidden_units": (500,),
        "ordering": "natural",
        "learning_rate": 2e-2,
    },
}


def train(split, seed: int, direct: bool, fit: dict, **options) -> tuple[np.ndarray, dict]:
    """Train one model; return the NLL of each test digit and what the training took."""
    model = made.MADE(784, seed=seed, direct=direct, **options)
    wall, cpu = time.perf_counter(), time.process_time()
    history = training.fit(model, split.train, split.valid, seed=seed, progress=False, **fit)
    took = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return model.nll(split.test), took | {"valid": history.best_valid}


def direct(name: str) -> dict:
    """Train one variant with and without direct connections; differences are paired."""
    split, options = data.load("sample"), dict(VARIANTS[name])
    fit = FIT | {"learning_rate": options.pop("learning_rate", FIT["learning_rate"])}
    runs = {on: [train(split, seed, on, fit, **options) for seed in SEEDS] for on in (True, False)}
    gains = [float((off - on).mean()) for (on, _), (off, _) in zip(runs[True], runs[False])]
    row = {
        "data": split.describe(),
        "scored_on": "test, with the weights of the best epoch on valid",
        "model": options,
        "fit": fit,
        "seeds": SEEDS,
        "gain": round(statistics.mean(gains), 3),
        "gain_se": round(statistics.stdev(gains) / len(gains) ** 0.5, 3),
    }
    for on, word in ((True, "with"), (False, "without")):
        row[word] = {
            "test": [round(float(nll.mean()), 3) for nll, _ in runs[on]],
            "valid": [round(took["valid"], 3) for _, took in runs[on]],
            "seconds": round(statistics.median(took["seconds"] for _, took in runs[on]), 1),
            "cpu_seconds": round(statistics.median(took["cpu"] for _, took in runs[on]), 1),
        }
    return row


if __name__ == "__main__":
    wanted = list(VARIANTS) if sys.argv[1:] == ["direct"] else sys.argv[1:]
    if not wanted or not set(wanted) <= set(VARIANTS):
        sys.exit(__doc__)
    for name in wanted:
        facts = {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d")}
        facts["load"] = round(os.getloadavg()[1], 1)  # other work on the machine stretches seconds
        facts |= direct(name)
        results = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"direct": {}}
        results["direct"][name] = facts
        files.write_text(FILE, json.dumps(results, indent=1) + "\n")
        print(name, json.dumps(facts), flush=True)
