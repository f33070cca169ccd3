"""What the two explorers in JavaScript paint and keep, played in Node on a page of our own.

`tests/js/page.mjs` stands in for the browser: it keeps every node, every pixel and every message.
What they compute is held to what Python computes (`report`, `completed`).
Where there is no Node, these tests are skipped; tests/browser plays the same files in Chromium.
"""

import itertools
import json
import shutil
import subprocess

import numpy as np
import pytest

from helpers import masks, network, sampling
from helpers.network import Network
from helpers.plots.masks import lit_units
from helpers.widgets import mask_explorer, pad
from helpers.widgets.bundle import bundle

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")

BLUE, VERMILION, AMBER, WHITE = "#0072B2", "#D55E00", "#A66F00", "#fff"


def play(root, name, model, steps=()):
    """What `name` paints: first as it opens, then after each step."""
    source = bundle(root / "helpers" / "widgets" / name)
    script = json.dumps({"source": source, "model": model, "steps": list(steps)})
    page = root / "tests" / "js" / "page.mjs"
    done = subprocess.run(
        [NODE, str(page)], input=script, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def contrast(color) -> float:
    """Of a colour on white, as WCAG counts it."""
    digits = color.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    light = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return 1.05 / (light @ [0.2126, 0.7152, 0.0722] + 0.05)


@pytest.mark.parametrize("name", ["mask_explorer.js", "pad.js"])
def test_what_has_the_focus_is_ringed_with_contrast(root, name):
    source = (root / "helpers" / "widgets" / name).read_text(encoding="utf-8")
    rings = [line for line in source.splitlines() if ":focus-visible" in line]
    assert rings
    for line in rings:
        assert contrast("#" + line.split("#")[1][:6].split(";")[0]) >= 3
    assert contrast(AMBER) >= 3 and contrast(VERMILION) >= 3 and contrast("#E69F00") < 3


# --- the mask explorer ---------------------------------------------------------------------------


def state(rules=None, degrees=None, **settings) -> dict:
    """What the explorer is given, with the degrees drawn as Python draws them."""
    first = {"n_inputs": 4, "hidden_units": [5, 5], "ordering": "natural", "seed": 0}
    settings = {**first, "how": "random", **settings}
    return {
        "settings": settings,
        "degrees": degrees or [np.asarray(d).tolist() for d in mask_explorer.build(**settings)],
        "rules": rules or {"strict": True, "direct": False},
    }


def report(model) -> dict:
    """What Python makes of the degrees and rules."""
    return mask_explorer.examine(model["degrees"], **model["rules"])


@pytest.fixture
def explore(root):
    return lambda model, *steps: play(root, "mask_explorer.js", model, steps)["shown"]


def nodes(shown, **wanted) -> list[dict]:
    return [n for n in shown["nodes"] if all(n.get(k) == v for k, v in wanted.items())]


def circles(shown) -> dict:
    """``{(layer, unit): its circle}``"""
    names = [n["data-unit"] for n in shown["nodes"] if n.get("class") == "unit"]
    found = nodes(shown, tag="circle")
    assert len(names) == len(found)
    return {tuple(map(int, name.split("-"))): circle for name, circle in zip(names, found)}


def at(circle) -> tuple:
    return float(circle["cx"]), float(circle["cy"])


def edges(shown) -> dict:
    """``{(from, to): colour}`` of the lines, as pairs (layer, unit)."""
    places = {at(circle): unit for unit, circle in circles(shown).items()}
    found = {}
    for path in nodes(shown, tag="path"):
        start, *_, end = path["d"].replace("M", "").replace("L", "").replace("Q", "").split(" ")
        ends = [tuple(map(float, end.split(","))) for end in (start, end)]
        found[(places[ends[0]], places[ends[1]])] = path["stroke"]
        assert ("Q" in path["d"]) == (places[ends[1]][0] - places[ends[0]][0] > 1)  # bent
        assert float(path["stroke-width"]) == (2.6 if path["stroke"] == BLUE else 1)
    return found


def connections(found) -> set:
    layers = [np.argwhere(mask) for mask in found["masks"]]
    pairs = {((level, i), (level + 1, j)) for level, ends in enumerate(layers) for i, j in ends}
    last = len(layers)
    return pairs | {((0, i), (last, j)) for i, j in np.argwhere(found["direct"] or [[]])}


def hover(unit) -> dict:
    return {"on": {"unit": "{}-{}".format(*unit)}, "event": "mousemove"}


def click(unit) -> dict:
    return {"on": {"unit": "{}-{}".format(*unit)}, "event": "click"}


def key(name, **on) -> dict:
    return {"on": on or {"tag": "svg"}, "event": "keydown", "with": {"key": name}}


def paths_through(found, unit) -> tuple[set, set]:
    """Units and edges on a path from an input through `unit` (found by walking every path)."""
    layers = [np.asarray(mask) for mask in found["masks"]]
    sizes = [len(mask) for mask in layers] + [layers[-1].shape[1]]
    level, k = unit
    lit, on = {unit}, set()

    def walks(first, last):
        for walk in itertools.product(*(range(sizes[n]) for n in range(first, last + 1))):
            if all(layers[first + n][a, b] for n, (a, b) in enumerate(zip(walk, walk[1:]))):
                yield [(first + n, one) for n, one in enumerate(walk)]

    upstream = [walk for walk in walks(0, level) if walk[-1] == unit]
    downstream = [walk for walk in walks(level, len(layers)) if walk[0] == unit] if upstream else []
    for walk in upstream + downstream:
        lit |= set(walk)
        on |= set(zip(walk, walk[1:]))
    if found["direct"]:
        for i, j in np.argwhere(found["direct"]):
            if unit in ((0, i), (len(layers), j)):
                lit |= {(0, i), (len(layers), j)}
                on.add(((0, i), (len(layers), j)))
    return lit, on


MODELS = {
    "the first": {},
    "starved": {"hidden_units": [1, 3], "seed": 2},
    "an order of its own, direct": {
        "ordering": [2, 0, 1], "n_inputs": 3, "hidden_units": [4],
        "rules": {"strict": True, "direct": True},
    },
    "leaky": {"n_inputs": 3, "hidden_units": [3, 3], "rules": {"strict": False, "direct": False}},
    "a raised output": {"n_inputs": 3, "degrees": [[1, 2, 3], [1, 2, 3], [3, 2, 3]]},
    "a dead end": {"n_inputs": 3, "degrees": [[1, 2, 3], [1, 2], [3, 1], [1, 2, 3]]},
    "a constant": {"n_inputs": 3, "hidden_units": [2], "degrees": [[1, 2, 3], [0, 2], [1, 2, 3]]},
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_the_network_is_drawn_as_its_masks_say_and_lights_the_paths_of_a_unit(explore, name):
    model = state(**MODELS[name])
    found, degrees = report(model), model["degrees"]
    units = [(level, k) for level, row in enumerate(degrees) for k in range(len(row))]
    first, *hovered = explore(model, *map(hover, units))
    assert list(circles(first)) == units and set(edges(first)) == connections(found)
    assert set(edges(first).values()) <= {"#c9ced3"}
    heights = [{at(c)[1] for (at_level, _), c in circles(first).items() if at_level == level}
               for level in range(len(degrees))]  # fmt: skip
    assert [len(h) for h in heights] == [1] * len(degrees)
    assert sorted(heights, key=min, reverse=True) == heights  # inputs at the bottom
    for level in range(len(degrees)):
        across = [at(circles(first)[(level, k)])[0] for k in range(len(degrees[level]))]
        assert across == sorted(across)
        says = [n["text"] for n in first["nodes"] if n.get("data-unit", "").startswith(f"{level}-")]
        ends = {0: "x{}", len(degrees) - 1: "out {}"}.get(level, "")
        named = [ends.format("₁₂₃₄₅₆₇₈"[k] if level == 0 else k + 1) for k in range(len(says))]
        assert says == [f"{degree}{end}" for degree, end in zip(degrees[level], named)]
    leaky, starved = ({j for _, j in found[kind]} for kind in ("leaks", "missing"))
    for unit, shown in zip(units, hovered):
        lit, on = paths_through(found, unit)
        assert {u for u, c in circles(shown).items() if c["fill"] == BLUE} == lit
        assert {c["fill"] for c in circles(shown).values()} <= {BLUE, WHITE}
        assert {edge for edge, color in edges(shown).items() if color == BLUE} == on
        for (level, k), circle in circles(shown).items():
            output = level == len(degrees) - 1
            edge = (
                VERMILION if output and k in leaky else AMBER if output and k in starved else None
            )
            assert circle["stroke"] == (edge or (BLUE if (level, k) in lit else "#6b737a"))
        if unit[0] == len(degrees) - 1:  # the static twin lights the same
            layers = [np.array(mask, bool) for mask in found["masks"]]
            direct = None if found["direct"] is None else np.array(found["direct"], bool)
            twin = lit_units(layers, direct, unit[1])
            ours = [[(n, k) in lit for k in range(len(row))] for n, row in enumerate(twin)]
            assert ours == [row.tolist() for row in twin]


def bar(shown) -> str:
    return nodes(shown, **{"class": "mx-selected"})[0]["text"]


def test_the_sentence_says_what_a_unit_sees_and_feeds(explore):
    model = state(degrees=[[1, 2, 3, 4], [1, 2, 3, 4, 1], [1, 3, 4, 0, 2], [1, 2, 3, 4]])
    shown = explore(model, *map(hover, [(0, 0), (3, 2), (3, 0), (1, 1), (2, 2), (2, 3), (0, 3)]))
    assert [bar(one) for one in shown] == [
        "No unit picked.",
        "input 1: degree 1; feeds output 2, 3 and 4.",
        "output 3: degree 3; sees x 1 and 2.",
        "output 1: degree 1; sees nothing.",
        "hidden layer 1, unit 2: degree 2; sees x 1 and 2; feeds output 3 and 4.",
        "hidden layer 2, unit 3: degree 4; sees x 1, 2, 3 and 4; feeds no output.",
        "hidden layer 2, unit 4: degree 0; sees nothing; feeds no output.",
        "input 4: degree 4; feeds no output.",
    ]


def checks(shown) -> list[tuple]:
    (all_,) = nodes(shown, **{"class": "mx-checks"})
    found = [(n["class"], n["text"]) for n in nodes(shown, tag="li")]
    assert "".join(text for _, text in found) == all_["text"]
    return found


def test_a_sound_network_passes_its_checks(explore):
    model = state(n_inputs=3, hidden_units=[8], how="even")
    assert checks(explore(model)[0]) == [
        ("good", "✓ Paths: none runs from an input to an output of the same or a lower rank."),
        ("good", "✓ Σp over all 8 inputs, N(0, 1) weights: 1.000000"),
        ("good", "✓ Every output sees all that it may."),
    ]


def test_a_leak_is_marked_as_one(explore):
    model = state(
        n_inputs=4, hidden_units=[8, 8], how="even", rules={"strict": False, "direct": False}
    )
    total = report(model)["total"]
    assert checks(explore(model)[0])[:2] == [
        ("bad", "✗ Paths: output 1, 2 and 3 sees what it must not."),
        ("bad", f"✗ Σp over all 16 inputs, N(0, 1) weights: {total:.6f}"),
    ]
    assert abs(total - 1) > 1e-3


def test_what_starves_is_a_warning(explore):
    model = state(degrees=[[1, 2, 3, 4], [1] * 5, [1] * 5, [1, 2, 3, 4]])  # 2 and 3 go nowhere
    assert checks(explore(model)[0])[2] == (
        "warn", "! 3 allowed dependencies have no path: output 3 and 4 starve.",
    )  # fmt: skip
    model = state(degrees=[[1, 2, 3], [1], [1, 2, 3]])
    assert checks(explore(model)[0])[2] == (
        "warn", "! 1 allowed dependency has no path: output 3 starves.",
    )  # fmt: skip


def test_an_order_that_is_none_is_refused_in_words_and_changes_nothing(explore):
    model = state(n_inputs=3, ordering=[1, 2, 0], hidden_units=[4])
    typed = {"on": {"label": "visiting order"}, "event": "change"}
    for value in ("1 1 2", "1 2", "4 1 2", "1.5 1 2", "a b c"):
        before, wrong, right = explore(
            model, {**typed, "set": {"value": value}}, {**typed, "set": {"value": "1 2 3"}}
        )
        assert checks(wrong)[0] == ("bad", "An order names each of 1, 2, 3 once.")
        assert edges(wrong) == edges(before) and "degrees" not in wrong["sent"][0]
        assert "An order" not in checks(right)[0][1] and edges(right) != edges(before)


def control(label, value, event="input") -> dict:
    return {"on": {"label": label}, "set": {"value": str(value)}, "event": event}


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        (control("D", 7), {"settings": {"n_inputs": 7}}),
        (control("hidden layers", 1), {"settings": {"hidden_units": [5]}}),
        (control("hidden layers", 3), {"settings": {"hidden_units": [5, 3, 3]}}),
        (control("units 1", 8), {"settings": {"hidden_units": [8, 3]}}),
        (control("units 2", 1), {"settings": {"hidden_units": [5, 1]}}),
        (control("seed", 13), {"settings": {"seed": 13}}),
        (control("ordering", "random", "change"), {"settings": {"ordering": "random"}}),
        (control("ordering", "reversed", "change"), {"settings": {"ordering": "reversed"}}),
        (control("ordering", "own", "change"), {"settings": {"ordering": [0, 1, 2, 3]}}),
        (control("hidden degrees", "even", "change"), {"settings": {"how": "even"}}),
        (control("output rule", "loose", "change"), {"rules": {"strict": False}}),
    ],
    ids=str,
)
def test_every_control_keeps_what_it_says_and_draws_the_degrees_of_python(explore, step, sent):
    model = state(hidden_units=[5, 3])
    (name, part), = sent.items()  # fmt: skip
    shown = explore(model, step)[1]
    changed = {**model, name: {**model[name], **part}}
    kept = {name: changed[name]}
    if name == "settings":
        changed["degrees"] = state(**changed["settings"])["degrees"]
    if changed["degrees"] != model["degrees"]:
        kept["degrees"] = changed["degrees"]
    assert shown["sent"] == [kept]
    assert set(edges(shown)) == connections(report(changed))


