"""The interpreters of an event: their languages and hours, which the scheduler keeps to."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload
from wtforms import EmailField, IntegerField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from rbc_events import cells
from rbc_events.accounts.mails import account_of
from rbc_events.accounts.operations import canonical_email
from rbc_events.clock import now
from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.i18n import clock_time, day
from rbc_events.meetings.models import Interpreter, InterpreterUnavailability, Meeting
from rbc_events.meetings.wording import pairs_in_words

blueprint = Blueprint("interpreters", __name__)
blueprint.add_app_template_filter(pairs_in_words)
NAMES = ("family_latin", "given_latin", "family_kanji", "given_kanji")


class KnownAlready(Conflict):
    message = _l("The event has an interpreter with this address already.")


class HasMeetings(Conflict):
    message = _l("This interpreter has meetings. Give them to somebody else first.")


def save_interpreter(
    event: Event,
    interpreter: Interpreter | None,
    *,
    slots_off: Collection[int],
    email: str,
    now: datetime,
    **fields: Any,
) -> Interpreter:
    """Add or change an interpreter, who gets an account. `slots_off`: the event's slots in which they don't work.

    Raises:
        KnownAlready
    """
    person = interpreter or Interpreter(event_id=event.id)
    person.email = canonical_email(email)
    for name, value in fields.items():
        setattr(person, name, value)
    names = {name: getattr(person, name) or "" for name in NAMES}
    occasion = f"interpreter:{event.id}:{person.email}"
    person.user_id = account_of(email, now=now, language=person.language, occasion=occasion, **names).id
    wanted = {slot.id for slot in event.slots if slot.id in slots_off}
    with conflict_as(KnownAlready, "interpreters.email", "uq_interpreters_event_id_email"):
        db.session.add(person)
    standing = {row.slot_id: row for row in person.unavailable}
    for slot_id in standing.keys() - wanted:
        person.unavailable.remove(standing[slot_id])
    person.unavailable += [InterpreterUnavailability(slot_id=slot_id) for slot_id in wanted - standing.keys()]
    touch(event)
    return person


def remove_interpreter(person: Interpreter) -> None:
    """Take an interpreter out of an event.

    Raises:
        HasMeetings
    """
    theirs = or_(Meeting.interpreter_id == person.id, Meeting.published_interpreter_id == person.id)
    if db.session.scalar(select(Meeting.id).where(theirs).limit(1)) is not None:
        raise HasMeetings
    event = person.event
    db.session.delete(person)
    touch(event)


class InterpreterForm(FlaskForm):
    family_latin = StringField(_l("Family name (Latin letters)"), [Length(max=100)])
    given_latin = StringField(_l("Given name (Latin letters)"), [Length(max=100)])
    family_kanji = StringField(_l("Family name (kanji)"), [Length(max=100)])
    given_kanji = StringField(_l("Given name (kanji)"), [Length(max=100)])
    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254), Email()])
    language = SelectField(
        _l("Language of mails"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")], default="ja"
    )
    pairs = StringField(
        _l("Pairs of languages"),
        [InputRequired(), Length(max=200)],
        description=_l("Codes of two letters, such as ja-en; several with blanks between."),
    )
    most_minutes = IntegerField(_l("Most minutes a day"), [InputRequired(), NumberRange(15, 1440)], default=360)
    longest_run_minutes = IntegerField(
        _l("Most minutes without a rest"), [InputRequired(), NumberRange(15, 1440)], default=90
    )
    rest_minutes = IntegerField(_l("Minutes of rest"), [InputRequired(), NumberRange(0, 240)], default=30)
    slots_off = SelectMultipleField(
        _l("Times off"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    note = TextAreaField(_l("Note"), [Length(max=1000)], render_kw={"rows": 3})

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        zone = event.time_zone
        self.slots_off.choices = [
            SelectChoice(slot.id, f"{day(slot.starts_at, zone, 'short')} {clock_time(slot.starts_at, zone)}")
            for slot in event.slots
        ]

    def validate_family_kanji(self, field: StringField) -> None:
        if not any((self[name].data or "").strip() for name in NAMES):
            raise ValidationError(_l("Give a name in Latin letters or in kanji."))

    def validate_pairs(self, field: StringField) -> None:
        pairs = re.split(r"[\s;]+", (field.data or "").strip().lower())
        if any(set(pair.split("-")) - cells.LANGUAGE_CODES or pair.count("-") != 1 for pair in pairs):
            raise ValidationError(_l("Not pairs of languages, such as ja-en."))
        field.data = " ".join(pairs)


@blueprint.get("/events/<key>/interpreters")
def index(key: str) -> str:
    event = load_managed_event(key)
    statement = (
        select(Interpreter).where(Interpreter.event_id == event.id).options(selectinload(Interpreter.unavailable))
    )
    people = db.session.scalars(statement.order_by(Interpreter.family_latin, Interpreter.id)).all()
    return render_template("meetings/interpreters.html", event=event, people=people)


@blueprint.route("/events/<key>/interpreters/new", methods=["GET", "POST"])
def add(key: str) -> Any:
    event = load_managed_event(key)
    return _edit(event, None, InterpreterForm(event))


@blueprint.route("/events/<key>/interpreters/<int:number>", methods=["GET", "POST"])
def edit(key: str, number: int) -> Any:
    person = _load(key, number)
    form = InterpreterForm(person.event, obj=person, slots_off=[row.slot_id for row in person.unavailable])
    return _edit(person.event, person, form)


def _edit(event: Event, person: Interpreter | None, form: InterpreterForm) -> Any:
    if form.validate_on_submit():
        names = (*NAMES, "language", "pairs", "most_minutes", "longest_run_minutes", "rest_minutes", "note")
        fields = {name: form[name].data for name in names}
        save_interpreter(event, person, slots_off=form.slots_off.data, email=form.email.data, now=now(), **fields)
        db.session.commit()
        flash(_("The interpreter has been saved."))
        return redirect(url_for("interpreters.index", key=event.key))
    return render_template(
        "meetings/interpreter.html", event=event, person=person, form=form
    ), 422 if form.errors else 200


@blueprint.post("/events/<key>/interpreters/<int:number>/remove")
def remove(key: str, number: int) -> Any:
    remove_interpreter(_load(key, number))
    db.session.commit()
    flash(_("The interpreter has been removed."))
    return redirect(url_for("interpreters.index", key=key))


def _load(key: str, number: int) -> Interpreter:
    event = load_managed_event(key)
    person = db.session.get(Interpreter, number)
    if person is None or person.event_id != event.id:
        abort(404)
    return person
