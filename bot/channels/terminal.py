"""The terminal channel: a conversation at the keyboard, choices by number."""

from collections.abc import Callable
from datetime import datetime

from bot.core.message import Incoming, Reply

Handle = Callable[[Incoming, datetime], Reply]
_CHAT = "terminal"
_LEAVE = frozenset(("/koniec", "/exit", "/quit"))
_PROMPT = "\n> "


def chat(handle: Handle, read: Callable[[str], str], write: Callable[[str], None], now: Callable[[], datetime]) -> None:
    """Talk until the person leaves: by /koniec, end of input or Ctrl-C. `read` takes a prompt and raises EOFError at the end."""
    write("Informator w terminalu. Wyjście: /koniec albo Ctrl-D.\n")
    _tell(handle(Incoming(_CHAT, "/start"), now()), write)
    while True:
        try:
            text = read(_PROMPT)
        except (EOFError, KeyboardInterrupt):
            break
        if text.strip() in _LEAVE:
            break
        if text.strip():
            _tell(handle(Incoming(_CHAT, text), now()), write)
    write("\nDo widzenia!")


def _tell(reply: Reply, write: Callable[[str], None]) -> None:
    write(reply.plain())
    if reply.choices and not reply.asks:
        write("Dalej: " + "  ".join(f"[{i}] {choice.label}" for i, choice in enumerate(reply.choices, start=1)))
