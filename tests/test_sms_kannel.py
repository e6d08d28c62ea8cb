"""Against the real Kannel: what a phone writes, and what it shows."""

import time
from collections.abc import Iterator
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import insert

from bot.channels.sms.gateway import Arrival, Call
from bot.channels.sms.kannel import Kannel as Gateway
from bot.channels.sms.kannel import Options
from bot.channels.sms.render import Style
from bot.core import gsm7
from bot.core.delivery import Later, Sent, Uncertain
from bot.core.knowledge import Knowledge
from bot.core.reports import Fate
from bot.store.tables import subscriptions
from tests import kannel
from tests.kannel import OURS, PASSWORD, USER, Kannel, Phones, eventually, free_ports
from tests.sms_app import SECRET, SmsApp

pytestmark = kannel.needed()

ANNA, BARBARA = "+48600100200", "+48600100201"


@dataclass
class Stage:
    """Kannel, the application behind it, and the phones."""

    kannel: Kannel
    app: SmsApp
    phones: Phones


def _options(url: str, callback: str) -> Options:
    return Options(url, USER, PASSWORD, OURS, callback, SECRET)


@pytest.fixture
def stage(tmp_path: Path, bytom: Knowledge) -> Iterator[Stage]:
    port = free_ports(1)[0]
    callback = f"http://127.0.0.1:{port}"
    get_url = Gateway(_options("http://127.0.0.1:1", callback)).get_url()
    with kannel.running(tmp_path / "kannel", get_url) as running:
        app = SmsApp(tmp_path, bytom, port, lambda url: [Gateway(_options(running.url, url))])
        app.start()
        phones = running.phones()
        yield Stage(running, app, phones)
        phones.connection.close()
        app.stop()


def test_a_question_is_answered_on_the_phone(stage: Stage) -> None:
    stage.phones.write(ANNA, "gdzie moge sie przespac")
    eventually(lambda: "Stan 01.2020" in "".join(stage.phones.wait(ANNA)), "the last line")
    told = stage.phones.texts(ANNA)[0]
    assert told.startswith("Noclegownia: ul. Kosynierow 26, Bytom\nNoclegownia jest teraz otwarta - do jutra, do 8.\nTel. TPPS nr 6: 322811442")
    assert gsm7.parts(told) == len(stage.phones.parts) == 1


class Listening(Gateway):
    """Keeps what arrived."""

    arrived: ClassVar[list[str]] = []

    def arrival(self, call: Call) -> Arrival | None:
        """Keep its text as well."""
        arrival = super().arrival(call)
        self.arrived.append(arrival.text if arrival else "")
        return arrival


def test_polish_letters_arrive_and_are_sent(stage: Stage) -> None:
    stage.app.stop()
    stage.app.style = Style(diacritics=True)
    stage.app.gateways = lambda url: [Listening(_options(stage.kannel.url, url))]
    stage.app.start()
    asked = "Ogrzewalnia – gdzie się ogrzać? Źle mi, śnieg, ćma, łąka + 100% żółci 😀"
    stage.phones.write(ANNA, asked)
    told = stage.phones.wait(ANNA)[0]
    assert Listening.arrived == [asked]
    assert "ul. Kosynierów 26, Bytom" in told
    assert told.endswith("Dalej: odpisz WIĘCEJ")
    assert gsm7.parts(told) == len(stage.phones.parts) == 2


def test_a_long_reply_comes_in_two_parts_and_more_on_request(stage: Stage) -> None:
    stage.phones.write(ANNA, "jak zostać rodziną zastępczą")
    first = stage.phones.wait(ANNA)[0]
    assert [p.of for p in stage.phones.parts] == [2, 2]
    assert first.endswith("Dalej: odpisz WIECEJ")
    assert "323889061" in first
    stage.phones.write(ANNA, "wiencej")
    second = stage.phones.wait(ANNA, 2)[1]
    assert second not in first
    assert "-nie jest i nie byl pozbawiony" in second


def test_a_choice_by_digit(stage: Stage) -> None:
    stage.phones.write(ANNA, "telefon")
    asked = stage.phones.wait(ANNA)[0]
    assert "\n4 Siedziba MOPR\n" in asked
    stage.phones.write(ANNA, "4")
    assert "323886743" in stage.phones.wait(ANNA, 2)[1]


def test_alert_and_stop(stage: Stage) -> None:
    stage.phones.write(ANNA, "Alert")
    assert "Zapisane. Napisze do Ciebie sam" in stage.phones.wait(ANNA)[0]
    assert stage.app.subscribed(ANNA) == ["mroz"]
    stage.phones.write(ANNA, "Stpo mróz!")
    assert "Wypisane" in stage.phones.wait(ANNA, 2)[1]
    assert stage.app.subscribed(ANNA) == []


