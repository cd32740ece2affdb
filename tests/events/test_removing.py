"""Before something is removed its page says what goes with it; what is used stays."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.models import Block, Event, Place
from rbc_events.events.places import close_place
from rbc_events.events.removing import WORDS, StillUsed, _referring, consequences, remove
from rbc_events.meetings.arranging import arrange_meeting
from rbc_events.registration.models import Unavailability
from rbc_events.timetable.operations import place_meeting, remove_meeting
from tests.factories import NOW, make_event, make_region
from tests.world import World

OF_OTHERS = {"bookings", "calendar_entries"}  # told with the meetings that they belong to


def below(name: str) -> set[str]:
    """The tables whose rows go with, or keep, those of one table."""
    found: set[str] = set()
    for child, keys in _referring(db.metadata.tables[name]).items():
        going = any(key.ondelete == "CASCADE" for key in keys)
        found |= {child.name} | (below(child.name) if going and len(child.primary_key) == 1 else set())
    return found


@pytest.mark.parametrize("name", ["blocks", "places", "sectors", "regions"])
def test_whatever_refers_to_what_can_be_removed_has_words(app: Any, name: str) -> None:
    assert below(name) - WORDS.keys() - OF_OTHERS == set()


def test_the_question_says_what_goes_and_removes_nothing_yet(world: World, sign_in: Any) -> None:
    event, client = world.event, sign_in(world.people["coordinator"])
    block = event.slots[0].block
    number, slots = block.id, len(block.slots)
    db.session.add(Unavailability(registration=world.registration, slot=event.slots[0]))
    db.session.commit()
    address = f"/manage/events/{event.key}/days/{number}/remove"
    page = client.get(address).text
    assert f"<li>{slots} slots</li>" in page
    assert "<li>1 time at which an organisation said that it can&#39;t come</li>" in page
    assert db.session.get(Block, number) is not None
    assert client.post(address).status_code == 302
    db.session.expire_all()
    assert db.session.get(Block, number) is None


def test_a_day_goes_as_a_whole_or_not_at_all(world: World, sign_in: Any) -> None:
    event, staff = world.event, world.people["coordinator"]
    day = event.slots[0].starts_at.astimezone(event.zone).date()
    client, address = sign_in(staff), f"/manage/events/{event.key}/days/{day.isoformat()}/remove"
    meeting = arrange_meeting(event, world.registration, world.counterpart, actor=staff, now=NOW, consent="ok")
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)
    blocks = len(event.blocks)
    db.session.commit()
    assert "<li>1 meeting</li>" in client.get(address).text
    assert client.post(address).status_code == 409
    db.session.expire_all()
    assert len(event.blocks) == blocks
    with pytest.raises(StillUsed):
        remove(event.blocks, event)
    remove_meeting(meeting)
    db.session.commit()
    assert client.post(address).status_code == 302
    db.session.expire_all()
    assert [block for block in event.blocks if block.starts_at.astimezone(event.zone).date() == day] == []
    assert client.get(address).status_code == 404
    assert client.get(f"/manage/events/{event.key}/days/today/remove").status_code == 404


def test_a_place_tells_whose_booth_it_is_and_when_it_is_closed(world: World, sign_in: Any) -> None:
    place: Place = world.event.places[0]
    world.registration.booth_id = place.id
    close_place(place, date(2027, 2, 9), starts=None, ends=None)
    found = consequences([place])
    assert found.gone == {"place_closures": 1, "registrations": 1}
    assert found.holding == {}


def test_sectors_and_regions_go_only_where_nothing_needs_them(world: World, sign_in: Any) -> None:
    client = sign_in(world.people["headquarters"])
    region = make_region()
    code = region.code
    db.session.commit()
    assert "<li>1 event</li>" in client.get(f"/manage/sectors/{world.event.sector.key}/remove").text
    assert client.post(f"/manage/sectors/{world.event.sector.key}/remove").status_code == 409
    assert "Nothing else goes with it." in client.get(f"/manage/regions/{code}/remove").text
    assert client.post(f"/manage/regions/{code}/remove").status_code == 302
    assert client.get(f"/manage/regions/{code}/remove").status_code == 404


def test_an_event_made_by_mistake_goes_with_all_that_was_prepared(world: World, sign_in: Any) -> None:
    made = make_event("by-mistake")
    browser, address = sign_in(world.people["headquarters"]), f"/manage/events/{made.key}/remove"
    page = browser.get(address).text
    assert "With it goes, and can" in page
    assert " slots</li>" in page
    assert browser.post(address).status_code == 302
    assert db.session.scalar(select(Event).filter_by(key="by-mistake")) is None
    assert db.session.get(Event, world.event.id) is not None


def test_an_event_for_which_somebody_has_registered_stays(world: World, sign_in: Any) -> None:
    browser, address = sign_in(world.people["headquarters"]), f"/manage/events/{world.event.key}/remove"
    assert "2 registrations: hide the event instead" in browser.get(address).text
    assert browser.post(address).status_code == 409
    assert db.session.get(Event, world.event.id) is not None
