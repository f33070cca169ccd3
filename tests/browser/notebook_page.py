"""A notebook that is open in JupyterLab: run it, look at it, move what can be moved."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from places import BUILD, SCREENSHOTS

CHANGE_SECONDS = 15
# What a browser without a network, or JupyterLab by itself, complains about.
NOT_OURS = (
    "net::ERR_",
    "Failed to load resource",
    "ResizeObserver loop",
)

WAIT_FOR_KERNEL = """async () => {
  const panel = window.jupyterapp?.shell.currentWidget;
  if (!panel?.context?.isReady || !panel.sessionContext?.isReady) return false;
  return panel.sessionContext.session?.kernel?.connectionStatus === 'connected';
}"""
LISTEN = """() => {
  window.courseFaults = [];
  const panel = window.jupyterapp.shell.currentWidget;
  panel.sessionContext.iopubMessage.connect((_, message) => {
    const {content, header} = message;
    if (header.msg_type === 'error') window.courseFaults.push(content.evalue);
    if (header.msg_type === 'stream' && content.name === 'stderr')
      window.courseFaults.push(content.text);
  });
}"""
RUN_ALL = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
RUN_CELL = """async id => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.id === id);
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
MARK = """async id => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const index = notebook.widgets.findIndex(cell => cell.model.id === id);
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, 'start');
  for (const cell of notebook.widgets) cell.node.removeAttribute('data-explorer');
  notebook.widgets[index].node.setAttribute('data-explorer', 'yes');
}"""
# Everything in the explorer that is a picture, as one string: bytes of images and canvases, SVG.
PICTURE = """async area => {
  const parts = [];
  for (const image of area.querySelectorAll('img')) {
    const bytes = await (await fetch(image.src)).arrayBuffer();
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    parts.push(Array.from(new Uint8Array(digest)).join());
  }
  for (const canvas of area.querySelectorAll('canvas')) parts.push(canvas.toDataURL());
  for (const svg of area.querySelectorAll('svg'))
    if (!svg.closest('button')) parts.push(svg.outerHTML);
  return parts.join('|');
}"""
IDLE = """() => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel;
  return kernel?.status === 'idle';
}"""
QUIT = """async () => {
  await window.jupyterapp.shell.currentWidget.sessionContext.shutdown();
}"""


