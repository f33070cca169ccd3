"""The front page in a real browser: drawn on, keyed through, at three widths, light and dark.

It is served from a folder of its own, with the files that the website has beside it.
"""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading

import numpy as np
import pytest
from places import BUILD, ROOT, SCREENSHOTS

from helpers import network, reference, sampling

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Front page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>body { margin: 0; font: 16px system-ui, sans-serif } main { max-width: 46rem; margin: 0 auto;
padding: 0 20px }
@media (prefers-color-scheme: dark) { body { background: #12181d; color: #e8edf1 } }
</style></head><body><main><h1>The course</h1>FRONT</main></body></html>"""
SCREENS = ["draw", "bits", "sum", "proof", "coins", "next"]
FRONT = "document.getElementById('front').dataset"
SIZES = {390: 844, 768: 1024, 1280: 720}
# What 4 times slower, and 1.6 Mbit/s with 150 ms of delay, is: the phone of Lighthouse.
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 94e3}


@pytest.fixture(scope="module")
def address():
    """The front page, served with all that it asks for and nothing else."""
    folder = BUILD.parent / "front"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "website" / "_static", folder / "_static")
    for room in ("engine", "widgets"):
        (folder / "_static" / room).mkdir()
        for file in (ROOT / "helpers" / room).glob("*.js"):
            shutil.copy(file, folder / "_static" / room)
    (folder / "_static" / "explorers").mkdir()
    for name in ("made_small.npz", "made_raster.npz"):
        shutil.copy(ROOT / "data" / name, folder / "_static" / "explorers")
    front = (ROOT / "website" / "front.html").read_text(encoding="utf-8")
    (folder / "index.html").write_text(PAGE.replace("FRONT", front), encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = {
            **http.server.SimpleHTTPRequestHandler.extensions_map,
            ".js": "text/javascript",
        }

        def log_message(self, *_):
            pass

    class Listener(http.server.ThreadingHTTPServer):
        request_queue_size = 128  # a page asks for all of its files at once

    handler = functools.partial(Quiet, directory=folder)
    with Listener(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@pytest.fixture
def visit(browser, address):
    """A function that opens the page; afterwards nothing has failed and nobody else was asked."""
    contexts, heard = [], []

    def visit(width=1280, **options):
        size = {"width": width, "height": SIZES[width]}
        contexts.append(browser.new_context(viewport=size, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda m: "readback" in m.text or heard.append(m.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("requestfailed", lambda r: heard.append(f"failed: {r.url}"))
        own = address.rsplit("/", 1)[0]
        page.on("request", lambda r: r.url.startswith((own, "data:")) or heard.append(r.url))
        page.goto(address)
        page.wait_for_function(f"{FRONT}.drawn >= 1 && {FRONT}.bits")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert heard == []


def large(page):
    """Wait for the large network, which the first touch sends for."""
    page.wait_for_function(f"{FRONT}.model === 'large'")
    page.wait_for_function("document.getElementById('coins-verdict').dataset.differ !== undefined")


def stroke(page, selector, *points):
    """Draw along points, given as parts of the pad's sides."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    spots = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=6)
    page.mouse.up()


def ink(page, selector) -> np.ndarray:
    """Which cells of a pad or tile are darker than the paper between, ``(28, 28)``."""
    pixels = page.evaluate(
        """selector => { const c = document.querySelector(selector);
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, n = c.width / 28;
        return Array.from({length: 784}, (_, i) => {
          const at = 4 * ((Math.floor(i / 28) * n + (n >> 1)) * c.width + (i % 28) * n + (n >> 1));
          return [d[at], d[at + 1], d[at + 2]]; }); }""",
        selector,
    )
    return np.array(pixels).reshape(28, 28, 3)


def drawn(page) -> np.ndarray:
    tiles = [ink(page, f"#draw-tiles button:nth-child({k}) canvas") for k in range(1, 9)]
    return np.array([(tile.sum(axis=-1) < 600).astype(np.uint8) for tile in tiles])


def changes(page, act, what=f"{FRONT}.drawn"):
    """Do something and wait until what it changes has changed."""
    before = page.evaluate(what)
    act()
    page.wait_for_function(f"{what} !== {json.dumps(before)}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_every_screen_is_one_screen_without_overflow(visit, width, scheme, report):
    page = visit(width, color_scheme=scheme)
    page.locator("#draw-again").click()
    large(page)
    folder = SCREENSHOTS / "front"
    folder.mkdir(parents=True, exist_ok=True)
    heights = {}
    for screen in SCREENS:
        section = page.locator(f"#{screen}")
        section.scroll_into_view_if_needed()
        section.screenshot(path=folder / f"{screen}-{width}-{scheme}.png")
        heights[screen] = section.bounding_box()["height"]
        for text in section.locator(".front-text").all():
            line = text.evaluate("e => parseFloat(getComputedStyle(e).lineHeight)")
            assert text.bounding_box()["height"] <= 3.1 * line, (screen, text.inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert max(heights.values()) <= SIZES[width], heights
    report(f"front page at {width}, {scheme}: highest screen {max(heights.values()):.0f} px")


def test_what_is_drawn_is_kept_and_finished_as_python_finishes_it(visit):
    page = visit()
    page.locator("#draw-clear").click()
    large(page)
    changes(page, lambda: stroke(page, "#draw-pad", (0.4, 0.2), (0.6, 0.2), (0.6, 0.45)))
    page.wait_for_timeout(300)
    mine = (ink(page, "#draw-pad").sum(axis=-1) < 300)[:14]
    assert 20 < mine.sum() < 100
    known = np.arange(784) < 392
    whole = np.concatenate([mine, np.zeros((14, 28), bool)]).astype(np.uint8)
    raster = reference.load("raster").astype(np.float64)
    wanted = sampling.complete(raster, whole.ravel(), known, 8, seed=0).reshape(8, 28, 28)
    assert np.array_equal(drawn(page), wanted)
    assert "8,000 hidden units" in page.locator("#draw-status").inner_text()
    changes(page, page.locator("#draw-again").click)
    assert not np.array_equal(drawn(page), wanted)
    # below the line nothing can be drawn
    stroke(page, "#draw-pad", (0.3, 0.8), (0.7, 0.8))
    page.wait_for_timeout(300)
    assert np.array_equal((ink(page, "#draw-pad").sum(axis=-1) < 300)[:14], mine)
    # and what was drawn can be erased
    page.locator("#draw-erase").click()
    stroke(page, "#draw-pad", (0.4, 0.2), (0.6, 0.2), (0.6, 0.45))
    page.wait_for_timeout(300)
    assert (ink(page, "#draw-pad").sum(axis=-1) < 300)[:14].sum() == 0


def test_a_finger_draws_too(visit):
    page = visit(390, has_touch=True)
    page.locator("#draw-clear").click()
    box = page.locator("#draw-pad").bounding_box()
    changes(page, lambda: page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 40))
    assert (ink(page, "#draw-pad").sum(axis=-1) < 300)[:14].sum() > 1


def test_the_bits_are_those_that_python_counts(visit):
    page = visit()
    page.locator("#bits-clear").click()
    large(page)
    raster = reference.load("raster").astype(np.float64)

    def bits(x):
        return float(-raster.log_prob(x.reshape(1, 784))[0] / np.log(2))

    blank = np.zeros(784, np.uint8)
    page.wait_for_function(f"Math.abs({FRONT}.bits - {bits(blank)}) < 1e-6")
    changes(page, page.locator("#bits-digit").click, f"{FRONT}.bits")
    digit = page.evaluate(
        "fetch('_static/front.json').then(r => r.json()).then(j => j.examples[1])"
    )
    real = np.unpackbits(np.frombuffer(bytes.fromhex(digit), np.uint8))
    page.wait_for_function(f"Math.abs({FRONT}.bits - {bits(real)}) < 1e-6")
    assert page.locator("#bits-total").inner_text() == f"{bits(real):.1f}"
    assert page.locator("#bits-nats").inner_text() == f"{bits(real) * np.log(2):.1f}"
    changes(page, page.locator("#bits-noise").click, f"{FRONT}.bits")
    assert float(page.locator("#bits-total").inner_text()) > 10 * bits(real)
    changes(page, lambda: stroke(page, "#bits-pad", (0.1, 0.9), (0.9, 0.9)), f"{FRONT}.bits")


def test_the_sum_ends_at_the_total_and_steps_by_one_pixel(visit):
    page = visit()
    page.locator("#sum-step").focus()
    page.keyboard.press("Home")
    assert page.locator("#sum-line").inner_text() == "Nothing is read yet: 0 bits."
    page.keyboard.press("End")
    large(page)
    total = float(page.evaluate(f"{FRONT}.bits"))
    page.wait_for_function(
        f"document.getElementById('sum-line').innerText.includes('Sum: {total:.2f} bits')"
    )
    page.locator("#sum-back").click()
    assert page.locator("#sum-place").inner_text() == "783 / 784"
    page.locator("#sum-next").click()
    assert page.locator("#sum-place").inner_text() == "784 / 784"
    page.locator("#sum-play").click()  # from the start again
    page.wait_for_function("Number(document.getElementById('sum-step').value) < 700")
    page.wait_for_function("Number(document.getElementById('sum-step').value) > 30")
    page.locator("#sum-play").click()
    place = page.locator("#sum-place").inner_text()
    page.wait_for_timeout(200)
    assert page.locator("#sum-place").inner_text() == place
    page.locator("#sum-costly").click()
    cost = page.locator("#sum-line").inner_text().split(" = ")[1].split(" bits")[0]
    assert float(cost) > 1


def test_nothing_moves_by_itself_where_the_reader_wants_no_motion(visit):
    page = visit(reduced_motion="reduce")
    page.locator("#sum-play").click()
    assert page.locator("#sum-place").inner_text() == "784 / 784"


def total(page) -> float:
    return float(page.evaluate("document.getElementById('proof-sum').dataset.total"))


def test_cuts_keep_the_sum_and_a_leak_breaks_it(visit):
    page = visit()
    squares = page.locator("#proof-masks rect")
    assert squares.count() == 24 and abs(total(page) - 1) < 1e-9
    connected = "e => e.getAttribute('fill') !== '#23313d'"
    at_first = [square.evaluate(connected) for square in squares.all()]
    wanted = np.concatenate(
        [[1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0], np.ravel([[0, 1, 1]] * 2), np.ravel([[0, 0, 1]] * 2)]
    )
    assert at_first == wanted.astype(bool).tolist()
    changes(page, squares.nth(0).click, "document.getElementById('proof-bars').innerHTML")
    assert abs(total(page) - 1) < 1e-9  # one less
    squares.nth(11).click()  # x3 to the last hidden unit, which leads to output 3
    assert abs(total(page) - 1) > 1e-3
    said = page.locator("#proof-sum").inner_text()
    assert said.startswith("✗") and "output 3 hears x₃" in said
    assert page.locator("#proof-net .edge.leak").count() == 2
    page.locator("#proof-weights").click()
    assert abs(total(page) - 1) > 1e-3
    page.locator("#proof-undo").click()
    assert abs(total(page) - 1) < 1e-9 and page.locator("#proof-net .edge.leak").count() == 0


def test_a_line_of_the_network_can_be_clicked_and_walked_to(visit):
    page = visit()
    net = page.locator("#proof-net")
    net.scroll_into_view_if_needed()
    box, before = net.bounding_box(), page.locator("#proof-net .edge.on").count()
    page.mouse.click(box["x"] + box["width"] * 57 / 360, box["y"] + box["height"] * 135 / 208)
    assert page.locator("#proof-net .edge.on").count() == before - 1  # x1 to hidden unit 1
    page.locator("#proof-undo").click()
    page.locator("#sum-costly").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "proof-net"
    assert page.locator("#proof-edge").inner_text() == "x₁ to hidden unit 1: connected"
    page.keyboard.press("Space")
    assert page.locator("#proof-edge").inner_text() == "x₁ to hidden unit 1: cut"
    for key in ("ArrowLeft", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.locator("#proof-edge").inner_text() == "x₃ to hidden unit 2: cut"
    page.keyboard.press("Enter")
    assert abs(total(page) - 1) > 1e-3


def test_the_same_coins_draw_the_digit_of_python(visit):
    page = visit(390)
    page.locator("#coins-again").click()
    large(page)
    for _ in range(7):
        assert page.locator("#coins-verdict").inner_text() == "✓ 784 of 784 pixels agree"
        same = ink(page, "#coins-python"), ink(page, "#coins-here")
        assert np.array_equal(*same) and len(np.unique(same[0])) > 1
        before = page.locator("#coins-note").inner_text()
        page.locator("#coins-again").click()
        page.wait_for_function(
            f"document.getElementById('coins-note').innerText !== {json.dumps(before)}"
        )
    page.locator("#coins-flip").click()
    page.wait_for_function("document.getElementById('coins-verdict').dataset.differ > 0")
    assert "pixels differ" in page.locator("#coins-verdict").inner_text()


def test_what_the_page_calls_python_s_draws_are_python_s():
    raster = reference.load("raster").astype(np.float64)
    stored = json.loads((ROOT / "website" / "_static" / "front.json").read_text(encoding="utf-8"))
    for toss in stored["tosses"]:
        uniforms = np.random.default_rng(toss["seed"]).random((1, 784))
        drawn = sampling.sample(raster, 1, uniforms=uniforms)[0]
        assert np.packbits(drawn).tobytes().hex() == toss["pixels"]
    assert network.load(ROOT / "data" / "made_small.npz").n_inputs == 784


def test_the_keyboard_alone_reaches_everything_and_draws(visit):
    page = visit()
    page.locator("#draw-clear").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "draw-pad"
    for key in ("ArrowDown", "Space", "ArrowRight", "Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert (ink(page, "#draw-pad").sum(axis=-1) < 300)[:14].sum() == 3
    reached, missing = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.id || e.getAttribute('aria-label') || e.getAttribute('href') || e.tagName,
                    s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                    (e.ariaLabel || e.innerText || e.labels?.[0]?.innerText || '').trim()]; }"""
        )
        if found[0] == "BODY":
            break
        reached.append(found[0])
        if not (found[1] and found[2]):
            missing.append(found)
    assert missing == []
    every = ", ".join(f"#front {kind}" for kind in ("button", "a", "input", "[tabindex]"))
    controls = page.locator(every).count()
    assert len(reached) == controls - 1  # all but the pad that the walk began at


def test_a_slow_phone_is_sent_the_small_network_and_no_more(browser, address, report):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    try:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", PHONE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(address)
        page.wait_for_function(f"{FRONT}.first", timeout=60_000)
        first = float(page.evaluate(f"{FRONT}.first"))
        report(f"front page on a throttled phone: first digits after {first / 1000:.1f} s")
        sent = page.evaluate(
            "performance.getEntriesByType('resource').map(r => r.name.split('/').pop())"
        )
        assert (
            "made_small.npz" in sent and "made_raster.npz" not in sent
        )  # five megabytes wait for the reader
    finally:
        context.close()
