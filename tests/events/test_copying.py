"""Set-up in few steps: an event like last year's, a day like another, another plan of a block."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Block, Event, Region, Sector, Slot
from rbc_events.meetings.models import Meeting
from rbc_events.registration.models import Delegate, Question, QuestionKind, Quota, Registration, RegistrationState
from tests.factories import make_event, make_user
from tests.world import World


@pytest.fixture
def staff(sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def copied(staff: Any, world: World, **fields: str) -> Event:
    page = staff.get(f"/manage/events/{world.event.key}/copy").text
    assert 'name="starts_on"' in page
    first = (world.event.starts_on + timedelta(weeks=52)).isoformat()
    data = {
        "key": "next-year",
        "name_en": "Next year",
        "programme_id": str(world.event.programme_id),
        "starts_on": first,
    }
    done = staff.post(f"/manage/events/{world.event.key}/copy", data={**data, **fields})
    assert done.status_code == 302, done.text
    return db.session.scalars(select(Event).filter_by(key="next-year")).one()


def test_next_years_event_has_days_places_questions_and_quotas(staff: Any, world: World) -> None:
    event = world.event
    db.session.add(Question(event_id=event.id, key="size", kind=QuestionKind.NUMBER, label_en="Size"))
    db.session.add(Quota(event_id=event.id, kind="university", places=3))
    db.session.commit()
    copy = copied(staff, world)
    year = timedelta(weeks=52)
    assert copy.starts_on == event.starts_on + year
    assert [slot.starts_at for slot in copy.slots] == [slot.starts_at + year for slot in event.slots]
    assert [place.name_en for place in copy.places] == [place.name_en for place in event.places]
    assert [rule.one for rule in copy.meeting_rules] == [rule.one for rule in event.meeting_rules]
    for model in (Question, Quota):
        assert db.session.scalar(select(func.count()).select_from(model).filter_by(event_id=copy.id)) == 1
    assert (copy.visible, copy.published_at) == (False, None)
    assert db.session.scalar(select(func.count()).select_from(Registration).filter_by(event_id=copy.id)) == 0


def test_its_people_come_along_as_drafts_if_wished(staff: Any, world: World) -> None:
    copy = copied(staff, world, people="y")
    rows = db.session.scalars(select(Registration).filter_by(event_id=copy.id)).all()
    assert rows
    assert {row.state for row in rows} == {RegistrationState.DRAFT}
    assert all(row.delegates for row in rows)
    assert all(row.consents == [] for row in rows)
    before = select(func.count()).select_from(Delegate).join(Registration).where(Registration.event_id == copy.id)
    assert db.session.scalar(before)


def test_a_taken_short_name_is_told_at_its_field(staff: Any, world: World) -> None:
    data = {"key": world.event.key, "name_en": "Next year", "programme_id": str(world.event.programme_id)}
    refused = staff.post(f"/manage/events/{world.event.key}/copy", data=data)
    assert (refused.status_code, "This short name is taken." in refused.text) == (409, True)


def planned(event: Event) -> list[tuple[date, int]]:
    db.session.expire_all()
    return [(block.starts_at.astimezone(event.zone).date(), len(block.slots)) for block in event.blocks]


def test_a_day_is_copied_to_another_and_not_twice(staff: Any, world: World) -> None:
    event = world.event
    event.ends_on = event.starts_on + timedelta(days=5)
    db.session.commit()
    before = planned(event)
    day, to = before[0][0], event.ends_on
    address = f"/manage/events/{event.key}/days/{day.isoformat()}/copy"
    for _time in range(2):
        assert staff.post(address, data={"to": to.isoformat()}).status_code == 302
    assert planned(event) == sorted([*before, *((to, slots) for on, slots in before if on == day)])
    staff.post(address, data={"to": (to + timedelta(days=30)).isoformat()})
    assert "This day is not one of the event" in staff.get(f"/manage/events/{event.key}/days").text


def block_form(event: Event, block: Block, **fields: str) -> dict[str, str]:
    local = block.starts_at.astimezone(event.zone)
    form = {"day": local.date().isoformat(), "starts": f"{local:%H:%M}", "slot_minutes": "15", "slots": "2"}
    return {**form, "gap_minutes": "5", **fields}


def test_a_block_gets_another_name_or_plan_and_one_in_use_keeps_its_slots(staff: Any, world: World) -> None:
    event = make_event("blocks")
    db.session.commit()
    block = event.blocks[0]
    address = f"/manage/events/{event.key}/days/{block.id}"
    assert staff.post(address, data=block_form(event, block, name_en="Round one")).status_code == 302
    db.session.expire_all()
    changed = event.blocks[0]
    assert (changed.name_en, len(changed.slots)) == ("Round one", 2)
    first, second = changed.slots
    assert second.starts_at - first.ends_at == timedelta(minutes=5)

    numbers = [slot.id for slot in changed.slots]
    times = {"starts_at": first.starts_at, "ends_at": first.ends_at}
    where = {"slot_id": numbers[0], "place_id": event.places[0].id}
    meeting = Meeting(event=event, uid="one", state="scheduled", **where, **times)
    db.session.add(meeting)
    db.session.commit()
    address = f"/manage/events/{event.key}/days/{changed.id}"
    form = block_form(event, changed, name_en="Round two")
    assert staff.post(address, data=form).status_code == 302, "a name alone changes no slot"
    refused = staff.post(address, data={**form, "slots": "3"})
    assert (refused.status_code, "Meetings are placed in these slots" in refused.text) == (409, True)
    assert db.session.scalars(select(Slot.id).order_by(Slot.id).where(Slot.id.in_(numbers))).all() == numbers


def test_a_sector_and_a_region_are_made_and_renamed_on_pages(staff: Any, world: World) -> None:
    assert (
        staff.post("/manage/sectors", data={"key": "space", "name_ja": "宇宙", "name_en": "Space"}).status_code == 302
    )
    assert staff.post("/manage/sectors", data={"key": "space", "name_ja": "宇", "name_en": "S"}).status_code == 409
    assert staff.post("/manage/sectors/space", data={"name_ja": "宇宙産業", "name_en": "Space"}).status_code == 302
    assert db.session.scalars(select(Sector).filter_by(key="space")).one().name_ja == "宇宙産業"
    names = {"name_ja": "青森県", "name_en": "Aomori", "parent_code": ""}
    assert staff.post("/manage/regions", data={"code": "020002", **names}).status_code == 422, "its check digit is 1"
    assert staff.post("/manage/regions", data={"code": "020001", **names}).status_code == 302
    assert staff.post("/manage/regions", data={"code": "020001", **names}).status_code == 409
    assert staff.post("/manage/regions/020001", data={**names, "name_kana": "アオモリ"}).status_code == 302
    assert db.session.get_one(Region, "020001").name_kana == "アオモリ"


def test_an_event_is_announced_by_a_button_and_says_so_until_then(staff: Any, world: World) -> None:
    world.event.visible = False
    db.session.commit()
    page = staff.get(f"/manage/events/{world.event.key}/settings").text
    assert "Only staff see this event" in page
    assert staff.post(f"/manage/events/{world.event.key}/announce").status_code == 302
    db.session.expire_all()
    assert world.event.visible
    assert "Only staff see this event" not in staff.get(f"/manage/events/{world.event.key}/settings").text
