"""Build the course as a website: python tools/website.py

Lessons, teaching pages, README, data page and CONTRIBUTING are read where they lie, with the
outputs that are stored; nothing is executed and nothing is fetched. What the pages are made of is
written to `build/site-source` in the layout of the repository, then sphinx and myst-nb make
`build/site` of it, and every warning is an error. The slides are built beside the pages, and share
their MathJax.

What changes on the way, each a function here: README becomes three pages; a figure's alternative
text is the `*Figure: …*` sentence before it; an explorer's cell gets the place where
`website/_static/mount.js` puts the live explorer; a link to a file of the repository leads to its
page, or to a copy of the file.
"""

from __future__ import annotations

import base64
import html
import importlib
import json
import os
import re
import shutil
import struct
import sys
from pathlib import Path

import nbformat
import numpy as np
import slides
import yaml
from lesson_parts import tags
from normalize import ROOT, read, write

sys.path.insert(0, str(ROOT))
from helpers import data, network, sampling  # noqa: E402
from helpers.widgets.live import sent  # noqa: E402

WEBSITE = ROOT / "website"
SOURCE = ROOT / "build" / "site-source"
BUILD = ROOT / "build" / "site"
# In pixels. A wide figure scrolls on a phone: its letters, of 16 pixels, would be below 7. A broad
# one just fits, and scrolls where it stands in a fold.
WIDE, BROAD = 820, 690

# The sections of README that make up a page; the page's name, its title.
README_PAGES = {
    "start": ("Start", ["Start"]),
    "results": ("Results", ["Results"]),
    "about": (
        "About the course",
        ["The package behind the lessons", "Data and licences", "Sources"],
    ),
}
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
BADGE = re.compile(r"\[!\[([^\]]*)\]\([^)]*\)\]\(([^)]*)\)")
SIZE = re.compile(r'(<img [^>]*)style="width: (\d+)px; height: (\d+)px;"')
STOP = re.compile(r'<span class="math notranslate[^>]*>[^<]*</span>[.,;:!?)’”]+')
SHEETS = {"mystnb": "cell", "pygments": "highlight"}  # a style sheet, and the class that needs it
MINUTES = re.compile(r"\((\d+) min\)(?=</h\d>)")
ONE_LINE = re.compile(r'(<div class="output [^"]*)("[^>]*><div [^>]*><pre>[^\n]*\n</pre>)')
CODE = re.compile(r"^```.*?^```|^(?: {4}[^\n]*\n)+", re.MULTILINE | re.DOTALL)


def lessons() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def documents() -> list[str]:
    """The text files that become a page each, beside README and the lessons."""
    teaching = [*(ROOT / "teaching").glob("*.md"), *(ROOT / "teaching" / "quiz").glob("*.md")]
    pages = [
        *teaching,
        *(ROOT / "benchmarks").glob("*.md"),
        ROOT / "data" / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in pages)


