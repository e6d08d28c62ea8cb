"""The black-box contract: questions as arguments or JSON lines in, replies as text or JSON objects out."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.core.hours import TZ
from bot.core.message import Incoming, PhoneLine, Reply

Handle = Callable[[Incoming, datetime], Reply]


def parse_at(text: str) -> datetime:
    """A local time as written on the command line or in a line of a batch; raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(TZ) if moment.tzinfo else moment.replace(tzinfo=TZ)


def as_object(reply: Reply, milliseconds: float, question_id: str | None = None) -> dict[str, Any]:
    """The reply as the contract's object."""
    identity = {} if question_id is None else {"id": question_id}
    links = [f"tel:{b.number}" for b in reply.blocks if isinstance(b, PhoneLine)] + list(reply.links)
    return identity | {
        "status": reply.status.value,
        "topics": [{"id": topic, "score": round(score, 3)} for topic, score in reply.topics],
        "text": reply.plain(),
        "choices": [choice.label for choice in reply.choices],
        "links": links,
        "ms": round(milliseconds, 3),
    }


def answer_lines(lines: Iterable[str], handle: Handle, now: Callable[[], datetime], lang: str) -> Iterator[str]:
    """One JSON object a line in, one out; a line that cannot be read yields {"id", "error"} and the rest go on."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield json.dumps(_answer_line(line, number, handle, now, lang), ensure_ascii=False)


def _answer_line(line: str, number: int, handle: Handle, now: Callable[[], datetime], lang: str) -> dict[str, Any]:
    question_id: Any = None
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("not an object")
        question_id = row.get("id")
        text = row["text"]
        if not isinstance(text, str):
            raise ValueError("text is not a string")
        at = parse_at(row["at"]) if row.get("at") else now()
        chat = f"batch:{row['chat']}" if row.get("chat") else f"line:{number}"
        language = row.get("lang") or lang
        if not isinstance(language, str):
            raise ValueError("lang is not a string")
    except KeyError as error:
        return {"id": question_id, "error": f"line {number}: {error.args[0]} is missing"}
    except (ValueError, TypeError, RecursionError) as error:
        return {"id": question_id, "error": f"line {number}: {error}"}
    start = time.perf_counter()
    reply = handle(Incoming(chat, text, language), at)
    return as_object(reply, 1000 * (time.perf_counter() - start), question_id)
