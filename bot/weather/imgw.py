"""IMGW-PIB: official warnings of a county. Every scalar is a string, times are Warsaw's without offset, "none" has several shapes.

A warning that is updated gets a new id and its old row vanishes: rows are what is warned of now, ids mean nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from bot.core.evidence import Evidence, Warning  # noqa: A004  # the field's own word
from bot.core.hours import TZ
from bot.weather.source import UnreadableError, parse

_OK, _NOT_FOUND = 200, 404
_PATH = "/api/data/warningsmeteo"
_NONE = "no products were found"
_SHORT = 200
"""A longer answer that is no list is something else than "no warnings"."""


class _Row(BaseModel):
    id: str
    nazwa_zdarzenia: str = Field(min_length=1)
    stopien: Annotated[int, Field(ge=1, le=3)]
    obowiazuje_od: datetime
    obowiazuje_do: datetime
    tresc: str = ""
    teryt: list[str]


@dataclass(frozen=True, slots=True)
class Imgw:
    """The warnings for one county (TERYT code, four digits)."""

    base_url: str
    county: str
    name: str = "imgw"
    credit: str = "Źródłem pochodzenia danych jest Instytut Meteorologii i Gospodarki Wodnej – Państwowy Instytut Badawczy; dane zostały przetworzone"

    def request(self) -> tuple[str, Mapping[str, str]]:
        """All of Poland: the service has nothing smaller."""
        return f"{self.base_url}{_PATH}", {}

    def read(self, status: int, text: str, now: datetime) -> Evidence:
        """The warnings not yet past; incomplete where a row that may be ours cannot be read."""
        if _says_none(status, text):
            return Evidence(self.name, now)
        if status != _OK:
            raise UnreadableError(f"the server answers {status}")
        rows = parse(text)
        if not isinstance(rows, list):
            raise UnreadableError("the answer is no list of warnings")
        ours = [row for row in rows if self._may_be_ours(row)]
        read = [_row(row) for row in ours]
        warnings = tuple(sorted(w for w in self._warnings(read) if w.expires > now))
        complete = None not in read
        if not complete and not warnings:
            raise UnreadableError("warnings that cannot be read")
        return Evidence(self.name, now, warnings=warnings, complete=complete)

    def _may_be_ours(self, row: Any) -> bool:
        """A row without readable counties may be anybody's."""
        counties = row.get("teryt") if isinstance(row, dict) else None
        return not isinstance(counties, list) or not counties or self.county in map(str, counties)

    def _warnings(self, rows: list[_Row | None]) -> Iterator[Warning]:
        for row in rows:
            if row is not None:
                yield Warning(
                    source=self.name,
                    id=row.id,
                    event=row.nazwa_zdarzenia.strip(),
                    level=row.stopien,
                    area=self.county,
                    onset=_utc(row.obowiazuje_od, fold=0),
                    expires=_utc(row.obowiazuje_do, fold=1),  # of two hours of that name, the later: a warning rather too long
                    text=row.tresc,
                )


def _row(row: Any) -> _Row | None:
    try:
        found = _Row.model_validate(row)
    except ValidationError:
        return None
    return found if found.teryt and found.obowiazuje_od <= found.obowiazuje_do else None


def _utc(moment: datetime, fold: int) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=TZ, fold=fold)).astimezone(UTC)


def _says_none(status: int, text: str) -> bool:
    """Whether the answer means "no warnings": 404 with just that message, or 200 with a short JSON that is no list of anything."""
    if status not in (_OK, _NOT_FOUND) or len(text) > _SHORT or not text.strip():
        return False
    if _NONE in text.casefold():
        return True
    if status == _NOT_FOUND:
        return False
    content = parse(text)
    return not isinstance(content, list) and not (isinstance(content, dict) and any("error" in str(key).casefold() for key in content))