def test_degrees_that_nobody_has_drawn_are_those_of_the_settings(explore):
    model = state(seed=174, n_inputs=3, hidden_units=[4, 4], ordering="random")
    shown = explore({**model, "degrees": []})[0]
    assert shown["sent"] == [{"degrees": model["degrees"]}]
    assert set(edges(shown)) == connections(report(model))


def test_direct_connections_are_sent_too(explore):
    model = state()
    switch = {"on": {"type": "checkbox"}, "set": {"checked": True}, "event": "change"}
    shown = explore(model, switch)
    assert nodes(shown[0], type="checkbox")[0]["checked"] is False
    assert shown[1]["sent"] == [{"rules": {"strict": True, "direct": True}}]
    model["rules"] = {"strict": True, "direct": True}
    assert nodes(explore(model)[0], type="checkbox")[0]["checked"] is True


def test_controls_show_what_is_set(explore):
    model = state(n_inputs=6, hidden_units=[2, 4, 8], seed=9, ordering="reversed", how="even")
    (shown,) = explore(model)
    values = {n["aria-label"]: n["value"] for n in shown["nodes"] if "aria-label" in n}
    wanted = {
        "D": 6, "hidden layers": 3, "units 1": 2, "units 2": 4, "units 3": 8, "seed": 9,
        "ordering": "reversed", "hidden degrees": "even", "output rule": "strict",
    }  # fmt: skip
    assert {name: values[name] for name in wanted} == wanted
    labels = {n["text"]: n["hidden"] for n in nodes(shown, tag="label")}
    assert labels["D6"] is False and labels["units 38"] is False
    ends = {
        n["aria-label"]: (n["min"], n["max"]) for n in shown["nodes"] if n.get("type") == "range"
    }
    units = {f"units {i}": ("1", "8") for i in (1, 2, 3)}
    assert ends == {"D": ("2", "8"), "hidden layers": ("1", "3"), "seed": ("0", "20"), **units}
    labels = {n["text"]: n["hidden"] for n in nodes(explore(state())[0], tag="label")}
    assert labels["units 3"] is True  # two layers have two widths


