"""Inviting delegates who have no access yet, such as those that came from a sheet."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import limits
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.registration import mails, queries


def invitations(key: str) -> Any:
    """Approved organisations' delegates without access, and inviting those that are chosen by mail."""
    event = load_managed_event(key)
    waiting = queries.without_access(event)
    if request.method == "POST":
        limits.count("inviting_many", current_user.id)
        chosen = {int(number) for number in request.form.getlist("delegate") if number.isdigit()}
        invited = [delegate for delegate in waiting if delegate.id in chosen]
        for delegate in invited:
            mails.invite(delegate, now=now())
        db.session.commit()
        flash(_("%(count)s invitations are on their way.", count=len(invited)), "success")
        return redirect(url_for("registration.invitations", key=key))
    return render_template(
        "registration/invitations.html", event=event, waiting=waiting, invited=queries.last_invitations(event)
    )
