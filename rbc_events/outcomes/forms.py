from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional, ValidationError

from rbc_events.editing import EditForm
from rbc_events.events.forms import choices
from rbc_events.form_fields import CheckboxesField, Either, IntegerField, PartialDateField, VersionField
from rbc_events.outcomes.labels import (
    ATTRIBUTIONS,
    DATE_KINDS,
    EVIDENCE_KINDS,
    OUTCOME_STATES,
    OUTCOME_TYPES,
    VISIBILITIES,
)
from rbc_events.outcomes.models import OutcomeState, OutcomeType
from rbc_events.outcomes.operations import NotConcluded, least_parties

TEXT = [Optional(), Length(max=5000)]
LINE = [Optional(), Length(max=200)]
PRECISELY = _l("As precisely as known: 2021, 2021-09 …")
CURRENCIES = ["", "JPY", "USD", "EUR", "GBP", "CHF", "CNY", "KRW", "TWD", "SGD", "AUD", "CAD", "INR"]


class OutcomeForm(EditForm):
    type = SelectField(_l("Type"), choices=choices(OUTCOME_TYPES))
    state = SelectField(
        _l("State"), choices=choices(OUTCOME_STATES), description=_l("Expected and executed are counted apart.")
    )
    parties = CheckboxesField(_l("Parties"), [Either()], coerce=int, description=_l("Organisations of this event."))
    other_parties = TextAreaField(
        _l("Other parties"), [Either(), *TEXT], description=_l("Those who are not in this event, one a line.")
    )
    subject_ja = StringField(_l("What it is about (Japanese)"), LINE)
    subject_en = StringField(_l("What it is about (English)"), LINE)
    place_ja = StringField(_l("Place (Japanese)"), LINE)
    place_en = StringField(_l("Place (English)"), LINE)
    amount = DecimalField(_l("Amount"), [Optional(), NumberRange(min=Decimal(0), max=Decimal(10) ** 15)])
    currency = SelectField(_l("Currency"), choices=CURRENCIES)
    amount_basis = StringField(_l("Basis of the amount"), LINE)
    amount_confidential = BooleanField(_l("The amount is confidential"), default=True)
    jobs = IntegerField(_l("Jobs"), [Optional(), NumberRange(0, 1_000_000)])
    attribution = SelectField(_l("The programme's part"), choices=choices(ATTRIBUTIONS), default="arranged")
    attribution_basis_ja = StringField(_l("On what grounds (Japanese)"), LINE)
    attribution_basis_en = StringField(_l("On what grounds (English)"), LINE)
    visibility = SelectField(_l("Who may see it"), choices=choices(VISIBILITIES), default="staff")
    embargo_until = DateField(_l("Not public before"), [Optional()])
    note = TextAreaField(_l("Note (staff alone)"), TEXT)
    version = VersionField()

    def validate_currency(self, field: Field) -> None:
        if (self.amount.data is None) != (not field.data):
            raise ValidationError(_l("An amount and its currency belong together."))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        fault = self.fault_of_parties() if not self.type.errors else None
        if fault is not None:
            self.other_parties.errors = [*self.other_parties.errors, fault]
        return valid and fault is None

    def fault_of_parties(self) -> Any:
        names = self.other_names()
        if len(names) + len(self.parties.data or []) < least_parties(OutcomeType(self.type.data)):
            return _l("An outcome has at least two parties.")
        return _l("A name is longer than 200 characters.") if any(len(name) > 200 for name in names) else None

    def other_names(self) -> list[str]:
        return [line.strip() for line in (self.other_parties.data or "").splitlines() if line.strip()]


class NewOutcomeForm(OutcomeForm):
    """A first record: with the date and the evidence known on that day, if any."""

    signed_on = PartialDateField(
        _l("Signed on"), [Optional()], description=_l("As precisely as known: 2021, 2021-09 …")
    )

    def validate_signed_on(self, field: Field) -> None:
        if field.data and self.state.data == OutcomeState.EXPECTED:
            raise ValidationError(NotConcluded.message)


class DateClaimForm(FlaskForm):
    kind = SelectField(_l("Date of"), choices=choices(DATE_KINDS))
    on = PartialDateField(_l("Date"), [InputRequired()], description=PRECISELY)
    source = StringField(_l("Stated by"), [InputRequired(), Length(max=300)])
    shown = BooleanField(_l("Show this one"), default=True)


class EvidenceForm(FlaskForm):
    kind = SelectField(_l("Kind"), choices=choices(EVIDENCE_KINDS))
    description = StringField(_l("What it is, and where it is kept"), [InputRequired(), Length(max=500)])
    url = StringField(_l("Link"), [Optional(), URL(), Length(max=500)])
    file = FileField(
        _l("File"), description=_l("PDF, PNG, JPEG, TIFF or a mail (.eml), up to 15 MB. Only staff can download it.")
    )

    def validate_url(self, field: Field) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_l("The link must begin with https://."))
