"""What each setting is worth on the paper's data: `python -m benchmarks.ablations [ROW …]`.

One setting changed at a time, three seeds each, on all 50,000 training digits of the fixed
binarized MNIST, scored on its validation digits with the weights of the best epoch. Differences are
paired: same seed, same digits. As many runs go at once as there are cores, each on one, so that the
seconds of two rows compare. Rows go to `benchmarks/ablations.json` as they are done; without names,
those that are not there yet are run.
"""

import contextlib
import json
import multiprocessing
import os
import pathlib
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from helpers import files

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
    "augment": None,
}
ROWS = {
    "raster order": {"ordering": "natural"},
    "no direct connections": {"direct": False},
    "250 units": {"hidden_units": (250,)},
    "250 units, no direct connections": {"hidden_units": (250,), "direct": False},
    "1,000 units": {"hidden_units": (1000,)},
    "2,000 units": {"hidden_units": (2000,)},
    "2,000 units, no direct connections": {"hidden_units": (2000,), "direct": False},
    "2 layers of 500": {"hidden_units": (500, 500)},
    "tanh": {"activation": "tanh"},
    "4 mask sets": {"n_masks": 4},
    "16 mask sets": {"n_masks": 16},
    "32 mask sets": {"n_masks": 32},
    "dropout 0.2": {"dropout": 0.2},
    "shifted digits": {"augment": "shift"},
    "learning rate ÷ 4": {"learning_rate": BASE["learning_rate"] / 4},
    "learning rate × 4": {"learning_rate": BASE["learning_rate"] * 4},
    "batches of 100": {"batch_size": 100},
    "batches of 1,000": {"batch_size": 1000},
}
AGAINST = {  # rows that are compared with another row; all others are with the base
    "250 units, no direct connections": "250 units",
    "2,000 units, no direct connections": "2,000 units",
}
MODEL = ("hidden_units", "ordering", "direct", "activation", "dropout", "n_masks", "degrees")
FIT = ("epochs", "batch_size", "learning_rate")


def train(changes: dict, seed: int) -> tuple[float, float]:
    """Train one variant of `BASE`; return its validation NLL, averaged over sets, and seconds."""
    from benchmarks import blocks
    from helpers import data, made, training  # here: the settings of threads come first

    recipe, split = BASE | changes, data.load("binarized_mnist")
    model = made.MADE(784, seed=seed, **{key: recipe[key] for key in MODEL})
    fast = blocks.BlockMADE(model) if recipe["n_masks"] == 1 else model
    options = {key: recipe[key] for key in FIT} | {"seed": seed, "progress": False}
    options["augment"] = data.shift if recipe["augment"] else None
    history = training.fit(fast, split.train, split.valid, **options)
    if fast is not model:
        fast.write_to(model)
    return float(model.nll(split.valid).mean()), round(sum(history.seconds), 1)


def summary(row: dict, base: dict) -> dict:
    """Add to a row its difference to the base, seed by seed, and the standard error of the mean."""
    differences = [row["valid"][seed] - base["valid"][seed] for seed in row["valid"]]
    return row | {
        "difference": round(statistics.mean(differences), 3),
        "se": round(statistics.stdev(differences) / len(differences) ** 0.5, 3),
    }


def recorded() -> dict:
    """Return what has been measured."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def write(results: dict):
    """Write the results, whole or not at all."""
    files.write_text(FILE, json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def measure(names=()):
    """Run the named rows, or those that are missing."""
    from helpers import data

    results = recorded() if FILE.exists() else {"rows": {}}
    results["data"] = data.load("binarized_mnist").describe()
    results |= {
        "scored_on": "valid",
        "seeds": list(SEEDS),
        "settings": json.loads(json.dumps(BASE)),
    }
    results |= {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d")}
    names = names or [name for name in ROWS if name not in results["rows"]]
    needed = [AGAINST[name] for name in names if name in AGAINST]
    needed = [name for name in needed if name not in results["rows"]]
    todo = {name: ROWS[name] for name in [*needed, *names]}
    if "base" not in results:
        todo = {"base": {}} | todo
    tasks = [(changes, seed) for changes in todo.values() for seed in SEEDS]
    if not tasks:
        return
    context = multiprocessing.get_context("spawn")
    with _one_thread_each(), context.Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        runs = pool.imap(_train, tasks, chunksize=1)
        for name, changes in todo.items():
            three = dict(zip(map(str, SEEDS), [next(runs) for _ in SEEDS]))
            row = {"changes": changes, "valid": {seed: run[0] for seed, run in three.items()}}
            row["seconds"] = {seed: run[1] for seed, run in three.items()}
            row = json.loads(json.dumps(row))  # as it will be read back
            if name == "base":
                results["base"] = row
            else:
                against = AGAINST.get(name, "base")
                row = summary(row, (results["rows"] | {"base": results["base"]})[against])
                results["rows"][name] = row | {"against": against}
            write(results)
            print(name, json.dumps(row), flush=True)


def _train(task):
    return train(*task)


@contextlib.contextmanager
def _one_thread_each():
    """Let processes that start meanwhile use one thread; what is timed afterwards uses all."""
    keys = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    before = {key: os.environ.get(key) for key in keys}
    os.environ.update(dict.fromkeys(keys, "1"))
    try:
        yield
    finally:
        for key, value in before.items():
            os.environ.pop(key)
            if value is not None:
                os.environ[key] = value


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in ROWS]
    if unknown:
        sys.exit(f"usage: python -m benchmarks.ablations [ROW …]; rows: {', '.join(ROWS)}")
    measure(sys.argv[1:])
