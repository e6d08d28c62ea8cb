"""SMS text for any reply: limits hold, nothing is cut that must stay whole, and short wording keeps every fact."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms.pages import Page, laid, page
from bot.channels.sms.render import Style, further, render
from bot.channels.sms.wording import in_one_piece, short
from bot.core import gsm7
from bot.core.dialogue import respond
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.core.message import Choice, Incoming, Line, PhoneLine, Reply, Role, Session, Status

NIGHT = datetime(2026, 1, 15, 22, 10, tzinfo=TZ)
PHONES = ("32 281 14 42", "507 726 335", "116 123", "800 70 2222", "112", "986", "32 388 67 43", "+48 600 100 200", "22 33 44 555")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=700) | st.text(
    st.sampled_from("aą zż.\n€[]{}^~|\\1 23-5ЖǰŁ„”–…😀e\u0301\u1100\u1161\u09c7\u09be"), max_size=700
)
STYLES = st.builds(Style, parts=st.integers(1, 4), diacritics=st.booleans())


def pages(first: Page, style: Style) -> list[str]:
    """All pages that a person gets who asks for more until the end."""
    told = [first]
    while told[-1].rest:
        told.append(further(told[-1].rest, style))
        assert len(told) < 1000
    return [p.text for p in told]


@pytest.mark.parametrize(
    ("text", "parts", "length"),
    [
        ("a" * 160, 1, 160),
        ("a" * 161, 2, 161),
        ("a" * 306, 2, 306),
        ("a" * 307, 3, 307),
        ("€" * 80, 1, 160),
        ("a" * 152 + "€" * 10, 2, 172),
        ("ą" * 70, 1, 70),
        ("ą" * 71, 2, 71),
        ("ą" * 134, 2, 134),
        ("ą" * 135, 3, 135),
        ("ó" * 71, 2, 71),
        ("„a”", 1, 3),
        ("ą" * 66 + "😀" * 4, 2, 74),
        ("^{}\\[~]|", 1, 16),
        ("", 1, 0),
    ],
)
def test_parts_as_networks_count_them(text: str, parts: int, length: int) -> None:
    assert (gsm7.parts(text), gsm7.length(text)) == (parts, length)


def test_a_polish_text_of_200_letters_is_cheaper_without_polish_letters() -> None:
    text = ("Noclegownia jest teraz otwarta – dziś do ósmej. " * 5)[:200]
    assert (gsm7.parts(text), gsm7.parts(gsm7.fold(text))) == (3, 2)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert gsm7.fold(gsm7.fold(text)) == gsm7.fold(text)


def test_all_polish_letters_fold() -> None:
    assert gsm7.fold("ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż „tak” – 5°C…") == 'ACELNOSZZ acelnoszz "tak" - 5C...'


@given(TEXTS)
def test_a_split_text_is_the_text(text: str) -> None:
    parts = list(gsm7.split(text))
    assert "".join(parts) == text
    assert len(parts) == gsm7.parts(text)
    assert all(gsm7.length(part) <= gsm7.part_size(text) or not gsm7.fits(text) for part in parts)
    assert all(len(part.encode("utf-16-le")) // 2 <= gsm7.part_size(text) for part in parts)


@given(TEXTS, STYLES)
def test_pages_keep_their_budget_and_all_words(text: str, style: Style) -> None:
    told = pages(page(style.written(short(text)), style.parts, style.written("\nDalej: odpisz WIĘCEJ")), style)
    assert all(gsm7.parts(each) <= style.parts for each in told)
    assert all(c <= "\uffff" for each in told for part in gsm7.split(each) for c in part)  # nothing that could be cut in halves
    said = "".join(told).replace(style.written("\nDalej: odpisz WIĘCEJ"), "")
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", style.written(short(text)))


@given(st.lists(st.sampled_from(PHONES), min_size=1, max_size=6), st.lists(TEXTS.filter(lambda t: not re.search(r"\d", t)), max_size=6), STYLES)
def test_every_number_of_a_reply_stays_in_one_part(phones: list[str], texts: list[str], style: Style) -> None:
    blocks = [PhoneLine(f"Tel. {'ab cd ef'[: i + 1]}", phone, phone) for i, phone in enumerate(phones)]
    lines = [Line(f"{text} zadzwoń {phone} zaraz") for text, phone in zip(texts, phones, strict=False)]
    reply = Reply(Status.ANSWER, (*lines[:2], *blocks, *lines[2:]))
    parts = [part for each in pages(render(reply, style), style) for part in gsm7.split(each)]
    for phone in phones:
        assert any(re.search(rf"(?<!\d){re.escape(in_one_piece(phone))}(?!\d)", part) for part in parts), phone


@pytest.mark.parametrize(
    ("long", "said"),
    [
        ("KIS: jutro (piątek, 16 stycznia) 7:30–14:00.", "KIS: jutro (pt, 16.01) 7:30–14."),
        ("Od 1 października do 30 kwietnia: codziennie 18:00–8:00.", "1.10-30.04: codz. 18–8."),
        ("Godziny: poniedziałek 7:30–17:00, wtorek–czwartek 7:30–15:30.", "Godziny: pon 7:30–17, wt–czw 7:30–15:30."),
        ("Źródło: strona MOPR Bytom, stan na styczeń 2020 – potwierdź telefonicznie.", "Wg: strona MOPR Bytom 01.2020, potwierdź tel."),
        ("Nabór do 3 maja 2026 r. w środę", "Nabór do 3.05.2026 w śr"),
        ("Szczegóły: https://www.mopr.bytom.pl/ albo (https://example.org/a).", "Szczegóły: mopr.bytom.pl albo (example.org/a)."),
        ("Zadzwoń 32 281 14 42 lub +48 507 726 335, 116 123.", "Zadzwoń 322811442 lub +48507726335, 116123."),
        ("ul. Strzelców Bytomskich 16, 41-902 Bytom", "ul. Strzelców Bytomskich 16, 41-902 Bytom"),
        ("od 10 do 12 osób, w 2020 roku 150 200 zł", "od 10 do 12 osób, w 2020 roku 150 200 zł"),
        ("o 18:05 i 18:00 👍", "o 18:05 i 18"),
    ],
)
def test_said_shorter(long: str, said: str) -> None:
    assert short(long) == said


def test_a_number_on_the_seam_moves_behind_it() -> None:
    text = "x" * 148 + " 322811442 " + "y" * 20
    parts = list(gsm7.split(laid(text)))
    assert parts[1].startswith("322811442")
    assert gsm7.parts(laid(text)) == gsm7.parts(text) == 2


def test_choices_have_their_essentials_where_there_is_room() -> None:
    tpps, kis = (PhoneLine("Tel.", number, shown) for number, shown in (("+48322811442", "32 281 14 42"), ("+48507726335", "507 726 335")))
    choices = (Choice("a", "Noclegownia", "ul. Kosynierów 26", (tpps,)), Choice("b", "KIS", phones=(kis,)))
    asked = Reply(Status.CLARIFY, (Line("O które miejsce pytasz?", Role.QUESTION),), choices, asks=True)
    assert render(asked, Style()).text == (
        "O ktore miejsce pytasz?\n1 Noclegownia, ul. Kosynierow 26, tel. 322811442\n2 KIS, tel. 507726335\nOdpisz numer, np. 1."
    )
    many = Reply(Status.CLARIFY, asked.blocks, choices * 5, asks=True)
    assert "Kosynierow" not in render(many, Style(parts=1)).text


def test_follow_ups_only_where_they_cost_nothing() -> None:
    choices = (Choice("a", "Godziny"), Choice("b", "Adres"))
    assert render(Reply(Status.ANSWER, (Line("Tak."),), choices), Style()).text == "Tak.\nOdpisz: 1 Godziny, 2 Adres"
    assert render(Reply(Status.ANSWER, (Line("a" * 150),), choices), Style()).text == "a" * 150
    assert render(Reply(Status.CRISIS, (Line("Dzwoń 112."),), choices), Style()).text == "Dzwon 112."


def test_a_foreign_note_does_not_make_the_whole_message_dear() -> None:
    reply = Reply(Status.ANSWER, (Line("Відповідь поки що польською:", Role.NOTE), Line("Noclegownia: ul. Kosynierów 26")))
    assert render(reply, Style()).text == "Noclegownia: ul. Kosynierow 26"
    only = Reply(Status.ANSWER, (Line("Відповідь поки що польською:", Role.LEAD),))
    assert render(only, Style()).text == "Відповідь поки що польською:"


QUESTIONS = (
    "gdzie moge sie przespac",
    "ogrzewalnia",
    "do ktorej kis w piatek",
    "ktos zamarza na ulicy",
    "telefon",
    "jak zostac rodzina zastepcza",
    "gdzie dostane jedzenie",
    "siedziba mopr",
    "opieka wytchnieniowa",
    "maz mnie pobil",
    "asdf qwer",
)


def test_real_replies_cost_little_more_than_half(bytom: Knowledge) -> None:
    replies = [respond(bytom, Session(), Incoming("x", text), NIGHT) for text in QUESTIONS]
    firsts = [render(reply, Style()) for reply in replies]
    assert all(gsm7.fits(first.text) and gsm7.parts(first.text) <= 2 for first in firsts)
    plain = sum(gsm7.parts(reply.plain()) for reply in replies)
    whole = sum(gsm7.parts(each) for first in firsts for each in pages(first, Style()))
    assert whole < 0.6 * plain
