"""Importing a sheet into an event: template, upload, columns, trial run, writing. By command: `rbc-events import`."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from rbc_events.clock import now
from rbc_events.confined import Busy
from rbc_events.database import ahead_of_writing, db
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import in_language
from rbc_events.importers import IMPORTERS, find_importer
from rbc_events.importing import (
    Column,
    Fault,
    Importer,
    Importing,
    Report,
    import_sheet,
    read_confined,
    unreadable_message,
)
from rbc_events.imports.kept import keep, load_kept
from rbc_events.registration.models import Organisation, Registration
from rbc_events.sheets import Sheet, Unreadable, write_csv, write_xlsx
from rbc_events.sheets.renaming import renamed

blueprint = Blueprint("imports", __name__)

# The kinds of sheet that are about one event, each with the page that shows what came of it.
SHOWN_AT = {
    "organisations": "registration.invitations",
    "delegates": "registration.invitations",
    "interpreters": "interpreters.index",
    "requests": "meetings.event_requests",
    "outcomes": "outcomes.of_event",
    "places": "managing.places",
    "blocks": "managing.days",
}
OFFERED = [importer for kind in SHOWN_AT for importer in IMPORTERS if importer.kind == kind]
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class SheetForm(FlaskForm):
    sheet = FileField(_l("Sheet (.xlsx or .csv)"), [FileRequired(_l("Please choose a file."))])


@blueprint.route("/events/<key>/import/<kind>", methods=["GET", "POST"])
def upload(key: str, kind: str) -> Any:
    """Take the file, keep it for a day, and go on to its columns."""
    event, importer = load_managed_event(key), _importer(kind)
    form = SheetForm()
    if form.validate_on_submit():
        content = form.sheet.data.read()
        db.session.rollback()
        try:
            read_confined(content, form.sheet.data.filename or "")
        except Unreadable as error:
            form.sheet.errors = [unreadable_message(error)]
        except Busy as busy:
            form.sheet.errors = [str(busy)]
        else:
            digest = keep(event, content, now=now())
            return redirect(url_for("imports.check", key=key, kind=kind, digest=digest))
    page = render_template(
        "imports/upload.html", event=event, importer=importer, importers=OFFERED, form=form, columns=_columns(importer)
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/events/<key>/import/<kind>/template.<any(xlsx, csv):ending>")
def template(key: str, kind: str, ending: str) -> Response:
    """An empty sheet with the columns' names."""
    load_managed_event(key)
    names = [column.name for column in _columns(_importer(kind))]
    return _sheet_response(kind, ending, names, [])


@blueprint.get("/events/<key>/import/keys.<any(xlsx, csv):ending>")
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


@blueprint.route("/events/<key>/import/<kind>/<digest>", methods=["GET", "POST"])
def check(key: str, kind: str, digest: str) -> Any:
    """Which column is which, and what the trial run finds; with `apply` the sheet is written."""
    with ahead_of_writing():
        content = load_kept(load_managed_event(key), digest)
    sheet = read_confined(content)
    event, importer = load_managed_event(key), _importer(kind)
    chosen = _chosen(importer, sheet)
    if request.method == "POST" and "apply" in request.form:
        report = _run(event, importer, sheet, chosen, trial=False)
        if report.ok:
            db.session.commit()
            flash(_("%(count)s rows have been imported.", count=report.rows), "success")
            return redirect(url_for(SHOWN_AT[kind], key=key))
        db.session.rollback()
    report = _run(event, importer, sheet, chosen, trial=True)
    page = render_template(
        "imports/check.html",
        event=event,
        importer=importer,
        sheet=sheet,
        chosen=chosen,
        columns=_columns(importer),
        titles={column.name: column.label for column in importer.columns},
        report=report,
    )
    return page, 422 if request.method == "POST" and report.faults else 200


def _importer(kind: str) -> Importer:
    found = find_importer(kind) if kind in SHOWN_AT else None
    return found or abort(404)


def _columns(importer: Importer) -> list[Column]:
    """The columns that an uploaded sheet may have: its event is the page's."""
    return [column for column in importer.columns if column.name != "event_key"]


def _chosen(importer: Importer, sheet: Sheet) -> dict[str, str]:
    """The sheet's columns with the importer's that each is: as chosen on the page, else by name, or title in either
    language."""
    titles: dict[str, str] = {}
    for code in ("ja", "en"):
        with in_language(code):
            titles |= {str(column.label): column.name for column in importer.columns}
    known = {column.name for column in importer.columns}
    found = {}
    for position, name in enumerate(sheet.columns):
        guess = name if name in known else titles.get(name, "")
        target = request.form.get(f"column-{position}", guess)
        found[name] = target if target in known else ""
    return found


def _run(event: Event, importer: Importer, sheet: Sheet, chosen: dict[str, str], *, trial: bool) -> Report:
    importing = Importing(now=now(), actor=current_user._get_current_object(), event=event)
    try:
        return import_sheet(importer, renamed(sheet, chosen), importing, trial=trial)
    except Unreadable as error:
        return Report(rows=len(sheet.rows), faults=[Fault(1, error.place, "", unreadable_message(error))])
