"""A weather server on this machine: real HTTP, the payloads of tests/weather_examples, and every way of failing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

EXAMPLES = Path(__file__).parent / "weather_examples"


def example(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to one request; `hang`: it never says anything."""

    body: str = ""
    status: int = 200
    hang: bool = False
    cut: bool = False
    """The connection ends before the body that was announced."""


@dataclass
class WeatherServer:
    """Answers in the order given, the last one for ever; keeps what was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def says(self, *answers: Answer) -> None:
        """From now on it gives these answers."""
        self.answers, self.asked = list(answers), []

    async def handle(self, request: Request) -> Response:
        """One answer."""
        self.asked.append((request.url.path, dict(request.query_params)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.hang:
            while (await request.receive())["type"] != "http.disconnect":
                pass
        headers = {"content-length": str(len(answer.body.encode()) + 100)} if answer.cut else None
        return Response(answer.body, answer.status, headers, media_type="application/json")


class _Quiet(uvicorn.Server):
    """Leaves the signals of the test process alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def running() -> Iterator[WeatherServer]:
    """A server on a free port of 127.0.0.1, in a thread."""
    weather = WeatherServer()
    app = Starlette(routes=[Route("/{path:path}", weather.handle)])
    server = _Quiet(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    weather.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield weather
    finally:
        server.should_exit = True
        thread.join(5)
