"""An event's days drawn as strips: what fills each day, from its first hour to its last."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from math import ceil, floor

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from rbc_events.database import db
from rbc_events.events.models import Block, BlockKind, Event, Slot

Span = tuple[datetime, datetime]
GAP = 0.4  # between two cells, in hundredths of the strip


@dataclass(frozen=True)
class Strip:
    """One day between two full hours, local to the event."""

    day: date
    opens: datetime
    closes: datetime
    paths: dict[BlockKind, str]
    """What is drawn of each kind, as one SVG path 100 wide and 10 high: an event can have hundreds of slots."""


def strips_of(events: Sequence[Event]) -> dict[int, list[Strip]]:
    """{event: its days}; reads the blocks and slots of all at once."""
    numbers = [event.id for event in events]
    db.session.scalars(select(Event).where(Event.id.in_(numbers)).options(selectinload(Event.blocks))).all()
    slots = _slots(numbers)
    return {event.id: _strips(event, slots) for event in events}


def _strips(event: Event, slots: dict[int, list[Span]]) -> list[Strip]:
    """The event's days, all drawn between the same two hours so that they can be compared."""
    if not event.blocks:
        return []
    spans = [(block.starts_at.astimezone(event.zone), block.ends_at.astimezone(event.zone)) for block in event.blocks]
    days = {first.date(): datetime.combine(first.date(), time(), event.zone) for first, _last in spans}
    opens = min(floor(_hours(first, days[first.date()])) for first, _last in spans)
    closes = max(ceil(_hours(last, days[first.date()])) for first, last in spans)
    by_day = groupby(event.blocks, lambda block: block.starts_at.astimezone(event.zone).date())
    return [_strip(days[day], list(blocks), slots, opens, closes) for day, blocks in by_day]


def _slots(events: Sequence[int]) -> dict[int, list[Span]]:
    """When the slots of each block of these events begin and end."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = db.session.execute(select(Slot.block_id, Slot.starts_at, Slot.ends_at).where(Slot.event_id.in_(events)))
    for block, starts_at, ends_at in rows:
        found[block].append((starts_at, ends_at))
    return found


def _hours(moment: datetime, midnight: datetime) -> float:
    return (moment - midnight) / timedelta(hours=1)


def _strip(midnight: datetime, blocks: list[Block], slots: dict[int, list[Span]], opens: int, closes: int) -> Strip:
    """A block of meetings is drawn slot by slot, any other as a whole."""
    hundredth = (closes - opens) / 100
    paths: dict[BlockKind, str] = defaultdict(str)
    for block in blocks:
        top, height = (4, 2) if block.kind == BlockKind.BREAK else (0, 10)
        for first, last in slots.get(block.id) or [(block.starts_at, block.ends_at)]:
            x, width = (_hours(first, midnight) - opens) / hundredth, _hours(last, first) / hundredth
            width = max(width - GAP, GAP)
            paths[block.kind] += f"M{x:.2f} {top}h{width:.2f}v{height}h-{width:.2f}z"
    return Strip(midnight.date(), midnight + timedelta(hours=opens), midnight + timedelta(hours=closes), paths)
