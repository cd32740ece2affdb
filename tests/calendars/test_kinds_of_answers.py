"""What clients really send: each kind with an input of our own."""

from base64 import encodebytes
from datetime import UTC, datetime

import pytest

from rbc_events.calendars import reply
from rbc_events.calendars.reply import Answer, Refusal, Response
from tests.calendars.replies import GOOGLE_ACCEPTS, OUTLOOK_PROPOSES, mail
from tests.shared_cases import case, cases

TARO = "taro.yamada@sample.example"
ATTENDEE = "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Taro;X-\n NUM-GUESTS=0:mailto:" + TARO


def only(raw: bytes) -> Answer:
    found = reply.read(raw)
    assert not isinstance(found, Refusal), found
    [answer] = found
    return answer


def responses(answer: Answer) -> dict[str, Response | None]:
    return {attendee.address.lower(): answer.response_of(attendee) for attendee in answer.attendees}


def as_part(calendar: str | bytes, kind: str, *more: str) -> bytes:
    content = calendar.encode() if isinstance(calendar, str) else calendar
    lines = [
        f"From: Taro <{TARO}>",
        "To: reply+token@rbc-events.example",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        f"Content-Type: {kind}",
        *more,
        "Content-Transfer-Encoding: base64",
        "",
        encodebytes(content).decode() + "--b--",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("charset", ["iso-2022-jp", "shift_jis", "euc-jp", "utf-8"])
def test_a_note_is_read_in_the_charset_of_its_part(charset: str) -> None:
    noted = GOOGLE_ACCEPTS.replace("STATUS:", "COMMENT:十分前に参ります。髙橋\nSTATUS:").replace("髙橋", "高橋")
    answer = only(as_part(noted.encode(charset), f"text/calendar; charset={charset}; method=REPLY"))
    assert answer.comment == "十分前に参ります。高橋"


def test_a_line_may_be_folded_inside_a_character() -> None:
    octets = GOOGLE_ACCEPTS.replace("STATUS:", "COMMENT:遅れます\nSTATUS:").encode()
    place = octets.index("れ".encode()) + 1
    folded = octets[:place] + b"\r\n " + octets[place:]
    assert only(as_part(folded, "text/calendar; charset=utf-8; method=REPLY")).comment == "遅れます"


def test_the_method_may_stand_in_the_content_type_alone() -> None:
    without = GOOGLE_ACCEPTS.replace("METHOD:REPLY\n", "")
    assert responses(only(mail(without))) == {TARO: Response.ACCEPTED}
    assert isinstance(reply.read(mail(without, method="REQUEST")), Refusal)


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/ics", "text/plain", "image/x-unknown"])
def test_a_calendar_is_known_by_what_it_is(kind: str) -> None:
    assert responses(only(as_part(GOOGLE_ACCEPTS, kind))) == {TARO: Response.ACCEPTED}


def test_googles_note_and_outlooks_comment_are_both_notes() -> None:
    noted = GOOGLE_ACCEPTS.replace(";CN=Taro;", ';CN=Taro;X-RESPONSE-COMMENT="Could it be after 14:00; or later?";')
    assert only(mail(noted)).comment == "Could it be after 14:00; or later?"


@pytest.mark.parametrize("name", ['"Taro "Tak" Yamada"', "Taro: R&D; Tokyo", "^'Tak^' Yamada", '"Yamada, Taro'])
def test_a_name_with_quotes_or_colons_hides_no_answer(name: str) -> None:
    assert responses(only(mail(GOOGLE_ACCEPTS.replace("CN=Taro", f"CN={name}")))) == {TARO: Response.ACCEPTED}


def test_of_several_attendees_each_says_what_it_says() -> None:
    several = GOOGLE_ACCEPTS.replace("STATUS:", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:jane@sample.example\nSTATUS:")
    assert responses(only(mail(several))) == {TARO: Response.ACCEPTED, "jane@sample.example": None}


def test_of_several_events_each_is_an_answer() -> None:
    event = GOOGLE_ACCEPTS[GOOGLE_ACCEPTS.index("BEGIN:VEVENT") : GOOGLE_ACCEPTS.index("END:VCALENDAR")]
    both = GOOGLE_ACCEPTS.replace("END:VCALENDAR", event.replace("7f9c2ba4e88f827d", "another") + "END:VCALENDAR")
    found = reply.read(mail(both))
    assert not isinstance(found, Refusal)
    assert [answer.uid.partition("@")[0] for answer in found] == ["7f9c2ba4e88f827d", "another"]


def test_a_delegation_names_who_comes_instead() -> None:
    passed_on = GOOGLE_ACCEPTS.replace(
        "PARTSTAT=ACCEPTED;", 'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:hanako@sample.example";'
    )
    answer = only(mail(passed_on))
    assert responses(answer) == {TARO: Response.DELEGATED}
    assert answer.attendees[0].delegated_to == ("hanako@sample.example",)


def test_small_letters_are_as_good_as_capitals() -> None:
    small = GOOGLE_ACCEPTS.lower().replace("begin:vcalendar", "BEGIN:VCALENDAR")
    assert responses(only(mail(small))) == {TARO: Response.ACCEPTED}


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "cp932"])
def test_a_name_without_encoded_words_is_read_all_the_same(charset: str) -> None:
    raw = mail(GOOGLE_ACCEPTS).replace(b"From: Taro", "From: 山田 太郎".encode(charset))
    assert only(raw).envelope.sender_name == "山田 太郎"


