"""One record of what goes on between organisations, however many report it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.meetings.models import MeetingState
from rbc_events.partial_dates import Precision
from rbc_events.relationships import merging, operations
from rbc_events.relationships.models import NoteAudience, Relationship, RelationshipState, StageKind
from rbc_events.relationships.queries import held_without_relationship
from tests.factories import make_organisation
from tests.meetings.published import make_meeting, put_in_slot
from tests.world import World

TEN = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)


def begin(world: World, now: datetime, *more: Any) -> Relationship:
    parties = [world.registration.organisation, world.counterpart.organisation, *more]
    return operations.find_or_begin(parties, actor=world.people["coordinator"], now=now)


def hold(world: World, uid: str = "uid-1@rbc-events.example") -> Any:
    meeting = make_meeting(world.registration, world.counterpart, uid=uid, state=MeetingState.HELD)
    meeting.published_starts_at, meeting.published_ends_at = TEN, TEN + timedelta(minutes=30)
    put_in_slot(meeting, world.event.slots[0], world.event.places[0], MeetingState.HELD)
    return meeting


def test_the_same_parties_have_one_record_in_whatever_order(world: World, now: datetime) -> None:
    first, second = world.registration.organisation, world.counterpart.organisation
    begun = begin(world, now)
    assert operations.find_or_begin([second, first], actor=None, now=now) is begun
    assert begin(world, now, "Another  Institute") is not begun
    assert begin(world, now, "another institute") is begin(world, now, "Another Institute")


def test_one_party_alone_has_no_relationship(world: World, now: datetime) -> None:
    one = world.registration.organisation
    with pytest.raises(operations.TooFew):
        operations.find_or_begin([one, one], actor=None, now=now)


def test_the_first_meeting_is_its_first_stage_and_a_later_one_a_follow_up(world: World, now: datetime) -> None:
    relationship = operations.take_up_meeting(hold(world), actor=None, now=now)
    assert operations.take_up_meeting(relationship.meetings[0], actor=None, now=now) is relationship
    operations.take_up_meeting(hold(world, "uid-2@rbc-events.example"), actor=None, now=now)
    db.session.refresh(relationship)
    assert [stage.kind for stage in relationship.stages] == [StageKind.FIRST_MEETING, StageKind.FOLLOW_UP]
    assert relationship.stages[0].on == date(2026, 11, 9)
    assert held_without_relationship() == []


def test_a_meeting_that_was_not_held_begins_nothing(world: World, now: datetime) -> None:
    meeting = make_meeting(world.registration, world.counterpart)
    with pytest.raises(operations.NotHeld):
        operations.take_up_meeting(meeting, actor=None, now=now)


def test_two_stages_run_side_by_side_and_none_lies_in_the_future(world: World, now: datetime) -> None:
    relationship = begin(world, now)
    month = date(2026, 9, 1)
    for kind in (StageKind.NDA, StageKind.TRANSFER):
        operations.report_stage(relationship, kind, on=month, precision=Precision.MONTH, actor=None, now=now)
    with pytest.raises(operations.ImplausibleDate):
        operations.report_stage(relationship, StageKind.POC, on=date(2099, 1, 1), actor=None, now=now)
    db.session.refresh(relationship)
    assert [stage.kind for stage in relationship.stages] == [StageKind.NDA, StageKind.TRANSFER]


def test_what_rests_says_why(world: World, now: datetime) -> None:
    relationship = begin(world, now)
    with pytest.raises(operations.ReasonMissing):
        operations.change_state(relationship, RelationshipState.DORMANT, reason=" ", seen_version=None)
    seen = relationship.version
    operations.change_state(relationship, RelationshipState.DORMANT, reason="no budget", seen_version=seen)
    with pytest.raises(Conflict):
        operations.plan_next_step(relationship, text="call", on=None, keeper=None, seen_version=seen)


def test_a_merged_double_hands_its_relationships_over(world: World, now: datetime) -> None:
    """Where both had one with the same partner, what was written in either stands in the one that stays."""
    kept, partner = world.registration.organisation, world.counterpart.organisation
    double = make_organisation("Sample Double")
    staff = world.people["coordinator"]
    stays = begin(world, now)
    joins = operations.find_or_begin([double, partner], actor=staff, now=now)
    operations.report_stage(joins, StageKind.NDA, actor=staff, now=now)
    operations.add_note(joins, "Seen at the fair", audience=NoteAudience.STAFF, actor=staff, now=now)
    alone = operations.find_or_begin([double, "Another Institute"], actor=staff, now=now)
    merging.merge_organisation(double, kept)
    db.session.expire_all()
    assert [stage.kind for stage in stays.stages] == [StageKind.NDA]
    assert [note.text for note in stays.notes] == ["Seen at the fair"]
    assert [party.organisation_id for party in alone.parties] == [kept.id, None]
    assert alone.parties_key == operations.parties_key([kept, "another institute"])
    assert db.session.scalars(select(Relationship.id)).all() == [stays.id, alone.id]
