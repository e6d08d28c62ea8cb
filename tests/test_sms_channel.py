"""The channel on a real database and real HTTP, carriers as stubs: taken in once, answered in order, across restarts and failures."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.channels.sms import smsapi, twilio
from bot.channels.sms.gateway import Gateway
from bot.channels.sms.guard import MOST_SOON
from bot.core.knowledge import Knowledge
from bot.store.tables import sessions
from tests import sms_carriers
from tests.kannel import OURS, eventually, free_ports
from tests.sms_app import NIGHT, SECRET, SmsApp
from tests.sms_carriers import Carrier, Trouble
from tests.test_sms_gateways import ACCOUNT, TOKEN, signed

ANNA, BARBARA = "48600100200", "48600100201"


class Stage:
    """An application, the carrier behind it, and a person who writes."""

    def __init__(self, app: SmsApp, carrier: Carrier) -> None:
        self.app = app
        self.carrier = carrier
        self._count = 0

    def write(self, text: str, sender: str = ANNA, event: str = "", secret: str = SECRET) -> int:
        """SMSAPI brings a message; its answer's status."""
        self._count += 1
        form = {"MsgId": event or f"m{self._count}", "sms_from": sender, "sms_to": OURS, "sms_text": text, "sms_date": str(int(self.app.now().timestamp()))}
        with httpx.Client(trust_env=False) as client:
            return client.post(f"{self.app.url}/sms/smsapi/in?secret={secret}", data=form).status_code

    def told(self, phone: str = ANNA) -> list[str]:
        """What the carrier took for a phone."""
        both = [(taken.get("to") or taken["To"].removeprefix("+"), taken.get("message") or taken["Body"]) for taken in self.carrier.taken]
        return [text for to, text in both if to == phone]

    def wait(self, count: int = 1, phone: str = ANNA) -> str:
        """The last of so many."""
        eventually(lambda: len(self.told(phone)) >= count, f"{count} messages; there are {self.told(phone)}")
        return self.told(phone)[-1]

    def stays(self, count: int, phone: str = ANNA) -> bool:
        """Whether there are no more than so many, a moment later."""
        time.sleep(0.3)
        return len(self.told(phone)) == count


def gateways_at(carrier: Carrier) -> Callable[[str], Sequence[Gateway]]:
    def gateways(url: str) -> Sequence[Gateway]:
        first = smsapi.Smsapi(smsapi.Options(TOKEN, OURS, url, SECRET, carrier.url, pause=0))
        return [first, twilio.Twilio(twilio.Options(ACCOUNT, TOKEN, OURS, "https://bot.example.org", carrier.url))]

    return gateways


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with sms_carriers.running() as carrier_:
        yield carrier_


@pytest.fixture
def stage(tmp_path: Path, bytom: Knowledge, carrier: Carrier) -> Iterator[Stage]:
    app = SmsApp(tmp_path, bytom, free_ports(1)[0], gateways_at(carrier), stop_seconds=1)
    app.start()
    yield Stage(app, carrier)
    app.stop()


def test_a_question_is_answered_once_however_often_it_comes(stage: Stage) -> None:
    assert [stage.write("gdzie moge sie przespac", event="same") for _ in range(4)] == [200] * 4
    assert stage.wait().startswith("Noclegownia: ul. Kosynierow 26, Bytom")
    assert stage.stays(1)


def test_strangers_are_turned_away(stage: Stage) -> None:
    assert stage.write("gdzie jest noclegownia", secret="guessed") == 403  # noqa: S106
    with httpx.Client(base_url=stage.app.url, trust_env=False) as client:
        assert client.post(f"/sms/smsapi/in?secret={SECRET}", content=b"x" * 200_000).status_code == 403
        assert client.get("/sms/smsapi/in").status_code == 403
        assert client.post("/sms/twilio/in", data={"MessageSid": "1", "From": ANNA, "Body": "a"}).status_code == 403
        assert client.get(f"/sms/smsapi/in?secret={SECRET}&nothing=known").status_code == 200
    assert stage.app.said == ["SMS: smsapi brought a request of an unknown form; it was left out"]
    assert stage.stays(0)


