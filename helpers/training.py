"""One `fit` for the whole course: Adam, cosine decay, early stopping, a progress line, resume.

Scores are in nats per example. Training data are visited in an order that depends on the seed and
the epoch only, so that a run that was interrupted and resumed ends where an unbroken one does.
"""

import dataclasses
import json
import math
import os
import pathlib
import shutil
import sys
import time
import uuid
import zlib
from collections.abc import Callable

import keras
import numpy as np

from helpers.made import nll


@dataclasses.dataclass
class History:
    """What happened in training: one entry an epoch, all in nats per example.

    Attributes:
        train: mean loss over the epoch's batches, dropout and augmentation included.
        valid: mean loss on the validation set after the epoch, with averaged weights if any.
        seconds: wall time of each epoch.
        recipe: settings of model and run.
        finished: False if the run was interrupted.
    """

    train: list = dataclasses.field(default_factory=list)
    valid: list = dataclasses.field(default_factory=list)
    seconds: list = dataclasses.field(default_factory=list)
    recipe: dict = dataclasses.field(default_factory=dict)
    finished: bool = False

    @property
    def best_epoch(self) -> int:
        """Number (from 1) of the epoch with the lowest validation loss; 0 before the first."""
        return int(np.nanargmin(self.valid)) + 1 if self.valid else 0

    @property
    def best_valid(self) -> float:
        """Lowest validation loss so far, nats."""
        return float(np.nanmin(self.valid)) if self.valid else float("inf")

    def save(self, path):
        """Write the history as JSON, whole or not at all."""
        path = pathlib.Path(path)
        part = path.with_name(f".{path.name}-{uuid.uuid4().hex}.part")
        try:
            part.write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n", encoding="utf-8")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def load(cls, path) -> "History":
        """Read what `save` wrote."""
        return cls(**json.loads(pathlib.Path(path).read_text(encoding="utf-8")))


class Batches(keras.utils.PyDataset):
    """Shuffled batches ``(x, x)``, augmented afresh each epoch, the same for the same seed.

    An `augment` that returns a pair gives inputs and targets, which may differ.
    """

    def __init__(self, x, batch_size, seed=0, augment=None, epoch=0):
        super().__init__()
        self.x, self.batch_size, self.seed, self.augment = x, batch_size, seed, augment
        self.epoch = epoch
        self._shuffle()

    def _shuffle(self):
        self.order = np.random.default_rng([self.seed, self.epoch]).permutation(len(self.x))

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, i):
        x = self.x[self.order[i * self.batch_size : (i + 1) * self.batch_size]]
        if self.augment is not None:
            x = self.augment(x, np.random.default_rng([self.seed, self.epoch, i]))
        return x if isinstance(x, tuple) else (x, x)

    def on_epoch_end(self):
        self.epoch += 1
        self._shuffle()


