"""What every SMS gateway does, in the same few words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.delivery import Outcome
from bot.core.reports import Report

INCOMING, REPORT = "in", "report"
"""The last piece of a webhook's path."""


@dataclass(frozen=True, slots=True)
class Sms:
    """A message to send. `to` is E.164; `key` is ours, the same however often it is tried."""

    to: str
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Call:
    """A carrier's request to a webhook: the address as the carrier knows it, query and form, headers in lower case."""

    url: str
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """A field of form or query; "" where it is missing."""
        return self.form.get(name) or self.query.get(name, "")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that a carrier brings; `id` is the same at every repetition, `sender` as the carrier writes it."""

    id: str
    sender: str
    text: str
    at: datetime | None = None


class Gateway(Protocol):
    """One carrier's interface."""

    name: str
    thanks: tuple[str, str]
    """What the carrier wants to read as an answer to a webhook, and its media type."""

    async def send(self, sms: Sms) -> Outcome:
        """Hand a message to the carrier; never raises for what the carrier or the network does."""

    def trusts(self, call: Call) -> bool:
        """Whether a request is the carrier's."""

    def arrival(self, call: Call) -> Arrival | None:
        """The message in a request; None where there is none."""

    def reports(self, call: Call) -> Sequence[Report]:
        """The delivery reports in a request."""

    async def close(self) -> None:
        """Give connections back."""
