"""One unsurprising entry, and variations of it."""

import itertools
from datetime import UTC, datetime
from typing import Any

from rbc_events.calendars.entry import Entry, Person

STAMP = datetime(2022, 10, 1, 3, 4, 5, tzinfo=UTC)


def make_entry(**changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "uid": "7f9c2ba4e88f827d@rbc-events.example",
        "sequence": 1,
        "status": "CONFIRMED",
        "start": datetime(2022, 11, 15, 1, 0, tzinfo=UTC),
        "end": datetime(2022, 11, 15, 1, 30, tzinfo=UTC),
        "zone": "Asia/Tokyo",
        "stamp": STAMP,
        "summary": "商談: Sample Health / 見本医療機器",
        "organizer": Person(name="RBC 事務局", address="reply+token@rbc-events.example"),
        "language": "ja",
        "description": "日時が変わりました。\n10:00 から 11:00 へ",
        "comment": "10:00 から 11:00 に変更",
        "location": "会議室 A, テーブル 3",
        "link": "https://meet.example/room;1?a=b&c=あ",
        "page": "https://rbc-events.example/meetings/1",
        "attendee": Person(name="山田 太郎", address="taro.yamada@sample.example"),
    }
    return Entry(**fields | changes)


def every_state() -> list[Entry]:
    """New, changed and often changed; fixed and tentative; in both languages; with and without link, place and other
    attendees."""
    others = (Person(name="Jane Doe", address="jane@sample.example"), Person(name="花子", address="h@sample.example"))
    return [
        make_entry(sequence=sequence, status=status, language=language, link=link, location=place, others=shown)
        for sequence, status, language, link, place, shown in itertools.product(
            (0, 1, 7),
            ("CONFIRMED", "TENTATIVE"),
            ("ja", "en"),
            ("", "https://meet.example/1"),
            ("", "テーブル 3"),
            ((), others),
        )
    ]
