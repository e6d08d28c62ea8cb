"""Weather clients over real HTTP: each real payload, "no warnings" in all its shapes, and everything that means "unavailable"."""

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.evidence import HOUR, Evidence, Unavailable
from bot.core.hours import TZ
from bot.loader.loading import load_content
from bot.loader.schedules import load_schedules
from bot.weather.imgw import Imgw
from bot.weather.meteoalarm import MeteoAlarm
from bot.weather.openmeteo import OpenMeteo
from bot.weather.source import Patience, Source, ask
from bot.weather.sources import credits_of, sources
from tests.conftest import ROOT
from tests.weather_server import EXAMPLES, Answer, WeatherServer, example, running

AUGUST = datetime(2026, 8, 15, 12, tzinfo=TZ)
NEW_YEAR = datetime(2026, 1, 2, 12, tzinfo=TZ)
HASTY = Patience(attempts=3, first_wait=0.001, longest_wait=0.002, connect=1, answer=2)
TWO_DAYS = timedelta(days=2)
TLS = ssl.create_default_context()
"""Made once: reading the certificates takes longer than a whole test."""


@pytest.fixture(scope="module")
def server() -> Iterator[WeatherServer]:
    with running() as weather:
        yield weather


def imgw(server: WeatherServer, county: str = "2462") -> Imgw:
    return Imgw(server.url, county)


def meteoalarm(server: WeatherServer, area: str = "PL2462") -> MeteoAlarm:
    return MeteoAlarm(server.url, area)


def openmeteo(server: WeatherServer) -> OpenMeteo:
    return OpenMeteo(server.url, 50.348, 18.916, ahead=TWO_DAYS, back=timedelta(hours=12))


async def fetch(source: Source, now: datetime, patience: Patience = HASTY) -> Evidence | Unavailable:
    async with httpx.AsyncClient(verify=TLS) as client:
        return await ask(source, client, now, patience)


async def evidence(server: WeatherServer, source: Source, answer: Answer, now: datetime) -> Evidence:
    server.says(answer)
    found = await fetch(source, now)
    assert isinstance(found, Evidence), found
    assert (found.source, found.fetched) == (source.name, now)
    return found


async def unavailable(server: WeatherServer, source: Source, *answers: Answer, now: datetime = AUGUST) -> Unavailable:
    server.says(*answers)
    found = await fetch(source, now)
    assert isinstance(found, Unavailable), found
    assert found.source == source.name
    assert found.reason
    return found


def three(server: WeatherServer) -> list[Source]:
    return [openmeteo(server), imgw(server), meteoalarm(server)]


# -- each real payload to each client -------------------------------------------------------------------------------

READABLE = {
    ("imgw", "SYNTHETIC_imgw_warningsmeteo_silny_mroz.json"),
    ("imgw", "imgw_silent_supersede_pair_real.json"),
    ("imgw", "imgw_warningsmeteo_real_2rows.json"),
    ("imgw", "imgw_warningsmeteo_none_real_http404.json"),
    ("meteoalarm", "meteoalarm_feeds-poland_json_real_1warning.json"),
    ("meteoalarm", "meteoalarm_low-temperature_real_BA.json"),
    ("open-meteo", "openmeteo_daily_europe-warsaw_real_trimmed.json"),
}


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir()))
async def test_a_payload_is_read_by_its_own_client_and_by_no_other(server: WeatherServer, name: str) -> None:
    status = 404 if "404" in name else 400 if "400" in name else 200
    now = datetime(2023, 2, 25, tzinfo=TZ) if "openmeteo_daily" in name else NEW_YEAR
    for source in three(server):
        server.says(Answer(example(name), status))
        found = await fetch(source, now)
        assert isinstance(found, Evidence) is ((source.name, name) in READABLE), (source.name, found)


# -- IMGW -----------------------------------------------------------------------------------------------------------


async def test_imgw_frost_is_read_in_warsaw_time(server: WeatherServer) -> None:
    found = await evidence(server, imgw(server), Answer(example("SYNTHETIC_imgw_warningsmeteo_silny_mroz.json")), NEW_YEAR)
    (frost,) = found.warnings
    assert (frost.event, frost.level, frost.area) == ("Silny mróz", 1, "2462")
    assert frost.onset == datetime(2026, 1, 1, 19, tzinfo=UTC)
    assert frost.expires == datetime(2026, 1, 3, 8, tzinfo=UTC)
    assert "-17°C" in frost.text
    assert found.complete
    assert server.asked == [("/api/data/warningsmeteo", {})]


