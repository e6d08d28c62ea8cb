"""The kinds of replies: an answer, a question back, help in danger, small talk, and "I do not know, but this person does"."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.card import card_of
from bot.core.knowledge import DEFAULT_LANG, Kind, Knowledge, Place, Topic, say
from bot.core.message import AddressLine, Block, Choice, Line, PhoneLine, Reply, Role, Session, Status
from bot.core.query import Query, key_of
from bot.core.replies import Scene, Told, by_open_now, compose, contact, follow_ups, phone_lines, source_line
from bot.core.sentences import sentence

MANY_MISSES = 3
"""From this many misses in a row on a person's phone is named first."""
_FEW = 2
_MENU = 6
_HINTED = 2


def crisis(scene: Scene, session: Session, kind: str) -> Reply:
    """The number first, then what to do, then where the centre itself helps."""
    knowledge, lang = scene.knowledge, scene.lang
    found = knowledge.crises[kind]
    blocks: list[Block] = [Line(say(found.lead, lang), Role.URGENT), Line(say(found.steps, lang))]
    blocks += [told.block for call in found.calls for told in phone_lines(scene, knowledge.place(call))]
    places = knowledge.centre.crisis_contacts.get(kind, ())
    if places:
        blocks.append(Line(sentence("shelter-after", lang), Role.NOTE))
        blocks += [told.block for place in places for told in compose(scene, Query(place, (), ("address",))).told]
    return Reply(Status.CRISIS, tuple(dict.fromkeys(blocks)), topics=((kind, 1.0),), session=replace(session, misses=0))


def answer(scene: Scene, session: Session, queries: Sequence[Query], near: Sequence[Query] = ()) -> Reply:
    """What the sources say to the queries, and to `near`, of which the talk does not go on; where they are silent the status is fallback and a phone is named."""
    subject = scene.knowledge.subjects[queries[0].subject]
    if isinstance(subject, Topic):
        if subject.kind in (Kind.SMALLTALK, Kind.NOT_THAT):
            return _small_talk(scene, session, subject)
        if subject.kind is Kind.CHOICE and not queries[0].facts:
            meant = _all_meant(scene.knowledge, subject, queries[0])
            if not meant:
                options = tuple(Query(c, (), queries[0].aspects, queries[0].when) for c in subject.choices)
                return _choose(scene, session, say(subject.ask, scene.lang), options)
            queries = meant
    composed = [compose(scene, query) for query in (*queries, *near)]
    told = [part for found in composed for part in found.told]
    status = Status.ANSWER if any(found.stated for found in composed) else Status.FALLBACK
    blocks = list(dict.fromkeys(t.block for t in told))
    if scene.lang != DEFAULT_LANG:
        blocks.insert(0, Line(sentence("in-polish", scene.lang), Role.NOTE))
    blocks += _source(scene, told)
    last = queries[-1]
    offered = follow_ups(scene.knowledge, last, scene.lang)
    memory = Session(last.subject, last.facts[0] if last.facts else "", last.aspects, last.when, offered)
    card = card_of(scene.knowledge.subjects[last.subject], scene.lang) if status is Status.ANSWER else None
    return Reply(status, tuple(blocks), offered, card=card, session=memory)


def unsure(scene: Scene, reply: Reply, instead: Sequence[Query]) -> Reply:
    """An answer that may not be what was meant: it says so, and offers what else it may have been. Nobody should forward it."""
    if reply.status is not Status.ANSWER or reply.asks:
        return reply
    reply = replace(reply, card=None)
    if not instead:
        return replace(reply, status=Status.CLARIFY, blocks=(Line(sentence("rephrase", scene.lang), Role.NOTE), *reply.blocks))
    choices = tuple(Choice(key_of(query), _named(scene, query)) for query in instead)
    blocks = (Line(sentence("unsure", scene.lang), Role.NOTE), *reply.blocks, Line(sentence("instead", scene.lang), Role.QUESTION))
    return replace(reply, status=Status.CLARIFY, blocks=blocks, choices=choices, asks=True, session=replace(reply.session, choices=choices))


def _named(scene: Scene, query: Query) -> str:
    """What a query asks, in a few words: "Rodzina zastępcza: Dochód"."""
    subject = scene.knowledge.subjects[query.subject]
    facts = (fact for fact in map(subject.fact, query.facts) if fact)
    return ": ".join((say(subject.title, scene.lang), *(say(fact.title, scene.lang) for fact in facts)))


