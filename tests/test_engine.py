"""The engine in JavaScript computes what Python computes, and refuses what Python refuses.

`tests/js/engine.mjs` asks it in Node; where there is no Node, these tests are skipped. Draws are
compared digit by digit for the same uniform numbers, in float64 on both sides.
"""

import http.server
import io
import itertools
import json
import shutil
import struct
import subprocess
import threading
import zipfile

import numpy as np
import pytest
from examples import two_peaks

from helpers import checks, data, likelihood, masks, network, packed, reference, sampling
from helpers.activations import ACTIVATIONS, sigmoid
from helpers.network import Network
from helpers.outputs import Mixture
from helpers.plots.autoencoders import plane_limits
from helpers.widgets import conditional, mask_explorer

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


@pytest.fixture(scope="module")
def ask(pytestconfig):
    """A function that sends questions to the engine and returns its answers."""

    def ask(*asked, fail=True):
        text = json.dumps({"folder": str(pytestconfig.rootpath / "helpers/engine"), "asked": asked})
        done = subprocess.run(
            [NODE, str(pytestconfig.rootpath / "tests/js/engine.mjs")],
            input=text, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers = json.loads(done.stdout)
        assert len(answers) == len(asked)
        if fail:
            wrong = [a["error"] for a in answers if isinstance(a, dict) and "error" in a]
            assert not wrong, wrong
        return answers

    return ask


def rows(bits) -> np.ndarray:
    """Zeros and ones from strings."""
    return np.array([[int(bit) for bit in row] for row in bits], np.uint8)


# --- any region ---------------------------------------------------------------------------------


@pytest.mark.parametrize("direct, dtype", [(True, "float32"), (False, "int8")])
def test_any_region_is_completed_as_python_completes_it(ask, direct, dtype, tmp_path):
    """By a model of fresh orderings: the known first, degrees drawn, 0 and "not seen" apart."""
    made = pytest.importorskip("helpers.made")
    options = {"direct": direct, "activation": "tanh", "fresh": True, "n_masks": 2, "seed": 4}
    model, rng = made.MADE(9, (14, 6), "random", **options), np.random.default_rng(1)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    file = made.save(model, tmp_path / "fresh.npz", dtype)
    asked = []
    for seed in range(30):
        known = rng.random(9) < rng.choice([0, 0.3, 0.7, 1])
        asked.append({"x": rng.integers(0, 2, 9).tolist(), "known": known.tolist(), "seed": seed})
    for case, found in zip(
        asked, ask(*({"ask": "erased", "file": str(file), "n": 20} | case for case in asked))
    ):
        x, known, same = (
            np.array(case["x"]),
            np.array(case["known"]),
            np.random.default_rng(case["seed"]),
        )
        order = masks.known_first(known, same)
        net = network.load(file, ordering=order, seed=same).astype(np.float64)
        assert found["order"] == order.tolist()
        assert found["degrees"] == [degrees.tolist() for degrees in net.degrees]
        assert found["logProb"] == pytest.approx(net.log_prob(x[None])[0], rel=1e-6)
        completed = sampling.complete(net, x, known, 20, case["seed"])
        assert np.array_equal(rows(found["completed"]), completed)
        assert (completed[:, known] == x[known]).all()


# --- numbers -------------------------------------------------------------------------------------


def test_a_seed_gives_the_numbers_that_numpy_gives(ask):
    seeds = [0, 1, 2, 174, 2**31, 2**32 - 1, 2**32, 2**53 - 1]
    for seed, found in zip(seeds, ask(*({"ask": "random", "seed": s, "n": 50} for s in seeds))):
        rng = np.random.default_rng(seed)
        assert found["uniforms"] == rng.random(50).tolist()
        assert found["integers"] == rng.integers(1, 51, 50).tolist()
        assert found["permutation"] == rng.permutation(50).tolist()
        assert found["one"] == rng.integers(3, 4, 2).tolist()
        assert found["odd"] == rng.integers(0, 7, 3).tolist()  # an odd half word is left over
        assert found["after"] == rng.random()
        normals = rng.standard_normal(20_000)  # the rare far ends of the ziggurat among them
        np.testing.assert_allclose(found["normals"], normals[-50:], rtol=1e-12, atol=1e-14)


def test_losses_are_those_of_python(ask):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, 60)
    logits = np.concatenate([rng.normal(0, 5, 50), [0, -0.0, 40, -40, 800, -800, 1e-9, 36, 37, 38]])
    mean, log_std = rng.normal(size=60), rng.normal(size=60)
    asked = {"x": x, "logits": logits, "mean": mean, "logStd": log_std}
    (found,) = ask({"ask": "likelihood"} | {k: v.tolist() for k, v in asked.items()})
    wanted = {
        "bernoulli": likelihood.bernoulli_nll(x, logits),
        "parts": -likelihood.bernoulli_nll(x[:, None].astype(float), logits[:, None]),
        "gaussian": likelihood.gaussian_nll(logits, mean, log_std),
        "logSumExp": likelihood.log_sum_exp(logits),
        "sigmoid": sigmoid(logits),
        "softplus": np.logaddexp(0, logits),
    }
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-13, atol=1e-15, err_msg=name)


