"""The interpreters of an event: their languages and hours, which the scheduler keeps to."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import hold
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.meetings.interpreter_form import InterpreterForm
from rbc_events.meetings.interpreters import (
    NAMES,
    HasMeetings,
    KnownAlready,
    MeetsThen,
    remove_interpreter,
    save_interpreter,
)
from rbc_events.meetings.models import Interpreter
from rbc_events.meetings.warnings import contradictions

FIELDS = (*NAMES, "email", "language", "most_minutes", "longest_run_minutes", "rest_minutes", "note")


def index(key: str) -> str:
    event = load_managed_event(key)
    statement = (
        select(Interpreter).where(Interpreter.event_id == event.id).options(selectinload(Interpreter.unavailable))
    )
    people = db.session.scalars(statement.order_by(Interpreter.family_latin, Interpreter.id)).all()
    return render_template(
        "meetings/interpreters.html", event=event, people=people, contradictions=contradictions(event)
    )


def add(key: str) -> Any:
    event = load_managed_event(key)
    return _edit(event, None, InterpreterForm(event))


def edit(key: str, number: int) -> Any:
    person = _load(key, number)
    hold(person)
    return _edit(person.event, person, _form_of(person))


def _form_of(person: Interpreter, **options: Any) -> InterpreterForm:
    kept = {"pairs": person.pairs.split(), "slots_off": [row.slot_id for row in person.unavailable]}
    return InterpreterForm(person.event, data={**{name: getattr(person, name) for name in FIELDS}, **kept}, **options)


def _edit(event: Event, person: Interpreter | None, form: InterpreterForm) -> Any:
    if form.validate_on_submit():
        fields = {name: form[name].data for name in FIELDS} | {"pairs": " ".join(form.pairs.data)}
        try:
            save_interpreter(event, person, slots_off=form.slots_off.data, now=now(), **fields)
        except (KnownAlready, MeetsThen) as error:
            form.email.errors = [str(error)]
            return _page(event, person, form), 409
        db.session.commit()
        flash(_("The interpreter has been saved."))
        return redirect(url_for("meetings.interpreters", key=event.key))
    return _page(event, person, form), form.status


def _page(event: Event, person: Interpreter | None, form: InterpreterForm) -> str:
    return render_template("meetings/interpreter.html", event=event, person=person, form=form)


def remove(key: str, number: int) -> Any:
    person = _load(key, number)
    try:
        remove_interpreter(person)
    except HasMeetings as error:
        flash(str(error), "error")
        return _page(person.event, person, _form_of(person, formdata=None)), 409
    db.session.commit()
    flash(_("The interpreter has been removed."))
    return redirect(url_for("meetings.interpreters", key=key))


def _load(key: str, number: int) -> Interpreter:
    event = load_managed_event(key)
    person = db.session.get(Interpreter, number)
    if person is None or person.event_id != event.id:
        abort(404)
    return person
