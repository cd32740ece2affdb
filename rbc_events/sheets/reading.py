"""From the bytes of a file to a table of text."""

from collections.abc import Iterable

from rbc_events.sheets.comma_separated import csv_records
from rbc_events.sheets.limits import FORMULA_SIGNS, LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from rbc_events.sheets.table import CellFault, Fault, Row, Sheet, Unreadable, column_letter

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_sheet(content: bytes, name: str = "") -> Sheet:
    """The first visible sheet of an XLSX file, or a CSV file in UTF-8, UTF-16 or Shift_JIS; the bytes tell which.

    Raises:
        Unreadable: it is neither, or no workbook although `name` says so; it is beyond the limits; its header can't be
            used.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(Fault.TOO_LARGE)
    if content.startswith(OLE):
        raise Unreadable(Fault.OLD_OR_ENCRYPTED)
    if content.startswith(ZIP):
        from rbc_events.sheets.excel import xlsx_records  # loaded by those alone who read a workbook

        records, errors = xlsx_records(content)
    elif name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise Unreadable(Fault.NOT_A_WORKBOOK)
    else:
        records, errors = list(csv_records(content)), frozenset()
    return _as_sheet(records, errors)


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
        if len(cell) > LONGEST_CELL
    ]
    return faults + [
        CellFault(number, name, Fault.FORMULA_ERROR)
        for position, name in enumerate(header)
        if (number, position) in errors
    ]


def _tidy(cell: str) -> str:
    """Without blanks around it (full-width ones too), with plain line ends, and without the apostrophe that our own
    exports put before what Excel would take for a formula."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    unquoted = text[1:].lstrip()
    return unquoted if text.startswith("'") and unquoted[:1] in FORMULA_SIGNS else text
