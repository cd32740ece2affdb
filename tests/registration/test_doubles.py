from datetime import timedelta

import pytest
from sqlalchemy import func, select

from rbc_events.cases.models import CaseApproval, CaseVersion
from rbc_events.database import db
from rbc_events.follow_ups.models import FollowUp
from rbc_events.meetings.models import Booking
from rbc_events.outcomes import operations as outcomes
from rbc_events.outcomes.access import may_see_outcome
from rbc_events.outcomes.models import Visibility
from rbc_events.registration import duplicates as doubles
from rbc_events.registration import uploads
from rbc_events.registration.models import Claim, ExternalKey, Membership, Statement, StatementKind, UploadKind
from rbc_events.relationships import operations as relationships
from rbc_events.relationships.models import NoteAudience, Relationship, StageKind
from tests.factories import (
    NOW,
    add,
    make_case,
    make_event,
    make_organisation,
    make_outcome,
    make_registration,
    make_seed,
    make_user,
)
from tests.meetings.published import make_meeting

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sample Robotics Ltd.", "SAMPLE ROBOTICS LIMITED"),
        ("見本製作所株式会社", "株式会社見本製作所"),
        ("ＭＩＨＯＮ テック㈱", "mihonテック"),
        ("Müller Sample GmbH", "Muller Sample"),
        ("Sample Biosystems", "Sample Bio Systems Inc"),
        ("髙﨑試作所", "高崎試作所"),
        ("試作渡邊工業株式会社", "試作渡辺工業（株）"),
        ("株式会社ヴィオラ試作", "株式会社ビオラ試作"),
        ("試作モーター㈱", "試作モータ株式会社"),
        ("公益財団法人試作医学振興会", "（公財）試作医学振興会"),
        ("医療法人社団試作会", "試作会"),
        ("国立研究開発法人試作機構", "試作機構"),
        ("ＮＰＯ法人試作", "特定非営利活動法人試作"),
        ("Beispiel Gesellschaft mit beschränkter Haftung", "Beispiel GmbH"),
        ("Muestra Sociedad Limitada", "Muestra, S.L."),
        ("Échantillon Société par actions simplifiée", "Echantillon SAS"),
    ],
)
def test_like_names_are_found(app, one, other):
    first, second = make_organisation(one), make_organisation(other)
    assert doubles.likely_doubles(first) == [second]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sample North Medical", "Sample South Medical"), ("見本東製作所", "見本西製薬"), ("ガス", "カス")],
)
def test_different_names_are_not(app, one, other):
    first = make_organisation(one)
    make_organisation(other)
    assert doubles.likely_doubles(first) == []


def test_the_same_corporate_number_is_found_whatever_the_name(app):
    theirs = make_organisation("見本商事", country="JP", corporate_number="2010405003693")
    mine = make_organisation("Quite Another", country="JP", claimed_number="2010405003693")
    assert doubles.likely_doubles(mine) == [theirs]


def test_merging_moves_registrations_people_and_number_and_keeps_the_profile(app):
    kept = make_registration(make_event())
    double = make_registration(make_event())
    double.organisation.claimed_number = "2010405003693"
    person = double.delegates[0].user
    db.session.add(Statement(organisation=double.organisation, kind=StatementKind.OFFER, text_en="An offer"))
    into, gone, summary = kept.organisation, double.organisation, kept.organisation.profile.summary_en
    doubles.merge(gone, into)
    assert {row.id for row in into.registrations} == {kept.id, double.id}
    assert into.corporate_number == "2010405003693"
    assert into.profile.summary_en == summary
    assert [row.text_en for row in into.statements] == ["An offer"]
    assert {(row.user_id, row.lead) for row in into.memberships} == {
        (kept.delegates[0].user_id, True),
        (person.id, False),
    }
    assert gone.merged_into_id == into.id
    assert gone.registrations == []


