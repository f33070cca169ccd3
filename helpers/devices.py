"""Several devices and processes, by Keras's own distribution on JAX: who is fed what, who writes.

With no distribution set (`keras.distribution.set_distribution`), there is one process with one
device, and nothing here does anything.
"""

import keras
import numpy as np


def is_first() -> bool:
    """Whether this process is the one that writes files and shows progress."""
    distribution = keras.distribution.distribution()
    return distribution is None or _process() == 0


def share(*arrays: np.ndarray) -> tuple:
    """Return this process's rows of a batch, and their weights if there are several devices.

    A batch is filled up with rows of weight 0 until it can be cut into equal parts; the weights
    of the others keep the mean over the batch what it was.
    """
    distribution = keras.distribution.distribution()
    if distribution is None:
        return arrays
    n, parts = len(arrays[0]), distribution.num_model_replicas
    filled = np.arange(-(-n // parts) * parts)
    weights = np.where(filled < n, len(filled) / n, 0).astype("float32")
    shares = min(parts, distribution.num_processes)
    own = np.array_split(filled, shares)[distribution.data_shard_id]
    return *(array[own % n] for array in arrays), weights[own]


def _process() -> int:
    import jax

    return jax.process_index()


def gathered(value):
    """Return a tensor of which this process may hold but a part as a whole; all must ask."""
    if getattr(value, "is_fully_addressable", True) or value.is_fully_replicated:
        return value
    from jax.experimental.multihost_utils import process_allgather

    return process_allgather(value, tiled=True)


def require_same(name: str, value: int):
    """Raise `ValueError` in every process if they do not agree on an integer."""
    distribution = keras.distribution.distribution()
    if distribution is None or distribution.num_processes == 1:
        return
    from jax.experimental.multihost_utils import process_allgather

    found = process_allgather(np.array(value)).ravel().tolist()
    if len(set(found)) > 1:
        raise ValueError(f"{name} must be the same in every process, got {found}.")
