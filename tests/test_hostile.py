"""Bad input of every kind: a calm reply, no exception, nothing echoed."""

import random
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Session, Status
from bot.core.text import MAX_CHARS, clip, fold, read, stem, tokens
from tests.conftest import WEDNESDAY, Ask

HOSTILE = {
    "empty": "",
    "spaces": " \t\n ",
    "100 kB": "noclegownia " * 8_500,
    "100 kB without a space": "a" * 100_000,
    "binary": "".join(map(chr, range(256))),
    "control characters": "\x00\x01\x1b[31m\x7f\u0085",
    "10,000 emoji": "🙃" * 10_000,
    "zalgo": "n\u0300\u0301\u0302\u0303o\u0304\u0305\u0306c\u0307\u0308\u0309" * 50,
    "mixed scripts": "nосlеgоwnіа 寮 ночлежка مأوى דיור",
    "right to left": "\u202enoclegownia\u202c \u2067adres\u2069",
    "zero width": "noc\u200bleg\u200cow\u200dnia\ufeff",
    "surrogates": "\ud800\udfff",
    "markup": "<script>alert(1)</script> '; DROP TABLE x; -- {{7*7}} ${jndi:ldap}",
    "format": "%s %n {0} {centre} \\",
    "digits": "0123456789" * 100,
    "punctuation": "?!.,;:" * 300,
    "one very long word": "noclegownia" * 500,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_messages_get_a_calm_reply(ask: Ask, text: str) -> None:
    reply = ask(text)
    assert reply.plain().strip()
    assert reply.status is not Status.CRISIS
    for piece in ("<script>", "DROP TABLE", "\x1b", "{{7"):
        assert piece not in reply.plain()


def test_disguised_letters_are_read(ask: Ask) -> None:
    for text in ("noc\u200bleg\u200cow\u200dnia adres", "NÓĆLĘGÓWNIĄ ADRES", "nосlеgоwniа adres"):
        assert "Kosynierów 26" in ask(text).plain()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400))
def test_any_text_gets_a_reply(bytom: Knowledge, text: str) -> None:
    reply = respond(bytom, Session(), Incoming("x", text), WEDNESDAY)
    assert reply.plain()


def test_fuzzed_conversations_never_fail(bytom: Knowledge) -> None:
    """5,000 messages of cut, doubled and mixed real words, in talks of ten."""
    random_ = random.Random(7)
    words = [w for s in bytom.subjects.values() for texts in s.examples.values() for t in texts[:5] for w in t.split()]
    words += ["/start", "/", "1", "99", "|", "...", "=", "@", "#", "112", "24.12", "25:99", "31.02.2027", "o", "za", "-1", "\u0000", "ł", "ґ"]
    session = Session()
    for i in range(5_000):
        if i % 10 == 0:
            session = Session()
        text = " ".join(w[: random_.randrange(1, len(w) + 1)] for w in random_.choices(words, k=random_.randrange(1, 14)))
        reply = respond(bytom, session, Incoming("x", text), WEDNESDAY)
        assert reply.plain()
        session = reply.session


@given(st.text(max_size=3_000))
def test_folding_is_idempotent_and_bounded(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not any(unicodedata.combining(c) for c in once)
    assert len(clip(text)) <= MAX_CHARS + 1


@given(st.text(alphabet="ąćęłńóśźżabcdefghijklmnoprstuwyz ", max_size=60))
def test_stems_are_beginnings_of_words(text: str) -> None:
    for word in tokens(fold(text)):
        assert stem(word)
        assert word.startswith(stem(word)[:-1])


def test_numbers_of_places_and_abbreviations_are_read_as_meant() -> None:
    assert read("TPPŚ nr 6, ul. Huty Julia 10") == ["tpps", "6", "ul", "huty", "julia", "10"]
    assert read("o 18.00 albo 24.12. Co?") == ["o", "18.00", "albo", "24.12", "|", "co", "?"]
