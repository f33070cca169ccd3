"""What the website is made of: links, alternative texts, README in parts, quizzes, explorers.

The pages themselves are looked at in `browser/test_site.py`.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess

import nbformat
import numpy as np
import pytest
from lesson_parts import tags
from normalize import ROOT, read

import teaching
import website
from helpers import data

README = (ROOT / "README.md").read_text(encoding="utf-8")
LESSONS = website.lessons()


def shown(path):
    """The lesson as the site shows it."""
    return website.lesson(read(path), path.name, f"notebooks/{path.name}", set(), README)


def small(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def figure(width=1, height=1):
    """A code cell that drew a picture of this size (its first 24 bytes, which say so)."""
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)
    output = nbformat.v4.new_output("display_data", {"image/png": base64.b64encode(png).decode()})
    return nbformat.v4.new_code_cell("draw()", id="drawn", outputs=[output])


# Alternative texts


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_every_figure_is_described(path):
    before, after = read(path), shown(path)
    drawn = [
        n
        for n, cell in enumerate(before.cells)
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
    ]
    assert drawn
    said = [after.cells[n].metadata["mystnb"]["image"]["alt"] for n in drawn]
    for alt in said:
        assert len(alt) > 20 and alt[0] == alt[0].upper() and not re.search(r"[$`*\\{}]", alt), alt
    assert len(set(said)) == len(said), "two figures share one description"


def test_the_sentence_before_a_figure_becomes_its_alternative_text():
    text = nbformat.v4.new_markdown_cell("Look.\n\n*Figure: two\ncurves, $p$ and $x_2$.*")
    notebook = website.lesson(small(text, figure(900, 200)), "09", "notebooks/09", set(), README)
    image = notebook.cells[1].metadata["mystnb"]["image"]
    assert image["alt"] == "Two curves, p and x 2."
    assert (image["width"], image["height"], image["classes"]) == ("900px", "200px", "wide")
    notebook = website.lesson(small(text, figure(800, 200)), "09", "notebooks/09", set(), README)
    assert notebook.cells[1].metadata["mystnb"]["image"]["classes"] == "broad"
    notebook = website.lesson(small(text, figure(600, 200)), "09", "notebooks/09", set(), README)
    assert "classes" not in notebook.cells[1].metadata["mystnb"]["image"]


def test_of_a_progress_bar_the_losses_stay():
    """Lessons speak of them."""
    bar, rest = "████ epoch 2/2 · train 1.00", "epoch 2/2 · train 1.00"
    outputs = [
        nbformat.v4.new_output("display_data", {"text/plain": bar}),
        nbformat.v4.new_output("stream", name="stdout", text=bar),
        nbformat.v4.new_output("stream", name="stdout", text="  2 epochs █"),
    ]
    cell = nbformat.v4.new_code_cell("train()", id="train", outputs=outputs)
    (made,) = website.lesson(small(cell), "09", "notebooks/09", set(), README).cells
    found = [output.get("data", output) for output in made.outputs]
    assert found[0]["text/plain"] == found[1]["text"] == rest
    assert found[2]["text"] == "  2 epochs █"


def test_a_description_over_two_lines_keeps_its_space():
    text = "![Bars of\ntime](https://x.example/a.png)"
    assert website.linked(text, "README.md", set(), README) == text.replace("\n", " ")


def test_a_figure_without_a_sentence_stops_the_build():
    with pytest.raises(ValueError, match="must describe drawn's figure"):
        website.lesson(small(figure()), "09", "notebooks/09", set(), README)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at $p = 0.25$, *not* `x`", "at p = 0.25, not x"),
        (r"$\sigma^2 \le x_{12}$", "σ^2 ≤ x 12"),
        (r"$\mathbf{x}$ under $\log p$", "x under log p"),
        ("see [lesson 3](03.ipynb)", "see lesson 3"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_a_sentence_is_read_aloud(text, expected):
    assert website.plain(text) == expected


# Links


@pytest.mark.parametrize(
    ("where", "link", "expected"),
    [
        ("teaching/glossary.md", "../notebooks/03_derive_the_masks.ipynb", None),
        ("notebooks/01_a.ipynb", "03_derive_the_masks.ipynb#Notation", None),
        ("README.md", "https://example.org/x", None),
        ("README.md", "#results", None),
        ("README.md", "data/", "data/README.md"),
        ("README.md", "tools/lesson_parts.py", "site:files/tools/lesson_parts.py.txt"),
        ("teaching/README.md", "decks/02.md", "site:../slides/02/index.html"),
        ("teaching/README.md", "../README.md", "../index.md"),
        ("teaching/README.md", "../README.md#results", "../results.md#results"),
        ("teaching/README.md", "../README.md#data-and-licences", "../about.md#data-and-licences"),
        ("teaching/README.md", "../README.md#in-the-browser", "../start.md#in-the-browser"),
        ("CONTRIBUTING.md", "README.md#the-lessons", "index.md"),
    ],
)  # fmt: skip
def test_a_link_leads_to_its_page(where, link, expected):
    copied = set()
    assert website.target(link, where, copied, README) == (link if expected is None else expected)
    assert copied == ({"tools/lesson_parts.py"} if "lesson_parts" in link else set())


@pytest.mark.parametrize("link", ["gone.md", "../notebooks/09_gone.ipynb", "../README.md#gone"])
def test_a_link_to_nothing_stops_the_build(link):
    with pytest.raises(ValueError, match="gone"):
        website.target(link, "teaching/README.md", set(), README)


def test_code_keeps_what_looks_like_a_link():
    text = "[a](data/)\n\n```python\nx[0](data/)\n```\n\n    y[1](data/)\n\n`q` [b](data/)\n"
    assert website.linked(text, "README.md", set(), README) == text.replace(
        "[a](data/)", "[a](data/README.md)"
    ).replace("[b](data/)", "[b](data/README.md)")


def test_badges_become_words():
    text = "<!-- badges --> [![Open in X](https://x.example/logo.svg)](https://x.example/open)"
    assert website.linked(text, "README.md", set(), README).endswith(
        "[Open in X](https://x.example/open)"
    )


# Pages


def test_readme_is_on_the_site_whole_and_unchanged():
    pages = website.readme_pages(README)
    front = website.front_page(README)
    everything = "\n".join([*pages.values(), front])
    lost = [
        line
        for line in README.split("## Start", 1)[1].splitlines()
        if line.strip() and not line.startswith("#") and line not in everything
    ]
    assert not lost
    scores = [line for line in README.splitlines() if line.startswith("| **this course")]
    assert len(scores) > 8 and all(line in pages["results"] for line in scores)


def test_a_section_that_has_gone_from_readme_is_missed():
    with pytest.raises(ValueError, match="a section 'Results'"):
        website.readme_pages(README.replace("## Results", "## Scores"))


def test_every_page_is_in_the_contents():
    """What nothing lists could not be found; sphinx would warn, but only when the site is built."""
    index = (website.WEBSITE / "index.md").read_text(encoding="utf-8")
    pages = [name.removesuffix(".md") for name in website.documents()] + list(website.README_PAGES)
    pages += [f"notebooks/{path.stem}" for path in LESSONS]
    contents = re.findall(r"^(?:.+ <(.+)>|([\w/]+))$", index, re.MULTILINE)
    assert sorted(a or b for a, b in contents) == sorted(pages)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "teaching" / "quiz").glob("*.md")), ids=lambda path: path.stem
)
def test_a_quiz_page_has_the_shape_that_its_script_reads(file):
    """quiz.js: in each section a list, then as many verdicts in a fold, one of them right."""
    sections = website.sections(file.read_text(encoding="utf-8"))
    del sections[""]
    assert len(sections) == len(teaching.quiz(file.with_suffix(".yml"))) >= 10
    for heading, text in sections.items():
        answers, verdicts = text.split("<details>")
        n = len(re.findall(r"^- \(", answers, re.MULTILINE))
        said = re.findall(r"^- \(.\) \*(right|wrong)\*: \S", verdicts, re.MULTILINE)
        assert n == len(said) >= 3 and said.count("right") == 1, heading


# Explorers


def test_the_table_of_explorers_is_that_of_the_lessons():
    cells = [
        f"{path.name[:2]}/{cell.id}"
        for path in LESSONS
        for cell in read(path).cells
        if "explorer" in tags(cell)
    ]
    assert list(website.explorers()) == cells


def test_an_explorer_that_is_not_in_the_table_stops_the_build():
    cell = nbformat.v4.new_code_cell("explore()", id="new", metadata={"tags": ["explorer"]})
    with pytest.raises(ValueError, match="a row for 01/new"):
        website.lesson(small(cell), "01_x", "notebooks/01_x.ipynb", set(), README)


@pytest.mark.parametrize("key", list(website.explorers()))
def test_an_explorers_module_and_files_exist(key):
    entry = website.explorers()[key]
    html = website.place(entry, key)
    if "module" not in entry:
        assert entry == {} and "runs in the notebook" in html
        return
    assert (ROOT / "helpers" / "widgets" / f"{entry['module']}.js").exists()
    assert entry["label"] in html and "needs JavaScript" in html
    for value in entry["given"].values():
        if isinstance(value, dict) and "file" in value:
            assert (ROOT / value["file"]).exists() and value["file"] in website.loaded()


def test_a_state_holds_the_digits_that_the_lesson_shows():
    given = {"examples": {"digits": [31, 50]}, "rows": 3, "network": {"file": "data/a.npz"}}
    held = website.started({"state": "pad.pad_state", "given": given})
    pixels = np.frombuffer(base64.b64decode(held["examples"]), "uint8").reshape(-1, 784)
    assert np.array_equal(pixels, data.load("sample").test[[31, 50]])
    assert held["rows"] == 3 and held["network"] == {"file": "a.npz"}
    with pytest.raises(ValueError, match="rows must be"):
        website.started({"state": "pad.pad_state", "given": given | {"rows": 28}})


MODEL = """
import { Model, stateOf } from "FILE";
const model = new Model({ rows: 14, seed: 0 });
const heard = [];
const hear = (value) => heard.push(["rows", value]);
model.on("change:rows", hear);
model.on("change", () => heard.push(["any"]));
model.set("rows", 14);
model.save_changes();
model.set("rows", 15);
model.save_changes();
model.save_changes();
model.off("change:rows", hear);
model.set("rows", 16);
const state = stateOf('{"a": {"file": "m.npz"}, "b": [1], "c": null}', "http://x/_static/mount.js");
console.log(JSON.stringify({ heard, rows: model.get("rows"), seed: model.get("seed"), state }));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_a_page_gives_explorers_what_a_notebooks_model_gives(tmp_path):
    mount = tmp_path / "mount.mjs"
    shutil.copy(website.WEBSITE / "_static" / "mount.js", mount)
    script = tmp_path / "ask.mjs"
    script.write_text(MODEL.replace("FILE", mount.as_uri()), encoding="utf-8")
    done = subprocess.run(["node", script], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "heard": [["rows", 15], ["any"]],
        "rows": 16,
        "seed": 0,
        "state": {"a": "http://x/_static/explorers/m.npz", "b": [1], "c": None},
    }


