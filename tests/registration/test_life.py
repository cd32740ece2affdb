"""A registration's life: the table of its steps, and what each does to meetings, requests, mails and quotas."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.registration import duplicates, life, quotas
from rbc_events.registration.life import TRANSITIONS, Step
from rbc_events.registration.models import OrganisationKind, Registration, RegistrationState
from rbc_events.registration.models import RegistrationState as State
from rbc_events.registration.operations import bring_back
from rbc_events.registration.queries import waiting_position
from rbc_events.registration.quotas import QuotaFull, approved_count, set_quotas
from tests.factories import NOW, make_event, make_organisation, make_registration, make_world
from tests.registration.pages import begin, fill_in, link_in, mails, send
from tests.world import World

DOCUMENT = Path(__file__).parents[2] / "docs" / "registration.md"


def in_state(world: World, state: RegistrationState, **fields: Any) -> Registration:
    since = {"waiting_since": NOW} if state == State.WAITLISTED else {}
    return make_registration(world.event, state=state, **since, **fields)


@pytest.mark.slow
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_a_step_leads_where_the_table_says_and_from_nowhere_else(world: World, step: Step, state: State) -> None:
    registration, transition = in_state(world, state), TRANSITIONS[step]
    if state not in transition.before:
        with pytest.raises(life.NotPossible):
            life.take(registration, step, actor=world.people["coordinator"], now=NOW, message="Why?")
        assert registration.state == state
        return
    life.take(registration, step, actor=world.people["coordinator"], now=NOW, message="Why?")
    assert registration.state == transition.after
    (taken,) = registration.steps
    assert (taken.step, taken.before, taken.after) == (step, state, transition.after)
    assert taken.taken_by is world.people["coordinator"]


def test_every_state_can_be_reached_and_left() -> None:
    reached = {transition.after for transition in TRANSITIONS.values()}
    left = {state for transition in TRANSITIONS.values() for state in transition.before}
    assert reached == left == set(State)


def test_the_document_tells_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (\w+) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    told = {step: (frozenset(before.replace(" ", "").split(",")), after) for step, before, after in rows}
    assert told == {
        step.value: (frozenset(state.value for state in each.before), each.after.value)
        for step, each in TRANSITIONS.items()
    }


@pytest.mark.parametrize(
    "values",
    [
        {"state": "waitlisted", "waiting_since": None},
        {"state": "approved", "waiting_since": NOW},
        {"state": "approved", "decided_at": None},
        {"state": "submitted", "submitted_at": None},
    ],
)
def test_the_database_refuses_what_no_step_makes(world: World, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(world.registration, name, value)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def leave(world: World, step: Step, now: datetime = NOW) -> None:
    life.take(world.registration, step, actor=world.people["coordinator"], now=now, message="Sorry.")


# Coming back


def test_the_same_people_bring_a_withdrawn_registration_back(world: World, sign_in: Any) -> None:
    world.event.registration_closes_at = the_time() + timedelta(days=1)
    browser, number = sign_in(world.people["delegate"]), world.registration.id
    assert browser.post(f"/registrations/{number}/withdraw").status_code == 302
    assert world.registration.state == State.WITHDRAWN
    assert mails("withdrawn")[0].recipient == world.registration.delegates[0].email
    page = browser.get(f"/registrations/{number}").text
    assert f'action="/registrations/{number}/return"' in page
    assert browser.post(f"/registrations/{number}/return").status_code == 302
    assert world.registration.state == State.SUBMITTED
    assert browser.post(f"/registrations/{number}/return").status_code == 409


def test_once_registration_is_closed_staff_alone_bring_it_back(world: World, sign_in: Any) -> None:
    world.event.registration_closes_at = the_time() - timedelta(days=1)
    leave(world, Step.WITHDRAW)
    address = f"/registrations/{world.registration.id}/return"
    assert sign_in(world.people["delegate"]).post(address).status_code == 410
    assert sign_in(world.people["coordinator"]).post(address).status_code == 302
    assert world.registration.state == State.SUBMITTED


def test_a_draft_that_was_never_sent_comes_back_as_a_draft(client: Any, app: Any) -> None:
    event = make_event("open", registration_closes_at=the_time() + timedelta(days=3))
    registration = begin(client, event)
    client.post(f"/registrations/{registration.id}/withdraw")
    assert registration.state == State.WITHDRAWN
    assert not mails("withdrawn"), "nobody has confirmed the address"
    assert client.post(f"/registrations/{registration.id}/return").status_code == 302
    assert registration.state == State.DRAFT
    fill_in(client, registration)
    send(client, registration)
    assert registration.state == State.UNCONFIRMED
    client.post(link_in(mails("draft")[0]))
    assert registration.state == State.SUBMITTED


def test_what_comes_back_is_screened_again_within_the_quota(world: World, sign_in: Any) -> None:
    set_quotas(world.event, {OrganisationKind.FOREIGN_COMPANY: 2})
    leave(world, Step.WITHDRAW)
    newcomer = in_state(world, State.SUBMITTED)
    life.take(newcomer, Step.APPROVE, actor=world.people["coordinator"], now=NOW)
    life.take(world.registration, Step.RETURN, actor=world.people["coordinator"], now=NOW)
    with pytest.raises(QuotaFull):
        life.take(world.registration, Step.APPROVE, actor=world.people["coordinator"], now=NOW)
    assert world.registration.state == State.SUBMITTED


def test_who_is_asked_back_from_the_waiting_list_keeps_the_place(world: World, sign_in: Any) -> None:
    first, second = in_state(world, State.SUBMITTED), in_state(world, State.SUBMITTED)
    actor = world.people["coordinator"]
    for hour, each in enumerate((first, second)):
        life.take(each, Step.WAITLIST, actor=actor, now=NOW + timedelta(hours=hour), message="Full.")
    life.take(first, Step.ASK_BACK, actor=actor, now=NOW, message="Who comes?")
    assert (waiting_position(first), waiting_position(second)) == (1, 2)
    db.session.commit()
    assert "You keep your place on the waiting list of your kind: 1." in sign_in(first.delegates[0].user).get(
        f"/registrations/{first.id}"
    ).text.replace("\n", " ")
    life.take(first, Step.ANSWER, actor=None, now=NOW)
    life.take(first, Step.WAITLIST, actor=actor, now=NOW + timedelta(days=1), message="Full.")
    assert (waiting_position(first), waiting_position(second)) == (1, 2)
    life.take(first, Step.APPROVE, actor=actor, now=NOW)
    assert (waiting_position(first), waiting_position(second)) == (0, 1)


# Merging


def test_two_that_registered_for_one_event_are_merged_once_one_has_withdrawn(world: World) -> None:
    one, other = (
        make_registration(world.event, make_organisation(name)) for name in ("二重見本精機", "㈱二重見本精機")
    )
    actor = world.people["headquarters"]
    with pytest.raises(duplicates.BothRegistered):
        duplicates.merge(other.organisation, one.organisation)
    life.take(other, Step.WITHDRAW, actor=actor, now=NOW)
    double, into = other.organisation, one.organisation
    duplicates.merge(double, into)
    assert double.merged_into_id == into.id
    assert one.organisation is into
    assert (other.state, other.organisation) == (State.WITHDRAWN, double)
    with pytest.raises(life.NotPossible):
        bring_back(other, actor=actor, by_staff=True, now=NOW)


def test_the_registration_that_is_on_goes_to_the_organisation_that_stays(world: World) -> None:
    stays, goes = make_registration(world.event), make_registration(world.event)
    into, double = stays.organisation, goes.organisation
    life.take(stays, Step.WITHDRAW, actor=None, now=NOW)
    duplicates.merge(double, into)
    assert (goes.organisation, goes.state) == (into, State.APPROVED)
    assert stays.organisation is double


# Quotas


def test_a_kind_changed_after_the_approval_stays_within_the_quota(world: World, sign_in: Any) -> None:
    institute = OrganisationKind.RESEARCH_INSTITUTE
    make_registration(world.event, make_organisation(kind=institute))
    set_quotas(world.event, {institute: 1})
    db.session.commit()
    browser, number = sign_in(world.people["delegate"]), world.registration.id
    fields = {"kind": institute.value, "name_native": "Renamed", "name_latin": "Renamed", "country": "FR"}
    refused = browser.post(f"/registrations/{number}/organisation", data={**fields, "region_code": ""})
    assert refused.status_code == 409
    assert "has approved as many organisations of this kind (Research institute)" in refused.text
    assert 'value="Renamed"' in refused.text, "what was typed is kept"
    assert approved_count(world.event, institute) == 1
    set_quotas(world.event, {institute: 2})
    db.session.commit()
    accepted = browser.post(f"/registrations/{number}/organisation", data={**fields, "region_code": ""})
    assert accepted.status_code == 302
    assert approved_count(world.event, institute) == 2


def test_merging_into_another_kind_stays_within_the_quota(world: World) -> None:
    institute = OrganisationKind.RESEARCH_INSTITUTE
    make_registration(world.event, make_organisation(kind=institute))
    set_quotas(world.event, {institute: 1})
    into = make_organisation(kind=institute)
    with pytest.raises(QuotaFull):
        duplicates.merge(world.registration.organisation, into)
    db.session.rollback()


@pytest.fixture
def either(shared: Flask) -> World:
    """A world on either database."""
    return make_world()


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE organisations SET kind = 'research_institute' WHERE id = :organisation",
        "UPDATE registrations SET organisation_id = :other WHERE id = :registration",
        "INSERT INTO registrations (event_id, organisation_id, state, language, capacity, attends, message, created_at,"
        " submitted_at, decided_at, version) SELECT event_id, :other, state, language, capacity, attends, message,"
        " created_at, submitted_at, decided_at, 1 FROM registrations WHERE id = :registration",
    ],
)
def test_what_would_be_one_too_many_is_refused_by_the_database(either: World, write: str) -> None:
    institute = OrganisationKind.RESEARCH_INSTITUTE
    make_registration(either.event, make_organisation(kind=institute))
    other = make_organisation(kind=institute)
    db.session.flush()
    set_quotas(either.event, {institute: 1})
    numbers = {"registration": either.registration.id, "organisation": either.registration.organisation_id}
    with pytest.raises(QuotaFull), quotas.kept():
        db.session.execute(text(write), {**numbers, "other": other.id})


def test_a_quota_that_is_lowered_moves_nobody(either: World) -> None:
    set_quotas(either.event, {either.registration.organisation.kind: 0})
    either.registration.message = "Changed, and still approved."
    either.registration.organisation.name_latin = "Renamed"
    db.session.commit()
    assert approved_count(either.event, either.registration.organisation.kind) > 0


def test_home_tells_that_a_place_is_free_for_the_waiting_list(world: World, sign_in: Any) -> None:
    in_state(world, State.WAITLISTED)
    set_quotas(world.event, {OrganisationKind.FOREIGN_COMPANY: 2})
    db.session.commit()
    staff = sign_in(world.people["coordinator"])
    assert "on the waiting list for which there is" not in staff.get("/").text
    leave(world, Step.WITHDRAW)
    assert "1 organisation on the waiting list for which there is a place" in staff.get("/").text
