"""Through Kannel to an SMSC over SMPP: throttled, refused and failed messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.channels.sms.kannel import Kannel as Gateway
from bot.channels.sms.kannel import Options
from bot.core.delivery import Sent
from bot.core.knowledge import Knowledge
from bot.core.reports import Fate
from tests import kannel, smsc
from tests.kannel import OURS, PASSWORD, USER, eventually, free_ports
from tests.sms_app import SECRET, SmsApp, key
from tests.smsc import Smsc

pytestmark = kannel.needed()

ANNA = "48600100200"
"""As SMPP carries it: without +."""


@dataclass
class Stage:
    """The application, and the phone network at the other end."""

    app: SmsApp
    smsc: Smsc

    def fate_of(self, to: str, text: str = "Alert") -> Fate:
        """Send, and wait for the last word on it."""
        assert isinstance(self.app.send(to, text).result(10), Sent)
        eventually(lambda: self.app.fates.get(key(to, text), Fate.UNKNOWN).final, f"a last word; so far {self.app.fates}", 15)
        return self.app.fates[key(to, text)]


@pytest.fixture
def stage(tmp_path: Path, bytom: Knowledge) -> Iterator[Stage]:
    port, smsc_port = free_ports(2)

    def gateway(url: str, callback: str) -> Gateway:
        return Gateway(Options(url, USER, PASSWORD, OURS, callback, SECRET))

    get_url = gateway("http://127.0.0.1:1", f"http://127.0.0.1:{port}").get_url()
    with smsc.running(smsc_port) as network, kannel.running(tmp_path / "kannel", get_url, smsc=smsc.CONFIGURATION, smsc_port=smsc_port) as running:
        app = SmsApp(tmp_path, bytom, port, lambda url: [gateway(running.url, url)])
        app.start()
        assert network.bound.wait(10)
        yield Stage(app, network)
        app.stop()


def test_a_question_and_its_answer(stage: Stage) -> None:
    stage.smsc.write(ANNA, OURS, "gdzie mogę się przespać")
    eventually(lambda: bool(stage.smsc.shown), "the answer")
    phone, text = stage.smsc.shown[0]
    assert phone == ANNA
    assert text.startswith("Noclegownia: ul. Kosynierow 26, Bytom")


def test_delivered_undelivered_expired(stage: Stage) -> None:
    stage.smsc.receipts = {ANNA: "UNDELIV", "48600100201": "EXPIRED"}
    assert stage.fate_of("+48600100202") is Fate.DELIVERED
    assert stage.fate_of(f"+{ANNA}") is Fate.FAILED
    assert stage.fate_of("+48600100201") is Fate.FAILED


def test_refused_by_the_network(stage: Stage) -> None:
    stage.smsc.answers = {ANNA: [smsc.INVALID_ADDRESS]}
    assert stage.fate_of(f"+{ANNA}") is Fate.REJECTED
    assert stage.smsc.shown == []


def test_throttled_and_full_networks_get_it_later_and_once(stage: Stage) -> None:
    stage.smsc.answers = {ANNA: [smsc.THROTTLED, smsc.QUEUE_FULL]}
    assert stage.fate_of(f"+{ANNA}") is Fate.DELIVERED
    assert len(stage.smsc.submitted) == 3
    assert stage.smsc.shown == [(ANNA, "Alert")]
