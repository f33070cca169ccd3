"""What a lesson shows when it is opened, and how its folds open, in JupyterLab and Notebook 7.

Deeper sections are collapsed, outputs that answer a question are hidden, solutions are folded;
mouse and keyboard open each kind. Nothing needs a kernel, but for the cell that is run.
"""

from __future__ import annotations

import json
import shutil

import pytest
from lesson_parts import DEEPER, FOLDED, HIDDEN, heading, tags
from normalize import read
from places import BUILD, ROOT, SCREENSHOTS
from playwright.sync_api import expect

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ADDRESS = {"lab": "lab/tree", "notebook": "notebooks"}
OPEN = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return !!panel?.context?.isReady && panel.content?.widgets?.length > 0;
}"""
# The cells as they lie on the page: id, whether a reader can see it, whether its output is on it.
STATE = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => ({
  id: cell.model.id,
  hidden: cell.isHidden,
  folded: !!cell.headingCollapsed,
  covered: cell.model.type === 'code' && cell.outputHidden,
}))"""
SHOW = """async id => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const index = notebook.widgets.findIndex(cell => cell.model.id === id);
  notebook.mode = 'command';
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, 'center');
  for (const cell of notebook.widgets) cell.node.removeAttribute('data-shown');
  notebook.widgets[index].node.setAttribute('data-shown', 'yes');
  notebook.node.focus();
  return notebook.widgets[index].rendered ?? true;
}"""
# Parts of the page that are cut off on the right: by the window, or by a box that does not scroll.
CUT = """() => {
  const cut = (part, right) => {
    for (let box = part.parentElement; box; box = box.parentElement) {
      if (right <= box.getBoundingClientRect().right + 1 || !box.closest('.jp-Cell'))
        continue;
      const overflow = getComputedStyle(box).overflowX;
      if (/auto|scroll/.test(overflow)) return false;
      if (/hidden|clip/.test(overflow)) return true;
    }
    return right > innerWidth + 1;
  };
  const parts = 'h1, h2, h3, h4, p, pre, summary, table, mjx-container, .jp-OutputPlaceholder, ' +
    '.jp-Placeholder, .jp-collapseHeadingButton, .jp-showHiddenCellsButton';
  return [...document.querySelectorAll('.jp-Notebook')].flatMap(
    notebook => [...notebook.querySelectorAll(parts)])
    .filter(part => part.offsetParent && cut(part, part.getBoundingClientRect().right))
    .map(part => `${part.tagName} ${part.textContent.slice(0, 40)}`);
}"""


class Opened:
    """A lesson that has just been opened in a browser page; no cell was run."""

    def __init__(self, page, server: str, place: str, path):
        self.page, self.cells = page, read(path).cells
        target = BUILD / "notebooks" / f"{place}_{path.name}"
        shutil.copyfile(path, target)
        page.goto(f"{server}/{ADDRESS[place]}/{target.relative_to(ROOT).as_posix()}?reset")
        page.wait_for_function(OPEN, timeout=120_000)
        if place == "lab":
            page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        page.wait_for_timeout(1500)

    def state(self) -> dict[str, dict]:
        return {cell["id"]: cell for cell in self.page.evaluate(STATE)}

    def show(self, cell: str):
        """Scroll to a cell and select it, as a click beside its text does; its element."""
        for _ in range(4):  # what lies above may still grow
            self.page.evaluate(SHOW, cell)
            self.page.wait_for_timeout(250)
        return self.page.locator("[data-shown]")

    def wait(self, cell: str, **wanted: bool) -> None:
        """Until the cell's state is as wanted."""
        for _ in range(100):
            state = self.state()[cell]
            if all(state[name] == value for name, value in wanted.items()):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"cell {cell} stays {state}, wanted {wanted}")


@pytest.fixture(params=ADDRESS)
def place(request) -> str:
    return request.param


@pytest.fixture
def opened(page, lab, place):
    def open_one(path) -> Opened:
        return Opened(page, lab, place, path)

    yield open_one
    page.evaluate("async () => await window.jupyterapp.serviceManager.sessions.shutdownAll()")


def deeper_headings(cells) -> list[int]:
    found = [(i, heading(cell)) for i, cell in enumerate(cells)]
    return [i for i, head in found if head and head[1].startswith(DEEPER)]


