import re
from collections.abc import Iterator
from email import message_from_bytes

import pytest

from rbc_events.calendars import bounce
from rbc_events.calendars.bounce import Kind, Report, Returned
from rbc_events.calendars.causes import Cause, cause_of
from rbc_events.calendars.incoming import MAIL_OCTETS
from tests.calendars import ordinary, returned
from tests.calendars.hostile import strings
from tests.calendars.replies import GOOGLE_ACCEPTS, POSTFIX_BOUNCE, mail
from tests.shared_cases import bounces, cases

OURS = "<7f9c2ba4.1@rbc-events.example>"
BOUNCED = Report(
    recipient="taro.yamada@sample.example",
    action="failed",
    status="5.1.1",
    diagnostic="550 5.1.1 <taro.yamada@sample.example>: Recipient address rejected: User unknown",
    meant="taro.yamada@sample.example",
)


def read(raw: bytes) -> Returned:
    found = bounce.read(raw)
    assert found is not None
    return found


def test_a_bounce_says_which_mail_came_back_and_why() -> None:
    found = read(POSTFIX_BOUNCE)
    assert (found.kind, found.reports, found.message_ids[0]) == (Kind.DELIVERY, (BOUNCED,), OURS)
    assert BOUNCED.bounced


def test_a_returned_mail_may_come_whole() -> None:
    whole = read(POSTFIX_BOUNCE.replace(b"text/rfc822-headers", b"message/rfc822"))
    assert (whole.reports, whole.message_ids[0]) == ((BOUNCED,), OURS)


def test_a_delay_is_no_bounce() -> None:
    [report] = read(POSTFIX_BOUNCE.replace(b"Action: failed", b"Action: delayed")).reports
    assert not report.bounced


def test_several_recipients_are_reported_each() -> None:
    second = b"\nFinal-Recipient: rfc822; jane@sample.example\nAction: delivered\nStatus: 2.0.0\n\n--b\n"
    found = read(POSTFIX_BOUNCE.replace(b"\n--b\nContent-Description: Undelivered", second + b"Content-Description: U"))
    assert [(report.recipient, report.action) for report in found.reports] == [
        ("taro.yamada@sample.example", "failed"),
        ("jane@sample.example", "delivered"),
    ]


@pytest.mark.parametrize("name", sorted(returned.FAILED))
def test_a_mail_that_came_back_in_words_is_tied_to_it_by_its_message_id(name: str) -> None:
    found = read(returned.FAILED[name])
    assert found.kind is Kind.DELIVERY
    assert OURS in found.message_ids
    [report] = found.reports
    assert report.bounced
    assert report.recipient in ("taro.yamada@sample.example", "")


def test_a_relay_that_writes_a_message_id_of_its_own_leaves_the_token() -> None:
    assert read(returned.RELAYED).tokens == ("abcdefghijklmnopqrstuvwxyz",)


def test_complaints_receipts_and_absence_notes_are_told_apart() -> None:
    kinds = [read(raw).kind for raw in (returned.COMPLAINT, returned.RECEIPT, returned.AWAY, returned.AWAY_JAPANESE)]
    assert kinds == [Kind.COMPLAINT, Kind.RECEIPT, Kind.ABSENCE, Kind.ABSENCE]


def test_a_server_that_goes_on_trying_reports_a_delay() -> None:
    assert [report.action for report in read(returned.DELAYED).reports] == ["delayed"]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", mail(GOOGLE_ACCEPTS), b"X" * (MAIL_OCTETS + 1)])
def test_other_mails_report_nothing(raw: bytes) -> None:
    assert bounce.read(raw) is None


def test_no_ordinary_mail_is_taken_for_one_that_came_back() -> None:
    mails = list(ordinary.mails())
    assert len(mails) >= 200
    assert [name for name, raw in mails if (found := bounce.read(raw)) and found.kind is Kind.DELIVERY] == []


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        ("5.1.1", "", Cause.NO_ADDRESS),
        ("5.0.0", "550 no such user here", Cause.NO_ADDRESS),
        ("5.1.2", "", Cause.NO_DOMAIN),
        ("5.2.2", "", Cause.FULL),
        ("", "The mailbox is full.", Cause.FULL),
        ("5.2.1", "", Cause.CLOSED),
        ("5.7.1", "550 5.7.1 user unknown", Cause.REFUSED),
        ("5.0.0", "554 rejected by spam filter", Cause.REFUSED),
        ("5.3.4", "", Cause.TOO_LARGE),
        ("4.4.7", "delivery time expired", Cause.FOR_NOW),
        ("4.2.2", "", Cause.FULL),
        ("", "宛先不明のため配信できません", Cause.NO_ADDRESS),
        ("", "", Cause.OTHER),
    ],
)
def test_the_cause_is_told_from_the_status_else_from_the_words(status: str, words: str, cause: Cause) -> None:
    assert cause_of(status, words) is cause


@pytest.mark.slow
def test_hostile_reports_never_raise() -> None:
    places = (b"5.1.1", b"failed", b"taro.yamada@sample.example", OURS.encode(), b"rfc822;", b"--b")
    for text in strings():
        for place in places:
            for raw in (POSTFIX_BOUNCE, returned.FAILED["qmail"]):
                found = bounce.read(raw.replace(place, text.encode("utf-8", "surrogatepass")))
                assert found is None or all(isinstance(report, Report) for report in found.reports)


def their_traces(raw: bytes) -> Iterator[str]:
    """The Message-IDs that stand in the body of a mail, read without any of our code."""
    own = str(message_from_bytes(raw).get("Message-ID", "")).strip()
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    for found in re.findall(rb"(?i)message-id:\s*(<[^<>\s]+>)", body):
        if (identifier := found.decode("latin-1")) != own:
            yield identifier


@pytest.mark.skipif(not cases("mail"), reason="the shared cases are not beside this checkout")
def test_of_real_bounces_with_a_trace_of_the_mail_98_in_100_are_tied_to_it() -> None:
    held = tied = known = 0
    every = [(name, raw) for name, raw in bounces() if not name.startswith(("arf", "rfc3834"))]
    for _name, raw in every:
        traces = set(their_traces(raw))
        found = bounce.read(raw)
        known += found is not None and found.kind is Kind.DELIVERY
        held += bool(traces)
        tied += bool(traces and found and traces & set(found.message_ids))
    assert held > 200
    assert tied >= 0.98 * held
    assert known >= 0.98 * len(every)


@pytest.mark.skipif(not cases("mail"), reason="the shared cases are not beside this checkout")
def test_real_complaints_and_absence_notes_are_no_bounces() -> None:
    others = [bounce.read(raw) for name, raw in bounces() if name.startswith(("arf", "rfc3834"))]
    assert others
    assert not [found for found in others if found and found.kind is Kind.DELIVERY]