async def test_imgw_keeps_to_the_county(server: WeatherServer) -> None:
    payload = Answer(example("imgw_warningsmeteo_real_2rows.json"))
    for county, levels in (("2462", [2]), ("0208", [1]), ("3064", [])):
        found = await evidence(server, imgw(server, county), payload, AUGUST)
        assert [w.level for w in found.warnings] == levels


async def test_imgw_past_warnings_are_none(server: WeatherServer) -> None:
    found = await evidence(server, imgw(server), Answer(example("imgw_warningsmeteo_real_2rows.json")), AUGUST + timedelta(days=5))
    assert (found.warnings, found.complete) == ((), True)


async def test_imgw_a_reissue_beside_the_old_row_is_the_same_weather(server: WeatherServer) -> None:
    now = datetime(2026, 10, 8, 12, 30, tzinfo=TZ)
    old, new = (await evidence(server, imgw(server, "2461"), Answer(example("imgw_silent_supersede_pair_real.json")), now)).warnings
    assert old.id != new.id
    assert old.same_as(new)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (example("imgw_warningsmeteo_none_real_http404.json"), 404),
        (example("imgw_warningsmeteo_none_real_http404.json"), 200),
        ("[]", 200),
        ("{}", 200),
        ("null", 200),
        ("false", 200),
        ('""', 200),
        ('{"status": false}', 200),
        ('{"message": "Brak ostrzeżeń"}', 200),
        ("No products were found", 200),
    ],
)
async def test_imgw_no_warnings_in_all_its_shapes(server: WeatherServer, body: str, status: int) -> None:
    found = await evidence(server, imgw(server), Answer(body, status), NEW_YEAR)
    assert (found.warnings, found.complete) == ((), True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"status": false, "message": "Not found"}', 404),
        ("Not Found", 404),
        ("", 404),
        ("", 200),
        (example("imgw_warningsmeteo_none_real_http404.json"), 500),
        ("[]", 403),
        ("[]", 301),
        ('{"error": "maintenance"}', 200),
        (json.dumps({"message": "x" * 300}), 200),
        ("OK", 200),
        ('["a warning"]', 200),
        ('[{"id": "1"}]', 200),
    ],
)
async def test_imgw_any_other_answer_is_unavailable(server: WeatherServer, body: str, status: int) -> None:
    await unavailable(server, imgw(server), Answer(body, status))


def frost_with(**changes: Any) -> Answer:
    rows = json.loads(example("SYNTHETIC_imgw_warningsmeteo_silny_mroz.json"))
    return Answer(json.dumps([{**rows[0], **changes}]))


@pytest.mark.parametrize(
    "changes",
    [
        {"stopien": "?"},
        {"stopien": "4"},
        {"obowiazuje_do": None},
        {"obowiazuje_do": "jutro"},
        {"nazwa_zdarzenia": ""},
        {"obowiazuje_od": "2026-01-09 00:00:00"},
    ],
)
async def test_imgw_a_row_of_ours_that_cannot_be_read_is_never_no_warning(server: WeatherServer, changes: dict[str, Any]) -> None:
    await unavailable(server, imgw(server), frost_with(**changes), now=NEW_YEAR)


async def test_imgw_a_broken_row_beside_a_good_one_leaves_the_good_one_and_proves_nothing(server: WeatherServer) -> None:
    rows = json.loads(example("SYNTHETIC_imgw_warningsmeteo_silny_mroz.json"))
    found = await evidence(server, imgw(server), Answer(json.dumps([*rows, {**rows[0], "stopien": "x"}])), NEW_YEAR)
    assert (len(found.warnings), found.complete) == (1, False)


async def test_imgw_a_broken_row_of_another_county_does_not_matter(server: WeatherServer) -> None:
    found = await evidence(server, imgw(server), frost_with(stopien="x", teryt=["0208"]), NEW_YEAR)
    assert (found.warnings, found.complete) == ((), True)
    await unavailable(server, imgw(server), frost_with(teryt=None), now=NEW_YEAR)