def test_an_order_of_ones_own_counts_from_1(explore):
    typed = {"on": {"label": "visiting order"}, "set": {"value": "3, 1 2"}, "event": "change"}
    model = state(n_inputs=3, ordering=[1, 2, 0])
    shown = explore(model, typed, control("D", 5))
    (box,) = [n for n in shown[0]["nodes"] if n.get("aria-label", "").startswith("visiting order")]
    assert box["value"] == "2 3 1" and not box["hidden"]
    assert shown[1]["sent"][0]["settings"] == {**model["settings"], "ordering": [2, 0, 1]}
    assert shown[1]["sent"][0]["degrees"][0] == [2, 3, 1]
    assert shown[2]["sent"][0]["settings"]["ordering"] == "natural"  # it was for three inputs
    own = control("ordering", "own", "change")
    assert explore(state(ordering="reversed"), own)[1]["sent"][0]["settings"]["ordering"] == [
        3,
        2,
        1,
        0,
    ]


def test_an_order_of_ones_own_can_be_typed_where_it_draws_the_same_degrees(explore):
    """Nothing changes but the box: no event tells of it."""
    shown = explore(state(n_inputs=3), control("ordering", "own", "change"))[1]
    (box,) = [n for n in shown["nodes"] if n.get("aria-label", "").startswith("visiting order")]
    assert not box["hidden"] and box["value"] == "1 2 3"
    assert "degrees" not in shown["sent"][0]


