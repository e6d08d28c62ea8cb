"""What can be said of each knowledge file by itself, beyond its fields: hours that parse, phones that exist, facts that answer. Checked at every load."""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import shortnumberinfo

from bot.core.query import MAX_KEY, Query, key_of
from bot.loader import schema
from bot.loader.build import references
from bot.loader.files import Files
from bot.loader.hours_check import hours_problems
from bot.loader.problems import Problem

MIN_EXAMPLES = 3
"""A topic that is learnt from fewer sentences is not recognised."""
_COUNTRY = "PL"
_PHONE_IN_TEXT = re.compile(r"tel\.?:? ?((?:\d[ -]?){6,}\d)|(?<![\d,.])(\d{2,3}(?:[ -]\d{2,3}){2,3}+)(?!\d|[,.]\d| ?zł| ?os)")
_GLUED = " - "


def file_problems(files: Files) -> list[Problem]:
    """All that keeps the files from being loaded: in reading them, in what they refer to, and in what they say."""
    return [*files.problems, *references(files), *_entries(files)]


def _entries(files: Files) -> Iterator[Problem]:
    for subject_id, entry in files.subjects.items():
        origin = files.origin[subject_id]
        yield from _facts(origin, entry)
        yield from (Problem(origin, where, text) for where, text in _keys(subject_id, entry, files))
        yield from (Problem(origin, where, text) for where, text in _phones_in_texts(entry))
        yield from (Problem(origin, where, text) for where, text in _glued(entry))
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


def _keys(subject_id: str, entry: schema.PlaceFile | schema.TopicFile, files: Files) -> Iterator[tuple[str, str]]:
    """Ids that together are too long for a button: of the file, a fact and the longest aspect."""
    aspect = max(files.aspects, key=len, default="")
    for where, facts in [("", ()), *((f"facts.{fact.id}", (fact.id,)) for fact in entry.facts)]:
        excess = len(key_of(Query(subject_id, facts, (aspect,)), days_ahead=1)) - MAX_KEY
        if excess > 0:
            what = "nazwa pliku razem z id faktu" if facts else "nazwa pliku"
            yield where, f"{what} jest za długa na przycisk – skróć o {excess} zn."
            return


def _place(origin: str, entry: schema.PlaceFile) -> Iterator[Problem]:
    for i, phone in enumerate(entry.phones, start=1):
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
        for found in _PHONE_IN_TEXT.finditer(" ".join((text or {}).values())):
            number = found[1] or found[2]
            if not is_phone(number):
                yield where, f"numer „{number}” nie może istnieć"


def _glued(entry: schema.PlaceFile | schema.TopicFile) -> Iterator[tuple[str, str]]:
    """List items that an indentation too deep has joined into one: YAML says nothing about it."""
    lists = [("names", entry.names), *((f"examples.{lang}", texts) for lang, texts in entry.examples.items())]
    lists += [(f"facts.{fact.id}.examples.{lang}", texts) for fact in entry.facts for lang, texts in fact.examples.items()]
    for where, texts in lists:
        for text in texts:
            if _GLUED in text:
                yield where, f"„{text}”: dwa punkty listy skleiły się w jeden – wyrównaj myślniki (a w środku zdania pisz – zamiast -)"
