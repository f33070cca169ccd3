"""Train lesson 2's autoencoder of two codes and write its decoder to data/plane.npz.

`python tools/plane.py` does what the lesson does, on the sample that comes with the course, and
keeps what a page needs to decode any place of the plane: the decoder in 8 bits a weight, and the
codes and classes of the test digits. helpers/engine/plane.js reads it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import autoencoder, data, files, training  # noqa: E402
from helpers.widgets import latent  # noqa: E402

PLANE = ROOT / "data" / "plane.npz"


if __name__ == "__main__":
    split = data.load("sample")
    model = autoencoder.autoencoder(n_latent=2)
    training.fit(model, split.train, split.valid, epochs=20, batch_size=100, jit=False)
    encoder, decoder = model.layers
    codes = autoencoder.as_numpy(encoder)(split.test)
    with files.replacing(PLANE) as file:
        file.write(latent.plane_file(decoder, codes, split.test_labels))
    print(f"{PLANE.name}: {PLANE.stat().st_size:,} bytes, {len(codes)} codes")
