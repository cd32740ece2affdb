"""Organisations that a coordinator keeps apart."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.meetings.queries import approved_registrations
from rbc_events.timetable.forms import RivalsForm
from rbc_events.timetable.rivals import ApartAlready, keep_apart, let_meet_again, rivals_of


def pairs(key: str) -> Any:
    event = load_managed_event(key)
    form = RivalsForm(approved_registrations(event))
    if form.validate_on_submit():
        try:
            keep_apart(event, form.sides[form.first.data], form.sides[form.second.data])
        except ApartAlready as refused:
            form.second.errors = [str(refused)]
        else:
            db.session.commit()
            flash(_("The two are kept apart. Make the timetable again, or move their meetings by hand."), "success")
            return redirect(url_for("timetable.rivals", key=key))
    page = render_template("timetable/rivals.html", event=event, form=form, pairs=rivals_of(event))
    return page, 422 if form.errors else 200


def remove(key: str, first: int, second: int) -> Any:
    event = load_managed_event(key)
    pair = next((pair for pair in rivals_of(event) if (pair.first_id, pair.second_id) == (first, second)), None)
    if pair is None:
        abort(404)
    let_meet_again(event, pair)
    db.session.commit()
    flash(_("The two may be in one room again."), "success")
    return redirect(url_for("timetable.rivals", key=key))
