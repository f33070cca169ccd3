"""Where lessons run: the record, the README's table of it, and what makes a run fail."""

from __future__ import annotations

import sys

import pytest
import try_places
from nbformat.v4 import new_code_cell, new_notebook
from normalize import ROOT, write


def test_the_readme_says_what_is_recorded():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    records = try_places.recorded()
    assert {"numpy", "colab"} <= set(records)
    assert try_places.updated(text, records) == text, "run tools/try_places.py"
    changed = {**records, "numpy": {**records["numpy"], "date": "2000-01-01"}}
    assert try_places.updated(text, changed) != text


@pytest.mark.parametrize("place", try_places.recorded())
def test_each_record_is_of_all_lessons_in_what_it_says(place):
    record = try_places.recorded()[place]
    assert {path.stem for path in try_places.LESSONS[:5]} <= set(record["lessons"])
    assert set(record["lessons"]) <= {path.stem for path in try_places.LESSONS}
    assert all(row["cells"] > row["aside"] >= 0 for row in record["lessons"].values())
    if place == "numpy":
        assert "keras" not in record["versions"]
    else:
        assert not any(row["aside"] for row in record["lessons"].values())
    if place == "colab":
        file = (ROOT / "requirements-colab.txt").read_text(encoding="utf-8")
        for name, version in record["versions"].items():
            assert name == "python" or f"{name}=={version}" in file
        assert set(record["said"]) == {"no address", "offline", "older clone"}


SETUP = "from helpers.course import prepare\nROOT = prepare()"


@pytest.mark.parametrize(
    "source, found",
    [
        ("1 / 0", "broken: ZeroDivisionError: division by zero"),
        ("import sys\nprint('beware', file=sys.stderr)", "broken: stderr: beware"),
    ],
)
def test_a_lesson_that_fails_or_complains_stops_the_run(tmp_path, source, found):
    cells = [new_code_cell("1 + 1", id="sound"), new_code_cell(source, id="broken")]
    path = tmp_path / "01_small.ipynb"
    write(new_notebook(cells=cells[:1]), path)
    row = try_places.run_lesson(path, ROOT, sys.executable)
    assert (row["cells"], row["aside"]) == (1, 0) and row["seconds"] > 0
    write(new_notebook(cells=cells), path)
    with pytest.raises(SystemExit, match=found):
        try_places.run_lesson(path, ROOT, sys.executable)


def test_a_lesson_finds_no_sentence_where_python_shows_a_traceback(monkeypatch, tmp_path):
    path = tmp_path / "01_small.ipynb"
    cells = [new_code_cell("REPO = ''\nraise ValueError('x')", id="setup"), new_code_cell("1")]
    write(new_notebook(cells=cells), path)
    monkeypatch.setattr(try_places, "LESSONS", [path])
    with pytest.raises(SystemExit, match="no sentence was said"):
        try_places.only_the_start("", ROOT, sys.executable)
    cells[0].source = "REPO = ''\nimport sys\nsys.exit('Go online.')"
    write(new_notebook(cells=cells), path)
    assert try_places.only_the_start("", ROOT, sys.executable) == "Go online."
