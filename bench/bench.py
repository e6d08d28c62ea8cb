"""Benchmarks: what a question costs, what loading costs, how much memory it takes. Figures to compare within one run, no verdict.

Run with `make bench`. Targets are those of docs/matching.md.
"""

import gc
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the loader trains; to be set before numpy is loaded

from bot.core.dialogue import respond
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Session
from bot.loader.conversations import turns
from bot.loader.loading import learn, load_knowledge
from bot.loader.yaml_file import load

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "var" / "cache"
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=TZ)
HOSTILE = ["", "a" * 100_000, "🙃" * 10_000, "noclegownia " * 8_500, "".join(map(chr, range(256))), "n\u0300\u0301" * 5_000, "nосlеgоwnіа"]
TOPICS, EXAMPLES = 2_000, 10


def questions() -> list[str]:
    """The sentences of the conversation tests, as typed."""
    return [turn["say"] for path in sorted((ROOT / "tests" / "conversations").glob("*.yaml")) for turn in turns(path)]


def times(knowledge: Knowledge, texts: Sequence[str]) -> list[float]:
    """Milliseconds of each reply; asked at different minutes, so that nothing is known from the one before."""
    found = []
    for minutes, text in enumerate(texts):
        now = NOW + timedelta(minutes=minutes)
        start = time.perf_counter()
        respond(knowledge, Session(), Incoming("bench", text), now)
        found.append(1000 * (time.perf_counter() - start))
    return found


def percentile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def row(name: str, value: str, target: str) -> None:
    print(f"{name:<58}{value:>16}   target {target}")


def many_topics(folder: Path) -> Path:
    """A centre with 2,000 made-up topics more, of ten examples each."""
    shutil.copytree(ROOT / "knowledge" / "common", folder / "common")
    shutil.copytree(ROOT / "knowledge" / "gdansk", folder / "many")
    draw = random.Random(1)
    syllables = [c + v for c in "bcdfghjklmnprstwz" for v in "aeiouy"]
    word: Callable[[], str] = lambda: "".join(draw.choices(syllables, k=draw.randrange(2, 5)))  # noqa: E731
    common = [word() for _ in range(400)]
    for number in range(TOPICS):
        own = [word() for _ in range(6)]
        examples = [" ".join(draw.sample(own, 3) + draw.choices(common, k=4)) for _ in range(EXAMPLES)]
        lines = "\n".join(f"    - {text}" for text in examples)
        text = f"title:\n  pl: Temat {number}\nsummary:\n  pl: Odpowiedź {number}.\nsource: gdansk-2014\nexamples:\n  pl:\n{lines}\n"
        (folder / "many" / "topics" / f"temat-{number}.yaml").write_text(text, encoding="utf-8")
    return folder / "many"


def measure_questions() -> None:
    knowledge = load_knowledge(ROOT / "knowledge" / "bytom", CACHE)
    gc.freeze()
    texts = questions()
    times(knowledge, texts)
    rounds = [times(knowledge, texts) for _ in range(5)]
    every = sorted(value for found in rounds for value in found)
    best = sorted(map(min, zip(*rounds, strict=True)))
    row(f"one question of {len(texts)}, best of {len(rounds)}, p50", f"{percentile(best, 0.5):.2f} ms", "0.5 ms")
    row("the same, p99", f"{percentile(best, 0.99):.2f} ms", "2 ms")
    row("one question, every run, p50 and p99", f"{percentile(every, 0.5):.2f}, {percentile(every, 0.99):.2f} ms", "-")
    hostile = list(map(min, zip(*(times(knowledge, HOSTILE) for _ in range(5)), strict=True)))
    row("hostile input (100 kB, emoji, binary, zalgo), slowest", f"{max(hostile):.2f} ms", "2 ms")


def measure_many_topics() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = many_topics(Path(name))
        cache = Path(name) / "cache"
        gc.disable()  # as the loader trains
        start = time.perf_counter()
        learn(folder)
        gc.enable()
        row(f"{TOPICS} topics x {EXAMPLES} examples, read and trained", f"{time.perf_counter() - start:.1f} s", "10 s")
        start = time.perf_counter()
        load_knowledge(folder, cache)
        row("the same in a process of its own, cached and loaded", f"{time.perf_counter() - start:.1f} s", "-")
        start = time.perf_counter()
        knowledge = load_knowledge(folder, cache)
        row("the same from the cache", f"{time.perf_counter() - start:.1f} s", "-")
        gc.collect()
        gc.freeze()
        asked = [load(path)["examples"]["pl"][3] for path in sorted((folder / "topics").glob("temat-*.yaml"))[:500]]
        times(knowledge, asked)
        row("one question among them, p99", f"{percentile(sorted(times(knowledge, asked)), 0.99):.2f} ms", "5 ms")


def measure_process() -> None:
    command = [sys.executable, "-m", "bot", "ask", "gdzie jest noclegownia"]
    found = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        found.append(time.perf_counter() - start)
    row("ask, from process start to reply, median of 7", f"{statistics.median(found):.2f} s", "0.8 s")
    code = (
        "import re,sys; sys.path.insert(0, 'bench'); import bench; k = bench.load_knowledge(bench.ROOT / 'knowledge' / 'bytom', bench.CACHE);"
        "bench.times(k, bench.questions()); print(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    row("resident memory after all the questions", f"{int(done.stdout) / 1024:.0f} MB", "120 MB")


if __name__ == "__main__":
    measure_questions()
    measure_process()
    measure_many_topics()
