from typing import Any

from rbc_events.calendars.entry import Person
from rbc_events.outbox.operations import Letter


def make_letter(number: int = 1, **changes: Any) -> Letter:
    fields: dict[str, Any] = {
        "occasion": f"test:{number}",
        "kind": "test",
        "recipient": Person(name="山田 太郎", address=f"person{number}@people.example"),
        "language": "ja",
        "subject": f"お知らせ {number}",
        "text": "山田様\n\nご確認ください。\nhttps://rbc-events.example/agenda",
    }
    return Letter(**fields | changes)
