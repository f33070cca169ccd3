"""`make offline`: a folder of verified data, to copy or to serve, and a class that reads it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import offline
import pytest
import test_data
from test_data import FULL, REPOSITORY, _assert_is_small, _npz, _packed, _release, needs_full

from helpers import data

small, server, _own_folders = test_data.small, test_data.server, test_data._own_folders
MNIST, FIXED = "mnist.npz", "binarized_mnist_packed.npz"


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Runs the command on a folder; returns exit status, what it printed and what it complained."""

    def run(folder=tmp_path / "offline"):
        monkeypatch.setattr(sys, "argv", ["offline.py", str(folder)])
        status = offline.main()
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def web_server():
    """Python's own server of a folder, as a teacher starts it; returns its address."""
    started = []

    def serve(folder) -> str:
        arguments = ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder]
        process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        started.append(process)
        return re.search(r"http://[\d.:]+/", process.stdout.readline())[0]

    yield serve
    for process in started:
        process.terminate()
        process.communicate()


def test_all_sets_are_fetched_once_and_served_to_a_class(
    small, server, command, web_server, tmp_path, monkeypatch
):
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    server.pages["/public/binarized_mnist.npz"] = _release(small["bits"])
    status, out, err = command()
    folder = tmp_path / "offline"
    assert status == 0 and "Missing" not in err
    assert sorted(os.listdir(folder)) == [FIXED, MNIST]
    assert out.count("verified") == 2 and f"MADE_DATA={folder} make lab" in out
    assert f'http.server {offline.PORT} --directory "{folder}"' in out
    assert f"MADE_DATA=http://THIS-MACHINE:{offline.PORT}/" in out

    asked, written = list(server.asked), (folder / MNIST).stat().st_mtime_ns
    assert command()[0] == 0
    assert server.asked == asked and (folder / MNIST).stat().st_mtime_ns == written

    monkeypatch.setattr(data, "ADDRESSES", {"mnist": (), "binarized_mnist": ()})
    address = web_server(folder)
    for place, cache in ((address, "student"), (address[:-1], "another"), (str(folder), "copy")):
        monkeypatch.setenv("MADE_DATA", place)
        monkeypatch.setenv("MADE_CACHE", str(tmp_path / cache))
        for name in data.FORMS:
            _assert_is_small(data.load(name), small)
        assert len(data.load().train) == 4000  # the sample needs nobody
    assert sorted(os.listdir(tmp_path / "student")) == [FIXED, MNIST]
    assert not (tmp_path / "copy").exists()  # a folder is read where it lies


def test_what_cannot_be_fetched_is_named_and_the_rest_is_whole(small, server, command, tmp_path):
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    status, out, err = command()
    assert status == 1
    assert f"{server.address}/public/binarized_mnist.npz: 404" in err
    assert "Missing: binarized_mnist. What is there is whole." in err
    assert "mnist: " in out and "make lab" not in out
    assert os.listdir(tmp_path / "offline") == [MNIST]

    server.pages["/public/binarized_mnist.npz"] = _release(small["bits"])
    before = server.asked.count("/public/mnist.npz")
    assert command()[0] == 0
    assert server.asked.count("/public/mnist.npz") == before  # goes on where it was
    assert sorted(os.listdir(tmp_path / "offline")) == [FIXED, MNIST]


@pytest.mark.parametrize("content", [b"", b"half a file", _npz(x_train=np.zeros(3))])
def test_a_damaged_file_in_the_folder_is_fetched_again(content, small, server, command, tmp_path):
    (tmp_path / "offline").mkdir()
    (tmp_path / "offline" / MNIST).write_bytes(content)
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    server.pages["/public/binarized_mnist.npz"] = _release(small["bits"])
    assert command()[0] == 0
    data._read("mnist", [tmp_path / "offline" / MNIST])


def test_a_file_replaced_on_the_teachers_machine_does_not_reach_a_class(
    small, web_server, tmp_path, monkeypatch
):
    changed = {**small["mnist"], "x_train": small["mnist"]["x_train"][::-1]}
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / MNIST).write_bytes(_npz(**changed))
    (tmp_path / "shared" / FIXED).write_bytes(_packed(small["bits"]))
    monkeypatch.setenv("MADE_DATA", web_server(tmp_path / "shared"))
    with pytest.raises(data.DataError, match=r"mnist\.npz: the content of 'x_train' is not that"):
        data.load("mnist")
    assert not list((tmp_path / "cache").glob("*"))
    _assert_is_small(data.load("binarized_mnist"), small)


def test_a_folder_that_cannot_be_made_is_told(small, server, command, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    status, _, err = command(tmp_path / "file" / "folder")
    assert status == 1 and str(tmp_path / "file") in err and "Traceback" not in err


def test_keep_takes_only_sets_that_are_fetched(tmp_path):
    with pytest.raises(ValueError, match="name must be one of 'mnist', .* got 'sample'"):
        offline.keep("sample", tmp_path)


def test_make_offline_is_a_command():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^offline: env\n\t@\$\(PY\) tools/offline\.py", makefile, re.MULTILINE)


@needs_full
def test_the_full_sets_from_a_web_server(command, web_server, tmp_path, monkeypatch):
    monkeypatch.setenv("MADE_DATA", FULL)
    status, out, _ = command()
    assert status == 0 and sorted(os.listdir(tmp_path / "offline")) == [FIXED, MNIST]
    own = {name: data.load(name) for name in data.FORMS}
    monkeypatch.setenv("MADE_DATA", web_server(tmp_path / "offline"))
    for name in data.FORMS:
        served = data.load(name)
        assert str(served) == str(own[name])
        assert np.array_equal(served.test, own[name].test)
    assert sorted(os.listdir(Path(os.environ["MADE_CACHE"]))) == [FIXED, MNIST]
