"""The webhook: what Telegram posts is taken in once and answered; whoever is not Telegram is refused; what cannot be taken in comes again."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from telegram import Bot

from bot.channels.telegram.channel import Options, TelegramChannel
from bot.channels.telegram.webhook import PATH
from bot.core.knowledge import Knowledge
from bot.inbox.durable import DurableInbox
from tests.eight import QUESTIONS, answered
from tests.said import Said
from tests.telegram_api import FakeTelegram, Json
from tests.telegram_bot import SECRET, Clock, Informator

HEADER = "X-Telegram-Bot-Api-Secret-Token"
MALFORMED = ["", "{", "[]", "5", "null", "{}", '{"update_id": "x"}', '{"update_id": null}', "[" * 50_000, '"\\ud800"']


@pytest.fixture
async def informator(fake: FakeTelegram, tmp_path: Path, bytom: Knowledge, clock: Clock) -> AsyncIterator[Informator]:
    informator_ = Informator(fake, tmp_path, bytom, clock.now, webhook=True)
    informator_.said = Said()
    async with informator_:
        yield informator_


@pytest.fixture
async def stranger(informator: Informator, bot: Bot) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody on the network who knows the webhook's address; the secret is set where it is known."""
    assert informator.said == ["Telegram: delivers to the webhook"]
    async with httpx.AsyncClient(base_url=(await bot.get_webhook_info()).url.removesuffix(PATH), trust_env=False) as client:
        yield client


def message(person: Json, text: str, update_id: int = 5) -> Json:
    return {"update_id": update_id, "message": {"message_id": 1, "date": 1_795_599_000, "chat": person, "from": {**person, "is_bot": False}, "text": text}}


async def test_a_whole_conversation(informator: Informator, fake: FakeTelegram) -> None:
    anna = await fake.person("Anna")
    await anna.start()
    assert (await anna.reply())["text"].startswith("Dzień dobry!")
    await anna.say("gdzie jest KIS")
    reply = await anna.reply()
    await anna.press(reply, "Telefon")
    assert "507 726 335" in (await anna.edited())["text"]
    await anna.toast()
    question = await anna.say("a do której?")
    await anna.reply()
    await anna.edit(question, "gdzie jest noclegownia")
    assert "Kosynierów 26" in (await anna.edited())["text"]
    await anna.say("chcę się zabić")
    assert "112" in (await anna.reply())["text"].splitlines()[0]
    assert await fake.drained()
    await informator.restart()
    await anna.say("a adres?")
    assert "Kosynierów 26" in (await anna.reply())["text"]
    assert (await fake.sent()) == {anna.id: 5}


async def test_what_comes_before_telegram_told_us_who_we_are_is_refused_and_answered_when_it_comes_again(
    informator: Informator, fake: FakeTelegram, bytom: Knowledge, clock: Clock
) -> None:
    anna = await fake.person("Anna")
    inbox = DurableInbox("telegram", lambda: bytom, informator.database, clock.now)
    options = Options(fake.token, fake.url, 1_000, "http://127.0.0.1:9", SECRET)
    async with TelegramChannel(options, inbox, lambda: bytom, clock.now, informator.said.append) as channel:
        early = message(anna.chat, "gdzie jest KIS")
        with pytest.raises(RuntimeError):
            await channel.take([early])
        assert informator.stored()["events"] == []
        await channel.announce()
        await channel.take([early])
        assert "KIS" in (await anna.reply())["text"]


async def test_twenty_chats_at_once_in_order_with_a_restart(informator: Informator, fake: FakeTelegram) -> None:
    people = [await fake.person(str(number)) for number in range(20)]
    for number, text in enumerate(QUESTIONS[:4]):
        for person in people:
            await person.say(text)
        if number == 1:
            await informator.restart()
    for person in people:
        for _ in QUESTIONS[:4]:
            await person.reply(timeout=20)
        assert answered(await fake.messages(person.id)) == [0, 1, 2, 3]
    assert await fake.drained()


