"""Put trained runs into data/, as the models that the course ships, with their cards.

`python -m benchmarks.ship [NAME …]` packs the runs below to 8 bits a weight, and scores the packed
files: what a card reports is measured from the file that is shipped. The test set is scored here.
"""

import hashlib
import json
import sys

import numpy as np

from benchmarks.recipes import RECIPES
from benchmarks.train import RUNS
from helpers import baselines, data, files, made, network, reference
from helpers.likelihood import log_mean_exp

SHIPPED = {
    "random": {
        "run": "random-7500",
        "title": "7,500 units, random order",
        "notes": "dropout, shifted training digits, Adam",
    },
    "raster": {
        "run": "raster-8000",
        "title": "8,000 units, row by row",
        "notes": "dropout, shifted training digits, Adam",
    },
    "average": {
        "members": ["random", "raster"],
        "title": "both of these, averaged",
        "notes": "dropout, shifted training digits, Adam; "
        "log-mean-exp of whole-image probabilities",
    },
}


def networks(name: str) -> list[network.Network]:
    """Return the networks behind a card: one, or the members of an average."""
    members = reference.cards()[name].get("members", [name])
    return [reference.load(member) for member in members]


def score(nets: list[network.Network], x: np.ndarray) -> dict:
    """Return mean NLL in nats and its standard error; several networks are averaged."""
    parts = np.array_split(x, 10)
    every = [np.concatenate([net.log_prob(part) for part in parts]) for net in nets]
    nll, se = baselines.mean_and_error(-log_mean_exp(np.array(every), axis=0))
    return {"nll": round(nll, 3), "se": round(se, 3)}


def pack(name: str, run: str) -> dict:
    """Pack one run into data/ and return what its card says of file and recipe."""
    summary = json.loads((RUNS / run / "summary.json").read_text(encoding="utf-8"))
    source = made.load(RUNS / run / "model.npz")
    file = made.save(source, reference.DATA / f"made_{name}.npz", dtype="int8")
    return {
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "bytes": file.stat().st_size,
        "recipe": RECIPES[run],
        "epochs": summary["best_epoch"],
        "minutes": summary["minutes"],
        "cores": summary["cores"],
        "date": summary["date"],
    }


def write(cards: dict):
    """Write data/models.json."""
    path = reference.DATA / "models.json"
    files.write_text(path, json.dumps(cards, indent=1) + "\n")


if __name__ == "__main__":
    split = data.load("binarized_mnist")
    cards = reference.cards() if (reference.DATA / "models.json").exists() else {}
    for name in sys.argv[1:] or SHIPPED:
        card = dict(SHIPPED[name])
        if "run" in card:
            card |= pack(name, card["run"])
        cards[name] = card | {
            "data": split.describe(),
            "licence": "CC BY-SA 3.0, as MNIST",
        }
        write(cards)
        for part in ("valid", "test"):
            cards[name][part] = score(networks(name), getattr(split, part))
        write(cards)
        print(name, cards[name]["valid"], cards[name]["test"])
