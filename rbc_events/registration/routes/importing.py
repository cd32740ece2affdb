"""Importing a sheet of organisations or delegates into an event: template, upload, columns, trial run, writing."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.importing import Fault, Importer, Importing, Report, import_sheet, unreadable_message
from rbc_events.registration import mails
from rbc_events.registration.importing import IMPORTERS
from rbc_events.registration.models import Delegate, Registration, RegistrationState
from rbc_events.registration.routes import blueprint
from rbc_events.sheets import Sheet, Unreadable, read_sheet, write_csv, write_xlsx
from rbc_events.sheets.renaming import renamed
from rbc_events.web import limiter

KEPT = timedelta(hours=24)


class SheetForm(FlaskForm):
    sheet = FileField(_l("Sheet (.xlsx or .csv)"), [FileRequired(_l("Please choose a file."))])


@blueprint.route("/events/<key>/import/<kind>", methods=["GET", "POST"])
def upload_sheet(key: str, kind: str) -> Any:
    """Take the file, keep it for a day, and go on to its columns."""
    event, importer = load_managed_event(key), _importer(kind)
    form = SheetForm()
    if form.validate_on_submit():
        content = form.sheet.data.read()
        try:
            read_sheet(content, form.sheet.data.filename or "")
        except Unreadable as error:
            form.sheet.errors = [unreadable_message(error)]
        else:
            digest = _keep(event, content)
            return redirect(url_for("registration.check_sheet", key=key, kind=kind, digest=digest))
    page = render_template(
        "registration/import.html",
        event=event,
        importer=importer,
        importers=IMPORTERS,
        form=form,
        columns=_own(importer),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/events/<key>/import/<kind>/template.<any(xlsx, csv):ending>")
def template(key: str, kind: str, ending: str) -> Response:
    """An empty sheet with the columns' names."""
    load_managed_event(key)
    names = [column.name for column in _own(_importer(kind))]
    content = write_xlsx(names, []) if ending == "xlsx" else write_csv(names, [])
    response = Response(content, mimetype=MEDIA_TYPES[ending])
    response.headers["Content-Disposition"] = f"attachment; filename={kind}.{ending}"
    return response


MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@blueprint.route("/events/<key>/import/<kind>/<digest>", methods=["GET", "POST"])
def check_sheet(key: str, kind: str, digest: str) -> Any:
    """Which column is which, and what the trial run finds; with `apply` the sheet is written."""
    event, importer = load_managed_event(key), _importer(kind)
    sheet = read_sheet(_kept(event, digest))
    chosen = _chosen(importer, sheet)
    if request.method == "POST" and "apply" in request.form:
        report = _run(event, importer, sheet, chosen, trial=False)
        if report.ok:
            db.session.commit()
            flash(_("%(count)s rows have been imported.", count=report.rows), "success")
            return redirect(url_for("registration.index", key=key))
        db.session.rollback()
    report = _run(event, importer, sheet, chosen, trial=True)
    page = render_template(
        "registration/check_sheet.html",
        event=event,
        importer=importer,
        sheet=sheet,
        chosen=chosen,
        columns=_own(importer),
        report=report,
    )
    return page, 422 if request.method == "POST" and report.faults else 200


@blueprint.route("/events/<key>/invitations", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"])
def invitations(key: str) -> Any:
    """Delegates without an account yet, such as imported ones, and inviting them all by mail."""
    event = load_managed_event(key)
    waiting = db.session.scalars(
        select(Delegate)
        .join(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.state == RegistrationState.APPROVED,
            Delegate.user_id.is_(None),
        )
        .order_by(Delegate.id)
    ).all()
    if request.method == "POST":
        chosen = {int(number) for number in request.form.getlist("delegate") if number.isdigit()}
        invited = [delegate for delegate in waiting if delegate.id in chosen]
        for delegate in invited:
            mails.invite(delegate, now=now())
        db.session.commit()
        flash(_("%(count)s invitations are on their way.", count=len(invited)), "success")
        return redirect(url_for("registration.invitations", key=key))
    return render_template("registration/invitations.html", event=event, waiting=waiting)


def _importer(kind: str) -> Importer:
    found = next((importer for importer in IMPORTERS if importer.kind == kind), None)
    return found or abort(404)


def _own(importer: Importer) -> list[Any]:
    """The columns that an uploaded sheet may have: its event is the page's."""
    return [column for column in importer.columns if column.name != "event_key"]


def _chosen(importer: Importer, sheet: Sheet) -> dict[str, str]:
    """The sheet's columns with the importer's that each is: as chosen on the page, else by name or title."""
    titles = {str(column.label): column.name for column in importer.columns}
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


def _folder(event: Event) -> Path:
    return Path(current_app.config["RBC"].instance) / "sheets" / str(event.id)


def _keep(event: Event, content: bytes) -> str:
    """Keep the file under its hash; files older than a day go."""
    folder = _folder(event)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < (now() - KEPT).timestamp():
            old.unlink(missing_ok=True)
    digest = hashlib.sha256(content).hexdigest()
    (folder / digest).write_bytes(content)
    return digest


def _kept(event: Event, digest: str) -> bytes:
    """The file that was uploaded for this event; 404 when it is gone."""
    if len(digest) != 64 or set(digest) - set("0123456789abcdef") or not (_folder(event) / digest).is_file():
        abort(404)
    return (_folder(event) / digest).read_bytes()