# --- masks ---------------------------------------------------------------------------------------


def test_degrees_are_drawn_as_python_draws_them(ask):
    orders = ["natural", "reversed", "random", "own"]
    cases = list(itertools.product((2, 3, 8, 40), ((1,), (5, 3), (8, 1, 6)), orders,
                                   ("random", "even"), (0, 7, 174)))  # fmt: skip
    asked = []
    for n, units, ordering, how, seed in cases:
        order = [*range(1, n), 0] if ordering == "own" else ordering
        asked.append({"n": n, "units": units, "ordering": order, "how": how, "seed": seed})
    for case, found in zip(asked, ask(*({"ask": "degrees"} | case for case in asked))):
        made = mask_explorer.build(*(case[k] for k in ("n", "units", "ordering", "seed", "how")))
        assert found == [np.asarray(d).tolist() for d in made[:-1]], case


def some_degrees(seed) -> list[np.ndarray]:
    """Degrees of any kind: drawn by the rules, or not, with ties and extremes."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9)) if seed % 10 else 40
    units = rng.integers(1, 9, rng.integers(1, 4))
    ranks = rng.permutation(n) + 1 if seed % 3 else rng.integers(1, n + 1, n)
    return [ranks, *(rng.integers(0, n + 1, k) for k in units)]


def test_masks_paths_and_what_is_visible_are_those_of_python(ask):
    every = [some_degrees(seed) for seed in range(150)]
    asked = [
        {"ask": "masks", "degrees": [d.tolist() for d in degrees], "direct": bool(i % 2)}
        for i, degrees in enumerate(every)
    ]
    for degrees, case, found in zip(every, asked, ask(*asked)):
        made = masks.make_masks(degrees)
        direct = masks.direct_mask(degrees[0]) if case["direct"] else None
        assert all(np.array_equal(rows(a), b) for a, b in zip(found["masks"], made, strict=True))
        assert direct is None or np.array_equal(rows(found["direct"]), direct)
        paths = masks.count_paths(made, direct)
        assert np.array_equal(found["paths"], paths)
        assert found["visible"] == [np.flatnonzero(column).tolist() for column in paths.T]
        allowed = degrees[0][:, None] < degrees[0][None, :]
        assert found["leaks"] == np.argwhere((paths > 0) & ~allowed).tolist()
        assert found["missing"] == np.argwhere((paths == 0) & allowed).tolist()
        assert found["order"] == np.argsort(degrees[0], kind="stable").tolist()


# --- networks ------------------------------------------------------------------------------------


def write_model(path, every, seed, direct, activation, dtype):
    """Write a model with random weights, whose mask sets have the degrees `every`."""
    rng = np.random.default_rng(seed)
    live = packed.live_masks(every, direct)
    arrays = {f"degrees_{i}": d.astype("uint16") for i, d in enumerate(every)}
    for i, mask in enumerate(live):
        name = "direct" if i == len(every) else f"kernel_{i}"
        arrays |= packed.pack(name, rng.normal(0, 1, mask.shape), mask, dtype)
        if i < len(every):
            arrays[f"bias_{i}"] = rng.normal(0, 1, mask.shape[1]).astype("float32")
    config = {
        "n_inputs": every[0].shape[1],
        "hidden_units": [d.shape[1] for d in every[1:]],
        "n_masks": len(every[0]),
        "direct": direct,
        "activation": activation,
    }
    return packed.save_arrays(path, config, arrays)


def some_model(path, seed) -> int:
    """A model of any kind that a file can hold; return which mask set to load."""
    rng = np.random.default_rng(seed)
    d = int(rng.choice([2, 3, 5, 8, 9, 30]))
    sets = int(rng.choice([1, 1, 3]))
    ranks = [np.arange(d) + 1 if seed % 4 == 0 else rng.permutation(d) + 1 for _ in range(sets)]
    low, high = [(1, d), (0, d + 1), (d - 1, d + 1), (0, 1)][seed % 7 % 4]
    every = [np.array(ranks)]
    for _ in range(seed % 3 + 1):
        every.append(rng.integers(low, high, (sets, int(rng.integers(1, 20)))))
    activation = list(ACTIVATIONS)[seed % len(ACTIVATIONS)]
    dtype = packed.DTYPES[seed // 2 % 3]
    write_model(path, every, seed, bool(seed // 6 % 2), activation, dtype)
    return int(rng.integers(sets))


def question(path, mask_set, net, seed, n=4):
    rng = np.random.default_rng(seed)
    d = net.n_inputs
    x = rng.integers(0, 2, (n, d))
    known = np.zeros(d, bool)
    known[net.ordering[: int(rng.integers(0, d + 1))]] = True
    return {
        "ask": "network", "file": str(path), "set": mask_set, "x": x.tolist(), "seed": seed,
        "uniforms": rng.random((n, d)).tolist(), "known": known.tolist(), "total": d <= 9,
        "temperature": [1.0, 0.5, 2.0][seed % 3],
    }  # fmt: skip


def same_answers(net, case, found):
    """All that a network is asked is answered as Python answers it."""
    x = np.array(case["x"])
    np.testing.assert_allclose(found["logits"], net.logits(x), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found["logProb"], net.log_prob(x), rtol=1e-9)
    np.testing.assert_allclose(np.sum(found["logProbs"], axis=1), net.log_prob(x), rtol=1e-9)
    parts = [
        likelihood.bernoulli_nll(a[:, None] * 1.0, b[:, None]) for a, b in zip(x, net.logits(x))
    ]
    np.testing.assert_allclose(found["logProbs"], -np.array(parts), rtol=1e-9, atol=1e-12)
    uniforms, known = np.array(case["uniforms"]), np.array(case["known"])
    n, t = len(uniforms), case["temperature"]
    drawn = sampling.sample(net, n, uniforms=uniforms, temperature=t)
    assert np.array_equal(rows(found["drawn"]), drawn)
    assert np.array_equal(rows(found["seeded"]), sampling.sample(net, 2, seed=case["seed"]))
    completed = sampling.complete(net, x[0], known, n, uniforms=uniforms)
    assert np.array_equal(rows(found["completed"]), completed)
    assert (rows(found["completed"])[:, known] == x[0, known]).all()
    if case["total"]:
        assert np.array_equal(found["paths"], net.paths())
        wanted = checks.total_probability(checks.randomize(net, case["seed"]))
        assert found["total"] == pytest.approx(wanted, rel=1e-9) and abs(found["total"] - 1) < 1e-9
        assert found["own"] == pytest.approx(checks.total_probability(net), rel=1e-9)


def test_models_of_every_kind_score_and_draw_as_in_python(ask, tmp_path):
    asked, nets = [], []
    for seed in range(120):
        path = tmp_path / f"{seed}.npz"
        mask_set = some_model(path, seed)
        nets.append(network.load(path, mask_set).astype(np.float64))
        asked.append(question(path, mask_set, nets[-1], seed))
    for net, case, found in zip(nets, asked, ask(*asked)):
        same_answers(net, case, found)


def test_the_models_that_the_course_ships_score_and_draw_as_in_python(ask):
    digits = data.load("sample").test[:3].astype(int)
    for name in ("raster", "random"):
        path = reference.path(name)
        net = reference.load(name).astype(np.float64)
        case = question(path, 0, net, 6, n=3) | {"x": digits.tolist()}
        known = np.zeros(784, bool)
        known[net.ordering[:392]] = True
        case["known"] = known.tolist()
        paths = {"ask": "masks", "degrees": [d.tolist() for d in net.degrees], "direct": True}
        answer, counted = ask(case, paths)
        same_answers(net, case, answer)
        by_hand = masks.count_paths(
            masks.make_masks(net.degrees), masks.direct_mask(net.degrees[0])
        )
        assert np.array_equal(counted["paths"], by_hand) and counted["leaks"] == []


def plain(seed) -> Network:
    """A network that no file holds: ties, constants, a single input, leaks if seed is odd."""
    rng = np.random.default_rng(seed)
    degrees = [d for d in some_degrees(seed + 1) if len(d)]
    degrees = [d[:8] for d in degrees] if len(degrees[0]) > 9 else degrees
    made = masks.make_masks(degrees)
    direct = masks.direct_mask(degrees[0]) * rng.normal(size=(len(degrees[0]),) * 2)
    if seed % 2:
        made[-1] = masks.hidden_mask(degrees[-1], degrees[0])  # >=, where > is right
    return Network(
        degrees,
        [rng.normal(size=m.shape) * m for m in made],
        [rng.normal(size=m.shape[1]) for m in made],
        direct if seed % 3 else None,
        list(ACTIVATIONS)[seed % len(ACTIVATIONS)],
    )


def as_json(net) -> dict:
    return {
        "degrees": [d.tolist() for d in net.degrees],
        "kernels": [k.tolist() for k in net.kernels],
        "biases": [b.tolist() for b in net.biases],
        "direct": None if net.direct is None else net.direct.tolist(),
        "activation": net.activation,
    }


def test_networks_with_ties_constants_and_a_single_input_draw_as_in_python(ask):
    nets = [plain(seed) for seed in range(0, 160, 2)]
    assert any(net.n_inputs == 1 for net in nets)
    asked = []
    for seed, net in enumerate(nets):
        case = question("", 0, net, seed)
        asked.append(case | {"ask": "plain", "network": as_json(net)})
    for net, case, found in zip(nets, asked, ask(*asked)):
        uniforms, x = np.array(case["uniforms"]), np.array(case["x"])
        assert np.array_equal(rows(found["drawn"]), sampling.sample(net, 4, uniforms=uniforms))
        known = np.array(case["known"])
        completed = sampling.complete(net, x[0], known, 4, uniforms=uniforms)
        assert np.array_equal(rows(found["completed"]), completed)
        np.testing.assert_allclose(found["logProb"], net.log_prob(x), rtol=1e-9)
        total = checks.total_probability(checks.randomize(net, case["seed"]))
        assert found["total"] == pytest.approx(total, rel=1e-9) and abs(total - 1) < 1e-9


def test_a_pixel_may_be_known_whose_twin_in_rank_is_not(ask):
    """Python's rule: known pixels come first in rank, and within a rank none comes first."""
    ranks = np.array([1, 1, 2, 2, 2])
    rng = np.random.default_rng(4)
    degrees = [ranks, rng.integers(0, 3, 6)]
    kernels = [rng.normal(size=m.shape) * m for m in masks.make_masks(degrees)]
    net = Network(degrees, kernels, [rng.normal(size=6), rng.normal(size=5)], None, "tanh")
    uniforms, x = rng.random((40, 5)), [1, 0, 1, 0, 1]
    for known in ([0, 1, 0, 0, 0], [1, 1, 0, 1, 0], [1, 1, 0, 1, 1]):
        known = np.array(known, bool)
        asked = {"make": "complete", "network": as_json(net), "uniforms": uniforms.tolist()}
        (found,) = ask({"ask": "refused", **asked, "known": known.tolist(), "x": x})
        drawn = np.array([[row[str(i)] for i in range(5)] for row in found])
        assert np.array_equal(drawn, sampling.complete(net, x, known, 40, uniforms=uniforms))