def fit(
    model: keras.Model,
    train: np.ndarray,
    valid: np.ndarray,
    *,
    epochs: int = 20,
    batch_size: int = 250,
    learning_rate: float = 2e-3,
    average: float = 0.0,
    patience: int | None = None,
    augment: Callable | None = None,
    seed: int = 0,
    folder=None,
    progress: bool = True,
    on_epoch: Callable | None = None,
    loss: Callable = nll,
    jit: bool | None = None,
) -> History:
    """Train `model` and leave it with the weights of its best epoch on the validation set.

    Ctrl-C (or the notebook's stop button) ends training early and keeps the best weights so far.

    Args:
        model: any Keras model that maps ``(batch, D)`` to ``(batch, D)`` logits.
        train, valid: ``(n, D)``; zeros and ones for a `MADE` (`train` may hold what `augment`
            turns into zeros and ones).
        epochs: the learning rate falls to zero along a half cosine over all of them.
        batch_size, learning_rate: of Adam.
        average: decay of an exponential moving average of the weights, such as 0.999; the averaged
            weights are the ones validated and kept. 0 turns it off.
        patience: stop after so many epochs without a better validation loss; None never does.
        augment: ``augment(x, rng) -> x``, applied to every training batch. It may return a pair
            ``(inputs, targets)``: a draw of grey digits and the grey digits, say, whose loss is the
            mean over all draws of the targets.
        seed: of the order of the examples and of `augment`.
        folder: where to keep the state of the run. If an interrupted run with the same recipe lies
            there, training goes on from its last whole epoch.
        progress: show a line with train and validation NLL and the time left.
        on_epoch: called with the `History` after each epoch, for a live curve.
        loss: ``loss(x, logits) -> (batch,)``.
        jit: compile with XLA. None decides: yes, except with dropout on a CPU, slow in XLA.

    Returns:
        The `History` of the run.

    Raises:
        ValueError: for a setting out of range, data of the wrong shape or not finite, or a
            `folder` that holds an interrupted run with another recipe.
    """
    train, valid = _check_data("train", train), _check_data("valid", valid)
    if train.shape[1:] != valid.shape[1:]:
        raise ValueError(f"valid must have rows like train's {train.shape}, got {valid.shape}.")
    if hasattr(model, "check_data"):
        model.check_data("valid", valid)
        if augment is None:
            model.check_data("train", train)
    _check_settings(epochs, batch_size, learning_rate, average, patience, seed)
    recipe = {
        "model": getattr(model, "config", {"name": model.name}),
        "epochs": int(epochs),
        "batch_size": int(batch_size),
        "learning_rate": float(learning_rate),
        "average": float(average),
        "patience": None if patience is None else int(patience),
        "augment": getattr(augment, "__name__", repr(augment)) if augment else None,
        "seed": int(seed),
        "data": [_fingerprint(train), _fingerprint(valid)],
    }
    history, best = History(recipe=json.loads(json.dumps(recipe))), None
    if folder is not None:
        folder = pathlib.Path(folder)
        history, best = _resume(folder, history, model)

    batches = Batches(train, batch_size, seed, augment, epoch=len(history.train))
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * len(batches))
    ema = {"use_ema": True, "ema_momentum": average} if average else {}
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, **ema),
        loss=loss,
        jit_compile=_use_jit(model) if jit is None else jit,
    )
    keeper = _Keeper(history, best, patience, folder, on_epoch)
    callbacks = [keeper]
    if average:
        callbacks.insert(0, keras.callbacks.SwapEMAWeights(swap_on_epoch=True))
    if folder is not None:
        # Before the swap, so that what is saved is the state of training and not its average.
        backup = keras.callbacks.BackupAndRestore(str(folder / "backup"), double_checkpoint=True)
        callbacks.insert(0, backup)
    if progress:
        callbacks.append(Progress(history, epochs))
    try:
        model.fit(
            batches,
            validation_data=(valid, valid),
            validation_batch_size=1000,
            epochs=epochs,
            shuffle=False,  # Batches shuffles, by its own seed
            callbacks=callbacks,
            verbose=0,
        )
        history.finished = True
    except KeyboardInterrupt:
        if keeper.best is None:
            raise  # not one epoch is done: there is nothing to keep
    model.set_weights(keeper.best)
    if folder is not None:
        history.save(folder / "history.json")
    return history


class _Keeper(keras.callbacks.Callback):
    """Records the history, keeps the best weights, stops when patience ends."""

    def __init__(self, history, best, patience, folder, on_epoch):
        super().__init__()
        self.history, self.best, self.patience = history, best, patience
        self.folder, self.on_epoch = folder, on_epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()
        for layer in self.model.layers:
            if hasattr(layer, "seed_generator"):  # dropout's noise, too, depends on the epoch only
                state = np.asarray(keras.ops.convert_to_numpy(layer.seed_generator.state))
                state = np.array([state[0], epoch << 20], state.dtype)
                layer.seed_generator.state.assign(state)

    def on_epoch_end(self, epoch, logs=None):
        history = self.history
        history.train.append(float(logs["loss"]))
        history.valid.append(float(logs["val_loss"]))
        history.seconds.append(round(time.perf_counter() - self.start, 3))
        if not np.isfinite(history.valid[-1]):
            raise FloatingPointError(
                f"the validation NLL is {history.valid[-1]} after epoch {epoch + 1}: "
                "training diverged; try a lower learning_rate"
            )
        if history.best_epoch == len(history.valid):
            self.best = self.model.get_weights()
            if self.folder is not None:
                _save_weights(self.folder / "best.npz", self.best)
        if self.folder is not None:
            history.save(self.folder / "history.json")
        if self.patience and len(history.valid) - history.best_epoch >= self.patience:
            self.model.stop_training = True
        if self.on_epoch is not None:
            self.on_epoch(history)


