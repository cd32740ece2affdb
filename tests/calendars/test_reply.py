import time
from datetime import UTC, datetime

import pytest

from rbc_events.calendars import reply
from rbc_events.calendars.incoming import MAIL_OCTETS
from rbc_events.calendars.reply import Answer, Reason, Refusal, Response
from tests.calendars.hostile import CORPUS, calendars, strings
from tests.calendars.replies import GOOGLE_ACCEPTS, OUTLOOK_PROPOSES, POSTFIX_BOUNCE, mail

ONE_SECOND = 1.0
TOKYO_TIMES = """\
DTSTART;TZID=Tokyo Standard Time:20221115T140000
DTEND;TZID=Tokyo Standard Time:20221115T143000"""


def refused(raw: bytes) -> Reason:
    answer = reply.read_calendar(raw)
    assert isinstance(answer, Refusal)
    return answer.reason


def only(answers: tuple[Answer, ...] | Refusal) -> Answer:
    assert not isinstance(answers, Refusal), answers
    [answer] = answers
    return answer


def said(answer: Answer) -> list[tuple[str, Response | None]]:
    return [(attendee.address, answer.response_of(attendee)) for attendee in answer.attendees]


def test_an_acceptance_from_google_is_read() -> None:
    answer = only(reply.read(mail(GOOGLE_ACCEPTS)))
    assert (answer.uid, answer.sequence, answer.comment) == ("7f9c2ba4e88f827d@rbc-events.example", 1, "")
    assert said(answer) == [("taro.yamada@sample.example", Response.ACCEPTED)]
    assert answer.stamp == datetime(2022, 10, 2, tzinfo=UTC)
    assert set(answer.envelope.addressed) == {"reply+token@rbc-events.example"}
    assert (answer.envelope.message_id, answer.envelope.sender) == (
        "<answer@sample.example>",
        "taro.yamada@sample.example",
    )


@pytest.mark.parametrize("cut_off", ["=?utf-8?B?QUJDR?=", "=?utf-8?B?A?= x"])
def test_an_answer_is_read_whose_headers_cant_be_decoded(cut_off: str) -> None:
    raw = mail(GOOGLE_ACCEPTS)
    for name in (b"Subject:", b"From:"):
        assert name in raw
        answer = only(reply.read(raw.replace(name, name + b" " + cut_off.encode(), 1)))
        assert cut_off in (answer.envelope.subject + answer.envelope.sender_name)


@pytest.mark.parametrize(("partstat", "response"), [("DECLINED", "declined"), ("tentative", "tentative")])
def test_the_other_answers_are_read(partstat: str, response: str) -> None:
    answer = only(reply.read(mail(GOOGLE_ACCEPTS.replace("ACCEPTED", partstat))))
    assert said(answer) == [("taro.yamada@sample.example", Response(response))]


def test_a_proposal_from_outlook_is_read_with_its_windows_zone_and_its_words() -> None:
    answer = only(reply.read(mail(OUTLOOK_PROPOSES, method="COUNTER")))
    assert said(answer) == [("taro.yamada@sample.example", Response.COUNTER)]
    assert answer.comment == "午後にしていただけますか。\n山田"
    assert (answer.start, answer.end) == (
        datetime(2022, 11, 15, 5, 0, tzinfo=UTC),
        datetime(2022, 11, 15, 5, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST", Reason.NOT_AN_ANSWER),
        ("METHOD:REPLY\n", "", Reason.NOT_AN_ANSWER),
        ("UID:7f9c2ba4e88f827d@rbc-events.example\n", "", Reason.NO_UID),
        ("UID:", "UID:" + "x" * 300, Reason.NO_UID),
        ("SEQUENCE:1", "SEQUENCE:one", Reason.NO_SEQUENCE),
        ("SEQUENCE:1", "SEQUENCE:-1", Reason.NO_SEQUENCE),
        ("SEQUENCE:1", "SEQUENCE:99999999999999", Reason.NO_SEQUENCE),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=COUNTER", Reason.NO_PARTSTAT),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION", Reason.NO_PARTSTAT),
        ("PARTSTAT=ACCEPTED;", "", Reason.NO_PARTSTAT),
        ("ATTENDEE;", "X-NOBODY;", Reason.NO_ATTENDEE),
        ("BEGIN:VCALENDAR", "<html>", Reason.NOT_A_CALENDAR),
    ],
)
def test_what_is_no_plain_answer_is_refused_with_its_reason(old: str, new: str, reason: Reason) -> None:
    assert old in GOOGLE_ACCEPTS
    assert refused(GOOGLE_ACCEPTS.replace(old, new).encode()) is reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DTEND;TZID=Tokyo Standard Time:20221115T143000", "DTEND;TZID=Tokyo Standard Time:20221115T133000"),
        ("DTSTART;TZID=Tokyo Standard Time:20221115T140000\n", ""),
        ("DTSTART;TZID=Tokyo Standard Time:", "DTSTART;TZID=Nowhere/At All:"),
        ("DTSTART;TZID=Tokyo Standard Time:20221115T140000", "DTSTART;VALUE=DATE:20221115"),
        ("DTSTART;TZID=Tokyo Standard Time:20221115T140000", "DTSTART:00010101T000000"),
        ("DTSTART;TZID=Tokyo Standard Time:20221115T140000", "DTSTART:00010101T000000Z"),
        ("DTEND;TZID=Tokyo Standard Time:20221115T143000", "DTEND:99991231T235900Z"),
        ("DTEND;TZID=Tokyo Standard Time:20221115T143000", "DURATION:P2900000D"),
        (TOKYO_TIMES, "DTSTART:99991231T235900Z"),
        (TOKYO_TIMES, "DTSTART:99991231T235900Z\nDURATION:PT30M"),
    ],
)
def test_a_proposal_without_a_usable_time_is_refused(old: str, new: str) -> None:
    assert old in OUTLOOK_PROPOSES
    assert refused(OUTLOOK_PROPOSES.replace(old, new).encode()) is Reason.NO_TIME


