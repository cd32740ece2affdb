"""Who may meet whom: the event's rules, kept at every door."""

from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.directory.recommending import _candidates
from rbc_events.events.models import Event, RuleBy
from rbc_events.events.operations import create_event, usual_rule
from rbc_events.meetings import arranging, operations
from rbc_events.meetings.kept_apart import meetings_kept_apart
from rbc_events.meetings.models import MeetingRequest
from rbc_events.meetings.refusals import KeptApart
from rbc_events.registration.models import OrganisationKind, Registration
from rbc_events.registration.pairing import RuleTwice, Side, add_rule, may_be_met_by, may_meet, rules_in_words
from rbc_events.timetable.gone import problem_of_run
from tests.factories import (
    NOW,
    make_event,
    make_organisation,
    make_programme,
    make_registration,
    make_sector,
    make_user,
)
from tests.world import World

KINDS = OrganisationKind
UNIVERSITY = Side(RuleBy.KIND, KINDS.UNIVERSITY)
LOCAL_COMPANY = Side(RuleBy.KIND, KINDS.LOCAL_COMPANY)
ANYONE = Side(RuleBy.ANYONE)


def of_kind(event: Event, kind: OrganisationKind, **fields: Any) -> Registration:
    country = "FR" if kind == KINDS.FOREIGN_COMPANY else "JP"
    return make_registration(event, make_organisation(kind=kind, country=country), **fields)


@pytest.fixture
def event(app: Any) -> Event:
    return make_event("ruled")


def meets(*rules: tuple[Side, Side, bool]) -> Any:
    return rules


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), True),
        (((UNIVERSITY, LOCAL_COMPANY, True),), True),
        (((LOCAL_COMPANY, UNIVERSITY, True),), True),
        (((Side(RuleBy.SIDE, "foreign"), Side(RuleBy.SIDE, "local"), True),), False),
        (((UNIVERSITY, LOCAL_COMPANY, False),), False),
        (((ANYONE, ANYONE, True), (UNIVERSITY, UNIVERSITY, False)), True),
        (((ANYONE, ANYONE, True), (UNIVERSITY, ANYONE, False)), False),
        (((Side(RuleBy.GROUP, "tour"), ANYONE, True),), True),
        (((Side(RuleBy.GROUP, "tour"), Side(RuleBy.GROUP, "tour"), True),), False),
        (((Side(RuleBy.GROUP, "tour"), LOCAL_COMPANY, False),), False),
    ],
)
def test_rules_of_kinds_sides_and_groups(event: Event, rules: Any, expected: bool) -> None:
    university = of_kind(event, KINDS.UNIVERSITY, group_name="tour")
    company = of_kind(event, KINDS.LOCAL_COMPANY)
    for one, other, together in rules:
        add_rule(event, one, other, together=together)
    assert may_meet(university, company) is may_meet(company, university) is expected
    for side, other in ((university, company), (company, university)):
        found = db.session.scalars(select(Registration).where(may_be_met_by(side), Registration.id == other.id)).all()
        assert bool(found) is expected, "the function and the condition say the same"


def test_a_rule_of_sectors(event: Event) -> None:
    health, food = make_sector("rule-health"), make_sector("rule-food")
    sides = [of_kind(event, KINDS.FOREIGN_COMPANY) for _each in range(3)]
    for side, sector in zip(sides, (health, health, food), strict=True):
        side.organisation.profile.sector = None
        side.organisation.profile.sector_id = sector.id
    db.session.flush()
    in_health = Side(RuleBy.SECTOR, str(health.id))
    add_rule(event, in_health, in_health, together=True)
    assert may_meet(sides[0], sides[1])
    assert not may_meet(sides[0], sides[2])
    found = db.session.scalars(select(Registration.id).where(may_be_met_by(sides[0]))).all()
    assert sides[1].id in found
    assert sides[2].id not in found


def test_a_new_event_begins_with_the_programmes_usual_rule(app: Any) -> None:
    event = create_event(
        make_programme(), hosts=[], key="made", sector=make_sector(), shape="conference", mode="online", name_en="Made"
    )
    ((_rule, words),) = rules_in_words(event)
    assert words == "Foreign and foreign-affiliated organisations and Organisations of the region meet each other."
    assert not may_meet(of_kind(event, KINDS.UNIVERSITY), of_kind(event, KINDS.LOCAL_COMPANY))
    assert may_meet(of_kind(event, KINDS.UNIVERSITY), of_kind(event, KINDS.FOREIGN_COMPANY))
    overseas = make_registration(event, make_organisation(kind=KINDS.UNIVERSITY, country="FI"))
    assert may_meet(of_kind(event, KINDS.UNIVERSITY), overseas)


