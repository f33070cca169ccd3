"""Files and answers from anywhere: refused by name, nothing run or written, memory bounded."""

import gzip
import io
import json
import os
import pickle
import stat
import struct
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import grade
import keras
import numpy as np
import pytest
import test_data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import archive, data, files, made, network, packed, places, reference, runs

ROOT = Path(__file__).resolve().parent.parent
HTML = b"<!doctype html><title>Sign in</title><p>Not found"
MOST_MEMORY = 24e6  # bytes; the bombs below would take 450 MB and more
ENTRY, FLAGS, CLAIM = b"PK\1\2", 8, 24  # of a zip's list: its mark, and where two fields are


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch):
    """No test sees the caller's data, cache or proxies, nor the public addresses."""
    for name in ("MADE_DATA", "http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("MADE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    monkeypatch.setattr(data, "ADDRESSES", {"mnist": (), "binarized_mnist": ()})
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def tree(folder: Path) -> list:
    """Everything in a folder; of files, what tells whether they were touched."""
    found = [(path, path.lstat()) for path in sorted(folder.rglob("*"))]
    return [(str(p), stat.S_ISREG(s.st_mode) and (s.st_size, s.st_mtime_ns)) for p, s in found]


def refused(call, folder: Path, *words: str, errors=(ValueError,)) -> str:
    """Assert that `call` is refused in these words, writes nothing and keeps memory small."""
    before = tree(folder)
    tracemalloc.start()
    try:
        with pytest.raises(errors) as caught:
            call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert all(word in message for word in words), message
    chain = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert not any(isinstance(error, MemoryError) for error in chain), message
    assert peak < MOST_MEMORY, f"{peak:,} bytes"
    assert tree(folder) == before
    return message


# --- who reads archives --------------------------------------------------------------------------

MNIST = {
    "x_train": np.zeros((60, 28, 28), np.uint8),
    "y_train": np.zeros(60, np.uint8),
    "x_test": np.zeros((20, 28, 28), np.uint8),
    "y_test": np.zeros(20, np.uint8),
}
MODEL = made.MADE(5, (6, 4), "random", n_masks=2, seed=4)
MODEL.compile(keras.optimizers.Adam(), loss=made.nll)
MODEL.optimizer.build(MODEL.trainable_variables)


def npz(arrays: dict, **options) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def arrays_of(content: bytes) -> dict:
    with np.load(io.BytesIO(content)) as held:
        return dict(held)


class Folder:
    """The data set `mnist` in the folder that MADE_DATA names."""

    member, file = "x_train", "mnist.npz"

    def __init__(self, tmp_path, monkeypatch):
        self.path = tmp_path / self.file
        content = {key: test_data._sha(array) for key, array in MNIST.items()}
        monkeypatch.setattr(data, "CONTENT", {**data.CONTENT, "mnist": content})
        monkeypatch.setattr(data, "N_VALID", 10)
        monkeypatch.setenv("MADE_DATA", str(tmp_path))
        self.good = npz(MNIST)

    def load(self):
        return data.load("mnist")


class Sample(Folder):
    """The bundled sample."""

    member, file = "train", "digits_sample.npz"

    def __init__(self, tmp_path, monkeypatch):
        self.path, self.good = tmp_path / self.file, data.SAMPLE_FILE.read_bytes()
        monkeypatch.setattr(data, "SAMPLE_FILE", self.path)

    def load(self):
        return data.load()


class Model:
    """A model's file, read with NumPy alone."""

    member, file = "kernel_0", "model.npz"

    def __init__(self, tmp_path, monkeypatch):
        self.path = tmp_path / self.file
        self.good = made.save(MODEL, self.path).read_bytes()

    def load(self):
        return network.load(self.path)


class KerasModel(Model):
    """The same file, read into Keras."""

    def load(self):
        return made.load(self.path)


class State:
    """The state of an interrupted run."""

    member, file = "weight_0", ""  # the message names the folder

    def __init__(self, tmp_path, monkeypatch):
        self.folder = tmp_path / "run"
        runs.Run(self.folder, {}).save(MODEL, runs.History(), MODEL.get_weights())
        self.path, self.file = self.folder / runs.STATE, str(self.folder)
        self.good = self.path.read_bytes()

    def load(self):
        return runs.Run(self.folder, {}).restore(MODEL)


LOADERS = (Folder, Sample, Model, KerasModel, State)


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def loader(request, tmp_path, monkeypatch):
    return request.param(tmp_path, monkeypatch)


def test_each_loader_reads_its_good_file(loader):
    loader.path.write_bytes(loader.good)
    assert loader.load() is not None


# --- archives that lie ---------------------------------------------------------------------------


class Trap:
    """An object whose pickle writes a file when it is read."""

    path = ""

    def __reduce__(self):
        return open, (self.path, "w")


def npy(descr: str, shape: tuple, content: bytes = b"", version: bytes = b"\1\0") -> bytes:
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    size = struct.pack("<H" if version[0] == 1 else "<I", len(header))
    return b"\x93NUMPY" + version + size + header + content


def zipped(members: list, method=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archived:
        for name, content in members:
            archived.writestr(name, content)
    return out.getvalue()


def replaced(loader, content: bytes, method=zipfile.ZIP_DEFLATED) -> bytes:
    """The loader's good file with other content for one of its members."""
    with zipfile.ZipFile(io.BytesIO(loader.good)) as held:
        members = [(name, held.read(name)) for name in held.namelist()]
    name = f"{loader.member}.npy"
    assert name in dict(members)
    return zipped([(n, content if n == name else c) for n, c in members], method)


def entry(content: bytes, name: str) -> int:
    """Where the list of a zip file tells of a member."""
    at = content.index(ENTRY)
    while content[at + 46 : at + 46 + len(name)] != name.encode():
        at = content.index(ENTRY, at + 4)
    return at


def patched(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


LITTLE = npy("|u1", (10**5,), bytes(10**5))


@pytest.fixture(scope="module")
def bomb() -> tuple[int, bytes, int]:
    """480 MB of zeros, in half a megabyte: checksum, deflated content, size."""
    chunk, n = bytes(2**20), 480
    crc, packer = zlib.crc32(LITTLE), zlib.compressobj(1, zlib.DEFLATED, -15)
    body = [packer.compress(LITTLE)]
    for _ in range(n):
        crc = zlib.crc32(chunk, crc)
        body.append(packer.compress(chunk))
    body = b"".join(body) + packer.flush()
    return crc, body, len(LITTLE) + n * len(chunk)


def with_bomb(loader, bomb) -> bytes:
    """The good file with the bomb for a member."""
    crc, body, size = bomb
    content = replaced(loader, b"")
    at = entry(content, f"{loader.member}.npy")
    name = f"{loader.member}.npy".encode()
    sizes = struct.pack("<III", crc, len(body), size)
    local = struct.pack("<4sHHHHH", b"PK\3\4", 20, 0, 8, 0, 33) + sizes
    local += struct.pack("<HH", len(name), 0) + name + body
    end = len(content) - archive.END
    start = struct.unpack("<I", content[end + 16 : end + 20])[0]
    content = patched(content, at + 10, struct.pack("<H", 8))
    content = patched(content, at + 16, sizes)
    content = patched(content, at + 42, struct.pack("<I", start))
    content = patched(content, end + 16, struct.pack("<I", start + len(local)))
    return content[:start] + local + content[start:]


def claims_little(loader, bomb):
    """All is well with the first bytes of the bomb, and it says that it has no more."""
    return with_bomb(loader, (zlib.crc32(LITTLE), bomb[1], len(LITTLE)))


def pickled(loader, bomb):
    body = pickle.dumps(np.array([Trap()], object))
    return replaced(loader, npy("|O", (1,), body))


def lists_too_much(n, size):
    def change(loader, bomb):
        end = len(loader.good) - archive.END
        return patched(loader.good, end + 10, struct.pack("<HI", n, size))

    return change


def named(name):
    def change(loader, bomb):
        with zipfile.ZipFile(io.BytesIO(loader.good)) as held:
            members = [(one, held.read(one)) for one in held.namelist()]
        return zipped([*members, (name, npy("|u1", (3,), b"abc"))])

    return change


def twice(loader, bomb):
    other = {f"{loader.member[:-1]}_": np.zeros(3), **arrays_of(loader.good)}
    return npz(other).replace(
        f"{loader.member[:-1]}_.npy".encode(), f"{loader.member}.npy".encode()
    )


def encrypted(loader, bomb):
    at = entry(loader.good, f"{loader.member}.npy") + FLAGS
    return patched(loader.good, at, bytes([loader.good[at] | 1]))


def claims(size):
    def change(loader, bomb):
        at = entry(loader.good, f"{loader.member}.npy") + CLAIM
        return patched(loader.good, at, struct.pack("<I", size))

    return change


def member(*about, **options):
    return lambda loader, bomb: replaced(loader, npy(*about, **options))


def with_other_method(method):
    return lambda loader, bomb: replaced(loader, npy("|u1", (2**25,), bytes(2**25)), method)


OLD_ZIP64 = b"PK\6\7" + bytes(16)
ARCHIVES = {
    "an empty file": (lambda loader, bomb: b"", ["zip file|archive"]),
    "a web page": (lambda loader, bomb: HTML, ["zip file|web page"]),
    "zeros": (lambda loader, bomb: bytes(2**20), ["zip file|archive"]),
    "cut short": (lambda loader, bomb: loader.good[:-7], ["zip file"]),
    "half": (lambda loader, bomb: loader.good[: len(loader.good) // 2], ["zip file"]),
    "something behind it": (lambda loader, bomb: loader.good + b"PK", ["zip file"]),
    "a pickle": (pickled, ["pickle"]),
    "a pickle in a record": (member([("a", "|O")], (1,), b"8 bytes."), ["pickle"]),
    "a bomb": (with_bomb, ["at most", "503,4"]),
    "a bomb that claims little": (claims_little, ["SHA|at most"]),
    "an array beyond its file": (member("<f8", (10**12,)), ["8,000,000,000,000", "got 0"]),
    "one value of a gigabyte": (member("|V1000000000", ()), ["1,000,000,000", "got 0"]),
    "a negative shape": (member("<f8", (-1, -1), bytes(8)), ["(-1, -1)"]),
    "bytes left over": (member("<f4", (2,), bytes(9)), ["got 9"]),
    "a header of 4 GB": (
        lambda one, bomb: replaced(one, b"\x93NUMPY\2\0" + b"\xff" * 4 + bytes(2000)),
        ["version 1.0"],
    ),
    "no array": (lambda one, bomb: replaced(one, b"MZ not an array"), ["version 1.0"]),
    "a nested header": (lambda one, bomb: replaced(one, npy("<f4", (1,)).replace(
        b"(1,)", b"(" * 3000 + b")" * 3000)), [""]),
    "claims 4 GB": (claims(2**32 - 2), ["at most", "4,294,967,294"]),
    "claims less": (claims(100), ["bytes|CRC"]),
    "a list of 60,000": (lists_too_much(60_000, 300), ["at most 10,000 arrays"]),
    "a list of gigabytes": (lists_too_much(5, 2**31), ["at most 10,000 arrays"]),
    "a list elsewhere": (
        lambda one, bomb: one.good[: -archive.END] + OLD_ZIP64 + one.good[-archive.END :],
        ["at most 10,000 arrays"],
    ),
    "a name above": (named("../outside.npy"), ["plain", "'../outside.npy'"]),
    "a name of the root": (named("/outside.npy"), ["plain", "'/outside.npy'"]),
    "a name in a folder": (named("a/../../b.npy"), ["plain", "'a/../../b.npy'"]),
    "a name of a drive": (named("C:\\outside.npy"), ["plain", "outside.npy'"]),
    "a name twice": (twice, ["plain and there once"]),
    "a locked member": (encrypted, ["encrypted"]),
    "bzip2": (with_other_method(zipfile.ZIP_BZIP2), ["bytes|method 12"]),
    "lzma": (with_other_method(zipfile.ZIP_LZMA), ["bytes|method 14"]),
}  # fmt: skip


@pytest.mark.parametrize("change, words", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_that_lies_is_refused(change, words, loader, bomb, tmp_path):
    Trap.path = str(tmp_path / "the pickle was read")
    loader.path.write_bytes(change(loader, bomb))
    message = refused(loader.load, tmp_path, loader.file)
    for word in words:
        assert any(one in message for one in word.split("|")), message


def folder_there(path):
    path.mkdir()


def pipe_there(path):
    os.mkfifo(path)  # opening it would wait for ever


def link_to(target):
    return lambda path: path.symlink_to(target)


PLACES = {
    "a folder": folder_there,
    "a pipe": pipe_there,
    "a link to a device": link_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": link_to("gone"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
@pytest.mark.parametrize("put", PLACES.values(), ids=PLACES)
def test_what_is_no_file_is_refused(put, loader, tmp_path):
    if loader.path.exists():
        loader.path.unlink()
    put(loader.path)
    refused(loader.load, tmp_path, loader.file, errors=(ValueError, FileNotFoundError))


def test_a_link_to_a_good_file_is_read(loader, tmp_path):
    (tmp_path / "kept elsewhere").write_bytes(loader.good)
    loader.path.unlink(missing_ok=True)
    loader.path.symlink_to(tmp_path / "kept elsewhere")
    assert loader.load() is not None


def test_a_folder_or_a_link_where_the_cache_puts_its_file(tmp_path, monkeypatch):
    """A link is replaced, and what it leads to stays; a folder is named."""
    source = Folder(tmp_path, monkeypatch)
    running = test_data.Server()
    try:
        running.pages["/mnist.npz"] = source.good
        monkeypatch.setenv("MADE_DATA", running.address)
        (tmp_path / "cache" / "mnist.npz").mkdir()
        refused(source.load, tmp_path, "cache: cannot be written to", "folder", "MADE_CACHE")
        (tmp_path / "cache" / "mnist.npz").rmdir()
        (tmp_path / "mine").write_bytes(b"mine")
        (tmp_path / "cache" / "mnist.npz").symlink_to(tmp_path / "mine")
        source.load()
        assert (tmp_path / "mine").read_bytes() == b"mine"
        assert not (tmp_path / "cache" / "mnist.npz").is_symlink()
    finally:
        running.close()


CHILD = """
import resource, sys
from helpers import network
import numpy
used = int(open("/proc/self/statm", "rb").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**26,) * 2)
try:
    network.load(sys.argv[1])
except ValueError as error:
    print(repr(error.__cause__)[:200])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(
    "kind", ["a bomb", "a bomb that claims little", "an array beyond its file"]
)
def test_64_mebibytes_are_enough_to_refuse_a_bomb(kind, bomb, tmp_path, monkeypatch):
    """Memory as the system counts it, not only what Python says it took."""
    source = Model(tmp_path, monkeypatch)
    source.path.write_bytes(ARCHIVES[kind][0](source, bomb))
    command = [sys.executable, "-c", CHILD, str(source.path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and "kernel_0 must have" in done.stdout, done


# --- models that lie -----------------------------------------------------------------------------


def told(**changes):
    def change(arrays):
        config = json.loads(str(arrays["config"])) | changes
        return arrays | {"config": np.array(json.dumps(config))}

    return change


def text(content):
    return lambda arrays: arrays | {"config": np.array(content)}


def huge(name, value, dtype):
    def change(arrays):
        array = arrays[name].astype(dtype)
        array.flat[0] = value
        return arrays | {name: array}

    return change


def levels(arrays):
    kernel = arrays["kernel_0"]
    scale = {"kernel_0_scale": np.full(6, 1e38, "float32")}
    return arrays | {"kernel_0": np.full(kernel.shape, 100, "int8")} | scale


MODELS = {
    "a weight that is inf in float32": (huge("kernel_0", 1e300, "float64"), "kernel_0 must be fin"),
    "a bias that is inf in float32": (huge("bias_1", -1e39, "float64"), "bias_1 must be finite"),
    "levels times scale is inf": (levels, "kernel_0 must be finite"),
    "a key of another world": (told(layers=3), "nothing else but degrees, dropout"),
    "a Keras object for a name": (
        told(name={"class_name": "Lambda", "config": {}}), "nothing else but"),
    "too deep": (text('{"n_inputs":' + "[" * 10**5 + "]" * 10**5 + "}"), "recursion|nest"),
    "a number of 5,000 digits": (text('{"n_inputs": ' + "9" * 5000 + "}"), "digits|config must"),
    "NaN inputs": (told(n_inputs=float("nan")), "n_inputs must be an integer, got nan"),
    "true inputs": (told(n_inputs=True), "n_inputs must be an integer, got True"),
    "widths in words": (told(hidden_units=["6", "4"]), "hidden_units"),
    "widths in a tree": (told(hidden_units=[[6], 4]), "hidden_units"),
    "no width": (told(hidden_units=None), "hidden_units"),
    "a width below 0": (told(hidden_units=[-6, 4]), "hidden_units"),
    "a million mask sets": (told(n_masks=10**6), "10,000,000 degrees, got"),
    "mask sets without end": (told(n_masks=10**5), "at most 10,000 mask sets, got 100,000"),
    "wide mask sets without end": (
        told(n_masks=500, hidden_units=[9000, 9000]), "weights in all its mask sets"),
    "half a mask set": (told(n_masks=0.5), "n_masks must be an integer"),
    "a list for an activation": (told(activation=["relu"]), "activation must be one of"),
    "nothing for direct": (told(direct=None), "direct must be true or false"),
}  # fmt: skip


@pytest.mark.parametrize("reader", [Model, KerasModel], ids=lambda one: one.__name__)
@pytest.mark.parametrize("change, words", MODELS.values(), ids=MODELS)
def test_a_model_of_another_world_is_refused(change, words, reader, tmp_path, monkeypatch):
    source = reader(tmp_path, monkeypatch)
    source.path.write_bytes(npz(change(arrays_of(source.good))))
    message = refused(
        source.load, tmp_path, "path must be a file written by made.save", "model.npz"
    )
    assert any(word in message for word in words.split("|")), message


@pytest.mark.parametrize(
    "changes",
    [{"seed": -1}, {"seed": []}, {"dropout": 1}, {"dropout": "0"}, {"ordering": [0, 0, 1, 2, 3]},
     {"ordering": "sideways"}, {"degrees": "odd"}, {"degrees": {}}, {"ordering": {"a": 1}}],
    ids=str,
)  # fmt: skip
def test_what_keras_alone_reads_of_a_config_is_checked_too(changes, tmp_path, monkeypatch):
    source = KerasModel(tmp_path, monkeypatch)
    source.path.write_bytes(npz(told(**changes)(arrays_of(source.good))))
    refused(source.load, tmp_path, "path must be a file written by made.save", "model.npz")
    network.load(source.path)  # does not ask


GOOD_FILE = None


def good_file() -> bytes:
    global GOOD_FILE
    if GOOD_FILE is None:
        with tempfile.TemporaryDirectory() as folder:
            GOOD_FILE = made.save(MODEL, Path(folder) / "m.npz").read_bytes()
    return GOOD_FILE


def loads_whole_or_not_at_all(path):
    """A valid network of the good one's shapes, or a `ValueError` that names the file."""
    try:
        got = network.load(path)
    except ValueError as error:
        assert path.name in str(error)
        return
    wanted = MODEL.network()
    assert [k.shape for k in got.kernels] == [k.shape for k in wanted.kernels]
    every = [*got.kernels, *got.biases, got.direct]
    assert all(np.isfinite(array).all() and array.dtype == np.float32 for array in every)
    assert sorted(got.degrees[0]) == [1, 2, 3, 4, 5]


patient = settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)


@patient
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=3))
def test_bytes_flipped_anywhere(tmp_path_factory, flips):
    content = bytearray(good_file())
    for where, mask in flips:
        content[int(where * (len(content) - 1))] ^= mask
    path = tmp_path_factory.getbasetemp() / "flipped.npz"
    path.write_bytes(content)
    loads_whole_or_not_at_all(path)


@patient
@given(st.data())
def test_bytes_flipped_inside_an_array_whose_checksum_was_mended(tmp_path_factory, drawn):
    """The zip's checksum finds most flips; here it is right, so that ours have to be."""
    with zipfile.ZipFile(io.BytesIO(good_file())) as held:
        members = [[name, bytearray(held.read(name))] for name in held.namelist()]
    body = members[drawn.draw(st.integers(0, len(members) - 1))][1]
    for _ in range(drawn.draw(st.integers(1, 3))):
        body[drawn.draw(st.integers(0, len(body) - 1))] ^= drawn.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "mended.npz"
    path.write_bytes(zipped([(name, bytes(one)) for name, one in members]))
    loads_whole_or_not_at_all(path)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@patient
@given(st.dictionaries(st.sampled_from(packed.NEEDED), anything, min_size=1))
def test_any_json_for_a_config(tmp_path_factory, changes):
    path = tmp_path_factory.getbasetemp() / "config.npz"
    path.write_bytes(npz(told(**changes)(arrays_of(good_file()))))
    loads_whole_or_not_at_all(path)


# --- states that lie -----------------------------------------------------------------------------

STATES = {
    "other shapes": ({"weight_0": np.zeros((2, 6), "int32")}, "weight_0 must have"),
    "other types": ({"best_5": np.zeros((5, 6))}, "best_5 must have"),
    "text": ({"optimizer_0": np.array("one")}, "optimizer_0 must have"),
    "a history in words": ({"history": np.array("long ago")}, "Expecting"),
    "a list for a history": ({"history": np.array("[1]")}, "history: it must have train, valid"),
    "numbers in words": (
        {"history": np.array('{"train": ["a"], "valid": [1], "seconds": [1]}')}, "equally many"),
    "fewer seconds": (
        {"history": np.array('{"train": [1], "valid": [1], "seconds": []}')}, "equally many"),
    "a recipe in words": ({"history": np.array('{"recipe": "cake"}')}, "recipe must be an object"),
    "digests in words": (
        {"history": np.array('{"recipe": {"digests": 3}}')}, "recipe must be an object"),
    "a deep history": ({"history": np.array("[" * 10**5)}, "recursion|Expecting"),
}  # fmt: skip


@pytest.mark.parametrize("changes, words", STATES.values(), ids=STATES)
def test_a_state_of_another_run_is_refused_and_changes_no_weight(
    changes, words, tmp_path, monkeypatch
):
    source = State(tmp_path, monkeypatch)
    source.path.write_bytes(npz(arrays_of(source.good) | changes))
    before = MODEL.get_weights()
    message = refused(
        source.load, tmp_path, "folder holds a state that cannot be read", "Delete it"
    )
    assert any(word in message for word in words.split("|")), message
    assert all(map(np.array_equal, before, MODEL.get_weights()))


@pytest.mark.parametrize("lost", ["weight_3", "best_0", "optimizer_1", "history"])
def test_a_state_without_one_of_its_arrays_is_refused(lost, tmp_path, monkeypatch):
    source = State(tmp_path, monkeypatch)
    arrays = arrays_of(source.good)
    del arrays[lost]
    source.path.write_bytes(npz(arrays))
    refused(source.load, tmp_path, f"{lost} is missing", str(source.folder))


# --- JSON ----------------------------------------------------------------------------------------

JSON = {
    "no JSON": b"{",
    "a web page": HTML,
    "empty": b"",
    "not UTF-8": '{"train": "für"}'.encode("latin-1"),
    "UTF-16": '{"train": []}'.encode("utf-16"),
    "deep": b"[" * 10**6,
    "a long number": b"9" * 5000,
    "too large": b" " * (files.JSON_BYTES + 1),
}


@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_json_that_is_none_is_refused_by_name(content, tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "DATA", tmp_path)
    (tmp_path / "models.json").write_bytes(content)
    for load in (reference.cards, lambda: runs.History.load(tmp_path / "models.json")):
        refused(load, tmp_path, str(tmp_path / "models.json"), "path must")


def test_a_folder_in_place_of_json(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "DATA", tmp_path)
    (tmp_path / "models.json").mkdir()
    refused(reference.cards, tmp_path, "path must name a file, got the folder", "models.json")


def test_a_history_of_another_kind_is_named(tmp_path):
    for content in ('{"epochs": 3}', '["train"]', "3", '"train"', "null"):
        (tmp_path / "h.json").write_text(content, encoding="utf-8")
        refused(lambda: runs.History.load(tmp_path / "h.json"), tmp_path, "h.json", "have train")


@pytest.mark.parametrize("part", [b"[],", b"{},", b"0,", b'"",'])
def test_a_notebook_of_millions_of_parts_is_not_read(part, tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "MOST_PARTS", 10_000)
    path = tmp_path / "01_ada.ipynb"
    path.write_bytes(b'{"cells": [' + part * 1_000_000 + b"0]}")
    refused(lambda: grade.answers_in(path), tmp_path, "more than 10,000 parts")


# --- answers from the network --------------------------------------------------------------------


@pytest.fixture
def served(tmp_path, monkeypatch):
    """The set `mnist` at an address, with small files as the rule: 1 MB."""
    source = Folder(tmp_path, monkeypatch)
    source.server = test_data.Server()
    monkeypatch.setenv("MADE_DATA", source.server.address)
    monkeypatch.setattr(data, "MOST", 10**6)
    yield source
    source.server.close()


def head(request, *lines, status=200):
    request.wfile.write(f"HTTP/1.1 {status} Here\r\n".encode())
    request.wfile.write("".join(f"{line}\r\n" for line in [*lines, ""]).encode())


def pour(request, start=b"", chunk=bytes(2**16), end=b""):
    """Send without end, until nobody takes it."""
    try:
        for _ in range(10**5):
            request.wfile.write(start + chunk + end)
    except OSError:
        request.server.hung_up = True


def chunks(request):
    pour(request, b"10000\r\n", end=b"\r\n")


def ten_gigabytes(request):
    head(request, "Content-Length: 10000000000")
    pour(request)


def endless(request):
    head(request, "Transfer-Encoding: chunked")
    chunks(request)


def without_length(request):
    head(request, "Connection: close")
    pour(request)


PACKED = gzip.compress(bytes(2**27))


def packed_bomb(request):
    head(request, "Content-Encoding: gzip", f"Content-Length: {len(PACKED)}")
    request.wfile.write(PACKED)


def around(request):
    head(request, "Location: /mnist.npz", "Content-Length: 0", status=302)


def away(address):
    return lambda request: head(request, f"Location: {address}", "Content-Length: 0", status=302)


def endless_redirect(request):
    if request.path != "/mnist.npz":
        return head(request, "Content-Length: 0", status=404)
    head(request, "Location: /elsewhere", "Transfer-Encoding: chunked", status=302)
    chunks(request)


def large_redirect(request):
    head(request, "Location: /elsewhere", "Content-Length: 10000000000", status=302)
    pour(request)


def cut_chunk(request):
    head(request, "Transfer-Encoding: chunked")
    request.wfile.write(b"10000\r\nPK\3\4")


def endless_lines(request):
    head(request, *[f"X-{i}: {'a' * 1000}" for i in range(200)])


def endless_error(request):
    head(request, "Transfer-Encoding: chunked", status=500)
    chunks(request)


ANSWERS = {
    "10 GB": (ten_gigabytes, "at most 1,000,000 bytes, got 10,000,000,000"),
    "an endless body": (endless, "at most 1,000,000 bytes, got 1,0"),
    "an endless body of no length": (without_length, "at most 1,000,000 bytes, got 1,0"),
    "a packed bomb": (packed_bomb, "at most 1,000,000 bytes, got 1,0"),
    "a circle": (around, "30 redirects"),
    "a way to a file": (away("file:///etc/passwd"), "No connection adapters"),
    "a way to nowhere": (away("http://[::"), "IPv6|URL|parse"),
    "an endless redirect": (endless_redirect, "404"),
    "a redirect of 10 GB": (large_redirect, "at most 1,000,000 bytes, got 10,000,000,000"),
    "a length in words": (lambda r: head(r, "Content-Length: much"), "much"),
    "a length below 0": (lambda r: head(r, "Content-Length: -5"), "archive|read|ContentLength"),
    "a chunk cut short": (cut_chunk, "IncompleteRead|broken|read"),
    "a chunk without a length": (
        lambda r: (head(r, "Transfer-Encoding: chunked"), r.wfile.write(b"zz\r\n")), "chunk|zz"),
    "headers without end": (endless_lines, "headers"),
    "an endless error": (endless_error, "500"),
    "no answer at all": (lambda request: None, "closed|aborted|response"),
    "no HTTP": (lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "SSH|BadStatus|HTTP"),
    "a web page": (HTML, "web page"),
}  # fmt: skip


@pytest.mark.parametrize("page, words", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_no_data_is_refused_and_nothing_is_kept(page, words, served, tmp_path):
    served.server.pages = {"/mnist.npz": page, "/elsewhere": page}
    if page in (around,):
        served.server.pages["/elsewhere"] = 404
    message = refused(served.load, tmp_path, f"{served.server.address}/mnist.npz: ")
    line = next(line for line in message.splitlines() if "/mnist.npz: " in line)
    assert any(word in line for word in words.split("|")), line
    served.server.pages = {"/mnist.npz": served.good}
    assert len(served.load().train) == 50


def test_the_real_limits_hold_every_form_of_the_sets():
    """The largest that is served: 70,000 digits as float64, not packed."""
    assert data.MOST >= 70_000 * 784 * 8 > 10**8
    with pytest.raises(ValueError, match="at most .* bytes, got 10,000,000,000"):
        places._check_size(10**10, data.MOST)


def test_a_line_of_text_without_end_is_refused(tmp_path, monkeypatch):
    source = Folder(tmp_path, monkeypatch)
    for part in data._AMAT:
        (tmp_path / part).write_bytes(b"0 " * 5_000_000)
    refused(lambda: data.load("binarized_mnist"), tmp_path, "binarized_mnist_train.amat")
    assert source.path.name == "mnist.npz"


def test_an_array_that_unpacks_to_less_than_claimed_is_refused(tmp_path):
    """Its header and its list agree, and its checksum is right: there is only too little of it."""
    path, short = tmp_path / "short.npz", npy("<f4", (2000,), bytes(4000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.npy", short)
    good = path.read_bytes()
    claim = struct.pack("<I", len(short) + 4000)
    path.write_bytes(patched(good, entry(good, "a.npy") + CLAIM, claim))

    def read():
        with archive.reading(path) as held:
            held.read("a", 10**6)

    assert "8,000 bytes, got 4,000" in refused(read, tmp_path)
