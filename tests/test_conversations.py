"""Conversations: one test case each sentence, known failures listed in a file that turns red when they pass.

A case says the message and what a right reply holds (pieces of text, or /regular expressions/), lacks, its status and its topic.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.dialogue import respond
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Session
from bot.core.text import fold, read
from bot.loader.files import read_files
from bot.loader.yaml_file import load
from tests.conftest import ROOT, WEDNESDAY

FOLDER = Path(__file__).parent / "conversations"
KNOWN_FAILURES = frozenset(load(Path(__file__).parent / "known_failures.yaml") or ())

Case = dict[str, Any]


def talks() -> Iterator[list[Case]]:
    """Every conversation as its turns in order; most have one."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for entry in load(path):
            yield entry.get("turns", [entry])


TALKS = list(talks())
CASES = [(turns, i) for turns in TALKS for i in range(len(turns))]


def at(case: Case) -> datetime:
    return datetime.fromisoformat(case["at"]).replace(tzinfo=TZ) if "at" in case else WEDNESDAY


def holds(text: str, piece: str) -> bool:
    if piece.startswith("/") and piece.endswith("/"):
        return re.search(piece[1:-1], text, re.IGNORECASE | re.DOTALL) is not None
    return piece.lower() in text.lower()


def faults(case: Case, status: str, topics: list[str], text: str) -> list[str]:
    found = [f"lacks {piece!r}" for piece in case.get("holds", ()) if not holds(text, piece)]
    found += [f"holds {piece!r}" for piece in case.get("lacks", ()) if holds(text, piece)]
    allowed = {"fallback": ("fallback", "clarify")}.get(case.get("status", status), (case.get("status", status),))
    if status not in allowed:
        found.append(f"status {status}")
    if case.get("status") == "crisis" and "112" not in text[:200]:
        found.append("no number at the top")
    if "topic" in case and case["topic"] != (topics or [""])[0]:
        found.append(f"topic {topics[:1]}")
    return found


@pytest.mark.parametrize(("turns", "index"), [pytest.param(t, i, id=t[i]["id"]) for t, i in CASES])
def test_conversation(bytom: Knowledge, gdansk: Knowledge, turns: list[Case], index: int) -> None:
    session = Session()
    case = turns[index]
    knowledge = gdansk if case.get("centre") == "gdansk" else bytom
    for turn in turns[: index + 1]:
        reply = respond(knowledge, session, Incoming("test", turn["say"]), at(turn))
        session = reply.session
    wrong = faults(case, reply.status.value, [topic for topic, _ in reply.topics], reply.plain())
    if case["id"] in KNOWN_FAILURES:
        assert wrong, f"{case['id']} is listed in known_failures.yaml and passes now: take it off the list"
        pytest.xfail(f"known failure: {case['say']}: {wrong}")
    assert not wrong, f"{case['say']}: {wrong}\n{reply.plain()}"


def test_there_are_enough_of_every_kind(bytom: Knowledge) -> None:
    cases = [turns[i] for turns, i in CASES]
    plain = [c for c in cases if not re.search(r"[ąćęłńóśźż]", c["say"], re.IGNORECASE)]
    correct = bytom.reader.lexicon.speller.correct
    typos = [c for c in cases if (typed := read(c["say"], bytom.shorthand)) != correct(typed)]
    count = {
        "sentences": (len(cases), 400),
        "without diacritics": (len(plain), len(cases) // 3),
        "with typos": (len(typos), len(cases) // 4),
        "out of scope": (sum(c.get("status") == "fallback" for c in cases), 60),
        "crisis": (sum(c.get("status") == "crisis" for c in cases), 40),
        "with a time": (sum("at" in c for c in cases), 60),
    }
    assert {kind: counts for kind, counts in count.items() if counts[0] < counts[1]} == {}


def test_ids_are_unique_and_known_failures_exist() -> None:
    ids = [turns[i]["id"] for turns, i in CASES]
    assert len(ids) == len(set(ids))
    assert set(ids) >= KNOWN_FAILURES


def test_every_case_asserts_something() -> None:
    empty = [turns[i]["id"] for turns, i in CASES if not {"holds", "status", "topic"}.intersection(turns[i])]
    assert empty == []


@pytest.mark.parametrize("centre", ["bytom", "gdansk"])
def test_no_sentence_is_an_example(centre: str) -> None:
    files = read_files(ROOT / "knowledge" / centre)
    entries = [*files.subjects.values(), *(fact for entry in files.subjects.values() for fact in entry.facts), *files.crisis_examples.values()]
    examples = {fold(text).strip(" ?!.") for entry in entries for texts in entry.examples.values() for text in texts}
    assert len(examples) > 1_000
    used = [turns[i]["say"] for turns, i in CASES if len(turns) == 1 and fold(turns[i]["say"]).strip(" ?!.") in examples]
    assert used == []
