"""A reader in a hurry, as `test_lesson_readers.py` puts them into a lesson's kernel."""

import dataclasses
import itertools

import numpy as np

from helpers import data, network, reference, training


def be_impatient(stops: tuple[int, ...] = (1, 2)) -> None:
    """From now on the stop button ends every training: after one epoch, after two, after one …

    On the first 500 digits and without XLA, so that a run of a lesson takes seconds.
    """
    fit, last = training.fit, itertools.cycle(stops)

    def stopped_fit(model, train, valid, *, on_epoch=None, **settings):
        epochs = next(last)

        def stop(history):
            if on_epoch is not None:
                on_epoch(history)
            if len(history.valid) >= epochs:
                raise KeyboardInterrupt

        settings["jit"] = False
        return fit(model, train[:500], valid, on_epoch=stop, **settings)

    training.fit = stopped_fit


def have_small_models(share: int = 40) -> None:
    """From now on the models that come with the course have one hidden unit in `share`."""
    load = reference.load

    def load_small(name):
        net = load(name)
        (into, out), (bias, last) = net.kernels, net.biases
        return network.Network(
            [net.degrees[0], net.degrees[1][::share]],
            [into[:, ::share], out[::share]],
            [bias[::share], last],
            net.direct,
        )

    reference.load = load_small


def have_large_sets() -> None:
    """From now on "mnist" and "binarized_mnist" load the sample's digits, 10,000 of them to test.

    The sets themselves are a download. What a lesson does after another choice is what counts here.
    """
    load = data.load

    def load_stand_in(name="sample", binarization=None, seed=0):
        if name == "sample":
            return load(name, binarization, seed)
        kind = binarization or next(iter(data.BINARIZATIONS[name]))
        digits = load("sample", "threshold" if kind == "fixed" else kind, seed)
        return dataclasses.replace(
            digits,
            name=name,
            binarization=kind,
            test=np.tile(digits.test, (20, 1)),
            test_labels=None if name == "binarized_mnist" else np.tile(digits.test_labels, 20),
        )

    data.load = load_stand_in
