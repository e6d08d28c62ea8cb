"""A winter as a picture: temperature, thresholds and alerts, as SVG. Every browser shows it, it stays sharp in print, and no drawing library is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from itertools import pairwise
from math import ceil, floor

from bot.core.alert_rules import OPENING
from bot.core.evidence import Hour, utc
from bot.core.hours import TZ
from bot.core.knowledge import say
from bot.core.schedule import Rule
from bot.simulation.replay import Run

WIDTH = 1400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 64, 470
_ROW = 46
_STEP = 5
_GAP = timedelta(hours=3)
"""Points further apart than this are not joined: nothing is known between them."""
_COLOURS = {1: "#e8a317", 2: "#c62828", 3: "#6a1b4d"}
_STYLE = """text{font:13px system-ui,sans-serif;fill:#222}.small{font-size:11px;fill:#555}.grid{stroke:#ddd}.zero{stroke:#888}
.temperature{fill:none;stroke:#1a5fb4;stroke-width:1.2;stroke-linejoin:round}.limit{stroke-width:1.5;stroke-dasharray:7 4}.clear{stroke:#26734d;stroke-width:1.5;stroke-dasharray:2 4}
.mark{font-weight:600}"""
_MONTHS = ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru")


@dataclass(frozen=True, slots=True)
class _Scale:
    """From moments and temperatures to points of the picture."""

    start: datetime
    end: datetime
    low: int
    high: int

    def x(self, moment: datetime) -> float:
        """Where a moment stands, kept inside the picture."""
        share = (moment - self.start) / (self.end - self.start)
        return round(_LEFT + min(max(share, 0), 1) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, temperature: float) -> float:
        """Where a temperature stands."""
        return round(_BOTTOM - (temperature - self.low) / (self.high - self.low) * (_BOTTOM - _TOP), 1)


def svg(title: str, hours: Sequence[Hour], days: tuple[date, date], rules: Sequence[Rule], runs: Sequence[Run]) -> str:
    """The picture of those days; `title` stands on top."""
    start, end = utc(datetime.combine(days[0], time(), TZ)), utc(datetime.combine(days[1] + timedelta(1), time(), TZ))
    shown = [hour for hour in hours if start <= hour.at <= end]
    known = [hour.temperature for hour in shown if hour.temperature is not None] or [0.0]
    limits = [c.at_most for rule in rules for c in rule.cold() if not c.apparent] + [rule.clear.above for rule in rules]
    low, high = (_STEP * f(v / _STEP) for f, v in ((floor, min(known + limits) - 1), (ceil, max(known + limits) + 1)))
    scale = _Scale(start, end, low, high)
    height = _BOTTOM + 42 + _ROW * len(rules)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
        f"<title>{escape(title)}</title><desc>{escape(_description(runs))}</desc><style>{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/><text x="{_LEFT}" y="30" style="font-size:17px;font-weight:600">{escape(title)}</text>',
        *_grid(scale),
        *(part for run in runs for part in _shade(scale, run)),
        *_curve(scale, shown),
        *(part for rule in rules for part in _limits(scale, rule)),
        *(part for row, rule in enumerate(rules) for part in _row(scale, row, rule, [r for r in runs if r.rule == rule])),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _description(runs: Sequence[Run]) -> str:
    spans = [f"{_day(run.proposed)}–{_day(run.ended) if run.ended else '…'}, poziom {run.alert.level}" for run in runs]
    return "Temperatura godzina po godzinie, progi i alerty: " + ("; ".join(spans) or "żadnego alertu") + "."


def _grid(scale: _Scale) -> Iterator[str]:
    for degrees in range(scale.low, scale.high + 1, _STEP):
        y = scale.y(degrees)
        kind = "zero" if degrees == 0 else "grid"
        yield f'<line class="{kind}" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{_signed(degrees)}°C</text>'
    for day in _ticks(scale):
        x = scale.x(utc(datetime.combine(day, time(), TZ)))
        label = f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if day.day == 1 else "")
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_BOTTOM}"/><text class="small" x="{x + 3}" y="{_BOTTOM + 16}">{label}</text>'


def _ticks(scale: _Scale) -> Iterator[date]:
    """Days to name below: as many as there is room for."""
    first, last = scale.start.astimezone(TZ).date(), (scale.end - timedelta(hours=1)).astimezone(TZ).date()
    length = (last - first).days + 1
    wanted = (1,) if length > 250 else (1, 15) if length > 120 else (1, 8, 15, 22) if length > 40 else tuple(range(1, 32, 1 if length <= 16 else 3))
    for offset in range(length):
        day = first + timedelta(offset)
        if day.day in wanted:
            yield day


def _shade(scale: _Scale, run: Run) -> Iterator[str]:
    """The stretch with round-the-clock hours, behind the curve."""
    start = run.active_from()
    if start:
        x, last = scale.x(start), scale.x(run.ended or scale.end)
        yield f'<rect x="{x}" y="{_TOP}" width="{max(last - x, 1):.1f}" height="{_BOTTOM - _TOP}" fill="{_COLOURS[run.alert.level]}" opacity="0.16"/>'


def _curve(scale: _Scale, hours: Sequence[Hour]) -> Iterator[str]:
    """The temperature, broken where hours are missing."""
    line: list[str] = []
    known = [(hour.at, hour.temperature) for hour in hours if hour.temperature is not None]
    for (at, temperature), following in pairwise([*known, None]):  # type: ignore[misc]  # only the second of a pair can be None
        line.append(f"{scale.x(at)},{scale.y(temperature)}")
        if following is None or following[0] - at > _GAP:
            yield f'<polyline class="temperature" points="{" ".join(line)}"/>'
            line = []


def _limits(scale: _Scale, rule: Rule) -> Iterator[str]:
    for level in rule.levels:
        for condition in rule.cold():
            if condition in level.conditions and not condition.apparent:
                text = f"próg poziomu {level.level}: {_signed(condition.at_most)}°C"
                yield from _limit(scale, condition.at_most, f'class="limit" stroke="{_COLOURS[level.level]}"', text)
    yield from _limit(scale, rule.clear.above, 'class="clear"', f"koniec powyżej {_signed(rule.clear.above)}°C")


def _limit(scale: _Scale, degrees: float, look: str, text: str) -> Iterator[str]:
    y = scale.y(degrees)
    yield f'<line {look} x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
    yield f'<text class="small" x="{WIDTH - _RIGHT - 4}" y="{y - 4}" text-anchor="end">{text}</text>'


def _row(scale: _Scale, number: int, rule: Rule, runs: Sequence[Run]) -> Iterator[str]:
    """The alerts of one rule below the curve: pale from the proposal, full while in force, a new colour from each rise on."""
    y = _BOTTOM + 40 + _ROW * number
    yield f'<text class="small" x="{_LEFT}" y="{y + 28}">{escape(say(rule.name))}: blady pas – od propozycji, pełny – całą dobę; liczba to poziom</text>'
    for run in runs:
        end, start = run.ended or scale.end, run.active_from() or run.ended or scale.end
        rises = [(t.at, t.alert.level) for t in run.transitions if t.kind in OPENING]
        yield _bar(scale, run.proposed, start, y, (rises[0][1], 0.35))
        for (at, level), (until, _) in pairwise([*rises, (end, 0)]):
            yield _bar(scale, max(at, start), until, y, (level, 1))
        yield f'<text class="mark" x="{(scale.x(start) + scale.x(end)) / 2:.1f}" y="{y - 4}" text-anchor="middle">{run.alert.level}</text>'


def _bar(scale: _Scale, first: datetime, last: datetime, y: int, look: tuple[int, float]) -> str:
    level, opacity = look
    width = scale.x(last) - scale.x(first)
    return f'<rect x="{scale.x(first)}" y="{y}" width="{max(width, 0):.1f}" height="14" fill="{_COLOURS[level]}" opacity="{opacity}"/>'


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _day(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(TZ):%d.%m.%Y}"
