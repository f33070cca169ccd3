"""What only the eye would see: one picture a theme, compared with `tests/baseline/*.png`.

Each baseline was looked at by a person. After a figure was changed on purpose, draw them again,
look at each one that changed, and only then commit it:

    rm tests/baseline/*.png
    python -m pytest tests/figures/test_figures_pictures.py --mpl-generate-path=tests/baseline

The tolerance (root of the mean squared difference, of 255) lets pass what another system does to
the edges of lines, and stops what the last tests try. Another minor version of matplotlib sets
letters of other widths, which moves everything: there these tests are skipped, and what a figure
draws is tested by the files beside this one alone.
"""

import pathlib

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import pytest
from examples import EXAMPLES, RECORDED, RUN, digit
from matplotlib.colors import to_rgb
from matplotlib.testing.compare import calculate_rms

from helpers import masks, plots

BASELINE = pathlib.Path(__file__).resolve().parents[1] / "baseline"
TOLERANCE = 2.5
DRAWN_BY = "matplotlib " + ".".join(matplotlib.__version__.split(".")[:2])
SIX = np.array([digit(3, 4 * k, 9) + digit(12, 4 * k + 3, 4) for k in range(6)]).clip(0, 1)


def rings(n=120):
    """Codes of ten classes, each on its own place of a ring."""
    rng, labels = np.random.default_rng(0), np.repeat(np.arange(10), n)
    angle = 2 * np.pi * labels / 10
    return np.stack([np.cos(angle), np.sin(angle)], 1) * 3 + rng.normal(0, 0.4, (10 * n, 2)), labels


def network():
    return masks.make_degrees(5, (6, 5), [2, 0, 3, 1, 4], seed=1)


def paths(leak):
    made = masks.count_paths(masks.make_masks(network()))
    made[2, 0] *= 0
    made[4, 2] += leak
    return made


PICTURES = {
    "digits": lambda: plots.digits(SIX, 3, [f"{k} nats" for k in range(6)], title="six digits"),
    "scoreboard": lambda: plots.struck_scoreboard(
        {"one p": (200.0, 3.0), "model": 90.0}, {"copy": 50.0}, "Scoreboard"
    ),
    "likelihood": EXAMPLES["gaussian_fit"],
    "classes": lambda: plots.latent_map(*rings()),
    "rows": lambda: plots.image_rows(
        {"clean": SIX, "block": SIX * 0.5}, erased={"block": np.tile(digit(8, 8, 8) > 0, (6, 1))}
    ),
    "network": lambda: plots.mask_network(network(), (1, 3), titles=["output 2", "output 4"]),
    "dependencies": lambda: plots.dependencies(
        {"sound": paths(0), "leaky": paths(1)}, [2, 0, 3, 1, 4]
    ),
    "curve": lambda: plots.learning_curve(RUN, RECORDED, {"another": 85.0}, title="sample"),
    "reading": EXAMPLES["reading"],
    "gaps": lambda: plots.hidden_gaps(np.triu(np.ones((20, 20)), 3), np.arange(20)),
    "completions": lambda: plots.completions(
        SIX[:2], np.arange(784) < 280, np.array([SIX[:4], SIX[2:]]), ["two", "rows"]
    ),
    "densities": EXAMPLES["conditional"],
    "clinic": lambda: plots.caught_or_missed(
        ["sound", "≥", "rank"], list("abcdefg"), [[0] * 7, [1, 0, 1, 1, 0, 0, 0], [0, 1] + [0] * 5]
    ),
}  # fmt: skip


def drawn_by_another() -> bool:
    """Whether the baselines were drawn by another minor version of matplotlib than runs here."""
    file = BASELINE / "digits.png"
    return file.exists() and PIL.Image.open(file).info.get("Software") != DRAWN_BY


def compared(name):
    return pytest.param(
        PICTURES[name],
        id=name,
        marks=pytest.mark.mpl_image_compare(
            baseline_dir=str(BASELINE), filename=f"{name}.png", tolerance=TOLERANCE,
            style="default", deterministic=False,
            savefig_kwargs={"dpi": 50, "metadata": {"Software": DRAWN_BY}},
        ),
    )  # fmt: skip


@pytest.mark.skipif(drawn_by_another(), reason="baselines are of another matplotlib")
@pytest.mark.parametrize("picture", [compared(name) for name in PICTURES])
def test_the_picture_is_the_one_that_was_looked_at(picture):
    return picture()


def stored(name) -> np.ndarray:
    return (plt.imread(BASELINE / f"{name}.png")[..., :3] * 255).astype(np.int16)


def recolored(picture, old, new) -> np.ndarray:
    was, is_ = (np.array(to_rgb(color)) * 255 for color in (old, new))
    near = np.abs(picture - was).max(axis=-1) < 30
    return np.where(near[..., None], is_, picture).astype(np.int16)


def test_the_tolerance_stops_what_a_reader_would_be_misled_by():
    upside_down = {"digits", "rows", "completions", "gaps", "dependencies", "network", "reading"}
    for name in upside_down:
        assert calculate_rms(stored(name)[::-1], stored(name)) > 3 * TOLERANCE
    for name, old, new in (
        ("scoreboard", plots.BLUE, plots.VERMILION),
        ("network", plots.BLUE, "#C4C9CE"),
        ("classes", plots.ORANGE, plots.PURPLE),
        ("classes", plots.GREEN, plots.BLUE),
        ("dependencies", plots.VERMILION, "#DCEBF5"),
        ("completions", plots.BLUE, plots.BLACK),
        ("curve", plots.BLUE, plots.ORANGE),
        ("rows", "#BFE0F2", "#FFFFFF"),
        ("gaps", plots.ORANGE, "#DCEBF5"),
        ("clinic", plots.ORANGE, plots.BLUE),
    ):
        assert calculate_rms(recolored(stored(name), old, new), stored(name)) > TOLERANCE, name
    for name in ("scoreboard", "rows", "dependencies"):
        cut = stored(name)
        cut[:, : cut.shape[1] // 10] = 255  # labels at the left are gone
        assert calculate_rms(cut, stored(name)) > TOLERANCE, name


def test_the_baselines_stay_small_and_none_is_left_over():
    files = {file.stem: file.stat().st_size for file in BASELINE.glob("*.png")}
    assert files.keys() == PICTURES.keys() and sum(files.values()) < 300_000
