"""The cells of a sheet as the values that a kind's writer takes, with what is wrong or doubtful about them."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from rbc_events.cells import Unusable
from rbc_events.sheet_import.kind import Column, Fault, Importer, Noted
from rbc_events.sheets import Row, Sheet


class ReadRow(NamedTuple):
    """A row's values, or what is wrong with its cells."""

    number: int
    values: Mapping[str, Any]
    faults: list[Fault]
    notes: list[tuple[bool, Fault]]


def header_faults(importer: Importer, sheet: Sheet) -> list[Fault]:
    missing = [c.name for c in importer.columns if c.required and c.name not in sheet.columns]
    unknown = [name for name in sheet.columns if importer.column(name) is None]
    return [
        *(Fault(1, name, "", _l("This column is missing.")) for name in missing),
        *(Fault(1, name[:100], sheet.letter(name), _l("This column is not known.")) for name in unknown),
    ]


def read_rows(importer: Importer, sheet: Sheet) -> Iterator[ReadRow]:
    """The rows in their order, each read when it is asked for."""
    seen: dict[tuple[Any, ...], int] = {}
    columns = _columns(importer, sheet)
    rows_above: Row | None = None
    for row in sheet.rows:
        row, continued = _with_above(importer, row, rows_above)
        rows_above = row
        values, faults, notes = _read_row(columns, sheet, row)
        if continued:
            told = _l("Taken as another row about what stands above.")
            notes.append((True, Fault(row.number, "", "", told)))
        if not importer.repeats:
            faults = faults or _twice(importer, sheet, row, values, seen)
        yield ReadRow(row.number, values, faults, notes)


def read_again(importer: Importer, sheet: Sheet, number: int) -> Mapping[str, Any]:
    """The values of the row with this number, without what it has from the one above."""
    row = sheet.rows[bisect_left(sheet.rows, number, key=lambda each: each.number)]
    return _read_row(_columns(importer, sheet), sheet, row)[0]


def _columns(importer: Importer, sheet: Sheet) -> list[Column]:
    """Those of the sheet, whose header was checked."""
    found = (importer.column(name) for name in sheet.columns)
    return [column for column in found if column is not None]


def _with_above(importer: Importer, row: Row, above: Row | None) -> tuple[Row, bool]:
    """The row with the cells that it has from the one above, as in a list that names a company once for two people."""
    if above is None or not importer.above or any(row[name] for name in importer.above):
        return row, False
    inherited = {name: above[name] for name in importer.above if above[name]}
    return Row(row.number, {**inherited, **row.cells}), bool(inherited)


def _read_row(
    columns: Sequence[Column], sheet: Sheet, row: Row
) -> tuple[dict[str, Any], list[Fault], list[tuple[bool, Fault]]]:
    values: dict[str, Any] = {}
    faults, notes = [], []
    for column in columns:
        name = column.name
        try:
            value = column.read(row[name])
            if column.required and not row[name]:
                raise Unusable(_l("This cell must be filled in."))
        except Unusable as wrong:
            faults.append(Fault(row.number, name, sheet.letter(name), wrong.message))
            continue
        if isinstance(value, Noted):
            notes.append((value.doubtful, Fault(row.number, name, sheet.letter(name), value.message)))
            value = value.value
        values[name] = value
    return values, faults, notes


def _twice(
    importer: Importer, sheet: Sheet, row: Row, values: Mapping[str, Any], seen: dict[tuple[Any, ...], int]
) -> list[Fault]:
    key = tuple(values.get(name) for name in importer.key)
    if not any(key):
        return []
    first = seen.setdefault(key, row.number)
    if first == row.number:
        return []
    name = importer.key[-1]
    return [Fault(row.number, name, sheet.letter(name), _l("Row %(row)s is about the same one.", row=first))]
