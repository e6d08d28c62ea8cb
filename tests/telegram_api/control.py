"""The operations of the tests' own door: people who act, faults, waiting, the journal."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from tests.telegram_api.answering import chosen
from tests.telegram_api.api import Api
from tests.telegram_api.chats import BLOCKED, KICKED, NOT_STARTED, Chat
from tests.telegram_api.entities import found, units
from tests.telegram_api.errors import ApiError, Json, bad_request
from tests.telegram_api.faults import Fault
from tests.telegram_api.limits import Limits, RateLimiter

Operation = Callable[..., Any]
REFUSALS = {"kicked": BLOCKED, "left": KICKED, "member": None, "administrator": None}
"""What the bot is told when it writes, by its standing in the chat."""
_RIGHTS = {
    **dict.fromkeys(("can_be_edited", "is_anonymous", "can_restrict_members", "can_promote_members", "can_post_stories"), False),
    **dict.fromkeys(("can_edit_stories", "can_delete_stories", "can_manage_video_chats", "can_change_info"), False),
    **dict.fromkeys(("can_manage_chat", "can_delete_messages", "can_invite_users", "can_post_messages", "can_edit_messages"), True),
}


class Control:
    """Each public coroutine or function is an operation, called by name with JSON-like arguments."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._telegram = api.telegram

    async def call(self, operation: str, arguments: Json) -> Any:
        """Carry out an operation; raises 404 for an unknown one and 400 for arguments that do not fit."""
        function = None if operation.startswith("_") or operation == "call" else getattr(self, operation, None)
        if function is None:
            raise ApiError(404, f"Not Found: no operation {operation}")
        try:
            result = function(**arguments)
        except TypeError as error:
            raise bad_request(str(error)) from error
        return await result if asyncio.iscoroutine(result) else result

    def add_chat(self, info: Json, topics: list[int] | None = None, *, started: bool = True) -> Json:
        """A chat that the bot may write to, or a person who has not started it yet."""
        return self._telegram.chats.add(info, None if started else NOT_STARTED, topics).info

    def add_people(self, count: int, first_id: int = 1_000_001) -> None:
        """So many people who have started the bot, numbered from `first_id`."""
        for number in range(first_id, first_id + count):
            self._telegram.chats.add({"id": number, "type": "private", "first_name": f"Person {number}"})

    def say(self, chat_id: int, sender: Json | None, content: Json, thread: int = 0, reply_to: int = 0) -> Json:
        """A message of a person (or a post in a channel); answers with the message, sent to the bot as an update."""
        chat = self._telegram.chats.find(chat_id)
        self._let_write(chat)
        message = {
            "message_id": self._telegram.chats.next_id(chat),
            **({"from": sender} if sender else {"sender_chat": chat.info}),
            "chat": chat.info,
            "date": int(self._telegram.settings.now()),
            **({"message_thread_id": thread, "is_topic_message": True} if thread else {}),
            **({"reply_to_message": _known(chat, reply_to)} if reply_to else {}),
            **_with_entities(content),
        }
        self._telegram.chats.store(chat, message)
        if self._is_shown(message):
            self._telegram.updates.push({"message" if sender else "channel_post": message})
        return message

    def edit(self, chat_id: int, message_id: int, content: Json) -> Json:
        """A person changes a message of theirs."""
        chat = self._telegram.chats.find(chat_id)
        old = _known(chat, message_id)
        kept = {name: value for name, value in old.items() if name not in {"text", "entities"}}
        message = {**kept, "edit_date": int(self._telegram.settings.now()), **_with_entities(content)}
        chat.messages[message_id] = message
        self._telegram.updates.push({"edited_message" if "from" in message else "edited_channel_post": message})
        return message

    def press(self, chat_id: int, sender: Json, data: str, message_id: int = 0, message: Json | None = None) -> Json:
        """A person presses a button of a stored message, or of one that is given because it is long forgotten."""
        chat = self._telegram.chats.find(chat_id)
        query = {
            "id": self._telegram.open_query(chat, {"data": data}),
            "from": sender,
            "message": message or _known(chat, message_id),
            "chat_instance": str(chat_id),
            "data": data,
        }
        self._telegram.updates.push({"callback_query": query})
        return query

    def ask_inline(self, sender: Json, query: str, offset: str = "") -> Json:
        """A person types @bot and a query in some chat; nothing happens where @BotFather was not told /setinline."""
        if not self._telegram.settings.inline:
            raise bad_request("the bot does not support inline queries")
        chat = self._telegram.chats.find(sender["id"])
        content = {"id": self._telegram.open_query(chat, {"query": query}), "from": sender, "query": query, "offset": offset, "chat_type": "sender"}
        self._telegram.updates.push({"inline_query": content})
        return content

    def choose(self, chat_id: int, sender: Json, result: Json) -> Json:
        """A person sends a result of an inline query into a chat; the bot hears of it where it is in that chat."""
        return self.say(chat_id, sender, chosen(self._telegram, result))

    def set_member(self, chat_id: int, sender: Json, status: str) -> None:
        """The bot's standing changes: `kicked` (blocked by a person), `left`, `member`, `administrator`."""
        chat = self._telegram.chats.find(chat_id)
        old = "kicked" if chat.refusal == BLOCKED else "left" if chat.refusal else "member"
        chat.refusal = REFUSALS[status]
        change = {
            "chat": chat.info,
            "from": sender,
            "date": int(self._telegram.settings.now()),
            "old_chat_member": self._member(old),
            "new_chat_member": self._member(status),
        }
        self._telegram.updates.push({"my_chat_member": change})

    def push(self, update: Json) -> Json | None:
        """Any update at all, known or not; without an id it gets the next one."""
        return self._telegram.updates.push(update, filtered=False)

    async def post(self, body: str) -> int:
        """Post any text to the webhook once, with the right secret; whether it was taken (200) or not (0)."""
        if self._api.webhook is None:
            raise bad_request("no webhook is set")
        response = await self._api.webhook.post(body.encode())
        return response.status_code if response else 0

    async def wait(self, chat_id: int, kinds: list[str], after: int = 0, timeout: float = 5.0) -> Json | None:  # noqa: ASYNC109
        """The bot's first action of these kinds in a chat after the numbered one; None when none comes in time."""
        chat = self._telegram.chats.find(chat_id)
        return await chat.bell.until(lambda: chat.after(after, kinds), timeout)

    async def drained(self, timeout: float = 5.0) -> bool:  # noqa: ASYNC109
        """Whether the bot acknowledges all that waits within the time."""
        return await self._telegram.updates.drained(timeout)

    def pending(self) -> list[Json]:
        """Updates that the bot has not acknowledged."""
        return list(self._telegram.updates.pending.values())

    def messages(self, chat_id: int) -> list[Json]:
        """The remembered messages of a chat, both sides, in order."""
        return list(self._telegram.chats.find(chat_id).messages.values())

    def fault(self, **rule: Any) -> int:
        """Put a rule in force; answers with its number."""
        return self._telegram.faults.add(Fault(**rule))

    def faults(self) -> list[Json]:
        """The rules in force, with how often each struck."""
        return self._telegram.faults.listed()

    def heal(self, number: int | None = None) -> None:
        """Take one rule away, or all."""
        self._telegram.faults.remove(number)

    def limit(self, **limits: Any) -> None:
        """Switch rate limits on with these numbers; `limit(off=True)` switches them off."""
        self._telegram.limiter = RateLimiter(None if limits.pop("off", False) else Limits(**limits))

    def journal(self, **wanted: Any) -> list[Json]:
        """Calls whose fields equal those given (method, chat, status, stored, via); also `after` a number, and only the `last` ones."""
        return list(self._telegram.journal.find(wanted))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many calls of each method ended with which status; 0 for dropped."""
        return {method: {str(status): count for status, count in by.items()} for method, by in self._telegram.journal.counts.items()}

    def sent(self) -> dict[str, int]:
        """How many messages of the bot each chat has got."""
        return {str(chat): count for chat, count in self._telegram.journal.sent.items()}

    def forget(self) -> None:
        """Empty the journal and its counts."""
        self._telegram.journal.forget()

    def _let_write(self, chat: Chat) -> None:
        if chat.refusal in {BLOCKED, KICKED}:
            raise bad_request("who has blocked the bot must unblock it before writing")
        chat.refusal = None

    def _member(self, status: str) -> Json:
        rights = _RIGHTS if status == "administrator" else {"until_date": 0} if status == "kicked" else {}
        return {"user": self._telegram.bot, "status": status, **rights}

    def _is_shown(self, message: Json) -> bool:
        """Under privacy mode a bot sees only commands, its name and replies to it in groups."""
        if not self._telegram.settings.privacy or message["chat"]["type"] not in {"group", "supergroup"}:
            return True
        replied = message.get("reply_to_message", {}).get("from", {}).get("id") == self._telegram.bot["id"]
        text = message.get("text", "")
        return bool(replied or text.startswith("/") or re.search(rf"@{self._telegram.settings.username}\b", text, re.IGNORECASE))


def _known(chat: Chat, message_id: int) -> Json:
    try:
        return chat.messages[message_id]
    except KeyError:
        raise bad_request(f"no message {message_id} in chat {chat.id}") from None


def _with_entities(content: Json) -> Json:
    """Text with what Telegram finds in it; longer than a client would send is the test's mistake."""
    text = content.get("text")
    if text is None or "entities" in content:
        return content
    if not 1 <= units(text) <= 4096:
        raise bad_request("a person's message has 1 to 4096 characters")
    entities = found(text)
    return {**content, "entities": entities} if entities else content