def selected(shown) -> list:
    return [n["data-unit"] for n in shown["nodes"] if n.get("aria-pressed") == "true"]


def test_a_click_keeps_a_unit_and_its_buttons_change_its_degree(explore):
    model = state()
    minus = {"on": {"label": "lower its degree"}, "event": "click"}
    plus = {"on": {"label": "raise its degree"}, "event": "click"}
    row = model["degrees"][1]
    shown = explore(model, click((1, 2)), plus, minus, minus, click((1, 2)))
    assert [selected(one) for one in shown] == [[]] + [["1-2"]] * 4 + [[]]
    sent = [one["sent"][0]["degrees"][1][2] if one["sent"] else None for one in shown]
    assert sent == [None, None, row[2] + 1, row[2], row[2] - 1, None]
    assert shown[2]["sent"][0]["degrees"][1][:2] == row[:2]
    assert [n["text"] for n in nodes(shown[1], tag="button")][-2:] == ["−", "+"]
    assert circles(shown[1])[(1, 2)]["stroke-width"] == "3.5"
    assert bar(shown[5]) == "No unit picked."


@pytest.mark.parametrize(
    ("keys", "unit"),
    [
        ("Right", (0, 0)),  # the first arrow takes the first unit
        ("Right Right", (0, 1)),
        ("Right Right Right Left", (0, 1)),
        ("Right Left", (0, 0)),  # not beyond the first
        ("Right Right Right Right Right Right", (0, 3)),  # nor beyond the last
        ("Right Up Up Right", (2, 1)),
        ("Right Up Up Up Up", (3, 0)),
        ("Right Up Up Down", (1, 0)),
        ("Right Down", (0, 0)),
    ],
)
def test_arrows_walk_from_unit_to_unit(explore, keys, unit):
    shown = explore(state(), *(key(f"Arrow{name}") for name in keys.split()))[-1]
    assert selected(shown) == ["{}-{}".format(*unit)]
    assert [
        n["data-unit"] for n in shown["nodes"] if n.get("class") == "unit" and n["focused"]
    ] == ["{}-{}".format(*unit)]
    assert [n["data-unit"] for n in shown["nodes"] if n.get("tabindex") == "0"] == selected(shown)


