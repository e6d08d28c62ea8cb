"""Settings from the environment, read once; a malformed value is refused with a sentence that names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; defaults are those of the README's table."""

    knowledge: Path = Path("knowledge/bytom")
    cache: Path = Path("var/cache")
    schedules: Path = Path("schedules.yaml")


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings with the environment's values over the defaults; raises SettingsError."""
    knowledge = Path(environment.get("BOT_KNOWLEDGE") or Settings().knowledge)
    if not knowledge.is_dir():
        raise SettingsError(f"BOT_KNOWLEDGE: there is no folder {knowledge}")
    schedules = Path(environment.get("BOT_SCHEDULES") or Settings().schedules)
    if environment.get("BOT_SCHEDULES") and not schedules.is_file():
        raise SettingsError(f"BOT_SCHEDULES: there is no file {schedules}")
    return Settings(knowledge=knowledge, schedules=schedules)
