"""Loading one centre's knowledge: files, references, content, trained reader."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from bot.core.knowledge import Content, Knowledge
from bot.core.reader import Lexicon, Reader, train
from bot.loader import cache as reader_cache
from bot.loader.build import build, references
from bot.loader.files import read_files
from bot.loader.problems import KnowledgeError, Severity

Progress = Callable[[float], None]


def load_content(folder: Path) -> Content:
    """The content of a centre's folder without training; raises KnowledgeError with all problems."""
    files = read_files(folder)
    problems = [*files.problems, *references(files)] if files.subjects else files.problems
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if errors or files.centre is None:
        raise KnowledgeError(tuple(sorted(errors)))
    return build(files, files.centre, folder)


def load_knowledge(folder: Path, cache: Path, progress: Progress | None = None) -> Knowledge:
    """Content with its reader, trained now or taken from the cache; raises KnowledgeError."""
    content = load_content(folder)
    lexicon = Lexicon(content)
    trained = reader_cache.load(cache, content.digest)
    if trained is None:
        trained = train(content, lexicon, progress)
        reader_cache.save(cache, content.digest, trained)
    return Knowledge(**{f.name: getattr(content, f.name) for f in fields(content)}, reader=Reader(lexicon, trained))
