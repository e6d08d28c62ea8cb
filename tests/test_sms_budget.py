"""SMS within the caps of parts: held back in sight of the operators, let go when there is room or on their word, never lost in silence."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import spending
from bot.announcing import Setting, filled
from bot.core import gsm7
from bot.core.alert_rules import Kind, Transition
from bot.core.alert_state import Alert
from bot.core.alert_text import moved_sms, sms
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge, say
from bot.core.push import Audience, Message, Push, Recipient, State
from bot.core.season_changes import announcement, changes
from bot.core.sms_cost import Caps, Spent
from bot.loader.schedules import load_schedules
from bot.spending import Budget
from bot.store import deliveries, sms_spent, staff
from tests.centre import COMING, DEADLY, EVENING, MILD, Centre
from tests.conftest import ROOT

PHONES = [f"+4860010{number:04}" for number in range(10)]
ONE, TWO = Message({"pl": "Krótko."}, {"pl": "Krotko."}), Message({"pl": "Długo."}, {"pl": "x" * 200})


def with_caps(centre: Centre, daily: int | None = None, monthly: int | None = None) -> Centre:
    """The centre, its caps set."""
    centre.setting = replace(centre.setting, caps=Caps(daily, monthly))
    return centre


def push(centre: Centre, number: str, message: Message = ONE, *, highest: bool = False, hours: int = 12) -> None:
    """A message to all who subscribed to frost."""
    now = centre.clock.now()
    push_ = Push(number, message, Audience(("mroz",), ("telegram", "sms")), now, now + timedelta(hours=hours), highest=highest, alert=number)
    centre.database.do_now(lambda connection: deliveries.add_push(connection, push_))


def states(centre: Centre) -> dict[str, int]:
    """Deliveries by state."""
    return dict(centre.database.do_now(deliveries.counts))


def told(centre: Centre) -> list[str]:
    """The first lines of what the operator was told."""
    return [text.partition("\n")[0] for text in centre.post.to("telegram:77")]


def spent(centre: Centre) -> Spent:
    """Parts of today and this month."""
    return centre.database.do_now(lambda connection: sms_spent.spent(connection, centre.clock.now()))


async def test_parts_are_counted_by_local_day_and_month(centre: Centre) -> None:
    centre.subscribe("sms", *PHONES[:3])
    centre.subscribe("telegram", "1")
    centre.clock.set(datetime(2027, 1, 30, 23, 30, tzinfo=TZ))
    push(centre, "a", TWO)
    await centre.deliver()
    assert spent(centre) == Spent(6, 6)
    centre.clock.pass_(timedelta(hours=1))
    push(centre, "b")
    await centre.deliver()
    assert spent(centre) == Spent(3, 9)
    centre.clock.pass_(timedelta(days=1))
    assert spent(centre) == Spent(0, 0), "February"
    assert "Części SMS: dziś 0, w tym miesiącu 0." in centre.operate("/stan").plain()


async def test_operators_are_warned_once_at_80_percent(centre: Centre) -> None:
    with_caps(centre, daily=10, monthly=1000).subscribe("sms", *PHONES[:4])
    push(centre, "a")
    await centre.deliver()
    assert told(centre) == []
    push(centre, "b")
    await centre.deliver()
    assert told(centre) == ["Dzienny limit części SMS jest wykorzystany w 80%: dziś 8 z 10, w tym miesiącu 8 z 1000."]
    centre.subscribe("sms", PHONES[5])
    push(centre, "c", highest=True)
    await centre.deliver()
    assert [line.partition(":")[0] for line in told(centre)[1:]] == ["Dzienny limit części SMS jest przekroczony"]


async def test_over_the_cap_sms_are_held_in_sight_and_telegram_goes_out(centre: Centre) -> None:
    with_caps(centre, daily=10).subscribe("sms", *PHONES[:6])
    centre.subscribe("telegram", "1")
    push(centre, "a")
    push(centre, "b")
    await centre.deliver()
    assert states(centre) == {"sent": 6 + 2 + 1, "held": 6}
    assert centre.post.to("telegram:1") == ["Krótko.", "Krótko."]
    assert told(centre) == ["SMS-y wstrzymane: przekroczyłyby limit."]
    text = centre.post.to("telegram:77")[0]
    for piece in ("„Krótko.”: odbiorcy 6, części 6, ważne do 15.01 06:00", "dziś 6 z 10, w tym miesiącu 6"):
        assert piece in text
    state = centre.operate("/stan").plain()
    assert "wstrzymane (limit SMS) 6" in state
    assert "Wstrzymane SMS-y: „Krótko.”: odbiorcy 6" in state
    await centre.deliver()
    assert len(told(centre)) == 1, "told once"


async def test_what_is_held_goes_out_by_itself_when_there_is_room(centre: Centre) -> None:
    with_caps(centre, daily=10).subscribe("sms", *PHONES[:6])
    push(centre, "a")
    push(centre, "b", hours=20)
    await centre.deliver()
    centre.clock.set(EVENING.replace(day=15, hour=0, minute=1))
    await centre.deliver()
    assert len(centre.post.to(f"sms:{PHONES[0]}")) == 1, "there is room, but it is night"
    centre.clock.set(EVENING.replace(day=15, hour=7))
    await centre.deliver()
    assert states(centre)["sent"] == 12 + 1
    assert all(len(centre.post.to(f"sms:{phone}")) == 2 for phone in PHONES[:6])


async def test_what_is_held_expires_in_sight_when_it_is_worth_nothing_any_more(centre: Centre) -> None:
    with_caps(centre, daily=3).subscribe("sms", *PHONES[:6])
    push(centre, "a", hours=2)
    await centre.deliver()
    centre.clock.pass_(timedelta(days=2))
    await centre.deliver()
    assert states(centre) == {"expired": 6, "sent": 1}
    assert centre.post.to(f"sms:{PHONES[0]}") == []


async def test_an_operator_lets_it_go_in_spite_of_the_cap(centre: Centre) -> None:
    with_caps(centre, monthly=3).subscribe("sms", *PHONES[:6])
    push(centre, "a")
    await centre.deliver()
    state = centre.operate("/stan")
    assert "odbiorcy 6" in centre.press("Wyślij SMS mimo limitu", state).plain()
    await centre.deliver()
    assert len(centre.post.to(f"sms:{PHONES[5]}")) == 1
    assert "już nie czekają" in centre.press("Wyślij SMS mimo limitu", state).plain()
    assert [(a, d) for _, _, a, d in centre.database.do_now(lambda c: list(staff.audited(c)))] == [("release-sms", "a")]
    assert spent(centre) == Spent(6, 6)


async def test_the_highest_level_goes_out_over_the_cap(centre: Centre) -> None:
    with_caps(centre, daily=3, monthly=3).subscribe("sms", *PHONES[:6])
    centre.look(*COMING)
    centre.decide("approve")
    await centre.deliver()
    assert centre.post.to(f"sms:{PHONES[0]}") == []
    centre.look((30, MILD), (10, DEADLY), (40, MILD))
    await centre.deliver()
    (text,) = centre.post.to(f"sms:{PHONES[0]}")
    assert text.startswith("MOPR Bytom: mroz grozi smiercia.")
    assert states(centre)["expired"] == 6, "what is overtaken by the higher level is not sent any more"
    assert sum("limit części SMS jest przekroczony" in line for line in told(centre)) == 2


async def test_stop_takes_what_is_held_too(centre: Centre) -> None:
    with_caps(centre, daily=1).subscribe("sms", *PHONES[:2])
    push(centre, "a")
    await centre.deliver()
    centre.database.do_now(lambda connection: deliveries.left(connection, "sms", PHONES[0]))
    assert states(centre)["held"] == 1
    centre.database.do_now(lambda connection: deliveries.stop(connection, "a", centre.clock.now()))
    assert "held" not in states(centre)


async def test_what_was_under_way_at_a_crash_counts_as_paid(centre: Centre) -> None:
    centre.subscribe("sms", *PHONES[:3])
    push(centre, "a", TWO)
    centre.database.do_now(lambda connection: spending.spread(connection, Budget(), centre.clock.now()))
    first = centre.database.do_now(lambda connection: deliveries.due(connection, ["sms"], centre.clock.now(), 0))[0]
    assert centre.database.do_now(lambda connection: deliveries.claim(connection, first.id, "dead", centre.clock.now()))
    centre.database.do_now(lambda connection: deliveries.recover(connection, "other", centre.clock.now()))
    centre.database.do_now(lambda connection: deliveries.stop(connection, "a", centre.clock.now()))
    assert states(centre) == {"uncertain": 1, "expired": 2}
    assert spent(centre) == Spent(2, 2)


def test_operators_see_what_an_alert_costs_before_they_approve_it(centre: Centre) -> None:
    with_caps(centre, daily=8, monthly=5000).subscribe("sms", *PHONES)
    centre.subscribe("telegram", "1", "2")
    centre.look(*COMING)
    card = centre.operate(pressed=f"op:show:{centre.one().id}").plain()
    for piece in (
        "Prognoza: do −12°C, odczuwalna −15°C.",
        "Odbiorcy: sms 10, telegram 2",
        "SMS: odbiorcy 10 × części 1 = części 10; wysłano dziś 0 z 8, w tym miesiącu 0 z 5000.",
        "To ponad limit: SMS-y zostaną wstrzymane",
        "Bez decyzji do 19:00 wyjdzie sam.",
        "MOPR Bytom: nadchodzi silny mróz.",
        "SMS: MOPR Bytom: silny mroz. Ktos marznie? Dzwon 112.",
    ):
        assert piece in card


# -- one part ---------------------------------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 31)).map(lambda moment: moment.replace(tzinfo=TZ))


@pytest.fixture(scope="module")
def bytoms(bytom: Knowledge) -> Setting:
    return Setting(load_schedules(ROOT / "schedules.yaml", bytom), bytom)


@given(now=MOMENTS, ahead=st.timedeltas(timedelta(0), timedelta(days=3)), lasting=st.none() | st.timedeltas(timedelta(hours=1), timedelta(days=20)))
def test_every_sms_of_an_alert_is_one_part_whatever_its_times(bytoms: Setting, now: datetime, ahead: timedelta, lasting: timedelta | None) -> None:
    for rule in bytoms.schedule.rules:
        for level in rule.levels:
            onset = now + ahead
            alert = Alert("a", rule.id, level.level, now, onset, onset + lasting if lasting else None, onset, -12.0, -15.0, (), ())
            texts = [sms(bytoms.content, rule, Transition(kind, alert, now)) for kind in Kind]
            for text in (*texts, moved_sms(bytoms.content, rule, alert, now)):
                assert gsm7.parts(text) == 1, text


def test_the_other_messages_of_the_schedule_are_as_short_as_they_can_be(bytoms: Setting) -> None:
    outreach = dict(filled(bytoms, bytoms.schedule.outreach.message.sms, short=True))
    assert Message({"pl": ""}, outreach).parts("pl") == 1
    places = [bytoms.content.place(place) for place in bytoms.schedule.season_messages.places]
    found = [change for year in range(2026, 2032) for change in changes(places, year)]
    assert found
    for change in found:
        text = announcement(say(bytoms.content.centre.name), change)
        assert Message({"pl": ""}, {"pl": text}).parts("pl") == 1, (len(text), text)


def test_state_names_have_words_for_operators(centre: Centre) -> None:
    centre.subscribe("sms", *PHONES[: len(State)])
    push(centre, "a")
    centre.database.do_now(lambda connection: spending.spread(connection, Budget(), centre.clock.now()))
    rows = centre.database.do_now(lambda connection: deliveries.due(connection, ["sms"], centre.clock.now(), 0))

    for row, state in zip(rows, State, strict=True):
        centre.database.do_now(lambda connection: deliveries.claim(connection, row.id, "x", centre.clock.now()))  # noqa: B023
        centre.database.do_now(lambda connection: deliveries.record(connection, row.id, state, centre.clock.now()))  # noqa: B023
    line = next(line for line in centre.operate("/stan").plain().splitlines() if line.startswith("Wysyłka"))
    assert line.count(" 1") == len(State)
    assert Recipient("sms", PHONES[0]).chat not in line
