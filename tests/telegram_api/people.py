"""People who use the bot: they write, press, share and block, and wait for what the bot does."""

import re
from typing import Any, Protocol

from tests.telegram_api.errors import Json

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Door(Protocol):
    """Where operations are carried out."""

    async def call(self, operation: str, **arguments: Any) -> Any:
        """Carry out an operation by its name."""


class Talk:
    """One person in one chat (or a channel, where nobody in particular speaks)."""

    def __init__(self, door: Door, chat: Json, user: Json | None, topic: int = 0) -> None:
        self._door = door
        self.chat = chat
        self.user = user
        self.topic = topic
        self._seen: dict[str, int] = {}

    @property
    def id(self) -> int:
        """The chat's number."""
        return int(self.chat["id"])

    def in_chat(self, chat: Json, topic: int = 0) -> "Talk":
        """The same person in a group, or in a topic of a forum."""
        return Talk(self._door, chat, self.user, topic)

    async def send(self, content: Json, reply_to: Json | None = None) -> Json:
        """Send a message with any content; what arrives at the bot is returned."""
        answered = (reply_to or {}).get("message_id", 0)
        return dict(await self._door.call("say", chat_id=self.id, sender=self.user, content=content, thread=self.topic, reply_to=answered))

    async def say(self, text: str, reply_to: Json | None = None) -> Json:
        """Write text. Commands and mentions in it get their entities as Telegram gives them."""
        return await self.send({"text": text}, reply_to)

    async def start(self, payload: str = "") -> Json:
        """Open the bot, by a deep link when there is a payload."""
        if payload and not _PAYLOAD.fullmatch(payload):
            raise ValueError("Telegram opens no link with such a start payload")
        return await self.say(f"/start {payload}".strip())

    async def edit(self, message: Json, text: str) -> Json:
        """Change a message that this person wrote."""
        return dict(await self._door.call("edit", chat_id=self.id, message_id=message["message_id"], content={"text": text}))

    async def press(self, message: Json, label: str) -> Json:
        """Press a button of a message by its label; the callback query is returned."""
        data = next((button["callback_data"] for button in _buttons(message) if button["text"] == label and "callback_data" in button), None)
        if data is None:
            raise ValueError(f"no button {label!r} among {buttons(message)}")
        return await self.press_data(message, data)

    async def press_data(self, message: Json, data: str, *, forgotten: bool = False) -> Json:
        """Press a button with this data, whatever the message shows; `forgotten` takes the message as given."""
        given: Json = {"message": message} if forgotten else {"message_id": message["message_id"]}
        return dict(await self._door.call("press", chat_id=self.id, sender=self.user, data=data, **given))

    async def ask_inline(self, query: str, offset: str = "") -> Json:
        """Type @bot and a query, in whatever chat."""
        return dict(await self._door.call("ask_inline", sender=self.user, query=query, offset=offset))

    async def choose(self, result: Json) -> Json:
        """Send a result of an inline query into this chat; the message that everybody there sees is returned."""
        return dict(await self._door.call("choose", chat_id=self.id, sender=self.user, result=result))

    async def block(self) -> None:
        """Block the bot (or throw it out of a group)."""
        await self.set_bot("kicked")

    async def unblock(self) -> None:
        """Let the bot write again."""
        await self.set_bot("member")

    async def set_bot(self, status: str) -> None:
        """Change the bot's standing here: `kicked`, `left`, `member` or `administrator`."""
        await self._door.call("set_member", chat_id=self.id, sender=self.user, status=status)

    async def reply(self, timeout: float = 5.0) -> Json:  # noqa: ASYNC109
        """The bot's next message here that this talk has not yet seen."""
        return dict(await self.event("message", timeout))

    async def edited(self, timeout: float = 5.0) -> Json:  # noqa: ASYNC109
        """The next message that the bot changed here."""
        return dict(await self.event("edit", timeout))

    async def toast(self, timeout: float = 5.0) -> Json:  # noqa: ASYNC109
        """The bot's next answer to a button press here."""
        return dict(await self.event("callback_answer", timeout))

    async def results(self, timeout: float = 5.0) -> Json:  # noqa: ASYNC109
        """The bot's next answer to an inline query of this person (asked from their private chat)."""
        return dict(await self.event("inline_answer", timeout))

    async def event(self, kind: str, timeout: float = 5.0) -> Any:  # noqa: ASYNC109
        """The next thing of a kind that the bot did here: `message`, `edit`, `delete`, `action`, `callback_answer`, `inline_answer`."""
        event = await self._door.call("wait", chat_id=self.id, kinds=[kind], after=self._seen.get(kind, 0), timeout=timeout)
        if event is None:
            raise TimeoutError(f"no {kind} in chat {self.id} within {timeout} s")
        self._seen[kind] = event["number"]
        return event["payload"]


def buttons(message: Json) -> list[str]:
    """The labels under a message."""
    return [button["text"] for button in _buttons(message)]


def _buttons(message: Json) -> list[Json]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def _file(kind: str, **more: Any) -> Json:
    return {"file_id": f"{kind}-file", "file_unique_id": f"{kind}-unique", **more}


ATTACHMENTS: dict[str, Json] = {
    "photo": {"photo": [_file("photo", width=90, height=90), _file("photo-large", width=800, height=800)]},
    "voice": {"voice": _file("voice", duration=3, mime_type="audio/ogg")},
    "audio": {"audio": _file("audio", duration=180, title="Piosenka")},
    "video": {"video": _file("video", width=320, height=240, duration=5)},
    "video_note": {"video_note": _file("video_note", length=240, duration=5)},
    "animation": {"animation": _file("animation", width=320, height=240, duration=2)},
    "sticker": {"sticker": _file("sticker", width=512, height=512, is_animated=False, is_video=False, type="regular", emoji="👍")},
    "location": {"location": {"latitude": 50.348, "longitude": 18.915}},
    "venue": {"venue": {"location": {"latitude": 50.348, "longitude": 18.915}, "title": "Rynek", "address": "Rynek 1"}},
    "contact": {"contact": {"phone_number": "+48500600700", "first_name": "Jan"}},
    "document": {"document": _file("document", file_name="pismo.pdf", mime_type="application/pdf")},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {
        "poll": {
            "id": "5001",
            "question": "Kiedy?",
            "options": [{"text": "dziś", "voter_count": 0, "persistent_id": "1"}, {"text": "jutro", "voter_count": 0, "persistent_id": "2"}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
}
"""One message of each kind that is no text, for `Talk.send`."""
