"""The shape of schedules.yaml, field by field; exported as JSON Schema for editors' completion.

Descriptions are in Polish: the people who read them edit the schedules.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, TypeAdapter, model_validator

from bot.loader.schema import Id, Line, Model, TextField

_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d", re.ASCII)
_DST_HOUR = 2
_LEAP_YEAR = 2028


def _number(value: Any) -> Any:
    """Decimal commas and typographic minus signs are what Polish keyboards and texts give."""
    return value.replace("−", "-").replace(",", ".") if isinstance(value, str) else value


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError(f"„{text}” nie jest godziną – napisz np. 7:00 albo 22:30")
    return text


def _unambiguous(text: str) -> str:
    if int(text.partition(":")[0]) == _DST_HOUR:
        raise ValueError(f"godziny {text} nie ma w noc zmiany czasu na letni, a w jesienną jest dwa razy – wybierz inną niż 2:00–2:59")
    return text


def _day(text: str) -> str:
    try:
        month, day = (int(part) for part in text.split("-"))
        date(_LEAP_YEAR, month, day)
    except ValueError:
        raise ValueError(f"nie ma takiego dnia „{text}” – napisz miesiąc i dzień, np. 11-01") from None
    if (month, day) == (2, 29):
        raise ValueError("29 lutego nie ma w każdym roku – wybierz 02-28 albo 03-01")
    return text


def _months(months: Sequence[int]) -> Sequence[int]:
    if len(set(months)) < len(months):
        raise ValueError("miesiąc jest wpisany dwa razy")
    starts = [m for m in months if (m - 2) % 12 + 1 not in months]
    if len(starts) > 1:
        raise ValueError("miesiące mają iść po kolei, bez przerwy w środku sezonu, np. [11, 12, 1, 2, 3]")
    return months


Degrees = Annotated[float, BeforeValidator(_number), Field(ge=-60, le=30)]
Clock = Annotated[str, AfterValidator(_clock)]
JobClock = Annotated[str, AfterValidator(_clock), AfterValidator(_unambiguous)]
Day = Annotated[str, AfterValidator(_day)]
Month = Annotated[int, Field(ge=1, le=12)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")]
Channel = Literal["telegram", "telegram-channel", "sms"]


class _SourceEntry(Model):
    base_url: Url = Field(description="Adres serwera. Zmień tylko, gdy dane mają przychodzić skądinąd (np. w testach).")
    every_minutes: int = Field(ge=10, le=360, description="Co ile minut pytać (10–360). Częściej nie wolno: serwery są wspólne.")
    stale_after_minutes: int = Field(ge=20, le=2880, description="Po ilu minutach bez odpowiedzi ostatnie dane są za stare, żeby na nich polegać.")


class ForecastEntry(_SourceEntry):
    """The hourly forecast."""

    latitude: float = Field(ge=48.9, le=55, description="Szerokość geograficzna (w Polsce 49–55).")
    longitude: float = Field(ge=14, le=24.2, description="Długość geograficzna (w Polsce 14–24).")


class ImgwEntry(_SourceEntry):
    """IMGW's warnings."""

    county: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] = Field(description="Czterocyfrowy kod TERYT powiatu; Bytom to 2462.")


class MeteoAlarmEntry(_SourceEntry):
    """MeteoAlarm's warnings."""

    area: Annotated[str, StringConstraints(pattern=r"^PL\d{4}$")] = Field(description="Kod EMMA_ID powiatu; Bytom to PL2462.")


class SourcesEntry(Model):
    """Where the weather comes from."""

    open_meteo: ForecastEntry | None = Field(None, description="Prognoza godzinowa Open-Meteo.")
    imgw: ImgwEntry | None = Field(None, description="Ostrzeżenia IMGW-PIB.")
    meteoalarm: MeteoAlarmEntry | None = Field(None, description="Te same ostrzeżenia przez MeteoAlarm – gdy IMGW nie odpowiada.")
    tell_operators_after_minutes: int = Field(ge=30, le=2880, description="Po ilu minutach ciszy wszystkich źródeł powiadomić operatorów.")


class MessageEntry(Model):
    """A message in full and as an SMS."""

    text: TextField = Field(description="Pełna treść. Można użyć: {centre}, {when}, {places}, {phone:miejsce}.")
    sms: TextField = Field(description="Ta sama wiadomość w jednym SMS: najwyżej 160 znaków; polskie litery zamienimy na zwykłe.")


