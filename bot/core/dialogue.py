"""The conversation: one message and a short memory in, one reply out. Pure and deterministic."""

from dataclasses import replace
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from bot.core import answers, freshness, safety
from bot.core.knowledge import Knowledge, Place, Topic, say
from bot.core.language import language_of
from bot.core.message import Action, Choice, Incoming, Line, Reply, Role, Session, Status
from bot.core.query import Query, by_key
from bot.core.reader import Reading
from bot.core.replies import Scene
from bot.core.sentences import sentence
from bot.core.text import clip, fold
from bot.core.understanding import Meaning, Verdict, understand

LAPSE = timedelta(minutes=15)
"""After this silence a conversation starts anew."""
LATE = timedelta(minutes=10)
"""An answer later than this comes with a word of apology."""
_SAME_LABEL = 85
_CLEARLY = 0.6
"""Score from which words alone make the bot do something."""
_MAX_CHOICE_LENGTH = 60


def respond(knowledge: Knowledge, session: Session, message: Incoming, now: datetime) -> Reply:
    """The reply to a message at a time, the same all through a minute; its `session` is what to remember for the next one."""
    if session.at is not None and now - session.at > LAPSE:
        session = Session()
    session = _still_known(knowledge, session)
    minute = freshness.minute(now)
    reading = knowledge.reader.read(message.text, minute)
    scene = Scene(knowledge, minute, language_of(reading.words, message.lang))
    reply = _pressed(scene, session, message.pressed) if message.pressed else _reply(scene, session, message, reading)
    if safety.holds_personal_data(message.text):
        reply = _preceded(reply, sentence("personal-data", scene.lang))
    if message.at and now - message.at > LATE and reply.status is not Status.CRISIS:
        reply = _preceded(reply, sentence("late", scene.lang), Role.NOTE)
    return reply if reply.session.at == now else replace(reply, session=replace(reply.session, at=now))


def too_fast(lang: str) -> Reply:
    """What a chat is told that sends too many messages at once."""
    return Reply(Status.FALLBACK, (Line(sentence("too-fast", lang), Role.LEAD),))


def _still_known(knowledge: Knowledge, session: Session) -> Session:
    """The memory without what the knowledge no longer has: it may have been changed in the middle of a talk."""
    known, aspects = knowledge.subjects, knowledge.aspects
    if session.subject in {"", *known} and known.keys() >= set(session.others) and aspects.keys() >= set(session.aspects):
        return session
    return Session(choices=session.choices, misses=session.misses, at=session.at)


def broken(lang: str, session: Session) -> Reply:
    """What is said where the program itself fails at a message."""
    return Reply(Status.FALLBACK, (Line(sentence("broken", lang), Role.LEAD),), session=session)


def _pressed(scene: Scene, session: Session, key: str) -> Reply:
    """The reply to a pressed choice, however old it is; one of those just asked for keeps the time that the question named."""
    query = by_key(scene.knowledge, key, scene.now.date())
    if query is None:
        return answers.remark(scene, session, sentence("gone", scene.lang))
    if query.aspects and query.subject != session.subject and any(choice.key == key for choice in session.choices):
        query = replace(query, when=query.when or session.when)
    return _act(scene, session, Meaning(Verdict.ANSWER, (query,)))


def _reply(scene: Scene, session: Session, message: Incoming, reading: Reading) -> Reply:
    """Safety first, then commands and choices, then what is understood."""
    danger = safety.crisis(reading, in_talk=bool(session.subject))
    if danger and danger.sure:
        return _crisis(scene, session, danger.kind, reading)
    chosen = _command(scene, message.text) or _chosen(scene, session, message.text)
    if chosen:
        reply = _act(scene, session, Meaning(Verdict.ANSWER, (chosen,)))
    elif message.wordless and not reading.words:
        reply = answers.remark(scene, session, sentence("only-words", scene.lang))
    elif not reading.words:
        reply = answers.miss(scene, session, sentence("empty", scene.lang))
    else:
        reply = _act(scene, session, understand(scene.knowledge, reading, session))
    return _preceded(reply, sentence("possible-danger", scene.lang)) if danger else reply


