"""How long an answer stays true: to the end of the minute.

Places open and close at full minutes, days begin at one, and "za 2 godz. 10 min" is told to the minute; so within a minute every page stays as it
is, and after it a browser asks again with the page's tag. A frost alert or a corrected number shows within that minute, too.
"""

import hashlib
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

_MINUTE = 60


def minute(now: datetime) -> datetime:
    """The minute that is told of: waits are rounded, and half a minute must not change the words."""
    return now.replace(second=0, microsecond=0)


def seconds(now: datetime) -> int:
    """Whole seconds until the minute ends, rounded down: nothing may be shown past it."""
    return int(_MINUTE - now.second - now.microsecond / 1_000_000)


def answer(request: Request, body: bytes | str, media_type: str, now: datetime) -> Response:
    """The content with its tag and its lasting; nothing but "not modified" to who has it already."""
    content = body.encode() if isinstance(body, str) else body
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={seconds(now)}, must-revalidate"}
    known = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
