"""From validated files to the core's knowledge: references resolved, texts and numbers brought to one form."""

from collections.abc import Iterator, Mapping, Sequence

from bot.core.knowledge import (
    Address,
    Aspect,
    Centre,
    Content,
    Crisis,
    Examples,
    Fact,
    Kind,
    Page,
    Phone,
    Place,
    Section,
    Source,
    Topic,
)
from bot.core.text import fold, tokens
from bot.loader import schema
from bot.loader.files import Files
from bot.loader.problems import Problem

_COUNTRY = "+48"
_NATIONAL_DIGITS = 9


def references(files: Files) -> Iterator[Problem]:
    """Every reference to something that is not there."""
    for subject_id, entry in files.subjects.items():
        origin = files.origin[subject_id]
        for where, target in _subject_references(entry):
            if target not in files.origin:
                yield Problem(origin, where, f"nie ma tematu ani miejsca „{target}”")
            elif (where in ("place", "ask") or "contacts" in where) and isinstance(files.subjects.get(target), schema.TopicFile):
                yield Problem(origin, where, f"„{target}” nie jest miejscem ani kontaktem")
        if not any(p.file.endswith("/sources.yaml") for p in files.problems):
            yield from _source_references(files, origin, entry)
    if files.centre:
        yield from _centre_references(files, files.centre)
    for kind, crisis in files.crises.items():
        missing = [target for target in crisis.calls if target not in files.origin]
        yield from (Problem("common/crisis.yaml", f"{kind}.calls", f"nie ma kontaktu „{target}”") for target in missing)
        if kind not in files.crisis_examples:
            yield Problem("common/crisis.yaml", kind, f"brakuje przykładów: common/crisis/{kind}.yaml")
    for kind in files.crisis_examples.keys() - files.crises.keys():
        yield Problem(f"common/crisis/{kind}.yaml", "", f"w crisis.yaml nie ma rodzaju zagrożenia „{kind}”")


def _centre_references(files: Files, centre: schema.CentreFile) -> Iterator[Problem]:
    named = [("ask", centre.ask), *(("main_places", p) for p in centre.main_places), *(("menu", m) for m in centre.menu)]
    for kind, places in centre.crisis_contacts.items():
        named += [(f"crisis_contacts.{kind}", place) for place in places]
        if kind not in files.crises:
            yield Problem(files.centre_file, f"crisis_contacts.{kind}", "nie ma takiego rodzaju zagrożenia w crisis.yaml")
    for where, target in named:
        if target not in files.origin:
            yield Problem(files.centre_file, where, f"nie ma tematu ani miejsca „{target}”")


def _subject_references(entry: schema.PlaceFile | schema.TopicFile) -> Iterator[tuple[str, str]]:
    yield from (("see_also", target) for target in entry.see_also)
    if isinstance(entry, schema.PlaceFile):
        if entry.ask:
            yield "ask", entry.ask
    else:
        yield from (("contacts", target) for target in entry.contacts)
        yield from (("choices", target) for target in entry.choices)
        if entry.place:
            yield "place", entry.place
    for fact in entry.facts:
        yield from ((f"facts.{fact.id}.contacts", target) for target in fact.contacts)


def _source_references(files: Files, origin: str, entry: schema.PlaceFile | schema.TopicFile) -> Iterator[Problem]:
    if entry.source not in files.sources:
        yield Problem(origin, "source", f"nie ma źródła „{entry.source}” w sources.yaml")
    for fact in entry.facts:
        if fact.source and fact.source not in files.sources:
            yield Problem(origin, f"facts.{fact.id}.source", f"nie ma źródła „{fact.source}” w sources.yaml")


