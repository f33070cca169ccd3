"""Lesson 4: its explorer and figures at their extremes, its checkers, and its recorded runs."""

import ast
import json
import time

import matplotlib.pyplot as plt
import numpy as np
import pytest

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


def test_the_explorer_changes_its_picture_at_every_extreme(network, digits):
    digit, rank, image = explore_reading(network, digits).children
    for slider in (digit, rank):
        for value in (slider.min, slider.max):
            slider.value = (slider.min + slider.max) // 2
            before = image.value
            slider.value = value
            assert image.value != before and bytes(image.value)[:4] == b"\x89PNG"


def test_the_explorer_answers_within_a_quarter_of_a_second(network, digits):
    _, rank, _ = explore_reading(network, digits).children
    took = []
    for value in (100, 300, 500):
        begun = time.process_time()
        rank.value = value
        took.append(time.process_time() - begun)
    assert np.median(took) < 0.25


def test_the_reading_shows_what_was_paid(network, digits):
    x = digits[0]
    bits = -float(network.log_prob(x[None])[0]) / np.log(2)
    for rank in (0, 784):
        fig = figures.reading(network, x, rank)
        paid = 0 if rank == 0 else bits
        assert fig.axes[2].get_title() == f"{paid:.0f} of {bits:.0f} bits"


def test_the_reading_hides_what_has_not_been_visited(network, digits):
    x, rank = digits[0], 200
    shown = figures.reading(network, x, rank).axes[0].images[0].get_array().reshape(784, 3)
    hidden = network.ordering[rank:]
    assert len(np.unique(shown[hidden], axis=0)) == 1
    assert np.allclose(shown[network.ordering[:rank], 0], 1 - x[network.ordering[:rank]])


# --- the figures ---------------------------------------------------------------------------------


class Run:
    """What a figure reads of a `training.History`."""

    def __init__(self, train, valid):
        self.train, self.valid = train, valid
        self.seconds, self.recipe = [1.0] * len(valid), {"epochs": len(valid)}
        self.best_epoch = int(np.argmin(valid)) + 1 if valid else 0


@pytest.mark.parametrize("epochs", [1, 2, 30])
def test_a_learning_curve_of_any_length_shows_its_best_epoch(epochs):
    valid = [90.0 + (e - epochs // 2) ** 2 for e in range(epochs)]
    run = Run([v + 5 for v in valid], valid)
    fig = figures.learning_curve(run, reference=[run, run], levels={"there": 80.0})
    low, high = fig.axes[0].get_ylim()
    assert low < min(valid) < high and low < 80 < high
    assert "best 90.0" in [t.get_text() for t in fig.axes[0].texts]


def test_a_learning_curve_against_anything_else_is_refused():
    with pytest.raises(ValueError, match="against must be one of 'epoch', 'minutes'"):
        figures.learning_curve(Run([1.0], [1.0]), against="hours")


def test_the_live_curve_draws_the_last_epoch_whatever_the_clock_says():
    curve = figures.LiveCurve(every=3600)
    curve.shown = time.perf_counter()
    run = Run([90.0, 80.0], [91.0, 81.0])
    run.recipe["epochs"] = 3
    curve(run)
    assert curve.png is None
    run.recipe["epochs"] = 2
    curve(run)
    assert curve.png.startswith(b"\x89PNG")


def test_a_leak_is_red_and_nothing_else_is():
    order = np.array([2, 0, 1, 3])
    honest = masks.allowed(order)
    leaky = honest.copy()
    leaky[2, 2] = True
    panels = figures.by_rank({"honest": honest, "leaky": leaky}, order).axes
    assert 2 not in panels[0].images[0].get_array()
    assert (panels[1].images[0].get_array() == 2).sum() == 1


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
    notebook = json.loads((root / "notebooks" / "04_train_made.ipynb").read_text())
    return "".join(next(c for c in notebook["cells"] if c["id"] == cell_id)["source"])


def recipes_of_the_lesson(root):
    table = ast.parse(source_of(root, "recipe")).body[0].value
    return {
        key.value: {item.arg: ast.literal_eval(item.value) for item in call.keywords}
        for key, call in zip(table.keys, table.values)
    }


def bands_of_the_lesson(root):
    """Where the lesson says that its validation scores must end."""
    (line,) = (one for one in source_of(root, "train").splitlines() if one.startswith("bands = "))
    return ast.literal_eval(line.removeprefix("bands = "))


def test_the_recorded_runs_followed_the_recipes_that_the_lesson_shows(root):
    from benchmarks import lesson_4 as benchmark

    shown, bands = recipes_of_the_lesson(root), bands_of_the_lesson(root)
    for name, recipe in benchmark.RECIPES.items():
        assert {k: shown[name][k] for k in recipe} == recipe
        for seed in benchmark.RUNS[name]:
            folder = root / "benchmarks" / "runs" / f"lesson-4-{name}-{seed}"
            run = json.loads((folder / "history.json").read_text())
            summary = json.loads((folder / "summary.json").read_text())
            assert run["recipe"]["model"]["dropout"] == recipe["dropout"]
            assert run["recipe"]["model"]["seed"] == run["recipe"]["seed"] == seed
            assert run["recipe"]["batch_size"] == recipe["batch_size"]
            assert run["recipe"]["epochs"] == len(run["valid"]) == recipe["epochs"]
            assert abs(min(run["valid"]) - summary["valid"]) < 1e-3
            low, high = bands[name]
            assert low < summary["valid"] < high


def test_the_recorded_knobs_are_those_of_the_benchmark(root):
    from benchmarks import lesson_4 as benchmark

    stored = json.loads((root / "benchmarks" / "lesson_4.json").read_text())
    knobs = json.loads(json.dumps(benchmark.KNOBS))
    assert {name: row["changes"] for name, row in stored["rows"].items()} == knobs
    assert stored["base"] == json.loads(json.dumps(benchmark.BASE))
    assert len(stored["seeds"]) >= 3


def test_bets_without_knowledge_cost_as_the_lesson_says():
    rng = np.random.default_rng(0)
    logits = 0.3 * rng.standard_normal((4000, 784))
    nll = likelihood.bernoulli_nll(rng.integers(0, 2, logits.shape), logits).mean()
    assert abs(nll - 784 * (np.log(2) + 0.3**2 / 8)) < 0.5
