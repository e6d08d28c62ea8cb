"""Opting in and out in words, keywords and commands, on every channel; what is shown of a person and what is left once it is erased."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.sms.render import Style, render
from bot.clerk import Clerk
from bot.core.delivery import Event
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply
from bot.core.push import Recipient
from bot.inbox.durable import DurableInbox
from bot.store import subscriptions
from bot.store.tables import metadata
from tests.centre import COMING, Centre

CHAT = "4857600700"


class Person:
    """Somebody who writes on a channel."""

    def __init__(self, centre: Centre, knowledge: Knowledge, channel: str) -> None:
        self.centre, self.channel = centre, channel
        self._inbox = DurableInbox(channel, lambda: knowledge, centre.database, centre.clock.now, clerk=Clerk(channel, lambda: centre.setting, list))
        self._count = 0

    async def say(self, text: str = "", pressed: str = "", *, lang: str = "pl") -> Reply:
        """Write or press; the reply."""
        self._count += 1
        replies: list[Reply] = []

        def rendered(reply: Reply) -> str:
            replies.append(reply)
            return render(reply, Style()).text

        await self._inbox.take_in([Event(str(self._count), CHAT, Incoming(f"{self.channel}:{CHAT}", text, lang, pressed), rendered)])
        (reply,) = replies
        return reply

    def topics(self) -> list[str]:
        """What the person is subscribed to."""
        who = Recipient(self.channel, CHAT)
        return [held.topic for held in self.centre.database.do_now(lambda connection: subscriptions.of_chat(connection, who))]

    def rows(self) -> dict[str, int]:
        """How many rows of each table name the person."""
        found = {}
        for table in metadata.sorted_tables:
            rows = self.centre.database.do_now(lambda connection: connection.execute(select(table)).all())  # noqa: B023
            found[table.name] = sum(CHAT in json.dumps([str(value) for value in row]) for row in rows)
        return {name: count for name, count in found.items() if count}


@pytest.fixture(params=["telegram", "sms"])
def anna(request: pytest.FixtureRequest, centre: Centre, bytom: Knowledge) -> Person:
    return Person(centre, bytom, request.param)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("ALERT", ["mroz"]),
        ("alret", ["mroz"]),
        ("Alert godziny", ["godziny"]),
        ("chcę dostawać alerty o mrozie", ["mroz"]),
        ("zapisz mnie na komunikaty", ["komunikaty"]),
        ("/alert", ["mroz"]),
    ],
)
async def test_opting_in(anna: Person, text: str, topics: list[str]) -> None:
    reply = await anna.say(text)
    assert reply.plain().startswith("Zapisane.")
    assert "Zgadzam się, żeby MOPR Bytom" in reply.plain()
    assert anna.topics() == topics


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("STOP", []),
        ("stop.", []),
        ("STOP MRÓZ", ["godziny", "komunikaty"]),
        ("stop komunikaty", ["godziny", "mroz"]),
        ("wypisz mnie", []),
        ("nie chcę już powiadomień", []),
        ("/stop", []),
    ],
)
async def test_opting_out(anna: Person, text: str, left: list[str]) -> None:
    for topic in ("mróz", "godziny", "komunikaty"):
        await anna.say(f"ALERT {topic}")
    assert anna.topics() == ["godziny", "komunikaty", "mroz"]
    reply = await anna.say(text)
    assert reply.plain().startswith("Wypisane")
    assert anna.topics() == left


async def test_alerty_tells_how_it_works_and_subscribes_with_a_button(anna: Person) -> None:
    told = await anna.say("/alerty")
    assert "ALERT albo STOP" in told.plain()
    assert anna.topics() == []
    await anna.say(pressed=next(choice.key for choice in told.choices if choice.label == "Zapisz mnie na alerty"))
    assert anna.topics() == ["mroz"]


async def test_opting_in_twice_keeps_the_first_consent_and_further_topics_are_offered(anna: Person) -> None:
    first = await anna.say("ALERT")
    assert [choice.label for choice in first.choices] == ["+ zmiany godzin", "+ komunikaty", "Wypisz mnie"]
    anna.centre.clock.pass_(timedelta(days=2))
    await anna.say("ALERT")
    assert anna.topics() == ["mroz"]
    shown = (await anna.say("/moje_dane")).plain()
    assert "Alerty: mróz, zapis 14 stycznia 2027 r. Zgoda: „Zgadzam się, żeby MOPR Bytom" in shown
    await anna.say(pressed=first.choices[0].key)
    assert anna.topics() == ["godziny", "mroz"]
    await anna.say(pressed=first.choices[2].key)
    assert anna.topics() == []
    assert "nie ma z czego wypisywać" in (await anna.say("STOP")).plain()


async def test_all_that_is_stored_is_shown_and_erased_from_the_outbox_as_well(anna: Person) -> None:
    centre = anna.centre
    await anna.say("ALERT")
    centre.look(*COMING)
    centre.decide("approve")
    await centre.deliver()
    assert "Wiadomości, które wysłałem sam: 1." in (await anna.say("pokaż moje dane")).plain()
    centre.decide("cancel")
    await centre.outbox().send_due()
    assert set(anna.rows()) >= {"sessions", "subscriptions", "deliveries", "replies"}
    assert (await anna.say("/usun_dane")).plain().startswith("Usunięte:")
    assert anna.rows() == {"replies": 1}, "the reply itself, until it is sent"
    assert "Nie masz zapisu" in (await anna.say("/moje_dane")).plain()


async def test_the_language_of_the_person_is_kept(anna: Person) -> None:
    await anna.say("ALERT", lang="uk")
    (held,) = anna.centre.database.do_now(lambda connection: subscriptions.of_chat(connection, Recipient(anna.channel, CHAT)))
    assert held.lang == "uk"
