import pytest

from rbc_events.calendars import bounce
from rbc_events.calendars.bounce import Report
from tests.calendars.hostile import strings
from tests.calendars.replies import GOOGLE_ACCEPTS, POSTFIX_BOUNCE, mail

BOUNCED = Report(
    message_id="<7f9c2ba4.1@rbc-events.example>",
    recipient="taro.yamada@sample.example",
    action="failed",
    status="5.1.1",
    diagnostic="550 5.1.1 <taro.yamada@sample.example>: Recipient address rejected: User unknown",
)


def test_a_bounce_says_which_mail_came_back_and_why() -> None:
    assert bounce.read(POSTFIX_BOUNCE) == [BOUNCED]
    assert BOUNCED.bounced


def test_a_returned_mail_may_come_whole() -> None:
    whole = POSTFIX_BOUNCE.replace(b"text/rfc822-headers", b"message/rfc822")
    assert bounce.read(whole) == [BOUNCED]


def test_a_delay_is_no_bounce() -> None:
    [report] = bounce.read(POSTFIX_BOUNCE.replace(b"Action: failed", b"Action: delayed"))
    assert not report.bounced


def test_several_recipients_are_reported_each() -> None:
    second = b"\nFinal-Recipient: rfc822; jane@sample.example\nAction: delivered\nStatus: 2.0.0\n\n--b\n"
    reports = bounce.read(
        POSTFIX_BOUNCE.replace(b"\n--b\nContent-Description: Undelivered", second + b"Content-Description: U")
    )
    assert [(report.recipient, report.action) for report in reports] == [
        ("taro.yamada@sample.example", "failed"),
        ("jane@sample.example", "delivered"),
    ]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", mail(GOOGLE_ACCEPTS), b"X" * (bounce.MAIL_OCTETS + 1)])
def test_other_mails_report_nothing(raw: bytes) -> None:
    assert bounce.read(raw) == []


@pytest.mark.slow
def test_hostile_reports_never_raise() -> None:
    places = (
        b"5.1.1",
        b"failed",
        b"taro.yamada@sample.example",
        b"<7f9c2ba4.1@rbc-events.example>",
        b"rfc822;",
        b"--b",
    )
    for text in strings():
        for place in places:
            for report in bounce.read(POSTFIX_BOUNCE.replace(place, text.encode("utf-8", "surrogatepass"))):
                assert isinstance(report, Report)
