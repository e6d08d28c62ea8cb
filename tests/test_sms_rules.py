"""The pure rules of SMS: keywords, who is answered, loops and limits, reports in any order, costs and caps, settings."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms.guard import LONG, MOST_LONG, MOST_SOON, SOON, Guard, Verdict
from bot.channels.sms.numbers import Kind, kind, masked, normalised
from bot.core.keywords import Command, Keyword, Topic, command
from bot.core.reports import Fate, after
from bot.core.sms_cost import Caps, Cost, Leave, Spent, leave, preview
from bot.settings import SettingsError, from_environment

ANNA = "+48600100200"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
STOP, ALERT, HELP, INFO, MORE = (Command(k) for k in (Keyword.STOP, Keyword.ALERT, Keyword.HELP, Keyword.INFO, Keyword.MORE))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("STOP", STOP),
        (" stop! ", STOP),
        ("sotp", STOP),
        ("Stpo.", STOP),
        ("stopp", STOP),
        ("S T O P", STOP),
        ("stop alerty", STOP),
        ("wypisz mnie", STOP),
        ("prosze STOP", STOP),
        ("STOP MRÓZ", Command(Keyword.STOP, Topic.FROST)),
        ("stop mroz", Command(Keyword.STOP, Topic.FROST)),
        ("stop godzini", Command(Keyword.STOP, Topic.HOURS)),
        ("Stop komunikaty", Command(Keyword.STOP, Topic.NOTICES)),
        ("alert", ALERT),
        ("Alret", ALERT),
        ("ALERT mróz", Command(Keyword.ALERT, Topic.FROST)),
        ("POMOC", HELP),
        ("pomcc", HELP),
        ("info", INFO),
        ("Inof", INFO),
        ("WIĘCEJ", MORE),
        ("wiecej", MORE),
        ("wiencej", MORE),
        ("wicej", MORE),
    ],
)
def test_keywords(text: str, meant: Command) -> None:
    assert command(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "sto",
        "top",
        "stok",
        "pomocy",
        "POMOCY!!!",
        "pomóż mi",
        "stop on mnie bije",
        "koniec",
        "to koniec",
        "info o noclegowni",
        "gdzie jest stop",
        "wypis ze szpitala",
        "pomoc prawna",
        "więcej miejsc",
        "zapisz mnie",
        "stop " * 20,
    ],
)
def test_no_keywords(text: str) -> None:
    assert command(text) is None


@given(st.text(max_size=80))
def test_any_text_is_a_command_or_none(text: str) -> None:
    assert command(text) is None or isinstance(command(text), Command)


@pytest.mark.parametrize(
    ("raw", "number", "who"),
    [
        ("+48600100200", ANNA, Kind.PERSON),
        ("48600100200", ANNA, Kind.PERSON),
        ("600 100 200", ANNA, Kind.PERSON),
        ("0048600100200", ANNA, Kind.PERSON),
        (" 48600100200", ANNA, Kind.PERSON),
        ("380501234567", "+380501234567", Kind.PERSON),
        ("+4915112345678", "+4915112345678", Kind.FOREIGN),
        ("+48323886743", "+48323886743", Kind.PERSON),
        ("7248", None, Kind.MACHINE),
        ("92505", None, Kind.MACHINE),
        ("InPost", None, Kind.MACHINE),
        ("112", None, Kind.MACHINE),
        ("+48700123456", "+48700123456", Kind.MACHINE),
        ("+48801123456", "+48801123456", Kind.MACHINE),
        ("+48123", None, Kind.MACHINE),
        ("", None, Kind.MACHINE),
        ("+999999999999", None, Kind.MACHINE),
    ],
)
def test_who_is_answered(raw: str, number: str | None, who: Kind) -> None:
    assert normalised(raw) == number
    assert kind(raw, {"PL", "UA"}) is who


def test_numbers_are_masked() -> None:
    assert masked(ANNA) == "+48…00"
    assert masked("7248") == masked("") == "…"
    assert not any(ANNA[i : i + 5] in masked(ANNA) for i in range(8))


# -- protection -----------------------------------------------------------------------------------------------------


def test_a_limit_for_each_number_with_one_warning() -> None:
    guard = Guard()
    verdicts = [guard.verdict(f"e{i}", ANNA, f"pytanie numer {i}", NOON) for i in range(MOST_SOON + 3)]
    assert verdicts == [Verdict.ANSWER] * MOST_SOON + [Verdict.WARN, Verdict.IGNORE, Verdict.IGNORE]
    assert guard.verdict("other", "+48600100201", "a", NOON) is Verdict.ANSWER
    assert guard.verdict("later", ANNA, "a", NOON + SOON + timedelta(seconds=1)) is Verdict.ANSWER


def test_a_limit_for_the_day() -> None:
    guard = Guard()
    verdicts = [guard.verdict(f"e{i}", ANNA, f"pytanie numer {i}", NOON + i * timedelta(minutes=5)) for i in range(MOST_LONG + 2)]
    assert verdicts == [Verdict.ANSWER] * MOST_LONG + [Verdict.WARN, Verdict.IGNORE]
    assert guard.verdict("tomorrow", ANNA, "a", NOON + LONG + timedelta(hours=6)) is Verdict.ANSWER


def test_a_repetition_by_the_carrier_is_not_counted_again() -> None:
    guard = Guard()
    assert {guard.verdict("same", ANNA, "gdzie jest noclegownia", NOON) for _ in range(50)} == {Verdict.ANSWER}


def test_a_robot_that_says_the_same_again_and_again() -> None:
    guard = Guard()
    verdicts = [guard.verdict(f"e{i}", ANNA, "Dziękujemy za wiadomość. Odpowiemy wkrótce.", NOON + i * timedelta(seconds=9)) for i in range(5)]
    assert verdicts == [Verdict.ANSWER] * 2 + [Verdict.IGNORE] * 3


def test_choices_may_be_repeated() -> None:
    guard = Guard()
    assert {guard.verdict(f"e{i}", ANNA, "1", NOON + i * timedelta(seconds=9)) for i in range(6)} == {Verdict.ANSWER}


def test_our_own_words_sent_back_are_not_answered() -> None:
    guard = Guard()
    guard.told(ANNA, "Noclegownia jest teraz otwarta - do jutra, do 8.", NOON)
    assert guard.verdict("e", ANNA, "NOCLEGOWNIA jest teraz otwarta – do jutra, do 8", NOON) is Verdict.IGNORE
    assert guard.verdict("f", "+48600100201", "Noclegownia jest teraz otwarta - do jutra, do 8.", NOON) is Verdict.ANSWER


@pytest.mark.parametrize(
    "text", ["Automatyczna odpowiedź: jestem na urlopie", "Auto-reply: I am driving", "To wiadomość wygenerowana automatycznie.", "Out of office"]
)
def test_auto_replies(text: str) -> None:
    assert Guard().verdict("e", ANNA, text, NOON) is Verdict.IGNORE


@pytest.mark.parametrize("text", ["nie mogę teraz rozmawiać", "nie odpisuj na tę wiadomość, on zobaczy"])
def test_somebody_in_danger_is_no_robot(text: str) -> None:
    assert Guard().verdict("e", ANNA, text, NOON) is Verdict.ANSWER


# -- reports and costs ----------------------------------------------------------------------------------------------


def test_reports_in_any_order_say_the_same() -> None:
    for said in permutations([Fate.QUEUED, Fate.ACCEPTED, Fate.DELIVERED, Fate.UNKNOWN]):
        fate = Fate.UNKNOWN
        for word in said:
            fate = after(fate, word)
        assert fate is Fate.DELIVERED
    assert after(Fate.FAILED, Fate.ACCEPTED) is Fate.FAILED
    assert [fate.final for fate in (Fate.QUEUED, Fate.ACCEPTED, Fate.REJECTED, Fate.DELIVERED)] == [False, False, True, True]


def test_a_preview_of_costs() -> None:
    assert preview([("a" * 160, 300), ("ą" * 71, 20)]) == Cost(320, 340)
    assert preview([]) == Cost(0, 0)


@pytest.mark.parametrize(
    ("caps", "spent", "parts", "highest", "may"),
    [
        (Caps(), Spent(9999, 9999), 500, False, Leave.GO),
        (Caps(1000, 5000), Spent(0, 0), 500, False, Leave.GO),
        (Caps(1000, 5000), Spent(300, 300), 500, False, Leave.WARN),
        (Caps(1000, 5000), Spent(0, 3600), 500, False, Leave.WARN),
        (Caps(1000, 5000), Spent(500, 500), 500, False, Leave.WARN),
        (Caps(1000, 5000), Spent(501, 501), 500, False, Leave.HOLD),
        (Caps(1000, 5000), Spent(0, 4999), 500, False, Leave.HOLD),
        (Caps(1000, 5000), Spent(501, 501), 500, True, Leave.OVER),
        (Caps(daily=0), Spent(), 1, False, Leave.HOLD),
        (Caps(monthly=0), Spent(), 1, True, Leave.OVER),
    ],
)
def test_caps(caps: Caps, spent: Spent, parts: int, highest: bool, may: Leave) -> None:  # noqa: FBT001
    assert leave(caps, spent, parts, highest=highest) is may


# -- settings -------------------------------------------------------------------------------------------------------

KANNEL = {"SMS_GATEWAY": "kannel", "SMS_FROM": "+48320001122", "SMS_SECRET": "0123456789abcdef", "SMS_KANNEL_USER": "u", "SMS_KANNEL_PASSWORD": "hidden-word"}


def test_no_gateway_no_sms() -> None:
    assert from_environment({}).sms is None


def test_the_settings_of_sms() -> None:
    sms = from_environment(KANNEL | {"SMS_FALLBACK": "smsapi", "SMS_SMSAPI_TOKEN": "hidden-token", "SMS_COUNTRIES": "PL, CZ", "SMS_DIACRITICS": "tak"}).sms
    assert sms
    assert [type(gateway).__name__ for gateway in sms.gateways] == ["Kannel", "Smsapi"]
    assert (sms.callback, sms.parts, sms.diacritics, sms.countries) == ("http://127.0.0.1:8000", 2, True, frozenset(("PL", "CZ")))
    assert sms.caps == Caps()
    capped = from_environment(KANNEL | {"SMS_DAILY_PARTS": "500", "SMS_MONTHLY_PARTS": "5000"}).sms
    assert capped
    assert capped.caps == Caps(500, 5000)
    assert "hidden" not in repr(sms)
    assert "0123456789abcdef" not in repr(sms)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SMS_GATEWAY": "pigeon"}, "SMS_GATEWAY"),
        ({"SMS_FALLBACK": "kannel"}, "SMS_FALLBACK"),
        ({"SMS_FALLBACK": "fax"}, "SMS_FALLBACK"),
        ({"SMS_GATEWAY": "", "SMS_FALLBACK": "kannel"}, "SMS_FALLBACK"),
        ({"SMS_GATEWAY": "smsapi"}, "SMS_SMSAPI_TOKEN"),
        ({"SMS_GATEWAY": "twilio"}, "SMS_TWILIO_ACCOUNT"),
        ({"SMS_GATEWAY": "twilio", "SMS_TWILIO_ACCOUNT": "AC" + "0" * 32}, "SMS_TWILIO_TOKEN"),
        ({"SMS_FROM": ""}, "SMS_FROM"),
        ({"SMS_FROM": "a name that is far too long"}, "SMS_FROM"),
        ({"SMS_SECRET": "short"}, "SMS_SECRET"),
        ({"SMS_KANNEL_URL": "kannel:13013"}, "SMS_KANNEL_URL"),
        ({"SMS_KANNEL_PASSWORD": ""}, "SMS_KANNEL_PASSWORD"),
        ({"SMS_PARTS": "9"}, "SMS_PARTS"),
        ({"SMS_PARTS": "1.5"}, "SMS_PARTS"),
        ({"SMS_DIACRITICS": "maybe"}, "SMS_DIACRITICS"),
        ({"SMS_COUNTRIES": "Polska"}, "SMS_COUNTRIES"),
        ({"SMS_PER_SECOND": "0"}, "SMS_PER_SECOND"),
        ({"SMS_CALLBACK_URL": "bot"}, "SMS_CALLBACK_URL"),
        ({"SMS_DAILY_PARTS": "0"}, "SMS_DAILY_PARTS"),
        ({"SMS_MONTHLY_PARTS": "many"}, "SMS_MONTHLY_PARTS"),
        ({"SMS_MONTHLY_PARTS": "10.5"}, "SMS_MONTHLY_PARTS"),
    ],
)
def test_a_malformed_setting_is_named(changed: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=f"^{named}: ") as refused:
        from_environment(KANNEL | changed)
    assert "hidden" not in str(refused.value)
