"""A frost alert from the forecast to the all-clear, with the real process: weather over HTTP, Telegram over HTTP, a database of each kind."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.push import State
from tests import weather_server
from tests.conftest import ROOT
from tests.ports import free_port
from tests.telegram_api import FakeTelegram, buttons, in_process
from tests.weather_server import Answer, WeatherServer

TOKEN = "123456789:AAE_a_token_of_the_fake_telegram_0"  # noqa: S105
OPERATOR = 7_000_001
NOTHING = '{"status":false,"message":"No products were found"}'

pytestmark = pytest.mark.usefixtures("bytom")  # trained before the process starts


def forecast(temperature: float) -> Answer:
    """Open-Meteo's answer: that temperature for the day behind and two days ahead."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=24)
    times = [f"{start + timedelta(hours=i):%Y-%m-%dT%H:%M}" for i in range(96)]
    hourly = {"time": times, "temperature_2m": [temperature] * 96, "apparent_temperature": [temperature - 3] * 96}
    units = {"time": "iso8601", "temperature_2m": "°C", "apparent_temperature": "°C"}
    return Answer(json.dumps({"utc_offset_seconds": 0, "timezone": "GMT", "hourly_units": units, "hourly": hourly}))


def schedules(folder: Path, weather: WeatherServer) -> Path:
    """The centre's own schedule, its weather taken from here, watched in every month and at every hour: the process lives by the real clock."""
    text = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
    for address in ("https://api.open-meteo.com", "https://danepubliczne.imgw.pl", "https://feeds.meteoalarm.org"):
        assert address in text
        text = text.replace(address, weather.url)
    text = text.replace("months: [11, 12, 1, 2, 3]", "months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]")
    text, quiet = re.subn(r"quiet_hours:\n +from: .+\n +to: .+\n", "", text)
    assert quiet
    path = folder / "schedules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def bot(fake: FakeTelegram, database: str, plan: Path) -> AsyncIterator[str]:
    """`run` with a token, an operator and a public channel; its page's address."""
    port = free_port()
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": fake.url,
        "DATABASE_URL": database,
        "BOT_SCHEDULES": str(plan),
        "OPERATORS": str(OPERATOR),
        "TELEGRAM_CHANNEL": "@mopr_testowy",
        "PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)  # noqa: ASYNC220
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = await asyncio.to_thread(process.communicate, timeout=30)
    assert b"Traceback" not in told
    assert TOKEN.encode() not in told


async def figures(url: str, name: str, label: str) -> dict[str, float]:
    """The values of a figure that the page for Prometheus shows, by its label."""
    async with httpx.AsyncClient(trust_env=False) as client:
        page = (await client.get(f"{url}/metrics")).text
    return {value: float(figure) for value, figure in re.findall(rf'^{name}{{{label}="([^"]+)"}} (\S+)$', page, re.MULTILINE)}


async def test_from_the_forecast_to_the_people_and_back(tmp_path: Path, store_url: str) -> None:
    with weather_server.running() as weather:
        weather.says(forecast(-14))
        plan = schedules(tmp_path, weather)
        async with in_process("--token", TOKEN) as fake:
            operator, anna = await fake.person("Operator", number=OPERATOR), await fake.person("Anna")
            jan, public = await fake.person("Jan"), await fake.channel("mopr_testowy")
            async with bot(fake, store_url, plan) as url:
                card = await operator.reply(timeout=60)
                assert "−14" in card["text"] or "-14" in card["text"]
                assert buttons(card) == ["Zatwierdź", "Zmień czas", "Odwołaj"]
                await anna.say("zapisz mnie na alerty o mrozie")
                assert "Zapisane" in (await anna.reply(timeout=20))["text"]
                await jan.say("/alert")
                assert "Zapisane" in (await jan.reply())["text"]
                await jan.block()
                await jan.unblock()
                await operator.press(card, "Zatwierdź")
                assert "zatwierdzony" in (await operator.edited())["text"]
                alert = await anna.reply(timeout=20)
                assert alert["text"].startswith("MOPR Bytom: nadchodzi silny mróz.")
                assert "Open-Meteo" in alert["text"]
                outbox, ages = await figures(url, "informator_deliveries", "state"), await figures(url, "informator_weather_age_seconds", "source")
                assert list(outbox) == [state.value for state in State]
                assert outbox["sent"] >= 1, "the operator's card"
                assert 0 <= ages["open-meteo"] < 120, "answers that came meanwhile leave it where it is"
            async with bot(fake, store_url, plan):  # a restart in the middle repeats nothing
                await anna.say("czy noclegownia jest teraz otwarta?")
                assert "otwarta całą dobę: trwa alert" in (await anna.reply(timeout=60))["text"]
                await operator.say("/stan")
                stand = await operator.reply()
                assert "zatwierdzony, trwa" in stand["text"]
                await operator.press(stand, next(label for label in buttons(stand) if label.startswith("Odwołaj")))
                over = await anna.reply(timeout=20)
                assert over["text"].startswith("MOPR Bytom: koniec alertu mrozowego.")
                await anna.say("/usun_dane")
                assert "Usunięte" in (await anna.reply())["text"]
            assert "nadchodzi silny mróz" in (await public.reply())["text"]
            assert "koniec alertu" in (await public.reply())["text"]
            assert len([m for m in await fake.messages(jan.id) if "nadchodzi" in m.get("text", "")]) == 0, "who blocked the bot has left"
            assert len([m for m in await fake.messages(anna.id) if "nadchodzi silny mróz" in m.get("text", "")]) == 1


def label(message: dict[str, Any], start: str) -> str:
    """The button whose label begins so."""
    return next(label for label in buttons(message) if label.startswith(start))


async def test_an_operator_gives_an_alert_other_times(tmp_path: Path) -> None:
    with weather_server.running() as weather:
        weather.says(forecast(-14))
        plan = schedules(tmp_path, weather)
        async with in_process("--token", TOKEN) as fake:
            operator, anna = await fake.person("Operator", number=OPERATOR), await fake.person("Anna")
            async with bot(fake, f"sqlite:///{tmp_path}/bot.sqlite", plan):
                card = await operator.reply(timeout=60)
                await anna.say("ALERT")
                assert "Zapisane" in (await anna.reply(timeout=20))["text"]
                await operator.press(card, "Zmień czas")
                menu = await operator.edited()
                assert "/alert koniec silny-mroz-" in menu["text"]
                await operator.press(menu, label(menu, "Koniec +24 h"))
                moved = await operator.edited()
                assert "ma nowy czas" in moved["text"]
                assert "Prognoza: do" in moved["text"]
                assert "Odbiorcy: telegram 1" in moved["text"]
                await operator.press(moved, "Zatwierdź")
                assert "zatwierdzony" in (await operator.edited())["text"]
                assert "nadchodzi silny mróz" in (await anna.reply(timeout=20))["text"]
                day = (datetime.now(UTC) + timedelta(days=3)).date()
                await operator.say(f"/alert koniec {day} 06:30")
                shown = await operator.reply()
                assert f"do {day:%d.%m} 06:30" in shown["text"]
                assert buttons(shown) == ["Zmień czas", "Odwołaj"]
                update = await anna.reply(timeout=20)
                assert "zmienia się czas alertu „silny mróz”" in update["text"]
                assert "godz. 6:30" in update["text"]
