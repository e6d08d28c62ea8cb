"""Knowledge that follows its files: a change is loaded without restart, a broken edit keeps the last good state and says so."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import watchfiles

from bot.core.knowledge import Knowledge
from bot.loader.cache import common_folder, digest
from bot.loader.loading import load_knowledge
from bot.loader.problems import KnowledgeError, Problem


class LiveKnowledge:
    """The current knowledge of a folder; `watch` keeps it current in the background."""

    def __init__(self, folder: Path, cache: Path, knowledge: Knowledge, report: Callable[[str, Iterable[Problem]], None]) -> None:
        """`report` is told what a reload did, in Polish, with the problems of a broken one."""
        self._folder = folder
        self._cache = cache
        self._knowledge = knowledge
        self._report = report
        self._stop = threading.Event()

    def current(self) -> Knowledge:
        """The last good knowledge."""
        return self._knowledge

    def watch(self) -> None:
        """Start watching the files in a background thread."""
        threading.Thread(target=self._follow, name="knowledge", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._stop.set()

    def reload(self) -> None:
        """Load the files again if they changed; whatever is wrong with them, the last good knowledge stays."""
        if digest(self._folder) == self._knowledge.digest:
            return
        try:
            self._knowledge = load_knowledge(self._folder, self._cache)
        except KnowledgeError as error:
            self._report("Nowa wersja wiedzy ma błędy, odpowiadam dalej według poprzedniej:", error.problems)
        else:
            self._report("Wiedza wczytana na nowo.", ())

    def _follow(self) -> None:
        for _ in watchfiles.watch(self._folder, common_folder(self._folder), stop_event=self._stop, raise_interrupt=False):
            self.reload()
