"""One text of an explorer and the modules it imports: anywidget takes a single ES module.

The files follow one another, what is imported first, without their ``import`` lines and the word
``export``. So an import names a file beside it (``import { a, b } from "./b.js"``), and no two
files declare the same name.
"""

import pathlib
import re

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
DECLARED = re.compile(
    r"^(export )?(?:async )?(?:function\*?|class|const|let|var) (\w+)", re.MULTILINE
)
LEFT = re.compile(r"^(?:import\b|export\b(?! default)|(?:const|let|var) [\[{]).*", re.MULTILINE)


def bundle(entry) -> str:
    """Return the module `entry` and all that it imports as one text, which imports nothing.

    Raises:
        ValueError: naming the file, if it imports or exports in another way, imports what is not
            exported, or declares a name that another file has.
    """
    texts: dict[pathlib.Path, str] = {}
    _gather(pathlib.Path(entry).resolve(), texts, ())
    return "\n".join(_plain(file, text) for file, text in texts.items())


def _gather(file, texts, above):
    """Put `file` into `texts` behind all that it imports."""
    if file in above:
        raise ValueError(f"{file.name} must not import itself, by way of {above[-1].name}.")
    if file in texts:
        return
    text = file.read_text(encoding="utf-8")
    for names, path in IMPORT.findall(text):
        other = (file.parent / path).resolve()
        _gather(other, texts, (*above, file))
        exported = {name for export, name in DECLARED.findall(texts[other]) if export}
        if missing := set(re.split(r"[\s,]+", names)) - exported - {""}:
            raise ValueError(f"{other.name} must export {', '.join(sorted(missing))}.")
    if above and "\nexport default" in text:
        raise ValueError(f"{file.name} must not export default, as {above[-1].name} imports it.")
    for other, there in texts.items():
        both = {n for _, n in DECLARED.findall(text)} & {n for _, n in DECLARED.findall(there)}
        if both:
            files = f"{other.name} and {file.name}"
            raise ValueError(f"{min(both)} must be declared once, got it in {files}.")
    texts[file] = text


def _plain(file, text):
    text = DECLARED.sub(lambda match: match[0].removeprefix("export "), IMPORT.sub("", text))
    if left := LEFT.search(text):
        raise ValueError(f"{file.name} must import and export name by name, got {left[0]!r}.")
    return text
