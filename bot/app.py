"""Composition root: the only file that knows everything and wires it."""

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
    """The knowledge of the settings' folder (or another), training announced on standard error; raises KnowledgeError."""
    return load_knowledge(folder or settings.knowledge, settings.cache, _progress)


def chat(settings: Settings, folder: Path | None = None) -> None:
    """Talk in the terminal; edits of the knowledge files take effect at once."""
    import readline  # noqa: F401  # line editing and history for input()

    from bot.loader.watch import LiveKnowledge

    live = LiveKnowledge(folder or settings.knowledge, settings.cache, knowledge(settings, folder), _report)
    live.watch()
    terminal.chat(Inbox(live.current).handle, input, print, now)
    live.stop()


def _progress(done: float) -> None:
    end = "\n" if done >= 1 else ""
    print(f"\rLearning from the examples (once per change of the knowledge): {done:4.0%}", end=end, file=sys.stderr, flush=True)


def _report(text: str, problems: Iterable[Problem]) -> None:
    print(f"\n[{text}]", *problems, sep="\n", file=sys.stderr, flush=True)
