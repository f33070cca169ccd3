"""One small example of every figure function, with numbers that one can check by hand."""

from __future__ import annotations

import numpy as np

from helpers import plots
from helpers.faults import Finding
from helpers.network import Network
from helpers.outputs import Bernoulli, Mixture
from helpers.plots import style

ARROW = np.array([1, 1, 1, 0, 0, 1, 0, 0, 1.0])  # 3 × 3: a top row, and the right column
CORNER = np.array([1, 0, 0, 0, 0, 0, 0, 0, 0.0])


def digit(row, column, size=3) -> np.ndarray:
    """``(784,)``, blank but for a square with its upper left corner there."""
    image = np.zeros((28, 28))
    image[row : row + size, column : column + size] = 1
    return image.ravel()


class Run:
    """What a figure reads of a `training.History`."""

    def __init__(self, train, valid, seconds=30.0, **recipe):
        self.train, self.valid, self.recipe = train, valid, recipe
        self.seconds = [seconds] * len(valid)
        self.best_epoch = int(np.argmin(valid)) + 1 if valid else 0


RUN = Run([95, 85, 78, 74], [90, 82, 80, 81], augment="shift", model={"dropout": 0.2})
RECORDED = [Run([0] * 4, [91, 84, 79, 80]), Run([0] * 5, [89, 83, 81, 79, 70])]

DEGREES = [np.array([2, 1, 3]), np.array([1, 2, 2, 1])]  # the second input is visited first
LEAKY = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 0]])  # of [1, 0, 2]: 2 sees nothing, and leaks
ORDER = [1, 0, 2]


def reader() -> Network:
    """784 inputs from the last pixel to the first; each p is 0.5 but the last pixel's, 0.75."""
    degrees = [np.arange(784, 0, -1), np.array([1])]
    biases = [np.zeros(1), np.r_[np.zeros(783), np.log(3)]]
    return Network(degrees, [np.zeros((784, 1)), np.zeros((1, 784))], biases)


def two_peaks() -> Network:
    """Two mixtures of two: x₁ about −1 and 1, x₂ about x₁ − 1 and x₁ + 1, all of σ = 0.5."""
    bias = np.array([0, 0, -1, 1, 0, 0, 0, 0, -1, 1, 0, 0], float)
    bias[[4, 5, 10, 11]] = np.log(0.5)
    direct = np.zeros((2, 12))
    direct[0, 8:10] = 1
    kernels = [np.zeros((2, 1)), np.zeros((1, 12))]
    return Network([[1, 2], [1]], kernels, [np.zeros(1), bias], direct, outputs=Mixture(2))


def magnets() -> dict:
    """Of 2 × 3 spins: fair coins at β = 0.2, all up at 0.4, and the first one up alone at 0.8."""

    def sure(biases):
        kernels, spin = [np.zeros((6, 1)), np.zeros((1, 6))], Bernoulli(signs=True)
        return Network([np.arange(1, 7), [1]], kernels, [np.zeros(1), biases], outputs=spin)

    up, one = np.full(6, 100.0), np.array([100.0] + [-100.0] * 5)
    return {0.2: sure(np.zeros(6)), 0.4: sure(up), 0.8: sure(one)}


def two_clusters():
    """Codes of twelve digits, (labels 0, 3 and 7)."""
    corner = np.array([[0, 0], [0.2, 0], [0, 0.2], [0.2, 0.2]])
    return np.concatenate([corner, corner + [4, 0], corner + [0, 4]]), np.repeat([0, 3, 7], 4)


def decoded(z) -> np.ndarray:
    """``(n, 784)``: left half as dark as z₁ / 4, right half as dark as z₂ / 4."""
    halves = np.clip(np.asarray(z) / 4, 0, 1)
    return np.repeat(np.tile(halves, (1, 28)), 14, axis=1)


TIMES = {"loop": 20.0, "sampler": 0.5, "one pass": 0.0125}
SCORES = {"pixels": [0.5, 0.6, 0.7], "codes": [0.8, 0.8, 0.86]}
GROUPS = {"digits": [80.0, 100, 120], "noise": [900.0, 1100], "blank": [20.0]}


def _reading():
    x = np.zeros(784)
    x[783] = x[782] = 1
    return plots.reading(reader(), x, 3)


def _live_curve():
    curve = plots.LiveCurve(every=0.0, title="now")
    curve(RUN)
    assert curve.png.startswith(b"\x89PNG")
    return plots.learning_curve(RUN, **curve.options)


def _panel(draw, *args):
    fig, ax = style.subplots(figsize=(2, 2))
    draw(ax, *args)
    return fig


X5, REALS = [1, 1, 0, 1, 0], [-1.0, 0.0, 1.0, 2.0]
LOGITS = np.array([15.0, 16, 17, 18])

