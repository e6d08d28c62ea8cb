"""A Reply as SMS: what was asked for first, in GSM-7 without Polish letters unless the centre pays for them, choices by number."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.channels.sms.pages import Page, laid, page
from bot.channels.sms.wording import briefer, in_one_piece, lines, short
from bot.core import gsm7
from bot.core.message import Choice, PhoneLine, Reply, Role, Status

_MORE = "\nDalej: odpisz WIĘCEJ"
_PICK = "Odpisz numer, np. 1."
_OFFER = "Odpisz: "


@dataclass(frozen=True, slots=True)
class Style:
    """How a centre wants its SMS: most parts a message, and whether Polish letters are kept, at twice the price."""

    parts: int = 2
    diacritics: bool = False

    def written(self, text: str) -> str:
        """The text in the letters that are sent."""
        return text if self.diacritics else gsm7.fold(text)


def render(reply: Reply, style: Style) -> Page:
    """The first page of a reply, and the rest."""
    told = _told(reply, style)
    if reply.asks and reply.choices:
        return _choices(told, reply.choices, style)
    shown = further("\n".join(told), style)
    if shown.rest:
        return further("\n".join(_number_early(reply, told, style)), style)
    if reply.choices and reply.status is not Status.CRISIS:
        return replace(shown, text=_offering(shown.text, reply.choices, style))
    return shown


def further(text: str, style: Style) -> Page:
    """A page of a text that is in short already."""
    return page(text, style.parts, style.written(_MORE))


def _told(reply: Reply, style: Style) -> list[str]:
    """The lines. A note that alone would force the dear alphabet on the whole message is left out; the source is as long as it costs nothing more."""
    told = list(lines(reply.blocks))
    if all(gsm7.fits(style.written(text)) for text, role in told if role is not Role.NOTE):
        told = [(text, role) for text, role in told if gsm7.fits(style.written(text))] or told
    facts = [text for text, role in told if role is not Role.SOURCE]
    sources = [list(briefer(text)) for text, role in told if role is Role.SOURCE]
    variants = [_written((*facts, *chosen), style) for chosen in _wordings(sources)]
    return min(variants, key=lambda variant: gsm7.parts("\n".join(variant)))


def _wordings(sources: list[list[str]]) -> list[tuple[str, ...]]:
    """The first wordings of all sources, the second, and so on; a source that has fewer stays at its last."""
    most = max(map(len, sources), default=1)
    return [tuple(wordings[min(i, len(wordings) - 1)] for wordings in sources) for i in range(most)]


def _written(told: Iterable[str], style: Style) -> list[str]:
    return list(dict.fromkeys(map(style.written, told)))


def _choices(told: list[str], choices: tuple[Choice, ...], style: Style) -> Page:
    """The question and its alternatives, each with its essentials where all that fits the budget."""
    hinted = [short(", ".join(filter(None, (f"{i} {c.label}", c.essentials(_dialled))))) for i, c in enumerate(choices, start=1)]
    bare = [short(f"{i} {c.label}") for i, c in enumerate(choices, start=1)]
    for options in (hinted, bare):
        shown = further("\n".join((*told, *map(style.written, (*options, _PICK)))), style)
        if not shown.rest:
            break
    return shown


def _dialled(phone: PhoneLine) -> str:
    return in_one_piece(phone.shown)


def _number_early(reply: Reply, told: list[str], style: Style) -> list[str]:
    """A long reply with its first number behind the first line: whoever reads only one page has somebody to call."""
    first = next((block for block in reply.blocks if isinstance(block, PhoneLine)), None)
    if first is None or reply.status is Status.CRISIS:
        return told
    call = next((line for line in told if line.startswith(style.written(short(first.label)))), "")
    others = [line for line in told if line != call]
    return [*others[:1], call, *others[1:]] if call and others else told


def _offering(text: str, choices: tuple[Choice, ...], style: Style) -> str:
    """The text with as many follow-ups as fit into the parts that are paid for anyway."""
    offered = text
    for i, choice in enumerate(choices, start=1):
        start = f"{offered}, " if offered != text else f"{text}\n{style.written(_OFFER)}"
        longer = laid(start + style.written(f"{i} {choice.label}"))
        if gsm7.parts(longer) > gsm7.parts(text):
            break
        offered = longer
    return offered
