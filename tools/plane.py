"""Train lesson 2's autoencoder of two codes and write its decoder to data/plane.npz.

`python tools/plane.py` does what the lesson does, on the sample that comes with the course, and
keeps what a page needs to decode any place of the plane: the decoder in 8 bits a weight, and the
codes and classes of the test digits. helpers/engine/plane.js reads it.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import autoencoder, data, files, packed, training  # noqa: E402

PLANE = ROOT / "data" / "plane.npz"


def arrays(decoder, codes, labels) -> dict:
    """Return what the file holds: the layers of a `keras.Sequential` in 8 bits, and codes."""
    return {"codes": codes.astype("float16"), "labels": labels.astype("uint8")} | dense(
        decoder.layers
    )


def dense(layers) -> dict:
    """Return dense layers as arrays of 8 bits a weight: kernel, scale and bias of each."""
    found = {}
    for i, layer in enumerate(layers):
        kernel, bias = layer.get_weights()
        packed_kernel = packed.pack(f"kernel_{i}", kernel, np.ones(kernel.shape, bool), "int8")
        packed_kernel[f"kernel_{i}"] = packed_kernel[f"kernel_{i}"].reshape(kernel.shape)
        found |= packed_kernel | {f"bias_{i}": bias.astype("float32")}
    return found


def write(path, found: dict):
    """Write the file, whole or not at all."""
    with files.replacing(path) as file:
        np.savez_compressed(file, **found)


if __name__ == "__main__":
    split = data.load("sample")
    model = autoencoder.autoencoder(n_latent=2)
    training.fit(model, split.train, split.valid, epochs=20, batch_size=100, jit=False)
    encoder, decoder = model.layers
    codes = autoencoder.as_numpy(encoder)(split.test)
    write(PLANE, arrays(decoder, codes, split.test_labels))
    print(f"{PLANE.name}: {PLANE.stat().st_size:,} bytes, {len(codes)} codes")
