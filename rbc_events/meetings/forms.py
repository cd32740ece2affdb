from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    Form,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError

from rbc_events.editing import EditForm, SentForm
from rbc_events.form_fields import IntegerField, VersionField
from rbc_events.i18n import plain
from rbc_events.meetings.labels import ATTENDANCES
from rbc_events.meetings.recording import MOST_MINUTES_LATE
from rbc_events.registration.labels import LABELS
from rbc_events.registration.models import OrganisationKind, Registration
from rbc_events.seeds.citing import seed_field

PRIORITIES = [
    SelectChoice(1, _l("High")),
    SelectChoice(2, _l("Medium")),
    SelectChoice(3, _l("Low")),
]
# Without Optional(), which would skip the rule that some answers need words.
NOTE = [Length(max=2000)]


class RequestForm(SentForm):
    seed = seed_field()
    priority = SelectField(
        _l("Priority"),
        choices=PRIORITIES,
        coerce=int,
        default=2,
        description=_l("Where not everything fits on the timetable, meetings of a higher priority come first."),
    )
    note = TextAreaField(
        _l("Your message"),
        NOTE,
        description=_l("What you would like to talk about, and times that suit you. The other side reads it."),
        render_kw={"rows": 5},
    )


class AnswerForm(SentForm):
    """One side's answer. What it decided comes from the button that was pressed."""

    decision = RadioField(
        _l("Decision"),
        [InputRequired()],
        choices=[
            SelectChoice("accept", _l("Accept")),
            SelectChoice("counter", _l("Accept on a condition")),
            SelectChoice("decline", _l("Decline")),
        ],
    )
    priority = SelectField(_l("Priority"), choices=PRIORITIES, coerce=int, default=2)
    note = TextAreaField(_l("Condition, or reason for declining"), NOTE, render_kw={"rows": 3})

    def validate_note(self, field: TextAreaField) -> None:
        if self.decision.data == "counter" and not (field.data or "").strip():
            raise ValidationError(_l("Please say on what condition."))


def chosen(_form: Any, field: SelectField) -> None:
    if not field.data:
        raise StopValidation(_l("Please choose one."))


chosen.field_flags = {"required": True}  # type: ignore[attr-defined]


class ProposalForm(SentForm):
    first = SelectField(_l("Organisation"), [chosen], coerce=int, default=0)
    second = SelectField(_l("Organisation to meet"), [chosen], coerce=int, default=0)
    way = RadioField(
        _l("How"),
        choices=[
            SelectChoice("propose", _l("Propose it to both sides; each of them has to accept")),
            SelectChoice("arrange", _l("Both sides have given their consent already")),
        ],
        default="propose",
    )
    note = TextAreaField(_l("Message to both sides, or who consented when and how"), NOTE, render_kw={"rows": 4})

    def __init__(self, registrations: list[Registration], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        named = [SelectChoice(side.id, plain(side.organisation.name)) for side in registrations]
        choices = [SelectChoice(0, _l("Please choose")), *named]
        self.first.choices = self.second.choices = choices

    def validate_second(self, field: SelectField) -> None:
        if field.data and field.data == self.first.data:
            raise ValidationError(_l("Choose two different organisations."))

    def validate_note(self, field: TextAreaField) -> None:
        if self.way.data == "arrange" and not (field.data or "").strip():
            raise ValidationError(_l("Please record who consented, when and how."))


class CapsForm(Form):
    """The most open requests of one organisation, by its kind. Empty: no limit."""


for _kind in OrganisationKind:
    setattr(CapsForm, _kind.value, IntegerField(LABELS[_kind], [Optional(), NumberRange(1, 1000)]))


class RulesForm(EditForm):
    requests_close_at = DateTimeLocalField(
        _l("Requests close"),
        [Optional()],
        format="%Y-%m-%dT%H:%M",
        description=_l("In the event's time zone. Empty: they don't close."),
    )
    request_days = IntegerField(_l("Days until a request expires"), [InputRequired(), NumberRange(1, 365)])
    caps = FormField(CapsForm)


class CancelForm(SentForm):
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(), Length(max=1000)],
        description=_l("Everybody who holds the meeting in their calendar reads it."),
        render_kw={"rows": 3},
    )


class RecordForm(EditForm):
    """Who came. `make_record_form` adds two fields for each party. `version`: of the meeting that was looked at."""

    version = VersionField()
    minutes = TextAreaField(
        _l("Minutes"), [Optional(), Length(max=20000)], description=_l("Staff alone read them."), render_kw={"rows": 8}
    )


def _attendances() -> list[SelectChoice]:
    return [SelectChoice(each.value, words) for each, words in ATTENDANCES.items()]


def make_record_form(numbers: list[int], **kwargs: Any) -> RecordForm:
    """The form for a meeting with these party numbers."""
    fields: dict[str, Any] = {}
    for number in numbers:
        fields[f"attendance_{number}"] = RadioField(_l("Attendance"), choices=_attendances(), default="present")
        fields[f"late_{number}"] = IntegerField(_l("Minutes late"), [Optional(), NumberRange(0, MOST_MINUTES_LATE)])
    return type("RecordFormOfMeeting", (RecordForm,), fields)(**kwargs)


RATINGS = [
    SelectChoice(0, _l("No answer")),
    SelectChoice(5, _l("5: very useful")),
    SelectChoice(4, "4"),
    SelectChoice(3, "3"),
    SelectChoice(2, "2"),
    SelectChoice(1, _l("1: not useful")),
]


class RatingForm(SentForm):
    rating = SelectField(_l("How useful was this meeting to you?"), choices=RATINGS, coerce=int)
