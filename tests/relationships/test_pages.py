"""From a held meeting to its relationship: what staff work on, and what each side sees of it and adds."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.relationships import operations, queries
from rbc_events.relationships.models import NoteAudience, Relationship, StageKind
from tests.factories import NOW, make_organisation, make_programme, make_registration, make_user
from tests.forms import form_with
from tests.markup import one_line
from tests.relationships.test_operations import begin, hold
from tests.world import World


@pytest.fixture
def relationship(world: World, now: Any) -> Relationship:
    made = operations.take_up_meeting(hold(world), actor=None, now=now)
    db.session.commit()
    return made


@pytest.mark.slow
def test_one_button_leads_from_the_meeting_to_what_came_of_it(world: World, sign_in: Any) -> None:
    meeting = hold(world)
    staff, side = sign_in(world.people["coordinator"]), sign_in(world.people["delegate"])
    page = f"/events/{world.event.key}/meetings/{meeting.id}"
    assert "What came of it" in staff.get(page).text
    assert "What came of it" in side.get(page).text
    first, second = staff.post(f"{page}/relationship"), side.post(f"{page}/relationship")
    number = db.session.scalars(select(Relationship.id)).one()
    assert (first.location, second.location) == (f"/relationships/{number}", f"/partners/{number}")


def test_a_meeting_still_to_come_has_no_such_button(world: World, sign_in: Any) -> None:
    meeting = hold(world)
    meeting.state = "scheduled"
    page = f"/events/{world.event.key}/meetings/{meeting.id}"
    staff = sign_in(world.people["coordinator"])
    assert "What came of it" not in staff.get(page).text
    assert staff.post(f"{page}/relationship").status_code == 422


@pytest.mark.slow
def test_stages_stand_side_by_side_with_who_reported_them_and_how_precisely(
    relationship: Relationship, world: World, sign_in: Any
) -> None:
    staff, side = sign_in(world.people["coordinator"]), sign_in(world.people["delegate"])
    staff.post(f"/relationships/{relationship.id}/stages", data={"kind": "nda", "on": "2026-09"})
    staff.post(f"/relationships/{relationship.id}/stages", data={"kind": "transfer", "on": "2026-09"})
    side.post(f"/partners/{relationship.id}/stages", data={"kind": "nda", "on": "2026"})
    page = staff.get(f"/relationships/{relationship.id}").text
    assert page.count("September 2026") == 2
    name = world.registration.organisation.name_latin
    assert re.search(rf"<li>2026 <span[^>]*>reported by {name}", one_line(page))


def test_a_stage_in_the_future_is_refused_at_its_field_and_stays_typed(
    relationship: Relationship, world: World, sign_in: Any
) -> None:
    response = sign_in(world.people["coordinator"]).post(
        f"/relationships/{relationship.id}/stages", data={"kind": "nda", "on": "2099"}
    )
    assert response.status_code == 422
    assert re.search('id="stage-on-fault">This date is in the future', response.text)
    assert form_with(response.text, "on")["on"] == ["2099"]


@pytest.mark.slow
def test_each_side_reads_what_is_for_both_and_its_own_and_nothing_of_staff_or_the_other(
    relationship: Relationship, world: World, sign_in: Any
) -> None:
    staff = sign_in(world.people["coordinator"])
    one, other = sign_in(world.people["delegate"]), sign_in(world.people["other_delegate"])
    for client, address, audience in (
        (staff, "relationships", "staff"),
        (staff, "relationships", "parties"),
        (one, "partners", "own"),
        (one, "partners", "parties"),
        (other, "partners", "own"),
    ):
        word = f"{'staff' if client is staff else 'one' if client is one else 'other'}-wrote-for-{audience}"
        data = {"text": word, "audience": audience}
        assert client.post(f"/{address}/{relationship.id}/notes", data=data).status_code == 302
    one.post(f"/partners/{relationship.id}/stages", data={"kind": "nda", "note": "one-said-of-the-nda"})
    staff.post(f"/relationships/{relationship.id}/stages", data={"kind": "poc", "note": "staff-said-of-the-poc"})

    def words(client: Any, address: str) -> set[str]:
        page = client.get(f"/{address}/{relationship.id}").text
        return set(re.findall(r"(?:staff|one|other)-(?:wrote|said)-[a-z-]+", page))

    both = {"staff-wrote-for-parties", "one-wrote-for-parties"}
    assert words(one, "partners") == both | {"one-wrote-for-own", "one-said-of-the-nda"}
    assert words(other, "partners") == both | {"other-wrote-for-own"}
    own = {"one-wrote-for-own", "other-wrote-for-own", "one-said-of-the-nda"}
    assert words(staff, "relationships") == both | own | {"staff-wrote-for-staff", "staff-said-of-the-poc"}


def test_a_side_cannot_write_for_staff_alone(relationship: Relationship, world: World, sign_in: Any) -> None:
    side = sign_in(world.people["delegate"])
    data = {"text": "hidden", "audience": "staff"}
    assert side.post(f"/partners/{relationship.id}/notes", data=data).status_code == 422


def test_a_task_is_added_and_done(relationship: Relationship, world: World, sign_in: Any) -> None:
    staff, address = sign_in(world.people["coordinator"]), f"/relationships/{relationship.id}"
    data = {"task": "Send the draft", "due_on": "2026-12-01", "assigned_to": world.people["coordinator"].id}
    assert staff.post(f"{address}/tasks", data=data).status_code == 302
    task = relationship.tasks[0]
    staff.post(f"{address}/tasks/{task.id}/done")
    assert task.done_at is not None
    assert task.done_by_id == world.people["coordinator"].id


def test_resting_needs_a_reason_at_its_field(relationship: Relationship, world: World, sign_in: Any) -> None:
    staff, address = sign_in(world.people["coordinator"]), f"/relationships/{relationship.id}"
    data = form_with(staff.get(address).text, "state_reason")
    refused = staff.post(f"{address}/state", data={**data, "state": "dormant"})
    assert refused.status_code == 422
    assert re.search('id="state-state_reason-fault">Say why', refused.text)
    staff.post(f"{address}/state", data={**data, "state": "dormant", "state_reason": "no budget this year"})
    assert "no budget this year" in staff.get(address).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ("", True),
        ("sector={sector}", True),
        ("sector=other", False),
        ("programme={programme}", True),
        ("event={event}", True),
        ("event=other-event", False),
        ("region=040002", True),
        ("region=010006", False),
        ("reached=first_meeting", True),
        ("reached=nda", False),
        ("at=first_meeting", True),
        ("at=nda", False),
        ("reached=unknown", True),
        ("at=unknown", True),
        ("overdue=1", False),
        ("state=closed", False),
        ("state=all", True),
    ],
)
def test_the_list_is_narrowed_down(
    relationship: Relationship, world: World, sign_in: Any, narrowing: str, found: bool
) -> None:
    from tests.factories import make_region

    world.event.hosts.append(make_region())
    asked = narrowing.format(sector=world.event.sector.key, programme=world.event.programme.key, event=world.event.key)
    staff = sign_in(world.people["coordinator"])
    for view in ("", "&view=board"):
        if view and "at=" in asked:
            continue
        page = staff.get(f"/relationships?{asked}{view}").text
        assert (f'href="/relationships/{relationship.id}"' in page) == found


@pytest.mark.slow
def test_what_is_overdue_is_found_by_its_next_step_and_by_its_tasks(
    relationship: Relationship, world: World, sign_in: Any
) -> None:
    staff, link = sign_in(world.people["coordinator"]), f'href="/relationships/{relationship.id}"'
    relationship.next_step, relationship.next_step_on = "Call", date(2020, 1, 1)
    assert link in staff.get("/relationships?overdue=1").text
    relationship.next_step_on = None
    assert link not in staff.get("/relationships?overdue=1").text
    operations.add_task(relationship, text="Write", due_on=date(2020, 1, 1), assigned_to=None)
    assert link in staff.get("/relationships?overdue=1").text


def test_a_card_stands_in_the_column_of_the_furthest_stage(
    relationship: Relationship, world: World, sign_in: Any, now: Any
) -> None:
    operations.report_stage(relationship, StageKind.POC, actor=None, now=now)
    operations.report_stage(relationship, StageKind.NDA, actor=None, now=now)
    page = sign_in(world.people["coordinator"]).get("/relationships?view=board").text
    column = next(part for part in page.split("<section>") if f'href="/relationships/{relationship.id}"' in part)
    assert "Proof of concept" in column.split("</h2>")[0]
    assert "NDA" in column


@pytest.mark.slow
def test_list_board_and_page_ask_as_often_for_many_as_for_few(
    relationship: Relationship, world: World, sign_in: Any, now: Any, count_queries: Any
) -> None:
    staff, author = sign_in(world.people["headquarters"]), world.people["coordinator"]
    operations.add_note(relationship, "first", audience=NoteAudience.STAFF, actor=author, now=now)
    addresses = ("/relationships", "/relationships?view=board", f"/relationships/{relationship.id}")
    few = [count_queries(staff, address) for address in addresses]
    for number in range(60):
        parties = [world.registration.organisation, make_organisation()]
        other = operations.find_or_begin(parties, actor=author, now=now)
        operations.grew_in(other, world.event.programme, world.event)
        operations.report_stage(other, list(StageKind)[number % 8], actor=None, now=now)
        operations.add_note(relationship, "more", audience=NoteAudience.STAFF, actor=author, now=now)
    assert [count_queries(staff, address) for address in addresses] == few
    assert "Page 1 of 2" in staff.get("/relationships").text


@pytest.mark.slow
def test_headquarters_begin_one_without_a_meeting_and_registered_names_mean_the_organisation(
    world: World, sign_in: Any
) -> None:
    client = sign_in(make_user(Role.HEADQUARTERS))
    known, programme = make_organisation("Sample Known Institute"), make_programme("support")
    data = {"parties_en": "Sample Known Institute\r\nSample Guest ", "programme": programme.key}
    first, again = (client.post("/relationships/new", data=data) for _time in range(2))
    assert first.location == again.location
    begun = db.session.scalars(select(Relationship)).one()
    assert [party.organisation_id for party in begun.parties] == [known.id, None]
    refused = client.post("/relationships/new", data={**data, "parties_en": "Alone"})
    assert refused.status_code == 422
    assert "at least two parties" in refused.text


def test_a_coordinator_finds_what_grew_in_their_events_and_nothing_else(
    relationship: Relationship, world: World, sign_in: Any, now: Any
) -> None:
    theirs = make_registration(world.other_event)
    elsewhere = operations.find_or_begin(
        [theirs.organisation, world.elsewhere.organisation], actor=None, now=now + timedelta(days=1)
    )
    operations.grew_in(elsewhere, world.other_event.programme, world.other_event)
    page = sign_in(world.people["other_coordinator"]).get("/relationships").text
    assert f'href="/relationships/{elsewhere.id}"' in page
    assert f'href="/relationships/{relationship.id}"' not in page


def test_our_partners_lists_those_whom_one_met(relationship: Relationship, world: World, sign_in: Any) -> None:
    partner = world.counterpart.organisation.name_latin
    assert partner in sign_in(world.people["delegate"]).get("/partners").text
    assert partner not in sign_in(world.people["outsider"]).get("/partners").text
    begin(world, relationship.created_at)


def test_a_long_list_of_partners_is_shown_a_page_at_a_time(world: World, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "A_PAGE", 2)
    own = world.registration.organisation
    for number in range(3):
        operations.find_or_begin([own, f"Partner {number}"], actor=None, now=NOW)
    client = sign_in(world.people["delegate"])
    first, second = (client.get(f"/partners?page={page}").text for page in (1, 2))
    assert [f"Partner {number}" in first for number in range(3)] == [False, True, True]
    assert [f"Partner {number}" in second for number in range(3)] == [True, False, False]
    assert "/partners?page=2" in first
