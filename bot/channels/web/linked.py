"""A card as schema.org data (JSON-LD), so that search engines show its hours and questions."""

from datetime import datetime
from typing import Any

from bot.channels.web.timetable import openings
from bot.core import hours
from bot.core.knowledge import Knowledge, Place, Topic, say

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def linked(knowledge: Knowledge, subject: Place | Topic, link: str, now: datetime) -> dict[str, Any]:
    """The graph of a card: the place it is about, and its facts as questions and answers."""
    graph: list[dict[str, Any]] = []
    place = knowledge.place_of(subject)
    if place and place.address:
        graph.append(_place(knowledge, place, link, now))
    facts = [f for f in subject.facts if f.text and not (f.valid_until and f.valid_until < now.date())]
    questions = [_question(f"{say(subject.title)}: {say(f.title)}", say(f.text), f"{link}#{f.id}") for f in facts]
    if subject.summary:
        questions.insert(0, _question(say(subject.title), say(subject.summary), link))
    if questions:
        graph.append({"@type": "FAQPage", "@id": f"{link}#faq", "inLanguage": "pl", "mainEntity": questions})
    return {"@context": "https://schema.org", "@graph": graph}


def _question(name: str, text: str, url: str) -> dict[str, Any]:
    return {"@type": "Question", "name": name, "url": url, "acceptedAnswer": {"@type": "Answer", "text": text}}


def _place(knowledge: Knowledge, place: Place, link: str, now: datetime) -> dict[str, Any]:
    address = place.address
    found: dict[str, Any] = {"@type": ["Place", "CivicStructure"], "@id": f"{link}#place", "name": say(place.title), "url": link}
    if address:
        postal = {"@type": "PostalAddress", "streetAddress": address.street, "addressLocality": address.city, "addressCountry": "PL"}
        found["address"] = postal | ({"postalCode": address.postcode} if address.postcode else {})
        if address.point:
            found["geo"] = {"@type": "GeoCoordinates", "latitude": address.point[0], "longitude": address.point[1]}
    answering = place if place.phones else knowledge.place(place.ask) if place.ask else place
    if answering.phones:
        found["telephone"] = answering.phones[0].number
    if place.hours:
        found["openingHoursSpecification"] = [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [f"https://schema.org/{_DAYS[day]}" for day in opening.days],
                "opens": "00:00" if opening.whole else f"{opening.opens:%H:%M}",
                "closes": "23:59" if opening.whole else f"{opening.closes:%H:%M}",
                "validFrom": opening.first.isoformat(),
                "validThrough": opening.last.isoformat(),
            }
            for opening in openings(place.hours, hours.wall(now).date())
        ]
    return found
