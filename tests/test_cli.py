"""The command line as a person or a script starts it: the black-box contract, exit codes, plain words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tiny
from tests.conftest import ROOT

STATUSES = {"answer", "clarify", "fallback", "crisis"}

pytestmark = pytest.mark.usefixtures("bytom")  # trained before the first question, so that no process tells of training


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120, check=False, env=os.environ | environment)


def test_ask_prints_the_reply() -> None:
    done = run("ask", "czy noclegownia jest otwarta", "--at", "2026-01-15T22:10")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Noclegownia jest teraz otwarta – do jutra, do 8:00.")


def test_ask_as_json_and_explained() -> None:
    done = run("ask", "gdzie jest KIS", "--json")
    reply = json.loads(done.stdout)
    assert set(reply) == {"status", "topics", "text", "choices", "links", "ms"}
    assert reply["topics"][0]["id"] == "kis"
    assert "tel:+48507726335" in reply["links"]
    explained = run("ask", "gdzie jest KIS", "--explain").stdout
    for word in ("words:", "names:", "aspects:", "classifier:", "scores:", "verdict:"):
        assert word in explained


def test_a_batch_answers_line_by_line_and_goes_on_after_bad_lines() -> None:
    lines = [
        '{"id": "a", "text": "gdzie jest noclegownia", "at": "2026-01-15T22:10", "chat": "c"}',
        "not json",
        '{"id": "b"}',
        '{"id": "c", "text": 5, "at": "2026-01-15T22:10"}',
        '{"id": "d", "text": "x", "at": "25:99"}',
        "[1, 2]",
        "",
        '{"id": 7, "text": "a do której?", "at": "2026-01-15T22:11", "chat": "c"}',
        '{"id": "e", "text": "a do której?", "at": "2026-01-15T22:11", "chat": "other"}',
        '{"id": "f", "text": "\\u0000\\ud800", "lang": "uk"}',
    ]
    done = run("ask", "--batch", "-", stdin="\n".join(lines))
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", None, "b", "c", "d", None, 7, "e", "f"]
    assert ["error" in row for row in rows] == [False, True, True, False, True, True, False, False, False]
    assert all(row["status"] in STATUSES for row in rows if "error" not in row)
    assert "do jutra, do 8:00" in rows[6]["text"]
    assert rows[7]["status"] == "clarify"


def test_a_batch_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": 1, "text": "dzień dobry"}\n', encoding="utf-8")
    assert json.loads(run("ask", "--batch", str(file)).stdout)["status"] == "answer"
    missing = run("ask", "--batch", str(tmp_path / "none"))
    assert missing.returncode == 1
    assert "none" in missing.stderr
    assert "Traceback" not in missing.stderr


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "x", "--batch", "-"], ["ask", "x", "--at", "tomorrow"], ["nothing"], []])
def test_misuse_is_explained(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_centre_by_option_and_by_setting() -> None:
    for done in (run("ask", "kiedy skargi", "--knowledge", "knowledge/gdansk"), run("ask", "kiedy skargi", BOT_KNOWLEDGE="knowledge/gdansk")):
        assert "czwart" in done.stdout


def test_a_wrong_setting_is_named() -> None:
    done = run("ask", "x", BOT_KNOWLEDGE="knowledge/nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "informator: BOT_KNOWLEDGE: there is no folder knowledge/nowhere\n"


def test_broken_knowledge_refuses_to_start_and_says_why(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    tiny.change(tmp_path, "miasto/places/urzad.yaml", "gender: m", "gender: q")
    for command in (["ask", "x"], ["chat"], ["run"]):
        done = run(*command, "--knowledge", str(folder))
        assert done.returncode == 1
        assert "urzad.yaml, pole gender" in done.stderr
        assert "Traceback" not in done.stderr


def test_check_exits_with_one_on_errors(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    clean = run("check", "--knowledge", str(folder), "--conversations", str(tmp_path / "rozmowy"))
    assert (clean.returncode, clean.stdout.splitlines()[-1]) == (0, f"{folder}: błędów 0, uwag 0.")
    tiny.change(tmp_path, "miasto/places/urzad.yaml", "32 281 14 42", "32 1")
    faulty = run("check", "--knowledge", str(folder), "--conversations", str(tmp_path / "rozmowy"))
    assert faulty.returncode == 1
    assert "numer „32 1” nie może istnieć" in faulty.stdout


def test_a_conversation_in_the_terminal() -> None:
    done = run("chat", stdin="gdzie mogę spać\na telefon?\nadres?\n99\n\n/koniec\nnever read\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Kosynierów 26" in done.stdout
    assert "32 281 14 42" in done.stdout
    assert done.stdout.rstrip().endswith("Do widzenia!")


def test_the_terminal_ends_with_the_input() -> None:
    assert run("chat", stdin="").stdout.rstrip().endswith("Do widzenia!")


def test_ask_imports_no_channel_library_and_starts_without_the_network() -> None:
    code = "import sys; from bot.__main__ import main; main(['ask', 'dzień dobry']); print([m for m in ('telegram', 'starlette', 'httpx', 'watchfiles', 'phonenumbers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
