"""Every lesson in a real browser: *Run All*, then every explorer moved to both extremes."""

from __future__ import annotations

import nbformat
import pytest
from hooks import HOOKS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_page import NotebookPage
from places import ROOT, SCREENSHOTS

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

EXPLORER = """
import io
from matplotlib.figure import Figure

picture = widgets.Image(format="png")
picture.layout.width = "300px"
slider = widgets.IntSlider(value=3, min=0, max=9, description="height")
slider.layout.max_width = "98%"
upright = widgets.FloatSlider(value=1, min=0, max=2, orientation="vertical")
choice = widgets.Dropdown(options=["one", "two"])
switch = widgets.Checkbox(description="dashed")
options = widgets.ToggleButtons(options=["thin", "thick"])
picture.layout.max_width = choice.layout.max_width = "96%"
again = widgets.Button(description="Start again")


def draw(change=None):
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.plot([0, slider.value if MOVES else 1], [0, 1 + upright.value],
              "--" if switch.value else "-", lw=3 if options.value == "thick" else 1)
    axes.set_title(choice.value)
    axes.set_xlim(0, 9)
    axes.set_ylim(0, 3)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    if slider.value == 9 and BREAKS:
        raise ValueError("nine is too much")
    picture.value = file.getvalue()


def reset(button):
    slider.value = 3


for control in (slider, upright, choice, switch, options):
    control.observe(draw, "value")
again.on_click(reset)
draw()
widgets.VBox([slider, upright, choice, switch, options, again, picture] + MORE)
"""


def small_notebook(folder, moves=True, breaks=False, more="", last="print('done')"):
    """A notebook with one explorer that does, or does not, do what it should."""
    tags = {"tags": ["explorer", "nbval-ignore-output"]}
    flags = f"import ipywidgets as widgets\nMOVES, BREAKS, MORE = {moves}, {breaks}, [{more}]"
    cells = [
        new_markdown_cell("# A small notebook", id="title"),
        new_code_cell(flags, id="flags"),
        new_code_cell(EXPLORER, id="explore", metadata=tags),
        new_code_cell(last, id="last"),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    path = folder / f"small{'' if moves else '_still'}{'_breaks' if breaks else ''}.ipynb"
    nbformat.write(notebook, path)
    return path


def require_all_run(cells: list[dict]) -> None:
    """Every code cell has its number, in order, and none raised or printed to stderr."""
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    for number, cell in enumerate(codes, 1):
        name = cell["id"]
        for output in cell["outputs"]:
            assert output["output_type"] != "error", f"{name}: {output['evalue']}"
            assert output.get("name") != "stderr", f"{name}: {output['text']}"
        assert cell["execution_count"] == number, f"{name} was not run as number {number}"


def explore(notebook: NotebookPage, report) -> None:
    """Move everything in every explorer, keep screenshots, and hear no complaint."""
    for cell in notebook.explorers():
        notebook.slowest, notebook.remarks = 0.0, []
        explorer = notebook.explorer(cell)
        notebook.screenshots(cell)
        count, silent = explorer.move_everything()
        hooks = [hook for part, hook in HOOKS.items() if explorer.area.locator(part).count()]
        for hook in hooks:
            explorer.fresh()
            silent -= hook(explorer)
        assert not silent, f"{notebook.name}, {cell}: {sorted(silent)}: same picture"
        assert count or hooks, f"{notebook.name}, {cell}: nothing to move was found"
        line = f"{notebook.name}, {cell}: {count} controls, slowest {notebook.slowest:.2f} s"
        report("; ".join([line, *notebook.remarks]))
    assert notebook.our_faults() == []


@pytest.fixture
def open_notebook(page, lab):
    """A function that opens a notebook file; its kernel ends with the test."""
    opened = []

    def open_one(path):
        opened.append(NotebookPage(page, lab, path))
        return opened[-1]

    yield open_one
    for notebook in opened:
        notebook.quit()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_runs_and_its_explorers_move(open_notebook, report, path):
    notebook = open_notebook(path)
    require_all_run(notebook.run_all())
    assert notebook.our_faults() == []
    assert notebook.explorers(), "no cell is tagged `explorer`"
    explore(notebook, report)


def test_a_sound_explorer_passes(open_notebook, tmp_path):
    notebook = open_notebook(small_notebook(tmp_path))
    require_all_run(notebook.run_all())
    counts = []
    explore(notebook, counts.append)
    assert "7 controls" in counts[0]
    for width in (390, 1280):
        assert (SCREENSHOTS / f"small-explore-{width}.png").stat().st_size > 1000


def test_an_explorer_that_stands_still_is_noticed(open_notebook, tmp_path):
    notebook = open_notebook(small_notebook(tmp_path, moves=False))
    require_all_run(notebook.run_all())
    with pytest.raises(AssertionError, match="slider 0 from one end to the other.*same picture"):
        notebook.explorer("explore").move_everything()


def test_a_button_that_does_nothing_is_noticed(open_notebook, tmp_path):
    path = small_notebook(tmp_path, more="widgets.Button(description='Idle')")
    notebook = open_notebook(path)
    require_all_run(notebook.run_all())
    explorer = notebook.explorer("explore")
    names = [button.inner_text() for button in explorer.controls(explorer.BUTTONS)]
    assert explorer.click(explorer.BUTTONS, names.index("Start again")) is None
    assert explorer.click(explorer.BUTTONS, names.index("Idle")) == "Idle"


def test_an_explorer_that_a_narrow_page_cuts_off_is_noticed(open_notebook, tmp_path):
    path = small_notebook(tmp_path, more="widgets.IntSlider(layout={'min_width': '600px'})")
    notebook = open_notebook(path)
    require_all_run(notebook.run_all())
    notebook.explorer("explore")
    with pytest.raises(AssertionError, match="cut off at 390 px"):
        notebook.screenshots("explore")


def test_an_explorer_that_raises_at_an_extreme_is_noticed(open_notebook, tmp_path):
    notebook = open_notebook(small_notebook(tmp_path, breaks=True))
    require_all_run(notebook.run_all())
    explorer = notebook.explorer("explore")
    assert notebook.our_faults() == []
    explorer.press(explorer.controls(explorer.SLIDERS)[0], "End")
    assert "nine is too much" in "".join(notebook.our_faults())


def test_a_cell_that_raises_is_noticed(open_notebook, tmp_path):
    notebook = open_notebook(small_notebook(tmp_path, last="1 / 0"))
    with pytest.raises(AssertionError, match="last: division by zero"):
        require_all_run(notebook.run_all())


def test_a_console_error_is_noticed(open_notebook, tmp_path):
    script = "console.error('a widget failed to load')"
    last = f"from IPython.display import Javascript\nJavascript({script!r})"
    notebook = open_notebook(small_notebook(tmp_path, last=last))
    assert notebook.our_faults() == []
    require_all_run(notebook.run_all())
    notebook.page.wait_for_timeout(500)
    assert notebook.our_faults() == ["a widget failed to load"]
