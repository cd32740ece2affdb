from rbc_events.database import db
from rbc_events.registration.models import Origin, StatementKind
from rbc_events.registration.profiles import put_statements
from tests.factories import make_event, make_organisation, make_registration
from tests.registration.pages import STATEMENT_ORIGINS


def put(organisation, *texts):
    changed = put_statements(organisation, StatementKind.SEED, list(texts))
    db.session.flush()
    db.session.refresh(organisation)
    return changed


def test_lines_that_change_places_keep_their_rows_and_details(app):
    organisation = make_organisation()
    put(organisation, ("一", "one"), ("二", "two"))
    first, second = organisation.statements
    first.details = {"researcher": "Mihon"}
    assert put(organisation, ("二", "two"), ("新", "new"), ("一", "one"))
    assert [(row.text_en, row.id) for row in organisation.statements][::2] == [("two", second.id), ("one", first.id)]
    assert first.details == {"researcher": "Mihon"}


def test_the_same_lines_change_nothing_and_missing_ones_go(app):
    organisation = make_organisation()
    put(organisation, ("一", "one"), ("二", ""))
    assert not put(organisation, ("一", "one"), ("二", ""))
    assert put(organisation, ("二", ""))
    assert [row.text_ja for row in organisation.statements] == ["二"]


def test_the_origin_of_the_lines_is_told_for_each_language_and_shown(sign_in):
    registration = make_registration(make_event())
    client = sign_in(registration.delegates[0].user)
    address = f"/registrations/{registration.id}/offers"
    data = {"offer_ja": "見守り\n保守", "offer_en": "Monitoring\n-", **STATEMENT_ORIGINS}
    assert client.post(address, data={**data, "offer_en_origin": "machine"}).status_code == 302
    rows = registration.organisation.statements
    assert [(row.text_ja, row.text_en, row.origin_ja, row.origin_en) for row in rows] == [
        ("見守り", "Monitoring", "human", "machine"),
        ("保守", "", "human", "machine"),
    ]
    page = client.get(address).text
    assert "Monitoring\n-</textarea>" in page
    assert '<option selected value="machine">' in page
    assert "(machine translation)" in client.get(f"/registrations/{registration.id}/review").text
    assert client.post(address, data={**data, "offer_en_origin": "magic"}).status_code == 422


def test_lines_of_different_origin_keep_theirs_until_one_is_chosen(sign_in):
    registration = make_registration(make_event())
    put(registration.organisation, ("", "one"), ("", "two"))
    rows = registration.organisation.statements
    rows[0].origin_en = Origin.APPROVED
    db.session.commit()
    client = sign_in(registration.delegates[0].user)
    address = f"/registrations/{registration.id}/offers"
    assert "As before, line by line" in client.get(address).text
    data = {"seed_en": "one\ntwo", **STATEMENT_ORIGINS}
    client.post(address, data={**data, "seed_en_origin": ""})
    assert [row.origin_en for row in rows] == ["approved", "human"]
    client.post(address, data={**data, "seed_en_origin": "approved"})
    assert [row.origin_en for row in rows] == ["approved", "approved"]
