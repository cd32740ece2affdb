"""Changing the timetable on the day: moving, swapping, freeing a table, filling gaps, meetings of those who walk in."""

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.day import operations, proposing
from rbc_events.day.forms import WalkInForm
from rbc_events.day.routes.today import address_of
from rbc_events.errors import Conflict, DomainError
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings.models import Meeting
from rbc_events.meetings.queries import approved_registrations
from rbc_events.registration.models import Registration
from rbc_events.timetable.access import load_meeting
from rbc_events.timetable.operations import DoesNotFit, require_movable
from rbc_events.timetable.wording import Names, where_it_is
from rbc_events.web import refuse


def ways(key: str, number: int) -> str:
    """What can be done with a meeting one side of which isn't there."""
    meeting = load_meeting(key, number)
    require_movable(meeting)
    return _ways_page(meeting, [])


def _ways_page(meeting: Meeting, faults: list[str]) -> str:
    names = Names(meeting.event)
    return render_template(
        "day/ways.html",
        event=meeting.event,
        meeting=meeting,
        title=names.of(f"m{meeting.id}"),
        openings=proposing.openings(meeting, now=now()),
        swaps=[(other, names.of(f"m{other.id}")) for other in proposing.swaps(meeting, now=now())],
        faults=faults,
        back=address_of(meeting),
    )


def move(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = load_meeting(key, number)
        slot, place = _of_event(Slot, "slot", meeting.event), _of_event(Place, "place", meeting.event)
    return _changed(meeting, lambda: operations.move_meeting(meeting, slot=slot, place=place, now=now()))


def _of_event(kind: Any, name: str, event: Event) -> Any:
    row = db.session.get(kind, request.form.get(name, 0, type=int))
    if row is None or row.event_id != event.id:
        abort(422)
    return row


def swap(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = load_meeting(key, number)
        other = _of_event(Meeting, "other", meeting.event)
        if other.id == meeting.id:
            abort(422)
    return _changed(meeting, lambda: operations.swap_meetings(meeting, other, now=now()))


def free(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = load_meeting(key, number)
        back = address_of(meeting)
    return _changed(meeting, lambda: operations.free_table(meeting, now=now()), back)


def _changed(meeting: Meeting, operation: Any, back: str = "") -> Any:
    """Do it, tell it, and go on where the meeting now is; a refusal shows what else could be done."""
    key, number = meeting.event.key, meeting.id
    try:
        operation()
        db.session.commit()
    except DoesNotFit as refused:
        reasons = refused.reasons
        status = refuse(refused)
        meeting = load_meeting(key, number)
        return _ways_page(meeting, Names(meeting.event).all_in_words(reasons)), status
    told = where_it_is(meeting) if meeting.slot_id else _("The table is free. The meeting waits for another time.")
    flash(f"{told} {_('Those affected are told.')}", "success")
    return redirect(back or address_of(meeting))


def gaps(key: str) -> str:
    """The tables that are free in a slot, by default the next one, and who could fill them."""
    event = load_managed_event(key)
    to_come = [slot for slot in event.slots if slot.starts_at > now()]
    wanted = request.args.get("slot", type=int)
    slot = next((each for each in to_come if each.id == wanted), to_come[0] if to_come else None)
    found = proposing.gaps(event, slot, now=now()) if slot is not None else None
    today = [each for each in to_come if slot is not None and _same_day(each, slot, event)]
    return render_template("day/gaps.html", event=event, slot=slot, slots=today, gaps=found)


def _same_day(one: Slot, other: Slot, event: Event) -> bool:
    return one.starts_at.astimezone(event.zone).date() == other.starts_at.astimezone(event.zone).date()


def walk_in(key: str) -> Any:
    """Two who stand at the desk get the first time that suits both."""
    with ahead_of_writing():
        event = load_managed_event(key)
        form = WalkInForm(approved_registrations(event))
        if not form.validate_on_submit():
            return render_template("day/walk_in.html", event=event, form=form), form.status
    made: list[Meeting] = []
    refusals: dict[type[DomainError], str] = {operations.NoTimeLeft: "second", Conflict: "second"}
    if form.carry_out(lambda: made.append(_arranged(key, form)), refusals):
        flash(f"{where_it_is(made[0])} {_('Both are told.')}", "success")
        return redirect(address_of(made[0]))
    return render_template("day/walk_in.html", event=load_managed_event(key), form=form), form.status


def _arranged(key: str, form: WalkInForm) -> Meeting:
    first, second = (db.session.get_one(Registration, field.data) for field in (form.first, form.second))
    return operations.arrange_walk_in(
        load_managed_event(key), first, second, actor=current_user, now=now(), consent=form.consent.data
    )
