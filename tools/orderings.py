"""Train the model of every ordering that lesson 6 completes digits with: python tools/orderings.py

It writes data/made_orderings.npz, 8 bits a weight, and its card, data/made_orderings.json. The
digits are MNIST's, thresholded, without the sample's validation and test digits: the sample scores
the model on digits that it has not seen. (`MADE_DATA` names a folder that holds mnist.npz.)
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import baselines, data, files, made, network, training  # noqa: E402
from helpers.likelihood import log_mean_exp  # noqa: E402

FILE = ROOT / "data" / "made_orderings.npz"
MODEL = {"hidden_units": [300], "ordering": "random", "n_masks": 4, "seed": 1, "fresh": True}
FIT = {"epochs": 40, "batch_size": 250, "learning_rate": 5e-3, "seed": 1}


def unseen(train, *others) -> np.ndarray:
    """Return the rows of `train` that are in none of the others."""
    known = {row.tobytes() for other in others for row in np.packbits(other, axis=1)}
    return train[[row.tobytes() not in known for row in np.packbits(train, axis=1)]]


def scores(x) -> dict:
    """Score the file that is shipped: the mean over 8 orderings, and their average."""
    nets = [network.load(FILE, ordering="random", seed=k) for k in range(8)]
    each = np.stack([net.log_prob(x) for net in nets])
    nll, se = baselines.mean_and_error(-log_mean_exp(each, axis=0))
    one = -each.mean(dtype=float)
    return {"nll": round(nll, 3), "se": round(se, 3), "one_ordering": round(one, 3)}


if __name__ == "__main__":
    sample, split = data.load("sample"), data.load("mnist")
    train = unseen(split.train, sample.valid, sample.test)
    model = made.MADE(784, **MODEL)
    history = training.fit(model, train, split.valid[::20], **FIT)
    made.save(model, FILE, "int8")
    card = {
        "file": FILE.name,
        "sha256": hashlib.sha256(FILE.read_bytes()).hexdigest(),
        "bytes": FILE.stat().st_size,
        "title": "300 units, every ordering",
        "recipe": {"model": MODEL, "fit": FIT},
        "epochs": len(history.train),
        "minutes": round(sum(history.seconds) / 60, 1),
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
        "data": f"MNIST, thresholded: {len(train):,} training digits, none of the sample's "
        "validation or test digits among them",
        "licence": "CC BY-SA 3.0, as MNIST",
        "scored_on": f"the average of 8 orderings, on {sample.describe()}",
        "valid": scores(sample.valid),
        "test": scores(sample.test),
    }
    files.write_text(FILE.with_suffix(".json"), json.dumps(card, indent=1) + "\n")
    print(json.dumps(card, indent=1))