class Progress(keras.callbacks.Callback):
    """One line that rewrites itself: epoch, bar, NLL in nats, time left."""

    def __init__(self, history, epochs, every=0.5):
        super().__init__()
        self.history, self.epochs, self.every = history, epochs, every
        self.line = _Line()
        self.shown = 0.0

    def on_train_begin(self, logs=None):
        self.start, self.first = time.perf_counter(), len(self.history.train)

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if time.perf_counter() - self.shown > self.every:
            self._show(self.epoch + (batch + 1) / self.params["steps"], float(logs["loss"]))

    def on_epoch_end(self, epoch, logs=None):
        self._show(epoch + 1, self.history.train[-1])

    def on_train_end(self, logs=None):
        self.line.close()

    def _show(self, done, train):
        history, now = self.history, time.perf_counter()
        self.shown = now
        elapsed = now - self.start
        left = elapsed / max(done - self.first, 1e-9) * (self.epochs - done)
        filled = round(24 * done / self.epochs)
        text = f"{'█' * filled}{'░' * (24 - filled)} epoch {math.ceil(done)}/{self.epochs}"
        text += f" · train {train:.2f}"
        if history.valid:
            text += f" · valid {history.valid[-1]:.2f} (best {history.best_valid:.2f})"
        text += " nats"
        if self.model.stop_training:
            text += " · stopped early"
        elif done < self.epochs:
            text += f" · {_clock(left)} left"
        self.line.write(f"{text} · {_clock(elapsed)} elapsed")


class _Line:
    """A line of text that is replaced: in a notebook by its display id, in a terminal by \\r."""

    def __init__(self):
        try:
            from IPython import get_ipython

            shell = get_ipython()
            self.notebook = shell is not None and hasattr(shell, "kernel")
        except ImportError:
            self.notebook = False
        self.handle = None

    def write(self, text):
        if self.notebook:
            from IPython.display import DisplayHandle

            data = {"text/plain": text}
            if self.handle is None:
                self.handle = DisplayHandle()
                self.handle.display(data, raw=True)
            else:
                self.handle.update(data, raw=True)
        elif sys.stdout.isatty():
            print(f"\r\033[K{text}", end="", flush=True)

    def close(self):
        if not self.notebook and sys.stdout.isatty():
            print()


def _use_jit(model) -> bool:
    """XLA draws the random numbers of dropout slowly on a CPU; everything else it speeds up."""
    if keras.backend.backend() == "jax":
        return True
    if keras.backend.backend() != "tensorflow":
        return False
    drops = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    return not any(d.rate for d in drops) or bool(keras.distribution.list_devices("gpu"))


def _resume(folder: pathlib.Path, fresh: History, model):
    """Return the history and best weights of the interrupted run in `folder`, or a fresh start."""
    path = folder / "history.json"
    if path.exists():
        history = History.load(path)
        if not history.finished and history.valid and (folder / "backup").exists():
            other = {k: v for k, v in history.recipe.items() if fresh.recipe.get(k) != v}
            if other:
                raise ValueError(
                    f"folder holds an interrupted run with another recipe ({other}), "
                    f"got {folder}. Delete it or name another folder."
                )
            epoch = json.loads(
                (folder / "backup" / "training_metadata.json").read_text(encoding="utf-8")
            )["epoch"]
            for series in (history.train, history.valid, history.seconds):
                series[:] = (series + [float("nan")])[
                    :epoch
                ]  # killed between two writes: one short
            return history, _load_weights(folder / "best.npz")
    shutil.rmtree(folder / "backup", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return fresh, None


def _save_weights(path, weights):
    part = path.with_name(f".{path.stem}-{uuid.uuid4().hex}.part")
    try:
        with open(part, "wb") as file:
            np.savez(file, *weights)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _load_weights(path):
    with np.load(path, allow_pickle=False) as file:
        return [file[f"arr_{i}"] for i in range(len(file.files))]


def _fingerprint(x) -> str:
    return f"{x.shape} {x.dtype} {zlib.crc32(np.ascontiguousarray(x)):08x}"


def _check_data(name, x):
    x = np.asarray(x)
    if x.ndim != 2 or not len(x):
        raise ValueError(f"{name} must have shape (n, D) with n of at least 1, got {x.shape}.")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite, got {np.sum(~np.isfinite(x))} NaN or inf.")
    return x


def _check_settings(epochs, batch_size, learning_rate, average, patience, seed):
    for name, value in [("epochs", epochs), ("batch_size", batch_size), ("patience", patience)]:
        if name == "patience" and value is None:
            continue
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} must be an integer of at least 1, got {value!r}.")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be an integer of at least 0, got {seed!r}.")
    if not 0 < learning_rate < float("inf"):
        raise ValueError(f"learning_rate must be above 0 and finite, got {learning_rate!r}.")
    if not 0 <= average < 1:
        raise ValueError(f"average must be at least 0 and below 1, got {average!r}.")


def _clock(seconds) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
