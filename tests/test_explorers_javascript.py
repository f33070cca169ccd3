"""The explorers with sliders in JavaScript: what they show is what the Python twins draw.

They are played in Node on a page of our own (`test_figures_javascript.play`); tests/browser plays
them in Chromium. Where there is no Node, these tests are skipped.
"""

import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from examples import two_peaks
from test_figures_javascript import BLUE, VERMILION, play, pytestmark  # noqa: F401

from helpers import faults, masks, pixels, plots
from helpers.likelihood import bernoulli_nll
from helpers.network import Network
from helpers.plots import autoencoders, sampling, training
from helpers.widgets import conditional, pad
from helpers.widgets.bundle import bundle

PIXELS = [1, 1, 0, 1, 0]
POINTS = [-0.5, 0.2, 0.4, 1.1, 1.6]
NAMES = (
    "bernoulli_explorer",
    "gaussian_explorer",
    "latent_explorer",
    "noise_explorer",
    "drawing",
    "reading",
    "clinic",
    "conditional",
)


def drag(label, value):
    return {"on": {"label": label, "tag": "input"}, "event": "input", "set": {"value": str(value)}}


def plots_of(shown) -> list[dict]:
    """The plots of a page: axes, caption, curves and marks, in the units of the axes."""
    found = []
    for node in shown["nodes"]:
        if "data-axes" in node:
            found.append({**json.loads(node["data-axes"]), "curves": {}, "marks": [], "texts": []})
            found[-1]["lines"] = []
        elif found and node["tag"] == "line":
            found[-1]["lines"].append([float(node[end]) for end in ("x1", "y1", "x2", "y2")])
        elif found and node["tag"] == "text":
            found[-1]["texts"].append(node["text"])
        elif found and "data-curve" in node:
            axes = found[-1]
            places = np.array(re.findall(r"([-\d.]+) ([-\d.]+)", node["d"]), float).reshape(-1, 2)
            x = axes["x"][0] + (places[:, 0] - axes["left"]) / axes["wide"] * np.ptp(axes["x"])
            up = 1 - (places[:, 1] - axes["top"]) / axes["high"]
            curve = np.column_stack([x, axes["y"][0] + up * np.ptp(axes["y"])])
            axes["curves"][node["data-curve"]] = (curve, node["stroke"])
        elif found and "data-mark" in node:
            found[-1]["marks"].append((json.loads(node["data-mark"]), node["fill"], node["tag"]))
    return found


def same_curve(drawn, line, axes):
    """Every point of a line of matplotlib that lies within the axes is on the drawn curve."""
    x, y = line.get_data()
    low, high = axes["y"]
    inside = (y > low) & (y < high)
    assert inside.sum() > 20
    at = np.interp(np.asarray(x)[inside], *drawn.T)
    assert np.abs(at - np.asarray(y)[inside]).max() < 2e-4 * (high - low)
    assert drawn[:, 1].min() >= low - 1e-3 * (high - low)
    assert drawn[:, 1].max() <= high + 1e-3 * (high - low)


def same_tangent(ax, axes):
    """The last line of a plot is the twin's short tangent, or both have none."""
    x, y = ax.lines[-2].get_data()
    if len(x):
        ends = [x_of(axes, x[0]), y_of(axes, y[0]), x_of(axes, x[1]), y_of(axes, y[1])]
        assert axes["lines"][-1] == pytest.approx(ends)
    else:
        assert axes["marks"][0][2] == "path"


def texts_of(ax) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_text()]


PLACES_P = (0.25, 0.01, 0.6, 0.61, 0.99)


