"""Importing a sheet by command."""

from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from rbc_events.database import db
from rbc_events.private_copy import private_copy
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.faults import read_confined, unreadable_message
from rbc_events.sheet_import.guessing import header_words
from rbc_events.sheet_import.kind import Importing, Report
from rbc_events.sheet_import.registry import IMPORTERS, find_importer
from rbc_events.sheet_import.writing import OnRow, write_sheet
from rbc_events.sheets import Unreadable


def import_file(app: Flask, kind: str, file: Path, *, trial: bool, now: datetime) -> int:
    """Import one file and print what happened; returns the exit status, 0 if all is well."""
    importer = find_importer(kind)
    if importer is None:
        raise click.ClickException(f"There is no kind {kind!r}. Known: {', '.join(i.kind for i in IMPORTERS)}.")
    with app.app_context():
        try:
            sheet = read_confined(file.read_bytes(), file.name, known=header_words(importer))
        except Unreadable as error:
            raise click.ClickException(unreadable_message(error)) from None

        def run(*, trial: bool, on_row: OnRow | None = None) -> Report:
            return import_sheet(importer, sheet, Importing(now=now), trial=trial, on_row=on_row)

        if trial:
            with private_copy():
                report = run(trial=True)
        else:
            report = write_sheet(importer, run, rows=len(sheet.rows))
        db.session.commit()
        print_report(report, trial=trial)
    return 0 if report.ok else 1


def print_report(report: Report, *, trial: bool) -> None:
    for fault in report.faults:
        place = f"row {fault.row}" + (f", column {fault.letter} ({fault.column})" if fault.column else "")
        click.echo(f"{place}: {fault.message}", err=True)
    for note in report.notes[: report.doubts]:
        click.echo(f"row {note.row} ({note.column}), please look: {note.message}", err=True)
    if not report.ok:
        click.echo(f"Nothing was imported: {len(report.faults)} faults in {report.rows} rows.", err=True)
        return
    counts = ", ".join(f"{number} {change}" for change, number in sorted(report.changes.items()))
    click.echo(f"{'Would import' if trial else 'Imported'} {report.rows} rows: {counts or 'none'}.")
