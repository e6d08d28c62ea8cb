"""Telephone numbers: normalised to E.164, sorted by whether somebody may be answered there, masked wherever they are shown."""

from collections.abc import Collection
from enum import Enum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

_HOME = "PL"
_FULL = 10
"""From so many digits on a number without + may begin with its country."""
_PEOPLE = frozenset(
    (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
    )
)
"""Premium, shared-cost and toll-free numbers are machines, and answering some of them costs."""


class Kind(Enum):
    """Who is behind a number."""

    PERSON = "a person"
    FOREIGN = "a number of a country that is not served"
    MACHINE = "a short code, a name, a premium number, or no number at all"


def normalised(raw: str) -> str | None:
    """The number in E.164; None for a short code, a name, or what cannot be a number."""
    text = raw.strip()
    for written in (text, f"+{text}") if text.isdigit() and len(text) >= _FULL else (text,):
        try:
            number = phonenumbers.parse(written, _HOME)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def kind(raw: str, countries: Collection[str]) -> Kind:
    """Who is behind a number as the carrier writes it; `countries`: those that are served (PL, UA)."""
    normal = normalised(raw)
    if normal is None:
        return Kind.MACHINE
    number = phonenumbers.parse(normal)
    if phonenumbers.number_type(number) not in _PEOPLE:
        return Kind.MACHINE
    return Kind.PERSON if phonenumbers.region_code_for_number(number) in countries else Kind.FOREIGN


def masked(number: str) -> str:
    """+48…00: enough to tell two complaints apart, too little to call."""
    return f"{number[:3]}…{number[-2:]}" if len(number) > _FULL else "…"
