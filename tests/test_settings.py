"""Settings from the environment: defaults, and a sentence that names whatever cannot be used."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings, SettingsError, from_environment
from tests.conftest import ROOT

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz012345"  # noqa: S105
SECRET = "a-secret-of-some-length"  # noqa: S105
WEBHOOK = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET, "PUBLIC_URL": "https://bot.example.org/"}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_nothing_set_gives_the_defaults() -> None:
    assert from_environment({}) == Settings()
    assert from_environment(dict.fromkeys(("BOT_KNOWLEDGE", "DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"), "")) == Settings()


def test_all_that_can_be_set() -> None:
    values = {"BOT_KNOWLEDGE": "knowledge/gdansk", "DATABASE_URL": "sqlite:///x.db", "HOST": "::1", "PORT": "80", "TELEGRAM_PER_SECOND": "1000"}
    settings = from_environment(WEBHOOK | values | {"TELEGRAM_API_BASE": "http://127.0.0.1:8081/"})
    assert (settings.knowledge, settings.database, settings.host, settings.port) == (Path("knowledge/gdansk"), "sqlite:///x.db", "::1", 80)
    telegram = settings.telegram
    assert telegram is not None
    assert settings.public_url == "https://bot.example.org"
    assert (telegram.base, telegram.webhook, telegram.per_second) == ("http://127.0.0.1:8081", True, 1000)


WRONG = [
    ({"BOT_KNOWLEDGE": "nowhere"}, "BOT_KNOWLEDGE: there is no folder nowhere"),
    ({"PORT": "eighty"}, "PORT: 'eighty' is no number between 1 and 65535"),
    ({"PORT": "0"}, "PORT: '0'"),
    ({"PORT": "65536"}, "PORT: '65536'"),
    ({"PORT": "0.5"}, "PORT: '0.5'"),
    ({"PORT": "80.5"}, "PORT: 80.5 is no whole number"),
    ({"PORT": "nan"}, "PORT: 'nan'"),
    ({"PUBLIC_URL": "bot.example.org"}, "PUBLIC_URL: 'bot.example.org' is no address such as https://example.org"),
    ({"PUBLIC_URL": "ftp://x"}, "PUBLIC_URL:"),
    ({"PUBLIC_URL": "https://x:99999"}, "PUBLIC_URL:"),
    ({"PUBLIC_URL": "https://[x"}, "PUBLIC_URL:"),
    ({"TELEGRAM_BOT_TOKEN": "secret words"}, "TELEGRAM_BOT_TOKEN: this is no token of Telegram's"),
    ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_MODE": "push"}, "TELEGRAM_MODE: 'push' is neither polling nor webhook"),
    ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": "127.0.0.1:80"}, "TELEGRAM_API_BASE:"),
    ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_PER_SECOND": "1001"}, "TELEGRAM_PER_SECOND: '1001' is no number between 1 and 1000"),
    ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_PER_SECOND": "0.5"}, "TELEGRAM_PER_SECOND: '0.5'"),
    ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_PER_SECOND": "inf"}, "TELEGRAM_PER_SECOND: 'inf'"),
    (WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": ""}, "TELEGRAM_WEBHOOK_SECRET: webhook mode needs a secret"),
    (WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": "short"}, "TELEGRAM_WEBHOOK_SECRET: webhook mode needs a secret"),
    (WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": "with a blank in it, long enough"}, "TELEGRAM_WEBHOOK_SECRET:"),
    (WEBHOOK | {"PUBLIC_URL": ""}, "PUBLIC_URL: webhook mode needs the address"),
]


@pytest.mark.parametrize(("environment", "sentence"), WRONG)
def test_what_cannot_be_used_is_named(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_environment(environment)
    assert str(refused.value).startswith(sentence)
    for secret in (TOKEN, SECRET, "secret words", "with a blank", "short"):
        assert secret not in str(refused.value)


def test_secrets_are_never_shown() -> None:
    settings = from_environment(WEBHOOK | {"DATABASE_URL": "postgresql://bot:pa55word@db/bot"})
    for secret in (TOKEN, SECRET, "pa55word"):
        assert secret not in repr(settings)


DATABASES = [
    ("postgres://bot:pa55word@db/bot", "postgres is no kind of database known here; it is sqlite or postgresql"),
    ("postgresql://bot:pa55word@db:port/bot", "this is no address of a database; it looks like sqlite:///var/informator.db"),
    ("pa55word", "this is no address of a database"),
    ("sqlite://", "a database in memory keeps nothing"),
    ("sqlite:///:memory:", "a database in memory keeps nothing"),
]


@pytest.mark.parametrize(("url", "sentence"), DATABASES)
def test_a_database_that_cannot_be_used_is_named(url: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["migrate"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"informator: DATABASE_URL: {sentence}")
    assert printed.err.count("\n") == 1
    assert "pa55word" not in printed.err


def test_migrate_makes_the_folder_and_the_tables_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        command = [sys.executable, "-W", "error", "-m", "bot", "migrate"]
        environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/new/folder/bot.db"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "The tables are up to date.\n", "")
    assert (tmp_path / "new" / "folder" / "bot.db").exists()
