"""Each gateway's words turned into ours: what it says of a send, of a delivery, and what it brings; and the fall-back between two."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.channels.sms import kannel, smsapi, twilio
from bot.channels.sms.gateway import Arrival, Call, Gateway, Sms
from bot.channels.sms.sender import Sender
from bot.core.delivery import Blocked, Later, Outcome, Refused, Sent, Uncertain
from bot.core.reports import Fate, Report
from tests import sms_carriers
from tests.sms_carriers import Carrier, Trouble

ANNA, OURS = "+48600100200", "+48320001122"
SECRET, TOKEN = "0123456789abcdef-webhook", "the-account-token"
PUBLIC = "https://bot.example.org"
ACCOUNT = "AC" + "0" * 32
SMS = Sms(ANNA, "Noclegownia jest otwarta", "key-1")
FIRST_SMSAPI, FIRST_TWILIO = "64000001", f"SM{1:032x}"


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with sms_carriers.running() as carrier_:
        yield carrier_


def smsapi_at(url: str) -> smsapi.Smsapi:
    return smsapi.Smsapi(smsapi.Options(TOKEN, "MOPR", PUBLIC, SECRET, url, pause=0))


def twilio_at(url: str) -> twilio.Twilio:
    return twilio.Twilio(twilio.Options(ACCOUNT, TOKEN, OURS, PUBLIC, url))


def kannel_at(url: str) -> kannel.Kannel:
    return kannel.Kannel(kannel.Options(url, "bot", "pw", OURS, PUBLIC, SECRET))


def call(path: str, query: str = "", form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Call:
    return Call(f"{PUBLIC}{path}?{query}" if query else f"{PUBLIC}{path}", dict(parse_qsl(query)), form or {}, headers or {})


# -- SMSAPI ---------------------------------------------------------------------------------------------------------


async def test_smsapi_sends_with_our_key(carrier: Carrier) -> None:
    gateway = smsapi_at(carrier.url)
    assert await gateway.send(SMS) == Sent((FIRST_SMSAPI,))
    form = carrier.forms[0]
    assert carrier.headers[0]["authorization"] == f"Bearer {TOKEN}"
    assert (form["to"], form["from"], form["message"], form["idx"], form["check_idx"]) == ("48600100200", "MOPR", SMS.text, "key-1", "1")
    assert (form["encoding"], form["format"]) == ("utf-8", "json")
    assert form["notify_url"].startswith(f"{PUBLIC}/sms/smsapi/report?secret=")
    await gateway.close()


async def test_smsapi_an_answer_that_was_lost_is_asked_for_again_under_the_same_key(carrier: Carrier) -> None:
    carrier.troubles = [Trouble(lost=True)]
    gateway = smsapi_at(carrier.url)
    assert await gateway.send(SMS) == Sent(("key-1",))
    assert len(carrier.forms) == 2
    assert len(carrier.taken) == 1
    await gateway.close()


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble(200, {"error": 13, "message": "No correct phonenumbers", "invalid_numbers": []}), Refused("SMSAPI refuses the number (13)")),
        (Trouble(200, {"error": 14, "message": "Wrong sender name"}), Refused("SMSAPI refuses the message (14)")),
        (Trouble(200, {"error": 101, "message": "Authorization failed"}), Later(300.0, "SMSAPI refuses the token")),
        (Trouble(200, {"error": "103", "message": "No points"}), Later(300.0, "the SMSAPI account has no points left")),
        (Trouble(200, {"error": 203, "message": "Too many requests"}), Later(5.0, "SMSAPI asks to slow down")),
        (Trouble(401, {"error": 101, "message": "Authorization failed"}), Later(300.0, "SMSAPI refuses the token")),
        (Trouble(429, {}), Later(5.0, "SMSAPI asks to slow down")),
        (Trouble(400, {}), Refused("SMSAPI refuses the message (400)")),
    ],
)
async def test_smsapi_what_an_error_means(carrier: Carrier, trouble: Trouble, outcome: Outcome) -> None:
    carrier.troubles = [trouble]
    gateway = smsapi_at(carrier.url)
    assert await gateway.send(SMS) == outcome
    assert carrier.taken == []
    await gateway.close()


@pytest.mark.parametrize(
    "trouble", [Trouble(502, "<html>"), Trouble(200, "<html>not JSON</html>"), Trouble(200, {"error": 999}), Trouble(200, {"count": 0, "list": []})]
)
async def test_smsapi_an_unclear_answer_is_uncertain_after_some_tries(carrier: Carrier, trouble: Trouble) -> None:
    carrier.troubles = [trouble] * 3
    gateway = smsapi_at(carrier.url)
    assert isinstance(await gateway.send(SMS), Uncertain)
    assert {form["idx"] for form in carrier.forms} == {"key-1"}
    await gateway.close()


def test_smsapi_reports_come_in_fives_and_unknown_words_are_unknown() -> None:
    gateway = smsapi_at("http://127.0.0.1:1")
    query = "secret=x&MsgId=1,2,3,4,5&status=404,402,403,405,499&donedate=1,1,1,1,1&username=a,a,a,a,a&to=1,2,3,4,5"
    fates = (Fate.DELIVERED, Fate.EXPIRED, Fate.ACCEPTED, Fate.FAILED, Fate.UNKNOWN)
    assert gateway.reports(call("/sms/smsapi/report", query)) == [Report(str(i), fate) for i, fate in enumerate(fates, start=1)]
    assert gateway.reports(call("/sms/smsapi/report", "MsgId=1,2&status=404")) == []
    assert gateway.reports(call("/sms/smsapi/report", "MsgId=9&status=404&idx=key-1")) == [Report("9", Fate.DELIVERED, "key-1")]
    assert gateway.thanks[0] == "OK"


def test_smsapi_brings_a_message() -> None:
    gateway = smsapi_at("http://127.0.0.1:1")
    form = {
        "MsgId": "77",
        "sms_from": "48600100200",
        "sms_to": "48320001122",
        "sms_text": "gdzie jest noclegownia",
        "sms_date": "1768511400",
        "username": "mopr",
    }
    arrived = gateway.arrival(call("/sms/smsapi/in", f"secret={SECRET}", form))
    assert arrived == Arrival("77", "48600100200", "gdzie jest noclegownia", datetime(2026, 1, 15, 21, 10, tzinfo=UTC))
    assert gateway.arrival(call("/sms/smsapi/in", form={"sms_text": "x"})) is None


# -- Twilio ---------------------------------------------------------------------------------------------------------


async def test_twilio_sends(carrier: Carrier) -> None:
    gateway = twilio_at(carrier.url)
    assert await gateway.send(SMS) == Sent((FIRST_TWILIO,))
    assert carrier.headers[0]["authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    callback = f"{PUBLIC}/sms/twilio/report?key=key-1"
    assert carrier.forms[0] == {"To": ANNA, "From": OURS, "Body": SMS.text, "StatusCallback": callback}
    await gateway.close()


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble(400, {"code": 21211, "message": "Invalid 'To'", "status": 400}), Refused("Twilio refuses the number (21211)")),
        (Trouble(400, {"code": 21610, "message": "unsubscribed", "status": 400}), Blocked()),
        (Trouble(401, {"code": 20003, "message": "Authenticate", "status": 401}), Later(300.0, "Twilio refuses the account or the token")),
        (Trouble(429, {"code": 20429, "status": 429}, {"retry-after": "7"}), Later(7.0, "Twilio asks to slow down")),
        (Trouble(503, "<html>"), Later(5.0, "Twilio is out of order")),
        (Trouble(504, "<html>"), Uncertain("no answer from Twilio")),
        (Trouble(201, "not json"), Uncertain("no readable answer from Twilio")),
        (Trouble(lost=True), Uncertain("no answer from Twilio")),
    ],
)
async def test_twilio_what_an_error_means(carrier: Carrier, trouble: Trouble, outcome: Outcome) -> None:
    carrier.twilio_troubles = [trouble]
    gateway = twilio_at(carrier.url)
    assert await gateway.send(SMS) == outcome
    assert len(carrier.forms) == 1
    await gateway.close()


def signed(path: str, query: str, form: dict[str, str], token: str = TOKEN) -> Call:
    """A request as Twilio signs it: HMAC-SHA1 over the address and the sorted form."""
    address = f"{PUBLIC}{path}?{query}" if query else f"{PUBLIC}{path}"
    text = address + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return Call(address, dict(parse_qsl(query)), form, {"x-twilio-signature": signature})


ARRIVED = {"MessageSid": "SM1", "From": ANNA, "To": OURS, "Body": "gdzie się ogrzać?", "NumMedia": "0", "NumSegments": "1"}


def test_twilio_signature() -> None:
    gateway = twilio_at("http://127.0.0.1:1")
    right = signed("/sms/twilio/in", "", ARRIVED)
    assert gateway.trusts(right)
    assert gateway.arrival(right) == Arrival("SM1", ANNA, "gdzie się ogrzać?")
    wrong = [
        signed("/sms/twilio/in", "", ARRIVED, token="another"),  # noqa: S106
        Call(right.url, right.query, ARRIVED | {"Body": "STOP"}, right.headers),
        Call(right.url.replace("https", "http"), right.query, right.form, right.headers),
        Call(f"{right.url}?a=1", {"a": "1"}, right.form, right.headers),
        Call(right.url, right.query, right.form),
    ]
    assert not any(map(gateway.trusts, wrong))


@pytest.mark.parametrize(
    ("word", "fate"),
    [
        ("queued", Fate.QUEUED),
        ("sent", Fate.ACCEPTED),
        ("delivered", Fate.DELIVERED),
        ("undelivered", Fate.FAILED),
        ("failed", Fate.REJECTED),
        ("?", Fate.UNKNOWN),
    ],
)
def test_twilio_reports(word: str, fate: Fate) -> None:
    gateway = twilio_at("http://127.0.0.1:1")
    reported = signed("/sms/twilio/report", "key=key-1", {"MessageSid": "SM1", "MessageStatus": word, "ErrorCode": ""})
    assert gateway.trusts(reported)
    assert gateway.reports(reported) == [Report("SM1", fate, "key-1")]


# -- Kannel ---------------------------------------------------------------------------------------------------------


def test_kannel_reports_and_secret() -> None:
    gateway = kannel_at("http://127.0.0.1:1")
    for value, fate in (("1", Fate.DELIVERED), ("2", Fate.FAILED), ("8", Fate.ACCEPTED), ("16", Fate.REJECTED), ("4", Fate.QUEUED), ("x", Fate.UNKNOWN)):
        assert gateway.reports(call("/sms/kannel/report", f"key=k&fate={value}")) == [Report("k", fate, "k")]
    assert gateway.trusts(call("/", f"secret={SECRET}"))
    assert not gateway.trusts(call("/", "secret=another"))
    assert not gateway.trusts(call("/"))
    assert dict(parse_qsl(urlsplit(gateway.get_url()).query))["id"] == "%I"


async def test_kannel_that_is_away() -> None:
    gateway = kannel_at("http://127.0.0.1:1")
    assert await gateway.send(SMS) == Later(2.0, "Kannel cannot be reached")
    await gateway.close()


# -- two gateways ---------------------------------------------------------------------------------------------------


class Scripted:
    """A gateway that does as it is told."""

    thanks = ("", "text/plain")

    def __init__(self, name: str, *outcomes: Outcome) -> None:
        self.name = name
        self.outcomes = list(outcomes)
        self.sent: list[Sms] = []

    async def send(self, sms: Sms) -> Outcome:
        """The next outcome."""
        self.sent.append(sms)
        return self.outcomes.pop(0)

    def trusts(self, _call: Call) -> bool:
        """Nothing comes."""
        return False

    def arrival(self, _call: Call) -> Arrival | None:
        """Nothing comes."""
        return None

    def reports(self, _call: Call) -> Sequence[Report]:
        """Nothing comes."""
        return ()

    async def close(self) -> None:
        """Nothing is open."""


class Clock:
    """The time that the test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 15, 22, 10, tzinfo=UTC)

    def now(self) -> datetime:
        """That time."""
        return self.at


