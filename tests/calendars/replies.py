"""Answers as calendar programs write them, and delivery reports as mail servers do."""

GOOGLE_ACCEPTS = """\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20221115T010000Z
DTEND:20221115T013000Z
DTSTAMP:20221002T000000Z
ORGANIZER;CN=RBC:mailto:reply+token@rbc-events.example
UID:7f9c2ba4e88f827d@rbc-events.example
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Taro;X-
 NUM-GUESTS=0:mailto:taro.yamada@sample.example
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:x
END:VEVENT
END:VCALENDAR
"""

OUTLOOK_PROPOSES = """\
BEGIN:VCALENDAR
METHOD:COUNTER
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Tokyo Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=TENTATIVE;CN=Taro:mailto:taro.yamada@sample.example
COMMENT;LANGUAGE=ja-JP:午後にしていただけますか。\\n山田
UID:7f9c2ba4e88f827d@rbc-events.example
SUMMARY;LANGUAGE=ja-JP:New Time Proposed: x
DTSTART;TZID=Tokyo Standard Time:20221115T140000
DTEND;TZID=Tokyo Standard Time:20221115T143000
DTSTAMP:20221002T000000Z
SEQUENCE:1
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:REMINDER
ATTENDEE:mailto:somebody.else@sample.example
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def mail(calendar: str, to: str = "reply+token@rbc-events.example", method: str = "REPLY") -> bytes:
    return "\r\n".join(
        [
            "From: Taro <taro.yamada@sample.example>",
            f"To: RBC <{to}>",
            "Subject: Accepted",
            "Message-ID: <answer@sample.example>",
            "MIME-Version: 1.0",
            'Content-Type: multipart/alternative; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "Taro has answered.",
            "--b",
            f"Content-Type: text/calendar; charset=utf-8; method={method}",
            "Content-Transfer-Encoding: 8bit",
            "",
            *calendar.splitlines(),
            "--b--",
            "",
        ]
    ).encode()


POSTFIX_BOUNCE = b"""\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: reply@rbc-events.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sat,  1 Oct 2022 12:04:05 +0900 (JST)

Final-Recipient: rfc822; taro.yamada@sample.example
Original-Recipient: rfc822;taro.yamada@sample.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.sample.example
Diagnostic-Code: smtp; 550 5.1.1 <taro.yamada@sample.example>: Recipient address
    rejected: User unknown

--b
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Message-ID: <7f9c2ba4.1@rbc-events.example>
From: RBC <reply@rbc-events.example>

--b--
"""