def test_a_leak_moves_the_sum_as_in_python_and_is_not_drawn_from(ask):
    nets = [plain(seed) for seed in range(1, 80, 2)]
    sums = ask(*({"ask": "total", "network": as_json(net), "seed": 3} for net in nets))
    coins = [np.random.default_rng(i).random((2, net.n_inputs)) for i, net in enumerate(nets)]
    draws = ask(
        *({"ask": "draw", "network": as_json(net), "uniforms": u.tolist()}
          for net, u in zip(nets, coins)),
        fail=False,
    )  # fmt: skip
    moved = []
    for net, found, uniforms, drawn in zip(nets, sums, coins, draws):
        total = checks.total_probability(checks.randomize(net, 3))
        assert found["total"] == pytest.approx(total, rel=1e-9)
        if masked(net):
            assert np.array_equal(rows(drawn), sampling.sample(net, 2, uniforms=uniforms))
        else:
            assert drawn["error"] == "network must be masked as its degrees say."
        moved.append(abs(total - 1) > 1e-3)
        assert not (moved[-1] and masked(net))
    assert 5 < sum(moved) < len(nets) - 5


def masked(net) -> bool:
    """No weight reaches beyond the inputs that come first."""
    ranks = np.sort(net.degrees[0])
    steps = [np.searchsorted(ranks, degrees, "right") for degrees in net.degrees]
    return not any(((k != 0) & ~m).any() for k, m in zip(net.kernels, masks.make_masks(steps)))


