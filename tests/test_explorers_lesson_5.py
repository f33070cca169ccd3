"""Lesson 5's explorers: the pictures are those of their values, and the pad completes its rows."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import describe
from explorers import in_words, shown

from helpers import masks, network, plots, reference, sampling
from helpers.network import Network
from helpers.widgets import pad


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
def test_the_drawing_explorer_shows_the_moment_of_its_slider(ordering, monkeypatch, core_widgets):
    in_words(monkeypatch)
    made = network_of(36, ordering)
    digit = sampling.sample(made, 1)[0]
    slider, image = pad.explore_drawing(made, digit, step=5).children
    probs = 1 / (1 + np.exp(-made.logits(digit[None])[0]))
    assert (slider.min, slider.max, slider.value) == (0, 36, 5)
    assert slider.description == "pixels drawn"
    for step in (5, 0, 36, 17):
        slider.value = step
        twin = plots.drawing_steps(digit, probs, made.ordering, [step])
        assert shown(image) == describe(twin)
        plt.close(twin)
    assert plt.get_fignums() == []


def test_drawing_explorer_refuses_a_digit_of_another_size():
    with pytest.raises(ValueError, match="digit must have shape"):
        pad.explore_drawing(network_of(36, "natural"), np.zeros(25))


def test_pad_is_handed_the_model_the_examples_and_the_line(raster, examples):
    """What it does with them, the browser shows: figures/test_figures_javascript.py."""
    pytest.importorskip("anywidget")
    widget = pad.completion_pad(raster, examples, rows=9)
    assert np.array_equal(np.frombuffer(widget.examples, np.uint8), examples.ravel())
    assert widget.rows == 9 and widget.network == pad.packed_network(raster)


def read(file, tmp_path) -> Network:
    path = tmp_path / "handed_over.npz"
    path.write_bytes(file)
    return network.load(path)


def same(a, b) -> bool:
    one, two = (
        [*net.degrees, *net.kernels, *net.biases, net.direct, net.activation] for net in (a, b)
    )
    return len(one) == len(two) and all(map(np.array_equal, one, two))


@pytest.mark.parametrize("name", ["raster", "random"])
def test_a_shipped_model_is_handed_over_as_it_is_and_small(name, tmp_path):
    shipped = reference.load(name)
    file = pad.packed_network(shipped)
    assert len(file) <= 1.02 * reference.cards()[name]["bytes"]
    assert same(read(file, tmp_path), shipped)


@pytest.mark.parametrize(
    ("n_inputs", "ordering"), [(784, "natural"), (36, "random"), (2, "natural")]
)
@pytest.mark.parametrize("direct", [True, False])
def test_any_other_model_is_handed_over_to_the_last_bit_of_float32(
    n_inputs, ordering, direct, tmp_path
):
    made = network_of(n_inputs, ordering).astype(np.float32)
    made = dataclasses.replace(made, direct=made.direct if direct else None, activation="elu")
    assert same(read(pad.packed_network(made), tmp_path), made)


def test_a_model_that_its_degrees_do_not_mask_is_refused():
    made = network_of(6, "natural")
    made.kernels[0][5, 0] = 1.0
    with pytest.raises(ValueError, match="network must be masked as its degrees say"):
        pad.packed_network(made)


def test_pad_without_anywidget_is_made_of_sliders(raster, examples, monkeypatch, core_widgets):
    in_words(monkeypatch)
    digit, given, seed, image = pad.completion_pad(raster, examples).children
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
    with pytest.raises(ValueError, match="rows must be at most 27, got 28"):
        pad.completion_pad(raster, examples, rows=28)
    with pytest.raises(ValueError, match="at least one digit"):
        pad.completion_pad(raster, examples[:0])
    with pytest.raises(ValueError, match="only 0 and 1"):
        pad.completion_pad(raster, examples + 1)
