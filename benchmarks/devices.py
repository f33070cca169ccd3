"""Start a process of a training on several devices or hosts: Keras's own distribution, on JAX.

`start` must come before anything that imports Keras. On a machine without accelerators each
process gets as many CPU devices as are asked for; processes talk through JAX's gloo collectives.
"""

import contextlib
import os
import re
import sys
import traceback

HEARTBEAT = 20  # seconds without a sign of life after which a process is taken for dead
LOST = re.compile("Gloo|heartbeat|UNAVAILABLE|coordination service", re.IGNORECASE)


def start(devices: int | None = None, hosts=(), process: int = 0, split: bool = False):
    """Join the processes of one training, and spread what is built from now on over all devices.

    Args:
        devices: how many of this host's devices to use; None for all (of a CPU: one).
        hosts: ``"address:port"`` of each process, the same list for all; the first coordinates.
        process: the place of this process in `hosts`.
        split: split the hidden units over each process's devices, for widths that one device
            cannot hold, instead of giving each device a part of every batch. Processes always
            share the batches.

    Raises:
        ValueError: for a setting out of range, or if Keras already runs on another backend.
    """
    hosts = list(hosts)
    if devices is not None and devices < 1:
        raise ValueError(f"devices must be at least 1, got {devices}.")
    if not 0 <= process < max(len(hosts), 1):
        raise ValueError(f"process must be from 0 to {max(len(hosts), 1) - 1}, got {process}.")
    if any(host.count(":") != 1 or not host.rpartition(":")[2].isdigit() for host in hosts):
        raise ValueError(f"hosts must be written address:port, got {','.join(hosts)}.")
    os.environ["KERAS_BACKEND"] = "jax"
    flags = os.environ.get("XLA_FLAGS", "")
    os.environ["XLA_FLAGS"] = f"{flags} --xla_force_host_platform_device_count={devices or 1}"
    import jax
    import keras

    if keras.backend.backend() != "jax":
        raise ValueError(f"Keras must run on jax, got {keras.backend.backend()}: start first.")
    if len(hosts) > 1:
        jax.distributed.initialize(
            hosts[0],
            len(hosts),
            process,
            local_device_ids=None if devices is None else range(devices),
            heartbeat_timeout_seconds=HEARTBEAT,
        )
    keras.utils.set_random_seed(0)  # what a layer is first filled with must be the same everywhere
    own = jax.local_device_count()
    if devices is not None and devices > own:
        raise ValueError(f"devices must be at most the {own} of this host, got {devices}.")
    names = keras.distribution.list_devices()
    names = names if len(hosts) > 1 else names[:devices]
    keras.distribution.set_distribution(_split(names, len(hosts)) if split else _shared(names))


def _shared(names):
    """Every device holds the whole model and takes a part of each batch."""
    import keras

    return keras.distribution.DataParallel(devices=names, auto_shard_dataset=False)


def _split(names, n_processes):
    """The devices of a process hold a part of the hidden units each, and share its batches."""
    from keras.distribution import DeviceMesh, LayoutMap, ModelParallel

    rows = max(n_processes, 1)
    layout = LayoutMap(DeviceMesh((rows, len(names) // rows), ["batch", "units"], names))
    layout[".*hidden_.*kernel"] = (None, "units")
    layout[".*hidden_.*bias"] = ("units",)
    layout[".*output.*kernel"] = ("units", None)
    return ModelParallel(layout_map=layout, batch_dim_name="batch", auto_shard_dataset=False)


@contextlib.contextmanager
def together():
    """Train in here: a process that fails ends at once, and with it, by a sentence, the others.

    Without it, a process that an error has ended would wait minutes for the others to say goodbye.
    """
    try:
        yield
    except BaseException as error:
        import jax

        if jax.process_count() == 1:
            raise
        if LOST.search(str(error)):
            print(
                "Another process of this training has ended. Start all of them again with the "
                "same commands: the run goes on after its last whole epoch.",
                file=sys.stderr,
            )
        else:
            traceback.print_exception(error)
        sys.stderr.flush()
        os._exit(1)