def sender(clock: Clock, *gateways: Any) -> tuple[Sender, list[str]]:
    said: list[str] = []
    listed: list[Gateway] = list(gateways)
    return Sender(listed, clock.now, said.append), said


async def test_the_second_gateway_takes_over_and_the_first_rests() -> None:
    clock = Clock()
    first, second = Scripted("a", Later(60, "a is out of order"), Sent(("3",))), Scripted("b", Sent(("1",)), Sent(("2",)))
    both, said = sender(clock, first, second)
    assert await both.send(SMS) == Sent(("1",))
    assert said == ["SMS: a is out of order; the next gateway is tried"]
    assert await both.send(SMS) == Sent(("2",))
    assert len(first.sent) == 1
    clock.at += timedelta(seconds=61)
    assert await both.send(SMS) == Sent(("3",))


@pytest.mark.parametrize("outcome", [Uncertain("no answer"), Refused("bad number"), Blocked()])
async def test_nothing_is_sent_twice_through_two_gateways(outcome: Outcome) -> None:
    second = Scripted("b")
    both, _ = sender(Clock(), Scripted("a", outcome), second)
    assert await both.send(SMS) == outcome
    assert second.sent == []


async def test_where_no_gateway_takes_it_the_shortest_wait_counts() -> None:
    both, _ = sender(Clock(), Scripted("a", Later(60, "a")), Scripted("b", Later(5, "b"), Later(5, "b")))
    assert await both.send(SMS) == Later(5, "b")
    assert await both.send(SMS) == Later(5, "b")


def test_a_real_gateway_is_a_gateway() -> None:
    gateways: list[Gateway] = [kannel_at("http://127.0.0.1:1"), smsapi_at("http://127.0.0.1:1"), twilio_at("http://127.0.0.1:1")]
    assert [gateway.name for gateway in gateways] == ["kannel", "smsapi", "twilio"]