def test_the_application_is_down_for_a_while(stage: Stage) -> None:
    """Kannel asks every second here; thirty seconds of the default pause of ten are three of these."""
    stage.app.stop()
    stage.phones.write(ANNA, "gdzie jest noclegownia")
    stage.phones.write(BARBARA, "gdzie jest ogrzewalnia")
    time.sleep(4)
    assert stage.phones.parts == []
    stage.app.start()
    assert "Kosynierow 26" in stage.phones.wait(ANNA)[0]
    assert "Kosynierow 26" in stage.phones.wait(BARBARA)[0]
    time.sleep(2)
    assert [len(stage.phones.texts(p)) for p in (ANNA, BARBARA)] == [1, 1]


def test_requests_that_fail_come_again_and_are_answered_once(stage: Stage) -> None:
    stage.app.refuses = 3
    stage.phones.write(ANNA, "gdzie jest noclegownia")
    assert "Kosynierow 26" in stage.phones.wait(ANNA)[0]
    time.sleep(1.5)
    assert len(stage.phones.texts(ANNA)) == 1


def test_smsbox_is_killed_and_comes_back(stage: Stage) -> None:
    stage.kannel.kill_smsbox()
    stage.phones.write(ANNA, "gdzie jest noclegownia")
    sending = [stage.app.send(BARBARA, f"Alert {i}", i) for i in range(5)]
    wait(sending)
    assert all(not isinstance(f.result(), Sent) for f in sending)
    stage.kannel.start_smsbox()
    assert "Kosynierow 26" in stage.phones.wait(ANNA)[0]
    assert isinstance(stage.app.send(BARBARA, "Alert 5", 5).result(10), Sent)
    assert stage.phones.wait(BARBARA) == ["Alert 5"]


def test_smsbox_is_killed_in_the_middle_of_a_broadcast(stage: Stage) -> None:
    """What surely was not sent is sent again, as the outbox does; what is unclear stays `uncertain`. Nobody gets it twice, nobody is lost unnoticed."""
    phones = [f"+486001{i:05d}" for i in range(300)]
    outcomes = {phone: stage.app.send(phone, "Alert") for phone in phones}
    eventually(lambda: len(stage.phones.parts) >= 100, "a third is sent")
    stage.kannel.kill_smsbox()
    first = {phone: future.result(60) for phone, future in outcomes.items()}
    stage.kannel.start_smsbox()
    again = {phone: stage.app.send(phone, "Alert") for phone, outcome in first.items() if isinstance(outcome, Later)}
    last = first | {phone: future.result(60) for phone, future in again.items()}
    assert again
    sent = {phone for phone, outcome in last.items() if isinstance(outcome, Sent)}
    uncertain = {phone for phone, outcome in last.items() if isinstance(outcome, Uncertain)}
    assert sent | uncertain == set(phones)
    assert len(uncertain) <= 16
    eventually(lambda: {p.to for p in stage.phones.parts} >= sent, "all that were sent", 60)
    time.sleep(1)
    got = [p.to for p in stage.phones.parts]
    assert len(got) == len(set(got))
    assert set(got) <= sent | uncertain


def test_an_alert_to_500_phones_with_reports(stage: Stage) -> None:
    text = gsm7.fold("MOPR Bytom: silny mróz od pt 2.01 g. 20. Noclegownia całą dobę: ul. Kosynierów 26. Zagrożenie życia: 112. Rezygnacja: STOP")
    assert gsm7.parts(text) == 1
    phones = [f"+486001{i:05d}" for i in range(500)]
    subscribe(stage.app, phones)
    stage.app.push(text)
    eventually(lambda: len(stage.phones.parts) >= 500, "all phones got it", 60)
    eventually(lambda: sum(fate is Fate.DELIVERED for fate in stage.app.fates.values()) == 500, "all reports came", 60)
    time.sleep(1)
    assert sorted(p.to for p in stage.phones.parts) == phones
    assert {p.text for p in stage.phones.parts} == {text}
    assert stage.app.states() == {"sent": 500}
    assert stage.app.said == []


def subscribe(app: SmsApp, phones: list[str]) -> None:
    rows = [{"channel": "sms", "chat": phone, "topic": "mroz", "lang": "pl", "consent": "tak", "at": 0} for phone in phones]
    app.database.do_now(lambda connection: connection.execute(insert(subscriptions), rows))
