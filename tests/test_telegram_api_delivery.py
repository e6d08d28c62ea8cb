"""Updates reach the bot as documented: long polls with offsets, webhooks with secret and repeats, each in order."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.ports import free_port
from tests.telegram_api import FakeTelegram, Json, Settings, in_thread


class Receiver:
    """A webhook that notes what it gets and answers what it is told to."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[tuple[dict[str, str], Json]] = asyncio.Queue()
        self.statuses: list[int] = []
        """Answers to the next deliveries; 200 when none are left."""
        self.body: bytes = b""
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of deliveries."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")[1:-2]
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                self.got.put_nowait((headers, json.loads(await reader.readexactly(int(headers["content-length"])))))
                status = self.statuses.pop(0) if self.statuses else 200
                writer.write(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(self.body), self.body))
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    async def next(self) -> Json:
        """The next update that is delivered."""
        return (await asyncio.wait_for(self.got.get(), 5))[1]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver_ = Receiver()
    server = await asyncio.start_server(receiver_.serve, "127.0.0.1", 0)
    receiver_.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    async with server:
        yield receiver_


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text for update in updates if update.message]


async def test_updates_stay_until_an_offset_acknowledges_them(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    for text in "abcd":
        await anna.say(text)
    first = await bot.get_updates(limit=2)
    assert texts(first) == ["a", "b"]
    assert texts(await bot.get_updates()) == ["a", "b", "c", "d"], "nothing was acknowledged"
    assert texts(await bot.get_updates(offset=first[1].update_id + 1)) == ["c", "d"]
    assert texts(await bot.get_updates(offset=first[0].update_id)) == ["c", "d"], "what was acknowledged is forgotten"
    assert texts(await bot.get_updates(offset=-1)) == ["d"]
    assert texts(await bot.get_updates()) == ["d"], "a negative offset forgets what is before"
    assert await bot.get_updates(offset=first[1].update_id + 100) == ()
    assert await fake.drained()


async def test_a_long_poll_ends_with_the_first_update(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0)
    await anna.say("hej")
    assert texts(await asyncio.wait_for(poll, 5)) == ["hej"]


async def test_a_second_poll_ends_the_first(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    async with Bot(fake.token, base_url=fake.base_url) as second:
        first = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.sleep(0.05)
        other = asyncio.create_task(second.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot instance is running"):
            await first
        await anna.say("hej")
        assert texts(await other) == ["hej"]


async def test_a_dead_poller_is_no_conflict(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(fake.url.rpartition(":")[2]))
    writer.write(f"GET /bot{fake.token}/getUpdates?timeout=30 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await anna.say("hej")
    assert texts(await bot.get_updates(timeout=5)) == ["hej"], "what went to the dead is delivered again"
    assert reader.at_eof() or await reader.read() == b""


async def test_only_asked_for_kinds_are_kept(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await bot.get_updates(allowed_updates=["edited_message"])
    message = await anna.say("a")
    await anna.edit(message, "b")
    assert [update.edited_message is not None for update in await bot.get_updates()] == [True], "the list holds on"
    await bot.get_updates(allowed_updates=[], offset=-1)
    await anna.say("c")
    assert texts(await bot.get_updates()) == ["c"], "an empty list is the default"


async def test_privacy_mode_hides_what_is_not_for_the_bot() -> None:
    async with in_thread(Settings(privacy=True)) as fake, Bot(fake.token, base_url=fake.base_url) as bot:
        anna = (await fake.person()).in_chat(await fake.group())
        await anna.say("nic dla bota")
        await anna.say("/pomoc")
        await anna.say("hej @informator_test_bot")
        assert texts(await bot.get_updates()) == ["/pomoc", "hej @informator_test_bot"]


async def test_webhook_info_and_conflicts(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await anna.say("a")
    await bot.set_webhook(f"http://127.0.0.1:{free_port()}/", allowed_updates=["message"], max_connections=5)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.max_connections, info.allowed_updates) == (1, 5, ("message",))
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert texts(await bot.get_updates()) == ["a"], "what was not delivered waits"
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
    with pytest.raises(BadRequest):
        await bot.set_webhook("https://a.pl", secret_token="za dużo")  # noqa: S106
    with pytest.raises(BadRequest):
        await bot.set_webhook("ftp://a.pl")


async def test_a_webhook_ends_a_poll(bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    await bot.set_webhook(f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll


async def test_a_webhook_gets_the_secret_and_repeats_until_2xx(fake: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    anna = await fake.person()
    receiver.statuses = [500, 404, 302]
    await bot.set_webhook(receiver.url, secret_token="s3cret_-")  # noqa: S106
    await anna.say("a")
    await anna.say("b")
    assert await fake.drained()
    got = [receiver.got.get_nowait() for _ in range(receiver.got.qsize())]
    assert {headers["x-telegram-bot-api-secret-token"] for headers, _ in got} == {"s3cret_-"}
    assert [update["message"]["text"] for _, update in got] == ["a", "a", "a", "a", "b"], "in order, the same update again"
    assert len({update["update_id"] for _, update in got}) == 2
    assert "302" in str((await bot.get_webhook_info()).last_error_message)


async def test_one_chat_holds_no_other(fake: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    receiver.statuses = [500]
    await bot.set_webhook(receiver.url)
    await anna.say("a1")
    await anna.say("a2")
    await jan.say("j1")
    order = [(await receiver.next())["message"]["text"] for _ in range(4)]
    assert order[:1] == ["a1"]
    assert order.index("j1") < order.index("a2"), "Jan is served while Anna's first message waits for its repeat"


async def test_a_webhook_that_is_down_is_served_when_it_comes_up(fake: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    anna, port = await fake.person(), free_port()
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook")
    await anna.say("a")
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port)
    async with server:
        assert (await receiver.next())["message"]["text"] == "a"
        assert await fake.drained()


async def test_a_method_in_the_answer_of_a_webhook_is_called(fake: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    anna = await fake.person()
    receiver.body = json.dumps({"method": "sendMessage", "chat_id": anna.id, "text": "<b>tak</b>", "parse_mode": "HTML"}).encode()
    await bot.set_webhook(receiver.url)
    await anna.say("a")
    assert (await anna.reply())["text"] == "tak"
    assert [call["via"] for call in await fake.journal(method="sendMessage")] == ["webhook"]


async def test_any_text_can_be_posted_to_a_webhook(fake: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    assert await fake.call("post", body='{"update_id": "x"}') == 200
    receiver.statuses = [400]
    assert await fake.call("post", body="[]") == 0


async def test_a_whole_application_talks(fake: FakeTelegram) -> None:
    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_html(f"<b>{update.message.text}</b>")

    application: Application[Any, Any, Any, Any, Any, Any] = Application.builder().token(fake.token).base_url(fake.base_url).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        assert application.updater is not None
        await application.updater.start_polling()
        await application.start()
        people = [await fake.person(name) for name in ("Anna", "Jan", "Ola")]
        for person in people:
            await person.say(f"tu {person.chat['first_name']}")
        assert [(await person.reply())["text"] for person in people] == ["tu Anna", "tu Jan", "tu Ola"]
        await application.updater.stop()
        await application.stop()
    assert await fake.drained()
