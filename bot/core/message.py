"""What comes in and what goes out: the one vocabulary that all channels share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.when import When


class Status(StrEnum):
    """How a reply came about; part of the black-box contract."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    CRISIS = "crisis"


class Role(StrEnum):
    """What a line is in its reply; channels decide what to show and how from this, never from the text."""

    URGENT = "urgent"
    LEAD = "lead"
    BODY = "body"
    NOTE = "note"
    QUESTION = "question"
    SOURCE = "source"
    COPY = "copy"
    """To be copied as it stands."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text."""

    text: str
    role: Role = Role.BODY

    def plain(self) -> str:
        """The line without markup."""
        return self.text


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """Somebody to call. `number` is what is dialled (E.164 or short), `shown` what is read; `note`: when, or for what."""

    label: str
    number: str
    shown: str
    note: str = ""

    def plain(self) -> str:
        """Label, number and note in one line."""
        note = f" ({self.note})" if self.note else ""
        return f"{self.label}: {self.shown}{note}"


@dataclass(frozen=True, slots=True)
class AddressLine:
    """Where to go. `query` is what a map is asked for; `point`: latitude and longitude in degrees, where known."""

    text: str
    query: str
    point: tuple[float, float] | None = None

    def plain(self) -> str:
        """The address in one line."""
        return self.text


Block = Line | PhoneLine | AddressLine


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press or to answer with its number. `key` says what is asked (bot.core.query)."""

    key: str
    label: str
    address: str = ""
    """Where it is, where the choice is asked for."""
    phones: tuple[PhoneLine, ...] = ()
    """Whom to call about it, where the choice is asked for."""

    def essentials(self, dialled: Callable[[PhoneLine], str] = lambda phone: phone.shown) -> str:
        """What spares a second question, in one line; `dialled` writes a number."""
        numbers = " lub ".join(dialled(phone) for phone in self.phones)
        return ", ".join(part for part in (self.address, f"tel. {numbers}" if numbers else "") if part)


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation's short memory: what was asked last, the choices offered, misses in a row. No message text."""

    subject: str = ""
    fact: str = ""
    aspects: tuple[str, ...] = ()
    when: When | None = None
    choices: tuple[Choice, ...] = ()
    others: tuple[str, ...] = ()
    """Subjects that came next to the one answered."""
    misses: int = 0
    at: datetime | None = None
    """When the last message came; the session lapses some time after."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from one chat; `lang` where the channel knows it."""

    chat: str
    text: str
    lang: str = "pl"
    pressed: str = ""
    """The key of the choice that was pressed instead of writing."""
    wordless: bool = False
    """A picture, a recording, a location: nothing to read in it."""
    at: datetime | None = None
    """When it was sent, where the channel knows; after an outage that may be long ago."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do for the person, where the channel keeps who asks: subscribe, unsubscribe, my-data or erase; `topics` of alerts, none: the usual."""

    name: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What a reply can be forwarded as: `key` opens its subject anew, as it is then; `title` says what it is about, `share` names the button."""

    key: str
    title: str
    share: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in blocks. `choices` with `asks` are alternatives to pick from, else follow-ups that may be offered."""

    status: Status
    blocks: tuple[Block, ...]
    choices: tuple[Choice, ...] = ()
    asks: bool = False
    topics: tuple[tuple[str, float], ...] = ()
    links: tuple[str, ...] = ()
    action: Action | None = None
    card: Card | None = None
    """Whose card can be forwarded instead of the reply; None where there is none."""
    session: Session = field(default_factory=Session)

    def plain(self) -> str:
        """The whole reply as a person would read it without any markup."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for block in self.blocks:
            yield block.plain()
        if self.asks:
            for number, choice in enumerate(self.choices, start=1):
                essentials = choice.essentials()
                yield f"{number}. {choice.label}" + (f" ({essentials})" if essentials else "")
