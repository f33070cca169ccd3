"""helpers.network: a MADE as plain arrays, and the file it is kept in."""

import json

import numpy as np
import pytest

from helpers import checks, made, masks, network
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


@pytest.mark.parametrize("activation", network.ACTIVATIONS)
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
        assert plain.dtype == np.float32 and plain.astype("float64").dtype == np.float64


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


# --- Files ---------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    """A model of two mask sets, and its file."""
    model = made.MADE(5, (6, 4), "random", n_masks=2, seed=4)
    return model, made.save(model, tmp_path / "model.npz")


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
    with pytest.raises(ValueError, match="mask_set must be in 0 … 1, got 2"):
        network.load(path, 2)


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
    config, arrays = network.load_arrays(path)
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
