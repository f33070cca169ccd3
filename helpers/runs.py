"""What happened in a training run, and what an interrupted one needs to go on.

The state of a run, one file, holds history, weights, best weights and optimizer of the same epoch.
It is replaced as a whole after each epoch and goes when the run is finished.
"""

import contextlib
import dataclasses
import json
import os
import pathlib

import numpy as np

from helpers import archive, devices, files
from helpers.made import as_numpy

STATE, HISTORY = "state.npz", "history.json"
HISTORY_BYTES = 2**26
FOR_PEOPLE = ("model", "augment", "loss")  # told apart by their digests


@dataclasses.dataclass(repr=False)
class History:
    """What happened in training: one entry an epoch, all in nats per example.

    Attributes:
        train: mean loss over the epoch's batches, dropout and augmentation included.
        valid: mean loss on the validation set after the epoch.
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
        return int(np.nanargmin(self.valid)) + 1 if np.isfinite(self.valid).any() else 0

    @property
    def best_valid(self) -> float:
        """Lowest validation loss so far, nats."""
        return float(self.valid[self.best_epoch - 1]) if self.best_epoch else float("inf")

    def keep(self, n_epochs: int):
        """Drop what was recorded after the first `n_epochs`."""
        for series in (self.train, self.valid, self.seconds):
            del series[n_epochs:]

    def save(self, path):
        """Write the history as JSON, whole or not at all."""
        files.write_text(path, json.dumps(dataclasses.asdict(self), indent=1) + "\n")

    @classmethod
    def load(cls, path) -> "History":
        """Read what `save` wrote. Another file raises `ValueError`."""
        return cls.checked(files.read_json(path), f"path must be the history of a run, got {path}")

    @classmethod
    def checked(cls, held, rule: str) -> "History":
        """Build the history that JSON `held`, or raise `ValueError` with the broken `rule`."""
        names = [field.name for field in dataclasses.fields(cls)]
        if not isinstance(held, dict) or not {*held} <= {*names}:
            raise ValueError(f"{rule}: it must have {', '.join(names)}.")
        new = cls(**held)
        series = [new.train, new.valid, new.seconds]
        lists = all(isinstance(one, list) and len(one) == len(new.train) for one in series)
        if not lists or not all(isinstance(v, (int, float)) for one in series for v in one):
            raise ValueError(f"{rule}: train, valid and seconds must be equally many numbers.")
        recipe = new.recipe if isinstance(new.recipe, dict) else {"digests": None}
        if not isinstance(recipe.get("digests", {}), dict) or not isinstance(new.finished, bool):
            raise ValueError(f"{rule}: recipe must be an object, finished true or false.")
        return new

    def __repr__(self):
        end = "finished" if self.finished else "not finished"
        best = f"best {self.best_valid:.2f} nats after epoch {self.best_epoch}, "
        return f"History({len(self.valid)} epochs, {best if self.best_epoch else ''}{end})"


class Run:
    """The folder of a run.

    Args:
        folder: made if it is not there.
        recipe: JSON; the parts in `FOR_PEOPLE` are compared by ``recipe["digests"]``.

    Raises:
        ValueError: if the folder holds an interrupted run with another recipe, or one that cannot
            be read.
    """

    def __init__(self, folder, recipe: dict):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.history, self.goes_on = History(recipe=recipe), os.path.lexists(self.folder / STATE)
        if self.goes_on:
            with self._state() as state:
                text = str(state.read("history", HISTORY_BYTES))
                self.history = History.checked(json.loads(text), "history")
            self._compare(recipe)
        devices.require_same("the epochs done in folder", len(self.history.train))

    def restore(self, model):
        """Put weights and optimizer back where the run was; return the best weights, or None."""
        if not self.goes_on:
            return None
        arrays, wanted = {}, _arrays(model, model.weights)
        with self._state() as state:
            for name, own in wanted.items():
                arrays[name] = array = state.read(name, own.nbytes)
                if (array.shape, array.dtype) != (own.shape, own.dtype):
                    rule = f"{name} must have shape {own.shape} and type {own.dtype}"
                    raise ValueError(f"{rule}, got {array.dtype} of shape {array.shape}")
        for kind, variables in _variables(model).items():
            for i, variable in enumerate(variables):
                variable.assign(arrays[f"{kind}_{i}"])
        return [arrays[f"best_{i}"] for i in range(len(model.weights))]

    def save(self, model, history: History, best: list):
        """Write the state after an epoch: afterwards the run goes on from here."""
        arrays = _arrays(model, best)  # together, where each process holds a part
        if not devices.is_first():
            return
        text = json.dumps(dataclasses.asdict(history))
        with files.replacing(self.folder / STATE) as file:
            np.savez(file, history=np.array(text), **arrays)
        history.save(self.folder / HISTORY)

    def finish(self, history: History):
        """Write the history; a finished run does not go on."""
        if not devices.is_first():
            return
        history.save(self.folder / HISTORY)
        if history.finished:
            (self.folder / STATE).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _state(self):
        """The open state of the run; whatever is wrong with it is told in the reader's terms."""
        try:
            with archive.reading(self.folder / STATE) as state:
                yield state
        except Exception as error:
            raise ValueError(
                f"folder holds a state that cannot be read ({error}), got {self.folder}. "
                "Delete it or name another folder."
            ) from error

    def _compare(self, recipe):
        old = self.history.recipe
        other = {k: old.get(k) for k, v in _compared(recipe).items() if _compared(old).get(k) != v}
        if other:
            raise ValueError(
                f"folder holds an interrupted run with another recipe ({other}), "
                f"got {self.folder}. Delete it or name another folder."
            )


def _variables(model):
    return {"weight": model.weights, "optimizer": model.optimizer.variables}


def _arrays(model, best):
    """What a state holds besides the history, by name."""
    every = _variables(model) | {"best": best}
    return {f"{kind}_{i}": as_numpy(v) for kind, own in every.items() for i, v in enumerate(own)}


def _compared(recipe):
    digests = recipe.get("digests", {})
    return {k: v for k, v in recipe.items() if k not in (*FOR_PEOPLE, "digests")} | digests
