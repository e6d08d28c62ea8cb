"""Long texts in pages: each within its budget of parts, broken between lines or words, never inside a telephone number.

A network splits a page into parts wherever it is full. Numbers that would fall on such a seam are moved behind it with blanks, so that each part holds whole
numbers even on a phone that shows parts one by one.
"""

import re
from dataclasses import dataclass

from bot.core import gsm7

_PIECE = re.compile(r"\+?\d(?:[ -]?\d){2,18}|\n|[^\S\n]+|[^\s\d+]+|.", re.DOTALL)
"""Numbers whole, then line ends, blanks, words, and what is left one by one."""
_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){2,18}")
_FULL_ENOUGH = 0.6
"""A page this full may end at the last line rather than at the last word."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is sent now, and what is sent when the person asks for more."""

    text: str
    rest: str = ""


def page(text: str, budget: int, more: str) -> Page:
    """The first page of a text; where it does not hold all, `more` stands at its end and says how to get the rest."""
    whole = laid(text)
    if gsm7.parts(whole) <= budget:
        return Page(whole)
    pieces = _pieces(text)
    count = _most(pieces, budget, more)
    if count == 0:
        return _cut(text, budget, more)
    count = _at_line_end(pieces, count)
    first, rest = "".join(pieces[:count]).strip(), "".join(pieces[count:]).strip()
    return Page(laid(first + more), rest) if first and rest else _cut(text, budget, more)


def laid(text: str) -> str:
    """The text with blanks where a number would be split between parts."""
    size = gsm7.part_size(text)
    if gsm7.length(text) <= size:
        return text
    width = gsm7.width_of(text)
    told: list[str] = []
    used = 0
    for piece in _pieces(text):
        taken = sum(map(width, piece))
        if _NUMBER.fullmatch(piece) and used + taken > size:
            told.append(" " * (size - used))
            used = 0
        told.append(piece)
        for char in piece:
            used = used + width(char) if used + width(char) <= size else width(char)
    return "".join(told)


def _pieces(text: str) -> list[str]:
    return [match[0] for match in _PIECE.finditer(text)]


def _most(pieces: list[str], budget: int, more: str) -> int:
    """How many pieces fit a page; found by halving, since what fits still fits without its end."""
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if gsm7.parts(laid("".join(pieces[:middle]).strip() + more)) <= budget:
            low = middle
        else:
            high = middle - 1
    return low


def _at_line_end(pieces: list[str], count: int) -> int:
    """A little less, where a line ends there."""
    if count < len(pieces) and pieces[count] == "\n":
        return count
    ends = [i for i in range(count) if pieces[i] == "\n"]
    if ends and len("".join(pieces[: ends[-1]])) >= _FULL_ENOUGH * len("".join(pieces[:count])):
        return ends[-1]
    return count


def _cut(text: str, budget: int, more: str) -> Page:
    """A text without any place to break: as many letters as fit."""
    count = _most(list(text), budget, more)
    return Page(text[:count] + more, text[count:])
