"""The outbox's end of SMS: one message of many to one phone, in the wording that fits one SMS."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from bot.channels.sms.gateway import Sms
from bot.core.delivery import Outcome
from bot.core.push import Delivery


class Broadcast:
    """Sends deliveries. `per_second`: most messages a second."""

    def __init__(self, send: Callable[[Sms], Awaitable[Outcome]], per_second: float) -> None:
        self._send = send
        self.per_second = per_second

    async def send(self, delivery: Delivery) -> Outcome:
        """Send one message."""
        return await self._send(Sms(delivery.to.chat, delivery.message.short(delivery.to.lang), key_of(delivery)))


def key_of(delivery: Delivery) -> str:
    """What makes the message known to carriers: the same at every try, and never that of another message, not even in a new database."""
    said = f"{delivery.to.chat} {delivery.message.short(delivery.to.lang)}"
    return f"d{delivery.id}-{sha256(said.encode()).hexdigest()[:16]}"


def delivery_of(key: str) -> int | None:
    """The delivery's id; None where the key is of something else."""
    number = key.removeprefix("d").partition("-")[0]
    return int(number) if key.startswith("d") and number.isdigit() else None
