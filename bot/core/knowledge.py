"""What the bot knows: topics, places, facts and their sources, as loaded from YAML. Plain frozen data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.reader import Reader

DEFAULT_LANG = "pl"
LANGS = (DEFAULT_LANG, "uk", "ru", "en")
"""Languages that texts may be written in."""

Text = Mapping[str, str]
"""The same sentence in several languages, by language code; `pl` is always there."""
Examples = Mapping[str, tuple[str, ...]]


def say(text: Text | None, lang: str = DEFAULT_LANG) -> str:
    """The sentence in the language asked for, in Polish where that is missing, "" where there is none."""
    return "" if text is None else text.get(lang) or text[DEFAULT_LANG]


class Kind(StrEnum):
    """What sort of answer a topic gives."""

    TOPIC = "topic"
    UNSTATED = "unstated"
    """Known, but the sources do not answer it: the reply says so and names a phone."""
    CHOICE = "choice"
    """A word with several meanings: the reply asks back."""
    SMALLTALK = "smalltalk"
    ELSEWHERE = "elsewhere"
    """Not the centre's business: fallback."""
    NOT_THAT = "not-that"
    """The person says that the last reply missed the point."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A document that facts come from. `as_of`: "2020-01" or "2021", the state of affairs it describes."""

    id: str
    title: Text
    as_of: str
    review_by: date | None


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` in E.164, or a short number ("112", "116123") as dialled; `shown` as people read it; `label`: what it is for."""

    number: str
    shown: str
    label: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a place is. `street` includes the house number; `point`: latitude and longitude in degrees (WGS 84)."""

    street: str
    city: str
    postcode: str | None = None
    floor: Text | None = None
    room: str | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Days first..last on which a place does not keep its usual hours, or on which something is to be told: `why`.

    `open` True: round the clock; False: closed; None: the hours are as usual.
    """

    first: date
    last: date
    open: bool | None
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One thing that can be asked of a subject on its own. Its id is an aspect's where it answers that aspect.

    `text` answers; `unstated` instead says what the sources are silent about. `words` point at it inside its subject.
    """

    id: str
    title: Text
    text: Text | None
    unstated: Text | None
    words: tuple[str, ...]
    examples: Examples
    source: Source
    contacts: tuple[str, ...]
    valid_until: date | None


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What a question can be about: what a topic and a place have in common."""

    id: str
    title: Text
    names: tuple[str, ...]
    examples: Examples
    summary: Text | None
    facts: tuple[Fact, ...]
    source: Source
    see_also: tuple[str, ...]
    review_by: date | None

    def fact(self, fact_id: str) -> Fact | None:
        """The fact of that id, or None."""
        return next((f for f in self.facts if f.id == fact_id), None)

    def is_silent_about(self, fact_id: str) -> bool:
        """Whether the fact of that id only says that the sources are silent."""
        fact = self.fact(fact_id)
        return fact is not None and fact.unstated is not None


@dataclass(frozen=True, slots=True, eq=False)
class Place(Subject):
    """Somewhere to go or to call (HSDS: location); without an address it is a contact.

    `hours`: OSM opening_hours, local time; `hours_in_frost` replace them while a frost alert is active. `ask`: the place whose phone answers
    questions about this one. `gender` (m, f, n, pl) is for Polish agreement.
    """

    short: Text
    gender: str
    address: Address | None
    phones: tuple[Phone, ...]
    hours: str | None
    hours_in_frost: str | None
    hours_note: Text | None
    ask: str | None
    exceptional: tuple[Exceptional, ...] = ()
    """What holds for a time only: a frost alert, a notice."""

    def exception_on(self, day: date) -> Exceptional | None:
        """What overrules the usual hours on a day; a frost alert more than a notice that it is closed."""
        found = [e for e in self.exceptional if e.open is not None and e.first <= day <= e.last]
        return next((e for e in found if e.open), next(iter(found), None))


@dataclass(frozen=True, slots=True, eq=False)
class Topic(Subject):
    """A matter to ask about. `place` holds its hours, address and phone; `contacts` whom to call, in order of preference.

    `ended`: the sentence that says so once `valid_until` has passed. `ask` and `choices` belong to an ambiguous word.
    """

    kind: Kind
    contacts: tuple[str, ...]
    place: str | None
    valid_from: date | None
    valid_until: date | None
    ended: Text | None
    ask: Text | None
    choices: tuple[str, ...]
    commands: tuple[str, ...]
    menu: bool
    phones: bool
    action: str | None = None
    """What the bot does when this is asked, where the channel keeps who asks: subscribe, unsubscribe, my-data, erase."""

    def has_ended(self, today: date) -> bool:
        """Whether the matter is over on that day."""
        return self.valid_until is not None and self.valid_until < today


@dataclass(frozen=True, slots=True, eq=False)
class Aspect:
    """What can be asked of any subject: hours, address, phone, cost. `about` completes "the sources do not state ..."."""

    id: str
    title: Text
    about: Text
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Crisis:
    """A kind of emergency: `lead` with the number comes first, then `steps`; `calls` are the numbers.

    `signs`: phrases that mean danger by themselves.
    """

    id: str
    lead: Text
    steps: Text
    calls: tuple[str, ...]
    signs: Examples
    examples: Examples


@dataclass(frozen=True, slots=True)
class Centre:
    """The institution this deployment serves. `home`: names that mean "here"; `ask`: the place a fallback sends to."""

    name: Text
    city: Text
    home: tuple[str, ...]
    ask: str
    main_places: tuple[str, ...]
    menu: tuple[str, ...]
    crisis_contacts: Mapping[str, tuple[str, ...]]
    """Places of the centre that help once the first danger is over, by kind of crisis."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A part of a page. `missing`: the centre has yet to write it, and the text says what belongs there."""

    id: str
    title: Text
    text: Text
    missing: bool


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page of the website that answers no question: privacy, accessibility. `updated`: when it was last checked as a whole."""

    id: str
    title: Text
    updated: date
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Content:
    """What the files of one centre say."""

    centre: Centre
    subjects: Mapping[str, Place | Topic]
    aspects: Mapping[str, Aspect]
    crises: Mapping[str, Crisis]
    shorthand: Mapping[str, tuple[str, ...]]
    towns: tuple[str, ...]
    words: frozenset[str]
    """Frequent Polish words, folded: never "corrected" into the knowledge's own."""
    nearmiss: tuple[str, ...]
    """Sentences that look like an emergency and are none."""
    pages: Mapping[str, Page]
    digest: str
    """Hash of the files, the key of everything cached."""

    def place(self, subject_id: str) -> Place:
        """The place of that id; KeyError where the id is not a place's (the loader has checked references)."""
        subject = self.subjects[subject_id]
        if not isinstance(subject, Place):
            raise KeyError(subject_id)
        return subject

    def place_of(self, subject: Place | Topic) -> Place | None:
        """Whose hours, address and phone answer for the subject: a place itself, or the place that a topic names; None where it names none."""
        if isinstance(subject, Place):
            return subject
        return self.place(subject.place) if subject.place else None

    def topics(self) -> Iterator[Topic]:
        """All topics."""
        return (s for s in self.subjects.values() if isinstance(s, Topic))

    def places(self) -> Iterator[Place]:
        """All places and contacts."""
        return (s for s in self.subjects.values() if isinstance(s, Place))


@dataclass(frozen=True)
class Knowledge(Content):
    """Everything one deployment knows, with the reader compiled and trained from it. The examples are learnt and left behind."""

    reader: "Reader" = field(repr=False, compare=False)

    @classmethod
    def of(cls, content: Content, reader: "Reader") -> "Knowledge":
        """The content without its examples, and its reader."""
        kept = {f.name: getattr(content, f.name) for f in fields(content)}
        kept["subjects"] = {i: _without_examples(s) for i, s in content.subjects.items()}
        kept["crises"] = {i: replace(c, examples={}, signs={}) for i, c in content.crises.items()}
        kept["nearmiss"], kept["words"] = (), frozenset()
        return cls(**kept, reader=reader)


def _without_examples(subject: Place | Topic) -> Place | Topic:
    return replace(subject, examples={}, facts=tuple(replace(f, examples={}) for f in subject.facts))
