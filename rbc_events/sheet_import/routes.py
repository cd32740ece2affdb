"""Importing a sheet into an event: template, upload, columns, trial run, writing. By command: `rbc-events import`."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from rbc_events import confined
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.editing import SentForm
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import LANGUAGES, in_language
from rbc_events.registration.models import Organisation, Registration
from rbc_events.sheet_import.engine import READING, Column, Importer, SheetFault, unreadable_message
from rbc_events.sheet_import.kept import keep
from rbc_events.sheet_import.models import Purpose
from rbc_events.sheet_import.performing import look_at
from rbc_events.sheet_import.registry import IMPORTERS, find_importer
from rbc_events.sheet_import.runs import ask_again, find_run, keep_run
from rbc_events.sheet_import.tasks import begin
from rbc_events.sheets import Unreadable, write_csv, write_xlsx

# The kinds of sheet that are about one event, each with the page that shows what came of it.
SHOWN_AT = {
    "organisations": "registration.invitations",
    "delegates": "registration.invitations",
    "interpreters": "meetings.interpreters",
    "requests": "meetings.event_requests",
    "outcomes": "outcomes.of_event",
    "places": "events.places",
    "blocks": "events.days",
}
OFFERED = [importer for kind in SHOWN_AT for importer in IMPORTERS if importer.kind == kind]
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class SheetForm(SentForm):
    sheet = FileField(_l("Sheet (.xlsx or .csv)"), [FileRequired(_l("Please choose a file."))])


def upload(key: str, kind: str) -> Any:
    """Take the file, keep it for a day, check it, and go on to what was found."""
    with ahead_of_writing():
        load_managed_event(key)
    importer, form = _importer(kind), SheetForm()
    if form.validate_on_submit():
        content = form.sheet.data.read()
        try:
            rows, columns = confined.run(READING, look_at, content, form.sheet.data.filename or "")
        except Unreadable as error:
            form.sheet.errors = [unreadable_message(error)]
        except confined.Exceeded:
            form.sheet.errors = [unreadable_message(Unreadable(SheetFault.TAKES_TOO_MUCH))]
        except confined.Busy as busy:
            form.sheet.errors = [str(busy)]
        else:
            digest = _begin(load_managed_event(key), importer, content, rows=rows, columns=columns)
            return redirect(url_for("sheet_import.check", key=key, kind=kind, digest=digest))
    event = load_managed_event(key)
    page = render_template(
        "sheet_import/upload.html",
        event=event,
        importer=importer,
        importers=OFFERED,
        form=form,
        columns=_columns(importer),
    )
    return page, 422 if form.is_submitted() else 200


def _begin(event: Event, importer: Importer, content: bytes, *, rows: int, columns: list[dict[str, str]]) -> str:
    """Keep the file and have it checked with the columns as they seem to be; returns its hash."""
    digest, chosen = keep(event, content, now=now()), _chosen(importer, columns)
    run = keep_run(
        event, importer.kind, digest, actor=current_user, now=now(), rows=rows, columns=columns, chosen=chosen
    )
    db.session.commit()
    begin(run)
    return digest


def template(key: str, kind: str, ending: str) -> Response:
    """An empty sheet with the columns' names."""
    load_managed_event(key)
    names = [column.name for column in _columns(_importer(kind))]
    return _sheet_response(kind, ending, names, [])


def keys(key: str, ending: str) -> Response:
    """The event's organisations with the keys by which other sheets name them."""
    event = load_managed_event(key)
    rows = db.session.execute(
        select(Organisation.key, Organisation.name_native, Organisation.name_latin, Organisation.country)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(Registration.event_id == event.id)
        .order_by(Organisation.key)
    ).all()
    names = ["external_key", "name_native", "name_latin", "country"]
    return _sheet_response("keys", ending, names, [[cell or "" for cell in row] for row in rows])


def _sheet_response(name: str, ending: str, columns: list[str], rows: list[list[str]]) -> Response:
    content = write_xlsx(columns, rows) if ending == "xlsx" else write_csv(columns, rows)
    response = Response(content, mimetype=MEDIA_TYPES[ending])
    response.headers["Content-Disposition"] = f"attachment; filename={name}.{ending}"
    return response


def check(key: str, kind: str, digest: str) -> Any:
    """Which column is which, and what was found; sent, the sheet is checked anew or, with `apply`, imported."""
    event, importer = load_managed_event(key), _importer(kind)
    run = find_run(event, kind, digest) or abort(404)
    if request.method == "POST":
        purpose = Purpose.IMPORT if "apply" in request.form else Purpose.CHECK
        ask_again(run, purpose, _chosen(importer, run.columns), actor=current_user, now=now())
        db.session.commit()
        begin(run)
        if run.going:
            return redirect(url_for("sheet_import.check", key=key, kind=kind, digest=digest))
        if run.imported:
            flash(_("%(count)s rows have been imported.", count=run.rows), "success")
            return redirect(url_for(SHOWN_AT[kind], key=key))
    page = render_template(
        "sheet_import/check.html",
        event=run.event,
        importer=importer,
        run=run,
        columns=_columns(importer),
        titles={column.name: column.label for column in importer.columns},
        shown_at=SHOWN_AT[kind],
    )
    return page, 422 if request.method == "POST" and not run.faultless else 200


def progress(key: str, kind: str, digest: str) -> Response:
    """How far the sheet is, for the page to ask again and again."""
    event = load_managed_event(key)
    run = find_run(event, kind, digest) or abort(404)
    response = Response(render_template("sheet_import/_progress.html", event=event, run=run))
    if not run.going:
        response.headers["HX-Refresh"] = "true"
    return response


def _importer(kind: str) -> Importer:
    found = find_importer(kind) if kind in SHOWN_AT else None
    return found or abort(404)


def _columns(importer: Importer) -> list[Column]:
    """The columns that an uploaded sheet may have: its event is the page's."""
    return [column for column in importer.columns if column.name != "event_key"]


def _chosen(importer: Importer, columns: list[dict[str, str]]) -> dict[str, str]:
    """The sheet's columns with the importer's that each is: as chosen on the page, else by name, or title in either
    language."""
    titles: dict[str, str] = {}
    for code in LANGUAGES:
        with in_language(code):
            titles |= {str(column.label): column.name for column in importer.columns}
    known = {column.name for column in importer.columns}
    found = {}
    for position, name in enumerate(column["name"] for column in columns):
        guess = name if name in known else titles.get(name, "")
        target = request.form.get(f"column-{position}", guess)
        found[name] = target if target in known else ""
    return found
