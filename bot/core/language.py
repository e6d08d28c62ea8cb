"""Which language a message is in, as far as the bot needs to know: Polish, Ukrainian, Russian or English."""

from collections.abc import Sequence

from bot.core.knowledge import DEFAULT_LANG

_UKRAINIAN = frozenset(("і", "ї", "є", "ґ"))
_UKRAINIAN_WORDS = frozenset(
    [
        "де",
        "чи",
        "куди",
        "можна",
        "мене",
        "мені",
        "коли",
        "який",
        "яка",
        "яке",
        "щоб",
        "дзвонити",
        "подзвонити",
        "треба",
        "будь",
        "ласка",
        "допомога",
        "зараз",
        "години",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "am",
        "my",
        "and",
        "not",
        "you",
        "your",
        "he",
        "she",
        "they",
        "we",
        "what",
        "where",
        "when",
        "who",
        "how",
        "can",
        "could",
        "would",
        "do",
        "does",
        "did",
        "please",
        "help",
        "need",
        "want",
        "someone",
        "there",
        "this",
        "that",
        "with",
        "for",
        "from",
        "have",
        "has",
        "open",
        "near",
        "sleep",
        "excuse",
        "speak",
        "english",
        "anybody",
        "anyone",
        "here",
        "i",
        "im",
        "me",
        "it's",
        "its",
    ]
)
_ENGLISH_SHARE = 0.4


def language_of(words: Sequence[str], default: str = DEFAULT_LANG) -> str:
    """Language code of folded words: by script, then by the share of common English words."""
    letters = "".join(words)
    if not letters.isascii() and any("а" <= c <= "я" or c in _UKRAINIAN for c in letters):
        cyrillic = [w for w in words if any("а" <= c <= "я" or c in _UKRAINIAN for c in w)]
        if 2 * len(cyrillic) >= len(words):
            return "uk" if any(c in _UKRAINIAN for c in letters) or not _UKRAINIAN_WORDS.isdisjoint(words) else "ru"
    if words and sum(w in _ENGLISH for w in words) >= max(2, _ENGLISH_SHARE * len(words)):
        return "en"
    return default
