"""The real Kannel on loopback: bearerbox and smsbox with a configuration of the test's own, and phones that speak its fake SMSC's line protocol."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_plus, unquote_to_bytes

import pytest

from tests.needed import must_run

OURS = "+48320001122"
USER, PASSWORD = "bot", "kannel-password"
SORRY = "Przepraszamy, chwilowa przerwa. W niebezpieczenstwie dzwon 112."
INSTALL = "Kannel is not installed. As root: RUNLEVEL=1 apt-get install -y --no-install-recommends kannel"
_SECONDS = 20.0
_CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
store-type = spool
store-location = {folder}/spool
dlr-storage = internal
sms-resend-freq = 1
log-level = 1
log-file = {folder}/bearerbox.log

{smsc}

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
mo-recode = true
http-request-retry = {retries}
http-queue-delay = 1
reply-couldnotfetch = "{sorry}"
log-level = 1
log-file = {folder}/smsbox.log

group = sms-service
keyword = default
catch-all = true
get-url = "{get_url}"
omit-empty = true

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true
"""
_FAKE_SMSC = """group = smsc
smsc = fake
smsc-id = phones
host = 127.0.0.1
our-host = 127.0.0.1
port = {port}
connect-allow-ip = 127.0.0.1"""


def needed() -> pytest.MarkDecorator:
    """Skips a test where Kannel is absent, unless the environment says that it must run."""
    absent = shutil.which("bearerbox") is None or shutil.which("smsbox") is None
    if absent and must_run("kannel"):
        raise RuntimeError(f"REQUIRE names kannel. {INSTALL}")
    return pytest.mark.skipif(absent, reason=INSTALL)


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def eventually(check: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Part:
    """One SMS as it arrived at a phone: alone, or `number` of `of` with the reference that joins them."""

    to: str
    text: str
    number: int = 1
    of: int = 1
    reference: int = 0


@dataclass
class Phones:
    """All phones at once: Kannel's fake SMSC takes one connection."""

    connection: socket.socket
    parts: list[Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to what arrives."""
        threading.Thread(target=self._listen, daemon=True).start()

    def write(self, sender: str, text: str) -> None:
        """Write an SMS to our number."""
        encoded = quote_from_bytes(text.encode("utf-16-be"), safe="")
        self.connection.sendall(f"{sender} {OURS} ucs2 {encoded}\n".encode())

    def texts(self, phone: str) -> list[str]:
        """What a phone shows: parts that belong together as one message, in the order of their first parts."""
        shown: dict[tuple[int, int], list[Part]] = {}
        for i, part in enumerate(p for p in list(self.parts) if p.to == phone):
            shown.setdefault((part.reference, 0) if part.of > 1 else (0, i + 1), []).append(part)
        return ["".join(p.text for p in sorted(m, key=lambda p: p.number)) for m in shown.values() if len(m) == m[0].of]

    def wait(self, phone: str, count: int = 1) -> list[str]:
        """What the phone shows once so many messages are there."""
        eventually(lambda: len(self.texts(phone)) >= count, f"{count} messages; there are {self.texts(phone)}")
        return self.texts(phone)

    def _listen(self) -> None:
        with suppress(OSError), self.connection.makefile("rb") as lines:
            for line in lines:
                if line.startswith(f"{OURS} ".encode()):
                    self.parts.append(_part(line))
                else:  # a text with line ends
                    self.parts[-1] = replace(self.parts[-1], text=f"{self.parts[-1].text}\n{unquote_plus(line.decode().rstrip(chr(10)))}")


def _part(line: bytes) -> Part:
    """A line of the fake SMSC: "from to text words", or "from to udh %05... data words"."""
    _, to, kind, rest = line.rstrip(b"\n").split(b" ", 3)
    if kind == b"udh":
        header, _, body = rest.split(b" ", 2)
        _, _, _, reference, of, number = unquote_to_bytes(header)
        return Part(to.decode(), _letters(body), number, of, reference)
    return Part(to.decode(), unquote_plus(rest.decode()) if kind == b"text" else _letters(rest))


def _letters(body: bytes) -> str:
    """Text in UTF-8 or, where Kannel sends UCS-2, in UTF-16: only there are bytes below the blank."""
    raw = unquote_to_bytes(body.replace(b"+", b" "))
    return raw.decode("utf-16-be" if any(byte < 9 for byte in raw) else "utf-8")


@dataclass
class Kannel:
    """A running Kannel. `smsc`: where its connection to the phone network listens, or connects to."""

    folder: Path
    sendsms: int
    boxes: int
    smsc: int
    bearerbox: "subprocess.Popen[bytes] | None" = None
    smsbox: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where smsbox takes messages."""
        return f"http://127.0.0.1:{self.sendsms}"

    def start_bearerbox(self) -> None:
        """Start the core."""
        self.bearerbox = self._start("bearerbox")
        eventually(lambda: _listens(self.boxes), "bearerbox listens")

    def start_smsbox(self) -> None:
        """Start the part that speaks HTTP."""
        self.smsbox = self._start("smsbox")
        eventually(lambda: _listens(self.sendsms), "smsbox listens")

    def kill_smsbox(self) -> None:
        """As a crash would."""
        assert self.smsbox
        self.smsbox.kill()
        self.smsbox.wait()

    def stop(self) -> None:
        """End both."""
        for process in (self.smsbox, self.bearerbox):
            if process and process.poll() is None:
                process.kill()
                process.wait()

    def phones(self) -> Phones:
        """Connect the phones; a first connection only to see whether somebody listens would be taken for them."""
        return Phones(_connected(self.smsc))

    def _start(self, program: str) -> "subprocess.Popen[bytes]":
        path = shutil.which(program)
        assert path
        command = [path, "-v", "4", str(self.folder / "kannel.conf")]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(folder: Path, get_url: str, retries: int = 60, smsc: str = _FAKE_SMSC, smsc_port: int = 0) -> Iterator[Kannel]:
    """A Kannel that asks `get_url` for every message. `retries`: how often, a second apart, where it gets no 200."""
    admin, boxes, sendsms, free = free_ports(4)
    (folder / "spool").mkdir(parents=True, exist_ok=True)
    kannel = Kannel(folder, sendsms, boxes, smsc_port or free)
    words = {"admin": admin, "boxes": boxes, "sendsms": sendsms, "retries": retries, "get_url": get_url, "folder": folder}
    text = _CONFIGURATION.format(**words, smsc=smsc.format(port=kannel.smsc), user=USER, password=PASSWORD, sorry=SORRY)
    (folder / "kannel.conf").write_text(text, encoding="utf-8")
    try:
        kannel.start_bearerbox()
        kannel.start_smsbox()
        yield kannel
    finally:
        kannel.stop()
