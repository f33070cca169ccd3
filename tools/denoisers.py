"""Train lesson 2's three denoisers and write them to data/denoisers.npz: python tools/denoisers.py

It does what the lesson does, on the sample that comes with the course, and keeps what a page needs
for the noise explorer: the networks in 8 bits a weight, and the first test digit of each class.
helpers/engine/noise.js reads it.
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from plane import dense  # noqa: E402

from helpers import autoencoder, data, files, training  # noqa: E402

DENOISERS = ROOT / "data" / "denoisers.npz"
NOISES = {
    "no noise": None,
    "salt and pepper": autoencoder.SaltAndPepper(0.3),
    "erased block": autoencoder.EraseBlock(10),
}


def write(path, models: dict, digits):
    """Write autoencoders of two layers by name, and binary digits ``(n, 784)``."""
    names = np.array(json.dumps([*models]))
    found = {"names": names, "digits": np.packbits(digits.astype(bool), axis=1)}
    for i, model in enumerate(models.values()):
        layers = [layer for part in model.layers for layer in part.layers]
        found |= {f"{name}_{i}": array for name, array in dense(layers).items()}
    with files.replacing(path) as file:
        np.savez_compressed(file, **found)


if __name__ == "__main__":
    split = data.load("sample")
    models = {name: autoencoder.one_layer(n_latent=256) for name in NOISES}
    for name, noise in NOISES.items():
        whole = autoencoder.behind(noise, models[name]) if noise else models[name]
        training.fit(whole, split.train, split.valid, epochs=15, batch_size=100, jit=False)
    pick = [np.flatnonzero(split.test_labels == digit)[0] for digit in range(10)]
    write(DENOISERS, models, split.test[pick])
    print(f"{DENOISERS.name}: {DENOISERS.stat().st_size:,} bytes")
