from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from rbc_events.accounts.operations import token_hash
from rbc_events.database import db
from rbc_events.events.operations import touch
from rbc_events.meetings.feeds import feed_token, find_feed, open_feed, revoke_feed, state_of, subjects_for
from rbc_events.meetings.models import Feed, FeedScope, Meeting, MeetingState
from tests.calendars.judges import by_libical
from tests.counting import count_statements
from tests.factories import make_registration
from tests.meetings.published import make_interpreter, make_meeting, publish
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
CHANGES: dict[str, Callable[[World, Meeting, datetime], Any]] = {
    "move": lambda world, meeting, now: publish(
        meeting, TEN + timedelta(hours=2), now=now, place=world.event.places[0]
    ),
    "place": lambda world, meeting, now: publish(meeting, TEN, now=now, place=world.event.places[1]),
    "cancel": lambda world, meeting, now: setattr(meeting, "state", MeetingState.CANCELLED),
    "organisation's name": lambda world, meeting, now: setattr(
        world.counterpart.organisation, "name_native", "新しい名前"
    ),
    "place's name": lambda world, meeting, now: setattr(world.event.places[0], "name_ja", "窓際の席"),
    "place's link": lambda world, meeting, now: setattr(world.event.places[0], "join_url", "https://meet.example/2"),
    "interpreter's name": lambda world, meeting, now: setattr(meeting.published_interpreter, "family_latin", "Tsuyaku"),
    "no interpreter": lambda world, meeting, now: setattr(meeting, "published_interpreter", None),
    "delegate's name": lambda world, meeting, now: setattr(world.registration.delegates[0], "family_latin", "Newname"),
    "event's name": lambda world, meeting, now: setattr(world.event, "name_ja", "新しい催し"),
    "event's address": lambda world, meeting, now: setattr(world.event, "reply_address", "new@events.example"),
}
SUBSCRIBERS = [
    ("delegate", FeedScope.DELEGATE),
    ("delegate", FeedScope.ORGANISATION),
    ("interpreter", FeedScope.INTERPRETER),
    ("coordinator", FeedScope.COORDINATOR),
    ("coordinator", FeedScope.ROOM),
]


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    """One meeting of the delegate's organisation at the first table with the interpreter, and one of two others."""
    interpreter = make_interpreter(world.event, user_id=world.people["interpreter"].id)
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now, place=world.event.places[0], interpreter=interpreter)
    other = make_meeting(world.counterpart, make_registration(world.event), uid="uid-2@rbc-events.example")
    publish(other, TEN + timedelta(hours=1), now=now, place=world.event.places[1])
    return meeting


def open_for(world: World, role: str, scope: FeedScope, now: datetime) -> Feed:
    person = world.people[role]
    subject = next(each for each in subjects_for(person, world.event) if each.scope == scope)
    return open_feed(world.event, subject, owner=person, language="ja", now=now)


