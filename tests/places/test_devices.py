"""One training, however many devices and processes it is spread over: `make test-devices`."""

import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import devices


def begin(root, start, **asked) -> subprocess.Popen:
    """Start one process of a small training."""
    return subprocess.Popen(
        [sys.executable, "tests/places/devices_run.py", json.dumps({"start": start, **asked})],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "KERAS_BACKEND": "jax"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def result(process) -> dict:
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out.splitlines()[-1])


def pair(root, start, **asked) -> list:
    """Two processes on this machine that train together."""
    hosts = [f"localhost:{free_port()}" for _ in range(2)]
    return [begin(root, start | {"hosts": hosts, "process": i}, **asked) for i in range(2)]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("localhost", 0))
        return one.getsockname()[1]


def require_same(found, wanted):
    for name in ("train", "valid"):
        np.testing.assert_allclose(found[name], wanted[name], atol=1e-4, err_msg=name)
    assert abs(found["total"] - 1) < 1e-5


@pytest.fixture(scope="module")
def alone(root):
    return result(begin(root, None))


@pytest.mark.parametrize("split", [False, True], ids=["batches", "units"])
@pytest.mark.parametrize("n", [1, 2, 4])
def test_devices_of_one_process_train_as_one(root, alone, n, split):
    found = result(begin(root, {"devices": n, "split": split}))
    require_same(found, alone)
    assert found["devices"] == n and found["part"] == [12, 16 // n if split else 16]


@pytest.mark.parametrize("split", [False, True], ids=["batches", "units"])
def test_two_processes_train_as_one(root, alone, split, tmp_path):
    folder = tmp_path / "run"
    for found in map(result, pair(root, {"devices": 2, "split": split}, folder=str(folder))):
        require_same(found, alone)
        assert found["devices"] == 4 and found["part"] == [12, 8 if split else 16]
    assert [file.name for file in folder.iterdir()] == ["history.json"]


def test_batches_that_do_not_divide_are_filled_up_and_learned_as_they_are(root):
    whole = result(begin(root, None, rows=97))
    found = result(begin(root, {"devices": 4}, rows=97))
    np.testing.assert_allclose(found["valid"], whole["valid"], atol=1e-4)
    assert abs(np.subtract(found["train"], whole["train"])).max() < 0.01  # 7 rows weigh as 8


@pytest.mark.parametrize("dies", [0, 1])
def test_a_process_that_dies_ends_the_other_and_the_run_goes_on(root, tmp_path, dies):
    asked = {"folder": str(tmp_path), "epochs": 6}
    hosts = [f"localhost:{free_port()}" for _ in range(2)]
    both = [
        begin(root, {"devices": 1, "hosts": hosts, "process": i}, **asked | more)
        for i, more in enumerate([{"dies_after": 4} if i == dies else {} for i in range(2)])
    ]
    _, err = both[1 - dies].communicate(timeout=600)
    assert both[1 - dies].returncode not in (0, None)
    assert "Another process of this training has ended" in err or "heartbeat timeout" in err
    both[dies].communicate(timeout=600)
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert 3 <= len(history["train"]) < 6 and (tmp_path / "state.npz").exists()

    unbroken = result(begin(root, None, epochs=6))
    again = pair(root, {"devices": 1}, **asked) if dies else [begin(root, {"devices": 4}, **asked)]
    for found in map(result, again):  # by as many as before, or by one with other devices
        require_same(found, unbroken)
        assert found["train"][:3] == history["train"][:3]


def test_settings_out_of_range_are_told():
    for kind, rule in (
        ({"devices": 0}, "devices must be at least 1, got 0"),
        ({"process": 1}, "process must be from 0 to 0, got 1"),
        ({"hosts": ["here"], "process": 0}, "hosts must be written address:port, got here"),
    ):
        with pytest.raises(ValueError, match=rule):
            devices.start(**kind)
