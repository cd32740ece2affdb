"""The forms of a registration, one a step. They convert and check; they never write."""

import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    URLField,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from rbc_events import cells
from rbc_events.editing import EditForm, SentForm
from rbc_events.form_fields import Either, IntegerField, ZoneField, person_name, reads
from rbc_events.i18n import country_name, language, plain, zone_city
from rbc_events.registration.consent_texts import CONSENTS
from rbc_events.registration.corporate_number import is_corporate_number, tidy_corporate_number
from rbc_events.registration.duplicates import is_called
from rbc_events.registration.fields import (
    OF_ONESELF,
    Versioned,
    choices,
    email_field,
    fill_in_by_itself,
    filled,
    line,
    organisation_name,
    tidy,
)
from rbc_events.registration.models import (
    ConsentKind,
    Delegate,
    Organisation,
    OrganisationKind,
    Registration,
)
from rbc_events.registration.queries import find_known
from rbc_events.registration.rights import is_ours
from rbc_events.zones import fits_country, zone_of_country


class NameFields:
    family_latin = person_name(_l("Family name (Latin letters)"), Either())
    given_latin = person_name(_l("Given name (Latin letters)"), Either())
    family_kanji = person_name(_l("Family name (kanji)"), Either())
    given_kanji = person_name(_l("Given name (kanji)"), Either())
    family_kana = person_name(_l("Family name (kana)"))
    given_kana = person_name(_l("Given name (kana)"))

    def require_name(self) -> bool:
        """Latin letters or kanji: one of them is needed, none is derived from the other. Some people have one name."""
        names = (self.family_latin, self.family_kanji, self.given_latin, self.given_kanji)
        if any(name.data for name in names):
            return True
        target = self.family_kanji if language() == "ja" else self.family_latin
        target.errors = [_l("Please fill in the name, in Latin letters or in kanji.")]
        return False


class StartForm(NameFields, SentForm):
    """The first page: who registers which organisation. `form_key` makes one registration of a form sent twice."""

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(16))
    organisation_id = RadioField(_l("Organisation"), coerce=int)
    kind = SelectField(
        _l("Kind of organisation"),
        [filled],
        choices=[SelectChoice("", _l("Please choose")), *choices(OrganisationKind)],
    )
    name_native = organisation_name(_l("Legal name"), required=True, description=_l("As your own country writes it."))
    country = SelectField(_l("Country"), [filled])
    time_zone = ZoneField(_l("Time zone"), first=(SelectChoice("", _l("That of the country")),))
    elsewhere = BooleanField(_l("Yes, this time zone, although it is not one of the country's"))
    email = email_field(_l("Your e-mail address"))

    def __init__(self, organisations: Any = (), known_email: str = "", zone: str = "", **options: Any) -> None:
        """`zone`: what the browser tells, to begin with."""
        super().__init__(**options)
        self.kind.choices = [SelectChoice("", _l("Please choose")), *choices(OrganisationKind)]
        self.country.choices = country_choices()
        self.time_zone.suggest(zone, country=self.country.data or "")
        if not self.is_submitted():
            self.time_zone.data = zone
        self.asks_elsewhere = False
        fill_in_by_itself(self, OF_ONESELF)
        self.known_email = known_email
        if known_email:
            self.email.data = known_email
        if organisations:
            new = SelectChoice(0, _l("Another organisation"))
            self.organisation_id.choices = [*(SelectChoice(row.id, plain(row.name)) for row in organisations), new]
            if self.organisation_id.data is None:
                self.organisation_id.data = organisations[0].id
        else:
            del self.organisation_id

    @property
    def chosen(self) -> int:
        """The number of the actor's organisation that was chosen, 0 for a new one."""
        return self.organisation_id.data if self.organisation_id is not None else 0

    def validate(self, extra_validators: Any = None) -> bool:
        if self.organisation_id is not None and self.chosen:
            # Everything else is known already.
            return bool(self.organisation_id.validate(self))
        good = bool(super().validate(extra_validators))
        return all([self.require_name(), self.require_zone(), good])

    def require_zone(self) -> bool:
        """Left empty it is the country's, if that has one; another than the country's is asked for once more."""
        zone, country = self.time_zone.data or "", self.country.data or ""
        if not country or self.chosen:
            return True
        if not zone:
            self.time_zone.data = zone_of_country(country)
            if not self.time_zone.data:
                self.time_zone.errors = [_l("This country has several time zones. Please choose yours.")]
            return bool(self.time_zone.data)
        if fits_country(zone, country) or self.elsewhere.data:
            return True
        self.asks_elsewhere = True
        self.time_zone.errors = [
            _l(
                "%(zone)s is not in %(country)s. Please choose your zone, or tick below that it is right.",
                zone=zone_city(zone, language()),
                country=country_name(country),
            )
        ]
        return False


