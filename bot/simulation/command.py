"""`alerts simulate`: reads the weather file, replays it, prints and draws what the rules would have done."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.schedule import Schedule
    from bot.simulation.history import History
    from bot.simulation.replay import Progress, Run

_BAR = 30
_MADE_UP = " (dane zmyślone)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--weather", type=Path, required=True, metavar="FILE", help="hourly temperatures: CSV time,temperature[,apparent] or Open-Meteo JSON")
    parser.add_argument("--from", dest="first", type=_day, metavar="DATE", help="first day, e.g. 2025-11-01 (default: the file's first)")
    parser.add_argument("--to", dest="last", type=_day, metavar="DATE", help="last day (default: the file's last)")
    parser.add_argument("--subscribers", type=_count, default=100, metavar="N", help="people who would be told (default: 100)")
    parser.add_argument("--schedules", type=Path, metavar="FILE", help="schedules to try (default: BOT_SCHEDULES, schedules.yaml)")
    parser.add_argument("--json", action="store_true", help="print a list of alerts as JSON")
    parser.add_argument("--picture", type=_svg, metavar="FILE.svg", help="draw the winter")


def run(options: argparse.Namespace, knowledge: Path, schedules: Path) -> int:
    """Simulate and return the exit code."""
    from bot.loader.loading import load_content
    from bot.loader.schedules import load_schedules
    from bot.simulation import report
    from bot.simulation.history import HistoryError, read_history

    try:
        history = read_history(options.weather)
        days = _days(options, history)
    except HistoryError as error:
        print(f"informator: {error}", file=sys.stderr)
        return 1
    content = load_content(knowledge)
    schedule = load_schedules(schedules, content)
    print(*history.remarks, sep="\n", end="\n" if history.remarks else "", file=sys.stderr)
    runs = _replayed(schedule, history, days)
    if options.json:
        print(json.dumps(report.as_objects(runs, content, options.subscribers), ensure_ascii=False, indent=1))
    else:
        print(
            f"{options.weather}{_MADE_UP if history.synthetic else ''}, {days[0]:%d.%m.%Y}–{days[1]:%d.%m.%Y}. Przyjmuję, że operator zatwierdza od razu; prognozą są godziny z pliku."
        )
        print(*report.as_text(runs, content, options.subscribers), sep="\n")
    if options.picture:
        _draw(options.picture, options.weather.name, schedule, history, days, runs)
    return 0


def _replayed(schedule: "Schedule", history: "History", days: tuple[date, date]) -> "list[Run]":
    from bot.simulation.replay import replay

    runs = []
    for number, rule in enumerate(schedule.rules):
        runs += replay(rule, history.hours, *days, _bar(number, len(schedule.rules)))
    return sorted(runs, key=lambda r: r.proposed)


def _bar(number: int, rules: int) -> "Progress":
    """A progress bar on standard error: drawn over and over on a screen, once at the end elsewhere."""

    def show(done: float) -> None:
        whole = (number + done) / rules
        over = whole >= 1
        if over or sys.stderr.isatty():
            filled = round(whole * _BAR)
            print(f"\rSymulacja [{'#' * filled}{'.' * (_BAR - filled)}] {whole:4.0%}", end="\n" if over else "", file=sys.stderr, flush=True)

    return show


def _draw(target: Path, name: str, schedule: "Schedule", history: "History", days: tuple[date, date], runs: "Sequence[Run]") -> None:  # noqa: PLR0913, PLR0917
    from bot.simulation.picture import svg

    title = f"{name}{_MADE_UP if history.synthetic else ''}: {days[0]:%d.%m.%Y}–{days[1]:%d.%m.%Y}"
    target.write_text(svg(title, history.hours, days, schedule.rules, runs), encoding="utf-8")
    print(f"Obraz: {target}", file=sys.stderr)


def _days(options: argparse.Namespace, history: "History") -> tuple[date, date]:
    from bot.simulation.history import HistoryError

    first, last = options.first or history.first, options.last or history.last
    if last < history.first or first > history.last:
        raise HistoryError(f"{options.weather}: są w nim dni od {history.first} do {history.last}, a żadnego z tych, o które pytasz")
    if first > last:
        raise HistoryError(f"--from {first} jest później niż --to {last}")
    return max(first, history.first), min(last, history.last)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"„{text}” nie jest dniem – zapisz go np. 2025-11-01") from None


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"„{text}” nie jest liczbą osób")
    return int(text)


def _svg(text: str) -> Path:
    if not text.lower().endswith(".svg"):
        raise argparse.ArgumentTypeError("obraz zapisujemy jako SVG (otworzy go każda przeglądarka): podaj nazwę z końcówką .svg")
    return Path(text)