def ask_back(scene: Scene, session: Session, question: str, options: Sequence[Query]) -> Reply:
    """A question with a few alternatives, each with its essentials, so that nobody must ask twice for an address."""
    return _choose(scene, session, sentence(question, scene.lang), options)


def miss(scene: Scene, session: Session, text: str) -> Reply:
    """What the bot does not know: say so and name whom to ask; after several misses the person comes first."""
    knowledge = scene.knowledge
    misses = session.misses + 1
    person = [told.block for told in contact(scene, knowledge.place(knowledge.centre.ask))]
    intro = [Line(text, Role.LEAD), Line(sentence("call", scene.lang), Role.BODY)]
    if misses >= MANY_MISSES:
        intro = [Line(sentence("misses", scene.lang), Role.LEAD)]
    choices = _labelled(scene, knowledge.centre.menu)
    return Reply(Status.FALLBACK, (*intro, *person), choices, session=replace(session, misses=misses, choices=choices))


def remark(scene: Scene, session: Session, text: str) -> Reply:
    """A sentence about the message itself, not about its matter, with the menu; the talk stays where it was."""
    choices = _labelled(scene, scene.knowledge.centre.menu)
    return Reply(Status.FALLBACK, (Line(text, Role.LEAD),), choices, session=replace(session, choices=choices))


def _source(scene: Scene, told: Sequence[Told]) -> list[Block]:
    """The source of what is said; whose the phone numbers are need not be told where anything else is."""
    facts = [t.source for t in told if t.source and not isinstance(t.block, PhoneLine | AddressLine)]
    sources = facts or [t.source for t in told if t.source]
    phone = any(isinstance(t.block, PhoneLine) for t in told)
    return [source_line(sources, scene.lang, scene.now.date(), reachable=phone)] if sources else []


def _all_meant(knowledge: Knowledge, topic: Topic, query: Query) -> tuple[Query, ...]:
    """An ambiguous name with a plain question about hours, address or phone: few enough places are all told at once."""
    places = [c for c in topic.choices if isinstance(knowledge.subjects[c], Place)]
    if not query.aspects or len(topic.choices) > _FEW or len(places) < len(topic.choices):
        return ()
    return tuple(replace(query, subject=place) for place in places)


def _small_talk(scene: Scene, session: Session, topic: Topic) -> Reply:
    blocks: list[Block] = [Line(say(topic.summary, scene.lang), Role.LEAD)]
    if topic.phones:
        blocks += [told.block for p in scene.knowledge.centre.main_places for told in phone_lines(scene, scene.knowledge.place(p))]
    choices: tuple[Choice, ...] = ()
    if topic.menu:
        choices = _labelled(scene, scene.knowledge.centre.menu)
    if topic.kind is Kind.NOT_THAT:
        choices = _labelled(scene, tuple(dict.fromkeys((*session.others, *scene.knowledge.centre.menu)))[:_MENU])
    misses = session.misses + 1 if topic.kind is Kind.NOT_THAT else 0
    if misses >= MANY_MISSES:
        return miss(scene, session, "")
    return Reply(Status.ANSWER, tuple(blocks), choices, asks=bool(choices), session=Session(choices=choices, misses=misses))


def _choose(scene: Scene, session: Session, question: str, options: Sequence[Query]) -> Reply:
    choices = tuple(_choice(scene, option) for option in options)
    when = options[0].when if options else None
    aspects = options[0].aspects if options else ()
    memory = replace(session, choices=tuple(Choice(choice.key, choice.label) for choice in choices), when=when, aspects=aspects)
    return Reply(Status.CLARIFY, (Line(question, Role.QUESTION),), choices, asks=True, session=memory)


def _choice(scene: Scene, option: Query) -> Choice:
    """An option with its essentials: where it is, and whom to call, those who answer now first."""
    subject = scene.knowledge.subjects[option.subject]
    places = [subject] if isinstance(subject, Place) else by_open_now(scene, subject.contacts)[:_HINTED]
    blocks = [told.block for place in places for told in contact(scene, place)]
    address = next((b.query for b in blocks if isinstance(b, AddressLine)), "")
    phones = {b.number: b for b in blocks if isinstance(b, PhoneLine)}
    return Choice(key_of(option), say(subject.title, scene.lang), address, tuple(phones.values())[:_HINTED])


def _labelled(scene: Scene, subjects: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(i, say(scene.knowledge.subjects[i].title, scene.lang)) for i in subjects)
