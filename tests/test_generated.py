"""Every example of the knowledge once more, as people type it: without Polish letters, and with a typing error in each longer word.

The examples are what the classifier was trained on, so the figures say how well understanding survives the typing, not how well it generalises.
"""

import random
from collections.abc import Callable

import pytest

from bot.core.knowledge import Knowledge
from bot.core.lexicon import FACT, subject_examples
from bot.core.message import Session
from bot.core.text import fold
from bot.core.understanding import understand
from bot.loader.loading import load_content
from tests.amount import amount
from tests.conftest import ROOT, WEDNESDAY

LONGER = 5
NEAR = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}


def mistyped(text: str, draw: random.Random) -> str:
    """The text with one error in each word of more than four letters: a letter dropped, doubled, swapped with the next or hit beside."""
    return " ".join(one_error(word, draw) if len(word) >= LONGER and word.isalpha() else word for word in text.split())


def one_error(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 1)
    letter = word[at]
    return draw.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1] + letter + word[at + 2 :],
            word[:at] + NEAR.get(letter, letter) + word[at + 1 :],
        ]
    )


def share_understood(knowledge: Knowledge, texts: list[tuple[str, str]]) -> float:
    """Share of the texts whose own subject scores highest."""
    right = 0
    for text, label in texts:
        scores = understand(knowledge, knowledge.reader.read(text, WEDNESDAY), Session()).scores
        right += bool(scores) and scores[0][0] == label.partition(FACT)[0]
    return right / len(texts)


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, str]]:
    found = list(subject_examples(load_content(ROOT / "knowledge" / "bytom")))
    assert len(found) > 5_000
    return found[:: amount(1, 5)]


def plain(text: str, _draw: random.Random) -> str:
    return fold(text)


@pytest.mark.parametrize(("typed", "least"), [(plain, 0.99), (mistyped, 0.97)])
def test_understanding_survives_the_typing(
    bytom: Knowledge, examples: list[tuple[str, str]], typed: Callable[[str, random.Random], str], least: float, record_testsuite_property: Callable[..., None]
) -> None:
    draw = random.Random(1)
    share = share_understood(bytom, [(typed(text, draw), label) for text, label in examples])
    record_testsuite_property(f"understood, {typed.__name__}", f"{share:.3f} of {len(examples)}")
    print(f"{typed.__name__}: {share:.1%} of {len(examples)} examples understood")
    assert share >= least