def test_bernoulli_shows_what_its_twin_shows(root):
    steps = [drag("p", p) for p in PLACES_P[1:]]
    shown = play(root, "bernoulli_explorer.js", {"x": PIXELS, "p": 0.25}, steps)["shown"]
    for p, page in zip(PLACES_P, shown, strict=True):
        fig = plots.bernoulli_likelihood(np.array(PIXELS), p)
        drawn = plots_of(page)
        assert "x = 1 1 0 1 0" in [node["text"] for node in page["nodes"] if node["tag"] == "text"]
        for ax, axes, name, color in zip(fig.axes, drawn, ("likelihood", "NLL"), (BLUE, VERMILION)):
            assert axes["y"] == pytest.approx(ax.get_ylim()) and axes["x"] == [0, 1]
            assert set(texts_of(ax)) <= set(axes["texts"]), axes["texts"]
            curve, stroke = axes["curves"][name]
            same_curve(curve, ax.lines[0], axes)
            assert color in stroke
            ((x, y), fill, tag) = axes["marks"][0]
            assert len(axes["marks"]) == 1 and x == p and color in fill
            assert min(y, axes["y"][1]) == pytest.approx(ax.lines[-1].get_ydata()[0], rel=1e-9)
            same_tangent(ax, axes)
            assert tag == ("circle" if ax.lines[-1].get_marker() == "o" else "path")
        plt.close(fig)
    assert shown[1]["sent"] == [{"p": 0.01}]


PLACES_GAUSS = ((-1.0, 0.6), (3.0, 0.2), (-3.0, 3.0), (0.5, 0.7))


def test_gaussian_shows_what_its_twin_shows(root):
    steps = []
    for mean, std in PLACES_GAUSS[1:]:
        steps += [drag("μ", mean), drag("σ", std)]
    model = {"x": POINTS, "mean": -1.0, "std": 0.6}
    shown = play(root, "gaussian_explorer.js", model, steps)["shown"][::2]
    seen = set()
    for (mean, std), page in zip(PLACES_GAUSS, shown, strict=True):
        fig = plots.gaussian_fit(np.array(POINTS), mean, std)
        drawn = plots_of(page)
        lines = (fig.axes[0].lines[1], fig.axes[1].lines[0], fig.axes[2].lines[0])
        for ax, axes, line, name in zip(
            fig.axes, drawn, lines, ("density", "NLL against μ", "NLL against σ")
        ):
            assert axes["y"] == pytest.approx(ax.get_ylim())
            assert axes["x"] == pytest.approx(ax.get_xlim())
            assert texts_of(ax)[0] in axes["texts"], (texts_of(ax), axes["texts"])
            if inside(line, axes) > 20:
                same_curve(axes["curves"][name][0], line, axes)
                seen.add(name)
        for ax, axes in zip(fig.axes[1:], drawn[1:], strict=True):
            same_tangent(ax, axes)
        heads = [float(node["cy"]) for node in page["nodes"] if node.get("r") == "3.5"]
        assert heads == pytest.approx([y_of(drawn[0], y) for y in fig.axes[0].lines[2].get_ydata()])
        plt.close(fig)
    assert len(seen) == 3


def inside(line, axes) -> int:
    y = np.asarray(line.get_ydata())
    return int(((y > axes["y"][0]) & (y < axes["y"][1])).sum())


def file_of(path) -> dict:
    return {"bytes": list(path.read_bytes())}


def dense_of(path, suffix=""):
    """The networks of a file, read and run with NumPy."""
    with np.load(path) as held:
        arrays = dict(held)

    def run(x):
        h, i = np.asarray(x, float), 0
        while f"kernel_{i}{suffix}" in arrays:
            scale = arrays[f"kernel_{i}_scale{suffix}"]
            kernel = (arrays[f"kernel_{i}{suffix}"] * scale).astype(np.float32)
            h, i = h @ kernel + arrays[f"bias_{i}{suffix}"], i + 1
            last = f"kernel_{i}{suffix}" not in arrays
            h = 1 / (1 + np.exp(-h)) if last else np.maximum(h, 0)
        return h

    return arrays, run


