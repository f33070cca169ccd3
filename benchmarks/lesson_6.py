"""What lesson 6 quotes: `python -m benchmarks.lesson_6 [SEED …]` writes benchmarks/lesson_6.json.

One budget of training steps, spent in three ways on the bundled sample: on K independent models of
T / K epochs each, on one model whose training cycles through K mask sets, on one model that draws a
fresh ordering for every batch. Each is scored by the average of K orderings. A run that lies in the
file is not repeated. A SEED alone is of the budget of 32 epochs, "128 epochs=1" of the other one.

All are shown their pixels as −1 and 1, so that they differ in their orderings alone. In the budgets
"…, 0 and 1" independent networks and cycles are shown zeros and ones: what the coding is worth.
"""

import json
import os
import pathlib
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from helpers import data, files, made, training
from helpers.likelihood import log_mean_exp
from helpers.outputs import Bernoulli

FILE = pathlib.Path(__file__).with_suffix(".json")
SEEDS = (1, 2, 3)
COUNTS = (1, 2, 4, 8, 16, 32)
FIT = {"batch_size": 100, "learning_rate": 5e-3, "jit": True}
BUDGETS = {  # epochs T, the numbers of sets K of each kind
    "32 epochs": (32, {"independent": (1, 2, 4, 8), "cycle": (2, 4, 8, 32), "fresh": (32,)}),
    "128 epochs": (128, {"independent": (1, 2, 4, 8), "cycle": (8, 32), "fresh": (32,)}),
    "32 epochs, 0 and 1": (32, {"independent": COUNTS, "cycle": COUNTS[1:]}),
    "128 epochs, 0 and 1": (128, {"independent": (1, 2, 4, 8), "cycle": (8, 32)}),
}
UNITS = (300,)


def train(split, epochs, seed, **options):
    """Train one model. Its best epoch is chosen on 100 validation digits (K passes a digit)."""
    model = made.MADE(784, UNITS, "random", seed=seed, **options)
    settings = FIT | {"epochs": epochs, "seed": seed, "progress": False}
    return model, training.fit(model, split.train, split.valid[::5], **settings)


def independent(split, epochs, seed, k, outputs):
    """K models, each with an ordering of its own and a Kth of the epochs."""
    options = [{"seed": 100 * seed + i, "outputs": outputs} for i in range(k)]
    every = [train(split, epochs // k, **own)[0].log_prob for own in options]
    return {k: lambda x: [log_prob(x) for log_prob in every]}


def cycle(split, epochs, seed, k, outputs):
    """One model, K mask sets in turn."""
    model, _ = train(split, epochs, seed, n_masks=k, outputs=outputs)
    return {k: lambda x: [model.log_prob(x, i) for i in range(k)]}


def fresh(split, epochs, seed, k, outputs):
    """One model, an ordering for each batch; scored with 1 to K of those drawn for scoring."""
    model, _ = train(split, epochs, seed, n_masks=4, fresh=True, outputs=outputs)
    nets = [model.network(ordering="random", seed=1000 * seed + i) for i in range(k)]
    counts = [n for n in COUNTS if n <= k]
    return {n: lambda x, n=n: [net.log_prob(x) for net in nets[:n]] for n in counts}


def run(name, seed, kind, k) -> list:
    """Return the rows of one training: NLL of the average and of its members, valid and test."""
    epochs, split = BUDGETS[name][0], data.load("sample")
    wall, cpu = time.perf_counter(), time.process_time()
    scores = {"independent": independent, "cycle": cycle, "fresh": fresh}[kind]
    scores = scores(split, epochs, seed, k, Bernoulli(signs=not name.endswith("0 and 1")))
    took = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    rows = []
    for count, log_probs in scores.items():
        row = {"budget": name, "kind": kind, "k": count, "seed": seed}
        for part in ("valid", "test"):
            each = np.stack(log_probs(getattr(split, part))).astype(np.float64)
            row[part] = round(float(-log_mean_exp(each, axis=0).mean()), 3)
            row[f"{part}_members"] = round(float(-each.mean()), 3)
        rows.append(row | {key: round(value, 1) for key, value in took.items()})
    return rows


def wanted(words) -> list:
    """Return (budget, seed, kind, K) of what the command line asks for."""
    asked = [word.rpartition("=") for word in words] or [("", "", str(seed)) for seed in SEEDS]
    return [
        (budget or "32 epochs", int(seed), kind, k)
        for budget, _, seed in asked
        for kind, counts in BUDGETS[budget or "32 epochs"][1].items()
        for k in counts
    ]


if __name__ == "__main__":
    for budget, seed, kind, k in wanted(sys.argv[1:]):
        found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"rows": []}
        have = {(row["budget"], row["seed"], row["kind"], row["k"]) for row in found["rows"]}
        if (budget, seed, kind, k) in have:
            continue
        rows = run(budget, seed, kind, k)
        found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"rows": []}
        facts = {"data": data.load("sample").describe(), "fit": FIT, "cores": os.cpu_count()}
        facts |= {"date": time.strftime("%Y-%m-%d"), "load": round(os.getloadavg()[1], 1)}
        facts |= {"units": UNITS, "epochs": {name: budget[0] for name, budget in BUDGETS.items()}}
        results = facts | {"rows": found["rows"] + rows}
        files.write_text(FILE, json.dumps(results, indent=1) + "\n")
        print(json.dumps(rows), flush=True)
