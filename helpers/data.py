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
in for another.

NumPy only; pooch is imported when something has to be fetched.
"""  # noqa: E501

import errno
import hashlib
import importlib.util
import math
import os
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

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

# The first is the default. "fixed" is one particular draw, published as a file of its own.
BINARIZATIONS = {
    "sample": ("threshold", "dynamic", "grey"),
    "mnist": ("threshold", "dynamic", "grey"),
    "binarized_mnist": ("fixed",),
}

_WORDS = {
    "threshold": "thresholded",
    "fixed": "fixed binarization",
    "dynamic": "binarized dynamically",
    "grey": "grey",
}

N_VALID = 10_000  # the last digits of MNIST's official training set, kept for validation
N_PIXELS = 784
TIMEOUT = 30  # seconds without an answer before an address is given up


class DataError(RuntimeError):
    """A data set cannot be found, fetched, stored, or is not what it should be."""


class _CannotWrite(DataError):
    """A folder is full or closed: no other address would help."""


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
        words = _WORDS[self.binarization]
        return f"{self.name}, {words}: {sizes} digits of {self.train.shape[1]} pixels"

    __str__ = describe

    def __repr__(self) -> str:
        return f"Split({self.describe()})"


def load(name: str = "sample", binarization: str | None = None, seed: int = 0) -> Split:
    """Load a set of digits by name.

    Args:
        name: "sample", "mnist" or "binarized_mnist".
        binarization: how grey pixels become 0 or 1. Scores on different binarizations do not
            compare.

            - "threshold": 1 where grey >= 0.5, that is `np.rint(x / 255)`, 128 and up of 255
              (default for sample and mnist).
            - "fixed": the published draw (only binarized_mnist, its default and only choice).
            - "dynamic": each pixel is 1 with probability grey. The training part stays grey, to be
              drawn afresh each epoch with `draw_binary`; valid and test are drawn once from `seed`.
            - "grey": no binarization, float32 in [0, 1].
        seed: a whole number >= 0; used by "dynamic" alone. The splits never depend on it.

    Returns:
        A `Split`. "sample" is stratified by class, 400 / 50 / 50 of each digit. "mnist" takes the
        first 50,000 digits of the official training set for training and its last 10,000 for
        validation. "binarized_mnist" is Larochelle's split. It was published without labels;
        since its test digits are MNIST's sorted by class, `test_labels` is `np.sort(y_test)` if
        MNIST is at hand in the `MADE_DATA` folder or the cache (nothing is downloaded for it), and
        None otherwise. Rows sorted by class must not be cut off: draw a seeded sample of them.

    Raises:
        ValueError: for an unknown name, a binarization that the set does not have, or a bad seed.
        DataError: if the set cannot be found or fetched, or fails verification.

    Example:
        >>> print(load())
        sample, thresholded: 4,000 / 500 / 500 digits of 784 pixels
    """
    if name not in BINARIZATIONS:
        raise ValueError(f"name must be one of {_listed(BINARIZATIONS)}, got {name!r}.")
    if binarization is None:
        binarization = BINARIZATIONS[name][0]
    if binarization not in BINARIZATIONS[name]:
        rule = f"binarization must be {_listed(BINARIZATIONS[name])} for name={name!r}"
        raise ValueError(f"{rule}, got {binarization!r}.")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be a whole number >= 0, got {seed!r}.")

    if name == "binarized_mnist":
        rows = _find(name)
        parts = [np.unpackbits(rows[part], axis=1) for part in ("train", "valid", "test")]
        return Split(*parts, None, None, _sorted_test_labels(), name, binarization)

    if name == "sample":
        rows = _read("sample", [SAMPLE_FILE])
        parts = [rows[part] for part in ("train", "valid", "test")]
        labels = [rows[f"{part}_labels"] for part in ("train", "valid", "test")]
    else:
        rows = _find(name)
        x, y = rows["x_train"], rows["y_train"]
        parts = [x[:-N_VALID], x[-N_VALID:], rows["x_test"]]
        labels = [y[:-N_VALID], y[-N_VALID:], rows["y_test"]]
    if binarization == "dynamic":
        rng = np.random.default_rng(seed)
        parts = [binarize(parts[0], "grey"), *(draw_binary(part, rng) for part in parts[1:])]
    else:
        parts = [binarize(part, binarization) for part in parts]
    return Split(*parts, *labels, name, binarization)


# --- From grey to binary, and small shifts ---------------------------------------------------


def binarize(grey: np.ndarray, how: str, rng: np.random.Generator | None = None) -> np.ndarray:
    """Grey digits as "threshold" (grey >= 0.5), "dynamic" (a draw from `rng`) or "grey" (scaled).

    Args:
        grey: any shape; uint8 in 0...255, or floats in [0, 1].
        how: "threshold" and "dynamic" give uint8 in {0, 1}, "grey" gives float32 in [0, 1].
        rng: needed by "dynamic" alone.

    Raises:
        ValueError: for another `how`, a missing `rng`, or values outside the ranges above.
    """
    if how == "dynamic":
        return draw_binary(grey, rng)
    grey = _check_grey(grey)
    if how == "threshold":
        return (grey >= (128 if grey.dtype == np.uint8 else 0.5)).astype(np.uint8)
    if how == "grey":
        return grey / np.float32(255) if grey.dtype == np.uint8 else grey.astype(np.float32)
    raise ValueError(f"how must be one of 'threshold', 'dynamic', 'grey', got {how!r}.")


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
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must be in [0, 1], got {fraction}.")
    side = math.isqrt(x.shape[1])
    whole = isinstance(pixels, int | np.integer) and not isinstance(pixels, bool)
    if not whole or not 0 <= pixels <= side:
        raise ValueError(f"pixels must be a whole number from 0 to {side}, got {pixels!r}.")

    moved = np.flatnonzero(rng.random(len(x)) < fraction)
    down, across = rng.integers(-pixels, pixels + 1, size=(2, len(moved)))
    padded = np.zeros((len(moved), side + 2 * pixels, side + 2 * pixels), x.dtype)
    padded[:, pixels : pixels + side, pixels : pixels + side] = x[moved].reshape(-1, side, side)
    # Every window of the padded square, as a view; a digit moves down when its window moves up.
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))
    out = x.copy()
    out[moved] = windows[np.arange(len(moved)), pixels - down, pixels - across].reshape(-1, side**2)
    return out


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
        raise ValueError(
            f"grey must lie in [0, 1], got values from {grey.min():g} to {grey.max():g}."
        )
    return grey


def _listed(words: Sequence[str]) -> str:
    return ", ".join(repr(word) for word in words)


# --- Finding a set ----------------------------------------------------------------------------


def _find(name: str) -> dict[str, np.ndarray]:
    """The verified arrays of a set: MADE_DATA folder, cache, MADE_DATA address, public addresses.

    A wrong file in the MADE_DATA folder is an error, for somebody put it there; a wrong file in the
    cache is replaced.
    """
    given = os.environ.get("MADE_DATA", "")
    is_address = given.startswith(("http://", "https://"))
    if given and not is_address:
        files = _present(name, _data_folder(given))
        if files:
            return _read(name, files)

    cached = _cache_folder() / FORMS[name][0][0]
    tried = []
    if cached.is_file():
        try:
            return _read(name, [cached])
        except DataError as error:
            tried.append(str(error))

    sources = list(ADDRESSES[name])
    if is_address:
        base = given.rstrip("/")
        sources = [tuple(f"{base}/{file}" for file in form) for form in FORMS[name]] + sources
    _check_writable(cached.parent)
    for source in sources:
        try:
            arrays = _fetch(name, source)
        except _CannotWrite:
            raise
        except DataError as error:
            tried.append(str(error))
            continue
        _store(arrays, cached)
        return arrays
    raise DataError(
        f"The set {name!r} was not found and could not be fetched. Tried:\n"
        + "".join(f"  - {line}\n" for line in tried)
        + "To bring it here in another way, download all of one of these lines:\n"
        + "".join(f"  - {', '.join(source)}\n" for source in sources)
        + "into a folder, and set the environment variable MADE_DATA to that folder. "
        "The bundled sample, load('sample'), needs no download."
    )


def _data_folder(given: str) -> Path:
    """The folder named by MADE_DATA; a relative one counts from here or from the repository."""
    for start in (Path.cwd(), REPOSITORY):
        folder = start / Path(given).expanduser()
        if folder.is_dir():
            return folder
    raise DataError(f"MADE_DATA must be a folder that exists or an http(s) address, got {given!r}.")


def _present(name: str, folder: Path) -> list[Path] | None:
    """The first form of the set that lies in `folder`, whole."""
    for form in FORMS[name]:
        if all((folder / file).is_file() for file in form):
            return [folder / file for file in form]
    return None


def _cache_folder() -> Path:
    if os.environ.get("MADE_CACHE"):
        return Path(os.environ["MADE_CACHE"]).expanduser()
    import pooch

    return Path(pooch.os_cache("made-course"))


def _sorted_test_labels() -> np.ndarray | None:
    """Labels of the fixed set's test digits if MNIST is at hand, else None."""
    given = os.environ.get("MADE_DATA", "")
    if given and not given.startswith(("http://", "https://")):
        files = _present("mnist", _data_folder(given))
        if files:
            return np.sort(_read("mnist", files, ["y_test"])["y_test"])
    cached = _cache_folder() / FORMS["mnist"][0][0]
    if cached.is_file():
        try:
            return np.sort(_read("mnist", [cached], ["y_test"])["y_test"])
        except DataError:  # a bad cached file is replaced when MNIST itself is asked for
            return None
    return None


