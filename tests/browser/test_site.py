"""Every page of the website in a real browser: at the widths of a phone, a tablet and a desk, light
and dark, by keyboard, printed. It is served from 127.0.0.1, and nothing else is asked.
"""

from __future__ import annotations

import functools
import http.server
import importlib.util
import threading
from pathlib import Path

import pytest
from places import SCREENSHOTS

import website

WIDTHS = (390, 768, 1280)
PAGES = sorted(
    [f"{Path(name).with_suffix('')}.html" for name in website.documents()]
    + [f"{name}.html" for name in (*website.README_PAGES, "index", "search")]
    + [f"notebooks/{path.stem}.html" for path in website.lessons()]
)

# What sticks out of the page or is cut off, and pictures without a description.
LOOK = """() => {
  const out = [], wide = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - wide;
  if (over > 1) out.push(`the page is ${over} px wider than the screen`);
  for (const one of document.querySelectorAll('.content .math.notranslate')) {
    const set = one.querySelector('.MathJax') ?? one, box = set.getBoundingClientRect();
    if (!box.width) continue;
    const says = one.textContent.slice(-60);
    const scrolls = (node) => node && ['auto', 'scroll'].includes(getComputedStyle(node).overflowX);
    let around = one;
    while (around && !scrolls(around)) around = around.parentElement;
    if (!around && box.right > wide + 1) out.push(`a formula is cut off: ${says}`);
    const own = scrolls(one) ? one : null;
    if (own && own.scrollHeight > own.clientHeight + 4)
      out.push(`a formula is cut off below: ${says}`);
    if (own && own.scrollWidth > own.clientWidth + 4 && own.tabIndex < 0)
      out.push(`a formula cannot be scrolled by keyboard: ${says}`);
    if (/merror/.test(one.innerHTML)) out.push(`a formula is wrong: ${says}`);
  }
  if (document.querySelector('.math.notranslate') && !document.querySelector('.MathJax'))
    out.push('formulas are not set');
  const scrolled = (node) => node && (['auto', 'scroll'].includes(getComputedStyle(node).overflowX)
    || scrolled(node.parentElement));
  for (const picture of document.querySelectorAll('img')) {
    if (picture.getBoundingClientRect().right > wide + 1 && !scrolled(picture.parentElement))
      out.push(`a picture is cut off: ${picture.alt}`);
    if (!(picture.alt ?? '').trim()) out.push(`a picture has no description: ${picture.src}`);
  }
  for (const box of document.querySelectorAll('.content :is(pre, .table-wrapper, div.output)')) {
    if (box.getBoundingClientRect().right > wide + 1 && !box.parentElement.closest('pre, .output'))
      out.push(`a box is wider than the screen: ${box.textContent.slice(0, 60)}`);
  }
  return out;
}"""
# Thousands of parts of formulas, each as black as the text around it: axe would take minutes.
PLAIN = "() => document.querySelectorAll('.MathJax').forEach(node => node.remove())"
AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => `${one.id}, ${one.nodes.length} times: ${one.nodes[0].html.slice(0, 160)}` +
    ` (${one.nodes[0].any.map(why => why.message).join('; ').slice(0, 200)})`)"""
UNFOLD = "() => document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
SHOWN = """place => place.innerHTML + [...place.querySelectorAll('canvas')].map(c => c.toDataURL())
  + [...place.querySelectorAll('input, select')].map(i => i.value + i.checked)"""


@pytest.fixture(scope="module")
def site():
    """The address of the built site."""
    pytest.importorskip("furo")
    assert website.main() == 0

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = {
            **http.server.SimpleHTTPRequestHandler.extensions_map,
            ".js": "text/javascript",
        }

        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=website.BUILD)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def axe() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def visitor(browser):
    """One window for all pages, and what it has complained about."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light")
    context.set_default_timeout(60_000)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda said: said.type == "error" and heard.append(said.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("response", lambda got: got.status >= 400 and heard.append(f"{got.status} {got.url}"))
    page.on("request", lambda request: outside(request.url) and heard.append(request.url))
    yield page, heard
    context.close()


def outside(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def open_page(page, address: str, width=390, formulas=False) -> None:
    """Go to a page; if so asked, unfold it and wait until all its formulas are set."""
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="light", media="screen")
    page.goto(address)
    if formulas and page.query_selector(".math.notranslate"):
        page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        page.wait_for_selector("html[data-typeset]", state="attached")


def settled(page) -> None:
    """Two frames later, when what hears of a new size has done its work."""
    page.evaluate("() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")


def faults(page, heard: list[str], address: str, axe: str, keep: str = "") -> list[str]:
    """What is wrong with a page, unfolded, at every width, light and dark."""
    heard.clear()
    open_page(page, address, formulas=True)
    page.evaluate(UNFOLD)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            settled(page)
            found += [f"{width} px, {scheme}: {fault}" for fault in page.evaluate(LOOK)]
            if keep:
                SCREENSHOTS.mkdir(exist_ok=True)
                page.screenshot(path=SCREENSHOTS / f"site-{keep}-{width}-{scheme}.png")
    page.evaluate(PLAIN)
    page.evaluate(axe)
    for width, scheme in ((1280, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        settled(page)
        found += [f"{width} px, {scheme}: {fault}" for fault in page.evaluate(AXE)]
    return found + [f"in the console: {said}" for said in heard]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_readable(site, visitor, axe, name):
    page, heard = visitor
    keep = name.removesuffix(".html").replace("/", "-")
    found = faults(page, heard, f"{site}/{name}", axe, keep)
    assert not found, "\n".join(found)


BAD = """<!doctype html><html lang="en"><title>Bad</title><link rel="icon" href="data:,">
<main class="content"><h1>Bad</h1><div style="width: 500px">wide</div><img src="data:,">
<p style="width: 50px">a <span class="math notranslate"><span class="MathJax"
style="display: inline-block; width: 900px">long</span></span></p>
<img alt="Wide." style="width: 800px"
src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'></svg>">
<p style="color: #bbb; background: #fff">faint</p><img alt="" src="http://192.0.2.1/x.png">
<script>console.error("broken")</script></main>"""


def test_a_bad_page_is_noticed(site, visitor, axe):
    page, heard = visitor
    (website.BUILD / "bad.html").write_text(BAD, encoding="utf-8")
    page.route("http://192.0.2.1/**", lambda route: route.abort())
    page.add_init_script("0")
    bad = f"{site}/bad.html"
    heard.clear()
    page.goto(bad)
    found = "\n".join([*page.evaluate(LOOK), *heard])
    page.evaluate(axe)
    found += "\n".join(page.evaluate(AXE))
    for fault in (
        "wider than the screen",
        "a formula is cut off",
        "no description",
        "broken",
        "a picture is cut off: Wide.",
    ):
        assert fault in found, fault
    assert "192.0.2.1" in found and "color-contrast" in found and "image-alt" in found
    (website.BUILD / "bad.html").unlink()


# What a reader does


def lesson(number: int) -> str:
    return f"notebooks/{website.lessons()[number - 1].stem}.html"


def test_deeper_sections_unfold(site, visitor):
    page, _ = visitor
    open_page(page, f"{site}/{lesson(1)}")
    folds = page.locator("details.deeper")
    assert folds.count() >= 8
    assert not any(fold.evaluate("fold => fold.open") for fold in folds.all())
    first = folds.first
    inside = first.locator(":scope > :not(summary)").first
    assert not inside.is_visible()
    first.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert inside.is_visible()


@pytest.mark.parametrize("name", ["section", "section > span"])
def test_an_address_in_a_fold_opens_it(site, visitor, name):
    """A section goes by two names: sphinx's, and the one that JupyterLab and GitHub know."""
    page, _ = visitor
    open_page(page, f"{site}/{lesson(1)}")
    where = f"{name}:has(~ details.deeper)" if "span" in name else f"{name}:has(> details.deeper)"
    name = page.evaluate("where => document.querySelectorAll(where)[2].id", where)
    open_page(page, f"{site}/search.html")
    open_page(page, f"{site}/{lesson(1)}#{name}")
    assert page.locator("details.deeper[open]").count() == 1
    page.wait_for_function("window.scrollY > 500")


def test_a_phone_that_is_turned_cuts_no_formula_off(site, visitor):
    page, _ = visitor
    open_page(page, f"{site}/{lesson(3)}", width=1280, formulas=True)
    page.evaluate(UNFOLD)
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    found = page.evaluate(LOOK)
    assert not found, "\n".join(found)
    assert page.locator("span.math.boxed").count() > 0


def test_formulas_are_set_as_they_come_near_and_for_paper_all(site, visitor):
    page, _ = visitor
    open_page(page, f"{site}/{lesson(1)}")
    set_now = "() => document.querySelectorAll('.math.notranslate:has(.MathJax)').length"
    every = page.locator(".math.notranslate").count()
    last = page.locator(".math.notranslate:not(details *)").last
    page.wait_for_function("() => Boolean(MathJax.typesetPromise)")
    settled(page)
    assert page.evaluate(set_now) < every / 2
    last.scroll_into_view_if_needed()
    last.locator(".MathJax").wait_for()
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(set_now) == every


def test_answers_are_folded_until_they_are_asked_for(site, visitor):
    page, _ = visitor
    open_page(page, f"{site}/{lesson(1)}")
    hidden = page.locator("details.hide.below-input")
    assert hidden.count() >= 2
    picture = hidden.first.locator("img")
    assert not picture.is_visible()
    hidden.first.locator("summary").click()
    assert picture.is_visible()
    solutions = page.locator("details:has(summary:text-is('Solution'))")
    assert solutions.count() == 5
    assert not any(solution.evaluate("fold => fold.open") for solution in solutions.all())


def test_print_unfolds(site, visitor):
    page, _ = visitor
    open_page(page, f"{site}/{lesson(1)}", width=768)
    fold = page.locator("details.deeper").first
    height = "fold => fold.getBoundingClientRect().height"
    closed = fold.evaluate(height)
    page.emulate_media(media="print")
    assert fold.evaluate(height) > 2 * closed, "style alone must unfold"
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.deeper[open]").count() == 0
    page.emulate_media(media="screen")


def test_search_finds(site, visitor):
    page, _ = visitor
    open_page(page, f"{site}/search.html?q=mask")
    page.wait_for_function("document.querySelectorAll('#search-results li').length > 2")
    found = page.locator("#search-results").inner_text()
    assert "Derive the masks" in found


def test_a_quiz_answers_by_keyboard(site, visitor):
    page, _ = visitor
    open_page(page, f"{site}/teaching/quiz/01.html")
    sets = page.locator("fieldset.quiz-answers")
    assert sets.count() == 10 and not page.get_by_text("Answers", exact=True).count()
    first = sets.first
    assert first.get_by_role("radio").count() == 3
    first.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    said = page.locator(".quiz-said").first
    assert "wrong" in said.inner_text() and "taken for a probability" in said.inner_text()
    page.keyboard.press("ArrowDown")
    assert "right" in said.inner_text()
    assert page.locator(".quiz-score").inner_text().startswith("0 of 1 answered right")
    second = sets.nth(1)
    second.get_by_role("radio").nth(2).check()
    assert page.locator(".quiz-score").inner_text().startswith("1 of 2 answered right")


def test_a_quiz_reads_without_scripts(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/teaching/quiz/01.html")
    folds = page.locator("details:has(summary:text-is('Answers'))")
    assert folds.count() == 10
    folds.first.locator("summary").click()
    assert folds.first.get_by_text("wrong").first.is_visible()
    context.close()


LIVE = {key: entry for key, entry in website.explorers().items() if "module" in entry}


@pytest.mark.parametrize("key", LIVE)
def test_an_explorer_is_reached_and_moved_by_keyboard(site, visitor, axe, key):
    page, heard = visitor
    heard.clear()
    open_page(page, f"{site}/{lesson(int(key[:2]))}")
    page.evaluate(UNFOLD)
    place = page.locator(f"[id='live-{key.replace('/', '-')}']")
    place.scroll_into_view_if_needed()
    page.wait_for_selector(f"[id='live-{key.replace('/', '-')}'][data-mounted]")
    inside = "place => place.contains(document.activeElement)"
    place.evaluate(  # from what stands before it, Tab goes in
        "place => { const at = document.createElement('button'); at.textContent = 'before';"
        " place.before(at); at.focus(); }"
    )
    page.keyboard.press("Tab")
    assert place.evaluate(inside)
    controls = moved = 0
    while place.evaluate(inside) and controls < 100:
        controls += 1
        if controls <= 12:
            before = place.evaluate(SHOWN)
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Space")
            page.wait_for_timeout(150)
            moved += place.evaluate(SHOWN) != before
        page.keyboard.press("Tab")
    assert controls and moved >= min(controls, 2), (
        f"{controls} controls, of which {moved} did something"
    )
    assert not place.evaluate(inside), "Tab must lead out again"
    page.evaluate(PLAIN)
    page.evaluate(axe)
    assert not page.evaluate(AXE) and not heard


@pytest.mark.parametrize("key", LIVE)
def test_an_explorers_place_says_what_it_needs(site, browser, key):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{lesson(int(key[:2]))}")
    place = page.locator(f"[id='live-{key.replace('/', '-')}']")
    assert "needs JavaScript" in place.text_content()
    context.close()
