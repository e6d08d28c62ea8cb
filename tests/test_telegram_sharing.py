"""What a social worker passes on: the button to share, links that open the bot, cards in any chat, and /karta with its three forms."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.sharing import qr_png
from bot.core import gsm7
from bot.core.card import card_of
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from tests.conftest import WEDNESDAY
from tests.said import Said
from tests.telegram_api import FakeTelegram, Json, Settings, Talk, buttons, in_thread
from tests.telegram_bot import Clock, Informator

pytestmark = pytest.mark.usefixtures("informator")

BOT = "https://t.me/informator_test_bot?start="


@pytest.fixture(params=[False, True], ids=["without a site", "with a site"])
def webhook(request: pytest.FixtureRequest) -> bool:
    """The bot of the tests has a public address where it has a webhook."""
    return bool(request.param)


async def ask(talk: Talk, text: str) -> Json:
    await talk.say(text)
    return await talk.reply()


async def offered(talk: Talk, query: str) -> list[Json]:
    """The articles that a query in any chat is offered."""
    await talk.ask_inline(query)
    return list((await talk.results())["results"])


def button(message: Json, label: str) -> Json:
    rows = message["reply_markup"]["inline_keyboard"]
    return next(found for row in rows for found in row if found["text"] == label)


def link_of(informator: Informator, key: str) -> str:
    return f"{informator.public_url}/k/{key}" if informator.public_url else BOT + key


# -- the button ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "title"),
    [
        ("gdzie moge sie przespac", "noclegownia", "Noclegownia"),
        ("do której KIS w piątek", "kis", "Klub Integracji Społecznej (KIS)"),
        ("jak zostać rodziną zastępczą", "rodzina-zastepcza", "Rodzina zastępcza"),
        ("numer na policję", "policja", "Policja"),
    ],
)
async def test_an_answer_can_be_shared_as_its_card(informator: Informator, fake: FakeTelegram, text: str, key: str, title: str) -> None:
    reply = await ask(await fake.person(), text)
    url = urlsplit(button(reply, "Udostępnij")["url"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://t.me/share/url"
    assert parse_qs(url.query) == {"url": [link_of(informator, key)], "text": [title]}
    assert buttons(reply)[-1] == "Udostępnij"


async def test_the_button_stays_when_the_message_is_changed(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.press(await ask(anna, "noclegownia"), "Adres")
    assert buttons(await anna.edited())[-1] == "Udostępnij"


@pytest.mark.parametrize(
    "text", ["cześć", "/start", "/pomoc", "mąż mnie bije", "zamarza człowiek", "jaka jutro pogoda", "godziny", "co o mnie masz zapisane", "dyżur"]
)
async def test_talk_danger_questions_back_and_what_is_stored_of_a_person_are_not_shared(fake: FakeTelegram, text: str) -> None:
    assert "Udostępnij" not in buttons(await ask(await fake.person(), text))


# -- links that open the bot -----------------------------------------------------------------------------------------


async def test_a_shared_link_opens_the_same_answer_at_once(fake: FakeTelegram, bytom: Knowledge) -> None:
    """Every card can be opened: its key is a payload that Telegram's links carry."""
    opened, written = await fake.person(), await fake.person()
    keys = [s.id for s in bytom.subjects.values() if card_of(s)]
    assert len(keys) > 50
    for key in ("noclegownia", "tpps-6", max(keys, key=len)):
        await opened.start(key)
        await written.press_data({"chat": written.chat, "message_id": 1, "date": 0}, key, forgotten=True)
        assert (await opened.reply())["text"] == (await written.reply())["text"]