def pictures(shown) -> dict[str, np.ndarray]:
    """What each canvas shows last, as ``(pixels, 3)`` of 0 … 255, before anything drawn on it."""
    found = {}
    for node in shown["nodes"]:
        images = [call for call in node.get("calls") or [] if call[0] == "image"]
        if images:
            found[node["aria-label"]] = np.reshape(images[-1][1], (-1, 4))[:, :3]
    return found


def is_ink(picture, values):
    grey = np.round(255 * (1 - np.ravel(values)))
    assert (picture == picture[:, :1]).all()
    assert np.abs(picture[:, 0].astype(float) - grey).max() <= 1


def test_the_plane_is_walked_as_its_twin_walks(root):
    path = root / "data" / "plane.npz"
    arrays, decode = dense_of(path)
    codes, labels = arrays["codes"].astype(float), arrays["labels"]
    low, high = autoencoders.plane_limits(codes)
    places = [np.median(codes, axis=0), low, high, (low + 2 * high) / 3]
    steps = [s for z in places[1:] for s in (drag("z₁", z[0]), drag("z₂", z[1]))]
    page = play(root, "latent_explorer.js", {"plane": file_of(path)}, steps)
    for z, shown in zip(places, page["shown"][::2], strict=True):
        is_ink(pictures(shown)["decoded there"], decode(z))
        (cross,) = [node for node in shown["nodes"] if "data-cross" in node]
        assert json.loads(cross["data-cross"]) == pytest.approx(list(z))
    first = page["shown"][0]["nodes"]
    sliders = [node for node in first if node.get("type") == "range"]
    for axis, node in enumerate(sliders):
        assert [float(node["min"]), float(node["max"])] == [low[axis], high[axis]]
        assert float(node["step"]) == pytest.approx((high - low)[axis] / 100)
    (axes,) = plots_of(page["shown"][0])
    fig = autoencoders.latent_place(decode, codes, labels, low)
    left = fig.axes[0]
    assert axes["x"] == pytest.approx(left.get_xlim()) and axes["y"] == pytest.approx(
        left.get_ylim()
    )
    in_view = (
        (codes >= [axes["x"][0], axes["y"][0]]) & (codes <= [axes["x"][1], axes["y"][1]])
    ).all(1)
    for digit in range(10):
        dots = [node for node in first if node.get("data-class") == str(digit)]
        assert len(dots) == (in_view & (labels == digit)).sum()
        color, marker = autoencoders.class_style(digit)
        assert all((node["tag"] == "circle") == (marker == "o") for node in dots)
        assert all(color in node["fill"] or color == "#000000" for node in dots)
        wanted = next(text for text in left.texts if text.get_text() == str(digit)).get_position()
        at = x_of(axes, wanted[0]), y_of(axes, wanted[1]) + 5
        names = [n for n in first if n["tag"] == "text" and n["text"] == str(digit)]
        assert any([float(n["x"]), float(n["y"])] == pytest.approx(at, abs=0.6) for n in names)
    plt.close(fig)


def x_of(axes, value):
    return axes["left"] + axes["wide"] * (value - axes["x"][0]) / np.ptp(axes["x"])


def y_of(axes, value):
    return axes["top"] + axes["high"] * (1 - (value - axes["y"][0]) / np.ptp(axes["y"]))


