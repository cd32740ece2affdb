from datetime import timedelta

import pytest
from sqlalchemy import func, select

from rbc_events import kept_files
from rbc_events.accounts.models import User
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.registration import uploads
from rbc_events.registration.mails import KEPT, ask_to_confirm
from rbc_events.registration.models import Organisation, Registration, UploadKind
from rbc_events.registration.retention import forget_unconfirmed
from tests.factories import make_event, make_registration, make_user
from tests.registration.pages import ADDRESS, begin, link_in, mails

PNG = b"\x89PNG\r\n\x1a\nsample"


@pytest.fixture
def draft(client):
    event = make_event("open", registration_opens_at=the_time() - timedelta(days=1))
    return begin(client, event)


def forget(days: int) -> int:
    forgotten = forget_unconfirmed(now=the_time() + timedelta(days=days))
    db.session.commit()  # as the task does: files go with it
    return forgotten


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_draft_that_nobody_confirms_goes_after_30_days_with_all_that_was_made_for_it(draft):
    logo = uploads.keep(draft.organisation, UploadKind.LOGO, PNG, "logo.png", now=the_time())
    kept_at = kept_files.path_of(logo)
    db.session.commit()
    assert forget(29) == 0
    assert (count(Registration), kept_at.exists()) == (1, True)
    assert forget(31) == 1
    assert (count(Registration), count(Organisation), kept_at.exists()) == (0, 0, False)
    assert db.session.scalar(select(User).filter_by(email=ADDRESS)) is None


def test_one_that_was_withdrawn_unconfirmed_goes_too_and_makes_no_room_for_files(client, draft):
    uploads.keep(draft.organisation, UploadKind.LOGO, PNG, "logo.png", now=the_time())
    db.session.commit()
    before = uploads._of_all_unconfirmed()
    client.post(f"/registrations/{draft.id}/withdraw")
    assert draft.state == "withdrawn"
    assert uploads._of_all_unconfirmed() == before > 0
    assert forget(29) == 0
    assert forget(31) == 1
    assert count(Organisation) == 0


def test_a_confirmed_one_that_was_withdrawn_stays(client, draft):
    client.post(link_in(mails("draft")[0]))
    client.post(f"/registrations/{draft.id}/withdraw")
    assert draft.state == "withdrawn"
    assert forget(400) == 0


def test_a_confirmed_draft_stays(client, draft):
    client.post(link_in(mails("draft")[0]))
    assert forget(400) == 0
    assert count(Registration) == 1
    assert db.session.scalar(select(User).filter_by(email=ADDRESS)) is not None


def test_what_a_coordinator_began_or_decided_stays_with_its_organisation(app):
    event = make_event()
    make_registration(event)
    begun = make_registration(event, state="draft")
    begun.registered_by_id = make_user().id
    db.session.commit()
    assert forget(400) == 0
    assert count(Registration) == 2


def test_the_organisation_of_a_forgotten_draft_stays_if_it_took_part_elsewhere(app):
    known = make_registration(make_event()).organisation
    make_registration(make_event(), known, state="draft")
    known.memberships.clear()  # as after an import: nobody has taken up the invitation yet
    db.session.commit()
    assert forget(400) == 1
    assert count(Organisation) == 1


def test_who_registers_after_a_forgotten_draft_gets_a_mail_of_their_own(client, draft):
    number, event = draft.id, draft.event
    later = the_time() + KEPT + timedelta(days=1)  # the links of the first mails work no longer
    ask_to_confirm(draft, now=later)
    db.session.commit()
    assert forget(31) == 1
    db.session.commit()
    following = begin(client, event)
    assert following.id == number  # as SQLite does
    ask_to_confirm(following, now=later)
    assert len(mails("confirm_address")) == 2
    assert len(mails("draft")) == 2
