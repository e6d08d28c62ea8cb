"""A Reply as Telegram shows it: HTML with every fact escaped, phones and maps to tap, choices as buttons, parts that fit a message."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import quote_plus

from pydantic import BaseModel, ConfigDict

from bot.core.message import AddressLine, Block, Choice, Line, PhoneLine, Reply, Role, Status

MAX_UNITS = 4096
"""UTF-16 units of the longest message, after Telegram has read its markup."""
MAX_DATA = 64
"""Bytes of the longest button data."""
_MOST_BUTTONS = 100
_PIECE_UNITS = 1024
"""Longer lines are cut, so that a line with its markup and escapes still fits a message for sure."""
_WORD = re.compile(r"(?:\d[\d -]*\d|\S)+\s*")
"""A word with the space after it; the groups of a number belong together."""
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
        lines += [line for choice in reply.choices for line in _option(choice)]
    calm = reply.status is not Status.CRISIS
    return Rendered(texts=tuple(_messages(lines)), buttons=_rows(reply.choices) if calm else (), venue=_venue(reply) if calm else None)


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _html(block: Block) -> Iterator[str]:
    if isinstance(block, PhoneLine):
        note = f" ({block.note})" if block.note else ""
        yield from _pieces(f"📞 {block.label.removeprefix('Tel. ')}: {_dialled(block)}{note}")
    elif isinstance(block, AddressLine):
        link = f"https://www.google.com/maps/search/?api=1&query={quote_plus(_clean(block.query)[:_PIECE_UNITS])}"
        *before, last = _pieces(f"📍 {block.text}")
        yield from before
        yield f'{last} (<a href="{escape(link)}">mapa</a>)'
    else:
        tag = _TAGS.get(block.role)
        for line in block.text.splitlines():
            yield from (f"<{tag}>{piece}</{tag}>" if tag and piece else piece for piece in _pieces(line))


def _option(choice: Choice) -> Iterator[str]:
    """What spares a second question, for the alternatives that have it."""
    essentials = choice.essentials(_dialled)
    if essentials:
        yield from _pieces(f"• {choice.label}: {essentials}")


def _dialled(phone: PhoneLine) -> str:
    """The number so that apps offer to call it: with the country's code, where it is a full number."""
    return f"{_CALLED_FROM_ABROAD} {phone.shown}" if phone.number.startswith(_CALLED_FROM_ABROAD) and not phone.shown.startswith("+") else phone.shown


def _pieces(line: str) -> Iterator[str]:
    """A line escaped, cut between words where it is longer than a message should hold; an empty one stays a line."""
    line = _clean(line).strip()
    if units(line) <= _PIECE_UNITS:
        yield escape(line)
        return
    piece, length = "", 0
    for word in _WORD.findall(line):
        for part in (word[i : i + _PIECE_UNITS // 2] for i in range(0, len(word), _PIECE_UNITS // 2)):
            if length + units(part) > _PIECE_UNITS:
                yield escape(piece.strip())
                piece, length = "", 0
            piece += part
            length += units(part)
    yield escape(piece.strip())


def _clean(text: str) -> str:
    """The text in one line, without what UTF-8 cannot carry."""
    return " ".join(text.splitlines()).encode("utf-8", "replace").decode()


def _messages(lines: Sequence[str]) -> Iterator[str]:
    """Lines put together to messages that fit, cut between lines. Markup is counted as well, so the cut is never too late."""
    message: list[str] = []
    length = 0
    for line in lines:
        size = units(line) + 1
        if message and length + size > MAX_UNITS:
            yield from _shown(message)
            message, length = [], 0
        message.append(line)
        length += size
    yield from _shown(message)


def _shown(lines: Sequence[str]) -> Iterator[str]:
    """A message, where there is anything to see in it."""
    text = "\n".join(lines).strip()
    if text:
        yield text


def _rows(choices: Sequence[Choice]) -> tuple[tuple[Button, ...], ...]:
    """Short labels two in a row, long ones alone."""
    rows: list[list[Button]] = []
    for choice in choices[:_MOST_BUTTONS]:
        button = Button(label=_clean(choice.label).strip(), data=_clean(choice.key))
        if not button.label or not 1 <= len(button.data.encode()) <= MAX_DATA:
            continue  # one button that Telegram refuses would take the whole message with it
        beside = rows and len(rows[-1]) < _ROW and all(len(b.label) <= _SHORT_LABEL for b in (*rows[-1], button))
        if beside:
            rows[-1].append(button)
        else:
            rows.append([button])
    return tuple(tuple(row) for row in rows)


def _venue(reply: Reply) -> Venue | None:
    """A pin where an address is what was asked for and its coordinates are known."""
    first = next((block for block in reply.blocks if not (isinstance(block, Line) and block.role is Role.NOTE)), None)
    if not isinstance(first, AddressLine) or first.point is None:
        return None
    return Venue(latitude=first.point[0], longitude=first.point[1], title=_clean(first.text).partition(":")[0], address=_clean(first.query))
