"""Handwritten digits as rows of 784 pixels: three named sets, loaded and verified by content.

| name | digits (train / valid / test) | where from |
|---|---|---|
| `sample` | 4,000 / 500 / 500 | bundled in data/, needs no network |
| `mnist` | 50,000 / 10,000 / 10,000 | the file that Keras hosts |
| `binarized_mnist` | 50,000 / 10,000 / 10,000 | the fixed stochastic binarization of Salakhutdinov & Murray (2008) in Larochelle's split, which Germain et al. (2015) score on |

A set that is not bundled is looked for in the folder named by the environment variable `MADE_DATA`,
then in the cache (`MADE_CACHE`, or the platform's cache folder), then at the address named by
`MADE_DATA`, then at the public addresses. Whatever file it comes in, its content must have the
SHA-256 values below: nothing cut short, altered or mixed up reaches a model, and no set ever stands
in for another. NumPy only; pooch is imported when something has to be fetched.
"""  # noqa: E501

import hashlib
import math
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers import archive, arguments, files, places
from helpers.pixels import binarize, draw_binary, shift
from helpers.places import DataError

__all__ = ["DataError", "Split", "binarize", "draw_binary", "load", "shift"]

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLE_FILE = REPOSITORY / "data" / "digits_sample.npz"

# What each set must contain: SHA-256 of the bytes of each array, all uint8. Images are rows of 784
# grey values; rows of the fixed set are packed to 98 bytes (np.packbits).
CONTENT = {
    "sample": {
        "train": "20fb4916dacea3bfe7e27216e79300fa37aaed433fc8d9e562cb3edac99e602d",
        "valid": "187fa83adec8fc15002a3fcfbff5cbb605df0729c3b8621de1bb5c0cc0a8e717",
        "test": "b7d4f5146b4269777b8ef2100d792562afdb097a854980fea1b7bedbc98b61ec",
        "train_labels": "8a660894a13bd57e16239b9bcdd68e53a2121dfa78d8146a6dcce3b4fe2c24ae",
        "valid_labels": "3c0342d1e1c9f2a66589d229b66f38eda60b5fe59006b8ed16cd020a997f4772",
        "test_labels": "6d5d3cbfccb9a6f1ee4a5aaec12a6e0ed2094d0d172714375096edbccb9b2ca0",
    },
    "mnist": {
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
    "binarized_mnist": {
        "train": "727146c35424b019f3e350e1e69faa05644a0abaf787e3f4e1a9632220a13906",
        "valid": "a256ac44ae26be720fad8616a05ed6ecfd1619930d9a208379bb2a4405df5b6d",
        "test": "9fcd8da6f0fdf09b2ba30fe63a0bb784042a0de82563172530229b983e294ff2",
    },
}

# The files that a set can come in, each form a tuple of files that together hold it. The first form
# is the one that the cache keeps.
_AMAT = tuple(f"binarized_mnist_{split}.amat" for split in ("train", "valid", "test"))
FORMS = {
    "mnist": (("mnist.npz",),),
    "binarized_mnist": (("binarized_mnist_packed.npz",), ("binarized_mnist.npz",), _AMAT),
}

_LAROCHELLE = "http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/"
ADDRESSES = {
    "mnist": (("https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",),),
    "binarized_mnist": (
        ("https://github.com/mgermain/MADE/releases/download/ICML2015/binarized_mnist.npz",),
        tuple(_LAROCHELLE + file for file in _AMAT),
    ),
}

# What each set can be turned into, in words. The first is the default.
_OF_GREY = {"threshold": "thresholded", "dynamic": "binarized dynamically", "grey": "grey"}
BINARIZATIONS = {
    "sample": _OF_GREY,
    "mnist": _OF_GREY,
    "binarized_mnist": {"fixed": "fixed binarization"},
}

MOST = 8 * 70_000 * 784  # bytes of a file or an array; none of any form has more
LINE = 4096  # bytes of a line of text; 784 digits take 1,568
N_VALID = 10_000  # the last digits of MNIST's official training set, kept for validation
N_PIXELS = 784
TIMEOUT = 30  # seconds without an answer before an address is given up


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """A set of digits in its three parts; each part is (n, 784), labels are (n,) or None.

    Pixels are uint8 in {0, 1}, with two exceptions: under "grey" all parts, and under "dynamic" the
    training part, are float32 grey values in [0, 1].
    """

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    train_labels: np.ndarray | None
    valid_labels: np.ndarray | None
    test_labels: np.ndarray | None
    name: str
    binarization: str

    def describe(self) -> str:
        """One line that says which digits these are, to print beside every score on them."""
        sizes = " / ".join(f"{len(part):,}" for part in (self.train, self.valid, self.test))
        words = BINARIZATIONS[self.name][self.binarization]
        return f"{self.name}, {words}: {sizes} digits of {self.train.shape[1]} pixels"

    __str__ = describe

    def __repr__(self) -> str:
        return f"Split({self.describe()})"


def load(name: str = "sample", binarization: str | None = None, seed: int = 0) -> Split:
    """Load a set of digits by name.

    Args:
        name: "sample", "mnist" or "binarized_mnist".
        binarization: how grey pixels become 0 or 1; scores on different ones do not compare.
            "threshold": 1 from 128 of 255 up (default for sample and mnist).
            "fixed": the published draw (all that binarized_mnist has).
            "dynamic": 1 with probability grey. The training part stays grey, to be drawn afresh
            each epoch with `draw_binary`; valid and test are drawn once from `seed`.
            "grey": no binarization, float32 in [0, 1].
        seed: a whole number >= 0; used by "dynamic" alone. The splits never depend on it.

    Returns:
        A `Split`. "sample" has 400 / 50 / 50 of each digit. "mnist" validates on the last 10,000
        digits of the official training set. "binarized_mnist" was published without labels, its
        test digits sorted by class: `test_labels` is MNIST's ``np.sort(y_test)`` if MNIST lies in
        the `MADE_DATA` folder or the cache, and None otherwise (nothing is downloaded for it).

    Raises:
        ValueError: for an unknown name, a binarization that the set does not have, or a bad seed.
        DataError: if the set cannot be found or fetched, or fails verification.

    Example:
        >>> print(load())
        sample, thresholded: 4,000 / 500 / 500 digits of 784 pixels
    """
    arguments.one_of("name", name, tuple(BINARIZATIONS))
    binarization = next(iter(BINARIZATIONS[name])) if binarization is None else binarization
    arguments.one_of(f"binarization of {name!r}", binarization, tuple(BINARIZATIONS[name]))
    seed = arguments.whole("seed", seed, at_least=0)
    rows = _read(name, [SAMPLE_FILE]) if name == "sample" else _find(name)
    if name == "mnist":
        x, y = rows["x_train"], rows["y_train"]
        parts = [x[:-N_VALID], x[-N_VALID:], rows["x_test"]]
        labels = [y[:-N_VALID], y[-N_VALID:], rows["y_test"]]
    else:
        parts = [rows[part] for part in ("train", "valid", "test")]
        labels = [rows.get(f"{part}_labels") for part in ("train", "valid", "test")]
    if binarization == "fixed":
        parts = [np.unpackbits(part, axis=1) for part in parts]
        labels[2] = _sorted_test_labels()
    elif binarization == "dynamic":
        rng = np.random.default_rng(seed)
        parts = [binarize(parts[0], "grey"), *(draw_binary(part, rng) for part in parts[1:])]
    else:
        parts = [binarize(part, binarization) for part in parts]
    return Split(*parts, *labels, name, binarization)


# --- Finding and fetching a set ----------------------------------------------------------------


def _find(name: str) -> dict[str, np.ndarray]:
    """The verified arrays of a set: MADE_DATA folder, cache, MADE_DATA address, public addresses.

    A wrong file in the MADE_DATA folder is an error, for somebody put it there; a wrong file in the
    cache is replaced.
    """
    folder, address = places.made_data(REPOSITORY)
    forms = " or ".join(" with ".join(form) for form in FORMS[name])
    tried, put = [], "a folder, and set the environment variable MADE_DATA to that folder"
    if folder:
        if present := _present(name, folder):
            return _read(name, present)
        tried.append(f"{folder}: the folder that MADE_DATA names lacks {forms}")
        put = f"{folder}, where MADE_DATA points"

    cached = places.cache_folder() / FORMS[name][0][0]
    if os.path.isfile(cached):
        try:
            return _read(name, [cached])
        except DataError as error:
            tried.append(str(error))

    sources = [*ADDRESSES[name]]
    if address:
        sources = [tuple(f"{address}/{file}" for file in form) for form in FORMS[name]] + sources
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".made-data-", dir=cached.parent) as here:
            for source in sources:
                paths = [Path(here) / url.rsplit("/", 1)[-1] for url in source]
                try:
                    for url, path in zip(source, paths):
                        places.download(url, path, TIMEOUT, MOST)
                    arrays = _read(name, paths, called=source)
                except DataError as error:
                    tried.append(str(error))
                    continue
                _store(cached, arrays)
                return arrays
    except (OSError, ValueError) as error:  # the latter: a folder lies where the file should
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"{cached.parent}: cannot be written to: {reason}. Make room there, "
            "or set the environment variable MADE_CACHE to another folder."
        ) from error
    raise DataError(
        f"The set {name!r} was not found and could not be fetched. Tried:\n"
        + "".join(f"  - {line}\n" for line in tried)
        + "To bring it here in another way, download all of one of these lines:\n"
        + "".join(f"  - {', '.join(source)}\n" for source in sources)
        + f"into {put}. The bundled sample, load('sample'), needs no download."
    )


