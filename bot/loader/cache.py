"""The loaded and trained knowledge on disk, by the hash of its files and of the program: loading then takes a fraction of a second.

The file is a pickle in the deployment's own folder: whoever can write there can change the program as well.
"""

import hashlib
import pickle
import tempfile
from pathlib import Path

import bot
from bot.core.knowledge import Knowledge

_PROGRAM = Path(bot.__file__).parent
_KEPT = 4
"""Versions kept, so that going back and forth does not train again."""


COMMON = "common"


def common_folder(folder: Path) -> Path:
    """The national knowledge beside a centre's folder."""
    return folder.parent / COMMON


def digest(folder: Path) -> str:
    """Hash of a centre's files and of the program that reads them."""
    sha = hashlib.sha256()
    for base in (_PROGRAM / "core", _PROGRAM / "loader", common_folder(folder), folder):
        for path in sorted(base.rglob("*")):
            if path.suffix in (".py", ".yaml", ".txt") and path.is_file():
                sha.update(f"{path.relative_to(base.parent)}\0".encode() + path.read_bytes() + b"\0")
    return sha.hexdigest()[:16]


def path_of(cache: Path, key: str) -> Path:
    """Where the knowledge of that digest is kept."""
    return cache / f"knowledge-{key}.pickle"


def load(cache: Path, key: str) -> Knowledge | None:
    """The cached knowledge, or None where there is none or it is damaged."""
    try:
        with path_of(cache, key).open("rb") as file:
            found = pickle.load(file)  # noqa: S301  # our own file, see above
    except FileNotFoundError:
        return None
    except Exception:  # noqa: BLE001  # a damaged pickle can raise anything; it is made anew
        return None
    return found if isinstance(found, Knowledge) and found.digest == key else None


def save(cache: Path, knowledge: Knowledge) -> None:
    """Keep the knowledge for the next start; raises OSError where the folder cannot be written."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, suffix=".new", delete=False) as file:
        pickle.dump(knowledge, file, protocol=pickle.HIGHEST_PROTOCOL)
    Path(file.name).replace(path_of(cache, knowledge.digest))
    kept = sorted(cache.glob("knowledge-*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in kept[_KEPT:]:
        old.unlink(missing_ok=True)
