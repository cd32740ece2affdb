"""The scheduling problem of an event: what the scheduler reads, and the working timetable as the plan that stands.

Identifiers: s12 a slot, p3 a place, o45 an organisation (its registration), u6 a coordinator, i7 an interpreter, m89 a
meeting.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db, in_batches
from rbc_events.events.models import Event, Place, PlaceKind, Slot
from rbc_events.events.queries import closed_slots
from rbc_events.meetings.models import (
    Booking,
    Interpreter,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
)
from rbc_events.registration.models import Organisation, Registration
from rbc_events.registration.participation import taking_part
from rbc_events.scheduling import problem as core
from rbc_events.timetable.aims import USUAL, Aims
from rbc_events.timetable.conditions import EVERY_ORGANISATION, conditions_of, groups_of, newcomers
from rbc_events.timetable.elsewhere import Elsewhere, Standing, engagements, standing_then, taken, taken_from
from rbc_events.timetable.nearby import Nearby
from rbc_events.timetable.rivals import rivals_among

DECENT_HOURS = (time(8), time(20))
"""The local hours that suit somebody who meets online."""


COST_OF_SOON = ((timedelta(days=2), 10), (timedelta(days=7), 5))
"""What changing a meeting costs of which participants were told, if it begins so soon."""


def build_problem(
    event: Event,
    *,
    now: datetime,
    keep_published: bool = False,
    aims: Aims = USUAL,
    near: Nearby | None = None,
    meetings: Sequence[Meeting] | None = None,
    engaged: Elsewhere | None = None,
    for_run: bool = False,
) -> core.Problem:
    """Everything that a timetable of the event is made from, as of now. Meetings that were held stay where they were.

    `keep_published`: so do those that participants have been told of. `near`: of its meetings these, with the
    organisations in them and those that have a booth. `meetings`, and `engaged`, what those at other events take:
    where they have been read already. `for_run`: the solver knows one capacity for all slots, so who has one meeting
    elsewhere is free then for no other, however many it can hold at once; except where it stands already.
    """
    slots, to_come = list(event.slots), _still_open(event.slots, now)
    meetings = meetings or meetings_to_schedule(event, near.meetings if near is not None else None)
    engaged = engaged or engagements(event, None if near is None else meetings)
    stands = standing_then(meetings, slots) if for_run else None
    interpreters = interpreters_of(event) if near is None or near.interpreted else ()
    parties = tuple(_parties(event, slots, meetings, engaged, stands, whole=near is None))
    asked, hours = conditions_of(event), _hours_of_places(event, slots)
    places = [place for place in event.places if place.open]
    there = _identifiers(m=meetings, s=slots, p=places, i=interpreters)
    return core.Problem(
        slots=tuple(_slot(slot, event) for slot in slots),
        parties=tuple(map(asked.party, parties)),
        requests=tuple(asked.request(_request(meeting, to_come), there) for meeting in meetings),
        places=tuple(_place(place, hours.get(place.id)) for place in places),
        interpreters=tuple(asked.interpreter(_interpreter(person, slots, engaged)) for person in interpreters),
        reserved=asked.reserved,
        standing=tuple(standing(event, meetings, now=now, keep_published=keep_published)),
        rivals=tuple(_rivals(event, parties)),
        floors=(*aims.floors, *asked.floors),
        levels=aims.levels,
        fairness=aims.fairness,
    )


def _identifiers(**rows: Iterable[Any]) -> frozenset[str]:
    return frozenset(f"{letter}{row.id}" for letter, some in rows.items() for row in some)


def meetings_to_schedule(event: Event, only: Collection[int] | None = None) -> Sequence[Meeting]:
    """All meetings (or `only` these) that the timetable places, with their parties and priorities."""
    statement = (
        select(Meeting)
        .where(Meeting.event_id == event.id, Meeting.state != MeetingState.CANCELLED)
        .where(true() if only is None else Meeting.id.in_(only), of_timetable())
        .options(selectinload(Meeting.parties), joinedload(Meeting.request).selectinload(MeetingRequest.parties))
        .order_by(Meeting.id)
    )
    return db.session.scalars(statement).all()


def of_timetable() -> ColumnElement[bool]:
    """Meetings that the timetable places: not those at times of their own."""
    return or_(Meeting.starts_at.is_(None), Meeting.slot_id.is_not(None))


def interpreters_of(event: Event) -> Sequence[Interpreter]:
    statement = select(Interpreter).where(Interpreter.event_id == event.id)
    return db.session.scalars(statement.options(selectinload(Interpreter.unavailable)).order_by(Interpreter.id)).all()


def standing(
    event: Event, meetings: Sequence[Meeting], *, now: datetime, keep_published: bool = False
) -> Iterable[core.Meeting]:
    """The working timetable. A place that has been closed is left open, so that another one is found."""
    lanes = lanes_of_places([meeting.id for meeting in meetings if meeting.slot_id is not None])
    open_places = {place.id for place in event.places if place.open}
    for meeting in meetings:
        if meeting.slot_id is None:
            continue
        told = keep_published and meeting.published_starts_at is not None
        usable = meeting.place_id in open_places
        yield core.Meeting(
            request=f"m{meeting.id}",
            slot=f"s{meeting.slot_id}",
            place=f"p{meeting.place_id}" if usable else "",
            number=lanes.get(meeting.id, 0) + 1 if usable else 0,
            interpreter=f"i{meeting.interpreter_id}" if meeting.interpreter_id and meeting.needs_interpreter else "",
            pinned=meeting.pinned or told or meeting.state in (MeetingState.HELD, MeetingState.NO_SHOW),
            change_cost=cost_of_changing(meeting, now=now),
        )


def cost_of_changing(meeting: Meeting, *, now: datetime) -> int:
    """What it costs to change a meeting: 1 where nobody was told of it, 2 where they were, more the sooner it is."""
    if meeting.published_starts_at is None:
        return 1
    return next((cost for within, cost in COST_OF_SOON if meeting.published_starts_at - now <= within), 2)


def lanes_of_places(meetings: Sequence[int]) -> dict[int, int]:
    """Which of a place's tables each meeting takes, counted from 0."""
    statement = select(Booking.meeting_id, Booking.lane).where(Booking.place_id.is_not(None))
    found: dict[int, int] = {}
    for some in in_batches(meetings):
        found.update(iter(db.session.execute(statement.where(Booking.meeting_id.in_(some)))))
    return found


