"""What a weather source is, and asking one over HTTP: evidence, or "unavailable" with the reason, never an empty answer for a failure."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx
import stamina

from bot.core.evidence import Evidence, Unavailable, utc

_SERVER_ERROR = 500
_AGENT = "Informator (municipal family-support centre; frost alerts)"


class UnreadableError(Exception):
    """The answer says nothing about the weather; the message says why, for operators."""


class Source(Protocol):
    """One weather source. `credit` is the attribution that its licence asks for."""

    @property
    def name(self) -> str:
        """Its name in schedules, states and logs."""

    @property
    def credit(self) -> str:
        """Whom to thank, as the source words it."""

    def request(self) -> tuple[str, Mapping[str, str]]:
        """The URL and its parameters."""

    def read(self, status: int, text: str, now: datetime) -> Evidence:
        """What an answer says; raises UnreadableError."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer and how often to try again, the waits between tries growing from `first_wait`. All in seconds."""

    attempts: int = 3
    first_wait: float = 1.0
    longest_wait: float = 15.0
    connect: float = 5.0
    answer: float = 20.0


class _ServerError(Exception):
    """A server error: worth another try."""


async def ask(source: Source, client: httpx.AsyncClient, now: datetime, patience: Patience = Patience()) -> Evidence | Unavailable:
    """Ask a source once, trying again on network and server errors; whatever goes wrong makes it unavailable, nothing is raised."""
    try:
        answer = await _get(source, client, patience)
        return source.read(answer.status_code, answer.text, utc(now))
    except UnreadableError as error:
        reason = str(error)
    except _ServerError as error:
        reason = f"the server answers {error}"
    except TimeoutError:
        reason = f"no answer within {patience.answer:g} s"
    except httpx.TimeoutException:
        reason = "no answer in time"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"cannot be reached ({type(error).__name__})"
    return Unavailable(source.name, utc(now), reason)


async def _get(source: Source, client: httpx.AsyncClient, patience: Patience) -> httpx.Response:
    url, params = source.request()
    timeout = httpx.Timeout(patience.answer, connect=patience.connect)
    attempts = stamina.retry_context(
        on=(_ServerError, httpx.TransportError, TimeoutError),
        attempts=patience.attempts,
        timeout=None,
        wait_initial=patience.first_wait,
        wait_max=patience.longest_wait,
        wait_jitter=patience.first_wait,
    )
    async for attempt in attempts:
        with attempt:
            async with asyncio.timeout(patience.answer):  # of the whole answer: httpx counts each piece of it apart
                answer = await client.get(url, params=params, timeout=timeout, follow_redirects=True, headers={"User-Agent": _AGENT})
            if answer.status_code >= _SERVER_ERROR:  # not 429: another try at once would make it worse
                raise _ServerError(answer.status_code)
            return answer
    raise AssertionError("stamina raises after the last attempt")


def parse(text: str) -> Any:
    """The JSON of an answer; raises UnreadableError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        kind = "an HTML page" if text.lstrip()[:1] == "<" else "no JSON" if text.strip() else "nothing"
        raise UnreadableError(f"the answer is {kind}") from None
