"""Strict YAML: every scalar stays a string and a repeated key is an error.

Plain safe_load turns 18:00 into 1080, "no" into False and drops the "+" of +48, and lets the later of two equal keys win in silence.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


_SWALLOWED = re.compile(r"""^[ ]*(?:- |[\w-]+: )(?:&|[^"'#&|>\n]*[ ]#).*$""", re.MULTILINE)
"""A text that YAML would cut: at " #" begins a comment, at "&" a name."""


class YamlError(Exception):
    """The file cannot be read; the message says where and why, in Polish."""


Place = tuple[int | str, ...]
"""The way to a field: names of fields and numbers of list items, from 0."""


@dataclass(frozen=True, slots=True)
class Lines:
    """On which line of a file each field stands."""

    known: Mapping[Place, int]

    def of(self, place: Place) -> int:
        """The field's line; of a field that is not there, the line of what it should be in."""
        while place and place not in self.known:
            place = place[:-1]
        return self.known.get(place, 1)


class _StrictLoader(_Base):  # type: ignore[misc]  # the base is chosen at run time
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  # as in the base
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if isinstance(key, str) and key in seen:
                raise YamlError(f"wiersz {key_node.start_mark.line + 1}: pole „{key}” jest wpisane dwa razy")
            seen.add(key)
        result: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return result


def load(path: Path) -> Any:
    """The file's content with all scalars as strings; raises YamlError."""
    return _parsed(_text(path))


def load_with_lines(path: Path) -> tuple[Any, Lines]:
    """The same, and where each field stands."""
    text = _text(path)
    content = _parsed(text)
    root = yaml.compose(text, Loader=_StrictLoader)
    return content, Lines(dict(_positions(root, ())) if root else {})


def _positions(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*place, key.value), key.start_mark.line + 1
            yield from _positions(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield (*place, i), value.start_mark.line + 1
            yield from _positions(value, (*place, i))


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise YamlError("plik nie jest zapisany w kodowaniu UTF-8") from None
    except OSError as error:
        raise YamlError(f"nie można odczytać pliku ({error.strerror})") from None
    swallowed = _SWALLOWED.search(text)
    if swallowed:
        line = text.count("\n", 0, swallowed.start()) + 1
        raise YamlError(
            f"wiersz {line}: „ #” i „&” na początku mają w YAML inne znaczenie i ucinają tekst – weź go w cudzysłów (komentarz pisz w osobnej linijce)"
        )
    return text


def _parsed(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a BaseLoader builds no objects
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(f"wiersz {line}: to nie jest poprawny YAML – {_hint(text, line)} (parser: {error.problem})") from None
    except yaml.YAMLError:
        raise YamlError("to nie jest poprawny YAML (niedozwolony znak w pliku)") from None
    except RecursionError:
        raise YamlError("plik jest zbyt głęboko zagnieżdżony") from None


def _hint(text: str, line: int) -> str:
    """What most likely went wrong in that line."""
    lines = text.splitlines()
    content = lines[line - 1] if line <= len(lines) else ""
    if "\t" in content:
        return "wcięcia rób spacjami, nie tabulatorem"
    if content.count(": ") > 1:
        return 'w tekście jest dwukropek: weź cały tekst w cudzysłów "…"'
    return "sprawdź wcięcia, myślniki i cudzysłowy w tej linijce i w poprzedniej"
