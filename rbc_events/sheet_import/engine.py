"""The way of a sheet into the database: every cell read and every row written in one transaction, or nothing.

A kind of sheet (`kinds/`) is data: which columns it has, how a cell is read and how a row is written. A trial run does
all of it and takes it back, so that it finds what only the database sees.
"""

import gc
from collections import Counter
from collections.abc import Callable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from rbc_events.database import db, in_batches
from rbc_events.errors import DomainError
from rbc_events.sheet_import.faults import SHEET_FAULTS
from rbc_events.sheet_import.kind import Change, Fault, Importer, Importing, Report, WrongCell
from rbc_events.sheet_import.reading_rows import ReadRow, header_faults, read_rows
from rbc_events.sheets import Sheet

MOST_FAULTS = 500
AT_ONCE = 500  # rows that go to the database together


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
    report = Report(rows=len(sheet.rows), faults=header_faults(importer, sheet))
    if report.faults:
        return report
    report.faults += [Fault(f.row, f.column, sheet.letter(f.column), SHEET_FAULTS[f.fault]) for f in sheet.faults]
    rows = read_rows(importer, sheet)
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
        importing.start_anew()
    else:
        savepoint.commit()
    return report


def _collect_notes(report: Report, rows: Sequence[ReadRow]) -> None:
    """The notes on all rows, the doubtful ones first."""
    notes = sorted((note for row in rows for note in row.notes), key=lambda note: not note[0])
    report.doubts = sum(doubtful for doubtful, _fault in notes)
    report.notes = [fault for _doubtful, fault in notes[:MOST_FAULTS]]


def _write_at_once(
    importer: Importer, rows: Sequence[ReadRow], importing: Importing, on_row: Callable[[int], None] | None
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
            _let_go(importing, rows)
            if on_row is not None:
                on_row(sum(changes.values()))
    except (WrongCell, DomainError, IntegrityError):
        savepoint.rollback()
        importing.start_anew()
        return None
    savepoint.commit()
    return changes


def _let_go(importing: Importing, rows: Sequence[ReadRow]) -> None:
    """Give back the memory of what is written: rows of a session hold one another, so that only the collector frees
    them, which by itself would come long after."""
    importing.let_go()
    if len(rows) > AT_ONCE:
        gc.collect(1)  # of what came since the last time


def _written(importer: Importer, importing: Importing, row: ReadRow) -> Change:
    importing.row = row.number
    return importer.write(importing, row.values)


def _write_rows(
    importer: Importer,
    sheet: Sheet,
    rows: Sequence[ReadRow],
    importing: Importing,
    report: Report,
    on_row: Callable[[int], None] | None,
) -> None:
    for done, row in enumerate(rows):
        if done % AT_ONCE == 0:
            _let_go(importing, rows)
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


def _write_row(importer: Importer, sheet: Sheet, row: ReadRow, importing: Importing) -> Change | list[Fault]:
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
