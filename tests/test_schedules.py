"""schedules.yaml: the published one is sound, and everything that can be wrong is said at once, with file, line and field, in plain words."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core import gsm7
from bot.core.alert_text import Scene, longest_sms
from bot.core.hours import TZ, status
from bot.core.knowledge import Content
from bot.core.schedule import Cold, Schedule, Unanswered, Warned
from bot.core.season_changes import announcement, changes, due
from bot.loader import schema_files
from bot.loader.check import check
from bot.loader.live_schedules import LiveSchedules
from bot.loader.loading import load_content
from bot.loader.problems import Problem, SchedulesError, Severity
from bot.loader.schedules import centre_of, load_schedules, schedule_problems
from tests import frost, tiny
from tests.conftest import ROOT

REAL = ROOT / "schedules.yaml"
Change = Callable[..., list[str]]


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(ROOT / "knowledge" / "bytom")


@pytest.fixture(scope="module")
def schedule(content: Content) -> Schedule:
    return load_schedules(REAL, content)


@pytest.fixture
def problems(content: Content, tmp_path: Path) -> Change:
    """The problems of the published file after some pieces of it were replaced."""

    def problems_(*replaced: tuple[str, str]) -> list[str]:
        text = REAL.read_text(encoding="utf-8")
        for old, new in replaced:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "schedules.yaml"
        path.write_text(text, encoding="utf-8")
        return [str(p) for p in schedule_problems(path, content)]

    return problems_


def line_of(piece: str) -> int:
    return next(i for i, line in enumerate(REAL.read_text(encoding="utf-8").splitlines(), start=1) if piece in line)


# -- the published file ---------------------------------------------------------------------------------------------


def test_the_published_file_has_no_problems_at_all(content: Content) -> None:
    assert schedule_problems(REAL, content) == []
    assert centre_of(REAL) == "bytom"


def test_the_published_file_says_what_the_bot_does(schedule: Schedule) -> None:
    rule = schedule.rule("silny-mroz")
    assert rule.months == {11, 12, 1, 2, 3}
    assert rule.places == ("noclegownia", "ogrzewalnia")
    assert (rule.clear.above, rule.clear.lasting) == (-7, timedelta(hours=12))
    assert rule.levels[0].conditions[0] == Cold(-10, timedelta(hours=36))
    assert rule.levels[0].conditions[2] == Warned(("Silny mróz",), 1)
    assert [(lvl.level, lvl.life_safety, lvl.resend, lvl.every) for lvl in rule.levels] == [(1, False, False, False), (2, True, True, False)]
    assert (rule.approval.wait, rule.approval.unanswered) == (timedelta(hours=1), Unanswered.SEND)
    assert rule.quiet is not None
    assert (rule.quiet.first, rule.quiet.last) == (time(22), time(7))
    assert [(s.name, s.area) for s in schedule.sources] == [("open-meteo", ""), ("imgw", "2462"), ("meteoalarm", "PL2462")]
    assert schedule.horizon() == timedelta(hours=36)
    assert ZoneInfo(schedule.timezone).key == "Europe/Warsaw"
    with pytest.raises(KeyError):
        schedule.rule("upal")


def test_the_places_of_the_rule_are_open_round_the_clock_in_frost(schedule: Schedule, content: Content) -> None:
    for place in map(content.place, schedule.rule("silny-mroz").places):
        noon = status(place.hours_in_frost or "", datetime(2026, 1, 15, 12, tzinfo=TZ))
        assert noon.open
        assert noon.until is None


def test_every_sms_fits_into_one_message_at_its_longest(schedule: Schedule, content: Content) -> None:
    rule = schedule.rule("silny-mroz")
    for level in rule.levels:
        text = longest_sms(level.message.sms, Scene(content, rule.places))
        assert gsm7.fits(text)
        assert 100 < gsm7.length(text) <= 160
        assert gsm7.parts(text) == 1
        for piece in ("MOPR Bytom:", "112", "ul. Kosynierow 26", "od czw 17.12 g. 20 do czw 24.12 g. 20", "STOP"):
            assert piece in text


def test_every_message_follows_the_checklist(schedule: Schedule) -> None:
    """Sender first, hazard, one action, the place, from when to when, whom to call, how to leave; in every language."""
    for level in schedule.rule("silny-mroz").levels:
        assert set(level.message.text) == {"pl", "uk", "ru", "en"}
        for text in level.message.text.values():
            assert text.startswith("{centre}: ")
            for piece in ("112", "{places}", "{when}", "{phone:tpps-6}", "{phone:straz-miejska}", "STOP"):
                assert piece in text
            assert "stopie" not in text
            assert text.index("112") < text.index("{phone:tpps-6}")


def test_the_season_of_outreach_goes_over_new_year(schedule: Schedule) -> None:
    inside = {day: schedule.outreach.includes(day) for day in (date(2026, 10, 31), date(2026, 11, 1), date(2027, 1, 1), date(2027, 3, 31), date(2027, 4, 1))}
    assert list(inside.values()) == [False, True, True, True, False]


def test_season_messages_come_from_the_hours_of_the_places(schedule: Schedule, content: Content) -> None:
    places = [content.place(p) for p in schedule.season_messages.places]
    assert [(c.day, c.place.id) for c in changes(places, 2027)] == [
        (date(2027, 4, 1), "noclegownia"),
        (date(2027, 5, 1), "ogrzewalnia"),
        (date(2027, 10, 1), "noclegownia"),
        (date(2027, 10, 1), "ogrzewalnia"),
    ]
    assert [c.place.id for c in due(places, date(2027, 9, 28), 3)] == ["noclegownia", "ogrzewalnia"]
    assert due(places, date(2027, 9, 29), 3) == []
    (change,) = due(places, date(2027, 3, 29), 3)
    assert announcement("MOPR Bytom", change) == (
        "MOPR Bytom: od 1 kwietnia noclegownia (ul. Kosynierów 26, Bytom) ma inne godziny: codziennie 19:00–7:00. Do 31 marca bez zmian: codziennie 18:00–8:00."
    )
    assert list(changes([content.place("siedziba")], 2027)) == []


# -- what can be wrong ----------------------------------------------------------------------------------------------

ANY = """        any:
          - temperature_at_most: -18
            within_hours: 24
          - warning: [Silny mróz]
            at_least: 2
