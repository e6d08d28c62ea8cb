"""Deciding on alerts: made by hand, approved, given other times, cancelled; by buttons and by /alert."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot import alerts, announcing, spending
from bot.announcing import APPROVE, CANCEL, STATUS_WORDS, TIMES, AlertError, times
from bot.core.alert_rules import Kind
from bot.core.alert_text import evidence_lines
from bot.core.evidence import HOUR, utc
from bot.core.hours import TZ
from bot.core.message import Choice, Reply
from bot.operators.desk import Desk, moment_of, reply
from bot.spending import RELEASE
from bot.store import alerts as rows
from bot.store import deliveries, staff
from bot.store.alerts import Row, Status

SHOW, END, ONSET = "op:show:", "op:end:", "op:onset:"
"""Keys of further buttons: before an alert's id; END and ONSET have the new time behind it, in minutes since 1970, so that pressing twice changes nothing."""
BUTTONS = (APPROVE, CANCEL, TIMES, SHOW, END, ONSET, RELEASE)
_LATER = (timedelta(hours=6), timedelta(hours=12), timedelta(hours=24), timedelta(hours=-6))
_STATES = {
    "queued": "czeka",
    "held": "wstrzymane (limit SMS)",
    "claimed": "w drodze",
    "sent": "wysłane",
    "uncertain": "niepewne",
    "blocked": "zablokowane przez odbiorcę",
    "failed": "nieudane",
    "expired": "przeterminowane",
}
_USAGE = (
    "Nowy alert: /alert REGUŁA POZIOM RRRR-MM-DD GG:MM (koniec). Reguły: {rules}.",
    "Inny czas: /alert koniec NUMER RRRR-MM-DD GG:MM albo /alert początek NUMER RRRR-MM-DD GG:MM. NUMER alertu pokazuje /stan; gdy alert jest jeden, można go pominąć.",
)
_MOVES = {"koniec": "until", "poczatek": "onset", "początek": "onset"}


def pressed(desk: Desk, key: str) -> Reply:
    """The reply to a button; raises AlertError."""
    button = next(button for button in BUTTONS if key.startswith(button))
    rest = key.removeprefix(button)
    if button in (END, ONSET):
        alert_id, _, minutes = rest.rpartition(":")
        return _moved(desk, alert_id, "until" if button == END else "onset", datetime.fromtimestamp(int(minutes) * 60, TZ))
    return _PRESSED[button](desk, rest)


def command(desk: Desk, rest: str) -> Reply:
    """/alert silny-mroz 1 2027-01-20 08:00, /alert koniec silny-mroz-20270119T1200Z 2027-01-21 08:00; raises AlertError."""
    first, *words = rest.split() or [""]
    when = moment_of(tuple(words[-2:]), desk.now.astimezone(TZ).date())
    if first.lower() in _MOVES and when and len(words) in {2, 3}:
        return _moved(desk, words[0] if len(words) == 3 else _only(desk).id, _MOVES[first.lower()], when)
    if when is None or len(words) != 3 or not words[0].isdigit():
        rules = "; ".join(f"{r.id} ({', '.join(str(level.level) for level in r.levels)})" for r in desk.setting.schedule.rules)
        return reply(line.format(rules=rules) for line in _USAGE)
    row = alerts.propose(desk.connection, desk.setting, first, int(words[0]), desk.now, when, desk.operator, desk.now)
    return _card(desk, row, "Alert przygotowany.")


def alert_lines(desk: Desk, row: Row) -> Iterator[str]:
    """One alert as it stands, with its evidence and what was sent."""
    active = ", trwa" if row.active(desk.now) else ""
    yield f"– {row.id}: {STATUS_WORDS[row.status]}{active}, poziom {row.alert.level}, {times(row)}"
    yield from evidence_lines(row.alert)
    counted = deliveries.counts(desk.connection, row.id)
    if counted:
        yield f"  wysyłka: {told(counted)}"


def told(counted: Mapping[str, int]) -> str:
    """Wysłane 120, niepewne 1."""
    return ", ".join(f"{word} {counted[state]}" for state, word in _STATES.items() if counted[state])


def _approve(desk: Desk, alert_id: str) -> Reply:
    row = alerts.approve(desk.connection, desk.setting, alert_id, desk.operator, desk.now)
    return _card(desk, row, f"Alert {row.id} zatwierdzony.")


