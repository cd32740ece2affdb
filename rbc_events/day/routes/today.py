"""The page of the day, and the taps by which staff mark who came."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user

from rbc_events.clock import now, read_date, read_instant
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.day import access, today
from rbc_events.day.forms import MarkForm
from rbc_events.errors import DomainError
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.meetings.marking import Mark, mark_person, mark_side
from rbc_events.meetings.models import Meeting, MeetingParty
from rbc_events.web import status_of


def show(key: str) -> str:
    """By time, or with `?place=` by table. Asked by its own script, as it is now, the list alone."""
    event = load_managed_event(key)
    wanted, at = read_date(request.args.get("day", "")), read_instant(request.args.get("at", ""))
    shown = today.day_of(event, wanted=wanted, at=at, now=now())
    place = next((each for each in shown.places if each.id == request.args.get("place", type=int)), None)
    template = "day/_list.html" if "HX-Request" in request.headers else "day/today.html"
    return render_template(template, event=event, shown=shown, place=place, rows=_rows(event, shown, place), now=now())


def _rows(event: Event, shown: today.Day, place: Any) -> list[today.Row]:
    if shown.day is None or shown.at is None:
        return []
    if place is not None:
        return today.rows_of_place(event, place.id, shown.day, now=now())
    return today.rows_at(event, shown.at, now=now())


def mark(key: str, number: int) -> Any:
    """One tap on a side."""
    with ahead_of_writing():
        party, asked = access.load_party(key, number), _mark()
    return _marked(party, lambda: mark_side(party, asked, actor=current_user, now=now()))


def mark_one(key: str, number: int, delegate: int) -> Any:
    """One tap on one of a side's people."""
    with ahead_of_writing():
        (party, person), asked = access.load_person(key, number, delegate), _mark()
    return _marked(party, lambda: mark_person(party, person, asked, actor=current_user, now=now()))


def _mark() -> Mark:
    form = MarkForm()
    if not form.validate_on_submit():
        abort(422)
    return form.mark


def _marked(party: MeetingParty, operation: Callable[[], None]) -> Any:
    """Do it, and show the meeting's row as it then stands, with the reason where it was refused."""
    meeting, fault, status = party.meeting, "", 200
    by_script = "HX-Request" in request.headers
    try:
        operation()
        db.session.commit()
    except DomainError as refused:
        if not by_script:
            raise
        give_up()
        fault, status = str(refused), status_of(refused)
    if not by_script:
        return redirect(address_of(meeting))
    found = today.rows(Meeting.id == meeting.id, now=now())
    return "".join(render_template("day/_row.html", event=meeting.event, row=row, fault=fault) for row in found), status


def address_of(meeting: Meeting) -> str:
    """The page of the day, at the meeting's time."""
    at = meeting.starts_at
    day = at.astimezone(meeting.event.zone).date() if at else None
    return url_for("day.today", key=meeting.event.key, day=day, at=at.isoformat() if at else None)
