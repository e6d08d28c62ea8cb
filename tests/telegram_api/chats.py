"""Chats: who can be written to, what was said lately, and what the bot did there."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.telegram_api.bell import Bell
from tests.telegram_api.errors import ApiError, Json, bad_request

BLOCKED = "Forbidden: bot was blocked by the user"
KICKED = "Forbidden: bot was kicked from the group chat"
NOT_STARTED = "Forbidden: bot can't initiate conversation with a user"


@dataclass(slots=True)
class Chat:
    """A private chat, group, supergroup, forum or channel."""

    info: Json
    refusal: str | None = None
    """Why the bot may not write here, as the API says it."""
    topics: set[int] = field(default_factory=set)
    messages: dict[int, Json] = field(default_factory=dict)
    events: deque[Json] = field(default_factory=deque)
    """What the bot did here, for those who wait for it: messages, edits, deletions, answers to buttons."""
    event_number: int = 0
    bell: Bell = field(default_factory=Bell)

    @property
    def id(self) -> int:
        """The number: positive for people, negative for groups and channels."""
        return int(self.info["id"])

    def after(self, number: int, kinds: list[str]) -> Json | None:
        """The first event of these kinds after the numbered one."""
        if number >= self.event_number:
            return None
        return next((event for event in self.events if event["number"] > number and event["kind"] in kinds), None)


class Chats:
    """All chats, each remembering its last `history` messages and events."""

    def __init__(self, history: int, *, open_to_all: bool) -> None:
        self._chats: dict[int, Chat] = {}
        self._by_name: dict[str, Chat] = {}
        self._last_ids: dict[int, int] = {}
        self._history = history
        self._open_to_all = open_to_all

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._chats.values())

    def add(self, info: Json, refusal: str | None = None, topics: list[int] | None = None) -> Chat:
        """Make a chat known, or known anew."""
        chat = Chat(info, refusal, set(topics or []))
        self._chats[chat.id] = chat
        if "username" in info:
            self._by_name[f"@{info['username']}".lower()] = chat
        return chat

    def find(self, address: int | str | None) -> Chat:
        """The chat addressed by number or @name; raises 400 when there is none."""
        if address is None:
            raise bad_request("chat_id is empty")
        chat = self._by_name.get(address.lower()) if isinstance(address, str) else self._chats.get(address)
        if chat is None and self._open_to_all and isinstance(address, int) and address > 0:
            chat = self.add({"id": address, "type": "private", "first_name": f"Person {address}"})
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable(self, address: int | str | None) -> Chat:
        """The chat, if the bot may write to it; raises 403 when not."""
        chat = self.find(address)
        if chat.refusal is not None:
            raise ApiError(403, chat.refusal)
        return chat

    def next_id(self, chat: Chat) -> int:
        """Message ids count per group and channel, and together for all private chats, as with Telegram."""
        counter = min(chat.id, 0)
        self._last_ids[counter] = self._last_ids.get(counter, 0) + 1
        return self._last_ids[counter]

    def store(self, chat: Chat, message: Json) -> None:
        """Remember a message and let the oldest go."""
        chat.messages[message["message_id"]] = message
        if len(chat.messages) > self._history:
            del chat.messages[next(iter(chat.messages))]

    def publish(self, chat: Chat, kind: str, payload: object) -> None:
        """Tell those who wait in this chat what the bot did."""
        chat.event_number += 1
        chat.events.append({"number": chat.event_number, "kind": kind, "payload": payload})
        if len(chat.events) > self._history:
            chat.events.popleft()
        chat.bell.ring()
