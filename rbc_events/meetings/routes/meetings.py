from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict
from rbc_events.events.access import load_event, load_managed_event, may_manage, require_staff_of
from rbc_events.events.models import Event
from rbc_events.events.queries import is_over
from rbc_events.i18n import plain, select_zone
from rbc_events.meetings import access, operations, queries, recording, refusals
from rbc_events.meetings.calendars import calendar_of
from rbc_events.meetings.forms import (
    AnswerForm,
    CancelForm,
    ProposalForm,
    RatingForm,
    RequestForm,
    RulesForm,
    make_record_form,
)
from rbc_events.meetings.labels import REQUEST_STATES
from rbc_events.meetings.models import Attendance, Meeting, MeetingRequest, PartyAnswer, RequestState
from rbc_events.registration.models import Registration
from rbc_events.web import page_number


def requests(key: str) -> str:
    return _requests_page(access.load_own_registration(key), AnswerForm(formdata=None))


def _requests_page(side: Registration, form: AnswerForm, answering: MeetingRequest | None = None) -> str:
    return render_template(
        "meetings/requests.html",
        event=side.event,
        side=side,
        found=queries.own_requests(side),
        vetoed=queries.vetoed_by(side),
        form=form,
        answering=answering,
        over=is_over(side.event, now().astimezone(side.event.zone).date()),
    )


def request_meeting(key: str, number: int) -> Any:
    with ahead_of_writing():
        side = access.load_own_registration(key)
        other = access.load_partner(side.event, number)
        form = RequestForm()
        if not form.validate_on_submit():
            return _request_page(side, other, form), 422 if form.errors else 200
    try:
        asked = operations.request_meeting(
            side, other, actor=current_user, now=now(), priority=form.priority.data, note=form.note.data or ""
        )
    except Conflict as refused:
        give_up()
        flash(str(refused), "error")
        side = access.load_own_registration(key)
        return _request_page(side, access.load_partner(side.event, number), form), 409
    db.session.commit()
    if asked.state == RequestState.MUTUAL:
        flash(_("Both sides want to meet: the meeting is agreed."))
    elif asked.proposed_by_id:
        flash(_("You have accepted. The other side's answer is awaited."))
    else:
        flash(_("Your request has been sent."))
    return redirect(url_for("meetings.requests", key=key))


def _request_page(side: Registration, other: Registration, form: RequestForm) -> str:
    standing = queries.open_request(side, other)
    return render_template(
        "meetings/request.html",
        event=side.event,
        side=side,
        other=other,
        form=form,
        standing=standing,
        answered=standing is not None and queries.party_of(standing, side).answer == PartyAnswer.ACCEPTED,
        open_count=queries.open_count(side),
        cap=side.event.request_caps.get(side.organisation.kind),
        vetoed=queries.has_vetoed(side, other),
        closed=refusals.why_closed(side.event, now()),
    )


def answer(key: str, number: int) -> Any:
    with ahead_of_writing():
        asked, side = access.load_own_request(key, number)
        form = AnswerForm()
        if not form.validate_on_submit():
            return _requests_page(side, form, asked), 422
    decision, note, priority = form.decision.data, form.note.data or "", form.priority.data
    if decision == "decline":
        operations.decline(asked, side, actor=current_user, now=now(), reason=note)
        flash(_("You have declined the request. The other side has been told."))
    elif decision == "counter":
        operations.counter_propose(asked, side, actor=current_user, now=now(), note=note, priority=priority)
        flash(_("Your condition has been sent. The other side decides now."))
    else:
        operations.accept(asked, side, actor=current_user, now=now(), priority=priority)
        agreed = asked.state == RequestState.MUTUAL
        waits = _("You have accepted. The other side's answer is awaited.")
        flash(_("You have accepted. The time will come with the timetable.") if agreed else waits)
    db.session.commit()
    return redirect(url_for("meetings.requests", key=key))


def withdraw(key: str, number: int) -> Any:
    with ahead_of_writing():
        asked, side = access.load_own_request(key, number)
    operations.withdraw(asked, side, now=now())
    db.session.commit()
    flash(_("The request has been withdrawn."))
    return redirect(url_for("meetings.requests", key=key))


def veto(key: str, number: int) -> Any:
    side = access.load_own_registration(key)
    vetoed = request.form.get("vetoed") == "1"
    operations.set_veto(side, access.load_partner(side.event, number), vetoed=vetoed, now=now())
    db.session.commit()
    flash(_("Requests from this organisation will not reach you.") if vetoed else _("It can reach you again."))
    return redirect(url_for("meetings.requests", key=key))


