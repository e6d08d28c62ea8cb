"""Dated notices of the centre's staff: /komunikat. They change answers; on a button they go out to those who want to be told."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import sha256

from bot import spending
from bot.announcing import AlertError
from bot.core.hours import TZ
from bot.core.knowledge import say
from bot.core.message import Choice, Reply
from bot.core.push import Message, Push
from bot.core.schedule import after_quiet
from bot.operators.desk import Desk, day_of, reply
from bot.store import deliveries, staff
from bot.store.staff import Notice

ANNOUNCE = "op:notice:"
"""Key of the button under a notice, before its number."""
_CLOSED = ("nieczynn", "zamkni")
_USAGE_NOTICE = (
    "Tak: /komunikat MIEJSCE OD [DO] TEKST, np. „/komunikat kis 27.11 nieczynne: szkolenie pracowników”. "
    "Tekst, który zaczyna się od „nieczynne”, zamyka miejsce w te dni. Usunąć: /komunikat usuń NUMER. Miejsca: {places}."
)


def notice(desk: Desk, rest: str) -> Reply:
    """/komunikat kis 27.11 28.11 nieczynne: szkolenie."""
    places = {place.id: place for place in desk.setting.content.places() if place.address}
    words = rest.split()
    if len(words) == 2 and words[0].lower().startswith("usu") and words[1].isdigit():
        return reply([_removed(desk, int(words[1]))])
    today = desk.now.astimezone(TZ).date()
    days = [day for word in words[1:3] if (day := day_of(word, today))]
    text = " ".join(words[1 + len(days) :])
    if not days or words[0] not in places or not text:
        return reply([_USAGE_NOTICE.format(places=", ".join(places)), *notice_lines(desk)])
    number = staff.add_notice(desk.connection, Notice(0, words[0], text, text.lower().startswith(_CLOSED), days[0], days[-1]))
    staff.note(desk.connection, desk.operator, "notice", f"{words[0]} {days[0]} {days[-1]} {text}", desk.now)
    published = _known(desk, number)
    push = _push(desk, published)
    lines = [
        f"Opublikowane: {say(places[words[0]].short)}, {days[0]:%d.%m.%Y}–{days[-1]:%d.%m.%Y}: {text}",
        "Odpowiedzi już to mówią. Możesz też wysłać to zapisanym na komunikaty:",
        *spending.cost_lines(desk.connection, desk.setting.caps, push.audience, push.message, highest=False, now=desk.now),
    ]
    return reply(lines, (Choice(f"{ANNOUNCE}{number}", "Wyślij zapisanym"),))


def announce(desk: Desk, number: str) -> Reply:
    """Send a notice to those who want to be told, once."""
    published = _known(desk, int(number))
    if published.last < desk.now.astimezone(TZ).date():
        raise AlertError(f"Komunikat {number} już nie obowiązuje.")
    if not deliveries.add_push(desk.connection, _push(desk, published)):
        raise AlertError(f"Komunikat {number} był już wysłany.")
    staff.note(desk.connection, desk.operator, "announce-notice", number, desk.now)
    return reply([f"Komunikat {number} wychodzi do zapisanych (w ciszy nocnej: po jej końcu)."])


def _push(desk: Desk, published: Notice) -> Push:
    """The notice for those who want to be told; it goes where the messages of winter outreach go."""
    setting, here = desk.setting, desk.now.astimezone(TZ)
    place, centre = say(setting.content.place(published.place).short), say(setting.content.centre.name)
    days = f"{published.first:%d.%m}" + (f"–{published.last:%d.%m}" if published.last != published.first else "")
    text = f"{centre}: {place}, {days}: {published.text}"
    message = Message({"pl": f"{text}\nNie chcesz tych wiadomości? Napisz STOP."}, {"pl": text})
    audience = setting.audience(setting.schedule.outreach.topics, setting.schedule.outreach.channels)
    expires = datetime.combine(published.last + timedelta(days=1), time(0), TZ)
    return Push(_push_id(published), message, audience, after_quiet(setting.schedule.quiet(), here), expires, alert=_push_id(published))


def _push_id(published: Notice) -> str:
    """Not by its number alone: SQLite gives the number of a deleted notice to the next one."""
    said = sha256(f"{published.place} {published.first} {published.last} {published.text}".encode()).hexdigest()
    return f"notice:{published.id}:{said[:12]}"


def _known(desk: Desk, number: int) -> Notice:
    found = staff.notice(desk.connection, number)
    if found is None:
        raise AlertError(f"Nie ma komunikatu {number}.")
    return found


def _removed(desk: Desk, number: int) -> str:
    published = _known(desk, number)
    staff.note(desk.connection, desk.operator, "remove-notice", str(number), desk.now)
    staff.remove_notice(desk.connection, number)
    deliveries.stop(desk.connection, _push_id(published), desk.now)
    return "Usunięte."


def notice_lines(desk: Desk) -> Iterator[str]:
    """The notices that are not over."""
    found = staff.notices_from(desk.connection, desk.now.astimezone(TZ).date())
    yield "Komunikaty:" if found else "Komunikaty: brak."
    for notice in found:
        yield f"– {notice.id}. {notice.place}, {notice.first:%d.%m}–{notice.last:%d.%m}: {notice.text}"
