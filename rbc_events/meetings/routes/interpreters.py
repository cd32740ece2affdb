"""The interpreters of an event: their languages and hours, which the scheduler keeps to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload
from wtforms import EmailField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, NumberRange, ValidationError

from rbc_events.accounts.mails import account_of
from rbc_events.accounts.operations import canonical_email
from rbc_events.clock import now
from rbc_events.database import conflict_as, db
from rbc_events.editing import EditForm, hold
from rbc_events.errors import Conflict
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.form_fields import CheckboxesField, IntegerField, person_name
from rbc_events.i18n import clock_time, day
from rbc_events.meetings.models import Interpreter, InterpreterUnavailability, Meeting
from rbc_events.meetings.warnings import contradictions
from rbc_events.meetings.wording import pairs_in_words
from rbc_events.registration.models import Organisation, Profile, Registration
from rbc_events.registration.profile_forms import COMMON_LANGUAGES

NAMES = ("family_latin", "given_latin", "family_kanji", "given_kanji")
FIELDS = (*NAMES, "email", "language", "most_minutes", "longest_run_minutes", "rest_minutes", "note")


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


class InterpreterForm(EditForm):
    family_latin = person_name(_l("Family name (Latin letters)"))
    given_latin = person_name(_l("Given name (Latin letters)"))
    family_kanji = person_name(_l("Family name (kanji)"))
    given_kanji = person_name(_l("Given name (kanji)"))
    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254), Email()])
    language = SelectField(
        _l("Language of mails"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")], default="ja"
    )
    pairs = CheckboxesField(_l("Pairs of languages"), [InputRequired()])
    most_minutes = IntegerField(_l("Most minutes a day"), [InputRequired(), NumberRange(15, 1440)], default=360)
    longest_run_minutes = IntegerField(
        _l("Most minutes without a rest"), [InputRequired(), NumberRange(15, 1440)], default=90
    )
    rest_minutes = IntegerField(_l("Minutes of rest"), [InputRequired(), NumberRange(0, 240)], default=30)
    slots_off = CheckboxesField(_l("Times off"), coerce=int)
    note = TextAreaField(_l("Remarks"), [Length(max=1000)], render_kw={"rows": 3})

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        zone = event.time_zone
        self.pairs.choices = _offered_pairs(event, self.pairs.object_data or [])
        self.slots_off.choices = [
            SelectChoice(slot.id, f"{day(slot.starts_at, zone, 'short')} {clock_time(slot.starts_at, zone)}")
            for slot in event.slots
        ]

    def validate_family_kanji(self, field: StringField) -> None:
        if not any((self[name].data or "").strip() for name in NAMES):
            raise ValidationError(_l("Give a name in Latin letters or in kanji."))


def _offered_pairs(event: Event, kept: Sequence[str]) -> list[SelectChoice]:
    """Japanese and English with each other and with every language of the event's participants, beside Chinese and
    Korean; a pair that is kept stays as it is written."""
    statement = select(Profile.languages).join(Profile.organisation).join(Organisation.registrations)
    spoken = {
        code
        for languages in db.session.scalars(statement.where(Registration.event_id == event.id))
        for code in languages
    }
    others = sorted({"zh", "ko", *spoken} - {"ja", "en"}, key=_how_usual)
    known = {frozenset(pair.split("-")) for pair in kept}
    offered = [("ja", "en"), *product(("ja", "en"), others)]
    pairs = [*kept, *("-".join(pair) for pair in offered if frozenset(pair) not in known)]
    return [SelectChoice(pair, pairs_in_words(pair)) for pair in pairs]


def _how_usual(code: str) -> tuple[int, str]:
    rank = COMMON_LANGUAGES.index(code) if code in COMMON_LANGUAGES else len(COMMON_LANGUAGES)
    return rank, code


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
        except KnownAlready as error:
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