def rows_of(organisation):
    """A row in every table that refers to organisations, each of this one: {column: row}. What names two organisations
    has another one on its other side."""
    registration = make_registration(make_event(), organisation)
    outcome = make_outcome(registration.event, parties=(organisation, "Sample B"))
    statement = add(Statement(organisation=organisation, kind=StatementKind.OFFER, text_en="An offer"))
    actor = registration.delegates[0].user
    between = relationships.find_or_begin([organisation, "Sample B"], actor=actor, now=NOW)
    reported = relationships.report_stage(between, StageKind.NDA, actor=actor, now=NOW, organisation=organisation)
    noted = relationships.add_note(
        between, "Seen", audience=NoteAudience.OWN, actor=actor, now=NOW, organisation=organisation
    )
    asked = add(
        FollowUp(relationship_id=between.id, organisation_id=organisation.id, month=1, due_on=NOW.date(), asked_at=NOW)
    )
    told = outcomes.add_report(outcome, {"type": "nda"}, organisation=organisation, actor=actor, now=NOW)
    version = add(CaseVersion(case=make_case(outcome), number=1, text={}, sha256="0", made_at=NOW))
    named = {"party": "a party", "recipient": "a@people.example", "recipient_name": "A", "language": "en"}
    approval = CaseApproval(version=version, organisation=organisation, token_hash="0", asked_at=NOW, **named)
    return {
        "outcome_reports.organisation_id": told,
        "case_approvals.organisation_id": add(approval),
        "follow_ups.organisation_id": asked,
        "relationship_parties.organisation_id": between.parties[0],
        "stage_reports.organisation_id": reported,
        "relationship_notes.organisation_id": noted,
        "registrations.organisation_id": registration,
        "memberships.organisation_id": organisation.memberships[0],
        "profiles.organisation_id": organisation.profile,
        "statements.organisation_id": statement,
        "uploads.organisation_id": uploads.keep(organisation, UploadKind.LOGO, PNG, "logo.png", now=NOW),
        "outcome_parties.organisation_id": outcome.parties[0],
        "organisations.merged_into_id": make_organisation(merged_into_id=organisation.id),
        "external_keys.organisation_id": add(ExternalKey(organisation=organisation, owner="partner:sample", key="7")),
        "claims.known_id": add(Claim(organisation=make_organisation(), known=organisation, made_at=NOW)),
        "claims.organisation_id": add(Claim(organisation=organisation, known=make_organisation(), made_at=NOW)),
        "bookings.organisation_id": add(
            Booking(
                meeting=make_meeting(registration, make_registration(registration.event)),
                organisation_id=organisation.id,
                starts_at=NOW,
                ends_at=NOW + timedelta(minutes=30),
            )
        ),
        "seeds.organisation_id": make_seed(organisation),
    }


def test_everything_that_refers_to_the_double_refers_to_the_other_or_is_settled(app):
    double, into = make_organisation(), make_organisation()
    rows = rows_of(double)
    assert set(rows) == {str(column) for column in doubles.references()}, "say what merging does with a new table"
    doubles.merge(double, into)
    left = [
        str(column)
        for column in doubles.references()
        if db.session.scalar(select(func.count()).select_from(column.table).where(column == double.id))
    ]
    assert left == ["profiles.organisation_id"]
    settled = {"profiles.organisation_id", "memberships.organisation_id", "claims.organisation_id"}
    for name, row in rows.items():
        if name not in settled:
            assert getattr(row, name.partition(".")[2]) == into.id, name
    assert [each.lead for each in into.memberships] == [True]


def test_relationships_of_both_with_one_partner_become_one(app):
    double, into, partner = make_organisation(), make_organisation(), make_organisation()
    kept = relationships.find_or_begin([into, partner], actor=None, now=NOW)
    relationships.find_or_begin([double, partner], actor=None, now=NOW)
    relationships.find_or_begin([double, into, partner], actor=None, now=NOW)
    doubles.merge(double, into)
    assert db.session.scalars(select(Relationship.id)).all() == [kept.id]
    assert {party.organisation_id for party in kept.parties} == {into.id, partner.id}


