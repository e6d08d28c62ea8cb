"""The fake as its own process: `python -m tests.telegram_api --port 0` prints one JSON line with its address and serves until it is ended."""

import argparse
import asyncio
import json
import signal

from tests.telegram_api.limits import Limits
from tests.telegram_api.server import build, listen, serve
from tests.telegram_api.telegram import Settings


def main() -> None:
    options = _options()
    settings = Settings(
        token=options.token,
        journal=options.journal,
        history=options.history,
        open_to_all=options.open_to_all,
        limits=Limits() if options.limits else None,
    )
    asyncio.run(_run(settings, options.port, options.people))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.telegram_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any free one (default)")
    parser.add_argument("--token", default=Settings.token)
    parser.add_argument("--journal", type=int, default=None, metavar="N", help="calls remembered in full; 0 for counts only (default: all)")
    parser.add_argument("--history", type=int, default=Settings.history, metavar="N", help="messages remembered per chat")
    parser.add_argument("--people", type=int, default=0, metavar="N", help="so many people who have started the bot, from 1000001")
    parser.add_argument("--open-to-all", action="store_true", help="every positive chat id is a person who has started the bot")
    parser.add_argument("--limits", action="store_true", help="hold the bot to Telegram's rates")
    return parser.parse_args()


async def _run(settings: Settings, port: int, people: int) -> None:
    parts, stop, listener = build(settings), asyncio.Event(), listen(port)
    parts.control.add_people(people)
    for ending in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ending, stop.set)
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}", "token": settings.token}), flush=True)
    await serve(parts, listener, stop)


if __name__ == "__main__":
    main()
