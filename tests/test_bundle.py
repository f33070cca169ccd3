"""Explorers are joined with what they import into one text, or the fault is named."""

import pytest

from helpers.widgets.bundle import bundle


@pytest.fixture
def write(tmp_path):
    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/")
            path = path.with_name(path.name + ".js")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "entry.js"

    return write


def test_files_follow_what_they_import_each_once_without_imports_and_exports(write):
    entry = write(
        entry='import { a } from "./one.js";\nimport {\n  b,\n  c,\n} from "./deep/two.js";\n'
        "\nexport default { a, b, c };\n",
        one='import { b } from "./deep/two.js";\nexport const a = b + 1;\n',
        deep__two="export function b() {}\nexport async function c() {}\nconst export_ = 1;\n",
    )
    assert bundle(entry) == (
        "function b() {}\nasync function c() {}\nconst export_ = 1;\n\n"
        "const a = b + 1;\n\n\nexport default { a, b, c };\n"
    )


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"one": "const a = 1;\n"}, "one.js must export a"),
        ({"one": "export const b = 1;\n"}, "one.js must export a"),
        ({"one": "export const a = 1;\nclass here {}\n"}, "here must be declared once, got it in"),
        ({"one": "export const a = 1;\nfunction* here() {}\n"}, "here must be declared once"),
        ({"one": "export const a = 1;\nexport { b };\n"}, "one.js must import and export name by"),
        ({"one": "export const a = 1;\nexport * from './x.js';\n"}, "one.js must import and"),
        ({"one": "export const a = 1;\nimport x from './x.js';\n"}, "one.js must import and"),
        ({"one": "export const a = 1;\nimport * as x from './x.js';\n"}, "one.js must import and"),
        ({"one": "export const a = 1;\nconst { here } = a;\n"}, "one.js must import and"),
        ({"one": "export const a = 1;\nexport default a;\n"}, "one.js must not export default"),
        ({"one": 'import { here } from "./entry.js";\nexport const a = 1;\n'}, "not import itself"),
    ],
    ids=str,
)
def test_what_cannot_be_joined_is_named(write, files, says):
    entry = write(entry='import { a } from "./one.js";\nexport const here = a;\n', **files)
    with pytest.raises(ValueError, match=says):
        bundle(entry)


def test_a_renamed_import_is_refused(write):
    entry = write(entry='import { a as b } from "./one.js";\n', one="export const a = 1;\n")
    with pytest.raises(ValueError, match="must export as, b"):
        bundle(entry)


@pytest.mark.parametrize("name", ["pad", "mask_explorer"])
def test_explorers_are_one_module_that_asks_for_nothing(root, name):
    text = bundle(root / "helpers" / "widgets" / f"{name}.js")
    assert "\nimport " not in text and text.count("\nexport ") == 1
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
