"""Train recorded runs: `python -m benchmarks.train NAME [NAME …]`.

Each leaves `benchmarks/runs/NAME/model.npz` (not committed) and `history.json` (committed). An
interrupted run goes on where it stopped.
"""

import json
import os
import pathlib
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks import blocks, grey
from benchmarks.recipes import RECIPES
from helpers import data, files, made, training

RUNS = pathlib.Path(__file__).parent / "runs"


def train(name: str) -> training.History:
    """Run the recipe `name` and save model and history."""
    recipe = RECIPES[name]
    split = data.load("binarized_mnist")
    digits = split.train
    model = made.MADE(784, **recipe["model"])
    options = dict(recipe["fit"])
    if options.get("augment") == "shift":
        options["augment"] = data.shift
    if options.get("augment") == "fresh":
        digits, options["augment"] = grey.train_digits(split), grey.fresh
    folder = RUNS / name
    fast = blocks.BlockMADE(model, recipe["blocks"]) if "blocks" in recipe else model
    history = training.fit(
        fast, digits, split.valid, folder=folder, on_epoch=report(name), **options
    )
    if fast is not model:
        fast.write_to(model)
    made.save(model, folder / "model.npz")
    summary = {
        "name": name,
        "data": split.describe(),
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
        "minutes": round(sum(history.seconds) / 60, 1),
        "best_epoch": history.best_epoch,
        "valid": round(history.best_valid, 3),
        "finished": history.finished,
    }
    files.write_text(folder / "summary.json", json.dumps(summary, indent=1) + "\n")
    return history


def report(name):
    """Return a callback that prints one line an epoch."""

    def on_epoch(history):
        print(
            f"{name} epoch {len(history.valid)} train {history.train[-1]:.3f} "
            f"valid {history.valid[-1]:.3f} best {history.best_valid:.3f} "
            f"{history.seconds[-1]:.1f} s",
            flush=True,
        )

    return on_epoch


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in RECIPES]
    if unknown or not sys.argv[1:]:
        sys.exit(f"usage: python -m benchmarks.train NAME …; names: {', '.join(RECIPES)}")
    for name in sys.argv[1:]:
        train(name)
