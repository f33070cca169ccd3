"""Every deck shows every slide whole, with its formulas set and nothing fetched from outside."""

from __future__ import annotations

import pytest
from lesson_parts import is_deeper
from normalize import ROOT, read
from slides import BUILD, DECKS, HEIGHT, WIDTH, assets, build

DECK_FILES = sorted(DECKS.glob("*.md"))

# What sticks out of the slide that is shown, and how far; text that no formula should leave behind.
LOOK = """() => {
  const slide = document.querySelector('.slides > section.present');
  const frame = slide.getBoundingClientRect(), scale = Reveal.getScale();
  const out = [];
  for (const part of slide.querySelectorAll('*:not(.notes):not(.notes *)')) {
    if (part.closest('.MathJax *, script')) continue;
    const box = part.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const over = Math.max(frame.left - box.left, box.right - frame.right,
                          frame.top - box.top, box.bottom - frame.bottom) / scale;
    const inside = part.tagName === 'PRE' ? part.scrollWidth - part.clientWidth : 0;
    const small = {
      IMG: part.clientHeight < 200 && part.clientWidth < 700,
      PRE: parseFloat(getComputedStyle(part).fontSize) < 15,
    };
    if (small[part.tagName]) out.push(`${part.tagName}, which is too small to read`);
    if (Math.max(over, inside) > 4) out.push(`${part.tagName} by ${Math.max(over, inside)|0} px`);
  }
  const raw = /\\$[^$]*\\$/.test(slide.innerText.replace(/.*\\n?<pre.*/g, '')) &&
    ![...slide.querySelectorAll('pre')].some(pre => pre.innerText.includes('$'));
  const first = slide.querySelector('h1, h2, h3');
  return {title: first ? first.innerText : '', out, raw,
          blank: [...slide.querySelectorAll('img')].filter(i => !i.naturalWidth).length};
}"""


def shown(page, file) -> list[dict]:
    """What every slide of a deck looks like at 1280 × 720, one after the other."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.context.set_offline(True)
    page.goto(file.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.wait_for_function("window.MathJax && MathJax.startup && MathJax.startup.promise")
    page.evaluate("() => MathJax.startup.promise")
    slides = []
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number})")
        slides.append(page.evaluate(LOOK))
    assert all(url.startswith(("file:", "data:", "about:")) for url in asked), asked
    return slides


def faults(slides: list[dict]) -> list[str]:
    found = []
    for number, slide in enumerate(slides, 1):
        name = f"Slide {number}, {slide['title']!r},"
        found += [f"{name} is cut off: {part}" for part in slide["out"][:3]]
        if slide["raw"]:
            found.append(f"{name} shows a formula's source.")
        if slide["blank"]:
            found.append(f"{name} has a picture that does not show.")
        if not slide["title"]:
            found.append(f"{name} has no heading.")
    return found


@pytest.fixture(scope="module")
def decks():
    assets(BUILD / "assets")
    return BUILD


def stored(folder, name, notebook, text):
    file = folder / name / "index.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(build(notebook, text), encoding="utf-8")
    return file


@pytest.mark.parametrize("deck", DECK_FILES, ids=lambda path: path.stem)
def test_every_slide_is_whole(page, report, decks, deck):
    lesson = next((ROOT / "notebooks").glob(f"{deck.stem}_*.ipynb"))
    file = stored(decks, deck.stem, read(lesson), deck.read_text(encoding="utf-8"))
    slides = shown(page, file)
    report(f"{deck.stem}: {len(slides)} slides")
    assert not faults(slides), "\n".join(faults(slides))


def test_a_slide_that_is_cut_off_is_noticed(page, decks):
    lesson = read(next((ROOT / "notebooks").glob("01_*.ipynb")))
    lines = "\n\n".join(f"Line {n}." for n in range(30))
    drawn = [
        c.id for c in lesson.cells if "image/png" in str(c.get("outputs")) and not is_deeper(c)
    ]
    crowded = "\n\n".join(f"Line {n}." for n in range(9)) + f"\n\n{{{{ {drawn[0]} }}}}"
    wide = "```\n" + "x" * 140 + "\n```"
    text = f"# Fits\n\n$x^2$\n---\n## Tall\n\n{lines}\n---\n## Wide\n\n{wide}"
    text += f"\n---\nNo heading\n---\n## Crowded\n\n{crowded}"
    slides = shown(page, stored(decks, "faults", lesson, text))
    found = "\n".join(faults(slides))
    assert not slides[0]["out"] and not slides[0]["raw"]
    assert "'Tall', is cut off" in found and "'Wide', is cut off: PRE" in found
    assert "'Crowded', is cut off: IMG, which is too small" in found
    assert "Slide 4, '', has no heading." in found
