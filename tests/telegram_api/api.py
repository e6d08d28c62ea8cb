"""A call from its arrival to its answer: faults, limits, the method itself, the journal."""

import asyncio
import inspect
import time
from dataclasses import dataclass
from typing import Any

from tests.telegram_api import answering, sending
from tests.telegram_api.errors import ApiError, Hangup, Json, bad_request
from tests.telegram_api.faults import Fault
from tests.telegram_api.journal import Call
from tests.telegram_api.methods import Described, Method, find
from tests.telegram_api.params import Params
from tests.telegram_api.telegram import Telegram
from tests.telegram_api.webhook import Webhook

__all__ = ["Answer", "Api", "answering", "sending"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the caller: an object, or text that is no JSON."""

    status: int
    body: Json
    text: str = ""


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
        arrived = (time.monotonic(), time.time())
        number = self.telegram.journal.next_number()
        try:
            proper, function = find(name)
            chat = params.chat()
        except ApiError as error:
            return _Outcome(error=error).answer()
        fault = self.telegram.faults.strike(proper, chat)
        if fault is None:
            outcome = await self._carry_out(function, params)
            self._note(number, proper, params, arrived, outcome, via)
            return outcome.answer()
        return await self._go_wrong(fault, function, (number, proper, params, arrived, via))

    async def _carry_out(self, function: Method, params: Params) -> _Outcome:
        if self.telegram.logged_out:
            return _Outcome(error=bad_request("Logged out"))
        try:
            result = function(self.telegram, params)
            return _Outcome(await result if inspect.isawaitable(result) else result)
        except ApiError as error:
            return _Outcome(error=error)

    async def _go_wrong(self, fault: Fault, function: Method, call: tuple[int, str, Params, tuple[float, float], str]) -> Answer:
        number, proper, params, arrived, via = call
        await asyncio.sleep(fault.delay)
        fails = bool(fault.drop or fault.status or fault.body)
        done = await self._carry_out(function, params) if fault.stored or not fails else _Outcome(error=fault.error())
        told = Answer(fault.status or 502, {}, fault.body) if fault.body else _Outcome(error=fault.error()).answer() if fails else done.answer()
        status = 0 if fault.drop else told.status
        self._note(number, proper, params, arrived, done, via, told=status if fails else None)
        await asyncio.sleep(fault.hold)
        if fault.drop:
            raise Hangup
        return told

    def _note(  # noqa: PLR0913, PLR0917
        self, number: int, name: str, params: Params, arrived: tuple[float, float], outcome: _Outcome, via: str, *, told: int | None = None
    ) -> None:
        error = outcome.error
        status = told if told is not None else error.status if error else 200
        description = error.description if error else ""
        message_id = outcome.result.get("message_id") if isinstance(outcome.result, dict) else None
        at, unix = arrived
        self.telegram.journal.add(
            Call(number, name, params.values, params.chat(), at, unix, status, description, stored=error is None, message_id=message_id, via=via)
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
