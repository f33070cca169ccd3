"""Build one deck of slides a lesson: python tools/slides.py [01 03 ...]

`teaching/decks/NN.md` says what a lesson's slides hold; figures, outputs and code are taken from
the lesson as it is stored, from its core path alone, so that a deck cannot show what the lesson
does not. Nothing is executed. The decks lie in `build/slides` with reveal.js and MathJax beside
them: they need no network. Slides are parted by a line `---`; a line of its own includes a cell:

    {{ one-axis }}        the cell's figure, or what it printed if it has none
    {{ code bernoulli }}  its code
    {{ run bernoulli }}   code and outputs

What follows `Note:` until the end of a slide is for the speaker (press S).
"""

from __future__ import annotations

import html
import importlib.util
import re
import shutil
import sys
from pathlib import Path

from lesson_parts import is_deeper
from normalize import ROOT, read

DECKS = ROOT / "teaching" / "decks"
BUILD = ROOT / "build" / "slides"
INCLUDE = re.compile(r"^\{\{ (?:(code|run) )?([a-z0-9-]+) \}\}$", re.MULTILINE)
FIGURE = re.compile(r"^\*Figure: (.+?)\*$", re.MULTILINE | re.DOTALL)
WIDTH, HEIGHT = 1280, 720
NOT_NEEDED = (
    "sre* *svg* *-chtml* *-full* all-packages.js asciimath.js mml menu.js".split()
)  # of MathJax

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../assets/reveal/dist/reset.css">
<link rel="stylesheet" href="../assets/reveal/dist/reveal.css">
<link rel="stylesheet" href="../assets/slides.css">
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="../assets/reveal/dist/reveal.js"></script>
<script src="../assets/reveal/plugin/notes/notes.js"></script>
<script>
window.MathJax = {{
  loader: {{load: ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]}},
  tex: {{inlineMath: [["$", "$"]], displayMath: [["$$", "$$"]], processEscapes: true}}
}};
Reveal.initialize({{
  width: {width}, height: {height}, margin: 0, center: false, display: "flex",
  hash: true, slideNumber: "c/t", transition: "none", plugins: [RevealNotes]
}});
</script>
<script src="../assets/mathjax/startup.js"></script>
</html>
"""

STYLE = """
.reveal { font: 30px/1.35 "DejaVu Sans", Verdana, sans-serif; color: #1a1a1a; background: #fff; }
.reveal .slides { text-align: left; }
.reveal .slides > section { box-sizing: border-box; width: 1280px; height: 720px;
  padding: 36px 64px 48px; flex-direction: column; }
.reveal .slides > section > * { flex-shrink: 0; }
.reveal h1 { font-size: 1.9em; margin: 0 0 0.6em; line-height: 1.15; }
.reveal h2 { font-size: 1.35em; margin: 0 0 0.5em; line-height: 1.15; }
.reveal p, .reveal ul, .reveal ol, .reveal table { margin: 0 0 0.55em; }
.reveal ul, .reveal ol { padding-left: 1.2em; }
.reveal pre { font: 21px/1.3 "DejaVu Sans Mono", monospace; background: #f4f5f7;
  padding: 12px 16px; margin: 0 0 12px; overflow: hidden; white-space: pre; }
.reveal pre.output { background: #fff; border-left: 5px solid #0072b2; }
.reveal code { font-family: "DejaVu Sans Mono", monospace; font-size: 0.86em; }
.reveal pre code { font-size: 1em; }
.reveal .slides > section > img { margin: 0 auto 12px; max-width: 1150px; max-height: 430px;
  object-fit: contain; flex-shrink: 1; min-height: 0; }
.reveal .slides > section > img.alone { max-height: 560px; width: 1150px; }
.reveal strong { font-weight: 700; }
.reveal em { font-style: italic; }
.reveal table { border-collapse: collapse; font-size: 0.85em; }
.reveal td, .reveal th { padding: 4px 18px 4px 0; border-bottom: 1px solid #bbb; }
.reveal .slide-number { color: #444; background: none; }
@media print { .reveal .slides > section { break-after: page; } }
"""


def parts(text: str) -> list[tuple[str, str]]:
    """(slide, speaker's note) of every slide of a deck's text."""
    slides = re.split(r"^---\s*$", text, flags=re.MULTILINE)
    return [tuple(s.strip() for s in (*slide.split("\nNote:", 1), ""))[:2] for slide in slides]


def picture(data: dict) -> str:
    """The base64 of an output's PNG, on one line."""
    return "".join(data["image/png"].split())


def description(notebook, name: str) -> str:
    """The sentence that describes the figure of a cell: the last `*Figure: …*` before it."""
    found = "A figure of the lesson."
    for cell in notebook.cells:
        if cell.id == name:
            return found
        if cell.cell_type == "markdown" and (match := FIGURE.findall(cell.source)):
            found = " ".join(match[-1].split())
    return found


def block(text: str, kind: str = "") -> str:
    """Code or printed text, in letters small enough for its longest line."""
    longest = max(map(len, text.split("\n")))
    size = min(21, int(10 * 1100 / (0.603 * longest or 1)) / 10)
    return f'<pre{kind} style="font-size: {size}px"><code>{html.escape(text)}</code></pre>'


def included(notebook, what: str | None, name: str) -> str:
    """HTML of a core cell's code (`code`), figure or outputs (None), or both (`run`)."""
    cell = next((cell for cell in notebook.cells if cell.id == name), None)
    if cell is None or cell.cell_type != "code":
        raise ValueError(f"a deck may include code cells of its lesson, got {name!r}.")
    if is_deeper(cell):
        raise ValueError(f"a deck may include core cells alone, got {name!r}, which is deeper.")
    found = [] if what is None else [block(cell.source)]
    drawn = any("image/png" in output.get("data", {}) for output in cell.outputs)
    for output in cell.outputs if what != "code" else []:
        data = output.get("data", {})
        if what is None and drawn and "image/png" not in data:
            continue
        if "image/png" in data:
            alt = html.escape(description(notebook, name), quote=True)
            found.append(f'<img alt="{alt}" src="data:image/png;base64,{picture(data)}">')
        else:
            text = output.get("text") or data.get("text/plain", "")
            if text.startswith("█"):
                continue  # a progress bar that has run its course
            found.append(block(text.rstrip(), ' class="output"'))
    if not found:
        raise ValueError(f"a deck may include cells that show something, got {name!r}.")
    return "\n\n" + "\n".join(found) + "\n\n"


def markdown(text: str) -> str:
    """HTML of a text as Jupyter would show it; formulas are left to MathJax."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return MarkdownWithMath(
        renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)
    ).render(text)


def slide(notebook, text: str, note: str) -> str:
    """One `<section>`."""
    pieces, at = [], 0
    for match in INCLUDE.finditer(text):
        pieces += [markdown(text[at : match.start()]), included(notebook, match[1], match[2])]
        at = match.end()
    body = "\n".join([*pieces, markdown(text[at:])])
    if body.count("<img") == 1 and "<pre" not in body and body.count("<p>") < 2:
        body = body.replace("<img", '<img class="alone"')
    aside = f'<aside class="notes">{markdown(note)}</aside>' if note else ""
    return f"<section>{body}{aside}</section>"


def build(notebook, text: str) -> str:
    """The page of one deck."""
    slides = parts(text)
    title = re.sub(r"^#+ ", "", slides[0][0].split("\n", 1)[0])
    body = "\n".join(slide(notebook, *one) for one in slides)
    return PAGE.format(title=html.escape(title), slides=body, width=WIDTH, height=HEIGHT)


def assets(folder: Path) -> None:
    """Copy reveal.js and MathJax, as installed packages bring them, and the style."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, package, inside in (
        ("reveal", "sphinx_revealjs", "_static/revealjs"),
        ("mathjax", "sphinx-mathjax-offline", "static/mathjax"),
    ):
        found = importlib.util.find_spec(package)
        if found is None:
            sys.exit(f"{package} is not installed: run `make slides`.")
        source = Path(found.submodule_search_locations[0]) / inside
        kept = shutil.ignore_patterns(*NOT_NEEDED)
        shutil.copytree(source, folder / name, ignore=kept, dirs_exist_ok=True)
    (folder / "slides.css").write_text(STYLE, encoding="utf-8", newline="\n")


def main(wanted: list[str]) -> int:
    assets(BUILD / "assets")
    for deck in sorted(DECKS.glob("*.md")):
        if wanted and deck.stem not in {number.zfill(2) for number in wanted}:
            continue
        lesson = next((ROOT / "notebooks").glob(f"{deck.stem}_*.ipynb"))
        text = deck.read_text(encoding="utf-8")
        page = BUILD / deck.stem / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(build(read(lesson), text), encoding="utf-8", newline="\n")
        print(f"{page.relative_to(ROOT)}: {len(parts(text))} slides")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
