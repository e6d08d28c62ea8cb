"""Safety first: emergencies of every kind, near misses, and personal numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.message import Line, Role, Status
from bot.core.safety import holds_personal_data, is_pesel
from tests.conftest import Ask

DANGER = {
    "zagrozenie-zycia": ["pan leży na chodniku i nie oddycha", "sasiad stracil przytomnosc pomocy", "corka polknela garsc tabletek"],
    "zamarzanie": ["czlowiek zamarza w parku nie rusza sie", "na przystanku siedzi ktoś siny z zimna i nie ma z nim kontaktu"],
    "pozar-gaz": ["pali się mieszkanie pod nami", "czuje gaz w calym domu", "czujnik czadu wyje i mamy zawroty glowy"],
    "przemoc": ["mąż mnie bije, pomocy", "ktos wlamuje sie do mieszkania z nozem"],
    "dziecko": ["sąsiad bije małe dziecko słychać krzyki", "małe dziecko samo na mrozie bez kurtki"],
    "samobojstwo": ["nie chce juz zyc", "zaraz skoczę z mostu", "mam sznur i żegnam się ze wszystkimi"],
}


@pytest.mark.parametrize("sentence", [s for sentences in DANGER.values() for s in sentences])
def test_the_number_stands_in_the_first_line(ask: Ask, sentence: str) -> None:
    reply = ask(sentence)
    assert reply.status is Status.CRISIS
    first = reply.blocks[0]
    assert isinstance(first, Line)
    assert first.role is Role.URGENT
    assert "112" in first.text


@pytest.mark.parametrize(
    "sentence",
    [
        "noclegownia zimą",
        "w jakich godzinach czynna ogrzewalnia w mrozy",
        "na ławce śpi spokojny bezdomny, gdzie zgłosić",
        "kaloryfery zimne",
        "gdzie szukać pomocy po przemocy",
    ],
)
def test_near_misses_are_no_crisis(ask: Ask, sentence: str) -> None:
    assert ask(sentence).status is not Status.CRISIS


@pytest.mark.parametrize(
    ("sentence", "lead"),
    [
        ("my friend is not breathing", "Call 112 now."),
        ("чоловік мене б'є, допоможіть", "Якщо вам зараз загрожує небезпека"),
        ("человек без сознания лежит на улице", "Звоните сейчас: 112."),
    ],
)
def test_help_comes_in_the_language_of_the_cry(ask: Ask, sentence: str, lead: str) -> None:
    reply = ask(sentence)
    assert reply.status is Status.CRISIS
    assert reply.plain().startswith(lead)


def test_a_place_asked_about_in_the_same_breath_is_answered_below(ask: Ask) -> None:
    reply = ask("gdzie jest noclegownia, kolega zasnął na mrozie i nie da się go dobudzić")
    assert reply.status is Status.CRISIS
    assert reply.plain().index("112") < reply.plain().index("Kosynierów 26")


@pytest.mark.parametrize("digits", ["44051401359", "02070803628", "81041203977"])
def test_a_pesel_is_known_and_never_echoed(ask: Ask, digits: str) -> None:
    if is_pesel(digits):
        assert holds_personal_data(f"mój pesel {digits} sprawdźcie")
    reply = ask(f"moj pesel {digits} sprawdzcie sprawe")
    assert digits not in reply.plain()


def test_a_pesel_is_answered_with_the_request_not_to_send_it(ask: Ask) -> None:
    reply = ask("moj pesel 44051401359 co z moja sprawa")
    assert "Nie wysyłaj tu numeru PESEL" in reply.plain().splitlines()[0]


@pytest.mark.parametrize("text", ["tel 32 281 14 42", "112", "2026-11-25 10:30", "500 plus", "koszt 12345 zł", "116 123", "800 70 2222"])
def test_ordinary_numbers_are_no_personal_data(text: str) -> None:
    assert not holds_personal_data(text)


def test_documents_and_accounts_are_personal_data() -> None:
    assert holds_personal_data("dowód ABC 123456")
    assert holds_personal_data("konto 61 1090 1014 0000 0712 1981 2874")


@given(st.from_regex(r"\A[0-9]{11}\Z"))
def test_pesel_check_never_raises(digits: str) -> None:
    assert isinstance(is_pesel(digits), bool)


@pytest.mark.parametrize(
    "story",
    [
        (
            "Dzień dobry, przepraszam że zawracam głowę, mieszkam na parterze od trzydziestu lat i nigdy nic nie zgłaszałam, wnuczek pokazał mi jak się tu pisze. "
            "Sąsiad z drugiego piętra poszedł rano po bułki i teraz siedzi na schodach, cały siny na twarzy, ręka mu zwisa i bełkocze, a windy nie mamy od wiosny."
        ),
        (
            "wie pani co ja tu tylko sprzątam ale jak dziś weszłam na klatkę to ten pan co zbiera puszki leży na betonie zimny jak lód i nie daje się dobudzić a "
            "administracja dopiero od ósmej i nie wiem kogo mam pytać"
        ),
    ],
)
def test_danger_hidden_in_a_long_story_is_heard(ask: Ask, story: str) -> None:
    reply = ask(story)
    assert reply.status is Status.CRISIS
    assert "112" in reply.blocks[0].plain()
