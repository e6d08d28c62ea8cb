"""Figures for Prometheus: what was asked and answered, what waits, how old the weather is."""

from pathlib import Path

from bot import spending
from bot.core.message import Status
from bot.core.push import Audience, Message, Push, Recipient
from bot.metrics import Metrics
from bot.serving import _measure
from bot.spending import Budget
from bot.store import conversations, deliveries
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.conftest import WEDNESDAY


def test_what_waits_and_what_became_of_it(tmp_path: Path) -> None:
    metrics = Metrics()
    with Database(f"sqlite:///{tmp_path / 'bot.db'}") as database:
        migrate(database)
        _measure(metrics, database, None)
        people = tuple(Recipient("sms", str(number)) for number in range(3))
        push = Push("p", Message({"pl": "x"}, {}), Audience(named=people), WEDNESDAY, WEDNESDAY.replace(hour=23))
        database.do_now(lambda connection: deliveries.add_push(connection, push))
        database.do_now(lambda connection: spending.spread(connection, Budget(), WEDNESDAY))
        database.do_now(lambda connection: conversations.wait_to_send(connection, "telegram", "1", "{}", WEDNESDAY))
        page = metrics.page().decode().splitlines()
    assert 'informator_deliveries{state="queued"} 3.0' in page
    assert 'informator_deliveries{state="uncertain"} 0.0' in page
    assert 'informator_replies_waiting{channel="telegram"} 1.0' in page


def test_a_broken_database_costs_only_its_own_figures(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.answered("sms", Status.FALLBACK, 0.02)
    with Database(f"sqlite:///{tmp_path / 'without-tables.db'}") as database:
        _measure(metrics, database, None)
        page = metrics.page().decode()
    assert 'informator_questions_total{channel="sms",status="fallback"} 1.0' in page
    assert 'informator_answer_seconds_bucket{channel="sms",le="0.025"} 1.0' in page
    assert "informator_deliveries{" not in page
