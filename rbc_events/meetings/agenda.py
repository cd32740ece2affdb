"""The agenda of a person or an organisation: what is published, and what still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from rbc_events.accounts.models import User
from rbc_events.events.models import Event
from rbc_events.meetings import queries
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


def of_interpreter(user: User, event: Event) -> Agenda:
    return Agenda(queries.agenda_of_interpreter(user, event), [], None)


def of_coordinator(user: User, event: Event) -> Agenda:
    return Agenda(queries.agenda_of_coordinator(user, event), [], None)


def of_sides(sides: Sequence[Registration]) -> Agenda:
    found = queries.agenda_of_registrations(sides)
    told = [meeting for meeting in found if meeting.published_starts_at is not None]
    waiting = [meeting for meeting in found if meeting.published_starts_at is None]
    return Agenda(told, waiting, sides[0])
