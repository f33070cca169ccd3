"""Deliberate faults in a MADE, each one seen in published code: the checks must turn red.

Every fault is put into the real model, and the same looks that are green without it are taken.
"""

import keras
import numpy as np
import pytest

from helpers import checks, faults, made, masks, packed
from helpers.checks import NotAutoregressive
from helpers.exercises import lesson_7
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


# --- Lesson 7's patients: the matrix fault × look ------------------------------------------------

MATRIX = {  # the looks that turn red; `?`, on some patients and not on others
    "sound": "",
    "≥ in the output mask": "paths flips Jacobian Σp draws score?",
    "≥, asleep in old weights": "paths",
    "degrees up to the number of units": "reach",
    "rank taken for order": "draws",
    "logits averaged over orderings": "flips Jacobian Σp draws",
    "an ordering never trained": "score",
    "stale masks after reshuffling": "flips",
    "inputs normalized across pixels": "Jacobian",
    "log(p + ε)": "Σp",
    "the last, unfilled batch skipped": "again",
    "masks left out of the file": "twin",
    "stopped on the test set": "audit",
}


def red(fault, seed) -> set[str]:
    findings = faults.examine(faults.FAULTS[fault](seed))
    return {look for look, finding in findings.items() if finding.red}


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("fault", MATRIX)
def test_a_patient_turns_its_own_looks_red_and_no_other(fault, seed):
    wanted = MATRIX[fault].split()
    sure = {look for look in wanted if not look.endswith("?")}
    assert sure <= red(fault, seed) <= {look.rstrip("?") for look in wanted}


def test_every_look_has_a_fault_that_it_alone_catches_and_rows_differ():
    assert list(MATRIX) == list(faults.FAULTS)
    rows = [faults.row(fault) for fault in faults.FAULTS]
    assert len(set(rows)) == len(rows) == 13
    alone = {row.index(True) for row in rows if sum(row) == 1}
    assert alone == set(range(len(faults.LOOKS)))


def test_a_sound_patient_is_green_whatever_its_pixels_and_ordering():
    assert not [seed for seed in range(20) if red("sound", seed)]


def test_a_patient_has_learned_its_pixels():
    sound = faults.Patient()
    x, test = checks.all_binary(6), sound.data[sound.rows["test"]]
    p = np.exp(sound.log_prob(x))
    numbers = (test @ 2 ** np.arange(6)[::-1]).astype(int)
    often = np.bincount(numbers, minlength=64) / len(test)
    assert np.abs(often - p).sum() / 2 < 0.2 < np.abs(often - 1 / 64).sum() / 2
    rows = np.concatenate(list(sound.rows.values()))
    assert np.array_equal(np.sort(rows), np.arange(5000))
    assert len(np.unique(sound.order())) == 6
    assert not np.array_equal(sound.order()[sound.order()], np.arange(6))


def test_slopes_are_those_of_the_loss():
    patient = faults.Patient(1)
    x = patient.data[:50]
    share = np.full(50, 1 / 50)
    for weight, slope in zip(patient.weights, patient.slopes(x, share)):
        at = tuple(np.unravel_index(np.abs(slope).argmax(), slope.shape))
        ends = []
        for step in (1e-5, -2e-5):
            weight[at] += step
            ends.append(-patient.log_prob(x).mean())
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(slope[at], rel=1e-4)


# --- The exam ------------------------------------------------------------------------------------


def fault_of(patient) -> str:
    return [name for name, kind in faults.FAULTS.items() if isinstance(patient, kind)][-1]


def test_an_exam_comes_back_by_its_number_and_others_are_other(capsys):
    first = lesson_7.draw_exam()
    number = int(capsys.readouterr().out.split()[1].rstrip("."))
    again = lesson_7.draw_exam(number)
    assert list(first) == list(again) == list("ABC")
    x = checks.all_binary(6)
    for letter, patient in first.items():
        assert fault_of(patient) == fault_of(again[letter])
        assert np.array_equal(patient.logits(x), again[letter].logits(x))
        assert faults.reds(patient) == faults.row(fault_of(patient))
    others = {tuple(map(fault_of, lesson_7.draw_exam(seed).values())) for seed in range(4)}
    assert len(others) == 4 and all(len(set(three)) == 3 for three in others)


def test_without_a_number_an_exam_draws_one(monkeypatch, capsys):
    numbers = iter([17, 5])

    class Drawn:
        def integers(self, high):
            return next(numbers)

    real = np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", lambda *seed: real(*seed) if seed else Drawn())
    lesson_7.draw_exam()
    lesson_7.draw_exam()
    said = capsys.readouterr().out
    assert "Exam 17." in said and "Exam 5." in said


def test_no_label_is_in_sight():
    for patient in lesson_7.draw_exam(5).values():
        assert type(patient).__name__ == "Patient"
        shown = f"{patient!r} {sorted(vars(patient))} {type(patient)}"
        names = {kind.__name__ for kind in faults.FAULTS.values()} - {"Patient"}
        assert len(names) == 12 and not [name for name in names if name in shown]


def test_the_checker_knows_every_fault_and_says_which_look_speaks_against_another():
    for fault, kind in faults.FAULTS.items():
        exam = {"A": kind()}
        assert lesson_7.check_exam(exam, {"A": fault}).passed
        for other in faults.FAULTS:
            if other != fault:
                verdict = lesson_7.check_exam(exam, {"A": other})
                look = next(
                    name
                    for name, one, two in zip(faults.LOOKS, faults.row(fault), faults.row(other))
                    if one != two
                )
                assert not verdict.passed and look in verdict.message
    assert (
        "waiting" in lesson_7.check_exam(exam | {"B": exam["A"]}, {"A": fault, "B": None}).message
    )