def test_twilio_brings_and_takes(tmp_path: Path, bytom: Knowledge, carrier: Carrier) -> None:
    app = SmsApp(tmp_path, bytom, free_ports(1)[0], lambda _: gateways_at(carrier)("")[1:], public="https://bot.example.org")
    app.start()
    form = {"MessageSid": "SM7", "From": f"+{ANNA}", "To": OURS, "Body": "gdzie moge sie przespac", "NumMedia": "0", "NumSegments": "1"}
    call = signed("/sms/twilio/in", "", form)
    with httpx.Client(base_url=app.url, trust_env=False) as client:
        answer = client.post("/sms/twilio/in", data=form, headers=dict(call.headers))
        assert (answer.status_code, answer.text) == (200, "<Response/>")
        assert client.post("/sms/twilio/in", data=form | {"Body": "STOP"}, headers=dict(call.headers)).status_code == 403
    eventually(lambda: bool(carrier.taken), "the answer")
    assert carrier.taken[0]["To"] == f"+{ANNA}"
    assert "Kosynierow 26" in carrier.taken[0]["Body"]
    app.stop()


def test_more_goes_on_after_a_restart_and_lapses(stage: Stage) -> None:
    stage.write("jak zostac rodzina zastepcza")
    assert stage.wait().endswith("Dalej: odpisz WIECEJ")
    stage.app.stop()
    stage.app.start()
    stage.write("wiecej")
    assert "-nie jest i nie byl pozbawiony" in stage.wait(2)
    later = NIGHT + timedelta(minutes=16)
    stage.app.now = lambda: later
    stage.app.stop()
    stage.app.start()
    stage.write("wiecej")
    assert "-ma " not in stage.wait(3)


def test_a_choice_still_counts_after_a_keyword(stage: Stage) -> None:
    stage.write("telefon")
    stage.wait()
    stage.write("INFO")
    assert "Informator, MOPR Bytom" in stage.wait(2)
    stage.write("4")
    assert "323886743" in stage.wait(3)


def test_replies_that_wait_are_sent_after_a_restart_once(stage: Stage) -> None:
    stage.carrier.troubles, stage.carrier.twilio_troubles = [Trouble(200, {"error": 103})], [Trouble(503, "<html>")] * 20
    stage.write("gdzie moge sie przespac")
    eventually(lambda: len(stage.carrier.forms) >= 2, "both gateways were tried")
    stage.app.stop()
    stage.carrier.twilio_troubles = []
    assert stage.told() == []
    stage.app.start()
    assert "Kosynierow 26" in stage.wait()
    assert stage.stays(1)


def test_the_fall_back_sends_what_the_first_does_not_take(stage: Stage) -> None:
    stage.carrier.troubles = [Trouble(200, {"error": 103, "message": "No points"})]
    stage.write("gdzie moge sie przespac")
    eventually(lambda: bool(stage.carrier.taken), "the answer")
    assert stage.carrier.taken[0]["To"] == f"+{ANNA}"
    assert stage.app.said == ["SMS: the SMSAPI account has no points left; the next gateway is tried"]


def test_alert_and_stop(stage: Stage) -> None:
    stage.write("ALERT")
    assert stage.wait().startswith("Zapisane.")
    stage.write("alert godziny")
    stage.wait(2)
    assert stage.app.subscribed(f"+{ANNA}") == ["godziny", "mroz"]
    stage.write("stop mroz")
    stage.wait(3)
    assert stage.app.subscribed(f"+{ANNA}") == ["godziny"]
    stage.write("sotp")
    assert stage.wait(4).startswith("Wypisane.")
    assert stage.app.subscribed(f"+{ANNA}") == []
    stage.app.push("Alert")
    assert stage.stays(4)


def test_stop_takes_effect_before_anything_else_and_drops_what_waits(stage: Stage) -> None:
    stage.write("ALERT")
    stage.wait()
    stage.carrier.troubles, stage.carrier.twilio_troubles = [Trouble(200, {"error": 203})], [Trouble(429, {}, {"retry-after": "1"})]
    for text in ("gdzie moge sie przespac", "gdzie jest ogrzewalnia", "do ktorej kis w piatek"):
        stage.write(text)
    eventually(lambda: len(stage.carrier.forms) >= 3, "a first try")
    stage.write("STOP")
    assert stage.app.subscribed(f"+{ANNA}") == []
    assert stage.wait(2).startswith("Wypisane.")
    assert stage.stays(2)