async def test_a_link_typed_in_capitals_opens_it_too(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.start("KIS")
    assert (await anna.reply())["text"].startswith("Klub pomaga osobom")


@pytest.mark.parametrize("payload", ["Ab-9_x", "_", "-", "0", "nie-ma-takiego", "a" * 64])
async def test_an_unknown_payload_is_an_ordinary_greeting(fake: FakeTelegram, payload: str) -> None:
    anna = await fake.person()
    greeting = await ask(anna, "/start")
    await anna.start(payload)
    assert await anna.reply() | {"message_id": 0} == greeting | {"message_id": 0}


@pytest.mark.parametrize("payload", ["usun-dane", "alerty-wypis", "alerty-zapis"])
async def test_a_link_does_nothing_to_who_opens_it(fake: FakeTelegram, payload: str) -> None:
    anna = await fake.person()
    await anna.start(payload)
    assert (await anna.reply())["text"].startswith("Dzień dobry!")


# -- cards in any chat -----------------------------------------------------------------------------------------------


async def test_a_place_is_offered_with_whether_it_is_open(fake: FakeTelegram, clock: Clock) -> None:
    anna = await fake.person()
    shelter = (await offered(anna, "noclegownia"))[0]
    assert (shelter["id"], shelter["title"]) == ("noclegownia", "Noclegownia")
    assert shelter["description"] == "Noclegownia jest teraz zamknięta. Otwarcie: dziś o 18:00 (za 7 godz. 30 min)."
    clock.set(datetime(2026, 11, 25, 18, 0, tzinfo=TZ))
    assert (await offered(anna, "noclegownia"))[0]["description"] == "Noclegownia jest teraz otwarta – do jutra, do 8:00."


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("noclegowna", "noclegownia"),
        ("gdzie sie przespac", "noclegownia"),
        ("KIS", "kis"),
        ("rodzna zastepcza", "rodzina-zastepcza"),
        ("kosynierow", "noclegownia"),
    ],
)
async def test_typing_errors_and_own_words_find_the_card(fake: FakeTelegram, query: str, key: str) -> None:
    assert key in [article["id"] for article in (await offered(await fake.person(), query))[:3]]


async def test_nothing_typed_offers_the_main_cards(fake: FakeTelegram, bytom: Knowledge) -> None:
    found = [article["id"] for article in await offered(await fake.person(), "  ")]
    assert found[: len(bytom.centre.menu)] == list(bytom.centre.menu)
    assert set(bytom.centre.main_places) <= set(found)


async def test_danger_offers_who_helps(fake: FakeTelegram) -> None:
    found = [article["id"] for article in await offered(await fake.person(), "człowiek zamarza na ławce")]
    assert found[0] == "alarmowy"
    assert "noclegownia" in found


async def test_what_nobody_knows_is_offered_nothing(fake: FakeTelegram) -> None:
    anna = await fake.person()
    for query in ("qqzzx wwvvy", "🙂", "?", "x" * 256):
        assert await offered(anna, query) == []


async def test_a_card_sent_says_when_it_was_so_and_where_to_look_now(informator: Informator, fake: FakeTelegram) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    shelter = (await offered(anna, "noclegownia"))[0]
    group = await fake.group()
    message = await jan.in_chat(group).choose(shelter)
    assert message["text"].splitlines() == [
        "Schronienie na noc dla osób bezdomnych.",
        "Noclegownia jest teraz zamknięta. Otwarcie: dziś o 18:00 (za 7 godz. 30 min).",
        "Od 1 października do 31 marca: codziennie 18:00–8:00.",
        "Czynna cały rok, 7 dni w tygodniu, także w święta.",
        "📍 Noclegownia: ul. Kosynierów 26, Bytom (mapa)",
        "📞 TPPŚ nr 6: +48 32 281 14 42 (odbierają dziś do 15:30)",
        "Źródło: strona MOPR Bytom, stan na styczeń 2020 – potwierdź telefonicznie.",
        "Odpowiedź z 25 listopada, 10:30. Co jest teraz: Noclegownia",
    ]
    assert message["entities"][-1]["url"] == link_of(informator, "noclegownia")
    assert button(message, "Zapytaj Informatora")["url"] == f"{BOT}noclegownia"
    assert message["link_preview_options"] == {"is_disabled": True}


