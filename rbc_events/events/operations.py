"""What can be done with programmes and events. Functions flush; the route commits."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Block, BlockKind, Event, Slot


class SlotsOverlap(Conflict):
    message = _l("These slots overlap slots that the event has already.")


class UnusableBlock(Unacceptable):
    message = _l("A block needs at least one slot, and a day has 24 hours.")


def touch(event: Event) -> None:
    """Count a change to what the scheduler reads, so that a plan made before it is not applied.

    Done in SQL, so that two people at once count two changes.
    """
    db.session.flush()
    db.session.execute(update(Event).where(Event.id == event.id).values(revision=Event.revision + 1))
    db.session.refresh(event, ["revision"])


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
        SlotsOverlap: the event has a slot at that time.
    """
    length = timedelta(minutes=slot_minutes)
    step = length + timedelta(minutes=gap_minutes)
    if slots < 1 or slot_minutes < 5 or gap_minutes < 0 or step * slots > timedelta(hours=24):
        raise UnusableBlock
    ends_at = starts_at + step * (slots - 1) + length
    block = Block(event=event, kind=kind, starts_at=starts_at, ends_at=ends_at, name_ja=name_ja, name_en=name_en)
    with conflict_as(SlotsOverlap, "slots"):
        db.session.add(block)
        if kind == BlockKind.MEETINGS:
            for number in range(slots):
                begins = starts_at + step * number
                block.slots.append(Slot(event=event, starts_at=begins, ends_at=begins + length))
    touch(event)
    return block