def test_plus_and_minus_stay_between_0_and_D(explore):
    model = state(degrees=[[1, 2, 3, 4], [4, 0, 2, 2, 2], [1] * 5, [1, 2, 3, 4]])

    def sent(*keys):
        steps = [key("ArrowRight"), *map(key, keys)]  # to the first input, then as they say
        return [one["sent"] for one in explore(model, *steps)][-1]

    assert sent("ArrowUp", "+") == [] and sent("ArrowUp", "ArrowRight", "-") == []
    assert sent("ArrowUp", "-")[0]["degrees"][1] == [3, 0, 2, 2, 2]
    assert sent("ArrowUp", "ArrowRight", "=")[0]["degrees"][1] == [4, 1, 2, 2, 2]
    assert sent("ArrowUp", "ArrowRight", "ArrowRight", "_")[0]["degrees"][1] == [4, 0, 1, 2, 2]
    shown = explore(model, key("ArrowRight"), key("Enter"), key(" "), key("x"))
    assert [selected(one) for one in shown] == [[], ["0-0"], [], ["0-0"], ["0-0"]]


def test_edits_are_undone(explore):
    model = state()
    raised = {**model, "degrees": [*model["degrees"][:-1], [4, 4, 4, 4]]}
    before, after = explore(raised, press("undo my edits"))
    assert [kind for kind, _ in checks(before)][:2] == ["bad", "bad"]
    assert after["sent"] == [{"degrees": model["degrees"]}]
    assert [kind for kind, _ in checks(after)][:2] == ["good", "good"]


def test_what_python_sets_is_drawn_and_a_closed_explorer_is_quiet(explore):
    model, other = state(), state(seed=3)
    change = {"change": {"settings": other["settings"]}}
    shown = explore(model, change, {"stop": True}, {"change": {"settings": model["settings"]}})
    assert set(edges(shown[1])) == connections(report(other)) != connections(report(model))
    assert set(edges(shown[3])) == set(edges(shown[1]))


# --- the pad -------------------------------------------------------------------------------------

CELL = 12
LETTER = np.zeros((28, 28), np.uint8)
LETTER[3, 4:9] = LETTER[4:8, 4] = 1  # a row to the right and a column down: no symmetry


def _network() -> Network:
    rng = np.random.default_rng(5)
    degrees = masks.make_degrees(784, (12, 9), seed=5)
    kernels = [rng.normal(0, 1, m.shape) * m for m in masks.make_masks(degrees)]
    biases = [*(rng.normal(size=n) for n in (12, 9)), rng.normal(-1, 1, 784)]
    kept = [[array.astype("float32") for array in arrays] for arrays in (kernels, biases)]
    return Network(degrees, *kept)


NETWORK = _network()
FILE = list(pad.packed_network(NETWORK))


def canvas(pixels=LETTER, rows=14, **more) -> dict:
    examples = np.stack([np.reshape(pixels, (28, 28)), LETTER, 1 - LETTER]).astype(np.uint8)
    return {
        "network": {"bytes": FILE},
        "examples": {"bytes": np.ravel(examples).tolist()},
        "rows": rows,
        **more,
    }


def completed(pixels, rows=14, seed=0) -> np.ndarray:
    """What Python draws below the line: ``(8, 28, 28)``."""
    network, known = NETWORK.astype(np.float64), np.arange(784) < 28 * rows
    return sampling.complete(network, np.ravel(pixels), known, 8, seed).reshape(8, 28, 28)


def tiles(shown) -> np.ndarray:
    """The eight completions as colours, ``(8, 28, 28, 3)``; None if nothing was painted."""
    found = [n.get("calls") for n in shown["nodes"] if n.get("role") == "img"]
    if not any(found):
        return None
    assert all(call[-1][0] == "image" and call[-1][2:] == [0, 0] for call in found)
    rgba = np.array([call[-1][1] for call in found]).reshape(8, 28, 28, 4)
    assert (rgba[..., 3] == 255).all()
    return rgba[..., :3]


def tinted(draws, rows=14) -> np.ndarray:
    """Given ink black, drawn ink blue."""
    ink = np.where(np.arange(28)[:, None, None] < rows, [0, 0, 0], [0, 114, 178])
    return np.where(draws[..., None] == 1, ink, 255)


