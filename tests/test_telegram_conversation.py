"""A talk on Telegram as a resident has it: greeting, commands, buttons, follow-ups, memory."""

import json
import re
from datetime import timedelta

import pytest
from telegram import Bot

from bot.core.dialogue import LAPSE
from bot.core.knowledge import Knowledge
from tests.telegram_api import FakeTelegram, Json, Talk, buttons
from tests.telegram_bot import Clock, Informator

pytestmark = pytest.mark.usefixtures("informator")

MENU = ["Noclegownia", "Ogrzewalnia", "Zgłoszenie osoby bezdomnej", "Rodzina zastępcza", "Opieka wytchnieniowa", "Siedziba MOPR"]


@pytest.fixture(params=[False, True], ids=["polling", "webhook"])
def webhook(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def ask(talk: Talk, text: str) -> Json:
    await talk.say(text)
    return await talk.reply()


async def press(talk: Talk, message: Json, label: str) -> Json:
    """Press a button; the message is changed in its place and the button comes to rest."""
    await talk.press(message, label)
    edited = await talk.edited()
    assert edited["message_id"] == message["message_id"]
    assert (await talk.toast())["text"] == ""
    return edited


async def registered(fake: FakeTelegram) -> list[Json]:
    """The commands that Telegram was told."""
    return list(json.loads((await fake.journal(method="setMyCommands"))[-1]["params"]["commands"]))


async def test_the_start_says_what_the_bot_can_and_cannot_do(informator: Informator, fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.start()
    greeting = await anna.reply()
    for piece in (
        "Dzień dobry!",
        "gdzie i do której",
        "numer",
        "warunki i terminy",
        "Nie wydaję decyzji",
        "spraw konkretnych osób",
        "nie wzywam pomocy",
        "112",
    ):
        assert piece in greeting["text"]
    assert len(greeting["text"]) < 400
    assert buttons(greeting) == MENU
    assert await fake.drained()
    assert informator.said == [informator.hello]


async def test_a_link_opens_its_subject(fake: FakeTelegram) -> None:
    anna = await fake.person(started=False)
    await anna.start("noclegownia")
    assert "Kosynierów 26" in (await anna.reply())["text"]


async def test_every_registered_command_has_a_description_and_answers(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await ask(anna, "/start")
    commands = await registered(fake)
    assert [c["command"] for c in commands] == [
        *("noclegownia", "ogrzewalnia", "siedziba", "kis", "cwr"),
        *("telefony", "tematy", "pomoc", "alerty", "prywatnosc", "karta", "start"),
        *("stop", "alert", "moje_dane", "usun_dane"),
    ]
    for command in commands:
        assert 3 <= len(command["description"]) <= 256
        assert command["description"].lower() != command["command"] or command["command"] in {"noclegownia", "ogrzewalnia"}
        reply = await ask(anna, f"/{command['command']}")
        assert "Nie znam odpowiedzi" not in reply["text"]
        assert "Napisz proszę" not in reply["text"]


@pytest.mark.parametrize(
    ("command", "piece"),
    [
        ("/pomoc", "gdzie mogę się przespać"),
        ("/tematy", "Najczęstsze tematy"),
        ("/noclegownia", "Noclegownia jest teraz zamknięta"),
        ("/telefony", "W niebezpieczeństwie dzwoń: 112. Telefony ośrodka:\n📞 TPPŚ nr 6: +48 32 281 14 42"),
        ("/prywatnosc", "PESEL"),
        ("/alerty", "mróz"),
        ("/help", "gdzie mogę się przespać"),
        ("/POMOC", "gdzie mogę się przespać"),
        ("/pomoc@informator_test_bot", "gdzie mogę się przespać"),
    ],
)
async def test_commands_say_what_they_promise(fake: FakeTelegram, command: str, piece: str) -> None:
    assert piece in (await ask(await fake.person(), command))["text"]


async def test_the_profile_never_loses_the_emergency_number(fake: FakeTelegram) -> None:
    await ask(await fake.person(), "/start")
    short = (await fake.journal(method="setMyShortDescription"))[-1]["params"]["short_description"]
    full = (await fake.journal(method="setMyDescription"))[-1]["params"]["description"]
    assert short == "MOPR Bytom: godziny, adresy, telefony. W niebezpieczeństwie dzwoń: 112."
    assert full.endswith("W niebezpieczeństwie dzwoń: 112.")
    assert "Nie wydaję decyzji" in full
    assert (len(short) <= 120, len(full) <= 512) == (True, True)


async def test_free_text_with_typing_errors(fake: FakeTelegram) -> None:
    reply = await ask(await fake.person(), "gdzei mogee sie pszespac")
    lines = reply["text"].splitlines()
    assert lines == [
        "📍 Noclegownia: ul. Kosynierów 26, Bytom (mapa)",
        "Noclegownia jest teraz zamknięta. Otwarcie: dziś o 18:00 (za 7 godz. 30 min).",
        "📞 TPPŚ nr 6: +48 32 281 14 42 (odbierają dziś do 15:30)",
        "Źródło: strona MOPR Bytom, stan na styczeń 2020 – potwierdź telefonicznie.",
    ]
    link, source = reply["entities"]
    assert link["url"] == "https://www.google.com/maps/search/?api=1&query=ul.+Kosynier%C3%B3w+26%2C+Bytom"
    assert source["type"] == "italic"
    assert reply["link_preview_options"] == {"is_disabled": True}
    assert (await fake.journal(method="sendChatAction")) == []


async def test_follow_ups_replace_the_message_they_stand_under(fake: FakeTelegram) -> None:
    anna = await fake.person()
    reply = await ask(anna, "noclegownia")
    assert buttons(reply) == ["Godziny", "Adres", "Telefon", "A jutro?", "Udostępnij"]
    tomorrow = await press(anna, reply, "A jutro?")
    assert "Noclegownia: jutro (czwartek, 26 listopada) do 8:00 i od 18:00" in tomorrow["text"]
    address = await press(anna, tomorrow, "Adres")
    assert address["text"].startswith("📍 Noclegownia: ul. Kosynierów 26, Bytom (mapa)")
    phone = await press(anna, address, "Telefon")
    assert phone["text"].startswith("📞 TPPŚ nr 6: +48 32 281 14 42")
    hours = await press(anna, phone, "Godziny")
    assert "Od 1 kwietnia do 30 września: codziennie 19:00–7:00." in hours["text"]
    assert (await fake.sent()) == {anna.id: 1}


async def test_choices_are_buttons_with_the_essentials_above(fake: FakeTelegram) -> None:
    anna = await fake.person()
    reply = await ask(anna, "czy jutro czynne?")
    assert reply["text"].splitlines()[0] == "O które miejsce pytasz?"
    assert "• Noclegownia: ul. Kosynierów 26, Bytom, tel. +48 32 281 14 42" in reply["text"]
    assert "tel. +48 507 726 335 lub +48 507 726 345" in reply["text"]
    assert "KIS: jutro (czwartek, 26 listopada) 7:30–15:30." in (await press(anna, reply, "Klub Integracji Społecznej (KIS)"))["text"]


async def test_a_choice_can_be_typed_as_well(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await ask(anna, "godziny")
    assert (await ask(anna, "noclegownia"))["text"].startswith("Noclegownia jest teraz zamknięta.")


async def test_pressing_the_same_button_twice_is_answered_twice_and_changes_nothing(informator: Informator, fake: FakeTelegram) -> None:
    anna = await fake.person()
    reply = await press(anna, await ask(anna, "noclegownia"), "Adres")
    await anna.press_data(reply, "noclegownia?address")
    await anna.toast()
    assert "Dzień dobry" in (await ask(anna, "/start"))["text"]
    assert (await fake.sent()) == {anna.id: 2}
    assert await fake.drained()
    assert informator.said == [informator.hello]


async def test_old_buttons_mean_the_same_after_a_restart(informator: Informator, fake: FakeTelegram, clock: Clock) -> None:
    anna = await fake.person()
    reply = await ask(anna, "KIS")
    clock.pass_(timedelta(days=30))
    await informator.restart()
    assert "Powstańców Warszawskich 14" in (await press(anna, reply, "Adres"))["text"]


async def test_a_button_of_a_subject_that_is_gone(informator: Informator, fake: FakeTelegram, gdansk: Knowledge) -> None:
    anna = await fake.person()
    reply = await ask(anna, "/start")
    informator.knowledge = gdansk
    gone = await press(anna, reply, "Ogrzewalnia")
    assert gone["text"] == "Tego już nie mam: informacje się zmieniły od czasu tej wiadomości. Napisz, o co pytasz, albo wybierz temat."
    assert buttons(gone) == [gdansk.subjects[i].title["pl"] for i in gdansk.centre.menu]


@pytest.mark.parametrize("text", ["a jutro?", "godziny", "a telefon?", "nie o to chodziło", "gdzie to jest"])
async def test_a_talk_goes_on_after_its_subject_is_gone(informator: Informator, fake: FakeTelegram, gdansk: Knowledge, text: str) -> None:
    anna = await fake.person()
    await ask(anna, "ogrzewalnia")
    informator.knowledge = gdansk
    assert (await ask(anna, text))["text"]


async def test_a_button_under_a_message_that_telegram_has_forgotten(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.press_data({"chat": anna.chat, "message_id": 1, "date": 0}, "noclegownia?phone", forgotten=True)
    assert (await anna.reply())["text"].startswith("📞 TPPŚ nr 6: +48 32 281 14 42")
    assert (await fake.journal(method="editMessageText")) == []


async def test_a_message_that_was_deleted_meanwhile_is_sent_anew(fake: FakeTelegram, bot: Bot) -> None:
    anna = await fake.person()
    reply = await ask(anna, "noclegownia")
    await bot.delete_message(anna.id, reply["message_id"])
    await anna.press_data(reply, "noclegownia?address", forgotten=True)
    assert (await anna.reply())["text"].startswith("📍 Noclegownia")


@pytest.mark.parametrize(
    ("text", "number"),
    [("człowiek zamarza na ławce", "112"), ("zamarzam na przystanku", "112"), ("mąż mnie bije", "112"), ("chcę się zabić", "116 123")],
)
async def test_danger_is_answered_with_the_number_first_and_no_buttons(fake: FakeTelegram, text: str, number: str) -> None:
    anna = await fake.person()
    await ask(anna, "/alerty")
    reply = await ask(anna, text)
    first, *rest = reply["text"].splitlines()
    assert "112" in first
    assert reply["entities"][0] | {"length": len(first)} == {"type": "bold", "offset": 0, "length": len(first)}
    assert any(re.search(rf": {number}(?!\d)", line) for line in rest)
    assert buttons(reply) == []


async def test_an_edit_that_tells_of_danger_takes_the_buttons_away(fake: FakeTelegram) -> None:
    anna = await fake.person()
    question = await anna.say("noclegownia")
    assert buttons(await anna.reply())
    await anna.edit(question, "człowiek zamarza na ławce")
    edited = await anna.edited()
    assert edited["text"].startswith("Ktoś zamarza? Dzwoń teraz: 112.")
    assert buttons(edited) == []


async def test_the_talk_is_forgotten_after_fifteen_minutes(informator: Informator, fake: FakeTelegram, clock: Clock) -> None:
    anna = await fake.person()
    await ask(anna, "KIS")
    clock.pass_(LAPSE)
    await informator.restart()
    assert "KIS: jutro" in (await ask(anna, "a jutro?"))["text"]
    clock.pass_(LAPSE + timedelta(seconds=1))
    assert (await ask(anna, "a jutro?"))["text"].startswith("O które miejsce pytasz?")


async def test_a_ukrainian_is_greeted_in_ukrainian_and_told_that_facts_are_polish(fake: FakeTelegram) -> None:
    oksana = await fake.person("Оксана", language="uk")
    assert (await ask(oksana, "/start"))["text"].startswith("Добрий день!")
    reply = await ask(oksana, "де можна переночувати")
    assert reply["text"].splitlines()[:2] == ["Відповідь поки що польською:", "📍 Noclegownia: ul. Kosynierów 26, Bytom (mapa)"]
    assert buttons(reply)[-1] == "Поділитися"
    tomorrow = await press(oksana, reply, "Telefon")
    assert tomorrow["text"].startswith("Відповідь поки що польською:\n📞 TPPŚ nr 6: +48 32 281 14 42")
    english = await fake.person("Jan", language="en")
    assert (await ask(english, "/start"))["text"].startswith("Dzień dobry!")
