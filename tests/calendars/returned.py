"""Mails that came back, as systems write them: our own, of the kinds that there are."""

import base64

_ORIGINAL = """\
From: RBC <noreply@rbc-events.example>
To: taro.yamada@sample.example
Subject: Your meeting
Message-ID: <7f9c2ba4.1@rbc-events.example>
Reply-To: secretariat+abcdefghijklmnopqrstuvwxyz@rbc-events.example

Dear Taro,
"""
_STATUS = """\
Reporting-MTA: dns; mx.sample.example

Final-Recipient: rfc822; taro.yamada@sample.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
"""


def _in_words(sender: str, subject: str, text: str, charset: str = "us-ascii", headers: str = "") -> bytes:
    head = (
        f"Return-Path: <>\nFrom: {sender}\nTo: noreply@rbc-events.example\nSubject: {subject}\n"
        f"Message-ID: <bounce@mx.sample.example>\n{headers}MIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset={charset}\n\n"
    )
    return head.encode() + text.encode("utf-8" if charset == "us-ascii" else charset)


def _in_parts(kind: str, *parts: tuple[str, str], sender: str = "MAILER-DAEMON@mx.sample.example") -> bytes:
    head = (
        f"Return-Path: <>\nFrom: {sender}\nTo: noreply@rbc-events.example\nSubject: Delivery report\n"
        f'Message-ID: <bounce@mx.sample.example>\nMIME-Version: 1.0\nContent-Type: {kind}; boundary="b"\n\n'
    )
    body = "".join(f"--b\nContent-Type: {part}\n\n{content}\n" for part, content in parts)
    return f"{head}{body}--b--\n".encode()


_REPORT = "multipart/report; report-type=delivery-status"
FAILED = {
    "qmail": _in_words(
        "MAILER-DAEMON@mx.sample.example",
        "failure notice",
        "Hi. This is the qmail-send program at mx.sample.example.\n\n<taro.yamada@sample.example>:\n"
        "Remote host said: 550 no such user\n\n--- Below this line is a copy of the message.\n\n" + _ORIGINAL,
    ),
    "exim": _in_words(
        "Mailer-Daemon@mx.sample.example",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered:\n\n  taro.yamada@sample.example\n"
        "    SMTP error after RCPT TO: 550 no such user\n\n------ This is a copy of the message. ------\n\n"
        + _ORIGINAL,
        headers="X-Failed-Recipients: taro.yamada@sample.example\nAuto-Submitted: auto-replied\n",
    ),
    "a Japanese provider": _in_words(
        "Postmaster@mobile.example",
        "Mail System Error - Returned Mail",
        "次のあて先へのメッセージはエラーのため送信できませんでした。\n<taro.yamada@sample.example>\n"
        "---------------------------------------------------\n" + _ORIGINAL,
        charset="iso-2022-jp",
    ),
    "a status and parts of another kind": _in_parts(
        "multipart/mixed", ("message/delivery-status", _STATUS), ("message/rfc822", _ORIGINAL)
    ),
    "internationalised": _in_parts(
        _REPORT, ("message/global-delivery-status", _STATUS), ("message/global-headers", _ORIGINAL)
    ),
    "all of it in one block": _in_parts(
        _REPORT, ("message/delivery-status", _STATUS.replace("\n\n", "\n")), ("message/rfc822", _ORIGINAL)
    ),
    "an action with a comment": _in_parts(
        _REPORT,
        ("message/delivery-status", _STATUS.replace("failed", "failed (user unknown)")),
        ("message/rfc822", _ORIGINAL),
    ),
    "headers in base64": _in_parts(
        _REPORT,
        ("message/delivery-status", _STATUS),
        (
            "text/rfc822-headers\nContent-Transfer-Encoding: base64",
            base64.encodebytes(_ORIGINAL.encode()).decode(),
        ),
    ),
    "a folded Message-ID": _in_parts(
        _REPORT,
        ("message/delivery-status", _STATUS),
        ("text/rfc822-headers", _ORIGINAL.replace("Message-ID: ", "Message-Id:\n ")),
    ),
    "a status called text": _in_parts("multipart/mixed", ("text/plain", _STATUS), ("message/rfc822", _ORIGINAL)),
}
RELAYED = _in_parts(
    _REPORT,
    ("message/delivery-status", _STATUS),
    ("message/rfc822", _ORIGINAL.replace("<7f9c2ba4.1@rbc-events.example>", "<0101019a@relay.example>")),
)
OF_A_MEMBER = _in_parts(
    _REPORT,
    ("message/delivery-status", _STATUS.replace("taro.yamada@sample", "former.member@elsewhere")),
    ("text/rfc822-headers", _ORIGINAL),
)
WITHOUT_THE_ORIGINAL = _in_parts(_REPORT, ("message/delivery-status", _STATUS))
COMPLAINT = _in_parts(
    "multipart/report; report-type=feedback-report",
    ("message/feedback-report", "Feedback-Type: abuse\nUser-Agent: Example/1\nVersion: 1"),
    ("message/rfc822", _ORIGINAL),
    sender="loop@provider.example",
)
RECEIPT = _in_parts(
    "multipart/report; report-type=disposition-notification",
    (
        "message/disposition-notification",
        "Original-Message-ID: <7f9c2ba4.1@rbc-events.example>\nDisposition: displayed",
    ),
    sender="taro.yamada@sample.example",
)
AWAY = _in_words(
    "taro.yamada@sample.example",
    "Automatic reply: Your meeting",
    "I am out of the office and could not read your mail. Your message was not delivered to my phone either.",
    headers="Auto-Submitted: auto-replied\n",
)
AWAY_JAPANESE = _in_words(
    "taro.yamada@sample.example",
    "=?utf-8?b?5LiN5Zyo44Gu44GK55+l44KJ44Gb?=",  # 不在のお知らせ
    "3月10日まで不在にしております。",
    charset="utf-8",
    headers="Auto-Submitted: auto-replied\n",
)
DELAYED = _in_words(
    "MAILER-DAEMON@mx.sample.example",
    "Warning: message delayed 4 hours",
    "Your message has not yet been delivered to taro.yamada@sample.example. We will keep trying; you do not need to "
    "resend it.\n\n" + _ORIGINAL,
)