def plain(text: str) -> str:
    """A sentence of Markdown and TeX as it would be read aloud."""
    text = re.sub(r"\\(?:mathbf|mathrm|operatorname|text|hat|bar|tilde)\b\s*", "", text)
    text = re.sub(r"\\(?:le|leq)\b", "≤", text)
    text = re.sub(r"\\(?:ge|geq)\b", "≥", text)
    for name, letter in zip(
        ("sigma", "mu", "alpha", "Sigma", "sum", "cdot", "times", "log", "ln"),
        "σμαΣΣ·×",
        strict=False,
    ):
        text = re.sub(rf"\\{name}\b", letter, text)
    text = re.sub(r"_\{?(\w+)\}?", r" \1", re.sub(r"\\[,;!]", " ", text)) if "$" in text else text
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[$`*{}\\]", "", text).split())


# Links


def slug(text: str) -> str:
    """The address of a heading, as JupyterLab and GitHub make it for a notebook."""
    return text.strip().replace(" ", "-")


def readme_page(anchor: str, text: str) -> str:
    """The page that an anchor of README went to."""
    section = ""
    for line in text.splitlines():
        if match := re.match(r"(#{1,6}) (.+)", line):
            section = match[2] if len(match[1]) == 2 else section
            if re.sub(r"\W", "", match[2]).lower() == re.sub(r"\W", "", anchor).lower():
                break
    else:
        raise ValueError(f"a link to README must name one of its headings, got {anchor!r}.")
    for name, (_, sections) in README_PAGES.items():
        if section in sections:
            return f"{name}.md"
    return "index.md"


def target(link: str, where: str, copied: set[str], readme: str) -> str:
    """What a link in the file `where` (a path from the root) must say on the site.

    Files that no page shows are added to `copied`: the site holds them under `files/`.
    """
    if re.match(r"[a-z]+:|#|//", link):
        return link
    path, _, anchor = link.partition("#")
    depth = os.path.dirname(where) or "."
    name = os.path.normpath(os.path.join(os.path.dirname(where), path)).replace(os.sep, "/")
    if (ROOT / name).is_dir():
        name = f"{name}/README.md"
    if name == "README.md":
        name = readme_page(anchor, readme) if anchor else "index.md"
        anchor = anchor if name != "index.md" else ""
    elif name.startswith("teaching/decks/"):
        name = f"slides/{Path(name).stem}/index.html"
    elif not (ROOT / name).exists():
        raise ValueError(f"{where} links to {link!r}, which does not exist.")
    elif name.endswith((".md", ".ipynb")) or name.startswith("benchmarks/figures/"):
        pass
    else:
        copied.add(name)
        name = f"files/{name}.txt"
    # Slides and copies are no pages: sphinx leaves an address alone that has a scheme, so they are
    # marked, and the mark goes when the page is written.
    mark = "site:" if name.startswith(("slides/", "files/")) else ""
    way = os.path.relpath(name, depth).replace(os.sep, "/")
    return f"{mark}{way}{'#' + anchor if anchor else ''}"


def outside_code(change, text: str) -> str:
    """`text`, with `change` made to whatever is no code."""
    pieces, at = [], 0
    for match in CODE.finditer(text):
        pieces += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*pieces, change(text[at:])])


def linked(text: str, where: str, copied: set[str], readme: str) -> str:
    """`text` with the site's links, and badges, which are pictures from elsewhere, as words."""

    def one(match):
        words = linked(match[2], where, copied, readme) if "](" in match[2] else match[2]
        words = " ".join(words.split()) if match[1] else words  # else sphinx joins its lines
        return f"{match[1]}[{words}]({target(match[3], where, copied, readme)})"

    return outside_code(lambda part: LINK.sub(one, BADGE.sub(r"[\1](\2)", part)), text)


# README and lessons


def sections(text: str) -> dict[str, str]:
    """{heading: text} of the `##` sections of a Markdown text; what comes before is under ''."""
    found = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return {"": found[0], **dict(zip(found[1::2], found[2::2]))}


def readme_pages(text: str) -> dict[str, str]:
    """{name: Markdown} of the pages that README is made into."""
    found = sections(text)
    pages = {}
    for name, (title, wanted) in README_PAGES.items():
        lines = [f"# {title}\n"]
        for heading in wanted:
            if heading not in found:
                raise ValueError(f"README must have a section {heading!r}; it is the page {name}.")
            if heading == title:
                lines.append(re.sub(r"^###", "##", found[heading], flags=re.MULTILINE))
            else:
                lines.append(f"## {heading}\n{found[heading]}")
        pages[name] = "\n".join(lines)
    return pages


def explorers() -> dict[str, dict]:
    """The table of explorers: {lesson/cell: entry}, from `website/explorers.yml`."""
    return yaml.safe_load((WEBSITE / "explorers.yml").read_text(encoding="utf-8"))


def started(entry: dict) -> dict:
    """What an explorer starts from, as the page holds it: files by name, bytes as base64.

    The values come from the function that the notebook's explorer asks as well.
    """
    module, function = entry["state"].split(".")
    given = {name: read_value(value) for name, value in entry["given"].items()}
    state = getattr(importlib.import_module(f"helpers.widgets.{module}"), function)(**given)
    values = {name: sent(value) for name, value in state.items()}
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def read_value(value):
    """A value of the table: digits are looked up or drawn, a file stays its name."""
    match value:
        case {"file": name}:
            return {"file": Path(name).name}
        case {"digits": which}:
            return data.load("sample").test[which]
        case {"drawn": seed, "by": name}:  # as lesson 5 draws ten
            uniforms = np.random.default_rng(seed).random((10, 784))
            model = network.load(ROOT / name).astype(np.float64)
            return sampling.sample(model, 10, uniforms=uniforms)[0]
    return value


def loaded() -> list[str]:
    """The data files that explorers and front page load, as paths from the root."""
    states = [entry.get("given", {}).values() for entry in explorers().values()]
    named = {v["file"] for values in states for v in values if isinstance(v, dict) and "file" in v}
    front = WEBSITE / "_static" / "front.js"
    text = front.read_text(encoding="utf-8") if front.exists() else ""
    return sorted(
        named | {f"data/{p.name}" for p in (ROOT / "data").glob("*.npz") if p.name in text}
    )


def place(entry: dict, key: str) -> str:
    """HTML of the place for one explorer; what it says is seen where no script runs."""
    if "module" not in entry:
        return (
            '<p class="explorer-static">This explorer runs in the notebook; on this page, the '
            "figure near it shows the same.</p>"
        )
    attributes = {
        "class": "explorer",
        "role": "group",
        "aria-label": entry["label"],
        "data-explorer": entry["module"],
        "data-state": json.dumps(started(entry)),
        "id": f"live-{key.replace('/', '-')}",
    }
    written = " ".join(f'{name}="{html.escape(text)}"' for name, text in attributes.items())
    text = "This explorer needs JavaScript; the figure near it shows the same."
    return f"<div {written}><p>{text}</p></div>"


def image_options(png: str, description: str) -> dict[str, str]:
    """What the page's `<img>` says: a description, and the size, so that nothing jumps."""
    width, height = struct.unpack(">II", base64.b64decode(png)[16:24])
    found = {"alt": description, "width": f"{width}px", "height": f"{height}px"}
    kind = "wide" if width > WIDE else "broad" if width > BROAD else ""
    return found | ({"classes": kind} if kind else {})


def lesson(notebook, name: str, where: str, copied: set[str], readme: str):
    """The notebook as the site shows it."""
    table = explorers()
    described = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if found := slides.FIGURE.findall(cell.source):
                described = plain(" ".join(found[-1].split()))
            cell.source = linked(cell.source, where, copied, readme)
            continue
        if cell.id == "setup":
            cell.metadata["tags"] = [*tags(cell), "hide-input"]
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            if not described:
                raise ValueError(f"{where}: a line *Figure: …* must describe {cell.id}'s figure.")
            described = described[0].upper() + described[1:]
            picture = next(o.data for o in cell.outputs if "image/png" in o.get("data", {}))
            cell.metadata["mystnb"] = {"image": image_options(picture["image/png"], described)}
        if "explorer" in tags(cell):
            key = f"{name[:2]}/{cell.id}"
            if key not in table:
                raise ValueError(f"website/explorers.yml must have a row for {key}.")
            live = {"text/html": place(table[key], key)}
            cell.outputs = [nbformat.v4.new_output("display_data", live)]
        for output in cell.outputs:  # a bar that is full says no more than the losses beside it
            said = output.get("data", output)
            for kind in {"text", "text/plain"} & set(said):
                said[kind] = said[kind].lstrip("█ ") if said[kind].startswith("█") else said[kind]
    return notebook


# The build


def stage(folder: Path = SOURCE) -> set[str]:
    """Write what sphinx reads; return the files that pages link to and no page shows."""
    shutil.rmtree(folder, ignore_errors=True)
    copied: set[str] = set()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    def store(name: str, text: str, where: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(linked(text, where, copied, readme), encoding="utf-8", newline="\n")

    for name, text in readme_pages(readme).items():
        store(f"{name}.md", text, "README.md")
    for name in documents():
        store(name, (ROOT / name).read_text(encoding="utf-8"), name)
    for path in lessons():
        where = f"notebooks/{path.name}"
        (folder / "notebooks").mkdir(exist_ok=True)
        write(lesson(read(path), path.name, where, copied, readme), folder / where)
    shutil.copytree(ROOT / "benchmarks" / "figures", folder / "benchmarks" / "figures")
    store("index.md", front_page(readme), "README.md")
    return copied


def front_page(readme: str) -> str:
    """The first page: the front of the course where there is one, then its lessons."""
    text = (WEBSITE / "index.md").read_text(encoding="utf-8")
    parts = sections(readme)
    front = WEBSITE / "front.html"
    fallback = parts[""].split("<!-- badges -->")[1].split("\n", 1)[1].strip()
    shown = (
        f"```{{raw}} html\n{front.read_text(encoding='utf-8')}\n```" if front.exists() else fallback
    )
    table, _, rest = parts["The lessons"].strip().partition("\n\n")
    return (
        text.replace("{{ front }}", shown)
        .replace("{{ lessons }}", table)
        .replace("{{ about lessons }}", rest)
    )


def assets(folder: Path, copied: set[str]) -> None:
    """Put beside the pages what they load: explorers, engine, data, slides, files."""
    static = folder / "_static"
    for room in ("widgets", "engine"):
        for path in sorted((ROOT / "helpers" / room).glob("*.js")):
            (static / room).mkdir(exist_ok=True)
            shutil.copy(path, static / room)
    (static / "explorers").mkdir(exist_ok=True)
    for name in loaded():
        shutil.copy(ROOT / name, static / "explorers")
    for name in copied:
        path = folder / "files" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, path)
    slides.BUILD = folder / "slides"
    slides.assets(slides.BUILD / "assets")
    for deck in sorted(slides.DECKS.glob("*.md")):
        notebook = read(next(path for path in lessons() if path.name.startswith(deck.stem)))
        page = slides.BUILD / deck.stem / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        text = slides.build(notebook, deck.read_text(encoding="utf-8"))
        page.write_text(text, encoding="utf-8", newline="\n")


def mended(page: str) -> str:
    """A page with what the theme leaves out.

    Pictures keep their place while they load, which they do when they come near; no heading's
    minutes and no formula's full stop stand on a line of their own; what a cell says in one line
    may be broken on a phone; a screen reader hears which list of links is which. Styles of cells
    and of code are loaded where there are any.
    """
    for sheet, user in SHEETS.items():
        if f'class="{user}' not in page:
            page = re.sub(rf"<link [^>]*/{sheet}\.[^>]*>", "", page)
    page = SIZE.sub(r'\1width="\2" height="\3" loading="lazy"', page)
    if "<title>Quiz:" in page:
        page = page.replace("<body>", '<body class="quiz">')
    page = STOP.sub(r'<span class="whole">\g<0></span>', page)
    page = MINUTES.sub(r"(\1&nbsp;min)", page)
    page = ONE_LINE.sub(r"\1 line\2", page)
    page = page.replace(' aria-label="Toggle hidden content"', "")  # the fold's own words say more
    page = page.replace(
        'class="caption" role="heading"', 'class="caption" role="heading" aria-level="2"'
    )
    page = page.replace(
        '<aside class="sidebar-drawer"', '<aside aria-label="All pages" class="sidebar-drawer"'
    )
    return page.replace(
        '<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'
    )


def main() -> int:
    from sphinx.cmd.build import build_main

    copied = stage()
    options = ["-q", "-W", "--keep-going", "-b", "html", "-E"]
    shutil.rmtree(BUILD, ignore_errors=True)
    doctrees = ROOT / "build" / "site-doctrees"
    failed = build_main(
        [*options, "-c", str(WEBSITE), "-d", str(doctrees), str(SOURCE), str(BUILD)]
    )
    if failed:
        return failed
    for page in BUILD.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(mended(text), encoding="utf-8", newline="\n")
    assets(BUILD, copied)
    size = sum(path.stat().st_size for path in BUILD.rglob("*") if path.is_file())
    pages = sum(1 for _ in BUILD.rglob("*.html"))
    print(f"{BUILD.relative_to(ROOT)}/index.html: {pages} pages, {size / 2**20:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
