"""Reading what was sent: never more than a message can need, never longer than a message can take."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MOST_BYTES = 16_384
_SECONDS = 10.0
_MOST_FIELDS = 8


async def read(request: Request, media_type: str) -> bytes:
    """The body, which must say that it is of the media type; raises HTTPException."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise HTTPException(415)
    declared = request.headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit():
        raise HTTPException(400)
    if int(declared[:20]) > MOST_BYTES:
        raise HTTPException(413)
    try:
        async with asyncio.timeout(_SECONDS):
            return await _bounded(request)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None


async def _bounded(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(body)


async def form(request: Request) -> Mapping[str, str]:
    """The fields of a form; what is no UTF-8 is replaced. Raises HTTPException."""
    body = await read(request, "application/x-www-form-urlencoded")
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise HTTPException(400) from None


async def json_value(request: Request) -> Any:
    """What the JSON says; raises HTTPException."""
    body = await read(request, "application/json")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
