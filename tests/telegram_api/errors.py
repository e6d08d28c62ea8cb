"""What the Bot API answers when it refuses a call, and the one way out without an answer."""

from typing import Any

Json = dict[str, Any]
"""An object as it goes over the wire."""


class ApiError(Exception):
    """A refusal: the HTTP status, its description and, for 429, the seconds to wait."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def body(self) -> Json:
        """The answer as it goes over the wire."""
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


class Hangup(Exception):  # noqa: N818
    """The connection ends without an answer: a fault rule says so, or the caller has gone."""


def bad_request(what: str) -> ApiError:
    return ApiError(400, f"Bad Request: {what}")


def too_many(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after)
