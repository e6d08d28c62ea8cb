"""What POMOC and INFO say, and what ALERT and STOP say as long as there is nothing to subscribe to."""

from collections.abc import Mapping

from bot.core.keywords import Command, Keyword
from bot.core.knowledge import Knowledge, say
from bot.core.message import Line, PhoneLine, Reply, Role, Status
from bot.core.sentences import sentence

_TEXTS: Mapping[Keyword, str] = {
    Keyword.HELP: "W niebezpieczeństwie dzwoń 112. Napisz zwykłymi słowami, o co pytasz, np. gdzie mogę przenocować.",
    Keyword.INFO: "Informator, {centre}. Odpowiada program, nie człowiek. Treści SMS nie zapisuję. Płacisz za SMS według swojej taryfy.",
    Keyword.ALERT: "Alertów o mrozie jeszcze nie wysyłam. O noclegownię i godziny pytaj tu o każdej porze. W niebezpieczeństwie dzwoń 112.",
    Keyword.STOP: "Nic Ci nie wyślę bez pytania. Gdy sam napiszesz, odpowiem. W niebezpieczeństwie dzwoń 112.",
}


def answer(knowledge: Knowledge, asked: Command, lang: str) -> Reply:
    """The reply to a keyword; for help with the number of a person."""
    text = _TEXTS.get(asked.keyword, sentence("empty", lang)).format(centre=say(knowledge.centre.name, lang))
    place = knowledge.place(knowledge.centre.ask)
    phones = place.phones[:1] if asked.keyword in (Keyword.HELP, Keyword.INFO) else ()
    calls = tuple(PhoneLine("Człowiek", phone.number, phone.shown) for phone in phones)
    return Reply(Status.ANSWER, (Line(text, Role.LEAD), *calls))
