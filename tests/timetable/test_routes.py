"""The coordinators' timetable in the browser, with and without a script."""

import json
import re
from typing import Any

import pytest

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings import arranging
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.outbox.models import OutboxMessage
from rbc_events.scheduling import solve
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.timetable import publishing, runs
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.operations import place_meeting
from rbc_events.timetable.problem import build_problem
from rbc_events.timetable.routes import publishing as publishing_pages
from tests import factories
from tests.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture
def meeting(world: World) -> Meeting:
    return arranging.arrange_meeting(
        world.event,
        world.registration,
        world.counterpart,
        actor=world.people["coordinator"],
        now=now(),
        consent="by mail",
    )


@pytest.fixture
def coordinator(world: World, sign_in: Any) -> Any:
    return sign_in(world.people["coordinator"])


def address(world: World, *more: object) -> str:
    return "/".join(map(str, ("", "events", world.event.key, "timetable", *more)))


def to(world: World, slot: int, place: int) -> dict[str, str]:
    return {
        "slot": str(world.event.slots[slot].id),
        "place": str(world.event.places[place].id),
        "interpreter": "-1",
    }


def test_the_timetable_shows_what_waits_and_what_is_placed(world: World, coordinator: Any, meeting: Meeting) -> None:
    assert "4 times are free for both sides" in coordinator.get(address(world)).text
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    page = coordinator.get(address(world)).text
    assert f'data-meeting="{meeting.id}"' in page
    assert "Every agreed meeting has a time." in page
    by_organisation = coordinator.get(address(world), query_string={"view": "organisations"}).text
    assert world.counterpart.organisation.name_latin in by_organisation


def test_a_form_moves_a_meeting_without_a_script(world: World, coordinator: Any, meeting: Meeting) -> None:
    response = coordinator.post(address(world, meeting.id, "move"), data=to(world, 1, 1))
    assert response.status_code == 302
    assert (meeting.slot, meeting.place) == (world.event.slots[1], world.event.places[1])


def test_dragging_brings_the_grid_alone(world: World, coordinator: Any, meeting: Meeting) -> None:
    response = coordinator.post(address(world, meeting.id, "move"), data=to(world, 1, 1), headers=HTMX)
    assert response.status_code == 200
    assert response.text.lstrip().startswith('<div id="board"')


