"""Groups, forums, channels and other bots: the bot speaks only where it is spoken to."""

import pytest

from tests.telegram_api import ATTACHMENTS, FakeTelegram, Json, Talk, buttons

pytestmark = pytest.mark.usefixtures("informator")

QUESTION = "gdzie jest noclegownia"


@pytest.fixture(params=[False, True], ids=["polling", "webhook"])
def webhook(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def member(fake: FakeTelegram, group: Json, name: str = "Anna", topic: int = 0) -> Talk:
    return (await fake.person(name)).in_chat(group, topic)


async def only_reply(fake: FakeTelegram, talk: Talk) -> Json:
    """The reply to a last, addressed message, which must be the bot's only one in the group: all before it was met with silence."""
    last = await talk.say("/noclegownia")
    reply = await talk.reply()
    assert reply["reply_to_message"]["message_id"] == last["message_id"]
    assert (await fake.sent())[talk.id] == 1
    return reply


@pytest.mark.parametrize("text", [QUESTION, "hej @inny_bot, gdzie noclegownia", "/pomoc@inny_bot", "człowiek zamarza", "mail: a@informator_test_bot.pl", "112"])
async def test_talk_among_people_is_met_with_silence(fake: FakeTelegram, text: str) -> None:
    anna = await member(fake, await fake.group())
    await anna.say(text)
    await anna.send(ATTACHMENTS["photo"])
    await anna.send({**ATTACHMENTS["photo"], "caption": QUESTION})
    await anna.send({"new_chat_title": "Nowa nazwa"})
    assert "Kosynierów 26" in (await only_reply(fake, anna))["text"]


@pytest.mark.parametrize(
    "text",
    [
        f"@informator_test_bot {QUESTION}",
        f"@Informator_Test_Bot, {QUESTION}?",
        f"{QUESTION} @informator_test_bot",
        f"hej (@informator_test_bot) {QUESTION}",
        "/noclegownia",
        "/noclegownia@informator_test_bot",
        "/noclegownia@INFORMATOR_test_bot",
    ],
)
async def test_its_name_or_a_command_is_answered_with_a_reply(fake: FakeTelegram, text: str) -> None:
    anna = await member(fake, await fake.group())
    question = await anna.say(text)
    reply = await anna.reply()
    assert "Kosynierów 26" in reply["text"]
    assert reply["reply_to_message"]["message_id"] == question["message_id"]


async def test_a_caption_can_name_it_too(fake: FakeTelegram) -> None:
    anna = await member(fake, await fake.group())
    text = f"@informator_test_bot {QUESTION}"
    await anna.send({**ATTACHMENTS["photo"], "caption": text, "caption_entities": [{"type": "mention", "offset": 0, "length": 20}]})
    assert "Kosynierów 26" in (await anna.reply())["text"]


async def test_its_bare_name_is_asked_what_about(fake: FakeTelegram) -> None:
    anna = await member(fake, await fake.group())
    await anna.say("@informator_test_bot")
    assert (await anna.reply())["text"].startswith("Napisz proszę, o co chcesz zapytać.")


async def test_a_reply_to_it_goes_on_with_the_talk_unless_it_commands_another_bot(fake: FakeTelegram) -> None:
    anna = await member(fake, await fake.group())
    await anna.say("/kis")
    answer = await anna.reply()
    await anna.say("/pomoc@inny_bot", reply_to=answer)
    question = await anna.say("a jutro?", reply_to=answer)
    reply = await anna.reply()
    assert reply["text"].startswith("KIS: jutro (czwartek, 26 listopada)")
    assert reply["reply_to_message"]["message_id"] == question["message_id"]


async def test_a_reply_to_somebody_else_is_not_for_it(fake: FakeTelegram) -> None:
    group = await fake.group()
    anna, jan = await member(fake, group), await member(fake, group, "Jan")
    await jan.say(QUESTION, reply_to=await anna.say("co?"))
    await only_reply(fake, jan)


async def test_two_people_in_one_group_have_each_their_own_talk(fake: FakeTelegram) -> None:
    group = await fake.group()
    anna, jan = await member(fake, group), await member(fake, group, "Jan")
    await anna.say("/kis")
    kis = await anna.reply()
    await jan.say("/noclegownia")
    await jan.reply()
    shelter = await jan.reply()
    await anna.reply()
    await anna.say("a jutro?", reply_to=shelter)
    assert (await anna.reply())["text"].startswith("KIS: jutro")
    await jan.reply()
    await jan.say("a jutro?", reply_to=kis)
    assert (await jan.reply())["text"].startswith("Noclegownia: jutro")


async def test_a_button_in_a_group_works_for_everybody(fake: FakeTelegram) -> None:
    group = await fake.group()
    anna, jan = await member(fake, group), await member(fake, group, "Jan")
    await anna.say("/noclegownia")
    reply = await anna.reply()
    await jan.press(reply, "Telefon")
    edited = await jan.edited()
    assert (edited["message_id"], edited["text"].splitlines()[0]) == (reply["message_id"], "📞 TPPŚ nr 6: +48 32 281 14 42 (odbierają dziś do 15:30)")


async def test_answers_stay_in_their_topic(fake: FakeTelegram) -> None:
    forum = await fake.group("Forum", topics=[7, 9])
    seventh, ninth = await member(fake, forum, topic=7), await member(fake, forum, "Jan", topic=9)
    for talk in (seventh, ninth):
        question = await talk.say("/noclegownia")
        reply = await talk.reply()
        while reply["reply_to_message"]["message_id"] != question["message_id"]:
            reply = await talk.reply()
        assert (reply["message_thread_id"], reply["is_topic_message"]) == (talk.topic, True)
    await ninth.press(reply, "Adres")
    edited = await ninth.edited()
    assert (edited["message_id"], edited["message_thread_id"]) == (reply["message_id"], 9)
    assert buttons(edited)


async def test_an_edited_question_in_a_group_is_answered_in_place(fake: FakeTelegram) -> None:
    anna = await member(fake, await fake.group())
    question = await anna.say("/noclegownia")
    reply = await anna.reply()
    await anna.edit(question, "/kis")
    edited = await anna.edited()
    assert edited["message_id"] == reply["message_id"]
    assert "Powstańców Warszawskich 14" in edited["text"]


async def test_channels_are_left_alone(fake: FakeTelegram) -> None:
    channel, anna = await fake.channel(), await fake.person()
    post = await channel.say(f"@informator_test_bot {QUESTION}")
    await fake.push({"channel_post": post})
    await fake.push({"edited_channel_post": {**post, "edit_date": post["date"]}})
    await fake.push({"message": {**post, "sender_chat": None}})
    await anna.say("/start")
    await anna.reply()
    assert (await fake.sent()) == {anna.id: 1}


async def test_a_channels_post_in_its_discussion_group_is_left_alone(fake: FakeTelegram) -> None:
    anna = await member(fake, await fake.group())
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    post = await anna.say("x")
    text = {"text": "/kis", "entities": [{"type": "bot_command", "offset": 0, "length": 4}]}
    await fake.push({"message": {**post, **text, "from": telegram, "sender_chat": {"id": -5, "type": "channel", "title": "K"}, "is_automatic_forward": True}})
    await only_reply(fake, anna)


async def test_other_bots_are_ignored(fake: FakeTelegram) -> None:
    group = await fake.group()
    anna = await member(fake, group)
    robot = {"id": 42, "is_bot": True, "first_name": "Inny", "username": "inny_bot"}
    await Talk(fake, group, robot).say("/kis")
    await Talk(fake, (await fake.person("Inny")).chat, robot).say("/kis")
    await only_reply(fake, anna)


async def test_an_anonymous_administrator_is_a_person(fake: FakeTelegram) -> None:
    group = await fake.group()
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    talk = Talk(fake, group, anonymous)
    await talk.send({"text": "/kis", "entities": [{"type": "bot_command", "offset": 0, "length": 4}], "sender_chat": group})
    assert "Powstańców Warszawskich 14" in (await talk.reply())["text"]
