from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.events import operations, places, removing
from rbc_events.events.models import BlockKind, PlaceKind, Slot
from rbc_events.i18n import TOKYO
from tests.factories import make_event

MORNING = datetime(2027, 2, 10, 0, 0, tzinfo=UTC)


def test_a_block_has_slots_of_its_length_with_its_gap(app: Any) -> None:
    event = make_event(slots=0)
    block = operations.add_block(event, starts_at=MORNING, slot_minutes=20, slots=3, gap_minutes=5)
    assert [(slot.starts_at - MORNING) // timedelta(minutes=1) for slot in block.slots] == [0, 25, 50]
    assert block.ends_at - MORNING == timedelta(minutes=70)


def test_a_break_has_no_slots(app: Any) -> None:
    event = make_event(slots=0)
    assert operations.add_block(event, starts_at=MORNING, slot_minutes=60, slots=1, kind=BlockKind.BREAK).slots == []


@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_slots_of_an_event_never_overlap(app: Any, minutes: int) -> None:
    event = make_event(slots=0)
    operations.add_block(event, starts_at=MORNING, slot_minutes=30, slots=1)
    with pytest.raises(operations.SlotsOverlap):
        operations.add_block(event, starts_at=MORNING + timedelta(minutes=minutes), slot_minutes=30, slots=1)


def test_the_database_itself_refuses_a_moved_slot_that_overlaps(app: Any) -> None:
    event = make_event(slots=2)
    with pytest.raises(Exception, match="slots_dont_overlap"):
        db.session.execute(
            update(Slot)
            .where(Slot.id == event.slots[1].id)
            .values(starts_at=event.slots[0].starts_at + timedelta(minutes=1))
        )


@pytest.mark.parametrize(("minutes", "slots"), [(0, 1), (30, 0), (720, 3)])
def test_an_unusable_block_is_refused(app: Any, minutes: int, slots: int) -> None:
    with pytest.raises(operations.UnusableBlock):
        operations.add_block(make_event(slots=0), starts_at=MORNING, slot_minutes=minutes, slots=slots)


@pytest.mark.parametrize(
    ("starts_at", "slots", "refused"),
    [
        (datetime(2027, 2, 8, 9, tzinfo=TOKYO), 1, operations.OutsideDays),
        (datetime(2027, 2, 11, 9, tzinfo=TOKYO), 1, operations.OutsideDays),
        (datetime(2027, 2, 10, 23, tzinfo=TOKYO), 3, operations.PastMidnight),
    ],
)
def test_a_block_lies_within_one_of_the_events_days(
    app: Any, starts_at: datetime, slots: int, refused: type[Exception]
) -> None:
    event = make_event(slots=0)
    with pytest.raises(refused):
        operations.add_block(event, starts_at=starts_at, slot_minutes=30, slots=slots)
    assert event.slots == []


def test_a_block_may_end_at_midnight_and_an_event_without_days_takes_any(app: Any) -> None:
    late = datetime(2027, 2, 10, 23, tzinfo=TOKYO)
    operations.add_block(make_event(slots=0), starts_at=late, slot_minutes=30, slots=2)
    unknown = make_event(slots=0, starts_on=None, ends_on=None)
    assert operations.add_block(unknown, starts_at=MORNING, slot_minutes=30, slots=1).slots


def test_several_places_are_numbered_on(app: Any) -> None:
    event = make_event(tables=0)
    places.add_places(event, kind=PlaceKind.TABLE, name_ja="卓", name_en="Desk", count=2)
    db.session.refresh(event)
    assert [(place.name_ja, place.name_en) for place in event.places] == [("卓1", "Desk 1"), ("卓2", "Desk 2")]
    with pytest.raises(operations.KeyTaken):
        places.add_places(event, kind=PlaceKind.TABLE, name_ja="卓1", name_en="Desk 1")


def test_every_change_of_slots_or_places_counts_a_revision(app: Any) -> None:
    event = make_event(slots=0, tables=0)
    before = event.revision
    block = operations.add_block(event, starts_at=MORNING, slot_minutes=30, slots=1)
    removing.remove_block(block)
    (place,) = places.add_places(event, kind=PlaceKind.ROOM, name_ja="", name_en="Room")
    removing.remove([place], event)
    assert event.revision == before + 4


def test_a_stale_change_of_an_event_is_refused(app: Any) -> None:
    event = make_event()
    with pytest.raises(Conflict):
        operations.update_event(event, seen_version=event.version - 1, hosts=[], name_en="Another")
