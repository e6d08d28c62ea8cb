"""What each part of the understanding brings: the classifier with parts left out, and other methods, on the sentences of the conversation tests.

Run with `make bench-matching` (some minutes). The sentences are in no example of the knowledge. Figures and conclusions: docs/matching.md.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from unittest.mock import patch

from rapidfuzz import fuzz, process

from bench import CACHE, NOW, ROOT
from bot.core import matcher, training, understanding
from bot.core.dialogue import respond
from bot.core.hours import TZ
from bot.core.knowledge import DEFAULT_LANG, Content
from bot.core.lexicon import FACT, Lexicon, subject_examples
from bot.core.matcher import Tokens
from bot.core.message import Incoming, Reply, Session, Status
from bot.core.sentences import sentence
from bot.core.text import fold, read, stem
from bot.loader.loading import load_content, load_knowledge
from bot.loader.yaml_file import load

Texts = Sequence[tuple[str, str]]
"""(sentence, topic)"""


@dataclass(frozen=True)
class Case:
    """A sentence, the topic it is about ("" where the knowledge has none) and when it is said."""

    text: str
    topic: str
    at: datetime


def cases() -> Iterator[Case]:
    """Sentences of the conversation tests that stand alone, with a topic or out of scope."""
    for path in sorted((ROOT / "tests" / "conversations").glob("*.yaml")):
        for case in load(path):
            if "turns" not in case and case.get("centre") != "gdansk" and case.get("status") != "crisis":
                at = datetime.fromisoformat(case["at"]).replace(tzinfo=TZ) if "at" in case else NOW
                if "topic" in case or case.get("status") == "fallback":
                    yield Case(case["say"], case.get("topic", ""), at)


def subject(label: str) -> str:
    return label.partition(FACT)[0]


def trained(content: Content, tokens: Callable[[str], Tokens], share: float = 1.0) -> Callable[[str], str]:
    """A classifier trained on a share of the examples, as a function from sentence to topic."""
    draw = random.Random(0)
    kept = [(text, label) for text, label in subject_examples(content) if draw.random() < share]
    model = training.fit([training.Example(tokens(text), label, "-") for text, label in kept])

    def best(text: str) -> str:
        topics, _ = model.score(tokens(text)).whole()
        return subject(model.topics[int(topics.argmax())])

    return best


def by_ratio(content: Content, scorer: Callable[..., float]) -> Callable[[str], str]:
    """The topic of the example most similar by a ratio of rapidfuzz."""
    examples = list(subject_examples(content))
    folded = [fold(text) for text, _ in examples]

    def best(text: str) -> str:
        found = process.extractOne(fold(text), folded, scorer=scorer)
        return subject(examples[found[2]][1])

    return best


def plain_tokens(text: str) -> Tokens:
    """Words as typed: nothing corrected, nothing found."""
    words = read(text)
    return Tokens(words, [stem(w) for w in words], ())


def row(name: str, best: Callable[[str], str], texts: Texts) -> None:
    right = sum(best(text) == topic for text, topic in texts)
    print(f"{name:<62}{right:>5} of {len(texts)}  {right / len(texts):6.1%}", flush=True)


def without(features: str) -> ExitStack:
    """Train and score without one kind of features: "pairs", "stems", "n-grams" or "stems and pairs"."""
    words = matcher.word_features
    no_pairs: dict[str, Callable[..., Iterable[object]]] = {"pair_features": lambda _stems: ()}
    no_stems: dict[str, Callable[..., Iterable[object]]] = {"word_features": lambda w, s: (f for f in words(w, s) if not f.startswith("w:"))}
    no_ngrams: dict[str, Callable[..., Iterable[object]]] = {"word_features": lambda w, s: (f for f in words(w, s) if f.startswith("w:"))}
    left_out = {"pairs": no_pairs, "stems": no_stems, "n-grams": no_ngrams, "stems and pairs": no_pairs | no_stems}[features]
    stack = ExitStack()
    for name, value in left_out.items():
        for module in (matcher, training):
            stack.enter_context(patch.object(module, name, value))
    return stack


def compare_methods(content: Content, texts: Texts) -> None:
    lexicon = Lexicon(content)
    print(f"Topic named first, {len(texts)} sentences")
    row("rapidfuzz WRatio, nearest example", by_ratio(content, fuzz.WRatio), texts)
    row("rapidfuzz token_set_ratio, nearest example", by_ratio(content, fuzz.token_set_ratio), texts)
    row("classifier: stems, pairs, n-grams, names, spelling", trained(content, lexicon.tokens), texts)
    row("  without names and aspects as features", trained(content, lambda t: lexicon.tokens(t)._replace(marks=())), texts)
    row("  and without spelling correction", trained(content, plain_tokens), texts)
    for features in ("pairs", "stems", "n-grams", "stems and pairs"):
        with without(features):
            row(f"  without {features}", trained(content, lexicon.tokens), texts)
    for share in (0.1, 0.25, 0.5):
        row(f"  with {share:.0%} of the examples", trained(content, lexicon.tokens, share), texts)


def compare_thresholds(sentences: Sequence[Case]) -> None:
    knowledge = load_knowledge(ROOT / "knowledge" / "bytom", CACHE)
    print("\nAnswer alone from a certainty of   right   wrong   doubted: right   wrong   asked   refused | out of scope: answered   doubted   asked   refused")
    for threshold in (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9):
        counts = dict.fromkeys(["right", "wrong", "doubted right", "doubted wrong", "asked", "refused", "answered*", "doubted*", "asked*", "refused*"], 0)
        with patch.object(understanding, "SURE", threshold):
            for case in sentences:
                counts[kind_of(respond(knowledge, Session(), Incoming("bench", case.text), case.at), case)] += 1
        print(f"{threshold:>31.2f} " + " ".join(f"{count:>7}" for count in counts.values()), flush=True)


def kind_of(reply: Reply, case: Case) -> str:
    """What became of a sentence; with a star where it is out of scope."""
    star = "" if case.topic else "*"
    right = "" if star else (" right" if reply.topics[0][0] == case.topic else " wrong")
    if reply.blocks[0].plain().startswith(sentence("unsure", DEFAULT_LANG)):
        return f"doubted{right}{star}"
    if reply.status is Status.ANSWER:
        return "answered*" if star else right.strip()
    return f"asked{star}" if reply.status is Status.CLARIFY else f"refused{star}"


if __name__ == "__main__":
    found = list(cases())
    content = load_content(ROOT / "knowledge" / "bytom")
    compare_methods(content, [(case.text, case.topic) for case in found if case.topic])
    compare_thresholds(found)
