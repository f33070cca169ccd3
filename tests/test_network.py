"""helpers.network and helpers.packed: a MADE as plain arrays, and the file it is kept in."""

import dataclasses
import json
import tracemalloc

import keras
import numpy as np
import pytest

from helpers import activations, checks, made, masks, network, packed, protocol
from helpers.network import Network

RNG = np.random.default_rng(0)


def small(ordering=(1, 2, 0), widths=(5, 4), direct=True, seed=0):
    """A random network in float64, N(0, 1) weights and biases."""
    degrees = masks.make_degrees(len(ordering), widths, list(ordering), seed=seed)
    matrices = masks.make_masks(degrees)
    ones = Network(
        degrees,
        [m.astype(float) for m in matrices],
        [np.zeros(m.shape[1]) for m in matrices],
        masks.direct_mask(degrees[0]).astype(float) if direct else None,
    )
    return checks.randomize(ones, seed)


@pytest.mark.parametrize("activation", activations.ACTIVATIONS)
@pytest.mark.parametrize("direct", [True, False])
def test_network_computes_what_the_keras_model_computes(activation, direct):
    model = made.MADE(6, (9, 8), "random", direct=direct, activation=activation, n_masks=2, seed=3)
    model.set_weights([w if w.dtype.kind == "i" else RNG.normal(size=w.shape)
                       for w in model.get_weights()])  # fmt: skip
    x = checks.all_binary(6)
    for k in range(2):
        plain = model.network(k)
        expected = np.asarray(model(x, mask_set=k))
        np.testing.assert_allclose(plain.logits(x), expected, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(plain.log_prob(x), model.log_prob(x, k), rtol=1e-4, atol=1e-4)
        assert np.array_equal(plain.ordering, model.orderings()[k])
        assert plain.dtype == np.float32
        double = plain.astype("float64")
        every = [*double.kernels, *double.biases, double.direct]
        assert {array.dtype for array in every if array is not None} == {np.dtype("float64")}


def test_ordering_is_the_inverse_of_the_ranks():
    plain = small((1, 2, 0))
    assert plain.degrees[0].tolist() == [3, 1, 2] and plain.ordering.tolist() == [1, 2, 0]
    assert plain.n_inputs == 3


def test_log_prob_multiplies_the_conditionals_in_order():
    plain = small((1, 2, 0))
    for x in checks.all_binary(3):
        log_p, seen = 0.0, np.zeros(3)
        for d in (1, 2, 0):
            p = 1 / (1 + np.exp(-plain.logits(seen[None])[0, d]))
            log_p += np.log(p if x[d] else 1 - p)
            seen[d] = x[d]
        assert plain.log_prob(x[None])[0] == pytest.approx(log_p, rel=1e-9)


BAD = {
    "flat": (np.zeros(3), r"x must have shape \(n, 3\), got \(3,\)"),
    "too wide": (np.zeros((2, 4)), r"x must have shape \(n, 3\), got \(2, 4\)"),
    "grey": (np.array([[0, 0.5, 1]]), r"x must hold only 0 and 1, got .*0\.5"),
    "two": (np.array([[0, 2, 1]]), r"x must hold only 0 and 1, got .*2"),
    "minus": (np.array([[0, -1, 1]]), r"x must hold only 0 and 1, got .*-1"),
    "nan": (np.array([[0, np.nan, 1]]), r"x must hold only 0 and 1, got .*nan"),
}


@pytest.mark.parametrize("x, message", BAD.values(), ids=BAD)
def test_bad_input_is_named(x, message):
    with pytest.raises(ValueError, match=message):
        small().log_prob(x)
    with pytest.raises(ValueError, match=message):
        made.MADE(3, (2,)).log_prob(x)


def test_booleans_and_an_empty_batch_are_fine():
    plain = small()
    x = checks.all_binary(3)
    assert np.array_equal(plain.log_prob(x.astype(bool)), plain.log_prob(x))
    assert plain.log_prob(np.zeros((0, 3))).shape == (0,)
    assert made.MADE(3, (2,)).log_prob(np.zeros((0, 3))).shape == (0,)


def test_a_network_prints_in_one_line_and_equals_itself_alone():
    plain, same = small(), small()
    assert repr(plain) == (
        "Network(3 inputs, 5, 4 hidden units, relu, direct connections, float64)"
    )
    assert "no direct connections" in repr(small(direct=False)) and str(plain) == repr(plain)
    assert plain == plain and (plain == same) is False and plain != None  # noqa: E711
    assert len({plain, same}) == 2
    no_layer = Network([np.arange(1, 4)], [np.zeros((3, 3))], [np.zeros(3)])
    assert "no hidden units" in repr(no_layer)


UNFIT = {
    "a kernel": (dict(kernels=[np.zeros((3, 5)), np.zeros((3, 4)), np.zeros((4, 3))]),
                 r"kernels\[1\] must have shape \(5, 4\), got \(3, 4\)"),
    "transposed": (dict(kernels=[np.zeros((5, 3)), np.zeros((5, 4)), np.zeros((4, 3))]),
                   r"kernels\[0\] must have shape \(3, 5\), got \(5, 3\)"),
    "a bias": (dict(biases=[np.zeros(5), np.zeros(4), np.zeros(4)]),
               r"biases\[2\] must have shape \(3,\), got \(4,\)"),
    "masks for kernels": (
        dict(kernels=[np.ones((3, 5), bool), np.ones((5, 4), bool), np.ones((4, 3), bool)]),
        r"kernels\[0\] must be of a floating-point type, got bool"),
    "whole biases": (dict(biases=[np.zeros(5, int), np.zeros(4), np.zeros(3)]),
                     r"biases\[0\] must be of a floating-point type, got int64"),
    "one kernel less": (dict(kernels=[np.zeros((3, 5))]), "kernels must be 3 arrays, .*got 1"),
    "one bias more": (dict(biases=[np.zeros(5)] * 4), "biases must be 3 arrays, .*got 4"),
    "direct": (dict(direct=np.zeros((3, 4))), r"direct must have shape \(3, 3\), got \(3, 4\)"),
    "activation": (dict(activation="gelu"), "activation must be one of 'relu', .*got 'gelu'"),
}  # fmt: skip


@pytest.mark.parametrize("changes, message", UNFIT.values(), ids=UNFIT)
def test_arrays_that_do_not_fit_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(small(), **changes)


def test_a_model_of_several_mask_sets_or_none_is_told_what_to_give():
    plain = small()
    assert protocol.as_network("model", plain) is plain
    two = made.MADE(3, (2,), n_masks=2)
    with pytest.raises(ValueError, match=r"m must be one mask set, got a model with 2: pick one"):
        protocol.as_network("m", two)
    for wrong in (made.MADE, plain.logits, keras.Sequential(), {"network": plain}):
        with pytest.raises(
            ValueError, match=r"m must be a network\.Network, a sampling\.Sampler or"
        ):
            protocol.as_network("m", wrong)


# --- Files ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A model of two mask sets, and the bytes of its file."""
    model = made.MADE(5, (6, 4), "random", n_masks=2, seed=4)
    return model, made.save(model, tmp_path_factory.mktemp("kept") / "model.npz").read_bytes()


@pytest.fixture
def saved(kept, tmp_path):
    """The same, and a file of the test's own."""
    (tmp_path / "model.npz").write_bytes(kept[1])
    return kept[0], tmp_path / "model.npz"


def test_the_file_holds_no_pickles_and_no_dead_weights(saved):
    model, path = saved
    with np.load(path, allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files}
    assert json.loads(str(arrays["config"]))["n_masks"] == 2
    live = [np.any(m, axis=0) for m in zip(*(masks.make_masks(model.degrees_of(k))
                                             for k in range(2)))]  # fmt: skip
    assert [arrays[f"kernel_{i}"].size for i in range(3)] == [int(m.sum()) for m in live]
    assert arrays["degrees_0"].shape == (2, 5)


def test_a_network_is_read_without_keras_and_equals_the_models(saved):
    model, path = saved
    x = checks.all_binary(5)
    for k in range(2):
        assert np.array_equal(network.load(path, k).logits(x), model.network(k).logits(x))
    for wrong in (2, -1, 0.0, True, "0"):
        with pytest.raises(ValueError, match=f"mask_set must be .*got {wrong!r}"):
            network.load(path, wrong)


def test_half_precision_files_are_smaller_and_nearly_the_same(tmp_path):
    model = made.MADE(40, (100,), seed=0)
    full = made.save(model, tmp_path / "full.npz")
    half = made.save(model, tmp_path / "half.npz", dtype="float16")
    assert half.stat().st_size < 0.7 * full.stat().st_size
    x = RNG.integers(0, 2, (50, 40))
    np.testing.assert_allclose(
        network.load(half).log_prob(x), network.load(full).log_prob(x), atol=0.02
    )


def test_the_degrees_in_the_file_are_the_ones_used(saved, tmp_path):
    """The fault: degrees drawn again on loading. Other degrees give other scores."""
    model, path = saved
    config, arrays = packed.load_arrays(path)
    other = made.MADE(**{**config, "seed": config["seed"] + 1})
    redrawn = dict(arrays)
    for i, weight in enumerate(other.degrees):
        redrawn[f"degrees_{i}"] = np.asarray(weight)
    x = checks.all_binary(5)
    kept = network.from_arrays(config, arrays).log_prob(x)
    np.testing.assert_allclose(kept, model.log_prob(x, 0), rtol=1e-5)
    try:
        assert np.abs(network.from_arrays(config, redrawn).log_prob(x) - kept).max() > 1e-3
    except (ValueError, IndexError):
        pass  # other degrees leave another number of weights alive, and the file does not fit


@pytest.mark.parametrize("n_inputs, units", [(300, (270, 40)), (784, (20,))])
@pytest.mark.parametrize("dtype", packed.DTYPES)
def test_a_file_keeps_degrees_above_255_the_activation_and_every_mask_set(
    n_inputs, units, dtype, tmp_path
):
    """The faults: degrees that wrap as uint8, an activation that is ReLU again, mask set 0."""
    model = made.MADE(n_inputs, units, "random", activation="tanh", n_masks=2, seed=6)
    for weight in model.trainable_weights:
        weight.assign(RNG.normal(0, 0.2, weight.shape))
    path = made.save(model, tmp_path / "m.npz", dtype)
    x = RNG.integers(0, 2, (20, n_inputs))
    again = made.load(path)
    for k in range(2):
        plain, kept = network.load(path, k), model.network(k)
        assert plain.activation == "tanh"
        assert max(layer.max() for layer in kept.degrees) > 255
        assert all(map(np.array_equal, plain.degrees, kept.degrees))
        assert np.array_equal(plain.ordering, model.orderings()[k])
        checks.assert_autoregressive(plain.paths(), plain.ordering)
        if dtype == "float32":
            assert np.array_equal(plain.logits(x), kept.logits(x))
        else:  # half a percent of the largest weight of each unit, or a thousandth of each
            for a, b in zip([*plain.kernels, plain.direct], [*kept.kernels, kept.direct]):
                assert (np.abs(a - b) <= 0.005 * np.abs(model_scale(model)) + 1e-6).all()
        np.testing.assert_allclose(again.log_prob(x, k), plain.log_prob(x), rtol=1e-3)
    assert np.abs(network.load(path, 0).log_prob(x) - network.load(path, 1).log_prob(x)).max() > 1


def model_scale(model):
    """The largest weight."""
    return max(np.abs(np.asarray(w)).max() for w in model.trainable_weights)


@pytest.mark.parametrize("dtype", packed.DTYPES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e6])
def test_weights_that_the_type_cannot_hold_are_not_saved(tmp_path, dtype, bad):
    model = made.MADE(4, (3,))
    kernel = np.asarray(model.hidden[0].kernel).copy()
    kernel[0] = bad
    model.hidden[0].kernel.assign(kernel)
    if bad == 1e6 and dtype != "float16":
        np.testing.assert_allclose(
            network.load(made.save(model, tmp_path / "m.npz", dtype)).kernels[0],
            model.network().kernels[0], rtol=0.01, atol=1,
        )  # fmt: skip
        return
    with pytest.raises(ValueError, match=r"kernel_0 must be finite"):
        made.save(model, tmp_path / "m.npz", dtype)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "lost", ["config", "degrees_0", "degrees_2", "kernel_1", "bias_0", "direct"]
)
def test_a_file_without_one_of_its_arrays_is_refused(saved, tmp_path, lost):
    _, path = saved
    with np.load(path) as file:
        arrays = {key: file[key] for key in file.files if key != lost}
    np.savez(tmp_path / "less.npz", **arrays)
    for load in (network.load, made.load):
        with pytest.raises(ValueError, match=f"path must be a file written by made.save.*{lost}"):
            load(tmp_path / "less.npz")


