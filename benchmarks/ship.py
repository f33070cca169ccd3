"""Put trained runs into data/, as the models that the course ships, with their cards.

`python -m benchmarks.ship` packs the runs below to 8 bits a weight, and scores the packed files:
what a card reports is measured from the file that is shipped. The test set is scored here, once.
"""

import hashlib
import json
import sys

import numpy as np

from benchmarks.recipes import RECIPES
from benchmarks.train import RUNS
from helpers import data, made, network
from helpers.reference import DATA

SHIPPED = {"random": "random-4000", "raster": "raster-4000"}


def score(net: network.Network, x: np.ndarray) -> dict:
    """Return mean NLL in nats and its standard error."""
    nll = -np.concatenate([net.log_prob(part) for part in np.array_split(x, 10)])
    return {"nll": round(float(nll.mean()), 3), "se": round(float(nll.std() / len(x) ** 0.5), 3)}


def ship(name: str, run: str) -> dict:
    """Pack one run, score the file, and return its card."""
    split = data.load("binarized_mnist")
    summary = json.loads((RUNS / run / "summary.json").read_text())
    file = made.save(made.load(RUNS / run / "model.npz"), DATA / f"made_{name}.npz", dtype="int8")
    net = network.load(file)
    recipe = RECIPES[run]
    return {
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "bytes": file.stat().st_size,
        "trained_on": split.describe(),
        "run": run,
        "recipe": {"model": recipe["model"], "fit": recipe["fit"]},
        "minutes": summary["minutes"],
        "cores": summary["cores"],
        "date": summary["date"],
        "valid": score(net, split.valid),
        "test": score(net, split.test),
        "licence": "CC BY-SA 3.0, as MNIST",
    }


if __name__ == "__main__":
    path = DATA / "models.json"
    cards = json.loads(path.read_text()) if path.exists() else {}
    for name in sys.argv[1:] or SHIPPED:
        cards[name] = ship(name, SHIPPED[name])
        print(name, cards[name]["bytes"], cards[name]["valid"], cards[name]["test"])
    path.write_text(json.dumps(cards, indent=1) + "\n")
