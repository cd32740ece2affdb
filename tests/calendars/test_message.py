from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest

from rbc_events.calendars.content import UnsafeAddress, clean_line
from rbc_events.calendars.entry import Person
from rbc_events.calendars.invitation import cancel, request
from rbc_events.calendars.message import Attachment, Invitation, Mail, write
from tests.calendars.entries import STAMP, make_entry
from tests.calendars.hostile import LINE_BREAKS, strings

MAIL = Mail(
    message_id="<7f9c2ba4.1@rbc-events.example>",
    date=STAMP,
    sender=Person(name="RBC 事務局", address="noreply@rbc-events.example"),
    recipient=Person(name="山田 太郎", address="taro.yamada@sample.example"),
    subject="【日時変更】商談のご案内",
    text="本文です。\nhttps://rbc-events.example/\n",
    html="<p>本文です。</p>",
    language="ja",
    reply_to="reply+token@rbc-events.example",
    invitation=Invitation(method="REQUEST", content=request(make_entry())),
)


def parsed(mail: Mail) -> EmailMessage:
    message = message_from_bytes(write(mail), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def decoded(header: str) -> str:
    return clean_line(str(make_header(decode_header(header))))


def test_a_mail_reads_back_as_it_was_meant() -> None:
    message = parsed(MAIL)
    assert message["Subject"] == MAIL.subject
    assert message["To"].addresses[0].display_name == "山田 太郎"
    assert message["To"].addresses[0].addr_spec == "taro.yamada@sample.example"
    assert message["Message-ID"] == MAIL.message_id
    assert message["Reply-To"] == MAIL.reply_to
    assert message["Content-Language"] == "ja"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == STAMP
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content() == MAIL.text.replace("\n", "\r\n")


@pytest.mark.parametrize(("method", "write_calendar"), [("REQUEST", request), ("CANCEL", cancel)])
def test_the_content_type_names_the_method_of_the_calendar(method, write_calendar) -> None:
    content = write_calendar(make_entry())
    message = parsed(replace(MAIL, invitation=Invitation(method=method, content=content)))
    [calendar] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert calendar.get_param("method") == method
    assert f"METHOD:{method}\r\n".encode() in content
    assert calendar.get_payload(decode=True) == content
    [file] = message.iter_attachments()
    assert file.get_payload(decode=True) == content
    assert file.get_filename() == ("cancel.ics" if method == "CANCEL" else "invite.ics")


def test_the_same_mail_is_the_same_bytes() -> None:
    assert write(MAIL) == write(MAIL)
    assert write(replace(MAIL, message_id="<other@x.example>")) != write(MAIL)


def test_a_mail_about_no_meeting_can_be_unsubscribed_from_with_one_click() -> None:
    message = parsed(replace(MAIL, invitation=None, unsubscribe="https://rbc-events.example/unsubscribe/x"))
    assert message["List-Unsubscribe"] == "<https://rbc-events.example/unsubscribe/x>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert "List-Unsubscribe" not in parsed(MAIL)


def test_files_are_attached_with_japanese_names() -> None:
    attachment = Attachment(name="商談予定表.pdf", media_type="application/pdf", content=b"%PDF-1.7 x")
    [file] = parsed(replace(MAIL, invitation=None, attachments=(attachment,))).iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("商談予定表.pdf", "application/pdf")
    assert file.get_payload(decode=True) == b"%PDF-1.7 x"


@pytest.mark.slow
@pytest.mark.parametrize("line_break", LINE_BREAKS)
def test_no_text_becomes_a_header(line_break: str) -> None:
    expected = parsed(MAIL).keys()
    for text in strings():
        evil = f"x{text}{line_break}Bcc: evil@evil.example{line_break}{line_break}x{text}"
        mail = replace(
            MAIL,
            subject=evil,
            sender=Person(name=evil, address="noreply@rbc-events.example"),
            recipient=Person(name=evil, address="taro.yamada@sample.example"),
            attachments=(Attachment(name=evil, media_type="application/pdf", content=b""),),
        )
        raw = write(mail)
        assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
        assert b"\n" not in raw.replace(b"\r\n", b"")
        message = message_from_bytes(raw, policy=policy.default)
        assert message.keys() == expected
        assert [address.addr_spec for address in message["To"].addresses] == ["taro.yamada@sample.example"]
        assert [address.addr_spec for address in message["From"].addresses] == ["noreply@rbc-events.example"]


@pytest.mark.slow
def test_names_and_subjects_arrive_as_they_were_typed() -> None:
    for text in strings():
        typed = clean_line(text)[:100]
        raw = write(replace(MAIL, subject="s" + text[:90], recipient=Person(name=text, address="a@b.example")))
        message = message_from_bytes(raw)
        # The newer header parser of Python 3.11 puts blanks between adjacent encoded words, against RFC 2047, 6.2.
        name, address = parseaddr(str(message["To"]).replace("\r\n", ""))
        assert (decoded(name), address) == (typed, "a@b.example")
        assert decoded(message["Subject"]) == clean_line("s" + text[:90])


def test_a_subject_of_ten_thousand_characters_is_cut() -> None:
    assert len(parsed(replace(MAIL, subject="見" * 10_000))["Subject"]) == 200


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "太郎@b.example", "a@" + "あ" * 80 + ".example", "a"]
)
def test_an_address_that_mail_cant_reach_is_refused(address: str) -> None:
    with pytest.raises(UnsafeAddress):
        write(replace(MAIL, recipient=Person(name="", address=address)))


def test_a_japanese_domain_is_written_in_ascii() -> None:
    message = parsed(replace(MAIL, recipient=Person(name="", address="info@日本語.example")))
    assert message["To"].addresses[0].addr_spec == "info@xn--wgv71a119e.example"
