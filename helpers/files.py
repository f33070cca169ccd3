"""Files that are there whole or not at all, and what is read without trust.

What is written goes to a temporary name in the same folder, which is then renamed: a full disk or
Ctrl-C leaves what was there before. What is read is a file, and no larger than expected.
"""

import contextlib
import json
import os
import pathlib
import stat
import uuid

JSON_BYTES = 2**24


@contextlib.contextmanager
def replacing(path):
    """Open a binary stream whose content becomes the file `path` when the block ends well.

    Raises:
        ValueError: if the folder of `path` does not exist, or `path` is a folder.
        OSError: naming `path`, if it cannot be written; nothing is changed then.
    """
    path = pathlib.Path(path)
    if not path.parent.is_dir():
        raise ValueError(f"path must lie in a folder that exists, got {str(path)!r}.")
    if path.is_dir():
        raise ValueError(f"path must name a file, got the folder {str(path)!r}.")
    part = path.with_name(f".{path.name}-{uuid.uuid4().hex}.part")
    try:
        with open(part, "xb") as file:
            yield file
        os.replace(part, path)
    except OSError as error:
        if str(error.filename) in ("None", str(part)):  # the reader's name for it, not ours
            raise OSError(error.errno, error.strerror or str(error), str(path)) from error
        raise
    finally:
        part.unlink(missing_ok=True)


def write_text(path, text: str) -> None:
    """Write `text` as UTF-8, with the line ends it has, whole or not at all."""
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def reading(path):
    """Open `path` for reading bytes, if it is a file or a link to one.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it is a folder, a pipe or a device.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        what = "folder" if os.path.isdir(path) else "pipe or device"
        raise ValueError(f"path must name a file, got the {what} {str(path)!r}.")
    return open(path, "rb")


def read_json(path):
    """Return what the JSON file `path` holds.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: naming the file, if it is no JSON in UTF-8, or too large or too deep to be ours.
    """
    with reading(path) as file:
        text = file.read(JSON_BYTES + 1)
    if len(text) > JSON_BYTES:
        raise ValueError(f"path must have at most {JSON_BYTES:,} bytes, got more: {path}.")
    try:
        return json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"path must be a JSON file in UTF-8, got {path}: {error}") from error
