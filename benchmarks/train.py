"""Train recorded runs: `python -m benchmarks.train NAME [NAME …]`.

Each leaves `benchmarks/runs/NAME/model.npz` (not committed) and `history.json` (committed). An
interrupted run goes on where it stopped. How to use several devices and hosts: devices.md.
"""

import argparse
import contextlib
import json
import os
import pathlib
import time

from benchmarks import devices
from benchmarks.recipes import RECIPES

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

RUNS = pathlib.Path(__file__).parent / "runs"


def train(name: str, split_units: bool = False):
    """Run the recipe `name`, save model and history, and return the history.

    Keras is imported here, so that its devices can be chosen before. With `split_units` the model
    is trained whole, not in blocks.
    """
    from benchmarks import blocks, grey
    from helpers import data, files, made, training
    from helpers.devices import is_first

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
    fast = (
        blocks.BlockMADE(model, recipe["blocks"])
        if "blocks" in recipe and not split_units
        else model
    )
    told = report(name) if is_first() else None
    history = training.fit(fast, digits, split.valid, folder=folder, on_epoch=told, **options)
    if fast is not model:
        fast.write_to(model)
    if not is_first():
        return history
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", metavar="NAME", choices=RECIPES)
    parser.add_argument("--devices", type=int, help="of this host; the default is all of them")
    parser.add_argument("--hosts", help="address:port of every process, with commas")
    parser.add_argument("--process", type=int, default=0, help="this one's place there, from 0")
    parser.add_argument("--split-units", action="store_true", help="split the model, not batches")
    asked = parser.parse_args()
    hosts = asked.hosts.split(",") if asked.hosts else []
    if asked.devices is None and not hosts and not asked.split_units:
        together = contextlib.nullcontext()
    else:
        try:
            devices.start(asked.devices, hosts, asked.process, asked.split_units)
        except ValueError as error:
            parser.error(str(error))
        together = devices.together()
    with together:
        for name in asked.names:
            train(name, asked.split_units)


if __name__ == "__main__":
    main()
