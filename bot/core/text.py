"""Text as people type it, brought to one plain form: folded letters, tokens, stems."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

MAX_CHARS = 800
"""Characters of a message that are read: a long story keeps its beginning and its end, where the question usually is."""

MAX_WORD = 32
"""Longer ones are noise, no words."""

BREAK, QUESTION = "|", "?"
BREAKS = frozenset({BREAK, QUESTION})
"""Tokens that stand for the end of a sentence; no phrase reaches across them."""

_TOKEN = re.compile(r"\d+(?:[:.,/]\d+)+|\d+|[^\W\d_]+|[?!;\n]|\.(?=\s|$)")
_NO_DECOMPOSITION = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "đ": "d", "ß": "ss", "’": "'", "ʼ": "'"})
_POLISH = str.maketrans("ąćęłńóśźż–—„”", 'acelnoszz--""')
_LOOKALIKE = str.maketrans("аеорсухікмтвн", "aeopcyxikmtbh")
_ABBREVIATIONS = frozenset(
    [
        "ul",
        "godz",
        "tel",
        "nr",
        "pok",
        "al",
        "os",
        "pl",
        "sw",
        "np",
        "itp",
        "itd",
        "tzw",
        "ds",
        "dr",
        "prof",
        "im",
        "wg",
        "ok",
        "pn",
        "pon",
        "wt",
        "sr",
        "czw",
        "pt",
        "sob",
        "nd",
        "m",
        "in",
        "s",
        "r",
        "p",
    ]
)
_SPELT_OUT = (
    (re.compile(r"(?<!\S)[-−–](?=\d{1,2}\b(?![:.]\d))"), "minus "),  # "ma być -18"
    (re.compile(r"(?<=\d\d)\+"), " plus "),  # "800+"
    (re.compile(r"\bmają\b", re.IGNORECASE), "posiadaja"),  # folded, "do 17 mają" would be the seventeenth of May
)
"""What would be lost or misread once a text is folded and split."""
_NUMBER = frozenset(("numer", "nr"))
_SHORT_NUMBER = re.compile(r"^\d{1,3}$")
_LATIN_AND_CYRILLIC = re.compile(r"(?=.*[a-z])(?=.*[а-яіїєґ])")

# Inflectional endings of Polish (folded), longest first. Deliberately light: words keep their derivational suffixes, so that
# "otwarty" and "otwierać" stay apart, and verbs in -uje/-ują keep "uj" so that "pracuje" does not meet "praca".
_ENDINGS = tuple(
    sorted(
        [
            "a",
            "e",
            "i",
            "o",
            "u",
            "y",
            "ie",
            "ii",
            "ia",
            "iu",
            "io",
            "iom",
            "om",
            "em",
            "iem",
            "am",
            "ami",
            "iami",
            "ach",
            "iach",
            "owi",
            "iowi",
            "ow",
            "iow",
            "ego",
            "iego",
            "emu",
            "iemu",
            "ej",
            "iej",
            "ym",
            "im",
            "ych",
            "ich",
            "ymi",
            "imi",
            "aja",
            "ac",
            "ec",
            "ic",
            "yc",
            "asz",
            "esz",
            "isz",
            "ysz",
            "amy",
            "emy",
            "imy",
            "ymy",
            "acie",
            "ecie",
            "icie",
            "ycie",
        ],
        key=len,
        reverse=True,
    )
)
_CYRILLIC_ENDINGS = tuple(
    sorted(
        ["а", "е", "и", "о", "у", "ы", "і", "я", "ю", "ь", "ой", "ою", "ей", "ею", "ам", "ах", "ами", "ых", "ого", "ому", "ет", "ит", "ут", "ют", "ть", "ти"],
        key=len,
        reverse=True,
    )
)
_MIN_STEM = 3


def clip(text: str) -> str:
    """Return at most MAX_CHARS characters: the first and the last half of a longer text."""
    if len(text) <= MAX_CHARS:
        return text
    half = MAX_CHARS // 2
    return f"{text[:half]} {text[-half:]}"


def fold(text: str) -> str:
    """Lower-case without diacritics, control, format and combining characters; digits and letters of other scripts become plain ones.

    NFKD does not split ł, so it is mapped by hand (reference: Unicode TR15).
    """
    text = text.lower().translate(_POLISH)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_NO_DECOMPOSITION))
        text = "".join(c if c.isascii() else _plain(c) for c in text)
    return text.lower()


@lru_cache(maxsize=4_096)
def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    return char if category[0] == "L" else " "


def tokens(text: str) -> list[str]:
    """Split folded text into words, numbers ("18:00", "24.12") and sentence ends (BREAKS)."""
    out: list[str] = []
    for piece in _TOKEN.findall(text):
        if not piece[0].isalnum():
            if out and out[-1] not in BREAKS and not (piece == "." and out[-1] in _ABBREVIATIONS):
                out.append(QUESTION if piece == QUESTION else BREAK)
        elif not piece.isascii() and _LATIN_AND_CYRILLIC.match(piece):
            out.append(piece.translate(_LOOKALIKE))
        else:
            out.append(piece)
    return out


def read(text: str, shorthand: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Tokens of a message as typed: clipped, folded, shorthand expanded; "numer 6" is read as "6"."""
    text = clip(text)
    for pattern, words_for_it in _SPELT_OUT:
        text = pattern.sub(words_for_it, text)
    words = [word for word in tokens(fold(text)) if len(word) <= MAX_WORD]
    if shorthand and not shorthand.keys().isdisjoint(words):
        words = [part for word in words for part in shorthand.get(word, (word,))]
    if _NUMBER.isdisjoint(words):
        return words
    return [word for i, word in enumerate(words) if not (word in _NUMBER and i + 1 < len(words) and _SHORT_NUMBER.match(words[i + 1]))]


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The part of a folded word that its inflected forms share ("noclegowni", "noclegownia" -> "noclegown").

    A light suffix stripper, not a lemmatiser: lemmas were measured to add nothing beside character n-grams.
    """
    if len(word) <= _MIN_STEM or not word.isalpha():
        return word
    endings = _ENDINGS if word.isascii() else _CYRILLIC_ENDINGS
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            word = word[: -len(ending)]
            break
    if word.endswith("ek") and len(word) > _MIN_STEM + 1:
        return word[:-2] + "k"  # ośrodek, ośrodka
    if word.endswith("rz") and len(word) > _MIN_STEM + 1:
        return word[:-1]  # piętrze, piętro
    if word.endswith("kc"):
        return word[:-1] + "t"  # punkcie, punkt
    return word
