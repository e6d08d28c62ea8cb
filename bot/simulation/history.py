"""Past temperatures from a file: CSV (time,temperature[,apparent]) or Open-Meteo's JSON; what is odd in it is told in plain words."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bot.core.evidence import HOUR, Hour
from bot.core.hours import TZ
from bot.weather.openmeteo import hours_of, possible
from bot.weather.source import UnreadableError, parse

_TIME = ("time", "czas", "data", "date")
_TEMPERATURE = ("temperature", "temperature_2m", "temperatura", "temp")
_APPARENT = ("apparent", "apparent_temperature", "odczuwalna")
_MISSING = frozenset(("", "null", "none", "nan", "na", "-"))
_SYNTHETIC = "SYNTHETIC"
_SHOWN = 5
_UNIT = re.compile(r"\s*[(\[].*$")


class HistoryError(Exception):
    """The file cannot be used; the message says why, in Polish."""


@dataclass(frozen=True, slots=True)
class History:
    """Hours in order, each once, and remarks on what was put right on the way. `synthetic`: the file itself says that it is made up."""

    hours: tuple[Hour, ...]
    remarks: tuple[str, ...]
    synthetic: bool

    @property
    def first(self) -> date:
        """The first local day."""
        return self.hours[0].at.astimezone(TZ).date()

    @property
    def last(self) -> date:
        """The last local day."""
        return self.hours[-1].at.astimezone(TZ).date()


def read_history(path: Path) -> History:
    """The temperatures of a file; raises HistoryError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise HistoryError(f"{path}: plik nie jest tekstem w kodowaniu UTF-8") from None
    except IsADirectoryError:
        raise HistoryError(f"{path}: to katalog, a ma być plik CSV albo JSON") from None
    except OSError as error:
        raise HistoryError(f"{path}: nie można odczytać pliku ({error.strerror})") from None
    if not text.strip():
        raise HistoryError(f"{path}: plik jest pusty")
    try:
        rows = _from_json(text) if text.lstrip()[0] in "{[" else _from_csv(text)
        return _checked(list(rows), synthetic=_SYNTHETIC in text)
    except HistoryError as error:
        raise HistoryError(f"{path}: {error}") from None


def _checked(rows: list[Hour], *, synthetic: bool) -> History:
    known = sorted({h.at: h for h in _colder_last(rows)}.values())
    if not any(hour.temperature is not None for hour in known):
        raise HistoryError("nie ma w nim ani jednej temperatury")
    return History(tuple(known), tuple(_remarks(rows, known)), synthetic)


def _colder_last(rows: Sequence[Hour]) -> list[Hour]:
    """So that of two values for one hour the colder is kept, and a value before none."""
    return sorted(rows, key=lambda h: -h.temperature if h.temperature is not None else -1000)


def _remarks(rows: Sequence[Hour], known: Sequence[Hour]) -> Iterator[str]:
    if any(b.at < a.at for a, b in pairwise(rows)):
        yield "Wiersze nie były po kolei – ułożyłem je według czasu."
    if len(known) < len(rows):
        yield f"Godziny wpisane więcej niż raz: {len(rows) - len(known)} – biorę niższą temperaturę."
    nulls = sum(h.temperature is None for h in known)
    if nulls:
        yield f"Godziny bez temperatury: {nulls} – reguły traktują je jako nieznane."
    gaps = [(a.at, b.at) for a, b in pairwise(known) if b.at - a.at > HOUR]
    if gaps:
        missing = sum(round((b - a) / HOUR) - 1 for a, b in gaps)
        where = ", ".join(f"od {(a + HOUR).astimezone(TZ):%d.%m.%Y %H:%M} do {(b - HOUR).astimezone(TZ):%d.%m.%Y %H:%M}" for a, b in gaps[:_SHOWN])
        yield f"Brakujące godziny: {missing} ({where}{' i dalsze' if len(gaps) > _SHOWN else ''}) – reguły traktują je jako nieznane."


# -- JSON -----------------------------------------------------------------------------------------------------------


def _from_json(text: str) -> tuple[Hour, ...]:
    try:
        hours, daily = hours_of(parse(text), TZ)
    except UnreadableError as error:
        raise HistoryError(f"to nie jest odpowiedź Open-Meteo z temperaturami godzinowymi ({error})") from None
    if daily:
        raise HistoryError("są tylko temperatury dzienne, a potrzebne są godzinowe: pobierz hourly=temperature_2m")
    if not hours:
        raise HistoryError("nie ma w nim ani jednej godziny")
    return hours


# -- CSV ------------------------------------------------------------------------------------------------------------


def _from_csv(text: str) -> Iterator[Hour]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise HistoryError("są w nim tylko komentarze")
    delimiter = max(",;\t", key=lines[0][1].count)
    columns = _columns(next(csv.reader([lines[0][1]], delimiter=delimiter)))
    if len(lines) == 1:
        raise HistoryError("jest tylko nagłówek, nie ma ani jednej godziny")
    faults: list[str] = []
    hours: list[Hour] = []
    seen: set[datetime] = set()
    for number, line in lines[1:]:
        try:
            hour = _row(next(csv.reader([line], delimiter=delimiter)), columns, seen)
        except ValueError as error:
            faults.append(f"wiersz {number}: {error}")
        else:
            hours.append(hour)
    if faults:
        more = f" (i jeszcze {len(faults) - _SHOWN})" if len(faults) > _SHOWN else ""
        raise HistoryError("; ".join(faults[:_SHOWN]) + more)
    yield from hours


def _columns(header: Sequence[str]) -> Mapping[str, int]:
    names = [_UNIT.sub("", name).strip().casefold() for name in header]
    found = {}
    for column, known in (("time", _TIME), ("temperature", _TEMPERATURE), ("apparent", _APPARENT)):
        index = next((i for i, name in enumerate(names) if name in known), None)
        if index is not None:
            found[column] = index
    missing = [column for column in ("time", "temperature") if column not in found]
    if missing:
        raise HistoryError(f"w pierwszym wierszu brakuje kolumn: {', '.join(missing)}; ma być time,temperature albo time,temperature,apparent")
    return found


def _row(cells: Sequence[str], columns: Mapping[str, int], seen: set[datetime]) -> Hour:
    if len(cells) <= max(columns["time"], columns["temperature"]):
        raise ValueError("za mało kolumn")
    apparent = columns.get("apparent")
    return Hour(
        _moment(cells[columns["time"]].strip(), seen),
        _degrees(cells[columns["temperature"]]),
        _degrees(cells[apparent]) if apparent is not None and apparent < len(cells) else None,
    )


def _moment(text: str, seen: set[datetime]) -> datetime:
    """The time in UTC. A local hour that comes twice in the night of the autumn change is the second one the second time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"„{text}” nie jest czasem – zapisz go np. 2026-01-15T22:00") from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    first, second = (moment.replace(tzinfo=TZ, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first in seen and second - first == timedelta(hours=1):
        return second
    seen.add(first)
    return first


def _degrees(cell: str) -> float | None:
    text = cell.strip().replace("−", "-").replace(",", ".")
    if text.casefold() in _MISSING:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"„{cell.strip()}” nie jest temperaturą") from None
    if possible(value) is None:
        raise ValueError(f"{cell.strip()} °C to nie jest możliwa temperatura")
    return value
