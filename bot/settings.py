"""Settings from the environment, read once; a malformed value is refused with a sentence that names it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from bot import settings_sms
from bot.settings_sms import Sms

_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,100}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_CHAT = re.compile(r"-?\d{1,20}")
_CHANNEL = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-\d{5,20}")
_MODES = ("polling", "webhook")
_MOST_PORT = 65535
_MOST_PER_SECOND = 1000
_MOST_PER_MINUTE = 1_000_000


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says why."""


class ServiceError(Exception):
    """The bot cannot go on with these settings; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """How to serve Telegram. `per_second`: most messages sent a second, over all chats."""

    token: str = field(repr=False)
    base: str = "https://api.telegram.org"
    webhook: bool = False
    secret: str = field(default="", repr=False)
    per_second: float = 30.0
    public_channel: str = ""
    """A channel of ours that gets every alert as well."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; defaults are those of the README's table."""

    knowledge: Path = Path("knowledge/bytom")
    cache: Path = Path("var/cache")
    schedules: Path = Path("schedules.yaml")
    database: str = field(default="sqlite:///var/informator.db", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    embed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    web_per_minute: float = 60.0
    telegram: Telegram | None = None
    operators: tuple[str, ...] = ()
    """Telegram chats of those who decide on alerts."""
    sms: Sms | None = None


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings with the environment's values over the defaults; raises SettingsError."""
    knowledge = Path(environment.get("BOT_KNOWLEDGE") or Settings().knowledge)
    if not knowledge.is_dir():
        raise SettingsError(f"BOT_KNOWLEDGE: there is no folder {knowledge}")
    schedules = Path(environment.get("BOT_SCHEDULES") or Settings().schedules)
    if environment.get("BOT_SCHEDULES") and not schedules.is_file():
        raise SettingsError(f"BOT_SCHEDULES: there is no file {schedules}")
    public_url = _url(environment, "PUBLIC_URL", "")
    return Settings(
        knowledge=knowledge,
        schedules=schedules,
        database=environment.get("DATABASE_URL") or Settings().database,
        host=environment.get("HOST") or Settings().host,
        port=_port(environment),
        public_url=public_url,
        embed_origins=_origins(environment),
        trusted_proxies=_proxies(environment),
        web_per_minute=_number(environment, "WEB_PER_MINUTE", Settings().web_per_minute, _MOST_PER_MINUTE),
        telegram=_telegram(environment, public_url),
        operators=_operators(environment),
        sms=_sms(environment, public_url or f"http://127.0.0.1:{environment.get('PORT') or Settings().port}"),
    )


def _sms(environment: Mapping[str, str], callback: str) -> Sms | None:
    try:
        return settings_sms.read(environment, callback, _url, _number)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _telegram(environment: Mapping[str, str], public_url: str) -> Telegram | None:
    token = environment.get("TELEGRAM_BOT_TOKEN", "").strip()
    if not token:
        return None
    if not _TOKEN.fullmatch(token):
        raise SettingsError("TELEGRAM_BOT_TOKEN: this is no token of Telegram's; it looks like 123456789:AAE… as @BotFather gives it")
    mode = environment.get("TELEGRAM_MODE") or _MODES[0]
    if mode not in _MODES:
        raise SettingsError(f"TELEGRAM_MODE: {mode!r} is neither polling nor webhook")
    secret = environment.get("TELEGRAM_WEBHOOK_SECRET", "")
    if mode == "webhook" and not _SECRET.fullmatch(secret):
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET: webhook mode needs a secret of 16 to 256 letters, digits, _ and -")
    if mode == "webhook" and not public_url:
        raise SettingsError("PUBLIC_URL: webhook mode needs the address under which Telegram can reach this bot, e.g. https://bot.example.org")
    base = _url(environment, "TELEGRAM_API_BASE", Telegram("").base)
    per_second = _number(environment, "TELEGRAM_PER_SECOND", Telegram("").per_second, _MOST_PER_SECOND)
    channel = environment.get("TELEGRAM_CHANNEL", "").strip()
    if channel and not _CHANNEL.fullmatch(channel):
        raise SettingsError(f"TELEGRAM_CHANNEL: {channel!r} is no channel; it looks like @mopr_bytom or -1001234567890")
    return Telegram(token, base, mode == "webhook", secret, per_second, channel)


def _operators(environment: Mapping[str, str]) -> tuple[str, ...]:
    chats = environment.get("OPERATORS", "").replace(",", " ").split()
    for chat in chats:
        if not _CHAT.fullmatch(chat):
            raise SettingsError(f"OPERATORS: {chat!r} is no chat id; ids are numbers such as 123456789, of groups such as -1001234567890")
    return tuple(dict.fromkeys(chats))


def _url(environment: Mapping[str, str], name: str, default: str) -> str:
    """An http(s) address without its last slash."""
    text = (environment.get(name) or default).rstrip("/")
    try:
        parts = urlsplit(text)
        sound = not text or (parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and (parts.port or 1) > 0)
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError(f"{name}: {text!r} is no address such as https://example.org")
    return text


def _origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses of websites, each without a path: https://mopr.example.org."""
    found = tuple(re.split(r"[\s,]+", environment.get("EMBED_ORIGINS", "").strip()))
    for origin in filter(None, found):
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(f"EMBED_ORIGINS: {origin!r} is no address of a website such as https://mopr.example.org, without anything after the name")
    return tuple(filter(None, found))


def _proxies(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses and networks of the proxies before us."""
    found = tuple(filter(None, re.split(r"[\s,]+", environment.get("TRUSTED_PROXIES", "").strip())))
    for proxy in found:
        try:
            ip_network(proxy)
        except ValueError:
            raise SettingsError(f"TRUSTED_PROXIES: {proxy!r} is neither an address nor a network such as 10.0.0.0/8") from None
    return found


def _number(environment: Mapping[str, str], name: str, default: float, most: int) -> float:
    text = environment.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number <= most:
        raise SettingsError(f"{name}: {text!r} is no number between 1 and {most}")
    return number


def _port(environment: Mapping[str, str]) -> int:
    number = _number(environment, "PORT", Settings().port, _MOST_PORT)
    if not number.is_integer():
        raise SettingsError(f"PORT: {number} is no whole number")
    return int(number)
