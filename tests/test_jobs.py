"""What happens by itself: season messages, the start of winter outreach, word of silent sources, old rows deleted; once each, late or repeated."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.core.evidence import Unavailable
from bot.core.hours import TZ
from bot.jobs import Jobs
from bot.store import alerts as rows
from bot.store import staff
from bot.store.alerts import Status
from bot.store.tables import metadata
from tests.centre import COMING, Centre

ANNA = "telegram:1"


class Day:
    """The leader's jobs at a centre."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.said: list[str] = []
        self.jobs = Jobs(centre.database, lambda: centre.setting, centre.outbox(), centre.clock.now, self.said.append)

    async def at(self, moment: str) -> list[str]:
        """What Anna has got once everything due at that local time is done, twice."""
        self.centre.clock.set(datetime.fromisoformat(moment).replace(tzinfo=TZ))
        for _ in range(2):
            await self.jobs.look()
            await self.centre.deliver()
        return self.centre.post.to(ANNA)

    def silent(self, *sources: str) -> None:
        """These sources cannot be reached from now on."""
        for source in sources:
            self.jobs._cache = self.jobs._cache.after(Unavailable(source, self.centre.clock.now(), "HTTP 503"))


@pytest.fixture
def day(centre: Centre) -> Day:
    for topic in ("godziny", "komunikaty"):
        centre.subscribe("telegram", "1", topic=topic)
    centre.subscribe("sms", "+48600100200", topic="godziny")
    return Day(centre)


@pytest.mark.parametrize(
    ("morning", "change"),
    [
        (
            "2027-03-29",
            "od 1 kwietnia noclegownia (ul. Kosynierów 26, Bytom) ma inne godziny: codziennie 19:00–7:00. Do 31 marca bez zmian: codziennie 18:00–8:00.",
        ),
        ("2027-04-28", "od 1 maja ogrzewalnia"),
        ("2027-09-28", "od 1 października noclegownia"),
    ],
)
async def test_a_change_of_hours_is_announced_once_some_days_before(day: Day, morning: str, change: str) -> None:
    assert await day.at(f"{morning}T09:59") == []
    (text, *_) = await day.at(f"{morning}T10:00")
    assert text.startswith("MOPR Bytom: od ")
    told = await day.at(f"{morning}T21:00")
    assert any(change in text for text in told)
    assert len(set(told)) == len(told), "once, however often it is looked at"
    assert len(day.centre.post.to("sms:+48600100200")) == len(told) == len(day.centre.post.to("telegram-channel:@mopr"))
    after = (datetime.fromisoformat(morning) + timedelta(days=1)).date()
    assert await day.at(f"{after}T12:00") == told


async def test_started_in_the_evening_what_was_due_in_the_morning_is_still_told_but_not_at_night(day: Day) -> None:
    assert await day.at("2027-03-29T22:30") == []
    assert len(await day.at("2027-09-28T20:00")) == 2


async def test_winter_outreach_begins_with_a_message(day: Day) -> None:
    assert await day.at("2026-10-31T12:00") == []
    (text,) = await day.at("2026-11-01T10:05")
    assert text.startswith("MOPR Bytom: zaczyna się zima.")
    assert await day.at("2026-11-02T10:05") == [text]


async def test_operators_are_told_once_a_day_while_no_source_answers(day: Day) -> None:
    names = [source.name for source in day.centre.setting.schedule.sources]
    await day.at("2027-01-14T08:00")
    day.silent(*names[:-1])
    await day.at("2027-01-14T12:00")
    assert day.centre.post.to("telegram:77") == [], "one of them answers, or was never asked"
    day.silent(names[-1])
    await day.at("2027-01-14T14:59")
    assert day.centre.post.to("telegram:77") == []
    await day.at("2027-01-14T15:01")
    await day.at("2027-01-14T20:00")
    (text,) = day.centre.post.to("telegram:77")
    assert text.startswith("Żadne źródło pogody nie odpowiada")
    assert "milczy od 14.01 08:00 (HTTP 503)" in text
    await day.at("2027-01-15T00:01")
    assert len(day.centre.post.to("telegram:77")) == 2


