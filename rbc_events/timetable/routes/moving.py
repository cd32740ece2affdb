"""Moving meetings by hand: on the board, or by a form."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.models import User
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict, DomainError
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.timetable import access, moves, operations, queries
from rbc_events.timetable.board import Board
from rbc_events.timetable.forms import DetailsForm, MoveForm
from rbc_events.timetable.history import moved_since_in_words
from rbc_events.timetable.look import Look
from rbc_events.timetable.models import Move
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.routes.board import board, show
from rbc_events.timetable.wording import Names, where_it_is


def _changed(meeting: Meeting, message: str) -> Any:
    """After a change: the grid alone for htmx; for a form the page, on the meeting's day."""
    event, look = meeting.event, Look.of(request.values)
    if "HX-Request" in request.headers:
        return board(event, done=message)
    flash(message, "success")
    day = meeting.starts_at.astimezone(event.zone).date() if meeting.starts_at else look.day
    return redirect(url_for("timetable.show", key=event.key, **look.query(day=day)))


def _refused(refused: DomainError) -> list[str]:
    """Give it up, and say in words why it was refused."""
    give_up()
    if isinstance(refused, operations.DoesNotFit):
        return Names(refused.event).all_in_words(refused.reasons)
    if isinstance(refused, moves.MovedSince):
        return moved_since_in_words(refused)
    return [str(refused)]


def _seen() -> moves.Seen | None:
    """What the board showed of the meeting that was dropped; None where it wasn't moved on a board."""
    version, slot, place = (request.form.get(name, type=int) for name in ("version", "from_slot", "from_place"))
    return None if version is None else moves.Seen(version, {"slot": slot, "place": place} if slot and place else None)


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
        moves.move_meeting(
            meeting, slot=slot, place=place, interpreter=person, actor=current_user, now=now(), seen=_seen()
        )
    except DomainError as refused:
        faults = _refused(refused)
        if "HX-Request" in request.headers:
            return board(meeting.event, 409, faults=faults)
        return _move_page(meeting, form, faults), 409
    db.session.commit()
    return _changed(meeting, where_it_is(meeting))


def swap(key: str, number: int, other: int) -> Any:
    with ahead_of_writing():
        meeting, there = access.load_meeting(key, number), access.load_meeting(key, other)
    try:
        moves.swap_meetings(meeting, there, actor=current_user, now=now(), seen=_seen())
    except DomainError as refused:
        return _refused_board(meeting.event, refused)
    db.session.commit()
    return _changed(meeting, " ".join([where_it_is(meeting), where_it_is(there)]))


def undo(key: str) -> Any:
    return _turn(key, moves.take_back, _("Taken back."))


def redo(key: str) -> Any:
    return _turn(key, moves.do_again, _("Done again."))


def _turn(key: str, operation: Callable[..., Move], message: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
    try:
        operation(event, actor=current_user, now=now())
    except DomainError as refused:
        return _refused_board(event, refused)
    db.session.commit()
    if "HX-Request" in request.headers:
        return board(event, done=message)
    flash(message, "success")
    return redirect(url_for("timetable.show", key=key, **Look.of(request.values).query()))


def _refused_board(event: Event, refused: DomainError) -> Any:
    """The board as it is, with why not; without a script the whole page."""
    faults = _refused(refused)
    if "HX-Request" in request.headers:
        return board(event, 409, faults=faults)
    flash(" ".join(faults), "error")
    return show(event.key), 409


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
    try:
        moves.remove_meeting(meeting, actor=current_user, now=now(), seen=_seen())
    except moves.MovedSince as refused:
        return _refused_board(meeting.event, refused)
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
