"""The conversation tests as far as `check` needs them: which topics they cover. The tests themselves are in tests/conversations."""

from pathlib import Path
from typing import Any

from bot.loader.problems import Problem
from bot.loader.yaml_file import YamlError, load

DEFAULT_CENTRE = "bytom"
"""Whose a conversation is that names no `centre`."""


def covered_topics(folder: Path) -> tuple[frozenset[tuple[str, str]], list[Problem]]:
    """(centre, id) of the topics and places that some test conversation expects, and the files that cannot be read."""
    found: set[tuple[str, str]] = set()
    problems = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.update((str(turn.get("centre", DEFAULT_CENTRE)), str(turn.get("topic", ""))) for turn in turns(path))
        except YamlError as error:
            problems.append(Problem(f"{folder}/{path.name}", "", str(error)))
    return frozenset(found), problems


def turns(path: Path) -> list[dict[str, Any]]:
    """Every message of every conversation of a file; raises YamlError where it is no list of conversations."""
    cases = load(path)
    found = [turn for case in cases for turn in case.get("turns", [case])] if isinstance(cases, list) and all(isinstance(c, dict) for c in cases) else None
    if found is None or not all(isinstance(turn, dict) and "say" in turn for turn in found):
        raise YamlError("to ma być lista rozmów: „- id: …”, pod tym „say: …” i czego oczekujesz (albo „turns:” z listą takich wiadomości)")
    return found
