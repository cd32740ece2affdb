"""Messages: staff to many with a preview, and the thread of each organisation."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.day import messages
from rbc_events.day.forms import BroadcastForm, MessageForm, OwnMessageForm
from rbc_events.events.access import load_managed_event
from rbc_events.i18n import language
from rbc_events.registration.access import load_own, load_screened, may_change
from rbc_events.registration.models import Registration


def broadcast(key: str) -> Any:
    """First the preview with the number of mails; sent once that number has been confirmed and still holds."""
    with ahead_of_writing():
        event = load_managed_event(key)
        form = BroadcastForm(messages.groups_of(event), event)
        sides = messages.organisations_for(event, form.audience()) if form.is_submitted() else []
        number = len(messages.recipients(sides))
        valid = form.validate_on_submit()
        if not valid or form.mails.data != number or not number:
            changed = valid and form.mails.data is not None
            page = render_template(
                "day/messages.html",
                event=event,
                form=form,
                threads=messages.threads_of(event),
                preview=valid,
                number=number,
                changed=changed,
            )
            return page, 409 if changed else form.status if not valid else 200
    sent = messages.send_to_many(event, sides, form.draft(), actor=current_user, now=now())
    db.session.commit()
    flash(ngettext("%(num)d mail is on its way.", "%(num)d mails are on their way.", sent), "success")
    return redirect(url_for("day.messages", key=key))


def thread(key: str, number: int) -> Any:
    """An organisation's thread, for staff."""
    with ahead_of_writing():
        event, side = load_screened(key, number)
        form = MessageForm()
        if not form.validate_on_submit():
            return _thread_page(side, form, event=event, staff=True), form.status
    messages.reply(side, form.draft(), actor=current_user, now=now())
    db.session.commit()
    flash(_("Sent."), "success")
    return redirect(url_for("day.thread", key=key, number=number))


def own_thread(number: int) -> Any:
    """An organisation's thread with the staff, for itself."""
    with ahead_of_writing():
        require_sign_in()
        side = load_own(number)
        form = OwnMessageForm()
        if form.is_submitted():
            require(may_change(current_user, side))
        if not form.validate_on_submit():
            return _thread_page(side, form, event=side.event, staff=False), form.status
    messages.write_to_staff(side, form.text.data, language=language(), actor=current_user, now=now())
    db.session.commit()
    flash(_("Sent. The staff answer here and by mail."), "success")
    return redirect(url_for("day.own_thread", number=number))


def _thread_page(side: Registration, form: Any, **said: Any) -> str:
    return render_template("day/thread.html", side=side, form=form, messages=messages.thread_of(side), **said)