def test_a_drop_on_a_taken_place_is_409_with_the_reason_and_the_grid(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    third, fourth = factories.make_registration(world.event), factories.make_registration(world.event)
    other = arranging.arrange_meeting(
        world.event, third, fourth, actor=world.people["coordinator"], now=now(), consent="by mail"
    )
    for headers in (HTMX, {}):
        response = coordinator.post(address(world, other.id, "move"), data=to(world, 0, 0), headers=headers)
        assert response.status_code == 409
        assert "Table 1 is taken" in response.text
    assert other.state == MeetingState.AGREED


def test_a_time_of_another_event_is_no_choice(world: World, coordinator: Any, meeting: Meeting) -> None:
    foreign = {**to(world, 0, 0), "slot": str(world.other_event.slots[0].id)}
    assert coordinator.post(address(world, meeting.id, "move"), data=foreign).status_code == 422


def test_the_move_page_says_for_every_time_whether_it_fits(world: World, coordinator: Any, meeting: Meeting) -> None:
    for place in world.event.places:
        place.open = place.position == 1
    third, fourth = factories.make_registration(world.event), factories.make_registration(world.event)
    other = arranging.arrange_meeting(
        world.event, third, fourth, actor=world.people["coordinator"], now=now(), consent="by mail"
    )
    place_meeting(other, slot=world.event.slots[0], place=world.event.places[0], now=now())
    page = coordinator.get(address(world, meeting.id, "move")).text
    assert page.count("It fits.") == 3
    assert "No place that suits is free." in page


def test_the_time_to_choose_says_what_fits_and_why_others_do_not(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    third = factories.make_registration(world.event)
    other = arranging.arrange_meeting(
        world.event, world.registration, third, actor=world.people["coordinator"], now=now(), consent="by mail"
    )
    page = coordinator.get(address(world, other.id, "move")).text
    fits, taken = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL)
    assert (fits[0], fits[1].count("<option")) == ("It fits", 3)
    assert (taken[0], taken[1].count("<option")) == ("It doesn&#39;t fit", 1)
    assert "has another meeting on" in taken[1]


@pytest.mark.slow
def test_what_was_done_is_said(world: World, coordinator: Any, meeting: Meeting) -> None:
    moved = coordinator.post(address(world, meeting.id, "move"), data=to(world, 1, 1), headers=HTMX).text
    assert re.search(r'role="status">.* is now here: Tue 9 Feb 09:30, Table 2\.', moved)
    for action, data, said in (
        ("move", to(world, 0, 1), "is now here: Tue 9 Feb 09:00, Table 2."),
        ("pin", {"pinned": "1"}, "The meeting is pinned"),
        ("pin", {"pinned": "0"}, "The meeting is no longer pinned."),
        ("remove", {}, "The meeting is off the timetable"),
    ):
        response = coordinator.post(address(world, meeting.id, action), data=data)
        page = coordinator.get(response.headers["Location"]).text
        assert said in page
        assert 'class="alert alert-success"' in page


def test_a_length_that_is_none_is_refused_at_its_field(world: World, coordinator: Any, meeting: Meeting) -> None:
    response = coordinator.post(address(world, meeting.id, "details"), data={"length": "0", "version": "1"})
    assert response.status_code == 422
    assert 'id="length-fault"' in response.text


def test_once_published_meetings_stay_unless_said_otherwise(world: World, coordinator: Any, meeting: Meeting) -> None:
    box = '<input checked class="form-check-input" id="keep_published"'
    assert box not in coordinator.get(address(world)).text
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    publishing.publish(world.event, now=now(), revision=world.event.revision)
    assert box in coordinator.get(address(world)).text


def test_pin_remove_and_details(world: World, coordinator: Any, meeting: Meeting) -> None:
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    coordinator.post(address(world, meeting.id, "pin"), data={"pinned": "1"})
    assert meeting.pinned
    refused = coordinator.post(address(world, meeting.id, "details"), data={"length": "2", "version": meeting.version})
    assert refused.status_code == 409
    coordinator.post(address(world, meeting.id, "remove"))
    assert meeting.state == MeetingState.AGREED
    stale = {"length": "2", "must": "y", "version": meeting.version - 1}
    assert coordinator.post(address(world, meeting.id, "details"), data=stale).status_code == 409
    coordinator.post(address(world, meeting.id, "details"), data={**stale, "version": meeting.version})
    assert (meeting.length, meeting.must) == (2, True)


def test_a_coordinator_sits_in_as_the_third_party(world: World, coordinator: Any, meeting: Meeting) -> None:
    person = world.people["coordinator"]
    for chosen, expected in ((person.id, [person.id]), (0, [])):
        data = {"length": "1", "sits_in": chosen, "version": meeting.version}
        assert coordinator.post(address(world, meeting.id, "details"), data=data).status_code == 302
        assert [party.user_id for party in meeting.parties if party.user_id] == expected
    outsider = {"length": "1", "sits_in": world.people["other_coordinator"].id, "version": meeting.version}
    coordinator.post(address(world, meeting.id, "details"), data=outsider)
    assert len(meeting.parties) == 2


@pytest.mark.slow
def test_a_run_from_asking_to_publishing(world: World, coordinator: Any, meeting: Meeting) -> None:
    response = coordinator.post(address(world, "runs"), data={"time_limit": "10"})
    assert response.status_code == 302
    run = db.session.query(ScheduleRun).one()
    assert "Waiting for the worker" in coordinator.get(address(world, "runs", run.id)).text
    db.session.commit()
    runs.work(run.id, clock=now)
    db.session.expire_all()
    progress = coordinator.get(address(world, "runs", run.id, "progress"))
    assert progress.headers["HX-Refresh"] == "true"
    page = coordinator.get(address(world, "runs", run.id)).text
    assert "1 meeting gets a time" in page
    assert "Proved" in page
    assert coordinator.get(address(world, "runs", run.id, "problem.json")).json["format"].startswith("rbc-events/")
    assert coordinator.post(address(world, "runs", run.id, "apply")).status_code == 302
    assert meeting.state == MeetingState.SCHEDULED
    preview = coordinator.get(address(world, "publish")).text
    assert "1 meeting differs" in preview
    assert world.registration.delegates[0].name_in("en") in preview
    coordinator.post(address(world, "publish"), data={"revision": str(world.event.revision)})
    assert meeting.published_starts_at == meeting.slot.starts_at
    told = {row.recipient for row in db.session.query(OutboxMessage) if "text/calendar" in row.content.decode()}
    assert told == {side.delegates[0].email for side in (world.registration, world.counterpart)}


@pytest.mark.slow
def test_a_plan_for_an_event_that_changed_is_409_with_the_difference(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    coordinator.post(address(world, "runs"), data={"time_limit": "10"})
    run = db.session.query(ScheduleRun).one()
    db.session.commit()
    runs.work(run.id, clock=now)
    third = factories.make_registration(world.event)
    arranging.arrange_meeting(
        world.event, world.registration, third, actor=world.people["coordinator"], now=now(), consent="by mail"
    )
    response = coordinator.post(address(world, "runs", run.id, "apply"))
    assert response.status_code == 409
    assert "New meetings:" in response.text
    assert third.organisation.name_latin in response.text
    assert db.session.get(ScheduleRun, run.id, populate_existing=True).state == RunState.STALE
    assert meeting.state == MeetingState.AGREED


def test_publishing_what_somebody_changed_meanwhile_is_409(world: World, coordinator: Any, meeting: Meeting) -> None:
    seen = world.event.revision
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    assert coordinator.post(address(world, "publish"), data={"revision": str(seen)}).status_code == 409
    assert meeting.published_starts_at is None


def test_only_what_changed_is_published_again(world: World, meeting: Meeting) -> None:
    event = world.event
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=now())
    assert [c.kind for c in publishing.publish(event, now=now(), revision=event.revision)] == ["new"]
    assert publishing.differing(event) == []
    place_meeting(meeting, slot=event.slots[0], place=event.places[1], now=now())
    assert [c.kind for c in publishing.publish(event, now=now(), revision=event.revision)] == ["place"]
    assert meeting.sequence == 1
    place_meeting(meeting, slot=event.slots[2], place=event.places[1], now=now())
    assert [c.kind for c in publishing.publish(event, now=now(), revision=event.revision)] == ["moved"]
    assert meeting.sequence == 2


@pytest.mark.slow
def test_the_page_takes_as_many_queries_for_many_meetings_as_for_few(
    world: World, coordinator: Any, count_queries: Any
) -> None:
    def add(number: int) -> None:
        for _each in range(number):
            sides = [factories.make_registration(world.event) for _side in range(2)]
            arranging.arrange_meeting(
                world.event, *sides, actor=world.people["coordinator"], now=now(), consent="by mail"
            )

    pages = [address(world), address(world) + "?view=organisations", address(world, "publish")]
    add(2)
    few = [count_queries(coordinator, page) for page in pages]
    add(10)
    assert [count_queries(coordinator, page) for page in pages] == few


@pytest.mark.slow
def test_many_changes_are_shown_page_by_page_and_published_together(
    world: World, coordinator: Any, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing_pages, "NOTICES_A_PAGE", 1)
    sides = [factories.make_registration(world.event) for _side in range(2)]
    second = arranging.arrange_meeting(
        world.event, *sides, actor=world.people["coordinator"], now=now(), consent="by mail"
    )
    for number, each in enumerate((meeting, second)):
        place_meeting(each, slot=world.event.slots[number], place=world.event.places[0], now=now())
    first, last = (coordinator.get(address(world, "publish") + f"?page={page}").text for page in (1, 2))
    assert "2 meetings differ" in first
    name = sides[0].organisation.name_latin
    assert (name in first, name in last) == (False, True)
    coordinator.post(address(world, "publish") + "?page=2", data={"revision": str(world.event.revision)})
    assert meeting.published_at == second.published_at is not None


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["-1", "nan", "1e3", "9" * 20, "9" * 400, "9" * 5000, "\x00"])
@pytest.mark.parametrize("field", ["least", "fairness"])
def test_a_number_that_nobody_means_is_refused_at_its_field(
    world: World, coordinator: Any, meeting: Meeting, field: str, wrong: str
) -> None:
    response = coordinator.post(address(world, "runs"), data={"time_limit": "10", field: wrong})
    assert response.status_code == 422
    assert f'id="{field}-fault"' in response.text
    assert db.session.query(ScheduleRun).count() == 0


