"""Rendering: whatever a reply holds, Telegram takes it, nothing is lost, numbers stay whole, every button fits."""

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.hearing import Address
from bot.channels.telegram.render import MAX_DATA, MAX_UNITS, Rendered, render
from bot.channels.telegram.sending import Body, Parcel
from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge
from bot.core.message import AddressLine, Block, Choice, Incoming, Line, PhoneLine, Reply, Role, Session, Status
from bot.core.query import MAX_KEY, Query, by_key, key_of
from tests.conftest import WEDNESDAY
from tests.telegram_api.entities import parse_html, units
from tests.telegram_api.keyboards import checked_markup

_DAYS = 9
"""Most days ahead that a key can name."""
PIECES = [
    "<b>",
    "</i>",
    "&",
    "&amp;",
    '"',
    "'",
    "\n",
    "\u2028",
    "\u202e",
    "\u200b",
    "\U0001f469\u200d\U0001f680",
    "ą",
    "32 281 14 42",
    "<a href=''>",
    "\ud800",
    "%s",
]
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.builds(lambda piece, times: piece * times, st.sampled_from(PIECES), st.integers(1, 2_500)),
    st.builds(lambda text, times: f"{text} " * times, st.text(min_size=1, max_size=40), st.integers(1, 300)),
)
NUMBERS = st.sampled_from([("+48322811442", "32 281 14 42"), ("112", "112"), ("116123", "116 123"), ("+48800702222", "800 70 2222"), ("+420123", "+420 123")])
PHONES = st.builds(lambda label, number, note: PhoneLine(label, number[0], number[1], note), HOSTILE, NUMBERS, HOSTILE)
POINTS = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
BLOCKS = st.one_of(st.builds(Line, HOSTILE, st.sampled_from(Role)), PHONES, st.builds(AddressLine, HOSTILE, HOSTILE, POINTS))
CHOICES = st.builds(Choice, HOSTILE, HOSTILE, HOSTILE, st.lists(PHONES, max_size=2).map(tuple))
REPLIES = st.builds(
    Reply, st.sampled_from(Status), st.lists(BLOCKS, min_size=1, max_size=8).map(tuple), st.lists(CHOICES, max_size=8).map(tuple), asks=st.booleans()
)


def shown(rendered: Rendered) -> list[str]:
    """What Telegram shows; raises where it would refuse."""
    texts = [parse_html(text)[0] for text in rendered.texts]
    assert all(text.strip() and units(text) <= MAX_UNITS for text in texts)
    checked_markup({"inline_keyboard": [[{"text": b.label, "callback_data": b.data} for b in row] for row in rendered.buttons]})
    return texts


def words(text: str) -> str:
    """The text without any space, and with what UTF-8 cannot carry replaced."""
    return "".join(text.encode("utf-8", "replace").decode().split())


@settings(max_examples=300, deadline=None)
@given(REPLIES)
def test_whatever_a_reply_holds_telegram_takes_it_whole(reply: Reply) -> None:
    rendered = render(reply)
    texts = shown(rendered)
    rendered.model_dump_json().encode()
    everything = words("".join(texts))
    assert all(words(part) in everything for block in reply.blocks for part in _parts(block))
    numbers = [block.shown for block in reply.blocks if isinstance(block, PhoneLine)]
    numbers += [phone.shown for choice in reply.choices if reply.asks for phone in choice.phones]
    assert all(any(number in text for text in texts) for number in numbers)
    if reply.status is Status.CRISIS:
        assert (rendered.buttons, rendered.venue) == ((), None)


def _parts(block: Block) -> list[str]:
    if isinstance(block, PhoneLine):
        return [block.label.removeprefix("Tel. "), block.note]
    return [block.text]


def plain(*blocks: Block) -> str:
    return "\n".join(render(Reply(Status.ANSWER, blocks)).texts)


@pytest.mark.parametrize(
    ("number", "written", "expected"),
    [
        ("+48322811442", "32 281 14 42", "+48 32 281 14 42"),
        ("+48322811442", "+48 32 281 14 42", "+48 32 281 14 42"),
        ("+48800120002", "800 120 002", "+48 800 120 002"),
        ("112", "112", "112"),
        ("116123", "116 123", "116 123"),
    ],
)
def test_numbers_are_written_so_that_telephones_offer_to_call_them(number: str, written: str, expected: str) -> None:
    assert plain(PhoneLine("Tel. KIS", number, written, "odbierają <dziś>")) == f"📞 KIS: {expected} (odbierają &lt;dziś&gt;)"


def test_roles_are_told_by_weight_and_slant() -> None:
    lines = [Line("a", Role.URGENT), Line("b", Role.LEAD), Line("c"), Line("d", Role.NOTE), Line("e", Role.QUESTION), Line("f\n\ng", Role.SOURCE)]
    assert plain(*lines) == "<b>a</b>\nb\nc\n<i>d</i>\n<b>e</b>\n<i>f</i>\n\n<i>g</i>"


