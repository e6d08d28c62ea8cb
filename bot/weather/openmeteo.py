"""Open-Meteo: the hourly forecast. Parallel arrays, local times at one fixed offset, values that can be null."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from bot.core.evidence import HOUR, Evidence, Hour
from bot.core.hours import TZ
from bot.weather.source import UnreadableError, parse

_OK = 200
_PATH = "/v1/forecast"
_MOST_DAYS = 16
_KNOWN_SHARE = 0.9
"""Share of the hours ahead that must be there for the forecast to be called complete."""
_COLDEST_AT = time(6)
"""When a day's minimum is taken to be, where only the minimum is known."""
_POSSIBLE = 60


class _Hourly(BaseModel):
    time: list[str]
    temperature_2m: list[float | None]
    apparent_temperature: list[float | None] | None = None


class _Daily(BaseModel):
    time: list[str]
    temperature_2m_min: list[float | None]


class _Payload(BaseModel):
    utc_offset_seconds: int | None = None
    hourly: _Hourly | None = None
    daily: _Daily | None = None


@dataclass(frozen=True, slots=True)
class OpenMeteo:
    """The forecast for one point, as far ahead and back as the rules look."""

    base_url: str
    latitude: float
    longitude: float
    ahead: timedelta
    back: timedelta
    name: str = "open-meteo"
    credit: str = "Open-Meteo.com (CC BY 4.0)"

    def request(self) -> tuple[str, Mapping[str, str]]:
        """Times in UTC, so that no hour is missing or double on the nights the clock changes."""
        days_back = ceil(self.back / timedelta(days=1)) + 1
        return f"{self.base_url}{_PATH}", {
            "latitude": str(self.latitude),
            "longitude": str(self.longitude),
            "hourly": "temperature_2m,apparent_temperature",
            "daily": "temperature_2m_min",
            "timezone": "GMT",
            "forecast_days": str(min(ceil(self.ahead / timedelta(days=1)) + 2, _MOST_DAYS)),
            "past_days": str(days_back),
        }

    def read(self, status: int, text: str, now: datetime) -> Evidence:
        """The forecast; incomplete where hours ahead are missing or only daily minima are known."""
        content = parse(text)
        if status != _OK or (isinstance(content, dict) and content.get("error")):
            raise UnreadableError(f"the server refuses ({status}): {_reason(content)}")
        hours, daily = hours_of(content, TZ)
        ahead = [hour for hour in hours if hour.at > now - HOUR]
        known = [hour for hour in ahead if hour.temperature is not None]
        if not known:
            raise UnreadableError("the forecast is stale: it says nothing about now or later")
        wanted = self.ahead / HOUR
        near = sum(now - HOUR < hour.at <= now + self.ahead for hour in known)
        return Evidence(self.name, now, hours=hours, complete=not daily and near >= wanted * _KNOWN_SHARE)


def hours_of(content: Any, zone: ZoneInfo) -> tuple[tuple[Hour, ...], bool]:
    """The hours of a payload, in order, each once (the colder of two), and whether they are daily minima only; raises UnreadableError."""
    try:
        payload = _Payload.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise UnreadableError(f"unexpected content at {'.'.join(map(str, first['loc'])) or 'the top'}: {first['msg']}") from None
    offset = timezone(timedelta(seconds=payload.utc_offset_seconds)) if payload.utc_offset_seconds is not None else zone
    if payload.hourly is not None:
        return _in_order(_hourly(payload.hourly, offset)), False
    if payload.daily is not None:
        return _in_order(_daily(payload.daily, offset)), True
    raise UnreadableError("the answer has no temperatures")


def possible(value: float | None) -> float | None:
    """The temperature, or None where no thermometer in Poland can have shown it."""
    return value if value is not None and abs(value) <= _POSSIBLE else None


def _hourly(hourly: _Hourly, zone: timezone | ZoneInfo) -> Iterator[Hour]:
    apparent: Sequence[float | None] = hourly.apparent_temperature or [None] * len(hourly.time)
    if not len(hourly.time) == len(hourly.temperature_2m) == len(apparent):
        raise UnreadableError("times and temperatures differ in number")
    for text, temperature, feels in zip(hourly.time, hourly.temperature_2m, apparent, strict=True):
        yield Hour(_moment(text, zone), possible(temperature), possible(feels))


def _daily(daily: _Daily, zone: timezone | ZoneInfo) -> Iterator[Hour]:
    if len(daily.time) != len(daily.temperature_2m_min):
        raise UnreadableError("times and temperatures differ in number")
    for text, lowest in zip(daily.time, daily.temperature_2m_min, strict=True):
        yield Hour(datetime.combine(_moment(text, zone).astimezone(zone).date(), _COLDEST_AT, zone).astimezone(UTC), possible(lowest))


def _moment(text: str, zone: timezone | ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableError(f"„{text}” is no time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _in_order(hours: Iterator[Hour]) -> tuple[Hour, ...]:
    by_time: dict[datetime, Hour] = {}
    for hour in hours:
        known = by_time.get(hour.at)
        if known is None or known.temperature is None or (hour.temperature is not None and hour.temperature < known.temperature):
            by_time[hour.at] = hour
    return tuple(by_time[at] for at in sorted(by_time))


def _reason(content: Any) -> str:
    return str(content.get("reason", "no reason given"))[:200] if isinstance(content, dict) else "no reason given"
