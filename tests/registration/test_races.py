"""Two do something to one registration at the same moment: on SQLite and on PostgreSQL, with real processes."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings import arranging, operations
from rbc_events.meetings.models import CalendarEntry, Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.registration.models import OrganisationKind, Registration, RegistrationState
from rbc_events.registration.quotas import approved_count, set_quotas
from rbc_events.timetable.operations import place_meeting
from tests.factories import NOW, make_event, make_registration, make_user
from tests.forms import form_with
from tests.races import race

pytestmark = pytest.mark.slow

ROUNDS = 4
WRITERS = 8
TRIGGERS = {
    "sqlite": ("registrations_within_quota_insert", "registrations_within_quota_update"),
    "postgresql": ("registrations_within_quota ON registrations",),
}
OFFICE = "office@people.example"


def run(app: Flask, doers: list[Any]) -> Any:
    db.session.commit()
    counted = race(app.config["SQLALCHEMY_DATABASE_URI"], app.config["RBC"].instance, doers)
    db.session.expire_all()
    return counted


def publish(client_of: Any, outcome: Any, meet: Any, keys: list[str]) -> None:
    client = client_of(OFFICE)
    for key in keys:
        page = f"/events/{key}/timetable/publish"
        form = form_with(client.get(page).text, "revision")
        meet()
        outcome(f"publish {client.post(page, data=form).status_code}")
        meet()


def withdraw(client_of: Any, outcome: Any, meet: Any, sides: list[tuple[str, int]]) -> None:
    clients = [client_of(address) for address, _number in sides]
    for client, (_address, number) in zip(clients, sides, strict=True):
        meet()
        outcome(f"withdraw {client.post(f'/registrations/{number}/withdraw').status_code}")
        meet()


def accept(client_of: Any, outcome: Any, meet: Any, asked: list[tuple[str, str, int]]) -> None:
    clients = [client_of(address) for address, _key, _number in asked]
    for client, (_address, key, number) in zip(clients, asked, strict=True):
        meet()
        answer = client.post(f"/events/{key}/requests/{number}/answer", data={"decision": "accept", "priority": "2"})
        outcome(f"accept {answer.status_code}")
        meet()


def approve(client_of: Any, outcome: Any, meet: Any, key: str, number: int, version: int) -> None:
    client = client_of(OFFICE)
    meet()
    decided = {"version": version, "message": ""}
    outcome(f"{client.post(f'/events/{key}/registrations/{number}/decide/approve', data=decided).status_code}")


def test_who_withdraws_while_the_timetable_is_published_leaves_no_meeting(shared: Flask) -> None:
    office = make_user(Role.HEADQUARTERS, email=OFFICE)
    keys, sides = [], []
    for _round in range(ROUNDS):
        event = make_event(tables=1)
        mine, theirs = make_registration(event), make_registration(event)
        meeting = arranging.arrange_meeting(event, mine, theirs, actor=office, now=NOW, consent="by mail")
        place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)
        keys.append(event.key)
        sides.append((mine.delegates[0].email, mine.id))
    counted = run(shared, [(publish, (keys,)), (withdraw, (sides,))])
    assert counted["withdraw 302"] == ROUNDS, counted
    assert counted["publish 302"] + counted["publish 409"] == ROUNDS, counted
    assert {meeting.state for meeting in db.session.scalars(select(Meeting))} == {MeetingState.CANCELLED}
    held = [entry for entry in db.session.scalars(select(CalendarEntry)) if entry.method != "CANCEL"]
    assert held == [], "nobody holds a meeting that isn't"


def test_who_withdraws_while_the_other_side_accepts_has_no_meeting(shared: Flask) -> None:
    make_user(Role.HEADQUARTERS, email=OFFICE)
    sides, asked = [], []
    for _round in range(ROUNDS):
        event = make_event()
        mine, theirs = make_registration(event), make_registration(event)
        request = operations.request_meeting(mine, theirs, actor=mine.delegates[0].user, now=NOW)
        sides.append((mine.delegates[0].email, mine.id))
        asked.append((theirs.delegates[0].email, event.key, request.id))
    counted = run(shared, [(withdraw, (sides,)), (accept, (asked,))])
    assert counted["withdraw 302"] == ROUNDS, counted
    assert sum(number for word, number in counted.items() if word.startswith("accept")) == ROUNDS, counted
    assert not any(word.startswith(("accept 5", "Traceback")) for word in counted), counted
    assert {meeting.state for meeting in db.session.scalars(select(Meeting))} <= {MeetingState.CANCELLED}
    assert {row.state for row in db.session.scalars(select(MeetingRequest))} == {RequestState.WITHDRAWN}


def write_without_asking(_client_of: Any, outcome: Any, meet: Any, url: str, number: int) -> None:
    """Approve as one would who looks first, and knows of no lock."""
    engine = create_engine(url)
    with engine.begin() as connection:
        taken = connection.scalar(text("SELECT count(*) FROM registrations WHERE state = 'approved'"))
    meet()
    assert taken == 0
    try:
        with engine.begin() as connection:
            connection.execute(text("UPDATE registrations SET state = 'approved' WHERE id = :id"), {"id": number})
    except IntegrityError as refused:
        outcome("refused" if "within_quota" in str(refused) else str(refused))
    else:
        outcome("approved")


@pytest.mark.parametrize("guarded", [True, False])
def test_the_database_keeps_quotas_whoever_writes(shared: Flask, guarded: bool) -> None:
    event = make_event("full")
    set_quotas(event, {OrganisationKind.FOREIGN_COMPANY: 3})
    waiting = [make_registration(event, state=RegistrationState.SUBMITTED) for _each in range(WRITERS)]
    if not guarded:
        for name in TRIGGERS[db.engine.dialect.name]:
            db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.commit()
    url = db.engine.url.render_as_string(hide_password=False)
    counted = run(shared, [(write_without_asking, (url, each.id)) for each in waiting])
    assert counted == ({"approved": 3, "refused": WRITERS - 3} if guarded else {"approved": WRITERS})


def test_of_eight_approvals_at_once_as_many_go_through_as_there_are_places(shared: Flask) -> None:
    make_user(Role.HEADQUARTERS, email=OFFICE)
    event = make_event("full")
    set_quotas(event, {OrganisationKind.FOREIGN_COMPANY: 3})
    waiting = [make_registration(event, state=RegistrationState.SUBMITTED) for _each in range(WRITERS)]
    db.session.commit()
    counted = run(shared, [(approve, ("full", each.id, each.version)) for each in waiting])
    assert counted == {"302": 3, "409": WRITERS - 3}, counted
    assert approved_count(db.session.get_one(Event, event.id), OrganisationKind.FOREIGN_COMPANY) == 3
    states = [row.state for row in db.session.scalars(select(Registration))]
    assert states.count(RegistrationState.SUBMITTED) == WRITERS - 3


def merge(client_of: Any, outcome: Any, meet: Any, pairs: list[tuple[int, int]]) -> None:
    client = client_of(OFFICE)
    for double, into in pairs:
        meet()
        done = client.post(f"/organisations/{double}/merge-into/{into}", data={"join": "1"})
        outcome(f"merge {done.status_code}")
        meet()


@pytest.mark.parametrize("meanwhile", ["withdraw", "accept", "publish"])
def test_two_registrations_are_joined_while_something_happens_to_one(shared: Flask, meanwhile: str) -> None:
    office = make_user(Role.HEADQUARTERS, email=OFFICE)
    pairs, sides, asked, keys = [], [], [], []
    for _round in range(ROUNDS):
        event = make_event(tables=1)
        kept, left, partner = (make_registration(event) for _each in range(3))
        if meanwhile == "accept":
            request = operations.request_meeting(left, partner, actor=left.delegates[0].user, now=NOW)
            asked.append((partner.delegates[0].email, event.key, request.id))
        else:
            meeting = arranging.arrange_meeting(event, left, partner, actor=office, now=NOW, consent="by mail")
            place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)
        pairs.append((left.organisation_id, kept.organisation_id))
        sides.append((left.delegates[0].email, left.id))
        keys.append(event.key)
    other = {"withdraw": (withdraw, (sides,)), "accept": (accept, (asked,)), "publish": (publish, (keys,))}[meanwhile]
    counted = run(shared, [(merge, (pairs,)), other])
    assert counted["merge 302"] == ROUNDS, counted
    assert not any(word.startswith(("Traceback", f"{meanwhile} 5")) for word in counted), counted
    going = select(Meeting).where(Meeting.state.in_((MeetingState.AGREED, MeetingState.SCHEDULED)))
    for meeting in db.session.scalars(going):
        assert {party.registration.state for party in meeting.parties} == {RegistrationState.APPROVED}
    joined = [row for row in db.session.scalars(select(Registration)) if row.joined_into_id is not None]
    assert all(row.state == RegistrationState.WITHDRAWN for row in joined)
