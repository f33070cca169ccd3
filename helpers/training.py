"""One `fit` for the whole course: Adam, cosine decay, early stopping, a progress line, resume.

Scores are in nats per example. Training data are visited in an order that depends on the seed and
the epoch only, so that a run that was interrupted and resumed ends where an unbroken one does.
"""

import contextlib
import json
import math
import time
import zlib
from collections.abc import Callable

import keras
import numpy as np

from helpers import arguments, devices, identity
from helpers.batches import Batches, check_data
from helpers.layers import nll, weights_of
from helpers.progress import Progress
from helpers.runs import History, Run


def fit(
    model: keras.Model,
    train: np.ndarray,
    valid: np.ndarray,
    *,
    epochs: int = 20,
    batch_size: int = 250,
    learning_rate: float = 2e-3,
    patience: int | None = None,
    augment: Callable | None = None,
    seed: int = 0,
    folder=None,
    progress: bool = True,
    on_epoch: Callable | None = None,
    loss: Callable | None = None,
    jit: bool | None = None,
) -> History:
    """Train `model` and leave it with the weights of its best epoch on the validation set.

    Ctrl-C (or the notebook's stop button) ends training early and keeps the best weights so far.
    However else training ends, they are kept, too, and the error is passed on.

    Args:
        model: any Keras model that maps ``(batch, D)`` to ``(batch, D)`` logits, or a `MADE`. One
            with several mask sets is validated by their average, as `MADE.nll` scores.
        train, valid: ``(n, D)``; zeros and ones for a `MADE` of binary data (`train` may hold what
            `augment` turns into zeros and ones). With conditions, ``(n, c + D)``: they come first.
        epochs: the learning rate falls to zero along a half cosine over all of them.
        batch_size, learning_rate: of Adam.
        patience: stop after so many epochs without a better validation loss; None never does.
        augment: ``augment(x, rng) -> x``, applied to every training batch. It may return a pair
            ``(inputs, targets)``: a draw of grey digits and the grey digits, say, whose loss is the
            mean over all draws of the targets.
        seed: of the order of the examples and of `augment`.
        folder: where to keep the state of the run. If an interrupted run that computes the same
            lies there, training goes on from its last whole epoch.
        progress: show a line with train and validation NLL and the time left; in a log file, one a
            minute.
        on_epoch: called with the `History` after each epoch, for a live curve.
        loss: ``loss(x, logits) -> (batch,)``. None is −log p(x): a `MADE`'s own `score`, and for
            another model that of independent Bernoullis.
        jit: compile with XLA. None decides: yes, except with dropout on a CPU, slow in XLA.

    Returns:
        The `History` of the run.

    Raises:
        ValueError: for a setting out of range, data of the wrong shape, not finite or, after
            `augment`, not what the model scores, or a `folder` that holds another interrupted run.
        FloatingPointError: if the validation loss is no longer finite.
    """
    train, valid = check_data("train", train), check_data("valid", valid)
    if train.shape[1:] != valid.shape[1:]:
        raise ValueError(f"valid must have rows like train's {train.shape}, got {valid.shape}.")
    check = getattr(model, "check_data", None)
    if check is not None:
        check("valid", valid)
        if augment is None:
            check("train", train)
    loss = getattr(model, "score", nll) if loss is None else loss
    finite = (learning_rate, "above 0 and finite", lambda v: 0 < v < math.inf)
    recipe = {
        "model": getattr(model, "config", {"name": model.name}),
        "epochs": arguments.whole("epochs", epochs, at_least=1),
        "batch_size": arguments.whole("batch_size", batch_size, at_least=1),
        "learning_rate": arguments.number("learning_rate", *finite),
        "patience": None if patience is None else arguments.whole("patience", patience, 1),
        "seed": arguments.seed("seed", seed),
        "augment": _name(augment),
        "loss": _name(loss),
        "data": [_fingerprint(train), _fingerprint(valid)],
    }
    recipe = json.loads(json.dumps(recipe))  # as it will be read again
    run, history = None, History(recipe=recipe)
    if folder is not None:
        digests = {"augment": identity.digest(augment), "loss": identity.digest(loss)}
        run = Run(folder, recipe | {"digests": {"model": identity.of_model(model), **digests}})
        history = run.history
    n_before = len(history.train)
    batches = Batches(train, batch_size, seed, augment, epoch=n_before, check=check)
    keeper = _Keeper(history, valid, patience, run, on_epoch)
    shown = Progress(history, epochs) if progress and devices.is_first() else None
    with _floats_of_32_bits():
        schedule = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * len(batches))
        model.compile(
            optimizer=keras.optimizers.Adam(schedule),
            loss=loss,
            jit_compile=_use_jit(model) if jit is None else jit,
        )
        keeper.start(model)
        try:
            model.fit(
                batches,
                validation_data=None if keeper.averages else Batches(valid, 1000, seed=None),
                initial_epoch=n_before,
                epochs=n_before if keeper.out_of_patience() else epochs,
                shuffle=False,  # Batches shuffles, by its own seed
                callbacks=[keeper, shown] if shown else [keeper],
                verbose=0,
            )
            if batches.error is not None:  # a backend may take it for the end of the data
                raise batches.error
            history.finished = True
        except BaseException as error:
            cause = batches.error or error
            if not isinstance(cause, KeyboardInterrupt) or not keeper.kept[0]:
                raise cause from None
        finally:
            keeper.end(model)
            if shown:
                shown.close()
    if run is not None:
        run.finish(history)
    return history


