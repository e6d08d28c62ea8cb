"""The trained reader on disk, by the knowledge's hash: training happens once per version of the knowledge."""

import tempfile
from pathlib import Path

import numpy as np

from bot.core.matcher import Model, Vocabulary
from bot.core.reader import Trained

_FORMAT = 2
"""Raise when features or training change, so that older files are not read."""
_SEPARATOR = "\n"


def path_of(cache: Path, digest: str) -> Path:
    """Where the trained reader of that knowledge is kept."""
    return cache / f"reader-{digest}-{_FORMAT}.npz"


def load(cache: Path, digest: str) -> Trained | None:
    """The cached reader, or None where there is none or it is damaged."""
    try:
        with np.load(path_of(cache, digest), allow_pickle=False) as data:
            columns = str(data["columns"]).split(_SEPARATOR)
            return Trained(
                Vocabulary({name: i for i, name in enumerate(columns)}, data["idf"]),
                Model(tuple(str(data["topics"]).split(_SEPARATOR)), data["topic_weights"].astype(np.float32), data["topic_bias"]),
                Model(tuple(str(data["danger"]).split(_SEPARATOR)), data["danger_weights"].astype(np.float32), data["danger_bias"]),
            )
    except (OSError, ValueError, KeyError, EOFError):
        return None


def save(cache: Path, digest: str, trained: Trained) -> None:
    """Keep the trained reader; a folder that cannot be written is no error, training then repeats at the next start."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, suffix=".npz", delete=False) as file:
            np.savez(
                file,
                columns=np.array(_SEPARATOR.join(trained.vocabulary.columns)),
                idf=trained.vocabulary.idf,
                topics=np.array(_SEPARATOR.join(trained.topics.labels)),
                topic_weights=trained.topics.weights.astype(np.float16),
                topic_bias=trained.topics.bias,
                danger=np.array(_SEPARATOR.join(trained.danger.labels)),
                danger_weights=trained.danger.weights.astype(np.float16),
                danger_bias=trained.danger.bias,
            )
        Path(file.name).replace(path_of(cache, digest))
    except OSError:
        return
