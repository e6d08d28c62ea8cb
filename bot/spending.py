"""SMS within the centre's caps: what would go over one is held back, seen by the operators, until there is room or one of them lets it go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.core.hours import TZ
from bot.core.message import Choice
from bot.core.push import SMS, Audience, Message, Push, Recipient, State
from bot.core.schedule import Quiet, after_quiet
from bot.core.sms_cost import NO_CAPS, WARNING_AT, Caps, Cost, Leave, Period, Spent, leave, preview, shares
from bot.store import deliveries, sms_spent, subscriptions
from bot.store.sms_spent import Batch

RELEASE = "op:sms:"
"""Key of the button under SMS held back, before the message's id."""
RELEASE_LABEL = "Wyślij SMS mimo limitu"
_TOLD_FOR = timedelta(hours=24)
_NAMES = {Period.DAY: "Dzienny", Period.MONTH: "Miesięczny"}


@dataclass(frozen=True, slots=True)
class Budget:
    """The caps, who is told when they are near, and the quiet hours, in which nothing that was held back is let go."""

    caps: Caps = NO_CAPS
    operators: tuple[Recipient, ...] = ()
    quiet: Quiet | None = None


def spread(connection: Connection, budget: Budget, now: datetime) -> None:
    """Write the deliveries of the messages whose time has come; hold back SMS over a cap, let go those for which there is room again."""
    for push_id in deliveries.ready(connection, now):
        deliveries.write(connection, push_id, now)
        weigh(connection, budget, push_id, now)
    for batch in list(sms_spent.batches(connection, State.HELD)):
        if leave(budget.caps, sms_spent.spent(connection, now), batch.parts, highest=batch.highest) is not Leave.HOLD:
            release(connection, budget, batch.push, now)
            _warn(connection, budget, now)


def weigh(connection: Connection, budget: Budget, push: str, now: datetime) -> None:
    """Hold a message's SMS back where they would go over a cap. What is on its way counts as spent, this message among it."""
    for batch in sms_spent.batches(connection, State.QUEUED, push):
        spent = sms_spent.spent(connection, now)
        before = Spent(spent.today - batch.parts, spent.month - batch.parts)
        may = leave(budget.caps, before, batch.parts, highest=batch.highest)
        if may is Leave.HOLD:
            sms_spent.move(connection, batch.push, State.QUEUED, State.HELD, now)
            text = "\n".join(_held_lines(batch, before, budget.caps))
            _tell(connection, budget, f"sms-held:{batch.push}", Message({"pl": text}, {}, choices=(release_choice(batch),)), now)
        elif may is not Leave.GO:
            _warn(connection, budget, now)


def release(connection: Connection, budget: Budget, push: str, now: datetime) -> int:
    """Let SMS that are held back go, whatever the caps say, once the quiet hours are over; to how many people."""
    return sms_spent.move(connection, push, State.HELD, State.QUEUED, after_quiet(budget.quiet, now.astimezone(TZ)))


def held(connection: Connection) -> list[Batch]:
    """The SMS that are held back, by message."""
    return list(sms_spent.batches(connection, State.HELD))


def used_line(spent: Spent, caps: Caps) -> str:
    """Dziś 12 z 500 części, w tym miesiącu 340 z 5000."""
    of_day, of_month = (f" z {cap}" if cap is not None else "" for cap in (caps.daily, caps.monthly))
    return f"dziś {spent.today}{of_day}, w tym miesiącu {spent.month}{of_month}"


def cost_lines(  # noqa: PLR0913  # what a cost is reckoned from
    connection: Connection, caps: Caps, audience: Audience, message: Message, *, highest: bool, now: datetime
) -> Iterator[str]:
    """Who will get a message, by channel, and what its SMS cost, for whoever approves it."""
    found = subscriptions.counts(connection, audience.topics)
    told = ", ".join(f"{channel} {found[channel]}" for channel in sorted(found) if channel in audience.channels)
    yield f"Odbiorcy: {told or 'nikt jeszcze się nie zapisał'}"
    if not found[SMS] or SMS not in audience.channels:
        return
    by_lang = subscriptions.languages(connection, audience.topics, SMS)
    cost = preview((message.short(lang), people) for lang, people in by_lang.items())
    spent = sms_spent.spent(connection, now)
    yield f"SMS: {_cost(cost)}; wysłano {used_line(spent, caps)}."
    may = leave(caps, spent, cost.parts, highest=highest)
    if may is Leave.HOLD:
        yield "To ponad limit: SMS-y zostaną wstrzymane, dopóki nie będzie miejsca albo nie każesz ich wysłać."
    elif may is Leave.OVER:
        yield "To ponad limit, ale poziom jest najwyższy: SMS-y wyjdą."


def _cost(cost: Cost) -> str:
    """34 odbiorców × 1 część = 34 części (or: 35 osób, 40 części)."""
    each, rest = divmod(cost.parts, cost.recipients)
    return f"odbiorcy {cost.recipients} × części {each} = części {cost.parts}" if not rest else f"odbiorcy {cost.recipients}, razem części {cost.parts}"


def held_line(batch: Batch) -> str:
    """„MOPR Bytom: …”: odbiorcy 34, części 34, ważne do 15.01 08:00 (silny-mroz-20270114T1700Z:open:1)."""
    return f"„{batch.first_line}”: odbiorcy {batch.people}, części {batch.parts}, ważne do {batch.expires.astimezone(TZ):%d.%m %H:%M} ({batch.push})"


def release_choice(batch: Batch) -> Choice:
    """The button that lets SMS go."""
    return Choice(RELEASE + batch.push, RELEASE_LABEL)


def _held_lines(batch: Batch, before: Spent, caps: Caps) -> Iterator[str]:
    yield "SMS-y wstrzymane: przekroczyłyby limit."
    yield held_line(batch)
    yield f"Części SMS wysłane albo w drodze: {used_line(before, caps)}."
    yield "Na Telegramie wiadomość wychodzi normalnie. SMS-y wyjdą same, gdy limit na to pozwoli; jeśli do tego czasu wiadomość straci ważność, przepadną."


def _warn(connection: Connection, budget: Budget, now: datetime) -> None:
    """Tell the operators that a cap is near or passed, once a day or month each."""
    spent, day = sms_spent.spent(connection, now), now.astimezone(TZ).date()
    for period, share in shares(budget.caps, spent):
        if share >= WARNING_AT:
            when = f"{day:%Y-%m-%d}" if period is Period.DAY else f"{day:%Y-%m}"
            over = share > 1
            state = "przekroczony" if over else f"wykorzystany w {int(share * 100)}%"
            text = (
                f"{_NAMES[period]} limit części SMS jest {state}: {used_line(spent, budget.caps)}.\n"
                "Ponad limit wychodzą tylko alerty najwyższego poziomu; inne SMS-y są wstrzymywane i widać je w /stan."
            )
            _tell(connection, budget, f"sms-cap:{period}:{when}:{'over' if over else 'near'}", Message({"pl": text}, {}), now)


def _tell(connection: Connection, budget: Budget, push_id: str, message: Message, now: datetime) -> None:
    if budget.operators:
        deliveries.add_push(connection, Push(push_id, message, Audience(named=budget.operators), now, now + _TOLD_FOR))
