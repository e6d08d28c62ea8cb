"""Time expressions, said on Wednesday 25 November 2026 at 10:30."""

from datetime import date, datetime, timedelta

import pytest

from bot.core.hours import TZ, wall
from bot.core.phrases import Phrases
from bot.core.text import read, stem
from bot.core.when import Part, Scope, When, parse
from bot.core.when_words import TIME_PHRASES

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=TZ)


PHRASES = Phrases(TIME_PHRASES)


def said(text: str, now: datetime = NOW) -> When | None:
    words = read(text)
    return parse(words, PHRASES.find(words, [stem(w) for w in words]), now)[0]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("dziś", "2026-11-25", "2026-11-25"),
        ("jutro", "2026-11-26", "2026-11-26"),
        ("pojutrze", "2026-11-27", "2026-11-27"),
        ("w środę", "2026-11-25", "2026-11-25"),
        ("w piątek", "2026-11-27", "2026-11-27"),
        ("w przyszły piątek", "2026-12-04", "2026-12-04"),
        ("w następną środę", "2026-12-02", "2026-12-02"),
        ("w poniedziałek", "2026-11-30", "2026-11-30"),
        ("w weekend", "2026-11-28", "2026-11-29"),
        ("w przyszłym tygodniu", "2026-11-30", "2026-12-06"),
        ("za tydzień", "2026-12-02", "2026-12-02"),
        ("za trzy dni", "2026-11-28", "2026-11-28"),
        ("24 grudnia", "2026-12-24", "2026-12-24"),
        ("24.12", "2026-12-24", "2026-12-24"),
        ("24.12.2027", "2027-12-24", "2027-12-24"),
        ("6.01", "2027-01-06", "2027-01-06"),
        ("1-go maja", "2027-05-01", "2027-05-01"),
        ("pierwszego listopada", "2027-11-01", "2027-11-01"),
        ("29 lutego 2028", "2028-02-29", "2028-02-29"),
        ("w Wigilię", "2026-12-24", "2026-12-24"),
        ("w Boże Narodzenie", "2026-12-25", "2026-12-26"),
        ("w pierwszy dzień świąt", "2026-12-25", "2026-12-25"),
        ("w Sylwestra", "2026-12-31", "2026-12-31"),
        ("w Nowy Rok", "2027-01-01", "2027-01-01"),
        ("w Trzech Króli", "2027-01-06", "2027-01-06"),
        ("w Wielkanoc", "2027-03-28", "2027-03-29"),
        ("w lany poniedziałek", "2027-03-29", "2027-03-29"),
        ("w majówkę", "2027-05-01", "2027-05-03"),
        ("w Boże Ciało", "2027-05-27", "2027-05-27"),
        ("w Barbórkę", "2026-12-04", "2026-12-04"),
        ("w prima aprilis", "2027-04-01", "2027-04-01"),
        ("w tłusty czwartek", "2027-02-04", "2027-02-04"),
        ("w andrzejki", "2026-11-30", "2026-11-30"),
        ("dziś od 18 czy od 19, bo jutro kwiecień", "2026-11-25", "2026-11-25"),
        ("30 listopada dziś, a jutro", "2026-11-26", "2026-11-26"),
        ("2 stycznia po sylwestrze", "2027-01-02", "2027-01-02"),
    ],
)
def test_days(text: str, first: str, last: str) -> None:
    when = said(text)
    assert when is not None
    assert (when.scope, when.first, when.last) == (Scope.DAYS, date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("o 16", "2026-11-25T16:00"),
        ("o 16:45", "2026-11-25T16:45"),
        ("o 16.45", "2026-11-25T16:45"),
        ("po 17", "2026-11-25T17:00"),
        ("o siedemnastej", "2026-11-25T17:00"),
        ("o 8", "2026-11-26T08:00"),
        ("jutro o 7 rano", "2026-11-26T07:00"),
        ("dziś o 8 wieczorem", "2026-11-25T20:00"),
        ("w piątek o 14", "2026-11-27T14:00"),
        ("w przyszły piątek o szesnastej", "2026-12-04T16:00"),
        ("6.01 o 16:30", "2027-01-06T16:30"),
        ("za godzinę", "2026-11-25T11:30"),
        ("za pół godziny", "2026-11-25T11:00"),
        ("za 2 godziny", "2026-11-25T12:30"),
        ("za kwadrans", "2026-11-25T10:45"),
        ("za 20 minut", "2026-11-25T10:50"),
        ("o północy", "2026-11-26T00:00"),
        ("w piątek w południe", "2026-11-27T12:00"),
        ("kwadrans po dwunastej", "2026-11-25T12:15"),
        ("o wpół do pierwszej po południu", "2026-11-25T12:30"),
        ("jutro wpół do ósmej", "2026-11-26T07:30"),
    ],
)
def test_moments(text: str, moment: str) -> None:
    when = said(text)
    assert when is not None
    assert when.moment is not None
    assert (when.scope, wall(when.moment)) == (Scope.MOMENT, datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("w kwietniu", [("2027-04-01", "2027-04-30")]),
        ("w listopadzie", [("2026-11-01", "2026-11-30")]),
        ("latem", [("2027-06-01", "2027-08-31")]),
        ("zimą", [("2026-12-01", "2027-02-28")]),
        ("w maju i w lutym", [("2027-05-01", "2027-05-31"), ("2027-02-01", "2027-02-28")]),
    ],
)
def test_months(text: str, months: list[tuple[str, str]]) -> None:
    when = said(text)
    assert when is not None
    assert when.scope is Scope.MONTHS
    assert [(f.isoformat(), t.isoformat()) for f, t in when.months] == months


@pytest.mark.parametrize(
    ("text", "part"), [("w piątek rano", Part.MORNING), ("po południu", Part.AFTERNOON), ("wieczorem", Part.EVENING), ("w nocy", Part.NIGHT)]
)
def test_parts_of_the_day(text: str, part: Part) -> None:
    when = said(text)
    assert when is not None
    assert when.part is part


def test_two_parts_of_the_day_pick_none() -> None:
    when = said("jutro rano i wieczorem")
    assert when is not None
    assert when.part is None


def test_now_and_holidays_in_general() -> None:
    now, holidays = said("czy teraz"), said("w święta")
    assert now is not None
    assert holidays is not None
    assert (now.scope, holidays.scope) == (Scope.NOW, Scope.HOLIDAYS)


@pytest.mark.parametrize(
    "text",
    ["punkt nr 6", "pokój 123", "mam 20 lat", "minus 15", "500 plus", "tel 32 281 14 42", "po 3 dniach", "2 dzieci", "od nocy do rana z 7 osobami", "31.02"],
)
def test_numbers_that_are_no_time(text: str) -> None:
    when = said(text)
    assert when is None or when.moment is None


def test_an_hour_from_now_crosses_the_clock_change() -> None:
    before = datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=TZ)
    when = said("za godzinę", before)
    assert when is not None
    assert when.moment is not None
    assert when.moment.utcoffset() == timedelta(hours=1)
    assert wall(when.moment) == datetime(2026, 10, 25, 2, 30)
