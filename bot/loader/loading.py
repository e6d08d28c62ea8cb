"""Loading one centre's knowledge: from the cache, else read, checked, trained and cached."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import bot
from bot.core.knowledge import Knowledge
from bot.loader import cache as disk
from bot.loader.problems import KnowledgeError, Severity

if TYPE_CHECKING:
    from bot.core.knowledge import Content

Progress = Callable[[float], None]


def load_content(folder: Path) -> "Content":
    """The content of a centre's folder without training; raises KnowledgeError with all problems."""
    from bot.loader.build import build  # what only fresh files need is imported only for them
    from bot.loader.entries import file_problems
    from bot.loader.files import read_files

    files = read_files(folder)
    errors = [p for p in file_problems(files) if p.severity is Severity.ERROR]
    if errors or files.centre is None:
        raise KnowledgeError(tuple(sorted(errors)))
    return build(files, files.centre, disk.digest(folder))


def learn(folder: Path, progress: Progress | None = None) -> Knowledge:
    """Read and train a centre's knowledge; raises KnowledgeError."""
    from bot.core.lexicon import Lexicon
    from bot.core.reader import Reader
    from bot.core.training import train

    content = load_content(folder)
    lexicon = Lexicon(content)
    return Knowledge.of(content, Reader(lexicon, train(content, lexicon, progress)))


def load_knowledge(folder: Path, cache: Path) -> Knowledge:
    """A centre's knowledge, trained at most once per change; raises KnowledgeError.

    Training runs in a process of its own: it takes seconds of computing and memory that a serving bot must not give.
    """
    key = disk.digest(folder)
    found = disk.load(cache, key)
    if found is None and folder.is_dir():
        _learn_apart(folder, cache)
        found = disk.load(cache, key)
    return found or learn(folder)  # errors are for this process to tell


def _learn_apart(folder: Path, cache: Path) -> None:
    command = [sys.executable, "-m", "bot.loader.learn", str(folder.resolve()), str(cache.resolve())]
    # The products are small: more threads would only wait for each other. Ctrl-C reaches this process alone, which then ends the other.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    root = Path(bot.__file__).parent.parent
    subprocess.run(command, cwd=root, env=environment, start_new_session=True, check=False)  # noqa: S603  # ourselves