def test_noise_is_added_and_removed_as_in_python(root):
    path = root / "data" / "denoisers.npz"
    arrays, _ = dense_of(path)
    digits, names = np.unpackbits(arrays["digits"], axis=1), json.loads(str(arrays["names"]))
    assert names == ["no noise", "salt and pepper", "erased block"] and len(digits) == 10
    places = [("salt and pepper", 0.3, 0), ("salt and pepper", 1.0, 9), ("erased block", 0.45, 3)]
    places += [("erased block", 1.0, 3), ("erased block", 0.0, 0), ("salt and pepper", 0.05, 7)]
    steps = []
    for kind, level, digit in places[1:]:
        steps += [drag("noise", level), drag("digit", digit)]
        choose = {"tag": "select", "label": "kind"}
        steps.append({"on": choose, "event": "change", "set": {"value": kind}})
    model = {"denoisers": file_of(path), "kind": "salt and pepper", "level": 0.3, "digit": 0}
    page = play(root, "noise_explorer.js", model, steps)
    for (kind, level, digit), shown in zip(places, page["shown"][::3], strict=True):
        clean = digits[digit : digit + 1]
        noisy = pixels.add_noise(clean, kind, level)
        seen = pictures(shown)
        assert list(seen) == ["clean", "noisy", *names]
        is_ink(seen["clean"], clean)
        assert (seen["noisy"][:, 0] == 255 * (1 - noisy[0])).all()
        for i, name in enumerate(names):
            is_ink(seen[name], dense_of(path, f"_{i}")[1](noisy))
        (node,) = [n for n in shown["nodes"] if n.get("aria-label") == "noisy"]
        frame = {tuple(call[2:4]) for call in node["calls"] if call[0] == "fill"}
        cut = pixels.block(level if kind == "erased block" else 0)
        around = {cut.start - 1, cut.stop}
        assert bool(frame) == (cut.stop > cut.start)
        assert all(x in around or y in around for x, y in frame)


def a_network(n=16) -> Network:
    rng = np.random.default_rng(3)
    degrees = masks.make_degrees(n, (12,), "random", seed=3)
    kernels = [rng.normal(size=m.shape).astype("float32") * m for m in masks.make_masks(degrees)]
    direct = rng.normal(size=(n, n)).astype("float32") * masks.direct_mask(degrees[0])
    biases = [rng.normal(size=k.shape[1]).astype("float32") for k in kernels]
    return Network(degrees, kernels, biases, direct)


def test_a_drawing_is_followed_as_its_twin_follows_it(root):
    network = a_network()
    digit = (np.random.default_rng(0).random(16) < 0.5).astype(np.uint8)
    probs = np.exp(-bernoulli_nll(1.0, network.logits(digit[None])[0][:, None]))
    model = {"network": {"bytes": list(pad.packed_network(network))}, "step": 5}
    model["digit"] = {"bytes": digit.tolist()}
    counts = [5, 0, 15, 16]
    shown = play(root, "drawing.js", model, [drag("pixels drawn", n) for n in counts[1:]])["shown"]
    for n, page in zip(counts, shown, strict=True):
        fig = sampling.drawing_steps(digit, probs, network.ordering, [n])
        (said,) = [node["text"] for node in page["nodes"] if node.get("role") == "status"]
        wanted = f"{n} of 16 pixels drawn. "
        for d in network.ordering[n : n + 1]:
            ink = "ink" if digit[d] else "no ink"
            wanted += f"Next: pixel {d}, p = {probs[d]:.3f}, drawn: {ink}."
        assert said == wanted
        for picture, ax in zip(pictures(page).values(), fig.axes, strict=True):
            wanted = np.reshape(ax.images[0].get_array(), (-1, 3)) * 255
            assert np.abs(picture - wanted).max() <= 1
        plt.close(fig)


