"""Answers that are not certain: how certain, what else may have been meant, and what a person sees of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.answers import answer
from bot.core.certainty import MAX_ALTERNATIVES, SURE, alternatives, certainty, with_near
from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply, Session, Status
from bot.core.query import Query
from bot.core.reader import Reading, Scores
from bot.core.replies import Scene
from bot.core.town import Town, town
from tests.conftest import WEDNESDAY, Ask
from tests.test_conversations import TALKS, at

FOSTER = "rodzina-zastepcza"


def reading(knowledge: Knowledge, text: str, labels: Scores) -> Reading:
    """What is found in a text, with probabilities as a test gives them."""
    return replace(knowledge.reader.read(text, WEDNESDAY), labels=labels)


def test_certainty_is_the_probability_of_what_is_told(bytom: Knowledge) -> None:
    read = reading(bytom, "jak to jest z tym kursem", ((f"{FOSTER}#szkolenie", 0.4), (FOSTER, 0.3), ("kis", 0.2)))
    assert certainty(bytom, read, [Query(FOSTER, ("szkolenie",))]) == pytest.approx(0.4)
    assert certainty(bytom, read, [Query(FOSTER, ("szkolenie",), whole=True)]) == pytest.approx(0.7)
    assert certainty(bytom, read, [Query(FOSTER)]) == pytest.approx(0.3)


def test_what_the_sources_are_silent_about_makes_nothing_certain(bytom: Knowledge) -> None:
    silent = next(fact.id for fact in bytom.subjects[FOSTER].facts if fact.unstated)
    read = reading(bytom, "czy mogę wybrać", ((f"{FOSTER}#stan-cywilny", 0.5), (f"{FOSTER}#{silent}", 0.45)))
    assert certainty(bytom, read, [Query(FOSTER, ("stan-cywilny", silent))]) == pytest.approx(0.5)
    assert certainty(bytom, read, [Query(FOSTER, (silent,))]) == pytest.approx(0.45)


def test_a_place_called_by_its_name_is_certain(bytom: Knowledge) -> None:
    read = reading(bytom, "adres KIS", (("rozrywka", 0.9), ("kis", 0.1)))
    assert certainty(bytom, read, [Query("kis", (), ("address",))]) == 1.0
    assert certainty(bytom, read, [Query("cwr", (), ("address",))]) < SURE


def test_alternatives_are_what_else_is_likely_and_is_not_told(bytom: Knowledge) -> None:
    labels = ((f"{FOSTER}#szkolenie", 0.4), (f"{FOSTER}#dochod", 0.2), ("kis", 0.1), ("cwr", 0.1), (FOSTER, 0.01))
    found = alternatives(bytom, reading(bytom, "jak to jest", labels), [Query(FOSTER, ("szkolenie",))], ["kis"])
    assert found == (Query(FOSTER, ("dochod",)), Query("kis"))


def test_what_belongs_to_the_same_matter_is_told_at_once(bytom: Knowledge) -> None:
    labels = ((f"{FOSTER}#szkolenie", 0.35), (f"{FOSTER}#dochod", 0.3), ("kis", 0.3))
    read = reading(bytom, "jak to jest", labels)
    assert with_near(bytom, read, (Query(FOSTER, ("szkolenie",)),)) == ((Query(FOSTER, ("szkolenie", "dochod")),), ())
    assert with_near(bytom, read, (Query(FOSTER),)) == ((Query(FOSTER, ("szkolenie", "dochod"), whole=True),), ())


def test_what_one_is_silent_about_and_a_near_one_states_is_told_by_that_one(bytom: Knowledge) -> None:
    read = reading(bytom, "ile osób", (("cwr", 0.4), ("projekt-cwr#results", 0.33)))
    assert with_near(bytom, read, (Query("cwr", ("results",)),)) == ((Query("projekt-cwr", ("results",)),), ())


def test_near_matters_are_told_and_the_talk_goes_on_about_the_likeliest(bytom: Knowledge, ask: Ask) -> None:
    read = reading(bytom, "gdzie tam", (("noclegownia", 0.4), ("ogrzewalnia", 0.35), ("kis", 0.25)))
    assert with_near(bytom, read, (Query("noclegownia"),)) == ((Query("noclegownia"),), (Query("ogrzewalnia"),))
    told = answer(Scene(bytom, WEDNESDAY, "pl"), Session(), [Query("noclegownia")], [Query("ogrzewalnia")])
    assert {"Noclegownia: ul. Kosynierów 26, Bytom", "Ogrzewalnia: ul. Kosynierów 26, Bytom"} <= set(told.plain().splitlines())
    assert "Noclegownia" in ask("a jutro?", session=replace(told.session, at=WEDNESDAY)).plain()


def doubtful(knowledge: Knowledge) -> Iterator[tuple[Reply, datetime]]:
    """Replies to single test sentences that say they may be about something else, each with its time."""
    for turns in TALKS:
        reply = respond(knowledge, Session(), Incoming("x", turns[0]["say"]), at(turns[0]))
        if turns[0].get("centre", "bytom") == "bytom" and reply.blocks[0].plain().startswith("Nie mam pewności, czy o to pytasz."):
            yield reply, at(turns[0])


def test_a_doubtful_answer_asks_and_every_choice_of_it_is_answered(bytom: Knowledge) -> None:
    found = list(doubtful(bytom))
    assert found
    for reply, moment in found:
        assert reply.card is None, "what is not certain is not passed on"
        assert reply.status is Status.CLARIFY
        assert len(reply.blocks) > 1
        assert len(reply.choices) <= MAX_ALTERNATIVES or not reply.asks
        for number, choice in enumerate(reply.choices, start=1):
            picked = respond(bytom, reply.session, Incoming("x", str(number)), moment)
            assert choice.key.startswith(picked.topics[0][0])
            assert not picked.plain().startswith("Nie mam pewności")


def test_doubt_is_the_exception(bytom: Knowledge) -> None:
    assert len(list(doubtful(bytom))) < 0.15 * len(TALKS)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("noclegownia w Katowicach", Town.ELSEWHERE),
        ("noclegownia w Bytomiu", Town.HERE),
        ("godziny biblioteki Zabrze", Town.OTHER),
        ("jestem w Chorzowie i szukam noclegu", Town.OTHER),
        ("piszę z MOPS w Zabrzu, kto poda adres noclegowni", Town.HERE),
        ("pracuję w ośrodku pomocy w Tarnowskich Górach, potrzebny telefon", Town.HERE),
        ("jestem z Chorzowa, przyjmiecie mnie do noclegowni?", Town.HERE),
        ("znajomy z opieki w Piekarach pyta, kiedy czynne TPPŚ nr 6", Town.HERE),
        ("gdzie przenocuję z dzieckiem w Zabrzu", Town.ELSEWHERE),
        ("piszę, bo noclegownia w Zabrzu jest zamknięta", Town.ELSEWHERE),
        ("mops tychy godziny", Town.OTHER),
    ],
)
def test_where_the_matter_is(bytom: Knowledge, text: str, where: Town) -> None:
    assert town(bytom.reader.read(text, WEDNESDAY), bytom.centre.ask) is where


def test_what_the_sources_are_silent_about_leads_where_it_was_asked_first(ask: Ask) -> None:
    reply = ask("czy szkolenie na rodzinę zastępczą można zrobić online")
    assert reply.status is Status.FALLBACK
    assert reply.plain().startswith("Źródła ośrodka nie podają, czy można to załatwić przez internet.")


def test_a_thing_carried_is_no_question_about_it(ask: Ask) -> None:
    reply = ask("stoję pod noclegownią z plecakiem, kiedy otworzą?")
    assert reply.status is Status.ANSWER
    assert "Otwarcie: dziś o 18:00" in reply.plain()
