"""JSON Schema of the knowledge files and the schedules, for completion in editors: written by `schema`, kept current by `check`."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot.loader.files import SCHEMAS
from bot.loader.problems import Problem
from bot.loader.schedules_schema import SCHEDULES


def _texts() -> dict[str, str]:
    return {f"{name}.json": json.dumps(a.json_schema(), ensure_ascii=False, indent=1) + "\n" for name, a in {**SCHEMAS, "schedules": SCHEDULES}.items()}


def write(folder: Path) -> None:
    """Write the schemas into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _texts().items():
        (folder / name).write_text(text, encoding="utf-8")


def outdated(folder: Path) -> Iterator[Problem]:
    """Schemas that are missing or differ from what the program expects."""
    for name, text in _texts().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield Problem(f"{folder.name}/{name}", "", "schemat jest nieaktualny: uruchom .venv/bin/python -m bot schema")
