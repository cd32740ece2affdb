"""Requests: only what both sides agreed to becomes a meeting, and a pair has one open request, whoever asks."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from rbc_events.database import db
from rbc_events.meetings import arranging, operations, queries, refusals, request_rules
from rbc_events.meetings.models import (
    Meeting,
    MeetingRequest,
    MeetingState,
    PartyAnswer,
    RequestState,
)
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.registration.models import RegistrationState
from tests import factories
from tests.factories import NOW


@pytest.fixture
def two(app: Any) -> SimpleNamespace:
    event = factories.make_event()
    asker, other = factories.make_registration(event), factories.make_registration(event)
    return SimpleNamespace(
        event=event, asker=asker, other=other, me=asker.delegates[0].user, them=other.delegates[0].user
    )


def ask(two: SimpleNamespace, **more: Any) -> MeetingRequest:
    return operations.request_meeting(two.asker, two.other, actor=two.me, now=NOW, **more)


def meetings() -> list[Meeting]:
    return list(db.session.scalars(select(Meeting)))


def mails_to(side: Any) -> list[str]:
    addresses = [delegate.email for delegate in side.delegates]
    return list(db.session.scalars(select(OutboxMessage.subject).where(OutboxMessage.recipient.in_(addresses))))


def test_a_request_waits_for_the_other_side_and_tells_it(two: SimpleNamespace) -> None:
    request = ask(two, note="Remote monitoring", priority=1)
    assert request.state == RequestState.PENDING
    assert request.expires_at == NOW + timedelta(days=14)
    assert meetings() == []
    assert len(mails_to(two.other)) == 1
    assert mails_to(two.asker) == []


def test_a_meeting_comes_of_it_once_the_other_side_accepts(two: SimpleNamespace) -> None:
    request = ask(two)
    revision = two.event.revision
    operations.accept(request, two.other, actor=two.them, now=NOW)
    (meeting,) = meetings()
    assert request.state == RequestState.MUTUAL
    assert meeting.state == MeetingState.AGREED
    assert {party.registration_id for party in meeting.parties} == {two.asker.id, two.other.id}
    assert meeting.uid.endswith("@localhost")
    assert two.event.revision == revision + 1
    assert len(mails_to(two.asker)) == 1


def test_asking_twice_is_asking_once(two: SimpleNamespace) -> None:
    assert ask(two) is ask(two)
    assert len(mails_to(two.other)) == 1


def test_asking_the_one_who_has_asked_accepts(two: SimpleNamespace) -> None:
    ask(two)
    operations.request_meeting(two.other, two.asker, actor=two.them, now=NOW)
    assert len(meetings()) == 1
    assert db.session.scalar(select(func.count()).select_from(MeetingRequest)) == 1


def test_the_database_keeps_a_pair_from_having_two_open_requests(two: SimpleNamespace) -> None:
    request = ask(two)
    twin = MeetingRequest(event=two.event, asked_by=two.other, pair=request.pair, created_at=NOW)
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_declining_closes_it_with_its_reason_and_the_asker_can_not_insist(two: SimpleNamespace) -> None:
    request = ask(two)
    operations.decline(request, two.other, actor=two.them, now=NOW, reason="No fit this year")
    assert (request.state, request.pair) == (RequestState.DECLINED, None)
    assert queries.party_of(request, two.other).note == "No fit this year"
    with pytest.raises(refusals.DeclinedBefore):
        ask(two)
    operations.request_meeting(two.other, two.asker, actor=two.them, now=NOW)


def test_a_condition_is_put_back_to_the_asker(two: SimpleNamespace) -> None:
    request = ask(two)
    operations.counter_propose(request, two.other, actor=two.them, now=NOW, note="In the afternoon only")
    assert request.state == RequestState.PENDING
    assert queries.party_of(request, two.asker).answer == PartyAnswer.PENDING
    assert [found.id for found in queries.own_requests(two.asker).to_answer] == [request.id]
    operations.accept(request, two.asker, actor=two.me, now=NOW)
    assert len(meetings()) == 1


def test_a_request_can_be_answered_once(two: SimpleNamespace) -> None:
    request = ask(two)
    operations.accept(request, two.other, actor=two.them, now=NOW)
    with pytest.raises(refusals.AlreadyClosed):
        operations.decline(request, two.other, actor=two.them, now=NOW)


def test_the_asker_can_not_accept_its_own_request(two: SimpleNamespace) -> None:
    request = ask(two)
    with pytest.raises(refusals.AlreadyClosed):
        operations.accept(request, two.asker, actor=two.me, now=NOW)


def kinds_to(side: Any) -> list[str]:
    addresses = [delegate.email for delegate in side.delegates]
    mails = select(OutboxMessage.kind).where(OutboxMessage.recipient.in_(addresses)).order_by(OutboxMessage.id)
    return list(db.session.scalars(mails))


def send_all() -> None:
    db.session.execute(update(OutboxMessage).values(state=Delivery.SENT))


def test_of_a_proposal_both_hear_when_it_is_agreed_and_nobody_before(two: SimpleNamespace) -> None:
    request = arranging.propose_meeting(two.event, two.asker, two.other, actor=factories.make_user(), now=NOW)
    operations.accept(request, two.asker, actor=two.me, now=NOW)
    assert [kinds_to(side) for side in (two.asker, two.other)] == [["request_proposed"], ["request_proposed"]]
    operations.accept(request, two.other, actor=two.them, now=NOW)
    agreed = ["request_proposed", "request_accepted"]
    assert [kinds_to(side) for side in (two.asker, two.other)] == [agreed, agreed]


def test_a_condition_is_told_as_one(two: SimpleNamespace) -> None:
    operations.counter_propose(ask(two), two.other, actor=two.them, now=NOW, note="In the afternoon only")
    assert kinds_to(two.asker) == ["request_condition"]


def test_who_was_mailed_a_request_hears_that_it_was_withdrawn(two: SimpleNamespace) -> None:
    request = ask(two)
    send_all()
    operations.withdraw(request, two.asker, now=NOW)
    assert kinds_to(two.other) == ["request_received", "request_withdrawn"]
    assert kinds_to(two.asker) == []


def test_a_request_withdrawn_before_its_mail_has_left_is_never_mailed(two: SimpleNamespace) -> None:
    operations.withdraw(ask(two), two.asker, now=NOW)
    assert kinds_to(two.other) == []


def test_who_hid_the_asker_hears_nothing_of_a_withdrawal(two: SimpleNamespace) -> None:
    request = ask(two)
    send_all()
    request_rules.set_veto(two.other, two.asker, vetoed=True, now=NOW)
    operations.withdraw(request, two.asker, now=NOW)
    assert kinds_to(two.other) == ["request_received"]


def test_withdrawing_frees_the_pair(two: SimpleNamespace) -> None:
    operations.withdraw(ask(two), two.asker, now=NOW)
    assert ask(two).state == RequestState.PENDING


def test_an_agreed_meeting_without_a_time_can_be_withdrawn(two: SimpleNamespace) -> None:
    request = ask(two)
    operations.accept(request, two.other, actor=two.them, now=NOW)
    operations.withdraw(request, two.asker, now=NOW)
    assert meetings()[0].state == MeetingState.CANCELLED
    assert kinds_to(two.other)[-1] == "request_withdrawn"


def test_a_request_expires_when_nobody_answers(two: SimpleNamespace) -> None:
    request = ask(two)
    assert request_rules.expire_requests(now=NOW + timedelta(days=13)) == 0
    assert request_rules.expire_requests(now=NOW + timedelta(days=14)) == 1
    db.session.refresh(request)
    assert (request.state, request.pair) == (RequestState.EXPIRED, None)


def test_an_answer_after_the_last_day_comes_too_late_even_before_the_clean_up(two: SimpleNamespace) -> None:
    request = ask(two)
    with pytest.raises(refusals.AlreadyClosed):
        operations.accept(request, two.other, actor=two.them, now=NOW + timedelta(days=14))


def test_a_request_never_outlives_the_closing_of_requests(two: SimpleNamespace) -> None:
    two.event.requests_close_at = NOW + timedelta(days=2)
    assert ask(two).expires_at == NOW + timedelta(days=2)


def test_no_request_once_they_are_closed(two: SimpleNamespace) -> None:
    two.event.requests_close_at = NOW
    with pytest.raises(refusals.RequestsClosed):
        ask(two)


def test_open_requests_are_capped_by_kind_of_organisation(two: SimpleNamespace) -> None:
    two.event.request_caps = {"foreign_company": 1}
    third = factories.make_registration(two.event)
    first = ask(two)
    with pytest.raises(refusals.TooManyOpen):
        operations.request_meeting(two.asker, third, actor=two.me, now=NOW)
    operations.accept(first, two.other, actor=two.them, now=NOW)
    operations.request_meeting(two.asker, third, actor=two.me, now=NOW)


def test_a_veto_is_private(two: SimpleNamespace) -> None:
    request_rules.set_veto(two.other, two.asker, vetoed=True, now=NOW)
    request = ask(two)
    assert request.state == RequestState.PENDING
    assert mails_to(two.other) == []
    assert queries.own_requests(two.other).to_answer == []
    assert [found.id for found in queries.own_requests(two.asker).sent] == [request.id]
    request_rules.set_veto(two.other, two.asker, vetoed=False, now=NOW)
    assert [found.id for found in queries.own_requests(two.other).to_answer] == [request.id]


def test_a_coordinator_proposes_to_both_and_both_have_to_accept(two: SimpleNamespace) -> None:
    coordinator = factories.make_user()
    request = arranging.propose_meeting(two.event, two.asker, two.other, actor=coordinator, now=NOW)
    assert len(mails_to(two.asker)) == len(mails_to(two.other)) == 1
    operations.accept(request, two.asker, actor=two.me, now=NOW)
    assert meetings() == []
    operations.accept(request, two.other, actor=two.them, now=NOW)
    assert len(meetings()) == 1


def test_a_coordinator_is_told_of_a_veto_instead_of_proposing(two: SimpleNamespace) -> None:
    request_rules.set_veto(two.other, two.asker, vetoed=True, now=NOW)
    with pytest.raises(refusals.Vetoed):
        arranging.propose_meeting(two.event, two.asker, two.other, actor=factories.make_user(), now=NOW)


def test_recorded_consent_makes_a_meeting_at_once_and_turns_an_open_request_into_it(two: SimpleNamespace) -> None:
    request = ask(two)
    meeting = arranging.arrange_meeting(
        two.event, two.asker, two.other, actor=factories.make_user(), now=NOW, consent="Both by phone, 20 November"
    )
    assert (meeting.request, meeting.consent_note) == (request, "Both by phone, 20 November")
    with pytest.raises(refusals.AlreadyAsked):
        arranging.arrange_meeting(
            two.event, two.asker, two.other, actor=factories.make_user(), now=NOW, consent="again"
        )


@pytest.mark.parametrize(
    ("ours", "theirs", "needed"),
    [(["ja"], ["en"], True), (["ja", "en"], ["en", "fr"], False), (["ja"], [], False)],
)
def test_an_interpreter_is_needed_where_no_language_is_shared(
    two: SimpleNamespace, ours: list[str], theirs: list[str], needed: bool
) -> None:
    two.asker.organisation.profile.languages, two.other.organisation.profile.languages = ours, theirs
    operations.accept(ask(two), two.other, actor=two.them, now=NOW)
    assert meetings()[0].needs_interpreter is needed


def test_who_is_not_approved_takes_no_part(two: SimpleNamespace) -> None:
    two.other.state, two.other.waiting_since = RegistrationState.WAITLISTED, factories.NOW
    with pytest.raises(refusals.NotTakingPart):
        ask(two)


def test_nobody_asks_across_events_or_oneself(two: SimpleNamespace) -> None:
    stranger = factories.make_registration(factories.make_event())
    with pytest.raises(refusals.NotTakingPart):
        operations.request_meeting(two.asker, stranger, actor=two.me, now=NOW)
    with pytest.raises(refusals.OwnOrganisation):
        operations.request_meeting(two.asker, two.asker, actor=two.me, now=NOW)
