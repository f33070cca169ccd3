"""The mask explorer of lesson 3: every extreme is sound, and its checks turn red when broken.

What Python computes is held to the lesson here; what the browser computes and shows is held to
Python in figures/test_figures_javascript.py and test_engine.py.
"""

import itertools
import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import describe
from explorers import in_words, shown

from helpers import checks, masks, widgets
from helpers.network import Network
from helpers.plots import masks as draw
from helpers.widgets import mask_explorer

ORDERINGS = ("natural", "reversed", "random", "given")
WIDTHS = [(1,), (8,), (1, 8), (8, 1), (8, 8, 8), (1, 1, 1)]


def given(n_inputs, ordering):
    """An ordering by name; "given" is a rotation, which is its own inverse for D = 2 only."""
    return [*range(1, n_inputs), 0] if ordering == "given" else ordering


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


SETTINGS = {"n_inputs": 4, "hidden_units": [5, 5], "ordering": "natural", "seed": 0}


def settings(strict=True, direct=False, **parts) -> dict:
    """What the explorer says of these settings, with the degrees."""
    degrees = mask_explorer.build(**{**SETTINGS, **parts})
    return {
        **examine(degrees, strict, direct),
        "degrees": [np.asarray(d).tolist() for d in degrees],
    }


def examine(degrees, strict=True, direct=False):
    return mask_explorer.examine(degrees, strict, direct)


def with_degree(degrees, layer, unit, value):
    changed = [list(row) for row in degrees]
    changed[layer][unit] = value
    return changed


@pytest.mark.parametrize("n_inputs", [2, 8])
@pytest.mark.parametrize("hidden_units", WIDTHS)
def test_every_extreme_is_sound(n_inputs, hidden_units):
    for ordering, how, seed in itertools.product(ORDERINGS, ("random", "even"), (0, 20)):
        report = settings(
            n_inputs=n_inputs,
            hidden_units=list(hidden_units),
            ordering=given(n_inputs, ordering),
            how=how,
            seed=seed,
        )
        assert [len(row) for row in report["degrees"]] == [n_inputs, *hidden_units, n_inputs]
        assert report["leaks"] == [] and report["sums_to_one"] and report["total"] == 1


@pytest.mark.parametrize(
    "part",
    [
        {"n_inputs": 8},
        {"n_inputs": 2},
        {"hidden_units": [5]},
        {"hidden_units": [5, 5, 5]},
        {"hidden_units": [8, 5]},
        {"hidden_units": [1, 5]},
        {"ordering": "reversed"},
        {"ordering": "random"},
        {"ordering": [1, 2, 3, 0]},
        {"seed": 20},
        {"how": "even"},
    ],
    ids=str,
)
def test_every_setting_changes_the_report(part):
    assert settings(**part) != settings()


def test_the_masks_are_those_of_the_lesson():
    report = settings(ordering=[1, 2, 3, 0], seed=3)
    degrees = [np.array(row) for row in report["degrees"][:-1]]
    assert report["degrees"][0] == report["degrees"][-1] == [4, 1, 2, 3]
    for sent, made in zip(report["masks"], masks.make_masks(degrees), strict=True):
        assert np.array_equal(np.array(sent, bool), made)
    assert np.array_equal(report["paths"], masks.count_paths(masks.make_masks(degrees)))


def test_hidden_degrees_may_starve_and_never_leak():
    starting = settings()["degrees"]
    for layer, unit, value in itertools.product((1, 2), range(5), range(5)):
        report = examine(with_degree(starting, layer, unit, value))
        assert report["leaks"] == [] and report["sums_to_one"]
    assert len(examine([[1, 2, 3, 4], [4] * 5, [4] * 5, [1, 2, 3, 4]])["missing"]) == 6


def test_an_output_degree_raised_by_hand_turns_the_checks_red():
    """Output 2 is given degree 4: it now hears units that have seen x_2 and x_3."""
    report = examine(with_degree(settings()["degrees"], -1, 1, 4))
    assert report["leaks"] == [[1, 1], [2, 1]]
    assert not report["sums_to_one"] and report["total"] != 1


def test_an_input_degree_lowered_by_hand_turns_no_check_red():
    """Two inputs of one rank do not see each other: a distribution still, of another kind."""
    report = examine([[1, 1, 3, 4], *settings()["degrees"][1:-1], [1, 1, 3, 4]])
    assert report["leaks"] == [] and report["sums_to_one"]