async def test_imgw_of_two_hours_of_one_name_a_warning_takes_the_longer(server: WeatherServer) -> None:
    answer = frost_with(obowiazuje_od="2026-10-25 02:30:00", obowiazuje_do="2026-10-25 02:45:00")
    (frost,) = (await evidence(server, imgw(server), answer, datetime(2026, 10, 24, tzinfo=TZ))).warnings
    assert frost.onset == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert frost.expires == datetime(2026, 10, 25, 1, 45, tzinfo=UTC)


# -- MeteoAlarm -----------------------------------------------------------------------------------------------------


async def test_meteoalarm_speaks_of_the_same_weather_as_imgw(server: WeatherServer) -> None:
    payload = Answer(example("meteoalarm_feeds-poland_json_real_1warning.json"))
    (heat,) = (await evidence(server, meteoalarm(server, "PL0225"), payload, AUGUST - timedelta(days=1))).warnings
    assert (heat.event, heat.level, heat.area) == ("Upał", 1, "0225")
    assert heat.onset == datetime(2026, 8, 14, 11, tzinfo=UTC)
    assert "28°C do 31°C" in heat.text
    assert (await evidence(server, meteoalarm(server), payload, AUGUST - timedelta(days=1))).warnings == ()
    assert server.asked == [("/api/v1/warnings/feeds-poland", {})]


async def test_meteoalarm_low_temperature_is_hard_frost(server: WeatherServer) -> None:
    payload = Answer(example("meteoalarm_low-temperature_real_BA.json"))
    (frost,) = (await evidence(server, meteoalarm(server, "BA005"), payload, datetime(2024, 1, 8, tzinfo=TZ))).warnings
    assert (frost.event, frost.level) == ("Silny mróz", 1)


async def test_meteoalarm_past_warnings_stay_in_the_feed_and_are_left_out(server: WeatherServer) -> None:
    payload = Answer(example("meteoalarm_feeds-poland_json_real_1warning.json"))
    found = await evidence(server, meteoalarm(server, "PL0225"), payload, AUGUST + timedelta(days=1))
    assert (found.warnings, found.complete) == ((), True)


def feed(*changes: dict[str, Any]) -> Answer:
    record = json.loads(example("meteoalarm_feeds-poland_json_real_1warning.json"))["warnings"][0]
    return Answer(json.dumps({"warnings": [{"alert": {**record["alert"], **change}} for change in changes]}))


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ([{"status": "Test"}], 0),
        ([{"msgType": "Cancel"}], 0),
        ([{"identifier": "old"}, {"identifier": "new", "msgType": "Update", "references": "https://www.imgw.pl,old,2026-08-13T11:43:00+02:00"}], 1),
        ([{"identifier": "old"}, {"identifier": "end", "msgType": "Cancel", "references": "https://www.imgw.pl,old,2026-08-13T11:43:00+02:00"}], 0),
        ([{"identifier": "one"}, {"identifier": "two"}], 2),
    ],
)
async def test_meteoalarm_tests_cancellations_and_replaced_warnings_do_not_count(server: WeatherServer, changes: list[dict[str, Any]], left: int) -> None:
    found = await evidence(server, meteoalarm(server, "PL0225"), feed(*changes), AUGUST - timedelta(days=1))
    assert (len(found.warnings), found.complete) == (left, True)


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"warnings": null}', '{"detail": "x"}', '{"warnings": [1]}', '{"warnings": [{"alert": {}}]}'])
async def test_meteoalarm_only_an_empty_feed_means_no_warnings(server: WeatherServer, body: str) -> None:
    await unavailable(server, meteoalarm(server), Answer(body))
    found = await evidence(server, meteoalarm(server), Answer('{"warnings": []}'), AUGUST)
    assert (found.warnings, found.complete) == ((), True)


@pytest.mark.parametrize("broken", [{"info": []}, {"sent": "yesterday"}, {"status": None}])
async def test_meteoalarm_a_record_that_may_be_ours_and_cannot_be_read_is_unavailable(server: WeatherServer, broken: dict[str, Any]) -> None:
    await unavailable(server, meteoalarm(server, "PL0225"), feed(broken), now=AUGUST - timedelta(days=1))