def test_the_same_rule_is_there_once_whichever_side_is_named_first(event: Event) -> None:
    add_rule(event, UNIVERSITY, LOCAL_COMPANY, together=True)
    db.session.commit()
    with pytest.raises(RuleTwice):
        add_rule(event, LOCAL_COMPANY, UNIVERSITY, together=False)


def test_a_university_does_not_ask_a_local_company_at_any_door(event: Event, sign_in: Any) -> None:
    event.meeting_rules.append(usual_rule())
    university, company = of_kind(event, KINDS.UNIVERSITY), of_kind(event, KINDS.LOCAL_COMPANY)
    foreign = of_kind(event, KINDS.FOREIGN_COMPANY)
    db.session.commit()
    browser = sign_in(university.delegates[0].user)
    address = f"/events/ruled/requests/to/{company.id}"
    refused = browser.post(address, data={"priority": "2", "note": "We would like to talk."})
    assert refused.status_code == 422
    assert "By the rules of this event" in refused.text
    assert "We would like to talk." in refused.text
    assert not db.session.query(MeetingRequest).count()
    listed = browser.get("/events/ruled/directory").text
    assert f"/events/ruled/directory/{foreign.id}" in listed
    assert f"/events/ruled/directory/{company.id}" not in listed
    assert "Listed are those whom your organisation may meet" in listed
    page = browser.get(f"/events/ruled/directory/{company.id}").text
    assert "By the rules of this event" in page
    assert address not in page
    assert f"/events/ruled/requests/to/{foreign.id}" in browser.get(f"/events/ruled/directory/{foreign.id}").text
    assert set(_candidates(university)) == {foreign.organisation_id}
    staff = make_user()
    with pytest.raises(KeptApart):
        arranging.propose_meeting(event, university, company, actor=staff, now=NOW)
    with pytest.raises(KeptApart):
        arranging.arrange_meeting(event, university, company, actor=staff, now=NOW, consent="by mail")


def test_what_was_asked_before_the_rule_is_not_accepted_after_it(event: Event) -> None:
    university, company = of_kind(event, KINDS.UNIVERSITY), of_kind(event, KINDS.LOCAL_COMPANY)
    asked = operations.request_meeting(university, company, actor=university.delegates[0].user, now=NOW)
    add_rule(event, UNIVERSITY, LOCAL_COMPANY, together=False)
    with pytest.raises(KeptApart):
        operations.accept(asked, company, actor=company.delegates[0].user, now=NOW)
    assert asked.meeting is None


def test_a_meeting_agreed_before_the_rule_is_told_and_left_out_of_timetables(world: World, sign_in: Any) -> None:
    event, staff = world.event, sign_in(world.people["coordinator"])
    sides = [of_kind(event, KINDS.UNIVERSITY), of_kind(event, KINDS.LOCAL_COMPANY)]
    meeting = arranging.arrange_meeting(event, *sides, actor=world.people["coordinator"], now=NOW, consent="by mail")
    fine = arranging.arrange_meeting(
        event, world.registration, sides[0], actor=world.people["coordinator"], now=NOW, consent="by mail"
    )
    db.session.commit()
    assert "the rules keep apart" not in staff.get("/").text
    event.meeting_rules.append(usual_rule())
    db.session.flush()
    assert meetings_kept_apart([event.id], now=NOW) == [meeting]
    vetoed = {request.id: request.veto for request in problem_of_run(event, now=NOW).requests}
    assert vetoed == {f"m{meeting.id}": True, f"m{fine.id}": False}
    assert "1 meeting of organisations that the rules keep apart" in staff.get("/").text
    assert f"/events/own-event/meetings/{meeting.id}" in staff.get("/events/own-event/timetable").text


def test_rules_and_groups_are_set_on_the_pages(world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["coordinator"])
    event, registration = world.event, world.registration
    screen = f"/events/own-event/registrations/{registration.id}"
    assert staff.post(f"{screen}/group", data={"group_name": "Delegation A"}).status_code == 302
    assert registration.group_name == "Delegation A"
    page = "/events/own-event/meeting-rules"
    assert "everybody may meet everybody" in staff.get(page).text
    assert "Group “Delegation A”" in staff.get(page).text
    rule = {"one": "group:Delegation A", "together": "n", "other": "anyone:"}
    assert staff.post(page, data=rule).status_code == 302
    assert "All organisations and Group “Delegation A” don&#39;t meet each other." in staff.get(page).text
    assert staff.post(page, data=rule).status_code == 409
    assert "don&#39;t meet each other" in sign_in(world.people["delegate"]).get("/events/own-event").text
    assert not may_meet(registration, world.counterpart)
    (number,) = [row.id for row in event.meeting_rules]
    assert staff.post(f"{page}/{number}/remove").status_code == 302
    assert may_meet(registration, world.counterpart)
    assert staff.post(page, data={"one": "kind:nobody", "together": "y", "other": "anyone:"}).status_code == 422
