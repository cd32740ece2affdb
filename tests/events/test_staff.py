"""Headquarters give roles and take them away."""

from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from rbc_events import cli
from rbc_events.accounts.models import Role, User
from rbc_events.accounts.operations import find_user, set_password
from rbc_events.cli import settings
from rbc_events.database import db
from rbc_events.events import staff
from rbc_events.outbox.models import OutboxMessage
from tests.factories import make_region
from tests.world import World

EMAIL = "new@staff.example"


@pytest.fixture
def headquarters(world: World, sign_in: Any) -> Any:
    return sign_in(world.people["headquarters"])


def mails() -> list[str]:
    written = db.session.scalars(select(OutboxMessage.content))
    messages = [message_from_bytes(content, policy=policy.default) for content in written]
    return [message.get_body(("plain",)).get_content() for message in messages]


def test_a_new_coordinator_sets_a_password_and_manages_that_event_alone(
    world: World, headquarters: Any, sign_in: Any
) -> None:
    sent = {"email": EMAIL, "family_latin": "Mihon", "responsibility": f"event:{world.event.id}", "language": "en"}
    assert headquarters.post("/manage/staff/", data=sent).status_code == 302
    [mail] = mails()
    assert "/password/" in mail
    person = find_user(EMAIL)
    assert [(grant.role, grant.event_id) for grant in person.grants] == [(Role.COORDINATOR, world.event.id)]
    theirs = sign_in(person)
    assert theirs.get(f"/manage/events/{world.event.key}/days").status_code == 200
    assert theirs.get(f"/manage/events/{world.other_event.key}/days").status_code == 403
    page = headquarters.get("/manage/staff/").text
    assert EMAIL in page
    assert "has not set a password yet" in page


def test_the_same_role_is_given_once(world: World, now: datetime) -> None:
    region = make_region()
    for _time in range(2):
        staff.appoint(EMAIL, Role.COORDINATOR, now=now, region_code=region.code)
    assert len(find_user(EMAIL).grants) == len(mails()) == 1


def test_who_has_a_password_is_told_where_to_sign_in(world: World, now: datetime) -> None:
    set_password(world.people["delegate"], "a long enough password", now=now)
    staff.appoint(world.people["delegate"].email, Role.HEADQUARTERS, now=now)
    [mail] = mails()
    assert "/sign-in" in mail
    assert "/password/" not in mail


def test_a_role_is_taken_away_but_headquarters_keep_their_own(world: World, headquarters: Any) -> None:
    coordinator, own = world.people["coordinator"], world.people["headquarters"].grants[0]
    assert headquarters.post(f"/manage/staff/{coordinator.grants[0].id}/dismiss").status_code == 302
    assert not coordinator.grants
    assert headquarters.post(f"/manage/staff/{own.id}/dismiss").status_code == 409
    assert world.people["headquarters"].grants == [own]


def test_faults_come_back_at_their_fields(headquarters: Any) -> None:
    response = headquarters.post("/manage/staff/", data={"email": "nobody", "responsibility": "event:999"})
    assert response.status_code == 422
    assert response.text.count("invalid-feedback") == 2
    assert find_user("nobody") is None


def test_the_command_makes_the_first_account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "configuration", lambda: app.config["RBC"])
    db.session.commit()
    result = CliRunner().invoke(cli.main, ["staff", EMAIL])
    assert result.exit_code == 0, result.output
    assert "http://localhost/password/" in result.output
    [user] = db.session.scalars(select(User))
    assert user.grants[0].role == Role.HEADQUARTERS
