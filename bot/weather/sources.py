"""The sources that a schedule names, ready to be asked, and the thanks their licences ask for."""

from collections.abc import Iterable

from bot.core.schedule import Schedule, SourceConfig
from bot.weather.imgw import Imgw
from bot.weather.meteoalarm import MeteoAlarm
from bot.weather.openmeteo import OpenMeteo
from bot.weather.source import Source


def sources(schedule: Schedule) -> tuple[Source, ...]:
    """One for each source of the schedule."""
    return tuple(_source(config, schedule) for config in schedule.sources)


def credits_of(schedule: Schedule, used: Iterable[str]) -> list[str]:
    """The attributions of the sources by those names."""
    wanted = frozenset(used)
    return [source.credit for source in sources(schedule) if source.name in wanted]


def _source(config: SourceConfig, schedule: Schedule) -> Source:
    if config.name == "open-meteo":
        return OpenMeteo(config.base_url, config.latitude, config.longitude, schedule.horizon(), schedule.memory())
    if config.name == "imgw":
        return Imgw(config.base_url, config.area)
    return MeteoAlarm(config.base_url, config.area)
