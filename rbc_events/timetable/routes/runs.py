"""Making a plan: asking for a run of the scheduler, looking at it, taking it over."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import durable
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict
from rbc_events.events.access import load_managed_event
from rbc_events.meetings.bookings import Overbooked
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.timetable import access, applying, operations, queries, runs
from rbc_events.timetable.aims import Aims
from rbc_events.timetable.differences import difference
from rbc_events.timetable.forms import RunForm
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.results import fault_of, result_of
from rbc_events.timetable.routes.board import show_page
from rbc_events.timetable.wording import Names


def start_run(key: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        form = RunForm()
        under_way = queries.active_run(event) is not None  # then the page has no form to show faults in
        if not form.validate_on_submit() and not under_way:
            return show_page(event, form), 422
    try:
        if under_way:
            raise runs.UnderWay
        run = runs.ask_for_run(
            event,
            actor=current_user,
            now=now(),
            time_limit=form.time_limit.data,
            keep_published=form.keep_published.data,
            aims=form.aims(),
        )
    except (runs.UnderWay, runs.NothingToSchedule) as refused:
        give_up()
        flash(str(refused), "error")
        return show_page(event, form), 409 if isinstance(refused, runs.UnderWay) else 422
    db.session.commit()
    return redirect(url_for("timetable.show_run", key=key, number=run.id))


def show_run(key: str, number: int) -> str:
    return _run_page(access.load_run(key, number))


def _run_page(
    run: ScheduleRun, stale: list[str] | None = None, *, ticked: set[str] | None = None, faults: Sequence[str] = ()
) -> str:
    """`stale`: what has changed since. `ticked`: the meetings whose changes are wanted, None for all; `faults`: why
    these can't be taken over without the others."""
    names = Names(run.event)
    result = result_of(run, names) if run.state in (RunState.DONE, RunState.APPLIED, RunState.STALE) else None
    return render_template(
        "timetable/run.html",
        event=run.event,
        run=run,
        aims=Aims.of(run.aims),
        result=result,
        stale=stale,
        ticked=ticked,
        faults=faults,
        fault=fault_of(run, names),
    )


def _refused_page(run: ScheduleRun, refused: Conflict) -> tuple[str, int]:
    """The run as it is, with why something can't be done with it."""
    give_up()
    flash(str(refused), "error")
    return _run_page(run), 409


def run_progress(key: str, number: int) -> Any:
    run = access.load_run(key, number)
    response = Response(render_template("timetable/_progress.html", event=run.event, run=run))
    if not run.going:
        response.headers["HX-Refresh"] = "true"
    return response


def cancel_run(key: str, number: int) -> Any:
    run = access.load_run(key, number)
    try:
        durable.cancel_run(run, now=now())
    except durable.Ended as refused:
        return _refused_page(run, refused)
    db.session.commit()
    flash(_("The search is being stopped."))
    return redirect(url_for("timetable.show_run", key=key, number=number))


def apply_run(key: str, number: int) -> Any:
    run = access.load_run(key, number)
    only = request.form.getlist("meeting") if "some" in request.form else None
    try:
        applying.apply_run(run, actor=current_user, now=now(), only=only)
    except operations.DoesNotFit as refused:
        faults = Names(run.event).all_in_words(refused.reasons)
        give_up()
        return _run_page(run, ticked=set(only or ()), faults=faults), 409
    except (applying.NotReady, operations.Taken, Overbooked) as refused:
        return _refused_page(run, refused)
    except applying.Stale:
        db.session.rollback()
        applying.mark_stale(run, now=now())
        db.session.commit()
        changed = problem_of_run(run.event, now=now(), keep_published=run.keep_published, aims=Aims.of(run.aims))
        after = json.loads(problem_to_json(changed))
        return _run_page(run, difference(run.problem or {}, after, Names(run.event))), 409
    db.session.commit()
    flash(_("The plan is the working timetable now. Participants are told when you publish it."))
    return redirect(url_for("timetable.show", key=key))


def run_file(key: str, number: int, part: str) -> Response:
    """The scheduler's input, or its plan with the certificate, for anyone who wants to check it."""
    run = access.load_run(key, number)
    content = run.problem if part == "problem" else run.plan
    if content is None:
        abort(404)
    response = Response(json.dumps(content, ensure_ascii=False, indent=1), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{number}-{part}.json"'
    return response
