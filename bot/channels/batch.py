"""The black-box contract: questions as JSON lines in, replies as JSON objects out."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from bot.core.hours import TZ
from bot.core.message import Incoming, PhoneLine, Reply

Handle = Callable[[Incoming, datetime], Reply]


class Question(BaseModel):
    """A line of a batch; lines with one `chat` are turns of one conversation."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    text: str
    at: datetime | None = None
    chat: str | None = None
    lang: str | None = None

    @field_validator("at", mode="before")
    @classmethod
    def _local(cls, value: Any) -> datetime | None:
        return parse_at(value) if isinstance(value, str) and value else None


def parse_at(text: str) -> datetime:
    """A time as written on the command line or in a batch, local where it names no zone; raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(TZ) if moment.tzinfo else moment.replace(tzinfo=TZ)


def as_object(reply: Reply, milliseconds: float) -> dict[str, Any]:
    """The reply as the contract's object, without its id."""
    links = [f"tel:{b.number}" for b in reply.blocks if isinstance(b, PhoneLine)] + list(reply.links)
    return {
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
        question_id = row.get("id") if isinstance(row, dict) else None
        question = Question.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return {"id": question_id, "error": f"line {number}: {field}: {first['msg']}".replace(": : ", ": ")}
    except (ValueError, RecursionError) as error:
        return {"id": question_id, "error": f"line {number}: not a JSON object ({error})"}
    chat = f"chat:{question.chat}" if question.chat else f"line:{number}"
    start = time.perf_counter()
    reply = handle(Incoming(chat, question.text, question.lang or lang), question.at or now())
    return {"id": question_id} | as_object(reply, 1000 * (time.perf_counter() - start))
