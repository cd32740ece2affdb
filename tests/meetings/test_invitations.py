from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from rbc_events.accounts.operations import token_hash
from rbc_events.database import db
from rbc_events.meetings.calendar_invitations import reply_token, send
from rbc_events.meetings.changes import Appointment, Change, ChangeKind
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, Meeting, MeetingParty
from rbc_events.meetings.queries import meeting_with_all
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.registration.models import Consent, ConsentKind, Registration
from tests.calendars.judges import agreed, by_libical
from tests.counting import count_statements
from tests.factories import make_delegate, make_place
from tests.meetings.published import Sent, make_interpreter, make_meeting, publish, sent
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
ELEVEN = TEN + timedelta(hours=1)


@pytest.fixture
def meeting(world: World) -> Meeting:
    japanese = world.counterpart.delegates[0]
    japanese.language, japanese.family_kanji, japanese.given_kanji = "ja", "見本", "太郎"
    world.registration.organisation.profile.time_zone = "Europe/Paris"
    world.registration.attends = "online"
    return make_meeting(world.registration, world.counterpart)


def to(mails: list[Sent], address: str) -> Sent:
    [mail] = [mail for mail in mails if mail.to == address]
    return mail


def ledger(meeting: Meeting) -> dict[str, tuple[str, int]]:
    entries = db.session.scalars(select(CalendarEntry).where(CalendarEntry.meeting_id == meeting.id))
    return {entry.recipient: (entry.method, entry.sequence) for entry in entries}


def test_both_sides_get_an_invitation_in_their_language_and_zone(meeting: Meeting, world: World, now: datetime) -> None:
    table = world.event.places[0]
    table.join_url = "https://meet.example/1"
    assert publish(meeting, TEN, now=now, place=table) == 2
    french = to(sent(), world.registration.delegates[0].email)
    japanese = to(sent(), world.counterpart.delegates[0].email)

    assert french.method == japanese.method == "REQUEST"
    assert world.counterpart.organisation.name_latin in french.subject
    assert "Tue, 9 February 2027 02:00–02:30 (Paris, UTC+01:00)" in french.text
    assert "Time at the event: Tue, 9 February 2027 10:00–10:30 (JST)" in french.text
    assert "Place: Table 1\nJoin at: https://meet.example/1" in french.text
    assert japanese.text.startswith("見本 太郎 様")
    assert "日時: 2027年2月9日(火) 10:00–10:30 (日本時間)" in japanese.text
    assert "場所: テーブル1" in japanese.text
    assert world.registration.organisation.name_native in str(japanese.event["SUMMARY"])
    assert french.event["UID"] == japanese.event["UID"] == meeting.uid
    assert french.event["DTSTART"].dt == TEN


def test_who_is_there_in_person_reads_the_venues_time_first(meeting: Meeting, world: World, now: datetime) -> None:
    world.registration.attends = "in_person"
    world.event.venue_en, world.event.address_en = "Sample Hall", "1 Mihon-cho, Sendai"
    publish(meeting, TEN, now=now, place=world.event.places[0])
    mail = to(sent(), world.registration.delegates[0].email)
    assert "10:00 (JST)" in mail.subject
    lines = mail.text.splitlines()
    first = lines.index("Time: Tue, 9 February 2027 10:00–10:30 (JST)")
    assert lines[first + 1] == "Time where you are at home: Tue, 9 February 2027 02:00–02:30 (Paris, UTC+01:00)"
    assert "Venue: Sample Hall, 1 Mihon-cho, Sendai" in lines
    assert str(mail.event["LOCATION"]) == "Table 1, Sample Hall, 1 Mihon-cho, Sendai"


def test_each_copy_names_its_recipient_alone_and_an_organizer_who_reads_the_answers(
    meeting: Meeting, world: World, now: datetime
) -> None:
    publish(meeting, TEN, now=now)
    addresses = {side.delegates[0].email for side in (world.registration, world.counterpart)}
    for mail in sent():
        assert str(mail.event["ATTENDEE"]) == f"mailto:{mail.to}"
        [other] = addresses - {mail.to}
        assert other.encode() not in mail.raw
        assert other.encode() not in mail.calendar
        token = reply_token(meeting, mail.to)
        assert str(mail.event["ORGANIZER"]) == f"mailto:secretariat+{token}@events.example"
        assert mail.message["Reply-To"] == f"secretariat+{token}@events.example"
        entry = db.session.scalars(select(CalendarEntry).where(CalendarEntry.recipient == mail.to)).one()
        assert entry.token_hash == token_hash(token)
        assert len(token) == 26


