"""The table of methods, and those about the bot itself: identity, updates, webhook, commands, descriptions."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.telegram_api.errors import ApiError, Json, bad_request
from tests.telegram_api.params import Params
from tests.telegram_api.telegram import Telegram

Method = Callable[[Telegram, Params], Any]


@dataclass(frozen=True)
class Described:
    """A result with the remark that Telegram adds to it."""

    result: Any
    description: str


METHODS: dict[str, tuple[str, Method]] = {}
"""Methods by their name in lower case: Telegram does not mind the case."""
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


def method(name: str) -> Callable[[Method], Method]:
    """Put a function into the table under its name in the Bot API."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = (name, function)
        return function

    return register


@method("getMe")
def get_me(telegram: Telegram, _: Params) -> Json:
    return {
        **telegram.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not telegram.settings.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getUpdates")
def get_updates(telegram: Telegram, params: Params) -> Awaitable[list[Json]]:
    _set_allowed(telegram, params)
    limit = min(max(params.integer("limit", 100), 1), 100)
    return telegram.updates.poll(params.integer("offset"), limit, min(max(params.integer("timeout"), 0), 50))


@method("setWebhook")
def set_webhook(telegram: Telegram, params: Params) -> Described:
    url, secret = params.text("url"), params.text("secret_token")
    if not url:
        return _delete_webhook(telegram, params)
    if not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    _set_allowed(telegram, params)
    if params.flag("drop_pending_updates"):
        telegram.updates.forget_all()
    wanted = {"url": url, "secret_token": secret, "max_connections": connections}
    same = {name: telegram.webhook.get(name) for name in wanted} == wanted
    if not same:
        telegram.set_webhook(wanted)
    return Described(True, "Webhook is already set" if same else "Webhook was set")


@method("deleteWebhook")
def delete_webhook(telegram: Telegram, params: Params) -> Described:
    return _delete_webhook(telegram, params)


def _delete_webhook(telegram: Telegram, params: Params) -> Described:
    if params.flag("drop_pending_updates"):
        telegram.updates.forget_all()
    was_set = bool(telegram.webhook)
    telegram.set_webhook({})
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


@method("getWebhookInfo")
def get_webhook_info(telegram: Telegram, _: Params) -> Json:
    known = {name: value for name, value in telegram.webhook.items() if name != "secret_token"}
    info = {"url": "", **known, "has_custom_certificate": False, "pending_update_count": len(telegram.updates.pending)}
    return {**info, "allowed_updates": telegram.updates.allowed} if telegram.updates.allowed else info


def _set_allowed(telegram: Telegram, params: Params) -> None:
    """An empty list brings the default back; no list leaves the last one in force."""
    allowed = params.parsed("allowed_updates")
    if allowed is not None:
        telegram.updates.allowed = list(allowed)


@method("logOut")
def log_out(telegram: Telegram, _: Params) -> bool:
    telegram.logged_out = True
    return True


@method("close")
def close(_: Telegram, __: Params) -> bool:
    return True


@method("setMyCommands")
def set_my_commands(telegram: Telegram, params: Params) -> bool:
    commands = params.parsed("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    telegram.texts[_place("commands", params)] = commands
    return True


@method("getMyCommands")
def get_my_commands(telegram: Telegram, params: Params) -> object:
    return telegram.texts.get(_place("commands", params), [])


@method("deleteMyCommands")
def delete_my_commands(telegram: Telegram, params: Params) -> bool:
    telegram.texts.pop(_place("commands", params), None)
    return True


def _text_methods(name: str, field: str, longest: int) -> None:
    """A pair of methods that set and get one text per language."""

    @method(f"set{name}")
    def set_text(telegram: Telegram, params: Params) -> bool:
        if len(params.text(field)) > longest:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        telegram.texts[_place(field, params)] = params.text(field)
        return True

    @method(f"get{name}")
    def get_text(telegram: Telegram, params: Params) -> Json:
        return {field: telegram.texts.get(_place(field, params), "")}


_text_methods("MyName", "name", 64)
_text_methods("MyDescription", "description", 512)
_text_methods("MyShortDescription", "short_description", 120)


def _place(what: str, params: Params) -> tuple[str, str, str]:
    """Where such a text is kept: its kind, scope and language."""
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("language code is invalid")
    scope = params.parsed("scope") or {"type": "default"}
    return what, " ".join(str(scope[name]) for name in sorted(scope)), language


def find(name: str) -> tuple[str, Method]:
    """The method's proper name and its function; raises 404 when there is none."""
    try:
        return METHODS[name.lower()]
    except KeyError:
        raise ApiError(404, "Not Found: method not found") from None
