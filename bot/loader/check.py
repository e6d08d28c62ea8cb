"""The knowledge tested like code: everything that would embarrass the bot, found before it is published."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.core.knowledge import Content
from bot.core.lexicon import FACT, Lexicon, subject_examples
from bot.core.text import fold
from bot.loader.build import build
from bot.loader.cache import COMMON
from bot.loader.conversations import covered_topics
from bot.loader.entries import file_problems
from bot.loader.files import Files, read_files
from bot.loader.neighbours import strangers
from bot.loader.problems import Problem, Severity
from bot.loader.schedules import centre_of, schedule_problems
from bot.loader.schema_files import outdated


def check(folder: Path, conversations: Path, schemas: Path, today: date, schedules: Path | None = None) -> list[Problem]:
    """All problems of a centre's knowledge, and of the schedules where they are that centre's, errors first."""
    files = read_files(folder)
    problems = [*file_problems(files), *_reviews(files, today), *_missing(files), *outdated(schemas)]
    if files.centre and not any(p.severity is Severity.ERROR for p in problems):
        content = build(files, files.centre, "")
        problems += _content(content, files, conversations, today)
        if schedules and centre_of(schedules) in (folder.resolve().name, ""):
            problems += schedule_problems(schedules, content)
    return sorted(problems, key=lambda p: (p.severity is Severity.WARNING, p))


def _reviews(files: Files, today: date) -> Iterator[Problem]:
    due = [(files.source_origin[i], i, e.review_by) for i, e in files.sources.items()]
    due += [(files.origin[i], "review_by", e.review_by) for i, e in files.subjects.items()]
    for origin, where, review_by in due:
        if review_by is not None and review_by < today:
            yield Problem(origin, where, f"termin sprawdzenia minął {review_by:%d.%m.%Y} – potwierdź, że to nadal prawda", Severity.WARNING)


def _missing(files: Files) -> Iterator[Problem]:
    """Parts of the website's pages that the centre has yet to write."""
    centre = files.centre_file.partition("/")[0]
    for page_id, entries in files.pages.items():
        written = {s.id: s.missing for entry in reversed(entries) for s in entry.sections}
        for section in (section for section, missing in written.items() if missing):
            yield Problem(f"{centre}/pages/{page_id}.yaml", section, "tę część strony ma uzupełnić ośrodek", Severity.WARNING)


def _content(content: Content, files: Files, conversations: Path, today: date) -> Iterator[Problem]:
    """What shows only when all files are read together."""
    yield from _past(content, files, today)
    yield from _duplicates(content, files)
    for label, text, other, similar in strangers(content, Lexicon(content)):
        origin = files.origin[label.partition(FACT)[0]]
        if _plain(text) != _plain(similar):  # told as a duplicate already
            yield Problem(origin, "examples", f"przykład „{text}” jest bliższy tematowi „{other}” („{similar}”) niż własnemu")
    yield from _untested(content, files, conversations)


def _untested(content: Content, files: Files, conversations: Path) -> Iterator[Problem]:
    """Topics and places without a test conversation; what a centre has of its own needs one at that centre."""
    tested, unreadable = covered_topics(conversations)
    yield from unreadable
    anywhere = {topic for _, topic in tested}
    for subject_id in content.subjects:
        owner = files.origin[subject_id].partition("/")[0]
        if not (subject_id in anywhere if owner == COMMON else (owner, subject_id) in tested):
            yield Problem(files.origin[subject_id], "", f"brakuje rozmowy testowej na ten temat w {conversations}")


def _past(content: Content, files: Files, today: date) -> Iterator[Problem]:
    for topic in content.topics():
        if topic.has_ended(today) and topic.ended is None:
            yield Problem(files.origin[topic.id], "ended", f"to skończyło się {topic.valid_until}, a odpowiedź tego nie mówi: dodaj ended")
        if topic.ended is not None and topic.valid_until is None:
            yield Problem(files.origin[topic.id], "valid_until", "jest ended, ale nie ma daty końca")


def _duplicates(content: Content, files: Files) -> Iterator[Problem]:
    """The same example under two topics, spelling and diacritics aside."""
    owner: dict[str, str] = {}
    for text, label in subject_examples(content):
        first = owner.setdefault(_plain(text), label)
        if first != label:
            yield Problem(files.origin[label.partition(FACT)[0]], "examples", f"przykład „{text}” jest też w temacie „{first}”")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