def shows(shown, pixels, rows=14, seed=0) -> bool:
    """The pad shows `pixels` above the line and Python's completions of them."""
    assert (painted(shown)[0] == expected(pixels, rows)).all()
    return np.array_equal(tiles(shown), tinted(completed(pixels, rows, seed), rows))


@pytest.fixture
def paint(root):
    return lambda model, *steps: play(root, "pad.js", model, steps)["shown"]


def painted(shown) -> tuple[np.ndarray, list]:
    """The pad as colours ``(28, 28)`` of its cells, and what lies over it."""
    calls = nodes(shown, **{"class": "pad-grid"})[0]["calls"]
    begin = max(i for i, c in enumerate(calls) if c[:4] == ["fill", "#fff", 0, 0])
    cells = np.full((28, 28), "", object)
    over = []
    for name, color, *rest in calls[begin:]:
        if name == "fill":
            x, y, w, h = rest
            assert x % CELL == y % CELL == w % CELL == h % CELL == 0
            cells[y // CELL : (y + h) // CELL, x // CELL : (x + w) // CELL] = color
        else:
            over.append((name, color, *rest))
    return cells, over


def expected(pixels, rows) -> np.ndarray:
    cells = np.where(np.reshape(pixels, (28, 28)) == 1, "#111", "#fff").astype(object)
    cells[rows:] = "#DCEBF5"
    return cells


@pytest.mark.parametrize("rows", [1, 6, 14, 27])
def test_the_pad_shows_given_pixels_above_the_line(paint, rows):
    cells, over = painted(paint(canvas(rows=rows))[0])
    assert (cells == expected(LETTER, rows)).all()
    line = ["line", BLUE, [[0, rows * CELL], [336, rows * CELL]]]
    middle = ["stroke", "#8a8a8a", 4 * CELL + 0.5, 4 * CELL + 0.5, 240, 240, [4, 4]]
    assert [list(one) for one in over] == [middle, line]


@pytest.mark.parametrize("rows", [1, 10, 27])
def test_completions_are_those_of_python_given_ink_black_and_drawn_ink_blue(paint, rows):
    shown = paint(canvas(rows=rows))[0]
    names = [n["aria-label"] for n in shown["nodes"] if n.get("role") == "img"]
    assert names == [f"completion {i}" for i in range(1, 9)]
    assert shows(shown, LETTER, rows) and len(np.unique(tiles(shown), axis=0)) > 1
    assert nodes(shown, role="status")[0]["text"].startswith("8 completions drawn here, in ")


def pointer(event, x, y, **more) -> dict:
    """A pointer at (column, row) of the pad, in cells; the page shows it at half its size."""
    where = {"clientX": 100 + x * 6, "clientY": 50 + y * 6, **more}
    box = {"left": 100, "top": 50, "width": 168, "height": 168}
    return {"on": {"cls": "pad-grid"}, "set": {"box": box}, "event": event, "with": where}


def near(x, y, radius, rows=14) -> np.ndarray:
    """Cells whose middle lies within `radius` of (x, y), above the line."""
    row, column = np.mgrid[:28, :28] + 0.5
    return (np.hypot(column - x, row - y) <= radius) & (row < rows)


BLANK = np.zeros((28, 28), np.uint8)


@pytest.mark.parametrize(
    ("x", "y"), [(20.5, 3.5), (6.2, 9.9), (0.1, 0.1), (27.9, 13.9), (8.5, 14.2)]
)
def test_a_dab_inks_the_cells_around_the_pointer(paint, x, y):
    shown = paint(canvas(BLANK), pointer("pointerdown", x, y))[1]
    assert shows(shown, near(x, y, 1.0))


def test_erase_clears_a_wider_spot_and_stops_when_pressed_again(paint):
    erase = {"on": {"text": "Erase"}, "event": "click"}
    full = np.ones((28, 28), np.uint8)
    lift = pointer("pointerup", 0, 0)
    shown = paint(
        canvas(full), erase, pointer("pointerdown", 9.3, 5.6), lift, erase,
        pointer("pointerdown", 9.3, 5.6),
    )  # fmt: skip
    gone = near(9.3, 5.6, 1.6)
    assert gone.sum() > 5
    assert shows(shown[2], full & ~gone)
    assert shows(shown[-1], (full & ~gone) | near(9.3, 5.6, 1.0))
    pressed = [nodes(one, tag="button", text="Erase")[0]["aria-pressed"] for one in shown]
    assert pressed == ["false", "true", "true", "true", "false", "false"]


def test_a_stroke_has_no_gaps_and_ends_where_the_pointer_is_lifted(paint):
    shown = paint(
        canvas(BLANK), pointer("pointerdown", 3.5, 2.5), pointer("pointermove", 12.5, 8.5),
        pointer("pointerup", 12.5, 8.5), pointer("pointermove", 25.5, 3.5),
    )  # fmt: skip
    steps = np.linspace(0, 1, 1 + int(np.ceil(2 * np.hypot(9, 6))))
    stroke = np.any([near(3.5 + 9 * t, 2.5 + 6 * t, 1.0) for t in steps], axis=0)
    assert shows(shown[2], stroke)
    grid = nodes(shown[4], **{"class": "pad-grid"})[0]
    assert grid["calls"] == [] and tiles(shown[4]) is None
    right = pointer("pointerdown", 3.5, 2.5, button=2)
    assert tiles(paint(canvas(BLANK), right)[1]) is None


def test_the_keyboard_moves_a_cursor_and_space_turns_a_pixel(paint):
    def press(*names):
        steps = [{"on": {"cls": "pad-grid"}}, *(key(name, cls="pad-grid") for name in names)]
        return paint(canvas(BLANK), *steps)

    def cursor(shown):
        return [tuple(c[2:6]) for c in painted(shown)[1] if c[1] == VERMILION]

    def cell(row, column):
        return [(column * CELL, row * CELL, CELL, CELL)]

    shown = press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")
    places = [(8, 13), (8, 14), (8, 15), (9, 15), (9, 14), (8, 14)]
    assert [cursor(one) for one in shown[2:]] == [cell(*place) for place in places]
    shown = press("ArrowDown", *["ArrowDown"] * 8)  # rows 8 … 13 lie above the line
    assert cursor(shown[-1]) == cell(13, 13)
    shown = press("ArrowUp", *["ArrowUp"] * 10)
    assert cursor(shown[-1]) == cell(0, 13)
    once = press("ArrowDown", "ArrowRight", " ")[-1]
    dot = BLANK.copy()
    dot[8, 14] = 1
    assert shows(once, dot)
    assert shows(press("ArrowDown", "ArrowRight", " ", " ")[-1], BLANK)
    assert tiles(press(" ")[-1]) is None  # no cursor, no pixel


def press(text) -> dict:
    return {"on": {"text": text}, "event": "click"}


def test_buttons_do_what_they_say(paint):
    again = press("Draw again")
    shown = paint(canvas(BLANK), *[press("Example")] * 3, again, again, press("Clear"))
    assert shows(shown[1], LETTER) and shows(shown[2], 1 - LETTER) and shows(shown[3], BLANK)
    for seed in (1, 2):
        assert np.array_equal(tiles(shown[3 + seed]), tinted(completed(BLANK, seed=seed)))
    assert shows(paint(canvas(), press("Clear"))[1], BLANK)


def test_the_line_is_moved_to_both_ends(paint):
    shown = paint(canvas(), *(control("rows given", rows) for rows in (6, 1, 27)))
    for one, rows in zip(shown[1:], (6, 1, 27)):
        assert shows(one, LETTER, rows)
        assert nodes(one, tag="output")[0]["text"] == str(rows)
    (rows,) = [n for n in shown[0]["nodes"] if n.get("type") == "range"]
    assert (rows["min"], rows["max"], rows["value"]) == ("1", "27", "14")


def test_what_changes_while_the_page_is_busy_is_drawn_once_as_it_is_then(paint):
    hurry = {**press("Draw again"), "hurry": True}
    shown = paint(canvas(), hurry, hurry, press("Draw again"))[1]
    calls = [n["calls"] for n in shown["nodes"] if n.get("role") == "img"]
    assert [len(one) for one in calls] == [1] * 8
    assert np.array_equal(tiles(shown), tinted(completed(LETTER, seed=3)))


def test_a_closed_pad_is_quiet(paint):
    hurry = {**press("Draw again"), "hurry": True}
    quiet = paint(canvas(), hurry, {"stop": True, "hurry": True}, {"on": {"cls": "pad-grid"}})
    assert tiles(quiet[0]) is not None and tiles(quiet[1]) is None


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"<!DOCTYPE html><title>Not found</title>", "but a page of HTML"),
        (bytes(FILE)[:-100], "cut short"),
        (b"", "no .npz archive"),
    ],
    ids=["a page", "cut short", "nothing"],
)
def test_a_file_that_is_no_model_is_said_to_be_none(paint, file, says):
    shown = paint(canvas(network={"bytes": list(file)}), press("Draw again"))
    for one in shown:
        assert says in nodes(one, role="status")[0]["text"] and tiles(one) is None


