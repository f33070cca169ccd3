"""The stored form of a notebook: python tools/normalize.py [--check] [NOTEBOOK ...]

A notebook is stored executed, with everything left out that differs between two runs or two
machines. `normalize` brings it to that form, and changes nothing the second time. `problems` lists
what no rewriting should hide: errors, stderr, addresses of one machine, cells never run.
"""

from __future__ import annotations

import argparse
import base64
import re
import struct
import sys
from pathlib import Path

import nbformat
import nbformat.v4

if hasattr(sys.stdout, "reconfigure"):  # an old code page shows ? for the … that it lacks
    sys.stdout.reconfigure(errors="replace")

ROOT = Path(__file__).resolve().parent.parent
WIDGET_TYPES = (
    "application/vnd.jupyter.widget-view+json",
    "application/vnd.jupyter.widget-state+json",
)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = ("tags", "jupyter", "jp-MarkdownHeadingCollapsed")
READABLE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
HEX_ID = re.compile(r"(?=.*[0-9])[0-9a-f]{6,}(-[0-9a-f]{4,})*")
MACHINE_PATH = re.compile(
    r"(?<![\w/.:])/(?:home|root|work|Users|tmp|private|opt|usr|mnt|content|var)/[\w.\-]+"
    r"|\b[A-Za-z]:\\{1,2}(?:Users|Windows|Program)"
)
MEMORY_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_REMARKS = {b"tEXt", b"zTXt", b"iTXt", b"tIME"}


def plain_png(text: str) -> str:
    """A base64 PNG without its text and time chunks, which name library versions and dates."""
    data = base64.b64decode(text)
    if not data.startswith(PNG_SIGNATURE):
        return text
    kept, at = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        end = at + 12 + length
        if data[at + 4 : at + 8] not in PNG_REMARKS:
            kept.append(data[at:end])
        at = end
    return base64.b64encode(b"".join(kept)).decode() + "\n"


def normal_output(output: dict) -> dict | None:
    """One output in its stored form, or None if it is not stored."""
    if output["output_type"] in ("display_data", "execute_result"):
        if any(kind in output["data"] for kind in WIDGET_TYPES):
            return None
        output["metadata"] = {k: v for k, v in output["metadata"].items() if k in output["data"]}
        if "image/png" in output["data"]:
            output["data"]["image/png"] = plain_png(output["data"]["image/png"])
    return output


def merge_streams(outputs: list[dict]) -> list[dict]:
    """Join neighbouring pieces of one stream: where they were cut depends on timing."""
    merged: list[dict] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and output["output_type"] == last["output_type"] == "stream"
            and output["name"] == last["name"]
        ):
            last["text"] += output["text"]
        else:
            merged.append(output)
    return merged


def normalize(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Bring a notebook to its stored form, in place; cells, their ids and sources are kept."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in CELL_METADATA if cell.metadata.get(key)}
        )
        if cell.cell_type != "code":
            continue
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        outputs = [normal_output(output) for output in cell.outputs]
        cell.outputs = merge_streams([output for output in outputs if output is not None])
        for output in cell.outputs:
            if output["output_type"] == "execute_result":
                output["execution_count"] = cell.execution_count
    return notebook


def output_text(output: dict) -> str:
    """Everything in an output that is text, for a search; pictures are left out."""
    if output["output_type"] == "stream":
        return output["text"]
    if output["output_type"] == "error":
        return "\n".join(output["traceback"])
    data = output["data"]
    return "\n".join(str(data[kind]) for kind in data if not kind.startswith("image/"))


def problems(notebook: nbformat.NotebookNode) -> list[str]:
    """What must be mended by hand, one sentence each; empty for a notebook fit to be stored."""
    found = []
    if "widgets" in notebook.metadata:
        found.append("The notebook's metadata holds `widgets`; a reader would see load errors.")
    ids = [cell.get("id", "") for cell in notebook.cells]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        found.append(f"Two cells share the id {name!r}.")
    for name in ids:
        if not READABLE_ID.fullmatch(name) or HEX_ID.fullmatch(name):
            found.append(f"The cell id {name!r} is not readable: use words joined by hyphens.")
    expected = 0
    for cell in notebook.cells:
        name = cell.get("id", "?")
        for key in sorted(set(cell.metadata) - set(CELL_METADATA)):
            found.append(f"Cell {name}: its metadata holds {key!r}, which differs between runs.")
        if path := MACHINE_PATH.search(cell.source):
            found.append(f"Cell {name}: its source names a path of one machine, {path.group()}.")
        if cell.cell_type != "code":
            continue
        expected += 1
        if cell.execution_count is None:
            found.append(f"Cell {name} was never run.")
        elif cell.execution_count != expected:
            found.append(
                f"Cell {name} is code cell {expected} and was run as number"
                f" {cell.execution_count}: run all, from a clean kernel."
            )
        for output in cell.outputs:
            if output["output_type"] == "error":
                found.append(f"Cell {name} raised {output['ename']}: {output['evalue']}")
                continue
            if output.get("name") == "stderr":
                found.append(f"Cell {name} printed to stderr: {output['text'][:200].strip()}")
            text = output_text(output)
            if path := MACHINE_PATH.search(text):
                found.append(f"Cell {name} shows a path of one machine, {path.group()}.")
            if address := MEMORY_ADDRESS.search(text):
                found.append(f"Cell {name} shows a memory address, {address.group()}.")
            if any(kind in output.get("data", {}) for kind in WIDGET_TYPES):
                found.append(f"Cell {name} stores a widget view; a reader would see an error.")
    return found


def read(path: Path) -> nbformat.NotebookNode:
    """A notebook as it lies on disk: `nbformat.read` would give new ids to repeated ones."""
    return nbformat.v4.reads(path.read_text(encoding="utf-8"))


def text_of(notebook: nbformat.NotebookNode) -> str:
    """The text of a notebook's file."""
    return nbformat.v4.writes(notebook) + "\n"


def write(notebook: nbformat.NotebookNode, path: Path) -> bool:
    """Store a notebook; True if the file changed."""
    text = text_of(notebook)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every lesson")
    parser.add_argument("--check", action="store_true", help="write nothing, only look")
    options = parser.parse_args()
    bad = 0
    for path in options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = read(path)
        if not options.check:
            write(normalize(notebook), path)
        for problem in problems(notebook):
            print(f"{path.name}: {problem}")
            bad += 1
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