WEIGHTS = {"degrees": [[1, 2], [1]], "kernels": [[[1], [0]], [[0, 1]]], "biases": [[0], [0, 0]]}
U = {"make": "draw", "uniforms": [[0.5, 0.5]], "known": [False, False], "x": [0, 0]}
BAD = {
    "seed -1": ({"make": "seed", "seed": -1}, "seed must be a whole number"),
    "seed 0.5": ({"make": "seed", "seed": 0.5}, "seed must be a whole number"),
    "no order": ({"make": "ordering", "ordering": [0, 0, 1, 2]}, "ordering must name each of 0"),
    "a short order": ({"make": "ordering", "ordering": [0, 1, 2]}, "ordering must name each"),
    "gelu": ({**U, "network": {**WEIGHTS, "activation": "gelu"}}, "activation must be one of relu"),
    "a layer less": ({**U, "network": {**WEIGHTS, "kernels": [[[1], [0]]]}}, "be 2 arrays each"),
    "a square": (
        {**U, "network": {**WEIGHTS, "kernels": [[[1], [0]], [[0, 1], [0, 1]]]}},
        "kernels[1] must have shape (1, 2)",
    ),
    "bias of one": (
        {**U, "network": {**WEIGHTS, "biases": [[0], [0]]}}, "biases[1] must have shape (2)",
    ),
    "direct": ({**U, "network": {**WEIGHTS, "direct": [[0, 1]]}}, "direct must have shape (2, 2)"),
    "three pixels": ({**U, "x": [0, 0, 0]}, "x and known must have 2 pixels"),
    "late": ({**U, "known": [False, True]}, "got pixel 1 (rank 2) but not pixel 0 (rank 1)"),
    "one coin": ({**U, "uniforms": [[0.5]]}, "uniforms must have shape (1, 2)"),
    "grey": ({**U, "make": "logProb", "x": [0, 0.5]}, "x must hold only 0 and 1, got 0.5"),
    "one pixel": ({**U, "make": "logProb", "x": [0]}, "x must have 2 numbers, got 1"),
}  # fmt: skip


def test_bad_arguments_are_named(ask):
    asked = [{"ask": "refused", "network": WEIGHTS} | case for case, _ in BAD.values()]
    for (_, says), found in zip(BAD.values(), ask(*asked, fail=False), strict=True):
        assert says in found["error"]


# --- files that are none -------------------------------------------------------------------------

SMALL = {"n_inputs": 5, "hidden_units": [6, 4], "n_masks": 1, "direct": True, "activation": "tanh"}
MEGABYTE = 1_000_000
NPY = b"\x93NUMPY"


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> dict:
    """The arrays of a small, sound model."""
    path = tmp_path_factory.mktemp("small") / "small.npz"
    degrees = [d[None] for d in masks.make_degrees(5, (6, 4), seed=1)]
    write_model(path, degrees, 0, True, "tanh", "float32")
    with np.load(path) as file:
        return dict(file)


