"""What schedules.yaml must get right beyond its fields: thresholds that can clear, places that exist, messages that fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.core import gsm7
from bot.core.alert_text import PLAIN_REFERENCES, Scene, fill, longest_sms, phone_reference, references, unpaired
from bot.core.evidence import event_key
from bot.core.knowledge import Content, Place, Topic
from bot.core.season_changes import changes
from bot.loader import schedules_schema as schema
from bot.loader.problems import Problem, Severity
from bot.loader.wording import field_name
from bot.loader.yaml_file import Lines

IMGW_EVENTS = (
    "Silny mróz",
    "Przymrozki",
    "Opady marznące",
    "Oblodzenie",
    "Zawieje/zamiecie śnieżne",
    "Opady śniegu",
    "Intensywne opady śniegu",
    "Roztopy",
    "Gęsta mgła",
    "Silny wiatr",
    "Burze",
    "Burze z gradem",
    "Upał",
    "Intensywne opady deszczu",
    "Silny deszcz z burzami",
)
"""Names that IMGW uses; another one is most likely a slip."""
_LONGEST_RULE = 18
"""A button of Telegram's carries 64 bytes: what is to be done, the alert's id, a time."""
_ANY_YEAR = 2027
_WHEN = "when"

Place_ = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class _Check:
    """The file under check."""

    name: str
    entry: schema.SchedulesFile
    lines: Lines
    content: Content

    def error(self, place: Place_, text: str, severity: Severity = Severity.ERROR) -> Problem:
        """A problem at that place of the file."""
        return Problem(self.name, field_name(place), text, severity, self.lines.of(place))


def cross_problems(name: str, entry: schema.SchedulesFile, lines: Lines, content: Content) -> Iterator[Problem]:
    """Everything wrong beyond the fields themselves."""
    check = _Check(name, entry, lines, content)
    sources = entry.sources
    if sources.open_meteo is None and sources.imgw is None and sources.meteoalarm is None:
        yield check.error(("sources",), "potrzebne jest co najmniej jedno źródło pogody")
    for source in ("open_meteo", "imgw", "meteoalarm"):
        given = getattr(sources, source)
        if given is not None and given.stale_after_minutes <= given.every_minutes:
            yield check.error(("sources", source, "stale_after_minutes"), "dane byłyby za stare, zanim bot zapyta znowu: wpisz więcej niż every_minutes")
    seen: set[str] = set()
    for i, rule in enumerate(entry.rules):
        if rule.id in seen:
            yield check.error(("rules", i, "id"), f"reguła „{rule.id}” już jest w tym pliku")
        if len(rule.id) > _LONGEST_RULE:
            yield check.error(("rules", i, "id"), f"nazwa ma {len(rule.id)} znaków, a przyciski operatorów mieszczą {_LONGEST_RULE}")
        seen.add(rule.id)
        yield from _rule(check, ("rules", i), rule)
    yield from _seasons(check, entry.season_messages)
    yield from _topics(check, ("outreach",), entry.outreach.topics)
    yield from _message(check, ("outreach", "message"), entry.outreach.message, (), timed=False)


def _rule(check: _Check, at: Place_, rule: schema.RuleEntry) -> Iterator[Problem]:
    yield from _topics(check, at, rule.topics)
    yield from _places(check, at, rule)
    yield from _levels(check, at, rule)
    yield from _thresholds(check, at, rule)
    for i, level in enumerate(rule.levels):
        yield from _message(check, (*at, "levels", i, "message"), level.message, rule.round_the_clock, timed=True)
    yield from _message(check, (*at, "all_clear"), rule.all_clear, rule.round_the_clock, timed=False)


def _topics(check: _Check, at: Place_, topics: Sequence[str]) -> Iterator[Problem]:
    for i, topic in enumerate(topics):
        if topic not in check.entry.topics:
            yield check.error((*at, "topics", i), f"nie ma tematu „{topic}” na liście topics; są: {', '.join(check.entry.topics)}")


def _places(check: _Check, at: Place_, rule: schema.RuleEntry) -> Iterator[Problem]:
    for i, place_id in enumerate(rule.round_the_clock):
        where = (*at, "round_the_clock", i)
        place = check.content.subjects.get(place_id)
        if not isinstance(place, Place):
            yield check.error(where, f"nie ma miejsca „{place_id}”{_no_place(place)}")
        elif place.hours_in_frost is None:
            yield check.error(where, f"miejsce „{place_id}” nie ma godzin na czas mrozu: dopisz hours_in_frost w jego pliku, np. 24/7")


def _no_place(found: Place | Topic | None) -> str:
    return " (to temat)" if isinstance(found, Topic) else " w katalogach places i contacts"


def _levels(check: _Check, at: Place_, rule: schema.RuleEntry) -> Iterator[Problem]:
    """Levels that rise, each harder to reach than the one before."""
    numbers = [level.level for level in rule.levels]
    if numbers != list(range(1, len(numbers) + 1)):
        yield check.error((*at, "levels"), f"poziomy mają iść po kolei od 1, a są: {', '.join(map(str, numbers))}")
    for i, level in enumerate(rule.levels):
        for j, condition in enumerate(level.any or level.all or ()):
            where = (*at, "levels", i, "any" if level.any else "all", j)
            yield from _condition(check, where, condition)
    for i, (lower, higher) in enumerate(pairwise(rule.levels), start=1):
        for name in ("temperature_at_most", "apparent_at_most"):
            mild, harsh = _strictest(lower, name), _strictest(higher, name)
            if mild is not None and harsh is not None and harsh >= mild:
                where = (*at, "levels", i)
                yield check.error(where, f"poziom {higher.level} ma próg {name} {harsh:g}, a łagodniejszy poziom {lower.level} – {mild:g}: ma być niżej")


def _strictest(level: schema.LevelEntry, name: str) -> float | None:
    values = [getattr(c, name) for c in level.any or level.all or () if getattr(c, name) is not None]
    return max(values, default=None)


def _condition(check: _Check, at: Place_, condition: schema.ConditionEntry) -> Iterator[Problem]:
    sources = check.entry.sources
    if condition.warning is None:
        if sources.open_meteo is None:
            yield check.error(at, "ten warunek potrzebuje prognozy: dodaj open_meteo w sources")
        return
    if sources.imgw is None and sources.meteoalarm is None:
        yield check.error(at, "ten warunek potrzebuje ostrzeżeń: dodaj imgw albo meteoalarm w sources")
    known = [event_key(event) for event in IMGW_EVENTS]
    for i, event in enumerate(condition.warning):
        if event_key(event) not in known:
            yield check.error((*at, "warning", i), f"nie znamy ostrzeżenia „{event}” – literówka? np. Silny mróz, Przymrozki", Severity.WARNING)


def _thresholds(check: _Check, at: Place_, rule: schema.RuleEntry) -> Iterator[Problem]:
    """Thresholds that can clear: the end lies above every beginning."""
    pairs = (("temperature_at_most", "above", rule.clear.above), ("apparent_at_most", "apparent_above", rule.clear.apparent_above))
    for name, clearing, value in pairs:
        limits = [limit for level in rule.levels if (limit := _strictest(level, name)) is not None]
        where = (*at, "clear", clearing)
        if limits and value is None:
            yield check.error(where, f"jest próg {name}, więc podaj, powyżej ilu stopni odczuwalnych alert się kończy")
        elif limits and value is not None and value <= max(limits):
            yield check.error(where, f"alert zacząłby się przy {max(limits):g}°C i nie mógłby się skończyć przy {value:g}°C: wpisz więcej niż {max(limits):g}")
    quiet = rule.quiet_hours
    if quiet is not None and all(level.life_safety for level in rule.levels):
        yield check.error((*at, "quiet_hours"), "wszystkie poziomy mają life_safety, więc cisza nocna nic nie zmienia – usuń ją", Severity.WARNING)


def _seasons(check: _Check, entry: schema.SeasonMessagesEntry) -> Iterator[Problem]:
    yield from _topics(check, ("season_messages",), entry.topics)
    for i, place_id in enumerate(entry.places):
        place = check.content.subjects.get(place_id)
        where = ("season_messages", "places", i)
        if not isinstance(place, Place):
            yield check.error(where, f"nie ma miejsca „{place_id}”{_no_place(place)}")
        elif not any(changes([place], _ANY_YEAR)):
            yield check.error(where, f"godziny miejsca „{place_id}” nie zmieniają się w ciągu roku, nie ma czego zapowiadać")


def _message(check: _Check, at: Place_, message: schema.MessageEntry, places: Sequence[str], *, timed: bool) -> Iterator[Problem]:
    """References that exist and an SMS that fits at its longest."""
    faults = [
        check.error((*at, name, lang), fault)
        for name, texts in (("text", message.text), ("sms", message.sms))
        for lang, text in texts.items()
        for fault in _references(check.content, text, timed=timed, with_places=bool(places))
    ]
    yield from faults
    known = all(isinstance(check.content.subjects.get(p), Place) for p in places)
    if faults or not known:
        return
    for lang, text in message.sms.items():
        scene = Scene(check.content, tuple(places), lang)
        longest = longest_sms(message.sms, scene) if timed else gsm7.fold(fill(text, scene, "", short=True))
        if not gsm7.fits(longest):
            strange = "".join(dict.fromkeys(c for c in longest if not gsm7.fits(c)))
            yield check.error((*at, "sms", lang), f"tych znaków nie ma w zwykłym SMS: {strange}")
        elif gsm7.length(longest) > gsm7.SINGLE:
            yield check.error((*at, "sms", lang), f"SMS ma do {gsm7.length(longest)} znaków, a mieści się {gsm7.SINGLE}: „{longest}”")


def _references(content: Content, text: str, *, timed: bool, with_places: bool) -> Iterator[str]:
    for reference in references(text):
        whose = phone_reference(reference)
        if whose is not None:
            subject = content.subjects.get(whose)
            if not isinstance(subject, Place) or not subject.phones:
                yield f"{{{reference}}}: nie ma miejsca „{whose}” z telefonem"
        elif reference not in PLAIN_REFERENCES:
            yield f"{{{reference}}}: nie ma takich danych; są: {{centre}}, {{when}}, {{places}}, {{phone:miejsce}}"
        elif reference == _WHEN and not timed:
            yield "{when} jest tylko w wiadomościach o alercie"
        elif reference == "places" and not with_places:
            yield "{places} jest tylko w regułach, które mają round_the_clock"
    if unpaired(text):
        yield "nawias klamrowy nie ma pary"