"""
FAULTS = [
    # fields
    ("temperature_at_most: -10", "temperature_at_most: zimno", "„zimno” nie jest liczbą"),
    ("temperature_at_most: -10", "temperature_at_most: -100", "„-100” jest poza zakresem: ma być najmniej -60"),
    ("within_hours: 36", "within_hours: 1.5", "„1.5” nie jest liczbą całkowitą"),
    ("within_hours: 36", "within_hour: 36", "nie ma takiego pola"),
    ("gap_hours: 12\n", "", "brakuje tego pola"),
    ("every_minutes: 60", "every_minutes: 1", "ma być najmniej 10"),
    ("by: operator", "by: ja", "„ja” nie jest dozwolone; dozwolone: 'auto' lub 'operator'"),
    ("life_safety: true", "life_safety: tak", "tu ma być true albo false"),
    ("timezone: Europe/Warsaw", "timezone: Warszawa", "dozwolone: 'Europe/Warsaw'"),
    ('county: "2462"', "county: Bytom", "„Bytom” ma zły zapis"),
    ("https://danepubliczne.imgw.pl", "danepubliczne.imgw.pl", "ma zły zapis"),
    ("channels: [telegram, telegram-channel, sms]", "channels: [gołąb]", "„gołąb” nie jest dozwolone"),
    ("round_the_clock: [noclegownia, ogrzewalnia]", "round_the_clock: noclegownia", "tu ma być lista"),
    ("topics: [mroz]", "topics: []", "lista jest pusta"),
    # times and seasons
    ("from: 22:00", "from: 22", "„22” nie jest godziną"),
    ("from: 22:00", "from: 25:00", "„25:00” nie jest godziną"),
    ("from: 22:00", "from: 7:00", "początek i koniec ciszy nocnej są takie same"),
    ("at: 4:15", "at: 2:30", "w noc zmiany czasu"),
    ("months: [11, 12, 1, 2, 3]", "months: [11, 12, 13]", "„13” jest poza zakresem"),
    ("months: [11, 12, 1, 2, 3]", "months: [11, 1, 2]", "bez przerwy w środku sezonu"),
    ("months: [11, 12, 1, 2, 3]", "months: [11, 11]", "miesiąc jest wpisany dwa razy"),
    ("first: 11-01", "first: 11-31", "nie ma takiego dnia „11-31”"),
    ("first: 11-01", "first: 02-29", "29 lutego nie ma w każdym roku"),
    ("first: 11-01", "first: jesienią", "nie ma takiego dnia"),
    ("first: 11-01", "first: 03-31", "zaczyna się i kończy tego samego dnia"),
    # thresholds
    ("above: -7", "above: -10", "alert zacząłby się przy -10°C i nie mógłby się skończyć przy -10°C"),
    ("above: -7", "above: −15,5", "nie mógłby się skończyć przy -15.5°C"),
    ("apparent_above: -12", "apparent_above: -15", "nie mógłby się skończyć przy -15°C"),
    ("      apparent_above: -12\n", "", "jest próg apparent_at_most"),
    ("temperature_at_most: -18", "temperature_at_most: -9", "ma być niżej"),
    ("- level: 2", "- level: 3", "poziomy mają iść po kolei od 1, a są: 1, 3"),
    ("            within_hours: 36\n", "", "przy temperaturze podaj within_hours"),
    ("            at_least: 1\n", "", "przy ostrzeżeniu podaj at_least"),
    ("          - temperature_at_most: -10\n", "          - temperature_at_most: -10\n            apparent_at_most: -10\n", "dokładnie jedno z pól"),
    (ANY, "", "podaj warunki: any"),
    (ANY, ANY + ANY.replace("any:", "all:"), "podaj warunki: any"),
    ("stale_after_minutes: 360", "stale_after_minutes: 60", "wpisz więcej niż every_minutes"),
    (
        "warning: [Silny mróz]",
        "warning: [Silny mroz]",
        "pole rules.1.levels.1.any.3.warning.1: nie znamy ostrzeżenia „Silny mroz”",
    ),
    # places, topics, approval
    ("round_the_clock: [noclegownia", "round_the_clock: [noclegowania", "nie ma miejsca „noclegowania”"),
    ("round_the_clock: [noclegownia", "round_the_clock: [seniorzy", "nie ma miejsca „seniorzy” (to temat)"),
    ("round_the_clock: [noclegownia", "round_the_clock: [kis", "miejsce „kis” nie ma godzin na czas mrozu: dopisz hours_in_frost"),
    ("  places: [noclegownia, ogrzewalnia]", "  places: [kis]", "godziny miejsca „kis” nie zmieniają się w ciągu roku"),
    ("topics: [mroz]", "topics: [mrozy]", "nie ma tematu „mrozy” na liście topics; są: mroz, godziny, komunikaty"),
    ("      wait_minutes: 60\n", "", "przy operator podaj wait_minutes"),
    ("by: operator", "by: auto", "przy auto nie ma na kogo czekać"),
    ("        life_safety: true\n", "", "uncertain: resend jest tylko dla poziomu z life_safety"),
    # messages
    ("silny mróz. Ktoś marznie?", "silny mróz i bardzo duży wiatr. Ktoś marznie?", "a mieści się 160"),
    ("silny mróz. Ktoś marznie?", "мороз. Ktoś marznie?", "tych znaków nie ma w zwykłym SMS"),
    ("tel. {phone:tpps-6}; po", "tel. {phone:tpps-7}; po", "nie ma miejsca „tpps-7” z telefonem"),
    ("tel. {phone:tpps-6}; po", "tel. {phone:noclegownia}; po", "nie ma miejsca „noclegownia” z telefonem"),
    ("{when}.", "{kiedy}.", "{kiedy}: nie ma takich danych; są: {centre}, {when}"),
    ("{when}.", "{when.", "nawias klamrowy nie ma pary"),
    ("koniec alertu mrozowego.\n", "koniec alertu mrozowego {when}.\n", "{when} jest tylko w wiadomościach o alercie"),
    ("zaczyna się zima. Nie", "zaczyna się zima: {places}. Nie", "{places} jest tylko w regułach"),
    # the file itself
    ("centre: bytom", "centre: bytom\ncentre: bytom", "pole „centre” jest wpisane dwa razy"),
    ("rules:\n", "rules:\n\t", "tabulatorem"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS, ids=[f"{new.strip()[:30]}-{i}" for i, (_, new, _) in enumerate(FAULTS)])
def test_each_fault_is_found_and_said_in_plain_words(problems: Change, old: str, new: str, message: str) -> None:
    found = problems((old, new))
    assert any(message in problem for problem in found), found
    assert all(problem.startswith(("błąd: schedules.yaml", "uwaga: schedules.yaml")) for problem in found)


def test_all_faults_come_at_once_each_with_its_line_and_field(problems: Change) -> None:
    found = problems(("latitude: 50.348", "latitude: 5"), ("gap_hours: 12", "gap_hours: mało"), ("first: 11-01", "first: 11-31"), ("at: 4:15", "at: 4.15"))
    places = [
        ("latitude: 50.348", "sources.open_meteo.latitude: „5” jest poza zakresem"),
        ("gap_hours: 12", "rules.1.gap_hours: „mało” nie jest liczbą całkowitą"),
        ("first: 11-01", "outreach.first: nie ma takiego dnia „11-31”"),
        ("at: 4:15", "housekeeping.at: „4.15” nie jest godziną"),
    ]
    assert len(found) == len(places)
    for problem, (piece, text) in zip(found, places, strict=True):
        assert problem.startswith(f"błąd: schedules.yaml, wiersz {line_of(piece)}, pole {text}")


def test_faults_across_fields_have_their_line_too(problems: Change) -> None:
    (found,) = problems(("      above: -7", "      above: -20"))
    assert found.startswith(f"błąd: schedules.yaml, wiersz {line_of('      above: -7')}, pole rules.1.clear.above: ")


def test_a_missing_field_is_told_with_the_line_of_what_it_should_be_in(problems: Change) -> None:
    (found,) = problems(("    gap_hours: 12\n", ""))
    assert found == f"błąd: schedules.yaml, wiersz {line_of('- id: silny-mroz')}, pole rules.1.gap_hours: brakuje tego pola"


def only_rule(text: str) -> str:
    start, end = text.index("  - id: silny-mroz"), text.index("# Zapowiedź zmiany godzin")
    return text[start:end]


def test_a_broken_rule_does_not_hide_what_is_wrong_with_the_others(content: Content, tmp_path: Path) -> None:
    text = REAL.read_text(encoding="utf-8")
    rule = only_rule(text)
    broken = rule.replace("gap_hours: 12", "gap_hours: mało")
    other = rule.replace("id: silny-mroz", "id: drugi").replace("above: -7", "above: -20")
    path = tmp_path / "schedules.yaml"
    path.write_text(text.replace(rule, broken + other), encoding="utf-8")
    found = schedule_problems(path, content)
    assert any("mało" in p.text for p in found)
    (clearing,) = [p for p in found if "nie mógłby się skończyć" in p.text]
    assert clearing.line == path.read_text(encoding="utf-8").splitlines().index("      above: -20") + 1
    path.write_text(text.replace(rule, rule + rule), encoding="utf-8")
    assert [p.text for p in schedule_problems(path, content)] == ["reguła „silny-mroz” już jest w tym pliku"]
    path.write_text(text.replace("id: silny-mroz", "id: bardzo-silny-mroz-x"), encoding="utf-8")
    assert [p.text for p in schedule_problems(path, content)] == ["nazwa ma 19 znaków, a przyciski operatorów mieszczą 18"]


def test_conditions_need_their_sources(content: Content, tmp_path: Path) -> None:
    text = REAL.read_text(encoding="utf-8")
    start, middle, end = (text.index(piece) for piece in ("  open_meteo:", "  # Ostrzeżenia IMGW", "  # Po tylu minutach"))
    path = tmp_path / "schedules.yaml"
    for without, message in (((start, middle), "dodaj open_meteo"), ((middle, end), "dodaj imgw albo meteoalarm"), ((start, end), "co najmniej jedno źródło")):
        path.write_text(text[: without[0]] + text[without[1] :], encoding="utf-8")
        assert any(message in p.text for p in schedule_problems(path, content))


@pytest.mark.parametrize("text", ["", "[]", "tekst", "centre: bytom", "rules: 5\n", "{}"])
def test_a_file_of_another_shape_is_explained(content: Content, tmp_path: Path, text: str) -> None:
    path = tmp_path / "schedules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchedulesError) as caught:
        load_schedules(path, content)
    assert all(p.severity is Severity.ERROR and p.text for p in caught.value.problems)


def test_a_missing_file_is_explained(content: Content, tmp_path: Path) -> None:
    with pytest.raises(SchedulesError, match="nie można odczytać pliku"):
        load_schedules(tmp_path / "none.yaml", content)
    assert centre_of(tmp_path / "none.yaml") == ""


def test_a_warning_does_not_keep_the_file_from_loading(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "schedules.yaml"
    path.write_text(REAL.read_text(encoding="utf-8").replace("warning: [Silny mróz]", "warning: [Zorza polarna]", 1), encoding="utf-8")
    assert load_schedules(path, content).rules[0].levels[0].conditions[2] == Warned(("Zorza polarna",), 1)


def test_a_change_takes_effect_and_a_broken_edit_keeps_the_last_good_schedule(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "schedules.yaml"
    text = REAL.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    told: list[tuple[str, list[Problem]]] = []
    live = LiveSchedules(path, lambda: content, lambda said, problems: told.append((said, list(problems))))
    assert not live.reload()
    path.write_text(text.replace("gap_hours: 12", "gap_hours: 13"), encoding="utf-8")
    assert live.reload()
    assert live.current().rules[0].gap == timedelta(hours=13)
    assert told.pop() == ("Harmonogram wczytany na nowo.", [])
    for broken in (text.replace("gap_hours: 12", "gap_hours: ?"), ""):
        path.write_text(broken, encoding="utf-8")
        assert not live.reload()
        assert live.current().rules[0].gap == timedelta(hours=13)
        said, problems = told.pop()
        assert "pracuję dalej według poprzedniego" in said
        assert problems
        assert not live.reload()
        assert told == []
    path.unlink()
    assert not live.reload()
    assert told.pop()[1]
    path.write_text(text, encoding="utf-8")
    assert live.reload()
    assert live.current().rules[0].gap == timedelta(hours=12)


# -- check and editors ----------------------------------------------------------------------------------------------


def test_check_tests_the_schedules_of_its_centre_alone(tmp_path: Path) -> None:
    folder, path = tiny.write(tmp_path), tmp_path / "schedules.yaml"
    schema_files.write(tmp_path / "schema")
    for centre, told in (("miasto", True), ("bytom", False)):
        path.write_text(frost.SCHEDULES.replace("centre: miasto", f"centre: {centre}"), encoding="utf-8")
        found = check(folder, tmp_path / "rozmowy", tmp_path / "schema", date(2026, 11, 25), path)
        assert any(p.file == "schedules.yaml" and "dopisz hours_in_frost" in p.text for p in found) is told
    path.write_text("centre: [", encoding="utf-8")
    assert any("to nie jest poprawny YAML" in p.text for p in check(folder, tmp_path / "rozmowy", tmp_path / "schema", date(2026, 11, 25), path))


def test_a_setting_names_the_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "alerts", "simulate", "--weather", "examples/winter.csv"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={"BOT_SCHEDULES": str(tmp_path / "x.yaml")})
    assert (done.returncode, done.stderr) == (1, f"informator: BOT_SCHEDULES: there is no file {tmp_path / 'x.yaml'}\n")


def test_editors_get_a_schema_for_the_file() -> None:
    mapping = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
    assert mapping["knowledge/schema/schedules.json"] == "schedules.yaml"
    schema = json.loads((ROOT / "knowledge" / "schema" / "schedules.json").read_text(encoding="utf-8"))
    fields = [field for model in schema["$defs"].values() for field in model.get("properties", {}).values()] + list(schema["properties"].values())
    assert all("description" in field for field in fields)
    assert schema["$defs"]["QuietEntry"]["properties"].keys() == {"from", "to"}