def config(**changes):
    return lambda held: {"config": np.array(json.dumps({**SMALL, **changes}))}


def alter(name, change):
    return lambda held: {name: change(held[name])}


def first(value):
    return lambda array: np.concatenate([[value], array.ravel()[1:]]).reshape(array.shape)


LIES = {
    "another world": (lambda held: {"config": np.array('{"model": "vae"}')}, "config must have"),
    "no object": (lambda held: {"config": np.array("[1, 2]")}, "config must have"),
    "null": (lambda held: {"config": np.array("null")}, "config must have"),
    "no json": (lambda held: {"config": np.array("{")}, "config must be JSON"),
    "one input": (config(n_inputs=1), "n_inputs must be an integer in 2 … 65535, got 1"),
    "half an input": (config(n_inputs=4.5), "n_inputs must be an integer"),
    "inputs in words": (config(n_inputs="5"), 'n_inputs must be an integer in 2 … 65535, got "5"'),
    "no layer": (config(hidden_units=[]), "hidden_units must name at least one"),
    "no unit": (config(hidden_units=[6, 0]), "hidden_units must be an integer in 1 …"),
    "another layer": (config(hidden_units=[6, 4, 4]), "degrees_3 is missing"),
    "a model of gigabytes": (config(hidden_units=[50_000, 50_000]), "a model must have at most"),
    "mask sets in millions": (config(n_masks=10**7), "a model must have at most"),
    "no mask set": (config(n_masks=0), "n_masks must be an integer in 1 …"),
    "three mask sets": (config(n_masks=3), "degrees_0 must have shape (3,5)"),
    "gelu": (config(activation="gelu"), "activation must be one of relu"),
    "a prototype": (config(activation="constructor"), "activation must be one of relu"),
    "direct in words": (config(direct="yes"), "direct must be true or false, got yes"),
    "ranks from 0": (alter("degrees_0", lambda d: d - 1), "degrees_0 must be the ranks 1 … 5"),
    "ranks twice": (alter("degrees_0", lambda d: d.clip(2)), "degrees_0 must be the ranks 1 … 5"),
    "60,000": (alter("degrees_1", first(np.uint16(60_000))), "hidden degrees must be in 0 … 5"),
    "a degree of -1": (alter("degrees_1", first(np.int16(-1))), "hidden degrees must be in 0 … 5"),
    "real degrees": (alter("degrees_1", lambda d: d * 1.0), "degrees_1 must have shape (1,6)"),
    "other degrees": (alter("degrees_2", lambda d: d * 0 + 4), "kernel_1 must have shape"),
    "nan": (alter("kernel_0", first(np.float32("nan"))), "kernel_0 must be finite, got NaN or inf"),
    "inf": (alter("bias_1", first(np.float64("inf"))), "bias_1 must be finite"),
    "half a nan": (alter("kernel_1", lambda k: k.astype("f2") * np.nan), "kernel_1 must be finite"),
    "half an inf": (alter("direct", first(np.float16("inf"))), "direct must be finite"),
    "one weight less": (alter("kernel_1", lambda k: k[1:]), "kernel_1 must have shape"),
    "a square kernel": (alter("bias_0", lambda b: b.reshape(2, 3)), "bias_0 must have shape (6)"),
    "text": (alter("bias_0", lambda b: np.array(["a"] * 6)), "must have shape (6) and kind f"),
    "complex": (alter("kernel_0", lambda k: k + 0j), "kernel_0 must hold numbers, got <c8"),
    "big end first": (alter("bias_0", lambda b: b.astype(">f4")), "must hold numbers, got >f4"),
    "truths": (alter("bias_0", lambda b: b > 0), "bias_0 must hold numbers, got |b1"),
    "records": (alter("bias_0", lambda b: b.view([("x", "f4")])), "must hold numbers, got rec"),
    "levels, no scale": (alter("kernel_0", lambda k: k.astype("int8")), "kernel_0_scale is missi"),
    "column by column": (
        alter("degrees_1", lambda d: np.asfortranarray(np.repeat(d, 2, axis=0))),
        "degrees_1 must be stored row by row",
    ),
    "pickled": (lambda held: {"kernel_0": np.array([{}] * 3, object)}, "got pickled objects"),
    "a pickled config": (lambda held: {"config": np.array({}, object)}, "got pickled objects"),
}  # fmt: skip


def test_a_file_that_lies_is_refused_by_name(ask, small, tmp_path):
    asked = []
    for name, (change, _) in LIES.items():
        np.savez(tmp_path / f"{name}.npz", **small | change(small))
        asked.append({"ask": "load", "file": str(tmp_path / f"{name}.npz")})
    for (name, (_, says)), found in zip(LIES.items(), ask(*asked, fail=False), strict=True):
        assert "error" in found, name
        assert found["error"].startswith("The file must be one written by made.save: "), name
        assert says in found["error"], name
        assert found.get("grown", 0) < 100 * MEGABYTE, name


