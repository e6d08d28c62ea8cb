"""The knowledge folder on disk: which files there are, what they must look like, and all that is wrong with them at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.loader import schema
from bot.loader.cache import common_folder
from bot.loader.problems import Problem
from bot.loader.wording import field_problems
from bot.loader.yaml_file import YamlError, load

_PLACES = TypeAdapter(schema.PlaceFile)
_TOPICS = TypeAdapter(schema.TopicFile)
_SOURCES = TypeAdapter(dict[schema.Id, schema.SourceEntry])
_ASPECTS = TypeAdapter(dict[schema.Id, schema.AspectEntry])
_CRISES = TypeAdapter(dict[schema.Id, schema.CrisisFile])
_CRISIS_EXAMPLES = TypeAdapter(schema.CrisisExamples)
_CENTRE = TypeAdapter(schema.CentreFile)
_SHORTHAND = TypeAdapter(dict[schema.Line, schema.Line])
_LINES = TypeAdapter(list[schema.Line])
_PAGES = TypeAdapter(schema.PageFile)
PAGES = "pages"
"""Folder of the website's pages, in common/ and in a centre's folder."""

FOLDERS: Mapping[str, TypeAdapter[Any]] = {
    "places": _PLACES,
    "contacts": _PLACES,
    "topics": _TOPICS,
    "elsewhere": _TOPICS,
}
"""Folders of one file a subject, in common/ and in a centre's folder."""
COMMON_FILES: Mapping[str, TypeAdapter[Any]] = {
    "sources.yaml": _SOURCES,
    "crisis.yaml": _CRISES,
    "vocabulary/aspects.yaml": _ASPECTS,
    "vocabulary/shorthand.yaml": _SHORTHAND,
    "vocabulary/towns.yaml": _LINES,
    "vocabulary/nearmiss.yaml": _LINES,
}
CENTRE_FILES: Mapping[str, TypeAdapter[Any]] = {"sources.yaml": _SOURCES, "centre.yaml": _CENTRE}
SCHEMAS: Mapping[str, TypeAdapter[Any]] = {
    "place": _PLACES,
    "topic": _TOPICS,
    "sources": _SOURCES,
    "aspects": _ASPECTS,
    "crisis": _CRISES,
    "crisis-examples": _CRISIS_EXAMPLES,
    "centre": _CENTRE,
    "page": _PAGES,
}
WORDS_FILE = "vocabulary/words.txt"


@dataclass
class Files:
    """Everything read: validated entries by id, the file each came from, and the problems on the way."""

    centre: schema.CentreFile | None = None
    subjects: dict[str, schema.PlaceFile | schema.TopicFile] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    sources: dict[str, schema.SourceEntry] = field(default_factory=dict)
    source_origin: dict[str, str] = field(default_factory=dict)
    centre_file: str = "centre.yaml"
    aspects: dict[str, schema.AspectEntry] = field(default_factory=dict)
    crises: dict[str, schema.CrisisFile] = field(default_factory=dict)
    crisis_examples: dict[str, schema.CrisisExamples] = field(default_factory=dict)
    shorthand: dict[str, str] = field(default_factory=dict)
    towns: list[str] = field(default_factory=list)
    nearmiss: list[str] = field(default_factory=list)
    words: frozenset[str] = frozenset()
    pages: dict[str, list[schema.PageFile]] = field(default_factory=dict)
    """By id: the centre's own file and the common one, as far as there are any."""
    problems: list[Problem] = field(default_factory=list)


def read_files(folder: Path) -> Files:
    """Read and validate a centre's folder and common/; problems are collected, never raised."""
    files = Files(centre_file=f"{folder.name}/centre.yaml")
    if not folder.is_dir():
        files.problems.append(Problem(str(folder), "", "nie ma takiego katalogu z wiedzą"))
        return files
    common = common_folder(folder)
    _read_single(files, common, COMMON_FILES)
    _read_single(files, folder, CENTRE_FILES)
    for base in (common, folder):
        for name, adapter in FOLDERS.items():
            for path in sorted((base / name).glob("*.yaml")):
                _read_subject(files, base, path, adapter, elsewhere=name == "elsewhere")
        files.problems += _strange_files(base, COMMON_FILES if base == common else CENTRE_FILES)
    for path in sorted((common / "crisis").glob("*.yaml")):
        examples = _validated(files, common, path, _CRISIS_EXAMPLES)
        if examples is not None:
            files.crisis_examples[path.stem] = examples
    _read_pages(files, folder, common)
    words = common / WORDS_FILE
    if words.is_file():
        lines = words.read_text(encoding="utf-8").split("\n")
        files.words = frozenset(line for line in lines if line and not line.startswith("#"))
    return files


def _read_single(files: Files, base: Path, expected: Mapping[str, TypeAdapter[Any]]) -> None:
    for name, adapter in expected.items():
        path = base / name
        if not path.is_file():
            files.problems.append(Problem(f"{base.name}/{name}", "", "brakuje pliku"))
            continue
        value = _validated(files, base, path, adapter)
        if value is None:
            continue
        target = "crises" if name == "crisis.yaml" else Path(name).stem
        if target == "sources":
            files.sources.update(value)
            files.source_origin.update(dict.fromkeys(value, f"{base.name}/{name}"))
        else:
            setattr(files, target, value)


def _read_pages(files: Files, folder: Path, common: Path) -> None:
    for base in (folder, common):
        for path in sorted((base / PAGES).glob("*.yaml")):
            page = _validated(files, base, path, _PAGES)
            if page is not None:
                files.pages.setdefault(path.stem, []).append(page)


def _strange_files(base: Path, expected: Iterable[str]) -> Iterator[Problem]:
    """Files that nobody would read, so that an editor does not wait for them in vain."""
    for path in sorted(base.rglob("*.y*ml")):
        name = path.relative_to(base).as_posix()
        known = name in expected or (path.suffix == ".yaml" and path.parent.parent == base and path.parent.name in (*FOLDERS, PAGES, "crisis"))
        if not known:
            yield Problem(f"{base.name}/{name}", "", f"tego pliku program nie czyta: pliki tematów to .yaml w katalogach {', '.join(FOLDERS)}")


def _read_subject(files: Files, base: Path, path: Path, adapter: TypeAdapter[Any], *, elsewhere: bool) -> None:
    name = _relative(base, path)
    if not re.match(schema.ID_PATTERN, path.stem):
        files.problems.append(Problem(name, "", "nazwa pliku może mieć tylko małe litery bez polskich znaków, cyfry i myślniki, np. opieka-wytchnieniowa.yaml"))
    if path.stem in files.origin:
        files.problems.append(Problem(name, "", f"nazwa pliku powtarza się: jest już {files.origin[path.stem]}"))
        return
    files.origin[path.stem] = name
    value = _validated(files, base, path, adapter)
    if value is not None:
        files.subjects[path.stem] = value
        if elsewhere:
            files.elsewhere.add(path.stem)


def _relative(base: Path, path: Path) -> str:
    return f"{base.name}/{path.relative_to(base).as_posix()}"


def _validated(files: Files, base: Path, path: Path, adapter: TypeAdapter[Any]) -> Any:
    try:
        return adapter.validate_python(load(path))
    except YamlError as error:
        files.problems.append(Problem(_relative(base, path), "", str(error)))
    except ValidationError as error:
        files.problems.extend(field_problems(_relative(base, path), error))
    return None
