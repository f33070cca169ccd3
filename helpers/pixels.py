"""From grey digits to binary ones, small shifts, and noise: other digits made of digits.

NumPy alone. `data` hands these on as its own: ``data.binarize``, ``data.draw_binary``,
``data.shift``.
"""

import math

import numpy as np

from helpers import arguments

KINDS = ("salt and pepper", "erased block")  # of noise
SIDE = 28


def binarize(grey: np.ndarray, how: str, rng: np.random.Generator | None = None) -> np.ndarray:
    """Grey digits as "threshold" (grey >= 0.5), "dynamic" (a draw from `rng`) or "grey" (scaled).

    Args:
        grey: any shape; uint8 in 0...255, or floats in [0, 1].
        how: "threshold" and "dynamic" give uint8 in {0, 1}, "grey" gives float32 in [0, 1].
        rng: needed by "dynamic" alone.

    Raises:
        ValueError: for another `how`, a missing `rng`, or values outside the ranges above.
    """
    if arguments.one_of("how", how, ("threshold", "dynamic", "grey")) == "dynamic":
        return draw_binary(grey, rng)
    grey = _check_grey(grey)
    if how == "threshold":
        return (grey >= (128 if grey.dtype == np.uint8 else 0.5)).astype(np.uint8)
    return grey / np.float32(255) if grey.dtype == np.uint8 else grey.astype(np.float32)


def draw_binary(grey: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw each pixel as 1 with probability `grey`: one epoch's training digits.

    Args:
        grey: any shape; uint8 in 0...255, or floats in [0, 1].
        rng: the draws come from it, in the order of the pixels.

    Returns:
        uint8 in {0, 1}, of the same shape.

    Raises:
        ValueError: for values outside the ranges above, or an `rng` that is not a Generator.
    """
    _check_rng(rng)
    grey = binarize(grey, "grey")
    return (rng.random(grey.shape, dtype=np.float32) < grey).astype(np.uint8)


def shift(
    x: np.ndarray, rng: np.random.Generator, fraction: float = 0.5, pixels: int = 1
) -> np.ndarray:
    """Move some digits by a few pixels, as fresh training data for every epoch.

    Each digit is chosen with probability `fraction`; a chosen one moves by a whole number of pixels
    drawn evenly from -pixels...pixels, down and across independently (no move is one of the draws).
    What leaves the square is lost, and zeros enter.

    Args:
        x: (n, D) flat square images of any dtype, D a square number.
        rng: the choices come from it.
        fraction: in [0, 1].
        pixels: a whole number from 0 to the side of the square.

    Returns:
        A new array of the shape and dtype of `x`.

    Raises:
        ValueError: for anything else.
    """
    x = np.asarray(x)
    _check_rng(rng)
    if x.ndim != 2 or math.isqrt(x.shape[1]) ** 2 != x.shape[1] or x.shape[1] == 0:
        raise ValueError(f"x must have shape (n, D), D a square number, got shape {x.shape}.")
    fraction = arguments.number("fraction", fraction, "in [0, 1]", lambda f: 0 <= f <= 1)
    side = math.isqrt(x.shape[1])
    pixels = arguments.whole("pixels", pixels, at_least=0, at_most=side)
    moved = np.flatnonzero(rng.random(len(x)) < fraction)
    down, across = rng.integers(-pixels, pixels + 1, size=(2, len(moved)))
    padded = np.zeros((len(moved), side + 2 * pixels, side + 2 * pixels), x.dtype)
    padded[:, pixels : pixels + side, pixels : pixels + side] = x[moved].reshape(-1, side, side)
    # Every window of the padded square, as a view; a digit moves down when its window moves up.
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))
    out = x.copy()
    out[moved] = windows[np.arange(len(moved)), pixels - down, pixels - across].reshape(-1, side**2)
    return out


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


def _check_rng(rng: np.random.Generator) -> None:
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy.random.Generator, got {type(rng).__name__}.")


def _check_grey(grey: np.ndarray) -> np.ndarray:
    grey = np.asarray(grey)
    if grey.dtype == np.uint8:
        if grey.size and grey.max() == 1:
            raise ValueError("grey must hold grey values 0...255, got uint8 values in {0, 1}.")
        return grey
    if grey.dtype.kind != "f":
        raise ValueError(f"grey must be uint8 in 0...255 or floats in [0, 1], got {grey.dtype}.")
    if grey.size and not (grey.min() >= 0 and grey.max() <= 1):  # also catches NaN
        got = f"values from {grey.min():g} to {grey.max():g}"
        raise ValueError(f"grey must lie in [0, 1], got {got}.")
    return grey