async def test_a_card_sent_to_the_bot_itself_or_in_its_group_is_no_question(fake: FakeTelegram) -> None:
    anna = await fake.person()
    shelter = (await offered(anna, "noclegownia"))[0]
    await anna.choose(shelter)
    await anna.in_chat(await fake.group()).choose(shelter)
    assert "KIS" in (await ask(anna, "KIS"))["text"]
    assert await fake.sent() == {anna.id: 1}


async def test_telegram_may_keep_the_cards_until_the_minute_ends(fake: FakeTelegram, clock: Clock) -> None:
    """At a full minute doors open; what was offered before must not be shown after."""
    anna = await fake.person()
    for second, kept in ((0, 60), (18, 42), (59, 1)):
        clock.set(WEDNESDAY + timedelta(seconds=second))
        await anna.ask_inline("noclegownia")
        answer = await anna.results()
        assert (answer["cache_time"], answer["is_personal"]) == (kept, False)
    clock.set(WEDNESDAY + timedelta(seconds=59, milliseconds=500))
    await anna.ask_inline("noclegownia")
    assert (await anna.results())["cache_time"] == 0


@pytest.mark.parametrize("name", ["bytom", "gdansk"])
async def test_every_card_can_be_offered(name: str, request: pytest.FixtureRequest, informator: Informator, fake: FakeTelegram) -> None:
    """Telegram refuses the whole answer for one card that it cannot read; the fake is as strict."""
    informator.knowledge = knowledge = request.getfixturevalue(name)
    for subject in filter(card_of, knowledge.subjects.values()):
        found = await offered(await fake.person(), subject.title["pl"])
        assert subject.id in [article["id"] for article in found], subject.id


async def test_who_asks_without_end_is_left_without_answer_for_a_minute(fake: FakeTelegram, clock: Clock) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    for number in range(40):
        await anna.ask_inline(f"noclegownia {number}")
    await fake.drained()
    assert await offered(jan, "noclegownia")
    assert len(await fake.journal(method="answerInlineQuery")) == 21
    clock.pass_(timedelta(minutes=2))
    await anna.ask_inline("kis")
    assert "kis" in [r["id"] for _ in range(21) for r in (await anna.results())["results"]]


async def test_a_late_answer_and_a_strange_query_change_nothing(informator: Informator, fake: FakeTelegram) -> None:
    anna = await fake.person()
    await fake.push({"inline_query": {"id": "1", "from": anna.user, "query": "noclegownia", "offset": ""}})
    await fake.push({"inline_query": {"id": 5}})
    await fake.push({"inline_query": "words"})
    assert "KIS" in (await ask(anna, "KIS"))["text"]
    assert await offered(anna, "noclegownia")
    assert {line.partition(" (")[0] for line in informator.said} == {informator.hello, "Telegram: an inline query was left out"}


async def test_the_administrator_is_told_how_to_switch_it_on(tmp_path: Path, bytom: Knowledge, clock: Clock) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    async with in_thread(Settings(now=clock.timestamp, inline=False)) as other:
        informator = Informator(other, folder, bytom, clock.now)
        informator.said = said = Said()
        async with informator:
            await said.until(informator.hello)
        assert said == ["Telegram: cards in other chats are off; to switch them on, send /setinline to @BotFather", informator.hello]


# -- /karta ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["/karta noclegownia", "/karta Noclegownia", "/KARTA noclegowna", "/karta@informator_test_bot gdzie sie przespac"])
async def test_a_card_comes_in_three_forms(informator: Informator, fake: FakeTelegram, text: str) -> None:
    anna = await fake.person()
    reply = await ask(anna, text)
    link = link_of(informator, "noclegownia")
    title, _, shown, sms_title, sms = reply["text"].splitlines()
    assert (title, shown) == ("Karta do przesłania: Noclegownia", link)
    assert sms.startswith("Noclegownia, ul. Kosynierow 26, Bytom, tel. 32 281 14 42, 1.10-31.03 codziennie 18:00-8:00")
    assert sms.endswith(f" {link}")
    assert sms_title == f"Tekst na jeden SMS, znaków: {len(sms)} ze 160 (dotknij, żeby skopiować):"
    assert (gsm7.parts(sms), gsm7.fits(sms)) == (1, True)
    assert [entity["type"] for entity in reply["entities"] if entity["type"] == "code"] == ["code", "code"]
    assert buttons(reply) == ["Udostępnij"]
    picture = await anna.reply()
    assert picture["caption"] == f"Noclegownia: {link}"
    assert picture["photo"][0]["sha256"] == hashlib.sha256(qr_png(link)).hexdigest()
    assert picture["photo"][0]["width"] == picture["photo"][0]["height"] >= 300


