"""What a technology seed adds to its line: researcher, rights, readiness, licence."""

from typing import Any

from flask import abort, redirect, render_template, url_for

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import hold
from rbc_events.registration import profiles
from rbc_events.registration.access import load_of_organisation
from rbc_events.registration.models import Statement, StatementKind
from rbc_events.registration.profile_forms import SeedForm
from rbc_events.registration.routes.steps import step_page


def seed(number: int, statement_id: int) -> Any:
    registration = load_of_organisation(number)
    found = db.session.get(Statement, statement_id)
    if found is None or found.organisation_id != registration.organisation_id or found.kind != StatementKind.SEED:
        abort(404)
    hold(found)
    form = SeedForm(found.details)
    if form.validate_on_submit():
        profiles.save_seed(found, form.details(), now=now())
        db.session.commit()
        return redirect(url_for("registration.step", number=number, step="offers"))
    page = render_template("registration/seed.html", form=form, seed=found, **step_page(registration, "offers"))
    return page, form.status
