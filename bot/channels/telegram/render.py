"""A Reply as Telegram shows it: HTML with every fact escaped, phones and maps to tap, choices as buttons, parts that fit a message."""

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap
from urllib.parse import quote_plus

from pydantic import BaseModel, ConfigDict

from bot.core.message import AddressLine, Block, Choice, PhoneLine, Reply, Role, Status

MAX_UNITS = 4096
"""UTF-16 units of the longest message, after Telegram has read its markup."""
_ROW = 2
_SHORT_LABEL = 18
_CALLED_FROM_ABROAD = "+48"
_TAGS = {Role.URGENT: "b", Role.QUESTION: "b", Role.NOTE: "i", Role.SOURCE: "i"}


class Button(BaseModel):
    """A button under a message; `data` is the key of a choice."""

    model_config = ConfigDict(frozen=True)

    label: str
    data: str


class Venue(BaseModel):
    """A pin on a map that goes with an address."""

    model_config = ConfigDict(frozen=True)

    latitude: float
    longitude: float
    title: str
    address: str


class Rendered(BaseModel):
    """A reply as one or more messages; the buttons stand under the last one."""

    model_config = ConfigDict(frozen=True)

    texts: tuple[str, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    venue: Venue | None = None


def render(reply: Reply) -> Rendered:
    """The reply as Telegram's HTML. In danger nothing but the words: no button stands in the way of the number."""
    lines = [html for block in reply.blocks for html in _html(block)]
    if reply.asks:
        lines += [f"• {escape(choice.label)}: {escape(choice.hint)}" for choice in reply.choices if choice.hint]
    calm = reply.status is not Status.CRISIS
    return Rendered(texts=tuple(_messages(lines)), buttons=_rows(reply.choices) if calm else (), venue=_venue(reply) if calm else None)


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _html(block: Block) -> Iterator[str]:
    if isinstance(block, PhoneLine):
        note = f" ({escape(block.note)})" if block.note else ""
        yield f"📞 {escape(block.label.removeprefix('Tel. '))}: {escape(_dialled(block))}{note}"
    elif isinstance(block, AddressLine):
        link = f"https://www.google.com/maps/search/?api=1&query={quote_plus(block.query)}"
        yield f'📍 {escape(block.text)} (<a href="{escape(link)}">mapa</a>)'
    elif block.text:
        tag = _TAGS.get(block.role)
        for line in block.text.splitlines():
            for piece in wrap(line, MAX_UNITS // 2) if units(line) > MAX_UNITS // 2 else [line]:
                yield f"<{tag}>{escape(piece)}</{tag}>" if tag and piece.strip() else escape(piece)


def _dialled(phone: PhoneLine) -> str:
    """The number so that apps offer to call it: with the country's code, where it is a full number."""
    return f"{_CALLED_FROM_ABROAD} {phone.shown}" if phone.number.startswith(_CALLED_FROM_ABROAD) and not phone.shown.startswith("+") else phone.shown


def _messages(lines: Sequence[str]) -> Iterator[str]:
    """Lines put together to messages that fit, cut between lines. Markup is counted as well, so the cut is never too late."""
    message: list[str] = []
    length = 0
    for line in lines:
        size = units(line) + 1
        if message and length + size > MAX_UNITS:
            yield "\n".join(message)
            message, length = [], 0
        message.append(line)
        length += size
    if any(line.strip() for line in message):
        yield "\n".join(message)


def _rows(choices: Sequence[Choice]) -> tuple[tuple[Button, ...], ...]:
    """Short labels two in a row, long ones alone."""
    rows: list[list[Button]] = []
    for choice in choices:
        button = Button(label=choice.label, data=choice.key)
        beside = rows and len(rows[-1]) < _ROW and all(len(b.label) <= _SHORT_LABEL for b in (*rows[-1], button))
        if beside:
            rows[-1].append(button)
        else:
            rows.append([button])
    return tuple(tuple(row) for row in rows)


def _venue(reply: Reply) -> Venue | None:
    """A pin where an address is what was asked for and its coordinates are known."""
    first = next(iter(reply.blocks), None)
    if not isinstance(first, AddressLine) or first.point is None:
        return None
    return Venue(latitude=first.point[0], longitude=first.point[1], title=first.text.partition(":")[0], address=first.query)
