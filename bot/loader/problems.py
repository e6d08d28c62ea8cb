"""What is wrong with the knowledge or the schedules, in words an editor understands."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the knowledge from loading; a warning is a reminder."""

    ERROR = "błąd"
    WARNING = "uwaga"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding: the file (relative to the knowledge folder's parent), the field inside it, a Polish sentence, and the line where it is known."""

    file: str
    field: str
    text: str
    severity: Severity = Severity.ERROR
    line: int = 0

    def __str__(self) -> str:
        """As `check` prints it."""
        parts = (self.file, f"wiersz {self.line}" if self.line else "", f"pole {self.field}" if self.field else "")
        return f"{self.severity}: {', '.join(part for part in parts if part)}: {self.text}"


@dataclass(frozen=True)
class KnowledgeError(Exception):
    """The knowledge cannot be loaded; `problems` says why, all of it."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        """The problems, one a line."""
        return "\n".join(str(p) for p in self.problems)


class SchedulesError(KnowledgeError):
    """The schedules cannot be loaded; `problems` says why, all of it."""
