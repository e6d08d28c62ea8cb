"""Replies kept for a minute: the same as without keeping them, and never beyond what they depend on."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.dialogue import respond
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply, Session
from bot.inbox.memo import Memo
from tests.conftest import WEDNESDAY
from tests.test_conversations import TALKS

EDGES = ("2026-01-15T17:59", "2026-01-15T18:00", "2026-03-29T01:59", "2026-10-25T02:59", "2026-12-31T23:59", "2026-04-01T07:59", "2026-11-25T15:29")


def seen(reply: Reply) -> tuple[object, ...]:
    """All of a reply but the second at which it was made."""
    return reply.status, reply.blocks, reply.choices, reply.asks, reply.topics, reply.links, reply.session.subject, reply.session.choices


@pytest.mark.parametrize("edge", EDGES)
def test_within_a_minute_nothing_changes(bytom: Knowledge, edge: str) -> None:
    minute = datetime.fromisoformat(edge).replace(tzinfo=TZ)
    for turns in random.Random(edge).sample(TALKS, 120):
        message = Incoming("x", turns[0]["say"])
        first, last = (respond(bytom, Session(), message, minute + timedelta(seconds=s)) for s in (0, 59.9))
        assert seen(first) == seen(last), message.text


def test_a_kept_reply_is_the_reply(bytom: Knowledge) -> None:
    memo, message, later = Memo(), Incoming("x", "czy noclegownia jest teraz otwarta"), WEDNESDAY + timedelta(seconds=40)
    first, second = memo.respond(bytom, Session(), message, WEDNESDAY), memo.respond(bytom, Session(), message, later)
    assert second.blocks is first.blocks, "kept"
    assert second.session.at == later
    assert replace(second, session=first.session) == first


def test_what_a_reply_depends_on_makes_it_anew(bytom: Knowledge, gdansk: Knowledge) -> None:
    memo, message = Memo(), Incoming("x", "czy noclegownia jest teraz otwarta")
    first = memo.respond(bytom, Session(), message, WEDNESDAY)
    evening = WEDNESDAY.replace(hour=18, minute=0)
    assert "za 1 min" in memo.respond(bytom, Session(), message, evening - timedelta(minutes=1)).plain()
    assert "jest teraz otwarta" in memo.respond(bytom, Session(), message, evening).plain()
    assert memo.respond(gdansk, Session(), message, WEDNESDAY).plain() != first.plain()
    assert memo.respond(bytom, Session(), replace(message, pressed="kis"), WEDNESDAY).plain() != first.plain()
    talk = memo.respond(bytom, Session(), Incoming("x", "gdzie jest KIS"), WEDNESDAY).session
    assert "KIS" in memo.respond(bytom, talk, Incoming("x", "a telefon?"), WEDNESDAY).plain()
    assert "KIS" not in memo.respond(bytom, Session(), Incoming("x", "a telefon?"), WEDNESDAY).blocks[0].plain()
    late = memo.respond(bytom, Session(), replace(message, at=WEDNESDAY - timedelta(hours=1)), WEDNESDAY)
    assert late.blocks[0] not in first.blocks, "it apologises"
