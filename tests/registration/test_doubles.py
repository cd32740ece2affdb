import pytest

from rbc_events.database import db
from rbc_events.registration import doubles
from rbc_events.registration.models import Statement, StatementKind
from tests.factories import make_event, make_organisation, make_registration


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sample Robotics Ltd.", "SAMPLE ROBOTICS LIMITED"),
        ("見本製作所株式会社", "株式会社見本製作所"),
        ("ＭＩＨＯＮ テック㈱", "mihonテック"),
        ("Müller Sample GmbH", "Muller Sample"),
        ("Sample Biosystems", "Sample Bio Systems Inc"),
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
