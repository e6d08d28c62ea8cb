"""MeteoAlarm: the same official warnings as CAP 1.2 in JSON, one record per warning and county; past ones stay for days."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from bot.core.evidence import Evidence, Warning  # noqa: A004  # the field's own word
from bot.weather.source import UnreadableError, parse

_OK = 200
_PATH = "/api/v1/warnings/feeds-poland"
_EMMA_ID = "EMMA_ID"
_COLOUR = re.compile(r"^\w+ alert na ", re.IGNORECASE)
"""„Żółty alert na upał”: what IMGW calls „Upał”."""
_LOW_TEMPERATURE = "6"
_FROST, _GROUND_FROST = "Silny mróz", "Przymrozki"


class _Pair(BaseModel):
    value_name: str = Field(alias="valueName")
    value: str


class _Area(BaseModel):
    geocode: list[_Pair] = []


class _Info(BaseModel):
    language: str = ""
    event: str
    area: list[_Area]
    parameter: list[_Pair]
    onset: AwareDatetime | None = None
    effective: AwareDatetime | None = None
    expires: AwareDatetime
    description: str = ""

    def parameter_of(self, name: str) -> str:
        """The number that a parameter begins with: "2" of "2; yellow; Moderate"."""
        return next((p.value.partition(";")[0].strip() for p in self.parameter if p.value_name == name), "")


class _Alert(BaseModel):
    identifier: str
    status: str
    message_type: str = Field(alias="msgType")
    references: str = ""
    sent: AwareDatetime
    info: list[_Info] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class MeteoAlarm:
    """The warnings for one county (EMMA_ID, e.g. PL2462)."""

    base_url: str
    area: str
    name: str = "meteoalarm"
    credit: str = "EUMETNET – MeteoAlarm (meteoalarm.org), ostrzeżenia IMGW-PIB"

    def request(self) -> tuple[str, Mapping[str, str]]:
        """All of Poland in one feed."""
        return f"{self.base_url}{_PATH}", {}

    def read(self, status: int, text: str, now: datetime) -> Evidence:
        """The warnings not yet past; incomplete where a record that may be ours cannot be read."""
        if status != _OK:
            raise UnreadableError(f"the server answers {status}")
        content = parse(text)
        records = content.get("warnings") if isinstance(content, dict) else None
        if not isinstance(records, list):
            raise UnreadableError("the answer is no feed of warnings")
        ours = [record for record in records if self._may_be_ours(record)]
        read = [_alert(record) for record in ours]
        alerts = [alert for alert in read if alert is not None and alert.status == "Actual"]
        replaced = _replaced(alerts)
        found = [self._warning(a) for a in alerts if a.message_type != "Cancel" and a.identifier not in replaced]
        warnings = tuple(sorted(w for w in found if w is not None and w.expires > now and w.level > 0))
        complete = None not in read and None not in found
        if not complete and not warnings:
            raise UnreadableError("warnings that cannot be read")
        return Evidence(self.name, now, warnings=warnings, complete=complete)

    def _may_be_ours(self, record: Any) -> bool:
        """A record without a readable county may be anybody's."""
        codes = list(_codes(record))
        return not codes or self.area in codes

    def _warning(self, alert: _Alert) -> Warning | None:
        info = next((i for i in alert.info if i.language.casefold().startswith("pl")), alert.info[0])
        level = info.parameter_of("awareness_level")
        if not level.isdecimal():
            return None
        onset = info.onset or info.effective or alert.sent
        return Warning(
            source=self.name,
            id=alert.identifier,
            event=_event(info),
            level=int(level) - 1,  # MeteoAlarm counts from green
            area=self.area.removeprefix("PL"),
            onset=onset.astimezone(UTC),
            expires=info.expires.astimezone(UTC),
            text=info.description,
        )


def _codes(record: Any) -> Iterable[str]:
    """The county codes of a record, however much else of it is broken."""
    try:
        for info in record["alert"]["info"]:
            for area in info["area"]:
                for code in area["geocode"]:
                    if code["valueName"] == _EMMA_ID:
                        yield str(code["value"])
    except (KeyError, TypeError):
        return


def _alert(record: Any) -> _Alert | None:
    try:
        return _Alert.model_validate(record["alert"])
    except (ValidationError, KeyError, TypeError):
        return None


def _replaced(alerts: Iterable[_Alert]) -> frozenset[str]:
    """Identifiers that an update or a cancellation takes the place of; `references` is a list of "sender,identifier,sent"."""
    parts = (ref.split(",") for a in alerts if a.message_type in ("Update", "Cancel") for ref in a.references.split())
    return frozenset(part[1] for part in parts if len(part) > 1)


def _event(info: _Info) -> str:
    """The event under the name that IMGW gives it."""
    name = _COLOUR.sub("", info.event).strip()
    if info.parameter_of("awareness_type") == _LOW_TEMPERATURE:
        return _GROUND_FROST if "przymroz" in name.casefold() else _FROST
    return name[:1].upper() + name[1:]
