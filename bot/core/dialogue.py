"""The conversation: one message and a short memory in, one reply out. Pure and deterministic."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core import safety
from bot.core.knowledge import DEFAULT_LANG, Kind, Knowledge, Place, Topic, say
from bot.core.language import language_of
from bot.core.message import Block, Choice, Incoming, Line, Reply, Role, Session, Status
from bot.core.reader import FACT, Reading
from bot.core.replies import Query, Scene, compose, contact, follow_ups, phone_lines, source_line
from bot.core.sentences import sentence
from bot.core.text import fold
from bot.core.understanding import Meaning, Verdict, understand

LAPSE = timedelta(minutes=15)
"""After this silence a conversation starts anew."""
MANY_MISSES = 3
"""From this many misses in a row on a person's phone is named first."""
_FEW = 2
ASPECT = "?"
"""Joins subject and aspect in a choice's key: "kis?hours"."""


def respond(knowledge: Knowledge, session: Session, message: Incoming, now: datetime) -> Reply:
    """The reply to a message at a time; its `session` is what to remember for the next one."""
    if session.at is not None and now - session.at > LAPSE:
        session = Session()
    reading = knowledge.reader.read(message.text, now)
    lang = language_of(reading.words, message.lang)
    scene = Scene(knowledge, now, lang)
    reply = _reply(scene, session, message, reading)
    if safety.holds_personal_data(message.text):
        warning = Line(sentence("personal-data", lang), Role.URGENT)
        reply = replace(reply, blocks=(warning, *reply.blocks))
    return replace(reply, session=replace(reply.session, at=now))


def _reply(scene: Scene, session: Session, message: Incoming, reading: Reading) -> Reply:
    danger = safety.crisis(reading)
    if danger and danger[1]:
        return _crisis(scene, session, danger[0])
    chosen = _command(scene, message.text) or _choice(session, message.text, reading)
    if chosen:
        meaning = Meaning(Verdict.ANSWER, (chosen,))
    elif not reading.words:
        return _miss(scene, session, sentence("empty", scene.lang))
    else:
        meaning = understand(scene.knowledge, reading, session)
    reply = _act(scene, session, meaning)
    if danger:
        warning = Line(sentence("possible-danger", scene.lang), Role.URGENT)
        reply = replace(reply, blocks=(warning, *reply.blocks))
    return reply


def _act(scene: Scene, session: Session, meaning: Meaning) -> Reply:
    centre = say(scene.knowledge.centre.name, scene.lang)
    if meaning.verdict is Verdict.ANSWER:
        reply = _answer(scene, session, meaning.queries)
    elif meaning.verdict is Verdict.ASK:
        reply = _ask_back(scene, session, meaning)
    elif meaning.verdict is Verdict.ELSEWHERE:
        topic = scene.knowledge.subjects[meaning.queries[0].subject]
        reply = _miss(scene, session, say(topic.summary, scene.lang))
    elif meaning.verdict is Verdict.OTHER_TOWN:
        reply = _miss(scene, session, sentence("other-town", scene.lang, centre=centre))
    else:
        reply = _miss(scene, session, sentence("unknown", scene.lang, centre=centre))
    return replace(reply, topics=meaning.scores[:3] if meaning.scores else tuple((q.subject, 1.0) for q in meaning.queries))


# -- kinds of replies -----------------------------------------------------------------------------------------------


def _crisis(scene: Scene, session: Session, kind: str) -> Reply:
    knowledge, lang = scene.knowledge, scene.lang
    crisis = knowledge.crises[kind]
    blocks: list[Block] = [Line(say(crisis.lead, lang), Role.URGENT), Line(say(crisis.steps, lang))]
    for contact in crisis.calls:
        blocks += [told.block for told in phone_lines(scene, knowledge.place(contact))]
    places = knowledge.centre.crisis_contacts.get(kind, ())
    if places:
        blocks.append(Line(sentence("shelter-after", lang), Role.NOTE))
        for place in places:
            blocks += [told.block for told in compose(scene, Query(place, (), ("address",))).told]
    return Reply(Status.CRISIS, tuple(dict.fromkeys(blocks)), topics=((kind, 1.0),), session=replace(session, misses=0))


