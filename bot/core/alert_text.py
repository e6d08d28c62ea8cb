"""The words of alerts: the schedule's sentences with their references filled in from the knowledge, in full and as one SMS.

References stand in braces: {centre}, {when}, {places} and {phone:ID}. Addresses and numbers are thus written in the knowledge alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core import gsm7, polish
from bot.core.alert_rules import OPENING, Transition
from bot.core.alert_state import Alert
from bot.core.evidence import distinct
from bot.core.hours import TZ
from bot.core.knowledge import DEFAULT_LANG, Content, Place, Text, say
from bot.core.schedule import Message, Rule

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_PHONE = "phone:"
PLAIN_REFERENCES = ("centre", "when", "places")
_LOW = {
    "pl": "Najniższa temperatura w prognozie: {low}.",
    "uk": "Найнижча температура за прогнозом: {low}.",
    "ru": "Самая низкая температура по прогнозу: {low}.",
    "en": "Lowest temperature forecast: {low}.",
}
_MOVED = {
    "pl": ("{centre}: zmienia się czas alertu „{name}”.", "{places} – czynne całą dobę {when}.", "Alert: {when}.", "Widzisz kogoś, kto marznie? Zadzwoń 112."),
    "uk": ("{centre}: змінюється час тривоги „{name}”.", "{places} – відчинено цілодобово: {when}.", "Тривога: {when}.", "Хтось замерзає? Телефонуйте 112."),
    "ru": ("{centre}: меняется время тревоги «{name}».", "{places} – открыто круглосуточно: {when}.", "Тревога: {when}.", "Кто-то замерзает? Звоните 112."),
    "en": ("{centre}: new times of the alert “{name}”.", "{places} – open round the clock: {when}.", "Alert: {when}.", "Somebody is freezing? Call 112."),
}
"""The first line, the line with places and the one without, the last line."""
_MOVED_SMS = ("{centre}: zmiana. {places}, czynne 24 h {when}. Ktoś marznie? Dzwoń 112.", "{centre}: zmiana. Alert {when}. Ktoś marznie? Dzwoń 112.")
_SOURCE = {"pl": "Na podstawie danych", "uk": "За даними", "ru": "По данным", "en": "Based on data of"}
_OF_WEEKDAY = ("poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli")
_SHORT_WEEKDAY = ("pon", "wt", "śr", "czw", "pt", "sob", "nd")
_NEARLY_AN_HOUR = timedelta(minutes=59, seconds=59)
_LONGEST = datetime(2026, 12, 17, 20, tzinfo=TZ)
"""A Thursday in a month with two digits: the longest a short date gets."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What references are filled in from: the knowledge, the places of the rule, the language."""

    content: Content
    places: tuple[str, ...]
    lang: str = DEFAULT_LANG


def references(text: str) -> Iterator[str]:
    """The references in a text: "centre", "phone:tpps-6"."""
    return (match[1] for match in _REFERENCE.finditer(text))


def unpaired(text: str) -> bool:
    """Whether a brace is left that belongs to no reference."""
    return not {"{", "}"}.isdisjoint(_REFERENCE.sub("", text))


def phone_reference(reference: str) -> str | None:
    """Whose phone a reference asks for; None where it asks for something else."""
    return reference.removeprefix(_PHONE) if reference.startswith(_PHONE) else None


def message_of(rule: Rule, transition: Transition) -> Message:
    """What to tell people when that happens."""
    return rule.level(transition.alert.level).message if transition.kind in OPENING else rule.all_clear


def full(content: Content, rule: Rule, transition: Transition, credits_: Sequence[str], lang: str = DEFAULT_LANG) -> str:
    """The whole message; at the end of an opening one the temperature and, as their licences ask, the sources. `credits_`: see weather.sources."""
    alert, opening = transition.alert, transition.kind in OPENING
    when = period(alert, transition.at, lang) if opening else ""
    lines = [fill(say(message_of(rule, transition).text, lang), Scene(content, rule.places, lang), when)]
    if opening and alert.low is not None:
        lines.append(_LOW.get(lang, _LOW[DEFAULT_LANG]).format(low=degrees(alert.low)))
    if opening and credits_:
        lines.append(f"{_SOURCE.get(lang, _SOURCE[DEFAULT_LANG])}: {'; '.join(credits_)}.")
    return "\n".join(lines)


def sms(content: Content, rule: Rule, transition: Transition, lang: str = DEFAULT_LANG) -> str:
    """The message as one SMS."""
    when = short_period(transition.alert, transition.at) if transition.kind in OPENING else ""
    return _short(message_of(rule, transition).sms, Scene(content, rule.places, lang), when)


def moved(content: Content, rule: Rule, alert: Alert, now: datetime, lang: str = DEFAULT_LANG) -> str:
    """Word of other times to those who were told the old ones."""
    first, with_places, without, last = _MOVED.get(lang, _MOVED[DEFAULT_LANG])
    scene = Scene(content, rule.places, lang)
    named = first.replace("{name}", say(rule.level(alert.level).name, lang))
    return "\n".join(fill(line, scene, period(alert, now, lang)) for line in (named, with_places if rule.places else without, last))