class ConditionEntry(Model):
    """One condition: a temperature, what it feels like, or a warning."""

    temperature_at_most: Degrees | None = Field(None, description="Prognozowana temperatura jest taka lub niższa (°C).")
    apparent_at_most: Degrees | None = Field(None, description="Temperatura odczuwalna jest taka lub niższa (°C).")
    within_hours: int | None = Field(None, ge=1, le=240, description="… w ciągu tylu godzin od teraz.")
    warning: Annotated[list[Line], Field(min_length=1)] | None = Field(None, description="Nazwy ostrzeżeń, np. Silny mróz.")
    at_least: int | None = Field(None, ge=1, le=3, description="Od którego stopnia ostrzeżenia (1, 2 albo 3).")

    @model_validator(mode="after")
    def _one(self) -> Self:
        cold = [v for v in (self.temperature_at_most, self.apparent_at_most) if v is not None]
        if len(cold) + (self.warning is not None) != 1:
            raise ValueError("warunek ma mieć dokładnie jedno z pól: temperature_at_most, apparent_at_most, warning")
        if cold and (self.within_hours is None or self.at_least is not None):
            raise ValueError("przy temperaturze podaj within_hours (w ciągu ilu godzin); at_least jest tylko dla ostrzeżeń")
        if self.warning is not None and (self.at_least is None or self.within_hours is not None):
            raise ValueError("przy ostrzeżeniu podaj at_least (od którego stopnia); within_hours jest tylko dla temperatury")
        return self


