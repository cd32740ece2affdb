"""What search engines and link previews read of an event: an Event of schema.org, as JSON-LD."""

from datetime import datetime
from typing import Any

from rbc_events.application import absolute_url
from rbc_events.events.models import Event, Mode
from rbc_events.i18n import language, plain

ATTENDANCE = {
    Mode.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    Mode.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    Mode.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


def event_data(event: Event, organiser: str) -> dict[str, Any] | None:
    """The data block of the event's page in the page's language; nothing for one whose days are not known, since
    schema.org's Event begins on a day."""
    if event.starts_on is None:
        return None
    address = absolute_url("events.show", key=event.key)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BusinessEvent",
        "@id": address,
        "url": address,
        "name": plain(event.name),
        "description": plain(event.description),
        "inLanguage": language(),
        "startDate": _begins(event),
        "endDate": _ends(event),
        "eventAttendanceMode": ATTENDANCE[event.mode],
        "eventStatus": "https://schema.org/EventScheduled",
        "location": _locations(event, address),
        "organizer": {"@type": "Organization", "name": organiser, "url": absolute_url("home.index")},
    }
    return {name: value for name, value in data.items() if value}


def _begins(event: Event) -> str:
    return _moment(event, event.blocks[0].starts_at) if event.blocks else str(event.starts_on)


def _ends(event: Event) -> str:
    if event.blocks:
        return _moment(event, max(block.ends_at for block in event.blocks))
    return str(event.ends_on or event.starts_on)


def _moment(event: Event, instant: datetime) -> str:
    return instant.astimezone(event.zone).isoformat(timespec="minutes")


def _locations(event: Event, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if event.mode != Mode.ONLINE:
        regions = ", ".join(plain(host.name) for host in event.hosts)
        place = {"@type": "Place", "name": plain(event.venue) or regions or plain(event.name)}
        where = plain(event.address)
        postal = {"@type": "PostalAddress", "streetAddress": where, "addressRegion": regions}
        found.append({**place, "address": {name: value for name, value in postal.items() if value}})
    if event.mode != Mode.IN_PERSON:
        found.append({"@type": "VirtualLocation", "url": address})
    return found
