"""What people and operators are told of an alert: put into the outbox, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import spending
from bot.core import alert_text
from bot.core.alert_rules import OPENING, Kind, Transition
from bot.core.alert_state import Alert
from bot.core.evidence import utc
from bot.core.hours import TZ
from bot.core.knowledge import LANGS, Content, Text
from bot.core.message import Choice
from bot.core.push import SMS, Audience, Message, Push, PushState, Recipient
from bot.core.schedule import Rule, Schedule, Unanswered, send_at
from bot.core.sms_cost import NO_CAPS, Caps
from bot.spending import Budget
from bot.store import alerts as rows
from bot.store import deliveries
from bot.store.alerts import Row, Status
from bot.weather.sources import credits_of

APPROVE, TIMES, CANCEL = "op:approve:", "op:times:", "op:cancel:"
"""Keys of the buttons under an alert, before its id."""
STATUS_WORDS = {
    Status.PROPOSED: "czeka na decyzję",
    Status.APPROVED: "zatwierdzony",
    Status.ENDED: "zakończony",
    Status.CANCELLED: "odwołany",
    Status.EXPIRED: "wygasły",
}
_WORTH_SENDING = timedelta(hours=24)
_ALL_CLEAR_WORTH_SENDING = timedelta(hours=12)
_TELEGRAM, _PUBLIC = "telegram", "telegram-channel"


class AlertError(Exception):
    """What an operator asked for cannot be done; the message says why, in Polish."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What alerts are made with: the schedule and the knowledge of the moment, the operators' chats, the public channel, the caps of SMS."""

    schedule: Schedule
    content: Content
    operators: tuple[str, ...] = ()
    public_channel: str = ""
    caps: Caps = NO_CAPS

    def rule_of(self, row: Row) -> Rule:
        """The rule that an alert is of; raises AlertError where an editor has taken it or its level out meanwhile."""
        rule = self.schedule.rule_with(row.alert.rule, row.alert.level)
        if rule is None:
            raise AlertError(f"W schedules.yaml nie ma już reguły „{row.alert.rule}” z poziomem {row.alert.level}.")
        return rule

    def audience(self, topics: tuple[str, ...], channels: tuple[str, ...], told: str = "") -> Audience:
        """The subscribers of topics on channels, and the public channel where it is among them; `told`: see Audience."""
        public = (Recipient(_PUBLIC, self.public_channel),) if self.public_channel and _PUBLIC in channels else ()
        return Audience(topics, tuple(channel for channel in channels if channel != _PUBLIC), public, told)

    def budget(self) -> Budget:
        """The caps of SMS, who is told when they are near, and when SMS that were held back may not go out."""
        return Budget(self.caps, self.desks(), self.schedule.quiet())

    def desks(self) -> tuple[Recipient, ...]:
        """The operators' chats as addresses."""
        return tuple(Recipient(_TELEGRAM, chat) for chat in self.operators)


def to_people(connection: Connection, setting: Setting, rule: Rule, transition: Transition, now: datetime) -> None:
    """An alert, its rise, or its all-clear, which only those get who were told. Of an alert that rises, earlier words that still wait are not sent."""
    alert, opening = transition.alert, transition.kind in OPENING
    level = rule.level(alert.level)
    begin = send_at(rule, level, now.astimezone(TZ))
    if opening:
        deliveries.stop(connection, alert.id, now)
    push = Push(
        _opening_id(alert) if opening else f"{alert.id}:clear:{alert.level}",
        _message(setting, rule, transition, silent=not opening),
        setting.audience(rule.topics, rule.channels, "" if opening else alert.id),
        begin,
        _expiry(alert, now) if opening else begin + _ALL_CLEAR_WORTH_SENDING,
        resend=opening and level.resend,
        alert=alert.id if opening else "",
        highest=opening and level is rule.levels[-1],
    )
    deliveries.add_push(connection, push)


