"""What Telegram shows of the bot before anybody writes: its commands and its description."""

import re

from telegram import Bot, BotCommand

from bot.core.knowledge import Knowledge, say

_COMMAND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MAX_TEXT = 512
_MAX_SHORT = 120


def commands(knowledge: Knowledge) -> list[tuple[str, str]]:
    """(command, description): the topics that have one, then the main places."""
    found = {topic.commands[0]: say(topic.title) for topic in knowledge.topics() if topic.commands}
    found |= {place: say(knowledge.subjects[place].title) for place in knowledge.centre.main_places}
    return [(name, title) for name, title in found.items() if _COMMAND.fullmatch(name)]


async def introduce(bot: Bot, knowledge: Knowledge) -> None:
    """Tell Telegram; raises TelegramError."""
    await bot.set_my_commands([BotCommand(name, title) for name, title in commands(knowledge)])
    text = f"Informator: {say(knowledge.centre.name)}. Godziny, adresy, telefony, warunki i terminy – ze źródłem i datą. W niebezpieczeństwie dzwoń: 112."
    await bot.set_my_short_description(text[:_MAX_SHORT])
    await bot.set_my_description(text[:_MAX_TEXT])
