"""The house keeps its rules: text in UTF-8, small rooms, arrows downwards, a complete map."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from test_environment import tracked

ROOT = Path(__file__).resolve().parent.parent

# --- text is UTF-8, whatever the machine's code page ---------------------------------------------

TEXT_CALLS = {"open", "read_text", "write_text", "fdopen", "TextIOWrapper", "FileHandler"}
TEXT_CALLS |= {"NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "FileInput"}
TEXT_CALLS |= {"loadtxt", "savetxt", "genfromtxt"}
NO_ENCODING = {"popen", "getoutput", "getstatusoutput"}  # no way to say it: subprocess.run instead
BINARY_OPEN = {"Image", "webbrowser", "os", "tarfile", "zipfile"}  # whose `open` reads no text
BINARY_BY_DEFAULT = {"NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "gzip", "lzma"}


def code_page_calls(source: str, strings: bool = True) -> list[int]:
    """Lines of `source` on which text passes through the machine's own encoding.

    With `strings`, code in a string (for `python -c`, say) is read as well.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if strings and isinstance(node, ast.Constant) and isinstance(node.value, str):
            if any(word in node.value for word in ("open(", "_text(", "text=True")):
                try:
                    found += [node.lineno for _ in code_page_calls(node.value)]
                except SyntaxError:  # prose
                    pass
        if isinstance(node, ast.Call) and passes_through_the_code_page(node):
            found.append(node.lineno)
    return found


def passes_through_the_code_page(call: ast.Call) -> bool:
    owner, name = "", getattr(call.func, "id", "")
    if isinstance(call.func, ast.Attribute):
        name = call.func.attr
        owner = ast.unparse(call.func.value).split(".")[-1]
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in NO_ENCODING:
        return True
    if "encoding" in given or owner == "files":  # helpers.files writes UTF-8
        return False
    for flag in ("text", "universal_newlines"):
        if flag in given and getattr(given[flag], "value", None) is True:
            return True
    if name not in TEXT_CALLS or (name == "open" and owner in BINARY_OPEN):
        return False
    strings = [arg.value for arg in [*call.args, *given.values()] if isinstance(arg, ast.Constant)]
    modes = [s for s in strings if isinstance(s, str) and s and set(s) <= set("rwaxbt+")]
    if not modes:
        return not {name, owner} & BINARY_BY_DEFAULT
    return not any("b" in mode for mode in modes)


@pytest.mark.parametrize(
    "line",
    [
        "open('a.txt')",
        "open('a.txt', 'w')",
        "path.open()",
        "path.open(mode='a')",
        "path.read_text()",
        "path.write_text('x', newline='')",
        "os.fdopen(3, 'w')",
        "tempfile.NamedTemporaryFile('w')",
        "gzip.open(path, 'rt')",
        "subprocess.run(command, capture_output=True, text=True)",
        "subprocess.check_output(command, universal_newlines=True)",
        "os.popen('ls')",
        "np.loadtxt('a.csv')",
        "run([python, '-c', 'print(open(1).read())'])",
    ],
)
def test_text_in_the_machines_encoding_is_seen(line):
    assert code_page_calls(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "open('a.txt', encoding='utf-8')",
        "open('a.npz', 'rb')",
        "path.open('wb')",
        "path.read_text(encoding='utf-8')",
        "tempfile.TemporaryFile()",
        "gzip.open(path)",
        "PIL.Image.open(path)",
        "files.write_text(path, text)",
        "subprocess.run(command, capture_output=True, encoding='utf-8')",
        "ax.set(text='open() reads')",
    ],
)
def test_text_in_a_named_encoding_passes(line):
    assert code_page_calls(line) == []


def test_every_text_names_its_encoding():
    found = []
    for file in tracked():
        if file.suffix == ".py":
            sources = {"": file.read_text(encoding="utf-8")}
        elif file.suffix == ".ipynb":
            cells = nbformat.read(file, 4).cells
            sources = {f" {cell.id}": cell.source for cell in cells if cell.cell_type == "code"}
        else:
            continue
        for where, source in sources.items():
            lines = code_page_calls(source, strings=file != Path(__file__))  # examples, here
            found += [f"{file.relative_to(ROOT)}{where}, line {line}" for line in lines]
    assert not found, 'say encoding="utf-8" in\n' + "\n".join(found)


def printed(code: str, encoding: str) -> str:
    """What a Python process prints where the console has this `encoding`."""
    command = [sys.executable, "-c", code]
    variables = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(encoding)


@pytest.mark.parametrize(
    "encoding, shown", [("utf-8", "✓ Correct. −σ"), ("cp1252", "? Correct. ??")]
)
def test_a_verdict_can_be_printed_on_any_console(encoding, shown):
    code = "from helpers.exercises import correct; print(correct('\\u2212\\u03c3'))"
    assert printed(code, encoding).strip() == shown


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_the_tools_print_on_any_console(encoding):
    code = "import sys; sys.path.insert(0, 'tools'); import run_notebooks; print('\\u2713 \\u2026')"
    assert printed(code, encoding).strip()[0] in "?✓"
