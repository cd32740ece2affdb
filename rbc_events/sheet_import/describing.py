"""What a file holds, for the page on which somebody says how it is to be read. Runs in a process of its own."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from rbc_events.sheets import Layout, Row, Sheet, guess, read_book, table_of
from rbc_events.sheets.tabs import Book, Tab

SHOWN_ROWS = 12
SHOWN_COLUMNS = 20
SHOWN_SKIPPED = 100
Described = dict[str, Any]


def look_at(
    content: bytes, name: str, known: Collection[str] = (), layout: Mapping[str, Any] | None = None
) -> Described:
    """The tabs of a file, where its table is (as told, or as it seems), and the table's columns with their first cells.

    Raises:
        Unreadable
    """
    told = Layout(**layout) if layout is not None else None
    book = read_book(content, name, told.encoding if told else "")
    found = told or guess(book, known)
    sheet = table_of(book, found)
    return {
        "rows": len(sheet.rows),
        "layout": asdict(found),
        "columns": _columns(sheet),
        "found": {
            "tabs": [{"name": tab.name, "rows": _filled_rows(tab)} for tab in book.tabs],
            "readings": [asdict(reading) for reading in book.readings],
            "head": _head(book, found),
            "skipped": [list(each) for each in sheet.skipped[:SHOWN_SKIPPED]],
            "counts": dict(Counter(why for _number, why, _text in sheet.skipped)),
        },
    }


def _filled_rows(tab: Tab) -> int:
    return sum(any(map(str.strip, row)) for row in tab.records)


def _columns(sheet: Sheet) -> list[dict[str, str]]:
    first = next((row for row in sheet.rows), Row(0, {}))
    return [{"name": name, "letter": sheet.letter(name), "example": first[name][:40]} for name in sheet.columns]


def _head(book: Book, layout: Layout) -> list[list[Any]]:
    """The first rows of the tab, each with its number, so that somebody can point at the one that names the columns."""
    tab = next((each for each in book.tabs if each.name == layout.tab), book.tabs[0])
    rows = enumerate(tab.records[:SHOWN_ROWS], start=1)
    return [[number, *(cell.strip()[:30] for cell in row[:SHOWN_COLUMNS])] for number, row in rows]
