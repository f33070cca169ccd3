"""Train lesson 2's three denoisers and write them to data/denoisers.npz: python tools/denoisers.py

It does what the lesson does, on the sample that comes with the course, and keeps what a page needs
for the noise explorer: the networks in 8 bits a weight, and the first test digit of each class.
helpers/engine/noise.js reads it.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import autoencoder, data, files, training  # noqa: E402
from helpers.widgets import latent  # noqa: E402

DENOISERS = ROOT / "data" / "denoisers.npz"
NOISES = {
    "no noise": None,
    "salt and pepper": autoencoder.SaltAndPepper(0.3),
    "erased block": autoencoder.EraseBlock(10),
}


if __name__ == "__main__":
    split = data.load("sample")
    models = {name: autoencoder.one_layer(n_latent=256) for name in NOISES}
    for name, noise in NOISES.items():
        whole = autoencoder.behind(noise, models[name]) if noise else models[name]
        training.fit(whole, split.train, split.valid, epochs=15, batch_size=100, jit=False)
    pick = [np.flatnonzero(split.test_labels == digit)[0] for digit in range(10)]
    with files.replacing(DENOISERS) as file:
        file.write(latent.denoisers_file(models, split.test[pick]))
    print(f"{DENOISERS.name}: {DENOISERS.stat().st_size:,} bytes")