def moved_sms(content: Content, rule: Rule, alert: Alert, now: datetime) -> str:
    """The same as one SMS."""
    with_places, without = _MOVED_SMS
    return _short({DEFAULT_LANG: with_places if rule.places else without}, Scene(content, rule.places), short_period(alert, now))


def longest_sms(text: Text, scene: Scene) -> str:
    """The SMS at its longest, to see that it always fits."""
    alert = Alert("", "", 1, _LONGEST, _LONGEST, _LONGEST + timedelta(days=7), _LONGEST, None, None, (), ())
    return _short(text, scene, short_period(alert, datetime.min.replace(tzinfo=UTC)))


def evidence_lines(alert: Alert) -> Iterator[str]:
    """Why the alert was proposed, for whoever approves it: the forecast, and each warning once however many sources pass it on."""
    if alert.low is not None:
        feels = f", odczuwalna {degrees(alert.feels)}" if alert.feels is not None else ""
        yield f"Prognoza: do {degrees(alert.low)}{feels}."
    for warning in distinct(alert.warnings):
        times = f"{_short_day(warning.onset.astimezone(TZ))} – {_short_day(warning.expires.astimezone(TZ))}"
        sources = ", ".join(sorted({w.source for w in alert.warnings if w.same_as(warning)}))
        yield f"Ostrzeżenie „{warning.event}”, stopień {warning.level}, {times} ({sources}): {warning.text}".rstrip(": ")


def fill(text: str, scene: Scene, when: str, *, short: bool = False) -> str:
    """The text with its references replaced."""

    def value(match: re.Match[str]) -> str:
        whose = phone_reference(match[1])
        if whose is not None:
            return scene.content.place(whose).phones[0].shown
        if match[1] == "places":
            return place_line(map(scene.content.place, scene.places), scene.lang, short=short)
        return {"centre": say(scene.content.centre.name, scene.lang), "when": when}.get(match[1], match[0])

    return _REFERENCE.sub(value, text)


def place_line(places: Iterable[Place], lang: str = DEFAULT_LANG, *, short: bool = False) -> str:
    """Noclegownia i ogrzewalnia: ul. Kosynierów 26, Bytom. Places of one address are named together."""
    houses: dict[str, list[str]] = {}
    for place in places:
        address = "" if place.address is None else place.address.street if short else f"{place.address.street}, {place.address.city}"
        names = houses.setdefault(address, [])
        names.append(say(place.short, lang) if not names else _inside(say(place.short, lang)))
    both = {"pl": " i ", "uk": " і ", "ru": " и ", "en": " and "}.get(lang, ", ")
    join = ", " if short else ": "
    return "; ".join(both.join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0] for names in _with_address(houses, join))


def _with_address(houses: dict[str, list[str]], join: str) -> Iterator[list[str]]:
    for address, names in houses.items():
        yield [*names[:-1], f"{names[-1]}{join}{address}" if address else names[-1]]


def _inside(name: str) -> str:
    """A name inside a sentence: an abbreviation (KIS) keeps its capitals."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def period(alert: Alert, now: datetime, lang: str = DEFAULT_LANG) -> str:
    """Od piątku 2 stycznia, godz. 20:00, do niedzieli 4 stycznia, godz. 9:00 (or: od teraz; do odwołania)."""
    onset, until = alert.onset.astimezone(TZ), alert.until.astimezone(TZ) if alert.until else None
    if lang != DEFAULT_LANG:
        return _foreign_period(onset, until, begun=alert.begun(now), lang=lang)
    start = "od teraz" if alert.begun(now) else f"od {_of_day(onset)},"
    return f"{start} do {_of_day(until)}" if until else f"{start} do odwołania"


def short_period(alert: Alert, now: datetime) -> str:
    """Od pt 2.01 g. 20 do nd 4.01 g. 9, in whole hours: rather too long."""
    start = "od teraz" if alert.begun(now) else f"od {_short_day(alert.onset.astimezone(TZ))}"
    last = alert.until + _NEARLY_AN_HOUR if alert.until else None
    return f"{start} do {_short_day(last.astimezone(TZ))}" if last else f"{start} do odwołania"


def degrees(value: float) -> str:
    """−12°C, rounded to whole degrees."""
    whole = round(value)
    return f"{'−' if whole < 0 else ''}{abs(whole)}°C"


def _short(text: Text, scene: Scene, when: str) -> str:
    return gsm7.fold(fill(say(text, scene.lang), scene, when, short=True))


def _of_day(moment: datetime) -> str:
    return f"{_OF_WEEKDAY[moment.weekday()]} {polish.day_month(moment.date())}, godz. {polish.clock(moment)}"


def _short_day(moment: datetime) -> str:
    return f"{_SHORT_WEEKDAY[moment.weekday()]} {moment.day}.{moment.month:02d} g. {moment.hour}"


def _foreign_period(onset: datetime, until: datetime | None, *, begun: bool, lang: str) -> str:
    now, open_end = {"uk": ("зараз", "до скасування"), "ru": ("сейчас", "до отмены")}.get(lang, ("now", "until further notice"))
    start, end = now if begun else f"{onset:%d.%m.%Y, %H:%M}", f"{until:%d.%m.%Y, %H:%M}" if until else open_end
    return f"{start} – {end}"