def _still_open(slots: Sequence[Slot], now: datetime) -> frozenset[str] | None:
    """The slots in which a meeting may begin. An event that is over can still be written down, so then: all."""
    to_come = [slot for slot in slots if slot.starts_at > now]
    return frozenset(f"s{slot.id}" for slot in to_come) if to_come and len(to_come) < len(slots) else None


def _slot(slot: Slot, event: Event) -> core.Slot:
    day = slot.starts_at.astimezone(event.zone).date().isoformat()
    return core.Slot(f"s{slot.id}", slot.starts_at, slot.ends_at, day=day, block=str(slot.block_id))


def _hours_of_places(event: Event, slots: Sequence[Slot]) -> dict[int, frozenset[str]]:
    """The slots in which those places can be used that are closed in some."""
    every = {slot.id for slot in slots}
    return {
        place: frozenset(f"s{slot}" for slot in every - closed) for place, closed in closed_slots(event, slots).items()
    }


def _place(place: Place, open_in: frozenset[str] | None) -> core.Place:
    """Tables and booths stand in one hall; each room is a room of its own; virtual rooms are one click apart."""
    kind = {PlaceKind.ROOM: "room", PlaceKind.VIRTUAL: "virtual"}.get(place.kind, "table")
    room = {PlaceKind.ROOM: f"room {place.id}", PlaceKind.VIRTUAL: "online"}.get(place.kind, "hall")
    return core.Place(f"p{place.id}", kind=kind, number=place.capacity, room=room, slots=open_in)


