from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional, ValidationError

from rbc_events.accounts.models import User
from rbc_events.database import Bilingual, db
from rbc_events.editing import EditForm, OneOfSeveral, SentForm
from rbc_events.events.forms import choices
from rbc_events.form_fields import CheckboxesField, Either, IntegerField, PartialDateField, UploadField, VersionField
from rbc_events.i18n import plain
from rbc_events.outcomes.evidence import MOST_BYTES
from rbc_events.outcomes.labels import (
    ATTRIBUTIONS,
    DATE_KINDS,
    EVIDENCE_KINDS,
    OUTCOME_STATES,
    OUTCOME_TYPES,
    VISIBILITIES,
)
from rbc_events.outcomes.models import Outcome, OutcomeState, OutcomeType, Source, Visibility
from rbc_events.outcomes.operations import NotConcluded, least_parties
from rbc_events.outcomes.queries import find_or_add_source
from rbc_events.relationships.forms import check_names, names_field, names_in_both
from rbc_events.seeds.citing import seed_field

TEXT = [Optional(), Length(max=5000)]
LINE = [Optional(), Length(max=200)]
PRECISELY = _l("As precisely as known: 2021, 2021-09 …")
CURRENCIES = ["", "JPY", "USD", "EUR", "GBP", "CHF", "CNY", "KRW", "TWD", "SGD", "AUD", "CAD", "INR"]


class Doubted:
    """For forms with dates: what looks like a slip is asked about, and saved with the tick."""

    certain = BooleanField(_l("It is right as it stands: save it"))
    doubts: Sequence[str] = ()

    def holds_back(self, doubts: Sequence[str]) -> bool:
        """Whether to ask first."""
        self.doubts = doubts
        return bool(doubts) and not self.certain.data


class OutcomeForm(Doubted, EditForm):
    type = SelectField(_l("Type"), choices=choices(OUTCOME_TYPES))
    state = SelectField(
        _l("State"), choices=choices(OUTCOME_STATES), description=_l("Expected and executed are counted apart.")
    )
    parties = CheckboxesField(_l("Parties"), [Either()], coerce=int, description=_l("Organisations of this event."))
    other_parties_ja = names_field(
        _l("Other parties (Japanese)"), description=_l("Those who are not in this event, one a line.")
    )
    other_parties_en = names_field(_l("Other parties (English)"), description=_l("In the same order."))
    subject_ja = StringField(_l("What it is about (Japanese)"), LINE)
    subject_en = StringField(_l("What it is about (English)"), LINE)
    seed = seed_field()
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
    readers = TextAreaField(
        _l("Named people"),
        [Length(max=5000)],
        description=_l("Their e-mail addresses, one a line. They need an account here."),
    )
    embargo_until = DateField(_l("Not public before"), [Optional()])
    meetings = CheckboxesField(_l("Meetings that it came from"), coerce=int, choices=[])
    note = TextAreaField(_l("Note (staff alone)"), TEXT)
    version = VersionField()

    def validate_currency(self, field: Field) -> None:
        if (self.amount.data is None) != (not field.data):
            raise ValidationError(_l("An amount and its currency belong together."))

    def validate_readers(self, field: Field) -> None:
        unknown = set(self.addresses()) - {user.email for user in self.named()}
        if unknown:
            raise ValidationError(_l("Nobody has an account with the address %(address)s.", address=min(unknown)))
        if self.visibility.data == Visibility.NAMED and not self.addresses():
            raise ValidationError(_l("Name at least one person."))

    def addresses(self) -> list[str]:
        return [line.strip().lower() for line in (self.readers.data or "").splitlines() if line.strip()]

    def named(self) -> list[User]:
        """The people who are named to see the outcome."""
        return list(db.session.scalars(select(User).where(User.email.in_(self.addresses())).order_by(User.id)))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        fault = self.fault_of_parties() if "other_parties_ja" in self and not self.type.errors else ""
        if fault:
            self.other_parties_ja.errors = [*self.other_parties_ja.errors, fault]
        return valid and not fault

    def fault_of_parties(self) -> str:
        if fault := check_names(self.other_parties_ja, self.other_parties_en):
            return fault
        few = len(self.other_names()) + len(self.parties.data or []) < least_parties(OutcomeType(self.type.data))
        return str(_l("An outcome has at least two parties.")) if few else ""

    def other_names(self) -> list[Bilingual]:
        return names_in_both(self.other_parties_ja.data, self.other_parties_en.data)


