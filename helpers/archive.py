"""NumPy's ``.npz`` read without trust: a file from anywhere costs no more than was said beforehand.

How much an array is said to need is compared with what its reader allows before any of it is
unpacked, and no more than that is unpacked, whatever the file holds. Nothing is unpickled, and
nothing is written. NumPy alone.
"""

import contextlib
import math
import re
import struct
import zipfile

import numpy as np

from helpers import files

MEMBERS, DIRECTORY = 10_000, 2**20  # arrays in a file, and bytes of the list of them
HEADER = 2**12  # bytes before an array's values; NumPy takes 128
CHUNK = 2**20
END = 22  # bytes of a zip's last record; NumPy writes no comment behind it
LOCATOR = 20  # bytes before it, where a list of more members than fit is told of
PLAIN = re.compile(r"\w[\w.-]*")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextlib.contextmanager
def reading(path):
    """Open the ``.npz`` file `path` as an `Archive`.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no archive of arrays, or one that asks for more than any of ours.
    """
    with files.reading(path) as file:
        _check_end(file)
        with zipfile.ZipFile(file) as archive:
            yield Archive(archive)


def _check_end(file) -> None:
    """Refuse a file whose list of members is missing, or too long to be read."""
    file.seek(max(0, file.seek(0, 2) - LOCATOR - END))
    locator, end = file.read(LOCATOR), file.read()
    if end[:4] != b"PK\5\6" or end[-2:] != b"\0\0":
        raise ValueError("it is no zip file (.npz), cut short, or something follows its end")
    n, listed = struct.unpack("<HI", end[10:16])
    if n > MEMBERS or listed > DIRECTORY or locator.startswith(b"PK\6\7"):
        raise ValueError(f"an archive must have at most {MEMBERS:,} arrays, got a list of more")


class Archive:
    """The arrays of an open zip file, by name (without ``.npy``)."""

    def __init__(self, archive: zipfile.ZipFile):
        self.zipfile, self.members = archive, {}
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            if not PLAIN.fullmatch(info.filename) or name in self.members:
                rule = "each name in an archive must be plain and there once"
                raise ValueError(f"{rule}, got {info.filename!r:.100}")
            self.members[name] = info

    def read(self, name: str, most_bytes: int) -> np.ndarray:
        """Return one array, or raise `ValueError` if it claims more than `most_bytes`."""
        if name not in self.members:
            raise ValueError(f"{name} is missing, got {', '.join(self.members):.200}")
        about = self.members[name]
        if about.file_size > most_bytes + HEADER:
            claimed = about.file_size
            raise ValueError(f"{name} must have at most {most_bytes:,} bytes, got {claimed:,}")
        if about.compress_type not in METHODS:  # others unpack at one stroke
            raise ValueError(f"{name} must be stored or deflated, got method {about.compress_type}")
        with self.zipfile.open(about) as member:
            if (start := member.read(8)) != b"\x93NUMPY\1\0":
                raise ValueError(f"{name} must be an array (.npy, version 1.0), got {start!r}")
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(member)
            if dtype.hasobject:
                raise ValueError(f"{name} must hold numbers or text, got a pickle")
            size, needed = about.file_size - member.tell(), math.prod(shape) * dtype.itemsize
            if min(shape, default=0) < 0 or size != needed:
                rule = f"{name} must have the bytes of {dtype} in shape {shape}, {needed:,}"
                raise ValueError(f"{rule:.200}, got {size:,}")
            values = bytearray(size)
            view, filled = memoryview(values), 0
            while filled < size:  # in parts: at one stroke, a lie about the size is unpacked whole
                if not (more := member.readinto(view[filled : filled + CHUNK])):
                    raise ValueError(f"{name} must have {size:,} bytes, got {filled:,}")
                filled += more
            member.read(1)  # an empty array's checksum is compared now
            return np.ndarray(shape, dtype, values, order="F" if fortran else "C")
