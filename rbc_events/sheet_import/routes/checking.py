"""What was found in a sheet, and how it is to be read; then importing it."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import confined
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.events.access import load_managed_event
from rbc_events.sheet_import.describing import Described, look_at
from rbc_events.sheet_import.faults import READING, read_confined, unreadable_message
from rbc_events.sheet_import.guessing import guess_columns, header_words
from rbc_events.sheet_import.kept import load_kept
from rbc_events.sheet_import.kind import Importer
from rbc_events.sheet_import.models import Purpose, SheetRun
from rbc_events.sheet_import.remembering import office_of, owner_of_keys, remember, remembered_words
from rbc_events.sheet_import.returning import with_faults
from rbc_events.sheet_import.routes.loading import (
    SHOWN_AT,
    file_response,
    load_importer,
    load_run,
    offered_columns,
)
from rbc_events.sheet_import.runs import ask_again
from rbc_events.sheet_import.tasks import begin
from rbc_events.sheets import Fault, Layout, Skip, Unreadable


def check(key: str, kind: str, digest: str) -> Any:
    """Which column is which, and what was found; sent, the sheet is checked anew or, with `apply`, imported."""
    wrong = None
    if request.method == "POST":
        table, wrong = _looked_at_anew(key, kind, digest)
        event = load_managed_event(key)
        importer, run = load_importer(kind, event), load_run(event, kind, digest)
        if wrong is None:
            _ask(run, importer, table)
            if run.going:
                return redirect(url_for("sheet_import.check", key=key, kind=kind, digest=digest))
            if run.imported:
                flash(_("%(count)s rows have been imported.", count=run.rows), "success")
                return redirect(url_for(SHOWN_AT[kind], key=key))
    event = load_managed_event(key)
    importer, run = load_importer(kind, event), load_run(event, kind, digest)
    page = render_template(
        "sheet_import/check.html",
        event=event,
        importer=importer,
        run=run,
        columns=offered_columns(importer),
        titles={column.name: column.label for column in importer.columns},
        shown_at=SHOWN_AT[kind],
        has_keys=importer.column("external_key") is not None,
        skipped=[(number, Skip(why), text) for number, why, text in run.found.get("skipped", ())],
        wrong=wrong,
    )
    return page, 422 if request.method == "POST" and (wrong or not run.faultless) else 200


def _looked_at_anew(key: str, kind: str, digest: str) -> tuple[Described | None, str | None]:
    """The table where the form says, if that is elsewhere than before; or what is wrong with it."""
    with ahead_of_writing():
        event = load_managed_event(key)
        importer, run = load_importer(kind, event), load_run(event, kind, digest)
        before, told = run.layout, _told_layout(run)
        known = set(header_words(importer))
        content = load_kept(event, digest) if told != before else b""
    if told == before:
        return None, None
    try:
        return confined.run(READING, look_at, content, "", known, told), None
    except Unreadable as error:
        return None, unreadable_message(error)
    except confined.Exceeded:
        return None, unreadable_message(Unreadable(Fault.TAKES_TOO_MUCH))
    except confined.Busy as busy:
        return None, str(busy)


def _told_layout(run: SheetRun) -> dict[str, Any]:
    """Where the form says that the table is; where it says nothing, as before."""
    layout = dict(run.layout)
    if "layout" not in request.form or "header" not in layout:  # nothing has been looked at that could be elsewhere
        return layout
    tabs = [tab["name"] for tab in run.found.get("tabs", ())]
    readings = [reading["encoding"] for reading in run.found.get("readings", ())]
    tab, encoding = request.form.get("tab", ""), request.form.get("encoding", "")
    header = request.form.get("header", layout["header"], int)
    if header != layout["header"] or (tab in tabs and tab != layout["tab"]):
        layout["header_rows"] = 1
    layout["header"] = max(1, min(header, 100_000))
    if tab in tabs:
        layout["tab"] = tab
    if encoding in readings:
        layout["encoding"] = encoding
    return layout | {name: name in request.form for name in ("hidden", "struck", "notes")}


def _ask(run: SheetRun, importer: Importer, table: Described | None) -> None:
    """Have the run's sheet worked on as the form says, and remember for the office what its words mean."""
    office = office_of(current_user, run.event)
    if table is not None:
        run.layout, run.found, run.columns, run.rows = (
            table["layout"],
            table["found"],
            table["columns"],
            table["rows"],
        )
    names = [column["name"] for column in run.columns]
    known = run.chosen if table is None else guess_columns(importer, names, remembered_words(office, run.kind))
    chosen = _chosen(importer, names, known) if table is None else known
    purpose = Purpose.IMPORT if "apply" in request.form and table is None else Purpose.CHECK
    run.same = _same_for_all(importer)
    if "keys" in request.form:
        partner = request.form.get("partner", "")
        run.keys_of = owner_of_keys(request.form["keys"], partner, current_user, run.event)
    ask_again(run, purpose, chosen, actor=current_user, now=now())
    if table is None:
        remember(office, run.kind, chosen)
    db.session.commit()
    begin(run)


def _chosen(importer: Importer, names: list[str], known: dict[str, str]) -> dict[str, str]:
    """The file's columns with the kind's that each is, as chosen on the page; with a tick, those without a place go to
    the column that takes several."""
    columns = {column.name for column in importer.columns}
    rest = next((column.name for column in importer.columns if column.joins), "") if "keep_rest" in request.form else ""
    found = {}
    for position, name in enumerate(names):
        target = request.form.get(f"column-{position}", known.get(name, ""))
        found[name] = (target if target in columns else "") or rest
    return found


def _same_for_all(importer: Importer) -> dict[str, str]:
    names = [column.name for column in importer.columns if column.same_for_all]
    return {name: value for name in names if (value := request.form.get(f"same-{name}", "").strip()[:200])}


def progress(key: str, kind: str, digest: str) -> Response:
    """How far the sheet is, for the page to ask again and again."""
    event = load_managed_event(key)
    run = load_run(event, kind, digest)
    response = Response(render_template("sheet_import/_progress.html", event=event, run=run))
    if not run.going:
        response.headers["HX-Refresh"] = "true"
    return response


def faults(key: str, kind: str, digest: str, ending: str) -> Any:
    """The sheet as it was read, with a column more that says what is wrong with each row."""
    with ahead_of_writing():
        event = load_managed_event(key)
        run = load_run(event, kind, digest)
        content, layout, found = load_kept(event, digest), Layout(**run.layout), run.report.get("faults", [])
    sheet = read_confined(content, layout=layout)
    return file_response(f"{kind}-faults", ending, with_faults(sheet, found, ending))
