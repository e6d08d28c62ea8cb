"""Replies said shorter: dates, hours and weekdays as people write them in an SMS, telephone numbers in one piece, nothing for decoration.

Nothing here changes a fact: what is left out is a word that an SMS reader fills in.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import phonenumbers

from bot.core.message import Block, Line, PhoneLine, Role

_MONTHS = ("stycz", "lut", "mar", "kwie", "maj", "czerw", "lip", "sierp", "wrze", "paździer", "listopad", "grud")
_MONTH = r"(stycz(?:nia|eń)|lut(?:ego|y)|mar(?:ca|zec)|kwie(?:tnia|cień)|maja?|czerw(?:ca|iec)|lip(?:ca|iec)|sierp(?:nia|ień)|wrze(?:śnia|sień)|październik(?:a)?|listopada?|grud(?:nia|zień))"
_WEEKDAYS = (
    (r"poniedziałk(?:u|i)|poniedziałek", "pon"),
    (r"wtork(?:u|i)|wtorek", "wt"),
    (r"środ(?:a|ę|y)", "śr"),
    (r"czwartk(?:u|i)|czwartek", "czw"),
    (r"piątk(?:u|i)|piątek", "pt"),
    (r"sobot(?:a|ę|y)", "sob"),
    (r"niedziel(?:a|ę|i|e)", "ndz"),
)


def _number_of(month: str) -> str:
    return f"{next(i for i, start in enumerate(_MONTHS, start=1) if month.startswith(start)):02d}"


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"\b(\d{{1,2}}) {_MONTH} (\d{{4}}) r\."), lambda m: f"{m[1]}.{_number_of(m[2])}.{m[3]}"),
    (re.compile(rf"\b(\d{{1,2}}) {_MONTH}\b"), lambda m: f"{m[1]}.{_number_of(m[2])}"),
    (re.compile(rf"\b{_MONTH} (\d{{4}})\b"), lambda m: f"{_number_of(m[1])}.{m[2]}"),
    *((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), short) for words, short in _WEEKDAYS),
    (re.compile(r"\b(?:Od|od) (\d{1,2}\.\d\d) do (\d{1,2}\.\d\d)\b"), r"\1-\2"),
    (re.compile(r"\b(\d{1,2}):00\b"), r"\1"),
    (re.compile(r"\(odbierają "), "("),
    (re.compile(r"\bcodziennie\b"), "codz."),
    (re.compile(r"\bgodz\. "), "g. "),
    (re.compile(r"^Źródło: (.*), stan na (.*?)(?= –|\.$)"), r"Wg: \1 \2"),
    (re.compile(r" – potwierdź telefonicznie\.$"), ", potwierdź tel."),
    (re.compile(r"\bhttps?://(?:www\.)?(\S*?)/?(?=[.,;)]*(?:\s|$))"), r"\1"),
    (re.compile(r"^– ", re.MULTILINE), "-"),
    (re.compile(r"[ \t]+"), " "),
)
_SPACED = re.compile(r"(?<![\d.,:-])\+?\d{2,3}(?:[ -]\d{2,4}){1,3}(?![\d:]|[.,-]\d)")
_DATED = re.compile(r"\b(?:\d\d\.)?20\d\d\b")
_CONFIRM = ", potwierdź tel"
_HELPLINE = re.compile(r"11[69]\d{3}|19\d{3}")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def lines(blocks: Iterable[Block]) -> Iterator[tuple[str, Role]]:
    """The blocks in short, each with its role; numbers of one label in one line."""
    for label, group in groupby(blocks, key=lambda block: block.label if isinstance(block, PhoneLine) else block):
        members = list(group)
        if isinstance(members[0], PhoneLine):
            yield _phones(str(label), [m for m in members if isinstance(m, PhoneLine)]), Role.BODY
            continue
        for member in members:
            role = member.role if isinstance(member, Line) else Role.BODY
            yield from ((said, role) for line in member.plain().splitlines() if (said := short(line)))


def briefer(source: str) -> Iterator[str]:
    """A source line in short, then said in fewer and fewer words: at last only how old it is."""
    yield source
    dates = ", ".join(dict.fromkeys(_DATED.findall(source)))
    if dates:
        yield f"Stan {dates}{_CONFIRM}." if _CONFIRM in source else f"Stan {dates}."
        yield f"Stan {dates}."


def short(text: str) -> str:
    """One line in short."""
    text = "".join(c for c in unicodedata.normalize("NFC", text) if c <= "\uffff" and unicodedata.category(c) not in _UNSEEN)
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    return _SPACED.sub(lambda m: in_one_piece(m[0]), text).strip()


def in_one_piece(number: str) -> str:
    """A telephone number without blanks, so that old phones let it be called; anything else as it is."""
    joined = re.sub(r"[ -]", "", number)
    if _HELPLINE.fullmatch(joined):
        return joined
    try:
        real = phonenumbers.is_valid_number(phonenumbers.parse(joined, "PL"))
    except phonenumbers.NumberParseException:
        real = False
    return joined if real else number


def _phones(label: str, phones: list[PhoneLine]) -> str:
    told = (f"{in_one_piece(phone.shown)}{f' ({phone.note})' if phone.note else ''}" for phone in phones)
    return short(f"{label}: {', '.join(told)}")
