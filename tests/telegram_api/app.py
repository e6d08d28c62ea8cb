"""The ASGI application: the Bot API under /bot<token>/, the tests' own door under /_control/."""

import asyncio
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.telegram_api.api import Answer, Api
from tests.telegram_api.control import Control
from tests.telegram_api.errors import ApiError, Hangup, bad_request
from tests.telegram_api.params import Params, read_params

_UNAUTHORIZED = Answer(401, ApiError(401, "Unauthorized").body())


class BotEndpoint:
    """Calls of the Bot API."""

    def __init__(self, api: Api) -> None:
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, or break the connection off."""
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except Hangup:
            scope["state"]["transport"].abort()
            await receive()
            return
        media, text = ("text/html", answer.text) if answer.text else ("application/json", json.dumps(answer.body, ensure_ascii=False))
        await Response(text.encode("utf-8", "surrogatepass"), answer.status, media_type=media)(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        if request.path_params["token"] != self.api.telegram.settings.token:
            return _UNAUTHORIZED
        try:
            params = await read_params(request)
        except ApiError as error:
            return Answer(error.status, error.body())
        name = request.path_params["method"]
        if name.lower() == "getupdates" and params.integer("timeout"):
            return await _unless_gone(self.api, name, params, request)
        return await self.api.call(name, params)


async def _unless_gone(api: Api, name: str, params: Params, request: Request) -> Answer:
    """The answer to a long poll; a poll whose caller has died is over at once."""
    work = asyncio.ensure_future(api.call(name, params))
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise Hangup
        return work.result()
    finally:
        work.cancel()
        gone.cancel()


class ControlEndpoint:
    """Operations of the tests: POST a JSON object, or GET with parameters."""

    def __init__(self, control: Control) -> None:
        self.control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out one operation."""
        request = Request(scope, receive)
        try:
            result = await self.control.call(request.path_params["operation"], await _arguments(request))
            body, status = {"ok": True, "result": result}, 200
        except ApiError as error:
            body, status = error.body(), error.status
        await Response(json.dumps(body), status, media_type="application/json")(scope, receive, send)


async def _arguments(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return {name: _value(text) for name, text in request.query_params.items()}
    try:
        return dict(json.loads(await request.body() or b"{}"))
    except ValueError:
        raise bad_request("a JSON object is expected") from None


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def make_app(api: Api, control: Control) -> Starlette:
    """Both doors in one application."""
    methods = ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/bot{token}/{method}", BotEndpoint(api), methods=methods),
            Route("/_control/{operation}", ControlEndpoint(control), methods=methods),
        ]
    )
