"""Twilio: its REST interface for sending, its own validator for the signature of what it brings.

Twilio handles STOP by itself as well and then refuses to send to that number (error 21610).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from bot.channels.sms.gateway import REPORT, Arrival, Call, Sms
from bot.core.delivery import Blocked, Later, Outcome, Refused, Sent, Uncertain
from bot.core.reports import Fate, Report

_TIMEOUT = httpx.Timeout(20, connect=5, pool=60)
_LIMITS = httpx.Limits(max_connections=16)
_RETRY_SECONDS = 5.0
_ACCOUNT_SECONDS = 300.0
_SIGNATURE = "x-twilio-signature"
_STOPPED = 21610
"""The person wrote STOP to Twilio."""
_NUMBERS = frozenset((21211, 21214, 21217, 21612, 21614))
"""Errors that are about the number."""
_FATES: Mapping[str, Fate] = {
    "accepted": Fate.QUEUED,
    "scheduled": Fate.QUEUED,
    "queued": Fate.QUEUED,
    "sending": Fate.QUEUED,
    "sent": Fate.ACCEPTED,
    "delivered": Fate.DELIVERED,
    "read": Fate.DELIVERED,
    "undelivered": Fate.FAILED,
    "failed": Fate.REJECTED,
    "canceled": Fate.REJECTED,
}
"""Values of MessageStatus."""


@dataclass(frozen=True, slots=True)
class Options:
    """The account, and where Twilio reaches us: exactly the address it was told, for that is what it signs."""

    account: str
    token: str = field(repr=False)
    sender: str
    callback: str
    url: str = "https://api.twilio.com"


class Twilio:
    """A gateway over Twilio."""

    name = "twilio"
    thanks = ("<Response/>", "text/xml")

    def __init__(self, options: Options) -> None:
        self._options = options
        self._validator = RequestValidator(options.token)
        login = (options.account, options.token)
        self._client = httpx.AsyncClient(base_url=options.url, auth=login, timeout=_TIMEOUT, limits=_LIMITS, trust_env=False)

    async def send(self, sms: Sms) -> Outcome:
        """Hand a message to Twilio."""
        callback = f"{self._options.callback}/sms/{self.name}/{REPORT}?{urlencode({'key': sms.key})}"
        asked = {"To": sms.to, "From": self._options.sender, "Body": sms.text, "StatusCallback": callback}
        try:
            answer = await self._client.post(f"/2010-04-01/Accounts/{self._options.account}/Messages.json", data=asked)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Later(_RETRY_SECONDS, "Twilio cannot be reached")
        except httpx.HTTPError:
            return Uncertain("no answer from Twilio")
        return _outcome(answer)

    def trusts(self, call: Call) -> bool:
        """Whether the signature is right."""
        return bool(self._validator.validate(call.url, dict(call.form), call.headers.get(_SIGNATURE, "")))

    def arrival(self, call: Call) -> Arrival | None:
        """The message in a request."""
        if not call["MessageSid"] or not call["From"]:
            return None
        return Arrival(call["MessageSid"], call["From"], call["Body"])

    def reports(self, call: Call) -> Sequence[Report]:
        """The report in a request."""
        sid = call["MessageSid"]
        return [Report(sid, _FATES.get(call["MessageStatus"], Fate.UNKNOWN), call["key"])] if sid and call["MessageStatus"] else []

    async def close(self) -> None:
        """Give connections back."""
        await self._client.aclose()


def _outcome(answer: httpx.Response) -> Outcome:
    told = _json(answer)
    sid, code = told.get("sid"), told.get("code")
    if answer.is_success:
        return Sent((str(sid),)) if sid else Uncertain("no readable answer from Twilio")
    if code == _STOPPED:
        return Blocked()
    if answer.status_code == httpx.codes.GATEWAY_TIMEOUT:
        return Uncertain("no answer from Twilio")
    return _later(answer) or Refused(f"Twilio refuses the {'number' if code in _NUMBERS else 'message'} ({code or answer.status_code})")


def _later(answer: httpx.Response) -> Later | None:
    """What may be tried again because nothing was taken for sure."""
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Later(_ACCOUNT_SECONDS, "Twilio refuses the account or the token")
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Later(_seconds(answer), "Twilio asks to slow down")
    return Later(_RETRY_SECONDS, "Twilio is out of order") if answer.is_server_error else None


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _seconds(answer: httpx.Response) -> float:
    wait = answer.headers.get("retry-after", "")
    return float(wait) if wait.isdigit() else _RETRY_SECONDS
