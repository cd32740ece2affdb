"""Ordinary mails, as people and their programs write them: none of them reports that a mail of ours came back."""

from collections.abc import Iterator
from itertools import product

SENDERS = (
    "Taro Yamada <taro.yamada@sample.example>",
    "newsletter@fair.example",
    "noreply@carrier.example",
    "Jane Doe <jane@post.example>",
    "info@daemonworks.example",
)
SUBJECTS = (
    "Re: Your meeting",
    "Delivery failed: your parcel could not be delivered",
    "Undelivered goods, order 5.1.1",
    "Fwd: Undelivered Mail Returned to Sender",
    "ご出席について",
    "User unknown to us: please confirm",
    "Out of office until Monday",
    "Returned mail service: new prices",
)
WORDS = (
    "I can't come in the morning. Could we meet in the afternoon?",
    "We were unable to deliver your parcel, since the address does not exist. 550 people live there.",
    "My mail to you bounced with 550 5.1.1 user unknown, so I write to this address.",
    "当日は伺えません。メールが届きませんでしたので、再送をお願いします。",
    "> Message-ID: <7f9c2ba4.1@rbc-events.example>\n> Dear Taro,\n\nThank you, see you there.",
)
_ATTACHED = """\
--f
Content-Type: text/plain

See below what your server said to me.
--f
Content-Type: message/rfc822

Return-Path: <>
From: MAILER-DAEMON@mx.sample.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.sample.example

Final-Recipient: rfc822; taro.yamada@sample.example
Action: failed
Status: 5.1.1

--r
Content-Type: text/rfc822-headers

Message-ID: <7f9c2ba4.1@rbc-events.example>

--r--
--f--
"""


def mails() -> Iterator[tuple[str, bytes]]:
    for sender, subject, words in product(SENDERS, SUBJECTS, WORDS):
        yield f"{sender} {subject} {words[:20]}", _mail(sender, subject, "text/plain; charset=utf-8", words)
    for sender, subject in product(SENDERS, SUBJECTS):
        yield f"{sender} {subject} attached", _mail(sender, subject, 'multipart/mixed; boundary="f"', _ATTACHED)


def _mail(sender: str, subject: str, kind: str, body: str) -> bytes:
    path = sender.rpartition("<")[2].strip(">")
    return (
        f"Return-Path: <{path}>\nFrom: {sender}\nTo: secretariat@rbc-events.example\nSubject: {subject}\n"
        f"Message-ID: <{abs(hash((sender, subject)))}@post.example>\nIn-Reply-To: <7f9c2ba4.1@rbc-events.example>\n"
        f"MIME-Version: 1.0\nContent-Type: {kind}\n\n{body}"
    ).encode()
