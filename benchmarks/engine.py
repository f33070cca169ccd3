"""How fast the engine in JavaScript is: `python -m benchmarks.engine`, recorded in engine.json.

node      in Node, with the model of 8,000 units: reading its file, laying it out, one draw of 784
          pixels, eight completions of an upper half, one log-probability; medians, by the clock and
          in processor time, which other work on the machine does not lengthen as much
browser   in Chromium with its processor slowed down 4 times: eight completions in the drawing pad
front     the first digits of the front page on a phone as Lighthouse has it (processor slowed down
          4 times, 1.6 Mbit/s, 150 ms), from the built website, served as it is and compressed

The last two need `make env-browser` and, for the front page, `make site`.
"""

import functools
import gzip
import http.server
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from helpers import files

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "engine.json"
MODEL = ROOT / "data" / "made_raster.npz"
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 94e3}
MOUNT = """<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="pad"></div>
<script type="module">
import pad from "./widgets/pad.js";
const state = {network: "model.npz", examples: new Uint8Array(784), rows: 14};
pad.render({model: {get: (name) => state[name]}, el: document.getElementById("pad")});
</script>"""


def node() -> dict:
    """Return what engine.mjs measures."""
    command = [shutil.which("node"), str(ROOT / "benchmarks" / "engine.mjs")]
    command += [str(ROOT / "helpers" / "engine"), str(MODEL), "40"]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    return json.loads(done.stdout)


class Server(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, texts compressed if `compressed`, as web servers do."""

    compressed = False

    def do_GET(self):
        path = pathlib.Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not self.compressed or path.suffix not in (".js", ".css", ".html", ".json", ".svg"):
            return super().do_GET()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        for name, value in (
            ("Content-Type", self.guess_type(str(path))),
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(body))),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Compressed(Server):
    compressed = True


class Listener(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # a page asks for all of its files at once


def visited(folder, handler, work, phone=False):
    """Return ``work(page)`` for a page of `folder` in Chromium, slowed down."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    from places import QUIET, find_chromium

    serve = functools.partial(handler, directory=folder)
    options = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    with Listener(("127.0.0.1", 0), serve) as server, sync_playwright() as p:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = p.chromium.launch(executable_path=find_chromium(), args=options)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        if phone:
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", PHONE)
        page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="commit")
        try:
            return work(page)
        finally:
            browser.close()
            server.shutdown()


def pad_milliseconds(page) -> list[int]:
    """Draw 25 dots and return how long the pad took for the completions of each."""
    grid = page.locator(".pad-grid")
    page.wait_for_function("document.querySelector('.pad-grid').dataset.answered", timeout=120_000)
    box, found = grid.bounding_box(), []
    for i in range(25):
        before = grid.get_attribute("data-answered")
        page.mouse.click(
            box["x"] + box["width"] * (0.3 + 0.016 * i), box["y"] + 0.2 * box["height"]
        )
        page.wait_for_function(
            f"document.querySelector('.pad-grid').dataset.answered !== '{before}'", timeout=60_000
        )
        found.append(int(grid.get_attribute("data-milliseconds")))
    return found


def browser() -> dict:
    """Return the pad's times in a slowed-down Chromium, once its code is warm."""
    with tempfile.TemporaryDirectory() as folder:
        for room in ("engine", "widgets"):
            shutil.copytree(ROOT / "helpers" / room, pathlib.Path(folder, room))
        shutil.copy(MODEL, pathlib.Path(folder, "model.npz"))
        files.write_text(pathlib.Path(folder, "index.html"), MOUNT)
        times = visited(folder, Server, pad_milliseconds)
    return {
        "throttled": 4,
        "eight completions": {
            "median_milliseconds": statistics.median(times[5:]),
            "fastest": min(times[5:]),
            "slowest": max(times[5:]),
        },
    }


def front() -> dict:
    """Return when the front page shows its first digits, on a phone; the median of five visits."""
    first = "document.getElementById('front')?.dataset.first"

    def wait(page):
        page.wait_for_function(first, timeout=120_000)
        return float(page.evaluate(first)) / 1000

    site = ROOT / "build" / "site"
    found = {}
    for name, handler in (("as it is", Server), ("compressed", Compressed)):
        seconds = [visited(site, handler, wait, phone=True) for _ in range(5)]
        found[f"seconds, served {name}"] = round(statistics.median(seconds), 2)
    return found


if __name__ == "__main__":
    results = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    parts = {"node": node, "browser": browser, "front": front}
    for part in sys.argv[1:] or parts:
        load = round(os.getloadavg()[0], 1)
        stamp = {"date": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "load_average": load}
        results[part] = stamp | parts[part]()
        print(part, json.dumps(results[part], indent=1), flush=True)
        files.write_text(FILE, json.dumps(results, indent=1) + "\n")
