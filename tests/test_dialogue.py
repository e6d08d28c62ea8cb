"""The conversation: choices, follow-ups, misses, memory; all on the real knowledge."""

from datetime import timedelta

import pytest

from bot.core.dialogue import LAPSE
from bot.core.message import PhoneLine, Reply, Role, Session, Status
from tests.conftest import WEDNESDAY, Ask


def text(reply: Reply) -> str:
    return reply.plain()


def test_the_asked_fact_comes_first(ask: Ask) -> None:
    assert text(ask("adres noclegowni")).splitlines()[0] == "Noclegownia: ul. Kosynierów 26, Bytom"
    assert "32 281" in text(ask("telefon do TPPŚ nr 6")).splitlines()[0]
    assert text(ask("czy noclegownia jest teraz otwarta")).startswith("Noclegownia jest teraz zamknięta. Otwarcie: dziś o 18:00 (za 7 godz. 30 min).")


def test_every_answer_names_its_source_and_date(ask: Ask) -> None:
    for question in ("gdzie noclegownia", "jakie dokumenty do opieki wytchnieniowej", "czy emeryt może być rodziną zastępczą"):
        last = ask(question).blocks[-1]
        assert last.plain().startswith("Źródło: ")
        assert "stan na" in last.plain()


def test_what_is_due_for_review_is_to_be_confirmed_by_phone(ask: Ask) -> None:
    assert text(ask("gdzie noclegownia")).endswith("stan na styczeń 2020 – potwierdź telefonicznie.")
    assert "potwierdź" not in text(ask("jaki jest numer na policję"))


def test_a_place_times_an_aspect_needs_no_example(ask: Ask) -> None:
    reply = text(ask("do której KIS w piątek"))
    assert reply.startswith("KIS: w piątek 27 listopada 7:30–14:00.")


def test_two_questions_in_one_message(ask: Ask) -> None:
    reply = text(ask("podaj telefon do KIS i adres CWR"))
    assert "507 726 335" in reply
    assert "Rycerska 4" in reply


@pytest.mark.parametrize(
    ("question", "pieces"),
    [
        ("gdzie jest noclegownia i jakie sa wymagania na rodzine zastepcza?", ["Kosynierów 26", "rękojmię"]),
        ("Do której czynne TPPŚ 6? I czy potrzebny jest ślub, żeby zostać rodziną zastępczą?", ["wtorek–czwartek 7:30–15:30", "Ślub nie jest"]),
        ("czy jeszcze mozna oddac faktury do stypendium i gdzie jest KIS", ["4 grudnia 2019", "Powstańców Warszawskich 14"]),
        ("gdzie jest ogrzewalnia, jakie warunki na rodzine zastepcza", ["Kosynierów 26", "rękojmię"]),
    ],
)
def test_questions_about_different_subjects_are_answered_in_one_reply(ask: Ask, question: str, pieces: list[str]) -> None:
    reply = ask(question)
    assert reply.status is Status.ANSWER
    assert [piece for piece in pieces if piece not in text(reply)] == []


def test_each_question_keeps_its_own_time(ask: Ask) -> None:
    reply = text(ask("do ktorej jutro KIS a do ktorej w piatek dzial wsparcia rodziny?"))
    assert "KIS: jutro (czwartek, 26 listopada) 7:30–15:30." in reply
    assert "Dział Wsparcia Rodziny: w piątek 27 listopada 7:30–14:00." in reply


def test_what_is_not_stated_and_the_hours_beside_it(ask: Ask) -> None:
    reply = text(ask("czy moge z psem do noclegowni i do ktorej jest czynna w piatek"))
    assert reply.startswith("Źródła ośrodka nie podają, czy można przyjść ze zwierzęciem.")
    assert "Noclegownia: w piątek 27 listopada do 8:00 i od 18:00" in reply


def test_a_story_before_one_question_stays_one_question(ask: Ask) -> None:
    reply = ask("Jestem rodzina zastepcza i pracuje do pozna. Gdzie jest KIS?")
    assert reply.topics[0][0] == "kis"
    assert "rękojmię" not in text(reply)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("nie chodzi mi o KIS tylko o CWR, jaki adres", "cwr"),
        ("nie pytam o noclegownie tylko o ogrzewalnie, do ktorej czynna", "ogrzewalnia"),
        ("nie do ogrzewalni tylko do noclegowni, jaki adres", "noclegownia"),
        ("nie znam godzin KIS tylko adres", "kis"),
    ],
)
def test_what_is_not_meant_is_no_name(ask: Ask, question: str, subject: str) -> None:
    assert ask(question).session.subject == subject


