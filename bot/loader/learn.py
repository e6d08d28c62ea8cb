"""Train a centre's knowledge and leave it in the cache; started by the loader as a process of its own."""

import gc
import sys
from pathlib import Path

from bot.loader import cache as disk
from bot.loader.loading import learn
from bot.loader.problems import KnowledgeError

_TEXT = "Learning from the examples (once per change of the knowledge)"


def _progress(done: float) -> None:
    end = "\n" if done >= 1 else ""
    print(f"\r{_TEXT}: {done:4.0%}", end=end, file=sys.stderr, flush=True)


def main(folder: str, cache: str) -> int:
    """Learn the folder's knowledge into the cache folder; 1 where it has errors or cannot be kept there: whoever asked finds out why."""
    gc.disable()  # a short life with millions of small objects, nearly all of them needed to its end
    on_screen = sys.stderr.isatty()
    if not on_screen:
        print(_TEXT, "...", file=sys.stderr, flush=True)
    try:
        disk.save(Path(cache), learn(Path(folder), _progress if on_screen else None))
    except (OSError, KnowledgeError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
