"""What each process is fed; whole trainings on several are in places/test_devices.py."""

import types

import keras
import numpy as np
import pytest

from helpers import batches, devices


def play(monkeypatch, replicas, processes, process):
    """Let Keras say that this is one of several processes."""
    told = types.SimpleNamespace(
        num_model_replicas=replicas,
        num_processes=processes,
        data_shard_id=process if replicas >= processes else process // (processes // replicas),
    )
    monkeypatch.setattr(keras.distribution, "distribution", lambda: told)


def test_alone_a_batch_is_left_as_it_is():
    x = np.arange(6).reshape(3, 2)
    assert devices.share(x, x) == (x, x) and devices.is_first()


@pytest.mark.parametrize("n", [1, 7, 8, 30])
@pytest.mark.parametrize("replicas, processes", [(1, 1), (4, 1), (4, 2), (2, 2), (1, 2), (2, 4)])
def test_shares_are_equal_and_make_up_the_batch_with_its_mean(monkeypatch, n, replicas, processes):
    x = np.random.default_rng(n).normal(size=(n, 3))
    shares = []
    for process in range(processes):
        play(monkeypatch, replicas, processes, process)
        shares.append(devices.share(x, x + 1))
    shares = shares[:: max(processes // replicas, 1)]  # those of one replica are fed the same
    assert len({len(own) for own, *_ in shares}) == 1
    rows, targets, weights = (np.concatenate(part) for part in zip(*shares))
    assert len(rows) % replicas == 0 and len(rows) - n < replicas
    np.testing.assert_array_equal(rows[:n], x)
    np.testing.assert_array_equal(targets, rows + 1)
    assert (weights[n:] == 0).all() and (weights[:n] > 0).all()
    np.testing.assert_allclose((weights[:, None] * rows).mean(axis=0), x.mean(axis=0), rtol=1e-6)


def test_processes_shuffle_and_change_the_same_batch_before_they_share_it(monkeypatch):
    x = np.arange(40.0).reshape(20, 2)
    options = {"batch_size": 8, "seed": 4, "augment": lambda x, rng: x + rng.normal(size=x.shape)}
    whole = [batches.Batches(x, **options)[i][0] for i in range(3)]
    shared = []
    for process in range(2):
        play(monkeypatch, 2, 2, process)
        own = batches.Batches(x, **options)
        shared.append([own[i][0] for i in range(3)])
    for wanted, *parts in zip(whole, *shared):
        np.testing.assert_array_equal(np.concatenate(parts), wanted)


def test_without_a_seed_rows_stay_in_order():
    x = np.arange(10)[:, None]
    assert np.concatenate([b for b, _ in batches.Batches(x, 4, seed=None)]).ravel().tolist() == [
        *range(10)
    ]
