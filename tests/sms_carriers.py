"""SMSAPI and Twilio on this machine: their captured formats over real HTTP, and every way of failing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.weather_server import _Quiet


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with one request; `lost`: the message is taken, but the answer never arrives whole."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class Carrier:
    """Both providers; troubles meet the next requests, one each."""

    url: str = ""
    troubles: list[Trouble] = field(default_factory=list)
    """SMSAPI's."""
    twilio_troubles: list[Trouble] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    taken: list[dict[str, str]] = field(default_factory=list)
    """Messages that were taken, once for each `idx`."""

    async def smsapi(self, request: Request) -> Response:
        """POST /sms.do."""
        form, trouble = await self._received(request, self.troubles)
        if trouble and not trouble.lost:
            return _failed(trouble)
        if form.get("check_idx") == "1" and any(taken.get("idx") == form["idx"] for taken in self.taken):
            return JSONResponse({"error": 53, "message": "Not unique idx"})
        self.taken.append(form)
        sent = {"id": f"64{len(self.taken):06d}", "points": 0.1, "number": form["to"], "date_sent": 1768511400, "submitted_number": form["to"]}
        answer = {"count": 1, "list": [sent | {"status": "QUEUE", "error": None, "idx": form["idx"], "parts": 1}]}
        return _cut() if trouble else JSONResponse(answer)

    async def twilio(self, request: Request) -> Response:
        """POST /2010-04-01/Accounts/{sid}/Messages.json."""
        form, trouble = await self._received(request, self.twilio_troubles)
        if trouble and not trouble.lost:
            return _failed(trouble)
        self.taken.append(form)
        answer = {"sid": f"SM{len(self.taken):032x}", "status": "queued", "to": form["To"], "from": form["From"], "error_code": None, "num_segments": "1"}
        return _cut() if trouble else JSONResponse(answer, 201)

    async def _received(self, request: Request, troubles: list[Trouble]) -> tuple[dict[str, str], Trouble | None]:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        self.forms.append(form)
        self.headers.append(dict(request.headers))
        return form, troubles.pop(0) if troubles else None


def _failed(trouble: Trouble) -> Response:
    if isinstance(trouble.body, str):
        return Response(trouble.body, trouble.status, trouble.headers, media_type="text/html")
    return JSONResponse(trouble.body, trouble.status, trouble.headers)


def _cut() -> Response:
    """An answer that ends before the body that was announced."""
    return Response("{", headers={"content-length": "100"})


@contextmanager
def running() -> Iterator[Carrier]:
    """Both on one free port of 127.0.0.1, in a thread."""
    carrier = Carrier()
    twilio = Route("/2010-04-01/Accounts/{account}/Messages.json", carrier.twilio, methods=["POST"])
    app = Starlette(routes=[Route("/sms.do", carrier.smsapi, methods=["POST"]), twilio])
    server = _Quiet(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    carrier.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield carrier
    finally:
        server.should_exit = True
        thread.join(5)
