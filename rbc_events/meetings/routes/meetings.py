"""A meeting and the agenda it stands in: looking at it, calling it off, recording what became of it."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement

from rbc_events.accounts.access import require
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import DomainError
from rbc_events.events.access import load_event, may_manage, require_staff_of
from rbc_events.i18n import plain, select_zone
from rbc_events.meetings import access, attending, meeting_page, recording
from rbc_events.meetings.calendars import calendar_of
from rbc_events.meetings.forms import (
    CancelForm,
    RatingForm,
    make_record_form,
)
from rbc_events.meetings.models import Attendance, Meeting
from rbc_events.page_parts import contents
from rbc_events.web import refuse


def own_agenda(key: str) -> str:
    event = load_event(key)
    shown = access.load_agenda(event, request.args.get("organisation", type=int))
    return render_template(
        "meetings/agenda.html",
        event=event,
        agenda=shown,
        zone=ZoneInfo(select_zone() or event.time_zone),
        who_goes=attending.who_goes(shown.side) if shown.side else {},
    )


def agenda_file(key: str) -> Response:
    event = load_event(key)
    shown = access.load_agenda(event, request.args.get("organisation", type=int))
    conditions: list[ColumnElement[bool]] = [Meeting.id.in_([meeting.id for meeting in shown.meetings])]
    if mine := [each.id for each in (shown.side.delegates if shown.side else ()) if each.user_id == current_user.id]:
        conditions.append(attending.attended_by(*mine))
    sides = [shown.side.id] if shown.side else []
    return _calendar_file(calendar_of(event, *conditions, sides=sides, name=plain(event.name)), f"{event.key}.ics")


def show(key: str, number: int) -> str:
    return _meeting_page(access.load_meeting(key, number))


def _meeting_page(meeting: Meeting, **forms: Any) -> str:
    own = access.own_party(current_user, meeting)
    return render_template(
        "meetings/show.html",
        event=meeting.event,
        meeting=meeting,
        manages=may_manage(current_user, meeting.event),
        own=own,
        may_cancel=recording.may_be_called_off(meeting, now=now()) and access.may_cancel(current_user, meeting),
        cancel_form=forms.get("cancel") or CancelForm(formdata=None),
        may_rate=recording.may_be_rated(meeting, now=now()),
        rating_form=forms.get("rating") or RatingForm(formdata=None, rating=(own.rating or 0) if own else 0),
        now=now(),
        actions=meeting_page.actions,
        main=meeting_page.main,
        **contents(current_user, meeting, [*meeting_page.actions, *meeting_page.main]),
    )


def meeting_file(key: str, number: int) -> Response:
    meeting = access.load_meeting(key, number)
    if meeting.published_starts_at is None:
        abort(404)
    side = access.side_of(current_user, meeting)
    event, sides = meeting.event, [side.id] if side else []
    content = calendar_of(event, Meeting.id == meeting.id, sides=sides, name=plain(event.name))
    return _calendar_file(content, f"meeting-{meeting.id}.ics")


def _calendar_file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def attend(key: str, number: int) -> Any:
    """Say who of one's own organisation goes to the meeting."""
    meeting = access.load_meeting(key, number)
    own = access.own_party(current_user, meeting)
    if own is None:
        abort(403)
    goes = {int(value) for value in request.form.getlist("goes") if value.isdigit()}
    try:
        attending.send_people(own, goes, now=now())
    except attending.NobodyGoes as refused:
        status = refuse(refused)
        return _meeting_page(access.load_meeting(key, number)), status
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("meetings.show", key=key, number=number))


def cancel(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = access.load_meeting(key, number)
        require(access.may_cancel(current_user, meeting))
        form = CancelForm()
        if not form.validate_on_submit():
            return _meeting_page(meeting, cancel=form), 422
    try:
        recording.cancel_meeting(meeting, actor=current_user, now=now(), reason=form.reason.data)
    except DomainError as refused:
        status = refuse(refused)
        return _meeting_page(access.load_meeting(key, number), cancel=form), status
    db.session.commit()
    flash(_("The meeting has been cancelled. Everybody who had it in their calendar is told."))
    return redirect(url_for("meetings.show", key=key, number=number))


def record(key: str, number: int) -> Any:
    meeting = access.load_meeting(key, number)
    require_staff_of(meeting.event)
    numbers = [party.id for party in meeting.parties]
    form = make_record_form(numbers, data=_recorded(meeting))
    try:
        recording.require_begun(meeting, now=now())
    except DomainError as refused:
        if not form.is_submitted():
            raise
        status = refuse(refused)
        return _record_page(access.load_meeting(key, number), form), status
    if form.validate_on_submit():
        recording.record(
            meeting,
            _seen(form, numbers),
            actor=current_user,
            now=now(),
            minutes=form.minutes.data or "",
            seen_version=form.version.data,
        )
        db.session.commit()
        flash(_("What became of the meeting has been recorded."))
        return redirect(url_for("meetings.show", key=key, number=number))
    give_up()
    return _record_page(meeting, form), form.status


def _record_page(meeting: Meeting, form: Any) -> str:
    return render_template("meetings/record.html", event=meeting.event, meeting=meeting, form=form)


def _recorded(meeting: Meeting) -> dict[str, Any]:
    values: dict[str, Any] = {"minutes": meeting.minutes, "version": meeting.version}
    for party in meeting.parties:
        if meeting.recorded_at is not None:
            values[f"attendance_{party.id}"] = party.attendance.value
        values[f"late_{party.id}"] = party.minutes_late
    return values


def _seen(form: Any, numbers: list[int]) -> dict[int, recording.Seen]:
    return {
        number: recording.Seen(Attendance(form[f"attendance_{number}"].data), form[f"late_{number}"].data)
        for number in numbers
    }


def rate(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = access.load_meeting(key, number)
        own = access.own_party(current_user, meeting)
        if own is None:
            abort(403)
        form = RatingForm()
        if not form.validate_on_submit():
            return _meeting_page(meeting, rating=form), 422
    recording.rate(own, form.rating.data or None, now=now())
    db.session.commit()
    flash(_("Thank you."))
    return redirect(url_for("meetings.show", key=key, number=number))
