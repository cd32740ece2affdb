"""Staff's page on mails that need a person: what could be read of each, and what is done with it."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from rbc_events.accounts.access import require_staff
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.meetings import access, incoming_list, mail_answers
from rbc_events.meetings.incoming_forms import ForwardForm, OtherTimeForm, ReplyForm
from rbc_events.meetings.incoming_mail import settle
from rbc_events.meetings.models import CalendarAnswer, IncomingMail, Settlement
from rbc_events.web import page_number

GROUP_LABELS = {"open": _l("Waiting"), "absence": _l("Absence notes"), "done": _l("Done")}
TAKEN = {"accepted": CalendarAnswer.ACCEPTED, "declined": CalendarAnswer.DECLINED}


def everything() -> str:
    """The mails of all events that the person works on; headquarters also see those of none."""
    require_staff()
    return _list(None)


def of_event(key: str) -> str:
    return _list(load_managed_event(key))


def _list(event: Event | None) -> str:
    group = request.args.get("show", "open")
    if group not in incoming_list.GROUPS:
        abort(404)
    return render_template(
        "meetings/incoming.html",
        event=event,
        part=incoming_list.mails(current_user, event, group, page=page_number()),
        counts=incoming_list.counts(current_user, event),
        group=group,
        groups=GROUP_LABELS,
    )


def show(number: int) -> str:
    return _page(access.load_incoming(number))


def _page(mail: IncomingMail, **forms: Any) -> str:
    proposed = mail.starts_at.astimezone(mail.event.zone) if mail.starts_at and mail.event else None
    return render_template(
        "meetings/incoming_mail.html",
        mail=mail,
        event=mail.event,
        entry=mail.entry,
        may_answer=mail_answers.may_be_taken(mail, now=now()),
        reply_form=forms.get("reply") or ReplyForm(formdata=None),
        forward_form=forms.get("forward") or ForwardForm(formdata=None),
        time_form=forms.get("time") or OtherTimeForm(formdata=None, data={"starts_at": proposed}),
    )


def source(number: int) -> Response:
    """The mail as it came, as a file: it is never shown as a page."""
    mail = access.load_incoming(number)
    response = Response(mail.content, mimetype="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{mail.id}.eml"'
    return response


def take(number: int) -> Any:
    """Take the mail as accepted or declined, or as done."""
    mail = access.load_incoming(number)
    how = request.form.get("how", "")
    if how not in (*TAKEN, "done"):
        abort(400)
    if how in TAKEN:
        mail_answers.take_as(mail, TAKEN[how], actor=current_user, now=now())
    else:
        settle(mail, Settlement.DONE, actor=current_user, now=now())
    return _settled(mail, _("The mail has been dealt with."))


def other_time(number: int) -> Any:
    mail = access.load_incoming(number)
    form = OtherTimeForm()
    if mail.event is None:
        abort(404)
    if not form.validate_on_submit():
        return _page(mail, time=form), 422
    mail_answers.take_as_other_time(mail, form.begins(mail.event.zone), actor=current_user, now=now())
    return _settled(mail, _("The mail has been dealt with."))


def reply(number: int) -> Any:
    mail = access.load_incoming(number)
    form = ReplyForm()
    if not form.validate_on_submit():
        return _page(mail, reply=form), 422
    mail_answers.reply(mail, form.text.data, actor=current_user, now=now())
    return _settled(mail, _("Your answer to %(address)s is on its way.", address=mail.sender))


def forward(number: int) -> Any:
    mail = access.load_incoming(number)
    form = ForwardForm()
    if not form.validate_on_submit():
        return _page(mail, forward=form), 422
    mail_answers.forward(mail, form.address.data.strip(), form.note.data or "", actor=current_user, now=now())
    return _settled(mail, _("The mail has been forwarded to %(address)s.", address=form.address.data.strip()))


def _settled(mail: IncomingMail, words: str) -> Any:
    target = url_for("meetings.event_mails", key=mail.event.key) if mail.event else url_for("meetings.mails")
    db.session.commit()
    flash(words, "success")
    return redirect(target)
