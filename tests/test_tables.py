"""A CSV file in, codes and numbers, a CSV file out; and files that people really have."""

import dataclasses
import json

import numpy as np
import pytest

from helpers import files, tables
from helpers.outputs import Categorical, Mixture
from helpers.tables import Column

GOOD = "town,minutes,kind\nRiga,1.50,a\nOslo,20,b\nRiga,3.25,a\nBonn,-4,b\n"


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "own.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def test_a_file_goes_in_and_comes_out(file, tmp_path):
    names, rows = tables.read_csv(file(GOOD))
    assert names == ["town", "minutes", "kind"] and rows[1] == ["Oslo", "20", "b"]
    columns = tables.columns_of(names, rows, most=3)
    read = [1.5, 20, 3.25, -4]
    assert columns[0] == Column("town", ["Bonn", "Oslo", "Riga"])
    assert columns[1] == Column("minutes", [], np.mean(read), np.std(read), 2)
    assert columns[2].values == ["a", "b"]
    x = tables.encode(columns, rows)
    assert x.tolist() == [[2, 1.5, 0], [1, 20, 1], [2, 3.25, 0], [0, -4, 1]]
    tables.write_csv(tmp_path / "out.csv", names, tables.decode(columns, x))
    out = (tmp_path / "out.csv").read_bytes().decode("utf-8")
    assert out == "town,minutes,kind\nRiga,1.50,a\nOslo,20.00,b\nRiga,3.25,a\nBonn,-4.00,b\n"


def test_a_column_says_what_a_model_puts_out():
    kinds = [c.family for c in (Column("a", ["x", "y", "z"]), Column("b", [], 3.0, 0.5))]
    assert kinds == [Categorical(3), Mixture(tables.GAUSSIANS, 3.0, 0.5)]


def test_columns_survive_json(tmp_path):
    columns = [Column("town", ["Bonn", "Zürich"]), Column("minutes", [], 1.25, 0.5, 2)]
    files.write_text(tmp_path / "c.json", json.dumps([dataclasses.asdict(c) for c in columns]))
    assert [Column(**c) for c in files.read_json(tmp_path / "c.json")] == columns


def test_few_numbers_are_categories_in_the_order_of_numbers():
    columns = tables.columns_of(["n", "m"], [["10", "x"], ["9", "2"], ["-1", "10"]])
    assert [c.values for c in columns] == [["-1", "9", "10"], ["2", "10", "x"]]


@pytest.mark.parametrize(
    "content, rows",
    [
        ("\ufeffa,b\n1,2\n", [["1", "2"]]),  # what Excel writes before the first name
        ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
        ("a, b\n 1 ,2\n\n , \n", [["1", "2"]]),
        ('a,b\n"x, y","say ""no"""\n', [["x, y", 'say "no"']]),
        ('a,b\n"two\nlines",2\n', [["two\nlines", "2"]]),
        ("a,b\nZürich,東京\n", [["Zürich", "東京"]]),
    ],
)
def test_files_as_programs_write_them_are_read(file, content, rows):
    assert tables.read_csv(file(content)) == (["a", "b"], rows)


def test_other_delimiters_are_named(file):
    assert tables.read_csv(file("a;b\n1,5;2\n"), delimiter=";") == (["a", "b"], [["1,5", "2"]])
    with pytest.raises(ValueError, match=r"2 columns or more.*got \['a;b'\].*delimiter ','"):
        tables.read_csv(file("a;b\n1;2\n"))


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "must have 2 columns or more"),
        ("a,b\n", "must have 2 columns or more, each of its own name, and rows, got"),
        ("a,a\n1,2\n", "each of its own name, and rows, got ['a', 'a'] and 1 rows"),
        ("a,b\n1,2\n3\n", "line 3: a row must have 2 cells, got 1."),
        ("a,b\n1,2,3\n", "line 2: a row must have 2 cells, got 3."),
        ('a,b\n"x\ny",2\n3,4,5\n', "line 4: a row must have 2 cells, got 3."),
        ("a,b\n1,2\n3, \n", "line 3: a cell must not be empty, got no 'b'."),
        ("a,\n1,2\n", "line 1: a cell must not be empty, got no a column's name."),
        ('a,b\n1,"2\n', "must be CSV in UTF-8, got unexpected end of data"),
        ('a,b\n1,"2"x\n', "must be CSV in UTF-8, got ',' expected after '\"'"),
        ("a,b\nZürich,2\n".encode("latin-1"), "must be CSV in UTF-8, got 'utf-8' codec"),
        ("a,b\n1,2\n".encode("utf-16"), "must be CSV in UTF-8, got 'utf-8' codec"),
        ("a,b\n1," + 200_000 * "x" + "\n", "must be CSV in UTF-8, got field larger"),
        (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", "must be CSV in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_told_where(file, content, words):
    path = file(content)
    with pytest.raises(ValueError) as error:
        tables.read_csv(path)
    assert words in str(error.value) and str(path) in str(error.value)


def test_a_folder_and_nothing_are_no_files(tmp_path):
    with pytest.raises(ValueError, match="path must name a file, got the folder"):
        tables.read_csv(tmp_path)
    with pytest.raises(FileNotFoundError):
        tables.read_csv(tmp_path / "none.csv")


@pytest.mark.parametrize("text", ["nan", "inf", "1,5", "n/a", "−3", "1e400"])
def test_a_column_of_many_values_must_be_numbers(text):
    rows = [[str(i), "x" if i % 2 else "y"] for i in range(60)] + [[text, "x"]]
    words = f"column 'a' must have at most 50 values or be finite numbers, got 61 and {text!r}."
    with pytest.raises(ValueError) as error:
        tables.columns_of(["a", "b"], rows)
    assert str(error.value) == words


def test_a_column_that_never_changes_is_told():
    with pytest.raises(ValueError, match="column 'b' must have 2 values or more, got 'x' only."):
        tables.columns_of(["a", "b"], [["1", "x"], ["2", "x"]])
    with pytest.raises(ValueError, match="most must be at least 2, got 1"):
        tables.columns_of(["a", "b"], [["1", "x"], ["2", "y"]], most=1)


COLUMNS = [Column("town", ["Bonn", "Oslo"]), Column("minutes", [], 2.0, 1.0, 1)]


@pytest.mark.parametrize(
    "row, words",
    [
        (["Rome", "1"], "row 2: 'town' must be one of 2 known values, got 'Rome'."),
        (["oslo", "1"], "row 2: 'town' must be one of 2 known values, got 'oslo'."),
        (["Oslo", ""], "row 2: 'minutes' must be a finite number, got ''."),
        (["Oslo", "inf"], "row 2: 'minutes' must be a finite number, got 'inf'."),
        (["Oslo"], "row 2 must have 2 cells, got 1."),
        (["Oslo", "1", "2"], "row 2 must have 2 cells, got 3."),
    ],
)
def test_new_rows_that_the_columns_do_not_know_are_told(row, words):
    with pytest.raises(ValueError) as error:
        tables.encode(COLUMNS, [["Bonn", "2.5"], row])
    assert str(error.value) == words


def test_draws_are_written_as_finely_as_the_table_was():
    assert tables.decode(COLUMNS, [[1, 2.449], [0, -0.06]]) == [["Oslo", "2.4"], ["Bonn", "-0.1"]]
