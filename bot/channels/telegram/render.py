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
_MOST_BUTTONS = 99
"""One more than these is the limit: that to share."""
_PIECE_UNITS = 1024
"""Longer lines are cut, so that a line with its markup and escapes still fits a message for sure."""
_WORD = re.compile(r"(?:\d[\d -]*\d|\S)+\s*")
"""A word with the space after it; the groups of a number belong together."""
_ROW = 2
_SHORT_LABEL = 18
_CALLED_FROM_ABROAD = "+48"
_TAGS = {Role.URGENT: "b", Role.QUESTION: "b", Role.NOTE: "i", Role.SOURCE: "i", Role.COPY: "code"}


class Button(BaseModel):
    """A button under a message: `data` is the key of a choice, `url` instead an address that it opens."""

    model_config = ConfigDict(frozen=True)

    label: str
    data: str = ""
    url: str = ""


class Venue(BaseModel):
    """A pin on a map that goes with an address."""

    model_config = ConfigDict(frozen=True)

    latitude: float
    longitude: float
    title: str
    address: str


class Code(BaseModel):
    """A QR code that is sent as a picture of its own: what it opens, and what stands below it."""

    model_config = ConfigDict(frozen=True)

    link: str
    caption: str


class Rendered(BaseModel):
    """A reply as one or more messages; the buttons stand under the last text."""

    model_config = ConfigDict(frozen=True)

    texts: tuple[str, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    venue: Venue | None = None
    code: Code | None = None


def render(reply: Reply, share: str = "") -> Rendered:
    """The reply as Telegram's HTML. `share`: the address that forwards its card, where it has one.

    In danger nothing but the words: no button stands in the way of the number.
    """
    texts = tuple(_messages(_lines(reply)))
    if reply.status is Status.CRISIS:
        return Rendered(texts=texts)
    forward = ((Button(label=reply.card.share, url=share),),) if reply.card and share else ()
    return Rendered(texts=texts, buttons=(*_rows(reply.choices), *forward), venue=_venue(reply))


def render_card(reply: Reply, last: str) -> str:
    """The reply in one message, as far as it fits, with a last line of HTML in any case."""
    return f"{next(_messages(_lines(reply), MAX_UNITS - units(last) - 1))}\n{last}"


def last_line(text: str, link: str, title: str) -> str:
    """A remark and where to look."""
    return f'<i>{escape(text)}</i> <a href="{escape(link)}">{escape(_clean(title))}</a>'


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _lines(reply: Reply) -> list[str]:
    lines = [html for block in reply.blocks for html in _html(block)]
    return lines + [line for choice in reply.choices for line in _option(choice)] if reply.asks else lines


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


def _messages(lines: Sequence[str], most: int = MAX_UNITS) -> Iterator[str]:
    """Lines put together to messages that fit, cut between lines. Markup is counted as well, so the cut is never too late."""
    message: list[str] = []
    length = 0
    for line in lines:
        size = units(line) + 1
        if message and length + size > most:
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
