"""Two ways to spoil a digit, in NumPy and with a level to turn: lesson 2's explorer."""

import numpy as np

from helpers import arguments

KINDS = ("salt and pepper", "erased block")
SIDE = 28


def add_noise(x: np.ndarray, kind: str, level: float, seed: int = 0) -> np.ndarray:
    """Return a noisy copy of binary images ``(n, 784)``.

    Args:
        x: the images.
        kind: "salt and pepper": each pixel is replaced by a coin flip with probability `level`;
            "erased block": the centred square of `block` is set to 0.
        level: in [0, 1].
        seed: of the coin flips; more noise changes more pixels and keeps those already changed.
    """
    arguments.number("level", level, "in [0, 1]", lambda value: 0 <= value <= 1)
    if arguments.one_of("kind", kind, KINDS) == "erased block":
        noisy = np.array(x, np.float32).reshape(-1, SIDE, SIDE)
        noisy[:, block(level), block(level)] = 0
        return noisy.reshape(np.shape(x))
    rng = np.random.default_rng(seed)
    replaced, coins = rng.random(x.shape) < level, rng.random(x.shape) < 0.5
    return np.where(replaced, coins, x).astype(np.float32)


def block(level: float) -> slice:
    """Return the rows, which are the columns too, of a centred block of side ``28 * level``."""
    side = round(SIDE * level)
    start = (SIDE - side) // 2
    return slice(start, start + side)