# --- the eraser ----------------------------------------------------------------------------------

EXAMPLES = np.stack([LETTER.ravel(), np.roll(LETTER.ravel(), 300)])


@pytest.fixture(scope="module")
def fresh_file(tmp_path_factory):
    made = pytest.importorskip("helpers.made")
    model = made.MADE(784, (6,), "random", fresh=True, seed=3)
    rng = np.random.default_rng(5)
    for weight in model.trainable_weights:  # bold enough that draws show what they depend on
        weight.assign(0.3 * rng.normal(size=weight.shape))
    return made.save(model, tmp_path_factory.mktemp("eraser") / "fresh.npz")


def erasing(root, file, unknown, *steps):
    """What the eraser shows, first as it opens and then after each step."""
    given = {
        "network": {"bytes": list(file.read_bytes())},
        "examples": {"bytes": EXAMPLES.ravel().tolist()},
        "unknown": {"bytes": np.ravel(unknown).astype(int).tolist()},
    }
    return play(root, "eraser.js", given, steps)["shown"]


def is_erased(shown, file, unknown, digit=EXAMPLES[0], seed=0) -> bool:
    """It shows `digit` without what is `unknown`, and Python's completions of it."""
    unknown = np.ravel(unknown).astype(bool)
    grid = nodes(shown, **{"class": "ex-grid"})[0]["calls"]
    cells = np.full((28, 28), "", object)
    for _, color, x, y, w, h in (call for call in grid if call[0] == "fill"):
        assert (w, h) == (CELL, CELL)
        cells[y // CELL, x // CELL] = color
    want = np.where(unknown, "#BFE0F2", np.where(digit == 1, "#111", "#fff"))
    assert (cells.ravel() == want).all()
    same = np.random.default_rng(seed)
    order = masks.known_first(~unknown, same)
    net = network.load(file, ordering=order, seed=same).astype(np.float64)
    drawn = sampling.complete(net, digit, ~unknown, 8, seed)
    assert (drawn[:, ~unknown] == digit[~unknown]).all()
    ink = np.where(unknown[:, None], [0, 114, 178], [0, 0, 0])
    expected = np.where(drawn[..., None] == 1, ink, 255).reshape(8, 28, 28, 3)
    status = nodes(shown, role="status")[0]["text"]
    assert status.startswith(f"{unknown.sum()} of 784 pixels erased")
    return np.array_equal(tiles(shown), expected)


LOWER = np.arange(784) >= 392
CHOICE = {"on": {"tag": "select"}, "event": "change"}


def test_the_eraser_completes_what_is_erased_as_python_does(root, fresh_file):
    for unknown in (LOWER, ~LOWER, np.zeros(784), np.ones(784)):
        assert is_erased(erasing(root, fresh_file, unknown)[0], fresh_file, unknown)


def test_a_stroke_erases_and_restore_brings_back(root, fresh_file):
    def dab(x, y):
        where = {"clientX": 100 + x * 6, "clientY": 50 + y * 6}
        box = {"left": 100, "top": 50, "width": 168, "height": 168}
        return {
            "on": {"cls": "ex-grid"},
            "set": {"box": box},
            "event": "pointerdown",
            "with": where,
        }

    steps = dab(12.5, 20.5), press("Restore"), dab(12.5, 20.5), press("Restore"), dab(3.5, 3.5)
    shown = erasing(root, fresh_file, np.zeros(784), *steps)
    assert is_erased(shown[1], fresh_file, near(12.5, 20.5, 1.0, rows=28))
    assert is_erased(shown[3], fresh_file, np.zeros(784))
    assert is_erased(shown[5], fresh_file, near(3.5, 3.5, 1.0, rows=28))
    pressed = [nodes(one, tag="button", text="Restore")[0]["aria-pressed"] for one in shown]
    assert pressed == ["false", "false", "true", "true", "false", "false"]


def test_regions_examples_and_draws(root, fresh_file):
    row, column = np.mgrid[:28, :28]
    regions = {
        "upper half": row < 14,
        "left half": column < 14,
        "right half": column >= 14,
        "centre": (abs(row - 13.5) < 6) & (abs(column - 13.5) < 6),
        "everything": row >= 0,
    }
    choose = [CHOICE | {"set": {"value": name}} for name in regions]
    more = press("Example"), press("Draw again"), press("Whole again"), choose[0]
    shown = erasing(root, fresh_file, LOWER, *choose, *more)
    for one, unknown in zip(shown[1:], regions.values()):
        assert is_erased(one, fresh_file, unknown)
    n, everything = len(regions), regions["everything"]
    assert is_erased(shown[n + 1], fresh_file, everything, EXAMPLES[1])
    assert is_erased(shown[n + 2], fresh_file, everything, EXAMPLES[1], seed=1)
    assert is_erased(shown[n + 3], fresh_file, np.zeros(784), EXAMPLES[1], seed=1)
    chosen = [nodes(one, tag="select")[0]["value"] for one in shown]
    assert chosen[1:] == [*regions, "everything", "everything", "", "upper half"]


def test_the_eraser_says_what_is_wrong_with_a_model_of_one_ordering(root):
    given = {
        "network": {"bytes": FILE},
        "examples": {"bytes": EXAMPLES.ravel().tolist()},
        "unknown": {"bytes": LOWER.astype(int).tolist()},
    }
    shown = play(root, "eraser.js", given)["shown"][0]
    assert "trained on fresh orderings" in nodes(shown, role="status")[0]["text"]
