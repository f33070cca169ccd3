"""No figure goes untested, and none changes unseen.

Every public function of `helpers.plots` has an example in `examples.py`. What it draws is compared,
artist by artist, with `tests/baseline/drawn.txt`, where a reviewer reads it in words; `drawn.py`
says how to write that file again. What the numbers ought to be is worked out in the tests beside
this one.
"""

import importlib
import inspect
import pathlib
import pkgutil

import matplotlib.pyplot as plt
import pytest
from artists import describe, differences
from drawn import recorded
from examples import EXAMPLES

from helpers import plots

# Draw nothing by themselves; they are tested by name in the files beside this one
NO_FIGURE = {
    "grid",
    "true_slice",
    "magnet_curves",
    "use_style",
    "subplots",
    "panels",
    "named_rows",
    "label",
    "png_bytes",
    "square",
    "lit_units",
    "plane_limits",
    "class_style",
}
RECORDED = recorded()


def public() -> dict:
    """``{name: function}`` of everything that the modules of `helpers.plots` define in the open."""
    found = {}
    for one in pkgutil.iter_modules(plots.__path__):
        module = importlib.import_module(f"helpers.plots.{one.name}")
        for name, thing in vars(module).items():
            ours = getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
            if ours and (inspect.isfunction(thing) or inspect.isclass(thing)):
                found[name] = thing
    return found


def test_every_figure_function_has_an_example_and_a_test():
    assert set(public()) - NO_FIGURE == set(EXAMPLES) == set(RECORDED)
    here = pathlib.Path(__file__).parent
    written = "\n".join(
        file.read_text(encoding="utf-8") for file in sorted(here.glob("test_figures_[cls]*.py"))
    )
    figures = set(public()) - {"grid", "true_slice", "magnet_curves"}
    assert not [name for name in figures if f".{name}(" not in written]


def test_lessons_find_every_figure_in_the_package():
    for name, thing in public().items():
        assert getattr(plots, name) is thing


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_figure_draws_what_is_recorded(name):
    found = differences(describe(EXAMPLES[name]()), RECORDED[name])
    assert not found, "\n\n".join([f"{name} has changed; drawn.py writes it anew.", *found])


def test_a_change_is_seen():
    """The comparison itself: rounding passes; a number, a colour, a word or an order does not."""
    wanted = "line #0072B2 x (1, 2.5)\ntext 'σ = 0.5' (1, 2)"
    assert not differences(wanted.replace("2.5)", "2.50001)"), wanted)
    for old, new in [
        ("2.5)", "2.6)"), ("#0072B2", "#0072B3"), ("σ", "μ"), ("1, 2.5", "2.5, 1"), ("0.5", "0.6"),
    ]:  # fmt: skip
        assert differences(wanted.replace(old, new), wanted)
    assert differences(wanted + "\nmore", wanted) and differences("", wanted)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_text_is_cut_off_at_the_edge_of_the_picture(name):
    fig = EXAMPLES[name]()
    fig.draw_without_rendering()
    page = fig.bbox.padded(2)
    for text in fig.findobj(plt.Text):
        box = text.get_window_extent()
        if text.get_visible() and text.get_text() and text.axes and text.axes.axison and box.width:
            inside = (
                page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 <= box.y1 <= page.y1
            )
            drawn = text.get_in_layout() and _on_the_page(text)
            assert inside or not drawn, f"{text.get_text()!r} at {box}"


def _on_the_page(text) -> bool:
    """Ticks beyond the limits are kept by matplotlib and not drawn."""
    for axis in (text.axes.xaxis, text.axes.yaxis):
        ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
        if any(text in (tick.label1, tick.label2) for tick in ticks):
            low, high = sorted(axis.get_view_interval())
            place = text.get_position()[0 if axis is text.axes.xaxis else 1]
            return low <= place <= high
    return True
