"""`check` finds everything that would embarrass the bot, and passes the knowledge that is published."""

from datetime import date
from pathlib import Path

import pytest

from bot.loader import schema_files
from bot.loader.check import check, is_phone
from bot.loader.hours_check import hours_problems
from bot.loader.problems import Severity
from tests import tiny
from tests.conftest import ROOT

TODAY = date(2026, 11, 25)


def problems(folder: Path, today: date = TODAY) -> list[str]:
    schema_files.write(folder / "schema")
    return [str(p) for p in check(folder / "miasto", folder / "rozmowy", folder / "schema", today)]


def test_the_tiny_knowledge_is_clean(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("miasto/places/urzad.yaml", "32 281 14 42", "32 33-61-58", "nie może istnieć"),
        ("miasto/places/urzad.yaml", "Mo-Fr 08:00-15:00; PH off", "Mo 8-15", "nie jest poprawnym zapisem godzin"),
        ("miasto/places/schronisko.yaml", "08:00, Apr", "08:00; Apr", "urywa się o północy"),
        ("miasto/places/schronisko.yaml", "Apr 01-Sep 30", "Apr 02-Sep 30", "luka między sezonami: nie obejmuje 01.04"),
        ("miasto/places/schronisko.yaml", "Apr 01-Sep 30", "Mar 31-Sep 30", "sezony zachodzą na siebie: dwa razy obejmują 31.03"),
        ("miasto/places/schronisko.yaml", "ask: urzad", "ask: zapomoga", "nie jest miejscem"),
        ("miasto/topics/zapomoga.yaml", "source: strona", "source: gazeta", "nie ma źródła „gazeta”"),
        ("miasto/topics/zapomoga.yaml", "text: {pl: Każdy mieszkaniec.}", "text: {pl: 'Każdy, tel. 32 33-61-58.'}", "nie może istnieć"),
        ("miasto/topics/zapomoga.yaml", "text: {pl: Każdy mieszkaniec.}", "valid_until: 2020-01-01", "fakt ma mieć albo text"),
        ("miasto/topics/zapomoga.yaml", "summary: {pl: O zapomogę pytaj w urzędzie.}\n", "", "temat musi mieć odpowiedź"),
        ("miasto/topics/zapomoga.yaml", "contacts: [urzad]", "contacts: [urzad]\nvalid_until: 2020-01-01", "dodaj ended"),
        ("miasto/topics/zapomoga.yaml", "contacts: [urzad]", "contacts: [urzad]\nended: {pl: Koniec.}", "nie ma daty końca"),
        ("miasto/topics/zapomoga.yaml", "chcę zapomogę", "Szukam noclegu na dzis", "jest też w temacie"),
        ("miasto/topics/zapomoga.yaml", "chcę zapomogę", "do której jest czynny urząd", "jest bliższy tematowi „urzad”"),
        ("miasto/topics/zapomoga.yaml", "[chcę zapomogę, potrzebuję pieniędzy, jak dostać wsparcie finansowe]", "[chcę zapomogę]", "za mało przykładów"),
        ("miasto/topics/zapomoga.yaml", "source: strona", "source: strona\nreview_by: 2026-11-24", "termin sprawdzenia minął 24.11.2026"),
        ("rozmowy/wszystko.yaml", "topic: zapomoga", "topic: inny", "brakuje rozmowy testowej"),
        ("miasto/topics/zapomoga.yaml", "title: {pl: Zapomoga}", "title: {en: Allowance}", "brakuje wersji polskiej"),
    ],
)
def test_each_fault_is_found(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    tiny.write(tmp_path)
    tiny.change(tmp_path, file, old, new)
    found = problems(tmp_path)
    assert any(message in problem for problem in found), found


def test_a_due_review_is_a_warning_and_all_else_an_error(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    schema_files.write(tmp_path / "schema")
    found = check(tmp_path / "miasto", tmp_path / "rozmowy", tmp_path / "schema", date(2027, 2, 1))
    assert [p.severity for p in found] == [Severity.WARNING]


def test_an_outdated_schema_is_found(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    problems(tmp_path)
    (tmp_path / "schema" / "place.json").write_text("{}", encoding="utf-8")
    assert any("schemat jest nieaktualny" in str(p) for p in check(tmp_path / "miasto", tmp_path / "rozmowy", tmp_path / "schema", TODAY))


@pytest.mark.parametrize(
    "hours", ["24/7", "Mo-Fr 08:00-16:00", "Oct 01-Mar 31 18:00-08:00, Apr 01-Sep 30 19:00-07:00", "Th 09:00-11:00; PH off", "Mo-Su 22:00-24:00"]
)
def test_sound_hours_pass(hours: str) -> None:
    assert list(hours_problems(hours)) == []


@pytest.mark.parametrize(
    ("number", "possible"),
    [("32 281 14 42", True), ("112", True), ("116 123", True), ("800 70 2222", True), ("32 33-61-58", False), ("abc", False), ("", False)],
)
def test_phone_numbers_that_can_exist(number: str, possible: bool) -> None:  # noqa: FBT001
    assert is_phone(number) is possible


@pytest.mark.parametrize("centre", ["bytom", "gdansk"])
def test_the_published_knowledge_has_no_errors(centre: str) -> None:
    found = check(ROOT / "knowledge" / centre, ROOT / "tests" / "conversations", ROOT / "knowledge" / "schema", TODAY)
    assert [str(p) for p in found if p.severity is Severity.ERROR] == []