def test_a_move_keeps_the_uid_raises_the_sequence_and_says_what_changed(
    meeting: Meeting, world: World, now: datetime
) -> None:
    tables = world.event.places
    publish(meeting, TEN, now=now, place=tables[0])
    assert publish(meeting, ELEVEN, now=now, place=tables[1], reason="電車の遅れのため") == 2
    mail = to(sent(2), world.counterpart.delegates[0].email)

    assert mail.event["UID"] == meeting.uid
    assert mail.event["SEQUENCE"] == 1
    assert "10:00–10:30 (日本時間) から 2027年2月9日(火) 11:00–11:30 (日本時間) に変更" in mail.text
    assert "場所: テーブル1 から テーブル2 に変更" in mail.text
    assert "電車の遅れのため" in mail.text
    assert "変更" in mail.subject
    assert "テーブル2 に変更" in str(mail.event["COMMENT"])


def test_a_cancellation_reaches_everybody_who_holds_it(meeting: Meeting, world: World, now: datetime) -> None:
    publish(meeting, TEN, now=now)
    assert publish(meeting, None, now=now, reason="Illness") == 2
    mail = to(sent(2), world.registration.delegates[0].email)
    assert (mail.method, mail.event["STATUS"], mail.event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert "Illness" in mail.text
    assert set(ledger(meeting).values()) == {("CANCEL", 1)}


def test_announcing_the_same_again_writes_nothing(meeting: Meeting, now: datetime) -> None:
    publish(meeting, TEN, now=now)
    assert publish(meeting, TEN, now=now) == 0
    publish(meeting, None, now=now)
    assert publish(meeting, None, now=now) == 0


def test_an_interpreter_who_is_replaced_gets_a_cancellation_and_the_new_one_an_invitation(
    meeting: Meeting, world: World, now: datetime
) -> None:
    first = make_interpreter(world.event)
    second = make_interpreter(world.event, email="second@people.example", family_kanji="通訳", given_kanji="次郎")
    assert publish(meeting, TEN, now=now, interpreter=first) == 3
    assert publish(meeting, TEN, now=now, interpreter=second) == 4
    mails = sent(3)
    left = to(mails, first.email)
    assert left.method == "CANCEL"
    assert first.name_in("en") in left.text or first.name_in("ja") in left.text
    assert "without you" in left.text or "ほかの方が担当" in left.text
    assert to(mails, second.email).method == "REQUEST"
    assert to(mails, second.email).event["SEQUENCE"] == 1
    assert "通訳 次郎 に変更" in to(mails, world.counterpart.delegates[0].email).text
    assert " / " in to(mails, second.email).event["SUMMARY"]


def test_nobody_is_greeted_without_a_name(meeting: Meeting, world: World, now: datetime) -> None:
    delegate = world.registration.delegates[0]
    publish(meeting, TEN, now=now)
    db.session.delete(delegate)
    db.session.commit()
    publish(meeting, ELEVEN, now=now)
    [left] = [mail for mail in sent() if mail.method == "CANCEL"]
    assert "Dear participant," in left.text or "ご担当者 様" in left.text


def test_a_reply_address_is_never_longer_than_servers_take(meeting: Meeting, world: World, now: datetime) -> None:
    world.event.reply_address = "regional-business-conference-secretariat-of-miyagi@events.example"
    publish(meeting, TEN, now=now)
    for mail in sent():
        local = str(mail.event["ORGANIZER"]).removeprefix("mailto:").rpartition("@")[0]
        assert len(local) <= 64
        assert local == "regional-business-conference-secretariat-of-miyagi"


def test_who_comes_back_after_a_cancellation_is_invited_with_a_higher_sequence(
    meeting: Meeting, world: World, now: datetime
) -> None:
    interpreter = make_interpreter(world.event)
    publish(meeting, TEN, now=now, interpreter=interpreter)
    publish(meeting, TEN, now=now)
    publish(meeting, TEN, now=now, interpreter=interpreter)
    mails = [mail for mail in sent() if mail.to == interpreter.email]
    assert [(mail.method, int(mail.event["SEQUENCE"])) for mail in mails] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
    ]


def test_a_colleague_who_joins_is_invited_alone(meeting: Meeting, world: World, now: datetime) -> None:
    publish(meeting, TEN, now=now)
    colleague = make_delegate(world.registration)
    assert publish(meeting, TEN, now=now) == 1
    assert [mail.to for mail in sent(2)] == [colleague.email]


def test_a_delegate_who_leaves_gets_a_cancellation_alone(meeting: Meeting, world: World, now: datetime) -> None:
    colleague = make_delegate(world.registration)
    address = colleague.email
    publish(meeting, TEN, now=now)
    db.session.delete(colleague)
    db.session.flush()
    db.session.expire_all()
    assert publish(meeting, TEN, now=now) == 1
    [mail] = sent(3)
    assert (mail.to, mail.method) == (address, "CANCEL")


