"""Telegram's postman: what waits is made ready with the messages of ours whose place it takes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import ValidationError

from bot.channels import postman
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.sending import Body, Parcel
from bot.core.delivery import Outcome, Waiting

Send = Callable[[Parcel], Awaitable[Outcome]]


@dataclass(slots=True)
class _Letter:
    """A parcel and how to send it."""

    parcel: Parcel
    through: Send
    answers: str

    def apologise(self) -> None:
        self.parcel.late = self.parcel.late or not self.parcel.sent

    async def send(self) -> Outcome:
        return await self.through(self.parcel)


class Postman(postman.Postman):
    """Sends waiting replies to Telegram."""

    def __init__(self, office: postman.Office, inbox: Inbox, send: Send) -> None:
        """`send` takes a parcel to Telegram."""
        super().__init__(office, inbox, self._made_ready)
        self._earlier_of = inbox.answers_to
        self._send = send

    async def _made_ready(self, reply: Waiting) -> _Letter | None:
        try:
            body = Body.model_validate_json(reply.body)
        except ValidationError:
            return None
        return _Letter(Parcel(body, await self._earlier(reply, body)), self._send, str(body.address.answers or ""))

    async def _earlier(self, reply: Waiting, body: Body) -> tuple[int, ...]:
        """Our messages whose place the reply takes: the one whose button was pressed, or those that answered before the edit."""
        if body.address.replaces:
            return (body.address.replaces,)
        if not body.address.edited:
            return ()
        return tuple(int(message) for message in await self._earlier_of(reply.chat, str(body.address.answers)))
