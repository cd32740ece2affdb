"""Writing a sheet so that nobody waits for it, whoever sends it: a page or a command.

On SQLite, where there is one lock for all who write, a large sheet is first written to a private copy, which finds its
faults. Most of what it wrote there is then written to the database itself in a moment.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from rbc_events.database import db
from rbc_events.private_copy import private_copy
from rbc_events.sheet_import.kind import Importer, Report
from rbc_events.sheet_import.kinds.organisations import DELEGATES, ORGANISATIONS
from rbc_events.sheet_import.rehearsing import Overtaken, perform, rehearse

OnRow = Callable[[int], None]
LARGE = 300
"""Rows that are written at once; they take a third of a second."""
REHEARSED = frozenset({ORGANISATIONS.kind, DELEGATES.kind})
"""Kinds of sheets that come large. What they change has a version, or a constraint that refuses a contradiction."""
ATTEMPTS = 3


class Run(Protocol):
    """One whole `import_sheet` in the session as it is."""

    def __call__(self, *, trial: bool, on_row: OnRow | None) -> Report: ...


def write_sheet(importer: Importer, run: Run, *, rows: int, on_row: OnRow | None = None) -> Report:
    """Write the sheet of so many rows, or, where there is any fault, nothing. The caller commits.

    `on_row` is called as by `import_sheet`, while nothing is locked: it may write.
    """
    if rows <= LARGE or db.engine.dialect.name != "sqlite":
        return run(trial=False, on_row=None)
    if importer.kind in REHEARSED:
        return _write_rehearsed(run, on_row) or run(trial=False, on_row=None)
    with private_copy():
        report = run(trial=True, on_row=on_row)
    return run(trial=False, on_row=None) if report.ok else report


def _write_rehearsed(run: Run, on_row: OnRow | None) -> Report | None:
    """Write the sheet as it was written to a private copy; None, and nothing written, where others' changes have
    overtaken each attempt."""
    for _attempt in range(ATTEMPTS):
        report, rehearsal = rehearse(lambda: run(trial=False, on_row=on_row))
        if not report.ok:
            return report
        with suppress(Overtaken):
            perform(rehearsal)
            return report
    return None