@pytest.mark.slow
def test_a_relationship_between_the_two_names_the_one_that_stays_once(app):
    double, into = make_organisation(), make_organisation()
    between = relationships.find_or_begin([double, into], actor=None, now=NOW)
    doubles.merge(double, into)
    assert [party.organisation_id for party in between.parties] == [into.id]


def test_an_outcome_is_seen_by_those_who_act_for_the_one_that_stayed(app):
    kept, double = make_registration(make_event()), make_registration(make_event())
    outcome = make_outcome(double.event, parties=(double.organisation, "Sample B"), visibility=Visibility.PARTICIPANTS)
    person = kept.delegates[0].user
    assert not may_see_outcome(person, outcome, today=NOW.date())
    doubles.merge(double.organisation, kept.organisation)
    assert may_see_outcome(person, outcome, today=NOW.date())


def test_logo_and_presentation_stay_and_answers_come_along(app):
    double, into = make_organisation(), make_organisation()
    mine = uploads.keep(into, UploadKind.LOGO, PNG, "mine.png", now=NOW)
    for kind, content in ((UploadKind.LOGO, PNG), (UploadKind.DECK, b"%PDF-1"), (UploadKind.ANSWER, b"%PDF-2")):
        uploads.keep(double, kind, content, "theirs.pdf", now=NOW)
    doubles.merge(double, into)
    assert uploads.current(into, UploadKind.LOGO) is mine
    assert uploads.current(into, UploadKind.DECK) is not None
    assert uploads.current(into, UploadKind.ANSWER) is not None


def test_what_was_said_to_be_each_other_is_said_no_longer(app):
    double, into = make_organisation(), make_organisation()
    add(Claim(organisation=into, known=double, made_at=NOW))
    doubles.merge(double, into)
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 0


def test_two_registrations_for_one_event_are_not_merged_away(app):
    event = make_event()
    first, second = make_registration(event), make_registration(event)
    with pytest.raises(doubles.BothRegistered):
        doubles.merge(first.organisation, second.organisation)


def test_nothing_is_merged_twice_or_into_itself(app):
    first, second = make_organisation(), make_organisation()
    with pytest.raises(doubles.SameOrganisation):
        doubles.merge(first, first)
    doubles.merge(first, second)
    with pytest.raises(doubles.SameOrganisation):
        doubles.merge(first, second)


def test_of_an_organisation_without_a_lead_the_doubles_lead_becomes_it_and_nobody_else(app):
    double, into = make_registration(make_event()).organisation, make_organisation()
    add(Membership(user=make_user(), organisation=double))
    doubles.merge(double, into)
    assert [each.lead for each in into.memberships] == [True, False]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋試作所", "高橋試作所"),
        ("試作渡邊工業株式会社", "試作渡辺工業（株）"),
        ("株式会社ヴィジョン試作", "株式会社ビジョン試作"),
        ("試作センサー株式会社", "試作センサ株式会社"),
        ("一般財団法人試作医療財団", "（一財）試作医療財団"),
        ("医療法人社団試作会", "試作会"),
        ("国立研究開発法人試作研究所", "試作研究所"),
        ("Muestra Ibérica, S.L.", "MUESTRA IBERICA"),
        ("Beispiel GmbH & Co. KG", "Beispiel"),
        ("Sample Devices Co., Ltd.", "Sample Devices Inc."),
    ],
)
def test_two_spellings_of_one_name_are_on_the_events_list(app, one, other):
    event = make_event()
    for name in (one, other, "全く別の会社"):
        make_registration(event, make_organisation(name, country="JP"))
    db.session.commit()
    pairs = doubles.doubles_at(event)
    assert [{first.name_native, second.name_native} for first, second in pairs] == [{one, other}]
