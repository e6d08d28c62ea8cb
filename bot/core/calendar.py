"""The Polish calendar: public holidays by name, and named days people ask about."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

WIGILIA_FREE_SINCE = 2025
"""Christmas Eve is a public holiday since 2025 (act of 6 December 2024, Dz.U. 2024 poz. 1965)."""


@lru_cache(maxsize=64)
def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (anonymous Gregorian algorithm, Meeus 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def holidays(year: int) -> Mapping[date, str]:
    """Public holidays of a year with their Polish names (act of 18 January 1951 on days free of work, as amended)."""
    sunday = easter(year)
    days = {
        date(year, 1, 1): "Nowy Rok",
        date(year, 1, 6): "Święto Trzech Króli",
        sunday: "Wielkanoc",
        sunday + timedelta(1): "Poniedziałek Wielkanocny",
        date(year, 5, 1): "Święto Pracy",
        date(year, 5, 3): "Święto Konstytucji 3 Maja",
        sunday + timedelta(49): "Zielone Świątki",
        sunday + timedelta(60): "Boże Ciało",
        date(year, 8, 15): "Wniebowzięcie NMP",
        date(year, 11, 1): "Wszystkich Świętych",
        date(year, 11, 11): "Święto Niepodległości",
        date(year, 12, 25): "Boże Narodzenie",
        date(year, 12, 26): "drugi dzień Bożego Narodzenia",
    }
    if year >= WIGILIA_FREE_SINCE:
        days[date(year, 12, 24)] = "Wigilia"
    return MappingProxyType(days)


def holiday(day: date) -> str | None:
    """Name of the public holiday on that day, or None."""
    return holidays(day.year).get(day)


def named_days(name: str, year: int) -> tuple[date, date]:
    """First and last day of a named occasion in a year; KeyError for an unknown name."""
    sunday = easter(year)
    fixed = _FIXED.get(name)
    if fixed:
        (month, day), (last_month, last_day) = fixed
        return date(year, month, day), date(year, last_month, last_day)
    start, end = _EASTER[name]
    return sunday + timedelta(start), sunday + timedelta(end)


_FIXED = {
    "nowy rok": ((1, 1), (1, 1)),
    "trzech króli": ((1, 6), (1, 6)),
    "dzień babci": ((1, 21), (1, 21)),
    "dzień dziadka": ((1, 22), (1, 22)),
    "walentynki": ((2, 14), (2, 14)),
    "dzień kobiet": ((3, 8), (3, 8)),
    "prima aprilis": ((4, 1), (4, 1)),
    "święto pracy": ((5, 1), (5, 1)),
    "dzień flagi": ((5, 2), (5, 2)),
    "trzeci maja": ((5, 3), (5, 3)),
    "majówka": ((5, 1), (5, 3)),
    "dzień matki": ((5, 26), (5, 26)),
    "dzień dziecka": ((6, 1), (6, 1)),
    "wniebowzięcie": ((8, 15), (8, 15)),
    "dzień nauczyciela": ((10, 14), (10, 14)),
    "halloween": ((10, 31), (10, 31)),
    "wszystkich świętych": ((11, 1), (11, 1)),
    "zaduszki": ((11, 2), (11, 2)),
    "niepodległość": ((11, 11), (11, 11)),
    "andrzejki": ((11, 30), (11, 30)),
    "barbórka": ((12, 4), (12, 4)),
    "mikołajki": ((12, 6), (12, 6)),
    "wigilia": ((12, 24), (12, 24)),
    "boże narodzenie": ((12, 25), (12, 26)),
    "pierwszy dzień świąt": ((12, 25), (12, 25)),
    "drugi dzień świąt": ((12, 26), (12, 26)),
    "sylwester": ((12, 31), (12, 31)),
}
_EASTER = {
    "tłusty czwartek": (-52, -52),
    "popielec": (-46, -46),
    "niedziela palmowa": (-7, -7),
    "wielki czwartek": (-3, -3),
    "wielki piątek": (-2, -2),
    "wielka sobota": (-1, -1),
    "wielkanoc": (0, 1),
    "lany poniedziałek": (1, 1),
    "zielone świątki": (49, 49),
    "boże ciało": (60, 60),
}
OCCASIONS = (*_FIXED, *_EASTER)
