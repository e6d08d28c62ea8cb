"""From evidence to alert to approval to messages to all-clear. Every function works inside one transaction of the caller's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot import announcing
from bot.announcing import STATUS_WORDS, AlertError, Setting
from bot.core.alert_rules import Kind, Transition, refuse, step
from bot.core.alert_state import Alert
from bot.core.evidence import Evidence, utc
from bot.core.schedule import Rule, Unanswered
from bot.store import alerts as rows
from bot.store import deliveries, staff
from bot.store.alerts import Row, Status

PROGRAM = "auto"
"""Who decided, where no person did."""
_OVER = {Kind.CLEAR: Status.ENDED, Kind.WITHDRAW: Status.CANCELLED, Kind.EXPIRE: Status.EXPIRED}


def look(connection: Connection, setting: Setting, evidence: Sequence[Evidence], now: datetime) -> None:
    """One look at the weather and the clock: everything that is due with every rule."""
    for open_ in rows.listed(connection):
        _drop_orphan(connection, setting, open_, now)
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
    if setting.schedule.rule_with(rule_id, level) is None:
        raise AlertError(f"Nie ma reguły „{rule_id}” z poziomem {level} w schedules.yaml.")
    if until <= max(onset, now):
        raise AlertError("Koniec alertu musi być później niż jego początek i niż teraz.")
    onset, until = utc(onset), utc(until)
    alert = Alert(f"{rule_id}-{utc(now):%Y%m%dT%H%M%S}", rule_id, level, utc(now), onset, until, until, None, None, (), ())
    row = Row(alert, Status.PROPOSED, manual=True)
    rows.keep(connection, row, now)
    staff.note(connection, operator, "propose", alert.id, now)
    announcing.to_operators(connection, setting, row, Kind.PROPOSE, now)
    return row


def approve(connection: Connection, setting: Setting, alert_id: str, operator: str, now: datetime) -> Row:
    """Let a proposed alert go out. Raises AlertError."""
    row = known(connection, alert_id)
    if row.status is Status.APPROVED:
        raise AlertError(f"Alert {alert_id} jest już zatwierdzony.")
    if row.status is not Status.PROPOSED:
        raise AlertError(f"Alertu {alert_id} nie można zatwierdzić: {STATUS_WORDS[row.status]}.")
    if row.over(now):
        raise AlertError(f"Alertu {alert_id} nie można zatwierdzić: jego czas już minął.")
    staff.note(connection, operator, "approve", alert_id, now)
    return _approve(connection, setting, row, operator, now)


def cancel(connection: Connection, setting: Setting, alert_id: str, operator: str, now: datetime) -> Row:
    """Call an alert off: what is not sent yet stays unsent, those who were told get the all-clear. Raises AlertError."""
    row = known(connection, alert_id)
    if row.status not in rows.OPEN:
        raise AlertError(f"Alert {alert_id} już się skończył: {STATUS_WORDS[row.status]}.")
    staff.note(connection, operator, "cancel", alert_id, now)
    _refuse(connection, row, now)
    return _end(connection, setting, row, Status.CANCELLED, now)


def move(  # noqa: PLR0913, PLR0917
    connection: Connection, setting: Setting, alert_id: str, onset: datetime | None, until: datetime | None, operator: str, now: datetime
) -> Row:
    """Give an alert another beginning or end (None: as it was); from then on it is the operators', the weather no longer ends it. Raises AlertError."""
    row = known(connection, alert_id)
    moved = _moved(row, onset, until, now)
    if moved.alert == row.alert:
        raise AlertError("Alert ma już taki czas.")
    staff.note(connection, operator, "move", f"{alert_id} {moved.alert.onset:%Y-%m-%dT%H:%MZ} {moved.alert.until:%Y-%m-%dT%H:%MZ}", now)
    state = rows.state_of(connection, row.alert.rule)
    if state.alert and state.alert.id == row.id:  # as long as the new end is ahead, the same frost makes no other alert
        rows.keep_state(connection, row.alert.rule, refuse(replace(state, alert=moved.alert), now))
    rows.keep(connection, moved, now)
    if row.status is Status.APPROVED:
        announcing.other_times(connection, setting, setting.rule_of(row), moved.alert, now)
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
            row = _approve(connection, setting, row, PROGRAM, now)
        announcing.to_operators(connection, setting, row, Kind.PROPOSE, now)
    elif row is None or row.status not in rows.OPEN or row.manual:
        return
    elif transition.kind is Kind.RAISE:
        raised = replace(row, alert=alert)
        rows.keep(connection, raised, now)
        if row.status is Status.APPROVED:
            announcing.to_people(connection, setting, rule, transition, now)
        announcing.to_operators(connection, setting, raised, Kind.RAISE, now)
    else:
        _end(connection, setting, replace(row, alert=alert), _OVER[transition.kind], now)