def test_an_address_links_to_a_map() -> None:
    text = plain(AddressLine("KIS: ul. Długa 1 & 2", "ul. Długa 1 & 2, Bytom"))
    assert text == '📍 KIS: ul. Długa 1 &amp; 2 (<a href="https://www.google.com/maps/search/?api=1&amp;query=ul.+D%C5%82uga+1+%26+2%2C+Bytom">mapa</a>)'
    assert parse_html(text)[1][0]["url"] == "https://www.google.com/maps/search/?api=1&query=ul.+D%C5%82uga+1+%26+2%2C+Bytom"


def test_a_pin_goes_only_with_an_address_that_leads_the_reply() -> None:
    address = AddressLine("KIS: ul. Długa 1", "ul. Długa 1, Bytom", (50.3, 18.9))
    pin = render(Reply(Status.ANSWER, (address,))).venue
    assert pin is not None
    assert (pin.latitude, pin.longitude, pin.title, pin.address) == (50.3, 18.9, "KIS", "ul. Długa 1, Bytom")
    assert render(Reply(Status.ANSWER, (Line("x"), address))).venue is None


def test_parts_are_cut_between_lines() -> None:
    lines = [f"{number} {'x' * 400}" for number in range(30)]
    texts = render(Reply(Status.ANSWER, tuple(Line(line) for line in lines))).texts
    assert "\n".join(texts).splitlines() == lines
    assert len(texts) == 3


@pytest.mark.parametrize("length", [100, MAX_UNITS])
def test_an_apology_goes_before_what_is_late_and_fits(length: int) -> None:
    rendered = Rendered(texts=("x" * length, "dalej"))
    parcel = Parcel(Body(address=Address(chat=1), rendered=rendered, apology="Przepraszam."))
    assert parcel.texts() == rendered.texts
    parcel.late = True
    assert "\n".join(parcel.texts()) == "\n".join(("<i>Przepraszam.</i>", *rendered.texts))
    assert max(map(units, parcel.texts())) <= MAX_UNITS


def test_a_long_line_is_cut_between_words_and_not_within_a_number() -> None:
    texts = render(Reply(Status.ANSWER, (Line("zadzwoń 32 281 14 42 " * 400),))).texts
    assert re.findall(r"\d[\d ]*\d", "\n".join(texts)) == ["32 281 14 42"] * 400
    assert len(texts) == 3


def test_short_labels_share_a_row() -> None:
    labels = ["Godziny", "Adres", "Telefon", "Terenowy Punkt Pomocy", "A jutro?"]
    rows = render(Reply(Status.ANSWER, (Line("x"),), tuple(Choice("k", label) for label in labels))).buttons
    assert [[button.label for button in row] for row in rows] == [["Godziny", "Adres"], ["Telefon"], ["Terenowy Punkt Pomocy"], ["A jutro?"]]


def test_a_button_that_telegram_would_refuse_is_left_out() -> None:
    choices = (Choice("", "a"), Choice("k" * 65, "b"), Choice("k" * 64, "c"), Choice("k", " "))
    assert [[b.label for b in row] for row in render(Reply(Status.ANSWER, (Line("x"),), choices)).buttons] == [["c"]]


def all_keys(knowledge: Knowledge) -> list[str]:
    return [
        key_of(Query(subject.id, facts, aspects), days)
        for subject in knowledge.subjects.values()
        for facts in ((), *((fact.id,) for fact in subject.facts))
        for aspects in ((), *((aspect,) for aspect in knowledge.aspects))
        for days in (0, _DAYS)
    ]


def test_every_key_of_the_published_knowledge_fits_a_button_and_leads_back(bytom: Knowledge, gdansk: Knowledge) -> None:
    for knowledge in (bytom, gdansk):
        keys = all_keys(knowledge)
        assert max(len(key.encode()) for key in keys) <= MAX_KEY <= MAX_DATA
        for key in keys:
            query = by_key(knowledge, key, WEDNESDAY.date())
            assert query is not None
            assert key_of(query, _DAYS if query.when else 0) == key


def test_every_button_that_can_be_pressed_leads_to_a_reply_that_can_be_sent(bytom: Knowledge, gdansk: Knowledge) -> None:
    for knowledge in (bytom, gdansk):
        for key in [key for key in all_keys(knowledge) if key.count("@") + key.count("?") + key.count("#") <= 1]:
            reply = respond(knowledge, Session(), Incoming("x", "", pressed=key), WEDNESDAY)
            assert shown(render(reply))
            assert all(by_key(knowledge, choice.key, WEDNESDAY.date()) for choice in reply.choices)


def test_a_pressed_option_keeps_the_time_that_was_asked_for(bytom: Knowledge) -> None:
    asked = respond(bytom, Session(), Incoming("x", "czy jutro czynne"), WEDNESDAY)
    key = next(choice.key for choice in asked.choices if "KIS" in choice.label)
    pressed = respond(bytom, asked.session, Incoming("x", "", pressed=key), WEDNESDAY)
    assert pressed.plain().startswith("KIS: jutro (czwartek, 26 listopada) 7:30–15:30.")
    later = respond(bytom, asked.session, Incoming("x", "", pressed=key), WEDNESDAY + timedelta(hours=1))
    assert later.plain().startswith("KIS jest teraz otwarty")
