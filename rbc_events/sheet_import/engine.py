"""The way of a sheet into the database: every cell read and every row written in one transaction, or nothing.

A kind of sheet (`kinds/`) is data: which columns it has, how a cell is read and how a row is written. A trial run does
all of it and takes it back, so that it finds what only the database sees.
"""

import gc
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from rbc_events.database import db
from rbc_events.errors import DomainError
from rbc_events.sheet_import.faults import SHEET_FAULTS
from rbc_events.sheet_import.kind import Change, Fault, Importer, Importing, Report, WrongCell
from rbc_events.sheet_import.reading_rows import ReadRow, header_faults, read_again, read_rows
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

    Every cell is read before the database is asked anything, and once more when its row is written: the values of a
    large sheet would fill the memory. The rows are written together; only where one is refused each is written in a
    savepoint of its own, which tells the faults of all. `on_row` is told the number of rows that are done.
    """
    report = Report(rows=len(sheet.rows), faults=header_faults(importer, sheet))
    if report.faults:
        return report
    report.faults += [Fault(f.row, f.column, sheet.letter(f.column), SHEET_FAULTS[f.fault]) for f in sheet.faults]
    readable = _look_through(importer, sheet, report)
    importing.read_again = partial(read_again, importer, sheet)
    savepoint = db.session.begin_nested()
    changes = _write_at_once(importer, sheet, importing, on_row) if readable and not report.faults else None
    if changes is None:
        _write_rows(importer, sheet, importing, report, on_row)
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


def _look_through(importer: Importer, sheet: Sheet, report: Report) -> bool:
    """Whether every cell can be read. The notes on them go into the report, the doubtful ones first."""
    readable = True
    notes: dict[bool, list[Fault]] = {True: [], False: []}
    for row in read_rows(importer, sheet):
        readable = readable and not row.faults
        for doubtful, note in row.notes:
            report.doubts += doubtful
            if len(notes[doubtful]) < MOST_FAULTS:
                notes[doubtful].append(note)
    report.notes = [*notes[True], *notes[False]][:MOST_FAULTS]
    return readable


def _write_at_once(
    importer: Importer, sheet: Sheet, importing: Importing, on_row: Callable[[int], None] | None
) -> Counter[Change] | None:
    """Write all rows; None, and nothing written, where one is refused.

    Many go to the database together: a row that must see the ones before it is refused here, by its writer or by the
    database, and then written by itself.
    """
    changes: Counter[Change] = Counter()
    savepoint = db.session.begin_nested()
    rows = read_rows(importer, sheet)
    try:
        while some := list(islice(rows, AT_ONCE)):
            if importer.look_ahead is not None:
                importer.look_ahead(importing, [row.values for row in some])
            with db.session.no_autoflush:
                changes.update(_written(importer, importing, row) for row in some)
            db.session.flush()
            _let_go(importing, sheet)
            if on_row is not None:
                on_row(sum(changes.values()))
    except (WrongCell, DomainError, IntegrityError):
        savepoint.rollback()
        importing.start_anew()
        return None
    savepoint.commit()
    return changes


def _let_go(importing: Importing, sheet: Sheet) -> None:
    """Give back the memory of what is written: rows of a session hold one another, so that only the collector frees
    them, which by itself would come long after. What the session keeps beside each row is garbage only once the row is
    gone, and old by then: all generations are looked through."""
    importing.let_go()
    if len(sheet.rows) > AT_ONCE:
        gc.collect()


def _written(importer: Importer, importing: Importing, row: ReadRow) -> Change:
    importing.row = row.number
    return importer.write(importing, row.values)


def _write_rows(
    importer: Importer,
    sheet: Sheet,
    importing: Importing,
    report: Report,
    on_row: Callable[[int], None] | None,
) -> None:
    for done, row in enumerate(read_rows(importer, sheet)):
        if done % AT_ONCE == 0:
            _let_go(importing, sheet)
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
