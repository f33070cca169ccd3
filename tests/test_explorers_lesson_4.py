"""Lesson 4: its explorer and figures at their extremes, its checkers, and its recorded runs."""

import ast
import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import describe
from explorers import in_words, shown

from helpers import data, likelihood, masks
from helpers.exercises import lesson_4
from helpers.network import Network
from helpers.plots import training as figures
from helpers.widgets.reading import explore_reading


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def network():
    """An untrained network of 784 inputs with direct connections."""
    rng = np.random.default_rng(0)
    degrees = masks.make_degrees(784, (200,), "random", seed=0)
    kernels = [0.1 * rng.standard_normal(m.shape) * m for m in masks.make_masks(degrees)]
    direct = 0.1 * rng.standard_normal((784, 784)) * masks.direct_mask(degrees[0])
    return Network(degrees, kernels, [np.zeros(200), np.zeros(784)], direct)


@pytest.fixture(scope="module")
def digits():
    return data.load("sample").valid[:8]


# --- the explorer --------------------------------------------------------------------------------


@pytest.mark.usefixtures("core_widgets")
def test_the_explorer_shows_the_least_surprising_digit_first(network, digits, monkeypatch):
    in_words(monkeypatch)
    digit, rank, image = explore_reading(network, digits).children
    by_nll = digits[np.argsort(-network.log_prob(digits))]
    assert (digit.value, rank.value) == (0, 200)
    for at, visited in ((0, 200), (7, 200), (7, 0), (3, 784)):
        digit.value, rank.value = at, visited
        assert shown(image) == describe(figures.reading(network, by_nll[at], visited))
    scores = -network.log_prob(by_nll)
    assert (np.diff(scores) >= 0).all() and scores[-1] > scores[0]


@pytest.mark.usefixtures("core_widgets")
def test_the_controls_of_the_explorer(network, digits):
    digit, rank, image = explore_reading(network, digits).children
    assert (digit.min, digit.max, digit.description) == (0, 7, "digit")
    assert (rank.min, rank.max, rank.step, rank.description) == (0, 784, 8, "visited")
    assert bytes(image.value)[:4] == b"\x89PNG" and image.layout.max_width == "100%"
    with pytest.raises(ValueError, match="images must have shape"):
        explore_reading(network, digits[:, :9])


# --- the checkers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "check, answer",
    [
        (lesson_4.check_paired, lambda a, b: 1 / 0),
        (lesson_4.check_early_stopping, lambda valid, patience: "soon"),
        (lesson_4.check_expected_nll, lambda std: float("nan")),
    ],
)
def test_a_checker_never_raises(check, answer):
    verdict = check(answer)
    assert not verdict.passed and verdict.message


def test_just_two_suspects_leak():
    found = {}
    for name, (degrees, layers) in lesson_4.suspects().items():
        forbidden = degrees[0][:, None] >= degrees[0][None, :]
        found[name] = bool((forbidden & (masks.count_paths(layers) > 0)).any())
    assert found == {"A": False, "B": True, "C": False, "D": True, "E": False}


# --- the recorded runs ---------------------------------------------------------------------------


def source_of(root, cell_id):
    notebook = json.loads((root / "notebooks" / "04_train_made.ipynb").read_text(encoding="utf-8"))
    return "".join(next(c for c in notebook["cells"] if c["id"] == cell_id)["source"])


def recipes_of_the_lesson(root):
    table = ast.parse(source_of(root, "recipe")).body[0].value
    return {
        key.value: {item.arg: ast.literal_eval(item.value) for item in call.keywords}
        for key, call in zip(table.keys, table.values)
    }


def test_the_recorded_runs_followed_the_recipes_that_the_lesson_shows(root):
    from benchmarks import lesson_4 as benchmark

    shown = recipes_of_the_lesson(root)
    for name, recipe in benchmark.RECIPES.items():
        assert {k: shown[name][k] for k in recipe} == recipe
        for seed in benchmark.RUNS[name]:
            folder = root / "benchmarks" / "runs" / f"lesson-4-{name}-{seed}"
            run = json.loads((folder / "history.json").read_text(encoding="utf-8"))
            summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
            assert run["recipe"]["model"]["dropout"] == recipe["dropout"]
            assert run["recipe"]["model"]["seed"] == run["recipe"]["seed"] == seed
            assert run["recipe"]["batch_size"] == recipe["batch_size"]
            assert run["recipe"]["epochs"] == len(run["valid"]) == recipe["epochs"]
            assert abs(min(run["valid"]) - summary["valid"]) < 1e-3


def test_the_recorded_knobs_are_those_of_the_benchmark(root):
    from benchmarks import lesson_4 as benchmark

    stored = json.loads((root / "benchmarks" / "lesson_4.json").read_text(encoding="utf-8"))
    knobs = json.loads(json.dumps(benchmark.KNOBS))
    assert {name: row["changes"] for name, row in stored["rows"].items()} == knobs
    assert stored["base"] == json.loads(json.dumps(benchmark.BASE))
    assert len(stored["seeds"]) >= 3


def test_bets_without_knowledge_cost_as_the_lesson_says():
    rng = np.random.default_rng(0)
    logits = 0.3 * rng.standard_normal((4000, 784))
    nll = likelihood.bernoulli_nll(rng.integers(0, 2, logits.shape), logits).mean()
    assert abs(nll - 784 * (np.log(2) + 0.3**2 / 8)) < 0.5