def test_files_that_are_not_ours_are_refused(saved, tmp_path):
    whole = saved[1].read_bytes()
    bad = tmp_path / "bad.npz"
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    for content in (b"", b"<!doctype html><p>Not found", whole[:middle], flipped):
        bad.write_bytes(content)
        with pytest.raises(ValueError, match=r"path must be a file written by made.save.*bad\.npz"):
            network.load(bad)
    np.save(tmp_path / "plain.npy", np.zeros(3))
    with pytest.raises(ValueError, match="path must be a file written by made.save"):
        network.load(tmp_path / "plain.npy")
    with pytest.raises(FileNotFoundError):
        network.load(tmp_path / "none.npz")
    with pytest.raises(ValueError, match=r"path must end in \.npz, got .*model\.h5"):
        made.save(saved[0], tmp_path / "model.h5")


def test_a_failed_save_leaves_the_old_file_and_nothing_else(saved, monkeypatch):
    model, path = saved
    before = path.read_bytes()

    def full_disk(file, **arrays):
        file.write(b"half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full_disk)
    with pytest.raises(OSError, match="No space left"):
        made.save(model, path)
    assert path.read_bytes() == before and [p.name for p in path.parent.iterdir()] == [path.name]


# --- Files that lie ------------------------------------------------------------------------------


def put(**arrays):
    """A change of a file's arrays: these instead."""
    return lambda held: held | arrays


def config(**changes):
    def change(held):
        told = json.loads(str(held["config"])) | changes
        return held | {"config": np.array(json.dumps(told))}

    return change


def alter(name, function):
    """A change of a file's arrays: one of them passed through `function`."""
    return lambda held: held | {name: function(held[name].copy())}


def first(value):
    def change(array):
        array = array.astype(np.promote_types(array.dtype, np.asarray(value).dtype))
        array.flat[0] = value
        return array

    return change


ODD_FILES = {
    "no JSON": (put(config=np.array("{")), "Expecting"),
    "a list": (put(config=np.array("[1, 2]")), r"config must have activation.*got \[1, 2\]"),
    "of another world": (put(config=np.array('{"layers": 3}')), "config must have .*layers"),
    "numbers for a config": (put(config=np.zeros(3)), "config must have|Expecting"),
    "one input": (config(n_inputs=1), "n_inputs must be at least 2, got 1"),
    "half an input": (config(n_inputs=4.5), r"n_inputs must be an integer, got 4\.5"),
    "too many inputs": (config(n_inputs=70_000), "n_inputs must be at most 65535, got 70000"),
    "other widths": (config(hidden_units=[6, 5]), r"degrees_2 must have shape \(2, 5\)"),
    "no layer": (config(hidden_units=[]), "hidden_units must name at least one"),
    "text for widths": (config(hidden_units="64"), "hidden_units must be an integer, got '64'"),
    "another layer": (config(hidden_units=[6, 4, 4]), "degrees_3 is missing"),
    "a model of gigabytes": (config(hidden_units=[50_000, 50_000]), "at most 100,000,000 weights"),
    "mask sets in millions": (config(n_masks=10**9), "at most 100,000,000 weights and degrees"),
    "no mask set": (config(n_masks=0), "n_masks must be at least 1, got 0"),
    "three mask sets": (config(n_masks=3), r"degrees_0 must have shape \(3, 5\)"),
    "unknown activation": (config(activation="gelu"), "activation must be one of .*'gelu'"),
    "direct in words": (config(direct="yes"), "direct must be true or false, got 'yes'"),
    "ranks from 0": (alter("degrees_0", lambda d: d - 1), "degrees_0 must be the ranks 1 … 5"),
    "ranks twice": (alter("degrees_0", lambda d: d.clip(2)), "degrees_0 must be the ranks 1 … 5"),
    "a degree of 60,000": (alter("degrees_1", first(np.uint16(60_000))), "must be in 0 … 5"),
    "a degree of -1": (alter("degrees_1", first(np.int16(-1))), "hidden degrees must be in 0 … 5"),
    "real degrees": (alter("degrees_1", lambda d: d * 1.0), "degrees_1 must have shape .* float64"),
    "other degrees": (alter("degrees_2", lambda d: d * 0 + 4), "kernel_1 must have shape"),
    "nan": (alter("kernel_0", first(np.nan)), "kernel_0 must be finite"),
    "inf": (alter("bias_1", first(np.inf)), "bias_1 must be finite"),
    "a direct nan": (alter("direct", first(np.nan)), "direct must be finite"),
    "a square kernel": (put(kernel_1=np.zeros((6, 4), "float32")), "kernel_1 must have shape"),
    "one weight less": (alter("kernel_1", lambda k: k[1:]), "kernel_1 must have shape"),
    "bias of one": (put(bias_0=np.zeros(1, "float32")), r"bias_0 must have shape \(6,\)"),
    "text weights": (put(bias_0=np.array(["a"] * 6)), "bias_0 must have shape .*kind f"),
    "complex weights": (alter("kernel_0", lambda k: k + 0j), "kernel_0 must have shape"),
    "levels, no scale": (alter("kernel_0", lambda k: k.astype("int8")), "kernel_0_scale is miss"),
    "pickled weights": (put(kernel_0=np.array([{}] * 3, object)), "allow_pickle=False|pickle"),
    "a pickled config": (put(config=np.array({"n_inputs": 5}, object)), "allow_pickle=False|pick"),
}


@pytest.mark.parametrize("change, message", ODD_FILES.values(), ids=ODD_FILES)
def test_a_file_that_lies_is_refused_by_name(saved, tmp_path, change, message):
    with np.load(saved[1]) as file:
        held = change(dict(file))
    np.savez(tmp_path / "odd.npz", **held)
    for load in (network.load, made.load):
        with pytest.raises(ValueError, match=rf"path must be a file .*odd\.npz: .*({message})"):
            load(tmp_path / "odd.npz")


@pytest.mark.parametrize("name", ["config", "degrees_0", "kernel_1", "bias_0", "direct"])
def test_a_bomb_is_refused_before_it_is_unpacked(saved, tmp_path, name):
    """64 MB of zeros pack into 64 kB. What the config does not ask for is not read at all."""
    with np.load(saved[1]) as file:
        held = dict(file)
    zeros = np.zeros(2**24, "U1") if name == "config" else np.zeros(2**24, "float32")
    for changed, bomb in ((held | {name: zeros}, True), (held | {"extra": zeros}, False)):
        np.savez_compressed(tmp_path / "bomb.npz", **changed)
        tracemalloc.start()
        try:
            if bomb:
                with pytest.raises(ValueError, match=f"{name} must have at most .* bytes, got 67"):
                    network.load(tmp_path / "bomb.npz")
            else:
                network.load(tmp_path / "bomb.npz")
            assert tracemalloc.get_traced_memory()[1] < 16e6
        finally:
            tracemalloc.stop()


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="path must be a file written by made.save"):
        network.load(tmp_path)


