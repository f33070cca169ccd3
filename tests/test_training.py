"""helpers.training: scores, schedule, averaging, stopping, interruption and resuming."""

import functools
import inspect
import json
import math
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest

from helpers import files, made, masks, training
from helpers.made import MADE
from helpers.progress import Line, Progress
from helpers.runs import STATE

D = 8


def correlated(n, seed):
    """Binary rows in which every second pixel mostly repeats the one before."""
    rng = np.random.default_rng(seed)
    x = (rng.random((n, D)) < 0.5).astype("uint8")
    x[:, 1::2] = np.where(rng.random((n, D // 2)) < 0.9, x[:, ::2], 1 - x[:, ::2])
    return x


TRAIN, VALID = correlated(200, 0), correlated(70, 1)
QUICK = dict(batch_size=48, learning_rate=0.01, progress=False, jit=False)


def fit(model, train=TRAIN, valid=VALID, **options):
    return training.fit(model, train, valid, **{**QUICK, **options})


@pytest.fixture(autouse=True)
def interruptible():
    """Ctrl-C raises KeyboardInterrupt even where the tests were started with `nohup … &`."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def mean_nll(model, x=VALID, mask_set=None):
    return float(np.mean(model.nll(x, mask_set)))


def values(model):
    """The trainable weights as arrays."""
    return [w.numpy() for w in model.trainable_weights]


def put(model, arrays):
    for weight, array in zip(model.trainable_weights, arrays):
        weight.assign(array)


# --- What is learned and what is recorded --------------------------------------------------------


def test_fit_learns_and_leaves_the_best_weights_with_their_score_in_nats():
    """Compiled as by default; the truth scores 4 ln 2 + 4 · 0.325 = 4.07 nats."""
    model = MADE(D, (16,), "random", seed=1)
    assert mean_nll(model) == pytest.approx(D * math.log(2), abs=0.5)
    history = training.fit(model, TRAIN, VALID, epochs=25, batch_size=50, learning_rate=0.02,
                           progress=False)  # fmt: skip
    assert history.finished and history.best_valid < 4.6
    assert mean_nll(model) == pytest.approx(history.best_valid, rel=1e-5)
    assert history.best_valid == min(history.valid) == history.valid[history.best_epoch - 1]
    assert len(history.train) == len(history.valid) == len(history.seconds) == 25
    assert history.train[-1] < history.train[0] - 0.5 and min(history.seconds) >= 0


def test_fit_is_adam_with_cosine_decay(monkeypatch):
    """Against the same written out: Adam by its own formulas."""
    read = []

    class Watched(training.Batches):
        def __getitem__(self, i):
            read.append((self.epoch, i))
            return super().__getitem__(i)

    monkeypatch.setattr(training, "Batches", Watched)
    model, twin, epochs = MADE(D, (7,), seed=2), MADE(D, (7,), seed=2), 3
    recorded = fit(model, epochs=epochs, seed=5, learning_rate=0.05)

    twin.compile(optimizer=keras.optimizers.SGD(1.0), loss=made.nll, run_eagerly=True)
    # Keras reads ahead, and may count an epoch before the first: only whole epochs are trained on
    numbers = sorted({epoch for epoch, i in read if i == 4})
    assert numbers == list(range(numbers[0], numbers[0] + epochs))
    batches = training.Batches(TRAIN, QUICK["batch_size"], seed=5, epoch=numbers[0])
    steps, step = epochs * len(batches), 0
    weights = values(twin)
    first, second = ([np.zeros_like(w) for w in weights] for _ in range(2))
    kept, train, valid = [], [], []
    for _ in range(epochs):
        scores = []
        for x, _ in (batches[i] for i in range(len(batches))):
            put(twin, weights)
            scores += twin.nll(x).tolist()
            twin.train_on_batch(x, x)  # with SGD at rate 1 the step is minus the gradient
            gradients = [w - v for w, v in zip(weights, values(twin))]
            rate = 0.05 * 0.5 * (1 + math.cos(math.pi * step / steps))
            step += 1
            for i, g in enumerate(gradients):
                first[i] = 0.9 * first[i] + 0.1 * g
                second[i] = 0.999 * second[i] + 0.001 * g**2
                scale = math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
                weights[i] = weights[i] - rate * scale * first[i] / (np.sqrt(second[i]) + 1e-7)
        put(twin, weights)
        kept.append(list(weights))
        train.append(np.mean(scores))
        valid.append(mean_nll(twin))
        batches.on_epoch_end()
    np.testing.assert_allclose(recorded.train, train, rtol=2e-4)
    np.testing.assert_allclose(recorded.valid, valid, rtol=2e-4)
    for ours, theirs in zip(values(model), kept[recorded.best_epoch - 1]):
        np.testing.assert_allclose(ours, theirs, rtol=0.01, atol=2e-4)


def test_early_stopping_restores_the_best_weights():
    """Validation on the contrary of what is learned: it gets worse from some epoch on."""
    contrary = VALID.copy()
    contrary[:, 1::2] = 1 - contrary[:, 1::2]
    seen, model = [], MADE(D, (16,), seed=1)

    def watch(history):
        seen.append((mean_nll(model, contrary), model.get_weights()))

    history = fit(model, valid=contrary, epochs=20, patience=3, on_epoch=watch)
    assert len(history.valid) == history.best_epoch + 3 < 20 and history.finished
    np.testing.assert_allclose(history.valid, [score for score, _ in seen], rtol=1e-5)
    assert history.valid[-1] > history.best_valid + 0.1
    best = seen[history.best_epoch - 1][1]
    assert all(map(np.array_equal, model.get_weights(), best))
    assert not all(map(np.array_equal, model.get_weights(), seen[-1][1]))


def test_mask_sets_cycle_in_training_without_tracing_again(monkeypatch):
    """Each mask set's own weights are trained, and 4 sets are traced as often as 1 is."""
    traces, call = {}, MADE.call

    @functools.wraps(call)
    def counted(self, *args, **kwargs):
        traces[self.n_masks] = traces.get(self.n_masks, 0) + bool(kwargs.get("training"))
        return call(self, *args, **kwargs)

    monkeypatch.setattr(MADE, "call", counted)
    for n_masks in (1, 4):
        model = MADE(D, (40,), "random", activation="tanh", n_masks=n_masks, seed=3)
        before = model.output_layer.kernel.numpy()
        history = fit(model, epochs=2)  # 5 steps an epoch; the weights are those of the best one
        assert int(model.batches) == (5 * history.best_epoch if n_masks > 1 else 0)
    assert 0 < traces[4] == traces[1] < 6
    moved = model.output_layer.kernel.numpy() != before
    live = np.array([masks.make_masks(model.degrees_of(k))[-1] for k in range(4)])
    for k in range(4):
        own = live[k] & (live.sum(axis=0) == 1)
        assert own.any() and moved[own].all(), f"mask set {k} was not trained"
    assert not moved[~live.any(axis=0)].any()


def test_the_defaults_are_the_documented_ones():
    """Of Adam as the lessons and the recorded runs use it."""
    defaults = {k: p.default for k, p in inspect.signature(training.fit).parameters.items()}
    expected = dict(epochs=20, batch_size=250, learning_rate=2e-3, patience=None, augment=None,
                    seed=0, folder=None, progress=True, loss=None, jit=None)  # fmt: skip
    assert {k: defaults[k] for k in expected} == expected


def test_dropout_rests_in_validation():
    model = MADE(D, (30,), dropout=0.8, seed=1)
    history = fit(model, epochs=3)
    assert mean_nll(model) == pytest.approx(history.best_valid, rel=1e-5)


# --- Several mask sets are validated as they are scored -------------------------------------------


def test_the_best_epoch_of_several_mask_sets_is_the_best_of_their_average():
    """Mask set 0 alone would keep another epoch: the weights of each are put in from outside."""

    def drawn(seed):
        model = MADE(D, (6,), "random", n_masks=2, seed=1)
        rng = np.random.default_rng(seed)
        put(model, [rng.standard_normal(w.shape) for w in values(model)])
        return model

    scores = [(mean_nll(drawn(s), mask_set=0), mean_nll(drawn(s))) for s in range(20)]
    first = min(range(20), key=lambda s: scores[s][0])
    best = min(range(20), key=lambda s: scores[s][1])
    assert first != best and abs(scores[first][1] - scores[best][1]) > 0.1
    model, coming = drawn(first), iter([first, best, first, first])

    def put_next(history):
        put(model, values(drawn(next(coming))))

    history = fit(model, epochs=4, learning_rate=1e-12, on_epoch=put_next)
    want = [scores[s][1] for s in (first, first, best, first)]
    np.testing.assert_allclose(history.valid, want, rtol=1e-4)
    assert history.best_epoch == 3
    assert mean_nll(model) == pytest.approx(history.best_valid, rel=1e-5)


# --- Batches -------------------------------------------------------------------------------------


def test_batches_hold_every_example_once_an_epoch_in_an_order_of_seed_and_epoch():
    x = np.arange(50)[:, None]

    def epochs(**settings):
        batches, orders = training.Batches(x, 16, **settings), []
        for _ in range(2):
            orders.append(np.concatenate([batches[i][0] for i in range(len(batches))])[:, 0])
            batches.on_epoch_end()
        return orders

    first, second = epochs(seed=3)
    assert sorted(first) == sorted(second) == list(range(50))
    assert not np.array_equal(first, second) and not np.array_equal(first, np.arange(50))
    assert np.array_equal(first, epochs(seed=3)[0])
    assert np.array_equal(second, epochs(seed=3, epoch=1)[0]), "a resumed run goes on elsewhere"
    assert not np.array_equal(first, epochs(seed=4)[0])


def test_batches_are_augmented_afresh_each_epoch_and_input_is_target():
    noise = training.Batches(np.zeros((10, 3)), 4, augment=lambda x, rng: x + rng.random(x.shape))
    once, again = noise[0], noise[0]
    assert once[0] is once[1] and np.array_equal(once[0], again[0])
    assert not np.array_equal(noise[0][0], noise[1][0])
    noise.on_epoch_end()
    assert not np.array_equal(once[0], noise[0][0])


def test_targets_may_differ_from_inputs():
    """The best loss for targets of one half is 3 ln 2; the inputs themselves would cost ln 2."""
    x = np.array([[0, 0, 0], [1, 1, 1]], "uint8")

    def halve(x, rng):
        return x, np.full(x.shape, 0.5)

    def last(augment):
        model = MADE(3, (5,), seed=0, direct=True)
        options = dict(epochs=60, batch_size=2, learning_rate=0.1)
        return fit(model, train=x, valid=x, augment=augment, **options).train[-1]

    assert last(halve) == pytest.approx(3 * np.log(2), abs=0.02)
    assert last(lambda x, rng: x) == pytest.approx(np.log(2), abs=0.1)


def wrong_at(where, wrong):
    """An `augment` whose batch number `where` of each epoch (of 48, 48, 48, 48, 8) is `wrong`."""

    def augment(x, rng):
        last = np.array_equal(x.shape, (8, D))
        return wrong(x) if last == (where == "last") else x

    return augment


AUGMENTED = {
    "grey": (lambda x: x * 0.5, r"augment returns must hold only 0 and 1, got .*0\.5"),
    "grey levels": (lambda x: x * 255, "augment returns must hold only 0 and 1, got .*255"),
    "grey inputs of a pair": (lambda x: (x * 0.5, x), "augment returns must hold only 0 and 1"),
    "targets above 1": (
        lambda x: (x, x * 2),
        r"targets that augment returns must lie in \[0, 1\], got .*2",
    ),
    "targets below 0": (
        lambda x: (x, x - 1.0),
        r"targets that augment returns must lie in \[0, 1\], got .*-1",
    ),
    "nan": (lambda x: x * np.nan, "augment returns must be finite, got .* NaN"),
    "nan in targets": (lambda x: (x, x * np.nan), "augment returns must be finite"),
    "infinite": (lambda x: np.where(x, np.inf, 0), "augment returns must be finite"),
    "narrow": (lambda x: x[:, :5], r"must return the shape \(\d+, 8\) .*got \(\d+, 5\)"),
    "fewer": (lambda x: x[1:], r"must return the shape \(\d+, 8\)"),
    "images": (lambda x: x.reshape(-1, 2, 4), r"must return the shape .*got \(\d+, 2, 4\)"),
    "narrow targets": (lambda x: (x, x[:, :5]), r"must return the shape .*got \(\d+, 5\)"),
    "three": (lambda x: (x, x, x), r"must return x or \(inputs, targets\), got 3"),
    "none": (lambda x: (), r"must return x or \(inputs, targets\), got 0"),
    "nothing": (lambda x: None, r"must return the shape"),
    "words": (lambda x: x.astype(str), "must hold real numbers"),
    "complex": (lambda x: x * 1j, "must hold real numbers, got complex"),
}


@pytest.mark.parametrize("wrong, message", AUGMENTED.values(), ids=AUGMENTED)
@pytest.mark.parametrize("where", ["first", "last"])
def test_what_augment_returns_is_checked_in_every_batch(where, wrong, message):
    model = MADE(D, (3,), seed=1)
    before = model.get_weights()
    with pytest.raises(ValueError, match=message):
        fit(model, augment=wrong_at(where, wrong), epochs=2)
    assert all(map(np.array_equal, model.get_weights(), before))


def test_an_autoencoder_may_learn_grey_targets_but_nothing_that_is_not_finite():
    layers = [keras.Input((D,)), keras.layers.Dense(D)]
    history = fit(keras.Sequential(layers), augment=lambda x, rng: x * 0.5 - 1, epochs=1)
    assert np.isfinite(history.train).all()
    with pytest.raises(ValueError, match="augment returns must be finite"):
        fit(keras.Sequential(layers), augment=lambda x, rng: x * np.nan, epochs=1)


@pytest.mark.parametrize("error", [StopIteration, SystemExit, KeyError, KeyboardInterrupt])
def test_an_error_in_augment_comes_out_as_it_is(error):
    """Backends read batches in threads, and take some errors for the end of the data."""

    def fail(x):
        raise error("mine")

    with pytest.raises(error, match="mine"):
        fit(MADE(D, (3,)), augment=wrong_at("last", fail), epochs=2)


# --- The same again, after an interruption, bit by bit -------------------------------------------

EPOCHS = 4
SHAPE = dict(hidden_units=(10, 10), ordering="random", dropout=0.3, n_masks=3, seed=4)


def flip_some(x, rng):
    return x ^ (rng.random(x.shape) < 0.05).astype("uint8")


def run(**options):
    """A run with everything that has a state: dropout, mask sets, augmentation."""
    model = MADE(D, **SHAPE)
    options = dict(epochs=EPOCHS, augment=flip_some, patience=4, seed=6) | options
    return model, fit(model, **options)


def interrupted(**options):
    """`run`, where a Ctrl-C that comes out of it is a failure and does not end the tests."""
    try:
        return run(**options)
    except KeyboardInterrupt:
        pytest.fail("fit passed Ctrl-C on instead of keeping the best weights")


@pytest.fixture(scope="module")
def unbroken():
    return run()


def assert_same(one, other):
    (model, history), (again, twin) = one, other
    assert (history.train, history.valid) == (twin.train, twin.valid)
    assert all(map(np.array_equal, model.get_weights(), again.get_weights()))


def test_the_same_seed_gives_the_same_result_and_another_does_not(unbroken):
    assert_same(unbroken, run())
    other = run(seed=7, epochs=EPOCHS)[1]
    assert other.train != unbroken[1].train


def test_the_noise_of_dropout_is_another_in_every_epoch():
    """Its generator's counter starts each epoch at a place of its own, 2^20 draws apart."""
    model, counters = MADE(D, (4, 4), dropout=0.5), []

    def note(history):
        counters.append([int(drop.seed_generator.state[1]) for drop in model.drops])

    fit(model, epochs=3, on_epoch=note)
    for epoch, states in enumerate(counters):
        assert all(epoch << 20 < state < (epoch << 20) + 100 for state in states)
    assert len({int(drop.seed_generator.state[0]) for drop in model.drops}) == 2


def in_an_epoch(monkeypatch):
    """Press Ctrl-C while the second or third epoch is under way (batches are read ahead)."""
    seen = []

    class Pressed(training.Batches):
        def __getitem__(self, i):
            seen.append(i)
            if len(seen) == 2 * 5 + 2:
                signal.raise_signal(signal.SIGINT)
            return super().__getitem__(i)

    monkeypatch.setattr(training, "Batches", Pressed)
    return {}


def after_an_epoch(error, epoch=2):
    """Stop in the callback after that epoch."""

    def stop(history):
        if len(history.valid) == epoch:
            raise error

    return {"on_epoch": stop}


class Killed(Exception):
    pass


BREAKS = {
    "Ctrl-C in an epoch": (in_an_epoch, None),
    "Ctrl-C after an epoch": (lambda _: after_an_epoch(KeyboardInterrupt()), None),
    "killed": (lambda _: after_an_epoch(Killed()), Killed),
}


@pytest.mark.parametrize("how, error", BREAKS.values(), ids=BREAKS)
def test_an_interrupted_run_goes_on_and_ends_where_an_unbroken_one_does(
    how, error, unbroken, tmp_path, monkeypatch
):
    if error is None:
        model, history = interrupted(folder=tmp_path, **how(monkeypatch))
        assert not history.finished and 1 <= len(history.valid) < EPOCHS
        # Ctrl-C keeps the best weights so far, and says how good they are
        assert mean_nll(model) == pytest.approx(history.best_valid, rel=1e-5)
        kept = training.History.load(tmp_path / "history.json")
        assert kept == history
    else:
        with pytest.raises(error):
            run(folder=tmp_path, **how(monkeypatch))
    monkeypatch.undo()
    resumed = run(folder=tmp_path)
    assert resumed[1].finished
    assert_same(unbroken, resumed)
    if error is None:  # what was done before was not done again
        assert resumed[1].seconds[: len(history.seconds)] == history.seconds


def test_ctrl_c_keeps_the_best_weights_without_a_folder_too():
    model, history = interrupted(**after_an_epoch(KeyboardInterrupt()))
    assert len(history.valid) == 2 and not history.finished
    assert mean_nll(model) == pytest.approx(history.best_valid, rel=1e-5)


def test_ctrl_c_before_the_first_epoch_is_done_is_passed_on():
    def press(x, rng):
        signal.raise_signal(signal.SIGINT)
        return x

    with pytest.raises(KeyboardInterrupt):
        run(augment=press)


# --- However training ends, the model has its best weights ----------------------------------------


def by_an_error(error):
    return lambda model, epoch, patch: error if epoch == 4 else None


def by_weights_that_are_no_numbers(model, epoch, patch):
    if epoch == 4:
        put(model, [np.full(w.shape, np.nan) for w in values(model)])


def by_a_full_disk(model, epoch, patch):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    if epoch == 4:
        patch.setattr(files.os, "replace", full_disk)


ENDS = {
    "error": (by_an_error(Killed("mine")), Killed, "mine"),
    "exit": (by_an_error(SystemExit(3)), SystemExit, "3"),
    "NaN": (by_weights_that_are_no_numbers, FloatingPointError, "nan after epoch 5"),
    "full disk": (by_a_full_disk, OSError, "No space left"),
}


@pytest.mark.parametrize("how, error, message", ENDS.values(), ids=ENDS)
def test_the_best_weights_are_left_and_the_error_comes_out(
    how, error, message, tmp_path, monkeypatch
):
    """Validation on the contrary of what is learned: the first epoch is the best one."""
    contrary = VALID.copy()
    contrary[:, 1::2] = 1 - contrary[:, 1::2]
    model, weights = MADE(D, (16,), seed=1), []

    def end(history):
        weights.append(model.get_weights())
        found = how(model, len(history.valid), monkeypatch)
        if found is not None:
            raise found

    folder = tmp_path if error is OSError else None
    with pytest.raises(error, match=message):
        fit(model, valid=contrary, epochs=9, on_epoch=end, folder=folder, learning_rate=0.05)
    scores = []
    for own in weights:
        twin = MADE(D, (16,), seed=1)
        twin.set_weights(own)
        scores.append(mean_nll(twin, contrary))
    best = int(np.argmin(scores))
    assert best < 3, "the last epoch is the best: nothing to see"
    assert all(map(np.array_equal, model.get_weights(), weights[best]))


def test_before_the_first_epoch_is_done_the_weights_are_the_first_ones():
    """So that a lower learning rate can be tried on the same model."""
    model = MADE(D, (4, 4), activation="linear")
    before = model.get_weights()
    with pytest.raises(FloatingPointError, match="validation NLL is .* after epoch 1: .*lower"):
        fit(model, epochs=3, learning_rate=1e30)
    assert all(map(np.array_equal, model.get_weights(), before))


# --- The folder of a run --------------------------------------------------------------------------


def test_a_state_that_was_not_written_is_the_one_before(unbroken, tmp_path, monkeypatch):
    """A disk that fills up in the third epoch leaves the second, whole; from there it goes on."""
    replace, calls = files.os.replace, []

    def fills_up(source, target):
        calls.append(target)
        if len(calls) == 5:  # state and history of two epochs were written
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(files.os, "replace", fills_up)
    with pytest.raises(OSError, match="No space left"):
        run(folder=tmp_path)
    monkeypatch.undo()
    assert len(training.History.load(tmp_path / "history.json").valid) == 2
    assert_same(unbroken, run(folder=tmp_path))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["history.json"]


def test_history_and_best_weights_lie_in_one_file(tmp_path):
    model = MADE(D, (4,), seed=0)
    fit(model, folder=tmp_path, epochs=4, **after_an_epoch(KeyboardInterrupt(), epoch=3))
    with np.load(tmp_path / STATE, allow_pickle=False) as state:
        history = training.History(**json.loads(str(state["history"])))
        model.set_weights([state[f"best_{i}"] for i in range(len(model.weights))])
    assert len(history.valid) == 3
    assert mean_nll(model) == pytest.approx(history.best_valid, rel=1e-5)


def test_a_state_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / STATE).write_bytes(b"half a file")
    with pytest.raises(ValueError, match="folder holds a state that cannot be read.*Delete it"):
        fit(MADE(D, (3,)), folder=tmp_path)


def test_a_run_whose_patience_had_ended_trains_no_further(tmp_path):
    """Ctrl-C in the callback of its last epoch: the run goes on to end there."""
    contrary = VALID.copy()
    contrary[:, 1::2] = 1 - contrary[:, 1::2]

    def small(**options):
        model = MADE(D, (16,), seed=1)
        return fit(model, valid=contrary, epochs=20, patience=2, folder=tmp_path, **options)

    whole = small()
    assert len(whole.valid) < 20
    stopped = small(**after_an_epoch(KeyboardInterrupt(), epoch=len(whole.valid)))
    assert not stopped.finished
    again = small()
    assert again.finished and again.valid == whole.valid


def dropped_more(x, rng, share=0.05):
    return x ^ (rng.random(x.shape) < share).astype("uint8")


def built(rate=0.0, units=4, activation="relu"):
    """A model of no class of ours, whose layers Keras numbers on and on."""
    layers = [keras.layers.Dense(units, activation), keras.layers.Dropout(rate, seed=1)]
    return keras.Sequential([keras.Input((D,)), *layers, keras.layers.Dense(D)])


OTHERS = {
    "augment's argument": dict(augment=functools.partial(dropped_more, share=0.1)),
    "augment's code": dict(augment=lambda x, rng: x),
    "no augment": dict(augment=None),
    "loss": dict(loss=lambda x, logits: 2 * made.nll(x, logits)),
    "seed": dict(seed=1),
    "epochs": dict(epochs=5),
    "patience": dict(patience=2),
    "batches": dict(batch_size=50),
    "training data": dict(train=TRAIN[::-1]),
    "validation data": dict(valid=VALID[::-1]),
    "dropout": dict(model=built(rate=0.5)),
    "units": dict(model=built(units=5)),
    "activation": dict(model=built(activation="tanh")),
}


@pytest.fixture(scope="module")
def half_done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("half")
    options = dict(epochs=3, augment=functools.partial(dropped_more, share=0.05))
    fit(built(), folder=folder, **options, **after_an_epoch(KeyboardInterrupt()))
    return folder, options


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_run_that_computes_something_else_is_refused(other, half_done):
    folder, options = half_done
    with pytest.raises(ValueError, match="folder holds an interrupted run with another recipe"):
        fit(**({"model": built(), **options} | other), folder=folder)


def test_a_made_whose_degrees_were_changed_is_another_model(tmp_path):
    """The config says the same of both."""
    small = dict(folder=tmp_path, epochs=3)
    fit(MADE(D, (9,), seed=0), **small, **after_an_epoch(KeyboardInterrupt()))
    model, other = MADE(D, (9,), seed=0), MADE(D, (9,), seed=1)
    model.degrees[1].assign(other.degrees[1])
    with pytest.raises(ValueError, match="another recipe .*model"):
        fit(model, **small)
    assert fit(MADE(D, (9,), seed=0), **small).finished


HALF = """
import functools, sys
import keras
keras.layers.Dense(1)  # Keras counts its names on
import test_training as t
stop = t.after_an_epoch(KeyboardInterrupt())
augment = functools.partial(t.dropped_more, share=0.05)
print(t.fit(t.built(), folder=sys.argv[1], epochs=3, augment=augment, **stop).valid)
"""


def test_another_process_goes_on_with_a_partial_and_a_model_of_numbered_layers(tmp_path, root):
    """Only the first half in another process: addresses and numbers differ from those here."""
    paths = [str(root), str(root / "tests")]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {paths}\n{HALF}"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / STATE).exists()
    augment = functools.partial(dropped_more, share=0.05)
    resumed = fit(built(), folder=tmp_path, epochs=3, augment=augment)
    assert str(resumed.valid[:2]) == done.stdout.strip() and len(resumed.valid) == 3


def test_a_folder_with_another_interrupted_run_is_refused_and_a_finished_one_starts_anew(tmp_path):
    def small(**options):
        return fit(MADE(D, (4,), seed=0), folder=tmp_path, epochs=3, **options)

    small(**after_an_epoch(KeyboardInterrupt()))
    with pytest.raises(ValueError, match=r"folder holds an interrupted run.*learning_rate.*0\.01"):
        small(learning_rate=0.02)
    assert len(small().valid) == 3
    finished = small(learning_rate=0.02)  # the one in the folder is finished: nothing is refused
    assert len(finished.valid) == 3 and finished.recipe["learning_rate"] == 0.02


# --- History and progress ------------------------------------------------------------------------


def test_the_history_is_plain_json_written_whole_or_not_at_all(tmp_path, monkeypatch):
    history = training.History([3.0, 2.0], [3.5, 2.5], [0.1, 0.2], {"epochs": 2}, True)
    assert (history.best_epoch, history.best_valid) == (2, 2.5)
    assert (training.History().best_epoch, training.History().best_valid) == (0, math.inf)
    path = tmp_path / "history.json"
    history.save(path)
    assert json.loads(path.read_text(encoding="utf-8"))["valid"] == [3.5, 2.5]
    assert training.History.load(path) == history

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full_disk)
    with pytest.raises(OSError, match="No space left"):
        training.History().save(path)
    assert training.History.load(path) == history and len(list(tmp_path.iterdir())) == 1


def test_numpy_numbers_are_fine_as_settings(tmp_path):
    history = fit(MADE(D, (3,)), epochs=np.int64(1), batch_size=np.int32(100), seed=np.int64(0),
                  learning_rate=np.float32(0.25), patience=np.int8(1),
                  folder=tmp_path)  # fmt: skip
    assert history.recipe["epochs"] == 1 and history.recipe["learning_rate"] == 0.25


def show(history, epochs, times, every=None):
    """What `Progress` shows of two batches an epoch, each thing at the next of `times`."""
    clock = iter(times)
    shown = Progress(history, epochs, every, clock=lambda: next(clock))
    shown.set_params({"steps": 2})
    shown.set_model(keras.Sequential())
    shown.model.stop_training = False
    shown.on_train_begin()
    for epoch in range(epochs):
        shown.on_epoch_begin(epoch)
        for batch in range(2):
            shown.on_train_batch_end(batch, {"loss": 4.0})
        history.train.append(3.0 - epoch)
        history.valid.append(3.5 - epoch)
        shown.on_epoch_end(epoch)
    shown.close()


def test_a_log_file_gets_a_line_a_minute_and_one_at_the_end(capsys):
    """Begin at 100 s; batches and ends of epochs as they come; the last line is the end's."""
    times = [100, 130, 159.9, 160, 215, 221, 222, 223]
    show(training.History(), 2, times)
    lines = capsys.readouterr().out.splitlines()
    bar = "█" * 12 + "░" * 12
    assert lines == [
        f"{bar} epoch 1/2 · train 3.00 · valid 3.50 (best 3.50) nats · 1:00 left · 1:00 elapsed",
        f"{'█' * 24} epoch 2/2 · train 4.00 · valid 3.50 (best 3.50) nats · 2:01 elapsed",
        f"{'█' * 24} epoch 2/2 · train 2.00 · valid 2.50 (best 2.50) nats · 2:03 elapsed",
    ]


def test_progress_of_a_resumed_run_counts_its_own_epochs_only(capsys):
    """One of four epochs was done before: of the other three, one took 70 s, so two are to come."""
    history, clock = training.History([9.0], [9.0], [1.0]), iter([0, 70, 70])
    shown = Progress(history, 4, clock=lambda: next(clock))
    shown.set_model(keras.Sequential())
    shown.model.stop_training = False
    shown.on_train_begin()
    history.train.append(8.0)
    history.valid.append(9.5)
    shown.on_epoch_end(1)
    want = "epoch 2/4 · train 8.00 · valid 9.50 (best 9.00) nats · 2:20 left · 1:10 elapsed"
    assert capsys.readouterr().out.splitlines()[0].endswith(want)
    shown.model.stop_training = True
    shown.close()
    assert "nats · stopped early · 1:10" in capsys.readouterr().out


def test_fit_shows_its_scores_at_the_end_of_a_log_and_when_it_fails(capsys):
    history = fit(MADE(D, (4,)), epochs=2, progress=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert f"train {history.train[1]:.2f} · valid {history.valid[1]:.2f} (best" in line
    with pytest.raises(Killed):
        fit(MADE(D, (4,)), epochs=3, progress=True, **after_an_epoch(Killed()))
    assert "epoch 2/3" in capsys.readouterr().out


def test_a_terminal_shows_one_line_that_is_replaced(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    line = Line()
    line.write("one")
    line.write("two")
    line.close()
    assert capsys.readouterr().out == "\r\033[Kone\r\033[Ktwo\n"


def test_a_log_file_that_cannot_hold_the_bar_gets_a_line_all_the_same(tmp_path, monkeypatch):
    with open(tmp_path / "log", "w", encoding="ascii") as log:
        monkeypatch.setattr(sys, "stdout", log)
        Line().write("█ half")
        assert (tmp_path / "log").read_text(encoding="ascii") == "? half\n", "not flushed"


# --- 16 bits --------------------------------------------------------------------------------------


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"])
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


def test_losses_are_added_up_in_float32_under_any_policy(policy, tmp_path):
    """784 pixels at 100 nats each are 78,400: more than 16 bits can say."""
    x = np.zeros((60, 784), "uint8")

    def sure():
        model = MADE(784, (3,), seed=1)
        put(model, [np.zeros(w.shape) for w in values(model)])
        model.output_layer.bias.assign(np.full(784, 100.0))
        return model

    floatx = policy if policy in ("float16", "bfloat16") else "float32"
    keras.config.set_floatx(floatx)
    try:
        model = sure()
        history = fit(model, train=x, valid=x, epochs=1, learning_rate=1e-6)
        assert keras.config.floatx() == floatx
    finally:
        keras.config.set_floatx("float32")
    np.testing.assert_allclose([*history.train, *history.valid], 78_400, rtol=1e-3)
    np.testing.assert_allclose(model.nll(x), 78_400, rtol=1e-3)
    np.testing.assert_allclose(-model.network().log_prob(x), 78_400, rtol=1e-3)
    kernels = model.network().kernels
    assert all(k.dtype.itemsize >= 4 for k in kernels)
    again = made.load(made.save(model, tmp_path / "model.npz"))
    np.testing.assert_allclose(again.nll(x), 78_400, rtol=1e-3)


# --- Compiling -----------------------------------------------------------------------------------


def test_xla_is_used_unless_dropout_would_make_it_slow():
    import tensorflow as tf

    on_gpu = bool(tf.config.list_physical_devices("GPU"))
    assert training._use_jit(MADE(D, (3,)))
    assert training._use_jit(MADE(D, (3,), dropout=0.5)) == on_gpu


# --- Bad input -----------------------------------------------------------------------------------

GREY = TRAIN * 0.5
BAD = {
    "flat": (dict(train=np.zeros(D)), r"train must have shape \(n, D\).*got \(8,\)"),
    "empty": (dict(valid=np.zeros((0, D))), r"valid must have shape .*n of at least 1.*\(0, 8\)"),
    "widths differ": (dict(valid=VALID[:, :5]), r"valid must have rows like train's .*\(70, 5\)"),
    "too narrow": (
        dict(train=TRAIN[:, :5], valid=VALID[:, :5]),
        r"must have shape \(n, 8\), got \(70, 5\)",
    ),
    "nan": (dict(train=np.where(TRAIN, np.nan, 0)), "train must be finite, got .* NaN"),
    "infinite": (dict(valid=np.where(VALID, np.inf, 0)), "valid must be finite"),
    "grey": (dict(train=GREY), r"train must hold only 0 and 1, got .*0\.5"),
    "grey levels": (dict(valid=VALID * 255), "valid must hold only 0 and 1, got .*255"),
    "no epochs": (dict(epochs=0), "epochs must be at least 1, got 0"),
    "half an epoch": (dict(epochs=0.5), r"epochs must be an integer, got 0\.5"),
    "batch 0": (dict(batch_size=0), "batch_size must be at least 1, got 0"),
    "patience 0": (dict(patience=0), "patience must be at least 1, got 0"),
    "rate 0": (dict(learning_rate=0), "learning_rate must be above 0 .*got 0"),
    "rate nan": (dict(learning_rate=math.nan), "learning_rate must be above 0 .*got nan"),
    "rate inf": (dict(learning_rate=math.inf), "learning_rate must be .* finite, got inf"),
    "seed -1": (dict(seed=-1), "seed must be at least 0, got -1"),
    "seed None": (dict(seed=None), "seed must be an integer, got None"),
}


@pytest.mark.parametrize("bad, message", BAD.values(), ids=BAD)
def test_bad_input_is_named(bad, message):
    with pytest.raises(ValueError, match=message):
        fit(MADE(D, (3,)), **bad)


def test_grey_digits_may_be_trained_on_if_every_batch_is_made_binary():
    def draw(x, rng):
        return (rng.random(x.shape) < x).astype("uint8")

    assert fit(MADE(D, (3,)), train=GREY, augment=draw, epochs=1).finished
