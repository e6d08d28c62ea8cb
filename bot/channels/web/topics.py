"""The index of all cards, with a search that understands typing errors because it asks the bot itself."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.page import Pages
from bot.channels.web.site import Site
from bot.channels.web.view import has_card
from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge, Place, Topic, say
from bot.core.message import Incoming, Session
from bot.core.text import clip, fold

Entry = Place | Topic
_LIKELY = 0.1
"""From this probability on what the bot understood is shown among the finds."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The index and the pages of the website that answer no question."""

    site: Site
    pages: Pages

    async def index(self, request: Request) -> Response:
        """All cards in groups, or those that a search finds."""
        knowledge, today = self.site.knowledge(), self.site.now().date()
        words = clip(request.query_params.get("q", "")).strip()
        if words:
            return self.pages.private(request, "topics.html", {"words": words, "groups": [("Znalezione", self._found(knowledge, words))]})
        every = sorted((s for s in knowledge.subjects.values() if has_card(s)), key=lambda s: _sortable(say(s.title)))
        places = [s for s in every if isinstance(s, Place) and s.address]
        contacts = [s for s in every if isinstance(s, Place) and not s.address]
        topics = [s for s in every if isinstance(s, Topic) and not s.has_ended(today)]
        ended = [s for s in every if isinstance(s, Topic) and s.has_ended(today)]
        groups = [("Miejsca", places), ("Sprawy", topics), ("Telefony", contacts), ("Zakończone", ended)]
        return self.pages.fresh(request, "topics.html", {"words": "", "groups": [group for group in groups if group[1]]})

    def _found(self, knowledge: Knowledge, words: str) -> list[Entry]:
        """What the bot understands, then what holds all the words as they are written."""
        reply = respond(knowledge, Session(), Incoming("", words), self.site.now())
        understood = [t for t, score in reply.topics if score >= _LIKELY] + [c.key.partition("?")[0] for c in reply.choices if reply.asks]
        folded = fold(words).split()
        holding = [s.id for s in knowledge.subjects.values() if all(word in _searched(s) for word in folded)]
        found = (knowledge.subjects.get(i) for i in dict.fromkeys((*understood, *holding)))
        return [s for s in found if s is not None and has_card(s)]

    async def page(self, request: Request) -> Response:
        """Privacy, accessibility."""
        page = self.site.knowledge().pages.get(request.path_params["id"])
        if page is None:
            raise HTTPException(404)
        return self.pages.fresh(request, "text.html", {"page": page})


def _searched(subject: Entry) -> str:
    texts = (say(subject.title), *subject.names, say(subject.summary), *(say(f.title) for f in subject.facts))
    return fold(" ".join(texts))


def _sortable(title: str) -> str:
    """Polish order, nearly: ą after a, ł after l."""
    return "".join(f"{fold(c)}~" if c in "ąćęłńóśźż" else c for c in title.lower())
