"""Scores of full-size runs from the weights they left: `python -m benchmarks.scores NAME …`.

A NAME is a recorded run of `benchmarks.train`, or several joined by `+`: their average, by
log-mean-exp of whole-image log-probabilities. `NAME-NAME` with spaces around the minus is a paired
difference. All on the fixed binarized MNIST (of the training part, the first 10,000 digits, as they
are), written to `benchmarks/scores.json`. A run is scored on the test set once, when
every choice about it is made; later recipes have followed earlier scores (`earlier.json`).
"""

import json
import os
import pathlib
import sys
import time

import numpy as np

from helpers import baselines, data, files, network
from helpers.likelihood import log_mean_exp

HERE = pathlib.Path(__file__).parent
FILE = HERE / "scores.json"
PARTS = ("train", "valid", "test")


def log_prob(run: str, x: np.ndarray) -> np.ndarray:
    """Return log p(x), ``(n,)``, of the run's model, from its file of float32 weights."""
    net = network.load(HERE / "runs" / run / "model.npz")
    return np.concatenate([net.log_prob(part) for part in np.array_split(x, 10)])


def nll(name: str, x: np.ndarray) -> np.ndarray:
    """Return −log p(x), ``(n,)``, of one run or of the average of several."""
    every = np.array([log_prob(run, x) for run in name.split("+")], np.float64)
    return -log_mean_exp(every, axis=0)


def score(name: str, split) -> dict:
    """Return mean and standard error on each part, paired where `name` is a difference."""
    row = {}
    for part in PARTS:
        values = [nll(one, getattr(split, part)[:10_000]) for one in name.split(" - ")]
        mean, se = baselines.mean_and_error(values[0] - values[1] if values[1:] else values[0])
        row[part] = {"nll": round(mean, 3), "se": round(se, 3)}
    return row | {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d")}


def recorded() -> dict:
    """Return what has been scored, by name."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    split = data.load("binarized_mnist")
    for name in sys.argv[1:]:
        results = recorded() | {name: score(name, split)}
        files.write_text(FILE, json.dumps(results, indent=1) + "\n")
        print(name, results[name], flush=True)
