"""The recorded training runs, by name. `python -m benchmarks.train NAME` runs one.

All on the fixed binarized MNIST, chosen on its validation set; the test set is scored when a model
is shipped, by `python -m benchmarks.ship`, or reported, by `python -m benchmarks.scores`.
"""

SHIFTED = {"augment": "shift"}  # half of the digits moved by up to a pixel, afresh each epoch
FRESH = {"augment": "fresh"}  # these, and binarized afresh from the grey digits behind them

RECIPES = {
    "random-4000": {
        "model": {"hidden_units": (4000,), "ordering": "random", "dropout": 0.2, "seed": 1},
        "fit": {"epochs": 36, "batch_size": 250, "learning_rate": 1.5e-3, "seed": 1} | SHIFTED,
    },
    "raster-4000": {
        "model": {"hidden_units": (4000,), "ordering": "natural", "dropout": 0.2, "seed": 2},
        "fit": {"epochs": 36, "batch_size": 250, "learning_rate": 1.5e-3, "seed": 2} | SHIFTED,
    },
    "raster-8000": {
        "model": {"hidden_units": (8000,), "ordering": "natural", "dropout": 0.2, "seed": 3},
        "fit": {"epochs": 60, "batch_size": 250, "learning_rate": 1e-3, "seed": 3} | SHIFTED,
        "blocks": 4,
    },
    "unshifted-8000": {
        "model": {"hidden_units": (8000,), "ordering": "natural", "dropout": 0.5, "seed": 5},
        "fit": {"epochs": 36, "batch_size": 250, "learning_rate": 1e-3, "seed": 5},
        "blocks": 4,
    },
    "random-unshifted-8000": {
        "model": {"hidden_units": (8000,), "ordering": "random", "dropout": 0.7, "seed": 6},
        "fit": {"epochs": 30, "batch_size": 250, "learning_rate": 1.5e-3, "seed": 6},
        "blocks": 4,
    },
    "random-7500": {
        "model": {"hidden_units": (7500,), "ordering": "random", "dropout": 0.25, "seed": 4},
        "fit": {"epochs": 50, "batch_size": 250, "learning_rate": 1e-3, "seed": 4} | SHIFTED,
        "blocks": 4,
    },
    "raster-8000-fresh": {
        "model": {"hidden_units": (8000,), "ordering": "natural", "dropout": 0.2, "seed": 3},
        "fit": {"epochs": 60, "batch_size": 250, "learning_rate": 1e-3, "seed": 3} | FRESH,
        "blocks": 4,
    },
    "random-8000-fresh": {
        "model": {"hidden_units": (8000,), "ordering": "random", "dropout": 0.1, "seed": 7},
        "fit": {"epochs": 90, "batch_size": 250, "learning_rate": 1e-3, "seed": 7} | FRESH,
        "blocks": 4,
    },
    "raster-8000-fresh-90": {
        "model": {"hidden_units": (8000,), "ordering": "natural", "dropout": 0.1, "seed": 8},
        "fit": {"epochs": 90, "batch_size": 250, "learning_rate": 2e-3, "seed": 8} | FRESH,
        "blocks": 4,
    },
    "raster-300": {  # small enough to reach a phone at once: it draws until the larger one is there
        "model": {"hidden_units": (300,), "ordering": "natural", "dropout": 0.0, "seed": 9},
        "fit": {"epochs": 60, "batch_size": 250, "learning_rate": 3e-3, "seed": 9},
    },
}
