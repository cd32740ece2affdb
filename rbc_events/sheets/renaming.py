from collections.abc import Collection, Mapping

from rbc_events.sheets.table import CellFault, Fault, Row, Sheet, Unreadable


def renamed(
    sheet: Sheet,
    names: Mapping[str, str],
    *,
    joining: Mapping[str, Collection[str]] | None = None,
    same: Mapping[str, str] | None = None,
) -> Sheet:
    """The sheet with its columns under other names; a column without one is left out. Positions stay as they were.

    `joining`: names that several columns may get: the cell is then a line for each, with the name of its own column
    unless it is among those said here.
    `same`: further columns that have one value in all rows.

    Raises:
        Unreadable: two columns would have one name.
    """
    joining = joining or {}
    kept = {old: new for old, new in names.items() if new and old in sheet.columns}
    for new in kept.values():
        if new not in joining and list(kept.values()).count(new) > 1:
            raise Unreadable(Fault.COLUMN_TWICE, new)
    given = {name: value for name, value in (same or {}).items() if value and name not in kept.values()}
    return Sheet(
        columns=(*dict.fromkeys(kept[old] for old in sheet.columns if old in kept), *given),
        rows=tuple(Row(row.number, _cells(row, kept, _named(kept, joining)) | given) for row in sheet.rows),
        faults=tuple(
            CellFault(fault.row, kept[fault.column], fault.fault) for fault in sheet.faults if fault.column in kept
        ),
        letters={kept[old]: sheet.letter(old) for old in reversed(list(kept))} | dict.fromkeys(given, ""),
        skipped=sheet.skipped,
    )


def _named(kept: Mapping[str, str], joining: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The columns whose cells are joined to those of others with their name before them."""
    targets = list(kept.values())
    return frozenset(old for old, new in kept.items() if targets.count(new) > 1 and old not in joining.get(new, ()))


def _cells(row: Row, kept: Mapping[str, str], named: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for old, cell in row.cells.items():
        new = kept.get(old)
        if new is None:
            continue
        told = f"{old}: {' '.join(cell.split())}" if old in named else cell
        found[new] = "\n".join(filter(None, (found.get(new), told)))
    return found
