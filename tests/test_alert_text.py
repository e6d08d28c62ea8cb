"""The words of alerts: references filled in, times in plain Polish, one SMS, and how SMS are counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import gsm7
from bot.core.alert_rules import Kind, Transition
from bot.core.alert_state import Alert
from bot.core.alert_text import degrees, full, period, place_line, short_period, sms
from bot.core.hours import TZ
from bot.core.knowledge import Content
from bot.loader.loading import load_content
from bot.loader.schedules import load_schedules
from tests.conftest import ROOT
from tests.frost import rule

ONSET = datetime(2026, 1, 2, 20, tzinfo=TZ)
ALERT = Alert("a", "silny-mroz", 1, ONSET - timedelta(hours=9), ONSET, ONSET + timedelta(hours=37), ONSET, -17.4, -22, (), ("imgw",))
BEFORE, DURING = ALERT.proposed, ONSET + timedelta(hours=1)


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(ROOT / "knowledge" / "bytom")


def test_the_whole_message(content: Content) -> None:
    silny = load_schedules(ROOT / "schedules.yaml", content).rule("silny-mroz")
    text = full(content, silny, Transition(Kind.PROPOSE, ALERT, BEFORE), ["IMGW"])
    assert text.splitlines() == [
        "MOPR Bytom: nadchodzi silny mróz. Na dworze grozi wychłodzenie, nawet śmierć.",
        "Widzisz kogoś, kto marznie albo nie reaguje? Zadzwoń 112.",
        "Potrzebujesz schronienia? Możesz przyjść od razu.",
        "Noclegownia i ogrzewalnia: ul. Kosynierów 26, Bytom – czynne całą dobę od piątku 2 stycznia, godz. 20:00, do niedzieli 4 stycznia, godz. 9:00.",
        "Pytania i zgłoszenia: TPPŚ nr 6, tel. 32 281 14 42; po godzinach Straż Miejska, tel. 986.",
        "O końcu alertu napiszemy. Nie chcesz tych wiadomości? Napisz STOP.",
        "Najniższa temperatura w prognozie: −17°C.",
        "Na podstawie danych: IMGW.",
    ]
    english = full(content, silny, Transition(Kind.RAISE, replace(ALERT, level=2), DURING), [], "en")
    assert english.startswith("MOPR Bytom: life-threatening frost.")
    assert "now – 04.01.2026, 09:00" in english
    assert "Lowest temperature forecast: −17°C." in english
    over = full(content, silny, Transition(Kind.CLEAR, ALERT, DURING), ["IMGW"])
    assert over.startswith("MOPR Bytom: koniec alertu mrozowego.")
    assert "{" not in text + english + over
    assert "IMGW" not in over


def test_the_sms(content: Content) -> None:
    silny = load_schedules(ROOT / "schedules.yaml", content).rule("silny-mroz")
    assert sms(content, silny, Transition(Kind.PROPOSE, ALERT, BEFORE)) == (
        "MOPR Bytom: silny mroz. Ktos marznie? Dzwon 112. Noclegownia i ogrzewalnia, ul. Kosynierow 26, "
        "czynne 24 h od pt 2.01 g. 20 do nd 4.01 g. 9. Wypis: STOP"
    )
    assert "zwykle godziny" in sms(content, silny, Transition(Kind.CLEAR, ALERT, DURING))


@pytest.mark.parametrize(
    ("alert", "now", "long", "short"),
    [
        (ALERT, BEFORE, "od piątku 2 stycznia, godz. 20:00, do niedzieli 4 stycznia, godz. 9:00", "od pt 2.01 g. 20 do nd 4.01 g. 9"),
        (ALERT, DURING, "od teraz do niedzieli 4 stycznia, godz. 9:00", "od teraz do nd 4.01 g. 9"),
        (replace(ALERT, until=None), BEFORE, "od piątku 2 stycznia, godz. 20:00, do odwołania", "od pt 2.01 g. 20 do odwołania"),
        (
            replace(ALERT, onset=ONSET + timedelta(minutes=20), until=ONSET + timedelta(minutes=80)),
            BEFORE,
            "od piątku 2 stycznia, godz. 20:20, do piątku 2 stycznia, godz. 21:20",
            "od pt 2.01 g. 20 do pt 2.01 g. 22",
        ),
    ],
)
def test_from_when_to_when(alert: Alert, now: datetime, long: str, short: str) -> None:
    assert (period(alert, now), short_period(alert, now)) == (long, short)


def test_times_are_told_in_local_time_on_both_sides_of_the_change() -> None:
    changing = replace(ALERT, onset=datetime(2026, 10, 24, 20, tzinfo=UTC), until=datetime(2026, 10, 25, 20, tzinfo=UTC))
    assert period(changing, BEFORE) == "od soboty 24 października, godz. 22:00, do niedzieli 25 października, godz. 21:00"


def test_places_of_one_house_are_named_together(content: Content) -> None:
    places = [content.place(p) for p in ("noclegownia", "ogrzewalnia", "tpps-6")]
    assert place_line(places) == "Noclegownia i ogrzewalnia: ul. Kosynierów 26, Bytom; TPPŚ nr 6: ul. Huty Julia 10, Bytom"
    assert place_line(places[:1], short=True) == "Noclegownia, ul. Kosynierów 26"
    assert place_line([content.place("noclegownia"), content.place("straz-miejska")]) == "Noclegownia: ul. Kosynierów 26, Bytom; Straż Miejska"


@pytest.mark.parametrize(("value", "text"), [(-12.4, "−12°C"), (-0.4, "0°C"), (3.0, "3°C"), (-12.6, "−13°C")])
def test_degrees(value: float, text: str) -> None:
    assert degrees(value) == text


def test_a_text_without_references_stays_as_it_is(content: Content) -> None:
    plain = rule()
    assert sms(content, plain, Transition(Kind.CLEAR, ALERT, DURING)) == "Mroz "


# -- SMS ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ą" * 70, 1),
        ("ą" * 71, 2),
        ("ą" * 134, 2),
        ("ą" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
    ],
)
def test_parts_of_an_sms(text: str, parts: int) -> None:
    assert gsm7.parts(text) == parts


def test_folding_takes_polish_letters_and_typography_away() -> None:
    assert gsm7.fold("Zażółć gęślą jaźń – „ŁÓDŹ” −5°C…") == 'Zazolc gesla jazn - "LODZ" -5C...'
    assert gsm7.fold("ä ñ é") == "ä ñ é"
    assert not gsm7.fits(gsm7.fold("мороз"))


@given(st.text(alphabet="ąćęłńóśźżĄĆĘŁŃÓŚŹŻ abc–„”…", max_size=400))
def test_whatever_is_polish_fits_after_folding(text: str) -> None:
    folded = gsm7.fold(text)
    assert gsm7.fits(folded)
    assert gsm7.fold(folded) == folded
