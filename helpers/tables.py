"""Tables of mixed columns: CSV in, what a model takes, CSV out (lesson 9). NumPy alone."""

import csv
import dataclasses
import io
import math

import numpy as np

from helpers import arguments, files
from helpers.outputs import Categorical, Mixture

GAUSSIANS = 8  # of a number's mixture


@dataclasses.dataclass(frozen=True)
class Column:
    """A category with its `values`, texts by code; or, with none, a number, how it is standardized
    and with how many decimals it is written."""

    name: str
    values: list[str] = dataclasses.field(default_factory=list)
    mean: float = 0.0
    std: float = 1.0
    decimals: int = 0

    @property
    def family(self):
        """What a model puts out for this column."""
        k = len(self.values)
        return Categorical(k) if k else Mixture(GAUSSIANS, self.mean, self.std)


def read_csv(path, delimiter: str = ",") -> tuple[list[str], list[list[str]]]:
    """Return the names in the first line of a CSV file in UTF-8, and its rows of texts.

    White space around a cell is dropped, and so are empty lines. A row of another length, an empty
    cell, a name that is there twice, no rows, what is no CSV: a `ValueError` with file and line.
    """
    rows = []
    with files.reading(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                row = [cell.strip() for cell in row]
                where, width = f"{path}, line {reader.line_num}", len(rows[0] if rows else row)
                if any(row) and len(row) != width:
                    raise ValueError(f"{where}: a row must have {width} cells, got {len(row)}.")
                if any(row) and "" in row:
                    which = repr(rows[0][row.index("")]) if rows else "a column's name"
                    raise ValueError(f"{where}: a cell must not be empty, got no {which}.")
                rows += [row] if any(row) else []
        except (csv.Error, UnicodeDecodeError) as error:
            after = f"{path}, after line {reader.line_num}"
            raise ValueError(f"{after}: must be CSV in UTF-8, got {error}.") from error
    names = rows[0] if rows else []
    if len(names) < 2 or len(set(names)) < len(names) or len(rows) < 2:
        rule = f"{path}: must have 2 columns or more, each of its own name, and rows"
        raise ValueError(f"{rule}, got {names} and {len(rows[1:])} rows (delimiter {delimiter!r}).")
    return names, rows[1:]


def columns_of(names, rows, most: int = 50) -> list[Column]:
    """Return what each column is: a category, if it has at most `most` values, or a number.

    A column of one value is a `ValueError`, and one of more than `most` that are not all numbers.
    """
    most, columns = arguments.whole("most", most, at_least=2), []
    for name, texts in zip(names, zip(*rows)):
        values = sorted(set(texts), key=lambda text: (_number(text), text))
        if len(values) < 2:
            raise ValueError(f"column {name!r} must have 2 values or more, got {values[0]!r} only.")
        if len(values) <= most:
            columns.append(Column(name, values))
            continue
        if _number(values[-1]) == math.inf:  # they are sorted
            rule = f"column {name!r} must have at most {most} values or be finite numbers"
            raise ValueError(f"{rule}, got {len(values)} and {values[-1]!r:.60}.")
        read = [_number(text) for text in texts]
        decimals = max(len(text.partition(".")[2]) for text in values)
        columns.append(Column(name, [], float(np.mean(read)), float(np.std(read)), decimals))
    return columns


def encode(columns, rows) -> np.ndarray:
    """Return the `rows` of texts as a model takes them, ``(n, D)``: codes and numbers, float64.

    A value that its column does not have is a `ValueError` that names the row, from 1 on.
    """
    codes = [{text: code for code, text in enumerate(column.values)} for column in columns]
    encoded = np.empty((len(rows), len(columns)))
    for i, row in enumerate(rows):
        if len(row) != len(columns):
            raise ValueError(f"row {i + 1} must have {len(columns)} cells, got {len(row)}.")
        for d, text in enumerate(row):
            encoded[i, d] = codes[d].get(text, math.inf) if codes[d] else _number(text)
            if encoded[i, d] == math.inf:
                what = f"one of {len(codes[d])} known values" if codes[d] else "a finite number"
                rule = f"row {i + 1}: {columns[d].name!r} must be {what}"
                raise ValueError(f"{rule}, got {text!r:.60}.")
    return encoded


def decode(columns, x) -> list[list[str]]:
    """Return rows of texts, as `encode` takes them, of ``(n, D)`` codes and numbers."""
    return [
        [c.values[int(v)] if c.values else f"{v:.{c.decimals}f}" for c, v in zip(columns, row)]
        for row in np.asarray(x, float)
    ]


def write_csv(path, names, rows) -> None:
    """Write a CSV file in UTF-8, whole or not at all."""
    csv.writer(text := io.StringIO(), lineterminator="\n").writerows([names, *rows])
    files.write_text(path, text.getvalue())


def _number(text: str) -> float:
    """Return the finite number that `text` is, or inf."""
    try:
        number = float(text)
    except ValueError:
        return math.inf
    return number if math.isfinite(number) else math.inf
