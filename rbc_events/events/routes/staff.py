"""The page on which headquarters give and take away roles."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require_headquarters
from rbc_events.accounts.models import Grant
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events import queries
from rbc_events.events.staff import appoint, dismiss, staff
from rbc_events.events.staff_form import NAMES, AppointForm


def index() -> Any:
    require_headquarters()
    events, regions = queries.viewed_events(current_user), queries.regions()
    form = AppointForm(regions, events)
    if form.validate_on_submit():
        names: dict[str, Any] = {name: (form[name].data or "").strip() for name in NAMES}
        appoint(form.email.data, now=now(), language=form.language.data, **form.scope(), **names)
        db.session.commit()
        flash(_("The role is given; a mail tells how to sign in."), "success")
        return redirect(url_for("events.staff"))
    page = render_template(
        "events/staff.html",
        form=form,
        people=staff(),
        regions={region.code: region.name for region in regions},
        events={event.id: event.name for event in events},
    )
    return page, 422 if form.errors else 200


def remove(number: int) -> Any:
    require_headquarters()
    grant = db.session.get(Grant, number)
    if grant is None:
        abort(404)
    dismiss(grant, actor=current_user)
    db.session.commit()
    flash(_("The role has been taken away."), "success")
    return redirect(url_for("events.staff"))
