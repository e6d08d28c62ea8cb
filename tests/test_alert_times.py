"""Other times for an alert: by button, by a written command; who is told of them and who is not."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.announcing import TIMES
from bot.core.evidence import utc
from bot.core.hours import TZ
from bot.core.message import Reply
from bot.core.push import Recipient
from bot.store import staff, subscriptions
from bot.store.alerts import Status
from bot.store.tables import pushes
from tests.centre import COLD, COMING, DEADLY, EVENING, MILD, Centre, nothing

PUBLIC, ANNA, JAN = "telegram-channel:@mopr", "telegram:1", "telegram:2"
OVER = ((80, MILD),)


def until(centre: Centre) -> datetime:
    end = centre.one().alert.until
    assert end is not None
    return end.astimezone(TZ)


def menu(centre: Centre) -> Reply:
    return centre.operate(pressed=TIMES + centre.one().id)


def audited(centre: Centre) -> list[str]:
    return centre.database.do_now(lambda connection: [action for _, _, action, _ in staff.audited(connection)])


def test_a_button_moves_the_end_and_pressing_it_twice_moves_it_once(centre: Centre) -> None:
    centre.look(*COMING)
    before = until(centre)
    shown = menu(centre)
    assert [choice.label.partition(":")[0] for choice in shown.choices] == [
        "Koniec +6 h",
        "Koniec +12 h",
        "Koniec +24 h",
        "Koniec −6 h",
        "Początek",
        "Początek +6 h",
        "Wróć",
    ]
    assert all(len(choice.key.encode()) <= 64 for choice in shown.choices), "Telegram takes no more"
    moved = centre.press("Koniec +12 h", shown)
    assert until(centre) == before + timedelta(hours=12)
    assert f"do {before + timedelta(hours=12):%d.%m %H:%M}" in moved.plain()
    assert [choice.label for choice in moved.choices] == ["Zatwierdź", "Zmień czas", "Odwołaj"]
    assert "ma już taki czas" in centre.press("Koniec +12 h", shown).plain()
    assert until(centre) == before + timedelta(hours=12)
    assert audited(centre) == ["move"]
    assert "Zatwierdź" in [choice.label for choice in centre.press("Wróć", shown).choices]


async def test_before_approval_nobody_hears_of_it_and_the_alert_goes_out_with_its_new_times(centre: Centre) -> None:
    centre.subscribe("telegram", "1")
    centre.look(*COMING)
    centre.press("Koniec +24 h", menu(centre))
    centre.press("Początek: od teraz", menu(centre))
    await centre.deliver()
    assert centre.post.to(ANNA) == []
    centre.decide("approve")
    await centre.deliver()
    (text,) = centre.post.to(ANNA)
    assert f"od teraz do soboty 16 stycznia, godz. {until(centre):%-H:%M}" in text


def test_the_weather_no_longer_ends_it_and_it_ends_at_its_end(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    centre.press("Koniec +24 h", menu(centre))
    centre.clock.set(until(centre) - timedelta(minutes=1))
    centre.look(*OVER)
    assert centre.one().status is Status.APPROVED
    centre.clock.pass_(timedelta(minutes=1))
    centre.look(*OVER)
    assert centre.one().status is Status.ENDED


def test_while_the_new_end_is_ahead_the_same_frost_makes_no_other_alert_but_a_worse_one_does(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    centre.press("Koniec +24 h", menu(centre))
    centre.clock.pass_(timedelta(hours=20))
    centre.look((30, MILD), (10, COLD), (40, MILD))
    centre.one()
    centre.look((30, MILD), (10, DEADLY), (40, MILD))
    with pytest.raises(ValueError, match="too many"):
        centre.one()


async def test_who_was_told_gets_an_update_once_without_a_sound_and_others_do_not(centre: Centre) -> None:
    centre.subscribe("telegram", "1", "2")
    centre.subscribe("sms", "+48600100200")
    centre.look(*COMING)
    centre.decide("approve")
    await centre.deliver()
    centre.subscribe("telegram", "3")
    centre.database.do_now(lambda connection: subscriptions.unsubscribe(connection, Recipient("telegram", "2")))
    told = centre.press("Koniec +12 h", menu(centre))
    await centre.deliver()
    await centre.deliver()
    end = until(centre)
    (_, update), (_, public), (_, short) = centre.post.to(ANNA), centre.post.to(PUBLIC), centre.post.to("sms:+48600100200")
    assert update == public
    assert update.startswith("MOPR Bytom: zmienia się czas alertu „silny mróz”.\nNoclegownia i ogrzewalnia: ul. Kosynierów 26, Bytom – czynne całą dobę od ")
    assert f"do soboty 16 stycznia, godz. {end:%-H:%M}" in update
    assert short.startswith("MOPR Bytom: zmiana. Noclegownia i ogrzewalnia, ul. Kosynierow 26, czynne 24 h od ")
    assert centre.post.silent.count("1") == 1
    assert len(centre.post.to(JAN)) == 1, "who left meanwhile is told nothing"
    assert centre.post.to("telegram:3") == [], "who was never told of the alert is not told of its change"
    assert "Odbiorcy: sms 1, telegram 2" in told.plain()
    centre.decide("cancel")
    await centre.deliver()
    assert centre.post.to(ANNA)[-1].startswith("MOPR Bytom: koniec alertu")
    assert centre.post.to("telegram:3") == [], "nor of its end"


async def test_in_the_middle_of_a_broadcast_those_who_still_wait_get_the_new_time_at_once(centre: Centre) -> None:
    chats = [str(number) for number in range(1000, 1300)]
    centre.subscribe("telegram", *chats)
    centre.look(*COMING)
    centre.decide("approve")
    old = f"godz. {until(centre):%-H:%M}"
    shown = menu(centre)

    def move_after(count: int) -> None:
        if count == 100:
            centre.post.before = nothing
            centre.press("Koniec +6 h", shown)

    centre.post.before = move_after
    await centre.deliver()
    new = f"godz. {until(centre):%-H:%M}"
    assert old != new
    for chat in chats:
        got = centre.post.to(f"telegram:{chat}")
        assert new in got[-1], "everybody knows the new time in the end"
        assert len(got) == 1 or "zmienia się czas" in got[1]
    both = sum(len(centre.post.to(f"telegram:{chat}")) == 2 for chat in chats)
    assert 90 <= both <= 120, "only who had the old one gets two"


async def test_an_alert_that_waits_for_the_morning_goes_out_once_with_its_new_time(centre: Centre) -> None:
    centre.subscribe("telegram", "1")
    centre.clock.set(EVENING.replace(hour=23))
    centre.look(*COMING)
    centre.decide("approve")
    await centre.deliver()
    centre.press("Koniec +24 h", menu(centre))
    centre.clock.set(EVENING.replace(day=15, hour=7))
    await centre.deliver()
    (text,) = centre.post.to(ANNA)
    assert f"godz. {until(centre):%-H:%M}" in text
    assert "zmienia" not in text


async def test_moved_twice_before_the_first_update_went_out_only_the_last_is_told(centre: Centre) -> None:
    centre.subscribe("telegram", "1")
    centre.look(*COMING)
    centre.decide("approve")
    await centre.deliver()
    shown = menu(centre)
    centre.press("Koniec +6 h", shown)
    centre.clock.pass_(timedelta(seconds=30))
    centre.press("Koniec +24 h", shown)
    await centre.deliver()
    first, update = centre.post.to(ANNA)
    assert "zmienia" not in first
    assert f"godz. {until(centre):%-H:%M}" in update


def test_an_earlier_end_shortens_what_is_worth_sending(centre: Centre) -> None:
    centre.look(*COMING)
    centre.decide("approve")
    centre.press("Koniec −6 h", menu(centre))
    expires = centre.database.do_now(lambda c: c.execute(select(pushes.c.expires).where(pushes.c.id.like("%:open:1"))).scalar_one())
    assert datetime.fromtimestamp(expires, TZ) == until(centre)


def test_written_by_hand(centre: Centre) -> None:
    assert "Podaj numer alertu: żaden" in centre.operate("/alert koniec 16.01 8:00").plain()
    centre.look(*COMING)
    found = centre.one().id
    assert "ma nowy czas" in centre.operate(f"/alert koniec {found} 2027-01-16 08:00").plain()
    assert until(centre) == datetime(2027, 1, 16, 8, tzinfo=TZ)
    assert "ma nowy czas" in centre.operate("/alert Początek 14.01 21:30").plain()
    assert centre.one().alert.onset == utc(datetime(2027, 1, 14, 21, 30, tzinfo=TZ))
    for wrong in ("/alert koniec", f"/alert koniec {found} jutro", "/alert koniec 2027-01-16 25:00", "/alert koniec a b 2027-01-16 08:00"):
        assert "Inny czas: /alert koniec NUMER" in centre.operate(wrong).plain()
    assert "Nie ma alertu x" in centre.operate("/alert koniec x 2027-01-16 08:00").plain()
    assert "musi być później" in centre.operate("/alert koniec 2027-01-14 17:00").plain()
    assert "musi być później" in centre.operate("/alert poczatek 2027-01-17 17:00").plain()
    centre.decide("approve")
    centre.clock.pass_(timedelta(hours=5))
    assert "już trwa" in centre.operate("/alert początek 2027-01-15 08:00").plain()
    centre.operate("/alert silny-mroz 2 2027-01-17 08:00")
    assert f"Podaj numer alertu: silny-mroz-20270114T220000, {found}" in centre.operate("/alert koniec 16.01 8:00").plain()
    for _ in range(2):
        centre.operate(pressed=f"op:cancel:{found}")
    assert "już się skończył" in centre.operate(f"/alert koniec {found} 2027-01-16 09:00").plain()
    assert "już się skończył" in centre.operate(pressed=TIMES + found).plain()


def test_an_end_that_is_not_in_sight_can_be_set(centre: Centre) -> None:
    centre.look((30, MILD), (100, COLD))
    assert centre.one().alert.until is None
    assert "nie ma jeszcze końca" in centre.operate("/alert początek 14.01 21:00").plain()
    shown = menu(centre)
    assert [choice.label.partition(":")[0] for choice in shown.choices] == ["Koniec +6 h", "Koniec +12 h", "Koniec +24 h", "Wróć"]
    centre.press("Koniec +24 h", shown)
    assert until(centre) == centre.one().alert.onset.astimezone(TZ) + timedelta(hours=25)
