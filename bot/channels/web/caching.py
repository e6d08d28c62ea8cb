"""What browsers and proxies may keep: each page to the end of the minute, after which they ask again with the page's tag."""

import hashlib
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.core import freshness


def answer(request: Request, body: bytes | str, media_type: str, now: datetime) -> Response:
    """The content with its tag and its lasting; nothing but "not modified" to who has it already."""
    content = body.encode() if isinstance(body, str) else body
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={freshness.seconds(now)}, must-revalidate"}
    known = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
