"""What to do with explorers that are more than sliders and buttons.

`HOOKS` maps a CSS selector to a function of an `Explorer` (see notebook_page.py), which is called
for every explorer that holds such an element, after all ordinary controls have been moved. It moves
what only it knows of, asserts what must change, and returns the names of those buttons that it has
seen work and that change nothing by themselves.
"""

from __future__ import annotations

import statistics


def degree(explorer, unit: str) -> int:
    """The degree that a unit of the mask explorer shows."""
    return int(explorer.area.locator(f"[data-unit='{unit}'] text").first.inner_html())


def mask_explorer(explorer) -> set[str]:
    """Lesson 3: point at units, walk from unit to unit, change degrees, type an ordering."""
    page, area = explorer.page, explorer.area
    wrong = area.locator(".mx-checks .bad")
    sound = explorer.picture()
    assert wrong.count() == 0, "the explorer opens with a fault"

    area.locator("[data-unit='1-0']").hover()
    explorer.require_change(sound, "a unit pointed at")
    page.mouse.move(2, 2)
    explorer.settle()
    assert explorer.picture() == sound, "a path stays lit with nothing pointed at"

    # By mouse: the first output that may see something gets every degree, from D to 0.
    last = area.locator("[data-unit$='-0']").count() - 1
    unit = f"{last}-0"
    before = degree(explorer, unit)
    area.locator(f"[data-unit='{unit}']").click()
    top = int(area.locator("input[type=range]").first.input_value())
    for name, end in (("raise its degree", top), ("lower its degree", 0)):
        for _ in range(top + 1):
            area.get_by_label(name).click()
            explorer.settle()
        assert degree(explorer, unit) == end, f"{name}: stops at {degree(explorer, unit)}"
        if end == top:
            assert wrong.count() >= 1, "an output with a degree too high turns nothing red"
    area.get_by_text("undo my edits").click()
    explorer.settle()
    assert degree(explorer, unit) == before and wrong.count() == 0, "the edits are not undone"

    # By keyboard: from the first input up one layer, and to both extremes.
    explorer.fresh()
    area = explorer.area
    before = explorer.picture()
    area.locator("[data-unit][tabindex='0']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    explorer.require_change(before, "a unit reached by keyboard")
    for key, end in (("+", top), ("-", 0)):
        for _ in range(top + 1):
            page.keyboard.press(key)
            explorer.settle()
        assert degree(explorer, "1-0") == end, f"{key}: stops at {degree(explorer, '1-0')}"

    # Arrow keys and letters stay in a list; JupyterLab would move on, or turn the cell into text.
    explorer.fresh()
    orderings = explorer.area.get_by_label("ordering", exact=True)
    explorer.press(orderings, "ArrowDown", "ArrowDown")
    assert orderings.input_value() == "random", "arrow keys do not walk the list of orderings"
    explorer.press(orderings, "ArrowUp", "ArrowUp", "r")
    assert orderings.input_value() == "reversed", "a letter does not pick from the list"

    # An ordering of one's own, first a sound one, then one that is none.
    explorer.fresh()
    area = explorer.area
    area.get_by_label("ordering", exact=True).select_option("own")
    explorer.settle()
    before = explorer.picture()
    typed = area.get_by_label("visiting order, counted from 1")
    order = [*range(2, top + 1), 1]
    typed.fill(" ".join(map(str, order)))
    typed.press("Enter")
    explorer.require_change(before, "an ordering typed")
    assert [degree(explorer, f"0-{i}") for i in range(top)] == [top, *range(1, top)]
    typed.fill("1 1")
    typed.press("Enter")
    explorer.settle()
    assert wrong.count() >= 1, "an ordering that is none gets no message"
    return {"undo my edits"}


def stroke(grid, *points: tuple[float, float]) -> None:
    """Draw on `grid` with the mouse, from point to point, in parts of its width and height."""
    mouse, box = grid.page.mouse, grid.bounding_box()
    spots = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in points]
    mouse.move(*spots[0])
    mouse.down()
    for spot in spots[1:]:
        mouse.move(*spot, steps=8)
    mouse.up()


def eraser(explorer) -> set[str]:
    """Lesson 6: erase with the mouse, restore the same, erase by keyboard; draws follow."""
    page, area, draws = explorer.page, explorer.area, ".ex-tiles"
    grid = area.locator(".ex-grid")
    grid.scroll_into_view_if_needed()
    line = ((0.3, 0.5), (0.7, 0.5))
    area.get_by_text("Whole again", exact=True).click()
    explorer.settle()
    whole = explorer.picture(draws)
    stroke(grid, *line)
    explorer.require_change(whole, "a stroke erased", draws)
    area.get_by_text("Restore", exact=True).click()
    stroke(grid, *line)
    explorer.settle()
    assert explorer.picture(draws) == whole, "what is erased and restored is not the digit again"
    area.get_by_text("Restore", exact=True).click()
    grid.focus()
    for key in ("ArrowDown", " ", "ArrowRight", " "):
        page.keyboard.press(key)
        explorer.settle()
    assert "2 of 784 pixels erased" in area.get_by_role("status").inner_text()
    return {"Restore"}


def pad(explorer) -> set[str]:
    """Lesson 5: draw and erase with the mouse, set a pixel by keyboard, at both corners."""
    page, area, draws = explorer.page, explorer.area, ".pad-draws"
    grid = area.locator(".pad-grid")
    grid.scroll_into_view_if_needed()
    area.get_by_text("Clear", exact=True).click()
    explorer.settle()
    empty = explorer.picture(draws)
    stroke(grid, (0.3, 0.2), (0.7, 0.2), (0.5, 0.4))
    explorer.require_change(empty, "a stroke drawn", draws)
    assert int(grid.get_attribute("data-milliseconds")) >= 0
    drawn = explorer.picture(".pad-panels")
    area.get_by_text("Erase", exact=True).click()
    stroke(grid, (0.3, 0.2), (0.7, 0.2), (0.5, 0.4))
    explorer.require_change(drawn, "a stroke erased", ".pad-panels")
    area.get_by_text("Erase", exact=True).click()
    for corner in ((0.01, 0.01), (0.99, 0.01), (0.99, 0.49)):
        before = explorer.picture(".pad-panels")
        stroke(grid, corner)
        explorer.require_change(before, f"a dot at {corner}", ".pad-panels")
    before = explorer.picture(draws)
    grid.focus()
    for key in ("ArrowDown", " ", "ArrowRight", " "):
        page.keyboard.press(key)
        explorer.settle()
    explorer.require_change(before, "pixels set by keyboard", draws)

    waits = []
    for i in range(9):  # the pad notes itself how long its eight completions took to come
        stroke(grid, (0.2 + 0.07 * i, 0.35))
        explorer.settle()
        waits.append(int(grid.get_attribute("data-milliseconds")))
    explorer.notebook.remarks.append(f"8 completions after {statistics.median(waits)} ms")
    return {"Erase"}


HOOKS = {".mx": mask_explorer, ".pad": pad, ".ex-grid": eraser}
