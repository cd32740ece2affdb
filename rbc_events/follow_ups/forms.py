"""What one side is asked: two minutes, on a phone."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from rbc_events.editing import SentForm
from rbc_events.form_fields import CheckboxesField
from rbc_events.i18n import language
from rbc_events.outcomes.labels import OUTCOME_TYPES
from rbc_events.partial_dates import end_of, read_partial_date
from rbc_events.registration.questions import STANDARD
from rbc_events.relationships.labels import STAGES

CHALLENGES = next(question["options"] for question in STANDARD if question["key"] == "collaboration_challenges")


class AnswerForm(SentForm):
    in_touch = RadioField(
        _l("Are you in touch with each other?"),
        [InputRequired(_l("Please choose."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
    stage = SelectField(_l("How far have you come?"))
    signed = CheckboxesField(_l("Have you signed anything?"))
    signed_on = StringField(
        _l("When was it signed?"), [Optional()], description=_l("As precisely as known: 2021, 2021-09 …")
    )
    challenges = CheckboxesField(_l("What has held you up?"))
    may_tell = RadioField(
        _l("May the organisers ask you to tell of it in public?"),
        [InputRequired(_l("Please choose."))],
        choices=[SelectChoice("yes", _l("Yes, please ask us")), SelectChoice("no", _l("No"))],
    )
    note = TextAreaField(
        _l("Anything else"), [Length(max=2000)], description=_l("The organisers read this; the other side doesn't.")
    )

    def __init__(self, *, first_met: date | None, today: date, **options: Any) -> None:
        super().__init__(**options)
        self.first_met, self.today = first_met, today
        self.stage.choices = [
            SelectChoice("", _l("No further than before")),
            *(SelectChoice(kind.value, label) for kind, label in STAGES.items()),
        ]
        self.signed.choices = [SelectChoice(kind.value, label) for kind, label in OUTCOME_TYPES.items()]
        self.challenges.choices = [SelectChoice(option["key"], option[language()]) for option in CHALLENGES]

    def validate_signed_on(self, field: Field) -> None:
        try:
            on, precision = read_partial_date(field.data)
        except ValueError:
            raise ValidationError(_l("Write 2021, 2021-09 or 2021-09-15.")) from None
        if on > self.today:
            raise ValidationError(_l("This date is in the future."))
        if self.first_met is not None and end_of(on, precision) < self.first_met:
            raise ValidationError(_l("That is before you first met."))
        if not self.signed.data:
            raise ValidationError(_l("Please tick above what was signed."))

    def fields(self) -> dict[str, Any]:
        """As `operations.answer` takes them."""
        return {
            "in_touch": self.in_touch.data == "yes",
            "stage": self.stage.data or None,
            "signed": self.signed.data or [],
            "signed_on": (self.signed_on.data or "").strip(),
            "challenges": self.challenges.data or [],
            "may_tell": self.may_tell.data == "yes",
            "note": (self.note.data or "").strip(),
        }