def _parties(
    event: Event,
    slots: Sequence[Slot],
    meetings: Iterable[Meeting],
    engaged: Elsewhere,
    stands: Standing | None,
    *,
    whole: bool,
) -> Iterable[core.Party]:
    """Whoever takes part, or belongs to a meeting: who withdrew after one was held still does. Then coordinators.

    Not the `whole` event: those in these meetings, and those that have a booth, where nobody else is put.
    """
    sides = [side for meeting in meetings for side in meeting.parties]
    meet = select(MeetingParty.registration_id).join(MeetingParty.meeting)
    meet = meet.where(Meeting.event_id == event.id, Meeting.state != MeetingState.CANCELLED)
    belongs = or_(taking_part(), Registration.id.in_(meet))
    near = or_(Registration.id.in_({side.registration_id for side in sides}), Registration.booth_id.is_not(None))
    statement = (
        select(Registration)
        .where(Registration.event_id == event.id, belongs, true() if whole else near)
        .options(
            joinedload(Registration.organisation).joinedload(Organisation.profile),
            joinedload(Registration.booth),
            selectinload(Registration.unavailable),
        )
        .order_by(Registration.id)
    )
    new = newcomers(event)
    yield from (_organisation(side, event, slots, new, engaged, stands) for side in db.session.scalars(statement))
    people = sorted({side.user_id for side in sides if side.user_id is not None})
    for number in people:
        yield core.Party(f"u{number}", available=_free(slots, taken(engaged.of("people", number), slots)))


def _rivals(event: Event, parties: Iterable[core.Party]) -> Iterable[tuple[str, str]]:
    there = {int(party.id[1:]) for party in parties if EVERY_ORGANISATION in party.groups}
    return ((f"o{first}", f"o{second}") for first, second in rivals_among(event, there))


def _organisation(
    side: Registration,
    event: Event,
    slots: Sequence[Slot],
    new: Collection[int],
    engaged: Elsewhere,
    stands: Standing | None,
) -> core.Party:
    profile, booth = side.organisation.profile, side.booth
    away = taken_from(side, slots, engaged, stands)
    return core.Party(
        f"o{side.id}",
        available=_free(slots, away | {row.slot_id for row in side.unavailable}),
        capacity=side.capacity,
        most_per_day=side.most_per_day,
        room_change=event.changeover_minutes,
        languages=frozenset(profile.languages),
        time_zone=profile.time_zone,
        decent_hours=DECENT_HOURS if side.attends == "online" else None,
        booth=f"p{booth.id}" if booth is not None and booth.open and booth.event_id == event.id else "",
        groups=groups_of(side, new) | {EVERY_ORGANISATION},
    )


def _free(slots: Sequence[Slot], unavailable: set[int]) -> frozenset[str] | None:
    return frozenset(f"s{slot.id}" for slot in slots if slot.id not in unavailable) if unavailable else None


def _interpreter(person: Interpreter, slots: Sequence[Slot], engaged: Elsewhere) -> core.Interpreter:
    """Minutes become slots by the event's longest slot, so that nobody works longer than agreed."""
    longest = max((slot.ends_at - slot.starts_at for slot in slots), default=timedelta(minutes=30))
    minutes = max(int(longest.total_seconds() // 60), 1)
    away = taken(engaged.of("people", person.user_id), slots)
    return core.Interpreter(
        f"i{person.id}",
        pairs=person.language_pairs,
        available=_free(slots, away | {row.slot_id for row in person.unavailable}),
        longest_run=max(person.longest_run_minutes // minutes, 1) if person.rest_minutes else None,
        rest=max(-(-person.rest_minutes // minutes), 1),
        most_per_day=max(person.most_minutes // minutes, 1),
    )


def _request(meeting: Meeting, open_slots: frozenset[str] | None) -> core.Request:
    fixed = meeting.slot_id is not None and open_slots is not None
    return core.Request(
        f"m{meeting.id}",
        parties=tuple(f"o{p.registration_id}" if p.registration_id else f"u{p.user_id}" for p in meeting.parties),
        weight=weight_of(meeting),
        must_have=meeting.must,
        length=meeting.length,
        slots=open_slots | {f"s{meeting.slot_id}"} if fixed and open_slots is not None else open_slots,
        mode="online" if meeting.online else "in_person",
        interpreter=meeting.needs_interpreter,
    )


def weight_of(meeting: Meeting) -> int:
    """Each side's priority, high 3 and low 1, added up: 2 to 6. Without a request, two medium ones: 4."""
    if meeting.request is None:
        return 4
    return sum(4 - party.priority for party in meeting.request.parties)
