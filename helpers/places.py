"""Where data sets lie on a reader's machine, and how one is downloaded to it.

The environment says where: `MADE_DATA` names a folder or an address, `MADE_CACHE` a folder. What
goes wrong is said in the reader's terms: which variable, which address, which proxy.
"""

import errno
import importlib.util
import io
import os
import sys
from pathlib import Path
from urllib.request import url2pathname


class DataError(ValueError):
    """A data set cannot be found, fetched, stored, or is not what it should be."""


def made_data(repository: Path) -> tuple[Path | None, str | None]:
    """The folder or the address that MADE_DATA names: one of them, or neither.

    A relative folder counts from here or from `repository`.
    """
    given = os.environ.get("MADE_DATA", "").strip()
    if not given or given.lower().startswith(("http://", "https://")):
        return None, given.rstrip("/") or None
    path = url2pathname(given[5:]) if given.lower().startswith("file:") else given
    folders = [start / os.path.expanduser(path) for start in (Path.cwd(), repository)]
    for folder in folders:
        if os.path.isdir(folder):
            if os.access(folder, os.R_OK | os.X_OK):
                return folder, None
            raise DataError(f"MADE_DATA must be a folder that may be read, got {given!r}.")
    rule = "MADE_DATA must be a folder that exists or an http(s) address"
    what = "the file " if any(map(os.path.isfile, folders)) else ""
    raise DataError(f"{rule}, got {what}{given!r}.")


def cache_folder() -> Path:
    """The folder that MADE_CACHE names, or the platform's."""
    if os.environ.get("MADE_CACHE"):
        return Path(os.path.expanduser(os.environ["MADE_CACHE"]))
    import pooch

    return Path(pooch.os_cache("made-course"))


def download(address: str, path: Path, timeout: float, most_bytes: int) -> None:
    """Download one file, giving up after `timeout` seconds without an answer.

    Raises:
        OSError: if the disk is full: no other address would help.
        DataError: naming the address, for whatever else goes wrong on the way; so for a file that
            says it has more than `most_bytes`, or that has not ended by then.
    """
    import pooch

    def look(response, **_):
        if response.is_redirect:
            response.close()  # what it says besides where to go is not read
        _check_size(int(response.headers.get("Content-Length", 0)), most_bytes)

    bar = importlib.util.find_spec("tqdm") is not None
    before = sys.exception()  # what the caller is dealing with is no reason
    fetch = pooch.HTTPDownloader(bar, 2**16, timeout=timeout, hooks={"response": look})
    try:
        with _Limited(path, most_bytes) as file:
            fetch(address, file, None)
    except Exception as error:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DataError(f"{address}: {_reason(address, error, before)}") from error


class _Limited(io.BufferedWriter):
    """A new file that takes no more than `most_bytes`."""

    def __init__(self, path: Path, most_bytes: int):
        super().__init__(io.FileIO(path, "w"))
        self.most_bytes = most_bytes

    def write(self, part: bytes) -> int:
        """Append `part`, or raise `ValueError` if the file would have too many bytes."""
        _check_size(self.tell() + len(part), self.most_bytes)
        return super().write(part)


def _check_size(n_bytes: int, most_bytes: int) -> None:
    if n_bytes > most_bytes:
        raise ValueError(f"a file must have at most {most_bytes:,} bytes, got {n_bytes:,} or more")


def _reason(address: str, error: BaseException, before: BaseException | None) -> str:
    """What went wrong, without the layers that a failed connection is wrapped in."""
    from requests import exceptions, utils

    dead = isinstance(error, exceptions.ProxyError)
    while error.__context__ not in (None, before):
        error = error.__context__
    reason = str(error) or type(error).__name__
    proxy = utils.select_proxy(address, utils.get_environ_proxies(address))
    if not proxy:
        return reason
    scheme = address.split(":")[0].lower()
    names = [f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY"]
    origin = next((name for name in names if os.environ.get(name)), "the system's settings")
    proxy = f"the proxy {proxy.rsplit('@', 1)[-1]} that {origin} names"
    return f"{proxy} cannot be used: {reason}" if dead else f"through {proxy}: {reason}"
