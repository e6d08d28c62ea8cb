"""The webhooks: carriers bring messages and delivery reports; they are thanked only once the store has them, so that they come again otherwise."""

from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.sms.gateway import INCOMING, REPORT, Arrival, Call, Gateway
from bot.core.reports import Report

_MOST_BYTES = 100_000

TakeMessage = Callable[[str, Arrival], Awaitable[None]]
"""Takes in a message of the gateway of that name; raises where it cannot."""
TakeReport = Callable[[str, Report], Awaitable[None]]
"""The same for a report."""
Say = Callable[[str], None]


def routes(gateway: Gateway, base: str, take: TakeMessage, note: TakeReport, say: Say) -> Iterator[Route]:
    """Where a gateway brings messages and reports. `base`: our address as the carrier knows it, which some of them sign."""

    async def incoming(call: Call) -> bool:
        arrival = gateway.arrival(call)
        if arrival:
            await take(gateway.name, arrival)
        return arrival is not None

    async def reported(call: Call) -> bool:
        for report in (reports := gateway.reports(call)):
            await note(gateway.name, report)
        return bool(reports)

    for kind, job in ((INCOMING, incoming), (REPORT, reported)):
        yield Route(path_of(gateway.name, kind), _endpoint(gateway, base, job, say), methods=["GET", "POST"])


def path_of(gateway: str, kind: str) -> str:
    """The path of a webhook."""
    return f"/sms/{gateway}/{kind}"


def _endpoint(gateway: Gateway, base: str, job: Callable[[Call], Awaitable[bool]], say: Say) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call = await _call(request, base)
        if call is None or not gateway.trusts(call):
            return Response(status_code=403)
        try:
            understood = await job(call)
        except Exception as error:  # noqa: BLE001  # whatever it is, the carrier keeps the message and brings it again
            say(f"SMS: messages of {gateway.name} cannot be taken in ({type(error).__name__}); they come again")
            return Response(status_code=503)
        if not understood:
            say(f"SMS: {gateway.name} brought a request of an unknown form; it was left out")
        body, kind = gateway.thanks
        return Response(body, media_type=kind)

    return endpoint


async def _call(request: Request, base: str) -> Call | None:
    """The request; None where it is larger than any carrier's."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return None
    query = request.url.query
    form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    address = base + request.url.path + (f"?{query}" if query else "")
    return Call(address, dict(parse_qsl(query, keep_blank_values=True)), form, dict(request.headers))
