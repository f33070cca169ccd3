"""What happened in a training run, and what an interrupted one needs to go on.

The state of a run, one file, holds history, weights, best weights and optimizer of the same epoch.
It is replaced as a whole after each epoch and goes when the run is finished.
"""

import dataclasses
import json
import pathlib

import numpy as np

from helpers import files
from helpers.made import as_numpy

STATE, HISTORY = "state.npz", "history.json"
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
        """Read what `save` wrote."""
        return cls(**json.loads(pathlib.Path(path).read_text(encoding="utf-8")))

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
        self.history, self.arrays = History(recipe=recipe), None
        if (self.folder / STATE).exists():
            self._read()
            self._compare(recipe)

    def restore(self, model):
        """Put weights and optimizer back where the run was; return the best weights, or None."""
        if self.arrays is None:
            return None
        for kind, variables in _state(model).items():
            for i, variable in enumerate(variables):
                variable.assign(self.arrays[f"{kind}_{i}"])
        return [self.arrays[f"best_{i}"] for i in range(len(model.weights))]

    def save(self, model, history: History, best: list):
        """Write the state after an epoch: afterwards the run goes on from here."""
        arrays = {f"best_{i}": as_numpy(w) for i, w in enumerate(best)}
        for kind, variables in _state(model).items():
            arrays |= {f"{kind}_{i}": as_numpy(v) for i, v in enumerate(variables)}
        text = json.dumps(dataclasses.asdict(history))
        with files.replacing(self.folder / STATE) as file:
            np.savez(file, history=np.array(text), **arrays)
        history.save(self.folder / HISTORY)

    def finish(self, history: History):
        """Write the history; a finished run does not go on."""
        history.save(self.folder / HISTORY)
        if history.finished:
            (self.folder / STATE).unlink(missing_ok=True)

    def _read(self):
        try:
            with np.load(self.folder / STATE, allow_pickle=False) as file:
                self.arrays = dict(file)
            self.history = History(**json.loads(str(self.arrays.pop("history"))))
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


def _state(model):
    return {"weight": model.weights, "optimizer": model.optimizer.variables}


def _compared(recipe):
    digests = recipe.get("digests", {})
    return {k: v for k, v in recipe.items() if k not in (*FOR_PEOPLE, "digests")} | digests
