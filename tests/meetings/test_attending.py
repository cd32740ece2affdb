"""Who of an organisation goes to which meeting."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings import printing, resend
from rbc_events.meetings.attending import NobodyGoes, send_people
from rbc_events.meetings.calendars import published
from rbc_events.meetings.feeds import feed_token, open_feed, subjects_for
from rbc_events.meetings.models import CalendarEntry, FeedScope, Meeting, MeetingParty
from rbc_events.registration.models import Delegate
from tests.factories import make_delegate, make_user
from tests.meetings.published import make_meeting, publish, sent
from tests.meetings.test_invitations import TEN
from tests.world import World


@pytest.fixture
def meeting(world: World) -> Meeting:
    make_delegate(world.registration, make_user())
    db.session.commit()
    return make_meeting(world.registration, world.counterpart)


def own(meeting: Meeting, world: World) -> MeetingParty:
    return next(party for party in meeting.parties if party.registration is world.registration)


def people(world: World) -> tuple[Delegate, Delegate]:
    first, second = world.registration.delegates
    return first, second


def held(meeting: Meeting) -> dict[str, str]:
    entries = db.session.scalars(select(CalendarEntry).where(CalendarEntry.meeting_id == meeting.id))
    return {entry.recipient: entry.method for entry in entries}


def test_who_does_not_go_gets_no_invitation(meeting: Meeting, world: World, now: datetime) -> None:
    first, second = people(world)
    assert send_people(own(meeting, world), {second.id}, now=now) == 0, "nothing is published yet"
    publish(meeting, TEN, now=now)
    assert first.email not in held(meeting)
    assert held(meeting)[second.email] == "REQUEST"
    assert resend.concerned(world.event, now=now) == 0, "nobody waits for a mail"


def test_who_goes_no_longer_loses_the_entry_and_who_goes_now_gets_one(
    meeting: Meeting, world: World, now: datetime
) -> None:
    first, second = people(world)
    publish(meeting, TEN, now=now)
    assert send_people(own(meeting, world), {second.id}, now=now) == 1
    assert [mail.to for mail in sent() if mail.method == "CANCEL"] == [first.email]
    assert send_people(own(meeting, world), {second.id}, now=now) == 0, "said again, nobody is told again"
    assert send_people(own(meeting, world), {first.id, second.id}, now=now) == 1
    assert held(meeting) == dict.fromkeys(held(meeting), "REQUEST")


def test_somebody_has_to_go(meeting: Meeting, world: World, now: datetime, sign_in: Any) -> None:
    with pytest.raises(NobodyGoes):
        send_people(own(meeting, world), set(), now=now)
    client = sign_in(world.people["delegate"])
    address = f"/events/{world.event.key}/meetings/{meeting.id}"
    refused = client.post(f"{address}/attend", data={"goes": ["x", str(10**9)]})
    assert refused.status_code == 422
    assert "Somebody of your organisation has to go." in refused.text


def test_it_is_said_on_the_meetings_page(meeting: Meeting, world: World, sign_in: Any) -> None:
    first, second = people(world)
    client = sign_in(world.people["delegate"])
    address = f"/events/{world.event.key}/meetings/{meeting.id}"
    assert client.get(address).text.count('name="goes"') == 2
    assert client.post(f"{address}/attend", data={"goes": [second.id]}).status_code == 302
    page = client.get(address).text
    listed = page[page.index("Who meets") :].partition("</ul>")[0]
    assert (first.name_in("en") in listed, second.name_in("en") in listed) == (False, True)
    other = sign_in(world.people["other_delegate"]).get(address).text
    assert 'name="goes"' not in other, "one delegate alone goes anyway"
    assert first.name_in("en") not in other[other.index("Who meets") :]


def test_a_printed_agenda_holds_the_meetings_that_one_goes_to(meeting: Meeting, world: World, now: datetime) -> None:
    first, _second = people(world)
    publish(meeting, TEN, now=now)
    send_people(own(meeting, world), {_second.id}, now=now)
    sheets = {sheet.number: sheet for sheet in printing.sheets_of(world.event) if sheet.kind == printing.Kind.DELEGATE}
    conditions = [printing._condition(sheets[person.id]) for person in (first, _second)]
    assert [len(db.session.scalars(select(Meeting).where(condition)).all()) for condition in conditions] == [0, 1]


def test_every_calendar_and_page_of_ones_own_holds_the_meetings_that_one_goes_to(
    meeting: Meeting, world: World, now: datetime, sign_in: Any
) -> None:
    first, second = people(world)
    publish(meeting, TEN, now=now)
    feeds = {
        delegate.id: open_feed(
            world.event,
            next(each for each in subjects_for(delegate.user, world.event) if each.scope == FeedScope.DELEGATE),
            owner=delegate.user,
            language="en",
            now=now,
        )
        for delegate in (first, second)
    }
    addresses = {number: f"/calendars/{feed_token(feed)}.ics" for number, feed in feeds.items()}
    browser = sign_in(first.user)
    tag = browser.get(addresses[first.id]).headers["ETag"]
    send_people(own(meeting, world), {second.id}, now=now)
    db.session.commit()
    subscribed = browser.get(addresses[first.id], headers={"If-None-Match": tag})
    assert (subscribed.status_code, meeting.uid in subscribed.text) == (200, False)
    assert meeting.uid in browser.get(addresses[second.id]).text
    agenda = f"/events/{world.event.key}/agenda"
    assert meeting.uid not in browser.get(f"{agenda}.ics").text
    assert f"Who goes: {second.name_in('en')}" in browser.get(agenda).text
    assert meeting.uid in sign_in(second.user).get(f"{agenda}.ics").text


def test_the_organisations_printed_agenda_says_who_goes(meeting: Meeting, world: World, now: datetime) -> None:
    _first, second = people(world)
    publish(meeting, TEN, now=now)
    send_people(own(meeting, world), {second.id}, now=now)
    [sheet] = [
        sheet
        for sheet in printing.sheets_of(world.event)
        if (sheet.kind, sheet.number) == (printing.Kind.ORGANISATION, world.registration.id)
    ]
    [day] = printing._agenda(world.event, sheet, published(world.event, printing._condition(sheet)), now).days
    assert [row.note for row in day.rows] == [f"Who goes: {second.name_in('en')}"]