def require_folded(lesson: Opened) -> None:
    """Deeper headings collapsed and all below them out of sight, answers covered."""
    state = lesson.state()
    assert list(state) == [cell.id for cell in lesson.cells]
    headings = deeper_headings(lesson.cells)
    assert headings, "no deeper section"
    for i in headings:
        cell = state[lesson.cells[i].id]
        assert cell["folded"], f"{cell['id']} is not collapsed"
        assert not cell["hidden"], f"{cell['id']}: its heading is out of sight"
    for i, cell in enumerate(lesson.cells):
        below = "deeper" in tags(cell) and i not in headings
        assert state[cell.id]["hidden"] == below, f"{cell.id}: hidden is {not below}"
        covered = HIDDEN in tags(cell)
        assert not covered or state[cell.id]["covered"], f"{cell.id}: its output can be seen"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_opens_folded(opened, place, path):
    lesson = opened(path)
    require_folded(lesson)

    # A deeper section, by mouse and by keyboard.
    at = deeper_headings(lesson.cells)[0]
    head, below = lesson.cells[at].id, lesson.cells[at + 1].id
    area = lesson.show(head)
    button = area.locator(".jp-collapseHeadingButton")
    for hidden in (False, True):
        button.click()
        lesson.wait(below, hidden=hidden)
    for key, hidden in (("ArrowRight", False), ("ArrowLeft", True)):
        lesson.show(head)
        lesson.page.keyboard.press(key)
        lesson.wait(below, hidden=hidden)

    # An answer: a click on the three dots.
    answers = [c.id for c in lesson.cells if HIDDEN in tags(c) and "deeper" not in tags(c)]
    assert answers, "no answer is hidden"
    area = lesson.show(answers[0])
    assert not area.locator(".jp-OutputArea-output").first.is_visible()
    area.locator(".jp-Cell-outputArea, .jp-Cell-outputWrapper").locator(
        ".jp-Placeholder-content:visible, .jp-OutputPlaceholder:visible"
    ).first.click()
    lesson.wait(answers[0], covered=False)
    assert area.locator(".jp-OutputArea-output").first.is_visible()

    # A solution: folded, opened by mouse and by keyboard.
    solved = next(cell.id for cell in lesson.cells if cell.id.startswith("solution-"))
    area = lesson.show(solved)
    details, text = area.locator("details").first, area.locator("details pre").first
    assert not text.is_visible(), "a solution can be seen"
    summary = details.locator("summary").first
    summary.click()
    expect(text).to_be_visible()
    summary.click()
    expect(text).not_to_be_visible()
    summary.focus()
    lesson.page.keyboard.press("Space")
    expect(text, "the keyboard does not open a solution").to_be_visible()

    # On a phone.
    SCREENSHOTS.mkdir(exist_ok=True)
    lesson.page.set_viewport_size({"width": 390, "height": 844})
    for name, cell in (("fold", head), ("answer", answers[-1]), ("solution", solved)):
        lesson.show(cell)
        lesson.page.screenshot(path=SCREENSHOTS / f"{path.stem}-{place}-{name}-390.png")
        assert not (cut := lesson.page.evaluate(CUT)), f"cut off at 390 px: {cut}"


def test_running_a_cell_uncovers_its_answer(opened):
    lesson = opened(LESSONS[0])
    answers = [c.id for c in lesson.cells if HIDDEN in tags(c) and "deeper" not in tags(c)]
    lesson.show(answers[0])
    lesson.page.keyboard.press("Control+Enter")
    lesson.wait(answers[0], covered=False)


def test_a_lesson_without_its_folds_is_noticed(opened, place, tmp_path):
    notebook = json.loads(LESSONS[0].read_text(encoding="utf-8"))
    for wanted, message in ((FOLDED, "is not collapsed"), ("jupyter", "output can be seen")):
        bare = json.loads(json.dumps(notebook))
        for cell in bare["cells"]:
            cell["metadata"].pop(wanted, None)
        path = tmp_path / f"{wanted}.ipynb"
        path.write_text(json.dumps(bare), encoding="utf-8")
        with pytest.raises(AssertionError, match=message):
            require_folded(opened(path))


def test_text_that_a_phone_cuts_off_is_noticed(opened):
    lesson = opened(LESSONS[0])
    lesson.page.set_viewport_size({"width": 390, "height": 844})
    lesson.page.wait_for_function(f"() => !({CUT})().length")  # a window takes its new width
    wide = ".jp-Cell h1 { width: 600px } .jp-Cell * { overflow: hidden !important }"
    lesson.page.add_style_tag(content=wide)
    lesson.page.wait_for_function(f"() => ({CUT})().some(part => part.startsWith('H1'))")
