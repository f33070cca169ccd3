"""The teaching pages hold what the lessons promise, and are up to date."""

import pytest
from lesson_parts import tags
from normalize import ROOT, read
from slides import included, parts, slide

from teaching import TEACHING, bold_terms, lessons, objectives, pages, quiz, serving, terms

each_lesson = pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)


def test_pages_are_up_to_date():
    for path, text in pages().items():
        assert path.exists(), f"{path.name}: run python tools/teaching.py"
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run tools/teaching.py"


@each_lesson
def test_each_objective_is_taught_and_practised_and_each_exercise_serves_one(path):
    notebook = read(path)
    promised = objectives(notebook)
    assert len(promised) >= 3
    for number, text in enumerate(promised, 1):
        sections, exercises = serving(notebook, number)
        assert sections, f"no section serves: {text}"
        assert exercises, f"no exercise serves: {text}"
    known = {f"objective-{n}" for n in range(1, len(promised) + 1)}
    for cell in notebook.cells:
        marks = {tag for tag in tags(cell) if tag.startswith("objective-")}
        assert marks <= known, f"{cell.id}: {marks - known}"
        if "exercise" in tags(cell):
            assert marks, f"{cell.id} serves no objective"


@each_lesson
def test_every_bold_term_is_in_the_glossary(path):
    known = {term.lower() for term in terms()}
    missing = {t for t in bold_terms(read(path)) if t.lower() not in known}
    assert not missing, f"define, or set in italics: {sorted(missing)}"


def test_every_glossary_term_is_used_in_bold():
    bold = {term.lower() for path in lessons() for term in bold_terms(read(path))}
    assert not {term for term in terms() if term.lower() not in bold}


@each_lesson
def test_each_lesson_links_to_the_glossary(path):
    assert "../teaching/glossary.md" in "\n".join(c.source for c in read(path).cells[:6])


@each_lesson
def test_ten_questions_with_one_right_answer_and_a_reason_for_each(path):
    questions = quiz(TEACHING / "quiz" / f"{path.stem[:2]}.yml")
    assert len(questions) == 10
    places = []
    for entry in questions:
        answers = entry["answers"]
        assert 3 <= len(answers) <= 5, entry["question"]
        assert sum(bool(answer.get("right")) for answer in answers) == 1, entry["question"]
        assert all(len(answer["why"].split()) >= 4 for answer in answers), entry["question"]
        assert len({answer["text"] for answer in answers}) == len(answers)
        places.append(next(i for i, answer in enumerate(answers) if answer.get("right")))
    assert len(set(places)) >= 3, "the right answer must not always stand in the same place"


@each_lesson
def test_a_deck_of_20_to_35_slides_from_the_core_path(path):
    text = (TEACHING / "decks" / f"{path.stem[:2]}.md").read_text(encoding="utf-8")
    made = [slide(read(path), *one) for one in parts(text)]  # refuses deeper cells
    assert 20 <= len(made) <= 35
    noted = sum('<aside class="notes">' in one for one in made)
    assert noted >= len(made) / 2, "speaker notes say what to ask the class"
    assert sum("<img" in one for one in made) >= 5


def test_a_deck_refuses_deeper_and_unknown_cells():
    notebook = read(lessons()[0])
    code = next(c for c in notebook.cells if c.cell_type == "code" and c.outputs)
    assert included(notebook, "run", code.id)
    code.metadata["tags"] = ["deeper"]
    with pytest.raises(ValueError, match="deeper"):
        included(notebook, "run", code.id)
    with pytest.raises(ValueError, match="no-such-cell"):
        included(notebook, None, "no-such-cell")


def test_a_progress_bar_is_left_out():
    notebook = read(lessons()[3])
    code = next(c for c in notebook.cells if c.id == "train")
    assert any("█" in output.get("data", {}).get("text/plain", "") for output in code.outputs)
    assert "█" not in included(notebook, None, "train")


def test_notes_are_kept_apart_from_the_slide():
    assert parts("# A\n\ntext\n\nNote: ask\n---\n## B") == [("# A\n\ntext", "ask"), ("## B", "")]


def test_the_guide_for_teachers_exists():
    text = (ROOT / "teaching" / "README.md").read_text(encoding="utf-8")
    for words in ("50 minutes", "180", "board", "go wrong", "skip"):
        assert words in text
