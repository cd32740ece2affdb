"""What people type as names and words, on its way through invitations, feeds and printed agendas."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rbc_events.agendas.fonts import build_fonts
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.meetings.feeds import feed_token, open_feed, subjects_for
from rbc_events.meetings.models import Meeting
from tests.agendas.test_agenda import poppler
from tests.calendars.hostile import LINE_BREAKS, strings
from tests.calendars.judges import by_icalendar, by_libical
from tests.calendars.test_content import property_names
from tests.meetings.published import make_interpreter, make_meeting, publish, sent
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
AT_ONCE = 60  # strings in one field


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    world.counterpart.delegates[0].language = "ja"
    return make_meeting(world.registration, world.counterpart)


def name_everything(world: World, interpreter: Any, text: str) -> None:
    for side in (world.registration, world.counterpart):
        side.organisation.name_native = side.organisation.name_latin = text
        side.delegates[0].family_latin = side.delegates[0].family_kanji = text
    world.event.name_ja = world.event.name_en = text
    world.event.places[0].name_ja = world.event.places[0].name_en = text
    interpreter.family_latin = interpreter.family_kanji = text
    db.session.flush()


def feed_of(world: World, client: Any, now: datetime) -> Any:
    owner = world.people["delegate"]
    feed = open_feed(world.event, subjects_for(owner, world.event)[0], owner=owner, language="ja", now=now)
    return client.get(f"/calendars/{feed_token(feed)}.ics")


@pytest.mark.slow
def test_no_words_of_anybody_become_more_than_words(world: World, meeting: Meeting, client: Any, now: datetime) -> None:
    interpreter = make_interpreter(world.event)
    publish(meeting, TEN, now=now, place=world.event.places[0], interpreter=interpreter, reason="Because")
    publish(
        meeting, TEN + timedelta(hours=1), now=now, place=world.event.places[0], interpreter=interpreter, reason="x"
    )
    headers = {mail.to: mail.message.keys() for mail in sent()}
    names = {mail.to: property_names(mail.calendar) for mail in sent(3)}
    feed_names = property_names(feed_of(world, client, now).data)
    # The database takes no unpaired surrogates; no browser can send them.
    texts = [text for text in strings() if "\ud800" not in text]
    calendars: list[bytes] = []
    for start in range(0, len(texts), AT_ONCE):
        line_break = LINE_BREAKS[start // AT_ONCE % len(LINE_BREAKS)]
        evil = (
            f"x{line_break}Bcc: evil@evil.example{line_break}{line_break}ATTENDEE:mailto:evil@evil.example{line_break}"
        )
        text = evil + line_break.join(texts[start : start + AT_ONCE])
        name_everything(world, interpreter, text)
        already, starts_at = len(sent()), TEN + timedelta(hours=start)
        publish(meeting, starts_at, now=now, place=world.event.places[0], interpreter=interpreter, reason=text)
        mails = sent(already)
        assert len(mails) == 3
        feed = feed_of(world, client, now)
        assert property_names(feed.data) == feed_names
        for mail in mails:
            assert mail.message.keys() == headers[mail.to]
            assert [address.addr_spec for address in mail.message["To"].addresses] == [mail.to]
            assert property_names(mail.calendar) == names[mail.to]
            assert str(mail.event["ATTENDEE"]) == f"mailto:{mail.to}"
        calendars += [feed.data, *(mail.calendar for mail in mails)]
    judged = by_libical(calendars)
    assert [each["events"] for each in judged] == by_icalendar(calendars)
    assert all(each["faults"] == [] for each in judged)


@pytest.mark.slow
def test_a_title_of_ten_thousand_characters_goes_all_the_way(
    world: World, meeting: Meeting, client: Any, sign_in: Any, now: datetime
) -> None:
    build_fonts(STATIC / "fonts")
    interpreter = make_interpreter(world.event, user_id=world.people["interpreter"].id)
    name_everything(world, interpreter, "見" * 10_000)
    publish(meeting, TEN, now=now, place=world.event.places[0], interpreter=interpreter)
    for mail in sent():
        assert len(mail.subject) == 200
        assert str(mail.event["SUMMARY"]).count("見") >= 10_000
    feed = feed_of(world, client, now)
    assert by_libical([feed.data])[0]["faults"] == []
    staff = sign_in(world.people["coordinator"])
    assert staff.get(f"/manage/events/{world.event.key}/invitations").status_code == 200
    pdf = sign_in(world.people["delegate"]).get(f"/events/{world.event.key}/agenda.pdf")
    assert "見見見" in poppler("pdftotext", pdf.data, "-layout")


def test_no_address_that_somebody_typed_is_one_in_an_invitation(world: World, meeting: Meeting, now: datetime) -> None:
    interpreter, place = make_interpreter(world.event), world.event.places[0]
    name_everything(world, interpreter, "Pay at https://evil.example/x or www.evil.com")
    place.join_url = "https://meet.example/room?a=1"
    world.event.name_ja = world.event.name_en = "Fair"
    publish(meeting, TEN, now=now, place=place, interpreter=interpreter, reason="See https://evil.example")
    mails = sent()
    assert len(mails) == 3
    for mail in mails:
        plain, html = (mail.message.get_body((kind,)).get_content() for kind in ("plain", "html"))
        calendar = mail.calendar.decode().replace("\r\n ", "")
        for text in (plain, html, calendar, mail.message["Subject"], str(mail.message["To"])):
            assert "evil.example" not in text
            assert "://evil" not in text
            assert "www.evil" not in text
        assert place.join_url in plain
        assert place.join_url in calendar
        assert f'<a href="{place.join_url}">' in html
