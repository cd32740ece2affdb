"""Sheets that come in while another does, or while somebody withdraws: on both databases, with real processes."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.registration.models import ExternalKey, Organisation, Registration, RegistrationState
from rbc_events.sheet_import.recognising import owner_of
from rbc_events.sheets import write_csv
from tests.factories import make_event, make_registration, make_user
from tests.races import race

pytestmark = pytest.mark.slow

COLUMNS = ["external_key", "kind", "name_native", "country", "contact_email", "staff_note"]
ROWS = 20


def rows(note: str) -> bytes:
    people = [
        [f"k-{n}", "foreign_company", f"Fictional {chr(97 + n)} Works", "FR", f"p{n}@race.example", note]
        for n in range(ROWS)
    ]
    return write_csv(COLUMNS, people)


def bring_in(client_of: Any, outcome: Any, meet: Any, email: str, key: str, content: bytes) -> None:
    """Check a sheet, and import it at the same moment as the others do what they do."""
    client = client_of(email)
    address = checked(client, key, content)
    meet()
    outcome(f"import {client.post(address, data={'apply': '1'}).status_code}")


def checked(client: Any, key: str, content: bytes) -> str:
    """The address of the check. A busy machine may refuse to read a file, and says so: it is sent again then."""
    for _try in range(20):
        data = {"sheet": (io.BytesIO(content), "list.csv")}
        sent = client.post(f"/events/{key}/import/organisations", data=data, content_type="multipart/form-data")
        if sent.status_code == 302:
            return str(sent.headers["Location"])
    raise AssertionError(sent.text)


def withdraw(client_of: Any, outcome: Any, meet: Any, people: list[tuple[str, int]]) -> None:
    clients = [client_of(address) for address, _number in people]
    meet()
    for client, (_address, number) in zip(clients, people, strict=True):
        outcome(f"withdraw {client.post(f'/registrations/{number}/withdraw').status_code}")


def run(app: Flask, doers: list[Any]) -> Any:
    db.session.commit()
    counted = race(app.config["SQLALCHEMY_DATABASE_URI"], app.config["RBC"].instance, doers)
    db.session.expire_all()
    return counted


def test_of_two_sheets_with_the_same_rows_each_organisation_is_there_once(shared: Flask) -> None:
    event = make_event("raced")
    people = [make_user(Role.HEADQUARTERS, email=f"office{n}@people.example").email for n in range(2)]
    counted = run(shared, [(bring_in, (email, event.key, rows(f"from {email}"))) for email in people])
    assert counted["import 302"] + counted["import 422"] == 2, counted
    assert counted["import 302"] >= 1, counted
    names = db.session.scalars(select(Organisation.name_native)).all()
    assert sorted(names) == sorted(set(names))
    assert len(names) == ROWS
    keys = db.session.scalars(select(ExternalKey.key).where(ExternalKey.owner == owner_of(event))).all()
    assert len(keys) == ROWS
    notes = {row.staff_note for row in db.session.scalars(select(Registration))}
    assert len(notes) == 1, "one sheet's rows stand as a whole"


def test_who_withdraws_while_a_sheet_about_them_comes_in_stays_withdrawn(shared: Flask) -> None:
    office = make_user(Role.HEADQUARTERS, email="office@people.example")
    event = make_event("left")
    people, sheet = [], []
    for n in range(4):
        side = make_registration(event)
        side.organisation.key = f"own-{n}"
        people.append((side.delegates[0].email, side.id))
        organisation = side.organisation
        row = [f"own-{n}", organisation.kind.value, organisation.name_native, organisation.country]
        sheet.append([*row, side.delegates[0].email, "changed by the sheet"])
    counted = run(shared, [(bring_in, (office.email, event.key, write_csv(COLUMNS, sheet))), (withdraw, (people,))])
    assert counted["withdraw 302"] == 4, counted
    assert counted["import 302"] + counted["import 422"] == 1, counted
    states = {row.state for row in db.session.scalars(select(Registration).filter_by(event_id=event.id))}
    assert states == {RegistrationState.WITHDRAWN}
    notes = {row.staff_note for row in db.session.scalars(select(Registration).filter_by(event_id=event.id))}
    assert len(notes) == 1, "all rows of the sheet, or none"