def test_a_coordinator_who_sits_in_is_told_too_and_nobody_twice(meeting: Meeting, world: World, now: datetime) -> None:
    coordinator = world.people["coordinator"]
    meeting.parties.append(MeetingParty(user=coordinator))
    interpreter = make_interpreter(world.event, email=coordinator.email.upper())
    assert publish(meeting, TEN, now=now, interpreter=interpreter) == 3


def test_an_invitation_that_waits_for_another_try_never_arrives_after_its_cancellation(
    meeting: Meeting, now: datetime
) -> None:
    publish(meeting, TEN, now=now)
    waiting, gone = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    waiting.state, gone.state = Delivery.AWAITING_RETRY, Delivery.SENT
    publish(meeting, None, now=now)
    assert [mail.method for mail in sent()] == ["REQUEST", "CANCEL", "CANCEL"]
    assert sent()[0].to == gone.recipient


def test_a_change_asks_for_an_answer_again(meeting: Meeting, now: datetime) -> None:
    publish(meeting, TEN, now=now)
    for entry in db.session.scalars(select(CalendarEntry)):
        entry.answer = CalendarAnswer.ACCEPTED
    publish(meeting, ELEVEN, now=now)
    assert {entry.answer for entry in db.session.scalars(select(CalendarEntry))} == {CalendarAnswer.NONE}


@pytest.mark.slow
def test_every_invitation_of_a_meeting_satisfies_the_judges(meeting: Meeting, world: World, now: datetime) -> None:
    room = make_place(world.event, name_en="Room; A, B\\C", join_url="https://meet.example/x?y=1")
    interpreter = make_interpreter(world.event)
    publish(meeting, TEN, now=now)
    publish(meeting, ELEVEN, now=now, place=room)
    publish(meeting, ELEVEN, now=now, place=room, interpreter=interpreter)
    publish(meeting, None, now=now)
    calendars = [mail.calendar for mail in sent()]
    assert len(calendars) == 2 + 2 + 3 + 3
    agreed(calendars)
    assert {judged["method"] for judged in by_libical(calendars)} == {"REQUEST", "CANCEL"}


def test_the_number_of_reads_does_not_grow_with_the_meetings(world: World, now: datetime) -> None:
    counts = []
    for number in (1, 20):
        for index in range(number):
            make_meeting(
                world.registration, world.counterpart, uid=f"{number}-{index}@x.example", published_starts_at=TEN
            )
        db.session.commit()
        db.session.expire_all()
        with count_statements() as statements:
            meetings = meeting_with_all(Meeting.event_id == world.event.id, Meeting.uid.startswith(f"{number}-"))
            after = Appointment(TEN, ELEVEN, None, None)
            changes = [Change(meeting, ChangeKind.NEW, None, after) for meeting in meetings]
            assert send(world.event, changes, now=now) == 2 * number
        counts.append(sum(statement.startswith("SELECT") for statement in statements))
    assert counts[1] <= counts[0]


def attendees(mail: Sent) -> set[str]:
    named = mail.event["ATTENDEE"]
    return {str(each).removeprefix("mailto:") for each in (named if isinstance(named, list) else [named])}


def agree(side: Registration, now: datetime) -> Consent:
    consent = Consent(registration=side, kind=ConsentKind.ADDRESSES, wording="1", given_at=now)
    db.session.add(consent)
    db.session.flush()
    return consent


@pytest.mark.slow
def test_both_sides_see_each_other_once_both_agreed_and_until_one_withdraws(
    meeting: Meeting, world: World, now: datetime
) -> None:
    make_delegate(world.registration)
    interpreter = make_interpreter(world.event)
    sides = (world.registration, world.counterpart)
    everybody = {delegate.email for side in sides for delegate in side.delegates}
    first = agree(world.registration, now)
    assert publish(meeting, TEN, now=now, interpreter=interpreter) == 4
    assert all(attendees(mail) == {mail.to} for mail in sent())

    agree(world.counterpart, now)
    publish(meeting, ELEVEN, now=now, interpreter=interpreter)
    mails = sent(4)
    for mail in mails:
        assert attendees(mail) == ({mail.to} if mail.to == interpreter.email else everybody)
    agreed([mail.calendar for mail in mails])

    first.withdrawn_at = now
    publish(meeting, TEN, now=now, interpreter=interpreter)
    publish(meeting, None, now=now)
    assert all(attendees(mail) == {mail.to} for mail in sent(8))