@pytest.mark.parametrize("wrong", ["-1", "nan", "0", "9" * 400])
def test_only_the_times_offered_can_be_searched(world: World, coordinator: Any, meeting: Meeting, wrong: str) -> None:
    response = coordinator.post(address(world, "runs"), data={"time_limit": wrong})
    assert response.status_code == 422
    assert 'id="time_limit-fault"' in response.text


@pytest.mark.parametrize("number", [0, 10**12, 10**30, 10**400])
def test_a_number_that_no_row_has_is_not_found(world: World, coordinator: Any, number: int) -> None:
    for more in ((number, "move"), ("runs", number), ("runs", number, "progress"), ("runs", 1, "left-out", number)):
        assert coordinator.get(address(world, *more)).status_code == 404
    for more in ((number, "pin"), ("runs", number, "cancel"), ("runs", number, "apply")):
        assert coordinator.post(address(world, *more)).status_code == 404


@pytest.mark.parametrize("revision", ["\N{SUPERSCRIPT TWO}", "x", "", "9" * 400, "9" * 5000])
def test_a_revision_that_is_none_publishes_nothing(
    world: World, coordinator: Any, meeting: Meeting, revision: str
) -> None:
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    response = coordinator.post(address(world, "publish"), data={"revision": revision})
    assert response.status_code == 422
    assert meeting.published_at is None


