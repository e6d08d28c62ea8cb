"""The bot as a process: signals, kill -9, and what a person reads who starts it with something wrong."""

import asyncio
import random
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path

import pytest

from tests.eight import QUESTIONS, answered
from tests.ports import free_port
from tests.telegram_api import FakeTelegram, Talk, in_process
from tests.telegram_process import TOKEN, running

CONNECTED = "Telegram: connected, waiting for questions"
STOPPING = "Stopping: what was received is answered first."
OTHER_TOKEN = "987654321:" + TOKEN.partition(":")[2]
SECRET = "a-secret-of-some-length"  # noqa: S105

pytestmark = pytest.mark.usefixtures("bytom")  # trained before a process is started


@pytest.fixture
async def far() -> AsyncIterator[FakeTelegram]:
    """A Telegram that outlives the bots."""
    async with in_process("--token", TOKEN) as fake:
        yield fake


def webhook(port: int) -> dict[str, str]:
    return {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET, "PUBLIC_URL": f"http://127.0.0.1:{port}", "PORT": str(port)}


async def questions(fake: FakeTelegram, people: int) -> list[Talk]:
    """So many people, each of whom asked all the questions."""
    crowd = [await fake.person(str(number)) for number in range(people)]
    for text in QUESTIONS:
        for person in crowd:
            await person.say(text)
    return crowd


async def end_of(url: str, folder: Path, **environment: str) -> tuple[int, list[str]]:
    """How a bot ends that cannot go on."""
    async with running(url, folder, **environment) as bot:
        return await bot.ended(), bot.said


async def test_what_cannot_be_served_is_told_in_one_line_without_the_token(far: FakeTelegram, tmp_path: Path) -> None:
    async with in_process("--token", TOKEN) as revoking:
        await revoking.fault(method="getUpdates", status=401, description="Unauthorized", skip=1)
        await (await revoking.person()).say("dzień dobry")
        (tmp_path / "letter").write_text("Szanowni Państwo, " * 100, encoding="utf-8")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = int(taken.getsockname()[1])
            ends = await asyncio.gather(
                end_of(far.url, tmp_path, TELEGRAM_BOT_TOKEN=OTHER_TOKEN),
                end_of(revoking.url, tmp_path / "revoked"),
                end_of(far.url, tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/letter"),
                end_of(far.url, tmp_path / "taken", **webhook(port)),
                end_of(far.url, tmp_path / "host", **webhook(free_port()), HOST="no.such.host.invalid"),
            )
    assert list(ends) == [
        (1, [f"informator: TELEGRAM_BOT_TOKEN: {far.url} does not know this token; copy it again from @BotFather"]),
        (1, [CONNECTED, f"informator: TELEGRAM_BOT_TOKEN: {revoking.url} does not know this token; copy it again from @BotFather"]),
        (1, ["informator: DATABASE_URL: the database cannot be used: file is not a database"]),
        (1, [f"informator: PORT: nothing can listen on 127.0.0.1:{port} (Address already in use); another program may be there"]),
        (1, ["informator: HOST: 'no.such.host.invalid' is no address of this machine"]),
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_lets_it_answer_what_it_received(far: FakeTelegram, tmp_path: Path, number: signal.Signals) -> None:
    people = await questions(far, 25)
    async with running(far.url, tmp_path) as bot:
        await people[0].reply(timeout=20)
        assert await bot.stop(number) == 0
        # That it is connected is told once the disk has the first questions; their answers may be out before, and so may the signal.
        assert bot.said in ([CONNECTED, STOPPING], [STOPPING])
    left = Counter(update["message"]["chat"]["id"] for update in await far.call("pending"))
    sent = await far.sent()
    for person in people:
        found = answered(await far.messages(person.id))
        assert found == list(range(len(found))), "in order, each once"
        assert len(found) == sent.get(person.id, 0) >= len(QUESTIONS) - left[person.id], "what Telegram forgets is answered"


@pytest.mark.parametrize(("mode", "kills"), [("polling", 3), ("webhook", 1)])
async def test_killed_again_and_again_it_answers_everybody_in_order_and_at_most_the_one_in_flight_twice(
    far: FakeTelegram, tmp_path: Path, mode: str, kills: int
) -> None:
    draw = random.Random(20)
    environment = webhook(free_port()) if mode == "webhook" else {}
    people = await questions(far, 25)
    for _ in range(kills):
        async with running(far.url, tmp_path, **environment) as bot:
            await draw.choice(people).reply(timeout=20)
            await asyncio.sleep(draw.random() / 5)  # anywhere in the work
            assert await bot.stop(signal.SIGKILL) == -signal.SIGKILL
    async with running(far.url, tmp_path, **environment) as bot:
        await bot.said.until("Telegram: ")  # it has begun, and so can end in good order
        assert await far.drained(timeout=30)
        assert await bot.stop() == 0
    for person in people:
        runs = [(number, len(list(times))) for number, times in groupby(answered(await far.messages(person.id)))]
        assert [number for number, _ in runs] == list(range(len(QUESTIONS)))
        assert max(times for _, times in runs) <= 1 + kills
        assert sum(times for _, times in runs) <= len(QUESTIONS) + kills


async def test_a_webhook_is_served_and_left_in_good_order(far: FakeTelegram, tmp_path: Path) -> None:
    people = await questions(far, 5)
    async with running(far.url, tmp_path, **webhook(free_port())) as bot:
        assert await far.drained(timeout=20)
        assert await bot.stop() == 0
        assert bot.said == ["Telegram: delivers to the webhook", STOPPING]
    for person in people:
        assert answered(await far.messages(person.id)) == list(range(len(QUESTIONS)))
