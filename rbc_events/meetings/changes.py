"""What differs between what participants were told and what the working timetable says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rbc_events.database import Bilingual
from rbc_events.events.models import Place, Slot
from rbc_events.meetings.models import Interpreter, Meeting, MeetingState


class ChangeKind(StrEnum):
    NEW = "new"
    MOVED = "moved"
    PLACE = "place"
    INTERPRETER = "interpreter"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Where:
    """A place as it is called and joined: under another name it is another one to whoever looks for it."""

    number: int | None  # of the event's place; none where the meeting says itself where it is
    name: Bilingual
    join_url: str

    @property
    def own(self) -> bool:
        return self.number is None

    @classmethod
    def at(cls, place: Place | None, own_place: str = "", own_link: str = "") -> "Where | None":
        """One of the event's places, or what a meeting at a time of its own says of where it is."""
        if own_place:
            return cls(None, Bilingual(own_place, own_place), own_link)
        return cls(place.id, place.name, place.join_url) if place is not None else None


@dataclass(frozen=True)
class Appointment:
    """When and where, and who interprets."""

    starts_at: datetime
    ends_at: datetime
    place: Where | None
    interpreter: Interpreter | None


@dataclass(frozen=True)
class Change:
    """A meeting that participants are to be told of. `before` is empty for a new one, `after` for one called off."""

    meeting: Meeting
    kind: ChangeKind
    before: Appointment | None
    after: Appointment | None
    reason: str = ""


def told(meeting: Meeting) -> Appointment | None:
    """What participants were told last."""
    starts_at, ends_at = meeting.published_starts_at, meeting.published_ends_at
    if starts_at is None or ends_at is None:
        return None
    where = Where.at(meeting.published_place, meeting.published_own_place, meeting.published_own_link)
    return Appointment(starts_at, ends_at, where, meeting.published_interpreter)


def planned(meeting: Meeting) -> Appointment | None:
    """What the working timetable says."""
    starts_at, ends_at = meeting.starts_at, meeting.ends_at
    if starts_at is None or ends_at is None or meeting.state != MeetingState.SCHEDULED:
        return None
    where = Where.at(meeting.place, meeting.own_place, meeting.own_link)
    return Appointment(starts_at, ends_at, where, meeting.interpreter)


def run_of(first: Slot, length: int, block: list[Slot]) -> list[Slot]:
    """The slots of a meeting that begins in `first`; fewer than `length` where its block ends before."""
    position = next(number for number, slot in enumerate(block) if slot.id == first.id)
    return block[position : position + length]


def changes_of(meetings: Iterable[Meeting]) -> list[Change]:
    """The changes to announce, in the order given. Meetings that were held or called off have none."""
    found = []
    for meeting in meetings:
        if meeting.open:
            before, after = told(meeting), planned(meeting)
            kind = kind_of_change(before, after)
            if kind is not None:
                found.append(Change(meeting, kind, before, after))
    return found


def kind_of_change(before: Appointment | None, after: Appointment | None) -> ChangeKind | None:
    if before == after:
        return None
    if before is None:
        return ChangeKind.NEW
    if after is None:
        return ChangeKind.CANCELLED
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        return ChangeKind.MOVED
    return ChangeKind.PLACE if before.place != after.place else ChangeKind.INTERPRETER