def test_what_cannot_be_done_with_a_run_is_said_on_its_page(world: World, coordinator: Any, meeting: Meeting) -> None:
    run = runs.ask_for_run(world.event, actor=world.people["coordinator"], now=now())
    db.session.commit()
    assert coordinator.get(address(world, "runs", run.id, "plan.json")).status_code == 404
    early = coordinator.post(address(world, "runs", run.id, "apply"))
    assert early.status_code == 409
    assert "This timetable is not ready" in early.text
    assert "Waiting for the worker" in early.text
    assert coordinator.post(address(world, "runs", run.id, "cancel")).status_code == 302
    late = coordinator.post(address(world, "runs", run.id, "cancel"))
    assert late.status_code == 409
    assert "This has ended already." in late.text
    assert "The search was stopped. Nothing has changed." in late.text


def test_what_keeps_a_run_from_being_made_is_said_on_the_timetable(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    for place in world.event.places:
        place.open = False
    db.session.commit()
    response = coordinator.post(address(world, "runs"), data={"time_limit": "10"})
    assert response.status_code == 422
    assert "A timetable needs slots, an open place and at least one agreed meeting." in response.text
    for place in world.event.places:
        place.open = True
    db.session.commit()
    runs.ask_for_run(world.event, actor=world.people["coordinator"], now=now())
    for wanted in ("10", "-1"):  # while one is under way the page has no form
        second = coordinator.post(address(world, "runs"), data={"time_limit": wanted})
        assert second.status_code == 409
        assert "A timetable is being made already." in second.text
        assert 'id="board"' in second.text
    assert db.session.query(ScheduleRun).count() == 1


def test_a_plan_that_the_event_has_outrun_says_so_instead_of_offering_itself(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    run = runs.ask_for_run(world.event, actor=world.people["coordinator"], now=now(), time_limit=5)
    problem = build_problem(world.event, now=now(), keep_published=False)
    run.state, run.plan = RunState.DONE, json.loads(plan_to_json(solve(problem, work=10)))
    db.session.commit()
    page = f"/events/{world.event.key}/timetable/runs/{run.id}"
    fresh = coordinator.get(page).text
    world.event.revision += 1
    db.session.commit()
    outrun = coordinator.get(page).text

    assert f'action="{page}/apply"' in fresh
    assert f'action="{page}/apply"' not in outrun
    assert "be taken over any more" in outrun


@pytest.mark.slow
@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.HELD, MeetingState.NO_SHOW])
def test_a_meeting_called_off_or_held_is_moved_from_no_page(
    world: World, coordinator: Any, meeting: Meeting, state: MeetingState
) -> None:
    """Pages that were open before still send their forms: each is refused in words."""
    if state != MeetingState.CANCELLED:
        place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
        assert f"{address(world)}/{meeting.id}/move" in coordinator.get(address(world)).text
    meeting.state = state
    where = (meeting.slot_id, meeting.place_id)
    assert f"{address(world)}/{meeting.id}/move" not in coordinator.get(address(world)).text
    refused = [
        coordinator.get(address(world, meeting.id, "move")),
        coordinator.post(address(world, meeting.id, "move"), data=to(world, 1, 1)),
        coordinator.post(address(world, meeting.id, "move"), data=to(world, 1, 1), headers=HTMX),
        coordinator.post(address(world, meeting.id, "move"), data={}),
        coordinator.post(address(world, meeting.id, "remove"), headers=HTMX),
        coordinator.post(address(world, meeting.id, "pin"), data={"pinned": "1"}),
        coordinator.post(address(world, meeting.id, "details"), data={"length": "2"}),
        coordinator.post(address(world, meeting.id, "details"), data={"length": "0"}),
    ]
    for response in refused:
        assert response.status_code == 409
        assert "held or called off" in response.text
    assert (meeting.state, meeting.slot_id, meeting.place_id, meeting.pinned) == (state, *where, False)