def stored(**members) -> bytes:
    """A zip of these members; a number in place of bytes is that many zeros, packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, held in members.items():
            file.writestr(name, bytes(held) if isinstance(held, int) else held)
    return buffer.getvalue()


def array(value, header=None) -> bytes:
    """A .npy file, whose header may say what it likes."""
    if header is not None:
        text = header.encode("latin1") + b"\n"
        return NPY + b"\x01\x00" + struct.pack("<H", len(text)) + text + value
    buffer = io.BytesIO()
    np.save(buffer, value, allow_pickle=True)
    return buffer.getvalue()


def patched(file: bytes, offset, value, kind="<I") -> bytes:
    """The zip with a number of the first entry of its directory replaced."""
    at = file.index(b"PK\x01\x02") + offset
    return file[:at] + struct.pack(kind, value) + file[at + struct.calcsize(kind) :]


def sound(small, **members) -> dict:
    names = {f"{name}.npy": array(value) for name, value in small.items()}
    return {**names, **{f"{name}.npy": value for name, value in members.items()}}


def odd_files(small) -> dict:
    whole = stored(**sound(small))
    header = "{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}".format
    at = whole.index(b"PK\x01\x02")
    one_byte = whole[: at // 2] + bytes([whole[at // 2] ^ 1]) + whole[at // 2 + 1 :]
    secret = patched(whole, 8, 1, "<H")
    twice = stored(**sound(small), **{"bias_1.npz": b""}).replace(b"bias_1.npz", b"bias_0.npy")
    return {
        "nothing": (b"", "no .npz archive, or cut short"),
        "a page": (b"\n <!DOCTYPE html><html><body>Sign in</body></html>", "but a page of HTML"),
        "text": (b"404: not found", "no .npz archive"),
        "an array alone": (array(np.zeros(3)), "no .npz archive"),
        "a pickle": (b"\x80\x04cos\nsystem\n(S'true'\ntR.", "no .npz archive"),
        "half": (whole[: len(whole) // 2], "cut short"),
        "no end": (whole[:-30], "cut short"),
        "no beginning": (whole[200:], "damaged"),
        "one bit": (one_byte, "is damaged"),
        "an empty zip": (stored(), "config is missing"),
        "a way out": (stored(**{"../../config.npy": b"x"}), 'it holds "../../config.npy"'),
        "from the root": (stored(**{"/etc/passwd.npy": b"x"}), 'it holds "/etc/passwd.npy"'),
        "a program": (stored(**{"run.exe": b"x"}), 'it holds "run.exe"'),
        "a folder": (stored(**{"a/config.npy": b"x"}), 'it holds "a/config.npy"'),
        "prototype": (stored(**{"__proto__": b"x"}), "it holds"),
        "two of a name": (twice, "bias_0 is there twice"),
        "encrypted": (secret, "is packed in a way that is not read here"),
        "another method": (patched(whole, 10, 12, "<H"), "is packed in a way that is not read"),
        "a bomb for a config": (
            stored(**sound(small) | {"config.npy": 64 * MEGABYTE}),
            "config must have at most 4194304 bytes, got 64000000",
        ),
        "a bomb for a bias": (
            stored(**sound(small) | {"bias_0.npy": 128 * MEGABYTE}),
            "bias_0 must have at most 48 bytes, got 128000000",
        ),
        "a bomb in disguise": (
            patched(stored(**{"config.npy": 128 * MEGABYTE}), 24, 1000),
            "config unpacks to more than the 1000 bytes it claims",
        ),
        "4 GB, it says": (patched(whole, 24, 2**32 - 1), "got 4294967295"),
        "lies elsewhere": (patched(whole, 42, 2**32 - 9), "is damaged"),
        "packed in more": (patched(whole, 20, 2**31), "is damaged"),
        "a shape of code": (
            stored(**sound(small, config=array(b"x" * 40, header("<U9", "10**10,")))),
            "header that is not read here",
        ),
        "a shape of 10 GB": (
            stored(**sound(small, bias_0=array(b"x" * 24, header("<f4", "2500000000,")))),
            "bias_0 says it has shape (2500000000) and holds 24 bytes",
        ),
        "text of 10 GB": (
            stored(**sound(small, config=array(b"x" * 40, header("<U2500000000", "")))),
            "config says it has shape () and holds 40 bytes",
        ),
        "an endless header": (
            stored(**sound(small, bias_0=NPY + b"\x02\x00\xff\xff\xff\x7f" + b" " * 50)),
            "bias_0 has a header of 2147483647 bytes",
        ),
        "no header": (stored(**sound(small, bias_0=NPY)), "bias_0 is no array of NumPy"),
        "a header of code": (
            stored(**sound(small, bias_0=array(b"", "__import__('os')"))),
            "header that is not read here",
        ),
        "objects": (
            stored(**sound(small, bias_0=array(np.array([{}] * 6, object)))),
            "bias_0 must hold numbers, got pickled objects",
        ),
    }  # fmt: skip


def test_what_is_no_archive_of_arrays_is_refused_and_memory_stays_small(ask, small, tmp_path):
    files = odd_files(small)
    asked = []
    for i, (file, _) in enumerate(files.values()):
        (tmp_path / f"{i}.npz").write_bytes(file)
        asked.append({"ask": "load", "file": str(tmp_path / f"{i}.npz")})
    for (name, (_, says)), found in zip(files.items(), ask(*asked, fail=False), strict=True):
        assert says in found.get("error", "it was loaded"), name
        assert found["grown"] < 64 * MEGABYTE, (name, found["grown"])


def test_a_sound_file_is_read_whether_packed_or_not_and_more_in_it_does_no_harm(
    ask, small, tmp_path
):
    np.savez(tmp_path / "plain.npz", **small)
    (tmp_path / "more.npz").write_bytes(stored(**sound(small, extra=128 * MEGABYTE)))
    files = [str(tmp_path / name) for name in ("plain.npz", "more.npz")]
    for found in ask(*({"ask": "load", "file": file} for file in files)):
        assert found == {"loaded": 5}
    for bad in (-1, 1, 0.5):
        (found,) = ask({"ask": "load", "file": files[0], "set": bad}, fail=False)
        assert "mask_set must be in 0 … 0" in found["error"]


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "f2", "f4", "f8"])
def test_numbers_of_every_kind_are_read(ask, tmp_path, kind):
    values = np.array([0, 1, 5, 100, 127]).astype(kind)
    if kind[0] != "u":
        values[1] *= -1
    if kind[0] == "f":
        values = np.concatenate([values, [np.finfo(kind).tiny / 4, 1 / 3, np.finfo(kind).max]])
    np.savez(tmp_path / "a.npz", a=values.astype(kind), b=np.array("schön ∑"))
    file = str(tmp_path / "a.npz")
    found, text = ask(*({"ask": "archive", "file": file, "name": n, "most": 64} for n in "ab"))
    assert found["kind"] == kind[0] and found["shape"] == [len(values)]
    assert found["values"] == values.astype(kind).tolist()
    assert (text["kind"], text["values"]) == ("U", "schön ∑")


@pytest.fixture
def server():
    """The address of a server of files that are too large, too short or not there."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404 if "missing" in self.path else 200)
            if "ten" in self.path:
                self.send_header("Content-Length", str(10**10))
            if "right" in self.path:
                self.send_header("Content-Length", "1000")
            self.end_headers()
            try:
                for _ in range(1 if "right" in self.path else 10_000):
                    self.wfile.write(bytes(1000))
            except OSError:  # the reader has heard enough
                sent.append(self.path)

        def log_message(self, *_):
            pass

    sent = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


