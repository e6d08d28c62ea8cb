"""Inline mode: "@bot noclegownia" in any chat offers cards to send there. A card is the bot's answer at this minute, and says so."""

from datetime import datetime

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InlineQuery, InlineQueryResultArticle, InputTextMessageContent
from telegram.constants import ParseMode

from bot.channels.telegram.links import Links
from bot.channels.telegram.render import last_line, render_card
from bot.channels.telegram.sending import NO_PREVIEW
from bot.core import freshness, opening, polish
from bot.core.dialogue import respond
from bot.core.knowledge import DEFAULT_LANG, Knowledge, Place
from bot.core.message import Card, Incoming, Session
from bot.core.search import cards
from bot.core.sentences import sentence

_MOST = 12
_DESCRIBED = 160
"""Characters of the line below a title; apps show two lines."""
_ASK = "Zapytaj Informatora"


async def offer(bot: Bot, query: InlineQuery, knowledge: Knowledge, links: Links, now: datetime) -> None:
    """Answer an inline query; raises TelegramError. The cards are the same for everybody, and Telegram may show them until the minute ends."""
    found = [] if query.offset else cards(knowledge, query.query, now)[:_MOST]
    articles = [_article(knowledge, card, links, freshness.minute(now)) for card in found]
    await bot.answer_inline_query(query.id, articles, cache_time=freshness.seconds(now), is_personal=False)


def _article(knowledge: Knowledge, card: Card, links: Links, now: datetime) -> InlineQueryResultArticle:
    reply = respond(knowledge, Session(), Incoming("", "", pressed=card.key), now)
    as_of = sentence("as-of", DEFAULT_LANG, when=f"{polish.day_month(now.date())}, {polish.clock(now)}")
    subject = knowledge.subjects[card.key]
    state = opening.now_line(subject, now) if isinstance(subject, Place) and subject.hours and subject.address else reply.blocks[0].plain()
    text = render_card(reply, last_line(as_of, links.card(card.key), card.title))
    return InlineQueryResultArticle(
        card.key,
        card.title,
        InputTextMessageContent(text, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(_ASK, url=links.start(card.key))]]),
        description=state[:_DESCRIBED],
    )
