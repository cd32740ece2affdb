"""The way of a sheet into the database: every cell read and every row written in one transaction, or nothing.

A kind of sheet (`kinds/`) is data: which columns it has, how a cell is read and how a row is written. A trial run does
all of it and takes it back, so that it finds what only the database sees.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from rbc_events.cells import Unusable
from rbc_events.database import db, in_batches
from rbc_events.errors import DomainError
from rbc_events.sheet_import.faults import SHEET_FAULTS
from rbc_events.sheets import Row, Sheet

MOST_FAULTS = 500


class Noted(NamedTuple):
    """A cell's value about which its reader has something to say, such as how it has split a name."""

    value: Any
    message: Any
    doubtful: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a kind of sheet. `read` turns a cell into a value (or a Noted one) or raises Unusable.

    `also`: what offices call it, as `sheets.plain_words` gives it; `same_for_all`: a whole sheet may have one value;
    `joins`: several columns of a file may go there, each as a line with its name.
    """

    name: str
    label: Any
    read: Callable[[str], Any]
    required: bool = False
    also: tuple[str, ...] = ()
    same_for_all: bool = False
    joins: bool = False
    example: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)  # codes with their words, where `read` doesn't tell them


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class WrongCell(Exception):
    """A row can't be written for what stands in one of its columns."""

    def __init__(self, column: str, message: Any) -> None:
        super().__init__(column)
        self.column = column
        self.message = message


@dataclass(frozen=True)
class Fault:
    row: int
    column: str  # the column's name; empty where the whole row or file is meant
    letter: str  # as Excel shows it
    message: Any


@dataclass
class Importing:
    """What a row's writer knows besides the row. `event`: the sheet is for this event alone (uploaded on its page)."""

    now: datetime
    actor: Any = None
    event: Any = None
    known: dict[Any, Any] = field(default_factory=dict)
    row: int = 0  # which is being written
    notes: list[Fault] = field(default_factory=list)  # what a writer wants somebody to look at first

    def note(self, column: str, message: Any) -> None:
        self.notes.append(Fault(self.row, column, "", message))

    def find(self, key: Any, load: Callable[[], Any]) -> Any:
        """What `load` gives, asked once for each key: a sheet of 1,000 rows has one event."""
        if key not in self.known:
            self.known[key] = load()
        return self.known[key]


@dataclass(frozen=True)
class Importer:
    """One kind of sheet. `key`: the columns that name a row; the same twice in one sheet is a fault, unless it
    `repeats`: its writer sees what each further row adds. `look_ahead` reads together what the writing of some hundred
    rows would else ask for one by one. `more_columns`: those that an event adds."""

    kind: str
    label: Any
    columns: Sequence[Column]
    key: tuple[str, ...]
    write: Callable[[Importing, Mapping[str, Any]], Change]
    look_ahead: Callable[[Importing, Sequence[Mapping[str, Any]]], None] | None = None
    more_columns: Callable[[Any], Sequence[Column]] | None = None
    repeats: bool = False
    above: tuple[str, ...] = ()  # a row in which all of these are empty has them from the row above

    def for_event(self, event: Any) -> "Importer":
        """The kind with the columns that an event adds."""
        if event is None or self.more_columns is None:
            return self
        return replace(self, columns=(*self.columns, *self.more_columns(event)))

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass
class Report:
    rows: int = 0
    changes: Counter[Change] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)  # how cells were read that can be read in several ways
    doubts: int = 0  # how many of them are doubtful: these come first

    @property
    def ok(self) -> bool:
        return not self.faults


def import_sheet(
    importer: Importer,
    sheet: Sheet,
    importing: Importing,
    *,
    trial: bool = False,
    on_row: Callable[[int], None] | None = None,
) -> Report:
    """Write a whole sheet, or, in a trial or when there is any fault, nothing. Flushes; the caller commits.

    Every cell is read before the database is asked anything. Then the rows are written together; only where one is
    refused each is written in a savepoint of its own, which tells the faults of all. `on_row` is told the number of
    rows that are done.
    """
    report = Report(rows=len(sheet.rows), faults=_header_faults(importer, sheet))
    if report.faults:
        return report
    report.faults += [Fault(f.row, f.column, sheet.letter(f.column), SHEET_FAULTS[f.fault]) for f in sheet.faults]
    rows = _read_rows(importer, sheet)
    faultless = not report.faults and not any(row.faults for row in rows)
    _collect_notes(report, rows)
    savepoint = db.session.begin_nested()
    changes = _write_at_once(importer, rows, importing, on_row) if faultless else None
    if changes is None:
        _write_rows(importer, sheet, rows, importing, report, on_row)
    else:
        report.changes = changes
    report.notes = [*importing.notes, *report.notes][:MOST_FAULTS]
    report.doubts += len(importing.notes)
    if trial or report.faults:
        savepoint.rollback()
        importing.known.clear()
    else:
        savepoint.commit()
    return report


