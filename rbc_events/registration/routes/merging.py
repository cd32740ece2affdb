"""Two organisations side by side, and making one of them, which is headquarters' alone: organisations belong to no one
event."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require_headquarters
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.registration import duplicates as doubles
from rbc_events.registration.joining import Joining
from rbc_events.registration.models import Organisation


def compare(number: int, other: int) -> str:
    require_headquarters()
    one, another = _find(number), _find(other)
    return render_template(
        "registration/compare.html", one=one, other=another, both_on=doubles.registered_twice(one, another)
    )


def doubles_of_event(key: str) -> str:
    """The event's organisations that look like one another."""
    event = load_managed_event(key)
    return render_template("registration/doubles.html", event=event, pairs=doubles.doubles_at(event))


def merge(number: int, other: int) -> Any:
    require_headquarters()
    double, into = _find(number), _find(other)
    name = double.name_native
    joining = Joining(current_user, now()) if "join" in request.form else None
    doubles.merge(double, into, joining=joining)
    db.session.commit()
    flash(_("%(name)s has been merged into this organisation.", name=name), "success")
    return redirect(url_for("registration.compare", number=number, other=other))


def _find(number: int) -> Organisation:
    organisation = db.session.get(Organisation, number)
    if organisation is None:
        abort(404)
    return organisation
