"""The form on the page of the link in an invitation."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from rbc_events.calendars.reply import YEARS
from rbc_events.editing import SentForm
from rbc_events.meetings.models import CalendarAnswer


def in_years(_form: Any, field: DateTimeLocalField) -> None:
    """Refuse a time in a year for which nobody asks, as in a calendar's proposal."""
    if field.data is not None and field.data.year not in YEARS:
        first, last = YEARS[0], YEARS[-1]
        raise ValidationError(_("Please give a year between %(first)d and %(last)d.", first=first, last=last))


class AnswerByLinkForm(SentForm):
    answer = RadioField(
        _l("Your answer"),
        [InputRequired()],
        choices=[
            SelectChoice(CalendarAnswer.ACCEPTED.value, _l("I come")),
            SelectChoice(CalendarAnswer.TENTATIVE.value, _l("Perhaps")),
            SelectChoice(CalendarAnswer.COUNTER.value, _l("I ask for another time")),
            SelectChoice(CalendarAnswer.DECLINED.value, _l("I can't come")),
        ],
    )
    starts_at = DateTimeLocalField(
        _l("The time that you ask for, in the event's time"),
        [Optional(), in_years],
        format="%Y-%m-%dT%H:%M",
    )
    words = TextAreaField(_l("Reason or message"), [Length(max=2000)], render_kw={"rows": 3})
    shared = BooleanField(_l("The other side may read it"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.answer.data == CalendarAnswer.COUNTER.value and self.starts_at.data is None:
            # Not a check of the field, which Optional() would skip.
            self.starts_at.errors = [*self.starts_at.errors, _l("Please say which time you ask for.")]
            return False
        return valid