def test_stop_works_for_a_number_over_its_limit(stage: Stage) -> None:
    stage.write("ALERT")
    for i in range(MOST_SOON + 1):
        stage.write(f"gdzie jest noclegownia {i}")
    assert stage.app.subscribed(f"+{ANNA}") == ["mroz"]
    stage.write("stop")
    assert stage.app.subscribed(f"+{ANNA}") == []
    assert "bardzo duzo wiadomosci" in stage.wait(MOST_SOON + 1)
    assert stage.stays(MOST_SOON + 1)


def test_who_blocked_us_at_the_carrier_leaves(stage: Stage) -> None:
    stage.write("ALERT")
    stage.wait()
    stage.carrier.troubles, stage.carrier.twilio_troubles = [Trouble(200, {"error": 103})], [Trouble(400, {"code": 21610})]
    stage.write("gdzie moge sie przespac")
    eventually(lambda: stage.app.subscribed(f"+{ANNA}") == [], "no subscription")


def test_erasure_takes_the_rest_of_a_reply_with_it(stage: Stage) -> None:
    stage.write("jak zostac rodzina zastepcza")
    stage.wait()
    stage.write("/usun_dane")
    assert stage.wait(2).startswith("Usuniete")
    with stage.app.database.engine.connect() as connection:
        kept = connection.execute(select(sessions.c.chat)).scalars().all()
    assert not [chat for chat in kept if chat.endswith("/rest")]


def test_machines_and_ourselves_get_no_answer_and_no_number_is_shown(stage: Stage) -> None:
    for sender in ("7248", "InPost", "48700123456", "48801123456", "4915112345678", OURS, "4915187654321"):
        assert stage.write("gdzie jest noclegownia", sender) == 200
    assert stage.stays(0)
    assert stage.carrier.forms == []
    assert len(stage.app.said) == 2
    assert not any(number in line for line in stage.app.said for number in ("7248", "4915112345678", "12345"))


def test_a_store_that_fails_makes_the_carrier_come_again(stage: Stage) -> None:
    stage.app.fails += [OperationalError("disk full", None, OSError("disk full"))] * 2
    assert [stage.write("INFO", event="same") for _ in range(3)] == [503, 503, 200]
    assert "Informator" in stage.wait()
    assert stage.stays(1)
    assert all("OperationalError" in line and "disk" not in line for line in stage.app.said)


def test_nothing_said_holds_a_number_or_a_text(stage: Stage) -> None:
    stage.carrier.troubles = [Trouble(200, {"error": 13, "message": f"No correct phonenumbers {ANNA}"})]
    stage.write("gdzie moge sie przespac")
    eventually(lambda: bool(stage.app.said), "a line")
    assert stage.app.said == ["SMS: an answer was lost: SMSAPI refuses the number (13)"]


def test_a_picture_without_words(stage: Stage) -> None:
    stage.write("")
    assert "Rozumiem tylko tekst" in stage.wait()


def test_an_alert_through_the_outbox_and_its_reports_in_any_order(stage: Stage) -> None:
    for sender in (ANNA, BARBARA):
        stage.write("ALERT", sender)
        stage.wait(phone=sender)
    stage.app.push("Alert: mróz")
    assert stage.told()[-1] == stage.told(BARBARA)[-1] == "Alert: mroz"
    assert stage.app.states() == {"sent": 2}
    keys = [taken["idx"] for taken in stage.carrier.taken[-2:]]
    with httpx.Client(base_url=stage.app.url, trust_env=False) as client:
        for statuses in ("405,403", "403,404", "405,403"):
            query = f"secret={SECRET}&MsgId=1,2&status={statuses}&idx={','.join(keys)}&donedate=1,1&username=a,a&to=1,2"
            assert client.get(f"/sms/smsapi/report?{query}").text == "OK"
        assert client.get(f"/sms/smsapi/report?secret={SECRET}&MsgId=9&status=404&idx=d999-unknown").text == "OK"
    assert stage.app.states() == {"sent": 1, "failed": 1}
    stage.app.push("Alert: mróz")
    assert len(stage.told()) == 2