def _moved(row: Row, onset: datetime | None, until: datetime | None, now: datetime) -> Row:
    """The alert with other times; raises AlertError where it cannot have them."""
    alert = row.alert
    if row.status not in rows.OPEN:
        raise AlertError(f"Alert {row.id} już się skończył: {STATUS_WORDS[row.status]}.")
    if onset and row.active(now):
        raise AlertError("Alert już trwa: zmienić można tylko koniec.")
    begin, end = utc(onset) if onset else alert.onset, utc(until) if until else alert.until
    if end is None:
        raise AlertError("Ten alert nie ma jeszcze końca: podaj najpierw koniec.")
    if end <= max(begin, now):
        raise AlertError("Koniec alertu musi być później niż jego początek i niż teraz.")
    return replace(row, alert=replace(alert, onset=begin, until=end), manual=True)


def known(connection: Connection, alert_id: str) -> Row:
    """The alert of that id; raises AlertError."""
    row = rows.find(connection, alert_id)
    if row is None:
        raise AlertError(f"Nie ma alertu {alert_id}.")
    return row


def _drop_orphan(connection: Connection, setting: Setting, row: Row, now: datetime) -> None:
    """An alert whose rule was taken out of the schedule ends without a word: there are no words for it any more."""
    try:
        setting.rule_of(row)
    except AlertError:
        staff.note(connection, PROGRAM, "drop", row.id, now)
        _refuse(connection, row, now)
        rows.keep(connection, replace(row, status=Status.CANCELLED, decide_by=None), now)
        deliveries.stop(connection, row.id, now)


def _refuse(connection: Connection, row: Row, now: datetime) -> None:
    """The rule lets go of the alert: it does not end it, and does not propose the same frost again."""
    state = rows.state_of(connection, row.alert.rule)
    if state.alert and state.alert.id == row.id:
        rows.keep_state(connection, row.alert.rule, refuse(state, now))


def _nobody_answered(connection: Connection, setting: Setting, row: Row, now: datetime) -> None:
    if setting.rule_of(row).approval.unanswered is Unanswered.SEND and not row.over(now):
        _approve(connection, setting, row, PROGRAM, now)
        return
    _refuse(connection, row, now)
    _end(connection, setting, row, Status.EXPIRED, now)


def _approve(connection: Connection, setting: Setting, row: Row, operator: str, now: datetime) -> Row:
    approved = replace(row, status=Status.APPROVED, decided_by=operator, decide_by=None)
    rows.keep(connection, approved, now)
    announcing.to_people(connection, setting, setting.rule_of(row), Transition(Kind.PROPOSE, row.alert, utc(now)), now)
    return approved


def _end(connection: Connection, setting: Setting, row: Row, status: Status, now: datetime) -> Row:
    """Close an alert; whoever was told that it came is told that it is over."""
    told = row.status is Status.APPROVED
    ended = replace(row, status=status, decide_by=None)
    rows.keep(connection, ended, now)
    deliveries.stop(connection, row.id, now)
    if told:
        announcing.to_people(connection, setting, setting.rule_of(row), Transition(Kind.CLEAR, row.alert, utc(now)), now)
    return ended
