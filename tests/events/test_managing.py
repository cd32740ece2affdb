"""Staff make a programme and an event through the pages."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Event, PlaceKind, Programme
from rbc_events.events.places import add_places
from rbc_events.meetings.arranging import arrange_meeting
from rbc_events.timetable.operations import place_meeting
from tests.factories import NOW, make_event, make_programme, make_region, make_sector, make_user
from tests.world import World

PROGRAMME = {"key": "rbc-fy2026", "kind": "rbc", "fiscal_year": "2026", "name_ja": "RBC 2026年度", "name_en": ""}


def event_form(**changes: Any) -> dict[str, Any]:
    sector, region = make_sector(), make_region()
    return {
        "key": "rbc-2026-healthcare",
        "name_en": "Healthcare in Miyagi",
        "sector_id": sector.id,
        "shape": "conference",
        "mode": "hybrid",
        "hosts": [region.code],
        "time_zone": "Asia/Tokyo",
        "starts_on": "2027-02-09",
        "ends_on": "2027-02-10",
        "registration_opens_at": "2026-12-01T09:00",
        "registration_closes_at": "2027-01-15T17:00",
        "visible": "y",
        **changes,
    }


@pytest.fixture
def headquarters(app: Any, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def test_a_programme_is_made(headquarters: Any) -> None:
    assert headquarters.post("/manage/programmes/new", data=PROGRAMME).status_code == 302
    assert db.session.scalar(select(Programme)).name_ja == "RBC 2026年度"


def test_a_taken_key_is_said_beside_the_field_and_nothing_is_lost(headquarters: Any) -> None:
    make_programme("rbc-fy2026")
    response = headquarters.post("/manage/programmes/new", data=PROGRAMME)
    assert response.status_code == 409
    assert "This short name is taken." in response.text
    assert "RBC 2026年度" in response.text


def test_an_event_is_made_with_times_of_its_own_zone(headquarters: Any) -> None:
    make_programme("rbc-fy2026")
    response = headquarters.post("/manage/programmes/rbc-fy2026/new-event", data=event_form())
    assert response.status_code == 302
    event = db.session.scalar(select(Event))
    assert event.registration_opens_at == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert [host.name_en for host in event.hosts] == ["Miyagi"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ends_on": "2027-02-08"}, "The last day comes before the first."),
        ({"registration_closes_at": "2026-11-01T00:00"}, "Registration would close before it opens."),
        ({"name_en": ""}, "Give a name in at least one language."),
        ({"key": "Not A Key"}, "Small letters, digits and single hyphens, please."),
    ],
)
def test_each_fault_stands_beside_its_field(headquarters: Any, changes: dict[str, str], fault: str) -> None:
    make_programme("rbc-fy2026")
    response = headquarters.post("/manage/programmes/rbc-fy2026/new-event", data=event_form(**changes))
    assert response.status_code == 422
    assert fault in response.text
    assert db.session.scalar(select(Event)) is None


def test_a_stale_form_gets_409_and_changes_nothing(headquarters: Any) -> None:
    event = make_event("own")
    data = event_form(key="own", name_en="Mine", version="99")
    assert headquarters.post("/manage/events/own/settings", data=data).status_code == 409
    assert event.name_en != "Mine"


def test_the_settings_form_shows_what_is_stored(headquarters: Any) -> None:
    make_event("own", hosts=[make_region()])
    text = headquarters.get("/manage/events/own/settings").text
    assert 'value="2026-10-23T12:00"' in text  # 03:00 UTC, in Tokyo
    assert '<input checked class="form-check-input" id="hosts-0" name="hosts" type="checkbox" value="040002">' in text


def test_days_are_planned(headquarters: Any) -> None:
    event = make_event("own", slots=0)
    data = {
        "kind": "meetings",
        "day": "2027-02-09",
        "starts": "09:30",
        "slot_minutes": 30,
        "slots": 4,
        "gap_minutes": 5,
    }
    assert headquarters.post("/manage/events/own/days", data=data).status_code == 302
    assert event.slots[0].starts_at == datetime(2027, 2, 9, 0, 30, tzinfo=UTC)
    response = headquarters.post("/manage/events/own/days", data=data)
    assert response.status_code == 409
    assert "overlap" in response.text


@pytest.mark.parametrize(
    ("changes", "field", "fault"),
    [
        ({"day": "2027-02-11"}, "day", "This day is not one of the event&#39;s (9–10 Feb 2027)."),
        ({"starts": "23:30"}, "slots", "The block would end after midnight."),
    ],
)
def test_a_block_outside_the_events_days_is_refused_at_its_field(
    headquarters: Any, changes: dict[str, str], field: str, fault: str
) -> None:
    event = make_event("own", slots=0)
    data = {"kind": "meetings", "day": "2027-02-09", "starts": "09:30", "slot_minutes": 30, "slots": 4}
    response = headquarters.post("/manage/events/own/days", data={**data, "gap_minutes": 0, **changes})
    assert response.status_code == 422
    assert re.search(f'id="{field}-fault">{re.escape(fault)}', response.text)
    assert event.slots == []


def test_an_event_keeps_the_days_on_which_blocks_are_planned(headquarters: Any) -> None:
    event = make_event("own")
    data = event_form(key="own", version=event.version, starts_on="2027-02-10")
    response = headquarters.post("/manage/events/own/settings", data=data)
    assert response.status_code == 422
    assert "Blocks are planned on Tue, 9 February 2027." in response.text
    assert event.starts_on == date(2027, 2, 9)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_event_that_is_not_announced_is_not_there_for_the_public(app: Any, sign_in: Any, language: str) -> None:
    make_event("hidden", visible=False)
    assert app.test_client().get("/events/hidden").status_code == 404
    assert sign_in(make_user(Role.HEADQUARTERS), language).get("/events/hidden").status_code == 200


def test_a_place_gets_another_name_and_link(world: World, sign_in: Any) -> None:
    first, second = world.event.places[:2]
    staff, path = sign_in(world.people["coordinator"]), f"/manage/events/{world.event.key}/places/{first.id}"
    fields = {"name_ja": "窓側", "name_en": "Window", "join_url": "https://meet.example/1"}
    assert staff.post(path, data=fields).status_code == 302
    assert (first.name_ja, first.name_en, first.join_url) == ("窓側", "Window", "https://meet.example/1")
    assert 'value="https://meet.example/1"' in staff.get(path).get_data(as_text=True)

    taken = {**fields, "name_ja": second.name_ja, "name_en": second.name_en}
    assert staff.post(path, data=taken).status_code == 409
    for wrong in ({"join_url": "javascript:alert(1)"}, {"name_ja": "", "name_en": " "}):
        assert staff.post(path, data={**fields, **wrong}).status_code == 422
    assert first.name_en == "Window"


def test_what_is_in_use_stays_and_its_page_says_why(world: World, sign_in: Any) -> None:
    staff, event = world.people["coordinator"], world.event
    meeting = arrange_meeting(event, world.registration, world.counterpart, actor=staff, now=NOW, consent="ok")
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)
    name, client, base = event.places[0].name_en, sign_in(staff), f"/manage/events/{event.key}"
    db.session.commit()
    refused = client.post(f"{base}/places/{event.places[0].id}/remove")
    assert refused.status_code == 409
    assert f"Remove {name}?" in refused.text
    assert "It can't be removed: it is still used." in refused.text
    assert "<li>1 meeting</li>" in refused.text
    assert "btn-danger" not in refused.text
    refused = client.post(f"{base}/days/{event.slots[0].block_id}/remove")
    assert (refused.status_code, "<li>1 meeting</li>" in refused.text) == (409, True)


@pytest.mark.slow
def test_a_virtual_room_without_a_link_is_told_before_and_when_publishing(world: World, sign_in: Any) -> None:
    staff, event = world.people["coordinator"], world.event
    (room,) = add_places(event, kind=PlaceKind.VIRTUAL, name_ja="", name_en="Virtual room")
    meeting = arrange_meeting(event, world.registration, world.counterpart, actor=staff, now=NOW, consent="ok")
    meeting.online = True
    place_meeting(meeting, slot=event.slots[0], place=room, now=NOW)
    client = sign_in(staff)
    places, publish = f"/manage/events/{event.key}/places", f"/events/{event.key}/timetable/publish"
    assert "No link to join yet" in client.get(places).text
    assert "have no link to join: Virtual room." in client.get(publish).text
    room.join_url = "https://meet.example/1"
    assert "No link to join yet" not in client.get(places).text
    assert "no link to join" not in client.get(publish).text
