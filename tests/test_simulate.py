"""`alerts simulate` as the centre's staff run it: a winter from a file, alerts as text, JSON and picture, odd files explained."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.__main__ import main
from bot.core.alert_rules import Transition
from bot.core.evidence import HOUR
from bot.core.hours import TZ
from bot.simulation.history import HistoryError, read_history
from bot.simulation.replay import replay
from tests import frost, tiny
from tests.conftest import ROOT


@dataclass(frozen=True)
class Done:
    """What a run printed."""

    code: int
    out: str
    err: str

    def alerts(self) -> list[dict[str, Any]]:
        """The list that `--json` prints."""
        assert self.code == 0, self.err
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


Simulate = Callable[..., Done]


@pytest.fixture
def simulate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Simulate:
    folder = tiny.write(tmp_path / "knowledge")
    tiny.change(tmp_path / "knowledge", "miasto/places/schronisko.yaml", "ask: urzad", "ask: urzad\nhours_in_frost: 24/7")
    (tmp_path / "schedules.yaml").write_text(frost.SCHEDULES, encoding="utf-8")

    def simulate_(weather: str | Path, *options: str) -> Done:
        path = weather
        if isinstance(weather, str):
            path = tmp_path / "weather.csv"
            path.write_text(weather, encoding="utf-8")
        own = ["--weather", str(path), "--knowledge", str(folder), "--schedules", str(tmp_path / "schedules.yaml")]
        code = main(["alerts", "simulate", *own, *options])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Done(code, printed.out, printed.err)

    return simulate_


def table(temperatures: Iterable[float | None], start: str = "2026-01-10T00:00") -> str:
    """CSV in local time as a thermometer writes it: one row an hour."""
    first = datetime.fromisoformat(start).replace(tzinfo=TZ).astimezone(UTC)
    rows = [f"{(first + i * HOUR).astimezone(TZ):%Y-%m-%dT%H:%M},{'' if t is None else t}" for i, t in enumerate(temperatures)]
    return "\n".join(["time,temperature", *rows]) + "\n"


FROST = [0] * 24 + [-12] * 10 + [0] * 38
ALERT = {"rule": "mroz", "level": 1, "proposed": "2026-01-10T12:00", "active_from": "2026-01-11T00:00", "ended": "2026-01-11T15:00"}


def test_an_alert_as_json(simulate: Simulate) -> None:
    done = simulate(table(FROST), "--json", "--subscribers", "250")
    assert done.alerts() == [{**ALERT, "messages": 500, "sms_parts": 500}]
    assert done.err == f"\rSymulacja [{'#' * 30}] 100%\n"


def test_an_alert_in_words(simulate: Simulate) -> None:
    assert simulate(table(FROST)).out.splitlines()[1:] == [
        "1. mróz & wiatr, poziom 1",
        "   propozycja: sob. 10 stycznia 2026, 12:00, mróz (prognoza: do −12°C)",
        "   całą dobę: od niedz. 11 stycznia 2026, 0:00",
        "   koniec: niedz. 11 stycznia 2026, 15:00",
        "   wiadomości: 200, części SMS: 200",
        "Razem: 1 alert, 1 dzień z alertem.",
        "Przy 100 zapisanych: wiadomości 200, a gdyby wszyscy dostawali SMS-y – części 200.",
    ]


def told(transition: Transition) -> tuple[object, ...]:
    """All but where the temperatures came from."""
    alert = transition.alert
    return transition.kind, transition.at, alert.id, alert.level, alert.onset, alert.until, alert.low


def test_the_simulation_runs_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    temperatures = [0.0] * 20 + [-12.0] * 10 + [-8.0] * 30 + [-19.0] * 4 + [0.0] * 30 + [-11.0] * 3
    path.write_text(table(temperatures, "2026-01-10T01:00"), encoding="utf-8")
    history = read_history(path)
    runs = replay(frost.rule(), history.hours, date(2026, 1, 10), date(2026, 1, 20))
    expected = frost.play(frost.rule(), temperatures)
    assert len(expected) == 4
    assert [told(t) for run in runs for t in run.transitions] == [told(t) for t in expected]


def test_a_rise_in_level_is_one_more_message_of_the_same_alert(simulate: Simulate) -> None:
    (alert,) = simulate(table([0] * 12 + [-12] * 20 + [-21] * 3 + [0] * 30), "--json").alerts()
    assert (alert["level"], alert["messages"]) == (2, 300)


def test_an_alert_that_is_not_over_has_no_end(simulate: Simulate) -> None:
    weather = table([0] * 12 + [-12] * 20)
    (alert,) = simulate(weather, "--json").alerts()
    assert (alert["ended"], alert["messages"]) == (None, 100)
    assert "trwa na końcu danych" in simulate(weather).out


def test_no_frost_no_alert(simulate: Simulate) -> None:
    assert simulate(table([1] * 48), "--json").alerts() == []
    assert "Razem: 0 alertów, 0 dni z alertem." in simulate(table([1] * 48)).out


def test_another_threshold_another_winter(simulate: Simulate, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(frost.SCHEDULES.replace("temperature_at_most: -10", "temperature_at_most: -13"), encoding="utf-8")
    assert simulate(table(FROST), "--json", "--schedules", str(other)).alerts() == []


def test_days_from_and_to(simulate: Simulate) -> None:
    weather = table(FROST + [0] * 24 + FROST)
    both = simulate(weather, "--json").alerts()
    assert [a["proposed"][:10] for a in both] == ["2026-01-10", "2026-01-14"]
    assert simulate(weather, "--json", "--from", "2026-01-12").alerts() == both[1:]
    assert simulate(weather, "--json", "--to", "2026-01-13").alerts() == both[:1]
    assert simulate(weather, "--json", "--from", "2025-11-01", "--to", "2027-03-31").alerts() == both
    assert simulate(weather, "--json", "--from", "2026-01-11", "--to", "2026-01-11").alerts()[0]["proposed"] == "2026-01-11T00:00"


# -- files of every kind --------------------------------------------------------------------------------------------


def test_open_meteo_json_gives_the_same_as_csv(simulate: Simulate, tmp_path: Path) -> None:
    times = [row.partition(",")[0] for row in table(FROST).splitlines()[1:]]
    path = tmp_path / "weather.json"
    for offset in ({"utc_offset_seconds": 3600}, {}):
        path.write_text(json.dumps({**offset, "hourly": {"time": times, "temperature_2m": FROST}}), encoding="utf-8")
        assert simulate(path, "--json").alerts() == simulate(table(FROST), "--json").alerts()


def test_what_it_feels_like_counts_where_the_file_has_it(simulate: Simulate) -> None:
    rows = [f"{row},{-16 if 20 <= i <= 30 else -1}" for i, row in enumerate(table([0] * 72).splitlines()[1:])]
    (alert,) = simulate("\n".join(["time,temperature,apparent", *rows]), "--json").alerts()
    assert alert["active_from"] == "2026-01-10T20:00"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",", ";"),
        (",", "\t"),
        ("time,temperature", "Czas,Temperatura"),
        ("time,temperature", "time,temperature_2m (°C)"),
        ("time,temperature", "# SYNTHETIC\ntime,temperature"),
        ("T", " "),
        ("\n", "\r\n"),
        ("\n", "\n\n"),
        (",-12", ",−12"),
        ("time", "\ufefftime"),
    ],
)
def test_csv_as_spreadsheets_write_it(simulate: Simulate, old: str, new: str) -> None:
    assert simulate(table(FROST).replace(old, new), "--json").alerts() == simulate(table(FROST), "--json").alerts()


def test_csv_with_decimal_commas(simulate: Simulate) -> None:
    weather = table(FROST).replace(",", ";").replace(";-12", ";-12,7")
    assert "(prognoza: do −13°C)" in simulate(weather).out


def test_rows_out_of_order_and_doubled_are_put_right_and_told(simulate: Simulate) -> None:
    header, *rows = table(FROST).splitlines()
    done = simulate("\n".join([header, *reversed(rows), rows[0], rows[26].replace("-12", "-3")]), "--json")
    assert done.alerts() == simulate(table(FROST), "--json").alerts()
    assert "Wiersze nie były po kolei" in done.err
    assert "Godziny wpisane więcej niż raz: 2" in done.err


def test_missing_hours_and_nulls_are_told_and_are_not_mild_weather(simulate: Simulate) -> None:
    header, *rows = table([0] * 24 + [-12] * 6 + [None] * 9 + [0] * 30).splitlines()
    done = simulate("\n".join([header, *rows[:42], *rows[44:]]), "--json")
    assert done.alerts()[0]["ended"] > "2026-01-11T15:00"
    assert "Godziny bez temperatury: 9" in done.err
    assert "Brakujące godziny: 2 (od 11.01.2026 18:00 do 11.01.2026 19:00)" in done.err


@pytest.mark.parametrize(("start", "hours", "active"), [("2026-10-24T12:00", 25, "2026-10-25T12:00"), ("2026-03-28T12:00", 23, "2026-03-29T12:00")])
def test_the_nights_the_clock_changes(simulate: Simulate, start: str, hours: int, active: str) -> None:
    """A day of 25 or 23 hours: no row is lost or made up, and the forecast looks twelve real hours ahead."""
    (alert,) = simulate(table([0] * hours + [-12] * 4 + [0] * 40, start), "--json").alerts()
    assert alert["active_from"] == active
    proposed = datetime.fromisoformat(alert["proposed"]).replace(tzinfo=TZ).astimezone(UTC)
    assert datetime.fromisoformat(active).replace(tzinfo=TZ).astimezone(UTC) - proposed == 12 * HOUR


def test_both_hours_of_one_name_are_kept_in_october(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("time,temperature\n2026-10-25T01:00,1\n2026-10-25T02:00,2\n2026-10-25T02:00,3\n2026-10-25T03:00,4\n", encoding="utf-8")
    history = read_history(path)
    assert [h.temperature for h in history.hours] == [1, 2, 3, 4]
    assert history.remarks == ()


def test_of_two_values_for_one_hour_the_colder_is_kept_and_a_value_before_none(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    rows = [("00", "-3"), ("00", "-12"), ("01", "-12"), ("01", "-3"), ("02", "-5"), ("02", ""), ("03", ""), ("03", "-5")]
    path.write_text("time,temperature\n" + "".join(f"2026-01-10T{hour}:00,{value}\n" for hour, value in rows), encoding="utf-8")
    assert [h.temperature for h in read_history(path).hours] == [-12, -12, -5, -5]


def test_times_with_an_offset_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("time,temperature\n2026-01-10T00:00Z,1\n2026-01-10T02:00+01:00,2\n", encoding="utf-8")
    assert [h.at for h in read_history(path).hours] == [datetime(2026, 1, 10, i, tzinfo=UTC) for i in (0, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "plik jest pusty"),
        (" \n", "plik jest pusty"),
        ("# nic\n", "są w nim tylko komentarze"),
        ("time,temperature\n", "jest tylko nagłówek"),
        ("when,cold\n2026-01-10T00:00,1\n", "brakuje kolumn: time, temperature"),
        ("time,wind\n2026-01-10T00:00,1\n", "brakuje kolumn: temperature;"),
        ("2026-01-10T00:00,1\n", "brakuje kolumn"),
        ("time,temperature\nwczoraj,1\n", "wiersz 2: „wczoraj” nie jest czasem"),
        ("time,temperature\n2026-01-10T00:00,zimno\n", "wiersz 2: „zimno” nie jest temperaturą"),
        ("time,temperature\n2026-01-10T00:00,-273\n", "-273 °C to nie jest możliwa temperatura"),
        ("time,temperature\n2026-01-10T00:00\n", "wiersz 2: za mało kolumn"),
        ("time,temperature\n2026-01-10T00:00,\n", "ani jednej temperatury"),
        ("time,temperature\n" + "x,1\n" * 9, "(i jeszcze 4)"),
        ("{}", "to nie jest odpowiedź Open-Meteo"),
        ("[1]", "to nie jest odpowiedź Open-Meteo"),
        ('{"hourly": {"time": ["2026-01-10T00:00"]', "to nie jest odpowiedź Open-Meteo"),
        ('{"hourly": {"time": [], "temperature_2m": []}}', "ani jednej godziny"),
        ('{"daily": {"time": ["2026-01-10"], "temperature_2m_min": [-5]}}', "pobierz hourly"),
        ("<html>", "brakuje kolumn"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(simulate: Simulate, text: str, message: str) -> None:
    done = simulate(text)
    assert (done.code, done.out) == (1, "")
    assert message in done.err


def test_files_that_are_not_there_or_no_text(simulate: Simulate, tmp_path: Path) -> None:
    binary = tmp_path / "b.csv"
    binary.write_bytes(b"\xff\xfe\x00time")
    for path, message in ((tmp_path / "none.csv", "nie można odczytać"), (tmp_path, "to katalog"), (binary, "UTF-8")):
        done = simulate(path)
        assert done.code == 1
        assert message in done.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "2026-01-12", "--to", "2026-01-10"], "--from 2026-01-12 jest później niż --to 2026-01-10"),
        (["--from", "2027-01-01"], "są w nim dni od 2026-01-10 do 2026-01-12"),
    ],
)
def test_days_that_cannot_be(simulate: Simulate, options: list[str], message: str) -> None:
    done = simulate(table(FROST), *options)
    assert done.code == 1
    assert message in done.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "zima"], "„zima” nie jest dniem"),
        (["--subscribers", "-1"], "„-1” nie jest liczbą osób"),
        (["--picture", "winter.png"], "podaj nazwę z końcówką .svg"),
    ],
)
def test_misuse_is_explained(capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    with pytest.raises(SystemExit):
        main(["alerts", "simulate", "--weather", "x", *options])
    assert message in capsys.readouterr().err


def test_broken_schedules_are_explained(simulate: Simulate, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(frost.SCHEDULES.replace("above: -7", "above: -11").replace("[schronisko]", "[nikt]", 1), encoding="utf-8")
    done = simulate(table(FROST), "--schedules", str(broken))
    assert done.code == 1
    for message in ("nie mógłby się skończyć", "nie ma miejsca „nikt”", "Harmonogram ma błędy"):
        assert message in done.err


# -- the picture and the sample -------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_shows_temperature_thresholds_and_alerts(simulate: Simulate, tmp_path: Path) -> None:
    target = tmp_path / "winter.svg"
    header, *rows = table(FROST).splitlines()
    done = simulate("\n".join([header, *rows[:50], *rows[60:]]), "--picture", str(target))
    assert str(target) in done.err
    root = ET.fromstring(target.read_text(encoding="utf-8"))  # noqa: S314  # our own file
    texts = [t.text or "" for t in root.iter(f"{SVG}text")]
    for text in ("weather.csv: 10.01.2026–12.01.2026", "próg poziomu 1: −10°C", "próg poziomu 2: −20°C", "koniec powyżej −7°C", "−15°C", "10 sty"):
        assert text in texts
    assert any(text.startswith("mróz & wiatr:") for text in texts)
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    shades = [r for r in root.iter(f"{SVG}rect") if r.get("opacity") == "0.16"]
    assert len(shades) == 1
    assert "11.01" not in (root.findtext(f"{SVG}title") or "")
    assert "10.01.2026–11.01.2026, poziom 1" in (root.findtext(f"{SVG}desc") or "")


def test_a_picture_without_a_single_alert(simulate: Simulate, tmp_path: Path) -> None:
    target = tmp_path / "winter.svg"
    simulate(table([3] * 48), "--picture", str(target))
    assert "żadnego alertu" in target.read_text(encoding="utf-8")


def test_the_sample_winter_says_that_it_is_made_up_and_runs_in_seconds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sample = ROOT / "examples" / "winter.csv"
    assert sample.read_text(encoding="utf-8").startswith("# SYNTHETIC")
    assert read_history(sample).remarks == ()
    begun = time.perf_counter()
    assert (
        main(["alerts", "simulate", "--weather", str(sample), "--json", "--picture", str(tmp_path / "w.svg"), "--knowledge", str(ROOT / "knowledge/bytom")])
        == 0
    )
    assert time.perf_counter() - begun < 20
    alerts = json.loads(capsys.readouterr().out)
    assert {a["level"] for a in alerts} == {1, 2}
    assert all(a["proposed"] <= a["active_from"] < a["ended"] for a in alerts)
    assert all(one["ended"] < other["proposed"] for one, other in pairwise(alerts))
    assert "(dane zmyślone)" in (tmp_path / "w.svg").read_text(encoding="utf-8")


def test_history_names_the_file_in_its_errors(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(HistoryError, match=r"w\.csv: "):
        read_history(path)
