"""A Reply as a page shows it: numbers to press, addresses with a map, choices as buttons, open or closed at a glance."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

from markupsafe import Markup, escape

from bot.core import opening
from bot.core.knowledge import Knowledge, Place, Subject, say
from bot.core.message import AddressLine, Block, PhoneLine, Reply, Role, Status
from bot.core.query import by_key

_TOGETHER = re.compile(r"\d{1,2}:\d\d–\d{1,2}:\d\d|(?:tel\. )?(?:\d{2,3} ){2,3}\d{2,3}|\d+ (?:godz|min)\b\.?|\w+ \d+[a-z]?(?=,|$)")


@dataclass(frozen=True, slots=True)
class Item:
    """One block: `kind` is the line's role, or phone, or address. `link` is what a press opens."""

    kind: str
    text: str
    link: str = ""
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A reply ready for the template. `card` is the subject to forward, "" where there is none; `open` None where no hours are told."""

    items: tuple[Item, ...]
    source: str
    reply: Reply
    card: str
    open: bool | None
    urgent: bool


def view(knowledge: Knowledge, reply: Reply, now: datetime) -> View:
    """What to show of a reply at a time."""
    subject = knowledge.subjects.get(reply.session.subject)
    items = tuple(item for block in reply.blocks for item in _items(block))
    return View(
        items=tuple(item for item in items if item.kind != Role.SOURCE),
        source=" ".join(item.text for item in items if item.kind == Role.SOURCE),
        reply=reply,
        card=reply.card.key if reply.card else "",
        open=_open(subject, reply, now),
        urgent=reply.status is Status.CRISIS,
    )


def label_of(knowledge: Knowledge, key: str, now: datetime) -> str:
    """What stands on the button of a key; "" where there is none."""
    query = by_key(knowledge, key, now.date())
    if query is None:
        return ""
    subject = knowledge.subjects[query.subject]
    named = subject.fact(query.facts[0]) if query.facts else knowledge.aspects[query.aspects[0]] if query.aspects else None
    title = say(subject.title)
    return f"{title}: {say(named.title)}" if named else title


def keep(text: str) -> Markup:
    """Text with its hours and house numbers kept on one line."""
    return Markup(_TOGETHER.sub(r'<span class="keep">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped first


def tel(number: str) -> str:
    """The link that calls a number."""
    return f"tel:{number}"


def map_link(query: str) -> str:
    """Where a map shows an address; it is opened only when pressed."""
    return f"https://www.google.com/maps/search/?api=1&query={quote_plus(query)}"


def _items(block: Block) -> Iterator[Item]:
    if isinstance(block, PhoneLine):
        yield Item("phone", block.shown, tel(block.number), block.label.removeprefix("Tel. "), block.note)
    elif isinstance(block, AddressLine):
        yield Item("address", block.text, map_link(block.query))
    elif block.text:
        yield Item(block.role.value, block.text)


def _open(subject: Subject | None, reply: Reply, now: datetime) -> bool | None:
    """Open or closed now, where a place with hours was asked about and no other time."""
    if not isinstance(subject, Place) or not subject.hours or not subject.address or reply.session.when or reply.status is not Status.ANSWER:
        return None
    if reply.topics and reply.topics[0][0] != subject.id:  # several places are told, or another matter
        return None
    return opening.is_open(subject, now)
