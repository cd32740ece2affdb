"""From the bytes of a file to a table of text."""

from collections.abc import Collection, Iterable, Sequence

from rbc_events.sheets.comma_separated import csv_records, doubtful_readings
from rbc_events.sheets.layout import Skip, filled_in, guess, header_names, reason_to_skip
from rbc_events.sheets.limits import FORMULA_SIGNS, LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from rbc_events.sheets.table import CellFault, Fault, Row, Sheet, Unreadable, column_letter
from rbc_events.sheets.tabs import Book, Layout, Tab

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_sheet(content: bytes, name: str = "") -> Sheet:
    """The first visible tab of an XLSX file, or a CSV file, whose first row names the columns.

    Raises:
        Unreadable: it is neither, or no workbook although `name` says so; it is beyond the limits; its header can't be
            used.
    """
    tab = read_book(content, name).tabs[0]
    if any(merge.first_row == 1 for merge in tab.merges):
        raise Unreadable(Fault.MERGED_HEADER)
    return _as_sheet(tab.records, tab.errors)


def read_book(content: bytes, name: str = "", encoding: str = "") -> Book:
    """All visible tabs of a file; the bytes tell what it is.

    Raises:
        Unreadable: it is neither a workbook nor CSV, or no workbook although `name` says so; it is beyond the limits.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(Fault.TOO_LARGE)
    if content.startswith(OLE):
        raise Unreadable(Fault.OLD_OR_ENCRYPTED)
    if content.startswith(ZIP):
        from rbc_events.sheets.excel import xlsx_tabs  # loaded by those alone who read a workbook

        return Book(xlsx_tabs(content))
    if name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise Unreadable(Fault.NOT_A_WORKBOOK)
    return Book((Tab("", csv_records(content, encoding)),), doubtful_readings(content))


def read_table(content: bytes, name: str = "", *, known: Collection[str] = (), layout: Layout | None = None) -> Sheet:
    """The table in a file, where `layout` says or else where it seems to be (see `layout.guess`), with the rows that
    were left out. Columns without a name, or with one that is there twice, are known by their letter.

    Raises:
        Unreadable
    """
    book = read_book(content, name, layout.encoding if layout else "")
    return table_of(book, layout or guess(book, known))


def table_of(book: Book, layout: Layout) -> Sheet:
    """The table where `layout` says.

    Raises:
        Unreadable: there is no such tab, no name in the header, or more rows or columns than the limits allow.
    """
    tab = next((each for each in book.tabs if each.name == layout.tab), book.tabs[0])
    names = header_names(tab, layout.header, layout.header_rows)
    first = layout.header + layout.header_rows
    records = [[_tidy(cell) for cell in record] for record in tab.records[first - 1 :]]
    used = [n for n in range(max(map(len, records), default=0)) if any(n < len(r) and r[n] for r in records)]
    named = [n for n, name in enumerate(names) if not name.startswith("(") or n in used]
    if not any(not names[n].startswith("(") for n in named):
        raise Unreadable(Fault.EMPTY)
    if any(n >= MOST_COLUMNS for n in used):
        raise Unreadable(Fault.TOO_MANY_COLUMNS)
    if len(records) > MOST_ROWS + layout.header_rows:
        raise Unreadable(Fault.TOO_MANY_ROWS)
    filled = filled_in(tab, records, first)
    rows, skipped, faults = [], [], []
    error_rows = {row for row, _position in tab.errors}
    for number, (own, cells) in enumerate(zip(records, filled, strict=True), start=first):
        if not any(own) and number not in error_rows:
            continue
        why = _why_skipped(tab, layout, number, own, len(named))
        if why is not None:
            skipped.append((number, why.value, " ".join(cell for cell in own if cell)[:120]))
            continue
        header = {n: names[n] for n in named}
        rows.append(Row(number, {header[n]: cell for n, cell in enumerate(cells) if cell and n in header}))
        faults += _cell_faults(number, [header.get(n, "") for n in range(len(names))], cells, tab.errors)
    letters = {names[n]: column_letter(n) for n in named}
    return Sheet(tuple(names[n] for n in named), tuple(rows), tuple(faults), letters, tuple(skipped))


def _why_skipped(tab: Tab, layout: Layout, number: int, cells: Sequence[str], columns: int) -> Skip | None:
    if number in tab.hidden and not layout.hidden:
        return Skip.HIDDEN
    if number in tab.struck and not layout.struck:
        return Skip.STRUCK
    return None if layout.notes else reason_to_skip(cells, columns)


def _as_sheet(records: Iterable[list[str]], errors: frozenset[tuple[int, int]]) -> Sheet:
    numbered = enumerate(records, start=1)
    header = _header(next(numbered, (1, []))[1])
    error_rows = {row for row, _position in errors}
    rows, faults = [], []
    for number, record in numbered:
        if number > MOST_ROWS + 1:
            raise Unreadable(Fault.TOO_MANY_ROWS)
        cells = [_tidy(cell) for cell in record]
        if not any(cells) and number not in error_rows:
            continue
        if any(cells[len(header) :]):
            raise Unreadable(Fault.RAGGED_ROW, str(number))
        rows.append(Row(number, {name: cell for name, cell in zip(header, cells, strict=False) if cell}))
        faults += _cell_faults(number, header, cells, errors)
    return Sheet(tuple(name for name in header if name), tuple(rows), tuple(faults))


def _header(record: list[str]) -> list[str]:
    header = [_tidy(cell) for cell in record]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Unreadable(Fault.EMPTY)
    if len(header) > MOST_COLUMNS:
        raise Unreadable(Fault.TOO_MANY_COLUMNS)
    for position, name in enumerate(header):
        if not name:
            raise Unreadable(Fault.UNNAMED_COLUMN, column_letter(position))
        if name in header[:position]:
            raise Unreadable(Fault.COLUMN_TWICE, name[:100])
    return header


def _cell_faults(
    number: int, header: list[str], cells: list[str], errors: frozenset[tuple[int, int]]
) -> list[CellFault]:
    faults = [
        CellFault(number, name, Fault.CELL_TOO_LONG)
        for name, cell in zip(header, cells, strict=False)
        if name and len(cell) > LONGEST_CELL
    ]
    return faults + [
        CellFault(number, name, Fault.FORMULA_ERROR)
        for position, name in enumerate(header)
        if name and (number, position) in errors
    ]


def _tidy(cell: str) -> str:
    """Without blanks around it (full-width ones too), with plain line ends, and without the apostrophe that our own
    exports put before what Excel would take for a formula."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    unquoted = text[1:].lstrip()
    return unquoted if text.startswith("'") and unquoted.lstrip("'")[:1] in FORMULA_SIGNS else text