# The theme, and folds


def test_pictures_keep_their_place_and_lists_have_names():
    page = '<img alt="A." src="a.png" style="width: 20px; height: 10px;" />'
    assert (
        website.mended(page) == '<img alt="A." src="a.png" width="20" height="10" loading="lazy" />'
    )
    page = website.mended('<p class="caption" role="heading"><aside class="sidebar-drawer">')
    assert 'aria-level="2"' in page and 'aria-label="All pages"' in page


def test_minutes_and_full_stops_stay_with_what_they_belong_to():
    page = website.mended("<h2>Count (7 min)</h2><p>It takes (7 min)</p>")
    assert page == "<h2>Count (7&nbsp;min)</h2><p>It takes (7 min)</p>"
    formula = '<span class="math notranslate nohighlight">\\(x_{&lt;d}\\)</span>'
    assert website.mended(f"<p>{formula}. {formula} is") == (
        f'<p><span class="whole">{formula}.</span> {formula} is'
    )


def test_styles_that_a_page_has_no_use_for_are_not_loaded():
    links = [f'<link rel="stylesheet" href="_static/{name}.css" />' for name in ("mystnb.1a", "x")]
    links.insert(1, '<link rel="stylesheet" href="_static/pygments.css?v=7" />')
    assert website.mended("".join(links)) == links[2]
    code = '<div class="highlight-python">'
    assert website.mended("".join([*links, code])) == links[1] + links[2] + code
    cell = '<div class="cell docutils">'
    assert website.mended("".join([*links, cell])) == links[0] + links[2] + cell


