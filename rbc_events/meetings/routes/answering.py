"""Answering an invitation by the link in its mail, without a calendar program and without signing in.

Looking at the page changes nothing: mail programs and virus scanners open every link.
"""

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings.answer_form import AnswerByLinkForm
from rbc_events.meetings.answers import Given, take_answer
from rbc_events.meetings.invitees import entry_of_tokens
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry
from rbc_events.meetings.recipients import recipients_of


def answer(token: str) -> Any:
    entry = entry_of_tokens([token])
    if entry is None:
        abort(404)
    event = entry.meeting.event
    g.event, g.event_zone = event, event.time_zone
    form = AnswerByLinkForm(data={"answer": entry.answer.value, "starts_at": entry.starts_at.astimezone(event.zone)})
    stands = entry.method == "REQUEST" and entry.ends_at > now()
    if stands and form.validate_on_submit():
        take_answer(entry, _given(entry, form), now=now())
        db.session.commit()
        flash(_("Thank you. Your answer has been kept."), "success")
        return redirect(url_for("meetings.answer_by_link", token=token))
    return _page(entry, form, stands), form.status if stands else 410 if form.is_submitted() else 200


def _given(entry: CalendarEntry, form: AnswerByLinkForm) -> Given:
    chosen = CalendarAnswer(form.answer.data)
    counter = chosen is CalendarAnswer.COUNTER
    starts_at = form.starts_at.data.replace(tzinfo=entry.meeting.event.zone) if counter else None
    return Given(
        answer=chosen,
        sequence=entry.sequence,
        stamp=now(),
        words=(form.words.data or "").strip(),
        shared=form.shared.data,
        starts_at=starts_at,
    )


def _page(entry: CalendarEntry, form: AnswerByLinkForm, stands: bool) -> str:
    meeting = entry.meeting
    reader = recipients_of(meeting, entry.interpreter).get(entry.recipient.lower())
    return render_template(
        "meetings/answer.html",
        event=meeting.event,
        entry=entry,
        meeting=meeting,
        side=reader.side if reader else None,
        stands=stands,
        form=form,
    )
