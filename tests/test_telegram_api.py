"""The fake Bot API's methods against what the Bot API documents, by the real client."""

import io
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.channels.sharing import qr_png
from tests.conftest import WEDNESDAY
from tests.telegram_api import ATTACHMENTS, ApiError, FakeTelegram, Json, Settings, buttons, in_thread


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label)] for label in labels])


async def updates(bot: Bot) -> list[Update]:
    return list(await bot.get_updates(allowed_updates=[]))


async def raw(fake: FakeTelegram, method: str, **request: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{fake.base_url}{fake.token}/{method}", **request)


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.is_bot, me.username, me.can_join_groups) == (True, "informator_test_bot", True)


async def test_a_wrong_token_and_an_unknown_method(fake: FakeTelegram) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=fake.base_url):
            pass
    async with httpx.AsyncClient(trust_env=False) as client:
        wrong = await client.post(f"{fake.base_url}1:wrong/getMe")
    assert (wrong.status_code, wrong.json()) == (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
    unknown = await raw(fake, "sendTelepathy")
    assert (unknown.status_code, unknown.json()["error_code"]) == (404, 404)


async def test_parameters_come_as_form_json_query_or_multipart(fake: FakeTelegram) -> None:
    anna = await fake.person()
    values = {"chat_id": anna.id, "text": "żółć & <3"}
    requests: list[Json] = [{"data": values}, {"json": values}, {"params": values}, {"data": values, "files": {"unused": b"x"}}]
    for request in requests:
        response = await raw(fake, "sendmessage", **request)
        assert response.json()["result"]["text"] == "żółć & <3", request
    assert (await raw(fake, "sendMessage", content=b"{", headers={"content-type": "application/json"})).status_code == 400


async def test_a_message_has_a_unix_date_its_chat_and_its_keyboard(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    options = LinkPreviewOptions(is_disabled=True)
    message = await bot.send_message(anna.id, "Cześć", reply_markup=keyboard("Adres"), link_preview_options=options, disable_notification=True)
    assert message.date == WEDNESDAY
    reply = await anna.reply()
    assert (reply["text"], buttons(reply), reply["chat"]["id"]) == ("Cześć", ["Adres"], anna.id)
    assert (await fake.journal(method="sendMessage"))[0]["params"]["disable_notification"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Message text is empty"),
        (" \n ", "Message text is empty"),
        ("x" * 4097, "Message is too long"),
        ("🙃" * 2049, "Message is too long"),
    ],
)
async def test_texts_that_are_refused(fake: FakeTelegram, bot: Bot, text: str, problem: str) -> None:
    anna = await fake.person()
    with pytest.raises(BadRequest, match=problem):
        await bot.send_message(anna.id, text)
    assert await fake.sent() == {}


async def test_the_length_counts_after_parsing(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await bot.send_message(anna.id, "<b>" + "&lt;" * 4096 + "</b>", parse_mode="HTML")
    await bot.send_message(anna.id, "🙃" * 2048)
    assert await fake.sent() == {anna.id: 2}


BAD_BUTTONS = {
    "empty data": ({"callback_data": ""}, "BUTTON_DATA_INVALID"),
    "65 bytes": ({"callback_data": "ż" * 32 + "a"}, "BUTTON_DATA_INVALID"),
    "tel": ({"url": "tel:112"}, "inline keyboard button URL 'tel:112' is invalid: Unsupported URL protocol"),
    "no host": ({"url": "https://x"}, "inline keyboard button URL 'https://x' is invalid: Wrong HTTP URL"),
    "nothing": ({}, "Text buttons are unallowed"),
}


@pytest.mark.parametrize("case", BAD_BUTTONS)
async def test_buttons_that_are_refused(fake: FakeTelegram, case: str) -> None:
    anna = await fake.person()
    button, problem = BAD_BUTTONS[case]
    markup = {"inline_keyboard": [[{"text": "x", **button}]]}
    response = await raw(fake, "sendMessage", json={"chat_id": anna.id, "text": "x", "reply_markup": markup})
    assert response.status_code == 400
    assert problem in response.json()["description"]


async def test_buttons_that_are_accepted(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    urls = [InlineKeyboardButton("x", url=url) for url in ("https://t.me/x", "http://a.pl/?q=ż", "tg://resolve?domain=x")]
    await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup([urls, [InlineKeyboardButton("x", callback_data="ż" * 32)]]))
    with pytest.raises(BadRequest):
        await bot.send_message(anna.id, "x", reply_markup=keyboard(*map(str, range(101))))


async def test_edits(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    message = await bot.send_message(anna.id, "a", reply_markup=keyboard("x"))
    await bot.edit_message_text("<b>b</b>", anna.id, message.message_id, parse_mode="HTML", reply_markup=keyboard("y"))
    edited = await anna.edited()
    assert (edited["text"], buttons(edited), edited["entities"]) == ("b", ["y"], [{"type": "bold", "offset": 0, "length": 1}])
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("<b>b</b>", anna.id, message.message_id, parse_mode="HTML", reply_markup=keyboard("y"))
    await bot.edit_message_reply_markup(anna.id, message.message_id)
    assert buttons(await anna.edited()) == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("b", anna.id, 999)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("b", anna.id, (await anna.say("moje"))["message_id"])
    await bot.delete_message(anna.id, message.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(anna.id, message.message_id)


async def test_chats_that_cannot_be_written_to(fake: FakeTelegram, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(42, "x")
    stranger = await fake.person(started=False)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(stranger.id, "x")
    await stranger.start()
    await bot.send_message(stranger.id, "x")
    await stranger.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(stranger.id, "x")
    await stranger.unblock()
    await bot.send_message(stranger.id, "x")
    changes = [update.my_chat_member for update in await updates(bot) if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]


async def test_replies_topics_groups_and_channels(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    forum = await fake.group(topics=[7])
    in_topic = anna.in_chat(forum, topic=7)
    question = await in_topic.say("@informator_test_bot nocleg")
    answer = await bot.send_message(forum["id"], "tak", message_thread_id=7, reply_parameters=ReplyParameters(question["message_id"]))
    assert answer.is_topic_message
    assert answer.reply_to_message is not None
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(forum["id"], "x", message_thread_id=8)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(forum["id"], "x", reply_parameters=ReplyParameters(999))
    await bot.send_message(forum["id"], "x", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True))
    channel = await fake.channel("kanal_testowy")
    posted = await bot.send_message("@kanal_testowy", "ogłoszenie")
    assert (posted.chat.id, posted.from_user) == (channel.id, None)
    assert (await channel.reply())["text"] == "ogłoszenie"
    assert await bot.leave_chat(forum["id"])
    with pytest.raises(Forbidden):
        await bot.send_message(forum["id"], "x")


async def test_everything_else_that_is_sent(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    venue = await bot.send_venue(anna.id, 50.3, 18.9, "Noclegownia", "ul. Prosta 1")
    assert venue.venue is not None
    assert (await bot.send_location(anna.id, 50.3, 18.9)).location is not None
    picture = qr_png("https://bot.example.org/k/noclegownia")
    photo = await bot.send_photo(anna.id, io.BytesIO(picture), caption="<b>mapa</b>", parse_mode="HTML")
    assert (photo.caption, photo.photo[0].file_size, photo.photo[0].width) == ("mapa", len(picture), int.from_bytes(picture[16:20], "big"))
    too_wide = picture[:16] + (9000).to_bytes(4, "big") + (1001).to_bytes(4, "big") + picture[24:]
    a_strip = picture[:16] + (2100).to_bytes(4, "big") + (100).to_bytes(4, "big") + picture[24:]
    for bad, reason in ((b"<svg>", "Image_process_failed"), (too_wide, "Photo_invalid_dimensions"), (a_strip, "Photo_invalid_dimensions")):
        with pytest.raises(BadRequest, match=reason):
            await bot.send_photo(anna.id, bad)
    assert (await bot.send_document(anna.id, "some-file-id")).document is not None
    assert await bot.send_chat_action(anna.id, "typing")
    assert await anna.event("action") == "typing"
    assert (await bot.get_chat(anna.id)).first_name == "Anna"
    with pytest.raises(BadRequest):
        await bot.send_location(anna.id, 91, 0)


async def test_commands_and_descriptions(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("pomoc", "Pomoc")])
    await bot.set_my_commands([BotCommand("help", "Help")], language_code="en", scope=BotCommandScopeAllGroupChats())
    assert [command.command for command in await bot.get_my_commands()] == ["pomoc"]
    assert [command.command for command in await bot.get_my_commands(BotCommandScopeAllGroupChats(), "en")] == ["help"]
    for bad in ([BotCommand("Pomoc", "x")], [BotCommand("a" * 33, "x")], [BotCommand("moje-dane", "x")], [BotCommand("x", "y")] * 101, [BotCommand("x", "")]):
        with pytest.raises(BadRequest):
            await bot.set_my_commands(bad)
    await bot.set_my_description("Odpowiadam", language_code="pl")
    assert (await bot.get_my_description("pl")).description == "Odpowiadam"
    await bot.set_my_short_description("Krótko")
    assert (await bot.get_my_short_description()).short_description == "Krótko"


async def test_what_people_send(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await anna.start("topic_nocleg-1")
    mine = await anna.say("/pomoc@informator_test_bot żółw @informator_test_bot")
    await anna.edit(mine, "poprawka")
    for content in ATTACHMENTS.values():
        await anna.send(content)
    await (await fake.channel()).say("wpis")
    await fake.push({"quantum_message": {"spin": 1}})
    got = await updates(bot)
    assert [update.update_id for update in got] == list(range(got[0].update_id, got[0].update_id + len(got)))
    start, command, edited, *others, post, unknown = got
    assert start.message is not None
    assert start.message.text == "/start topic_nocleg-1"
    assert command.message is not None
    assert list(command.message.parse_entities().values()) == ["/pomoc@informator_test_bot", "@informator_test_bot"]
    assert edited.edited_message is not None
    assert [other.message.effective_attachment is not None for other in others if other.message] == [True] * len(ATTACHMENTS)
    assert post.channel_post is not None
    assert unknown.api_kwargs == {"quantum_message": {"spin": 1}}
    with pytest.raises(ValueError, match="payload"):
        await anna.start("za długi ładunek")


async def test_buttons_are_pressed_and_answered_once(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await bot.send_message(anna.id, "x", reply_markup=keyboard("Adres"))
    await anna.press(await anna.reply(), "Adres")
    query = (await updates(bot))[0].callback_query
    assert query is not None
    assert (query.data, query.message is not None) == ("Adres", True)
    await query.answer("już")
    assert (await anna.toast())["text"] == "już"
    for number in (query.id, "123"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
            await bot.answer_callback_query(number)


async def test_inline_queries(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    await anna.ask_inline("nocleg")
    query = (await updates(bot))[0].inline_query
    assert query is not None

    def article(number: str, text: str = "x") -> InlineQueryResultArticle:
        return InlineQueryResultArticle(number, "Noclegownia", InputTextMessageContent(text, parse_mode="HTML"))

    too_many = [article(str(number)) for number in range(51)]
    for bad in (too_many, [article("")], [article("ż" * 33)], [article("1"), article("1")], [article("1", "<p>")]):
        with pytest.raises(BadRequest):
            await bot.answer_inline_query(query.id, bad)
    await query.answer([article("1", "<b>x</b>")])
    answer = await anna.results()
    assert (answer["results"][0]["id"], answer["cache_time"], answer["is_personal"]) == ("1", 300, False)
    sent = await anna.in_chat(await fake.group()).choose(answer["results"][0])
    heard = (await updates(bot))[-1].message
    assert heard is not None
    assert (heard.text, heard.parse_entities(), heard.via_bot, sent["chat"]["type"]) == ("x", {heard.entities[0]: "x"}, bot.bot, "supergroup")


async def test_without_setinline_nobody_is_offered_anything() -> None:
    async with in_thread(Settings(inline=False)) as fake, Bot(fake.token, base_url=fake.base_url) as bot:
        assert bot.supports_inline_queries is False
        anna = await fake.person()
        with pytest.raises(ApiError, match="does not support inline queries"):
            await anna.ask_inline("nocleg")


async def test_after_log_out_nothing_is_answered(bot: Bot) -> None:
    await bot.log_out()
    with pytest.raises(BadRequest, match="Logged out"):
        await bot.get_me()