def build(files: Files, centre: schema.CentreFile, digest: str) -> Content:
    """The content of a centre whose files have no errors; `digest` is kept with it."""
    sources = {i: Source(i, e.title, e.as_of, e.review_by) for i, e in files.sources.items()}
    home = tuple(fold(name) for name in centre.home)
    return Content(
        centre=Centre(
            name=centre.name,
            city=centre.city,
            home=tuple(centre.home),
            ask=centre.ask,
            main_places=tuple(centre.main_places),
            menu=tuple(centre.menu),
            crisis_contacts={k: tuple(v) for k, v in centre.crisis_contacts.items()},
        ),
        subjects={i: _subject(i, e, sources, elsewhere=i in files.elsewhere) for i, e in files.subjects.items()},
        aspects={i: Aspect(i, a.title, a.about, tuple(w for words in a.words.values() for w in words)) for i, a in files.aspects.items()},
        crises={i: _crisis(i, e, files.crisis_examples[i]) for i, e in files.crises.items()},
        shorthand={fold(short): tuple(tokens(fold(full))) for short, full in files.shorthand.items()},
        towns=tuple(t for t in files.towns if not fold(t).lstrip("=").startswith(home)),
        words=files.words,
        nearmiss=tuple(files.nearmiss),
        pages={i: _page(i, entries) for i, entries in sorted(files.pages.items())},
        digest=digest,
    )


def _subject(subject_id: str, entry: schema.PlaceFile | schema.TopicFile, sources: Mapping[str, Source], *, elsewhere: bool) -> Place | Topic:
    common = {
        "id": subject_id,
        "names": tuple(entry.names),
        "examples": _examples(entry.examples),
        "summary": entry.summary,
        "facts": tuple(_fact(f, entry.source, sources) for f in entry.facts),
        "source": sources[entry.source],
        "see_also": tuple(entry.see_also),
        "review_by": entry.review_by,
    }
    if isinstance(entry, schema.PlaceFile):
        return Place(
            **common,  # type: ignore[arg-type]  # the fields every subject has
            title=entry.name,
            short=entry.short or entry.name,
            gender=entry.gender,
            address=_address(entry.address),
            phones=tuple(Phone(e164(p.number), p.number, p.label, p.note) for p in entry.phones),
            hours=entry.hours,
            hours_in_frost=entry.hours_in_frost,
            hours_note=entry.hours_note,
            ask=entry.ask,
        )
    kind = Kind.ELSEWHERE if elsewhere else Kind.CHOICE if entry.choices else Kind(entry.kind)
    return Topic(
        **common,  # type: ignore[arg-type]
        title=entry.title,
        kind=kind,
        contacts=tuple(entry.contacts),
        place=entry.place,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        ended=entry.ended,
        ask=entry.ask,
        choices=tuple(entry.choices),
        commands=tuple(entry.commands),
        menu=entry.menu,
        phones=entry.phones,
        action=entry.action,
    )


def _fact(entry: schema.FactEntry, source: str, sources: Mapping[str, Source]) -> Fact:
    return Fact(
        id=entry.id,
        title=entry.title,
        text=entry.text,
        unstated=entry.unstated,
        words=tuple(entry.words),
        examples=_examples(entry.examples),
        source=sources[entry.source or source],
        contacts=tuple(entry.contacts),
        valid_until=entry.valid_until,
    )


def _crisis(kind: str, entry: schema.CrisisFile, examples: schema.CrisisExamples) -> Crisis:
    return Crisis(kind, entry.lead, entry.steps, tuple(entry.calls), _examples(examples.signs), _examples(examples.examples))


def _page(page_id: str, entries: Sequence[schema.PageFile]) -> Page:
    """The centre's sections, then those of the common file that it does not have."""
    sections = {s.id: s for entry in reversed(entries) for s in entry.sections}
    order = dict.fromkeys(s.id for entry in entries for s in entry.sections)
    found = tuple(Section(i, sections[i].title, sections[i].text, sections[i].missing) for i in order)
    return Page(page_id, entries[0].title, max(entry.updated for entry in entries), found)


def _address(entry: schema.AddressEntry | None) -> Address | None:
    if entry is None:
        return None
    point = (entry.latitude, entry.longitude) if entry.latitude is not None and entry.longitude is not None else None
    return Address(entry.street, entry.city, entry.postcode, entry.floor, entry.room, point)


def _examples(lists: Mapping[schema.Lang, Sequence[str]]) -> Examples:
    return {lang: tuple(texts) for lang, texts in lists.items()}


def e164(number: str) -> str:
    """A Polish number as dialled from anywhere: "+48..." for nine digits, short numbers ("112") as they are."""
    digits = "".join(c for c in number if c.isdigit())
    if number.startswith("+"):
        return f"+{digits}"
    return f"{_COUNTRY}{digits}" if len(digits) == _NATIONAL_DIGITS else digits
