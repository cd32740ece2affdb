"""What can be done with programmes and events. Functions flush; the route commits."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from rbc_events import i18n
from rbc_events.database import conflict_as, db, require_version
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import (
    Block,
    BlockKind,
    Event,
    MeetingRule,
    Programme,
    Region,
    RegionKind,
    RuleBy,
    Sector,
    Slot,
)


class KeyTaken(Conflict):
    message = _l("This short name is taken.")


class SlotsOverlap(Conflict):
    message = _l("These slots overlap slots that the event has already.")


class UnusableBlock(Unacceptable):
    message = _l("A block needs at least one slot, and a day has 24 hours.")


class PastMidnight(UnusableBlock):
    message = _l("The block would end after midnight. Please give each day blocks of its own.")


class OutsideDays(UnusableBlock):
    """A block would lie on a day that the event doesn't have."""


class BlocksOutside(Unacceptable):
    """The event would lose days on which blocks are planned."""


def create_programme(**fields: Any) -> Programme:
    """Add a programme.

    Raises:
        KeyTaken: another programme has the key.
    """
    programme = Programme(**fields)
    with conflict_as(KeyTaken, "programmes.key", "uq_programmes_key"):
        db.session.add(programme)
    return programme


def update_programme(programme: Programme, *, seen_version: int | None, **fields: Any) -> None:
    """Change a programme.

    Raises:
        Conflict: it was changed since `seen_version`.
        KeyTaken: another programme has the key.
    """
    require_version(programme, seen_version)
    with conflict_as(KeyTaken, "programmes.key", "uq_programmes_key"):
        _assign(programme, fields)


def create_event(programme: Programme, *, hosts: Sequence[Region], **fields: Any) -> Event:
    """Add an event to a programme, at which the foreign companies and the region's organisations meet each other.

    Raises:
        KeyTaken: another event has the key.
    """
    event = Event(programme=programme, hosts=list(hosts), **fields)
    event.meeting_rules.append(usual_rule())
    with conflict_as(KeyTaken, "events.key", "uq_events_key"):
        db.session.add(event)
    return event


def usual_rule() -> MeetingRule:
    """The programmes bring foreign companies and the region's organisations together, not either side with itself."""
    return MeetingRule(one_by=RuleBy.SIDE, one="foreign", other_by=RuleBy.SIDE, other="local", together=True)


def update_event(event: Event, *, seen_version: int | None, hosts: Sequence[Region], **fields: Any) -> None:
    """Change an event.

    Raises:
        Conflict: it was changed since `seen_version`.
        KeyTaken: another event has the key.
        BlocksOutside: blocks are planned on days that the event would no longer have.
    """
    require_version(event, seen_version)
    _require_days_of_blocks(event, fields)
    with conflict_as(KeyTaken, "events.key", "uq_events_key"):
        event.hosts = list(hosts)
        _assign(event, fields)
    touch(event)


def _require_days_of_blocks(event: Event, fields: dict[str, Any]) -> None:
    first, last = fields.get("starts_on", event.starts_on), fields.get("ends_on", event.ends_on)
    zone = ZoneInfo(fields.get("time_zone", event.time_zone))
    days = [block.starts_at.astimezone(zone).date() for block in event.blocks]
    outside = [day for day in days if not _lies_within(day, first, last)]
    if outside:
        raise BlocksOutside(
            _l("Blocks are planned on %(day)s. Remove them under “Days and slots” first.", day=i18n.day(min(outside)))
        )


def _lies_within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day belongs to an event; one whose days aren't known yet may have any."""
    last = last or first
    return (first is None or first <= day) and (last is None or day <= last)


def _assign(row: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def touch(event: Event) -> None:
    """Count a change to what the scheduler reads, so that a plan made before it is not applied.

    Done in SQL, so that two people at once count two changes.
    """
    db.session.flush()
    counted = update(Event).where(Event.id == event.id).values(revision=Event.revision + 1).returning(Event.revision)
    set_committed_value(event, "revision", db.session.scalar(counted.execution_options(synchronize_session=False)))


def add_block(
    event: Event,
    *,
    starts_at: datetime,
    slot_minutes: int,
    slots: int,
    gap_minutes: int = 0,
    kind: BlockKind = BlockKind.MEETINGS,
    name_ja: str = "",
    name_en: str = "",
) -> Block:
    """Add `slots` slots of `slot_minutes`, `gap_minutes` apart; breaks and programme blocks have none.

    Raises:
        UnusableBlock: no slot, or longer than a day.
        OutsideDays: not on one of the event's days.
        PastMidnight: it would end on the next day.
        SlotsOverlap: the event has a slot at that time.
    """
    length = timedelta(minutes=slot_minutes)
    step = length + timedelta(minutes=gap_minutes)
    if slots < 1 or slot_minutes < 5 or gap_minutes < 0 or step * slots > timedelta(hours=24):
        raise UnusableBlock
    ends_at = starts_at + step * (slots - 1) + length
    _require_one_day(event, starts_at, ends_at)
    block = Block(event=event, kind=kind, starts_at=starts_at, ends_at=ends_at, name_ja=name_ja, name_en=name_en)
    with conflict_as(SlotsOverlap, "slots"):
        db.session.add(block)
        if kind == BlockKind.MEETINGS:
            for number in range(slots):
                begins = starts_at + step * number
                block.slots.append(Slot(event=event, starts_at=begins, ends_at=begins + length))
    touch(event)
    return block


def _require_one_day(event: Event, starts_at: datetime, ends_at: datetime) -> None:
    """Breaks and rest are counted by day: a block lies within one, of the event's, by the event's own clock."""
    first, last = starts_at.astimezone(event.zone), ends_at.astimezone(event.zone)
    require_day(event, first.date())
    if (last - timedelta(microseconds=1)).date() != first.date():
        raise PastMidnight


def require_day(event: Event, day: date) -> None:
    """Raises OutsideDays where the event doesn't have this day."""
    if not _lies_within(day, event.starts_on, event.ends_on):
        days = i18n.days_between(event.starts_on, event.ends_on)
        raise OutsideDays(_l("This day is not one of the event's (%(days)s).", days=days))


def announce(event: Event) -> None:
    """Let everybody see the event. Its registration opens and closes at its own times."""
    event.visible = True
    touch(event)


def add_sector(*, key: str, name_ja: str, name_en: str) -> Sector:
    """Add a sector.

    Raises:
        KeyTaken
    """
    sector = Sector(key=key, name_ja=name_ja, name_en=name_en)
    with conflict_as(KeyTaken, "sectors.key", "uq_sectors_key"):
        db.session.add(sector)
    return sector


def add_region(*, code: str, name_ja: str, name_en: str, name_kana: str, parent_code: str | None) -> Region:
    """Add a municipality of a prefecture, or a prefecture.

    Raises:
        KeyTaken: a region has this code.
    """
    kind = RegionKind.MUNICIPALITY if parent_code else RegionKind.PREFECTURE
    names = {"name_ja": name_ja, "name_en": name_en, "name_kana": name_kana or ""}
    if db.session.get(Region, code) is not None:
        raise KeyTaken
    region = Region(code=code, kind=kind, parent_code=parent_code, **names)
    db.session.add(region)
    db.session.flush()
    return region


def rename(row: Sector | Region, **fields: Any) -> None:
    """Change what a sector or region is called, or where a region lies."""
    _assign(row, fields)
    db.session.flush()
