"""What pydantic finds wrong with a file, told in Polish to somebody who edits it."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from bot.loader.problems import Problem, Severity
from bot.loader.yaml_file import Lines

_MESSAGES = {
    "missing": "brakuje tego pola",
    "extra_forbidden": "nie ma takiego pola – literówka w nazwie?",
    "string_type": "tu ma być tekst",
    "string_too_short": "pole jest puste",
    "dict_type": "tu mają być pola „nazwa: wartość” (sprawdź wcięcia)",
    "model_type": "tu mają być pola „nazwa: wartość” (sprawdź wcięcia)",
    "list_type": "tu ma być lista (każdy element od myślnika)",
    "bool_parsing": "tu ma być true albo false",
    "too_short": "lista jest pusta",
}
_NUMBERS = {
    "int_parsing": "liczbą całkowitą",
    "int_from_float": "liczbą całkowitą",
    "int_type": "liczbą całkowitą",
    "float_parsing": "liczbą",
    "float_type": "liczbą",
}
_LIMITS = {
    "greater_than_equal": ("ge", "najmniej"),
    "less_than_equal": ("le", "najwyżej"),
    "greater_than": ("gt", "więcej niż"),
    "less_than": ("lt", "mniej niż"),
}


def field_problems(name: str, error: ValidationError, lines: Lines | None = None) -> Iterator[Problem]:
    """Every finding as a problem of that file, with its line where the lines are known."""
    for item in error.errors(include_url=False):
        place = tuple(part for part in item["loc"] if part != "[key]")
        yield Problem(name, field_name(place), _in_polish(item), Severity.ERROR, lines.of(place) if lines else 0)


def field_name(place: tuple[int | str, ...]) -> str:
    """rules.1.clear.above; people count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _in_polish(item: Any) -> str:
    kind, value, context = item["type"], item.get("input"), item.get("ctx", {})
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    if kind in _NUMBERS:
        return f"„{value}” nie jest {_NUMBERS[kind]} (np. -10)"
    if kind in _LIMITS:
        key, word = _LIMITS[kind]
        return f"„{value}” jest poza zakresem: ma być {word} {context[key]:g}"
    return _rare(kind, value, context)


def _rare(kind: str, value: Any, context: Any) -> str:
    if kind == "literal_error":
        return f"„{value}” nie jest dozwolone; dozwolone: {context['expected'].replace(' or ', ' lub ')}"
    if kind == "string_pattern_mismatch":
        return f"„{value}” ma zły zapis"
    if kind.startswith("date"):
        return f"„{value}” nie jest datą w zapisie RRRR-MM-DD"
    if kind == "value_error":
        return str(context["error"])
    return f"niepoprawna wartość „{value}”"