def test_follow_ups_go_on_with_the_place(ask: Ask) -> None:
    first = ask("gdzie jest noclegownia")
    second = ask("a do której?", session=first.session)
    third = ask("a jutro?", session=second.session)
    other = ask("a ogrzewalnia?", session=third.session)
    assert "Noclegownia jest teraz zamknięta" in text(second)
    assert "Noclegownia: jutro (czwartek, 26 listopada)" in text(third)
    assert "Ogrzewalnia: jutro (czwartek, 26 listopada)" in text(other)


def test_a_bare_aspect_asks_which_place_and_keeps_the_aspect_and_the_time(ask: Ask) -> None:
    asked = ask("godziny w piątek?")
    assert asked.status is Status.CLARIFY
    assert asked.asks
    picked = ask("5", session=asked.session)
    assert text(picked).startswith("KIS: w piątek 27 listopada 7:30–14:00.")


@pytest.mark.parametrize("typed", ["2", "2.", "Ogrzewalnia", "ogrzewalnai"])
def test_a_choice_by_number_by_label_or_by_a_typo_of_it(ask: Ask, typed: str) -> None:
    asked = ask("adres?")
    assert "Ogrzewalnia: ul. Kosynierów 26" in text(ask(typed, session=asked.session))


def test_a_number_out_of_range_is_no_choice(ask: Ask) -> None:
    asked = ask("adres?")
    assert ask("77", session=asked.session).status is not Status.ANSWER


def test_an_ambiguous_word_is_asked_about(ask: Ask) -> None:
    for word in ("projekt", "rodzina", "dyżur", "Strzelców Bytomskich"):
        reply = ask(word)
        assert (word, reply.status) == (word, Status.CLARIFY)
        assert len(reply.choices) > 1


def test_not_that_offers_other_topics(ask: Ask) -> None:
    first = ask("gdzie mogę się ogrzać albo przespać")
    reply = ask("nie o to chodziło", session=first.session)
    assert reply.asks
    assert len(reply.choices) >= 4


def test_three_misses_in_a_row_name_a_person_first(ask: Ask) -> None:
    session = Session()
    replies = []
    for question in ("ile kosztuje dolar", "kto wygrał mecz", "przepis na żurek"):
        replies.append(ask(question, session=session))
        session = replies[-1].session
    assert [r.status for r in replies] == [Status.FALLBACK] * 3
    assert "porozmawiaj z człowiekiem" in text(replies[2]).splitlines()[0]
    phone = next(b for b in replies[2].blocks if isinstance(b, PhoneLine))
    assert "odbierają" in phone.note


def test_an_answer_ends_a_row_of_misses(ask: Ask) -> None:
    missed = ask("kto wygrał mecz")
    assert missed.session.misses == 1
    assert ask("gdzie noclegownia", session=missed.session).session.misses == 0


def test_the_session_lapses(ask: Ask) -> None:
    first = ask("gdzie jest noclegownia")
    soon = ask("a do której?", at=WEDNESDAY + LAPSE, session=first.session)
    late = ask("a do której?", at=WEDNESDAY + LAPSE + timedelta(seconds=1), session=first.session)
    assert soon.status is Status.ANSWER
    assert late.status is Status.CLARIFY


def test_the_session_holds_no_message_text(ask: Ask) -> None:
    reply = ask("jestem Zbyszek z Rozbarku i nie mam gdzie spać")
    assert "Zbyszek" not in repr(reply.session)


@pytest.mark.parametrize(("command", "role"), [("/start", Role.LEAD), ("/pomoc", Role.LEAD), ("/tematy", Role.LEAD), ("/prywatnosc", Role.LEAD)])
def test_commands(ask: Ask, command: str, role: Role) -> None:
    reply = ask(command)
    assert reply.status is Status.ANSWER
    assert getattr(reply.blocks[0], "role", None) is role


def test_start_shows_a_menu_and_opens_a_link(ask: Ask) -> None:
    assert len(ask("/start").choices) >= 5
    assert "Noclegownia jest teraz" in text(ask("/start noclegownia"))
    assert "Noclegownia jest teraz" in text(ask("/noclegownia"))
    assert "32 281" in text(ask("/telefony"))


def test_the_same_input_gives_the_same_reply(ask: Ask) -> None:
    for question in ("gdzie mogę spać", "godziny", "asdf", "czy trzeba mieć męża do rodziny zastępczej"):
        assert ask(question) == ask(question)


