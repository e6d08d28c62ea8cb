"""The conversation tests as far as `check` needs them: which topics they cover. The tests themselves are in tests/conversations."""

from pathlib import Path

from bot.loader.yaml_file import YamlError, load


def covered_topics(folder: Path) -> frozenset[str]:
    """Ids of the topics and places that some test conversation expects."""
    found: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        try:
            cases = load(path)
        except YamlError:
            continue
        for case in cases if isinstance(cases, list) else ():
            for turn in case.get("turns", [case]):
                found.add(str(turn.get("topic", "")))
    return frozenset(found)
