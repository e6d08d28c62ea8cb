"""Schedules that follow their file: a change takes effect without restart, a broken edit keeps the last good schedule and says so."""

from collections.abc import Callable, Iterable
from pathlib import Path

from bot.core.knowledge import Content
from bot.core.schedule import Schedule
from bot.loader.problems import Problem, SchedulesError
from bot.loader.schedules import load_schedules

Report = Callable[[str, Iterable[Problem]], None]


class LiveSchedules:
    """The current schedule of a file; `reload` is called now and then, and whenever the knowledge has changed."""

    def __init__(self, path: Path, knowledge: Callable[[], Content], report: Report) -> None:
        """Loads the file; raises SchedulesError. `report` is told what a reload did, in Polish, with the problems of a broken one."""
        self._path = path
        self._knowledge = knowledge
        self._report = report
        self._seen = self._state()
        self._schedule = load_schedules(path, knowledge())

    def current(self) -> Schedule:
        """The last good schedule."""
        return self._schedule

    def reload(self) -> bool:
        """Load the file again if it or the knowledge changed; whether there is a new schedule. Whatever is wrong, the last good one stays."""
        state = self._state()
        if state == self._seen:
            return False
        self._seen = state
        try:
            self._schedule = load_schedules(self._path, self._knowledge())
        except SchedulesError as error:
            self._report("Nowy harmonogram ma błędy, pracuję dalej według poprzedniego:", error.problems)
            return False
        self._report("Harmonogram wczytany na nowo.", ())
        return True

    def _state(self) -> tuple[bytes | None, str]:
        try:
            return self._path.read_bytes(), self._knowledge().digest
        except OSError:
            return None, self._knowledge().digest
