"""Deliberate faults in a MADE, each one seen in published code: the checks must turn red.

Every fault is put into the real model, and the same looks that are green without it are taken.
"""

import keras
import numpy as np
import pytest

from helpers import checks, made, masks, packed
from helpers.checks import NotAutoregressive
from helpers.likelihood import bernoulli_nll, log_mean_exp
from helpers.made import MADE

RNG = np.random.default_rng(0)
ORDER = [3, 0, 4, 1, 5, 2]  # rank and order differ: [2, 4, 6, 1, 3, 5] against [4, 1, 5, 2, 6, 3]


def unsettled(seed=0, n_inputs=6, **settings):
    """A model with N(0, 1) weights and biases."""
    model = MADE(n_inputs, (12, 9), seed=seed, activation="tanh", **settings)
    rng = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign(rng.standard_normal(weight.shape))
    return model


def look_at_paths(model):
    checks.assert_autoregressive(model.network().paths(), ORDER)


def look_at_gradients(model):
    x = np.random.default_rng(1).normal(size=(20, 6))
    checks.assert_autoregressive(checks.gradient_dependencies(model, x), ORDER)


def look_at_flips(model):
    x = np.random.default_rng(1).integers(0, 2, (20, 6))
    moved = checks.moved_outputs(lambda v: keras.ops.convert_to_numpy(model(v)), x)
    checks.assert_autoregressive(moved, ORDER)


def look_at_the_total(model):
    total = checks.total_probability(model)
    if abs(total - 1) > 1e-4:  # the Keras model works in float32
        raise NotAutoregressive(f"probabilities sum to {total}")


LOOKS = [look_at_paths, look_at_gradients, look_at_flips, look_at_the_total]


def reds(model):
    """Names of the looks that turn red."""
    red = set()
    for look in LOOKS:
        try:
            look(model)
        except NotAutoregressive:
            red.add(look.__name__.removeprefix("look_at_"))
    return red


@pytest.mark.parametrize("direct", [True, False])
def test_without_a_fault_every_look_is_green(direct):
    for seed in range(3):
        assert reds(unsettled(seed, ordering=ORDER, direct=direct)) == set()


# --- >= where the rule says > --------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["output_layer", "direct"])
def test_an_output_rule_that_is_not_strict_is_caught(layer, monkeypatch):
    """``>=`` in the Keras layer, which the NumPy masks of `network` know nothing of."""
    for seed in range(3):
        model = unsettled(seed, ordering=ORDER)
        getattr(model, layer).strict = False
        assert reds(model) == {"gradients", "flips", "the_total"}


def test_an_output_rule_that_is_not_strict_in_numpy_is_caught_by_the_paths(monkeypatch):
    monkeypatch.setattr(masks, "output_mask", masks.hidden_mask)
    assert reds(unsettled(ordering=ORDER, direct=False)) == {"paths"}
    net = unsettled(ordering=ORDER, direct=False).network()
    assert abs(checks.total_probability(net) - 1) > 1e-4


def test_a_hidden_rule_the_wrong_way_round_is_caught(monkeypatch):
    monkeypatch.setattr(masks, "hidden_mask", lambda a, b: ~masks.output_mask(a, b))
    assert "paths" in reds(unsettled(ordering=ORDER))


# --- Rank for order ------------------------------------------------------------------------------


def test_rank_for_order_is_caught_with_an_ordering_that_is_not_its_own_inverse(monkeypatch):
    monkeypatch.setattr(masks, "input_degrees", lambda ordering: np.asarray(ordering) + 1)
    model = unsettled(ordering=ORDER)
    # still a density, only not in the order asked for: the total cannot tell
    assert reds(model) == {"paths", "gradients", "flips"}
    for own_inverse in ([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]):
        paths = unsettled(ordering=own_inverse).network().paths()
        checks.assert_autoregressive(paths, own_inverse)  # here nothing shows it


