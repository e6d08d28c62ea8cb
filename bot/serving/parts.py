"""What services are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.knowledge import Knowledge
from bot.metrics import Metrics
from bot.serving.services import Say
from bot.settings import Settings
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that all services share. `knowledge` is that of the moment, alerts and notices laid over it."""

    settings: Settings
    knowledge: Callable[[], Knowledge]
    database: Database
    now: Callable[[], datetime]
    say: Say
    metrics: Metrics
