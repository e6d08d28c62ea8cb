"""What goes wrong on purpose: faults before and after a message is stored, limits, and the fake as its own process."""

import time
from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from tests.telegram_api import ApiError, FakeTelegram, Limits, Settings, in_process, in_thread
from tests.telegram_api.limits import RateLimiter


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this the client warns that `retry_after` is still a number."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


async def test_a_connection_dropped_before_the_message_is_stored(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await fake.fault(method="sendMessage", drop=True, times=1)
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "a")
    assert await fake.messages(anna.id) == []
    await bot.send_message(anna.id, "b")
    assert [(call["status"], call["stored"]) for call in await fake.journal(method="sendMessage")] == [(0, False), (200, True)]


async def test_a_connection_dropped_after_the_message_is_stored(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await fake.fault(method="sendMessage", drop=True, stored=True, times=1)
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "a")
    assert (await anna.reply())["text"] == "a"
    assert [(call["status"], call["stored"]) for call in await fake.journal(method="sendMessage")] == [(0, True)]
    assert await fake.sent() == {anna.id: 1}


async def test_silence(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await fake.fault(method="sendMessage", hold=30, times=1)
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "stored at once", read_timeout=0.1)
    await fake.fault(method="sendMessage", delay=30, times=1)
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "stored in half a minute", read_timeout=0.1)
    assert [message["text"] for message in await fake.messages(anna.id)] == ["stored at once"]


