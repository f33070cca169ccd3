"""Settings of the website for sphinx; `tools/website.py` writes what they are applied to."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))  # for website.slug

from docutils import nodes  # noqa: E402

project = "Autoregressive autoencoders, hands on"
author = "The authors of the course"
html_title = project
language = "en"

extensions = ["myst_nb", "sphinx.ext.mathjax"]
root_doc = "index"
html_theme = "furo"
html_static_path = [str(Path(__file__).parent / "_static")]
html_css_files = ["site.css"]
html_js_files = ["site.js", "quiz.js", ("mount.js", {"type": "module"})]
html_favicon = str(Path(__file__).parent / "_static" / "icon.svg")
html_permalinks = False
html_use_index = False
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_merge_streams = True
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
myst_heading_slug_func = "website.slug"
myst_update_mathjax = False
myst_url_schemes = ["http", "https", "mailto", "site"]

mathjax_path = "formulas.js"


def fold(app, doctree, docname) -> None:
    """Fold every section whose heading begins with `Deeper:`; a click on the heading opens it."""
    if app.builder.format != "html":
        return
    for section in list(doctree.findall(nodes.section)):
        title = section.next_node(nodes.title)
        if title is None or not title.astext().startswith("Deeper:"):
            continue
        at = section.index(title)
        section.insert(at, nodes.raw("", '<details class="deeper"><summary>', format="html"))
        section.insert(at + 2, nodes.raw("", "</summary>", format="html"))
        section.append(nodes.raw("", "</details>", format="html"))


def unmark(app, doctree, docname) -> None:
    """Take the mark off links to files beside the pages (`site:../files/…`)."""
    for link in doctree.findall(nodes.reference):
        link["refuri"] = link.get("refuri", "").removeprefix("site:") or None
        if link["refuri"] is None:
            del link["refuri"]


def setup(app) -> dict:
    app.connect("doctree-resolved", fold)
    app.connect("doctree-resolved", unmark)
    return {"parallel_read_safe": True}
