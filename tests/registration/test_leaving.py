"""What leaving does to meetings and requests, what it says before, and who is not seen without a consent."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings import arranging, operations
from rbc_events.meetings.models import Meeting, MeetingState, RequestState
from rbc_events.meetings.refusals import NotAgreed, NotTakingPart
from rbc_events.outbox.models import OutboxMessage
from rbc_events.registration import life
from rbc_events.registration.life import Step
from rbc_events.registration.models import ConsentKind, Registration
from rbc_events.registration.models import RegistrationState as State
from rbc_events.registration.quotas import set_quotas
from rbc_events.timetable.operations import place_meeting
from rbc_events.timetable.publishing import publish
from tests.factories import NOW, make_registration
from tests.registration.pages import mails
from tests.world import World


def arrange(world: World, other: Registration) -> Meeting:
    actor = world.people["coordinator"]
    return arranging.arrange_meeting(world.event, world.registration, other, actor=actor, now=NOW, consent="by mail")


@pytest.fixture
def meetings(world: World) -> list[Meeting]:
    """Three published meetings of the delegate's organisation, and one that is only agreed."""
    event = world.event
    made = [arrange(world, make_registration(event)) for _each in range(3)]
    for number, meeting in enumerate(made):
        place_meeting(meeting, slot=event.slots[number], place=event.places[0], now=NOW)
    publish(event, now=NOW, revision=event.revision)
    made.append(arrange(world, make_registration(event)))
    db.session.commit()
    return made


def leave(world: World, step: Step, now: datetime = NOW) -> None:
    life.take(world.registration, step, actor=world.people["coordinator"], now=now, message="Sorry.")


def told_of(kind: str) -> set[str]:
    return set(db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.kind == kind)))


@pytest.mark.slow
@pytest.mark.parametrize("step", [Step.WITHDRAW, Step.DECLINE, Step.TAKE_BACK_CONSENT])
def test_who_leaves_leaves_no_ghosts(world: World, meetings: list[Meeting], step: Step) -> None:
    leave(world, step)
    assert [meeting.state for meeting in meetings] == [MeetingState.CANCELLED] * 4
    others = [p.registration for m in meetings for p in m.parties if p.registration is not world.registration]
    told = {side.delegates[0].email for side in others}
    own = world.registration.delegates[0].email
    assert told_of("meeting_cancelled") == {*(side.delegates[0].email for side in others[:3]), own}
    assert told_of("request_withdrawn") == told - told_of("meeting_cancelled")
    assert all("no longer takes part" in meeting.cancelled_reason for meeting in meetings)
    assert all("Sorry" not in meeting.cancelled_reason for meeting in meetings), "the office's words are for one side"


def test_requests_that_wait_are_closed_with_it(world: World) -> None:
    event, people = world.event, world.people
    asked = operations.request_meeting(world.registration, world.counterpart, actor=people["delegate"], now=NOW)
    other = make_registration(event)
    received = operations.request_meeting(other, world.registration, actor=other.delegates[0].user, now=NOW)
    leave(world, Step.WITHDRAW)
    assert asked.state == received.state == RequestState.WITHDRAWN
    assert other.delegates[0].email in told_of("request_withdrawn")


def test_asking_back_leaves_the_meetings_to_the_coordinators(
    world: World, meetings: list[Meeting], sign_in: Any
) -> None:
    leave(world, Step.ASK_BACK)
    assert [meeting.state for meeting in meetings] == [MeetingState.SCHEDULED] * 3 + [MeetingState.AGREED]
    home = sign_in(world.people["coordinator"]).get("/").text
    assert "4 meetings of organisations that no longer take part" in home
    leave(world, Step.WITHDRAW)
    assert {meeting.state for meeting in meetings} == {MeetingState.CANCELLED}
    assert "that no longer take" not in sign_in(world.people["coordinator"]).get("/").text


def test_meetings_that_were_held_or_have_begun_stay(world: World, meetings: list[Meeting]) -> None:
    meetings[0].state = MeetingState.HELD
    begun = meetings[1].slot.starts_at  # type: ignore[union-attr]
    leave(world, Step.WITHDRAW, now=begun + timedelta(minutes=1))
    states = [meeting.state for meeting in meetings]
    assert states == [MeetingState.HELD, MeetingState.SCHEDULED, MeetingState.CANCELLED, MeetingState.CANCELLED]


