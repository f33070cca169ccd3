"""What a model is shown in training: shuffled batches, augmented, and checked after that."""

import keras
import numpy as np

from helpers import devices


class Batches(keras.utils.PyDataset):
    """Shuffled batches ``(x, x)``, augmented afresh each epoch, the same for the same seed.

    An `augment` that returns a pair gives inputs and targets, which may differ. What goes wrong in
    a batch is kept in `error`: a backend may read ahead in a thread and blur it. Several processes
    get a share each of the same batches. Without a seed, rows stay in order.
    """

    def __init__(self, x, batch_size, seed=0, augment=None, epoch=0, check=None):
        super().__init__()
        self.x, self.batch_size, self.seed, self.augment = x, batch_size, seed, augment
        self.epoch, self.check, self.error = epoch, check, None
        self._shuffle()

    def _shuffle(self):
        self.order = np.arange(len(self.x))
        if self.seed is not None:
            np.random.default_rng([self.seed, self.epoch]).shuffle(self.order)

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, i):
        x = self.x[self.order[i * self.batch_size : (i + 1) * self.batch_size]]
        if self.augment is None:
            return devices.share(x, x)
        try:
            found = self.augment(x, np.random.default_rng([self.seed, self.epoch, i]))
            return devices.share(*check_augmented(found, x.shape, self.check))
        except BaseException as error:
            self.error = self.error or error
            raise

    def on_epoch_end(self):
        self.epoch += 1
        self._shuffle()


def check_data(name, x) -> np.ndarray:
    """Return `x` as an array if it is ``(n, D)``, finite numbers, or raise `ValueError`."""
    x = np.asarray(x)
    if x.ndim != 2 or not len(x):
        raise ValueError(f"{name} must have shape (n, D) with n of at least 1, got {x.shape}.")
    return _check_finite(name, x)


def _check_finite(name, x):
    if x.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, got {x.dtype}.")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite, got {np.sum(~np.isfinite(x))} NaN or inf.")
    return x


def check_augmented(found, shape, check):
    """Return inputs and targets of a batch, or raise `ValueError` if the model cannot learn them.

    A model with `check_data` takes what that lets pass; its targets may be
    probabilities where that has a cross entropy.
    """
    pair = found if isinstance(found, tuple) else (found,)
    if len(pair) not in (1, 2):
        raise ValueError(f"augment must return x or (inputs, targets), got {len(pair)} arrays.")
    pair = [np.asarray(x) for x in pair]
    for x in pair:
        if x.shape != shape:
            raise ValueError(f"augment must return the shape {shape} it was given, got {x.shape}.")
        _check_finite("what augment returns", x)
    if check is not None:
        check("what augment returns", pair[0])
        check("the targets that augment returns", pair[-1], target=True)
    return pair[0], pair[-1]