EXAMPLES = {
    # --- style
    "digits": lambda: plots.digits([ARROW, CORNER, ARROW], 2, ["a", "b", "c"], title="three"),
    "show_image": lambda: _panel(plots.show_image, ARROW),
    "show_partial": lambda: _panel(plots.show_partial, ARROW, [0, 8]),
    "show_completion": lambda: _panel(plots.show_completion, ARROW, np.arange(9) < 3),
    "show_inks": lambda: _panel(plots.show_inks, ARROW, plots.GREEN),
    "frame": lambda: _panel(plots.frame),
    "labelled_rows": lambda: plots.labelled_rows(
        {"one": [ARROW, CORNER], "two": [CORNER]}, 0.9, plots.show_image, ["left", "right"]
    ),
    "scoreboard": lambda: plots.scoreboard({"worse": (100.0, 2.0), "best": 80.0, "worst": 200.0}),
    # --- lesson 1
    "bernoulli_likelihood": lambda: plots.bernoulli_likelihood(X5, 0.5),
    "underflow": lambda: plots.underflow(
        np.cumprod(np.full(784, 0.5, "float32")), np.arange(1, 785) * np.log(0.5)
    ),
    "naive_and_stable": lambda: plots.naive_and_stable(
        LOGITS, np.array([15, 15.9, np.inf, np.inf]), LOGITS
    ),
    "nll_against_mean": lambda: plots.nll_against_mean(np.array([-1.0, 1.0]), (0.5, 1.0, 2.0)),
    "price_of_sigma": lambda: plots.price_of_sigma(
        np.array([0.5, 1.0, 2.0]), np.array([4.0, 1.5, 2.0]), np.array([4.7, 1.5, 1.3])
    ),
    "noise_bands": lambda: plots.noise_bands(
        np.array([2.0, 0.0, 1.0]), np.array([5.0, 0.5, 2.0]),
        {"one σ": (np.array([4.0, 0.0, 2.0]), 0.5), "σ(t)": (1.0, np.array([3.0, 1.0, 2.0]))},
    ),
    "gaussian_fit": lambda: plots.gaussian_fit(REALS, 0.0, 1.0),
    "mean_or_median": lambda: plots.mean_or_median([0.0, 0.5, 1.0], 4.5),
    "impossible_pixel": lambda: plots.impossible_pixel(
        np.arange(9) / 8, ARROW, np.arange(9) % 4 == 1
    ),
    # --- lesson 2
    "autoencoder_diagram": lambda: plots.autoencoder_diagram(),
    "image_rows": lambda: plots.image_rows(
        {"clean": np.array([ARROW, CORNER]), "block": np.array([CORNER, CORNER])},
        titles=["first", "second"], erased={"block": np.array([[0, 0, 1] * 3, [0] * 9], bool)},
    ),
    "error_against_size": lambda: plots.error_against_size({0: 200.0, 2: 150.0, 16: 80.4}),
    "latent_map": lambda: plots.latent_map(*two_clusters()),
    "latent_walk": lambda: plots.latent_walk(decoded, two_clusters()[0] * [1, 0.5]),
    "latent_place": lambda: plots.latent_place(decoded, *two_clusters(), [1.0, 3.0]),
    "filters": lambda: plots.filters(
        {"before": np.array([digit(0, 0) * 2, -digit(9, 9)]).T, "after": 5 * np.eye(784)[:, :3]}
    ),
    "probe_scores": lambda: plots.probe_scores(SCORES),
    "nll_table": lambda: plots.nll_table(
        np.array([[10.0, 200], [300, 40]]), np.array([digit(0, 0), digit(20, 20)])
    ),
    "totals": lambda: plots.totals({"table": 1.0, "model": 29.6, "low": 2.54}),
    "below_the_floor": lambda: plots.below_the_floor([4.0, 3.0, 1.0], [0.9, 2.0, 40.0], 2.5),
    "growing_box": lambda: plots.growing_box(
        [1, 10, 100], {"grows": [1, 8, 80], "ends": [0.7, 1, 1]}
    ),
    "codes_and_prior": lambda: plots.codes_and_prior(
        np.array([[0.0, 0], [8, 4], [4, 8]]), np.array([[1.0, 1], [2, 1]])
    ),
    "struck_scoreboard": lambda: plots.struck_scoreboard(
        {"model": 90.0, "one p": (200.0, 3.0)}, {"copy": 50.0}, "board"
    ),
    # --- lesson 3
    "mask_network": lambda: plots.mask_network(
        DEGREES, (0, None), titles=["a", "b"]
    ),
    "mask_networks": lambda: plots.mask_networks(
        {"two": ([np.array([1, 2]), np.array([1])], [np.ones((2, 1)), np.array([[0, 1]])])}
    ),
    "mask_squares": lambda: plots.mask_squares(
        {"a mask": (np.array([[1, 0, 0], [0, 5, -1]]), [7, 8], [1, 2, 3], "rows", "columns")}
    ),
    "degree_masks": lambda: plots.degree_masks(DEGREES),
    "dependencies": lambda: plots.dependencies({"leaky": LEAKY, "sound": 0 * LEAKY}, ORDER),
    "probability_tree": lambda: plots.probability_tree(lambda prefix: 0.25 if prefix else 0.75),
    "running_totals": lambda: plots.running_totals(
        {"sound": np.log([0.1, 0.5, 0.4]), "leaky": np.log([0.3, 0.2, 0.1])}
    ),
    "caught_or_missed": lambda: plots.caught_or_missed(
        ["leak", "dead"], ["paths", "sum", "jacobian"], [[1, 0, 1], [0, 0, 1]]
    ),
    "sample_frequencies": lambda: plots.sample_frequencies(
        np.array([0.1, 0.2, 0.3, 0.4]),
        {"right": [0.1, 0.2, 0.3, 0.4], "wrong": [0.4, 0.3, 0.2, 0.1]},
    ),
    "missed_degrees": lambda: plots.missed_degrees([1, 2, 4], [3, 2, 1], 4),
    # --- lesson 4
    "learning_curve": lambda: plots.learning_curve(
        RUN, RECORDED, {"another": 85.0, "floor": 60.0}, title="sample"
    ),
    "LiveCurve": _live_curve,
    "by_rank": lambda: plots.by_rank({"paths": np.abs(LEAKY), "jacobian": -LEAKY}, ORDER),
    "initial_scores": lambda: plots.initial_scores(
        {"a": 0.1, "b": 0.2, "c": 2.0}, {"a": 543.0, "b": 545.5, "c": 700.0},
        (np.array([0.0, 1.0]), np.array([543.4, 641.4])),
    ),
    "surprise": lambda: plots.surprise({"flat": 0.5 * digit(0, 0, 28), "spot": digit(0, 20)}),
    "cost_by_rank": lambda: plots.cost_by_rank(
        np.repeat([[1.0, 0.5], [0, 1.5]], 56, axis=1), np.repeat([[2.0, 2], [1, 2]], 56, axis=1)
    ),
    "by_class": lambda: plots.by_class(
        np.array([10.0, 14, 20, 22, 24.0]), np.array([3, 3, 5, 5, 5])
    ),
    "intruders": lambda: plots.intruders(GROUPS, {"noise": digit(0, 20)}),
    "reading": _reading,
    "differences": lambda: plots.differences(
        {"worse": (2.0, 0.5), "better": (-1.0, 0.25)}, title="b"
    ),
    "close_scores": lambda: plots.close_scores({"paper": 88.4}, {"here": (86.25, 0.3)}),
    # --- lesson 5
    "hidden_gaps": lambda: plots.hidden_gaps(
        np.array([[0, 0, 0, 0], [5, 0, 2, 1], [3, 0, 0, 0], [2, 9, 1, 0]]), [1, 3, 2, 0]
    ),
    "ablation": lambda: plots.ablation(
        {"MADE": ([86.0, 88.0], [90.0, 94.0]), "b": ([80, 80.2], [81, 83.0])}
    ),
    "drawing_steps": lambda: plots.drawing_steps(
        ARROW, ARROW * 0.8, np.arange(9)[::-1], [0, 2, 9]
    ),
    "final_steps": lambda: plots.final_steps([1, 2, 3], [1, 0, 2]),
    "times": lambda: plots.times(TIMES, "100 digits"),
    "neighbours": lambda: plots.neighbours([ARROW, CORNER], [CORNER, ARROW], [4, 5]),
    "histograms": lambda: plots.histograms({"a": [1.0, 1, 2], "b": [2.0, 4]}, "pixels", [0, 2, 4]),
    "rows_of_digits": lambda: plots.rows_of_digits({"T = 1": [ARROW, CORNER], "T = 2": [CORNER]}),
    "completions": lambda: plots.completions(
        [ARROW, CORNER], np.arange(9) < 3, np.array([[ARROW, 1 - ARROW], [CORNER, CORNER]]),
        names=["3 rows", "again"],
    ),
    # --- lesson 8
    "density_maps": lambda: plots.density_maps(
        {"model": two_peaks().log_prob, "dots": None}, {"dots": [[1, 0.5], [-2, 0]]}, reach=2.0
    ),
    "conditional": lambda: plots.conditional(two_peaks(), 1.0, two_peaks().log_prob),
    # --- lesson 9
    "magnet": lambda: plots.magnet(magnets(), (2, 3), 0.4),
    # --- lesson 7
    "against_sets": lambda: plots.against_sets({"a": {1: [3.0, 5.0], 4: [2.0]}, "b": {2: [4.0]}}),
    "coin_tables": lambda: plots.coin_tables({"right": [0.5, 0, 0, 0.5], "wrong": [1, 0, 0, 1]}),
    "q_errors": lambda: plots.q_errors({"model": [1, 1.5, 2], "sample": [1, 10, 100]}),
    "finding": lambda: plots.finding("flips", Finding(True, "3 pairs move", LEAKY), ORDER),
}  # fmt: skip
