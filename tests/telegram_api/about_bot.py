"""Methods about the bot itself: identity, updates, webhook, commands, descriptions."""

import re
from collections.abc import Awaitable

from tests.telegram_api.errors import Json, bad_request
from tests.telegram_api.params import Params
from tests.telegram_api.telegram import Described, Method, Telegram

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


def get_me(telegram: Telegram, _: Params) -> Json:
    return {
        **telegram.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not telegram.settings.privacy,
        "supports_inline_queries": telegram.settings.inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_updates(telegram: Telegram, params: Params) -> Awaitable[list[Json]]:
    _set_allowed(telegram, params)
    limit = min(max(params.integer("limit", 100), 1), 100)
    return telegram.updates.poll(params.integer("offset"), limit, min(max(params.integer("timeout"), 0), 50))


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


def delete_webhook(telegram: Telegram, params: Params) -> Described:
    return _delete_webhook(telegram, params)


def _delete_webhook(telegram: Telegram, params: Params) -> Described:
    if params.flag("drop_pending_updates"):
        telegram.updates.forget_all()
    was_set = bool(telegram.webhook)
    telegram.set_webhook({})
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


def get_webhook_info(telegram: Telegram, _: Params) -> Json:
    known = {name: value for name, value in telegram.webhook.items() if name != "secret_token"}
    info = {"url": "", **known, "has_custom_certificate": False, "pending_update_count": len(telegram.updates.pending)}
    return {**info, "allowed_updates": telegram.updates.allowed} if telegram.updates.allowed else info


def _set_allowed(telegram: Telegram, params: Params) -> None:
    """An empty list brings the default back; no list leaves the last one in force."""
    allowed = params.parsed("allowed_updates")
    if allowed is not None:
        telegram.updates.allowed = list(allowed)


def log_out(telegram: Telegram, _: Params) -> bool:
    telegram.logged_out = True
    return True


def close(_: Telegram, __: Params) -> bool:
    return True


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


def get_my_commands(telegram: Telegram, params: Params) -> object:
    return telegram.texts.get(_place("commands", params), [])


def delete_my_commands(telegram: Telegram, params: Params) -> bool:
    telegram.texts.pop(_place("commands", params), None)
    return True


def _setter(field: str, longest: int) -> Method:
    """A method that sets one text per language."""

    def set_text(telegram: Telegram, params: Params) -> bool:
        if len(params.text(field)) > longest:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        telegram.texts[_place(field, params)] = params.text(field)
        return True

    return set_text


def _getter(field: str) -> Method:
    """A method that gives the text of a language."""
    return lambda telegram, params: {field: telegram.texts.get(_place(field, params), "")}


def _place(what: str, params: Params) -> tuple[str, str, str]:
    """Where such a text is kept: its kind, scope and language."""
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("language code is invalid")
    scope = params.parsed("scope") or {"type": "default"}
    return what, " ".join(str(scope[name]) for name in sorted(scope)), language


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "logOut": log_out,
    "close": close,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
}