class _Read(NamedTuple):
    """A row's values, or what is wrong with its cells."""

    number: int
    values: Mapping[str, Any]
    faults: list[Fault]
    notes: list[tuple[bool, Fault]]


def _collect_notes(report: Report, rows: Sequence[_Read]) -> None:
    """The notes on all rows, the doubtful ones first."""
    notes = sorted((note for row in rows for note in row.notes), key=lambda note: not note[0])
    report.doubts = sum(doubtful for doubtful, _fault in notes)
    report.notes = [fault for _doubtful, fault in notes[:MOST_FAULTS]]


def _read_rows(importer: Importer, sheet: Sheet) -> list[_Read]:
    seen: dict[tuple[Any, ...], int] = {}
    rows: list[_Read] = []
    rows_above: Row | None = None
    for row in sheet.rows:
        row, continued = _with_above(importer, row, rows_above)
        rows_above = row
        values, faults, notes = _read_row(importer, sheet, row)
        if continued:
            told = _l("Taken as another row about what stands above.")
            notes.append((True, Fault(row.number, "", "", told)))
        if not importer.repeats:
            faults = faults or _twice(importer, sheet, row, values, seen)
        rows.append(_Read(row.number, values, faults, notes))
    return rows


def _with_above(importer: Importer, row: Row, above: Row | None) -> tuple[Row, bool]:
    """The row with the cells that it has from the one above, as in a list that names a company once for two people."""
    if above is None or not importer.above or any(row[name] for name in importer.above):
        return row, False
    inherited = {name: above[name] for name in importer.above if above[name]}
    return Row(row.number, {**inherited, **row.cells}), bool(inherited)


def _write_at_once(
    importer: Importer, rows: Sequence[_Read], importing: Importing, on_row: Callable[[int], None] | None
) -> Counter[Change] | None:
    """Write all rows; None, and nothing written, where one is refused.

    Many go to the database together: a row that must see the ones before it is refused here, by its writer or by the
    database, and then written by itself.
    """
    changes: Counter[Change] = Counter()
    savepoint = db.session.begin_nested()
    try:
        for some in in_batches(rows):
            if importer.look_ahead is not None:
                importer.look_ahead(importing, [row.values for row in some])
            with db.session.no_autoflush:
                changes.update(_written(importer, importing, row) for row in some)
            db.session.flush()
            if on_row is not None:
                on_row(sum(changes.values()))
    except (WrongCell, DomainError, IntegrityError):
        savepoint.rollback()
        importing.known.clear()
        importing.notes.clear()
        return None
    savepoint.commit()
    return changes


def _written(importer: Importer, importing: Importing, row: _Read) -> Change:
    importing.row = row.number
    return importer.write(importing, row.values)


def _header_faults(importer: Importer, sheet: Sheet) -> list[Fault]:
    missing = [c.name for c in importer.columns if c.required and c.name not in sheet.columns]
    unknown = [name for name in sheet.columns if importer.column(name) is None]
    return [
        *(Fault(1, name, "", _l("This column is missing.")) for name in missing),
        *(Fault(1, name[:100], sheet.letter(name), _l("This column is not known.")) for name in unknown),
    ]


def _write_rows(
    importer: Importer,
    sheet: Sheet,
    rows: Sequence[_Read],
    importing: Importing,
    report: Report,
    on_row: Callable[[int], None] | None,
) -> None:
    for done, row in enumerate(rows):
        if on_row is not None:
            on_row(done)
        if len(report.faults) >= MOST_FAULTS:
            report.faults.append(Fault(row.number, "", "", _l("There are more faults; the list ends here.")))
            return
        change = row.faults or _write_row(importer, sheet, row, importing)
        if isinstance(change, Change):
            report.changes[change] += 1
        else:
            report.faults += change


def _read_row(
    importer: Importer, sheet: Sheet, row: Row
) -> tuple[dict[str, Any], list[Fault], list[tuple[bool, Fault]]]:
    values: dict[str, Any] = {}
    faults, notes = [], []
    for name in sheet.columns:
        column = importer.column(name)
        assert column is not None  # noqa: S101 - the header was checked
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


def _write_row(importer: Importer, sheet: Sheet, row: _Read, importing: Importing) -> Change | list[Fault]:
    try:
        with db.session.begin_nested():
            change = _written(importer, importing, row)
            db.session.flush()
            return change
    except WrongCell as wrong:
        return [Fault(row.number, wrong.column, sheet.letter(wrong.column), wrong.message)]
    except DomainError as refused:
        return [Fault(row.number, "", "", refused.message)]
    except IntegrityError:
        return [Fault(row.number, "", "", _l("The database refuses this row: it contradicts another one."))]
