"""Whose agenda a person sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.events.access import may_manage
from rbc_events.events.models import Event
from rbc_events.i18n import select_zone
from rbc_events.meetings import queries
from rbc_events.meetings.access import own_registrations
from rbc_events.meetings.queries import AgendaRow
from rbc_events.registration.models import Registration


@dataclass(frozen=True)
class Agenda:
    """The published meetings of an organisation, an interpreter or a coordinator, and those that wait for a time."""

    meetings: Sequence[AgendaRow]
    waiting: Sequence[AgendaRow]
    side: Registration | None  # whose agenda it is, if it is an organisation's

    def days(self, zone: ZoneInfo) -> dict[date, list[AgendaRow]]:
        """The meetings by the day on which they begin in a zone."""
        days: dict[date, list[AgendaRow]] = {}
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
