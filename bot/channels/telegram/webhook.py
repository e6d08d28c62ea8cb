"""The webhook: Telegram posts updates to us; 200 only once the inbox has them, so that Telegram repeats what we could not take."""

import hmac
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.polling import Take
from bot.channels.telegram.words import Words

PATH = "/telegram"
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
_MOST_BYTES = 1_000_000


def route(take: Take, secret: str, words: Words) -> Route:
    """Where Telegram delivers; requests without the secret are refused."""

    async def deliver(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(_SECRET, "").encode(), secret.encode()):
            return _refused(403)
        body = await _body(request)
        if body is None:
            return _refused(413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        try:
            await take([update])
        except Exception as error:  # noqa: BLE001  # whatever it is, Telegram keeps the question and brings it again
            words.say(f"Telegram: questions cannot be taken in ({type(error).__name__}); Telegram repeats them")
            return Response(status_code=503)
        return Response()

    return Route(PATH, deliver, methods=["POST"])


def _refused(status: int) -> Response:
    """A refusal that ends the connection, with whatever was still to come."""
    return Response(status_code=status, headers={"Connection": "close"})


async def _body(request: Request) -> bytes | None:
    """The body; None where it is longer than any update."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return None
    return body


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
