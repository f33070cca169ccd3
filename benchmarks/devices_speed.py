"""Seconds an epoch on several devices: `python -m benchmarks.devices_speed`, into devices.md.

Each line is a training of its own, in new processes on this machine: a MADE of 1,000 units on
20,000 rows of 784 fair coins, in batches of 250. The first epoch, which compiles, does not count.
"""

import argparse
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time

FILE = pathlib.Path(__file__).with_name("devices.md")
EPOCHS = 4
WHAT = "1,000 units, 20,000 rows of 784 bits, batches of 250, compiled, by `devices_speed.py`:"
WAYS = {  # name: processes, devices of each, whether the units are split
    "one device": (1, 1, False),
    "two devices": (1, 2, False),
    "four devices": (1, 4, False),
    "two devices, units split": (1, 2, True),
    "two processes, a device each": (2, 1, False),
}


def train(start: dict) -> None:
    """Train in one of the processes; the last line printed holds the seconds of each epoch."""
    from benchmarks import devices

    devices.start(**start)
    import jax
    import numpy as np

    from helpers import made, training

    x = np.random.default_rng(0).integers(0, 2, (20_250, 784)).astype("uint8")
    model = made.MADE(784, (1000,), seed=0)
    with devices.together():
        history = training.fit(
            model, x[:20_000], x[20_000:], epochs=EPOCHS, batch_size=250, progress=False
        )
    print(json.dumps({"device": jax.devices()[0].device_kind, "seconds": history.seconds}))


def measure(processes: int, n_devices: int, split: bool) -> dict:
    """Run one of the `WAYS`."""
    with socket.socket() as one:
        one.bind(("localhost", 0))
        port = one.getsockname()[1]
    hosts = [f"localhost:{port + i}" for i in range(processes)] if processes > 1 else []
    running = []
    for process in range(processes):
        start = {"devices": n_devices, "hosts": hosts, "process": process, "split": split}
        command = [sys.executable, "-m", __spec__.name, "--train", json.dumps(start)]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8"))
    outs = [one.communicate()[0] for one in running]
    if any(one.returncode for one in running):
        raise SystemExit("A process failed; what it said stands above.")
    found = json.loads(outs[0].splitlines()[-1])
    return {"device": found["device"], "seconds": round(statistics.median(found["seconds"][1:]), 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.train:
        return train(json.loads(asked.train))
    from helpers import files

    rows = {}
    for name, way in WAYS.items():
        rows[name] = measure(*way)
        print(f"{name:<32} {rows[name]['seconds']:6.2f} s an epoch", flush=True)
    lines = [f"| {name} | {row['device']} | {row['seconds']} s |" for name, row in rows.items()]
    head = "| spread over | of kind | an epoch |\n|---|---|---|"
    where = f"A host of {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}, {WHAT}"
    table = "\n".join(["<!-- measured -->", where, "", head, *lines, "<!-- /measured -->"])
    text = FILE.read_text(encoding="utf-8")
    text = re.sub("<!-- measured -->.*<!-- /measured -->", lambda _: table, text, flags=re.DOTALL)
    files.write_text(FILE, text)


if __name__ == "__main__":
    main()
