"""The conditions of an event's timetable as the scheduler's problem takes them, and setting them. Functions flush."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, or_, select

from rbc_events.database import Bilingual, conflict_as, db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, Region, Sector
from rbc_events.events.operations import touch
from rbc_events.registration.models import Organisation, Profile, Registration
from rbc_events.registration.participation import taking_part
from rbc_events.scheduling import problem as core
from rbc_events.timetable.condition_models import (
    BlockLimit,
    CoordinatorLimit,
    LeastMeetings,
    MeetingOrder,
    MeetingWish,
    OfEvent,
    OrganisationLimit,
    RoomChange,
)

Row = TypeVar("Row", bound=OfEvent)
EVERY_ORGANISATION = "organisations"
"""The group to which a floor applies: coordinators who sit in are parties too, but need no meetings."""
NEWCOMER = "newcomer"
"""The group of organisations that take part for the first time."""


class SetAlready(Conflict):
    message = _l("There is such a condition already. Remove it first.")


def add_condition(event: Event, row: OfEvent) -> None:
    """From now on the timetable is made under one condition more.

    Raises:
        SetAlready
    """
    row.event_id = event.id
    with conflict_as(SetAlready, *SET_ONCE):
        db.session.add(row)
    touch(event)


SET_ONCE = (
    "least_meetings.event_id", "uq_least_meetings_event_id_of_group_each",
    "meeting_orders.first_id", "uq_meeting_orders_first_id_second_id",
    "organisation_limits.registration_id", "uq_organisation_limits_registration_id",
    "coordinator_limits.user_id", "uq_coordinator_limits_user_id_block_id",
    "room_changes.event_id", "uq_room_changes_event_id_whose",
)  # fmt: skip
"""What the two databases call the constraints by which a condition stands once."""


def remove_condition(event: Event, row: OfEvent) -> None:
    """The timetable is made without it again."""
    db.session.delete(row)
    touch(event)


def rows_of(event: Event, kind: type[Row]) -> Sequence[Row]:
    """An event's conditions of one kind."""
    return db.session.scalars(select(kind).where(kind.event_id == event.id).order_by(kind.id)).all()


def groups_of(side: Registration, newcomers: Iterable[int]) -> frozenset[str]:
    """The groups of an organisation: its region, its sector, and whether it takes part for the first time."""
    organisation = side.organisation
    groups = {f"region:{organisation.region_code}"} if organisation.region_code else set()
    groups |= {f"sector:{organisation.profile.sector_id}"} if organisation.profile.sector_id else set()
    return frozenset(groups | ({NEWCOMER} if side.organisation_id in newcomers else set()))


def newcomers(event: Event) -> frozenset[int]:
    """The organisations of an event that were at no other."""
    elsewhere = select(Registration.organisation_id).where(Registration.event_id != event.id, taking_part())
    here = select(Registration.organisation_id).where(Registration.event_id == event.id)
    return frozenset(db.session.scalars(here.where(Registration.organisation_id.not_in(elsewhere))))


def ordered_with(meeting: int) -> frozenset[int]:
    """The meetings that come before or after one."""
    pairs = select(MeetingOrder.first_id, MeetingOrder.second_id)
    near = or_(MeetingOrder.first_id == meeting, MeetingOrder.second_id == meeting)
    return frozenset(number for pair in db.session.execute(pairs.where(near)) for number in pair) - {meeting}


