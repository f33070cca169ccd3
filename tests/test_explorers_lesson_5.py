"""Lesson 5's explorers: the pictures are those of their values, and the pad completes its rows."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import describe
from explorers import in_words, shown

from helpers import masks, plots, sampling
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


@pytest.mark.parametrize("ordering", ["natural", "random"])
def test_the_drawing_explorer_shows_the_moment_of_its_slider(ordering, monkeypatch):
    in_words(monkeypatch)
    network = network_of(36, ordering)
    digit = sampling.sample(network, 1)[0]
    slider, image = drawing.explore_drawing(network, digit, step=5).children
    probs = 1 / (1 + np.exp(-network.logits(digit[None])[0]))
    assert (slider.min, slider.max, slider.value) == (0, 36, 5)
    assert slider.description == "pixels drawn"
    for step in (5, 0, 36, 17):
        slider.value = step
        twin = plots.drawing_moment(digit, probs, network.ordering, step)
        assert shown(image) == describe(twin)
        plt.close(twin)
    assert plt.get_fignums() == []


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
    in_words(monkeypatch)
    monkeypatch.setattr(pad, "anywidget", None)
    note, digit, given, seed, image = pad.completion_pad(raster, examples).children
    assert "anywidget" in note.value
    found = [(c.description, c.min, c.max, c.value) for c in (digit, given, seed)]
    assert found == [("digit", 0, 2, 0), ("rows given", 1, 27, 14), ("draw again", 0, 20, 0)]
    for which, rows, again in ((0, 14, 0), (2, 14, 0), (2, 27, 0), (2, 1, 5)):
        digit.value, given.value, seed.value = which, rows, again
        known = np.arange(784) < 28 * rows
        drawn = sampling.complete(raster, examples[which], known, 8, seed=again)
        twin = plots.completions([examples[which]], known, [drawn])
        assert shown(image) == describe(twin)
        plt.close(twin)
    assert plt.get_fignums() == []


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