def read(client: Any, feed: Feed, **headers: str) -> Any:
    return client.get(
        f"/calendars/{feed_token(feed)}.ics", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def uids(response: Any) -> list[str]:
    assert response.status_code == 200
    return [str(event["UID"]) for event in Calendar.from_ical(response.data).walk("VEVENT")]


@pytest.mark.slow
@pytest.mark.parametrize(("role", "scope"), SUBSCRIBERS)
def test_everybody_reads_their_own_calendar_and_nobodys_address(
    role: str, scope: FeedScope, world: World, meeting: Meeting, client: Any, now: datetime
) -> None:
    response = read(client, open_for(world, role, scope, now))
    expected = [meeting.uid, "uid-2@rbc-events.example"] if scope == FeedScope.COORDINATOR else [meeting.uid]
    assert uids(response) == expected
    assert response.mimetype == "text/calendar"
    assert by_libical([response.data])[0]["faults"] == []
    assert b"people.example" not in response.data
    assert b"ATTENDEE" not in response.data
    assert b"METHOD:PUBLISH" in response.data


def test_an_unchanged_calendar_is_not_sent_again(world: World, meeting: Meeting, client: Any, now: datetime) -> None:
    feed = open_for(world, "delegate", FeedScope.DELEGATE, now)
    first = read(client, feed)
    unchanged = read(client, feed, If_None_Match=first.headers["ETag"])
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert read(client, feed, If_Modified_Since=first.headers["Last-Modified"]).status_code == 304


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_any_change_makes_it_a_new_calendar(
    change: str, world: World, meeting: Meeting, client: Any, now: datetime
) -> None:
    feed = open_for(world, "delegate", FeedScope.DELEGATE, now)
    first = read(client, feed)
    feed.changed_at -= timedelta(hours=1)
    unchanged = read(client, feed)
    CHANGES[change](world, meeting, now + timedelta(minutes=5))
    again = read(client, feed, If_None_Match=first.headers["ETag"])
    assert again.status_code == 200
    assert again.data != first.data
    assert uids(again) == ([] if change == "cancel" else [meeting.uid])
    assert unchanged.last_modified < again.last_modified
    for event in Calendar.from_ical(again.data).walk("VEVENT"):
        assert event["DTSTAMP"].dt == again.last_modified
    assert read(client, feed, If_None_Match=again.headers["ETag"]).status_code == 304


def test_two_interpreters_who_swap_meetings_both_read_a_new_calendar(
    world: World, meeting: Meeting, client: Any, now: datetime
) -> None:
    first = meeting.published_interpreter
    second = make_interpreter(world.event, email="second@people.example")
    other = db.session.scalars(select(Meeting).where(Meeting.id != meeting.id)).one()
    other.published_interpreter = second
    db.session.flush()
    feed = open_for(world, "interpreter", FeedScope.INTERPRETER, now)
    before = read(client, feed)
    meeting.published_interpreter, other.published_interpreter = second, first
    db.session.flush()
    other.version = meeting.version  # a tag that adds up versions would now be the same
    assert uids(read(client, feed, If_None_Match=before.headers["ETag"])) == [other.uid]


def test_what_the_calendar_does_not_show_leaves_it_unchanged(
    world: World, meeting: Meeting, client: Any, now: datetime
) -> None:
    feed = open_for(world, "delegate", FeedScope.DELEGATE, now)
    first = read(client, feed)
    touch(world.event)
    world.counterpart.organisation.profile.summary_en = "We also make hats"
    assert read(client, feed, If_None_Match=first.headers["ETag"]).status_code == 304


def test_a_revoked_address_and_a_made_up_one_are_not_found(
    world: World, meeting: Meeting, client: Any, sign_in: Any, now: datetime
) -> None:
    feed = open_for(world, "delegate", FeedScope.DELEGATE, now)
    assert read(client, feed).status_code == 200
    owner = sign_in(world.people["delegate"])
    assert owner.post(f"/events/{world.event.key}/subscribe/{feed.id}/revoke").status_code == 302
    assert read(client, feed).status_code == 404
    assert client.get("/calendars/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.ics").status_code == 404


def test_a_new_address_after_a_revoked_one_is_another(world: World, meeting: Meeting, now: datetime) -> None:
    first = open_for(world, "delegate", FeedScope.DELEGATE, now)
    token = feed_token(first)
    revoke_feed(first, now=now)
    second = open_for(world, "delegate", FeedScope.DELEGATE, now + timedelta(seconds=1))
    assert feed_token(second) != token
    assert open_for(world, "delegate", FeedScope.DELEGATE, now + timedelta(seconds=2)).id == second.id


def test_the_database_holds_no_token(world: World, meeting: Meeting, now: datetime) -> None:
    feed = open_for(world, "delegate", FeedScope.DELEGATE, now)
    token = feed_token(feed)
    assert len(token) == 32  # 160 bits in base 32
    assert feed.token_hash == token_hash(token)
    row = db.session.execute(select(*Feed.__table__.columns)).one()
    assert token not in str(row)


def test_who_loses_the_right_reads_nothing_more(world: World, meeting: Meeting, now: datetime) -> None:
    feed = open_for(world, "coordinator", FeedScope.COORDINATOR, now)
    token = feed_token(feed)
    assert find_feed(token)
    world.people["coordinator"].grants.clear()
    db.session.flush()
    assert find_feed(token) is None


def test_who_is_no_longer_active_reads_nothing_more(world: World, meeting: Meeting, now: datetime) -> None:
    feed = open_for(world, "delegate", FeedScope.DELEGATE, now)
    world.people["delegate"].active = False
    assert find_feed(feed_token(feed)) is None


def test_nobody_makes_an_address_for_what_is_not_theirs(world: World, meeting: Meeting, sign_in: Any) -> None:
    url = f"/events/{world.event.key}/subscribe"
    delegate = sign_in(world.people["delegate"])
    others = [
        ("delegate", world.counterpart.delegates[0].id),
        ("organisation", world.counterpart.id),
        ("coordinator", world.people["coordinator"].id),
        ("room", world.event.places[0].id),
        ("nonsense", 1),
        ("organisation", "x"),
    ]
    for scope, subject in others:
        assert delegate.post(url, data={"scope": scope, "subject": subject}).status_code == 404
    assert db.session.scalars(select(Feed)).all() == []


def test_the_page_shows_the_address_again_with_webcal_and_qr(world: World, meeting: Meeting, sign_in: Any) -> None:
    url = f"/events/{world.event.key}/subscribe"
    delegate = sign_in(world.people["delegate"])
    response = delegate.post(url, data={"scope": "organisation", "subject": world.registration.id})
    assert response.status_code == 302
    feed = db.session.scalars(select(Feed)).one()
    page = delegate.get(url).get_data(as_text=True)
    assert f"http://localhost/calendars/{feed_token(feed)}.ics" in page
    assert f"webcal://localhost/calendars/{feed_token(feed)}.ics" in page
    assert "data:image/svg+xml" in page
    assert feed_token(feed) not in sign_in(world.people["other_delegate"]).get(url).get_data(as_text=True)


@pytest.mark.slow
def test_reading_takes_as_many_queries_for_many_meetings_as_for_one(
    world: World, meeting: Meeting, client: Any, now: datetime
) -> None:
    path = f"/calendars/{feed_token(open_for(world, 'coordinator', FeedScope.COORDINATOR, now))}.ics"
    db.session.commit()  # what a commit brings about, such as the search index, isn't the reader's
    with count_statements() as few:
        assert len(uids(client.get(path))) == 2
    for number in range(30):
        publish(make_meeting(world.registration, world.counterpart, uid=f"many-{number}"), TEN, now=now)
    db.session.commit()
    with count_statements() as many:
        assert len(uids(client.get(path))) == 32
    assert len(many) == len(few)


def test_an_event_is_downloaded_with_its_days_by_everybody(world: World, client: Any) -> None:
    response = client.get(f"/events/{world.event.key}/event.ics")
    [day] = Calendar.from_ical(response.data).walk("VEVENT")
    assert (day["DTSTART"].dt, day["DTEND"].dt) == (world.event.slots[0].starts_at, world.event.slots[-1].ends_at)
    assert by_libical([response.data])[0]["faults"] == []
    world.event.blocks.clear()
    response = client.get(f"/events/{world.event.key}/event.ics")
    [dates] = Calendar.from_ical(response.data).walk("VEVENT")
    assert str(dates["DTSTART"].dt.date()) == "2027-02-09"
    assert str(dates["DTEND"].dt.date()) == "2027-02-11"


def test_the_tag_is_made_by_three_queries(world: World, meeting: Meeting, now: datetime) -> None:
    feed = open_for(world, "delegate", FeedScope.DELEGATE, now)
    _feed, event, subject = find_feed(feed_token(feed))
    with count_statements() as statements:
        state_of(feed, event, subject)
    assert len(statements) == 3
