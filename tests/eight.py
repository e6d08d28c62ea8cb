"""Eight questions whose answers can be told apart, to see what was answered, how often and in which order."""

from tests.telegram_api import Json

TALK = {
    "gdzie jest noclegownia": "📍 Noclegownia:",
    "dzień dobry": "Dzień dobry! Jestem",
    "gdzie jest KIS": "📍 KIS:",
    "/telefony": "W niebezpieczeństwie dzwoń: 112. Telefony",
    "gdzie jest CWR": "📍 CWR:",
    "/prywatnosc": "Nie zapisuję treści",
    "gdzie jest DPS": "Źródła ośrodka nie podają zasad przyjęcia",
    "dziękuję": "Proszę bardzo",
}
"""Each question, with how its answer begins."""
QUESTIONS = list(TALK)


def answered(messages: list[Json]) -> list[int]:
    """Which of the questions the bot's messages in a chat answer, by number, in the order they came; -1 for anything else."""
    texts = [message["text"] for message in messages if message["from"]["is_bot"]]
    return [next((number for number, start in enumerate(TALK.values()) if text.startswith(start)), -1) for text in texts]