def _cancel(desk: Desk, alert_id: str) -> Reply:
    row = alerts.cancel(desk.connection, desk.setting, alert_id, desk.operator, desk.now)
    return reply([f"Alert {row.id} odwołany."])


def _show(desk: Desk, alert_id: str) -> Reply:
    return _card(desk, alerts.known(desk.connection, alert_id))


def _edit_times(desk: Desk, alert_id: str) -> Reply:
    """The times that can be chosen by a button, and how to write another."""
    row = alerts.known(desk.connection, alert_id)
    if row.status not in rows.OPEN:
        raise AlertError(f"Alert {row.id} już się skończył: {STATUS_WORDS[row.status]}.")
    lines = [
        f"Alert {row.id}: {times(row)}.",
        "Wybierz nowy czas albo napisz, np.:",
        f"/alert koniec {row.id} {desk.now.astimezone(TZ) + timedelta(days=1):%Y-%m-%d} 08:00",
        "Po zmianie alert kończy się o tej godzinie; pogoda już go nie skończy ani nie przedłuży.",
    ]
    if row.status is Status.APPROVED:
        lines.append("Kto już dostał alert, dostanie krótką wiadomość o zmianie. Kto jeszcze czeka, dostanie od razu nowy czas.")
    return reply(lines, (*_ends(row, desk.now), *_onsets(row, desk.now), Choice(SHOW + row.id, "Wróć")))


def _ends(row: Row, now: datetime) -> Iterator[Choice]:
    start = max(row.alert.onset, utc(now))
    from_ = row.alert.until or start.replace(minute=0, second=0, microsecond=0) + HOUR
    for step in _LATER:
        if from_ + step > start:
            hours = f"{step / HOUR:+.0f} h".replace("-", "−")
            yield Choice(_key(END, row, from_ + step), f"Koniec {hours}: {(from_ + step).astimezone(TZ):%d.%m %H:%M}")


def _onsets(row: Row, now: datetime) -> Iterator[Choice]:
    """The beginning can be brought forward while it is ahead and the end is known."""
    if row.alert.onset > utc(now) and row.alert.until:
        yield Choice(_key(ONSET, row, now), "Początek: od teraz")
        if row.alert.onset + 6 * HOUR < row.alert.until:
            yield Choice(_key(ONSET, row, row.alert.onset + 6 * HOUR), f"Początek +6 h: {(row.alert.onset + 6 * HOUR).astimezone(TZ):%d.%m %H:%M}")


def _key(button: str, row: Row, at: datetime) -> str:
    return f"{button}{row.id}:{int(at.timestamp()) // 60}"


def _moved(desk: Desk, alert_id: str, which: str, when: datetime) -> Reply:
    onset, until = (when, None) if which == "onset" else (None, when)
    row = alerts.move(desk.connection, desk.setting, alert_id, onset, until, desk.operator, desk.now)
    return _card(desk, row, f"Alert {row.id} ma nowy czas.")


def _release(desk: Desk, push: str) -> Reply:
    people = spending.release(desk.connection, desk.setting.budget(), push, desk.now)
    if not people:
        raise AlertError("Te SMS-y już nie czekają: wyszły albo straciły ważność.")
    staff.note(desk.connection, desk.operator, "release-sms", push, desk.now)
    return reply([f"SMS-y wychodzą mimo limitu (w ciszy nocnej: po jej końcu): odbiorcy {people}."])


def _only(desk: Desk) -> Row:
    found = rows.listed(desk.connection)
    if len(found) != 1:
        raise AlertError("Podaj numer alertu: " + (", ".join(row.id for row in found) or "żaden teraz nie trwa ani nie czeka."))
    return found[0]


def card_lines(desk: Desk, row: Row) -> Iterator[str]:
    """An alert with all that an operator needs to decide on it."""
    return announcing.card(desk.connection, desk.setting, row, Kind.PROPOSE, desk.now)


def _card(desk: Desk, row: Row, *before: str) -> Reply:
    return reply((*before, *card_lines(desk, row)), announcing.choices(row))


_PRESSED = {APPROVE: _approve, CANCEL: _cancel, TIMES: _edit_times, SHOW: _show, RELEASE: _release}
