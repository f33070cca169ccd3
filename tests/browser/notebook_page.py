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
    // JupyterLab greets the widgets of a kernel that has not imported any yet.
    if (header.msg_type === 'stream' && content.name === 'stderr' &&
        !content.text.split('\\n').every(line => !line || line.includes('No such comm')))
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
# What sticks out of the explorer's output on the right, where JupyterLab cuts it off.
TOO_WIDE = """area => {
  const edge = area.getBoundingClientRect().right + 6;  // ipywidgets leaves margins of 2 and 4
  const parts = 'img, canvas, svg, input, select, button, .widget-readout';
  return [...area.querySelectorAll(parts)]
    .filter(part => part.getBoundingClientRect().right > edge)
    .map(part => `${part.tagName.toLowerCase()}.${part.className.baseVal ?? part.className}`);
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
        self.remarks: list[str] = []
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
            if time.monotonic() > end:  # it will never come
                raise TimeoutError(f"{self.name}: waited {seconds} s for {what}")
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
        """Pictures of an explorer's cell at two widths; all of it must fit into both."""
        SCREENSHOTS.mkdir(exist_ok=True)
        for width in (390, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.show(cell)
            self.page.wait_for_timeout(700)
            area = self.page.locator("[data-explorer] .jp-Cell-outputWrapper")
            area.screenshot(path=SCREENSHOTS / f"{self.name}-{cell}-{width}.png")
            self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{cell}-{width}-page.png")
            cut = self.explorer_area().evaluate(TOO_WIDE)
            assert not cut, f"{self.name}, {cell}: cut off at {width} px: {', '.join(cut)}"

    def show(self, cell: str) -> None:
        """Scroll to a cell, again while pictures above it are still pushing it away."""
        for _ in range(40):
            self.page.evaluate(MARK, cell)
            self.page.wait_for_timeout(250)
            if self.explorer_area().is_visible():
                return
        raise AssertionError(f"{self.name}, {cell}: no picture appears; {self.our_faults()}")

    def explorer_area(self):
        """The output of the marked cell that holds a picture."""
        outputs = self.page.locator("[data-explorer] .jp-OutputArea-output")
        return outputs.filter(has=self.page.locator("img, canvas, svg")).first


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
        self.notebook.show(self.cell)
        self.area = self.notebook.explorer_area()
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_timeout(150)
        self.notebook.wait(IDLE, 60, "the kernel to be idle")
        self.page.wait_for_timeout(150)

    def picture(self, part: str | None = None) -> str:
        """The explorer's pictures as one string, or those within the first `part` of it."""
        area = self.area.locator(part).first if part else self.area
        return area.evaluate(PICTURE)

    def changed(
        self, before: str, seconds: float = CHANGE_SECONDS, part: str | None = None
    ) -> bool:
        """Whether the picture differs from `before` within some seconds."""
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            if self.picture(part) != before:
                self.notebook.slowest = max(self.notebook.slowest, time.monotonic() - begun)
                return True
            self.page.wait_for_timeout(20)
        return False

    def controls(self, selector: str) -> list:
        """The controls that a reader can see and use now."""
        return [c for c in self.area.locator(selector).all() if c.is_visible() and c.is_enabled()]

    def require_change(self, before: str, what: str, part: str | None = None) -> None:
        same = f"{self.notebook.name}, {self.cell}: {what}: same picture"
        assert self.changed(before, part=part), same
        self.settle()

    def press(self, control, *keys: str) -> None:
        control.focus()
        for key in keys:
            control.press(key)
        self.settle()

    def drag_to(self, control, share: float) -> None:
        """Take a slider's handle with the mouse and let it go at `share` of its track."""
        control.scroll_into_view_if_needed()
        box = track = control.bounding_box()
        if control.evaluate("control => !control.matches('input')"):
            around = "xpath=ancestor::*[contains(@class, 'noUi-target')]"
            track = control.locator(around).bounding_box()
        # The browser's own slider jumps to where the mouse goes down; the handle is taken there.
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        upright = track["height"] > track["width"]
        share = 1 - share if upright else share
        across, down = (0.5, share) if upright else (share, 0.5)
        x = track["x"] + across * track["width"]
        y = track["y"] + down * track["height"]
        self.page.mouse.move(x, y, steps=6)
        self.page.mouse.up()
        self.settle()

    def move_slider(self, selector: str, index: int) -> None:
        """One slider to both ends, by keyboard and by mouse."""
        what = f"slider {index} from one end to the other"
        self.press(self.controls(selector)[index], "Home")
        lowest = self.picture()
        self.controls(selector)[index].press("End")
        self.require_change(lowest, f"{what}, by keyboard")
        highest = self.picture()
        self.drag_to(self.controls(selector)[index], 0.0)
        self.require_change(highest, f"{what}, by mouse")
        leftmost = self.picture()
        self.drag_to(self.controls(selector)[index], 1.0)
        self.require_change(leftmost, f"{what} and back, by mouse")

    def move_choice(self, index: int) -> None:
        """One list to each of its entries, by keyboard and as a click on them does."""
        options = self.controls(self.CHOICES)[index].locator("option").count()
        seen = {self.picture()}
        for option in range(options):
            self.controls(self.CHOICES)[index].select_option(index=option)
            self.settle()
            seen.add(self.picture())
        assert len(seen) > 1, f"{self.notebook.name}, {self.cell}: choice {index}: same picture"
        for key in ("Home", "End"):
            before = self.controls(self.CHOICES)[index].input_value()
            self.press(self.controls(self.CHOICES)[index], key)
            assert self.controls(self.CHOICES)[index].input_value() != before, key

    def click(self, selector: str, index: int) -> str | None:
        """Click a switch or button; its name, if that changes no picture."""
        for move_first in (False, True):  # a reset has something to do after a move only
            self.fresh()
            sliders = [*self.controls(self.SLIDERS), *self.controls(self.RANGES)]
            if move_first and sliders:
                self.press(sliders[0], "End")
            before = self.picture()
            self.controls(selector)[index].click()
            if self.changed(before, 3):
                self.settle()
                return None
        return self.controls(selector)[index].inner_text().strip() or f"{selector} {index}"

    def move_everything(self) -> tuple[int, set[str]]:
        """Move every control to its extremes; fails where a slider or a list changes nothing.

        Returns how many controls there were, and the names of the switches and buttons that
        change no picture, neither at the start nor after a slider was moved.
        """
        count, silent = 0, set()
        for selector in (self.SLIDERS, self.RANGES):
            for i in range(len(self.controls(selector))):
                self.fresh()
                self.move_slider(selector, i)
                count += 1
        for i in range(len(self.controls(self.CHOICES))):
            self.fresh()
            self.move_choice(i)
            count += 1
        seen = set()
        for i in range(len(self.controls(self.OPTIONS))):
            self.fresh()
            self.controls(self.OPTIONS)[i].click()
            self.settle()
            seen.add(self.picture())
            count += 1
        assert len(seen) != 1, f"{self.notebook.name}, {self.cell}: options: same picture"
        for selector in (self.SWITCHES, self.BUTTONS):
            for i in range(len(self.controls(selector))):
                self.fresh()
                if (name := self.click(selector, i)) is not None:
                    silent.add(name)
                count += 1
        return count, silent