async def test_old_rows_are_deleted_each_after_its_time_and_open_ones_stay(day: Day) -> None:
    centre = day.centre
    centre.subscribe("telegram", "1")
    centre.look(*COMING)
    centre.decide("approve")
    centre.decide("cancel")
    centre.database.do_now(lambda connection: staff.unanswered(connection, "czy jest sauna", centre.clock.now()))
    await day.at("2027-01-14T20:00")
    told = len(centre.post.sent)
    keep = centre.setting.schedule.housekeeping

    def counted() -> dict[str, int]:
        def job(connection: Connection) -> dict[str, int]:
            return {table.name: len(connection.execute(select(table)).all()) for table in metadata.sorted_tables}

        return centre.database.do_now(job)

    async def after(kept: timedelta) -> dict[str, int]:
        for moment in (datetime(2027, 1, 14, 20) + kept + timedelta(days=1), datetime(2027, 1, 14, 20) + kept + timedelta(days=3)):
            await day.at(f"{moment:%Y-%m-%dT%H:%M}")
        return counted()

    assert told
    assert (await after(timedelta(days=2)))["deliveries"] >= told
    found = await after(keep.keep_deliveries)
    assert found["deliveries"] == 0
    assert found["questions"] == 1
    assert (await after(keep.keep_questions))["questions"] == 0
    found = counted()
    assert (found["alerts"], found["audit"]) == (1, 2)
    found = await after(max(keep.keep_alerts, keep.keep_audit))
    assert (found["alerts"], found["audit"]) == (0, 0)
    assert found["subscriptions"] == 4, "those stay until somebody leaves"


async def test_of_an_alert_that_lasts_for_months_it_is_remembered_who_was_told(day: Day) -> None:
    centre = day.centre
    centre.subscribe("telegram", "1")
    centre.operate("/alert silny-mroz 1 2027-03-20 08:00")
    centre.decide("approve")
    await day.at("2027-01-15T08:00")
    assert len(centre.post.to(ANNA)) == 1
    await day.at("2027-03-20T07:00")
    (_, *over) = await day.at("2027-03-20T08:01")
    assert [text.partition(".")[0] for text in over] == ["MOPR Bytom: koniec alertu mrozowego"]


async def test_nobody_decided_while_the_bot_was_away_until_the_frost_was_over(centre: Centre) -> None:
    centre.subscribe("telegram", "1")
    centre.look(*COMING)
    end = centre.one().alert.until
    assert end is not None
    centre.clock.set(end + timedelta(minutes=1))
    centre.look()
    await centre.deliver()
    assert centre.one().status is Status.EXPIRED
    assert centre.post.to(ANNA) == []


async def test_a_rule_taken_out_of_the_schedule_ends_its_alert_without_a_word(centre: Centre) -> None:
    from dataclasses import replace

    centre.subscribe("telegram", "1")
    centre.look(*COMING)
    centre.decide("approve")
    await centre.deliver()
    found = centre.one()
    schedule = centre.setting.schedule
    centre.setting = replace(centre.setting, schedule=replace(schedule, rules=tuple(replace(rule, id="inna") for rule in schedule.rules)))
    assert "nie ma już reguły „silny-mroz”" in centre.operate(pressed=f"op:show:{found.id}").plain()
    centre.look(*COMING)
    after = centre.database.do_now(lambda connection: rows.find(connection, found.id))
    assert after is not None
    assert after.status is Status.CANCELLED
    await centre.deliver()
    assert len(centre.post.to(ANNA)) == 1
    assert "drop" in [action for _, _, action, _ in centre.database.do_now(lambda connection: list(staff.audited(connection)))]
