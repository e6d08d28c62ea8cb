"""The knowledge tested like code: everything that would embarrass the bot, found before it is published."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import phonenumbers
from phonenumbers import shortnumberinfo

from bot.core.knowledge import Content
from bot.core.lexicon import FACT, Lexicon, subject_examples
from bot.core.text import fold
from bot.loader import schema
from bot.loader.build import build, references
from bot.loader.conversations import covered_topics
from bot.loader.files import Files, read_files
from bot.loader.hours_check import hours_problems
from bot.loader.neighbours import strangers
from bot.loader.problems import Problem, Severity
from bot.loader.schema_files import outdated

MIN_EXAMPLES = 3
"""A topic that is learnt from fewer sentences is not recognised."""
_COUNTRY = "PL"
_PHONE_IN_TEXT = re.compile(r"tel\.?:? ?((?:\d[ -]?){6,}\d)")


def check(folder: Path, conversations: Path, schemas: Path, today: date) -> list[Problem]:
    """All problems of a centre's knowledge, errors first."""
    files = read_files(folder)
    problems = [*files.problems, *references(files), *_entries(files), *_reviews(files, today), *outdated(schemas)]
    if files.centre and not any(p.severity is Severity.ERROR for p in problems):
        problems += _content(build(files, files.centre, ""), files, conversations, today)
    return sorted(problems, key=lambda p: (p.severity is Severity.WARNING, p))


def _entries(files: Files) -> Iterator[Problem]:
    """What can be said of each file by itself."""
    for subject_id, entry in files.subjects.items():
        origin = files.origin[subject_id]
        yield from _facts(origin, entry)
        yield from (Problem(origin, where, text) for where, text in _phones_in_texts(entry))
        if isinstance(entry, schema.PlaceFile):
            yield from _place(origin, entry)
        elif not entry.summary and not entry.choices:
            yield Problem(origin, "summary", "temat musi mieć odpowiedź: summary albo choices")
        elif entry.choices and not entry.ask:
            yield Problem(origin, "ask", "przy choices potrzebne jest pytanie, np. „O które biuro chodzi?”")
        if 0 < len(entry.examples.get("pl", [])) + len(entry.names) < MIN_EXAMPLES or not entry.examples.get("pl"):
            yield Problem(origin, "examples.pl", f"za mało przykładów – potrzebne co najmniej {MIN_EXAMPLES}")


def _facts(origin: str, entry: schema.PlaceFile | schema.TopicFile) -> Iterator[Problem]:
    seen = set()
    for fact in entry.facts:
        where = f"facts.{fact.id}"
        if fact.id in seen:
            yield Problem(origin, where, "taki fakt już jest w tym pliku")
        seen.add(fact.id)
        if (fact.text is None) == (fact.unstated is None):
            yield Problem(origin, where, "fakt ma mieć albo text (odpowiedź), albo unstated (czego źródła nie podają)")


def _place(origin: str, entry: schema.PlaceFile) -> Iterator[Problem]:
    for i, phone in enumerate(entry.phones):
        if not is_phone(phone.number):
            yield Problem(origin, f"phones.{i}.number", f"numer „{phone.number}” nie może istnieć – brakuje cyfry albo jest ich za dużo")
    if not entry.phones and not entry.address and not entry.ask:
        yield Problem(origin, "", "miejsce bez adresu i bez telefonu: dodaj address, phones albo ask")
    for where, text in (("hours", entry.hours), ("hours_in_frost", entry.hours_in_frost)):
        if text is not None:
            yield from (Problem(origin, where, problem) for problem in hours_problems(text))


def is_phone(number: str) -> bool:
    """Whether a Polish number, long or short, can exist."""
    try:
        parsed = phonenumbers.parse(number, _COUNTRY)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) or shortnumberinfo.is_valid_short_number_for_region(parsed, _COUNTRY)


def _phones_in_texts(entry: schema.PlaceFile | schema.TopicFile) -> Iterator[tuple[str, str]]:
    texts = [("summary", entry.summary)]
    texts += [(f"facts.{fact.id}.text", fact.text) for fact in entry.facts]
    if isinstance(entry, schema.TopicFile):
        texts.append(("ended", entry.ended))
    for where, text in texts:
        for number in _PHONE_IN_TEXT.findall(" ".join((text or {}).values())):
            if not is_phone(number):
                yield where, f"numer „{number}” nie może istnieć"


def _reviews(files: Files, today: date) -> Iterator[Problem]:
    due = [("sources.yaml", source_id, e.review_by) for source_id, e in files.sources.items()]
    due += [(files.origin[i], "review_by", e.review_by) for i, e in files.subjects.items()]
    for origin, where, review_by in due:
        if review_by is not None and review_by < today:
            yield Problem(origin, where, f"termin sprawdzenia minął {review_by:%d.%m.%Y} – potwierdź, że to nadal prawda", Severity.WARNING)


def _content(content: Content, files: Files, conversations: Path, today: date) -> Iterator[Problem]:
    """What shows only when all files are read together."""
    yield from _past(content, files, today)
    yield from _duplicates(content, files)
    for label, text, other, similar in strangers(content, Lexicon(content)):
        origin = files.origin[label.partition(FACT)[0]]
        yield Problem(origin, "examples", f"przykład „{text}” jest bliższy tematowi „{other}” („{similar}”) niż własnemu")
    tested = covered_topics(conversations)
    for subject in content.subjects.values():
        if subject.id not in tested:
            yield Problem(files.origin[subject.id], "", f"brakuje rozmowy testowej na ten temat w {conversations}")


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
        key = " ".join(re.findall(r"\w+", fold(text)))
        first = owner.setdefault(key, label)
        if first != label:
            yield Problem(files.origin[label.partition(FACT)[0]], "examples", f"przykład „{text}” jest też w temacie „{first}”")
