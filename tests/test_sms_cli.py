"""SMS from the command line: the simulated phone, and the bot as its own process behind a carrier."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import sms_carriers
from tests.conftest import ROOT
from tests.kannel import eventually, free_ports
from tests.test_cli import run

pytestmark = pytest.mark.usefixtures("bytom")  # trained before the first question, so that no process tells of training

SECRET = "0123456789abcdef"  # noqa: S105


def test_a_phone_in_the_terminal() -> None:
    done = run("chat", "--as", "sms", stdin="jak zostac rodzina zastepcza\nwiecej\nstop\n/koniec\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--- część 1 z 2: 153/153 znaków GSM-7\nKandydat na rodzine zastepcza" in done.stdout
    assert done.stdout.count("Dalej: odpisz WIECEJ") == 2
    assert "--- część 1 z 1: " in done.stdout
    assert "/160 znaków GSM-7\nNic Ci nie wysle bez pytania." in done.stdout


def test_a_phone_that_gets_polish_letters() -> None:
    settings = {"SMS_GATEWAY": "kannel", "SMS_FROM": "+48320001122", "SMS_SECRET": SECRET, "SMS_KANNEL_USER": "u", "SMS_KANNEL_PASSWORD": "p"}
    done = run("chat", "--as", "sms", stdin="gdzie jest noclegownia\n", **settings, SMS_DIACRITICS="tak")
    assert "/67 znaków UCS-2" in done.stdout
    assert "Kosynierów" in done.stdout


def test_a_malformed_setting_stops_the_start() -> None:
    done = run("run", SMS_GATEWAY="pigeon")
    assert done.returncode == 1
    assert done.stderr == "informator: SMS_GATEWAY: 'pigeon' is none of kannel, smsapi, twilio\n"


def test_the_bot_runs_with_sms_alone_and_stops_in_good_order(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    with sms_carriers.running() as carrier:
        settings = {"SMS_GATEWAY": "smsapi", "SMS_FROM": "+48320001122", "SMS_SECRET": SECRET, "SMS_SMSAPI_TOKEN": "t", "SMS_SMSAPI_URL": carrier.url}
        others = {
            "PORT": str(port),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
            "TELEGRAM_BOT_TOKEN": "",
            "BOT_SCHEDULES": str(quiet_schedules(tmp_path)),
        }
        environment = os.environ | settings | others
        command = [sys.executable, "-W", "error", "-m", "bot", "run"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environment) as process:
            form = {"MsgId": "1", "sms_from": "48600100200", "sms_text": "gdzie moge sie przespac"}

            def brought() -> bool:
                try:
                    return httpx.post(f"http://127.0.0.1:{port}/sms/smsapi/in?secret={SECRET}", data=form, trust_env=False).status_code == 200
                except httpx.ConnectError:
                    return False

            eventually(brought, "the bot listens", 60)
            eventually(lambda: bool(carrier.taken), "the answer")
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=30)
        assert process.returncode == 0
    assert "Kosynierow 26" in carrier.taken[0]["message"]
    assert carrier.taken[0]["notify_url"].startswith(f"http://127.0.0.1:{port}/sms/smsapi/report?secret=")
    lines = told.splitlines()
    assert f"SMS: on, through Smsapi; carriers reach it at http://127.0.0.1:{port}" in lines
    assert lines[-1] == "Stopping: what was received is answered first."
    assert "600100200" not in told


def quiet_schedules(folder: Path) -> Path:
    """A schedule of another centre: no weather is asked for."""
    text = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
    path = folder / "schedules.yaml"
    path.write_text(text.replace("centre: bytom", "centre: gdansk"), encoding="utf-8")
    return path