def test_a_digit_is_read_as_its_twin_reads_it(root):
    network = a_network()
    images = (np.random.default_rng(1).random((3, 16)) < 0.5).astype(np.uint8)
    model = {"network": {"bytes": list(pad.packed_network(network))}, "digit": 0, "rank": 5}
    model["images"] = {"bytes": images.ravel().tolist()}
    places, steps = [(0, 5), (2, 0), (1, 16)], []
    for digit, rank in places[1:]:
        steps += [drag("digit", digit), drag("visited", rank)]
    shown = play(root, "reading.js", model, steps)["shown"][::2]
    images = images[np.argsort(-network.log_prob(images))]
    for (digit, rank), page in zip(places, shown, strict=True):
        fig = training.reading(network, images[digit], rank)
        for picture, ax in zip(pictures(page).values(), fig.axes[:2], strict=True):
            wanted = np.reshape(ax.images[0].get_array(), (-1, 3)) * 255
            assert np.abs(picture - wanted).max() <= 1
        (bill,) = plots_of(page)
        assert fig.axes[2].get_title() in bill["texts"]
        whole, stroke = bill["curves"]["whole bill"]
        assert whole[:, 1] == pytest.approx(fig.axes[2].lines[0].get_ydata(), abs=0.01)
        so_far = bill["curves"]["bill so far"][0]
        assert len(so_far) == (rank + 1 if rank else 0) and BLUE in bill["curves"]["bill so far"][1]
        assert bill["marks"][0][0] == pytest.approx([rank, fig.axes[2].lines[0].get_ydata()[rank]])
        plt.close(fig)


def test_the_clinic_shows_what_its_twin_shows(root):
    path, (name, look) = root / "data" / "clinic.json", ("stale masks after reshuffling", "flips")
    places = [(name, look), (name, "paths"), (name, "draws"), ("≥ in the output mask", "Σp")]
    places += [("degrees up to the number of units", "reach"), ("sound", "audit")]
    model = {"findings": file_of(path), "patient": name, "look": look}
    menu = {"event": "change"}
    steps = []
    for patient, kind in places[1:]:
        for label, value in (("patient", patient), ("look", kind)):
            on = {"tag": "select", "label": label}
            steps.append({**menu, "on": on, "set": {"value": value}})
    page = play(root, "clinic.js", model, steps)
    for (patient, kind), shown in zip(places, page["shown"][::2], strict=True):
        one = faults.FAULTS[patient]()
        found = faults.LOOKS[kind](one)
        nodes, order = shown["nodes"], np.argsort(one.degrees[0])
        (said,) = [node["text"] for node in nodes if node.get("role") == "status"]
        assert said == f"{kind}: {'red' if found.red else 'green'}. {found.words}"
        if isinstance(found.picture, tuple):
            held = [node for node in nodes if "data-number" in node]
            numbers = [float(node["data-number"]) for node in held]
            assert numbers == pytest.approx(found.picture, rel=0.02, abs=1e-6)
            assert (VERMILION if found.red else BLUE) in held[0]["fill"]
            widths = [float(node["width"]) for node in held]
            assert widths == pytest.approx(np.array(numbers) / (1.2 * max(*numbers, 1e-9)) * 260)
            continue
        allowed = masks.allowed(order)[order][:, order]
        there = np.asarray(found.picture)[order][:, order] != 0
        for node in (node for node in nodes if "data-square" in node):
            i, j, _ = map(int, node["data-square"].split("-"))
            leak = there[i, j] and not allowed[i, j]
            color = VERMILION if leak else "#DCEBF5" if there[i, j] else "#23313D"
            assert color in node["fill"] and float(node["x"]) == 58 + 46 * j
            assert float(node["y"]) == 6 + 46 * i
        dots = [node for node in nodes if node["tag"] == "circle"]
        assert len(dots) == (allowed & ~there).sum()
        written = [node["text"] for node in nodes if node["tag"] == "text"]
        assert written[:12:2] == written[1:12:2] == [str(pixel + 1) for pixel in order]


