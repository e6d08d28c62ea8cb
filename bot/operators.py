"""What operators can do from their chat: see how it stands, decide on alerts, publish notices, read what got no answer. All of it is audited."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bot import alerts
from bot.alerts import APPROVE, CANCEL, AlertError, Setting
from bot.core.alert_text import evidence_lines
from bot.core.hours import TZ
from bot.core.knowledge import say
from bot.core.message import Choice, Incoming, Line, Reply, Role, Status
from bot.store import alerts as rows
from bot.store import deliveries, staff
from bot.store.alerts import Row
from bot.store.alerts import Status as AlertStatus
from bot.store.staff import Notice

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_CLOSED = ("nieczynn", "zamkni")
_QUESTIONS_DAYS = 14
_STATUS = {"proposed": "czeka na decyzję", "approved": "zatwierdzony", "ended": "zakończony", "cancelled": "odwołany", "expired": "wygasły"}
_STATES = {
    "queued": "czeka",
    "claimed": "w drodze",
    "sent": "wysłane",
    "uncertain": "niepewne",
    "blocked": "zablokowane przez odbiorcę",
    "failed": "nieudane",
    "expired": "przeterminowane",
}
_USAGE_ALERT = "Tak: /alert REGUŁA POZIOM RRRR-MM-DD GG:MM (koniec). Reguły: {rules}."
_USAGE_NOTICE = (
    "Tak: /komunikat MIEJSCE OD [DO] TEKST, np. „/komunikat kis 27.11 nieczynne: szkolenie pracowników”. "
    "Tekst, który zaczyna się od „nieczynne”, zamyka miejsce w te dni. Usunąć: /komunikat usuń NUMER. Miejsca: {places}."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an operator's request is carried out with."""

    connection: Connection
    setting: Setting
    operator: str
    now: datetime
    weather: Callable[[], Iterable[str]]
    """Lines on how the weather sources stand."""


def answer(desk: Desk, message: Incoming) -> Reply | None:
    """The reply to an operator's command or button; None where the message is neither."""
    try:
        if message.pressed.startswith((APPROVE, CANCEL)):
            return _reply(_decide(desk, message.pressed))
        command, _, rest = message.text.strip().partition(" ")
        found = _COMMANDS.get(command.partition("@")[0].lower())
        return found(desk, rest.strip()) if found else None
    except AlertError as error:
        return _reply([str(error)])


def _reply(lines: Iterable[str], choices: tuple[Choice, ...] = ()) -> Reply:
    first, *rest = lines
    return Reply(Status.ANSWER, (Line(first, Role.LEAD), *(Line(line) for line in rest)), choices)


def _decide(desk: Desk, pressed: str) -> Iterator[str]:
    if pressed.startswith(APPROVE):
        row = alerts.approve(desk.connection, desk.setting, pressed.removeprefix(APPROVE), desk.operator, desk.now)
        yield f"Alert {row.id} zatwierdzony. {_sending(desk, row)}"
    else:
        row = alerts.cancel(desk.connection, desk.setting, pressed.removeprefix(CANCEL), desk.operator, desk.now)
        yield f"Alert {row.id} odwołany."


def _sending(desk: Desk, row: Row) -> str:
    return staff.audience_line(desk.connection, desk.setting.schedule.rule(row.alert.rule))


def state(desk: Desk, _rest: str = "") -> Reply:
    """/stan: sources, alerts, outbox, notices."""
    lines = ["Pogoda:", *(f"– {line}" for line in desk.weather())]
    found = rows.listed(desk.connection)
    lines += ["", "Alerty:" if found else "Alerty: brak."]
    choices: list[Choice] = []
    for row in found:
        lines += alert_lines(desk, row)
        if row.status is AlertStatus.PROPOSED:
            choices.append(Choice(APPROVE + row.id, f"Zatwierdź {row.id}"))
        choices.append(Choice(CANCEL + row.id, f"Odwołaj {row.id}"))
    counted = deliveries.counts(desk.connection)
    lines += ["", f"Wysyłka: {_told(counted) or 'nic nie czeka'}."]
    lines += ["", *_notice_lines(desk)]
    return _reply(lines, tuple(choices))


