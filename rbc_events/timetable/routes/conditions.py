"""The conditions under which an event's timetable is made."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from rbc_events.database import db, give_up
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.timetable.condition_forms import KINDS, Choices, ConditionForm, Kind, Offered
from rbc_events.timetable.conditions import SetAlready, add_condition, remove_condition, rows_of
from rbc_events.timetable.wording import Names


def show(key: str) -> Any:
    event = load_managed_event(key)
    return _page(event, Choices(event, Names(event)))


def add(key: str, kind: str) -> Any:
    event = load_managed_event(key)
    wanted, choices = _kind(kind), Choices(event, Names(event))
    form = wanted.form(choices, prefix=kind)
    if form.validate_on_submit():
        try:
            add_condition(event, wanted.model(**form.values()))
        except SetAlready as refused:
            give_up()
            next(iter(form)).errors = [str(refused)]
        else:
            db.session.commit()
            flash(_("Set. Make the timetable again, or move meetings by hand."), "success")
            return redirect(url_for("timetable.conditions", key=key, _anchor=kind))
    return _page(event, choices, {kind: form}), 422


def remove(key: str, kind: str, number: int) -> Any:
    event = load_managed_event(key)
    row = next((row for row in rows_of(event, _kind(kind).model) if row.id == number), None)
    if row is None:
        abort(404)
    remove_condition(event, row)
    db.session.commit()
    flash(_("Removed."), "success")
    return redirect(url_for("timetable.conditions", key=key, _anchor=kind))


def _kind(name: str) -> Kind:
    return KINDS[name] if name in KINDS else abort(404)


def _page(event: Event, choices: Choices, sent: dict[str, ConditionForm] | None = None) -> str:
    offered = Offered(choices)
    forms = {name: kind.form(choices, prefix=name, formdata=None) for name, kind in KINDS.items()} | (sent or {})
    rows = {
        name: [(row.id, kind.described(row, offered)) for row in rows_of(event, kind.model)]
        for name, kind in KINDS.items()
    }
    return render_template("timetable/conditions.html", event=event, kinds=KINDS, forms=forms, rows=rows)
