"""Composition root: the only file that knows everything and wires it."""

import gc
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.channels import terminal
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.inbox import Inbox
from bot.loader.loading import load_knowledge
from bot.loader.problems import Problem
from bot.settings import Settings


def now() -> datetime:
    """The time in Warsaw."""
    return datetime.now(TZ)


def knowledge(settings: Settings, folder: Path | None = None) -> Knowledge:
    """The knowledge of the settings' folder (or another); raises KnowledgeError."""
    loaded = load_knowledge(folder or settings.knowledge, settings.cache)
    gc.freeze()  # the knowledge lives as long as the process: the collector need not walk it at every turn
    return loaded


def chat(settings: Settings, folder: Path | None = None) -> None:
    """Talk in the terminal; edits of the knowledge files take effect at once."""
    import readline  # noqa: F401  # line editing and history for input()

    from bot.loader.watch import LiveKnowledge

    live = LiveKnowledge(folder or settings.knowledge, settings.cache, knowledge(settings, folder), _report)
    live.watch()
    terminal.chat(Inbox(live.current).handle, input, print, now)
    live.stop()


def _report(text: str, problems: Iterable[Problem]) -> None:
    print(f"\n[{text}]", *problems, sep="\n", file=sys.stderr, flush=True)
