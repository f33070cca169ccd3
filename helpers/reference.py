"""The trained models that come with the course, checked against their model cards.

`data/models.json` holds a card for each: file, SHA-256, recipe, scores and date. The card of an
average names its members and their score together. NumPy alone.
"""

import hashlib
import pathlib

from helpers import files, network
from helpers.average import Average

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def cards() -> dict:
    """Return the model cards by name."""
    return files.read_json(DATA / "models.json")


def path(name: str) -> pathlib.Path:
    """Return the verified file of a model, for `made.load` or `network.load`.

    Raises:
        ValueError: if there is no such model, or its file is not the one its card describes.
    """
    known = cards()
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}.")
    if "members" in known[name]:
        members = ", ".join(known[name]["members"])
        raise ValueError(f"name must be one model, got {name!r}, the average of {members}.")
    file = DATA / known[name]["file"]
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != known[name]["sha256"]:
        rule = f"{file.name} must have SHA-256 {known[name]['sha256']}, got {found}"
        raise ValueError(f"{rule}: restore it (git checkout data) or fetch the course again.")
    return file


def load(name: str, mask_set: int = 0) -> network.Network | Average:
    """Return a shipped model as plain arrays: ``"random"``, ``"raster"`` or their ``"average"``."""
    card = cards().get(name, {})
    if "members" in card:
        return Average(*(load(member, mask_set) for member in card["members"]))
    return network.load(path(name), mask_set)