# -- Open-Meteo -----------------------------------------------------------------------------------------------------


def hourly(temperatures: list[Any], start: str = "2026-01-02T00:00", offset: int | None = 3600, **more: Any) -> Answer:
    first = datetime.fromisoformat(start)
    times = [f"{first + i * HOUR:%Y-%m-%dT%H:%M}" for i in range(len(temperatures))]
    zone = {} if offset is None else {"utc_offset_seconds": offset}
    return Answer(json.dumps({**zone, "timezone": "Europe/Warsaw", "hourly": {"time": times, "temperature_2m": temperatures, **more}}))


async def test_openmeteo_times_are_read_at_the_offset_that_the_answer_names(server: WeatherServer) -> None:
    """Open-Meteo keeps one offset for all hours, whatever the clock does meanwhile: 3600 holds in April, too."""
    found = await evidence(server, openmeteo(server), hourly([-5.0] * 72), NEW_YEAR)
    assert found.hours[0].at == datetime(2026, 1, 1, 23, tzinfo=UTC)
    assert (found.hours[0].temperature, found.hours[0].apparent, found.complete) == (-5.0, None, True)
    across = await evidence(server, openmeteo(server), hourly([1.0] * 96, "2026-03-28T00:00"), datetime(2026, 3, 28, 3, tzinfo=TZ))
    assert len({h.at for h in across.hours}) == 96
    assert across.hours[-1].at - across.hours[0].at == 95 * HOUR


async def test_openmeteo_is_asked_for_what_the_rules_look_at(server: WeatherServer) -> None:
    await evidence(server, openmeteo(server), hourly([-5.0] * 72), NEW_YEAR)
    ((path, asked),) = server.asked
    assert path == "/v1/forecast"
    assert asked == {
        "latitude": "50.348",
        "longitude": "18.916",
        "hourly": "temperature_2m,apparent_temperature",
        "daily": "temperature_2m_min",
        "timezone": "GMT",
        "forecast_days": "4",
        "past_days": "2",
    }


async def test_openmeteo_nulls_and_impossible_values_are_unknown_and_make_it_incomplete(server: WeatherServer) -> None:
    temperatures = [-5.0] * 20 + [None] * 20 + [-120.0] * 4 + [-6.0] * 28
    found = await evidence(server, openmeteo(server), hourly(temperatures, apparent_temperature=[-9.0, None] * 36), NEW_YEAR)
    assert sum(h.temperature is None for h in found.hours) == 24
    assert [h.apparent for h in found.hours[:2]] == [-9.0, None]
    assert not found.complete


async def test_openmeteo_a_forecast_that_ends_too_soon_is_incomplete(server: WeatherServer) -> None:
    assert not (await evidence(server, openmeteo(server), hourly([-5.0] * 30), NEW_YEAR)).complete


async def test_openmeteo_daily_minima_alone_can_warn_but_prove_nothing(server: WeatherServer) -> None:
    payload = Answer(example("openmeteo_daily_europe-warsaw_real_trimmed.json"))
    found = await evidence(server, openmeteo(server), payload, datetime(2023, 2, 25, tzinfo=TZ))
    assert [h.temperature for h in found.hours] == [0.3, -1.8, -3.2, -4.3, -4.9, 1.2, None]
    assert found.hours[1].at == datetime(2023, 2, 26, 5, tzinfo=UTC)
    assert not found.complete


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(hourly([-5.0] * 72, "2025-12-01T00:00"), id="stale"),
        pytest.param(hourly([None] * 72), id="nothing but nulls"),
        pytest.param(hourly([]), id="no hours"),
        pytest.param(hourly([-5.0] * 72, apparent_temperature=[1.0]), id="arrays of different length"),
        pytest.param(hourly(["cold"] * 72), id="words for numbers"),
        pytest.param(Answer('{"hourly": {"time": ["when?"], "temperature_2m": [-5]}}'), id="no time"),
        pytest.param(Answer("{}"), id="nothing in it"),
        pytest.param(Answer("[]"), id="a list"),
        pytest.param(Answer(example("openmeteo_error_400_real.json"), 400), id="refused"),
        pytest.param(Answer('{"error": true, "reason": "Minutely API request limit exceeded"}', 429), id="too many"),
        pytest.param(Answer('{"error": true, "reason": "overloaded"}', 200), id="an error with 200"),
    ],
)
async def test_openmeteo_what_is_no_forecast_is_unavailable(server: WeatherServer, answer: Answer) -> None:
    await unavailable(server, openmeteo(server), answer, now=NEW_YEAR)