def alert_lines(desk: Desk, row: Row) -> Iterator[str]:
    """One alert as it stands, with its evidence and what was sent."""
    until = f"do {row.alert.until.astimezone(TZ):%d.%m %H:%M}" if row.alert.until else "koniec nieznany"
    active = ", trwa" if row.active(desk.now) else ""
    yield f"– {row.id}: {_STATUS[row.status]}{active}, poziom {row.alert.level}, od {row.alert.onset.astimezone(TZ):%d.%m %H:%M} {until}"
    yield from evidence_lines(row.alert)
    counted = deliveries.counts(desk.connection, row.id)
    if counted:
        yield f"  wysyłka: {_told(counted)}"


def _told(counted: Mapping[str, int]) -> str:
    """wysłane 120, niepewne 1."""
    return ", ".join(f"{told} {counted[state]}" for state, told in _STATES.items() if counted[state])


def _alert(desk: Desk, rest: str) -> Reply:
    """/alert silny-mroz 1 2027-01-20 08:00."""
    usage = _USAGE_ALERT.format(rules="; ".join(f"{r.id} ({', '.join(str(level.level) for level in r.levels)})" for r in desk.setting.schedule.rules))
    words = rest.split()
    day, clock = (_day(words[2], desk.now.date()), _CLOCK.fullmatch(words[3])) if len(words) == 4 else (None, None)
    if day is None or clock is None or not words[1].isdigit() or int(clock[1]) > 23 or int(clock[2]) > 59:
        return _reply([usage])
    until = datetime.combine(day, time(int(clock[1]), int(clock[2])), TZ)
    row = alerts.propose(desk.connection, desk.setting, words[0], int(words[1]), desk.now, until, desk.operator, desk.now)
    return _reply([f"Alert {row.id} przygotowany. {_sending(desk, row)}"], (Choice(APPROVE + row.id, "Zatwierdź"), Choice(CANCEL + row.id, "Odwołaj")))


def _notice(desk: Desk, rest: str) -> Reply:
    """/komunikat kis 27.11 28.11 nieczynne: szkolenie."""
    places = {place.id: place for place in desk.setting.content.places() if place.address}
    words = rest.split()
    if len(words) == 2 and words[0].lower().startswith("usu") and words[1].isdigit():
        staff.note(desk.connection, desk.operator, "remove-notice", words[1], desk.now)
        return _reply(["Usunięte." if staff.remove_notice(desk.connection, int(words[1])) else f"Nie ma komunikatu {words[1]}."])
    today = desk.now.astimezone(TZ).date()
    days = [day for word in words[1:3] if (day := _day(word, today))]
    text = " ".join(words[1 + len(days) :])
    if not days or words[0] not in places or not text:
        return _reply([_USAGE_NOTICE.format(places=", ".join(places)), *_notice_lines(desk)])
    notice = Notice(0, words[0], text, text.lower().startswith(_CLOSED), days[0], days[-1])
    staff.add_notice(desk.connection, notice)
    staff.note(desk.connection, desk.operator, "notice", f"{words[0]} {days[0]} {days[-1]} {text}", desk.now)
    return _reply([f"Opublikowane: {say(places[words[0]].short)}, {days[0]:%d.%m.%Y}–{days[-1]:%d.%m.%Y}: {text}"])


def _notice_lines(desk: Desk) -> Iterator[str]:
    found = staff.notices_from(desk.connection, desk.now.astimezone(TZ).date())
    yield "Komunikaty:" if found else "Komunikaty: brak."
    for notice in found:
        yield f"– {notice.id}. {notice.place}, {notice.first:%d.%m}–{notice.last:%d.%m}: {notice.text}"


def _questions(desk: Desk, _rest: str) -> Reply:
    """/pytania: what got no answer lately."""
    found = staff.unanswered_since(desk.connection, desk.now - timedelta(days=_QUESTIONS_DAYS))
    if not found:
        return _reply([f"Przez {_QUESTIONS_DAYS} dni nie było pytań bez odpowiedzi."])
    return _reply([f"Pytania bez odpowiedzi z {_QUESTIONS_DAYS} dni, od najnowszego:", *(f"– {text}" for text in found)])


_COMMANDS: Mapping[str, Callable[[Desk, str], Reply]] = {"/stan": state, "/alert": _alert, "/komunikat": _notice, "/pytania": _questions}


def _day(text: str, today: date) -> date | None:
    """2026-11-27, 27.11.2026, or 27.11 of this year or the next."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        if found[1]:
            return date(int(found[1]), int(found[2]), int(found[3]))
        day = date(int(found[6] or today.year), int(found[5]), int(found[4]))
        return day if found[6] or day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return None
