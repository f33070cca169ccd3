"""Put all data into one folder, verified, to copy or to serve: python tools/offline.py [FOLDER]

What lies there whole is left alone, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from normalize import ROOT

sys.path.insert(0, str(ROOT))
from helpers import arguments, data  # noqa: E402

PORT = 8000
SERVE = """
Copy the folder, and name it:         MADE_DATA={folder} make lab
or serve it from here:                {python} -m http.server {port} --directory "{folder}"
and name this machine (a class does): MADE_DATA=http://THIS-MACHINE:{port}/ make lab"""


def keep(name: str, folder) -> Path:
    """Put the verified file of a set into `folder`, to copy or to serve, unless it lies there.

    Raises:
        ValueError: for a name other than "mnist" and "binarized_mnist".
        DataError: if the set cannot be found or fetched.
        OSError: if the folder cannot be written to.
    """
    arguments.one_of("name", name, tuple(data.FORMS))
    path = Path(folder) / data.FORMS[name][0][0]
    try:
        data._read(name, [path])
    except data.DataError:  # none yet, or a bad one
        arrays = data._find(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        data._store(path, arrays)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = ROOT / "build" / "offline"
    parser.add_argument(
        "folder", type=Path, nargs="?", default=default, help="default: %(default)s"
    )
    folder = parser.parse_args().folder.absolute()
    failed = []
    for name in data.FORMS:
        try:
            path = keep(name, folder)
            print(f"{name}: {path}, {path.stat().st_size:,} bytes, verified", flush=True)
        except (OSError, ValueError) as error:
            failed.append(name)
            print(f"{name}: {error}", file=sys.stderr, flush=True)
    if failed:
        print(f"Missing: {' and '.join(failed)}. What is there is whole.", file=sys.stderr)
        return 1
    print(SERVE.format(folder=folder, python=os.path.basename(sys.executable), port=PORT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