async def test_a_delivery_that_comes_twice_is_answered_once(fake: FakeTelegram, stranger: httpx.AsyncClient) -> None:
    anna = await fake.person("Anna")
    stranger.headers[HEADER] = SECRET
    for _ in range(3):
        assert (await stranger.post(PATH, json=message(anna.chat, "gdzie jest KIS"))).status_code == 200
    assert (await stranger.post(PATH, json=message(anna.chat, "dziękuję", 6))).status_code == 200
    await anna.reply()
    await anna.reply()
    assert answered(await fake.messages(anna.id)) == [2, 7]


async def test_who_does_not_know_the_secret_is_refused(fake: FakeTelegram, stranger: httpx.AsyncClient) -> None:
    anna = await fake.person("Anna")
    wrong = ["", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "ą"]
    for headers in ([], *([(HEADER.encode(), secret.encode())] for secret in wrong)):
        answer = await stranger.post(PATH, json=message(anna.chat, "gdzie jest KIS"), headers=headers)
        assert (answer.status_code, answer.content) == (403, b"")
    stranger.headers[HEADER] = SECRET
    assert (await stranger.post(PATH, json=message(anna.chat, "dziękuję"))).status_code == 200
    await anna.reply()
    assert answered(await fake.messages(anna.id)) == [7]


async def test_what_is_no_update_is_refused_and_an_unknown_one_is_taken(fake: FakeTelegram, stranger: httpx.AsyncClient) -> None:
    anna = await fake.person("Anna")
    assert [await fake.call("post", body=body) for body in MALFORMED] == [0] * len(MALFORMED)
    stranger.headers[HEADER] = SECRET
    assert [(await stranger.post(PATH, content=body)).status_code for body in MALFORMED] == [400] * len(MALFORMED)
    assert (await stranger.post(PATH, content=b"\xff\xfe{")).status_code == 400
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        assert (await stranger.request(method, PATH)).status_code == 405
    unknown: list[Json] = [{}, {"message": 5}, {"hologram": {}}, {"message": {"text": "\ud800"}}]
    for number, odd in enumerate(unknown, start=10):
        assert (await stranger.post(PATH, content=json.dumps({"update_id": number, **odd}))).status_code == 200, "it would come again for ever"
    await anna.say("dziękuję")
    await anna.reply()


async def test_a_body_longer_than_any_update_is_not_read_to_its_end(fake: FakeTelegram, stranger: httpx.AsyncClient) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(5_000):
            read += 1
            yield b"[" * 10_000

    stranger.headers[HEADER] = SECRET
    with contextlib.suppress(httpx.WriteError, httpx.ReadError):
        assert (await stranger.post(PATH, content=endless())).status_code == 413
    assert read < 5_000
    anna = await fake.person("Anna")
    await anna.say("dziękuję")
    await anna.reply()


async def test_while_the_store_fails_telegram_keeps_the_questions_and_brings_them_again(informator: Informator, fake: FakeTelegram) -> None:
    failing = True

    def fail(_: Connection) -> None:
        if failing:
            raise OperationalError("BEGIN", None, Exception("disk I/O error"))

    event.listen(informator.database.engine, "begin", fail)
    people = [await fake.person(str(number)) for number in range(10)]
    for text in QUESTIONS[:3]:
        for person in people:
            await person.say(text)
    assert isinstance(informator.said, Said)
    line = await informator.said.until("cannot be taken in")
    assert line == "Telegram: questions cannot be taken in (OperationalError); Telegram repeats them"
    assert len(await fake.call("pending")) == 30
    failing = False
    for person in people:
        for _ in range(3):
            await person.reply()
        assert answered(await fake.messages(person.id)) == [0, 1, 2]
    assert await fake.drained()
    assert informator.said == ["Telegram: delivers to the webhook", line]
