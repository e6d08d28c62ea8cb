"""`python -m bot run` as an administrator starts it: what it says, what it serves, how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import settings, settings_sms
from tests.conftest import ROOT
from tests.ports import free_port
from tests.telegram_api import FakeTelegram, Settings, in_thread

pytestmark = pytest.mark.usefixtures("bytom")  # trained before, so that starting is fast
PATIENCE = 30.0
TOKEN = "123456:" + "T" * 35


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with in_thread(Settings(token=TOKEN)) as found:
        yield found


def get(url: str) -> httpx.Response:
    """The other side runs in processes and threads of its own: waiting here keeps nobody waiting."""
    return httpx.get(url)


def post(url: str, **values: Any) -> httpx.Response:
    return httpx.post(url, **values)


class Running:
    """A running bot."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = int(environment.get("PORT") or free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        values = {"PORT": str(self.port), "DATABASE_URL": f"sqlite:///{folder / 'run.db'}"} | environment
        with self.log.open("w") as log:
            self.process = subprocess.Popen([sys.executable, "-W", "error", "-m", "bot", "run"], cwd=ROOT, env=os.environ | values, stdout=log, stderr=log)

    def said(self) -> str:
        """Everything it printed."""
        return self.log.read_text(encoding="utf-8")

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for it; the bot must go on running."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it is ready."""
        try:
            return httpx.get(f"{self.url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after the signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Running]:
    found = Running(folder, **environment)
    try:
        found.until(found.answers)
        yield found
    finally:
        found.process.kill()
        found.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_with_nothing_configured_the_web_is_served(tmp_path: Path, number: int) -> None:
    with running(tmp_path) as bot:
        assert bot.said().splitlines() == [
            f"Web: http://127.0.0.1:{bot.port}",
            "Telegram: off, set TELEGRAM_BOT_TOKEN (write to @BotFather in Telegram, send /newbot, copy the token it gives)",
            "SMS: off, set SMS_GATEWAY (docs/sms.md)",
            "Alerts: on, by schedules.yaml; sent through nobody yet: no channel that can send",
        ]
        assert "W czym mogę pomóc?" in httpx.get(bot.url).text
        assert httpx.post(f"{bot.url}/api/ask", json={"text": "gdzie jest kis"}).json()["status"] == "answer"
        assert "informator_questions_total" in httpx.get(f"{bot.url}/metrics").text
        assert bot.stop(number) == 0
        assert bot.said().splitlines()[-1] == "Stopping: what was received is answered first."
        assert "Traceback" not in bot.said()


def test_a_port_in_use_is_one_plain_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bot = Running(tmp_path, PORT=str(port))
        assert bot.process.wait(PATIENCE) == 1
    assert bot.said() == f"informator: PORT: nothing can listen on 127.0.0.1:{port} (Address already in use); another program may be there\n"


def test_an_answer_on_its_way_is_finished_at_the_end(tmp_path: Path) -> None:
    with running(tmp_path) as bot, socket.create_connection(("127.0.0.1", bot.port)) as half:
        body = b'{"text": "gdzie jest kis"}'
        half.sendall(b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
        time.sleep(0.3)
        bot.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        half.sendall(body)
        assert b"200 OK" in half.recv(100)
        assert bot.process.wait(PATIENCE) == 0


async def test_the_same_command_serves_telegram_by_polling(tmp_path: Path, telegram: FakeTelegram) -> None:
    with running(tmp_path, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=telegram.base_url.removesuffix("/bot")) as bot:
        anna = await telegram.person("Anna")
        await anna.say("gdzie jest noclegownia")
        assert "Kosynierów 26" in (await anna.reply())["text"]
        await anna.ask_inline("noclegownia")
        assert (await anna.results())["results"][0]["id"] == "noclegownia"
        assert 'informator_questions_total{channel="telegram",status="answer"} 1.0' in get(f"{bot.url}/metrics").text
        assert "Telegram: on, by polling" in bot.said()
        assert get(f"{bot.url}/healthz").json() == {"status": "ok"}
        assert bot.stop() == 0


async def test_the_webhook_is_mounted_beside_the_page(tmp_path: Path, telegram: FakeTelegram) -> None:
    secret = "s" * 20
    environment = {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": secret, "PUBLIC_URL": "https://bot.example.org"}
    with running(tmp_path, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=telegram.base_url.removesuffix("/bot"), **environment) as bot:
        assert "Telegram: on, by webhook at https://bot.example.org" in bot.said()
        assert f"Web: {bot.url} (for the world: https://bot.example.org)" in bot.said()
        assert post(f"{bot.url}/telegram", json={"update_id": 1}).status_code == 403
        accepted = post(f"{bot.url}/telegram", json={"update_id": 1}, headers={"X-Telegram-Bot-Api-Secret-Token": secret, "Host": "bot.example.org"})
        assert accepted.status_code == 200
        assert get(bot.url).status_code == 200
        assert bot.stop() == 0


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("EMBED_ORIGINS", "https://a.example/page", "without anything after the name"),
        ("EMBED_ORIGINS", "*", "EMBED_ORIGINS"),
        ("EMBED_ORIGINS", "https://a.example; script-src *", "EMBED_ORIGINS"),
        ("TRUSTED_PROXIES", "*", "TRUSTED_PROXIES"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "TRUSTED_PROXIES"),
        ("WEB_PER_MINUTE", "0", "WEB_PER_MINUTE"),
        ("PORT", "x", "PORT"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, word: str) -> None:
    with pytest.raises(settings.SettingsError, match=name) as error:
        settings.from_environment({name: value})
    assert word in str(error.value)


def test_lists_of_origins_and_proxies() -> None:
    found = settings.from_environment({"EMBED_ORIGINS": "https://a.example, https://b.example:8443", "TRUSTED_PROXIES": "10.0.0.0/8 ::1"})
    assert found.embed_origins == ("https://a.example", "https://b.example:8443")
    assert found.trusted_proxies == ("10.0.0.0/8", "::1")


def test_the_readme_lists_every_setting_and_no_other() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    table |= {
        name
        for line in re.findall(r"^\| (`SMS_.*?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
        for name in re.findall(r"`([A-Z_]+)`", line)
    }
    files = (Path(settings.__file__), Path(settings_sms.__file__))
    read = {name for file in files for name in re.findall(r'"([A-Z][A-Z_]{3,})"', file.read_text(encoding="utf-8"))}
    assert table == read
