import io
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from rbc_events.sheets.excel_rows import hidden_rows, struck_rows, struck_styles
from rbc_events.sheets.limits import MOST_COLUMNS, MOST_PARTS, MOST_ROWS, MOST_UNPACKED_BYTES
from rbc_events.sheets.table import Fault, Unreadable
from rbc_events.sheets.tabs import Merge, Tab

CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
POSITION = re.compile(rb"""\br=["']([A-Z]+)(\d+)["']""")
ANY_POSITION = re.compile(rb"""\br\s*=\s*["']([A-Z]*)(\d+)["']""")
ERROR = re.compile(rb"""\bt=["']e["']""")
# Cells and rows that hold nothing but a style: borders down to row 30,000 are no rows of the table.
_ATTRIBUTES = rb"""(?:\s+[\w:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*"""
EMPTY_CELL = re.compile(rb"<(?:\w+:)?c" + _ATTRIBUTES + rb"(?:/>|>\s*</(?:\w+:)?c>)")
EMPTY_ROW = re.compile(rb"<(?:\w+:)?row" + _ATTRIBUTES + rb"(?:/>|>\s*</(?:\w+:)?row>)")
MOST_MERGES = 20_000


def xlsx_tabs(content: bytes) -> tuple[Tab, ...]:
    """The visible tabs with their cells as text.

    Raises:
        Unreadable: not an XLSX file, with macros, beyond the limits, or without a visible tab.
    """
    parts = _open_parts(content)
    sheets = {name: part for name, part in parts.items() if name.startswith("xl/worksheets/sheet")}
    # calamine makes room for the whole rectangle at once: one cell in the last corner would take all memory.
    for part in sheets.values():
        _refuse_far_cells(part)
    styles = struck_styles(parts.get("xl/styles.xml", b""))
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        metadata = workbook.sheets_metadata
        visible = [n for n, sheet in enumerate(metadata) if sheet.visible == SheetVisibleEnum.Visible]
        tabs = tuple(
            _tab(workbook.get_sheet_by_index(number), metadata[number].name, _part_of(parts, number), styles)
            for number in visible
        )
    except (CalamineError, ValueError):
        raise Unreadable(Fault.BROKEN) from None
    if not tabs:
        raise Unreadable(Fault.EMPTY)
    return tabs


def _tab(sheet: CalamineSheet, name: str, part: bytes, styles: frozenset[int]) -> Tab:
    return Tab(
        name=name,
        records=[[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)],
        errors=_formula_errors(part),
        hidden=hidden_rows(part),
        struck=struck_rows(part, styles),
        merges=tuple(
            Merge(top + 1, left, bottom + 1, right)
            for (top, left), (bottom, right) in (sheet.merged_cell_ranges or ())[:MOST_MERGES]
        ),
    )


def _open_parts(content: bytes) -> dict[str, bytes]:
    """What the archive holds, unpacked only after all of it was measured."""
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
            return {name: part for name, part in parts.items() if name.endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        raise Unreadable(Fault.BROKEN) from None


def _part_of(parts: dict[str, bytes], number: int) -> bytes:
    """The XML of the workbook's n-th sheet; empty where the workbook says it in a way that no program writes."""
    sheets = re.findall(rb"<(?:\w+:)?sheet\s([^>]*)>", parts["xl/workbook.xml"])
    wanted = re.search(rb"""\br:id\s*=\s*["']([^"']+)["']""", sheets[number]) if number < len(sheets) else None
    for relation in re.findall(rb"<(?:\w+:)?Relationship\s([^>]*)>", parts.get("xl/_rels/workbook.xml.rels", b"")):
        identifier = re.search(rb"""\bId\s*=\s*["']([^"']+)["']""", relation)
        target = re.search(rb"""\bTarget\s*=\s*["']/?(?:xl/)?([^"']+)["']""", relation)
        if wanted and identifier and target and identifier[1] == wanted[1]:
            return parts.get("xl/" + target[1].decode("utf-8", "replace").lower(), b"")
    return b""


def _refuse_far_cells(part: bytes) -> None:
    for letters, number in ANY_POSITION.findall(EMPTY_ROW.sub(b"", EMPTY_CELL.sub(b"", part))):
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


def _formula_errors(part: bytes) -> frozenset[tuple[int, int]]:
    """Cells such as #REF!, which calamine gives as blanks."""
    found = set()
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
