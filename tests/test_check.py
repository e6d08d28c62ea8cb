"""`check` finds everything that would embarrass the bot, and passes the knowledge that is published."""

from datetime import date
from pathlib import Path

import pytest

from bot.core.query import MAX_KEY
from bot.loader import schema_files
from bot.loader.check import check
from bot.loader.entries import is_phone
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
        ("miasto/topics/zapomoga.yaml", "Każdy mieszkaniec.", "Każdy (32 388 61 5).", "nie może istnieć"),
        ("miasto/topics/zapomoga.yaml", "[chcę zapomogę,", "[chcę zapomogę - proszę o zapomogę,", "skleiły się w jeden"),
        ("miasto/topics/zapomoga.yaml", "source: strona", "source: strona # z 2020", "ucinają tekst"),
        ("miasto/places/schronisko.yaml", "Apr 01-Sep 30", "May-Sep", "luka między sezonami: nie obejmuje 01.04–30.04"),
        ("rozmowy/wszystko.yaml", "- {say: x, topic: urzad, centre: miasto}", "- ala ma kota", "to ma być lista rozmów"),
        ("rozmowy/wszystko.yaml", "- {say: x, topic: urzad, centre: miasto}", "- {say: x, topic: urzad", "to nie jest poprawny YAML"),
    ],
)
def test_each_fault_is_found(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    tiny.write(tmp_path)
    tiny.change(tmp_path, file, old, new)
    found = problems(tmp_path)
    assert any(message in problem for problem in found), found


def test_ids_too_long_for_a_button_are_found(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    fits, too_long = "k" * (MAX_KEY - len("zapomoga#?address@1")), "k" * (MAX_KEY - len("zapomoga#?address@1") + 3)
    tiny.change(tmp_path, "miasto/topics/zapomoga.yaml", "id: kto", f"id: {fits}")
    assert problems(tmp_path) == []
    tiny.change(tmp_path, "miasto/topics/zapomoga.yaml", fits, too_long)
    assert problems(tmp_path) == [
        f"błąd: miasto/topics/zapomoga.yaml, pole facts.{too_long}: nazwa pliku razem z id faktu jest za długa na przycisk – skróć o 3 zn."
    ]


def test_a_file_name_too_long_for_a_button_is_found_once(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    name = "z" * MAX_KEY
    (tmp_path / f"miasto/topics/{name}.yaml").write_text(tiny.FILES["miasto/topics/zapomoga.yaml"], encoding="utf-8")
    assert len([p for p in problems(tmp_path) if "nazwa pliku jest za długa na przycisk" in p]) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("miasto/topics/nowy.yml", "tego pliku program nie czyta"),
        ("miasto/nowy.yaml", "tego pliku program nie czyta"),
        ("common/crisis/powodz.yaml", "nie ma rodzaju zagrożenia „powodz”"),
        ("miasto/topics/Nowy temat.yaml", "nazwa pliku może mieć tylko małe litery"),
    ],
)
def test_a_file_that_would_be_overlooked_is_named(tmp_path: Path, name: str, message: str) -> None:
    tiny.write(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    text = "examples: {pl: [zalało nam dom]}\n" if "crisis" in name else tiny.FILES["miasto/topics/zapomoga.yaml"]
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert any(message in problem for problem in problems(tmp_path))


def test_an_error_in_the_sources_is_told_once(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    tiny.change(tmp_path, "miasto/sources.yaml", "as_of:", "as_off:")
    found = problems(tmp_path)
    assert any("as_off" in problem and problem.startswith("błąd: miasto/sources.yaml") for problem in found)
    assert not any("nie ma źródła" in problem for problem in found)


def test_a_conversation_of_another_centre_covers_no_topic_of_this_one(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    tiny.change(tmp_path, "rozmowy/wszystko.yaml", "topic: zapomoga, centre: miasto", "topic: zapomoga, centre: gdansk")
    assert [p.partition(" w ")[0] for p in problems(tmp_path)] == ["błąd: miasto/topics/zapomoga.yaml: brakuje rozmowy testowej na ten temat"]


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
