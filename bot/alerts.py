"""From evidence to alert to approval to messages to all-clear. Every function works inside one transaction of the caller's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.core import alert_text
from bot.core.alert_rules import Kind, Transition, refuse, step
from bot.core.alert_state import Alert
from bot.core.evidence import Evidence, utc
from bot.core.hours import TZ
from bot.core.knowledge import LANGS, Content, Text
from bot.core.message import Choice
from bot.core.push import Audience, Message, Push, Recipient
from bot.core.schedule import Rule, Schedule, Unanswered, send_at
from bot.store import alerts as rows
from bot.store import deliveries, staff
from bot.store.alerts import Row, Status
from bot.weather.sources import credits_of

PROGRAM = "auto"
"""Who decided, where no person did."""
APPROVE, CANCEL = "op:approve:", "op:cancel:"
"""Keys of the buttons under a proposed alert, before its id."""
_OVER = {Kind.CLEAR: Status.ENDED, Kind.WITHDRAW: Status.CANCELLED, Kind.EXPIRE: Status.EXPIRED}
_WORTH_SENDING = timedelta(hours=24)
_ALL_CLEAR_WORTH_SENDING = timedelta(hours=12)
_TELEGRAM, _PUBLIC = "telegram", "telegram-channel"


@dataclass(frozen=True, slots=True)
class Setting:
    """What alerts are made with: the schedule and the knowledge of the moment, the operators' chats, the public channel."""

    schedule: Schedule
    content: Content
    operators: tuple[str, ...] = ()
    public_channel: str = ""


class AlertError(Exception):
    """What an operator asked for cannot be done; the message says why, in Polish."""


def look(connection: Connection, setting: Setting, evidence: Sequence[Evidence], now: datetime) -> None:
    """One look at the weather and the clock: everything that is due with every rule."""
    for rule in setting.schedule.rules:
        state, transition = step(rule, rows.state_of(connection, rule.id), evidence, now)
        rows.keep_state(connection, rule.id, state)
        if transition:
            _happened(connection, setting, rule, transition, now)
        elif state.alert and (row := rows.find(connection, state.alert.id)) and row.alert != state.alert:
            rows.keep(connection, replace(row, alert=state.alert), now)
    for row in rows.listed(connection):
        if row.status is Status.PROPOSED and row.decide_by and row.decide_by <= now:
            _nobody_answered(connection, setting, row, now)
        elif row.manual and row.alert.until and row.alert.until <= now:
            _end(connection, setting, row, Status.ENDED, now)


def propose(connection: Connection, setting: Setting, rule_id: str, level: int, onset: datetime, until: datetime, operator: str, now: datetime) -> Row:  # noqa: PLR0913, PLR0917
    """An alert made by hand, to be approved like any other. Raises AlertError."""
    try:
        rule = setting.schedule.rule(rule_id)
        rule.level(level)
    except (KeyError, StopIteration):
        raise AlertError(f"Nie ma reguły „{rule_id}” z poziomem {level} w schedules.yaml.") from None
    if until <= max(onset, now):
        raise AlertError("Koniec alertu musi być później niż jego początek i niż teraz.")
    onset, until = utc(onset), utc(until)
    alert = Alert(f"{rule_id}-{utc(now):%Y%m%dT%H%M%S}", rule_id, level, utc(now), onset, until, until, None, None, (), ())
    row = Row(alert, Status.PROPOSED, manual=True)
    rows.keep(connection, row, now)
    staff.note(connection, operator, "propose", alert.id, now)
    _tell_operators(connection, setting, rule, Transition(Kind.PROPOSE, alert, utc(now)), now)
    return row


