"""Settings of SMS, read by bot.settings; what is wrong is raised as ValueError with a sentence that names it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.core.sms_cost import NO_CAPS, Caps

Url = Callable[[Mapping[str, str], str, str], str]
Number = Callable[[Mapping[str, str], str, float, int], float]

GATEWAYS = ("kannel", "smsapi", "twilio")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_OWN = re.compile(r"\+?\d{3,15}|[A-Za-z0-9 .&-]{3,11}")
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_SAID = {"": False, "no": False, "nie": False, "0": False, "yes": True, "tak": True, "1": True}
_MOST_PARTS, _MOST_PER_SECOND, _MOST_CAP = 6, 1000, 10_000_000


@dataclass(frozen=True, slots=True)
class Kannel:
    """How to reach smsbox."""

    url: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Smsapi:
    """The account at SMSAPI."""

    token: str = field(repr=False)
    url: str


@dataclass(frozen=True, slots=True)
class Twilio:
    """The account at Twilio."""

    account: str
    token: str = field(repr=False)
    url: str


@dataclass(frozen=True, slots=True)
class Sms:
    """How to serve SMS: the gateways in order of preference, our number or sender's name, and where carriers reach us."""

    gateways: tuple[Kannel | Smsapi | Twilio, ...]
    sender: str
    callback: str
    secret: str = field(repr=False)
    parts: int
    diacritics: bool
    countries: frozenset[str]
    per_second: float
    caps: Caps = NO_CAPS
    """Most parts of messages to many."""


def read(environment: Mapping[str, str], callback: str, url: Url, number: Number) -> Sms | None:
    """The settings; None where no gateway is chosen. `callback`: our address, unless SMS_CALLBACK_URL names another."""
    names = [name for name in (environment.get("SMS_GATEWAY", "").strip(), environment.get("SMS_FALLBACK", "").strip()) if name]
    if not names:
        return None
    if not environment.get("SMS_GATEWAY", "").strip():
        raise ValueError("SMS_FALLBACK: there is nothing to fall back from; set SMS_GATEWAY")
    for setting, name in zip(("SMS_GATEWAY", "SMS_FALLBACK"), names, strict=False):
        if name not in GATEWAYS:
            raise ValueError(f"{setting}: {name!r} is none of {', '.join(GATEWAYS)}")
    if len(set(names)) < len(names):
        raise ValueError("SMS_FALLBACK: it must be another gateway than SMS_GATEWAY")
    return Sms(
        tuple(_gateway(environment, name, url) for name in names),
        _matching(environment, "SMS_FROM", _OWN, "our number (+48...) or the sender's name that the provider has registered"),
        url(environment, "SMS_CALLBACK_URL", callback),
        _matching(environment, "SMS_SECRET", _SECRET, "16 to 256 letters, digits, _ and -"),
        _whole(environment, "SMS_PARTS", float(number(environment, "SMS_PARTS", 2, _MOST_PARTS))),
        _yes(environment, "SMS_DIACRITICS"),
        _countries(environment, "SMS_COUNTRIES", "PL,UA"),
        number(environment, "SMS_PER_SECOND", 10, _MOST_PER_SECOND),
        Caps(*(_cap(environment, name, number) for name in ("SMS_DAILY_PARTS", "SMS_MONTHLY_PARTS"))),
    )


def _gateway(environment: Mapping[str, str], name: str, url: Url) -> Kannel | Smsapi | Twilio:
    if name == "kannel":
        user, password = _there(environment, "SMS_KANNEL_USER"), _there(environment, "SMS_KANNEL_PASSWORD")
        return Kannel(url(environment, "SMS_KANNEL_URL", "http://127.0.0.1:13013"), user, password)
    if name == "smsapi":
        return Smsapi(_there(environment, "SMS_SMSAPI_TOKEN"), url(environment, "SMS_SMSAPI_URL", "https://api.smsapi.pl"))
    account = _matching(environment, "SMS_TWILIO_ACCOUNT", _ACCOUNT, "the account's SID: AC and 32 digits")
    return Twilio(account, _there(environment, "SMS_TWILIO_TOKEN"), url(environment, "SMS_TWILIO_URL", "https://api.twilio.com"))


def _there(environment: Mapping[str, str], name: str) -> str:
    """A value that is never shown."""
    text = environment.get(name, "").strip()
    if not text:
        raise ValueError(f"{name}: missing; the chosen gateway needs it")
    return text


def _matching(environment: Mapping[str, str], name: str, pattern: re.Pattern[str], what: str) -> str:
    text = environment.get(name, "").strip()
    if not pattern.fullmatch(text):
        raise ValueError(f"{name}: needed here is {what}")
    return text


def _whole(environment: Mapping[str, str], name: str, value: float) -> int:
    if not value.is_integer():
        raise ValueError(f"{name}: {environment.get(name)!r} is no whole number")
    return int(value)


def _cap(environment: Mapping[str, str], name: str, number: Number) -> int | None:
    return _whole(environment, name, number(environment, name, 1, _MOST_CAP)) if environment.get(name, "").strip() else None


def _yes(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower()
    if text not in _SAID:
        raise ValueError(f"{name}: {text!r} is neither yes nor no")
    return _SAID[text]


def _countries(environment: Mapping[str, str], name: str, default: str) -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS  # only where SMS is on: it takes time to import

    codes = [code for code in re.split(r"[\s,]+", environment.get(name) or default) if code]
    unknown = [code for code in codes if code not in SUPPORTED_REGIONS]
    if unknown or not codes:
        raise ValueError(f"{name}: {', '.join(unknown) or 'nothing'} is no list of countries such as PL,UA")
    return frozenset(codes)
