"""Recommendations follow the data, vectors are made once, and a saved search writes when something new fits."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import sqlalchemy as sa

from rbc_events.database import db
from rbc_events.directory import indexing, operations
from rbc_events.directory.models import StatementVector
from rbc_events.directory.recommending import recommend
from rbc_events.directory.searching import Search
from rbc_events.events.models import Event, RuleBy
from rbc_events.mail.models import Unsubscription
from rbc_events.matching import vectors
from rbc_events.meetings.models import MeetingRequest, RequestParty, RequestState
from rbc_events.outbox.models import OutboxMessage
from rbc_events.registration.models import OrganisationKind, Registration, Statement, StatementKind
from rbc_events.registration.pairing import Side, add_rule
from tests import factories
from tests.directory.listing import make_listed
from tests.factories import NOW

LOCAL = OrganisationKind.LOCAL_COMPANY


@pytest.fixture
def event(app: Any) -> Event:
    return factories.make_event("fair")


@pytest.fixture
def own(event: Event) -> Registration:
    return make_listed(event, "Our Own", needs="除雪の自動化")


def names(side: Registration) -> list[str]:
    db.session.commit()
    return [each.registration.organisation.name_native for each in recommend(side)]


@pytest.mark.slow
def test_a_changed_statement_changes_the_recommendations(event: Event, own: Registration) -> None:
    other = make_listed(event, "Maker", offers="除雪ロボット", kind=LOCAL)
    assert names(own) == ["Maker"]
    other.organisation.statements[0].text_ja = "抹茶スイーツ"
    assert names(own) == []
    make_listed(event, "Second", offers="除雪機の自動運転", kind=LOCAL)
    assert names(own) == ["Second"]


def test_a_veto_on_either_side_keeps_the_pair_apart(event: Event, own: Registration) -> None:
    first, second = (make_listed(event, name, offers="除雪ロボット", kind=LOCAL) for name in ("First", "Second"))
    db.session.commit()
    for one, other in ((own, first), (second, own)):
        db.session.execute(
            sa.text("INSERT INTO vetoes (registration_id, vetoed_id, at) VALUES (:one, :other, '2026-11-22')"),
            {"one": one.id, "other": other.id},
        )
    assert names(own) == []


@pytest.mark.parametrize(
    ("state", "left"), [("pending", False), ("mutual", False), ("declined", False), ("expired", True)]
)
def test_whom_a_request_is_about_already_is_not_recommended(
    event: Event, own: Registration, state: str, left: bool
) -> None:
    other = make_listed(event, "Asked", offers="除雪ロボット", kind=LOCAL)
    db.session.commit()
    request = MeetingRequest(event=event, asked_by=own, state=RequestState(state), created_at=NOW)
    request.pair = f"{own.id}:{other.id}" if state in ("pending", "mutual") else None
    request.parties = [RequestParty(registration=own), RequestParty(registration=other)]
    db.session.add(request)
    assert bool(names(own)) is left


def test_who_keeps_the_profile_from_participants_is_not_recommended(event: Event, own: Registration) -> None:
    make_listed(event, "Shy", offers="除雪ロボット", kind=LOCAL).consents.clear()
    assert names(own) == []


def test_who_took_part_before_is_no_newcomer(event: Event, own: Registration) -> None:
    earlier = factories.make_event("earlier")
    known = factories.make_organisation("Known", kind=LOCAL)
    factories.make_registration(earlier, known)
    again = make_listed(event, "Unused", kind=LOCAL)
    again.organisation = known
    known.statements.append(Statement(kind=StatementKind.OFFER, text_ja="除雪ロボット"))
    make_listed(event, "New", offers="除雪ロボット", kind=LOCAL)
    db.session.commit()
    assert {each.registration.organisation.name_native: each.newcomer for each in recommend(own)} == {
        "Known": False,
        "New": True,
    }


@pytest.mark.slow
def test_sentence_vectors_are_made_once_and_anew_for_a_new_text(event: Event, own: Registration) -> None:
    db.session.commit()
    assert indexing.without_vectors(10) == [own.organisation_id]
    assert indexing.encode([own.organisation_id]) == 1
    db.session.commit()
    assert indexing.without_vectors(10) == []
    row = db.session.scalar(sa.select(StatementVector))
    assert len(row.sentence) == 2 * vectors.DIMENSIONS
    own.organisation.statements[0].text_ja = "別の文章"
    db.session.commit()
    db.session.refresh(row)
    assert row.sentence is None
    assert indexing.without_vectors(10) == [own.organisation_id]


def test_an_upgrade_with_another_taxonomy_describes_everything_anew(event: Event, own: Registration) -> None:
    make_listed(event, "Maker", offers="除雪ロボット", kind=LOCAL)
    db.session.commit()
    assert indexing.reindex_if_outdated() == 0
    db.session.execute(sa.update(StatementVector).values(taxonomy="of the version before", revision=99))
    db.session.commit()
    assert names(own) == []
    assert indexing.reindex_if_outdated() == 2
    db.session.commit()
    assert names(own) == ["Maker"]


def test_a_saved_search_is_silent_about_those_whom_the_rules_keep_apart(event: Event, own: Registration) -> None:
    user = own.delegates[0].user
    db.session.commit()
    saved = operations.save_search(user, event, Search(q="snow removal"), name="Snow", now=NOW)
    add_rule(event, Side(RuleBy.SIDE, "foreign"), Side(RuleBy.SIDE, "local"), together=True)
    make_listed(event, "Another foreign one", offers="除雪ロボット")
    local = make_listed(event, "Local", offers="除雪ロボット", kind=LOCAL, country="JP")
    db.session.commit()
    assert operations.tell_of_new_matches(saved.id, now=NOW) == [local.id]


def test_a_saved_search_writes_once_for_what_is_new(event: Event, own: Registration) -> None:
    user = own.delegates[0].user
    make_listed(event, "Old Maker", offers="除雪ロボット", kind=LOCAL)
    db.session.commit()
    saved = operations.save_search(user, event, Search(q="snow removal", side="offers"), name="Snow", now=NOW)
    db.session.commit()
    later = NOW + timedelta(hours=1)
    assert operations.tell_of_new_matches(saved.id, now=later) == []
    new = make_listed(event, "New Maker", offers="除雪ロボット", kind=LOCAL)
    make_listed(event, "Tea House", offers="抹茶", kind=LOCAL)
    db.session.commit()
    assert operations.tell_of_new_matches(saved.id, now=later) == [new.id]
    assert operations.tell_of_new_matches(saved.id, now=later) == []
    mail = db.session.scalar(sa.select(OutboxMessage))
    assert mail.recipient == user.email
    assert mail.subject == "New for your search “Snow”"
    text = message_from_bytes(mail.content, policy=default).get_body(("plain",)).get_content()
    assert "New Maker" in text
    assert "Old Maker" not in text
    assert saved.notified_at == later


def test_a_japanese_reader_gets_the_mail_in_japanese(event: Event, own: Registration) -> None:
    user = own.delegates[0].user
    user.language = "ja"
    saved = operations.save_search(user, event, Search(), name="すべて", now=NOW)
    make_listed(event, "New Maker")
    db.session.commit()
    operations.tell_of_new_matches(saved.id, now=NOW)
    assert db.session.scalar(sa.select(OutboxMessage.subject)) == "「すべて」に新しく該当する参加者のお知らせ"


@pytest.mark.parametrize("why", ["unsubscribed", "closed account"])
def test_nobody_is_written_to_against_their_will(event: Event, own: Registration, why: str) -> None:
    user = own.delegates[0].user
    saved = operations.save_search(user, event, Search(), name="All", now=NOW)
    if why == "unsubscribed":
        db.session.add(Unsubscription(address=user.email, kind=operations.MAIL_KIND, since=NOW))
    else:
        user.active = False
    make_listed(event, "New Maker")
    db.session.commit()
    operations.tell_of_new_matches(saved.id, now=NOW)
    assert db.session.scalar(sa.select(OutboxMessage)) is None