def test_levels_spread_over_the_largest_weight_of_each_unit():
    """Stored as int8, a weight is off by at most half a level of its own unit."""
    rng = np.random.default_rng(0)
    kernel, live = rng.normal(size=(40, 9)) * 10.0 ** np.arange(-4, 5), rng.random((40, 9)) < 0.7
    live[:, 3] = False
    arrays = packed.pack("k", kernel, live, "int8")
    assert arrays["k"].dtype == np.int8 and np.abs(arrays["k"]).max() == packed.LEVELS
    back = packed.unpack("k", arrays, live)
    half = np.abs(kernel * live).max(axis=0) / packed.LEVELS / 2
    assert (np.abs(back - kernel * live) <= half * 1.001).all() and not back[:, 3].any()
    with pytest.raises(ValueError, match="dtype must be one of 'float32', .* got 'int4'"):
        packed.pack("k", kernel, live, "int4")


def test_live_weights_are_those_of_any_mask_set():
    sets = [masks.make_degrees(6, (7,), "random", seed=s) for s in range(3)]
    every = [np.stack(layer) for layer in zip(*sets)]
    for direct in (True, False):
        expected = [
            np.any(layer, axis=0)
            for layer in zip(
                *(masks.make_masks(d) + [masks.direct_mask(d[0])] * direct for d in sets)
            )
        ]
        got = packed.live_masks(every, direct)
        assert len(got) == 2 + direct and all(map(np.array_equal, got, expected))
