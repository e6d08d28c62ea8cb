"""Addresses that people pass on from Telegram: a card's, and the bot's own that opens a subject at once."""

from dataclasses import dataclass

from bot.channels.sharing import through_telegram, web_card
from bot.core.message import Card


@dataclass(frozen=True, slots=True)
class Links:
    """`home`: the address of the site with the cards, "" where the world cannot reach it; `name`: the bot's user name."""

    home: str
    name: str

    def card(self, key: str) -> str:
        """The card's page, which opens without Telegram; without a site the bot itself, which shows the same."""
        return web_card(self.home, key) if self.home else self.start(key)

    def start(self, key: str) -> str:
        """Opens the bot with the answer to a subject."""
        return f"https://t.me/{self.name}?start={key}"

    def share(self, card: Card) -> str:
        """Lets people pick whom to send a card to."""
        return through_telegram(self.card(card.key), card.title)
