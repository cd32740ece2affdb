"""The form of an interpreter: languages, hours, times off."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from rbc_events.database import db
from rbc_events.editing import EditForm
from rbc_events.events.models import Event
from rbc_events.form_fields import CheckboxesField, IntegerField, email_field, person_name
from rbc_events.i18n import clock_time, day
from rbc_events.meetings.interpreters import NAMES
from rbc_events.meetings.wording import pairs_in_words
from rbc_events.registration.models import Organisation, Profile, Registration
from rbc_events.registration.profile_forms import COMMON_LANGUAGES


class InterpreterForm(EditForm):
    family_latin = person_name(_l("Family name (Latin letters)"))
    given_latin = person_name(_l("Given name (Latin letters)"))
    family_kanji = person_name(_l("Family name (kanji)"))
    given_kanji = person_name(_l("Given name (kanji)"))
    email = email_field(_l("E-mail address"), InputRequired(), Length(max=254))
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
