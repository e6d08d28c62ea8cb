"""The index of all cards, with a search that understands typing errors because it asks the bot itself."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.page import Pages
from bot.channels.web.site import Site
from bot.core.card import has_card
from bot.core.knowledge import Place, Topic, say
from bot.core.search import find
from bot.core.text import clip, fold


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
            return self.pages.private(
                request, "topics.html", {"words": words, "about": _about, "groups": [("Znalezione", find(knowledge, words, self.site.now()))]}
            )
        every = sorted((s for s in knowledge.subjects.values() if has_card(s)), key=lambda s: _sortable(say(s.title)))
        places = [s for s in every if isinstance(s, Place) and s.address]
        contacts = [s for s in every if isinstance(s, Place) and not s.address]
        topics = [s for s in every if isinstance(s, Topic) and not s.has_ended(today)]
        ended = [s for s in every if isinstance(s, Topic) and s.has_ended(today)]
        groups = [("Miejsca", places), ("Sprawy", topics), ("Telefony", contacts), ("Zakończone", ended)]
        return self.pages.fresh(request, "topics.html", {"words": "", "about": _about, "groups": [group for group in groups if group[1]]})

    async def page(self, request: Request) -> Response:
        """Privacy, accessibility."""
        page = self.site.knowledge().pages.get(request.path_params["id"])
        if page is None:
            raise HTTPException(404)
        return self.pages.fresh(request, "text.html", {"page": page})


def _about(entry: Place | Topic) -> str:
    """What stands beside the title: what it is, else whom to call."""
    if isinstance(entry, Place) and not entry.summary:
        return " lub ".join(f"tel. {phone.shown}" for phone in entry.phones)
    return say(entry.summary)


def _sortable(title: str) -> str:
    """Polish order, nearly: ą after a, ł after l."""
    return "".join(f"{fold(c)}~" if c in "ąćęłńóśźż" else c for c in title.lower())
