"""One process of a small training: devices_run.py JSON. The last line is what came out, as JSON."""

import json
import os
import sys

asked = json.loads(sys.argv[1])

from benchmarks import devices  # noqa: E402

if asked["start"]:
    devices.start(**asked["start"])
import keras  # noqa: E402
import numpy as np  # noqa: E402

from helpers import made, training  # noqa: E402

rng = np.random.default_rng(0)
x = (rng.random((137, 12)) < np.linspace(0.1, 0.9, 12)).astype("uint8")


def tell(history):
    if len(history.valid) == asked.get("dies_after"):
        os._exit(9)


model = made.MADE(12, (16, 16), "random", dropout=asked.get("dropout", 0), seed=3)
n = asked.get("rows", 90)


def flip(batch, rng):
    return np.where(rng.random(batch.shape) < 0.1, 1 - batch, batch)


with devices.together():
    history = training.fit(
        model,
        x[:n],
        x[n:],
        epochs=asked.get("epochs", 3),
        batch_size=30,
        learning_rate=0.02,
        seed=1,
        folder=asked.get("folder"),
        progress=False,
        on_epoch=tell,
        augment=flip,
    )
states = (np.arange(4096)[:, None] >> np.arange(12)) % 2
kernel = model.hidden[0].kernel.value
found = {
    "train": history.train,
    "valid": history.valid,
    "total": float(np.exp(model.network().log_prob(states)).sum()),
    "devices": len(keras.distribution.list_devices()),
    "part": list(kernel.addressable_shards[0].data.shape),
}
print(json.dumps(found))
