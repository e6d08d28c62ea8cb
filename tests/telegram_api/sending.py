"""Methods that put messages into chats and change them."""

from collections.abc import Callable

from tests.telegram_api.chats import Chat
from tests.telegram_api.entities import formatted, units
from tests.telegram_api.errors import Json, bad_request
from tests.telegram_api.keyboards import checked_markup
from tests.telegram_api.params import Params
from tests.telegram_api.telegram import Method, Telegram

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_SIDES, MAX_RATIO = 10_000, 20
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
)
Content = Callable[[Telegram, Params], Json]


def _send(telegram: Telegram, params: Params, content: Json) -> Json:
    chat = telegram.chats.writable(params.chat())
    around = {**_thread(chat, params), **_reply(chat, params)}
    markup = checked_markup(params.parsed("reply_markup"))
    telegram.limiter.check(chat.id)
    message = {
        "message_id": telegram.chats.next_id(chat),
        **({"sender_chat": chat.info} if chat.info["type"] == "channel" else {"from": telegram.bot}),
        "chat": chat.info,
        "date": int(telegram.settings.now()),
        **around,
        **content,
        **({"reply_markup": markup} if markup else {}),
    }
    telegram.chats.store(chat, message)
    telegram.journal.sent[chat.id] += 1
    telegram.chats.publish(chat, "message", message)
    return message


def _thread(chat: Chat, params: Params) -> Json:
    thread = params.integer("message_thread_id")
    if not thread:
        return {}
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(chat: Chat, params: Params) -> Json:
    wanted = params.parsed("reply_parameters") or {"message_id": params.integer("reply_to_message_id")}
    if not wanted.get("message_id"):
        return {}
    original = chat.messages.get(int(wanted["message_id"]))
    if original is not None:
        return {"reply_to_message": {name: value for name, value in original.items() if name != "reply_to_message"}}
    if wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _text(telegram: Telegram, params: Params) -> Json:
    text, entities = formatted(params.text("text"), params.text("parse_mode"), params.parsed("entities"), strict=telegram.settings.strict_html)
    if not text:
        raise bad_request("message text is empty")
    if units(text) > MAX_TEXT:
        raise bad_request("message is too long")
    options = params.parsed("link_preview_options")
    content = {"text": text, **({"entities": entities} if entities else {})}
    return {**content, "link_preview_options": options} if options else content


def _caption(telegram: Telegram, params: Params) -> Json:
    given = params.parsed("caption_entities")
    text, entities = formatted(params.text("caption"), params.text("parse_mode"), given, strict=telegram.settings.strict_html)
    if units(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": text, **({"caption_entities": entities} if entities else {})} if text else {}


def _photo(telegram: Telegram, params: Params) -> Json:
    """A picture. Of an upload, of which only PNG is known here, Telegram wants sides of at most 10,000 pixels together and no strip."""
    file = _file(params, "photo")
    if "sha256" in file and "width" not in file:
        raise bad_request("IMAGE_PROCESS_FAILED")
    photo = {"width": 320, "height": 240, **file}
    width, height = photo["width"], photo["height"]
    if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return {"photo": [photo], **_caption(telegram, params)}


def _document(telegram: Telegram, params: Params) -> Json:
    return {"document": _file(params, "document"), **_caption(telegram, params)}


def _location(_: Telegram, params: Params) -> Json:
    return {"location": _place(params)}


def _venue(_: Telegram, params: Params) -> Json:
    if not params.text("title") or not params.text("address"):
        raise bad_request("venue title and address must be non-empty")
    return {"venue": {"location": _place(params), "title": params.text("title"), "address": params.text("address")}, "location": _place(params)}


def _place(params: Params) -> Json:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("wrong location: latitude or longitude out of range")
    return {"latitude": latitude, "longitude": longitude}


def _file(params: Params, name: str) -> Json:
    """A file by upload, by id or by address."""
    given = params.values.get(name)
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.values.get(given.removeprefix("attach://"))
    if not given:
        raise bad_request(f"there is no {name} in the request")
    identity = given if isinstance(given, str) else f"file-{given['file_name']}-{given['file_size']}"
    return {"file_id": identity, "file_unique_id": identity, **(given if isinstance(given, dict) else {})}


def edit_message_text(telegram: Telegram, params: Params) -> Json | bool:
    content = _text(telegram, params)
    return _edit(telegram, params, content)


def edit_message_reply_markup(telegram: Telegram, params: Params) -> Json | bool:
    return _edit(telegram, params, {})


def _edit(telegram: Telegram, params: Params, content: Json) -> Json | bool:
    """Change a message of the bot; a keyboard that is not given again goes away."""
    markup = checked_markup(params.parsed("reply_markup"))
    if params.text("inline_message_id"):
        return True
    chat = telegram.chats.writable(params.chat())
    old = _own(telegram, chat, params, "edit")
    if content and "text" not in old:
        raise bad_request("there is no text in the message to edit")
    dropped = {"reply_markup", "edit_date", *(("text", "entities", "link_preview_options") if content else ())}
    new = {**{name: value for name, value in old.items() if name not in dropped}, **content, **({"reply_markup": markup} if markup else {})}
    if _visible(new) == _visible(old):
        raise bad_request(NOT_MODIFIED)
    telegram.limiter.check(chat.id)
    new["edit_date"] = int(telegram.settings.now())
    chat.messages[new["message_id"]] = new
    telegram.chats.publish(chat, "edit", new)
    return new


def _visible(message: Json) -> list[object]:
    return [message.get(name) for name in ("text", "entities", "reply_markup")]


def _own(telegram: Telegram, chat: Chat, params: Params, purpose: str) -> Json:
    """The addressed message, if the bot wrote it."""
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    mine = message.get("from", {}).get("id") == telegram.bot["id"] or message.get("sender_chat") is not None
    if purpose == "edit" and not mine:
        raise bad_request("message can't be edited")
    return message


def delete_message(telegram: Telegram, params: Params) -> bool:
    chat = telegram.chats.writable(params.chat())
    message = _own(telegram, chat, params, "delete")
    del chat.messages[message["message_id"]]
    telegram.chats.publish(chat, "delete", message)
    return True


def _sender(content: Content) -> Method:
    """A method that sends what the function reads from the parameters."""
    return lambda telegram, params: _send(telegram, params, content(telegram, params))


METHODS: dict[str, Method] = {
    "sendMessage": _sender(_text),
    "sendPhoto": _sender(_photo),
    "sendDocument": _sender(_document),
    "sendLocation": _sender(_location),
    "sendVenue": _sender(_venue),
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
}
