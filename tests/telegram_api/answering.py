"""Methods that answer button presses and inline queries, and those about chats."""

from urllib.parse import urlsplit

from tests.telegram_api.chats import KICKED
from tests.telegram_api.entities import formatted, units
from tests.telegram_api.errors import Json, bad_request
from tests.telegram_api.keyboards import checked_markup
from tests.telegram_api.params import Params
from tests.telegram_api.telegram import Method, Query, Telegram

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
MAX_RESULTS = 50


def answer_callback_query(telegram: Telegram, params: Params) -> bool:
    if len(params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if params.text("url") and urlsplit(params.text("url")).scheme not in {"http", "https", "tg"}:
        raise bad_request("URL_INVALID")
    query = _answered(telegram, params.text("callback_query_id"))
    answer = {"callback_query_id": params.text("callback_query_id"), "text": params.text("text"), "show_alert": params.flag("show_alert")}
    telegram.chats.publish(query.chat, "callback_answer", answer)
    return True


def answer_inline_query(telegram: Telegram, params: Params) -> bool:
    results = params.parsed("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    for result in results:
        _check_result(telegram, result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = _answered(telegram, params.text("inline_query_id"))
    cache = {"cache_time": params.integer("cache_time", 300), "is_personal": params.flag("is_personal")}
    telegram.chats.publish(query.chat, "inline_answer", {"inline_query_id": params.text("inline_query_id"), "results": results, **cache})
    return True


def chosen(telegram: Telegram, result: Json) -> Json:
    """What a person sends who picks an article of an answer."""
    content = result["input_message_content"]
    text, entities = formatted(content["message_text"], content.get("parse_mode"), content.get("entities"), strict=telegram.settings.strict_html)
    markup, options = checked_markup(result.get("reply_markup")), content.get("link_preview_options")
    return {
        "text": text,
        "entities": entities,
        **({"link_preview_options": options} if options else {}),
        **({"reply_markup": markup} if markup else {}),
        "via_bot": telegram.bot,
    }


def _check_result(telegram: Telegram, result: Json) -> None:
    """A result needs an id of 1-64 bytes, a type, and text that could be sent."""
    if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if "type" not in result:
        raise bad_request("can't parse inline query result: Can't find field \"type\"")
    if result["type"] == "article" and not result.get("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    checked_markup(result.get("reply_markup"))
    content = result.get("input_message_content") or {}
    if result["type"] == "article" and not content:
        raise bad_request("can't parse inline query result: Input message content must be specified")
    if "message_text" in content:
        text, _ = formatted(content["message_text"], content.get("parse_mode"), content.get("entities"), strict=telegram.settings.strict_html)
        if not text:
            raise bad_request("message text is empty")
        if units(text) > 4096:
            raise bad_request("message is too long")


def _answered(telegram: Telegram, number: str) -> Query:
    query = telegram.close_query(number)
    if query is None:
        raise bad_request(TOO_OLD)
    return query


def send_chat_action(telegram: Telegram, params: Params) -> bool:
    chat = telegram.chats.writable(params.chat())
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    telegram.chats.publish(chat, "action", params.text("action"))
    return True


def get_chat(telegram: Telegram, params: Params) -> Json:
    chat = telegram.chats.find(params.chat())
    return {**chat.info, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _gifts()}


def _gifts() -> Json:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(kinds, False)


def leave_chat(telegram: Telegram, params: Params) -> bool:
    chat = telegram.chats.writable(params.chat())
    if chat.id > 0:
        raise bad_request("can't leave a private chat")
    chat.refusal = KICKED
    return True


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "sendChatAction": send_chat_action,
    "getChat": get_chat,
    "leaveChat": leave_chat,
}