@pytest.mark.parametrize("n_inputs", [2, 4, 8])
def test_the_loose_output_rule_turns_the_checks_red(n_inputs):
    sizes = {"n_inputs": n_inputs, "hidden_units": [8, 8], "how": "even"}
    report = settings(strict=False, **sizes)
    # all but the last input of the ordering, for which no hidden unit exists, leak to themselves
    assert [pair for pair in report["leaks"] if pair[0] == pair[1]] == report["leaks"]
    assert len(report["leaks"]) == n_inputs - 1
    assert not report["sums_to_one"]
    assert len(settings(strict=False, direct=True, **sizes)["leaks"]) == n_inputs
    report = settings(**sizes)
    assert report["leaks"] == [] and report["sums_to_one"]


def test_direct_connections_feed_every_output():
    assert settings(n_inputs=8, hidden_units=[1])["missing"]
    report = settings(direct=True, n_inputs=8, hidden_units=[1])
    assert report["missing"] == [] and report["leaks"] == []
    assert np.array_equal(report["direct"], masks.direct_mask(np.arange(1, 9)))


def test_the_total_is_that_of_the_network_drawn():
    """Broken at will, Σp agrees with a sum written out here."""
    degrees = [[1, 2, 3], [2, 1, 3], [3, 2, 3]]
    found = mask_explorer.examine(degrees, strict=True, direct=False, seed=7)
    rng = np.random.default_rng(7)
    kernels = [rng.standard_normal((3, 3)) * np.array(m) for m in found["masks"]]
    biases = [rng.standard_normal(3) for _ in kernels]
    network = Network([np.array(d) for d in degrees[:-1]], kernels, biases, None, "tanh")
    total = np.exp(network.log_prob(checks.all_binary(3))).sum()
    assert found["total"] == pytest.approx(total, abs=1e-6)
    assert abs(total - 1) > 1e-3 and not found["sums_to_one"]


def test_the_explorer_in_the_browser_is_given_what_was_asked_for():
    pytest.importorskip("anywidget")
    explorer = widgets.explore_masks(3, (np.int64(4), 2), np.array([2, 0, 1]), seed=174)
    given = {"n_inputs": 3, "hidden_units": [4, 2], "ordering": [2, 0, 1], "seed": 174}
    assert explorer.settings == {**given, "how": "random"} and explorer.degrees == []
    assert json.loads(json.dumps(explorer.settings)) == explorer.settings
    assert explorer.rules == {"strict": True, "direct": False}


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"n_inputs": 9}, "n_inputs"),
        ({"n_inputs": 1}, "n_inputs"),
        ({"hidden_units": (5,) * 4}, "hidden_units"),
        ({"hidden_units": (9,)}, "hidden_units"),
        ({"hidden_units": (0,)}, "hidden_units"),
        ({"hidden_units": ()}, "hidden_units"),
        ({"ordering": [0, 0, 1, 2]}, "ordering"),
        ({"ordering": "sideways"}, "ordering"),
    ],
    ids=str,
)
def test_bad_arguments_are_named(arguments, name):
    with pytest.raises(ValueError, match=name):
        widgets.explore_masks(**arguments)


def sliders(monkeypatch):
    """``{description: control}`` and the image of the explorer of core widgets."""
    in_words(monkeypatch)
    *controls, image = widgets.explore_masks().children
    return {control.description: control for control in controls}, image


def drawn(degrees, output, verdict, color, layers=None):
    """What the picture of the core widgets should say."""
    fig = draw.mask_network(degrees, [output - 1], layers, titles=[verdict], size=4.2)
    fig.axes[0].title.set_color(color)
    return describe(fig)


STRICT = "output rule is strict (>)"


