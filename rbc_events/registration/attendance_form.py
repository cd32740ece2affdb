"""The form for how and when an organisation takes part."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

from rbc_events.events.models import Mode
from rbc_events.form_fields import IntegerField, ZoneField
from rbc_events.registration.fields import Versioned
from rbc_events.registration.models import Registration


class AttendanceForm(Versioned):
    attends = RadioField(
        _l("How you take part"),
        choices=[SelectChoice("in_person", _l("In person")), SelectChoice("online", _l("Online"))],
    )
    capacity = IntegerField(
        _l("Meetings at the same time"),
        [InputRequired(), NumberRange(1, 20)],
        default=1,
        description=_l("More than one only if that many of your people can meet separately."),
    )
    time_zone = ZoneField(_l("Your time zone"))
    days_only = BooleanField(
        _l("No meetings at night"),
        description=_l("If you take part online: takes away what lies between 22:00 and 7:00 by your clock."),
    )
    free = SelectMultipleField(_l("Times that suit you"), coerce=int)

    def __init__(self, registration: Registration, zone: str = "", **options: Any) -> None:
        """`zone`: that of the person who looks, to be offered."""
        super().__init__(**options)
        self.time_zone.suggest(zone, country=registration.organisation.country)
        self.free.choices = [SelectChoice(slot.id, str(slot.id)) for slot in registration.event.slots]
        mode = registration.event.mode
        if mode != Mode.HYBRID:
            del self.attends
        if mode == Mode.IN_PERSON:
            del self.days_only
