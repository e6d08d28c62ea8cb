"""Requests a second and slowest answers of /api/ask, beside a bare "hello" of Starlette's in the same run; then with two workers.

Run with `make bench-web`. A client of its own process keeps some connections busy; figures are to be compared within one run. Where other work shares the
machine, the computing time a request takes says more than the rate.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.app import knowledge, now
from bot.inbox.stored import StoredInbox
from bot.loader.conversations import turns
from bot.metrics import Metrics
from bot.serving import open_store
from bot.serving.services import Parts
from bot.serving.web import listening, web_app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
CONNECTIONS = 16
SECONDS = 6.0
_FORK = multiprocessing.get_context("fork")


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
    """So many processes that accept from one socket; its port, and their ids."""
    listener = listening("127.0.0.1", 0)
    processes = [_FORK.Process(target=_work, args=(kind, folder, listener)) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield int(listener.getsockname()[1]), [process.pid or 0 for process in processes]
    finally:
        for process in processes:
            process.terminate()
            process.join()
        listener.close()


def questions(*, talking: bool) -> list[bytes]:
    """Requests as they go over the wire: the sentences of the conversation tests."""
    texts = [turn["say"] for path in sorted((ROOT / "tests" / "conversations").glob("*.yaml")) for turn in turns(path)]
    bodies = [json.dumps({"text": text} | ({"chat": f"chat-{i % 200}"} if talking else {})).encode() for i, text in enumerate(texts)]
    head = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return [head % len(body) + body for body in bodies]


async def _client(port: int, requests: list[bytes], first: int, until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = first
    while time.perf_counter() < until:
        start = time.perf_counter()
        writer.write(requests[number % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - start)
        number += CONNECTIONS
    writer.close()


async def _drive(port: int, requests: list[bytes], seconds: float) -> list[float]:
    took: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_client(port, requests, first, until, took) for first in range(CONNECTIONS)))
    return took


def _computed(processes: list[int]) -> float:
    """Seconds of computing that processes have used."""
    fields = (Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split() for process in processes)
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def measure(kind: str, count: int, requests: list[bytes]) -> tuple[float, float]:
    """Requests a second, and seconds of computing for each; a row is printed."""
    with tempfile.TemporaryDirectory() as folder, workers(kind, count, folder) as (port, processes):
        for _ in range(200):
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                asyncio.run(_drive(port, requests, 1.0))
                break
            time.sleep(0.1)
        before = _computed(processes)
        took = sorted(asyncio.run(_drive(port, requests, SECONDS)))
        each = (_computed(processes) - before) / len(took)
    rate = len(took) / SECONDS
    _row(f"{kind}, {count} worker{'s' if count > 1 else ''}", rate, each, took)
    return rate, each


def _row(name: str, rate: float, each: float, took: list[float]) -> None:
    print(
        f"{name:<26}{rate:>7.0f} /s   computing {1000 * each:>5.2f} ms   p50 {1000 * took[len(took) // 2]:>7.2f} ms   p99 {1000 * took[int(0.99 * len(took))]:>7.2f} ms"
    )


def main() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    print(f"{CONNECTIONS} connections, {SECONDS:.0f} s each, on {os.cpu_count()} cores that the client shares")
    bare, bare_each = measure("hello", 1, questions(talking=False))
    one, one_each = measure("ask", 1, questions(talking=False))
    talking, talking_each = measure("ask, in a talk", 1, questions(talking=True))
    two, _ = measure("ask", 2, questions(talking=False))
    print(f"ask to hello, by rate: {one / bare:.0%} (in a talk, with a session in SQLite: {talking / bare:.0%}); from 1 to 2 workers: x{two / one:.2f}")
    print(f"ask to hello, by computing: {bare_each / one_each:.0%} (in a talk: {bare_each / talking_each:.0%})")


if __name__ == "__main__":
    main()
