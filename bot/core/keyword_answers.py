"""What keywords say, and the action they ask for; who keeps subscriptions carries it out and says what was done."""

from collections.abc import Mapping

from bot.core.keywords import Command, Keyword
from bot.core.knowledge import Knowledge, say
from bot.core.message import Action, Line, PhoneLine, Reply, Role, Status

_TEXTS: Mapping[Keyword, str] = {
    Keyword.HELP: "W niebezpieczeństwie dzwoń 112. Napisz zwykłymi słowami, o co pytasz, np. gdzie mogę przenocować.",
    Keyword.INFO: "Informator, {centre}. Odpowiada program, nie człowiek. Treści SMS nie zapisuję. Płacisz za SMS według swojej taryfy.",
    Keyword.ALERT: "Alertów o mrozie tu nie wysyłam. O noclegownię i godziny pytaj o każdej porze. W niebezpieczeństwie dzwoń 112.",
    Keyword.STOP: "Nic Ci nie wyślę bez pytania. Gdy sam napiszesz, odpowiem. W niebezpieczeństwie dzwoń 112.",
}
"""Those of ALERT and STOP are for a centre without alerts."""
_ACTIONS: Mapping[Keyword, str] = {Keyword.ALERT: "subscribe", Keyword.STOP: "unsubscribe"}
_CALLED = frozenset((Keyword.HELP, Keyword.INFO))


def answer(knowledge: Knowledge, asked: Command, lang: str) -> Reply:
    """The reply to a keyword; for help with the number of a person."""
    text = _TEXTS[asked.keyword].format(centre=say(knowledge.centre.name, lang))
    place = knowledge.place(knowledge.centre.ask)
    calls = tuple(PhoneLine("Człowiek", phone.number, phone.shown) for phone in place.phones[:1]) if asked.keyword in _CALLED else ()
    action = Action(_ACTIONS[asked.keyword], (asked.topic.value,) if asked.topic else ()) if asked.keyword in _ACTIONS else None
    return Reply(Status.ANSWER, (Line(text, Role.LEAD), *calls), action=action)
