"""Hostile input through the running channel: always an answer, never a refusal by Telegram, never an exception."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.knowledge import Knowledge
from tests.conftest import WEDNESDAY
from tests.telegram_api import FakeTelegram
from tests.telegram_bot import Clock, Informator

NASTY = {
    "markup": "<b>gdzie</i> <a href='javascript:1'>&amp;</a> &nbsp; <script>alert(1)</script>",
    "right to left": "\u202egdzie noclegownia\u202c \u2067adres\u2069 مأوى",
    "zero width": "noc\u200bleg\u200cow\u200dnia\ufeff",
    "only zero width": "\u200b\u200c\u200d\ufeff",
    "null bytes": "gdzie\x00noclegownia\x00",
    "control characters": "\x01\x02\x1b[31m\x7f\u0085\u2028\u2029",
    "a line of 4096": "a" * 4096,
    "a line of 4096 with markup": "<&>" * 1365,
    "4096 units of emoji": "🙃" * 2048,
    "4096 units of digits": "12 " * 1365,
    "4096 lines": "\n" * 4095 + "x",
    "zalgo": "n\u0300\u0301\u0302\u0303" * 800,
    "many commands": "/start /pomoc " * 290,
    "a bare slash": "/",
    "a command of another script": "/помощь",
    "a start with a foreign payload": "/start ../../etc/passwd?x=%00#<b>",
    "format": "%s %n {0} {centre} ${jndi:ldap}",
}
_KEY_PARTS = [
    "noclegownia",
    "kis",
    "nie-ma",
    "#offer",
    "#x",
    "?hours",
    "?open",
    "?x",
    "@1",
    "@9",
    "@",
    "#",
    "?",
    "@99",
    "@\u0663",
    " ",
    "\n",
    "<b>",
    "ą",
    "\x00",
]
DATA = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=64).filter(lambda data: len(data.encode()) <= 64),
    st.binary(min_size=1, max_size=64).map(lambda data: data.decode("latin-1")),
    st.lists(st.sampled_from(_KEY_PARTS), min_size=1, max_size=6).map("".join),
)
TEXTS = st.one_of(
    st.text(min_size=1, max_size=200), st.lists(st.sampled_from(list(NASTY.values())), min_size=1, max_size=3).map(lambda texts: "".join(texts)[:2000])
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def hooked(fake: FakeTelegram, tmp_path: Path, bytom: Knowledge, clock: Clock) -> AsyncIterator[Informator]:
    """The bot by webhook."""
    async with Informator(fake, tmp_path, bytom, clock.now, webhook=True) as hooked_:
        yield hooked_


async def refused(fake: FakeTelegram) -> dict[str, int]:
    """Calls that Telegram did not take, by method."""
    return {method: len(by) for method, by in (await fake.counts()).items() if set(by) != {"200"}}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
async def test_nasty_messages_are_answered(informator: Informator, fake: FakeTelegram, text: str) -> None:
    anna = await fake.person()
    await anna.say(text)
    assert (await anna.reply())["text"].strip()
    assert await refused(fake) == {}
    assert await fake.drained()
    assert informator.said == [informator.hello]


@FEW
@given(TEXTS)
async def test_any_message_is_answered(informator: Informator, fake: FakeTelegram, text: str) -> None:
    anna = await fake.person()
    await anna.say(text)
    reply = await anna.reply()
    assert "<script" not in reply["text"]
    assert await refused(fake) == {}
    assert await fake.drained()
    assert informator.said == [informator.hello]


@FEW
@given(DATA)
async def test_any_button_of_old_or_foreign_bots_is_answered(informator: Informator, fake: FakeTelegram, data: str) -> None:
    anna = await fake.person()
    await anna.press_data({"chat": anna.chat, "message_id": 1, "date": 0}, data, forgotten=True)
    assert (await anna.reply())["text"].strip()
    assert (await anna.toast())["text"] == ""
    assert await refused(fake) == {}
    assert await fake.drained()
    assert informator.said == [informator.hello]


@settings(FEW, max_examples=25)
@given(DATA, TEXTS)
async def test_any_button_and_text_in_a_group(informator: Informator, fake: FakeTelegram, data: str, text: str) -> None:
    anna = (await fake.person()).in_chat(await fake.group())
    await anna.say(f"@informator_test_bot {text}")
    reply = await anna.reply()
    await anna.press_data(reply, "kis?phone")
    edited = await anna.edited()
    await anna.press_data(edited, data)
    await anna.say(f"/pomoc {text}")
    assert (await anna.reply())["text"]
    assert await fake.drained()
    assert informator.said == [informator.hello]


@settings(FEW, max_examples=30)
@given(st.lists(st.text(st.characters(exclude_categories=()), min_size=1, max_size=20), min_size=2, max_size=4))
async def test_lone_surrogates_in_a_webhooks_json(hooked: Informator, fake: FakeTelegram, texts: list[str]) -> None:
    anna = await fake.person()
    for number, text in enumerate(texts):
        user = {**(anna.user or {}), "first_name": text, "language_code": text}
        message = {"message_id": number + 1, "date": int(WEDNESDAY.timestamp()), "chat": anna.chat, "from": user, "text": f"\ud83d{text}\ude00"}
        assert await fake.call("post", body=json.dumps({"update_id": anna.id * 10 + number, "message": message})) == 200
        assert (await anna.reply())["text"].strip()
    assert await refused(fake) == {}
    assert await fake.drained()
    assert hooked.said == [hooked.hello]
