from collections.abc import Mapping

from rbc_events.sheets.table import CellFault, Fault, Row, Sheet, Unreadable


def renamed(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """The sheet with its columns under other names; a column without one is left out. Positions stay as they were.

    Raises:
        Unreadable: two columns would have one name.
    """
    kept = {old: new for old, new in names.items() if new and old in sheet.columns}
    for new in kept.values():
        if list(kept.values()).count(new) > 1:
            raise Unreadable(Fault.COLUMN_TWICE, new)
    letters = {kept[old]: sheet.letter(old) for old in kept}
    return Sheet(
        columns=tuple(kept[old] for old in sheet.columns if old in kept),
        rows=tuple(
            Row(row.number, {kept[old]: cell for old, cell in row.cells.items() if old in kept}) for row in sheet.rows
        ),
        faults=tuple(
            CellFault(fault.row, kept[fault.column], fault.fault) for fault in sheet.faults if fault.column in kept
        ),
        letters=letters,
    )
