"""Delivery to the bot's webhook: in order within a chat, several chats at once, repeated until the bot says 2xx."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable

import httpx

from tests.telegram_api.errors import Json
from tests.telegram_api.telegram import Telegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
CallMethod = Callable[[str, Json], Awaitable[None]]


class Webhook:
    """One address that is being served; it lives from setWebhook to the next change."""

    def __init__(self, telegram: Telegram, call_method: CallMethod) -> None:
        self._telegram = telegram
        self._call_method = call_method
        connections = telegram.webhook["max_connections"]
        self._free = asyncio.Semaphore(connections)
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.AsyncClient(timeout=telegram.settings.webhook_timeout, limits=limits, trust_env=False)
        self._headers = {"Content-Type": "application/json"}
        if telegram.webhook["secret_token"]:
            self._headers[SECRET_HEADER] = telegram.webhook["secret_token"]
        self._lanes: dict[int, deque[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def arrived(self, update_id: int, update: Json) -> None:
        """Queue an update behind those of its chat."""
        lane = lane_of(update)
        if lane in self._lanes:
            self._lanes[lane].append(update_id)
            return
        self._lanes[lane] = deque([update_id])
        task = asyncio.get_running_loop().create_task(self._serve(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End deliveries; what was not taken stays pending."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    async def _serve(self, lane: int) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._deliver(waiting[0])
            waiting.popleft()
        del self._lanes[lane]

    async def _deliver(self, update_id: int) -> None:
        """Post until it is taken, or was dropped meanwhile."""
        pause = self._telegram.settings.webhook_backoff
        while (update := self._telegram.updates.pending.get(update_id)) is not None:
            async with self._free:
                answer = await self.post(json.dumps(update).encode())
            if answer is not None:
                self._telegram.updates.forget(update_id)
                await self._obey(answer)
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._telegram.settings.webhook_backoff * 20)

    async def post(self, body: bytes) -> httpx.Response | None:
        """One delivery; None, and a remark in getWebhookInfo, when it failed."""
        try:
            response = await self._client.post(self._telegram.webhook["url"], content=body, headers=self._headers)
        except httpx.HTTPError as error:
            problem = "Connection timed out" if isinstance(error, httpx.TimeoutException) else "Connection refused or broken"
        else:
            if response.is_success:
                return response
            problem = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
        self._telegram.webhook.update(last_error_date=int(time.time()), last_error_message=problem)
        return None

    async def _obey(self, response: httpx.Response) -> None:
        """Carry out the method that the bot put into its answer; its result goes nowhere."""
        if "application/json" not in response.headers.get("content-type", ""):
            return
        try:
            answer = response.json()
        except ValueError:
            return
        if isinstance(answer, dict) and "method" in answer:
            await self._call_method(str(answer.pop("method")), answer)


def lane_of(update: Json) -> int:
    """The chat (or else the person) whose updates stay in order."""
    for content in update.values():
        if isinstance(content, dict):
            holder = content.get("message") if isinstance(content.get("message"), dict) else content
            owner = holder.get("chat") or content.get("from") if isinstance(holder, dict) else None
            if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                return int(owner["id"])
    return 0