@pytest.mark.usefixtures("core_widgets")
@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({}, (4, (5, 5), "natural", 0, 1)),
        ({"output": 3}, (4, (5, 5), "natural", 0, 3)),
        ({"D": 6, "layers": 1, "units": 3, "output": 6}, (6, (3,), "natural", 0, 6)),
        ({"layers": 3, "units": 8, "seed": 20, "output": 4}, (4, (8, 8, 8), "natural", 20, 4)),
        ({"ordering": "reversed", "output": 1}, (4, (5, 5), range(3, -1, -1), 0, 1)),
        ({"ordering": "random", "seed": 7, "output": 2}, (4, (5, 5), "random", 7, 2)),
        ({"output": 8, "D": 2}, (2, (5, 5), "natural", 0, 2)),  # there is no eighth: the last one
    ],
    ids=str,
)
def test_the_explorer_of_core_widgets_draws_what_its_controls_say(monkeypatch, values, made):
    controls, image = sliders(monkeypatch)
    for name, value in values.items():
        controls[name].value = value
    n_inputs, hidden, ordering, seed, output = made
    degrees = masks.make_degrees(n_inputs, hidden, ordering, seed=seed)
    paths = masks.count_paths(masks.make_masks(degrees))
    missing = int(((degrees[0][:, None] < degrees[0][None, :]) & (paths == 0)).sum())
    verdict = f"✓ forbidden dependencies: 0; Σp = 1.000000\nallowed but missing: {missing}"
    assert shown(image) == drawn(degrees, output, verdict, "#00694d")


@pytest.mark.usefixtures("core_widgets")
def test_a_loose_output_rule_is_drawn_and_marked_as_a_leak(monkeypatch):
    controls, image = sliders(monkeypatch)
    controls[STRICT].value = False
    degrees = masks.make_degrees(4, (5, 5), "natural", seed=0)
    layers = [masks.hidden_mask(a, b) for a, b in zip(degrees, [*degrees[1:], degrees[0]])]
    leaks = int((masks.count_paths(layers)[np.diag_indices(4)] > 0).sum())
    found = mask_explorer.examine([*degrees, degrees[0]], strict=False)
    total, missing = found["total"], len(found["missing"])
    verdict = f"✗ forbidden dependencies: {leaks}; Σp = {total:.6f}\nallowed but missing: {missing}"
    assert leaks and total != 1
    assert shown(image) == drawn(degrees, 1, verdict, "#B33F00", layers)


@pytest.mark.parametrize(("strict", "color"), [(True, "#00694d"), (False, "#B33F00")])
def test_a_verdict_is_green_or_red(strict, color):
    fig = mask_explorer.draw(4, 2, 5, 0, "natural", 1, strict)
    assert fig.axes[0].title.get_color() == color


@pytest.mark.usefixtures("core_widgets")
def test_a_total_that_is_off_is_marked_even_without_a_leak(monkeypatch):
    controls, image = sliders(monkeypatch)
    real = mask_explorer.examine
    monkeypatch.setattr(
        mask_explorer, "examine", lambda *a: {**real(*a), "total": 0.9, "sums_to_one": False}
    )
    controls["seed"].value = 1
    assert "✗ forbidden dependencies: 0; Σp = 0.900000" in shown(image)


@pytest.mark.usefixtures("core_widgets")
def test_core_widgets_reach_the_same_extremes(monkeypatch):
    controls, _ = sliders(monkeypatch)
    ranges = {n: (c.min, c.max) for n, c in controls.items() if hasattr(c, "max")}
    assert ranges == {
        "D": (2, 8), "layers": (1, 3), "units": (1, 8), "seed": (0, 20), "output": (1, 8),
    }  # fmt: skip
    assert controls["ordering"].options == ("natural", "reversed", "random")


@pytest.mark.parametrize(
    ("error", "fine"), [(5e-7, True), (-5e-7, True), (2e-6, False), (-2e-6, False)]
)
def test_a_sum_is_1_within_a_millionth(monkeypatch, error, fine):
    monkeypatch.setattr(checks, "total_probability", lambda *_: 1 + error)
    found = mask_explorer.examine([[1, 2], [1], [1, 2]])
    assert found["sums_to_one"] is fine and found["total"] == round(1 + error, 6)


def test_the_lit_units_are_those_on_a_path():
    """The picture's light agrees with path counts, for every output."""
    degrees = masks.make_degrees(6, (5, 4), [1, 2, 3, 4, 5, 0], seed=1)
    made = masks.make_masks(degrees)
    paths = masks.count_paths(made) > 0
    for output in range(6):
        lit = draw.lit_units(made, None, output)
        assert np.array_equal(lit[0], paths[:, output])
        assert np.array_equal(lit[-1], np.arange(6) == output)