async def test_openmeteo_says_why_it_refuses(server: WeatherServer) -> None:
    found = await unavailable(server, openmeteo(server), Answer(example("openmeteo_error_400_real.json"), 400))
    assert "lksdfj" in found.reason


async def test_openmeteo_nan_is_null(server: WeatherServer) -> None:
    body = hourly([-5.0] * 72).body.replace("-5.0", "NaN", 1)
    found = await evidence(server, openmeteo(server), Answer(body), NEW_YEAR)
    assert [h.temperature for h in found.hours[:2]] == [None, -5.0]


# -- what fails for all of them -------------------------------------------------------------------------------------

FROST = example("SYNTHETIC_imgw_warningsmeteo_silny_mroz.json")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer("<!DOCTYPE html><html><body>Przerwa techniczna</body></html>"), id="html page"),
        pytest.param(Answer("<html>502 Bad Gateway</html>", 502), id="html with 502"),
        pytest.param(Answer(FROST[:200]), id="truncated json"),
        pytest.param(Answer(FROST[:200], cut=True), id="connection cut"),
        pytest.param(Answer("[" * 100_000), id="too deep"),
        pytest.param(Answer("", 200), id="nothing"),
        pytest.param(Answer("[]", 500), id="500"),
        pytest.param(Answer("[]", 503), id="503"),
        pytest.param(Answer("[]", 429), id="429"),
        pytest.param(Answer("Not Found", 404), id="404"),
        pytest.param(Answer("[]", 401), id="401"),
    ],
)
async def test_a_failure_is_unavailable_for_every_source(server: WeatherServer, answer: Answer) -> None:
    for source in three(server):
        await unavailable(server, source, answer)


async def test_a_server_error_is_tried_again_and_too_many_requests_are_not(server: WeatherServer) -> None:
    server.says(Answer(status=503), Answer(status=502), Answer(FROST))
    found = await fetch(imgw(server), NEW_YEAR)
    assert isinstance(found, Evidence)
    assert len(server.asked) == 3
    await unavailable(server, imgw(server), Answer(status=500))
    assert len(server.asked) == HASTY.attempts
    await unavailable(server, imgw(server), Answer(status=429), Answer(FROST))
    assert len(server.asked) == 1


async def test_a_server_that_never_answers_is_given_up(server: WeatherServer) -> None:
    server.says(Answer(hang=True))
    for source in three(server):
        found = await fetch(source, NEW_YEAR, Patience(attempts=2, first_wait=0.001, longest_wait=0.002, connect=1, answer=0.05))
        assert isinstance(found, Unavailable)
        assert "no answer" in found.reason
    assert len(server.asked) == 2 * 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "http://[", "nonsense"])
async def test_a_server_that_is_not_there_is_unavailable(url: str) -> None:
    assert isinstance(await fetch(Imgw(url, "2462"), NEW_YEAR), Unavailable)


# -- from the schedule ----------------------------------------------------------------------------------------------


def test_the_schedule_names_the_sources_and_their_credits() -> None:
    schedule = load_schedules(ROOT / "schedules.yaml", load_content(ROOT / "knowledge" / "bytom"))
    openmeteo_, imgw_, meteoalarm_ = sources(schedule)
    assert openmeteo_.request()[0] == "https://api.open-meteo.com/v1/forecast"
    assert imgw_.request()[0] == "https://danepubliczne.imgw.pl/api/data/warningsmeteo"
    assert meteoalarm_.request()[0] == "https://feeds.meteoalarm.org/api/v1/warnings/feeds-poland"
    (credit,) = credits_of(schedule, ["imgw"])
    assert "Instytut Meteorologii i Gospodarki Wodnej – Państwowy Instytut Badawczy" in credit
    assert "przetworzone" in credit


def test_every_example_is_used() -> None:
    assert {name for _, name in READABLE} <= {path.name for path in Path(EXAMPLES).iterdir()}
