"""Every lesson projects as slides: the deck is made without a network, and its slides are short.

A deck fetches reveal.js when it is shown. Here nothing is fetched: without it the slides stand one
above another, as wide as reveal.js makes them, and are as tall as there to within a tenth.
"""

from __future__ import annotations

import pytest
from nbconvert import SlidesExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from normalize import ROOT, read

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WIDTH, SCREEN = 960, 700  # reveal.js lays slides out in this frame and scales it to the projector
SCREENS = 2.2  # what is taller than one screen scrolls; a slide far taller is two
SLIDES = """() => [...document.querySelectorAll('.slides section')]
  .filter(slide => !slide.querySelector('section'))
  .map(slide => {
    const box = slide.getBoundingClientRect();
    const wide = [...slide.querySelectorAll('img')]
      .filter(image => image.getBoundingClientRect().right > box.right + 1).length;
    const lines = slide.innerText.split('\\n').map(line => line.trim());
    const first = lines.find(line => line && !/^\\[\\d*\\]:$/.test(line)) ?? '';
    return {first: first.slice(0, 60), height: box.height, wide};
  })"""


def deck(page, notebook, folder) -> list[dict]:
    """First line, height in pixels and number of pictures too wide of every slide."""
    exporter = SlidesExporter(reveal_scroll=True)
    html, _ = exporter.from_notebook_node(notebook)
    file = folder / "deck.slides.html"
    file.write_text(html, encoding="utf-8")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.context.set_offline(True)
    page.goto(file.as_uri())
    page.add_style_tag(content=f".slides {{ width: {WIDTH}px; }}")
    return page.evaluate(SLIDES)


def faults(slides: list[dict]) -> list[str]:
    found = []
    for number, slide in enumerate(slides, 1):
        screens = slide["height"] / SCREEN
        if screens > SCREENS:
            found.append(f"Slide {number}, {slide['first']!r}, is {screens:.1f} screens tall.")
        if slide["wide"]:
            found.append(f"Slide {number}, {slide['first']!r}, has a picture too wide.")
    return found


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_projects_as_slides(page, report, tmp_path, path):
    slides = deck(page, read(path), tmp_path)
    tallest = max(slide["height"] for slide in slides) / SCREEN
    report(f"{path.stem}: {len(slides)} slides, the tallest {tallest:.1f} screens")
    assert len(slides) >= 10
    assert not faults(slides), "\n".join([path.name, *faults(slides)])


def test_a_tall_slide_and_a_wide_picture_are_noticed(page, tmp_path):
    def text(source, kind):
        return new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})

    tall = "\n\n".join(f"Line {n}." for n in range(60))
    image = '<img style="max-width: none" width="1500" height="50" src="data:image/gif;base64,R0">'
    output = new_output("display_data", data={"text/html": image})
    drawn = new_code_cell("draw()", outputs=[output], metadata={"slideshow": {"slide_type": "-"}})
    cells = [
        text("# Title", "slide"),
        text(tall, "subslide"),
        text("## Next", "slide"),
        text("### A picture", "subslide"),
        drawn,
        text("hidden\n\n" + tall, "skip"),
    ]
    slides = deck(page, new_notebook(cells=cells), tmp_path)
    assert [slide["first"] for slide in slides] == ["Title", "Line 0.", "Next", "A picture"]
    tall_one, wide_one = faults(slides)
    assert tall_one.startswith("Slide 2, 'Line 0.', is ") and tall_one.endswith("screens tall.")
    assert wide_one == "Slide 4, 'A picture', has a picture too wide."
