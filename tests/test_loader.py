"""Loading: strict YAML, all errors at once in words an editor understands, the cache, reload that keeps the last good state."""

from pathlib import Path

import pytest

from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Session
from bot.loader import cache
from bot.loader.loading import learn, load_content, load_knowledge
from bot.loader.problems import KnowledgeError, Problem
from bot.loader.watch import LiveKnowledge
from bot.loader.yaml_file import YamlError, load
from tests import tiny
from tests.conftest import WEDNESDAY


def say(knowledge: Knowledge, text: str) -> str:
    return respond(knowledge, Session(), Incoming("x", text), WEDNESDAY).plain()


@pytest.mark.parametrize(("old", "new", "message"), [("Mo-Fr", "Pn-Pt", "nie jest poprawnym zapisem godzin"), ("281 14 42", "281 14 4", "nie może istnieć")])
def test_hours_and_phones_are_checked_at_every_load(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tiny.write(tmp_path)
    tiny.change(tmp_path, "miasto/places/urzad.yaml", old, new)
    with pytest.raises(KnowledgeError, match=message):
        load_content(folder)


def test_scalars_stay_strings(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 0123\nb: 22:30\nc: no\nd: +48 32\ne: 2026-01-01\nf: 1e3\n", encoding="utf-8")
    assert load(path) == {"a": "0123", "b": "22:30", "c": "no", "d": "+48 32", "e": "2026-01-01", "f": "1e3"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "wiersz 2: pole „a” jest wpisane dwa razy"),
        ("a:\n\tb: 1\n", "tabulatorem"),
        ("a: ulica: Prosta\n", "w tekście jest dwukropek"),
        ("a: [1, 2\n", "to nie jest poprawny YAML"),
        ("a: \x00\n", "niedozwolony znak"),
    ],
)
def test_broken_yaml_is_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YamlError, match=r".*" + message.replace("(", r"\(")):
        load(path)


def test_a_file_in_another_encoding_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: żółw\n".encode("cp1250"))
    with pytest.raises(YamlError, match="UTF-8"):
        load(path)


def test_all_problems_come_at_once_with_file_and_field(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    tiny.change(tmp_path, "miasto/places/urzad.yaml", "gender: m", "gender: x")
    tiny.change(tmp_path, "miasto/places/schronisko.yaml", "ask: urzad", "aks: urzad")
    tiny.change(tmp_path, "miasto/topics/zapomoga.yaml", "contacts: [urzad]", "contacts: [urząd, nikt]")
    tiny.change(tmp_path, "miasto/centre.yaml", "menu: [urzad, zapomoga]", "menu: [urzad, zapomogi]")
    with pytest.raises(KnowledgeError) as caught:
        load_content(folder)
    text = str(caught.value)
    for piece in (
        "places/urzad.yaml, pole gender",
        "„x” nie jest dozwolone",
        "places/schronisko.yaml, pole aks",
        "nie ma takiego pola",
        "pole contacts",
        "„zapomogi”",
    ):
        assert piece in text


def test_a_missing_folder_and_missing_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="nie ma takiego katalogu"):
        load_content(tmp_path / "nic")
    (tmp_path / "pusty").mkdir()
    with pytest.raises(KnowledgeError, match="brakuje pliku"):
        load_content(tmp_path / "pusty")


def test_training_is_cached_by_the_knowledge(tmp_path: Path) -> None:
    folder, kept = tiny.write(tmp_path), tmp_path / "cache"
    first = load_knowledge(folder, kept)
    made = cache.path_of(kept, first.digest).stat().st_mtime_ns
    again = load_knowledge(folder, kept)
    assert cache.path_of(kept, again.digest).stat().st_mtime_ns == made
    assert say(first, "gdzie mogę spać") == say(again, "gdzie mogę spać")
    tiny.change(tmp_path, "miasto/topics/zapomoga.yaml", "chcę zapomogę", "proszę o zapomogę")
    assert load_knowledge(folder, kept).digest != first.digest
    assert len(list(kept.iterdir())) == 2


def test_training_tells_its_progress_and_is_deterministic(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    progress: list[float] = []
    first, second = learn(folder, progress.append), learn(folder)
    assert progress[-1] == 1.0
    assert progress == sorted(progress)
    assert say(first, "potrzebuje wsparcia") == say(second, "potrzebuje wsparcia")


def test_old_versions_are_dropped_from_the_cache(tmp_path: Path) -> None:
    folder, kept = tiny.write(tmp_path), tmp_path / "cache"
    for street in range(10, 17):
        tiny.change(tmp_path, "miasto/places/schronisko.yaml", "Krzywa ", f"Krzywa {street}")
        cache.save(kept, learn(folder))
    assert len(list(kept.iterdir())) <= 4


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    folder, kept = tiny.write(tmp_path), tmp_path / "cache"
    digest = load_knowledge(folder, kept).digest
    cache.path_of(kept, digest).write_bytes(b"PK rubbish")
    assert cache.load(kept, digest) is None
    assert "Krzywa 2" in say(load_knowledge(folder, kept), "gdzie mogę spać")


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert "Krzywa 2" in say(load_knowledge(folder, tmp_path / "file" / "cache"), "gdzie mogę spać")


def test_a_change_is_loaded_and_a_broken_edit_keeps_the_last_good_knowledge(tmp_path: Path) -> None:
    folder, kept = tiny.write(tmp_path), tmp_path / "cache"
    told: list[tuple[str, list[Problem]]] = []
    live = LiveKnowledge(folder, kept, load_knowledge(folder, kept), lambda text, problems: told.append((text, list(problems))))
    tiny.change(tmp_path, "miasto/places/schronisko.yaml", "Krzywa 2", "Krzywa 7")
    live.reload()
    assert "Krzywa 7" in say(live.current(), "gdzie mogę spać")
    assert told.pop() == ("Wiedza wczytana na nowo.", [])
    tiny.change(tmp_path, "miasto/places/schronisko.yaml", "gender: n", "gender: ?")
    live.reload()
    assert "Krzywa 7" in say(live.current(), "gdzie mogę spać")
    text, problems = told.pop()
    assert "odpowiadam dalej według poprzedniej" in text
    assert problems
    live.reload()
    tiny.change(tmp_path, "miasto/places/schronisko.yaml", "gender: ?", "gender: n")
    live.reload()
    assert "Krzywa 7" in say(live.current(), "gdzie mogę spać")


def test_an_edit_on_disk_is_noticed_by_itself(tmp_path: Path) -> None:
    import threading

    folder, kept = tiny.write(tmp_path), tmp_path / "cache"
    reloaded = threading.Event()
    live = LiveKnowledge(folder, kept, load_knowledge(folder, kept), lambda _text, _problems: reloaded.set())
    live.watch()
    try:
        for street in range(3, 60):
            tiny.change(tmp_path, "miasto/places/schronisko.yaml", "Krzywa ", f"Krzywa {street}")
            if reloaded.wait(0.5):
                break
        assert reloaded.is_set()
    finally:
        live.stop()


def test_both_centres_load_from_their_files_alone(bytom: Knowledge, gdansk: Knowledge) -> None:
    assert "Kosynierów 26" in say(bytom, "gdzie jest noclegownia")
    assert "czwart" in say(gdansk, "kiedy mogę przyjść ze skargą")
    assert "58 342 31 36" in say(gdansk, "kto wygrał mecz")
    assert "Bytom" not in say(gdansk, "kto wygrał mecz")
