"""Two registrations of one organisation for one event become one, with people, requests, meetings and links."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, or_, select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.directory.models import Bookmark
from rbc_events.meetings import operations
from rbc_events.meetings.feeds import Subject, open_feed
from rbc_events.meetings.models import (
    Booking,
    Feed,
    FeedScope,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    RequestState,
    Veto,
)
from rbc_events.registration import duplicates
from rbc_events.registration.joining import STAYS, Joining, _references, now_is
from rbc_events.registration.models import Consent, ConsentKind, Delegate, Registration, Review
from rbc_events.registration.models import RegistrationState as State
from rbc_events.registration.participation import current_consents
from rbc_events.timetable.models import Rivals
from rbc_events.timetable.operations import place_meeting
from rbc_events.timetable.rivals import keep_apart
from tests.factories import NOW, make_delegate, make_user
from tests.timetable.makers import Conference, make_conference

MOVED = {
    "answers.registration_id", "bookmarks.registration_id", "dismissals.registration_id", "dismissals.dismissed_id",
    "meeting_requests.asked_by_id", "messages.registration_id", "organisation_limits.registration_id",
    "reviews.registration_id", "working_hours.registration_id",
    "rivals.first_id", "rivals.second_id", "unavailabilities.registration_id", "vetoes.registration_id",
    "vetoes.vetoed_id",
}  # fmt: skip


@pytest.fixture
def conference(app: Any) -> Conference:
    return make_conference(organisations=5, slots=5, tables=3)


def join(conference: Conference, double: int = 1, into: int = 0) -> None:
    joining = Joining(conference.coordinator, NOW)
    duplicates.merge(conference.sides[double].organisation, conference.sides[into].organisation, joining=joining)


def put(conference: Conference, first: int, second: int, slot: int, place: int = 0) -> Meeting:
    meeting = conference.agree(first, second)
    event = conference.event
    place_meeting(meeting, slot=event.slots[slot], place=event.places[place], now=NOW)
    return meeting


def of(registration: Registration, column: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(column.table).where(column == registration.id)) or 0


def test_joining_says_what_becomes_of_every_table_that_refers_to_a_registration(app: Any) -> None:
    there = {str(column) for column in _references(Registration) if column.table.name not in STAYS}
    assert there == MOVED, "say what joining does with a new table"


def test_meetings_of_both_are_those_of_the_one_that_stays(conference: Conference) -> None:
    kept, left = conference.sides[:2]
    twice = put(conference, 0, 2, slot=0), put(conference, 1, 2, slot=1, place=1)
    moved, without_time = put(conference, 1, 3, slot=2), put(conference, 1, 4, slot=0, place=1)
    between = conference.agree(0, 1)
    join(conference)
    assert [meeting.state for meeting in twice] == [MeetingState.SCHEDULED, MeetingState.CANCELLED]
    assert between.state == MeetingState.CANCELLED
    assert (moved.state, moved.slot_id) == (MeetingState.SCHEDULED, conference.event.slots[2].id)
    assert (without_time.state, without_time.slot_id) == (MeetingState.AGREED, None), "its time was taken"
    for meeting in (moved, without_time):
        assert {party.registration_id for party in meeting.parties} & {kept.id, left.id} == {kept.id}
    held = [row.organisation_id for row in db.session.query(Booking)]
    assert held.count(left.organisation_id) == 0
    assert held.count(kept.organisation_id) == 2
    assert "registered twice" in twice[1].cancelled_reason


def test_of_two_requests_to_one_partner_that_with_a_meeting_stays(conference: Conference) -> None:
    kept, left, partner = conference.sides[:3]
    waiting = operations.request_meeting(kept, partner, actor=kept.delegates[0].user, now=NOW)
    agreed = conference.agree(1, 2)
    other = operations.request_meeting(left, conference.sides[3], actor=left.delegates[0].user, now=NOW)
    asked = operations.request_meeting(conference.sides[4], left, actor=conference.coordinator, now=NOW)
    join(conference)
    assert (waiting.state, waiting.pair) == (RequestState.WITHDRAWN, None)
    assert (agreed.open, agreed.request.state) == (True, RequestState.MUTUAL)
    assert (other.state, other.asked_by_id) == (RequestState.PENDING, kept.id)
    for request in (other, asked, agreed.request):
        assert str(kept.id) in request.pair.split(":")
        assert left.id not in {party.registration_id for party in request.parties}


def test_people_come_along_and_nobody_stands_there_twice(conference: Conference) -> None:
    kept, left = conference.sides[:2]
    names = {"email": "both@people.example", "family_latin": "Both", "given_latin": "Jane"}
    mine = make_delegate(kept, **names)
    theirs = make_delegate(left, user=make_user(email=names["email"]), **names)
    own = left.delegates[0]
    account = theirs.user_id
    join(conference)
    assert {each.email for each in kept.delegates} >= {own.email, names["email"]}
    assert [each.email for each in kept.delegates].count(names["email"]) == 1
    assert mine.user_id == account
    assert [each.contact for each in kept.delegates].count(True) == 1


def test_a_consent_that_was_taken_back_does_not_come_back_with_the_other_one(conference: Conference) -> None:
    kept, left = conference.sides[:2]
    before, after = NOW - timedelta(days=2), NOW - timedelta(days=1)
    for side in (kept, left):
        side.consents.clear()
        side.consents += [
            Consent(kind=kind, wording="1", given_at=before)
            for kind in (ConsentKind.PUBLICATION, ConsentKind.ADDRESSES)
        ]
    left.consents.append(Consent(kind=ConsentKind.SHARING, wording="1", given_at=before))
    kept.consents[0].withdrawn_at = after
    kept.consents[1].withdrawn_at = before - timedelta(days=1)
    db.session.flush()
    join(conference)
    assert set(current_consents(kept)) == {ConsentKind.SHARING, ConsentKind.ADDRESSES}


def test_who_can_hold_two_meetings_at_once_keeps_both(conference: Conference) -> None:
    conference.sides[1].capacity = 2
    db.session.flush()
    meetings = [put(conference, 1, other, slot=0, place=place) for other, place in ((2, 0), (3, 1))]
    join(conference)
    assert [meeting.state for meeting in meetings] == [MeetingState.SCHEDULED] * 2


def test_an_invitation_sent_before_leads_to_the_person_that_stayed(conference: Conference) -> None:
    kept, left = conference.sides[:2]
    names = {"email": "both@people.example", "family_latin": "Both", "given_latin": "Jane"}
    mine, invited = make_delegate(kept, **names), make_delegate(left, **names)
    join(conference)
    assert now_is(invited).id == mine.id
    assert now_is(mine) is mine


def test_who_is_further_on_stays_whichever_organisation_is_kept(conference: Conference) -> None:
    kept, double = conference.sides[:2]
    organisation = kept.organisation_id
    kept.state, kept.decided_at = State.SUBMITTED, None
    db.session.flush()
    join(conference)
    assert (double.state, double.organisation_id) == (State.APPROVED, organisation)
    assert (kept.state, kept.joined_into_id) == (State.WITHDRAWN, double.id)


def test_what_hangs_on_a_registration_comes_along(conference: Conference) -> None:
    kept, left, third, fourth = conference.sides[:4]
    reader = make_user()
    db.session.add_all(
        [
            Bookmark(user_id=reader.id, registration_id=left.id, at=NOW),
            Veto(registration_id=left.id, vetoed_id=third.id, at=NOW),
            Veto(registration_id=left.id, vetoed_id=kept.id, at=NOW),
            Review(registration=left, reviewer=reader, score=4, comment="", at=NOW),
        ]
    )
    keep_apart(conference.event, left, fourth)
    left.booth_id = conference.event.places[0].id
    person = left.delegates[0]
    subject = Subject(FeedScope.ORGANISATION, left.id, left.organisation.name)
    open_feed(conference.event, subject, owner=person.user, language="en", now=NOW)
    join(conference)
    assert db.session.scalars(select(Bookmark.registration_id)).all() == [kept.id]
    assert [(row.registration_id, row.vetoed_id) for row in db.session.scalars(select(Veto))] == [(kept.id, third.id)]
    assert [{row.first_id, row.second_id} for row in db.session.scalars(select(Rivals))] == [{kept.id, fourth.id}]
    assert [review.score for review in kept.reviews] == [4]
    assert (kept.booth_id, left.booth_id) == (conference.event.places[0].id, None)
    assert db.session.scalars(select(Feed.subject_id)).all() == [kept.id]


def test_headquarters_are_told_and_do_it_on_the_page_and_old_links_lead_on(
    conference: Conference, sign_in: Any
) -> None:
    kept, left = conference.sides[:2]
    put(conference, 1, 3, slot=2)
    person, numbers = left.delegates[0].user, (left.organisation_id, kept.organisation_id)
    db.session.commit()
    office, mine = sign_in(make_user(Role.HEADQUARTERS)), sign_in(person)
    page = office.get("/organisations/{}/compare/{}".format(*numbers)).text
    assert "Merging makes one registration of the two." in page
    merge = "/organisations/{}/merge-into/{}".format(*numbers)
    assert office.post(merge).status_code == 409, "who hasn't seen it is told first"
    assert office.post(merge, data={"join": "1"}).status_code == 302
    db.session.expire_all()
    assert (left.state, left.joined_into_id) == (State.WITHDRAWN, kept.id)
    assert mine.get(f"/registrations/{left.id}").status_code == 200
    open_meetings = select(MeetingParty).join(MeetingParty.meeting).where(Meeting.state != MeetingState.CANCELLED)
    assert db.session.scalars(open_meetings.where(MeetingParty.registration_id == left.id)).all() == []
    asked = or_(MeetingRequest.asked_by_id == left.id, MeetingRequest.pair.contains(f"{left.id}:"))
    assert db.session.scalars(select(MeetingRequest).where(asked)).all() == []
    assert db.session.scalars(select(Delegate).where(Delegate.registration_id == left.id)).all() == []
    assert office.post(f"/registrations/{left.id}/return").status_code == 409
