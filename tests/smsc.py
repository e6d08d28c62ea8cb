"""An SMSC that speaks SMPP 3.4 (the smpp34 library): phones behind it, throttling, refusals and failed deliveries on demand."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

import smpp34

RECEIPT = 0x04
"""esm_class of a delivery receipt."""
INVALID_ADDRESS, QUEUE_FULL, THROTTLED = 0x0B, 0x14, 0x58
"""Command statuses (SMPP 3.4, 5.1.3)."""
_UDH = 0x40
_UNTIL_RECEIPT = 0.3
_UCS2 = 8
CONFIGURATION = """group = smsc
smsc = smpp
smsc-id = phones
host = 127.0.0.1
port = {port}
transceiver-mode = true
smsc-username = kannel
smsc-password = password
system-type = VMA
reconnect-delay = 1
max-pending-submits = 10
source-addr-ton = 1
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1"""


@dataclass
class Smsc:
    """A phone network. What it says of a message, first to last: `answers` (command statuses; 0 takes it), then `receipts` (DELIVRD, UNDELIV, ...)."""

    port: int
    answers: dict[str, list[int]] = field(default_factory=dict)
    """Command statuses for the next submissions to a phone; where none is left it is taken."""
    receipts: dict[str, str] = field(default_factory=dict)
    """What becomes of messages to a phone; delivered where it is not named."""
    shown: list[tuple[str, str]] = field(default_factory=list)
    """Phone and text of what was taken, part by part."""
    submitted: list[str] = field(default_factory=list)
    """Phones of all submissions, also the refused."""
    bound: threading.Event = field(default_factory=threading.Event)
    """Set once Kannel is there."""

    def __post_init__(self) -> None:
        """Get ready to be served in a thread."""
        self.ready: Future[asyncio.AbstractEventLoop] = Future()
        self._stop = asyncio.Event()
        self._receipts: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Serve one connection after the other, until stopped."""
        server = smpp34.Server("127.0.0.1", self.port)
        await server.start()
        self.ready.set_result(asyncio.get_running_loop())
        serving = asyncio.create_task(self._events(server))
        await self._stop.wait()
        serving.cancel()
        await server.stop()

    def stop(self) -> None:
        """End it."""
        self.ready.result().call_soon_threadsafe(self._stop.set)

    def write(self, sender: str, to: str, text: str) -> None:
        """A phone writes an SMS."""
        asyncio.run_coroutine_threadsafe(self._deliver(sender, to, text), self.ready.result()).result(10)

    async def _deliver(self, sender: str, to: str, text: str) -> None:
        await self._esme.deliver_sm(to, text.encode("utf-16-be"), source_addr=sender, data_coding=_UCS2, source_addr_ton=1, source_addr_npi=1)

    async def _events(self, server: smpp34.Server) -> None:
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self._esme = event
                self.bound.set()
            elif isinstance(event, smpp34.SubmitSmEvent):
                await self._submit(event)

    async def _submit(self, event: smpp34.SubmitSmEvent) -> None:
        phone = event.destination_addr
        self.submitted.append(phone)
        status = self.answers[phone].pop(0) if self.answers.get(phone) else 0
        if status:
            event.reject(status)
            return
        number = f"{len(self.shown) + 1:08d}"
        event.accept(number)
        self.shown.append((phone, _text(event)))
        fate = self.receipts.get(phone, "DELIVRD")
        words = f"id:{number} sub:001 dlvrd:001 submit date:2601152210 done date:2601152211 stat:{fate} err:000 text:"
        task = asyncio.create_task(self._report(event.source_addr, phone, words))
        self._receipts.add(task)
        task.add_done_callback(self._receipts.discard)

    async def _report(self, to: str, phone: str, words: str) -> None:
        """Only after Kannel has read that the message was taken: it knows no receipt that comes earlier."""
        await asyncio.sleep(_UNTIL_RECEIPT)
        await self._esme.deliver_sm(to, words.encode(), source_addr=phone, esm_class=RECEIPT)


def _text(event: smpp34.SubmitSmEvent) -> str:
    body = event.short_message
    if event.esm_class & _UDH:
        body = body[body[0] + 1 :]
    return body.decode("utf-16-be" if event.data_coding == _UCS2 else "ascii")


@contextmanager
def running(port: int) -> Iterator[Smsc]:
    """An SMSC in a thread."""
    smsc = Smsc(port)
    thread = threading.Thread(target=lambda: asyncio.run(smsc.serve()), daemon=True)
    thread.start()
    smsc.ready.result(10)
    try:
        yield smsc
    finally:
        smsc.stop()
        thread.join(10)
