"""A published meeting, and what the first side's delegate holds of it, for the tests of what people answer."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings.models import CalendarEntry, Meeting
from tests.meetings.published import make_meeting, publish
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now)
    db.session.commit()
    return meeting


@pytest.fixture
def entry(world: World, meeting: Meeting) -> CalendarEntry:
    address = world.registration.delegates[0].email
    return db.session.scalars(select(CalendarEntry).where(CalendarEntry.recipient == address)).one()