# --- Reading and verifying ---------------------------------------------------------------------


def _read(
    name: str, files: Sequence[Path], keys: Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """The set's arrays (or those in `keys`) from the files of one form, verified.

    Raises:
        DataError: naming the file, what was expected and what was found.
    """
    keys = list(keys or CONTENT[name])
    arrays = {}
    if len(files) == 1:
        sources = dict.fromkeys(keys, files[0])
        raw = _read_npz(name, files[0], keys)
    else:
        sources = dict(zip(keys, files, strict=True))
        raw = {key: _read_amat(file) for key, file in sources.items()}
    for key in keys:
        arrays[key] = _as_rows(name, key, raw.pop(key), sources[key])
        got, expected = hashlib.sha256(arrays[key]).hexdigest(), CONTENT[name][key]
        if got != expected:
            raise DataError(
                f"{sources[key]}: the content of {key!r} is not that of the set {name!r}: "
                f"expected SHA-256 {expected}, got {got}."
            )
    return arrays


def _read_npz(name: str, file: Path, keys: Sequence[str]) -> dict[str, np.ndarray]:
    try:
        with open(file, "rb") as stream:
            start = stream.read(40)
            if start[:2] != b"PK":
                raise DataError(f"{file}: expected a NumPy archive (.npz), got {start!r}...")
            stream.seek(0)
            with np.load(stream, allow_pickle=False) as archive:
                # The release of mgermain/MADE says train_data where the packed form says train.
                stored = {key: key if key in archive else f"{key}_data" for key in keys}
                missing = [key for key in keys if stored[key] not in archive]
                if missing:
                    raise DataError(
                        f"{file}: expected the arrays {_listed(keys)} of the set {name!r}, "
                        f"got {_listed(archive.files) or 'none'}."
                    )
                return {key: archive[stored[key]] for key in keys}
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"{file}: no such file.") from None
    except Exception as error:  # a damaged archive fails in many ways
        raise DataError(f"{file}: expected a whole NumPy archive (.npz), got {error}.") from error


