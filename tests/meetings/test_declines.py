"""A decline, or another time, is an event: who hears of it, what stops, and what one click does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from rbc_events.calendars.causes import Cause
from rbc_events.database import db
from rbc_events.meetings import reminders
from rbc_events.meetings.answers import Given, take_answer
from rbc_events.meetings.calendar_invitations import reply_token
from rbc_events.meetings.incoming_mail import SettledAlready, settle, to_mark
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, IncomingMail, MailKind, Meeting, Settlement
from rbc_events.outbox.failing import mark_address
from rbc_events.outbox.models import OutboxMessage
from tests.factories import make_delegate
from tests.markup import one_line
from tests.meetings.published import publish, put_in_slot, sent
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)


def give(entry: CalendarEntry, answer: CalendarAnswer, now: datetime, **more: Any) -> None:
    take_answer(entry, Given(answer=answer, sequence=entry.sequence, stamp=now, **more), now=now)
    db.session.commit()


def told_others() -> list[tuple[str, str]]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == "other_answered")
    texts = {mail.to: mail.text for mail in sent()}
    return [(row.recipient, texts[row.recipient]) for row in db.session.scalars(rows)]


def test_the_other_side_is_told_once_that_nobody_comes(entry: CalendarEntry, world: World, now: datetime) -> None:
    give(entry, CalendarAnswer.DECLINED, now, words="My flight is late.")
    give(entry, CalendarAnswer.DECLINED, now, words="My flight is late.")
    [(recipient, text)] = told_others()
    assert recipient == world.counterpart.delegates[0].email
    assert "They can't come." in text or "出席できない" in text
    assert "My flight is late." not in text


def test_the_reason_is_told_if_the_decliner_agreed(entry: CalendarEntry, now: datetime) -> None:
    give(entry, CalendarAnswer.DECLINED, now, words="My flight is late", shared=True)
    assert "My flight is late" in told_others()[0][1]


def test_while_a_colleague_may_come_the_other_side_hears_nothing(
    entry: CalendarEntry, world: World, meeting: Meeting, now: datetime
) -> None:
    make_delegate(world.registration)
    publish(meeting, TEN, now=now)
    give(entry, CalendarAnswer.DECLINED, now)
    assert told_others() == []


def test_nobody_is_reminded_of_a_meeting_to_which_one_side_doesnt_come(
    entry: CalendarEntry, meeting: Meeting, now: datetime
) -> None:
    shortly = TEN - timedelta(minutes=30)
    put_in_slot(meeting, meeting.event.slots[0], meeting.event.places[0])
    db.session.commit()
    give(entry, CalendarAnswer.DECLINED, now)
    assert reminders.remind(now=shortly) == 0
    give(entry, CalendarAnswer.ACCEPTED, now + timedelta(minutes=1))
    assert reminders.remind(now=shortly) == 2


def test_home_and_ledger_show_it_until_somebody_has_dealt_with_it(
    entry: CalendarEntry, world: World, sign_in: Any, now: datetime
) -> None:
    staff, ledger = sign_in(world.people["coordinator"]), f"/manage/events/{world.event.key}/invitations?show=declined"
    give(entry, CalendarAnswer.DECLINED, now)
    assert "1 meeting was declined, or another time is asked for" in staff.get("/").text
    settled = f"/manage/events/{world.event.key}/answers/{entry.id}/settle"
    assert settled in staff.get(ledger).text
    staff.post(settled)
    assert "another time is asked for" not in staff.get("/").text
    assert settled not in staff.get(ledger).text


def test_a_declined_proposal_reaches_the_calendar_that_made_it(
    entry: CalendarEntry, world: World, sign_in: Any, now: datetime
) -> None:
    later = {"starts_at": TEN + timedelta(hours=2), "ends_at": TEN + timedelta(hours=2, minutes=30)}
    give(entry, CalendarAnswer.COUNTER, now, **later)
    sign_in(world.people["coordinator"]).post(f"/manage/events/{world.event.key}/answers/{entry.id}/decline")
    assert (entry.answer, entry.proposed_starts_at) == (CalendarAnswer.NONE, None)
    answer = sent()[-1]
    assert (answer.to, answer.method) == (entry.recipient, "DECLINECOUNTER")
    calendar = Calendar.from_ical(answer.calendar)
    assert calendar["METHOD"] == "DECLINECOUNTER"
    assert (str(answer.event["UID"]), answer.event["SEQUENCE"]) == (entry.meeting.uid, entry.sequence)


def link(entry: CalendarEntry) -> str:
    return f"/answer/{reply_token(entry.meeting, entry.recipient)}"


def test_the_invitation_holds_a_link_to_answer_by(entry: CalendarEntry) -> None:
    [invitation] = [mail for mail in sent() if mail.to == entry.recipient]
    assert link(entry) in invitation.text


def test_after_a_change_of_the_secret_key_the_links_of_new_mails_work(
    entry: CalendarEntry, meeting: Meeting, client: Any, app: Flask, now: datetime
) -> None:
    before = link(entry)
    app.config["RBC"] = replace(app.config["RBC"], secret_key="another key for the tests alone, long enough")
    publish(meeting, TEN + timedelta(hours=1), now=now)
    db.session.commit()
    [invitation] = [mail for mail in sent()[2:] if mail.to == entry.recipient]
    assert link(entry) != before
    assert link(entry) in invitation.text
    assert client.get(link(entry)).status_code == 200


def test_looking_at_the_page_of_the_link_changes_nothing(entry: CalendarEntry, client: Any) -> None:
    page = client.get(link(entry))
    assert page.status_code == 200
    assert entry.answer is CalendarAnswer.NONE


@pytest.mark.parametrize("answer", ["accepted", "declined", "tentative"])
def test_one_answers_by_the_link_without_signing_in(entry: CalendarEntry, client: Any, answer: str) -> None:
    assert client.post(link(entry), data={"answer": answer, "words": "Sorry", "shared": "y"}).status_code == 302
    assert (entry.answer, entry.answer_text, entry.answer_shared) == (CalendarAnswer(answer), "Sorry", True)


def test_another_time_is_asked_for_in_the_events_time(entry: CalendarEntry, client: Any) -> None:
    refused = client.post(link(entry), data={"answer": "counter", "starts_at": ""})
    assert refused.status_code == 422
    client.post(link(entry), data={"answer": "counter", "starts_at": "2027-02-09T14:00"})
    assert entry.proposed_starts_at == datetime(2027, 2, 9, 5, 0, tzinfo=UTC)
    assert entry.proposed_ends_at == datetime(2027, 2, 9, 5, 30, tzinfo=UTC)


FAR = ["0001-01-01T00:00", "1999-12-31T23:59", "2101-01-01T00:00", "9999-12-31T23:59"]


@pytest.mark.parametrize("time", FAR)
def test_a_time_in_a_year_that_nobody_means_is_refused_at_its_field(
    entry: CalendarEntry, client: Any, time: str
) -> None:
    page = client.post(link(entry), data={"answer": "counter", "starts_at": time, "words": "See you then"})
    assert page.status_code == 422
    assert "Please give a year between 2000 and 2100." in page.text
    assert "See you then" in page.text
    assert entry.answer is CalendarAnswer.NONE


def test_a_meeting_that_was_called_off_takes_no_answer(
    entry: CalendarEntry, meeting: Meeting, client: Any, now: datetime
) -> None:
    publish(meeting, None, now=now)
    db.session.commit()
    assert "called off" in client.get(link(entry)).text
    assert client.post(link(entry), data={"answer": "accepted"}).status_code == 410
    assert client.get("/answer/aaaaaaaaaaaaaaaaaaaaaaaaaa").status_code == 404


def test_the_ledger_says_who_never_got_it_and_what_to_do(
    entry: CalendarEntry, world: World, sign_in: Any, now: datetime
) -> None:
    mark_address(entry.recipient.upper(), Cause.FULL, "552", now=now)
    db.session.commit()
    page = one_line(
        sign_in(world.people["coordinator"]).get(f"/manage/events/{world.event.key}/invitations?show=unreached").text
    )
    assert entry.recipient in page
    assert "The mailbox is full." in page
    assert world.counterpart.delegates[0].email not in page


@pytest.fixture
def mail(entry: CalendarEntry, now: datetime) -> IncomingMail:
    row = IncomingMail(
        digest="1",
        kind=MailKind.WORDS,
        event_id=entry.meeting.event_id,
        entry=entry,
        received_at=now,
        sender=entry.recipient,
        sender_name="Taro",
        subject="Your <b>meeting</b>",
        text="I can't come.\n<img src=https://tracker.example/1.png>",
        content=b"Subject: x\r\n\r\nI can't come.",
        message_id="<words@sample.example>",
        uid_validity=1,
        uid=7,
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_a_mail_is_listed_and_shown_as_text_alone(mail: IncomingMail, world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["coordinator"])
    assert "1 mail needs a person" in staff.get("/").text
    assert "Your &lt;b&gt;meeting&lt;/b&gt;" in staff.get(f"/manage/events/{world.event.key}/mails").text
    page = staff.get(f"/manage/mails/{mail.id}").text
    assert "&lt;img src=https://tracker.example/1.png&gt;" in page
    assert "<img src=https" not in page
    file = staff.get(f"/manage/mails/{mail.id}/mail.eml")
    assert file.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(("how", "answer"), [("accepted", "accepted"), ("declined", "declined"), ("done", "none")])
def test_a_mail_is_taken_as_an_answer_or_put_aside(
    mail: IncomingMail, entry: CalendarEntry, world: World, sign_in: Any, how: str, answer: str
) -> None:
    staff = sign_in(world.people["coordinator"])
    assert staff.post(f"/manage/mails/{mail.id}/take", data={"how": how}).status_code == 302
    assert (entry.answer, mail.settlement) == (CalendarAnswer(answer), Settlement(how))
    assert [row.id for row in to_mark()] == [mail.id]
    assert "needs a person" not in staff.get("/").text
    assert staff.post(f"/manage/mails/{mail.id}/take", data={"how": how}).status_code == 409


def test_what_a_colleague_did_with_a_mail_since_it_was_read_stands(
    mail: IncomingMail, world: World, now: datetime
) -> None:
    assert mail.settled_at is None
    done = update(IncomingMail).values(settled_at=now, settlement=Settlement.ANSWERED)
    db.session.execute(done, execution_options={"synchronize_session": False})
    with pytest.raises(SettledAlready):
        settle(mail, Settlement.DONE, actor=world.people["coordinator"], now=now)
    assert mail.settlement is Settlement.ANSWERED


def test_a_mail_is_taken_as_another_time(mail: IncomingMail, entry: CalendarEntry, world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["coordinator"])
    staff.post(f"/manage/mails/{mail.id}/other-time", data={"starts_at": "2027-02-09T14:00"})
    assert (entry.answer, entry.proposed_starts_at) == (
        CalendarAnswer.COUNTER,
        datetime(2027, 2, 9, 5, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("time", FAR)
def test_staff_cant_take_a_mail_as_a_time_in_a_year_that_nobody_means(
    mail: IncomingMail, entry: CalendarEntry, world: World, sign_in: Any, time: str
) -> None:
    page = sign_in(world.people["coordinator"]).post(f"/manage/mails/{mail.id}/other-time", data={"starts_at": time})
    assert page.status_code == 422
    assert "Please give a year between 2000 and 2100." in page.text
    assert (entry.answer, mail.settled_at) == (CalendarAnswer.NONE, None)


def test_a_reply_answers_the_mail_and_a_forward_brings_it_along(mail: IncomingMail, world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["coordinator"])
    assert staff.post(f"/manage/mails/{mail.id}/reply", data={"text": ""}).status_code == 422
    staff.post(f"/manage/mails/{mail.id}/reply", data={"text": "See you at two."})
    reply = sent()[-1]
    assert (reply.to, reply.message["In-Reply-To"]) == (mail.sender, "<words@sample.example>")
    assert "See you at two.\n\n> I can't come." in reply.text
    mail.settled_at, mail.settlement = None, None
    db.session.commit()
    assert staff.post(f"/manage/mails/{mail.id}/forward", data={"address": "nobody"}).status_code == 422
    staff.post(f"/manage/mails/{mail.id}/forward", data={"address": "other@sample.example", "note": "For you"})
    [original] = [part for part in sent()[-1].message.walk() if part.get_filename()]
    assert original.get_payload(decode=True) == mail.content
