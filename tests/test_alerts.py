"""The life of an alert in the store: proposed, approved, active, ended; what people are told, what answers say meanwhile, what operators do."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import spending
from bot.announcing import APPROVE, CANCEL, AlertError
from bot.core.dialogue import respond
from bot.core.evidence import utc
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Session
from bot.operators import commands
from bot.operators.desk import Desk
from bot.situation import Situation
from bot.spending import Budget
from bot.store import deliveries, staff
from bot.store.alerts import Status
from bot.store.tables import audit, pushes
from tests.centre import COLD, COMING, DEADLY, EVENING, MILD, Centre


def test_a_coming_frost_is_proposed_and_the_operators_are_told_why(centre: Centre) -> None:
    centre.look(*COMING)
    row = centre.one()
    assert row.status is Status.PROPOSED
    assert row.decide_by == utc(EVENING + timedelta(hours=1))
    assert centre.kinds() == []
    (message,) = centre.database.do_now(lambda connection: list(connection.scalars(select(pushes.c.message))))
    for piece in ("-12", "Zatwierd", "Odwo", "nikt jeszcze", "Bez decyzji do 19:00 wyjdzie sam", "Kosynier"):
        assert piece.replace("-", "−") in message or piece in message
    centre.look(*COMING)
    assert len(centre.pushes()) == 1, "the operators are asked once"


def test_approved_it_goes_out_once_and_ends_with_an_all_clear(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    assert centre.kinds() == ["open:1"]
    with pytest.raises(AlertError, match="już zatwierdzony"):
        centre.decide("approve")
    assert not centre.one().active(EVENING)
    centre.clock.pass_(timedelta(hours=7))
    centre.look((24, MILD), (10, COLD), (40, MILD))
    assert centre.one().active(centre.clock.now())
    centre.clock.pass_(timedelta(hours=30))
    centre.look((80, MILD))
    assert centre.one().status is Status.ENDED
    assert centre.kinds() == ["clear:1", "open:1"]


def test_without_a_decision_it_goes_out_by_itself(centre: Centre) -> None:
    centre.look(*COMING)
    centre.clock.pass_(timedelta(minutes=59))
    centre.look()
    assert centre.one().status is Status.PROPOSED
    centre.clock.pass_(timedelta(minutes=1))
    centre.look()
    assert (centre.one().status, centre.one().decided_by) == (Status.APPROVED, "auto")
    assert centre.kinds() == ["open:1"]


def test_cancelled_before_it_went_out_nobody_hears_of_it_and_it_is_not_proposed_again(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("cancel")
    centre.clock.pass_(timedelta(minutes=30))
    centre.look(*COMING)
    assert centre.one().status is Status.CANCELLED
    assert centre.kinds() == []


def test_cancelled_after_it_went_out_those_who_were_told_get_the_all_clear(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    centre.decide("cancel")
    assert centre.kinds() == ["clear:1", "open:1"]
    stopped = centre.database.do_now(lambda connection: connection.execute(select(pushes.c.state).where(pushes.c.id.like("%:open:1"))).scalar())
    assert stopped == "stopped"


def test_a_rise_in_level_is_an_update_of_the_same_alert(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    centre.clock.pass_(timedelta(hours=1))
    centre.look((29, MILD), (10, DEADLY), (40, MILD))
    assert centre.one().alert.level == 2
    assert centre.kinds() == ["open:1", "open:2"]


def test_at_night_the_message_waits_for_the_morning_unless_life_is_at_stake(centre: Centre) -> None:
    centre.clock.set(EVENING.replace(hour=23))
    centre.look(*COMING)
    centre.decide("approve")
    centre.look((30, MILD), (10, DEADLY), (40, MILD))
    times = centre.database.do_now(lambda c: {row.id: row.not_before for row in c.execute(select(pushes.c.id, pushes.c.not_before))})
    local = {key.partition(":")[2]: datetime.fromtimestamp(at, TZ) for key, at in times.items() if ":open:" in key}
    assert local["open:1"] == EVENING.replace(day=15, hour=7)
    assert local["open:2"] == centre.clock.now()


def test_started_hours_late_an_expired_alert_is_not_sent(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    centre.clock.pass_(timedelta(days=3))
    centre.database.do_now(lambda connection: spending.spread(connection, Budget(), centre.clock.now()))
    assert not centre.database.do_now(deliveries.counts)


def test_the_evidence_of_a_silent_source_ends_nothing(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    centre.clock.pass_(timedelta(hours=12))
    centre.look()
    assert centre.one().status is Status.APPROVED


# -- answers meanwhile ----------------------------------------------------------------------------------------------


async def say(centre: Centre, bytom: Knowledge, text: str) -> str:
    schedule = centre.setting.schedule
    situation = Situation(centre.database, lambda: bytom, lambda: schedule, centre.clock.now)
    await situation.refresh()
    return respond(situation.current(), Session(), Incoming("x", text), centre.clock.now()).plain()


async def test_while_it_is_active_answers_say_round_the_clock_and_name_it(centre: Centre, bytom: Knowledge) -> None:
    noon = EVENING.replace(day=15, hour=12)
    centre.look(*COMING)
    centre.decide("approve")
    centre.clock.set(noon)
    centre.look((24, COLD), (10, COLD), (40, MILD))
    for place in ("noclegownia", "ogrzewalnia"):
        reply = await say(centre, bytom, f"czy {place} jest teraz otwarta?")
        assert "jest teraz otwarta całą dobę: trwa alert „silny mróz”" in reply
        assert "zamknięta" not in reply
    assert "całą dobę" in await say(centre, bytom, "do której dziś noclegownia")
    assert "całą dobę" not in await say(centre, bytom, "noclegownia w przyszły piątek")
    assert "KIS jest teraz otwarty" in await say(centre, bytom, "czy KIS jest teraz otwarty?")
    centre.decide("cancel")
    assert "jest teraz zamknięta" in await say(centre, bytom, "czy noclegownia jest teraz otwarta?")


async def test_a_notice_changes_answers_until_it_expires(centre: Centre, bytom: Knowledge) -> None:
    centre.clock.set(EVENING.replace(hour=10))
    said = centre.operate("/komunikat kis 14.01 15.01 nieczynne: szkolenie pracowników")
    assert "Opublikowane: KIS, 14.01.2027–15.01.2027" in said.plain()
    assert "KIS jest teraz zamknięty: nieczynne: szkolenie pracowników." in await say(centre, bytom, "czy KIS jest otwarty")
    assert "nieczynne" in await say(centre, bytom, "do ktorej jutro KIS")
    centre.clock.set(datetime(2027, 1, 18, 10, tzinfo=TZ))
    assert "KIS jest teraz otwarty" in await say(centre, bytom, "czy KIS jest otwarty")


# -- operators ------------------------------------------------------------------------------------------------------


def test_operators_approve_and_cancel_with_buttons_and_everything_is_audited(centre: Centre) -> None:
    centre.look(*COMING)
    found = centre.one().id
    assert "zatwierdzony" in centre.operate(pressed=f"{APPROVE}{found}").plain()
    assert "już zatwierdzony" in centre.operate(pressed=f"{APPROVE}{found}").plain()
    assert "odwołany" in centre.operate(pressed=f"{CANCEL}{found}").plain()
    assert "już się skończył" in centre.operate(pressed=f"{CANCEL}{found}").plain()
    assert "Nie ma alertu" in centre.operate(pressed=f"{CANCEL}nothing").plain()
    noted = centre.database.do_now(lambda c: [(r.operator, r.action) for r in c.execute(select(audit).order_by(audit.c.id))])
    assert noted == [("77", "approve"), ("77", "cancel")]


def test_operators_make_an_alert_by_hand_that_ends_at_its_end(centre: Centre) -> None:
    assert "Reguły: silny-mroz (1, 2)" in centre.operate("/alert").plain()
    assert "Nie ma reguły" in centre.operate("/alert powódź 1 2027-01-15 08:00").plain()
    assert "musi być później" in centre.operate("/alert silny-mroz 1 2027-01-13 08:00").plain()
    reply = centre.operate("/alert silny-mroz 1 15.01 08:00")
    assert [c.label for c in reply.choices] == ["Zatwierdź", "Zmień czas", "Odwołaj"]
    centre.decide("approve")
    assert centre.one().active(EVENING)
    centre.look((80, MILD))
    assert centre.one().status is Status.APPROVED, "the weather does not end what an operator made"
    centre.clock.set(EVENING.replace(day=15, hour=8))
    centre.look((80, MILD))
    assert centre.one().status is Status.ENDED
    assert centre.kinds() == ["clear:1", "open:1"]


def test_the_state_shows_sources_alerts_and_the_outbox(centre: Centre) -> None:
    assert "Alerty: brak." in centre.operate("/stan").plain()
    centre.look(*COMING)
    state = centre.operate("/stan")
    for piece in ("imgw: dane sprzed 5 min", centre.one().id, "czeka na decyzję", "Prognoza: do", "nic nie czeka", "Komunikaty: brak."):
        assert piece in state.plain()
    assert state.choices[0].key == APPROVE + centre.one().id


def test_questions_without_an_answer_are_kept_without_names_and_numbers(centre: Centre) -> None:
    asked = "czy Jan Kowalski tel 500 600 700 pesel 44051401359 mail jan@example.org dostanie zasiłek?"
    centre.database.do_now(lambda c: staff.unanswered(c, asked, EVENING))
    listed = centre.operate("/pytania").plain()
    assert "dostanie zasiłek?" in listed
    for piece in ("Kowalski", "500", "4405", "example"):
        assert piece not in listed
    centre.clock.pass_(timedelta(days=15))
    assert "nie było pytań" in centre.operate("/pytania").plain()


def test_notices_are_checked_and_can_be_taken_back(centre: Centre) -> None:
    for wrong in ("/komunikat", "/komunikat kis", "/komunikat zamek 14.01 nieczynne", "/komunikat kis 45.01 x", "/komunikat kis 14.01"):
        assert "Tak: /komunikat MIEJSCE" in centre.operate(wrong).plain()
    centre.operate("/komunikat noclegownia 2027-01-20 od dziś wejście od podwórza")
    assert "1. noclegownia, 20.01–20.01" in centre.operate("/stan").plain()
    assert "Usunięte." in centre.operate("/komunikat usuń 1").plain()
    assert "Nie ma komunikatu 1." in centre.operate("/komunikat usuń 1").plain()


async def test_a_notice_goes_out_to_those_who_want_it_on_a_button_once(centre: Centre) -> None:
    centre.subscribe("telegram", "1", topic="komunikaty")
    centre.subscribe("telegram", "2", topic="mroz")
    centre.subscribe("sms", "+48600100200", topic="komunikaty")
    published = centre.operate("/komunikat kis 15.01 16.01 nieczynne: szkolenie pracowników")
    assert "Odbiorcy: sms 1, telegram 1" in published.plain()
    assert "części 1" in published.plain()
    await centre.deliver()
    assert centre.post.sent == []
    centre.clock.set(EVENING.replace(hour=23))
    assert "wychodzi" in centre.press("Wyślij zapisanym", published).plain()
    assert "był już wysłany" in centre.press("Wyślij zapisanym", published).plain()
    await centre.deliver()
    assert centre.post.sent == [], "nobody is woken by it"
    centre.clock.set(EVENING.replace(day=15, hour=7))
    await centre.deliver()
    text = "MOPR Bytom: KIS, 15.01–16.01: nieczynne: szkolenie pracowników"
    assert centre.post.to("telegram:1") == centre.post.to("telegram-channel:@mopr") == [f"{text}\nNie chcesz tych wiadomości? Napisz STOP."]
    assert centre.post.to("sms:+48600100200") == ["MOPR Bytom: KIS, 15.01-16.01: nieczynne: szkolenie pracownikow"]
    assert centre.post.to("telegram:2") == []
    noted = [action for _, _, action, _ in centre.database.do_now(lambda c: list(staff.audited(c)))]
    assert noted == ["announce-notice", "notice"]
    centre.clock.set(EVENING.replace(day=17))
    assert "już nie obowiązuje" in centre.operate(pressed="op:notice:1").plain()


async def test_a_notice_taken_back_is_not_sent_any_more(centre: Centre) -> None:
    centre.subscribe("telegram", "1", topic="komunikaty")
    centre.press("Wyślij zapisanym", centre.operate("/komunikat kis 15.01 nieczynne"))
    centre.operate("/komunikat usuń 1")
    await centre.deliver()
    assert centre.post.sent == []
    assert "Nie ma komunikatu 1" in centre.operate(pressed="op:notice:1").plain()
    again = centre.operate("/komunikat kis 16.01 nieczynne")
    assert "wychodzi" in centre.press("Wyślij zapisanym", again).plain(), "another notice, whatever its number"


def test_what_is_no_command_is_left_to_the_conversation(centre: Centre) -> None:
    desk = centre.database.do_now(lambda c: commands.answer(Desk(c, centre.setting, "77", EVENING, list), Incoming("x", "gdzie noclegownia")))
    assert desk is None
