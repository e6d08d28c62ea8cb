"""Dated notices of the centre's staff: /komunikat."""

from collections.abc import Iterator

from bot.core.hours import TZ
from bot.core.knowledge import say
from bot.core.message import Reply
from bot.operators.desk import Desk, day_of, reply
from bot.store import staff
from bot.store.staff import Notice

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
        staff.note(desk.connection, desk.operator, "remove-notice", words[1], desk.now)
        return reply(["Usunięte." if staff.remove_notice(desk.connection, int(words[1])) else f"Nie ma komunikatu {words[1]}."])
    today = desk.now.astimezone(TZ).date()
    days = [day for word in words[1:3] if (day := day_of(word, today))]
    text = " ".join(words[1 + len(days) :])
    if not days or words[0] not in places or not text:
        return reply([_USAGE_NOTICE.format(places=", ".join(places)), *notice_lines(desk)])
    notice = Notice(0, words[0], text, text.lower().startswith(_CLOSED), days[0], days[-1])
    staff.add_notice(desk.connection, notice)
    staff.note(desk.connection, desk.operator, "notice", f"{words[0]} {days[0]} {days[-1]} {text}", desk.now)
    return reply([f"Opublikowane: {say(places[words[0]].short)}, {days[0]:%d.%m.%Y}–{days[-1]:%d.%m.%Y}: {text}"])


def notice_lines(desk: Desk) -> Iterator[str]:
    """The notices that are not over."""
    found = staff.notices_from(desk.connection, desk.now.astimezone(TZ).date())
    yield "Komunikaty:" if found else "Komunikaty: brak."
    for notice in found:
        yield f"– {notice.id}. {notice.place}, {notice.first:%d.%m}–{notice.last:%d.%m}: {notice.text}"
