"""What is done to a sheet in a process of its own: looking at it, checking it, importing it.

A check writes every row as the import would, for only so is everything found that the database refuses; but it writes
to a private copy, so that nobody waits for it.
"""

import gc
from datetime import datetime
from functools import partial
from typing import Any

from rbc_events import confined
from rbc_events.accounts.models import User
from rbc_events.config import Config
from rbc_events.database import db, reading
from rbc_events.durable import Step
from rbc_events.i18n import LANGUAGES, in_language
from rbc_events.private_copy import private_copy
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.faults import unreadable_message
from rbc_events.sheet_import.guessing import own_names
from rbc_events.sheet_import.kept import load_kept
from rbc_events.sheet_import.kind import Fault, Importer, Importing, Report
from rbc_events.sheet_import.models import Purpose, SheetRun
from rbc_events.sheet_import.registry import find_importer
from rbc_events.sheet_import.writing import OnRow, write_sheet
from rbc_events.sheets import Layout, Sheet, Unreadable, read_table
from rbc_events.sheets.renaming import renamed

Described = dict[str, Any]
EVERY = 100
"""Rows between two words on how far it is."""


def perform(config: Config, run_id: int, since: datetime) -> Described:
    """Check or import the sheet of a run. An import that found no fault is committed, together with the run's end."""
    from rbc_events.app import create_bare_app  # the application loads this module, to start the process it runs in

    with create_bare_app(config).app_context():
        with reading():  # the file is read before anything is locked
            run = db.session.get_one(SheetRun, run_id)
            purpose, importer = run.purpose, _importer_of(run)
            sheet, fault = _read(run, importer)
            db.session.rollback()
        if sheet is None:
            return fault
        _collect_seldom()
        if purpose == Purpose.IMPORT:
            return _import(importer, sheet, run_id, since)
        with private_copy():
            return described(_run(importer, sheet, run_id, since, trial=True, on_row=_tell))


def _collect_seldom() -> None:
    """Looking for garbage took half the time: what this process holds by now stays to its end, and the engine says when
    there is something to find."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def _importer_of(run: SheetRun) -> Importer:
    importer = find_importer(run.kind)
    if importer is None:
        raise LookupError(run.kind)
    return importer.for_event(run.event)


def _read(run: SheetRun, importer: Importer) -> tuple[Sheet | None, Described]:
    joining = {column.name: own_names(column) for column in importer.columns if column.joins}
    layout = Layout(**run.layout) if run.layout else None
    try:
        sheet = read_table(load_kept(run.event, run.digest), layout=layout)
        return renamed(sheet, run.chosen, joining=joining, same=run.same), {}
    except Unreadable as error:
        fault = Fault(1, error.place, "", _Words(error))
        return None, described(Report(rows=run.rows, faults=[fault]))


class _Words:
    """Why a file can't be read, in the language that is asked for when it is."""

    def __init__(self, error: Unreadable) -> None:
        self.error = error

    def __str__(self) -> str:
        return unreadable_message(self.error)


def _import(importer: Importer, sheet: Sheet, run_id: int, since: datetime) -> Described:
    report = write_sheet(importer, partial(_run, importer, sheet, run_id, since), rows=len(sheet.rows), on_row=_tell)
    found = described(report)
    run = db.session.get_one(SheetRun, run_id)
    if report.ok and run.state == Step.RUNNING and run.started_at == since:
        run.state, run.report, run.finished_at = Step.DONE, found, since
        db.session.commit()
    else:
        db.session.rollback()
    return found


def _run(importer: Importer, sheet: Sheet, run_id: int, now: datetime, *, trial: bool, on_row: OnRow | None) -> Report:
    run = db.session.get_one(SheetRun, run_id)
    importing = Importing(
        now=now, actor=db.session.get_one(User, run.asked_by_id), event=run.event, keys_of=run.keys_of
    )
    return import_sheet(importer, sheet, importing, trial=trial, on_row=on_row)


def _tell(row: int) -> None:
    if row % EVERY == 0:
        confined.tell(row)


def described(report: Report) -> Described:
    """A report as JSON, its words in both languages."""
    return {
        "rows": report.rows,
        "changes": {change.value: number for change, number in report.changes.items()},
        "faults": [_told(fault) for fault in report.faults],
        "notes": [_told(note) for note in report.notes],
        "doubts": report.doubts,
    }


def _told(fault: Fault) -> Described:
    message = _in_both(fault.message)
    return {"row": fault.row, "column": fault.column, "letter": fault.letter, "message": message}


def _in_both(message: Any) -> dict[str, str]:
    words = {}
    for code in LANGUAGES:
        with in_language(code):
            words[code] = str(message)
    return words