class StaffStartForm(StartForm):
    """A coordinator's first page: the organisation may be one that is known already. One of theirs (see `is_ours`) is
    taken as it is; of any other they say what it is called, and its leads are asked."""

    known = line(
        _l("Known organisation"),
        80,
        description=_l(
            "Its key or corporate number, if it has taken part before. If all its events are yours, its profile is "
            "carried over. Otherwise fill in its name, too: its leads are asked by mail."
        ),
    )
    email = email_field(_l("E-mail address of the contact"))
    found: Organisation | None = None
    claimed: Organisation | None = None

    def __init__(self, actor: Any, **options: Any) -> None:
        super().__init__(**options)
        fill_in_by_itself(self, dict.fromkeys(OF_ONESELF, "off"))
        self.actor = actor

    @property
    def chosen(self) -> int:
        return self.found.id if self.found else 0

    def validate(self, extra_validators: Any = None) -> bool:
        known = find_known(self.known.data) if self.known.data else None
        if known is not None and is_ours(self.actor, known):
            self.found = known
            self.kind.data, self.country.data = known.kind.value, known.country
            self.name_native.data = known.name_native
        good = super().validate(extra_validators)
        if known is not None and self.found is None and is_called(known, self.name_native.data or ""):
            self.claimed = known
        if self.known.data and self.found is None and self.claimed is None:
            self.known.errors = [_l("There is no organisation with this key or corporate number and this name.")]
            return False
        return good


def country_choices() -> list[SelectChoice]:
    named = sorted((country_name(code), code) for code in cells.COUNTRIES if code != "JP")
    japan = SelectChoice("JP", country_name("JP"))
    return [SelectChoice("", _l("Please choose")), japan, *(SelectChoice(code, name) for name, code in named)]


class OrganisationForm(Versioned):
    kind = SelectField(_l("Kind of organisation"), choices=choices(OrganisationKind))
    name_native = organisation_name(_l("Legal name"), required=True, description=_l("As your own country writes it."))
    name_latin = organisation_name(
        _l("Name in Latin letters"),
        description=_l("What partners abroad see. Required outside Japan if the legal name is in another script."),
    )
    name_kana = organisation_name(_l("Name in kana"))
    country = SelectField(_l("Country"), [filled])
    region_code = SelectField(_l("Prefecture"), description=_l("Required for organisations in Japan."))
    corporate_number = line(
        _l("Corporate number"), 40, description=_l("13 digits. Organisations outside Japan have none.")
    )
    founded = IntegerField(_l("Founded (year)"), [Optional(), NumberRange(min=500)])
    employees = IntegerField(_l("Employees"), [Optional(), NumberRange(0, 10_000_000)])
    website = URLField(
        _l("Website"),
        [reads(cells.web_address)],
        filters=[lambda value: cells.with_scheme(tidy(value))],
        render_kw={"autocomplete": "url"},
    )

    def __init__(self, prefectures: Any, *, this_year: int, **options: Any) -> None:
        super().__init__(**options)
        self.this_year = this_year
        self.country.choices = country_choices()
        self.region_code.choices = [
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(region.code, plain(region.name)) for region in prefectures),
        ]
        self.region_code.data = self.region_code.data or ""  # outside Japan the page doesn't ask

    def validate_corporate_number(self, field: Field) -> None:
        field.data = tidy_corporate_number(field.data)
        if field.data and not is_corporate_number(field.data):
            raise ValidationError(str(_l("A corporate number has 13 digits. Please check it for a mistake.")))
        if field.data and self.country.data != "JP":
            raise ValidationError(str(_l("Only organisations in Japan have a corporate number.")))

    def validate_founded(self, field: Field) -> None:
        if field.data and field.data > self.this_year:
            raise ValidationError(str(_l("This year has not come yet.")))

    def validate_region_code(self, field: Field) -> None:
        if self.country.data == "JP" and not field.data:
            raise ValidationError(str(_l("Please choose the prefecture.")))

    def fields(self) -> dict[str, Any]:
        found = self.entries()
        found["kind"] = OrganisationKind(found["kind"])
        found["region_code"] = found["region_code"] if found["country"] == "JP" else None
        return found


class DelegateForm(NameFields, EditForm):
    email = email_field(_l("E-mail address"))
    title = line(_l("Position"), 100)
    language = SelectField(
        _l("Language of the mails"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")]
    )
    time_zone = ZoneField(_l("Time zone"), first=(SelectChoice("", _l("As the organisation")),))
    contact = BooleanField(_l("This person is the contact, who gets the mails about the registration"))
    lead = BooleanField(_l("This person leads: may change profile and registrations at every event, and invite others"))

    def __init__(
        self, registration: Registration, delegate: Delegate | None = None, *, appoints: bool = False, **options: Any
    ) -> None:
        super().__init__(obj=delegate, **options)
        if not appoints or delegate is None or delegate.user_id is None:
            del self.lead  # who has not taken up the invitation has no rights to be changed
        fill_in_by_itself(self, {"email": "off", "family_latin": "off", "given_latin": "off"})
        self.time_zone.suggest(country=registration.organisation.country)
        if delegate is not None and delegate.user_id is not None:
            del self.time_zone  # the person's own setting
            self.email.render_kw = {"readonly": True}
            self.email.description = _l("The person signs in with this address.")

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        return self.require_name() and good

    def fields(self) -> dict[str, Any]:
        return self.entries()


class ColleagueForm(NameFields, SentForm):
    """Who is asked to act for an organisation."""

    email = email_field(_l("E-mail address"))
    language = SelectField(
        _l("Language of the mail"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")]
    )
    lead = BooleanField(_l("This person leads: may change profile and registrations at every event, and invite others"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        fill_in_by_itself(self, {"email": "off", "family_latin": "off", "given_latin": "off"})

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        return self.require_name() and good


class ConsentsForm(EditForm):
    """The consents, each on its own. The event can't take part without those that are marked as needed."""

    def wanted(self) -> dict[ConsentKind, bool]:
        return {kind: bool(self[kind.value].data) for kind in ConsentKind}


for _consent in ConsentKind:
    setattr(ConsentsForm, _consent.value, BooleanField(CONSENTS[_consent].title))