class LevelEntry(Model):
    """One level of a rule."""

    level: int = Field(ge=1, le=3, description="Numer poziomu: 1, potem groźniejszy 2, potem 3.")
    name: TextField = Field(description="Nazwa dla operatora, np. silny mróz.")
    any: Annotated[list[ConditionEntry], Field(min_length=1)] | None = Field(None, description="Wystarczy jeden z tych warunków.")
    all: Annotated[list[ConditionEntry], Field(min_length=1)] | None = Field(None, description="Muszą być spełnione wszystkie warunki.")
    life_safety: bool = Field(False, description="true: chodzi o życie – wiadomość wychodzi także w ciszy nocnej i nie czeka na przerwę między alertami.")
    uncertain: Literal["leave", "resend"] = Field("leave", description="Gdy nie wiadomo, czy wiadomość dotarła: leave – zostaw, resend – wyślij jeszcze raz.")
    message: MessageEntry = Field(description="Co piszemy do ludzi.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.any is None) == (self.all is None):
            raise ValueError("podaj warunki: any (wystarczy jeden) albo all (wszystkie naraz), nie oba")
        if self.uncertain == "resend" and not self.life_safety:
            raise ValueError("uncertain: resend jest tylko dla poziomu z life_safety: true (inaczej ktoś dostanie to samo dwa razy)")
        return self


class ClearEntry(Model):
    """When it is over."""

    above: Degrees = Field(description="Alert kończy się dopiero powyżej tej temperatury (°C); musi być wyższa niż próg.")
    apparent_above: Degrees | None = Field(None, description="To samo dla temperatury odczuwalnej; potrzebne, gdy jest apparent_at_most.")
    for_hours: int = Field(ge=1, le=168, description="… i tylko gdy cieplej jest już tyle godzin.")


class QuietEntry(Model):
    """The hours when nobody is woken."""

    from_: Clock = Field(alias="from", description="Początek ciszy nocnej, np. 22:00.")
    to: Clock = Field(description="Koniec ciszy nocnej, np. 7:00.")

    @model_validator(mode="after")
    def _not_a_day(self) -> Self:
        if self.from_.zfill(5) == self.to.zfill(5):
            raise ValueError("początek i koniec ciszy nocnej są takie same")
        return self


class ApprovalEntry(Model):
    """Who lets it go out."""

    by: Literal["auto", "operator"] = Field(description="auto – bot wysyła sam; operator – człowiek zatwierdza.")
    wait_minutes: int | None = Field(None, ge=5, le=1440, description="Ile minut czekać na operatora.")
    unanswered: Literal["send", "lapse"] | None = Field(None, description="Gdy nikt nie odpowie: send – wyślij, lapse – nie wysyłaj.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = (self.wait_minutes is not None, self.unanswered is not None)
        if self.by == "operator" and given != (True, True):
            raise ValueError("przy operator podaj wait_minutes (ile czekać) i unanswered (co potem: send albo lapse)")
        if self.by == "auto" and any(given):
            raise ValueError("przy auto nie ma na kogo czekać – usuń wait_minutes i unanswered")
        return self


class _Announcement(Model):
    topics: Annotated[list[Id], Field(min_length=1)] = Field(description="Do kogo: tematy z listy topics.")
    channels: Annotated[list[Channel], Field(min_length=1)] = Field(description="Którędy: telegram, telegram-channel (kanał publiczny), sms.")


class RuleEntry(_Announcement):
    """One alert rule."""

    id: Id = Field(description="Krótka nazwa reguły, np. silny-mroz.")
    name: TextField = Field(description="Nazwa, np. silny mróz.")
    months: Annotated[list[Month], Field(min_length=1), AfterValidator(_months)] = Field(description="Miesiące, w których pilnujemy, po kolei.")
    levels: Annotated[list[LevelEntry], Field(min_length=1)] = Field(description="Poziomy, od najłagodniejszego.")
    clear: ClearEntry = Field(description="Kiedy alert się kończy.")
    gap_hours: int = Field(ge=0, le=336, description="Najkrótsza przerwa między końcem alertu a następnym alertem, w godzinach.")
    blind_hours: int = Field(ge=1, le=168, description="Gdy nie ma żadnych danych: ile godzin po spodziewanym końcu alert jeszcze trwa.")
    round_the_clock: list[Id] = Field(description="Miejsca, które w czasie alertu działają według swojego hours_in_frost.")
    quiet_hours: QuietEntry | None = Field(None, description="Cisza nocna.")
    approval: ApprovalEntry = Field(description="Kto zatwierdza.")
    all_clear: MessageEntry = Field(description="Wiadomość na koniec alertu.")


class SeasonMessagesEntry(_Announcement):
    """Word of changing hours."""

    places: Annotated[list[Id], Field(min_length=1)] = Field(description="Miejsca; daty i godziny biorą się z ich hours.")
    days_before: int = Field(ge=0, le=30, description="Ile dni przed zmianą.")
    at: JobClock = Field(description="O której godzinie.")


class OutreachEntry(_Announcement):
    """The season of winter outreach."""

    first: Day = Field(description="Pierwszy dzień sezonu: miesiąc-dzień, np. 11-01.")
    last: Day = Field(description="Ostatni dzień sezonu: miesiąc-dzień, np. 03-31.")
    at: JobClock = Field(description="O której wysłać wiadomość pierwszego dnia.")
    message: MessageEntry = Field(description="Wiadomość na początek sezonu.")

    @model_validator(mode="after")
    def _a_season(self) -> Self:
        if self.first == self.last:
            raise ValueError("sezon zaczyna się i kończy tego samego dnia")
        return self


class HousekeepingEntry(Model):
    """What is deleted when."""

    at: JobClock = Field(description="O której godzinie sprzątać.")
    keep_questions_days: int = Field(ge=1, le=365, description="Ile dni trzymać pytania bez odpowiedzi (bez danych osób).")
    keep_deliveries_days: int = Field(ge=1, le=365, description="Ile dni trzymać zapis, że wiadomość wysłano.")
    keep_alerts_days: int = Field(ge=30, le=3650, description="Ile dni trzymać alerty i to, na jakiej podstawie powstały.")
    keep_audit_days: int = Field(ge=30, le=3650, description="Ile dni trzymać zapis działań operatorów.")


class SchedulesFile(Model):
    """schedules.yaml."""

    centre: Id = Field(description="Ośrodek, którego dotyczy ten plik: nazwa katalogu w knowledge.")
    timezone: Literal["Europe/Warsaw"] = Field(description="Strefa czasowa wszystkich godzin: Europe/Warsaw.")
    sources: SourcesEntry = Field(description="Skąd bierzemy pogodę.")
    topics: Annotated[dict[Id, TextField], Field(min_length=1)] = Field(description="Na co można się zapisać.")
    rules: Annotated[list[RuleEntry], Field(min_length=1)] = Field(description="Reguły alertów.")
    season_messages: SeasonMessagesEntry = Field(description="Zapowiedź zmiany godzin wraz z porą roku.")
    outreach: OutreachEntry = Field(description="Sezon zimowej pomocy na ulicy.")
    housekeeping: HousekeepingEntry = Field(description="Porządki: jak długo co trzymamy.")


SCHEDULES = TypeAdapter(SchedulesFile)
