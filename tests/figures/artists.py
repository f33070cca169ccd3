"""What a figure shows, read back from its artists.

`lines`, `texts`, `bars`, `seen` … answer one question about one set of axes; `describe` writes
down everything that a whole figure shows, in words that a reviewer can read and a diff can show.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import FillBetweenPolyCollection, LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator, LogFormatter


class Line(NamedTuple):
    """A line or a row of markers."""

    x: list
    y: list
    color: str
    label: str
    style: str
    marker: str


def numbers(values) -> list:
    """Values as plain numbers, so that lists compare."""
    return [float(f"{v:.10g}") for v in np.asarray(values, float)]


def lines(ax) -> list[Line]:
    """Every line of `ax`, in the order in which it was drawn."""
    return [
        Line(
            numbers(line.get_xdata()),
            numbers(line.get_ydata()),
            _color(line),
            label_of(line),
            line.get_linestyle(),
            line.get_marker(),
        )
        for line in ax.lines
    ]


def _color(line) -> str:
    """Of a line, or of markers alone: what fills them, or their edge where nothing does."""
    if line.get_linestyle() != "None":
        return color_of(line.get_color())
    face = line.get_markerfacecolor()
    return color_of(line.get_markeredgecolor() if face == "none" else face)


def line(ax, color=None, marker="None", style=None) -> Line:
    """The one line of that colour and marker."""
    found = [
        one
        for one in lines(ax)
        if (color is None or one.color == color.upper())
        and one.marker == marker
        and (style is None or one.style == style)
    ]
    assert len(found) == 1, f"{len(found)} lines of {color}, marker {marker!r}: {found}"
    return found[0]


def points(ax, color=None, marker="o") -> list[tuple]:
    """(x, y) of all markers of that kind, in order."""
    return [
        (x, y)
        for one in lines(ax)
        if one.marker == marker and (color is None or one.color == color.upper())
        for x, y in zip(one.x, one.y)
    ]


def label_of(artist) -> str:
    """What a legend says of it; nothing if it was given no label."""
    return "" if str(artist.get_label()).startswith("_") else artist.get_label()


def color_of(color) -> str:
    return to_hex(color).upper()


def texts(ax) -> dict[str, tuple]:
    """``{text: (x, y)}`` of labels within `ax`; an annotation's place is what it points at."""
    return {t.get_text(): place(t) for t in ax.texts if t.get_text() and t.get_visible()}


def place(text) -> tuple:
    return tuple(numbers(text.xy if isinstance(text, Annotation) else text.get_position()))


def ink_of(ax, text) -> str:
    """The colour of the label that says `text`."""
    (one,) = [t for t in ax.texts if t.get_text() == text]
    return color_of(one.get_color())


def bars(ax) -> list[tuple]:
    """(x, y, width, height, colour) of every rectangle."""
    return [
        (*numbers([*p.get_xy(), p.get_width(), p.get_height()]), color_of(p.get_facecolor()))
        for p in ax.patches
        if isinstance(p, Rectangle)
    ]


def seen(ax, k=0) -> np.ndarray:
    """Image k of `ax` as the reader sees it, ``(rows, columns, 3)``, row 0 at the top."""
    image = ax.images[k]
    array = np.asarray(image.get_array())
    rgb = image.to_rgba(array)[..., :3] if array.ndim == 2 else array[..., :3]
    left, right, bottom, top = image.get_extent()
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    rgb = rgb if image.origin == "upper" else rgb[::-1]
    rgb = rgb if (top > bottom) == (y1 > y0) else rgb[::-1]
    return rgb if (right > left) == (x1 > x0) else rgb[:, ::-1]


def colors(ax, k=0) -> list[list[str]]:
    """Image k of `ax` as rows of colours."""
    return [[color_of(pixel) for pixel in row] for row in seen(ax, k)]


def ink(ax, k=0) -> np.ndarray:
    """How dark image k is seen, ``(rows, columns)``: 0 white, 1 black."""
    return (1 - seen(ax, k).mean(axis=-1)).round(2)


