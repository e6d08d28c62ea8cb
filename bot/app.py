"""Composition root: the only file that knows everything and wires it."""

import sys
from pathlib import Path

from bot.core.knowledge import Knowledge
from bot.loader.loading import load_knowledge
from bot.settings import Settings


def knowledge(settings: Settings, folder: Path | None = None) -> Knowledge:
    """The knowledge of the settings' folder (or another), training announced on standard error."""
    return load_knowledge(folder or settings.knowledge, settings.cache, _progress)


def _progress(done: float) -> None:
    end = "\n" if done >= 1 else ""
    print(f"\rLearning from the examples (once per change of the knowledge): {done:4.0%}", end=end, file=sys.stderr, flush=True)
