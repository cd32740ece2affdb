import json
from datetime import date
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import durable
from rbc_events.accounts.models import User
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict, DomainError
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings.bookings import Overbooked
from rbc_events.meetings.departed import departed_meetings
from rbc_events.meetings.kept_apart import meetings_kept_apart
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.meetings.warnings import contradictions
from rbc_events.page_parts import contents
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.timetable import access, applying, operations, own_times, queries, runs, timetable_page
from rbc_events.timetable.aims import Aims, usual_aims
from rbc_events.timetable.board import Board
from rbc_events.timetable.differences import difference
from rbc_events.timetable.forms import DetailsForm, MoveForm, RunForm
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.grid import grid_of
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.results import fault_of, result_of
from rbc_events.timetable.wording import LEVEL_NAMES, Names, bound_in_words, where_it_is


def _words() -> dict[str, Any]:
    return {"level_names": LEVEL_NAMES, "bound_in_words": bound_in_words}


def _day() -> date | None:
    try:
        return date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return None


def show(key: str) -> str:
    event = load_managed_event(key)
    return _show_page(event, RunForm.for_aims(usual_aims(event), keep_published=event.published_at is not None))


def _show_page(event: Event, form: RunForm) -> str:
    return render_template(
        "timetable/show.html",
        event=event,
        grid=grid_of(event, _day()),
        own_times=own_times.at_own_times(event),
        view=request.args.get("view", "places"),
        run=queries.latest_run(event),
        run_form=form,
        contradictions=contradictions(event),
        departed=departed_meetings(event, now=now()),
        kept_apart=meetings_kept_apart([event.id], now=now()),
        main=timetable_page.main,
        **contents(current_user, event, timetable_page.main),
    )


def _board(event: Event, status: int = 200, **said: Any) -> tuple[str, int]:
    """The grid alone, for htmx: what the database holds now, with what was done or refused above it."""
    return render_template("timetable/_board.html", event=event, grid=grid_of(event, _day()), **said), status


def _changed(meeting: Meeting, message: str) -> Any:
    """After a change: the grid alone for htmx; for a form the page, on the meeting's day."""
    event = meeting.event
    if "HX-Request" in request.headers:
        return _board(event, done=message)
    flash(message, "success")
    day = meeting.starts_at.astimezone(event.zone).date() if meeting.starts_at else _day()
    return redirect(url_for("timetable.show", key=event.key, day=day))


def _refused(event: Event, refused: DomainError) -> list[str]:
    """Give it up, and say in words why it was refused."""
    give_up()
    if isinstance(refused, operations.DoesNotFit):
        return Names(event).all_in_words(refused.reasons)
    return [str(refused)]


def move(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = access.load_meeting(key, number)
        form = _move_form(meeting)
        if not form.validate_on_submit():
            return _move_page(meeting, form, []), 422 if form.errors else 200
    slot, place = db.session.get_one(Slot, form.slot.data), db.session.get_one(Place, form.place.data)
    chosen = form.interpreter.data
    person = db.session.get(Interpreter, chosen) if chosen > 0 else (None if chosen == 0 else operations.ANYBODY)
    try:
        operations.place_meeting(meeting, slot=slot, place=place, interpreter=person, now=now())
    except DomainError as refused:
        faults = _refused(meeting.event, refused)
        if "HX-Request" in request.headers:
            return _board(meeting.event, 409, faults=faults)
        return _move_page(meeting, form, faults), 409
    db.session.commit()
    return _changed(meeting, where_it_is(meeting))


def _move_form(meeting: Meeting, **options: Any) -> MoveForm:
    return MoveForm(meeting.event, list(interpreters_of(meeting.event)), data=_where(meeting), **options)


def _where(meeting: Meeting) -> dict[str, Any]:
    wanted = request.args.get("slot", type=int), request.args.get("place", type=int)
    return {
        "slot": wanted[0] or meeting.slot_id,
        "place": wanted[1] or meeting.place_id,
        "interpreter": meeting.interpreter_id or operations.ANYBODY,
    }


def _move_page(meeting: Meeting, form: MoveForm, faults: list[str], details: DetailsForm | None = None) -> str:
    operations.require_movable(meeting)
    event = meeting.event
    names, reasons = Names(event), {}
    if not meeting.has_own_time:
        blocked = Board(event, now=now()).blocked(f"m{meeting.id}")
        reasons = {slot.id: names.all_in_words(blocked[f"s{slot.id}"]) for slot in event.slots}
        form.tell_which_fit(reasons)
    return render_template(
        "timetable/move.html",
        event=event,
        meeting=meeting,
        form=form,
        details=details or _details_form(meeting, formdata=None),
        faults=faults,
        title=names.of(f"m{meeting.id}"),
        slots=[(slot, reasons[slot.id]) for slot in event.slots if slot.id in reasons],
    )


def _details_form(meeting: Meeting, **kwargs: Any) -> DetailsForm:
    third = next((party.user_id for party in meeting.parties if party.user_id is not None), 0)
    return DetailsForm(queries.staff_of(meeting.event), obj=meeting, sits_in=third, **kwargs)


def details(key: str, number: int) -> Any:
    meeting = access.load_meeting(key, number)
    form = _details_form(meeting)
    if not form.validate_on_submit():
        give_up()
        return _move_page(meeting, _move_form(meeting, formdata=None), [], form), form.status
    try:
        operations.set_details(
            meeting,
            length=form.length.data,
            must=form.must.data,
            online=form.online.data,
            needs_interpreter=form.needs_interpreter.data,
            sits_in=db.session.get(User, form.sits_in.data) if form.sits_in.data else None,
            seen_version=form.version.data,
        )
    except Conflict as refused:
        give_up()
        meeting = access.load_meeting(key, number)
        return _move_page(meeting, _move_form(meeting, formdata=None), [str(refused)], form), 409
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("timetable.move", key=key, number=number))


def remove(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = access.load_meeting(key, number)
    operations.remove_meeting(meeting)
    db.session.commit()
    return _changed(meeting, _("The meeting is off the timetable and waits for a time."))


def pin(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = access.load_meeting(key, number)
    operations.pin_meeting(meeting, pinned=request.form.get("pinned") == "1")
    db.session.commit()
    pinned = _("The meeting is pinned: it stays here when the timetable is made again.")
    flash(pinned if meeting.pinned else _("The meeting is no longer pinned."), "success")
    return redirect(url_for("timetable.move", key=key, number=number))


def start_run(key: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        form = RunForm()
        under_way = queries.active_run(event) is not None  # then the page has no form to show faults in
        if not form.validate_on_submit() and not under_way:
            return _show_page(event, form), 422
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
        return _show_page(event, form), 409 if isinstance(refused, runs.UnderWay) else 422
    db.session.commit()
    return redirect(url_for("timetable.show_run", key=key, number=run.id))


def show_run(key: str, number: int) -> str:
    return _run_page(access.load_run(key, number))


def _run_page(run: ScheduleRun, stale: list[str] | None = None) -> str:
    names = Names(run.event)
    result = result_of(run, names) if run.state in (RunState.DONE, RunState.APPLIED, RunState.STALE) else None
    return render_template(
        "timetable/run.html",
        event=run.event,
        run=run,
        aims=Aims.of(run.aims),
        result=result,
        stale=stale,
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
    try:
        applying.apply_run(run, now=now())
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