def errorbars(ax) -> list[tuple]:
    """(x, y, (x from, x to), (y from, y to), colour) of every error bar; None if none."""
    found = []
    for box in ax.containers:
        if not isinstance(box, ErrorbarContainer) or not box.has_xerr | box.has_yerr:
            continue
        segments = box.lines[2][0].get_segments()
        color = color_of(box.lines[2][0].get_color()[0])
        for segment in np.asarray(segments).round(9):
            middle = segment.mean(axis=0)
            spans = [
                tuple(numbers(segment[:, i])) if np.ptp(segment[:, i]) else None for i in (0, 1)
            ]
            found.append((*numbers(middle), *spans, color))
    return found


def band(ax, k=0) -> dict:
    """``{x: (low, high)}`` of filled band k."""
    area = [c for c in ax.collections if isinstance(c, FillBetweenPolyCollection)][k]
    edges: dict = {}
    for x, y in area.get_paths()[0].vertices.round(9).tolist():
        edges.setdefault(x, []).append(y)
    return {x: (min(ys), max(ys)) for x, ys in edges.items()}


def ticks(axis) -> list[str]:
    """The words at an axis, in the order of its places."""
    return [label.get_text() for label in axis.get_ticklabels()]


def words(ax) -> tuple:
    """Title, label of x, label of y."""
    return ax.get_title(), ax.get_xlabel(), ax.get_ylabel()


# --- a whole figure in words ---------------------------------------------------------------------


def describe(fig) -> str:
    """Everything that a figure shows, one artist a line. Many values become a few."""
    rows = [f"figure {short(fig.get_size_inches())} inches"]
    for name in ("suptitle", "supxlabel", "supylabel"):
        text = getattr(fig, f"get_{name}")()
        rows += [f"  {name} {text!r}"] if text else []
    rows += [f"  legend {legend(one)}" for one in fig.legends]
    for ax in fig.axes:
        rows += [f"  {row}" for row in _axes(ax)]
    return "\n".join(rows)


def _axes(ax):
    if ax.axison:
        yield f"axes {words(ax)} {ax.get_xscale()} {ax.get_yscale()}"
        for name, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
            if isinstance(axis.get_major_locator(), (FixedLocator, StrCategoryLocator)):
                fixed = not isinstance(axis.get_major_formatter(), LogFormatter)  # it sets formulas
                yield f"  {name}ticks {short(axis.get_ticklocs())} {ticks(axis) if fixed else ''}"
        sides = [side for side, spine in ax.spines.items() if spine.get_visible()]
        yield f"  spines {sides}"
    else:
        yield f"axes off {ax.get_title()!r}"
    yield f"  limits {short(ax.get_xlim())} {short(ax.get_ylim())}"
    for image in ax.images:
        rgb = seen(ax, ax.images.index(image))
        yield f"  image {rgb.shape[:2]} in {short(image.get_extent())} {picture(rgb)}"
    for one in ax.lines:
        yield (
            f"  line {look(one)} {one.get_linestyle()!r} {short([one.get_linewidth()])} marker "
            f"{one.get_marker()!r} {_color(one)} {color_of(one.get_markeredgecolor())} "
            f"{short([one.get_markersize()])} {label_of(one)!r} "
            f"x {short(one.get_xdata())} y {short(one.get_ydata())}"
        )
    for patch in ax.patches:
        kind = type(patch).__name__
        face = color_of(patch.get_facecolor()) if patch.get_fill() else "no fill"
        rest = (
            f"{face} edge {color_of(patch.get_edgecolor())} {alpha(patch)}{patch.get_hatch() or ''}"
        )
        if not isinstance(patch, FancyArrowPatch):
            path = patch.get_patch_transform().transform_path(patch.get_path())
            rest += (
                f" x {short(extent(path.vertices[:, 0]))} y {short(extent(path.vertices[:, 1]))}"
            )
        yield f"  {kind}{len(patch.get_xy()) if isinstance(patch, Polygon) else ''} {rest}"
    for area in ax.collections:
        yield f"  {type(area).__name__} {colors_of(area)} {alpha(area)}{_collection(area)}"
    for text in ax.texts:
        if text.get_text() or isinstance(text, Annotation):
            yield f"  text {text.get_text()!r} {short(place(text))} {_text(text)}"
    if ax.get_legend():
        yield f"  legend {legend(ax.get_legend())}"
    for child in ax.child_axes:
        for row in _axes(child):
            yield f"  inset {row}"


