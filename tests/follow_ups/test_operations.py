"""Over three years each side is asked six times, once each, whoever its contact is by then."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.follow_ups import operations, queries
from rbc_events.follow_ups.models import FollowUp, FollowUpState
from rbc_events.follow_ups.operations import REMINDED_AFTER, Spent, TakenOver, month_due
from rbc_events.meetings.models import MeetingState
from rbc_events.outcomes.models import Outcome, OutcomeType
from rbc_events.privacy.erasing import erase_person
from rbc_events.privacy.people import find_person
from rbc_events.registration.duplicates import merge
from rbc_events.registration.models import Delegate
from rbc_events.relationships.models import Relationship, RelationshipState, StageKind
from rbc_events.relationships.operations import find_or_begin, take_up_meeting
from tests.factories import make_event, make_organisation, make_programme, make_registration
from tests.meetings.published import make_meeting, publish, put_in_slot, sent
from tests.world import World

MET = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
SAID = {"in_touch": True, "stage": StageKind.NDA, "signed": ["nda", "mta"], "signed_on": "2027-03", "may_tell": True}


@pytest.fixture
def relationship(world: World, now: datetime) -> Relationship:
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, MET, now=now)
    put_in_slot(meeting, world.event.slots[0], world.event.places[0], MeetingState.HELD)
    begun = take_up_meeting(meeting, actor=None, now=MET + timedelta(days=1))
    db.session.commit()
    return begun


def ask_on(day: datetime) -> list[FollowUp]:
    """What the nightly task does."""
    operations.close_ended()
    asked = [row for due in operations.what_is_due(today=day.date()) for row in operations.ask(due, now=day)]
    for row in queries.to_remind(asked_before=day - REMINDED_AFTER):
        operations.remind(row, now=day)
    db.session.commit()
    return asked


def tokens(already: int = 0) -> dict[str, str]:
    """The token in the last mail to each address."""
    found = {}
    for mail in sent(already):
        text = mail.message.get_body(("plain",)).get_content()
        for token in re.findall(r"/follow-up/(\S+)", text):
            found[mail.to] = token
    return found


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2027, 3, 8), None),
        (date(2027, 3, 9), (1, date(2027, 3, 9))),
        (date(2027, 4, 8), (1, date(2027, 3, 9))),
        (date(2027, 4, 9), None),  # too late for the first, too early for the second
        (date(2030, 2, 9), (36, date(2030, 2, 9))),
    ],
)
def test_the_last_month_that_has_come_is_due(today: date, due: Any) -> None:
    assert month_due(date(2027, 2, 9), [1, 3, 6, 12, 24, 36], today=today) == due


@pytest.mark.slow
def test_over_three_years_each_side_is_asked_six_times(relationship: Relationship) -> None:
    asked = [row for days in range(37 * 31) for row in ask_on(MET + timedelta(days=days))]
    for party in relationship.parties:
        months = [row.month for row in asked if row.organisation_id == party.organisation_id]
        assert months == [1, 3, 6, 12, 24, 36]
    assert queries.response_rate(queries.is_one(relationship)) == (0, 12)
    states = db.session.scalars(select(FollowUp.state).order_by(FollowUp.month, FollowUp.id)).all()
    assert states == [FollowUpState.CLOSED] * 10 + [FollowUpState.ASKED] * 2


@pytest.mark.slow
def test_each_side_is_asked_in_its_language_and_reminded_once(relationship: Relationship, world: World) -> None:
    already = len(sent())
    day = MET + timedelta(days=30)
    assert len(ask_on(day)) == 2
    assert ask_on(day + timedelta(days=1)) == []
    first = tokens(already)
    assert set(first) == {world.registration.delegates[0].email, world.counterpart.delegates[0].email}
    ask_on(day + REMINDED_AFTER)
    ask_on(day + REMINDED_AFTER + timedelta(days=1))
    assert len(sent(already)) == 4
    second = tokens(already)
    address = world.registration.delegates[0].email
    assert second[address] != first[address]
    with pytest.raises(Spent):
        operations.find_open(first[address])
    assert operations.find_open(second[address]).organisation_id == world.registration.organisation_id


def test_what_has_ended_is_not_asked_about(relationship: Relationship) -> None:
    relationship.state, relationship.state_reason = RelationshipState.CLOSED, "merged"
    assert ask_on(MET + timedelta(days=30)) == []


def test_when_it_ends_what_was_asked_is_closed_and_nobody_is_reminded(relationship: Relationship) -> None:
    already, day = len(sent()), MET + timedelta(days=30)
    ask_on(day)
    link = next(iter(tokens(already).values()))
    relationship.state, relationship.state_reason = RelationshipState.CLOSED, "They went apart."
    ask_on(day + REMINDED_AFTER)
    assert len(sent(already)) == 2
    assert set(db.session.scalars(select(FollowUp.state))) == {FollowUpState.CLOSED}
    with pytest.raises(Spent):
        operations.find_open(link)


def test_it_is_the_programme_of_the_last_meeting_that_says_when(relationship: Relationship, world: World) -> None:
    """A meeting of years before that is written down later is not the last one."""
    earlier = make_event("years-before", programme=make_programme(follow_up_months=[7]))
    sides = [make_registration(earlier, party.organisation) for party in relationship.parties]
    first = MET - timedelta(days=400)
    meeting = make_meeting(*sides, uid="uid-2@rbc-events.example", state=MeetingState.HELD)
    meeting.published_starts_at, meeting.published_ends_at = first, first + timedelta(hours=1)
    take_up_meeting(meeting, actor=None, now=MET)
    db.session.commit()
    db.session.refresh(relationship)
    assert relationship.meetings[-1] == meeting
    assert queries.event_of(relationship) == world.event
    assert queries.first_met(relationship) == first.date()


def test_a_programme_can_ask_at_other_times_or_never(relationship: Relationship, world: World) -> None:
    world.event.programme.follow_up_months = []
    assert ask_on(MET + timedelta(days=30)) == []
    world.event.programme.follow_up_months = [2]
    assert {row.month for row in ask_on(MET + timedelta(days=60))} == {2}


def test_whoever_is_the_contact_by_then_is_asked_and_nobody_is_said(relationship: Relationship, world: World) -> None:
    world.registration.delegates.clear()
    mine, theirs = ask_on(MET + timedelta(days=30))
    assert (mine.state, mine.token_hash) == (FollowUpState.NOBODY, None)
    assert theirs.state is FollowUpState.ASKED
    assert queries.response_rate(queries.is_one(relationship)) == (0, 1)  # who wasn't asked doesn't count
    ask_on(MET + timedelta(days=90))
    states = [row.state for row in queries.of_month(relationship, 1)]
    assert states == [FollowUpState.NOBODY, FollowUpState.CLOSED], "nor does it later"
    assert queries.response_rate(queries.is_one(relationship)) == (0, 2)


@pytest.mark.slow
def test_an_answer_is_kept_once_and_taken_over_once(relationship: Relationship, world: World) -> None:
    already = len(sent())
    ask_on(MET + timedelta(days=30))
    row = operations.find_open(tokens(already)[world.registration.delegates[0].email])
    said = operations.answer(row, SAID, now=the_time())
    with pytest.raises(Spent):
        operations.answer(row, SAID, now=the_time())
    staff = world.people["coordinator"]
    later = MET + timedelta(days=40)
    operations.take_over(said, actor=staff, now=later)
    with pytest.raises(TakenOver):
        operations.take_over(said, actor=staff, now=later)
    db.session.expire_all()
    reports = [(stage.kind, stage.organisation_id) for stage in relationship.stages]
    assert (StageKind.NDA, world.registration.organisation_id) in reports
    recorded = db.session.scalars(select(Outcome).order_by(Outcome.id)).all()
    assert [outcome.type for outcome in recorded] == [OutcomeType.NDA, OutcomeType.MTA]
    assert [claim.on for claim in recorded[0].dates] == [date(2027, 3, 1)]
    assert queries.response_rate(queries.is_one(relationship)) == (1, 2)


def test_a_follow_up_outlives_the_person_it_was_sent_to(relationship: Relationship, world: World) -> None:
    """The organisation was asked: its next contact gets the reminder."""
    already = len(sent())
    ask_on(MET + timedelta(days=30))
    first = world.registration.delegates[0]
    first.email, first.contact = "next@people.example", True
    db.session.commit()
    ask_on(MET + timedelta(days=30) + REMINDED_AFTER)
    assert "next@people.example" in tokens(already)


def test_when_a_person_is_erased_their_link_ends_and_the_next_contact_gets_one(
    relationship: Relationship, world: World
) -> None:
    already, day = len(sent()), MET + timedelta(days=30)
    ask_on(day)
    leaving = world.registration.delegates[0].email
    staying = world.counterpart.delegates[0].email
    links = tokens(already)
    other = Delegate(registration=world.registration, family_latin="Next", email="next@people.example", contact=True)
    db.session.add(other)
    db.session.commit()
    erase_person(find_person(leaving), mails=None, now=day)
    with pytest.raises(Spent):
        operations.find_open(links[leaving])
    assert operations.find_open(links[staying])
    row = operations.find_open(tokens(already)["next@people.example"])
    assert row.organisation_id == world.registration.organisation_id
    erase_person(find_person("next@people.example"), mails=None, now=day + timedelta(days=1))
    assert row.state == FollowUpState.NOBODY


def test_merging_loses_no_answer(relationship: Relationship, world: World, now: datetime) -> None:
    """Each of two doubles was asked about the same partner; one of them answered."""
    kept = world.registration.organisation
    double = make_organisation("Sample Double")
    other = find_or_begin([double, world.counterpart.organisation], actor=None, now=now)
    both = {"month": 1, "due_on": now.date(), "asked_at": now}
    said = FollowUp(
        relationship_id=other.id, organisation_id=double.id, state=FollowUpState.ANSWERED, answered_at=now, **both
    )
    asked = FollowUp(relationship_id=relationship.id, organisation_id=kept.id, **both)
    db.session.add_all([said, asked])
    db.session.flush()
    merge(double, kept)
    left = db.session.scalars(select(FollowUp)).all()
    assert [(row.relationship_id, row.organisation_id, row.state) for row in left] == [
        (relationship.id, kept.id, FollowUpState.ANSWERED)
    ]
