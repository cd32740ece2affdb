"""Finding the table in a file as an office sends it: which tab, which row names the columns, what is no row of it."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from enum import StrEnum

from rbc_events.sheets.limits import MOST_COLUMNS
from rbc_events.sheets.table import column_letter
from rbc_events.sheets.tabs import Book, Layout, Tab

SEARCHED_ROWS = 30
DITTO = frozenset({"〃", "々", "”", "同上", "仝", "''", '"', "ditto"})
SUMS = frozenset({"合計", "計", "総計", "小計", "total", "subtotal", "sum"})
EXAMPLE = re.compile(r"^\((例|記入例|example)\)", re.IGNORECASE)
NOTE = re.compile(r"^[※*＊注(（【]")


class Skip(StrEnum):
    """Why a row of the file is none of the table."""

    HIDDEN = "hidden"
    STRUCK = "struck"
    NOTE = "note"
    SUM = "sum"
    EXAMPLE = "example"


def plain_words(text: str) -> str:
    """A header's words without width, blanks, case, and what is said to the writer: marks, brackets, required.

    >>> plain_words("区分\\n※選択"), plain_words("機関キー（必須）"), plain_words("ご担当者 姓"), plain_words("ﾌﾘｶﾞﾅ")
    ('区分', '機関キー', '担当者姓', 'フリガナ')
    """
    words = unicodedata.normalize("NFKC", text).casefold()
    words = re.sub(r"[※*].*", "", words, flags=re.DOTALL)
    words = re.sub(r"\((必須|任意|選択|required|optional|全角|半角|例[^)]*)\)|【[^】]*】", "", words)
    return re.sub(r"[\s_\-・:.]+|^(御|ご|お)|[()/]", "", words)


def guess(book: Book, known: Collection[str]) -> Layout:
    """The tab and the row that look most like the head of a table whose columns are `known` (by `plain_words`). Where
    nothing is known, the first row of the first tab that holds at least two names."""
    best, layout = 0, Layout(tab=book.tabs[0].name)
    for tab in book.tabs:
        for number in range(1, min(len(tab.records), SEARCHED_ROWS) + 1):
            found = _header_at(tab, number, known)
            if found > best:
                best, layout = found, Layout(tab.name, number, header_height(tab, number))
    return layout if best >= 2 else _first_with_names(book)


def _header_at(tab: Tab, number: int, known: Collection[str]) -> int:
    names = {plain_words(name) for name in header_names(tab, number, header_height(tab, number))}
    return len({name for name in names if name in known})


def _first_with_names(book: Book) -> Layout:
    for tab in book.tabs:
        for number, record in enumerate(tab.records[:SEARCHED_ROWS], start=1):
            if sum(bool(cell.strip()) for cell in record) >= 2:
                return Layout(tab.name, number, header_height(tab, number))
    return Layout(book.tabs[0].name)


def header_height(tab: Tab, first: int) -> int:
    """How many rows the header has: cells of its first row that are merged with ones below say so."""
    return max((min(m.last_row - first + 1, 3) for m in tab.merges if m.first_row == first), default=1)


def header_names(tab: Tab, first: int, rows: int) -> list[str]:
    """The columns' names: of several rows of a header the lowest that says anything, with what stands above several
    columns before it. A name that is there twice, and a column without one, get their letter."""
    above = _spread(tab, first)
    lines = [_cells(tab, number) for number in range(first, first + rows)]
    width = min(max(map(len, lines), default=0), MOST_COLUMNS)
    names = []
    for position in range(width):
        told = [line[position] for line in lines if position < len(line) and line[position]]
        group = above.get(position, "")
        if group and group not in told:
            told.insert(0, group)
        names.append(" ".join(dict.fromkeys(told)))
    return _told_apart(names)


def _spread(tab: Tab, row: int) -> dict[int, str]:
    """What stands above several columns, for each of them."""
    cells = _cells(tab, row)
    return {
        position: cells[merge.first_column]
        for merge in tab.merges
        if merge.first_row == row and merge.last_column > merge.first_column and merge.first_column < len(cells)
        for position in range(merge.first_column, min(merge.last_column + 1, MOST_COLUMNS))
    }


def _told_apart(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for position, name in enumerate(names):
        found.append(f"{name} ({column_letter(position)})".strip() if not name or name in found else name)
    return found


def _cells(tab: Tab, number: int) -> list[str]:
    record = tab.records[number - 1] if 0 < number <= len(tab.records) else []
    return [" ".join(cell.split()) for cell in record]


def reason_to_skip(cells: Sequence[str], columns: int) -> Skip | None:
    """Whether a row is a note, a sum below the table's rows, or one that shows how to fill them in."""
    told = [cell for cell in cells if cell]
    if told and EXAMPLE.match(unicodedata.normalize("NFKC", told[0])):
        return Skip.EXAMPLE
    if any(unicodedata.normalize("NFKC", cell).casefold().replace(" ", "") in SUMS for cell in told):
        return Skip.SUM if len(told) < max(columns / 2, 3) else None
    if columns >= 3 and told and (len(told) == 1 or (NOTE.match(told[0]) and len(told) <= 2)):
        return Skip.NOTE
    return None


def filled_in(tab: Tab, records: Sequence[list[str]], first: int) -> list[list[str]]:
    """The rows from `first` on, with what a merged cell says in each of its rows, and what stands above wherever a cell
    says ditto. Cells are tidy already."""
    rows = [list(record) for record in records]
    for merge in tab.merges:
        top, left = merge.first_row - first, merge.first_column
        if top < 0 or merge.last_row == merge.first_row or top >= len(rows) or left >= len(rows[top]):
            continue
        for number in range(top + 1, min(merge.last_row - first + 1, len(rows))):
            rows[number].extend([""] * (left + 1 - len(rows[number])))
            rows[number][left] = rows[top][left]
    for number, row in enumerate(rows[1:], start=1):
        for position, cell in enumerate(row):
            if cell in DITTO and position < len(rows[number - 1]):
                row[position] = rows[number - 1][position]
    return rows
