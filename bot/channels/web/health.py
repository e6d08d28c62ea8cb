"""For those who run the server: is it alive, can it answer, and figures."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web.problems import problem
from bot.channels.web.site import Site

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Health:
    """The pages that machines look at."""

    site: Site

    async def alive(self, _request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _request: Request) -> Response:
        """Whether questions can be answered; 503 tells what is missing."""
        missing = await self.site.ready()
        return problem(503, missing) if missing else JSONResponse({"status": "ready"})

    async def metrics(self, _request: Request) -> Response:
        """Figures for Prometheus; none of them tells of a person."""
        return Response(await run_in_threadpool(self.site.metrics), media_type=_PROMETHEUS)
