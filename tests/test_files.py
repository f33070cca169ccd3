"""helpers.files: whole or not at all, whatever happens on the way."""

import errno
import os

import pytest

from helpers import files


def test_what_is_written_replaces_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    for text in ("eins\r\nzwei – ½\n", ""):
        files.write_text(path, text)
        assert path.read_bytes() == text.encode("utf-8")
    assert os.listdir(tmp_path) == ["a.txt"]


def test_until_the_end_the_old_file_stands(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with files.replacing(str(path)) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("old", [b"old", None])
def test_whatever_stops_the_writing_leaves_what_was_there(failure, old, tmp_path):
    path = tmp_path / "a"
    if old is not None:
        path.write_bytes(old)
    with pytest.raises(type(failure)) as caught, files.replacing(path) as file:
        file.write(b"half of it")
        raise failure
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [old] * (old is not None)
    if isinstance(failure, OSError):
        assert caught.value.errno == errno.ENOSPC and caught.value.filename == str(path)


def test_a_rename_that_fails_names_the_readers_file(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(errno.EACCES, "Permission denied", source)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError) as caught:
        files.write_text(tmp_path / "a", "new")
    assert caught.value.filename == str(tmp_path / "a") and ".part" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_and_a_folder_in_place_of_a_file_are_named(tmp_path):
    with pytest.raises(ValueError, match="path must lie in a folder that exists, got .*nofolder"):
        files.write_text(tmp_path / "nofolder" / "a", "")
    with pytest.raises(ValueError, match="path must name a file, got the folder"):
        files.write_text(tmp_path, "")


def test_an_error_about_another_file_keeps_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, files.replacing(tmp_path / "a"):
        open(tmp_path / "other", "rb")
    assert caught.value.filename == str(tmp_path / "other")
