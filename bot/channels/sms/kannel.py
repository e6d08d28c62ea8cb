"""Kannel: the self-hosted gateway, which also speaks SMPP and drives GSM modems.

Its smsbox takes messages at /cgi-bin/sendsms and answers with words, never with an id: our own key comes back in the delivery reports. Text goes as UCS-2
only where GSM-7 cannot carry it; both `coding` and `charset` must be told, or letters become garbage.
"""

import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx

from bot.channels.sms.gateway import INCOMING, REPORT, Arrival, Call, Sms
from bot.core import gsm7
from bot.core.delivery import Later, Outcome, Refused, Sent, Uncertain
from bot.core.reports import Fate, Report

_TIMEOUT = httpx.Timeout(20, connect=5, pool=60)
_LIMITS = httpx.Limits(max_connections=16)
"""More at once only make smsbox slower."""
_RETRY_SECONDS = 2.0
_PASSWORD_SECONDS = 30.0
_ALL_REPORTS = "31"
_FATES: Mapping[str, Fate] = {"1": Fate.DELIVERED, "2": Fate.FAILED, "4": Fate.QUEUED, "8": Fate.ACCEPTED, "16": Fate.REJECTED}
"""Values of %d."""
GET_URL: Mapping[str, str] = {"id": "%I", "from": "%p", "to": "%P", "text": "%a", "at": "%t"}
"""Fields of an incoming message in the get-url of the sms-service, and Kannel's escapes for them."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to reach smsbox, and how it reaches us (`callback`: address of this bot without a path)."""

    url: str
    user: str
    password: str = field(repr=False)
    sender: str
    callback: str
    secret: str = field(repr=False)


class Kannel:
    """A gateway over smsbox."""

    name = "kannel"
    thanks = ("", "text/plain")  # with `omit-empty = true` an empty answer sends nothing

    def __init__(self, options: Options) -> None:
        self._options = options
        self._client = httpx.AsyncClient(base_url=options.url, timeout=_TIMEOUT, limits=_LIMITS, trust_env=False)

    def get_url(self) -> str:
        """The address that the administrator writes as get-url into Kannel's configuration."""
        fields = "&".join(f"{name}={escape}" for name, escape in GET_URL.items())
        return f"{self._options.callback}/sms/{self.name}/{INCOMING}?{urlencode({'secret': self._options.secret})}&{fields}"

    async def send(self, sms: Sms) -> Outcome:
        """Hand a message to smsbox."""
        narrow = gsm7.fits(sms.text)
        asked = {
            "username": self._options.user,
            "password": self._options.password,
            "from": self._options.sender,
            "to": sms.to,
            "text": sms.text,
            "coding": "0" if narrow else "2",
            "charset": "UTF-8",
            "dlr-mask": _ALL_REPORTS,
            "dlr-url": self._report_url(sms.key),
        }
        try:
            answer = await self._client.get("/cgi-bin/sendsms", params=asked)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Later(_RETRY_SECONDS, "Kannel cannot be reached")
        except httpx.HTTPError:
            return Uncertain("no answer from Kannel")
        return _outcome(answer.status_code, sms.key)

    def trusts(self, call: Call) -> bool:
        """Whether the secret is right."""
        return hmac.compare_digest(call["secret"].encode(), self._options.secret.encode())

    def arrival(self, call: Call) -> Arrival | None:
        """The message in a request of the sms-service."""
        if not call["id"] or not call["from"]:
            return None
        return Arrival(call["id"], call["from"], call["text"], _time(call["at"]))

    def reports(self, call: Call) -> Sequence[Report]:
        """The report in a request to dlr-url."""
        key = call["key"]
        return [Report(key, _FATES.get(call["fate"], Fate.UNKNOWN), key)] if key else []

    async def close(self) -> None:
        """Give connections back."""
        await self._client.aclose()

    def _report_url(self, key: str) -> str:
        known = urlencode({"secret": self._options.secret, "key": key})
        return f"{self._options.callback}/sms/{self.name}/{REPORT}?{known}&fate=%d"


def _outcome(status: int, key: str) -> Outcome:
    if status == httpx.codes.ACCEPTED:
        return Sent((key,))
    if status == httpx.codes.FORBIDDEN:
        return Later(_PASSWORD_SECONDS, "Kannel refuses the user or the password")
    if status == httpx.codes.GATEWAY_TIMEOUT:
        return Uncertain("no answer from Kannel")
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.NOT_FOUND:
        return Later(_RETRY_SECONDS, "Kannel is out of order")
    return Refused(f"Kannel refuses the message ({status})")


def _time(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return None
