"""A phone in the terminal: exactly what it would get, part by part, with what each part takes."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.channels.sms.render import Style, further, render
from bot.core import gsm7
from bot.core.keywords import Command, Keyword, command
from bot.core.message import Incoming, Reply

_CHAT = "sms:simulator"
_LEAVE = frozenset(("/koniec", "/exit", "/quit"))
_PROMPT = "\nSMS> "
Handle = Callable[[Incoming, datetime], Reply]


class Phone:
    """A phone that writes to the bot and shows what comes back."""

    def __init__(self, handle: Handle, obey: Callable[[Command], Reply], style: Style, now: Callable[[], datetime]) -> None:
        """`handle` answers questions, `obey` keywords."""
        self._handle = handle
        self._obey = obey
        self._style = style
        self._now = now
        self._rest = ""

    def write(self, text: str) -> str:
        """Write an SMS; what is shown is the message that comes back."""
        asked = command(text)
        if asked and asked.keyword is Keyword.MORE and self._rest:
            page = further(self._rest, self._style)
        elif asked and asked.keyword is not Keyword.MORE:
            page = render(self._obey(asked), self._style)
        else:
            page = render(self._handle(Incoming(_CHAT, text), self._now()), self._style)
        self._rest = page.rest
        return page.text


def chat(phone: Phone, read: Callable[[str], str], write: Callable[[str], None]) -> None:
    """Talk until the person leaves: by /koniec, end of input or Ctrl-C. `read` takes a prompt and raises EOFError at the end."""
    write("Telefon w terminalu: dokładnie to, co przyjdzie SMS-em. Wyjście: /koniec albo Ctrl-D.")
    while True:
        try:
            text = read(_PROMPT)
        except (EOFError, KeyboardInterrupt):
            break
        if text.strip() in _LEAVE:
            break
        if text.strip():
            for line in shown(phone.write(text)):
                write(line)
    write("\nDo widzenia!")


def shown(text: str) -> Iterator[str]:
    """The parts of a message, each under a line that says what it takes."""
    parts = list(gsm7.split(text))
    size = gsm7.part_size(text)
    alphabet = "GSM-7" if gsm7.fits(text) else "UCS-2 (polskie litery: droższe)"
    width = gsm7.width_of(text)
    for number, part in enumerate(parts, start=1):
        yield f"--- część {number} z {len(parts)}: {sum(map(width, part))}/{size} znaków {alphabet}"
        yield part
