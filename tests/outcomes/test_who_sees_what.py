"""A canary stands in every confidential field of what came of meetings. Every page, list, file, feed and export is
asked for as every role, and every mail is read: a canary is where it may be, and nowhere else."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events import clock
from rbc_events.database import db
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outcomes import reporting
from rbc_events.outcomes.access import may_see_outcome, seen_outcomes
from rbc_events.outcomes.models import Outcome, OutcomeState, OutcomeType, Visibility
from rbc_events.relationships import operations as relationships
from rbc_events.relationships.models import NoteAudience, StageKind
from tests.factories import NOW
from tests.permissions.relationships import relationship_of
from tests.permissions.test_every_route import EXPECTED
from tests.world import ROLES, World

STAFF = {"headquarters", "coordinator"}  # of the event
SIDES = STAFF | {"delegate"}
PARTICIPANTS = SIDES | {"other_delegate"}
AMOUNT = Decimal(918273645)

# Who may meet each canary. What is public is in none: everybody may.
MAY = {
    "CANARY-for-participants": PARTICIPANTS,
    "CANARY-for-parties": SIDES,
    "CANARY-embargoed": SIDES,
    "CANARY-for-staff": STAFF,
    "CANARY-for-named": {"headquarters", "other_delegate"},
    "CANARY-note-of-outcome": STAFF,
    "CANARY-note-for-staff": STAFF,
    "CANARY-note-for-parties": SIDES,
    "CANARY-note-of-delegate": SIDES,
    "CANARY-note-of-partner": STAFF,
    "CANARY-remark-of-staff": STAFF,
    "CANARY-told-by-delegate": SIDES,
    "CANARY-told-by-partner": STAFF,
    "918,273,645": STAFF,
    "918273645": STAFF,
}


def make_outcomes(world: World) -> dict[Visibility | str, Outcome]:
    """One outcome of each kind of visibility between the delegate's organisation and its partner."""
    relationship = relationship_of(world)
    given = {
        Visibility.PARTICIPANTS: ("CANARY-for-participants", OutcomeType.NDA, {}),
        Visibility.PARTIES: ("CANARY-for-parties", OutcomeType.MTA, {"amount": AMOUNT, "currency": "JPY"}),
        Visibility.STAFF: ("CANARY-for-staff", OutcomeType.POC, {"note": "CANARY-note-of-outcome"}),
        Visibility.NAMED: ("CANARY-for-named", OutcomeType.LICENCE, {"readers": [world.people["other_delegate"]]}),
        Visibility.PUBLIC: (
            "CANARY-embargoed",
            OutcomeType.LOI_MOU,
            {"embargo_until": (clock.now() + timedelta(days=30)).date()},
        ),
    }
    return {
        visibility: reporting.report_outcome(
            world.event.programme,
            event=world.event,
            actor=world.people["headquarters"],
            now=NOW,
            parties=[party.organisation for party in relationship.parties],
            meetings=relationship.meetings,
            type=type_,
            state=OutcomeState.AGREED,
            subject_en=canary,
            visibility=visibility,
            **more,
        ).outcome
        for visibility, (canary, type_, more) in given.items()
    }


def plant(world: World) -> None:
    """A canary in every confidential field."""
    make_outcomes(world)
    relationship = relationship_of(world)
    headquarters, own = world.people["headquarters"], world.registration.organisation
    partner = next(party.organisation for party in relationship.parties if party.organisation is not own)
    known = {"actor": headquarters, "now": NOW}
    for text, audience, side in (
        ("CANARY-note-for-staff", NoteAudience.STAFF, None),
        ("CANARY-note-for-parties", NoteAudience.PARTIES, None),
        ("CANARY-note-of-delegate", NoteAudience.OWN, own),
        ("CANARY-note-of-partner", NoteAudience.OWN, partner),
    ):
        relationships.add_note(relationship, text, audience=audience, organisation=side, **known)
    relationships.report_stage(relationship, StageKind.POC, note="CANARY-remark-of-staff", **known)
    for side, text in ((own, "CANARY-told-by-delegate"), (partner, "CANARY-told-by-partner")):
        reporting.report_outcome(
            world.event.programme,
            event=world.event,
            parties=[party.organisation for party in relationship.parties],
            organisation=side,
            type=OutcomeType.POC,
            state=OutcomeState.AGREED,
            subject_en=text,
            **known,
        )
    db.session.commit()


def words_of(response: Any) -> str:
    """What a page says, or a file: a workbook or an archive is opened."""
    data = response.get_data()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    return data.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_page_file_or_mail_shows_anybody_what_is_not_for_them(
    app: Any, world: World, sign_in: Any, role: str
) -> None:
    plant(world)
    client = app.test_client() if role == "public" else sign_in(world.people[role])
    addresses = [f"/outcomes/{number}" for number in db.session.scalars(select(Outcome.id))]
    for endpoint, expected in sorted(EXPECTED.items()):
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint and "GET" in rule.methods]
        with app.test_request_context():
            addresses += [app.url_for(rule.endpoint, **expected.values(world)) for rule in rules]
    said = {url: words_of(client.get(url)) for url in addresses}
    met = {url: {canary for canary in MAY if canary in words} for url, words in said.items()}
    wrong = {url: [canary for canary in found if role not in MAY[canary]] for url, found in met.items()}
    assert {url: found for url, found in wrong.items() if found} == {}
    assert set().union(*met.values()) == {canary for canary, roles in MAY.items() if role in roles}
    for message in db.session.scalars(select(OutboxMessage)):
        assert "CANARY" not in str(vars(message))


@pytest.mark.slow
def test_the_one_rule_says_the_same_of_a_list_and_of_each(app: Any, world: World) -> None:
    outcomes = make_outcomes(world)
    today = clock.now().date()
    expected = {
        "public": set(),
        "headquarters": set(Visibility),
        "coordinator": set(Visibility) - {Visibility.NAMED},
        "other_coordinator": set(),
        "interpreter": set(),
        "delegate": {Visibility.PARTICIPANTS, Visibility.PARTIES, Visibility.PUBLIC},
        "other_delegate": {Visibility.PARTICIPANTS, Visibility.NAMED},
        "outsider": set(),
    }
    for role in ROLES:
        actor = world.people.get(role)
        listed = db.session.scalars(select(Outcome).where(seen_outcomes(actor, today=today))).all()
        assert {each.visibility for each in listed} == expected[role], role
        each_alone = {kind for kind, outcome in outcomes.items() if may_see_outcome(actor, outcome, today=today)}
        assert each_alone == expected[role], role


def test_an_embargo_that_is_over_hides_nothing(app: Any, world: World) -> None:
    outcome = make_outcomes(world)[Visibility.PUBLIC]
    today = clock.now().date()
    outcome.embargo_until = today
    assert may_see_outcome(None, outcome, today=today)
    outcome.embargo_until = today + timedelta(days=1)
    assert not may_see_outcome(None, outcome, today=today)


def test_named_people_are_named_by_their_address_and_need_an_account(world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["headquarters"])
    data = {"type": "nda", "state": "agreed", "attribution": "arranged", "visibility": "named", "currency": ""}
    data |= {"other_parties_en": "A\nB"}
    page = f"/events/{world.event.key}/outcomes/new"
    assert "Name at least one person." in staff.post(page, data=data).text
    refused = staff.post(page, data={**data, "readers": "nobody@people.example"})
    assert "Nobody has an account with the address nobody@people.example." in refused.text
    reader = world.people["outsider"]
    assert staff.post(page, data={**data, "readers": reader.email.upper()}).status_code == 302
    assert db.session.scalars(select(Outcome)).one().readers == [reader]
