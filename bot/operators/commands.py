"""Commands and buttons of operators: /stan, /alert, /komunikat, /pytania."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot import spending
from bot.announcing import APPROVE, CANCEL, TIMES, AlertError
from bot.core.message import Choice, Incoming, Reply
from bot.operators import deciding, notices
from bot.operators.desk import Desk, reply
from bot.store import alerts as rows
from bot.store import deliveries, sms_spent, staff
from bot.store.alerts import Status

_QUESTIONS_DAYS = 14


def answer(desk: Desk, message: Incoming) -> Reply | None:
    """The reply to an operator's command or button; None where the message is neither."""
    try:
        if message.pressed.startswith(notices.ANNOUNCE):
            return notices.announce(desk, message.pressed.removeprefix(notices.ANNOUNCE))
        if message.pressed.startswith(deciding.BUTTONS):
            return deciding.pressed(desk, message.pressed)
        command, _, rest = message.text.strip().partition(" ")
        found = _COMMANDS.get(command.partition("@")[0].lower())
        return found(desk, rest.strip()) if found else None
    except AlertError as error:
        return reply([str(error)])


def state(desk: Desk, _rest: str = "") -> Reply:
    """/stan: sources, alerts, outbox, SMS, notices."""
    lines = ["Pogoda:", *(f"– {line}" for line in desk.weather())]
    found = rows.listed(desk.connection)
    lines += ["", "Alerty:" if found else "Alerty: brak."]
    choices: list[Choice] = []
    for row in found:
        lines += deciding.alert_lines(desk, row)
        if row.status is Status.PROPOSED:
            choices.append(Choice(APPROVE + row.id, f"Zatwierdź {row.id}"))
        choices += [Choice(TIMES + row.id, f"Zmień czas {row.id}"), Choice(CANCEL + row.id, f"Odwołaj {row.id}")]
    lines += ["", f"Wysyłka: {deciding.told(deliveries.counts(desk.connection)) or 'nic nie czeka'}."]
    lines.append(f"Części SMS: {spending.used_line(sms_spent.spent(desk.connection, desk.now), desk.setting.caps)}.")
    for batch in spending.held(desk.connection):
        lines.append(f"Wstrzymane SMS-y: {spending.held_line(batch)}.")
        choices.append(spending.release_choice(batch))
    lines += ["", *notices.notice_lines(desk)]
    return reply(lines, choices)


def _questions(desk: Desk, _rest: str) -> Reply:
    """/pytania: what got no answer lately."""
    found = staff.unanswered_since(desk.connection, desk.now - timedelta(days=_QUESTIONS_DAYS))
    if not found:
        return reply([f"Przez {_QUESTIONS_DAYS} dni nie było pytań bez odpowiedzi."])
    return reply([f"Pytania bez odpowiedzi z {_QUESTIONS_DAYS} dni, od najnowszego:", *(f"– {text}" for text in found)])


_COMMANDS: Mapping[str, Callable[[Desk, str], Reply]] = {
    "/stan": state,
    "/alert": deciding.command,
    "/komunikat": notices.notice,
    "/pytania": _questions,
}
