"""A decision is taken back in one action: state, waiting list, quota and mails are as before."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.registration import life, screening, taking_back
from rbc_events.registration.models import Quota, Registration
from rbc_events.registration.models import RegistrationState as State
from rbc_events.registration.quotas import QuotaFull, approved_count
from rbc_events.registration.screening import Decision
from tests.factories import NOW, make_registration
from tests.world import World

LATER = NOW + timedelta(hours=1)
KEPT = ("state", "message", "waiting_since", "decided_at", "decided_by_id")


def standing(registration: Registration) -> dict[str, Any]:
    return {name: getattr(registration, name) for name in KEPT}


def decide(world: World, registration: Registration, decision: Decision) -> None:
    screening.decide(
        registration, decision, message="Why?", version=registration.version, actor=world.people["coordinator"], now=NOW
    )


def take_back(world: World, registration: Registration) -> None:
    taking_back.take_back(registration, version=registration.version, actor=world.people["coordinator"], now=LATER)


def mails() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


TO = {State.WAITLISTED: Decision.WAITLIST, State.APPROVED: Decision.APPROVE}


def sent_in(world: World, state: State = State.SUBMITTED) -> Registration:
    registration = make_registration(world.event, state=State.SUBMITTED, decided_at=None)
    if state in TO:
        decide(world, registration, TO[state])
    return registration


@pytest.mark.parametrize("state", [State.SUBMITTED, State.WAITLISTED, State.APPROVED])
@pytest.mark.parametrize("decision", Decision)
def test_what_was_decided_is_as_if_it_had_not_been(world: World, decision: Decision, state: State) -> None:
    registration = sent_in(world, state)
    if not life.possible(registration, life.Step(decision)):
        pytest.skip("this can't be decided in that state")
    before, letters = standing(registration), mails()
    decide(world, registration, decision)
    assert len(mails()) == len(letters) + 1
    take_back(world, registration)
    assert standing(registration) == before
    assert mails() == letters, "a mail that hasn't gone out is deleted"
    step = registration.steps[-1]
    assert (step.undone_at, step.undone_by_id) == (LATER, world.people["coordinator"].id)


def test_a_mail_that_has_gone_out_is_taken_back_by_another(world: World) -> None:
    registration = sent_in(world)
    decide(world, registration, Decision.DECLINE)
    for message in db.session.scalars(select(OutboxMessage)):
        message.state, message.sent_at = Delivery.SENT, NOW
    db.session.flush()
    take_back(world, registration)
    assert mails()[-2:] == ["declined", "decision_taken_back"]
    decide(world, registration, Decision.APPROVE)
    assert mails()[-1] == "approved"


def test_of_two_decisions_each_is_taken_back_in_turn(world: World) -> None:
    registration = sent_in(world)
    first = standing(registration)
    decide(world, registration, Decision.WAITLIST)
    second = standing(registration)
    decide(world, registration, Decision.APPROVE)
    take_back(world, registration)
    assert standing(registration) == second
    take_back(world, registration)
    assert standing(registration) == first


def test_a_place_that_somebody_else_has_since_is_not_taken_twice(world: World) -> None:
    registration = sent_in(world, State.APPROVED)
    kind = registration.organisation.kind
    decide(world, registration, Decision.DECLINE)
    other = sent_in(world, State.APPROVED)
    assert other.organisation.kind == kind
    db.session.add(Quota(event_id=world.event.id, kind=kind, places=approved_count(world.event, kind)))
    db.session.flush()
    with pytest.raises(QuotaFull):
        take_back(world, registration)
    assert registration.state == State.DECLINED


def test_what_the_organisation_did_since_ends_it(world: World) -> None:
    registration = sent_in(world)
    decide(world, registration, Decision.ASK_BACK)
    life.take(registration, life.Step.ANSWER, actor=None, now=LATER)
    assert taking_back.decision_to_take_back(registration) is None
    with pytest.raises(life.NotPossible):
        take_back(world, registration)


def test_the_page_offers_it_and_refuses_a_stale_one(world: World, sign_in: Any) -> None:
    registration = sent_in(world)
    decide(world, registration, Decision.DECLINE)
    db.session.commit()
    client = sign_in(world.people["coordinator"])
    page = f"/events/{world.event.key}/registrations/{registration.id}"
    assert "Take the last decision back: Turned down" in client.get(page).text
    assert client.post(f"{page}/take-back", data={"version": registration.version - 1}).status_code == 409
    assert client.post(f"{page}/take-back", data={"version": registration.version}).status_code == 302
    db.session.expire_all()
    assert registration.state == State.SUBMITTED
    shown = client.get(page).text
    assert "taken back" in shown
    assert "Take the last decision back" not in shown