def test_each_step_says_before_what_it_does(world: World, meetings: list[Meeting], sign_in: Any) -> None:
    set_quotas(world.event, {world.registration.organisation.kind: 9})
    db.session.commit()
    own = sign_in(world.people["delegate"]).get(f"/registrations/{world.registration.id}").text
    staff = sign_in(world.people["coordinator"])
    screen = staff.get(f"/events/own-event/registrations/{world.registration.id}").text
    for page in (own, screen):
        assert "3 published meetings are called off at once" in page
        assert "1 agreed meeting that isn&#39;t published yet is called off" in page
        assert "A place for this kind of organisation (Foreign company) becomes free." in page
        assert "The contact is told by mail." in page
    assert "4 meetings stand" in screen, "asking back"


def test_an_accepted_request_of_one_who_left_makes_no_meeting(world: World) -> None:
    people = world.people
    request = operations.request_meeting(world.registration, world.counterpart, actor=people["delegate"], now=NOW)
    leave(world, Step.ASK_BACK)
    with pytest.raises(NotTakingPart):
        operations.accept(request, world.counterpart, actor=people["other_delegate"], now=NOW)
    assert request.meeting is None


# Consents


def test_who_has_not_agreed_to_be_seen_can_not_be_asked_by_number(world: World, sign_in: Any) -> None:
    unseen = make_registration(world.event, consents=())
    db.session.commit()
    browser = sign_in(world.people["delegate"])
    address = f"/events/own-event/requests/to/{unseen.id}"
    assert browser.get(address).status_code == 404
    assert browser.post(address, data={"priority": "2", "note": ""}).status_code == 404
    asked, staff = (world.registration, unseen), world.people["coordinator"]
    with pytest.raises(NotAgreed):
        operations.request_meeting(*asked, actor=staff, now=NOW)
    with pytest.raises(NotAgreed):
        operations.request_meeting(*reversed(asked), actor=staff, now=NOW)
    with pytest.raises(NotAgreed):
        arranging.propose_meeting(world.event, *asked, actor=staff, now=NOW)


def test_staff_are_warned_of_who_takes_part_without_a_consent(world: World, sign_in: Any) -> None:
    unseen = make_registration(world.event, consents=())
    db.session.commit()
    staff = sign_in(world.people["coordinator"])
    assert "1 approved organisation whose consent is missing" in staff.get("/").text
    assert "Not seen by participants: a consent is missing" in staff.get("/events/own-event/registrations").text
    page = staff.get(f"/events/own-event/registrations/{unseen.id}").text
    assert "Participants don't see this organisation" in page
    waits = make_registration(world.event, state=State.SUBMITTED, consents=())
    db.session.commit()
    assert "Once approved, participants won't see it" in staff.get(f"/events/own-event/registrations/{waits.id}").text
    own = sign_in(unseen.delegates[0].user).get(f"/registrations/{unseen.id}").text
    assert "The other participants don't see you yet" in own


@pytest.mark.slow
def test_the_form_of_consents_says_what_taking_one_back_does(
    world: World, meetings: list[Meeting], sign_in: Any
) -> None:
    browser, number = sign_in(world.people["delegate"]), world.registration.id
    page = browser.get(f"/registrations/{number}/consents").text
    assert "3 published meetings are called off at once" in page
    assert browser.post(f"/registrations/{number}/consents", data={"publication": "y"}).status_code == 302
    assert {meeting.state for meeting in meetings} == {MeetingState.CANCELLED}


def test_taking_back_every_row_of_a_needed_consent_ends_taking_part(world: World, sign_in: Any) -> None:
    world.registration.consents.append(
        type(world.registration.consents[0])(kind=ConsentKind.SHARING, wording="sheet", given_at=NOW)
    )
    db.session.commit()
    sign_in(world.people["delegate"]).post(f"/registrations/{world.registration.id}/consents/sharing/withdraw")
    assert world.registration.state == State.ASKED_BACK
    assert all(consent.withdrawn_at for consent in world.registration.consents)
    assert mails("asked_back")