@dataclass(frozen=True)
class Conditions:
    """An event's conditions, as they change the parts of the scheduler's problem."""

    reserved: tuple[core.Reserved, ...] = ()
    floors: tuple[core.Floor, ...] = ()
    parties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    requests: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    minutes: Mapping[str, int] = field(default_factory=dict)

    def party(self, party: core.Party) -> core.Party:
        """A party within its limits; hours are taken off those that it has."""
        limits = dict(self.parties.get(party.id, {}))
        away = limits.pop("away", None)
        if away is not None:
            limits["available"] = away if party.available is None else party.available & away
        if party.id.startswith("o") and "organisations" in self.minutes:
            limits["room_change"] = self.minutes["organisations"]
        return replace(party, **limits)

    def interpreter(self, person: core.Interpreter) -> core.Interpreter:
        """An interpreter with the time that it takes from room to room."""
        return replace(person, room_change=self.minutes.get("interpreters", 0))

    def request(self, request: core.Request, there: frozenset[str]) -> core.Request:
        """A request with its order and wishes, as far as what they name is `there`."""
        asked = self.requests.get(request.id, {})
        return replace(request, **{name: type(names)(each for each in names if each in there)
                                   for name, names in asked.items()})  # fmt: skip


def conditions_of(event: Event) -> Conditions:
    """What is set for an event; for most nothing is, which one question tells."""
    kinds: Sequence[Any] = OfEvent.__subclasses__()
    if not db.session.scalar(select(or_(*(exists().where(kind.event_id == event.id) for kind in kinds)))):
        return Conditions()
    return Conditions(
        reserved=tuple(_reserved(event)),
        floors=tuple(
            core.Floor(row.of_group or EVERY_ORGANISATION, row.least, row.each) for row in rows_of(event, LeastMeetings)
        ),
        parties=_limits(event),
        requests=_asked(event),
        minutes={row.whose: row.minutes for row in rows_of(event, RoomChange)},
    )


def _reserved(event: Event) -> Iterator[core.Reserved]:
    slots = _slots_of_blocks(event)
    for row in rows_of(event, BlockLimit):
        if row.block_id in slots:
            kinds, groups = filter(None, [row.place_kind]), filter(None, [row.of_group])
            yield core.Reserved(slots[row.block_id], row.mode, frozenset(kinds), frozenset(groups))


def _slots_of_blocks(event: Event) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for slot in event.slots:
        found[slot.block_id].add(f"s{slot.id}")
    return {block: frozenset(slots) for block, slots in found.items()}


def _limits(event: Event) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows_of(event, OrganisationLimit):
        limits = {"least": row.least or 0, "most": row.most, "longest_run": row.longest_run}
        found[f"o{row.registration_id}"] = limits
    slots, every = _slots_of_blocks(event), frozenset(f"s{slot.id}" for slot in event.slots)
    for limit in rows_of(event, CoordinatorLimit):
        of = found[f"u{limit.user_id}"]
        if limit.most_per_day is not None:
            of["most_per_day"] = min(limit.most_per_day, of.get("most_per_day", limit.most_per_day))
        if limit.block_id is not None:
            of["away"] = of.get("away", every) - slots.get(limit.block_id, frozenset())
    return found


def _asked(event: Event) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for order in rows_of(event, MeetingOrder):
        asked = found[f"m{order.second_id}"]
        asked["after"] = (*asked.get("after", ()), f"m{order.first_id}")
    for wish in rows_of(event, MeetingWish):
        wished = ("wished_slots", "s", wish.slot_id), ("wished_places", "p", wish.place_id)
        for name, letter, number in (*wished, ("wished_interpreters", "i", wish.interpreter_id)):
            if number is not None:
                asked = found[f"m{wish.meeting_id}"]
                asked[name] = asked.get(name, frozenset()) | {f"{letter}{number}"}
    return found


def groups_there(event: Event) -> dict[str, Bilingual]:
    """The regions and sectors of an event's organisations, as `groups_of` names them, with their own names."""
    here = select(Organisation.id).join(Registration).where(taking_part(event))
    regions = select(Organisation.region_code).where(Organisation.id.in_(here))
    sectors = select(Profile.sector_id).where(Profile.organisation_id.in_(here))
    found = {
        f"region:{region.code}": region.name
        for region in db.session.scalars(select(Region).where(Region.code.in_(regions)).order_by(Region.code))
    }
    for sector in db.session.scalars(select(Sector).where(Sector.id.in_(sectors)).order_by(Sector.id)):
        found[f"sector:{sector.id}"] = sector.name
    return found