def test_no_more_is_fetched_than_was_asked_for(ask, server):
    address, cut = server
    paths = ["right.npz", "ten.npz", "endless.npz", "missing.npz"]
    asked = [{"ask": "fetch", "url": f"{address}/{path}", "most": 5000} for path in paths]
    right, ten, endless, missing = ask(*asked, fail=False)
    assert right == 1000
    assert ten["error"] == "ten.npz must have at most 5000 bytes, got 10000000000."
    assert endless["error"] == "endless.npz must have at most 5000 bytes, got more than 5000."
    assert missing["error"] == "missing.npz could not be fetched: the server answered 404."
    assert "/endless.npz" in cut


# --- the plane of lesson 2 -----------------------------------------------------------------------


def test_the_plane_is_decoded_as_in_python(ask, root):
    path = root / "data" / "plane.npz"
    with np.load(path) as file:
        held = dict(file)
    z = np.concatenate([held["codes"][:20], [[0, 0], [-3.5, 12.25]]]).astype(float)
    h = z
    for i in range(2):
        kernel = (held[f"kernel_{i}"] * held[f"kernel_{i}_scale"]).astype(float)
        h = h @ kernel + held[f"bias_{i}"]
        h = np.maximum(h, 0) if i == 0 else sigmoid(h)
    (found,) = ask({"ask": "plane", "file": str(path), "z": z.tolist()})
    np.testing.assert_allclose(found["pictures"], h, rtol=1e-9, atol=1e-12)
    assert found["labels"] == held["labels"].tolist() == data.load("sample").test_labels.tolist()
    np.testing.assert_array_equal(found["codes"], held["codes"].astype(float))
    low, high = plane_limits(held["codes"].astype(float))
    assert (found["low"], found["high"]) == (low.tolist(), high.tolist())


def test_the_plane_shows_the_digits_whose_codes_it_holds(root, ask):
    """Decoded where a digit's code lies, its ink is likelier than another digit's."""
    path, split = root / "data" / "plane.npz", data.load("sample")
    with np.load(path) as file:
        codes = file["codes"].astype(float)
    assert len(codes) == len(split.test)
    (found,) = ask({"ask": "plane", "file": str(path), "z": codes.tolist()})
    p, x = np.clip(found["pictures"], 1e-6, 1 - 1e-6), split.test
    own = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=1)
    other = np.roll(p, 1, axis=0)
    others = -(x * np.log(other) + (1 - x) * np.log(1 - other)).sum(axis=1)
    assert 100 < own.mean() < 180 < others.mean()


