"""What is done to a sheet in a process of its own: looking at it, checking it, importing it.

A check writes every row as the import would, for only so is everything found that the database refuses; but it writes
to a private copy, so that nobody waits for it. So does the import of a large sheet; what it wrote there is then written
to the database itself in a moment.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from rbc_events import confined
from rbc_events.accounts.models import User
from rbc_events.config import Config
from rbc_events.database import db, reading
from rbc_events.durable import Step
from rbc_events.i18n import LANGUAGES, in_language
from rbc_events.importers import find_importer
from rbc_events.importing import Fault, Importing, Report, import_sheet, unreadable_message
from rbc_events.imports.kept import load_kept
from rbc_events.imports.models import Purpose, SheetRun
from rbc_events.imports.rehearsing import Overtaken, rehearse
from rbc_events.imports.rehearsing import perform as perform_rehearsed
from rbc_events.private_copy import private_copy
from rbc_events.registration.importing import DELEGATES, ORGANISATIONS
from rbc_events.sheets import Row, Sheet, Unreadable, read_sheet
from rbc_events.sheets.renaming import renamed

Described = dict[str, Any]
EVERY = 100
"""Rows between two words on how far it is."""
LARGE = 300
"""Rows that are written at once; they take a third of a second."""
REHEARSED = frozenset({ORGANISATIONS.kind, DELEGATES.kind})
"""Kinds of sheets that come large. What they change has a version, or a constraint that refuses a contradiction."""
ATTEMPTS = 3


def look_at(content: bytes, name: str) -> tuple[int, list[dict[str, str]]]:
    """The number of rows, and the columns with their letters and first cells. Raises Unreadable."""
    sheet = read_sheet(content, name)
    first = sheet.rows[0] if sheet.rows else Row(0, {})
    return len(sheet.rows), [
        {"name": name, "letter": sheet.letter(name), "example": first[name][:40]} for name in sheet.columns
    ]


def perform(config: Config, run_id: int, since: datetime) -> Described:
    """Check or import the sheet of a run. An import that found no fault is committed, together with the run's end."""
    from rbc_events.app import create_bare_app  # the application loads this module, to start the process it runs in

    with create_bare_app(config).app_context():
        with reading():  # the file is read before anything is locked
            run = db.session.get_one(SheetRun, run_id)
            purpose = run.purpose
            sheet, fault = _read(run)
            db.session.rollback()
        if sheet is None:
            return fault
        if purpose == Purpose.IMPORT:
            return _import(sheet, run_id, since)
        with private_copy():
            return described(_run(sheet, run_id, since, trial=True, on_row=_tell))


def _read(run: SheetRun) -> tuple[Sheet | None, Described]:
    try:
        return renamed(read_sheet(load_kept(run.event, run.digest)), run.chosen), {}
    except Unreadable as error:
        fault = Fault(1, error.place, "", _Words(error))
        return None, described(Report(rows=run.rows, faults=[fault]))


class _Words:
    """Why a file can't be read, in the language that is asked for when it is."""

    def __init__(self, error: Unreadable) -> None:
        self.error = error

    def __str__(self) -> str:
        return unreadable_message(self.error)


def _import(sheet: Sheet, run_id: int, since: datetime) -> Described:
    report = _write_rehearsed(sheet, run_id, since) if _is_large(sheet, run_id) else None
    if report is None:
        report = _run(sheet, run_id, since, trial=False)
    found = described(report)
    run = db.session.get_one(SheetRun, run_id)
    if report.ok and run.state == Step.RUNNING and run.started_at == since:
        run.state, run.report, run.finished_at = Step.DONE, found, since
        db.session.commit()
    else:
        db.session.rollback()
    return found


def _is_large(sheet: Sheet, run_id: int) -> bool:
    """Whether writing this sheet would keep others waiting for long: SQLite has one lock for all who write."""
    with reading():
        kind = db.session.get_one(SheetRun, run_id).kind
        db.session.rollback()
    return len(sheet.rows) > LARGE and kind in REHEARSED and db.engine.dialect.name == "sqlite"


def _write_rehearsed(sheet: Sheet, run_id: int, since: datetime) -> Report | None:
    """Write the sheet as it was written to a private copy; None, and nothing written, where others' changes have
    overtaken each attempt."""
    for _attempt in range(ATTEMPTS):
        report, rehearsal = rehearse(lambda: _run(sheet, run_id, since, trial=False, on_row=_tell))
        if not report.ok:
            return report
        with suppress(Overtaken):
            perform_rehearsed(rehearsal)
            return report
    return None


def _run(
    sheet: Sheet, run_id: int, now: datetime, *, trial: bool, on_row: Callable[[int], None] | None = None
) -> Report:
    run = db.session.get_one(SheetRun, run_id)
    importer = find_importer(run.kind)
    if importer is None:
        raise LookupError(run.kind)
    importing = Importing(now=now, actor=db.session.get_one(User, run.asked_by_id), event=run.event)
    return import_sheet(importer, sheet, importing, trial=trial, on_row=on_row)


def _tell(row: int) -> None:
    if row % EVERY == 0:
        confined.tell(row)


def described(report: Report) -> Described:
    """A report as JSON, its words in both languages."""
    return {
        "rows": report.rows,
        "changes": {change.value: number for change, number in report.changes.items()},
        "faults": [
            {"row": fault.row, "column": fault.column, "letter": fault.letter, "message": _in_both(fault.message)}
            for fault in report.faults
        ],
    }


def _in_both(message: Any) -> dict[str, str]:
    words = {}
    for code in LANGUAGES:
        with in_language(code):
            words[code] = str(message)
    return words
