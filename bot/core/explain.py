"""Why the bot understood a message as it did, line by line, for editors of the knowledge."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core.certainty import SURE
from bot.core.knowledge import Knowledge
from bot.core.message import Session
from bot.core.phrases import Match
from bot.core.reader import Reading
from bot.core.understanding import ANSWER_FROM, ASK_FROM, understand

_MOST = 5


def explain(knowledge: Knowledge, text: str, now: datetime) -> Iterator[str]:
    """What was read and found, the scores with the runners-up, and the verdict."""
    reading = knowledge.reader.read(text, now)
    meaning = understand(knowledge, reading, Session())
    yield f"words:    {' '.join(reading.words)}"
    yield f"names:    {_found(reading, reading.found.names)}"
    yield f"aspects:  {_found(reading, reading.found.aspects)}"
    yield f"time:     {_when(reading)}"
    yield f"towns:    {_found(reading, reading.found.towns)}"
    yield f"danger:   {_found(reading, reading.found.signs)}; probability {reading.danger_probability():.2f}"
    yield f"coverage: {knowledge.reader.coverage(reading.stems):.2f} of the words are known"
    yield "classifier: " + ", ".join(f"{label} {p:.2f}" for label, p in reading.labels[:_MOST])
    yield "scores:   " + ", ".join(f"{subject} {score:.2f}" for subject, score in meaning.scores[:_MOST])
    yield f"verdict:  {meaning.verdict} (answers from {ANSWER_FROM}, asks back from {ASK_FROM})"
    yield f"certainty: {meaning.certainty:.2f} (stands alone from {SURE})"
    for name, queries in (("query: ", meaning.queries), ("near: ", meaning.near), ("instead:", () if meaning.is_sure() else meaning.instead)):
        for query in queries:
            yield f"{name:<9} {query.subject}, facts {list(query.facts)}, aspects {list(query.aspects)}"


def _found(reading: Reading, matches: Sequence[Match]) -> str:
    return ", ".join(f'{m.label or "home"} ("{" ".join(reading.words[m.start : m.end])}")' for m in matches) or "-"


def _when(reading: Reading) -> str:
    when = reading.when
    return f"{when.scope}, {when.first} to {when.last}, moment {when.moment}, part {when.part}" if when else "-"
