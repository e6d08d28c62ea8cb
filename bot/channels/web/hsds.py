"""What the bot knows of services, locations, schedules and phones in Open Referral's HSDS 3.0, for directories of human services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.channels.sharing import web_card
from bot.channels.web.timetable import Opening, openings
from bot.core import hours
from bot.core.card import card_of
from bot.core.knowledge import Content, Kind, Phone, Place, Topic, say

VERSION = "3.0"
PROFILE = "https://docs.openreferral.org/en/latest/hsds/"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST_MINUTE = time(23, 59)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """The knowledge of a centre on a day. `home` is the site's address: cards are the services' pages."""

    content: Content
    home: str
    now: datetime

    def organization(self) -> Json:
        """The centre."""
        name = say(self.content.centre.name)
        return {"id": self._id("organization", ""), "name": name, "description": f"{name}: ośrodek pomocy rodzinie", "website": self.home}

    def services(self) -> Iterator[Json]:
        """Every matter and every place that can be forwarded: a shelter is a service as well as a location."""
        today = hours.wall(self.now).date()
        for subject in self.content.subjects.values():
            if card_of(subject) and not (isinstance(subject, Topic) and subject.kind is not Kind.TOPIC):
                yield self._service(subject, today)

    def service(self, service_id: str) -> Json | None:
        """The service of that id, or None."""
        return next((s for s in self.services() if s["id"] == service_id), None)

    def _service(self, subject: Place | Topic, today: date) -> Json:
        ended = isinstance(subject, Topic) and subject.has_ended(today)
        place = self.content.place_of(subject)
        own = self._id("service", subject.id)
        found: Json = {
            "id": own,
            "organization": self.organization(),
            "name": say(subject.title),
            "description": say(subject.summary) or say(subject.title),
            "url": web_card(self.home, subject.id),
            "status": "inactive" if ended else "active",
            "languages": [{"id": self._id("language", subject.id), "service_id": own, "name": "polski", "code": "pl"}],
            "phones": [self._phone(p, say(place.title), i) for place in self._answering(subject) for i, p in enumerate(place.phones)],
            "schedules": [self._schedule(place, i, o) for i, o in enumerate(openings(place.hours, today))] if place and place.hours else [],
            "service_at_locations": [self._at_location(own, place)] if place and place.address else [],
        }
        if isinstance(subject, Topic) and (subject.valid_from or subject.valid_until):
            found["alert"] = say(subject.ended) if ended else ""
        return {key: value for key, value in found.items() if value != ""}

    def _answering(self, subject: Place | Topic) -> Iterator[Place]:
        """Whose phones answer for it."""
        if isinstance(subject, Topic):
            yield from map(self.content.place, subject.contacts)
        elif subject.phones:
            yield subject
        elif subject.ask:
            yield self.content.place(subject.ask)

    def _at_location(self, service: str, place: Place) -> Json:
        return {"id": self._id("service_at_location", service + place.id), "service_id": service, "location": self._location(place)}

    def _location(self, place: Place) -> Json:
        own, address = self._id("location", place.id), place.address
        found: Json = {"id": own, "location_type": "physical", "name": say(place.title), "url": web_card(self.home, place.id)}
        if address:
            found["addresses"] = [
                {
                    "id": self._id("address", place.id),
                    "location_id": own,
                    "address_1": ", ".join(part for part in (address.street, say(address.floor), f"pok. {address.room}" if address.room else "") if part),
                    "city": address.city,
                    "state_province": "",
                    "postal_code": address.postcode or "",
                    "country": "PL",
                    "address_type": "physical",
                }
            ]
            if address.point:
                found |= {"latitude": address.point[0], "longitude": address.point[1]}
        return found

    def _phone(self, phone: Phone, name: str, number: int) -> Json:
        return {"id": self._id("phone", f"{name}{number}"), "number": phone.number, "type": "voice", "description": say(phone.label) or name}

    def _schedule(self, place: Place, number: int, opening: Opening) -> Json:
        return {
            "id": self._id("schedule", f"{place.id}{number}"),
            "valid_from": opening.first.isoformat(),
            "valid_to": opening.last.isoformat(),
            "dtstart": opening.first.isoformat(),
            "freq": "WEEKLY",
            "interval": 1,
            "wkst": "MO",
            "byday": ",".join(_DAYS[day] for day in opening.days),
            "opens_at": self._clock(opening, opening.opens),
            "closes_at": self._clock(opening, _LAST_MINUTE if opening.whole else opening.closes),
            "description": place.hours,
        } | ({"notes": say(place.hours_note)} if place.hours_note else {})

    def _clock(self, opening: Opening, at: time) -> str:
        """A local time with the offset that it has now, or on the first day of a later season."""
        day = max(opening.first, hours.wall(self.now).date())
        return datetime.combine(day, at, hours.TZ).isoformat()[11:16] + datetime.combine(day, at, hours.TZ).isoformat()[-6:]

    def _id(self, kind: str, name: str) -> str:
        """The same id every time, as HSDS wants it: a UUID."""
        return str(uuid5(NAMESPACE_URL, f"{say(self.content.centre.name)}/{kind}/{name}"))