async def test_a_delay_only_delays(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await fake.fault(delay=0.1, times=1)
    began = time.monotonic()
    assert (await bot.send_message(anna.id, "a")).text == "a"
    assert time.monotonic() - began >= 0.1


async def test_statuses_and_bodies(fake: FakeTelegram, bot: Bot) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    await fake.fault(method="sendMessage", chat=jan.id, status=403, description="Forbidden: user is deactivated")
    await fake.fault(method="sendMessage", status=429, description="Too Many Requests: retry after 7", retry_after=7, times=1)
    await fake.fault(method="sendMessage", status=502, body="<html><h1>502 Bad Gateway</h1></html>", times=1)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(jan.id, "x")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(anna.id, "x")
    assert refused.value.retry_after == timedelta(seconds=7)
    with pytest.raises(NetworkError, match=r"502|Bad Gateway"):
        await bot.send_message(anna.id, "x")
    await bot.send_message(anna.id, "x")
    assert (await fake.counts())["sendMessage"] == {"403": 1, "429": 1, "502": 1, "200": 1}
    await fake.heal()
    await bot.send_message(jan.id, "x")


async def test_a_bad_gateway_after_the_message_is_stored(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await fake.fault(status=502, body="<html>", stored=True, times=1)
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "a")
    assert (await anna.reply())["text"] == "a"


async def test_broken_json_with_status_200(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault(method="getUpdates", status=200, body='{"ok": true, "result": [', times=1)
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.get_updates()


async def test_skipping_and_chance(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault(method="getMe", skip=2, status=500, times=1)
    await bot.get_me()
    await bot.get_me()
    with pytest.raises(NetworkError):
        await bot.get_me()
    await fake.fault(method="getMe", probability=0.5, seed=1, status=500)
    failed = 0
    for _ in range(40):
        try:
            await bot.get_me()
        except NetworkError:
            failed += 1
    assert 10 < failed < 30


async def test_a_rule_that_is_no_rule_is_refused(fake: FakeTelegram) -> None:
    with pytest.raises(ApiError, match="unexpected keyword"):
        await fake.fault(methods="sendMessage")
    with pytest.raises(ApiError, match="no operation"):
        await fake.call("_telegram")


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time as it stands."""
        return self.now


def refused(limiter: RateLimiter, chat: int) -> int | None:
    """The seconds to wait when the limiter says so."""
    try:
        limiter.check(chat)
    except ApiError as error:
        return error.retry_after if error.status == 429 else -1
    return None


def test_one_message_a_second_to_a_chat_after_a_small_burst() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(chat_burst=3), clock)
    assert [refused(limiter, 1) for _ in range(4)] == [None, None, None, 1]
    assert refused(limiter, 2) is None, "other chats go on"
    clock.now += 0.5
    assert refused(limiter, 1) == 1, "whoever insists waits on"
    clock.now += 0.5
    assert [refused(limiter, 1) for _ in range(2)] == [None, 1]


def test_thirty_messages_a_second_overall() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(), clock)
    assert [refused(limiter, chat) for chat in range(1, 31)] == [None] * 30
    assert refused(limiter, 31) == 1
    clock.now += 1
    assert [refused(limiter, chat) for chat in range(100, 131)] == [None] * 30 + [1]


def test_an_even_pace_at_the_limit_is_never_refused() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(overall_burst=1), clock)
    for chat in range(1, 3000):
        assert refused(limiter, chat) is None
        clock.now += 1 / 30


def test_twenty_messages_a_minute_to_a_group() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(chat_rate=0), clock)
    assert [refused(limiter, -5) for _ in range(21)] == [None] * 20 + [3]
    clock.now += 60
    assert [refused(limiter, -5) for _ in range(20)] == [None] * 20


async def test_limits_over_http() -> None:
    async with in_thread(Settings(limits=Limits(penalty=4))) as fake, Bot(fake.token, base_url=fake.base_url) as bot:
        anna = await fake.person()
        for _ in range(3):
            await bot.send_message(anna.id, "x")
        with pytest.raises(RetryAfter) as refused_:
            await bot.send_message(anna.id, "x")
        assert refused_.value.retry_after == timedelta(seconds=5)
        assert len(await fake.messages(anna.id)) == 3
        await fake.call("limit", off=True)
        await bot.send_message(anna.id, "x")
        assert (await fake.counts())["sendMessage"] == {"200": 4, "429": 1}


async def test_a_flat_journal_only_counts() -> None:
    async with in_thread(Settings(journal=0, history=2, open_to_all=True)) as fake, Bot(fake.token, base_url=fake.base_url) as bot:
        for number in range(5):
            await bot.send_message(42, str(number))
        assert await fake.journal() == []
        assert await fake.sent() == {42: 5}
        assert [message["text"] for message in await fake.messages(42)] == ["3", "4"]
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("x", 42, 1)


async def test_the_journal_is_queried(fake: FakeTelegram, bot: Bot) -> None:
    anna, jan = await fake.person(), await fake.person()
    for person in (anna, jan, anna):
        await bot.send_message(person.id, "x")
    calls = await fake.journal(method="sendMessage", chat=anna.id)
    assert [call["message_id"] for call in calls] == [1, 3], "private chats count together"
    assert abs(calls[0]["time"] - time.time()) < 5
    assert len(await fake.journal(after=calls[0]["number"], stored=True)) == 2
    assert len(await fake.journal(last=1)) == 1
    await fake.call("forget")
    assert (await fake.journal(), await fake.sent()) == ([], {})


async def test_the_fake_as_its_own_process() -> None:
    async with in_process("--people", "3", "--journal", "10", "--limits") as fake, Bot(fake.token, base_url=fake.base_url) as bot:
        for number in (1_000_001, 1_000_002, 1_000_003):
            await bot.send_message(number, "x")
        assert await fake.sent() == dict.fromkeys((1_000_001, 1_000_002, 1_000_003), 1)
        anna = await fake.person()
        await anna.say("hej")
        assert len(await bot.get_updates()) == 1
        with pytest.raises(TimeoutError, match="no message in chat"):
            await anna.reply(timeout=0.05)
        await fake.fault(method="sendMessage", drop=True)
        with pytest.raises(NetworkError):
            await bot.send_message(anna.id, "x")
        async with httpx.AsyncClient(trust_env=False) as client:
            sent = await client.get(f"{fake.url}/_control/journal", params={"method": "sendMessage", "status": 0})
        assert [call["chat"] for call in sent.json()["result"]] == [anna.id]