def test_a_file_that_is_no_plane_is_refused(ask, root, tmp_path):
    with np.load(root / "data" / "plane.npz") as file:
        held = dict(file)
    changes = {
        "kernel_0 is missing": {"kernel_0": None},
        "kernel_1_scale is missing": {"kernel_1_scale": None},
        "codes must have shape (any,2), got (1000)": {"codes": held["codes"].ravel()},
        "labels must have shape (500)": {"labels": held["labels"][1:]},
        "bias_0 must be finite numbers": {"bias_0": held["bias_0"] * np.float32("nan")},
        "kernel_1 must have shape (256,any)": {"kernel_1": held["kernel_1"][1:]},
        "codes must have at most 1048576 bytes": {"codes": np.zeros((2**20, 2), "f4")},
        "labels must hold numbers, got pickled": {"labels": np.array([{}] * 500, object)},
    }
    asked = []
    for i, change in enumerate(changes.values()):
        kept = {name: value for name, value in {**held, **change}.items() if value is not None}
        np.savez(tmp_path / f"{i}.npz", **kept)
        asked.append({"ask": "plane", "file": str(tmp_path / f"{i}.npz"), "z": []})
    for says, found in zip(changes, ask(*asked, fail=False)):
        assert says in found["error"]
        assert found["error"].startswith("The file must be one written by tools/plane.py: ")


# --- mixtures, and lesson 8's slices -------------------------------------------------------------


@pytest.mark.parametrize("family", [Mixture(1), Mixture(3, 0.5, 2.0), Mixture(8, -7.0, 0.01)])
def test_a_mixture_has_the_density_of_python(ask, family):
    rng = np.random.default_rng(family.k)
    params = rng.normal(size=(6, 3 * family.k)) * [[1], [1], [3], [30], [100], [1000]]
    x = family.mean + family.std * np.linspace(-4, 4, 33)
    plain = {"mean": family.mean, "std": family.std}
    asked = [
        {"ask": "mixture", "params": p.tolist(), "family": plain, "x": x.tolist()} for p in params
    ]
    for p, parts in zip(params, ask(*asked), strict=True):
        wanted = np.exp(-family.nll(x, np.tile(p, (len(x), 1))))
        np.testing.assert_allclose(np.sum(parts, axis=1), wanted, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("truth", [None, two_peaks().log_prob])
def test_slices_are_those_of_the_network(ask, tmp_path, truth):
    net = two_peaks()
    (tmp_path / "slices.npz").write_bytes(conditional.slices_file(net, truth))
    (found,) = ask({"ask": "slices", "file": str(tmp_path / "slices.npz")})
    assert found["x1"] == [i / 10 for i in range(-30, 31)] and found["family"]["std"] == 1
    family, values = net.outputs.families[1], np.array(found["values"])
    for i in (0, 20, 60):
        params = net.logits([[found["x1"][i], 0.0]])[0, 6:]
        assert found["params"][i] == pytest.approx(params)
        p = np.exp(-family.nll(values, np.tile(params, (160, 1))))
        if truth:  # the model itself: cut off at the edges, it sums to 1 within the picture
            assert found["truth"][i] == pytest.approx(p / (p.sum() * np.diff(values)[0]), abs=1e-6)
    assert bool(found["truth"]) == bool(truth)
    j = 100
    together = np.array(found["first"])[j] * np.exp(
        -family.nll(values, [found["columns"][j]] * 160)
    )
    pairs = np.column_stack([np.full(160, values[j]), values])
    np.testing.assert_allclose(together, np.exp(net.log_prob(pairs)), rtol=1e-9)


def test_the_rings_slices_are_near_the_truth(ask, root):
    """The file that the page shows: a good model of the ring, which has two peaks inside it."""
    (found,) = ask({"ask": "slices", "file": str(root / "data" / "ring.npz")})
    values, truth = np.array(found["values"]), np.array(found["truth"])
    step, family = values[1] - values[0], Mixture(8, **found["family"])
    assert np.sum(found["first"]) * step == pytest.approx(1, abs=0.01)
    model = np.exp([-family.nll(values, [params] * len(values)) for params in found["params"]])
    inside = np.abs(found["x1"]) < 2.05
    assert (np.abs(model - truth).sum(axis=1) * step)[inside].max() < 0.5
    cut = truth[found["x1"].index(-1.0)]
    assert abs(values[cut.argmax()]) == pytest.approx(np.sqrt(3), abs=0.1)


def test_a_file_that_is_no_slices_is_refused(ask, root, tmp_path):
    with np.load(root / "data" / "ring.npz") as file:
        held = dict(file)
    changes = {
        "x1 is missing": {"x1": None},
        "params must have shape (61,any)": {"params": held["params"][1:]},
        "params must have 3k columns, got 23": {"params": held["params"][:, 1:]},
        "columns must have shape (160,24)": {"columns": held["columns"][:, 3:]},
        "first must be finite numbers": {"first": held["first"] * np.nan},
        "family must have a standard deviation above 0": {"family": np.array([0.0, -1.0])},
        "truth must have shape (61,160)": {"truth": held["truth"].T.copy()},
        "values must have at most 8192 bytes": {"values": np.zeros(10**4)},
    }
    asked = []
    for i, change in enumerate(changes.values()):
        kept = {name: value for name, value in {**held, **change}.items() if value is not None}
        np.savez(tmp_path / f"{i}.npz", **kept)
        asked.append({"ask": "slices", "file": str(tmp_path / f"{i}.npz")})
    for says, found in zip(changes, ask(*asked, fail=False), strict=True):
        assert says in found["error"]
        assert found["error"].startswith("The file must be one written by tools/ring.py: ")
