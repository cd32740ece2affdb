"""This year's event like last year's, and a day like another. Functions flush; the route commits."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from rbc_events.database import conflict_as, db
from rbc_events.events.models import Block, Event, MeetingRule, Place, PlaceClosure, Programme, Slot
from rbc_events.events.operations import KeyTaken, SlotsOverlap, add_block, require_day, touch
from rbc_events.events.removing import remove_block

# What is the event's own alone, or of the people who made it.
NOT_COPIED = frozenset(
    {"id", "key", "version", "revision", "published_at", "visible", "is_sample", "sample_note_ja", "sample_note_en"}
    | {"source", "programme_id", "starts_on", "name_ja", "name_en"}
)
DAYS = ("ends_on", "pitch_on")
MOMENTS = ("registration_opens_at", "registration_closes_at", "requests_close_at")


@dataclass(frozen=True)
class Copying:
    """One copy being made. `shift`: from the event's first day to the copy's; `people`: whether its people go along."""

    event: Event
    copy: Event
    shift: timedelta
    people: bool
    now: datetime


Copies = Callable[[Copying], None]
COPIES: list[Copies] = []


def copies(function: Copies) -> Copies:
    """Have the copying of an event call this: for what later features keep of it."""
    COPIES.append(function)
    return function


def copy_event(
    event: Event,
    *,
    programme: Programme,
    key: str,
    name_ja: str,
    name_en: str,
    starts_on: date | None,
    people: bool,
    now: datetime,
) -> Event:
    """Add an event like another: with its settings, days, places and rules, moved to another first day. It isn't
    announced yet, and nobody is told.

    Raises:
        KeyTaken: another event has the key.
    """
    shift = (starts_on - event.starts_on) if starts_on and event.starts_on else timedelta()
    fields = {each.key: getattr(event, each.key) for each in Event.__table__.columns if each.key not in NOT_COPIED}
    fields |= {name: fields[name] + shift if fields[name] else None for name in (*DAYS, *MOMENTS)}
    fields["hosts"] = list(event.hosts)
    copy = Event(programme=programme, key=key, name_ja=name_ja, name_en=name_en, starts_on=starts_on, **fields)
    with conflict_as(KeyTaken, "events.key", "uq_events_key"):
        db.session.add(copy)
    _copy_parts(event, copy, shift)
    for copies_more in COPIES:
        copies_more(Copying(event, copy, shift, people, now))
    touch(copy)
    return copy


def _copy_parts(event: Event, copy: Event, shift: timedelta) -> None:
    with db.session.no_autoflush:
        for block in event.blocks:
            _copy_block(block, copy, shift)
    for place in event.places:
        names = ("kind", "name_ja", "name_en", "join_url", "capacity", "position", "open")
        copied = Place(**{name: getattr(place, name) for name in names})
        copied.closures = [
            PlaceClosure(starts_at=_moved(each.starts_at, copy, shift), ends_at=_moved(each.ends_at, copy, shift))
            for each in place.closures
        ]
        copy.places.append(copied)
    for rule in event.meeting_rules:
        fields = {name: getattr(rule, name) for name in ("one_by", "one", "other_by", "other", "together")}
        copy.meeting_rules.append(MeetingRule(**fields))
    db.session.flush()


def _copy_block(block: Block, event: Event, shift: timedelta) -> Block:
    made = Block(
        event=event,
        kind=block.kind,
        starts_at=_moved(block.starts_at, event, shift),
        ends_at=_moved(block.ends_at, event, shift),
        name_ja=block.name_ja,
        name_en=block.name_en,
    )
    for slot in block.slots:
        starts, ends = _moved(slot.starts_at, event, shift), _moved(slot.ends_at, event, shift)
        made.slots.append(Slot(event=event, starts_at=starts, ends_at=ends))
    db.session.add(made)
    return made


def _moved(moment: datetime, event: Event, shift: timedelta) -> datetime:
    """The same time by the event's own clock, other days: clocks may have been changed meanwhile."""
    local = moment.astimezone(event.zone).replace(tzinfo=None)
    return (local + shift).replace(tzinfo=event.zone)


def copy_day(event: Event, day: date, to: date) -> int:
    """Give another day of the event the blocks that this one has; returns how many.

    Raises:
        OutsideDays: the event doesn't have that day.
        SlotsOverlap: it has slots at such a time already.
    """
    require_day(event, to)
    blocks = [block for block in event.blocks if block.starts_at.astimezone(event.zone).date() == day]
    with conflict_as(SlotsOverlap, "slots"), db.session.no_autoflush:
        for block in blocks:
            _copy_block(block, event, to - day)
    touch(event)
    return len(blocks)


def change_block(
    block: Block, *, starts_at: datetime, slot_minutes: int, slots: int, gap_minutes: int, name_ja: str, name_en: str
) -> None:
    """Give a block another name, or other slots in the place of those that it has.

    Raises:
        SlotsInUse: meetings are placed in its slots, which would change.
        UnusableBlock, OutsideDays, PastMidnight, SlotsOverlap: see `operations.add_block`.
    """
    if plan_of(block) == (starts_at, slot_minutes, slots, gap_minutes):
        block.name_ja, block.name_en = name_ja, name_en
        db.session.flush()
        return
    event, kind = block.event, block.kind
    with db.session.begin_nested():
        remove_block(block)
        add_block(
            event,
            starts_at=starts_at,
            slot_minutes=slot_minutes,
            slots=slots,
            gap_minutes=gap_minutes,
            kind=kind,
            name_ja=name_ja,
            name_en=name_en,
        )


def plan_of(block: Block) -> tuple[datetime, int, int, int]:
    """When a block begins, the minutes of a slot, the number of slots, the minutes between them."""
    slots = sorted(block.slots, key=lambda slot: slot.starts_at)
    first_ends = slots[0].ends_at if slots else block.ends_at
    gap = slots[1].starts_at - slots[0].ends_at if len(slots) > 1 else timedelta()
    minutes = timedelta(minutes=1)
    return block.starts_at, (first_ends - block.starts_at) // minutes, max(len(slots), 1), gap // minutes


def suggested(event: Event) -> dict[str, object]:
    """What next year's event is likely called and when it begins: the same weekday 52 weeks later."""
    return {
        "key": _next_year(event.key) if _next_year(event.key) != event.key else f"{event.key}-2",
        "name_ja": _next_year(event.name_ja),
        "name_en": _next_year(event.name_en),
        "starts_on": event.starts_on + timedelta(weeks=52) if event.starts_on else None,
    }


def _next_year(text: str) -> str:
    """The text with each year, or Japanese era's year, one later."""
    later = re.sub(r"(?<!\d)(20\d\d)(?!\d)", lambda found: str(int(found[1]) + 1), text)
    return re.sub(r"(令和|第)(\d{1,3})(年度?|回)", lambda found: f"{found[1]}{int(found[2]) + 1}{found[3]}", later)


def programmes_for(event: Event) -> Sequence[Programme]:
    """Where a copy may belong: the newest programmes first, of the same kind before others."""
    rows = db.session.scalars(select(Programme).order_by(Programme.fiscal_year.desc(), Programme.id.desc())).all()
    return sorted(rows, key=lambda programme: programme.kind != event.programme.kind)
