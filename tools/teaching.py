"""Bring the teaching pages up to date: python tools/teaching.py [--check]

What is written by hand lies in `teaching/glossary/` and `teaching/quiz/`, one YAML file a lesson;
the pages for people are made from it, and from the lessons:

- `teaching/objectives.md`: which sections and exercises serve which objective. A lesson's
  objectives are the points of its **What you'll learn**, counted from 1; a heading's or an
  exercise's cell that serves the second carries the tag `objective-2`.
- `teaching/glossary.md`: the words that the lessons put in bold, with the lesson each comes from.
- `teaching/quiz/NN.md`: the questions, each with its answers folded away.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml
from lesson_parts import heading, tags
from normalize import ROOT, read

TEACHING = ROOT / "teaching"
MADE_BY = "<!-- Made by tools/teaching.py; edit {source} instead. -->"
BOLD = re.compile(r"\*\*([^*\n]+?)\*\*")
LABELS = re.compile(  # bold that opens a paragraph or asks for a guess is no term
    r"(what you'll|predict|minutes|try|claim|answer|in practice|caution|read this|note|ask|look|"
    r"check|task|hint|in short|why|so|solution)\b",
    re.IGNORECASE,
)


def lessons() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def title(notebook) -> str:
    return notebook.cells[0].source.split("\n", 1)[0].removeprefix("# ")


def anchor(text: str) -> str:
    """The address of a heading inside a notebook, as JupyterLab and GitHub make it."""
    return "#" + text.replace(" ", "-")


def objectives(notebook) -> list[str]:
    """The points under **What you'll learn**."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "What you'll learn" in cell.source.replace("’", "'"):
            after = cell.source.replace("’", "'").split("What you'll learn", 1)[1]
            block = re.split(r"\n\s*\n(?!- )", after.split("\n", 1)[1])[0]
            return [" ".join(p.split()) for p in re.split(r"^- ", block, flags=re.M) if p.strip()]
    return []


def serving(notebook, number: int) -> tuple[list[str], list[str]]:
    """(sections, exercises) that carry the tag of an objective, by their headings."""
    sections, exercises, last, among = [], [], "", False
    for cell in notebook.cells:
        if head := heading(cell):
            last = head[1]
            among = last == "Exercises" or (among and head[0] > 2)
        group = exercises if among else sections
        if f"objective-{number}" in tags(cell) and last not in group:
            group.append(last)
    return sections, exercises


def objectives_page() -> str:
    lines = [MADE_BY.format(source="the tags of the lessons"), "# Learning objectives", ""]
    lines += ["What each lesson promises, where it is taught and where it is practised.", ""]
    for path in lessons():
        notebook = read(path)
        lines += [f"## {title(notebook)}", "", "| objective | sections | exercises |"]
        lines += ["| --- | --- | --- |"]
        for number, text in enumerate(objectives(notebook), 1):
            cells = ["; ".join(found) for found in serving(notebook, number)]
            lines.append(f"| {text.rstrip(';.')} | {cells[0]} | {cells[1]} |")
        lines.append("")
    return "\n".join(lines)


def terms() -> dict[str, tuple[str, int]]:
    """{term: (definition, lesson)} of all glossaries, in alphabetical order."""
    found = {}
    for file in sorted((TEACHING / "glossary").glob("*.yml")):
        entries = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for term, definition in entries.items():
            if term in found:
                raise ValueError(f"the term {term!r} is defined twice, again in {file.name}.")
            found[str(term)] = (" ".join(str(definition).split()), int(file.stem))
    return dict(sorted(found.items(), key=lambda entry: entry[0].lower()))


def glossary_page() -> str:
    files = {int(path.stem[:2]): path.name for path in lessons()}
    lines = [MADE_BY.format(source="teaching/glossary/"), "# Glossary", ""]
    lines += ["The words that the lessons put in bold, and where each is explained.", ""]
    for term, (definition, number) in terms().items():
        where = f"[lesson {number}](../notebooks/{files[number]})"
        lines += [f"**{term}**", f": {definition} ({where})", ""]
    return "\n".join(lines)


def bold_terms(notebook) -> list[str]:
    """The terms that a lesson puts in bold, without the words that open a paragraph."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)
            for match in BOLD.finditer(text):
                term = match[1].strip()
                opens = text[: match.start()].rstrip(" ").endswith("\n") or match.start() == 0
                label = term.endswith((".", ":", "?", "…")) or LABELS.match(term)
                if not (label or (opens and text[match.end() : match.end() + 1] in ":")):
                    found.append(term.rstrip(",;"))
    return found


def quiz(file: Path) -> list[dict]:
    """The questions of one lesson: `question`, `answers` of `text`, `why`, and `right` once."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def quiz_page(file: Path) -> str:
    name = title(read(next(p for p in lessons() if p.name.startswith(file.stem))))
    lines = [MADE_BY.format(source=f"teaching/quiz/{file.name}"), f"# Quiz: {name}", ""]
    for number, entry in enumerate(quiz(file), 1):
        lines += [f"## {number}. {entry['question'].strip()}", ""]
        letters = "abcdef"
        for letter, answer in zip(letters, entry["answers"], strict=False):
            lines.append(f"- ({letter}) {answer['text'].strip()}")
        lines += ["", "<details><summary>Answers</summary>", ""]
        for letter, answer in zip(letters, entry["answers"], strict=False):
            verdict = "right" if answer.get("right") else "wrong"
            lines.append(f"- ({letter}) *{verdict}*: {' '.join(answer['why'].split())}")
        lines += ["", "</details>", ""]
    return "\n".join(lines)


def pages() -> dict[Path, str]:
    """Every page that is made, with its text."""
    made = {
        TEACHING / "objectives.md": objectives_page(),
        TEACHING / "glossary.md": glossary_page(),
    }
    for file in sorted((TEACHING / "quiz").glob("*.yml")):
        made[file.with_suffix(".md")] = quiz_page(file)
    return {path: text.rstrip() + "\n" for path, text in made.items()}


def main(arguments: list[str]) -> int:
    stale = [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        print(f"{path.relative_to(ROOT)} {'is stale' if '--check' in arguments else 'written'}")
        if "--check" not in arguments:
            path.write_text(pages()[path], encoding="utf-8", newline="\n")
    return bool(stale) and "--check" in arguments


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
