"""Train lesson 8's mixture model of the ring and write slices through it: python tools/ring.py

It does what the lesson does, and keeps what its page needs for the explorer: the mixture of x₂ at
each place of x₁, and the truth, in data/ring.npz. helpers/engine/mixture.js reads it.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import files, made, training  # noqa: E402
from helpers.likelihood import gaussian_nll  # noqa: E402
from helpers.outputs import Mixture  # noqa: E402
from helpers.widgets import conditional  # noqa: E402

RING = ROOT / "data" / "ring.npz"
RADIUS, WIDTH = 2.0, 0.25


def draw_ring(n, seed):
    """Draw points at a random angle, at a distance of about 2: ``(n, 2)``."""
    rng = np.random.default_rng(seed)
    r, angle = RADIUS + WIDTH * rng.standard_normal(n), 2 * np.pi * rng.random(n)
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1)


def log_ring(x):
    """Return their log density at `x` ``(n, 2)``, in nats: ``(n,)``."""
    r = np.hypot(x[:, 0], x[:, 1])
    return -gaussian_nll(r[:, None], RADIUS, np.log(WIDTH)) - np.log(2 * np.pi * r)


if __name__ == "__main__":
    train, valid = draw_ring(4000, 0), draw_ring(2000, 1)
    families = [Mixture(8, m, s) for m, s in zip(train.mean(axis=0), train.std(axis=0))]
    model = made.MADE(2, (64, 64), outputs=families, seed=0)
    settings = dict(batch_size=100, learning_rate=5e-3, progress=False, jit=False)
    training.fit(model, train, valid, epochs=40, **settings)
    with files.replacing(RING) as file:
        file.write(conditional.slices_file(model.network(), log_ring))
    print(f"{RING.name}: {RING.stat().st_size:,} bytes")
