"""What Telegram shows of the bot before anybody writes: its commands and its description."""

import re

from telegram import Bot, BotCommand

from bot.core.handout import COMMAND
from bot.core.knowledge import Knowledge, say

_COMMAND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MAX_ABOUT_COMMAND = 256
_MAX_TEXT = 512
_MAX_SHORT = 120
_ORDER = ("telefony", "tematy", "pomoc", "alerty", "prywatnosc", COMMAND, "start")
"""Commands below the places, the most useful first; others follow."""


def commands(knowledge: Knowledge) -> list[tuple[str, str]]:
    """(command, description): the main places, then the topics that have a command, and that for cards."""
    places = [(place, say(knowledge.subjects[place].title)) for place in knowledge.centre.main_places]
    topics = [(topic.commands[0], say(topic.title)) for topic in knowledge.topics() if topic.commands]
    topics.append((COMMAND, "Karta do przesłania: link, kod QR, SMS"))
    topics.sort(key=lambda found: _ORDER.index(found[0]) if found[0] in _ORDER else len(_ORDER))
    return [(name, title[:_MAX_ABOUT_COMMAND]) for name, title in dict((*places, *topics)).items() if _COMMAND.fullmatch(name)]


async def introduce(bot: Bot, knowledge: Knowledge) -> None:
    """Tell Telegram; raises TelegramError."""
    await bot.set_my_commands([BotCommand(name, title) for name, title in commands(knowledge)])
    short, full = descriptions(knowledge)
    await bot.set_my_short_description(short)
    await bot.set_my_description(full)


def descriptions(knowledge: Knowledge) -> tuple[str, str]:
    """(on the profile, in the empty chat): what the bot can do, and what not. The number to call in danger is never cut off."""
    danger = "W niebezpieczeństwie dzwoń: 112."
    name = say(knowledge.centre.name)
    short = f"{name}: godziny, adresy, telefony. {danger}"
    full = (
        f"Informator – {name}. Napisz zwyczajnie, o co chodzi: podam godziny, adresy, telefony, warunki i terminy, ze źródłem i datą.\n\n"
        f"Nie wydaję decyzji, nie znam spraw poszczególnych osób i nie wzywam pomocy. {danger}"
    )
    return (short if len(short) <= _MAX_SHORT else danger, full if len(full) <= _MAX_TEXT else danger)