def approve(connection: Connection, setting: Setting, alert_id: str, operator: str, now: datetime) -> Row:
    """Let a proposed alert go out. Raises AlertError."""
    row = _known(connection, alert_id)
    if row.status is Status.APPROVED:
        raise AlertError(f"Alert {alert_id} jest już zatwierdzony.")
    if row.status is not Status.PROPOSED:
        raise AlertError(f"Alertu {alert_id} nie można zatwierdzić: {row.status}.")
    staff.note(connection, operator, "approve", alert_id, now)
    return _approve(connection, setting, row, operator, now)


def cancel(connection: Connection, setting: Setting, alert_id: str, operator: str, now: datetime) -> Row:
    """Call an alert off: what is not sent yet stays unsent, those who were told get the all-clear. Raises AlertError."""
    row = _known(connection, alert_id)
    if row.status not in rows.OPEN:
        raise AlertError(f"Alert {alert_id} już się skończył: {row.status}.")
    staff.note(connection, operator, "cancel", alert_id, now)
    _refuse(connection, row, now)
    return _end(connection, setting, row, Status.CANCELLED, now)


def move_end(connection: Connection, alert_id: str, until: datetime, operator: str, now: datetime) -> Row:
    """Give an alert another end; from then on it is the operators', the weather no longer ends it. Raises AlertError."""
    row = _known(connection, alert_id)
    if row.status not in rows.OPEN or until <= now:
        raise AlertError("Nowy koniec musi być w przyszłości, a alert jeszcze trwać.")
    staff.note(connection, operator, "move-end", f"{alert_id} {until:%Y-%m-%dT%H:%M}", now)
    _refuse(connection, row, now)
    moved = replace(row, alert=replace(row.alert, until=utc(until)), manual=True)
    rows.keep(connection, moved, now)
    return moved


def active(connection: Connection, now: datetime) -> list[Row]:
    """The alerts in force."""
    return [row for row in rows.listed(connection, (Status.APPROVED,)) if row.active(now)]


def _happened(connection: Connection, setting: Setting, rule: Rule, transition: Transition, now: datetime) -> None:
    """Do what a transition asks for."""
    alert = transition.alert
    row = rows.find(connection, alert.id)
    if transition.kind is Kind.PROPOSE:
        wait = rule.approval.wait
        row = Row(alert, Status.PROPOSED, decide_by=now + wait if wait else None)
        rows.keep(connection, row, now)
        if wait is None:
            _approve(connection, setting, row, PROGRAM, now)
        _tell_operators(connection, setting, rule, transition, now)
    elif row is None or row.status not in rows.OPEN or row.manual:
        return
    elif transition.kind is Kind.RAISE:
        raised = replace(row, alert=alert)
        rows.keep(connection, raised, now)
        if row.status is Status.APPROVED:
            _send(connection, setting, rule, transition, now)
        _tell_operators(connection, setting, rule, transition, now)
    else:
        _end(connection, setting, replace(row, alert=alert), _OVER[transition.kind], now)


def _known(connection: Connection, alert_id: str) -> Row:
    row = rows.find(connection, alert_id)
    if row is None:
        raise AlertError(f"Nie ma alertu {alert_id}.")
    return row


def _refuse(connection: Connection, row: Row, now: datetime) -> None:
    """The rule lets go of the alert: it does not end it, and does not propose the same frost again."""
    state = rows.state_of(connection, row.alert.rule)
    if state.alert and state.alert.id == row.id:
        rows.keep_state(connection, row.alert.rule, refuse(state, now))


def _nobody_answered(connection: Connection, setting: Setting, row: Row, now: datetime) -> None:
    if setting.schedule.rule(row.alert.rule).approval.unanswered is Unanswered.SEND:
        _approve(connection, setting, row, PROGRAM, now)
        return
    _refuse(connection, row, now)
    _end(connection, setting, row, Status.EXPIRED, now)


def _approve(connection: Connection, setting: Setting, row: Row, operator: str, now: datetime) -> Row:
    approved = replace(row, status=Status.APPROVED, decided_by=operator, decide_by=None)
    rows.keep(connection, approved, now)
    _send(connection, setting, setting.schedule.rule(row.alert.rule), Transition(Kind.PROPOSE, row.alert, utc(now)), now)
    return approved


