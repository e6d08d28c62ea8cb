"""Parameters of a call: form, multipart, JSON and query string read into one object with typed access."""

import hashlib
import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from tests.telegram_api.errors import Json, bad_request

_PNG = b"\x89PNG\r\n\x1a\n"


async def read_params(request: Request) -> "Params":
    """All parameters of a request; of files the name, the size, a hash, and what their header says of a picture."""
    values: Json = dict(request.query_params) if request.scope["query_string"] else {}
    body = await request.body()
    if body:
        values.update(_body(body, request.headers.get("content-type", "")))
    return Params(values)


def _body(body: bytes, content_type: str) -> Json:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            values = json.loads(body)
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        return values if isinstance(values, dict) else {}
    if kind == "multipart/form-data":
        return _multipart(body, content_type)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _multipart(body: bytes, content_type: str) -> Json:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    values: Json = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        filename = part.get_filename()
        values[str(name)] = _file(filename, data) if filename else data.decode("utf-8", "replace")
    return values


def _file(name: str, data: bytes) -> Json:
    """An uploaded file; `width` and `height` in pixels where it is a PNG."""
    size = {"width": int.from_bytes(data[16:20], "big"), "height": int.from_bytes(data[20:24], "big")} if data.startswith(_PNG) else {}
    return {"file_name": name, "file_size": len(data), "sha256": hashlib.sha256(data).hexdigest(), **size}


class Params:
    """Named values of a call; a wrong type is the caller's mistake and raises 400."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """A text; the default where it is absent."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; the default where it is absent or empty."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f"{name} is not a valid integer") from None

    def number(self, name: str) -> float:
        """A number that must be given."""
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"can't parse {name}: a number is expected") from None

    def flag(self, name: str) -> bool:
        """A switch, off where it is absent."""
        return str(self.values.get(name, "")).lower() in {"true", "1", "yes"}

    def parsed(self, name: str) -> Any:
        """A nested object or list: text in forms, itself in JSON bodies; None where it is absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def chat(self) -> int | str | None:
        """The chat that is addressed: its number, or @name of a public one; None where the call has none."""
        value = self.values.get("chat_id")
        if value in (None, ""):
            return None
        digits = str(value).removeprefix("-")
        return int(str(value)) if digits.isascii() and digits.isdigit() else str(value)