class NotebookPage:
    """One notebook in one browser page."""

    def __init__(self, page, lab: str, path: Path):
        self.page = page
        self.name = path.stem
        self.faults: list[str] = []
        self.slowest = 0.0
        page.on("pageerror", lambda error: self._hear(str(error)))
        page.on("console", lambda said: said.type == "error" and self._hear(said.text))
        target = BUILD / "notebooks" / path.name
        shutil.copyfile(path, target)
        page.goto(f"{lab}/lab/tree/{target.relative_to(BUILD.parents[1]).as_posix()}?reset")
        self.wait(WAIT_FOR_KERNEL, 120, "the notebook to open")
        page.evaluate(LISTEN)
        page.evaluate("() => window.jupyterapp.shell.collapseLeft()")

    def _hear(self, text: str) -> None:
        if not any(known in text for known in NOT_OURS):
            self.faults.append(text)

    def wait(self, script: str, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not self.page.evaluate(script):
            assert time.monotonic() < end, f"{self.name}: waited {seconds} s for {what}"
            self.page.wait_for_timeout(100)

    def run_all(self) -> list[dict]:
        """Run all cells as the menu does; the cells as JupyterLab then holds them."""
        self.page.evaluate(RUN_ALL)
        return self.page.evaluate(CELLS)

    def our_faults(self) -> list[str]:
        """Console errors, and what the kernel reported outside of cells, so far."""
        return self.faults + self.page.evaluate("() => window.courseFaults")

    def explorers(self) -> list[str]:
        """The ids of the cells tagged `explorer`."""
        cells = self.page.evaluate(CELLS)
        return [cell["id"] for cell in cells if "explorer" in cell["metadata"].get("tags", [])]

    def quit(self) -> None:
        self.page.evaluate(QUIT)

    # --- one explorer ---

    def explorer(self, cell: str) -> Explorer:
        return Explorer(self, cell)

    def screenshots(self, cell: str) -> None:
        """Pictures of an explorer's cell at two widths; its image must fit into both."""
        SCREENSHOTS.mkdir(exist_ok=True)
        for width in (390, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.evaluate(MARK, cell)
            self.page.wait_for_timeout(700)
            area = self.page.locator("[data-explorer] .jp-Cell-outputWrapper")
            area.screenshot(path=SCREENSHOTS / f"{self.name}-{cell}-{width}.png")
            self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{cell}-{width}-page.png")


class Explorer:
    """The output of one cell: its controls and its picture."""

    SLIDERS = ".noUi-handle"
    RANGES = "input[type=range]"
    CHOICES = "select"
    SWITCHES = ".widget-toggle-button:not(.widget-toggle-buttons *), input[type=checkbox]"
    OPTIONS = ".widget-toggle-buttons button, input[type=radio]"
    BUTTONS = "button:not(.widget-toggle-button, .widget-toggle-buttons *)"

    def __init__(self, notebook: NotebookPage, cell: str):
        self.notebook = notebook
        self.page = notebook.page
        self.cell = cell
        self.fresh()

    def fresh(self) -> None:
        """Run the cell again, so that every control is back where it starts."""
        self.page.evaluate(RUN_CELL, self.cell)
        self.page.evaluate(MARK, self.cell)
        self.area = self.page.locator("[data-explorer] .jp-OutputArea-output").filter(
            has=self.page.locator("img, canvas, svg")
        )
        self.area = self.area.first
        self.area.wait_for()
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_timeout(150)
        self.notebook.wait(IDLE, 60, "the kernel to be idle")
        self.page.wait_for_timeout(150)

    def picture(self) -> str:
        return self.area.evaluate(PICTURE)

    def changed(self, before: str, seconds: float = CHANGE_SECONDS) -> bool:
        """Whether the picture differs from `before` within some seconds."""
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            if self.picture() != before:
                self.notebook.slowest = max(self.notebook.slowest, time.monotonic() - begun)
                return True
            self.page.wait_for_timeout(20)
        return False

    def controls(self, selector: str) -> list:
        """The controls that a reader can see and use now."""
        return [c for c in self.area.locator(selector).all() if c.is_visible() and c.is_enabled()]

    def require_change(self, before: str, what: str) -> None:
        assert self.changed(before), f"{self.notebook.name}, {self.cell}: {what}: same picture"

    def slider_to(self, selector: str, index: int, key: str) -> None:
        control = self.controls(selector)[index]
        control.focus()
        control.press(key)
        self.settle()

    def drag_across(self, handle) -> None:
        """Drag a slider's handle with the mouse through the middle of its track."""
        handle.scroll_into_view_if_needed()
        track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-target')]").bounding_box()
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        upright = track["height"] > track["width"]
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for share in (0.8, 0.6, 0.45):
            if upright:
                self.page.mouse.move(x, track["y"] + share * track["height"], steps=4)
            else:
                self.page.mouse.move(track["x"] + share * track["width"], y, steps=4)
        self.page.mouse.up()
        self.settle()

    def move_everything(self) -> int:
        """Move every control to its extremes; how many there were. Fails where nothing changes."""
        count = 0
        for selector in (self.SLIDERS, self.RANGES):
            for i in range(len(self.controls(selector))):
                self.fresh()
                self.slider_to(selector, i, "Home")
                lowest = self.picture()
                self.controls(selector)[i].press("End")
                self.require_change(lowest, f"slider {i} from one end to the other")
                self.settle()
                if selector == self.SLIDERS:
                    highest = self.picture()
                    self.drag_across(self.controls(selector)[i])
                    self.require_change(highest, f"slider {i} dragged to its middle")
                count += 1
        for i in range(len(self.controls(self.CHOICES))):
            self.fresh()
            options = self.controls(self.CHOICES)[i].locator("option").count()
            seen = {self.picture()}
            for option in range(options):
                self.controls(self.CHOICES)[i].select_option(index=option)
                self.settle()
                seen.add(self.picture())
            assert len(seen) > 1, f"{self.notebook.name}, {self.cell}: choice {i}: same picture"
            count += 1
        seen = set()
        for i in range(len(self.controls(self.OPTIONS))):
            self.fresh()
            self.controls(self.OPTIONS)[i].click()
            self.settle()
            seen.add(self.picture())
            count += 1
        assert len(seen) != 1, f"{self.notebook.name}, {self.cell}: options: same picture"
        for what, selector in (("switch", self.SWITCHES), ("button", self.BUTTONS)):
            for i in range(len(self.controls(selector))):
                self.fresh()
                before = self.picture()
                control = self.controls(selector)[i]
                control.click()
                if not self.changed(before, 3):  # a reset has something to do after a move only
                    assert self.controls(self.SLIDERS), f"{self.cell}: {what} {i}: same picture"
                    self.slider_to(self.SLIDERS, 0, "End")
                    before = self.picture()
                    self.controls(selector)[i].click()
                    self.require_change(before, f"{what} {i}")
                self.settle()
                count += 1
        return count
