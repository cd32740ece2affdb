"""Agendas as PDF: one's own, and for staff everybody's."""

from collections import Counter
from io import BytesIO
from typing import Any

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.durable import cancel_run
from rbc_events.events.access import load_event, load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import LANGUAGES, in_language, language
from rbc_events.meetings import print_runs, printing
from rbc_events.meetings.models import Interpreter, PrintPurpose
from rbc_events.meetings.printing import Kind, Sheet
from rbc_events.registration.access import own_registrations
from rbc_events.web import part_of

KIND_LABELS = {
    Kind.ORGANISATION: _l("Organisations"),
    Kind.DELEGATE: _l("Delegates"),
    Kind.INTERPRETER: _l("Interpreters"),
    Kind.PLACE: _l("Tables and rooms"),
}
SHEETS_A_PAGE = 100


def own(key: str) -> Response:
    """The agenda of the signed-in person: of the organisation that they act for, or of their interpreting."""
    event = load_event(key)
    actor = require_sign_in()
    sides = {side.id for side in own_registrations(actor, event)}
    mine = [sheet for sheet in printing.sheets_of(event) if _is_own(sheet, actor, sides)]
    require(bool(mine))
    return _pdf(event, mine[0], language())


def _is_own(sheet: Sheet, actor: Any, sides: set[int]) -> bool:
    if sheet.kind == Kind.INTERPRETER:
        interpreter = db.session.get_one(Interpreter, sheet.number)
        return interpreter.user_id == actor.id or interpreter.email == actor.email
    return sheet.kind == Kind.ORGANISATION and sheet.number in sides


def _pdf(event: Event, sheet: Sheet, reader: str) -> Response:
    with in_language(reader):
        content, name = printing.print_sheet(event, sheet, now=now()), printing.sheet_name(sheet)
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=name)


def index(key: str) -> str:
    event = load_managed_event(key)
    show, words = request.args.get("show", Kind.ORGANISATION), request.args.get("q", "").strip()
    if show not in list(Kind):
        abort(404)
    sheets = printing.sheets_of(event)
    found = [sheet for sheet in sheets if sheet.kind == show and sheet.is_called(words)]
    return render_template(
        "meetings/agendas.html",
        event=event,
        whole=sheets[0],
        part=part_of(found, SHEETS_A_PAGE),
        show=show,
        words=words,
        counts=Counter(sheet.kind for sheet in sheets),
        labels=KIND_LABELS,
        runs={purpose: print_runs.last_run(event, purpose) for purpose in PrintPurpose},
    )


def sheet(key: str, kind: str, number: int) -> Response:
    event = load_managed_event(key)
    found = [each for each in printing.sheets_of(event) if (each.kind, each.number) == (kind, number)]
    reader = request.args.get("language", language())
    if not found or reader not in LANGUAGES:
        abort(404)
    return _pdf(event, found[0], reader)


def start(key: str, purpose: str) -> Any:
    """Print everybody's in the background, into a ZIP or to each delegate by mail."""
    event = load_managed_event(key)
    if purpose not in list(PrintPurpose):
        abort(404)
    print_runs.ask_for_print(event, PrintPurpose(purpose), actor=current_user, now=now())
    db.session.commit()
    return redirect(url_for("meetings.printing", key=key))


def progress(key: str, purpose: str) -> Response:
    """How far the printing is, for the page to ask again and again."""
    event = load_managed_event(key)
    run = print_runs.last_run(event, PrintPurpose(purpose)) if purpose in list(PrintPurpose) else None
    if run is None:
        abort(404)
    response = Response(render_template("meetings/_print_run.html", event=event, run=run))
    if not run.going:
        response.headers["HX-Refresh"] = "true"
    return response


def stop(key: str, purpose: str) -> Any:
    """Give the printing up; mails that were written stay written."""
    event = load_managed_event(key)
    run = print_runs.last_run(event, PrintPurpose(purpose)) if purpose in list(PrintPurpose) else None
    if run is None:
        abort(404)
    cancel_run(run, now=now())
    db.session.commit()
    return redirect(url_for("meetings.printing", key=key))


def everything(key: str) -> Response:
    """What was printed last."""
    event = load_managed_event(key)
    run = print_runs.last_run(event, PrintPurpose.ARCHIVE)
    if run is None or run.content is None:
        abort(404)
    response = Response(run.content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"agendas-{event.key}.zip")
    return response