def _store(path: Path, arrays: dict[str, np.ndarray]) -> None:
    with files.replacing(path) as stream:
        np.savez_compressed(stream, **arrays)


def _present(name: str, folder: Path) -> list[Path] | None:
    """The first form of the set that lies in `folder`, whole."""
    for form in FORMS[name]:
        if all(os.path.isfile(folder / file) for file in form):
            return [folder / file for file in form]
    return None


def _sorted_test_labels() -> np.ndarray | None:
    """Labels of the fixed set's test digits if MNIST is at hand, else None."""
    folder, _ = places.made_data(REPOSITORY)
    if folder and (present := _present("mnist", folder)):
        return np.sort(_read("mnist", present, ["y_test"])["y_test"])
    try:
        return np.sort(_read("mnist", [places.cache_folder() / "mnist.npz"], ["y_test"])["y_test"])
    except DataError:  # none, or a bad one, which is replaced when MNIST itself is asked for
        return None


# --- Reading and verifying ---------------------------------------------------------------------


def _read(
    name: str,
    paths: Sequence[Path],
    keys: Sequence[str] | None = None,
    called: Sequence[str] | None = None,
) -> dict[str, np.ndarray]:
    """The set's arrays (or those in `keys`) from the files of one form, verified.

    Raises:
        DataError: naming the file (or what it is `called`), what was expected and what was found.
    """
    keys = list(keys or CONTENT[name])
    paths, called = (list(x) * (len(keys) if len(x) == 1 else 1) for x in (paths, called or paths))
    arrays = {}
    for key, path, shown in zip(keys, paths, called, strict=True):
        try:
            arrays[key] = _as_rows(name, key, _array(path, key))
        except Exception as error:  # a damaged archive fails in many ways
            reason = str(error) or type(error).__name__
            raise DataError(f"{shown}: not {key!r} of the set {name!r}: {reason}") from error
        found, expected = hashlib.sha256(arrays[key]).hexdigest(), CONTENT[name][key]
        if found != expected:
            raise DataError(
                f"{shown}: the content of {key!r} is not that of the set {name!r}: "
                f"expected SHA-256 {expected}, got {found}."
            )
    return arrays