async def test_the_command_alone_explains_itself(fake: FakeTelegram) -> None:
    anna = await fake.person()
    reply = await ask(anna, "/karta")
    assert "np. „/karta noclegownia”" in reply["text"]
    await anna.press(reply, "Rodzina zastępcza")
    assert (await anna.edited())["text"].startswith("Karta do przesłania: Rodzina zastępcza\n")
    assert "photo" in await anna.reply()


@pytest.mark.parametrize("text", ["/karta qqzzx wwvvy", "/karta 🙂", "/karta co o mnie masz zapisane"])
async def test_an_unknown_topic_is_asked_back(fake: FakeTelegram, text: str) -> None:
    reply = await ask(await fake.person(), text)
    assert reply["text"] == "Nie mam karty o takiej nazwie. Napisz inaczej, np. „/karta noclegownia”, albo wybierz:"
    assert "Noclegownia" in buttons(reply)


async def test_an_ambiguous_topic_is_asked_back_with_its_meanings(fake: FakeTelegram) -> None:
    anna = await fake.person()
    reply = await ask(anna, "/karta kosynierów")
    assert reply["text"] == "Której karty potrzebujesz?"
    assert {"Noclegownia", "Ogrzewalnia"} <= set(buttons(reply))
    await anna.press(reply, "Ogrzewalnia")
    assert (await anna.edited())["text"].startswith("Karta do przesłania: Ogrzewalnia\n")


async def test_danger_in_it_is_answered_with_help(fake: FakeTelegram) -> None:
    anna = await fake.person()
    reply = await ask(anna, "/karta człowiek zamarza na ławce")
    assert "112" in reply["text"].splitlines()[0]
    assert (await fake.journal(method="sendPhoto")) == []


async def test_the_talk_goes_on_where_it_was(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await ask(anna, "KIS")
    await ask(anna, "/karta noclegownia")
    assert "photo" in await anna.reply()
    assert (await ask(anna, "a jutro?"))["text"].startswith("KIS: jutro")


async def test_an_edited_command_takes_the_place_of_the_first_card(fake: FakeTelegram) -> None:
    anna = await fake.person()
    question = await anna.say("/karta kis")
    reply, picture = await anna.reply(), await anna.reply()
    await anna.edit(question, "/karta noclegownia")
    edited = await anna.edited()
    assert (edited["message_id"], edited["text"].splitlines()[0]) == (reply["message_id"], "Karta do przesłania: Noclegownia")
    assert (await anna.reply())["caption"].startswith("Noclegownia")
    assert (await anna.event("delete"))["message_id"] == picture["message_id"]


async def test_the_picture_is_sent_once_telegram_lets_it_through(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await fake.fault(method="sendPhoto", status=429, retry_after=1, times=1)
    await ask(anna, "/karta kis")
    assert (await anna.reply())["caption"].startswith("Klub Integracji Społecznej (KIS)")
    assert await fake.sent() == {anna.id: 2}


async def test_a_picture_whose_fate_is_unknown_is_not_sent_again(fake: FakeTelegram) -> None:
    anna = await fake.person()
    question = await anna.say("/karta kis")
    for _ in range(2):
        await anna.reply()
    await fake.fault(method="sendPhoto", drop=True, stored=True, times=1)
    await anna.edit(question, "/karta noclegownia")
    await anna.edited()
    assert (await anna.reply())["caption"].startswith("Noclegownia")
    assert "CWR" in (await ask(anna, "CWR"))["text"]
    assert len(await fake.journal(method="sendPhoto")) == 2
