"""The command line: python -m bot ask | chat | check."""

import argparse
import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from bot import settings as settings_module


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    settings = settings_module.from_environment(os.environ)
    return int(options.run(options, settings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Informator, the citizens' bot.")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="answer one question or a batch of JSON lines")
    ask.add_argument("text", nargs="?")
    ask.add_argument("--batch", metavar="FILE", help="JSON lines; - for standard input")
    ask.add_argument("--at", help="local time of the question, e.g. 2026-01-15T22:10")
    ask.add_argument("--knowledge", type=Path)
    ask.add_argument("--lang", default="pl")
    ask.add_argument("--json", action="store_true")
    ask.add_argument("--explain", action="store_true")
    ask.set_defaults(run=_ask)
    return parser


def _ask(options: argparse.Namespace, settings: settings_module.Settings) -> int:
    from bot.app import knowledge as load
    from bot.channels import batch
    from bot.core.hours import TZ
    from bot.core.message import Incoming
    from bot.inbox import Inbox

    knowledge = load(settings, options.knowledge)
    inbox = Inbox(lambda: knowledge)
    fixed = batch.parse_at(options.at) if options.at else None

    def now() -> datetime:
        return fixed or datetime.now(TZ)

    if options.batch:
        with sys.stdin if options.batch == "-" else open(options.batch, encoding="utf-8") as lines:
            for line in batch.answer_lines(lines, inbox.handle, now, options.lang):
                print(line)
        return 0
    start = time.perf_counter()
    reply = inbox.handle(Incoming("ask", options.text, options.lang), now())
    took = 1000 * (time.perf_counter() - start)
    print(json.dumps(batch.as_object(reply, took), ensure_ascii=False) if options.json else reply.plain())
    return 0


if __name__ == "__main__":
    sys.exit(main())