def _end(connection: Connection, setting: Setting, row: Row, status: Status, now: datetime) -> Row:
    """Close an alert; whoever was told that it came is told that it is over."""
    told = row.status is Status.APPROVED
    ended = replace(row, status=status, decide_by=None)
    rows.keep(connection, ended, now)
    deliveries.stop(connection, row.id, now)
    if told:
        _send(connection, setting, setting.schedule.rule(row.alert.rule), Transition(Kind.CLEAR, row.alert, utc(now)), now)
    return ended


def _send(connection: Connection, setting: Setting, rule: Rule, transition: Transition, now: datetime) -> None:
    """Put the message of a transition into the outbox, once."""
    alert, opening = transition.alert, transition.kind in (Kind.PROPOSE, Kind.RAISE)
    public = (Recipient(_PUBLIC, setting.public_channel),) if setting.public_channel and _PUBLIC in rule.channels else ()
    channels = tuple(c for c in rule.channels if c != _PUBLIC)
    begin = send_at(rule, rule.level(alert.level), now.astimezone(TZ))
    expires = max(alert.until or now + _WORTH_SENDING, now + timedelta(hours=1)) if opening else begin + _ALL_CLEAR_WORTH_SENDING
    message = _message(setting, rule, transition, silent=not opening)
    resend = opening and rule.level(alert.level).resend
    push_id = f"{alert.id}:{'open' if opening else 'clear'}:{alert.level}"
    deliveries.add_push(connection, Push(push_id, message, Audience(rule.topics, channels, public), begin, expires, resend, "" if not opening else alert.id))


def _message(setting: Setting, rule: Rule, transition: Transition, *, silent: bool) -> Message:
    credit = credits_of(setting.schedule, transition.alert.sources)
    text = {lang: alert_text.full(setting.content, rule, transition, credit, lang) for lang in LANGS}
    return Message(text, {"pl": alert_text.sms(setting.content, rule, transition)}, silent)


def _tell_operators(connection: Connection, setting: Setting, rule: Rule, transition: Transition, now: datetime) -> None:
    """The operators see a proposed alert with its evidence, its text and how many will get it."""
    lines = "\n".join(_card(connection, setting, rule, transition))
    alert = transition.alert
    choices = (Choice(APPROVE + alert.id, "Zatwierdź"), Choice(CANCEL + alert.id, "Odwołaj"))
    named = tuple(Recipient(_TELEGRAM, chat) for chat in setting.operators)
    push = Push(
        f"{alert.id}:operators:{transition.kind}:{alert.level}", Message({"pl": lines}, {}, choices=choices), Audience(named=named), now, now + _WORTH_SENDING
    )
    deliveries.add_push(connection, push)


def _card(connection: Connection, setting: Setting, rule: Rule, transition: Transition) -> Iterator[str]:
    alert = transition.alert
    row = rows.find(connection, alert.id)
    yield f"Alert {alert.id}, poziom {alert.level}: {rule.level(alert.level).name['pl']}"
    yield from alert_text.evidence_lines(alert)
    yield staff.audience_line(connection, rule)
    if row and row.decide_by:
        then = "wyjdzie sam" if rule.approval.unanswered is Unanswered.SEND else "przepadnie"
        yield f"Bez decyzji do {row.decide_by.astimezone(TZ):%H:%M} {then}."
    yield ""
    yield alert_text.full(setting.content, rule, transition, credits_of(setting.schedule, alert.sources))


def filled(setting: Setting, text: Text, *, short: bool = False) -> Iterator[tuple[str, str]]:
    """A text of the schedule in every language it has, its references replaced."""
    for lang, words in text.items():
        yield lang, alert_text.fill(words, alert_text.Scene(setting.content, (), lang), "", short=short)
