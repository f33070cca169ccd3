"""Explorers in JavaScript: notebook and page get the same module and the same state.

What they show is held to the twins in test_explorers_javascript.py.
"""

from __future__ import annotations

import ast
import base64

import ipywidgets
import numpy as np
import pytest
from examples import two_peaks
from lesson_parts import tags
from normalize import ROOT, read

import website
from helpers import data, masks, reference, sampling, widgets
from helpers.network import Network
from helpers.widgets import latent, live, pad
from helpers.widgets.bundle import bundle

LESSONS = {path.name[:2]: path for path in website.lessons()}
CELLS = {
    f"{name}/{cell.id}": cell
    for name, path in LESSONS.items()
    for cell in read(path).cells
    if "explorer" in tags(cell)
}
TABLE = {key: entry for key, entry in website.explorers().items() if entry}
each = pytest.mark.parametrize("key", list(TABLE))


class Dense:
    """Stands in for a Keras model of two layers."""

    def __init__(self, n_in, n_units=7):
        rng = np.random.default_rng(0)
        shapes = (n_in, n_units), (n_units,), (n_units, 784), (784,)
        self.weights = [rng.normal(size=shape).astype("float32") for shape in shapes]
        self.layers = [self, self]

    def get_weights(self):
        return self.weights


def small() -> Network:
    """A network that knows nothing."""
    degrees = masks.make_degrees(784, (3,), seed=0)
    kernels = [made.astype("float32") for made in masks.make_masks(degrees)]
    return Network(degrees, kernels, [np.zeros(3, "float32"), np.zeros(784, "float32")])


def scope(lesson: str, wanted: set[str]) -> dict:
    """The names that an explorer's cell reads, as the lesson's own statements make them."""
    found = {
        "np": np, "widgets": widgets, "reference": reference, "DATA": "sample", "ROOT": ROOT,
        "split": data.load("sample"), "trained": small(), "models": [0, 0, Dense(2)],
        "codes": np.random.default_rng(0).normal(size=(500, 2)), "wide": {"no noise": Dense(784)},
        "draw_loop": lambda model, u: sampling.sample(model, len(u), uniforms=u),
    }  # fmt: skip
    if lesson == "08":
        found |= {"net": two_peaks(), "log_ring": two_peaks().log_prob}
    found["test"], statements = found["split"].test, {}
    for cell in read(LESSONS[lesson]).cells:
        if cell.cell_type == "code" and cell.id != "setup":
            for node in ast.parse(cell.source).body:
                for name in {n.id for t in getattr(node, "targets", []) for n in ast.walk(t)
                             if isinstance(n, ast.Name)}:  # fmt: skip
                    statements.setdefault(name, node)

    def make(name):
        if name in found or name not in statements:
            return
        node = statements[name]
        for read_first in {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)} - {name}:
            make(read_first)
        exec(ast.unparse(node), found)

    for name in sorted(wanted):
        make(name)
    return found


def explorer(key):
    """What the explorer's cell shows."""
    *before, last = ast.parse(CELLS[key].source).body
    names = {n.id for node in (*before, last) for n in ast.walk(node) if isinstance(n, ast.Name)}
    assigned = {t.id for node in before for t in getattr(node, "targets", [])}
    scoped = scope(key[:2], names - assigned)
    exec("\n".join(ast.unparse(node) for node in before), scoped)
    return eval(ast.unparse(last), scoped)


@each
def test_notebook_and_page_get_the_same_module_and_the_same_state(root, key):
    pytest.importorskip("anywidget")
    shown, page = explorer(key), website.started(TABLE[key])
    assert shown._esm == bundle(root / "helpers" / "widgets" / f"{TABLE[key]['module']}.js")
    state = shown.get_state()
    for name, value in page.items():
        assert shown.trait_metadata(name, "sync"), name
        if isinstance(value, dict) and "file" in value:
            file = root / "data" / value["file"]  # a model of the lesson's own, or just this file
            same = file.suffix != ".npz" and bytes(state[name]) == file.read_bytes()
            assert same or bytes(state[name]).startswith(b"PK"), name
        elif isinstance(state[name], (bytes, memoryview)):
            assert base64.b64decode(value) == bytes(state[name]), name
        else:
            assert value == state[name], name
    ours = set(state) - set(ipywidgets.DOMWidget().get_state()) - {"_esm", "_anywidget_id"}
    assert ours == set(page)


def controls(box) -> list:
    """The controls of core widgets in a box, without what draws and says."""
    return [c for c in box.children if not isinstance(c, (ipywidgets.Image, ipywidgets.HTML))]


@each
def test_without_anywidget_it_is_core_widgets_that_start_alike(key, monkeypatch):
    page = website.started(TABLE[key])
    monkeypatch.setattr(latent, "probabilities", lambda model: lambda x: np.zeros((len(x), 784)))
    for name in ("plane_file", "denoisers_file"):
        monkeypatch.setattr(latent, name, None)
    monkeypatch.setattr(pad, "packed_network", None)  # nobody is sent anything
    monkeypatch.setattr(live, "anywidget", None)
    box = explorer(key)
    assert type(box) is ipywidgets.VBox
    assert any(isinstance(child, ipywidgets.Image) for child in box.children)
    values = [c.value for c in controls(box)]
    starts = [v for v in page.values() if isinstance(v, (int, float, str)) and not long(v)]
    assert values and set(starts) <= set(values), (starts, values)


def long(value) -> bool:
    """Whether it is the pixels of digits, which no control holds."""
    return isinstance(value, str) and len(value) > 100


def test_a_reader_whose_notebook_shows_none_is_told_what_to_do(monkeypatch):
    pytest.importorskip("anywidget")
    shown = widgets.bernoulli_explorer([0, 1])
    said = shown._repr_mimebundle_()[0]["text/plain"]
    name, value = said.split("%env ")[1].split(" ")[0].split("=")
    monkeypatch.setenv(name, value)
    assert type(widgets.bernoulli_explorer([0, 1])) is ipywidgets.VBox
    monkeypatch.setenv(name, "")
    assert type(widgets.bernoulli_explorer([0, 1])) is not ipywidgets.VBox


def test_what_is_sent_follows_what_the_reader_and_python_set():
    pytest.importorskip("anywidget")
    one, other = widgets.bernoulli_explorer([0, 1]), widgets.gaussian_explorer([0.0, 1.0])
    one.set_state({"p": 0.75})
    assert one.p == 0.75 and widgets.bernoulli_explorer([0, 1]).p == 0.25
    assert not one.has_trait("mean") and other.std == 0.6


def test_digits_are_sent_as_one_byte_a_pixel():
    """Keras works on digits in float32."""
    pytest.importorskip("anywidget")
    drawn = np.tile([0.0, 1.0], 392).astype("float32")
    assert widgets.explore_drawing(small(), drawn).digit == bytes([0, 1] * 392)