def _array(path: Path, key: str) -> np.ndarray:
    """One array of an archive (.npz), or Larochelle's text form: digits between white space."""
    with files.reading(path) as stream:
        start = stream.read(40)
        stream.seek(0)
        if start.lstrip()[:1] == b"<":
            raise ValueError(f"got a web page (does the network ask to sign in?): {start!r}...")
        if path.suffix == ".amat":
            lines = iter(lambda: stream.readline(LINE).decode("ascii"), "")
            rows = np.loadtxt(lines, np.uint8, ndmin=2, encoding="utf-8") if start else []
            return np.reshape(rows, (-1, N_PIXELS))
        if start[:2] != b"PK":
            raise ValueError(f"expected a NumPy archive (.npz), got {start!r}...")
    with archive.reading(path) as held:
        # The release of mgermain/MADE says train_data where the packed form says train.
        stored = f"{key}_data" if f"{key}_data" in held.members else key
        return held.read(stored, MOST)


def _as_rows(name: str, key: str, array: np.ndarray) -> np.ndarray:
    """The array as contiguous uint8: images (n, 784), labels (n,), the fixed set packed (n, 98)."""
    with np.errstate(invalid="ignore"):
        rows = np.ascontiguousarray(array, dtype=np.uint8) if array.dtype.kind in "biuf" else None
    if rows is None or not np.array_equal(rows, array):
        raise ValueError(f"expected whole numbers 0...255, got {array.dtype}.")
    if rows.ndim == 1:
        return rows
    rows = rows.reshape(len(rows), math.prod(rows.shape[1:]))
    if name == "binarized_mnist" and rows.shape[1] == N_PIXELS:
        if rows.max(initial=0) > 1:
            raise ValueError(f"expected only 0 and 1, got {rows.max()}.")
        rows = np.packbits(rows, axis=1)
    width = N_PIXELS // 8 if name == "binarized_mnist" else N_PIXELS
    if rows.shape[1] != width:
        raise ValueError(f"expected rows of {width} bytes, got {rows.shape[1]}.")
    return rows
