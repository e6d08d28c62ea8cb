"""Reply markups checked as Telegram does."""

from typing import Any
from urllib.parse import urlsplit

from tests.telegram_api.errors import Json, bad_request

KINDS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "pay",
    "callback_game",
)
"""What a button of an inline keyboard can do; it needs one of them."""
MAX_BUTTONS = 100
OTHER = ("keyboard", "remove_keyboard", "force_reply")


def checked_markup(markup: Any) -> Json | None:
    """The inline keyboard as it is stored with a message; None for other markups, which the message does not show."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if not any(kind in markup for kind in OTHER):
            raise bad_request("can't parse reply keyboard markup JSON object")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _check_button(button)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: inline keyboard button text must be non-empty")
    if not any(kind in button for kind in KINDS):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "url" in button:
        _check_url(str(button["url"]))
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode("utf-8", "surrogatepass")) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    problem = None
    parts = urlsplit(url)
    if not url:
        problem = "URL is empty"
    elif parts.scheme not in {"", "http", "https", "tg", "ton"}:
        problem = "Unsupported URL protocol"
    elif parts.scheme in {"http", "https", ""} and not _is_host(parts.netloc or url.partition("/")[0]):
        problem = "Wrong HTTP URL"
    if problem:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")


def _is_host(netloc: str) -> bool:
    host = netloc.rpartition("@")[2].partition(":")[0]
    return "." in host and " " not in host and not host.startswith(".")
