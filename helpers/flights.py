"""A real table, which comes with the course: the flights that left New York in 2013 (lesson 9).

336,776 rows of seven categories. `tools/flights.py` makes the file, `data/README.md` says from
what. NumPy alone.
"""

import hashlib
from pathlib import Path

import numpy as np

from helpers import archive
from helpers.tables import Column

FILE = Path(__file__).resolve().parent.parent / "data" / "flights.npz"
SHA256 = "a308951fd1001c0f33c72be8e2d4857930a447a4dfbcda6c541d5bc0d45f7984"
MOST = 2**23  # bytes of an array


def load(path=FILE) -> tuple[list[Column], np.ndarray]:
    """Return the columns of the table, and its rows as codes ``(336776, 7)``, uint8, sorted.

    Raises:
        ValueError: naming the file, if it does not hold what it should.
    """
    try:
        columns, codes = read(path)
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise ValueError(f"path must be the table of flights, got {path}: {error}") from error
    if (found := digest(columns, codes)) != SHA256:
        raise ValueError(f"{path} must have content of SHA-256 {SHA256}, got {found}.")
    return columns, np.ascontiguousarray(codes.T)


def read(path) -> tuple[list[Column], np.ndarray]:
    """Return what the file holds, unverified: columns, and codes ``(7, n)``, a row a column."""
    with archive.reading(path) as held:
        names = held.read("names", MOST).tolist()
        columns = [Column(name, held.read(name, MOST).tolist()) for name in names]
        return columns, held.read("codes", MOST)


def digest(columns, codes) -> str:
    """Return the SHA-256 of names, values and codes, however they are packed."""
    text = repr([(column.name, list(column.values)) for column in columns])
    return hashlib.sha256(text.encode("utf-8") + np.ascontiguousarray(codes).tobytes()).hexdigest()