def _text(text):
    words = f"{color_of(text.get_color())} {text.get_ha()} {text.get_va()} {text.get_fontsize():g}"
    if isinstance(text, Annotation) and text.arrow_patch:
        arrow = text.arrow_patch
        bend = getattr(arrow.get_connectionstyle(), "rad", 0)
        start = short(text.get_position())
        words += (
            f" from {start} {color_of(arrow.get_edgecolor())} {arrow.get_linewidth():g} {bend:g}"
        )
    return words


def _collection(area):
    if isinstance(area, PathCollection):
        x, y = area.get_offsets().T
        return f"{short(area.get_sizes())} x {short(x)} y {short(y)} {label_of(area)!r}"
    if isinstance(area, LineCollection):
        return short(np.array(area.get_segments()).ravel())
    vertices = np.concatenate([path.vertices for path in area.get_paths()])
    return f"x {short(vertices[:, 0])} y {short(vertices[:, 1])} {label_of(area)!r}"


def legend(one) -> str:
    entries = []
    for handle, text in zip(one.legend_handles, one.get_texts()):
        drawn = handle.get_facecolor() if hasattr(handle, "get_facecolor") else handle.get_color()
        drawn = drawn[0] if np.ndim(drawn) == 2 else drawn
        entries.append(f"{color_of(drawn)} {text.get_text()}")
    return str(entries)


def look(one) -> str:
    return f"{color_of(one.get_color())} {alpha(one)}z{one.get_zorder():g}"


def alpha(one) -> str:
    return "" if one.get_alpha() is None else f"alpha {one.get_alpha():g} "


def colors_of(area) -> str:
    faces, edges = area.get_facecolor(), area.get_edgecolor()
    return "/".join(color_of(c[0]) if len(c) else "none" for c in (faces, edges))


def extent(values) -> list:
    return [np.min(values), np.max(values)]


def short(values) -> str:
    """All of a few values; of many, how many, first, last, least, most, and where they lie."""
    values = np.asarray(values, float).ravel()
    if len(values) > 12:
        finite = np.nan_to_num(values)
        moment = np.mean(finite * np.linspace(0, 1, len(values)))
        few = [*values[[0, -1]], finite.min(), finite.max(), moment]
        return f"{len(values)} of them ({', '.join(f'{v + 0.0:.5g}' for v in few)})"
    return f"({', '.join(f'{v + 0.0:.5g}' for v in values)})"


def picture(rgb) -> str:
    """Few pixels as colours; many as their mean and the centre of what is dark."""
    if rgb.shape[0] * rgb.shape[1] <= 16:
        return " | ".join(" ".join(color_of(pixel) for pixel in row) for row in rgb)
    dark = 1 - rgb.mean(axis=-1)
    total = max(dark.sum(), 1e-9)
    down = (dark.sum(axis=1) @ np.arange(len(dark))) / total
    across = (dark.sum(axis=0) @ np.arange(dark.shape[1])) / total
    return f"colour {short(rgb.mean(axis=(0, 1)))} dark at {short([down, across])}"


NUMBER = re.compile(r"(?<![\w#.])-?\d+\.?\d*(?:e[+-]?\d+)?(?![\w.])")


def differences(got: str, wanted: str) -> list[str]:
    """Lines in which two descriptions differ by more than rounding."""
    ours, theirs = got.splitlines(), wanted.splitlines()
    found = []
    for k in range(max(len(ours), len(theirs))):
        a = ours[k] if k < len(ours) else "(nothing)"
        b = theirs[k] if k < len(theirs) else "(nothing)"
        same = NUMBER.sub("#", a) == NUMBER.sub("#", b) and np.allclose(
            [float(v) for v in NUMBER.findall(a)],
            [float(v) for v in NUMBER.findall(b)],
            rtol=1e-3, atol=1e-6,
        )  # fmt: skip
        if not same:
            found.append(f"drawn:    {a}\nrecorded: {b}")
    return found
