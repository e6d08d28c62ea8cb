"""Once and in order: repeated updates, many chats at once, restarts, floods, and what an outage left behind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.telegram import flood
from bot.core.knowledge import Knowledge
from tests.conftest import WEDNESDAY
from tests.eight import QUESTIONS, TALK, answered
from tests.said import Said
from tests.telegram_api import FakeTelegram, Json, Talk
from tests.telegram_bot import Clock, Informator

APOLOGY = "Przepraszam, że odpowiadam dopiero teraz"
TOO_FAST = "Dostaję od Ciebie bardzo dużo wiadomości naraz."


@pytest.fixture
async def stopped(fake: FakeTelegram, tmp_path: Path, bytom: Knowledge, clock: Clock) -> AsyncIterator[Informator]:
    """A bot that the test starts when there is something to answer."""
    informator = Informator(fake, tmp_path, bytom, clock.now)
    informator.said = Said()
    yield informator
    await informator.stop()


async def crowd(fake: FakeTelegram, people: int) -> list[Talk]:
    return [await fake.person(f"Osoba {number}") for number in range(people)]


async def everybody_says(people: list[Talk], texts: list[str]) -> None:
    """Everybody's first message, then everybody's second, ..."""
    for text in texts:
        for person in people:
            await person.say(text)


async def replies(person: Talk, count: int) -> list[str]:
    return [(await person.reply(timeout=20))["text"] for _ in range(count)]


async def test_fifty_chats_at_once_each_in_its_order_and_beside_one_another(informator: Informator, fake: FakeTelegram) -> None:
    people = await crowd(fake, 50)
    await everybody_says(people, QUESTIONS)
    for person in people:
        await replies(person, len(QUESTIONS))
        assert answered(await fake.messages(person.id)) == list(range(len(QUESTIONS)))
    chats = [call["chat"] for call in await fake.journal(method="sendMessage")]
    assert len(chats) == 400
    assert len(set(chats[:100])) > 10, "nobody waits until all the others are through"
    assert await fake.drained()
    assert informator.said == ["Telegram: connected, waiting for questions"]


async def test_the_same_update_again_is_not_answered_again(informator: Informator, fake: FakeTelegram) -> None:
    anna = await fake.person("Anna")
    question = {"message_id": 1, "date": int(WEDNESDAY.timestamp()), "chat": anna.chat, "from": anna.user, "text": "gdzie jest KIS"}
    asked = await fake.push({"message": question})
    reply = await anna.reply()
    press = {"id": "1", "from": anna.user, "message": reply, "chat_instance": "1", "data": reply["reply_markup"]["inline_keyboard"][0][0]["callback_data"]}
    pressed = await fake.push({"callback_query": press})
    await anna.edited()
    for _ in range(2):
        for update in (asked, pressed, asked):
            await fake.push(update)
        await anna.say("dzień dobry")
        await anna.reply()
        await informator.restart()
    assert len(await fake.journal(method="sendMessage")) == 3
    assert len(await fake.journal(method="editMessageText")) == 1


async def test_a_restart_in_the_middle_of_two_hundred_updates(stopped: Informator, fake: FakeTelegram) -> None:
    people = await crowd(fake, 25)
    await everybody_says(people, QUESTIONS)
    await stopped.start()
    for person in people[:5]:
        await person.reply()
    await stopped.restart()
    for person in people:
        await person.reply(timeout=20)
    await stopped.restart()
    await everybody_says(people, QUESTIONS[:1])
    for person in people:
        seen = answered(await fake.messages(person.id))
        while len(seen) < len(QUESTIONS) + 1:
            await person.reply(timeout=20)
            seen = answered(await fake.messages(person.id))
        assert seen == [*range(len(QUESTIONS)), 0]
    await stopped.restart()
    assert set((await fake.sent()).values()) == {len(QUESTIONS) + 1}
    assert stopped.stored()["replies"] == []


async def test_what_is_being_taken_in_when_the_bot_stops_is_answered(stopped: Informator, fake: FakeTelegram) -> None:
    anna = await fake.person("Anna")
    await stopped.start()
    await anna.say(QUESTIONS[0])
    await anna.reply()
    await stopped.database.do(lambda _: None)
    update = await fake.push({"message": {**(await fake.messages(anna.id))[0], "text": "gdzie jest KIS"}})
    taking = asyncio.create_task(stopped.channel.take([update]))
    await asyncio.sleep(0)
    taking.cancel()
    await stopped.stop()
    assert answered(await fake.messages(anna.id)) == [0, 2]
    await stopped.start()


async def test_a_flood_is_told_once_then_ignored_for_a_minute_and_costs_nothing(informator: Informator, fake: FakeTelegram, clock: Clock) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    for _ in range(flood.MOST + 1):
        await anna.say("dziękuję")
    texts = await replies(anna, flood.MOST + 1)
    assert [text.startswith(TOO_FAST) for text in texts] == [False] * flood.MOST + [True]
    before = informator.stored()["events"]
    for _ in range(50):
        await anna.say("gdzie jest noclegownia")
    await jan.say("gdzie jest KIS")
    assert "KIS" in (await jan.reply())["text"]
    assert len(informator.stored()["events"]) == len(before) + 1, "what is ignored touches no database"
    clock.pass_(flood.SILENCE)
    await anna.say("gdzie jest noclegownia")
    assert "Kosynierów 26" in (await anna.reply())["text"]
    assert (await fake.sent())[anna.id] == flood.MOST + 2


async def test_many_questions_of_a_long_outage_are_no_flood(stopped: Informator, fake: FakeTelegram, clock: Clock) -> None:
    anna = await fake.person("Anna")
    for _ in range(flood.MOST + 5):
        await anna.say("dziękuję")
        clock.pass_(timedelta(seconds=20))
    clock.pass_(timedelta(minutes=30))
    await stopped.start()
    texts = await replies(anna, flood.MOST + 5)
    assert all(text.startswith(APOLOGY) and "Proszę bardzo" in text for text in texts)


def test_questions_that_come_again_because_the_store_failed_are_no_flood() -> None:
    known = flood.Flood()
    now = WEDNESDAY
    for _ in range(10):
        assert {known.verdict("a", str(event), now, now) for event in range(flood.MOST)} == {flood.Verdict.ANSWER}
    assert known.verdict("a", "one more", now, now) is flood.Verdict.WARN


async def test_an_apology_after_ten_minutes_and_nothing_after_a_day(stopped: Informator, fake: FakeTelegram, clock: Clock) -> None:
    people = {name: await fake.person(name) for name in ("older than a day", "just a day", "eleven minutes", "in danger", "nine minutes")}
    await people["older than a day"].say("dziękuję")
    clock.pass_(timedelta(minutes=2))
    await people["just a day"].say("dziękuję")
    clock.pass_(timedelta(days=1, minutes=-12))
    await people["eleven minutes"].say("gdzie jest KIS")
    await people["in danger"].say("chcę się zabić")
    clock.pass_(timedelta(minutes=2))
    await people["nine minutes"].say("gdzie jest KIS")
    clock.pass_(timedelta(minutes=9))
    await stopped.start()
    got = {name: await replies(person, 1) for name, person in people.items() if name != "older than a day"}
    first: dict[str, str] = {name: texts[0].splitlines()[0] for name, texts in got.items()}
    assert first["just a day"].startswith(APOLOGY)
    assert first["eleven minutes"].startswith(APOLOGY)
    assert "📍 KIS" in got["eleven minutes"][0]
    assert "112" in first["in danger"]
    assert APOLOGY not in got["in danger"][0]
    assert first["nine minutes"].startswith("📍 KIS")
    assert await fake.drained()
    assert people["older than a day"].id not in await fake.sent()


async def test_what_waited_unsent_through_an_outage_comes_with_an_apology_and_after_a_day_not_at_all(
    stopped: Informator, fake: FakeTelegram, clock: Clock
) -> None:
    people = {name: await fake.person(name) for name in ("older than a day", "in danger", "with a button", "eleven minutes", "nine minutes")}
    await people["with a button"].say("gdzie jest KIS")
    stopped.stop_seconds = 0.2
    await stopped.start()
    shown = await people["with a button"].reply()
    await fake.fault(method="sendMessage", status=502)
    await fake.fault(method="editMessageText", status=502)
    await people["older than a day"].say("gdzie jest KIS")
    assert await fake.drained()
    clock.pass_(timedelta(days=1, minutes=-10))
    await people["in danger"].say("chcę się zabić")
    await people["with a button"].press(shown, "Telefon")
    await people["eleven minutes"].say("gdzie jest KIS")
    assert await fake.drained()
    clock.pass_(timedelta(minutes=2))
    await people["nine minutes"].say("gdzie jest KIS")
    assert await fake.drained()
    await stopped.stop()
    clock.pass_(timedelta(minutes=9))
    await fake.heal()
    await stopped.start()
    texts = {name: (await replies(people[name], 1))[0] for name in ("in danger", "eleven minutes", "nine minutes")}
    texts["with a button"] = (await people["with a button"].edited())["text"]
    lines = {name: text.splitlines() for name, text in texts.items()}
    assert "112" in lines["in danger"][0]
    assert APOLOGY not in texts["in danger"]
    assert lines["eleven minutes"][0].startswith(APOLOGY)
    assert lines["eleven minutes"][1].startswith("📍 KIS")
    assert lines["with a button"][0].startswith(APOLOGY)
    assert "507 726 335" in texts["with a button"]
    assert lines["nine minutes"][0].startswith("📍 KIS")
    await stopped.stop()
    assert people["older than a day"].id not in await fake.sent()
    assert stopped.stored()["replies"] == []
    await stopped.start()


async def test_what_cannot_be_sent_for_long_is_sent_with_an_apology_or_given_up(stopped: Informator, fake: FakeTelegram, clock: Clock) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    assert isinstance(stopped.said, Said)
    await fake.fault(method="sendMessage", chat=anna.id, status=500, times=1)
    await anna.say("gdzie jest KIS")
    await stopped.start()
    await stopped.said.until("out of order")
    clock.pass_(timedelta(minutes=11))
    assert (await replies(anna, 1))[0].startswith(APOLOGY)
    failing = await fake.fault(method="sendMessage", chat=jan.id, status=500)
    await jan.say("gdzie jest KIS")
    assert await fake.drained()
    clock.pass_(timedelta(days=1, seconds=1))
    assert await stopped.said.until("lost") == "Telegram: an answer was lost: it could not be sent for a day"
    await fake.heal(failing)
    await jan.say("gdzie jest noclegownia")
    assert "Kosynierów 26" in (await replies(jan, 1))[0]
    assert await fake.sent() == {anna.id: 1, jan.id: 1}


@pytest.mark.usefixtures("informator")
async def test_an_edit_is_answered_in_place_once_even_if_it_comes_twice(fake: FakeTelegram) -> None:
    anna = await fake.person("Anna")
    message = await anna.say(QUESTIONS[0])
    await anna.reply()
    edited: Json = {**message, "text": QUESTIONS[2], "edit_date": message["date"]}
    update = await fake.push({"edited_message": edited})
    assert (await anna.edited())["text"].startswith(TALK[QUESTIONS[2]])
    await fake.push(update)
    await anna.say(QUESTIONS[1])
    await anna.reply()
    assert answered(await fake.messages(anna.id)) == [2, 1]
    assert len(await fake.journal(method="editMessageText")) == 1
