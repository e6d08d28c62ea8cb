"""A call from its arrival to its answer: faults, limits, the method itself, the journal."""

import asyncio
import inspect
import time
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_api import about_bot, answering, sending
from tests.telegram_api.errors import ApiError, Hangup, Json, bad_request
from tests.telegram_api.faults import Fault
from tests.telegram_api.journal import Call
from tests.telegram_api.params import Params
from tests.telegram_api.telegram import Described, Method, Telegram
from tests.telegram_api.webhook import Webhook

METHODS = about_bot.METHODS | sending.METHODS | answering.METHODS
_NAMES = {name.lower(): name for name in METHODS}
"""Telegram does not mind the case of a method's name."""
_NOT_FOUND = ApiError(404, "Not Found: method not found")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the caller: an object, or text that is no JSON."""

    status: int
    body: Json
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Request:
    """A call as it arrived."""

    number: int
    method: str
    params: Params
    via: str
    at: float = field(default_factory=time.monotonic)
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a method did."""

    result: Any = None
    error: ApiError | None = None

    def answer(self) -> Answer:
        if self.error is not None:
            return Answer(self.error.status, self.error.body())
        if isinstance(self.result, Described):
            return Answer(200, {"ok": True, "result": self.result.result, "description": self.result.description})
        return Answer(200, {"ok": True, "result": self.result})


class Api:
    """The methods of one bot, called over HTTP or in the answer to a webhook."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.webhook: Webhook | None = None
        self._closing: set[asyncio.Task[None]] = set()
        telegram.webhook_changed = self._webhook_changed

    async def call(self, name: str, params: Params, via: str = "http") -> Answer:
        """Carry out a call; raises Hangup when the connection is to end without an answer."""
        proper = _NAMES.get(name.lower())
        if proper is None:
            return _Outcome(error=_NOT_FOUND).answer()
        request = _Request(self.telegram.journal.next_number(), proper, params, via)
        fault = self.telegram.faults.strike(proper, params.chat())
        if fault is not None:
            return await self._go_wrong(request, fault)
        outcome = await self._carry_out(METHODS[proper], params)
        answer = outcome.answer()
        self._note(request, outcome, answer.status)
        return answer

    async def _carry_out(self, method: Method, params: Params) -> _Outcome:
        if self.telegram.logged_out:
            return _Outcome(error=bad_request("Logged out"))
        try:
            result = method(self.telegram, params)
            return _Outcome(await result if inspect.isawaitable(result) else result)
        except ApiError as error:
            return _Outcome(error=error)

    async def _go_wrong(self, request: _Request, fault: Fault) -> Answer:
        """Carry the call out or not, and tell the caller what the fault says. What is told, and whether it is true, is written down."""
        await asyncio.sleep(fault.delay)
        fails = bool(fault.drop or fault.status or fault.body)
        carried_out = fault.stored or not fails
        outcome = await self._carry_out(METHODS[request.method], request.params) if carried_out else _Outcome(error=fault.error())
        answer = _told(fault) if fails else outcome.answer()
        self._note(request, outcome, 0 if fault.drop else answer.status)
        await asyncio.sleep(fault.hold)
        if fault.drop:
            raise Hangup
        return answer

    def _note(self, request: _Request, outcome: _Outcome, status: int) -> None:
        self.telegram.journal.add(
            Call(
                number=request.number,
                method=request.method,
                params=request.params.values,
                chat=request.params.chat(),
                at=request.at,
                time=request.time,
                status=status,
                description=outcome.error.description if outcome.error else "",
                stored=outcome.error is None,
                message_id=outcome.result.get("message_id") if isinstance(outcome.result, dict) else None,
                via=request.via,
            )
        )

    async def _call_from_webhook(self, name: str, values: Json) -> None:
        try:
            await self.call(name, Params(values), via="webhook")
        except Hangup:
            return

    def _webhook_changed(self) -> None:
        """Serve the new address with all that waits, and leave the old one."""
        old, self.webhook = self.webhook, Webhook(self.telegram, self._call_from_webhook) if self.telegram.webhook else None
        self.telegram.updates.on_arrival = self.webhook.arrived if self.webhook else None
        if self.webhook:
            for update_id, update in list(self.telegram.updates.pending.items()):
                self.webhook.arrived(update_id, update)
        if old:
            task = asyncio.get_running_loop().create_task(old.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End all deliveries."""
        if self.webhook:
            await self.webhook.close()
        await asyncio.gather(*self._closing)


def _told(fault: Fault) -> Answer:
    """What the caller gets to see of a fault."""
    if fault.body:
        return Answer(fault.status or 502, {}, fault.body)
    return _Outcome(error=fault.error()).answer()