def other_times(connection: Connection, setting: Setting, rule: Rule, alert: Alert, now: datetime) -> None:
    """An approved alert has other times: who has not got it yet gets the new ones, who was told the old ones gets an update, without a sound."""
    opening = _message(setting, rule, Transition(Kind.PROPOSE, alert, utc(now)), silent=False)
    if deliveries.replace_opening(connection, _opening_id(alert), opening, _expiry(alert, now)) is PushState.WAITING:
        return  # nobody was told anything yet
    deliveries.stop_updates(connection, alert.id, now)
    text = {lang: alert_text.moved(setting.content, rule, alert, now, lang) for lang in LANGS}
    message = Message(text, {"pl": alert_text.moved_sms(setting.content, rule, alert, now)}, silent=True)
    begin = send_at(rule, rule.level(alert.level), now.astimezone(TZ))
    audience = setting.audience(rule.topics, rule.channels, alert.id)
    push = Push(f"{alert.id}{deliveries.UPDATE}{utc(now):%Y%m%dT%H%M%S}", message, audience, begin, _expiry(alert, now), alert=alert.id)
    if deliveries.add_push(connection, push):  # who was told the old times is settled now, while nothing is being claimed
        deliveries.write(connection, push.id, now)
        spending.weigh(connection, setting.budget(), push.id, now)


def to_operators(connection: Connection, setting: Setting, row: Row, kind: Kind, now: datetime) -> None:
    """The operators see an alert with its evidence, its text, how many will get it and what that costs."""
    lines = "\n".join(card(connection, setting, row, kind, now))
    push_id = f"{row.id}:operators:{kind}:{row.alert.level}"
    message = Message({"pl": lines}, {}, choices=choices(row))
    deliveries.add_push(connection, Push(push_id, message, Audience(named=setting.desks()), now, now + _WORTH_SENDING))


def card(connection: Connection, setting: Setting, row: Row, kind: Kind, now: datetime) -> Iterator[str]:
    """An alert for whoever decides on it."""
    alert, rule = row.alert, setting.rule_of(row)
    level = rule.level(alert.level)
    transition = Transition(kind, alert, utc(now))
    yield f"Alert {alert.id}, poziom {alert.level}: {level.name['pl']}"
    yield f"{times(row)}, {STATUS_WORDS[row.status]}".capitalize()
    yield from list(alert_text.evidence_lines(alert)) or ("Zrobiony ręcznie, bez danych o pogodzie.",)
    message = _message(setting, rule, transition, silent=False)
    audience = setting.audience(rule.topics, rule.channels)
    yield from spending.cost_lines(connection, setting.caps, audience, message, highest=level is rule.levels[-1], now=now)
    if row.status is Status.PROPOSED and row.decide_by:
        then = "wyjdzie sam" if rule.approval.unanswered is Unanswered.SEND else "przepadnie"
        yield f"Bez decyzji do {row.decide_by.astimezone(TZ):%H:%M} {then}."
    yield from ("", message.full("pl"))
    if message.sms and SMS in rule.channels:
        yield from ("", f"SMS: {message.short('pl')}")


def times(row: Row) -> str:
    """Od 14.01 18:00 do 15.01 9:00."""
    until = f"do {row.alert.until.astimezone(TZ):%d.%m %H:%M}" if row.alert.until else "koniec nieznany"
    return f"od {row.alert.onset.astimezone(TZ):%d.%m %H:%M} {until}"


def choices(row: Row) -> tuple[Choice, ...]:
    """What can be done with an alert."""
    approve = (Choice(APPROVE + row.id, "Zatwierdź"),) if row.status is Status.PROPOSED else ()
    return (*approve, Choice(TIMES + row.id, "Zmień czas"), Choice(CANCEL + row.id, "Odwołaj")) if row.status in rows.OPEN else ()


def filled(setting: Setting, text: Text, *, short: bool = False) -> Iterator[tuple[str, str]]:
    """A text of the schedule in every language it has, its references replaced."""
    for lang, words in text.items():
        yield lang, alert_text.fill(words, alert_text.Scene(setting.content, (), lang), "", short=short)


def _opening_id(alert: Alert) -> str:
    return f"{alert.id}:open:{alert.level}"


def _expiry(alert: Alert, now: datetime) -> datetime:
    return max(alert.until or now + _WORTH_SENDING, now + timedelta(hours=1))


def _message(setting: Setting, rule: Rule, transition: Transition, *, silent: bool) -> Message:
    credit = credits_of(setting.schedule, transition.alert.sources)
    text = {lang: alert_text.full(setting.content, rule, transition, credit, lang) for lang in LANGS}
    return Message(text, {"pl": alert_text.sms(setting.content, rule, transition)}, silent)
