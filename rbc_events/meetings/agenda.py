"""Whose agenda a person sees, and the same as a calendar file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort
from flask_babel import gettext as _

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.calendars.entry import Entry, Person
from rbc_events.calendars.feed import publish
from rbc_events.events.access import may_manage
from rbc_events.events.models import Event
from rbc_events.i18n import language, plain, select_zone
from rbc_events.meetings import queries
from rbc_events.meetings.access import own_registrations
from rbc_events.meetings.announcements import organiser_address
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.registration.models import Registration


@dataclass(frozen=True)
class Agenda:
    """The published meetings of an organisation, an interpreter or a coordinator, and those that wait for a time."""

    meetings: Sequence[Meeting]
    waiting: Sequence[Meeting]
    side: Registration | None  # whose agenda it is, if it is an organisation's

    def days(self, zone: ZoneInfo) -> dict[date, list[Meeting]]:
        """The meetings by the day on which they begin in a zone."""
        days: dict[date, list[Meeting]] = {}
        for meeting in self.meetings:
            if meeting.published_starts_at is not None:
                days.setdefault(meeting.published_starts_at.astimezone(zone).date(), []).append(meeting)
        return days


def agenda_of(actor: Any, event: Event, organisation: int | None = None) -> Agenda:
    """The agenda that a person asks for: their own; for staff also any organisation's, by its registration.

    Aborts with 401, 403 or 404.
    """
    require_sign_in()
    if organisation is not None and may_manage(actor, event):
        sides = [side for side in queries.approved_registrations(event) if side.id == organisation]
        if not sides:
            abort(404)
        return _of_sides(sides)
    sides = [side for side in own_registrations(actor, event) if organisation in (None, side.id)]
    if sides:
        return _of_sides(sides)
    if queries.is_interpreter(actor, event):
        return Agenda(queries.agenda_of_interpreter(actor, event), [], None)
    require(may_manage(actor, event))
    return Agenda(queries.agenda_of_coordinator(actor, event), [], None)


def _of_sides(sides: Sequence[Registration]) -> Agenda:
    found = queries.agenda_of_registrations(sides)
    told = [meeting for meeting in found if meeting.published_starts_at is not None]
    waiting = [meeting for meeting in found if meeting.published_starts_at is None]
    return Agenda(told, waiting, sides[0])


def own_zone(event: Event) -> str:
    """The zone in which the viewer reads times; a visitor's is the event's."""
    return select_zone() or event.time_zone


def calendar_of(event: Event, meetings: Sequence[Meeting], side: Registration | None, *, now: datetime) -> bytes:
    """An .ics file of published meetings, in the page's language, as the given organisation calls them."""
    return publish(
        [_entry(event, meeting, side, now) for meeting in meetings if meeting.published_starts_at is not None],
        name=plain(event.name),
        language=language(),
        zone=event.time_zone,
    )


def _entry(event: Event, meeting: Meeting, side: Registration | None, now: datetime) -> Entry:
    others = [party.registration for party in meeting.parties if party.registration and party.registration is not side]
    place = meeting.published_place
    return Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        status="CANCELLED" if meeting.state == MeetingState.CANCELLED else "CONFIRMED",
        start=meeting.published_starts_at or now,
        end=meeting.published_ends_at or now,
        zone=event.time_zone,
        stamp=meeting.published_at or now,
        summary=_("Meeting: %(names)s", names=" / ".join(plain(other.organisation.name) for other in others)),
        organizer=Person(name=plain(event.name), address=organiser_address(event)),
        language=language(),
        location=plain(place.name) if place else "",
        link=place.join_url if place else "",
    )
