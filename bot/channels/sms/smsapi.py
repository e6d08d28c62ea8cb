"""SMSAPI, the Polish provider, through its official client.

Each message carries our key as `idx` with `check_idx=1`: SMSAPI refuses a key it has seen, so a send whose answer was lost is simply repeated. Its client
blocks, so it runs in threads. An `error` comes with HTTP 200 as well.
"""

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from requests import RequestException
from smsapi.client import Client
from smsapi.exception import EndpointException, SendException

from bot.channels.sms.gateway import REPORT, Arrival, Call, Sms
from bot.core import gsm7
from bot.core.delivery import Later, Outcome, Refused, Sent, Uncertain
from bot.core.reports import Fate, Report

_SECONDS = 15
_RETRY_SECONDS = 5.0
_ACCOUNT_SECONDS = 300.0
_TRIES = 3
_THREADS = 8
_KNOWN_KEY = 53
"""The key was accepted before."""
_NUMBERS = frozenset((13, 17, 25, 26))
"""Errors that are about the number."""
_BROKEN = frozenset((8, 201, 666, 999))
"""SMSAPI's own errors: whether it took the message is not said."""
_LATER: Mapping[int, str] = {
    101: "SMSAPI refuses the token",
    102: "SMSAPI refuses the token",
    103: "the SMSAPI account has no points left",
    105: "SMSAPI refuses our network address",
    110: "SMSAPI does not offer this to our account",
    203: "SMSAPI asks to slow down",
}
"""Errors that are not the message's fault."""
_ACCOUNT = frozenset((101, 102, 103, 105, 110))
_FATES: Mapping[str, Fate] = {
    "401": Fate.UNKNOWN,
    "402": Fate.EXPIRED,
    "403": Fate.ACCEPTED,
    "404": Fate.DELIVERED,
    "405": Fate.FAILED,
    "406": Fate.FAILED,
    "407": Fate.REJECTED,
    "408": Fate.UNKNOWN,
    "409": Fate.QUEUED,
    "410": Fate.ACCEPTED,
}
"""Values of `status` in delivery reports."""
INCOMING_FIELDS: Mapping[str, str] = {"id": "MsgId", "from": "sms_from", "text": "sms_text", "at": "sms_date"}
"""Fields of an incoming message. UNCONFIRMED: no document could be read; have SMSAPI confirm them (docs/sms.md)."""


@dataclass(frozen=True, slots=True)
class Options:
    """The account, and where SMSAPI reaches us."""

    token: str = field(repr=False)
    sender: str
    callback: str
    secret: str = field(repr=False)
    url: str = "https://api.smsapi.pl"
    parts: int = 2
    pause: float = 1.0
    """Seconds between two tries of a send whose answer was lost."""


class Smsapi:
    """A gateway over SMSAPI."""

    name = "smsapi"
    thanks = ("OK", "text/plain")

    def __init__(self, options: Options) -> None:
        self._options = options
        self._client = Client(f"{options.url}/", access_token=options.token)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="smsapi")

    async def send(self, sms: Sms) -> Outcome:
        """Hand a message to SMSAPI; where no answer comes, again under the same key."""
        outcome = await self._in_thread(sms)
        for _ in range(_TRIES - 1):
            if not isinstance(outcome, Uncertain):
                break
            await asyncio.sleep(self._options.pause)
            outcome = await self._in_thread(sms)
        return outcome

    def trusts(self, call: Call) -> bool:
        """Whether the secret is right; SMSAPI signs nothing."""
        return hmac.compare_digest(call["secret"].encode(), self._options.secret.encode())

    def arrival(self, call: Call) -> Arrival | None:
        """The message in a request."""
        names = INCOMING_FIELDS
        if not call[names["id"]] or not call[names["from"]]:
            return None
        return Arrival(call[names["id"]], call[names["from"]], call[names["text"]], _time(call[names["at"]]))

    def reports(self, call: Call) -> Sequence[Report]:
        """The reports in a request: up to five, their fields joined by commas."""
        ids, words = call["MsgId"].split(","), call["status"].split(",")
        keys = call["idx"].split(",") if call["idx"] else [""] * len(ids)
        if len(words) != len(ids) or len(keys) != len(ids):
            return []
        return [Report(message, _FATES.get(word, Fate.UNKNOWN), key) for message, word, key in zip(ids, words, keys, strict=True) if message]

    async def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)

    async def _in_thread(self, sms: Sms) -> Outcome:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._once, sms)

    def _once(self, sms: Sms) -> Outcome:
        report = f"{self._options.callback}/sms/{self.name}/{REPORT}?{urlencode({'secret': self._options.secret})}"
        try:
            answer = self._client.sms.send(
                to=sms.to.removeprefix("+"),
                message=sms.text,
                from_=self._options.sender,
                idx=sms.key,
                check_idx=1,
                encoding="utf-8",
                max_parts=max(self._options.parts, gsm7.parts(sms.text)),
                notify_url=report,
                timeout=_SECONDS,
            )
        except SendException as error:
            return _refusal(error.code, sms.key)
        except EndpointException as error:
            return _status(error.code)
        except RequestException:
            return Uncertain("no answer from SMSAPI")
        ids = tuple(str(sent.id) for sent in answer.results if sent.id)
        return Sent(ids) if ids else Uncertain("no readable answer from SMSAPI")


def _refusal(code: object, key: str) -> Outcome:
    """What an `error` means."""
    number = int(code) if str(code).isdigit() else 0  # type: ignore[call-overload]
    if number == _KNOWN_KEY:
        return Sent((key,))
    if number in _BROKEN:
        return Uncertain("SMSAPI is out of order")
    if number in _LATER:
        return Later(_ACCOUNT_SECONDS if number in _ACCOUNT else _RETRY_SECONDS, _LATER[number])
    return Refused(f"SMSAPI refuses the {'number' if number in _NUMBERS else 'message'} ({number})")


def _status(code: object) -> Outcome:
    """What an HTTP status means."""
    if code in (401, 403):
        return Later(_ACCOUNT_SECONDS, _LATER[101])
    if code == 429:
        return Later(_RETRY_SECONDS, _LATER[203])
    if isinstance(code, int) and code >= 500:
        return Uncertain("SMSAPI is out of order")
    return Refused(f"SMSAPI refuses the message ({code})")


def _time(text: str) -> datetime | None:
    """Seconds since 1970."""
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() and len(text) < 12 else None
