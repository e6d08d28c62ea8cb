"""What is wrong with the knowledge, in words an editor understands."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the knowledge from loading; a warning is a reminder."""

    ERROR = "błąd"
    WARNING = "uwaga"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding: the file (relative to the knowledge folder's parent), the field inside it, and a Polish sentence."""

    file: str
    field: str
    text: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """As `check` prints it."""
        where = f"{self.file}, pole {self.field}" if self.field else self.file
        return f"{self.severity}: {where}: {self.text}"


@dataclass(frozen=True)
class KnowledgeError(Exception):
    """The knowledge cannot be loaded; `problems` says why, all of it."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        """The problems, one a line."""
        return "\n".join(str(p) for p in self.problems)
