"""What goes wrong between the bot and Telegram: the connection, the sends. Through the real client, over HTTP."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.channels.postman import AT_ONCE
from bot.core.knowledge import Knowledge
from tests.ports import free_port
from tests.said import Said
from tests.telegram_api import FakeTelegram, Json, Settings, in_thread
from tests.telegram_bot import Clock, Informator

QUESTION, ANSWER = "gdzie jest noclegownia", "Kosynierów 26"


@pytest.fixture
async def stopped(fake: FakeTelegram, tmp_path: Path, bytom: Knowledge, clock: Clock) -> AsyncIterator[Informator]:
    """A bot that the test starts, on a Telegram that may be spoilt before."""
    informator = Informator(fake, tmp_path, bytom, clock.now)
    informator.said = Said()
    yield informator
    await informator.stop()


@pytest.fixture
async def running(stopped: Informator) -> Informator:
    await stopped.start()
    return stopped


def said(informator: Informator) -> Said:
    assert isinstance(informator.said, Said)
    return informator.said


@asynccontextmanager
async def mortal(tmp_path: Path, knowledge: Knowledge, clock: Clock, *, port: int = 0) -> AsyncIterator[tuple[FakeTelegram, Informator, AsyncExitStack]]:
    """A running bot whose Telegram can be ended before it, by closing the stack."""
    async with AsyncExitStack() as life:
        fake = await life.enter_async_context(in_thread(Settings(now=clock.timestamp), port))
        informator = Informator(fake, tmp_path, knowledge, clock.now)
        informator.said = Said()
        async with informator:
            yield fake, informator, life
            await life.aclose()


async def test_it_connects_when_there_is_a_network_again(tmp_path: Path, bytom: Knowledge, clock: Clock) -> None:
    port = free_port()
    nowhere = FakeTelegram(f"http://127.0.0.1:{port}", Settings.token)
    informator = Informator(nowhere, tmp_path, bytom, clock.now)
    informator.said = Said()
    async with informator:
        assert await said(informator).until("no connection") == "Telegram: no connection (NetworkError); trying again"
        async with in_thread(Settings(now=clock.timestamp), port) as fake:
            anna = await fake.person()
            await anna.say(QUESTION)
            assert ANSWER in (await anna.reply())["text"]
            await said(informator).until("connected")
        assert informator.said[1] == "Telegram: connected, waiting for questions"


async def test_it_connects_when_telegram_works_again(stopped: Informator, fake: FakeTelegram) -> None:
    await fake.fault(method="getMe", status=502, body="<html><h1>502 Bad Gateway</h1></html>", times=1)
    anna = await fake.person()
    await anna.say(QUESTION)
    await stopped.start()
    assert ANSWER in (await anna.reply())["text"]
    await said(stopped).until("connected")
    assert stopped.said == ["Telegram: no connection (NetworkError); trying again", "Telegram: connected, waiting for questions"]


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 502, "body": "<html>"}, {"status": 200, "body": '{"ok": true, "result": ['}, {"drop": True}, {"status": 404}],
    ids=["500", "page", "broken", "dropped", "404"],
)
async def test_trouble_while_polling_passes(running: Informator, fake: FakeTelegram, fault: Json) -> None:
    anna = await fake.person()
    await said(running).until("connected")
    await fake.fault(method="getUpdates", times=1, **fault)
    for _ in range(2):
        await anna.say(QUESTION)
        assert ANSWER in (await anna.reply())["text"]
    assert [line.partition(" (")[0] for line in running.said] == ["Telegram: connected, waiting for questions", "Telegram: no connection"] + [
        "Telegram: connected, waiting for questions"
    ] * (len(running.said) - 2)


async def test_a_second_poller_is_told_of_and_outlived(running: Informator, fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await said(running).until("connected")
    try:
        await bot.get_updates(timeout=0)
    except Conflict:
        pytest.fail("the poll that comes last wins")
    line = "Telegram: another program uses the same token; stop it, or give this one a token of its own"
    assert await said(running).until("another program") == line
    await anna.say(QUESTION)
    assert ANSWER in (await anna.reply())["text"]


@pytest.mark.usefixtures("running")
async def test_what_is_no_update_keeps_no_question_from_being_answered(fake: FakeTelegram) -> None:
    anna = await fake.person()
    odd: list[Json] = [
        {},
        {"message": None},
        {"message": "words"},
        {"message": {}},
        {"message": {"message_id": "x", "chat": 5, "date": "yesterday"}},
        {"message": {"message_id": 1, "date": 10**20, "chat": anna.chat, "from": anna.user, "text": "x"}},
        {"message": {"message_id": 1, "date": 0, "chat": anna.chat, "from": anna.user, "text": 5}},
        {
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": "x", "type": "private"},
                "text": "x",
                "entities": [{"type": "mention", "offset": -5, "length": 900}],
            }
        },
        {"callback_query": {"id": "1"}},
        {"callback_query": []},
        {"edited_message": {"chat": anna.chat}},
        {"my_chat_member": {}},
        {"hologram": {"from": anna.user}},
        {"poll": {"id": 1}},
    ]
    for update in odd:
        await fake.push(update)
        await anna.say(QUESTION)
    for _ in odd:
        assert ANSWER in (await anna.reply())["text"]
    assert await fake.drained()
    assert await fake.sent() == {anna.id: len(odd)}


async def test_what_is_refused_for_the_moment_is_sent_later_and_once(stopped: Informator, fake: FakeTelegram) -> None:
    faults: dict[str, Json] = {
        "429": {"status": 429, "retry_after": 1},
        "500": {"status": 500},
        "502": {"status": 502, "body": "<html><h1>502 Bad Gateway</h1></html>"},
        "a proxy's 403": {"status": 403, "body": "<html>Access denied</html>"},
        "503": {"status": 503, "description": "Service Unavailable"},
    }
    people = {name: await fake.person(name) for name in faults}
    for name, fault in faults.items():
        await fake.fault(method="sendMessage", chat=people[name].id, times=1, **fault)
        await people[name].say(QUESTION)
        await people[name].say("gdzie jest KIS")
    began = time.monotonic()
    await stopped.start()
    assert ANSWER in (await people["429"].reply())["text"]
    assert time.monotonic() - began >= 1
    for name, person in people.items():
        assert name == "429" or ANSWER in (await person.reply())["text"]
        assert "KIS" in (await person.reply())["text"]
    assert await fake.sent() == {person.id: 2 for person in people.values()}
    await stopped.restart()
    assert stopped.stored()["replies"] == []


async def test_who_does_not_want_the_bot_is_left_alone(stopped: Informator, fake: FakeTelegram) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    await fake.fault(method="sendMessage", chat=anna.id, status=403, description="Forbidden: bot was blocked by the user", times=1)
    for _ in range(5):
        await anna.say(QUESTION)
    await jan.say(QUESTION)
    await stopped.start()
    assert ANSWER in (await jan.reply())["text"]
    assert await fake.drained()
    await stopped.restart()
    assert len(await fake.journal(method="sendMessage", chat=anna.id)) == 1
    await anna.say(QUESTION)
    assert ANSWER in (await anna.reply())["text"], "who writes again is answered again"
    assert await fake.drained()
    assert stopped.said == ["Telegram: connected, waiting for questions"] * 2


@pytest.mark.usefixtures("running")
async def test_markup_that_telegram_does_not_read_is_left_away(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await fake.fault(method="sendMessage", status=400, description="Bad Request: can't parse entities: Unsupported start tag", times=1)
    await anna.say(QUESTION)
    reply = await anna.reply()
    assert ANSWER in reply["text"]
    assert "<" not in reply["text"]
    assert "&" not in reply["text"]
    assert "reply_markup" in reply
    assert not [entity for entity in reply.get("entities", []) if entity["type"] in {"bold", "italic", "text_link"}]


async def test_what_telegram_never_takes_is_given_up_and_told(running: Informator, fake: FakeTelegram) -> None:
    anna = await fake.person()
    await fake.fault(method="sendMessage", status=400, description="Bad Request: TOPIC_CLOSED", times=1)
    await anna.say(QUESTION)
    assert await said(running).until("lost") == "Telegram: an answer was lost: Topic_closed"
    await anna.say("gdzie jest KIS")
    assert "KIS" in (await anna.reply())["text"]


@pytest.mark.parametrize("stored", [False, True], ids=["before it was stored", "after it was stored"])
async def test_a_connection_dropped_in_a_send_never_doubles(running: Informator, fake: FakeTelegram, stored: bool) -> None:  # noqa: FBT001
    anna = await fake.person()
    await fake.fault(method="sendMessage", drop=True, stored=stored, times=1)
    await anna.say(QUESTION)
    assert await said(running).until("lost") == "Telegram: an answer was lost: no readable answer from Telegram"
    await anna.say("gdzie jest KIS")
    replies = [await anna.reply() for _ in range(1 + stored)]
    assert "KIS" in replies[-1]["text"]
    await running.restart()
    await anna.say("dzień dobry")
    await anna.reply()
    assert await fake.sent() == {anna.id: 2 + stored}


async def test_telegram_gone_in_between_is_tried_until_it_is_back(tmp_path: Path, bytom: Knowledge, clock: Clock) -> None:
    async with mortal(tmp_path, bytom, clock) as (fake, informator, life):
        port = int(fake.url.rpartition(":")[2])
        anna = await fake.person(number=77)
        await fake.fault(method="sendMessage", status=500)
        await anna.say(QUESTION)
        await said(informator).until("out of order")
        await life.aclose()
        await said(informator).until("cannot be reached")
        async with in_thread(Settings(now=clock.timestamp, first_update_id=800_000_001), port) as again:
            anna = await again.person(number=77)
            assert ANSWER in (await anna.reply(timeout=10))["text"]
            await anna.say("gdzie jest KIS")
            assert "KIS" in (await anna.reply(timeout=10))["text"]
            assert await again.sent() == {77: 2}


@pytest.mark.parametrize("many", [5, AT_ONCE + 50])
async def test_silence_on_some_chats_holds_no_other(tmp_path: Path, bytom: Knowledge, clock: Clock, many: int) -> None:
    async with mortal(tmp_path, bytom, clock) as (fake, informator, _):
        silent = [await fake.person() for _ in range(many)]
        for person in silent:
            await fake.fault(method="sendMessage", chat=person.id, hold=30)
            await person.say(QUESTION)
        for person in silent:
            await person.reply()
        began = time.monotonic()
        others = [await fake.person() for _ in range(20)]
        for person in others:
            await person.say(QUESTION)
        for person in others:
            assert ANSWER in (await person.reply())["text"]
        assert time.monotonic() - began < 5
        assert len(informator.stored()["replies"]) >= len(silent)


@pytest.mark.usefixtures("running")
async def test_a_button_is_answered_whatever_becomes_of_the_message_and_the_press(fake: FakeTelegram) -> None:
    anna, jan, ewa, ola = [await fake.person(name) for name in ("Anna", "Jan", "Ewa", "Ola")]
    old: dict[int, Json] = {}
    for person in (anna, jan, ewa, ola):
        await person.say("gdzie jest KIS")
        old[person.id] = await person.reply()
    await fake.fault(method="answerCallbackQuery", chat=None, status=400, description="Bad Request: query is too old", times=4)
    await fake.fault(method="editMessageText", chat=anna.id, status=400, description="Bad Request: message can't be edited", times=1)
    await fake.fault(method="editMessageText", chat=jan.id, drop=True, stored=True, times=1)
    await fake.fault(method="editMessageText", chat=ewa.id, drop=True, times=1)
    await fake.fault(method="editMessageText", chat=ola.id, status=502, times=1)
    for person in (anna, jan, ewa, ola):
        await person.press(old[person.id], "Telefon")
    assert "507 726 335" in (await anna.reply())["text"]
    for person in (jan, ewa, ola):
        assert "507 726 335" in (await person.edited())["text"]
        await person.say("dziękuję")
        await person.reply()
    assert await fake.sent() == {anna.id: 2, jan.id: 2, ewa.id: 2, ola.id: 2}


async def test_a_message_that_breaks_the_program_keeps_nobody_waiting(running: Informator, fake: FakeTelegram, bytom: Knowledge) -> None:
    anna = await fake.person()
    await said(running).until("connected")
    running.knowledge = None  # type: ignore[assignment]  # what no program expects
    await anna.say(QUESTION)
    assert "nie potrafię teraz odpowiedzieć" in (await anna.reply())["text"]
    assert await said(running).until("failed at a message") == "telegram: the program failed at a message (AttributeError); who wrote it was told so"
    running.knowledge = bytom
    await anna.say(QUESTION)
    assert ANSWER in (await anna.reply())["text"]