class _Keeper(keras.callbacks.Callback):
    """Records the history, keeps the best weights, stops when patience ends.

    `kept` is replaced at one stroke, so that an interrupt cannot part history and weights.
    """

    def __init__(self, history, valid, patience, run, on_epoch):
        super().__init__()
        self.history, self.valid, self.patience = history, valid, patience
        self.run, self.on_epoch = run, on_epoch

    def start(self, model):
        """Put an interrupted run back; until an epoch is done, the weights of now are the best."""
        self.averages = getattr(model, "n_masks", 1) > 1
        best = None
        if self.run is not None and self.history.train:
            model.optimizer.build(model.trainable_variables)
            best = self.run.restore(model)
        if best is None and model.built:
            best = weights_of(model)
        self.kept = (len(self.history.train), best)

    def end(self, model):
        """Leave the model with the best weights, and the history with the epochs that led there."""
        n_epochs, best = self.kept
        self.history.keep(n_epochs)
        if best is not None:
            model.set_weights(best)

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()
        for variable in self.model.variables:
            if variable.name == "seed_generator_state":  # dropout's noise depends on the epoch only
                state = np.asarray(keras.ops.convert_to_numpy(variable))
                variable.assign(np.array([state[0], epoch << 20], state.dtype))

    def on_epoch_end(self, epoch, logs=None):
        history = self.history
        valid = logs.get("val_loss")
        if self.averages:
            c = self.model.n_conditions
            valid = np.mean(self.model.nll(self.valid[:, c:], condition=self.valid[:, :c]))
        history.train.append(float(logs["loss"]))
        history.valid.append(float(valid))
        history.seconds.append(round(time.perf_counter() - self.began, 3))
        if not np.isfinite(history.valid[-1]):
            raise FloatingPointError(
                f"the validation NLL is {history.valid[-1]} after epoch {epoch + 1}: "
                "training diverged; try a lower learning_rate"
            )
        better = history.best_epoch == len(history.valid)
        self.kept = (epoch + 1, weights_of(self.model) if better else self.kept[1])
        if self.run is not None:
            self.run.save(self.model, history, self.kept[1])
        if self.out_of_patience():
            self.model.stop_training = True
        if self.on_epoch is not None:
            self.on_epoch(history)

    def out_of_patience(self) -> bool:
        """Whether the best epoch lies `patience` epochs back."""
        behind = len(self.history.valid) - self.history.best_epoch
        return self.patience is not None and behind >= self.patience


def _use_jit(model) -> bool:
    """XLA draws the random numbers of dropout slowly on a CPU; everything else it speeds up."""
    if keras.backend.backend() == "jax":
        return True
    if keras.backend.backend() != "tensorflow":
        return False
    drops = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    return not any(d.rate for d in drops) or bool(keras.distribution.list_devices("gpu"))


@contextlib.contextmanager
def _floats_of_32_bits():
    """Let Keras add up losses in float32 where 16 bits are its default."""
    before = keras.config.floatx()
    if before in ("float16", "bfloat16"):
        keras.config.set_floatx("float32")
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def _name(function):
    """What people call a function, or that of a partial: for the history, as two may share it."""
    return function and getattr(getattr(function, "func", function), "__name__", "unnamed")


def _fingerprint(x) -> str:
    return f"{x.shape} {x.dtype} {zlib.crc32(np.ascontiguousarray(x)):08x}"
