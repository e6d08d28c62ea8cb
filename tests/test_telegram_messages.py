"""Messages out and in: markup, parts, maps, edits, and what people send that is no text."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.knowledge import Knowledge
from bot.loader.loading import learn
from tests import tiny
from tests.telegram_api import ATTACHMENTS, FakeTelegram, buttons
from tests.telegram_bot import Clock, Informator

NAME = 'Urząd <b>Prosty</b> & "Spółka"'
FACT = 'Każdy, kto ma <100 zł & "kartę"; </b><script>alert(1)</script> &amp; &nbsp; a<b'
LONG = "\n".join(f"Zdanie {number}: " + "bardzo długi warunek <ważny> & prawdziwy " * 3 for number in range(40))
ONLY_WORDS = "Rozumiem tylko tekst: zdjęć, nagrań, plików i lokalizacji nie otwieram ani nie zapisuję."


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """A small knowledge with coordinates, a very long fact, and texts that look like markup."""
    folder = tmp_path_factory.mktemp("town")
    centre = tiny.write(folder)
    place = "miasto/places/urzad.yaml"
    tiny.change(folder, place, "name: {pl: Urząd}", f"name: {{pl: '{NAME}'}}\nshort: {{pl: Urząd <1> & 2}}")
    tiny.change(folder, place, "city: Miasto}", "city: Miasto, latitude: 50.348, longitude: 18.915}")
    tiny.change(folder, "miasto/topics/zapomoga.yaml", "Każdy mieszkaniec.", f"'{FACT}'")
    rules = f"  - id: zasady\n    title: {{pl: Zasady <&>}}\n    text:\n      pl: |-\n{_indented(LONG)}\n    words: [zasady]\n    examples: {{pl: [jakie są zasady, podaj regulamin]}}\n"
    tiny.change(folder, "miasto/topics/zapomoga.yaml", "examples:\n  pl: [chcę", rules + "examples:\n  pl: [chcę")
    return learn(centre)


def _indented(text: str) -> str:
    return "\n".join(f"        {line}" for line in text.splitlines())


@pytest.fixture
async def clerk(fake: FakeTelegram, tmp_path: Path, town: Knowledge, clock: Clock) -> AsyncIterator[Informator]:
    """The bot of the small town."""
    async with Informator(fake, tmp_path, town, clock.now) as clerk_:
        yield clerk_


@pytest.mark.usefixtures("clerk")
async def test_facts_that_look_like_markup_are_shown_as_they_are(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.say("kto dostanie zapomogę")
    reply = await anna.reply()
    assert reply["text"].splitlines()[0] == FACT
    assert "📞 Urząd <1> & 2: +48 32 281 14 42" in reply["text"]
    assert "Zasady <&>" in buttons(reply)
    assert {call["status"] for call in await fake.journal()} == {200}


@pytest.mark.usefixtures("clerk")
async def test_an_address_with_coordinates_comes_with_a_pin(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.say("urząd adres")
    reply, pin = await anna.reply(), await anna.reply()
    assert reply["text"].splitlines()[0] == "📍 Urząd <1> & 2: ul. Prosta 1, Miasto (mapa)"
    assert pin["venue"] == {"location": {"latitude": 50.348, "longitude": 18.915}, "title": "Urząd <1> & 2", "address": "ul. Prosta 1, Miasto"}
    await anna.say("urząd godziny")
    assert "venue" not in await anna.reply()
    assert len(await fake.journal(method="sendVenue")) == 1


@pytest.mark.usefixtures("clerk")
async def test_the_pin_goes_when_the_question_changes(fake: FakeTelegram) -> None:
    anna = await fake.person()
    question = await anna.say("urząd adres")
    reply, pin = await anna.reply(), await anna.reply()
    await anna.edit(question, "urząd godziny")
    assert (await anna.edited())["message_id"] == reply["message_id"]
    assert (await anna.event("delete"))["message_id"] == pin["message_id"]


@pytest.mark.usefixtures("clerk")
async def test_a_long_reply_is_cut_at_lines_with_the_buttons_under_the_last_part(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.say("jakie są zasady zapomogi")
    first, second = await anna.reply(), await anna.reply()
    assert (first["text"] + "\n" + second["text"]).startswith(LONG.replace(" \n", "\n").strip())
    assert all(line.startswith("Zdanie") for line in first["text"].splitlines())
    assert second["text"].startswith("Zdanie")
    assert buttons(first) == []
    assert buttons(second) == ["Kto", "Udostępnij"]
    await anna.press(second, "Kto")
    edited = await anna.edited()
    assert (edited["message_id"], edited["text"].splitlines()[0]) == (second["message_id"], FACT)


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edited_question_is_answered_in_place_from_one_part_to_two_and_back(clerk: Informator, fake: FakeTelegram, *, restarted: bool) -> None:
    anna = await fake.person()
    question = await anna.say("kto dostanie zapomogę")
    only = await anna.reply()
    for text, parts in (("jakie są zasady zapomogi", 2), ("kto dostanie zapomogę", 1), ("jakie są zasady zapomogi", 2)):
        assert await fake.drained()
        if restarted:
            await clerk.restart()
        await anna.edit(question, text)
        assert (await anna.edited())["message_id"] == only["message_id"]
        if parts == 2:
            second = await anna.reply()
        else:
            assert (await anna.event("delete"))["message_id"] == second["message_id"]
    shown = [message for message in await fake.messages(anna.id) if message["from"]["is_bot"]]
    assert [bool(buttons(message)) for message in shown] == [False, True]


@pytest.mark.usefixtures("informator")
async def test_an_edit_much_later_is_answered_anew(fake: FakeTelegram, clock: Clock) -> None:
    anna = await fake.person()
    question = await anna.say("gdzie jest noclegownia")
    reply = await anna.reply()
    clock.pass_(timedelta(hours=20))
    await anna.edit(question, "gdzie jest KIS")
    edited = await anna.edited()
    assert (edited["message_id"], "Powstańców Warszawskich 14" in edited["text"]) == (reply["message_id"], True)
    assert "Przepraszam" not in edited["text"]


@pytest.mark.parametrize("kind", ATTACHMENTS)
async def test_what_is_no_text_gets_a_polite_reply_and_leaves_nothing(informator: Informator, fake: FakeTelegram, tmp_path: Path, kind: str) -> None:
    anna = await fake.person()
    await anna.send(ATTACHMENTS[kind])
    reply = await anna.reply()
    assert reply["text"].startswith(ONLY_WORDS)
    assert "112" in reply["text"]
    assert buttons(reply)
    await informator.stop()
    rows = informator.stored()
    kept = {name: len(found) for name, found in rows.items() if found}
    assert kept == {"alembic_version": 1, "sessions": 1, "events": 1, "answered": 1}
    for left in ("50.348", "18.915", "500600700", "pismo", "Rynek", "Jan", "Kiedy", "Piosenka", f"{kind}-file"):
        assert left not in repr(rows)
        assert left.encode() not in _file(tmp_path)


def _file(folder: Path) -> bytes:
    """All that is on the disk, deleted rows not yet written over included."""
    return b"".join(path.read_bytes() for path in folder.glob("bot.sqlite*"))


async def test_nothing_written_is_stored(informator: Informator, fake: FakeTelegram, tmp_path: Path) -> None:
    anna = await fake.person("Zbigniewa")
    for text in ("nazywam się Zbigniewa Wąs, mieszkam przy Zielnej 7, gdzie przenocować?", "mój PESEL to 44051401359, co mi się należy", "a jutro?"):
        await anna.say(text)
        reply = await anna.reply()
        assert "44051401359" not in reply["text"]
        assert "Zbigniewa" not in reply["text"]
    await informator.stop()
    for left in ("Zbigniewa", "Wąs", "Zieln", "44051401359", "nazywam"):
        assert left.encode() not in _file(tmp_path)


@pytest.mark.usefixtures("informator")
async def test_personal_numbers_are_warned_of_and_the_question_answered(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.say("mój pesel 44051401359, gdzie jest noclegownia")
    reply = (await anna.reply())["text"]
    assert reply.startswith("Nie wysyłaj tu numeru PESEL")
    assert "Kosynierów 26" in reply


@pytest.mark.usefixtures("informator")
async def test_a_caption_is_read_as_text(fake: FakeTelegram) -> None:
    anna = await fake.person()
    await anna.send({**ATTACHMENTS["photo"], "caption": "gdzie jest noclegownia"})
    assert "Kosynierów 26" in (await anna.reply())["text"]
    await anna.send({**ATTACHMENTS["document"], "caption": "człowiek zamarza na ławce"})
    assert (await anna.reply())["text"].startswith("Ktoś zamarza? Dzwoń teraz: 112.")


@pytest.mark.usefixtures("informator")
async def test_an_album_is_one_message(fake: FakeTelegram) -> None:
    anna = await fake.person()
    for _ in range(5):
        await anna.send({**ATTACHMENTS["photo"], "media_group_id": "77"})
    assert (await anna.reply())["text"].startswith(ONLY_WORDS)
    await anna.send({**ATTACHMENTS["photo"], "media_group_id": "77", "caption": "gdzie jest noclegownia"})
    assert "Kosynierów 26" in (await anna.reply())["text"]
    assert (await fake.sent()) == {anna.id: 2}


@pytest.mark.usefixtures("informator")
async def test_a_location_that_moves_is_answered_once(fake: FakeTelegram) -> None:
    anna = await fake.person()
    message = await anna.send({"location": {**ATTACHMENTS["location"]["location"], "live_period": 900}})
    reply = await anna.reply()
    for step in range(30):
        moved = {**message, "edit_date": message["date"] + step, "location": {"latitude": 50.3 + step / 1000, "longitude": 18.9, "live_period": 900}}
        await fake.push({"edited_message": moved})
    await anna.say("/start")
    assert "Dzień dobry" in (await anna.reply())["text"]
    assert reply["text"].startswith(ONLY_WORDS)
    assert (await fake.journal(method="editMessageText")) == []
