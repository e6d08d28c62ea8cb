"""Composition root: the only file that knows everything and wires it."""

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels import terminal
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.inbox.direct import Inbox
from bot.loader.loading import load_knowledge
from bot.loader.problems import Problem
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.loader.watch import LiveKnowledge


def now() -> datetime:
    """The time in Warsaw."""
    return datetime.now(TZ)


def knowledge(settings: Settings, folder: Path | None = None) -> Knowledge:
    """The knowledge of the settings' folder (or another); raises KnowledgeError."""
    loaded = load_knowledge(folder or settings.knowledge, settings.cache)
    gc.freeze()  # the knowledge lives as long as the process: the collector need not walk it at every turn
    return loaded


def chat(settings: Settings, folder: Path | None = None, *, as_sms: bool = False) -> None:
    """Talk in the terminal, or with a simulated phone; edits of the knowledge files take effect at once."""
    import readline  # noqa: F401  # line editing and history for input()

    with _live(settings, folder) as live:
        if as_sms:
            _chat_as_sms(settings, live)
            return
        terminal.chat(Inbox(live.current).handle, input, print, now)


def _chat_as_sms(settings: Settings, live: "LiveKnowledge") -> None:
    from bot.channels.sms import simulator
    from bot.channels.sms.render import Style
    from bot.core import keyword_answers
    from bot.core.knowledge import DEFAULT_LANG

    style = Style(settings.sms.parts, settings.sms.diacritics) if settings.sms else Style()
    phone = simulator.Phone(Inbox(live.current).handle, lambda asked: keyword_answers.answer(live.current(), asked, DEFAULT_LANG), style, now)
    simulator.chat(phone, input, print)


def serve(settings: Settings, folder: Path | None = None) -> None:
    """Serve the web and what else is configured until a signal stops it; raises ServiceError."""
    from bot import serving

    with _live(settings, folder) as live:
        serving.serve(settings, live.current, now, tell)


def tell(text: str) -> None:
    """A line for the administrator."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _live(settings: Settings, folder: Path | None) -> Iterator["LiveKnowledge"]:
    """The knowledge, which follows its files."""
    from bot.loader.watch import LiveKnowledge

    live = LiveKnowledge(folder or settings.knowledge, settings.cache, knowledge(settings, folder), _report)
    live.watch()
    try:
        yield live
    finally:
        live.stop()


def _report(text: str, problems: Iterable[Problem]) -> None:
    print(f"\n[{text}]", *problems, sep="\n", file=sys.stderr, flush=True)
