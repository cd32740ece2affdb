"""Meetings at times of their own: giving one to a meeting, and arranging one that has it from the start."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.models import User
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict, DomainError
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Mode, Shape
from rbc_events.meetings import arranging
from rbc_events.meetings.bookings import Overbooked
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.meetings.queries import approved_registrations
from rbc_events.registration.models import Registration
from rbc_events.timetable import access, operations, own_times, queries
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.time_forms import ArrangeForm, TimeFields, TimeForm
from rbc_events.timetable.wording import Names


def set_time(key: str, number: int) -> Any:
    """Give a meeting a time of its own, or another one."""
    meeting = access.load_meeting(key, number)
    operations.require_movable(meeting)
    form = TimeForm(meeting, interpreters_of(meeting.event))
    if not form.is_submitted():
        _suggest(form)
    if form.validate_on_submit() and form.carry_out(
        lambda: own_times.set_own_time(meeting, now=now(), seen_version=form.version.data, **_asked(form)),
        {Conflict: "starts_at"},
    ):
        return _where_next(meeting)
    status = form.status
    if form.is_submitted():
        give_up()
    meeting = access.load_meeting(key, number)
    title = Names(meeting.event).of(f"m{meeting.id}")
    return render_template("timetable/time.html", event=meeting.event, meeting=meeting, form=form, title=title), status


def _suggest(form: TimeForm) -> None:
    """What the week's page was clicked for: a time at which all are free."""
    try:
        form.starts_at.data = datetime.fromisoformat(request.args["starts_at"]).replace(tzinfo=None)
    except (KeyError, ValueError):
        return
    form.minutes.data = request.args.get("minutes", type=int) or form.minutes.data
    if not form.own_place.data and form.event.mode == Mode.ONLINE:
        form.own_place.data = _("Online")


def _asked(form: TimeFields) -> dict[str, Any]:
    starts_at, ends_at = form.times()
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "own_place": form.own_place.data,
        "own_link": form.own_link.data or "",
        "interpreter": db.session.get(Interpreter, form.interpreter.data) if form.interpreter.data else None,
    }


def _where_next(meeting: Meeting) -> Any:
    """To what became of it, where it has begun; else to the timetable, from which it is published."""
    if meeting.starts_at is not None and meeting.starts_at <= now():
        flash(_("Please record who came and what was said."))
        return redirect(url_for("meetings.record", key=meeting.event.key, number=meeting.id))
    flash(_("The meeting has its time. Participants are told when you publish the timetable."), "success")
    if meeting.event.shape == Shape.SEASON and meeting.starts_at is not None:
        on = meeting.starts_at.astimezone(meeting.event.zone).date()
        return redirect(url_for("seasons.week", key=meeting.event.key, on=on))
    return redirect(url_for("timetable.show", key=meeting.event.key))


def arrange(key: str) -> Any:
    """A meeting of several who have agreed to it, with its time; one to come, or one that took place."""
    with ahead_of_writing():
        event = load_managed_event(key)
        form = ArrangeForm(event, approved_registrations(event), queries.staff_of(event), interpreters_of(event))
        if not form.validate_on_submit():
            return render_template("timetable/arrange.html", event=event, form=form), form.status
    made: list[Meeting] = []
    taken = (own_times.Engaged, Overbooked, operations.Taken)
    refusals: dict[type[DomainError], str] = {**dict.fromkeys(taken, "starts_at"), Conflict: "second"}
    if form.carry_out(lambda: made.append(_arranged(key, form)), refusals):
        return _where_next(made[0])
    return render_template("timetable/arrange.html", event=load_managed_event(key), form=form), form.status


def _arranged(key: str, form: ArrangeForm) -> Meeting:
    event = load_managed_event(key)
    sides = [db.session.get_one(Registration, number) for number in form.sides()]
    sits_in = db.session.get(User, form.sits_in.data) if form.sits_in.data else None
    meeting = arranging.arrange_among(
        event, sides, actor=current_user, now=now(), consent=form.consent.data, sits_in=sits_in
    )
    own_times.set_own_time(meeting, now=now(), **_asked(form))
    return meeting
