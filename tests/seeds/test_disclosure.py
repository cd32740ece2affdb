"""Who reads how much of a seed: canaries of each stage are looked for wherever a seed is shown."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.registration.models import OrganisationKind
from rbc_events.relationships.models import RelationshipState, StageKind, StageReport
from rbc_events.relationships.operations import find_or_begin
from rbc_events.seeds.models import Disclosure
from tests.factories import NOW, add, make_event, make_organisation, make_registration, make_researcher, make_seed

EN = {"Accept-Language": "en"}
CANARIES = {
    "CANARYABSTRACT": Disclosure.PARTICIPANTS,
    "CANARYPERSON": Disclosure.PARTICIPANTS,
    "CANARYOWNER": Disclosure.NDA,
    "US 7777777": Disclosure.NDA,
    "CANARYSECRET": Disclosure.NDA,
}


class Around:
    """A seed with a canary in each part, and companies at each distance from it."""

    def __init__(self) -> None:
        event, elsewhere = make_event(), make_event()
        self.university = make_organisation("Sample University", kind=OrganisationKind.UNIVERSITY, country="JP")
        self.owner = make_registration(event, self.university)
        self.partner = make_registration(event, make_organisation("Sample Partner"))
        self.stranger = make_registration(elsewhere, make_organisation("Sample Stranger"))
        self.seed = make_seed(
            self.university,
            abstract_en="CANARYABSTRACT",
            abstract_stage=Disclosure.PARTICIPANTS,
            rights_stage=Disclosure.NDA,
            owner="CANARYOWNER",
            patent_numbers=["US 7777777"],
            confidential_en="CANARYSECRET",
        )
        make_researcher(self.seed, family_latin="CANARYPERSON", family_kanji="")
        db.session.commit()

    def agree(self, other: Any, **fields: Any) -> StageReport:
        between = find_or_begin([self.university, other.organisation], actor=None, now=NOW)
        told = {"kind": StageKind.NDA, "on": (the_time() - timedelta(days=3)).date(), "recorded_at": NOW, **fields}
        report = add(StageReport(relationship_id=between.id, **told))
        db.session.commit()
        return report


@pytest.fixture
def around(app: Any) -> Around:
    return Around()


def read(client: Any, seed: Any) -> set[str]:
    page = client.get(f"/seeds/{seed.id}", headers=EN)
    assert page.status_code == 200
    return {canary for canary in CANARIES if canary in page.text}


def of(*stages: Disclosure) -> set[str]:
    return {canary for canary, stage in CANARIES.items() if stage in stages}


def test_each_reader_gets_what_their_stage_opens(around: Around, client: Any, sign_in: Any) -> None:
    assert read(client, around.seed) == set()
    assert read(sign_in(around.stranger.delegates[0].user), around.seed) == set()
    assert read(sign_in(around.partner.delegates[0].user), around.seed) == of(Disclosure.PARTICIPANTS)
    assert read(sign_in(around.owner.delegates[0].user), around.seed) == set(CANARIES)


def test_an_agreement_opens_the_last_stage_and_closes_it_with_its_end(around: Around, sign_in: Any) -> None:
    client = sign_in(around.stranger.delegates[0].user)
    report = around.agree(around.stranger)
    assert read(client, around.seed) == set(CANARIES)
    report.ended_on = (the_time() - timedelta(days=2)).date()
    db.session.commit()
    assert read(client, around.seed) == set()
    report.ended_on = None
    report.relationship.state, report.relationship.state_reason = RelationshipState.CLOSED, "over"
    db.session.commit()
    assert read(client, around.seed) == set()


def test_one_to_come_or_with_another_opens_nothing(around: Around, sign_in: Any) -> None:
    around.agree(around.stranger, on=(the_time() + timedelta(days=3)).date())
    assert read(sign_in(around.stranger.delegates[0].user), around.seed) == set()
    around.agree(around.stranger, kind=StageKind.LOI_MOU)
    assert read(sign_in(around.stranger.delegates[0].user), around.seed) == set()
    around.agree(around.partner)
    assert read(sign_in(around.stranger.delegates[0].user), around.seed) == set()


def test_nobody_opens_anothers_secrets_by_their_own_word(around: Around, sign_in: Any) -> None:
    around.agree(around.partner, organisation_id=around.partner.organisation_id)
    client = sign_in(around.partner.delegates[0].user)
    assert read(client, around.seed) == of(Disclosure.PARTICIPANTS)
    around.agree(around.partner, organisation_id=around.university.id)
    assert read(client, around.seed) == set(CANARIES)


PLACES = ("/seeds", "/seeds?q=CANARYABSTRACT", "/seeds?q=CANARYSECRET", "/seeds?q=CANARYPERSON", "/seeds?q=title")


def test_what_is_not_public_stands_nowhere_else(around: Around, client: Any, sign_in: Any) -> None:
    """Not for the participant either: the directory, its search and recommendations know nothing of it."""
    partner = sign_in(around.partner.delegates[0].user)
    event = around.owner.event.key
    places = (f"/events/{event}/directory", f"/events/{event}/directory?q=CANARYSECRET",
              f"/events/{event}/directory/{around.owner.id}")  # fmt: skip
    for reader in (client, partner):
        for address in (*PLACES, *places):
            page = reader.get(address, headers=EN).text.replace(address.partition("=")[2] or "\0", "")
            assert not [canary for canary in CANARIES if canary in page], address
    found = client.get("/seeds?q=CANARYABSTRACT", headers=EN).text
    assert f"/seeds/{around.seed.id}" not in found, "whether it is found would tell of it"
    assert not [canary for canary in CANARIES if canary in around.seed.search_words.upper()]


def test_mails_and_lists_that_go_out_hold_nothing_of_it(around: Around, sign_in: Any) -> None:
    from rbc_events.outbox.models import OutboxMessage

    officer = sign_in(around.owner.delegates[0].user)
    officer.post(f"/manage/seeds/{around.seed.id}/withdraw")
    officer.post(f"/manage/seeds/{around.seed.id}/publish")
    assert not [each for each in db.session.query(OutboxMessage) if b"CANARY" in each.content]


def test_an_owner_sees_beforehand_what_each_stage_shows(around: Around, sign_in: Any) -> None:
    officer = sign_in(around.owner.delegates[0].user)
    for stage in Disclosure:
        page = officer.get(f"/manage/seeds/{around.seed.id}/preview?stage={stage}", headers=EN).text
        assert {canary for canary in CANARIES if canary in page} == {
            canary for canary, part in CANARIES.items() if stage.opens(part)
        }
    assert officer.get(f"/manage/seeds/{around.seed.id}/preview?stage=all").status_code == 404