def _read_amat(file: Path) -> np.ndarray:
    """Larochelle's text form, digits 0 and 1 between white space, as (n, 784) uint8."""
    try:
        text = np.fromfile(file, np.uint8)
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error}.") from error
    pixel = (text == ord("0")) | (text == ord("1"))
    if not np.isin(text[~pixel], np.frombuffer(b" \t\r\n", np.uint8)).all():
        raise DataError(f"{file}: expected only 0, 1 and white space, got {bytes(text[:40])!r}...")
    pixels = text[pixel] - ord("0")
    if pixels.size % N_PIXELS:
        raise DataError(
            f"{file}: expected rows of {N_PIXELS} pixels, got {pixels.size:,} in all: cut short."
        )
    return pixels.reshape(-1, N_PIXELS)


def _as_rows(name: str, key: str, array: np.ndarray, file: Path) -> np.ndarray:
    """The array as contiguous uint8: images (n, 784), labels (n,), the fixed set packed (n, 98)."""
    with np.errstate(invalid="ignore"):
        rows = np.ascontiguousarray(array, dtype=np.uint8) if array.dtype.kind in "biuf" else None
    if rows is None or not np.array_equal(rows, array):
        raise DataError(f"{file}: expected whole numbers 0...255 in {key!r}, got {array.dtype}.")
    if rows.ndim == 1:
        return rows
    rows = rows.reshape(len(rows), math.prod(rows.shape[1:]))
    if name == "binarized_mnist" and rows.shape[1] == N_PIXELS:
        if rows.max(initial=0) > 1:
            raise DataError(f"{file}: expected only 0 and 1 in {key!r}, got {rows.max()}.")
        rows = np.packbits(rows, axis=1)
    width = N_PIXELS // 8 if name == "binarized_mnist" else N_PIXELS
    if rows.shape[1] != width:
        raise DataError(f"{file}: expected rows of {width} bytes in {key!r}, got {rows.shape[1]}.")
    return rows