def test_a_quiz_is_told_to_its_styles():
    body = "<title>{}: 1 · A loss</title></head><body>"
    assert '<body class="quiz">' in website.mended(body.format("Quiz"))
    assert "<body>" in website.mended(body.format("Lesson"))


def test_an_output_of_one_line_is_marked():
    def output(text):
        return (
            '<div class="output stream highlight-x notranslate"><div class="highlight">'
            f"<pre><span></span>{text}\n</pre></div></div>"
        )

    one, two = output("○ Not tried yet."), output("a table\nof rows")
    assert website.mended(one) == one.replace("notranslate", "notranslate line", 1)
    assert website.mended(two) == two and website.mended(one + two).count(" line") == 1


def test_deeper_sections_are_folded_with_all_that_is_in_them():
    pytest.importorskip("furo")
    pytest.importorskip("myst_nb")
    import importlib.util

    from docutils import nodes

    spec = importlib.util.spec_from_file_location("conf", website.WEBSITE / "conf.py")
    conf = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conf)

    def section(title, *inside):
        return nodes.section("", nodes.title("", title), *inside, ids=[title])

    deep = section("Deeper: More", nodes.paragraph("", "a"), section("In it", nodes.paragraph()))
    document = nodes.document(None, None)
    document += section(
        "Lesson", nodes.paragraph("", "core"), deep, section("Core", nodes.paragraph())
    )

    class App:
        class builder:
            format = "html"

    conf.fold(App, document, "lesson")
    raw = [node.astext() for node in document.findall(nodes.raw)]
    assert raw == ['<details class="deeper"><summary>', "</summary>", "</details>"]
    assert isinstance(deep[0], nodes.raw) and isinstance(deep[1], nodes.title)
    assert deep[-1].astext() == "</details>" and deep[-2].astext().startswith("In it")
