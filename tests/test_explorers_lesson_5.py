"""Lesson 5's explorers: no extreme raises, every move changes the picture."""

import time

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets import Image, IntSlider

from helpers import masks, reference, sampling
from helpers.network import Network
from helpers.widgets import drawing, pad

TOP = 28 * 14


def network_of(n_inputs, ordering, seed=0) -> Network:
    """A network with random weights, small enough to be quick."""
    rng = np.random.default_rng(seed)
    degrees = masks.make_degrees(n_inputs, (20,), ordering, "random", seed)
    kernels = [rng.normal(0, 0.3, m.shape) * m for m in masks.make_masks(degrees)]
    direct = masks.direct_mask(degrees[0]) * rng.normal(0, 0.3, (n_inputs, n_inputs))
    return Network(degrees, kernels, [np.zeros(k.shape[1]) for k in kernels], direct)


@pytest.fixture(scope="module")
def raster():
    return network_of(784, "natural")


@pytest.fixture(scope="module")
def examples():
    return np.random.default_rng(1).integers(0, 2, (3, 784))


def only(box, kind):
    return [child for child in box.children if isinstance(child, kind)]


def move_to_both_ends(box):
    """Move every slider to its ends; the picture must change between them, and no figure stay."""
    (image,) = only(box, Image)
    for slider in only(box, IntSlider):
        slider.value = slider.min
        low = image.value
        slider.value = slider.max
        assert image.value != low, f"{slider.description}: same picture at both ends"
    assert plt.get_fignums() == []


@pytest.mark.parametrize("ordering", ["natural", "random"])
def test_drawing_explorer_moves(ordering):
    network = network_of(36, ordering)
    move_to_both_ends(drawing.explore_drawing(network, sampling.sample(network, 1)[0], step=5))


def test_drawing_explorer_redraws_quickly():
    network = reference.load("random")
    box = drawing.explore_drawing(network, sampling.sample(network, 1)[0])
    (slider,) = only(box, IntSlider)
    start = time.process_time()
    for slider.value in (300, 400, 500, 600):
        pass
    assert (time.process_time() - start) / 4 < 0.5


def test_drawing_explorer_refuses_a_digit_of_another_size():
    with pytest.raises(ValueError, match="digit must have shape"):
        drawing.explore_drawing(network_of(36, "natural"), np.zeros(25))


@pytest.fixture
def widget(raster, examples):
    pytest.importorskip("anywidget")
    return pad.completion_pad(raster, examples)


def ask(widget, number, rows=14, seed=0, pixels=None):
    """Send what the browser sends, bytes as a memoryview; return the draws, ``(8, 784)``."""
    state = {"rows": rows, "request": {"number": number, "rows": rows, "seed": seed}}
    if pixels is not None:
        state["pixels"] = memoryview(np.asarray(pixels, np.uint8).tobytes())
    widget.set_state(state)
    assert widget.reply["number"] == number
    return np.frombuffer(widget.draws, np.uint8).reshape(8, 784)


def test_pad_shows_completions_of_the_first_example_before_anything_is_drawn(widget, examples):
    draws = np.frombuffer(widget.draws, np.uint8).reshape(8, 784)
    assert (draws[:, :TOP] == examples[0, :TOP]).all()


def test_pad_keeps_what_is_drawn_and_completes_the_rest(widget, raster):
    drawn = np.random.default_rng(2).integers(0, 2, 784)
    draws = ask(widget, 1, pixels=drawn)
    expected = sampling.complete(raster, drawn, np.arange(784) < TOP, 8, seed=0)
    assert np.array_equal(draws, expected)


def test_pad_draws_again_with_another_seed_and_the_same_with_the_same(widget, examples):
    first, again = ask(widget, 1, pixels=examples[1]), ask(widget, 2, pixels=examples[1])
    other = ask(widget, 3, seed=1)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("rows", [1, 27])
def test_pad_moves_its_line_to_both_ends(widget, rows):
    drawn = np.ones(784, np.uint8)
    draws = ask(widget, 1, rows=rows, pixels=drawn)
    assert (draws[:, : 28 * rows] == 1).all()
    assert not (draws[:, 28 * rows :] == 1).all()


def test_pad_survives_a_line_outside_the_square(widget):
    for number, rows in enumerate((0, -3, 28, 100), 1):
        ask(widget, number, rows=rows)
        assert 1 <= widget.reply["rows"] <= 27


def test_pad_without_anywidget_is_made_of_sliders(raster, examples, monkeypatch):
    monkeypatch.setattr(pad, "anywidget", None)
    move_to_both_ends(pad.completion_pad(raster, examples))


def test_pad_refuses_what_it_cannot_complete(raster, examples):
    with pytest.raises(ValueError, match="natural ordering"):
        pad.completion_pad(network_of(784, "random"), examples)
    with pytest.raises(ValueError, match="natural ordering"):
        pad.completion_pad(network_of(36, "natural"), examples)
    with pytest.raises(ValueError, match="rows must be in 1 … 27, got 28"):
        pad.completion_pad(raster, examples, rows=28)
    with pytest.raises(ValueError, match="at least one digit"):
        pad.completion_pad(raster, examples[:0])
    with pytest.raises(ValueError, match="only 0 and 1"):
        pad.completion_pad(raster, examples + 1)