# --- Fetching and keeping ----------------------------------------------------------------------


def _fetch(name: str, source: Sequence[str]) -> dict[str, np.ndarray]:
    """Download the files of one form to a folder that is gone afterwards; read and verify them."""
    import pooch

    bar = importlib.util.find_spec("tqdm") is not None
    download = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT)
    with tempfile.TemporaryDirectory(prefix="made-data-") as folder:
        files = []
        for address in source:
            files.append(Path(folder) / address.rsplit("/", 1)[-1])
            try:
                download(address, str(files[-1]), None)
            except Exception as error:  # whatever goes wrong on the way: name the address
                if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
                    raise _cannot_write(tempfile.gettempdir(), error, "TMPDIR") from error
                raise DataError(f"{address}: {_reason(error)}") from error
        try:
            return _read(name, files)
        except DataError as error:
            message = str(error)
            for file, address in zip(files, source, strict=True):
                message = message.replace(str(file), address)
            raise DataError(message) from error


def _reason(error: Exception) -> str:
    """What went wrong, without the layers that a failed connection is wrapped in."""
    text = str(error)
    return text.rsplit(": ", 1)[-1].rstrip("\"')") if "Caused by" in text else text


def _cannot_write(folder: Path | str, error: OSError, variable: str) -> DataError:
    return _CannotWrite(
        f"{folder}: cannot be written to: {error.strerror or error}. Make room there, or set the "
        f"environment variable {variable} to another folder."
    )


def _check_writable(folder: Path) -> None:
    """Fail before a long download, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _cannot_write(folder, error, "MADE_CACHE") from error


def _store(arrays: dict[str, np.ndarray], path: Path) -> None:
    """Write under a name of its own, then rename: the file is there whole or not at all."""
    temporary = path.with_name(f".{path.stem}-{uuid.uuid4().hex}.part")
    try:
        with open(temporary, "xb") as stream:
            np.savez_compressed(stream, **arrays)
        os.replace(temporary, path)
    except OSError as error:
        raise _cannot_write(path.parent, error, "MADE_CACHE") from error
    finally:
        temporary.unlink(missing_ok=True)