@pytest.mark.parametrize(
    ("question", "phone"),
    [
        ("czy można z psem do noclegowni", "32 281"),
        ("ile kosztuje nocleg w noclegowni", "32 281"),
        ("ile trwa szkolenie dla rodzin zastępczych", "32 388"),
        ("czy noclegownia ma windę dla wózków", "32 281"),
        ("jaki jest mail do KIS", "507"),
    ],
)
def test_what_the_sources_do_not_state_is_said_so_with_a_phone(ask: Ask, question: str, phone: str) -> None:
    reply = ask(question)
    assert reply.status is Status.FALLBACK
    assert "Źródła ośrodka nie podają" in text(reply)
    assert phone in text(reply)


def test_what_is_judged_case_by_case_says_by_whom(ask: Ask) -> None:
    reply = ask("ile metrów musi mieć mieszkanie rodziny zastępczej")
    assert reply.status is Status.ANSWER
    assert "ocenne" in text(reply)
    assert "Dział Wsparcia Rodziny" in text(reply)


@pytest.mark.parametrize(
    "question",
    ["schronisko dla psów", "godziny biblioteki", "noclegownia w Katowicach", "ogrzewalnia w Chorzowie czynna?", "nie", "czy", "auto zastępcze z OC"],
)
def test_other_domains_other_towns_and_lone_stop_words_do_not_match(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert reply.status is Status.FALLBACK
    assert "Kosynierów" not in text(reply)


def test_a_town_beside_our_own_is_no_other_town(ask: Ask) -> None:
    assert "Kosynierów 26" in text(ask("jestem z Katowic, gdzie w Bytomiu jest noclegownia"))


def test_a_matter_in_another_town_is_refused_even_with_our_own_in_the_message_and_goes_on_here(ask: Ask) -> None:
    refused = ask("a w Chorzowie gdzie jest ogrzewalnia, bo do Bytomia mam za daleko")
    assert refused.status is Status.FALLBACK
    assert "Kosynierów" not in text(refused)
    assert "Kosynierów 26" in text(ask("to podaj w Bytomiu", session=refused.session))
    assert "Kosynierów 26" in text(ask("jestem w Chorzowie, gdzie w Bytomiu jest ogrzewalnia"))


def test_a_name_says_no_time(ask: Ask) -> None:
    assert text(ask("telefon do punktu na Huty Julia")).startswith("Tel. TPPŚ nr 6: 32 281 14 42")


def test_before_the_opening_today_nothing_says_closed(ask: Ask) -> None:
    reply = text(ask("czy dziś jest otwarta noclegownia", at="2026-12-24T15:00"))
    assert reply.splitlines()[:2] == [
        "Noclegownia: dziś (czwartek, 24 grudnia, Wigilia) do 8:00 i od 18:00 (do 8:00 następnego dnia).",
        "Otwiera się dziś o 18:00 (za 3 godz.).",
    ]


def test_a_line_to_call_has_no_opening_hours_of_its_own(ask: Ask) -> None:
    assert text(ask("niebieska linia telefon")).splitlines()[0] == "Tel. „Niebieska Linia” dla ofiar przemocy domowej: 800 120 002 (całą dobę)"


def test_hours_that_the_sources_lack_are_a_fallback_with_a_phone(ask: Ask) -> None:
    reply = ask("do której czynny pokój 102")
    assert reply.status is Status.FALLBACK
    assert "32 388 67 22" in text(reply)


def test_of_what_has_ended_no_sign_up_is_missed(ask: Ask) -> None:
    reply = text(ask("jak się zapisać do projektu SPA"))
    assert "się zakończył" in reply
    assert "zasad zapisów" not in reply


def test_what_has_ended_is_answered_as_ended(ask: Ask) -> None:
    for question, year in (("czy mogę oddać rachunki do stypendium", "2019"), ("czy projekt By-PAS trwa", "2017"), ("opieka wytchnieniowa", "2021")):
        assert year in text(ask(question))
        assert "zakończ" in text(ask(question))


def test_those_who_answer_now_are_named_first(ask: Ask) -> None:
    day = [b.label for b in ask("na klatce śpi bezdomny, kogo zawiadomić").blocks if isinstance(b, PhoneLine)]
    night = [b.label for b in ask("na klatce śpi bezdomny, kogo zawiadomić", at="2026-11-25T23:00").blocks if isinstance(b, PhoneLine)]
    assert "TPPŚ" in day[0]
    assert "TPPŚ" not in night[0]


@pytest.mark.parametrize(
    ("question", "lead"), [("where can I sleep tonight", "For now"), ("де можна переночувати", "Відповідь"), ("где можно переночевать", "Ответ")]
)
def test_other_languages_get_the_facts_and_a_word_of_explanation(ask: Ask, question: str, lead: str) -> None:
    reply = text(ask(question))
    assert reply.startswith(lead)
    assert "Kosynierów 26" in reply
