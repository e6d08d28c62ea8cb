"""SMS text: folded to the GSM-7 alphabet, and how many parts it takes."""

import unicodedata

_BASIC = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
_EXTENDED = frozenset("€[]{}^~|\\\f")
"""These take two septets."""
_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "–": "-", "—": "-", "−": "-", "„": '"', "”": '"', "“": '"', "’": "'", "…": "...", "°": "", "\u00a0": " ", "\u202f": " ", "•": "-"}
)
SINGLE, PART = 160, 153
_WIDE_SINGLE, _WIDE_PART = 70, 67


def fold(text: str) -> str:
    """The text without Polish letters and typographic signs; what has no place in GSM-7 even then stays, and costs parts."""
    return "".join(_letter(c) for c in unicodedata.normalize("NFC", text).translate(_PLAIN))


def fits(text: str) -> bool:
    """Whether GSM-7 can carry the text as it is."""
    return all(c in _BASIC or c in _EXTENDED for c in text)


def length(text: str) -> int:
    """Septets of a GSM-7 text, UTF-16 units of any other."""
    return sum(2 if c in _EXTENDED else 1 for c in text) if fits(text) else len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many SMS the text takes: an escape is never split, nor a character beyond UTF-16's first plane."""
    narrow = fits(text)
    if length(text) <= (SINGLE if narrow else _WIDE_SINGLE):
        return 1
    size, count, used = PART if narrow else _WIDE_PART, 1, 0
    for width in map(length, text) if narrow else (len(c.encode("utf-16-le")) // 2 for c in text):
        if used + width > size:
            count, used = count + 1, 0
        used += width
    return count


def _letter(char: str) -> str:
    if char in _BASIC or char in _EXTENDED:
        return char
    plain = "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c))
    return plain if plain and fits(plain) else char