class NewOutcomeForm(OutcomeForm):
    """A first record: with the date and the evidence known on that day, if any."""

    signed_on = PartialDateField(
        _l("Signed on"), [Optional()], description=_l("As precisely as known: 2021, 2021-09 …")
    )

    another = BooleanField(
        _l("This is a further deal"),
        description=_l("Otherwise a deal of this type that these parties reported lately is taken to be the same one."),
    )

    def validate_signed_on(self, field: Field) -> None:
        if field.data and self.state.data == OutcomeState.EXPECTED:
            raise ValidationError(NotConcluded.message)


ROLE_FIELD = "role_{language}_{place}"


def roles_form(outcome: Outcome) -> EditForm:
    """A form with each party's role, such as licensor, in both languages."""
    words = {"ja": _l("Role (Japanese)"), "en": _l("Role (English)")}
    shown: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for place, party in enumerate(outcome.parties):
        for language, label in words.items():
            name = ROLE_FIELD.format(language=language, place=place)
            fields[name] = StringField(label, [Optional(), Length(max=80)])
            shown[name] = getattr(party, f"role_{language}")
    return type("RolesForm", (EditForm,), fields)(data=shown)  # type: ignore[no-any-return]


class RelationshipOutcomeForm(NewOutcomeForm):
    """A first record from a relationship's page: its parties are known."""

    parties = None  # type: ignore[assignment]
    other_parties_ja = None  # type: ignore[assignment]
    other_parties_en = None  # type: ignore[assignment]
    origin = SelectField(_l("Programme or event"), coerce=int)


class PartyReportForm(Doubted, SentForm):
    """What one of the parties tells of a deal."""

    type = SelectField(_l("Type"), choices=choices(OUTCOME_TYPES))
    state = SelectField(_l("State"), choices=choices(OUTCOME_STATES))
    subject = StringField(_l("What it is about"), LINE)
    signed_on = PartialDateField(_l("Signed on"), [Optional()], description=PRECISELY)
    amount = DecimalField(_l("Amount"), [Optional(), NumberRange(min=Decimal(0), max=Decimal(10) ** 15)])
    currency = SelectField(_l("Currency"), choices=CURRENCIES)
    note = TextAreaField(_l("Note for the organisers"), TEXT)

    validate_currency = OutcomeForm.validate_currency
    validate_signed_on = NewOutcomeForm.validate_signed_on


class Citing:
    """For forms that name a source: one that is known, or a new one."""

    source = SelectField(_l("Source"), coerce=int, validate_choice=True)
    source_ja = StringField(_l("New source: title (Japanese)"), [Optional(), Length(max=300)])
    source_en = StringField(_l("New source: title (English)"), [Optional(), Length(max=300)])
    source_url = StringField(_l("New source: link"), [Optional(), URL(), Length(max=500)])

    def validate_source(self, field: Field) -> None:
        if not field.data and not (self.source_ja.data or self.source_en.data):
            raise ValidationError(_l("Choose a source, or name a new one."))

    def validate_source_url(self, field: Field) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_l("The link must begin with https://."))

    def offer(self, known: Iterable[Source]) -> Self:
        named = [SelectChoice(source.id, plain(source.title)) for source in known]
        self.source.choices = [SelectChoice(0, _l("A new one, below")), *named]
        return self

    def cited(self) -> Source:
        """The source; a new one is added."""
        if self.source.data:
            return db.session.get_one(Source, self.source.data)
        ja, en = self.source_ja.data or "", self.source_en.data or ""
        return find_or_add_source(ja or en, en or ja, self.source_url.data or "")


class DateClaimForm(OneOfSeveral, Citing, Doubted, SentForm):
    kind = SelectField(_l("Date of"), choices=choices(DATE_KINDS))
    on = PartialDateField(_l("Date"), [InputRequired()], description=PRECISELY)
    shown = BooleanField(_l("Show this one"), default=True)


class EvidenceForm(OneOfSeveral, SentForm):
    kind = SelectField(_l("Kind"), choices=choices(EVIDENCE_KINDS))
    description = StringField(_l("What it is, and where it is kept"), [InputRequired(), Length(max=500)])
    url = StringField(_l("Link"), [Optional(), URL(), Length(max=500)])
    file = UploadField(
        _l("File"),
        most_bytes=MOST_BYTES,
        description=_l("PDF, PNG, JPEG, TIFF or a mail (.eml), up to 15 MB. Only staff can download it."),
    )

    def validate_url(self, field: Field) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_l("The link must begin with https://."))
