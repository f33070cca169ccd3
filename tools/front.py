"""Write what the front page of the website is given: website/_static/front.json.

`python tools/front.py` draws digits with `helpers.sampling` from the model that reads row by row,
in float64, from the numbers ``numpy.random.default_rng(seed).random((1, 784))`` of the seeds below:
the page draws from the same numbers again and compares. Beside them lie a few test digits of the
sample. With ``--small`` it first packs the run raster-300 (``python -m benchmarks.train
raster-300``) to data/made_small.npz, the network that draws until the large one has arrived, and
says what the packing costs.
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import data, files, network, packed, reference, sampling  # noqa: E402

FRONT = ROOT / "website" / "_static" / "front.json"
SMALL = ROOT / "data" / "made_small.npz"
SEEDS = (1, 2, 3, 5, 8, 13)
STEPS = (0.07, 0.07, 0.1)  # weights are kept as multiples: larger ones compress better, cost nats
DIGITS = (31, 50, 4, 91, 12, 77)  # of the sample's test digits


def as_hex(image) -> str:
    """Return 784 zeros and ones as 196 hexadecimal digits, the first pixel the highest bit."""
    return np.packbits(np.asarray(image, bool)).tobytes().hex()


def page() -> dict:
    """Return what the front page is given."""
    raster = reference.load("raster").astype(np.float64)
    tosses = []
    for seed in SEEDS:
        uniforms = np.random.default_rng(seed).random((1, 784))
        drawn = sampling.sample(raster, 1, uniforms=uniforms)[0]
        tosses.append({"seed": seed, "pixels": as_hex(drawn)})
    examples = [as_hex(image) for image in data.load("sample").test[list(DIGITS)]]
    return {"examples": examples, "tosses": tosses}


def coarse(name, kernel, live, step) -> dict:
    """Return the live weights of a kernel as whole multiples of `step`, or of what fits a unit."""
    scale = np.maximum(step, np.abs(kernel * live).max(axis=0) / 127)
    levels = np.rint(kernel / scale)[live].astype("int8")
    return {name: levels, f"{name}_scale": scale.astype("float32")}


def small() -> None:
    """Pack the trained run, and score it on the validation digits."""
    config, arrays = packed.load_arrays(ROOT / "benchmarks" / "runs" / "raster-300" / "model.npz")
    degrees = [arrays[f"degrees_{i}"].astype(int) for i in range(2)]
    live = packed.live_masks(degrees, config["direct"])
    for name, mask, step in zip(("kernel_0", "kernel_1", "direct"), live, STEPS):
        arrays |= coarse(name, packed.unpack(name, arrays, mask), mask, step)
    packed.save_arrays(SMALL, config, arrays)
    valid = data.load("binarized_mnist").valid
    nll = -network.load(SMALL).log_prob(valid).mean()
    print(f"{SMALL.name}: {SMALL.stat().st_size:,} bytes, {nll:.2f} nats on the validation digits")


if __name__ == "__main__":
    if "--small" in sys.argv[1:]:
        small()
    files.write_text(FRONT, json.dumps(page(), indent=1) + "\n")
    print(f"{FRONT.name}: {FRONT.stat().st_size:,} bytes")