def _answer(scene: Scene, session: Session, queries: Sequence[Query]) -> Reply:
    subject = scene.knowledge.subjects[queries[0].subject]
    if isinstance(subject, Topic):
        if subject.kind in (Kind.SMALLTALK, Kind.NOT_THAT):
            return _small_talk(scene, session, subject)
        if subject.kind is Kind.CHOICE and not queries[0].facts:
            meant = _all_meant(scene.knowledge, subject, queries[0])
            if not meant:
                return _choose(scene, session, say(subject.ask, scene.lang), subject.choices)
            queries = meant
    composed = [compose(scene, query) for query in queries]
    told = [part for answer in composed for part in answer.told]
    unstated = isinstance(subject, Topic) and subject.kind is Kind.UNSTATED
    status = Status.FALLBACK if unstated or not any(answer.stated for answer in composed) else Status.ANSWER
    blocks = list(dict.fromkeys(t.block for t in told))
    if scene.lang != DEFAULT_LANG:
        blocks.insert(0, Line(sentence("in-polish", scene.lang), Role.NOTE))
    sources = [t.source for t in told if t.source]
    if sources:
        blocks.append(source_line(sources, scene.lang))
    last = queries[-1]
    offered = follow_ups(scene.knowledge, last, scene.lang)
    memory = Session(last.subject, last.facts[0] if last.facts else "", last.aspects, last.when, offered)
    return Reply(status, tuple(blocks), offered, session=memory)


def _all_meant(knowledge: Knowledge, topic: Topic, query: Query) -> tuple[Query, ...]:
    """An ambiguous name with a plain question about hours, address or phone: few enough places are all told at once."""
    places = [c for c in topic.choices if isinstance(knowledge.subjects[c], Place)]
    if not query.aspects or len(topic.choices) > _FEW or len(places) < len(topic.choices):
        return ()
    return tuple(replace(query, subject=place) for place in places)


def _small_talk(scene: Scene, session: Session, topic: Topic) -> Reply:
    blocks: list[Block] = [Line(say(topic.summary, scene.lang), Role.LEAD)]
    if topic.phones:
        for place in ("alarmowy", *scene.knowledge.centre.main_places):
            blocks += [told.block for told in phone_lines(scene, scene.knowledge.place(place))]
    choices = _labelled(scene, scene.knowledge.centre.menu) if topic.menu or topic.kind is Kind.NOT_THAT else ()
    misses = session.misses + 1 if topic.kind is Kind.NOT_THAT else 0
    return Reply(Status.ANSWER, tuple(blocks), choices, asks=bool(choices), session=Session(choices=choices, misses=misses))


def _ask_back(scene: Scene, session: Session, meaning: Meaning) -> Reply:
    places = meaning.options == scene.knowledge.centre.main_places
    reply = _choose(scene, session, sentence("which-place" if places else "which", scene.lang), meaning.options)
    return replace(reply, session=replace(reply.session, misses=session.misses + (not places)))


def _choose(scene: Scene, session: Session, question: str, options: Sequence[str]) -> Reply:
    choices = _labelled(scene, options)
    return Reply(Status.CLARIFY, (Line(question, Role.QUESTION),), choices, asks=True, session=replace(session, choices=choices))


def _miss(scene: Scene, session: Session, text: str) -> Reply:
    """What the bot does not know: say so and name whom to ask; after several misses the person comes first."""
    knowledge = scene.knowledge
    misses = session.misses + 1
    person = [told.block for told in contact(scene, knowledge.place(knowledge.centre.ask))]
    intro: list[Block] = [Line(text, Role.LEAD), Line(sentence("call", scene.lang), Role.BODY)]
    if misses >= MANY_MISSES:
        intro = [Line(sentence("misses", scene.lang), Role.LEAD)]
    return Reply(Status.FALLBACK, (*intro, *person), _labelled(scene, knowledge.centre.menu), session=replace(session, misses=misses))


def _labelled(scene: Scene, subjects: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(i, say(scene.knowledge.subjects[i].title, scene.lang)) for i in subjects)


# -- commands and choices -------------------------------------------------------------------------------------------


def _command(scene: Scene, text: str) -> Query | None:
    """A message such as "/pomoc" or a button's key, as a query."""
    stripped = text.strip()
    if not stripped.startswith("/"):
        return None
    name = fold(stripped[1:].split()[0]) if stripped[1:].split() else ""
    return by_key(scene.knowledge, name) or next((Query(t.id) for t in scene.knowledge.topics() if name in t.commands), None)


def by_key(knowledge: Knowledge, key: str) -> Query | None:
    """The query a choice's key stands for; None where the knowledge no longer has it."""
    subject, _, fact = key.partition(FACT)
    subject, _, aspect = subject.partition(ASPECT)
    if subject not in knowledge.subjects:
        return None
    return Query(subject, (fact,) if fact and knowledge.subjects[subject].fact(fact) else (), (aspect,) if aspect in knowledge.aspects else ())


def _choice(session: Session, text: str, reading: Reading) -> Query | None:
    return None