def event_requests(key: str) -> str:
    event = load_managed_event(key)
    wanted = request.args.get("state", "")
    state = RequestState(wanted) if wanted in list(RequestState) else None
    page = page_number()
    found = queries.event_requests(event, state, page=page)
    return render_template(
        "meetings/event_requests.html",
        event=event,
        requests=found[: queries.REQUESTS_A_PAGE],
        more=len(found) > queries.REQUESTS_A_PAGE,
        page=page,
        counts=queries.request_counts(event),
        states=REQUEST_STATES,
        state=state,
    )


def propose(key: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        form = ProposalForm(list(queries.approved_registrations(event)))
        if not form.validate_on_submit():
            page = render_template("meetings/propose.html", event=event, form=form)
            return page, 422 if form.errors else 200
    arranged = form.way.data == "arrange"
    first, second = (db.session.get_one(Registration, side) for side in (form.first.data, form.second.data))
    try:
        if arranged:
            operations.arrange_meeting(event, first, second, actor=current_user, now=now(), consent=form.note.data)
        else:
            operations.propose_meeting(event, first, second, actor=current_user, now=now(), note=form.note.data or "")
    except Conflict as refused:
        give_up()
        form.second.errors = [str(refused)]
        return render_template("meetings/propose.html", event=load_managed_event(key), form=form), 409
    db.session.commit()
    flash(_("The meeting is agreed and waits for a time.") if arranged else _("Both sides have been asked."))
    return redirect(url_for("meetings.event_requests", key=key))


def rules(key: str) -> Any:
    event = load_managed_event(key)
    form = RulesForm(data=_rules_of(event))
    if form.validate_on_submit():
        operations.set_rules(
            event,
            requests_close_at=_in_zone(form.requests_close_at.data, event),
            request_days=form.request_days.data,
            request_caps={kind: cap for kind, cap in form.caps.data.items() if cap},
        )
        db.session.commit()
        flash(_("The rules have been saved."))
        return redirect(url_for("meetings.event_requests", key=key))
    give_up()
    return render_template("meetings/rules.html", event=event, form=form), form.status


def _rules_of(event: Event) -> dict[str, Any]:
    closes = event.requests_close_at
    return {
        "requests_close_at": closes.astimezone(event.zone).replace(tzinfo=None) if closes else None,
        "request_days": event.request_days,
        "caps": event.request_caps,
    }


def _in_zone(local: datetime | None, event: Event) -> datetime | None:
    return local.replace(tzinfo=event.zone) if local else None


def own_agenda(key: str) -> str:
    event = load_event(key)
    shown = access.load_agenda(event, request.args.get("organisation", type=int))
    return render_template(
        "meetings/agenda.html", event=event, agenda=shown, zone=ZoneInfo(select_zone() or event.time_zone)
    )


def agenda_file(key: str) -> Response:
    event = load_event(key)
    shown = access.load_agenda(event, request.args.get("organisation", type=int))
    own = Meeting.id.in_([meeting.id for meeting in shown.meetings])
    sides = [shown.side.id] if shown.side else []
    return _calendar_file(calendar_of(event, own, sides=sides, name=plain(event.name)), f"{event.key}.ics")


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
        rating_form=forms.get("rating") or RatingForm(formdata=None, rating=(own.rating or 0) if own else 0),
        now=now(),
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


def cancel(key: str, number: int) -> Any:
    with ahead_of_writing():
        meeting = access.load_meeting(key, number)
        require(access.may_cancel(current_user, meeting))
        form = CancelForm()
        if not form.validate_on_submit():
            return _meeting_page(meeting, cancel=form), 422
    recording.cancel_meeting(meeting, actor=current_user, now=now(), reason=form.reason.data)
    db.session.commit()
    flash(_("The meeting has been cancelled. Everybody who had it in their calendar is told."))
    return redirect(url_for("meetings.show", key=key, number=number))


def record(key: str, number: int) -> Any:
    meeting = access.load_meeting(key, number)
    require_staff_of(meeting.event)
    recording.require_begun(meeting, now=now())
    numbers = [party.id for party in meeting.parties]
    form = make_record_form(numbers, data=_recorded(meeting))
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
    page = render_template("meetings/record.html", event=meeting.event, meeting=meeting, form=form)
    return page, form.status


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
    recording.rate(own, form.rating.data or None)
    db.session.commit()
    flash(_("Thank you."))
    return redirect(url_for("meetings.show", key=key, number=number))
