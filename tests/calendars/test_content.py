from dataclasses import replace

import pytest

from rbc_events.calendars.content import UnsafeAddress, clean_address, clean_line, clean_link, fold
from rbc_events.calendars.entry import InvalidEntry, Person
from rbc_events.calendars.feed import publish
from rbc_events.calendars.invitation import cancel, request
from tests.calendars.entries import make_entry
from tests.calendars.hostile import LINE_BREAKS, strings
from tests.calendars.judges import by_icalendar, by_javascript, by_libical

TEXT_FIELDS = ("summary", "description", "comment", "location", "link", "page")


def property_names(calendar: bytes) -> list[str]:
    """The name of every content line, by an unfolding that shares nothing with the code under test."""
    return [line.split(b":")[0].split(b";")[0].decode() for line in calendar.replace(b"\r\n ", b"").split(b"\r\n")]


@pytest.mark.slow
@pytest.mark.parametrize("line_break", LINE_BREAKS)
def test_no_text_in_any_field_starts_a_property_of_its_own(line_break: str) -> None:
    harmless = make_entry()
    expected = property_names(request(harmless))
    for text in strings():
        evil = f"x{text}{line_break}ATTENDEE:mailto:evil@evil.example{line_break} ;X={text}"
        people = {"organizer": Person(name=evil, address="reply@rbc-events.example")}
        people["attendee"] = Person(name=evil, address="taro@sample.example")
        for changes in [*({field: evil} for field in ("summary", "description", "comment", "location")), people]:
            assert property_names(request(replace(harmless, **changes))) == expected
        for field in ("link", "page"):
            assert property_names(request(replace(harmless, **{field: "https://a.example/" + evil}))) == expected


def test_every_line_is_whole_and_at_most_75_octets() -> None:
    for text in strings():
        entry = make_entry(**dict.fromkeys(TEXT_FIELDS, text), attendee=Person(name=text, address="a@b.example"))
        calendar = publish([entry], name=text) + request(replace(entry, summary=text.strip() or "x"))
        assert b"\r" not in calendar.replace(b"\r\n", b"")
        assert b"\n" not in calendar.replace(b"\r\n", b"")
        for line in calendar.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()  # raises where a character was cut


@pytest.mark.slow
def test_titles_arrive_as_they_were_written_at_every_reader() -> None:
    titles = [f"x{text}x" for text in strings()]
    entries = [make_entry(uid=f"{number}@rbc-events.example", summary=title) for number, title in enumerate(titles)]
    calendars = [request(entry) for entry in entries]
    expected = [clean_line(title) for title in titles]

    assert [events[0]["summary"] for events in by_icalendar(calendars)] == expected
    assert [answer["events"][0]["summary"] for answer in by_libical(calendars)] == expected
    by_js = by_javascript(calendars)
    assert [answer["ical.js"][0]["summary"] for answer in by_js] == expected
    for title, answer in zip(expected, by_js, strict=True):
        # node-ical undoes escapes one after the other, so that of a typed backslash and n a line break becomes.
        assert answer["node-ical"][0]["summary"] == title or "\\" in title


def test_a_title_of_ten_thousand_characters_is_kept_whole() -> None:
    [[event]] = by_icalendar([request(make_entry(summary="見" * 10_000))])
    assert event["summary"] == "見" * 10_000


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "@b.example", "a@", "a@b\r\nBcc: c@d.example", "a b@c.example", "a@b.example,c@d.example",
     "<a@b.example>", "a\u2028@b.example", "a@b@c.example", "a\x00@b.example", "a" * 320 + "@b.example"],
)  # fmt: skip
def test_an_address_that_would_change_its_meaning_is_refused(address: str) -> None:
    with pytest.raises(UnsafeAddress):
        clean_address(address)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.example", "x", "http://["]
)
def test_only_web_addresses_are_linked(url: str) -> None:
    assert clean_link(url) == ""


def test_folding_never_cuts_a_character() -> None:
    for length in range(60, 90):
        line = ("a" * length + "漢字👍" * 30).encode()
        folded = fold(line)
        assert folded.replace(b"\r\n ", b"").removesuffix(b"\r\n") == line
        for piece in folded.split(b"\r\n"):
            assert len(piece) <= 75
            piece.decode()


@pytest.mark.parametrize(
    "changes",
    [{"uid": ""}, {"uid": "a b"}, {"uid": "a\rb"}, {"sequence": -1}, {"end": make_entry().start},
     {"start": make_entry().start.replace(tzinfo=None)}, {"attendee": None}, {"summary": " \n"},
     {"attendee": Person(name="", address="REPLY+token@rbc-events.example")}],
)  # fmt: skip
def test_an_invitation_that_no_calendar_could_keep_is_refused(changes: dict) -> None:
    with pytest.raises(InvalidEntry):
        request(make_entry(**changes))


def test_a_cancelled_meeting_is_not_asked_for_and_nothing_is_cancelled_that_was_not_asked() -> None:
    with pytest.raises(InvalidEntry):
        request(make_entry(status="CANCELLED"))
    with pytest.raises(InvalidEntry):
        cancel(make_entry(sequence=0))


def test_one_copy_names_one_attendee_unless_both_sides_agreed() -> None:
    assert property_names(request(make_entry())).count("ATTENDEE") == 1
    other = Person(name="Jane Doe", address="jane@sample.example")
    assert property_names(request(make_entry(others=(other,)))).count("ATTENDEE") == 2


def test_a_feed_never_holds_an_attendee() -> None:
    feed = publish([make_entry(others=(Person(name="Jane", address="jane@sample.example"),))], name="予定")
    assert b"ATTENDEE" not in feed
    assert b"sample.example" not in feed