def _crisis(scene: Scene, session: Session, kind: str, reading: Reading) -> Reply:
    """Help in danger; a place asked about by name in the same breath is answered below it."""
    reply = answers.crisis(scene, session, kind)
    named = {m.label for m in reading.found.names}
    meaning = understand(scene.knowledge, reading, session)
    if meaning.verdict is not Verdict.ANSWER or meaning.queries[0].subject not in named:
        return reply
    below = _act(scene, session, meaning)
    blocks = dict.fromkeys((*reply.blocks, *below.blocks))
    return replace(reply, blocks=tuple(blocks), session=below.session)


def _act(scene: Scene, session: Session, meaning: Meaning) -> Reply:
    """The reply that a meaning asks for."""
    centre = say(scene.knowledge.centre.name, scene.lang)
    if meaning.verdict is Verdict.ANSWER:
        reply = replace(answers.answer(scene, session, meaning.queries, meaning.near), action=_action(scene.knowledge, meaning))
        if not meaning.is_sure():
            reply = answers.unsure(scene, reply, meaning.instead)
    elif meaning.verdict is Verdict.WHICH_PLACE:
        reply = answers.ask_back(scene, session, "which-place", meaning.queries)
    elif meaning.verdict is Verdict.ASK:
        reply = answers.ask_back(scene, replace(session, misses=session.misses + 1), "which", meaning.queries)
    elif meaning.verdict is Verdict.ELSEWHERE:
        topic = scene.knowledge.subjects[meaning.queries[0].subject]
        reply = answers.miss(scene, session, say(topic.summary, scene.lang))
    elif meaning.verdict is Verdict.OTHER_TOWN:
        asked = meaning.queries[0]
        meant = replace(session, subject=asked.subject, aspects=asked.aspects, when=asked.when)  # "to w Bytomiu" may follow
        reply = answers.miss(scene, meant, sentence("other-town", scene.lang, centre=centre))
    else:
        reply = answers.miss(scene, session, sentence("unknown", scene.lang, centre=centre))
    return replace(
        reply,
        topics=meaning.scores[:3] or tuple((q.subject, 1.0) for q in meaning.queries),
        session=replace(reply.session, others=meaning.others, at=scene.now),
    )


def _action(knowledge: Knowledge, meaning: Meaning) -> Action | None:
    """What is to be done for the person; only where it was asked for clearly."""
    query = meaning.queries[0]
    subject = knowledge.subjects[query.subject]
    if not isinstance(subject, Topic) or not subject.action or (meaning.scores and meaning.scores[0][1] < _CLEARLY):
        return None
    return Action(subject.action, query.facts)


def _preceded(reply: Reply, text: str, role: Role = Role.URGENT) -> Reply:
    return replace(reply, blocks=(Line(text, role), *reply.blocks))


def _command(scene: Scene, text: str) -> Query | None:
    """A message such as "/pomoc" or "/start noclegownia" as a query; an unknown command is read as words."""
    if not text.lstrip().startswith("/"):
        return None
    words = clip(text).split()
    name = fold(words[0][1:].partition("@")[0])
    today = scene.now.date()
    linked = by_key(scene.knowledge, words[1].lower(), today) if len(words) == 2 else None
    if linked and not _does_something(scene.knowledge.subjects[linked.subject]):
        return linked
    return next((Query(t.id) for t in scene.knowledge.topics() if name in t.commands), None) or by_key(scene.knowledge, name, today)


def _does_something(subject: Place | Topic) -> bool:
    """Whether answering it changes what is kept of the person: whoever forwards a link must not unsubscribe or erase others."""
    return isinstance(subject, Topic) and subject.action is not None


def _chosen(scene: Scene, session: Session, text: str) -> Query | None:
    """The choice offered before that the message names by its number or its label, typos allowed."""
    text = text.strip()
    if not session.choices or len(text) > _MAX_CHOICE_LENGTH:
        return None
    typed = fold(text).strip(" .)!?")
    if not typed:
        return None
    picked: Choice | None = None
    if typed.isdigit():
        picked = session.choices[int(typed) - 1] if len(typed) < 3 and 1 <= int(typed) <= len(session.choices) else None
    else:
        scored = max(session.choices, key=lambda choice: fuzz.ratio(typed, fold(choice.label)))
        picked = scored if fuzz.ratio(typed, fold(scored.label)) >= _SAME_LABEL else None
    query = by_key(scene.knowledge, picked.key, scene.now.date()) if picked else None
    return replace(query, when=query.when or session.when) if query and query.aspects else query
