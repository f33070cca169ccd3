"""Every explorer still answers when the kernel that made it has been killed."""

from __future__ import annotations

import os
import signal

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_page import PICTURE, NotebookPage

MAKE = """
import os
import sys

sys.path.insert(0, "../../..")
import keras
import numpy as np

from helpers import autoencoder, data, reference, sampling, widgets

digits = data.load("sample").test[:8]
small = reference.load("random")
print(os.getpid())
"""
EXPLORERS = {
    "bernoulli": "widgets.bernoulli_explorer([1, 1, 0, 1, 0])",
    "gaussian": "widgets.gaussian_explorer([-0.5, 0.2, 0.4, 1.1, 1.6])",
    "latent": """decoder = autoencoder.autoencoder(2).layers[1]
codes = np.random.default_rng(0).normal(size=(8, 2))
widgets.latent_explorer(decoder, codes, np.arange(8))""",
    "noise": 'widgets.noise_explorer(digits, {"none": autoencoder.one_layer(16)})',
    "masks": "widgets.explore_masks(3, (4, 4), seed=174)",
    "reading": "widgets.explore_reading(small, digits)",
    "drawing": "widgets.explore_drawing(small, digits[0])",
    "pad": 'widgets.completion_pad(reference.load("raster"), digits)',
}
NO_KERNEL = "() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"


@pytest.fixture(scope="module")
def orphans(browser, lab, tmp_path_factory):
    """A page with all explorers, as they are once their kernel has been killed and is gone."""
    explorer = {"tags": ["explorer"]}
    cells = [new_markdown_cell("# All explorers", id="title"), new_code_cell(MAKE, id="make")]
    cells += [new_code_cell(text, id=name, metadata=explorer) for name, text in EXPLORERS.items()]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    path = tmp_path_factory.mktemp("orphans") / "orphans.ipynb"
    nbformat.write(notebook, path)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = NotebookPage(context.new_page(), lab, path)
    shown = page.run_all()
    said = "".join(shown[1]["outputs"][-1]["text"])
    assert not page.our_faults()
    for name in EXPLORERS:  # each has drawn itself, with what the kernel gave it
        page.show(name)
    os.kill(int(said.split()[-1]), signal.SIGKILL)
    page.page.locator(".jp-Dialog .jp-mod-accept").click(timeout=60_000)  # "has died"
    page.quit()  # and the one that JupyterLab started in its place
    yield page
    context.close()


def moved(area, control) -> bool:
    """Whether the picture follows a control between its ends."""
    seen = set()
    for key in ("Home", "ArrowDown", "End"):  # a list may end where it began
        control.focus()
        control.press(key)
        area.page.wait_for_timeout(300)
        area.locator("[aria-busy=true]").first.wait_for(state="detached")
        seen.add(area.evaluate(PICTURE))
    return len(seen) > 1


@pytest.mark.parametrize("name", EXPLORERS)
def test_it_answers_without_a_kernel(orphans, name):
    assert orphans.page.evaluate(NO_KERNEL)
    orphans.show(name)
    area = orphans.explorer_area()
    controls = [c for c in area.locator("input[type=range], select").all() if c.is_visible()]
    assert controls
    still = [c.get_attribute("aria-label") for c in controls if not moved(area, c)]
    assert not still, f"{name}: same picture after {still}"


def test_a_digit_is_drawn_on_the_pad_without_a_kernel(orphans):
    orphans.show("pad")
    grid, draws = (orphans.explorer_area().locator(f".pad-{part}") for part in ("grid", "draws"))
    grid.scroll_into_view_if_needed()
    before, answers = draws.evaluate(PICTURE), int(grid.get_attribute("data-answered"))
    box = grid.bounding_box()
    orphans.page.mouse.move(box["x"] + 60, box["y"] + 60)
    orphans.page.mouse.down()
    orphans.page.mouse.move(box["x"] + 260, box["y"] + 90, steps=8)
    orphans.page.mouse.up()
    orphans.page.wait_for_timeout(1000)
    assert int(grid.get_attribute("data-answered")) > answers
    assert draws.evaluate(PICTURE) != before
