"""The command line: python -m bot run | chat | ask | check | alerts | migrate | schema."""

import argparse
import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from bot import settings as settings_module
from bot.loader.problems import KnowledgeError, SchedulesError
from bot.settings import ServiceError, Settings, SettingsError
from bot.simulation import command as simulation

SCHEMAS = Path("knowledge/schema")
CONVERSATIONS = Path("tests/conversations")


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; what is wrong is said in plain words on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, settings_module.from_environment(os.environ)))
    except (SettingsError, ServiceError) as error:
        print(f"informator: {error}", file=sys.stderr)
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        what = "Harmonogram" if isinstance(error, SchedulesError) else "Wiedza"
        print(f"{what} ma błędy, nie uruchamiam. Wszystkie naraz pokaże: python -m bot check", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"informator: {error.filename or ''}: {error.strerror}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Informator, the citizens' bot of a municipal family-support centre.")
    commands = parser.add_subparsers(dest="command", required=True)
    knowledge = argparse.ArgumentParser(add_help=False)
    knowledge.add_argument("--knowledge", type=Path, help="folder of a centre's knowledge (default: BOT_KNOWLEDGE, knowledge/bytom)")
    run = commands.add_parser("run", parents=[knowledge], help="start the bot: the web page, and Telegram where its token is set")
    run.set_defaults(run=_run)
    chat = commands.add_parser("chat", parents=[knowledge], help="talk to the bot in the terminal")
    chat.add_argument("--as", dest="channel", choices=["terminal", "sms"], default="terminal", help="sms: exactly what a phone would get, with parts")
    chat.set_defaults(run=_chat)
    ask = commands.add_parser("ask", parents=[knowledge], help="answer one question, or a batch of JSON lines")
    ask.add_argument("text", nargs="?", help="the question")
    ask.add_argument("--batch", metavar="FILE", help="JSON lines with id, text, at?, chat?, lang?; - for standard input")
    ask.add_argument("--at", help="local time of the question, e.g. 2026-01-15T22:10")
    ask.add_argument("--lang", default="pl", help="language of the person, where known")
    ask.add_argument("--json", action="store_true", help="print the reply as a JSON object")
    ask.add_argument("--explain", action="store_true", help="show how the question was understood")
    ask.set_defaults(run=_ask, parser=ask)
    check = commands.add_parser("check", parents=[knowledge], help="test the knowledge and list all problems at once")
    check.add_argument("--conversations", type=Path, default=CONVERSATIONS, help="folder of the conversation tests")
    check.set_defaults(run=_check)
    migrate = commands.add_parser("migrate", help="bring the tables of the database up to date; run does it by itself")
    migrate.set_defaults(run=_migrate)
    schema = commands.add_parser("schema", help="write the JSON Schema of the knowledge files for editors")
    schema.set_defaults(run=_schema)
    alerts = commands.add_parser("alerts", help="frost alerts").add_subparsers(dest="action", required=True)
    simulate = alerts.add_parser("simulate", parents=[knowledge], help="replay a winter through the alert rules, to choose thresholds")
    simulation.add_arguments(simulate)
    simulate.set_defaults(run=_simulate)
    _add_alert_actions(alerts)
    return parser


def _run(options: argparse.Namespace, settings: Settings) -> int:
    from bot import app

    app.serve(settings, options.knowledge)
    return 0


def _migrate(_options: argparse.Namespace, settings: Settings) -> int:
    from bot import serving

    serving.open_store(settings.database).close()
    print("The tables are up to date.")
    return 0


def _chat(options: argparse.Namespace, settings: Settings) -> int:
    from bot import app

    app.chat(settings, options.knowledge, as_sms=getattr(options, "channel", "") == "sms")
    return 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from bot import app
    from bot.channels import batch
    from bot.core.message import Incoming
    from bot.inbox.direct import Inbox

    if (options.text is None) == (options.batch is None):
        options.parser.error("give a question or --batch FILE, not both")
    try:
        fixed = batch.parse_at(options.at) if options.at else None
    except ValueError as error:
        options.parser.error(f"--at: {error}")

    def now() -> datetime:
        return fixed or app.now()

    knowledge = app.knowledge(settings, options.knowledge)
    inbox = Inbox(lambda: knowledge)
    if options.batch:
        with sys.stdin if options.batch == "-" else Path(options.batch).open(encoding="utf-8", errors="replace") as lines:
            for line in batch.answer_lines(lines, inbox.handle, now, options.lang):
                print(line)
        return 0
    start = time.perf_counter()
    reply = inbox.handle(Incoming("ask", options.text, options.lang), now())
    took = 1000 * (time.perf_counter() - start)
    print(json.dumps(batch.as_object(reply, took), ensure_ascii=False) if options.json else reply.plain())
    if options.explain:
        from bot.core.explain import explain

        print("", *explain(knowledge, options.text, now()), sep="\n", file=sys.stderr if options.json else sys.stdout)
    return 0


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from bot import app
    from bot.loader.check import check
    from bot.loader.problems import Severity

    folder = options.knowledge or settings.knowledge
    problems = check(folder, options.conversations, SCHEMAS, app.now().date(), settings.schedules)
    errors = sum(p.severity is Severity.ERROR for p in problems)
    print(*problems, f"{folder}: błędów {errors}, uwag {len(problems) - errors}.", sep="\n")
    return 1 if errors else 0


def _add_alert_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The actions and their arguments."""
    for name, told in (("list", "all alerts, the latest first"), ("status", "open alerts, what is sent, notices")):
        actions.add_parser(name, help=told).set_defaults(run=_alerts)
    propose = actions.add_parser("propose", help="make an alert by hand; it waits for approval")
    propose.add_argument("rule", help="a rule of schedules.yaml, e.g. silny-mroz")
    propose.add_argument("--level", type=int, default=1)
    propose.add_argument("--until", required=True, type=_moment, help="local time of its end, e.g. 2027-01-20T08:00")
    propose.add_argument("--from", dest="onset", type=_moment, help="local time of its beginning (default: now)")
    propose.set_defaults(run=_alerts)
    move = actions.add_parser("move", help="give an alert another beginning or end; who was told the old one gets an update")
    move.add_argument("id", help="the alert's id, as `list` shows it")
    move.add_argument("--until", type=_moment, help="local time of its end (default: as it is)")
    move.add_argument("--from", dest="onset", type=_moment, help="local time of its beginning (default: as it is)")
    move.set_defaults(run=_alerts)
    release = actions.add_parser("release", help="send the SMS that a cap holds back")
    release.add_argument("id", help="the message's id, as `status` shows it")
    release.set_defaults(run=_alerts)
    for name, told in (("approve", "let a proposed alert go out"), ("cancel", "call an alert off; who was told of it gets the all-clear")):
        action = actions.add_parser(name, help=told)
        action.add_argument("id", help="the alert's id, as `list` shows it")
        action.set_defaults(run=_alerts)


def _moment(text: str) -> datetime:
    from bot.channels.batch import parse_at

    try:
        return parse_at(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _alerts(options: argparse.Namespace, settings: Settings) -> int:
    from bot import app
    from bot.serving import alerts_command

    print(*alerts_command.run(options, settings, app.knowledge(settings), app.now()), sep="\n")
    return 0


def _simulate(options: argparse.Namespace, settings: Settings) -> int:
    return simulation.run(options, options.knowledge or settings.knowledge, options.schedules or settings.schedules)


def _schema(_options: argparse.Namespace, _settings: Settings) -> int:
    from bot.loader import schema_files

    schema_files.write(SCHEMAS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
