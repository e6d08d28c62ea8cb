"""Requests a second and slowest answers of /api/ask, beside a bare "hello" of Starlette's in the same run; then with two workers.

"ask" asks a thousand sentences over and over, so most come again within the minute and were kept (bot/inbox/memo.py), as after an alert; "each new" asks
every one of a minute of its own, so that every answer is made.

Run with `make bench-web`. A client in a process of its own, as light as can be, keeps some connections busy; figures are to be compared within one run,
the ratios are medians of rounds in turn. Where other work shares the machine, the computing time a request takes says more than the rate; and where the
cores are all busy with one worker and the client, a second worker has none.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import selectors
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.app import knowledge, now
from bot.core.hours import TZ
from bot.inbox.stored import StoredInbox
from bot.loader.conversations import turns
from bot.metrics import Metrics
from bot.serving import open_store
from bot.serving.services import Parts
from bot.serving.web import web_app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
CONNECTIONS = 16
SECONDS = 4.0
ROUNDS = 3
_FORK = multiprocessing.get_context("fork")


class Figures(NamedTuple):
    """What was measured once: requests a second, seconds of computing for each, the client's, and how long answers took."""

    rate: float
    each: float
    client: float
    p50: float
    p99: float


def hello() -> ASGIApp:
    async def ask(request: Request) -> JSONResponse:
        await request.body()
        return JSONResponse({"text": "hello"})

    return Starlette(routes=[Route("/api/ask", ask, methods=["POST"])])


def site(folder: str) -> ASGIApp:
    database = open_store(f"sqlite:///{folder}/bench.db")
    known = knowledge(Settings())
    parts = Parts(Settings(web_per_minute=1e9), lambda: known, database, now, print, Metrics())
    return web_app(parts, StoredInbox(parts.knowledge, database, now, print))


def _work(kind: str, folder: str, listener: socket.socket) -> None:
    app = hello() if kind == "hello" else site(folder)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", proxy_headers=False))
    asyncio.run(server.serve([listener]))


@contextlib.contextmanager
def workers(kind: str, count: int, folder: str) -> Iterator[tuple[int, list[int]]]:
    """So many processes on one port, among which the kernel deals out the connections; the port, and their ids."""
    listener = _listener(0)
    port = int(listener.getsockname()[1])
    listeners = [listener, *(_listener(port) for _ in range(count - 1))]
    processes = [_FORK.Process(target=_work, args=(kind, folder, listener)) for listener in listeners]
    for process in processes:
        process.start()
    try:
        yield port, [process.pid or 0 for process in processes]
    finally:
        for process in processes:
            process.terminate()
            process.join()
        for listener in listeners:
            listener.close()


def _listener(port: int) -> socket.socket:
    """One of several sockets on a port: of one that is shared, the first process would take all connections that come together.

    That it is TCP must be said, or asyncio leaves Nagle's delay on.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(CONNECTIONS)
    return listener


def questions(kind: str) -> list[bytes]:
    """Requests as they go over the wire: the sentences of the conversation tests; in talks, or each asked of another minute, so that none is kept."""
    texts = [turn["say"] for path in sorted((ROOT / "tests" / "conversations").glob("*.yaml")) for turn in turns(path)]
    minutes = (datetime(2026, 1, 1, tzinfo=TZ) + timedelta(minutes=i) for i in range(len(texts)))
    more = {
        "alone": ({} for _ in texts),
        "talking": ({"chat": f"chat-{i % 200}"} for i in range(len(texts))),
        "new": ({"at": f"{minute:%Y-%m-%dT%H:%M}"} for minute in minutes),
    }[kind]
    bodies = [json.dumps({"text": text} | rest).encode() for text, rest in zip(texts, more, strict=True)]
    head = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return [head % len(body) + body for body in bodies]


class _Client:
    """A connection that asks one question after the other; `took` are the seconds of each."""

    def __init__(self, port: int, requests: list[bytes], first: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.took: list[float] = []
        self._requests = requests
        self._number = first
        self._came = b""

    def ask(self) -> None:
        self._since = time.perf_counter()
        self.socket.sendall(self._requests[self._number % len(self._requests)])
        self._number += CONNECTIONS

    def hear(self) -> bool:
        """Read what has come; whether that was the whole answer."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError
        self._came += piece
        head, _, body = self._came.partition(b"\r\n\r\n")
        if len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 1_000_000):
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        self.took.append(time.perf_counter() - self._since)
        self._came = b""
        return True


def _drive(port: int, requests: list[bytes], seconds: float) -> list[float]:
    """Keep all connections busy, with as little computing as can be: the cores are the servers'."""
    clients = [_Client(port, requests, first) for first in range(CONNECTIONS)]
    until = time.perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.ask()
        while time.perf_counter() < until:
            for key, _ in selector.select(timeout=1):
                if key.data.hear():
                    key.data.ask()
    for client in clients:
        client.socket.close()
    return [seconds for client in clients for seconds in client.took]


def _computed(processes: list[int]) -> float:
    """Seconds of computing that processes have used."""
    fields = (Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split() for process in processes)
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def measure(kind: str, count: int, requests: list[bytes]) -> Figures:
    """What so many workers do of one kind."""
    with tempfile.TemporaryDirectory() as folder, workers(kind, count, folder) as (port, processes):
        for _ in range(200):
            with contextlib.suppress(OSError):
                if _drive(port, requests, 1.0):
                    break
            time.sleep(0.1)
        before, own = _computed(processes), time.process_time()
        took = sorted(_drive(port, requests, SECONDS))
        each = (_computed(processes) - before) / len(took)
        client = (time.process_time() - own) / len(took)
    return Figures(len(took) / SECONDS, each, client, took[len(took) // 2], took[int(0.99 * len(took))])


def main() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    print(f"{CONNECTIONS} connections, {SECONDS:.0f} s each, {ROUNDS} rounds, medians; {os.cpu_count()} cores that the client shares")
    kinds = {
        "hello": ("hello", 1, "alone"),
        "ask": ("ask", 1, "alone"),
        "ask, each new": ("ask", 1, "new"),
        "ask, in a talk": ("ask", 1, "talking"),
        "each new, 2 workers": ("ask", 2, "new"),
    }
    found: dict[str, list[Figures]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, (kind, count, asked) in kinds.items():
            found[name].append(measure(kind, count, questions(asked)))
    for name, rounds in found.items():
        rate, each, client, p50, p99 = (statistics.median(values) for values in zip(*rounds, strict=True))
        told = f"computing {1000 * each:>5.2f} ms, the client's {1000 * client:.2f}"
        print(f"{name:<20}{rate:>7.0f} /s   {told}   p50 {1000 * p50:>6.2f} ms   p99 {1000 * p99:>6.2f} ms")

    def ratio(name: str, other: str) -> float:
        return statistics.median(mine.rate / theirs.rate for mine, theirs in zip(found[name], found[other], strict=True))

    others = f"each question new {ratio('ask, each new', 'hello'):.0%}, in a talk with its session in SQLite {ratio('ask, in a talk', 'hello'):.0%}"
    print(f"ask to hello, by rate: {ratio('ask', 'hello'):.0%}, {others}; from 1 to 2 workers: x{ratio('each new, 2 workers', 'ask, each new'):.2f}")


if __name__ == "__main__":
    main()
