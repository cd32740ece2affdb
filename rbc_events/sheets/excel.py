import io
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from rbc_events.sheets.limits import MOST_COLUMNS, MOST_PARTS, MOST_ROWS, MOST_UNPACKED_BYTES
from rbc_events.sheets.table import Fault, Unreadable

CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
POSITION = re.compile(rb"""\br=["']([A-Z]+)(\d+)["']""")
ANY_POSITION = re.compile(rb"""\br\s*=\s*["']([A-Z]*)(\d+)["']""")
ERROR = re.compile(rb"""\bt=["']e["']""")


def xlsx_records(content: bytes) -> tuple[list[list[str]], frozenset[tuple[int, int]]]:
    """The cells of the first visible sheet as text, and where (row from 1, column from 0) a formula ended in an error.

    Raises:
        Unreadable: not an XLSX file, with macros, beyond the limits, or with merged cells in its header.
    """
    parts = _open_parts(content)
    # calamine makes room for the whole rectangle at once: one cell in the last corner would take all memory.
    for part in parts.values():
        _refuse_far_cells(part)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        index = _first_visible(workbook)
        sheet = workbook.get_sheet_by_index(index)
        records = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError):
        raise Unreadable(Fault.BROKEN) from None
    _refuse_merged_header(sheet)
    return records, _formula_errors(parts) if len(parts) == 1 else frozenset()


def _open_parts(content: bytes) -> dict[str, bytes]:
    """The worksheets inside the archive, unpacked only after all of it was measured."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
                raise Unreadable(Fault.UNPACKS_TOO_LARGE)
            if any("vbaproject" in name or "macrosheets" in name for name in names):
                raise Unreadable(Fault.MACROS)
            if "xl/workbook.xml" not in names:
                raise Unreadable(Fault.NOT_A_SHEET)
            # Reading every part proves the sizes: ZipFile refuses one that unpacks to more than its entry says.
            parts = {entry.filename.lower(): archive.read(entry) for entry in entries}
            return {name: part for name, part in parts.items() if name.startswith("xl/worksheets/sheet")}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        raise Unreadable(Fault.BROKEN) from None


def _refuse_far_cells(part: bytes) -> None:
    for letters, number in ANY_POSITION.findall(part):
        if int(number) > MOST_ROWS + 1:
            raise Unreadable(Fault.TOO_MANY_ROWS)
        if _position(letters) >= MOST_COLUMNS:
            raise Unreadable(Fault.TOO_MANY_COLUMNS)


def _position(letters: bytes) -> int:
    """A column's letters as a number from 0; -1 for none."""
    position = 0
    for letter in letters[:4]:
        position = position * 26 + letter - ord("A") + 1
    return position - 1


def _first_visible(workbook: CalamineWorkbook) -> int:
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.visible == SheetVisibleEnum.Visible:
            return index
    raise Unreadable(Fault.EMPTY)


def _refuse_merged_header(sheet: CalamineSheet) -> None:
    if any(start[0] == 0 for start, _end in sheet.merged_cell_ranges or ()):
        raise Unreadable(Fault.MERGED_HEADER)


def _formula_errors(parts: dict[str, bytes]) -> frozenset[tuple[int, int]]:
    """Cells such as #REF!, which calamine gives as blanks."""
    found = set()
    for part in parts.values():
        for attributes in CELL.findall(part):
            position = POSITION.search(attributes)
            if position and ERROR.search(attributes):
                found.add((int(position[2]), _position(position[1])))
    return frozenset(found)


def _text(value: Any) -> str:
    """A cell as the text that a person would type: 2010405003693, 2026-02-09, 09:30."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _nearest_minute(value)
    return str(value)


def _nearest_minute(value: time) -> str:
    """Excel keeps 09:30 as a fraction of a day, which comes back as 09:29:59.971."""
    moment = datetime.combine(date(2000, 1, 1), value) + timedelta(seconds=30)
    return moment.strftime("%H:%M")