def test_too_much_is_refused_before_it_is_parsed() -> None:
    started = time.process_time()
    assert refused(b"BEGIN:VCALENDAR\r\n" * 100_000) is Reason.TOO_LARGE
    assert refused(b"X:\n" * 10_000) is Reason.TOO_LARGE
    assert reply.read(b"X" * (MAIL_OCTETS + 1)) == Refusal(reason=Reason.TOO_LARGE, detail=f"{MAIL_OCTETS + 1} octets")
    parts = b"".join(b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" for _ in range(100))
    many = reply.read(b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts + b"--b--\r\n")
    assert isinstance(many, Refusal)
    assert many.reason is Reason.TOO_LARGE
    assert time.process_time() - started < ONE_SECOND


def test_a_mail_without_a_calendar_is_refused() -> None:
    assert reply.read(POSTFIX_BOUNCE) == Refusal(reason=Reason.NO_CALENDAR)
    assert isinstance(reply.read(b""), Refusal)


@pytest.mark.slow
def test_hostile_strings_in_every_place_give_an_answer_or_a_refusal() -> None:
    for text in strings():
        for place in ("ACCEPTED", "taro.yamada@sample.example", "7f9c2ba4e88f827d@rbc-events.example", "REPLY"):
            for raw in (GOOGLE_ACCEPTS.replace(place, text), OUTLOOK_PROPOSES.replace(place, text)):
                as_mail = mail("").replace(b"--b--", raw.encode("utf-8", "surrogatepass") + b"--b--")
                for answer in (
                    reply.read(as_mail),
                    reply.read(as_mail.replace(b"reply+token", text.encode("utf-8", "surrogatepass"))),
                    reply.read(text.encode("utf-8", "surrogatepass")),
                ):
                    assert isinstance(answer, tuple | Refusal)


@pytest.mark.slow
@pytest.mark.skipif(CORPUS is None, reason="the corpus of hostile calendars is not beside this checkout")
def test_no_calendar_of_other_projects_test_suites_crashes_or_takes_a_second() -> None:
    read = 0
    for name, raw in calendars():
        for disguised in (
            raw,
            raw.replace(b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\r\nMETHOD:REPLY", 1),
            raw.replace(b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\r\nMETHOD:COUNTER", 1),
            raw.replace(b"METHOD:", b"METHOD:COUNTER\r\nX-OLD:", 1),
        ):
            started = time.process_time()
            assert isinstance(reply.read_calendar(disguised), tuple | Refusal), name
            as_mail = b"Content-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\n" + disguised
            assert isinstance(reply.read(as_mail), tuple | Refusal), name
            assert time.process_time() - started < ONE_SECOND, name
            read += 1
    assert read > 8_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    ["RRULE:FREQ=SECONDLY;COUNT=999999999", "RDATE:" + ",".join(["20220101T000000Z"] * 9_000),
     "ATTENDEE;" + ";".join(f"X-{n}=1" for n in range(20_000)) + ":mailto:a@b.example", "COMMENT:" + "\\n" * 100_000,
     "DTSTART;TZID=" + "A/" * 60_000 + ":20220101T000000", "ATTENDEE;CN=\"" + "^" * 200_000],
)  # fmt: skip
def test_a_line_made_to_be_slow_is_read_in_time(line: str) -> None:
    for calendar in (GOOGLE_ACCEPTS, OUTLOOK_PROPOSES):
        started = time.process_time()
        answer = reply.read_calendar(calendar.replace("DTSTAMP:", line + "\nDTSTAMP:").encode())
        assert isinstance(answer, tuple | Refusal)
        assert time.process_time() - started < ONE_SECOND
