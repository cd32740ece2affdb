"""Forms for offering times, and for answering."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, SelectChoice, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from rbc_events.editing import SentForm
from rbc_events.form_fields import CheckboxesField
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.timetable.time_forms import TimeFields, clock_instant

SHOWN = "%Y-%m-%dT%H:%M"


class OfferForm(TimeFields, SentForm):
    """Up to three times of one length, on the event's clock. `now`: what has begun can't be offered."""

    second = DateTimeLocalField(_l("Or begins"), [Optional()], format=SHOWN)
    third = DateTimeLocalField(_l("Or begins"), [Optional()], format=SHOWN)
    message = TextAreaField(_l("Message to both sides"), [Length(max=2000)], render_kw={"rows": 3})

    def __init__(self, meeting: Meeting, interpreters: Sequence[Interpreter], *, now: datetime, **options: Any) -> None:
        super().__init__(**options)
        self.use(meeting.event, interpreters)
        self.now = now

    def validate_starts_at(self, field: DateTimeLocalField) -> None:
        if field.data is None:
            return
        if clock_instant(field.data, self.event) <= self.now:
            raise ValidationError(_l("This is in the past."))
        before = [each.data for each in self._begins()[: self._begins().index(field)]]
        if field.data in before:
            raise ValidationError(_l("This time stands above already."))

    validate_second = validate_third = validate_starts_at

    def _begins(self) -> list[DateTimeLocalField]:
        return [self.starts_at, self.second, self.third]

    def offered(self) -> list[tuple[datetime, datetime]]:
        """From when to when, in order of time."""
        length = timedelta(minutes=self.minutes.data)
        begins = sorted(clock_instant(field.data, self.event) for field in self._begins() if field.data is not None)
        return [(each, each + length) for each in begins]


class AnswerForm(SentForm):
    """Which of the times suit; none of them is an answer too, but has to be said."""

    times = CheckboxesField(_l("Which of these times suit you?"))
    none = BooleanField(_l("None of these times suits us"))

    def __init__(self, choices: Sequence[tuple[int, str]], ticked: Collection[int], **options: Any) -> None:
        super().__init__(data={"times": [str(number) for number in ticked]}, **options)
        self.times.choices = [SelectChoice(str(number), words) for number, words in choices]

    def validate_times(self, field: CheckboxesField) -> None:
        if not field.data and not self.none.data:
            raise ValidationError(_l("Please tick a time, or that none suits you."))
        if field.data and self.none.data:
            raise ValidationError(_l("Either some of these times suit you, or none does."))

    def suiting(self) -> set[int]:
        return {int(number) for number in self.times.data or []}
