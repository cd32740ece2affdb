"""A party's consent goes in the very moment in which its case is published: the case is not public afterwards."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.accounts.operations import token_hash
from rbc_events.cases import consent
from rbc_events.cases.models import Basis, SupportCase
from rbc_events.database import db
from rbc_events.outcomes.models import Visibility
from rbc_events.registration.models import Membership
from tests.factories import NOW, make_case, make_event, make_organisation, make_outcome, make_user
from tests.races import race

ROUNDS = 6


def publish(client_of: Any, outcome: Any, meet: Any) -> None:
    client = client_of("publisher@people.example")
    for number in range(ROUNDS):
        meet()
        outcome(f"publish {client.post(f'/manage/cases/case-{number}/publish').status_code}")
        meet()


def take_back(client_of: Any, outcome: Any, meet: Any) -> None:
    client = client_of("publisher@people.example")
    for number in range(ROUNDS):
        meet()
        outcome(f"take back {client.post(f'/case-approvals/token-{number}/take-back').status_code}")
        meet()


def partner_takes_back(client_of: Any, outcome: Any, meet: Any, numbers: list[int]) -> None:
    client = client_of("partner@people.example")
    for number in numbers:
        meet()
        outcome(f"take back {client.post(f'/partners/consents/{number}/take-back').status_code}")
        meet()


@pytest.mark.slow
@pytest.mark.parametrize("by", ["link", "own page"])
def test_a_consent_that_goes_while_its_case_is_published(shared: Flask, by: str) -> None:
    make_user(Role.HEADQUARTERS, email="publisher@people.example")
    organisation, partner = make_organisation(), make_user(email="partner@people.example")
    db.session.add(Membership(user=partner, organisation=organisation))
    numbers = []
    for number in range(ROUNDS):
        outcome = make_outcome(make_event(), visibility=Visibility.PUBLIC, parties=("Sample A", organisation))
        case = make_case(outcome, f"case-{number}", rests_on=Basis.CONSENT)
        for party in ("n:Sample A", f"o{organisation.id}"):
            asked = {"recipient": "a@party.example", "name": "A", "language": "en", "actor": None}
            approval = consent.ask(case, party, now=NOW, **asked)
            consent.answer(approval, agreed=True, signed_name="A", now=NOW)
        approval.token_hash = token_hash(f"token-{number}")
        numbers.append(approval.id)
    db.session.commit()
    config = shared.config["RBC"]
    taker = (take_back, ()) if by == "link" else (partner_takes_back, (numbers,))
    counted = race(config.database_url, config.instance, [(publish, ()), taker])
    assert counted["take back 302"] == ROUNDS, counted
    assert counted["publish 302"] + counted["publish 422"] == ROUNDS, counted
    db.session.expire_all()
    assert [case.key for case in db.session.scalars(select(SupportCase)) if case.published_at is not None] == []
