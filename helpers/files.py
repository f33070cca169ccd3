"""Files that are there whole or not at all.

What is written goes to a temporary name in the same folder, which is then renamed: a full disk or
Ctrl-C leaves what was there before.
"""

import contextlib
import os
import pathlib
import uuid


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