def test_an_answer_attached_to_another_mail_is_its_senders() -> None:
    inner = mail(GOOGLE_ACCEPTS).decode()
    outer = "From: office@rbc-events.example\r\nTo: replies@rbc-events.example\r\nMIME-Version: 1.0\r\n"
    outer += 'Content-Type: multipart/mixed; boundary="f"\r\n\r\n--f\r\nContent-Type: message/rfc822\r\n\r\n'
    answer = only((outer + inner + "\r\n--f--\r\n").encode())
    assert answer.envelope.sender == TARO
    assert "reply+token@rbc-events.example" in answer.envelope.addressed


def test_a_proposal_in_a_zone_that_the_calendar_defines_itself() -> None:
    own = OUTLOOK_PROPOSES.replace("Tokyo Standard Time", "Customized Time Zone")
    assert only(mail(own, method="COUNTER")).start == datetime(2022, 11, 15, 5, 0, tzinfo=UTC)


def test_a_proposal_may_name_all_attendees_and_no_end() -> None:
    more = OUTLOOK_PROPOSES.replace("SUMMARY", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:b@c.example\nSUMMARY")
    answer = only(mail(more.replace("DTEND;TZID=Tokyo Standard Time:20221115T143000\n", ""), method="COUNTER"))
    assert (answer.start, answer.end) == (datetime(2022, 11, 15, 5, 0, tzinfo=UTC), None)
    assert responses(answer)[TARO] is Response.COUNTER


NOTE = "会場の予定表を見ました。十分前に参ります。"
SHARED = {
    "R01": (Response.DECLINED, "My flight lands at noon, could it be after 14:00?"),
    "R02": (Response.ACCEPTED, ""),
    "R03": (Response.DECLINED, ""),
    "R04": (Response.DELEGATED, ""),
    "R06": (Response.ACCEPTED, NOTE),
    "R07": (Response.ACCEPTED, NOTE),
    "R10a": (Response.ACCEPTED, ""),
    "R10b": (Response.DECLINED, ""),
    "R11": (Response.DECLINED, ""),
    "R12": (Response.ACCEPTED, ""),
    "R13": (Response.DECLINED, ""),
    "R14": (Response.COUNTER, ""),
    "R15": (Response.COUNTER, ""),
    "R17": (Response.ACCEPTED, "少し遅れるかもしれません"),
    "R18": (Response.ACCEPTED, ""),
    "R19": (Response.ACCEPTED, ""),
    "R22": (Response.DECLINED, ""),
    "R23": (Response.DECLINED, ""),
    "R24": (Response.DECLINED, ""),
    "R25": (Response.TENTATIVE, ""),
    "R26": (Response.ACCEPTED, ""),
    "R27": (Response.ACCEPTED, ""),
}


@pytest.mark.skipif(not cases("mail"), reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("name", SHARED)
def test_each_shared_answer_is_read_right(name: str) -> None:
    answer = only(case("mail", name + "-"))
    assert (responses(answer)[TARO], answer.comment) == SHARED[name]
    if answer.counter:
        assert (answer.start, answer.end) == (
            datetime(2027, 3, 1, 7, tzinfo=UTC),
            datetime(2027, 3, 1, 7, 20, tzinfo=UTC),
        )