# --- Averages that are no distribution -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_logits_averaged_over_orderings_are_not_a_distribution(seed):
    model = unsettled(seed, ordering="random", n_masks=3)
    x = checks.all_binary(6)
    logits = np.mean([model.network(k).logits(x) for k in range(3)], axis=0)
    wrong = np.exp(-bernoulli_nll(x, logits.astype(float))).sum()
    assert abs(wrong - 1) > 1e-4  # where a distribution passes 1e-9, as below
    each = np.array([model.network(k).astype(float).log_prob(x) for k in range(3)])
    assert np.exp(each.mean(axis=0)).sum() < 0.99  # nor are averaged log-probabilities
    right = log_mean_exp(each, axis=0)
    assert abs(np.exp(right).sum() - 1) < 1e-9
    np.testing.assert_allclose(model.log_prob(x), right, rtol=1e-3, atol=1e-3)


# --- Degrees left out of the file ----------------------------------------------------------------


def saved_and_loaded(model, path):
    if path.suffix == ".keras":
        model.save(path)
        return keras.models.load_model(path)
    return made.load(made.save(model, path))


@pytest.mark.parametrize("name", ["model.keras", "model.npz"])
def test_degrees_left_out_of_the_file_are_caught(name, tmp_path, monkeypatch):
    """The model's degrees are not those that its seed draws, as after a reshuffle in training."""
    model, other = unsettled(1, ordering="random"), unsettled(2, ordering="random")
    for weight, degrees in zip(model.degrees, other.degrees):
        weight.assign(degrees)
    x = checks.all_binary(6)
    kept = model.log_prob(x)

    def difference():
        return np.abs(saved_and_loaded(model, tmp_path / name).log_prob(x) - kept).max()

    assert difference() < 1e-4
    if name.endswith(".keras"):  # the fault: the model's own weights are neither written nor read
        monkeypatch.setattr(MADE, "save_own_variables", lambda self, store: None)
        monkeypatch.setattr(MADE, "load_own_variables", lambda self, store: None)
    else:  # the fault: the file's degrees are those that the seed draws
        drawn, read = MADE(**model.config).degrees, packed.load_arrays

        def forgetful(path):
            config, arrays = read(path)
            live = packed.live_masks([d.numpy() for d in model.degrees], True)
            new = {f"degrees_{i}": d.numpy() for i, d in enumerate(drawn)}
            now = packed.live_masks(list(new.values()), True)
            names = [*(f"kernel_{i}" for i in range(3)), "direct"]
            for key, old_mask, mask in zip(names, live, now):
                new[key] = packed.unpack(key, arrays, old_mask)[mask]
            return config, arrays | new

        monkeypatch.setattr(packed, "load_arrays", forgetful)
    assert difference() > 0.1


# --- Other faults --------------------------------------------------------------------------------


def test_hidden_degrees_drawn_up_to_the_number_of_units_starve_the_outputs():
    """The fault: degrees up to units − 2 instead of D − 1. Paths are lacking, none leaks."""
    degrees = [masks.input_degrees(ORDER), RNG.integers(1, 799, 800)]
    paths = masks.count_paths(masks.make_masks(degrees))
    checks.assert_autoregressive(paths, ORDER)
    useful = (degrees[1] <= 5).mean()
    assert useful < 0.05
    right = [degrees[0], masks.hidden_degrees(800, 6, seed=0)]
    assert masks.make_masks(right)[1].any(axis=1).all()


def test_masking_the_kernel_in_place_kills_the_weights_of_other_mask_sets():
    model = unsettled(ordering="random", n_masks=2)
    x = checks.all_binary(6)
    before = model.log_prob(x, 1)
    kernel = model.output_layer.kernel
    kernel.assign(kernel * masks.make_masks(model.degrees_of(0))[-1])  # the fault
    assert np.abs(model.log_prob(x, 1) - before).max() > 0.1