@pytest.mark.parametrize("truth", [None, two_peaks().log_prob])
def test_a_slice_is_what_its_twin_draws(root, truth):
    network = two_peaks()
    model = {"slices": {"bytes": list(conditional.slices_file(network, truth))}, "x1": -1}
    cuts = [-1.0, 3.0, -3.0, 0.0]
    steps = [drag("x₁", at) for at in cuts[1:]]
    for at, page in zip(cuts, play(root, "conditional.js", model, steps)["shown"], strict=True):
        fig = plots.conditional(network, at, truth)
        left, right = fig.axes
        _, drawn = plots_of(page)
        lines = {line.get_label(): line for line in right.lines}
        for name, line in (("Gaussian 1", right.lines[0]), ("Gaussian 2", right.lines[1])):
            same_curve(drawn["curves"][name][0], line, drawn)
        same_curve(drawn["curves"]["model"][0], lines["model"], drawn)
        assert ("truth" in drawn["curves"]) == ("truth" in lines) == bool(truth)
        if truth:
            same_curve(drawn["curves"]["truth"][0], lines["truth"], drawn)
        assert BLUE in drawn["curves"]["model"][1]
        assert drawn["x"] == pytest.approx(right.get_xlim()) and drawn["y"] == [0, 1.8]
        assert f"p(x₂ | x₁ = {at:.1f})".replace("-", "−") in drawn["texts"]
        (cut,) = [float(node["data-cut"]) for node in page["nodes"] if "data-cut" in node]
        assert cut == at
        (said,) = [node["text"] for node in page["nodes"] if node.get("role") == "status"]
        peaks = " and ".join(f"{x:.1f}" for x in (at - 1, at + 1) if abs(x) < 3.2)
        many = "one peak" if abs(at) == 3 else "2 peaks"
        assert said == f"x₁ = {at:.1f}: the model has {many}, at {peaks}.".replace("-", "−")
        plt.close(fig)


def test_the_map_of_the_slices_is_the_twins(root):
    network = two_peaks()
    model = {"slices": {"bytes": list(conditional.slices_file(network))}, "x1": -1}
    (page,) = play(root, "conditional.js", model, [])["shown"]
    (canvas,) = [node for node in page["nodes"] if node["tag"] == "canvas"]
    (call,) = [call for call in canvas["calls"] if call[0] == "image"]
    drawn = np.reshape(call[1], (160, 160, 4))[..., :3]
    fig = plots.conditional(network, -1.0)
    picture = fig.axes[0].images[0]  # its row 0 is below
    wanted = picture.cmap(picture.norm(picture.get_array()))[::-1, :, :3] * 255
    assert np.abs(drawn - wanted).max() <= 3
    plt.close(fig)


@pytest.mark.parametrize(
    "name, given, says",
    [
        ("latent_explorer", "plane", "tools/plane.py"),
        ("noise_explorer", "denoisers", "tools/denoisers.py"),
        ("drawing", "network", "file"),
        ("reading", "network", "file"),
        ("clinic", "findings", "tools/clinic.py"),
        ("conditional", "slices", "tools/ring.py"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"<!doctype html><p>Not found", b"PK\3\4 half a file"])
def test_a_file_that_is_none_is_said_and_nothing_else_is_shown(root, name, given, says, content):
    model = {given: {"bytes": list(content)}, "digit": {"bytes": []}, "step": 0}
    (page,) = play(root, f"{name}.js", {**model, "kind": "salt and pepper", "level": 0})["shown"]
    (said,) = [node["text"] for node in page["nodes"] if node.get("role") == "status"]
    assert says in said and not [node for node in page["nodes"] if node["tag"] == "input"]


@pytest.mark.parametrize("name", NAMES)
def test_every_slider_is_native_and_has_a_name(root, name):
    text = bundle(root / "helpers" / "widgets" / f"{name}.js")
    assert text.count("\nexport ") == 1 and "\nimport " not in text
    assert '"aria-label": label' in text and "aria-valuetext" in text


def test_the_shipped_files_are_small_and_hold_the_samples_digits(root):
    from helpers import data

    with np.load(root / "data" / "denoisers.npz") as held:
        digits = np.unpackbits(held["digits"], axis=1)
    split = data.load("sample")
    pick = [np.flatnonzero(split.test_labels == digit)[0] for digit in range(10)]
    assert (digits == split.test[pick]).all()
    assert (root / "data" / "denoisers.npz").stat().st_size < 1_500_000
