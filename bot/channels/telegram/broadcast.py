"""Telegram's end of the outbox: one message of many, to one person or to the public channel."""

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.channels.telegram.render import render
from bot.channels.telegram.sending import NO_PREVIEW, keyboard, outcome_of
from bot.core.delivery import Outcome, Sent
from bot.core.message import Line, Reply, Role, Status
from bot.core.push import Delivery


class Broadcast:
    """Sends deliveries. `per_second`: most messages a second."""

    def __init__(self, bot: Bot, per_second: float) -> None:
        self._bot = bot
        self.per_second = per_second

    async def send(self, delivery: Delivery) -> Outcome:
        """Send one message; its first line stands out, as the sender's name and what threatens are in it."""
        first, _, rest = delivery.message.full(delivery.to.lang).partition("\n")
        blocks = (Line(first, Role.URGENT), *(Line(line) for line in rest.splitlines()))
        rendered = render(Reply(Status.ANSWER, blocks, delivery.message.choices))
        sent = []
        try:
            for number, text in enumerate(rendered.texts, start=1):
                message = await self._bot.send_message(
                    delivery.to.chat,
                    text,
                    parse_mode=ParseMode.HTML,
                    disable_notification=delivery.message.silent,
                    link_preview_options=NO_PREVIEW,
                    reply_markup=keyboard(rendered) if number == len(rendered.texts) else None,
                )
                sent.append(str(message.message_id))
        except TelegramError as error:
            return outcome_of(error) if not sent else Sent(tuple(sent))  # the first part holds what matters; no part goes out twice
        return Sent(tuple(sent))
