"""The report as PDF, printed in the background for whoever asks."""

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_login import current_user

from rbc_events.accounts.access import is_staff, require
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.durable import cancel_run
from rbc_events.events.queries import viewed_events
from rbc_events.i18n import language
from rbc_events.reports import report_runs
from rbc_events.reports.models import ReportRun


def start() -> Any:
    """Print what the page shows, in the language of the page. Who may only look may print."""
    require(is_staff(current_user))
    year, key = request.form.get("year", type=int), request.form.get("event", "")
    event = next((event for event in viewed_events(current_user) if event.key == key), None)
    if key and event is None:
        abort(404)
    report_runs.ask_for_report(current_user, language=language(), fiscal_year=year, event=event, now=now())
    db.session.commit()
    return redirect(url_for("reports.index", year=year, event=key or None, _anchor="print"))


def progress() -> Response:
    """How far the printing is, for the page to ask again and again."""
    run = _own_run()
    response = Response(render_template("reports/_run.html", run=run))
    if not run.going:
        response.headers["HX-Refresh"] = "true"
    return response


def stop() -> Any:
    run = _own_run()
    cancel_run(run, now=now())
    db.session.commit()
    return redirect(url_for("reports.index", year=run.fiscal_year, _anchor="print"))


def printed() -> Response:
    """What was printed last."""
    run = _own_run()
    if run.content is None:
        abort(404)
    name = "-".join(["report", str(run.fiscal_year or "all"), *([run.event.key] if run.event else []), run.language])
    response = Response(run.content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.pdf")
    return response


def _own_run() -> ReportRun:
    require(is_staff(current_user))
    run = report_runs.last_run(current_user)
    if run is None:
        abort(404)
    return run
