"""What tests hold in their hands: the fake's address, its people, its faults and its journal."""

from typing import Any

import httpx

from tests.telegram_api.errors import ApiError, Json
from tests.telegram_api.people import Talk


class FakeTelegram:
    """A running fake, wherever it runs. Every operation of `Control` can be called by name; the common ones have methods."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self.base_url = f"{url}/bot"
        """What python-telegram-bot calls base_url."""
        self._last_id = 1_000

    async def call(self, operation: str, **arguments: Any) -> Any:
        """Carry out an operation of `Control`."""
        raise NotImplementedError

    async def person(self, first_name: str = "Anna", *, language: str = "pl", started: bool = True, number: int = 0) -> Talk:
        """A new person in their private chat with the bot, which they have started unless told otherwise."""
        user = {"id": number or self._new_id(), "is_bot": False, "first_name": first_name, "language_code": language}
        info = {"id": user["id"], "type": "private", "first_name": first_name}
        return Talk(self, await self.call("add_chat", info=info, started=started), user)

    async def group(self, title: str = "Sąsiedzi", topics: list[int] | None = None) -> Json:
        """A supergroup with the bot in it; with topics it is a forum. People talk there by `person.in_chat(group)`."""
        info = {"id": -1_000_000_000_000 - self._new_id(), "type": "supergroup", "title": title, **({"is_forum": True} if topics else {})}
        return dict(await self.call("add_chat", info=info, topics=topics))

    async def channel(self, username: str = "kanal_testowy") -> Talk:
        """A public channel with the bot as administrator; `say` there is a channel post."""
        info = {"id": -1_000_000_000_000 - self._new_id(), "type": "channel", "title": "Kanał", "username": username}
        return Talk(self, await self.call("add_chat", info=info), None)

    async def fault(self, **rule: Any) -> int:
        """Let calls go wrong; the fields are those of `Fault`."""
        return int(await self.call("fault", **rule))

    async def heal(self, number: int | None = None) -> None:
        """Take one rule away, or all."""
        await self.call("heal", number=number)

    async def journal(self, **wanted: Any) -> list[Json]:
        """Calls whose fields (those of `Call`) equal the given; also `after` a number and only the `last`."""
        return list(await self.call("journal", **wanted))

    async def counts(self) -> dict[str, dict[str, int]]:
        """Calls by method and status."""
        return dict(await self.call("counts"))

    async def sent(self) -> dict[int, int]:
        """Messages of the bot that arrived, by chat."""
        return {int(chat): count for chat, count in (await self.call("sent")).items()}

    async def messages(self, chat_id: int) -> list[Json]:
        """The remembered messages of a chat, both sides, in order."""
        return list(await self.call("messages", chat_id=chat_id))

    async def push(self, update: Json) -> Json:
        """Any update, known to the Bot API or not."""
        return dict(await self.call("push", update=update))

    async def drained(self, timeout: float = 5.0) -> bool:  # noqa: ASYNC109
        """Whether the bot acknowledges all its updates within the time."""
        return bool(await self.call("drained", timeout=timeout))

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id


class RemoteTelegram(FakeTelegram):
    """A fake in another process, reached through /_control/."""

    def __init__(self, url: str, token: str, client: httpx.AsyncClient) -> None:
        super().__init__(url, token)
        self._client = client

    async def call(self, operation: str, **arguments: Any) -> Any:
        """Carry out an operation over HTTP."""
        answer = (await self._client.post(f"{self.url}/_control/{operation}", json=arguments)).json()
        if not answer["ok"]:
            raise ApiError(answer["error_code"], answer["description"])
        return answer["result"]
